"""list, tuple, range, slice and the iterators over them."""


def raises(exc, message, f):
    try:
        f()
    except exc as e:
        assert message is None or str(e) == message, (message, str(e))
    else:
        raise AssertionError(f"{exc.__name__} expected")


# --- sorting
numbers = [3, 1, 2]
numbers.sort()
assert numbers == [1, 2, 3]
pairs = [(2, "b"), (1, "z"), (2, "a"), (1, "a")]
assert sorted(pairs) == [(1, "a"), (1, "z"), (2, "a"), (2, "b")]
assert sorted(pairs, key=lambda p: p[0], reverse=True) == [(2, "b"), (2, "a"), (1, "z"), (1, "a")]


class Key:
    def __init__(self, value):
        self.value = value

    def __lt__(self, other):
        return self.value < other.value


keys = [Key((i * 7919) % 101) for i in range(300)]
keys.sort()
assert [k.value for k in keys] == sorted((i * 7919) % 101 for i in range(300))


def changing(item):
    victim.append(item)
    return item


victim = [3, 2, 1]
raises(ValueError, "list modified during sort", lambda: victim.sort(key=changing))
assert victim == [1, 2, 3]
mixed = [2, "a", 1]
raises(TypeError, None, mixed.sort)
assert sorted(map(str, mixed)) == ["1", "2", "a"]


class Liar:
    def __lt__(self, other):
        return True


liars = [Liar() for _ in range(100)]
assert set(map(id, sorted(liars))) == set(map(id, liars))

# --- slices
items = list(range(10))
items[2:5] = [9]
assert items == [0, 1, 9, 5, 6, 7, 8, 9]
items[::2] = "abcd"
assert items == ["a", 1, "b", 5, "c", 7, "d", 9]
del items[::3]
assert items == [1, "b", "c", 7, 9]
items[1:1] = items
assert items == [1, 1, "b", "c", 7, 9, "b", "c", 7, 9]
raises(ValueError, "attempt to assign sequence of size 1 to extended slice of size 5",
       lambda: items.__setitem__(slice(None, None, 2), [1]))
raises(IndexError, "list index out of range", lambda: items[100])
raises(TypeError, "list indices must be integers or slices, not str", lambda: items["x"])

# --- tuples, ranges
assert (1, 2, 3)[::-1] == (3, 2, 1)
assert tuple([]) is tuple("")
assert hash((1, 2, 3)) == 529344067295497451
assert list(range(10, 0, -3)) == [10, 7, 4, 1]
big = range(1 << 70, (1 << 70) + 10, 3)
assert len(big) == 4 and list(big)[-1] == (1 << 70) + 9 and big[1] - big[0] == 3
assert range(0) == range(5, 5) and hash(range(0)) == hash(range(5, 5))
assert 4 in range(0, 10, 2) and 5 not in range(0, 10, 2) and 4.0 in range(5)
assert slice(1, 10, 3).indices(5) == (1, 5, 3)

# --- iterators
it = iter([1, 2, 3])
next(it)
assert it.__length_hint__() == 2 and it.__reduce__()[2] == 1
it.__setstate__(2)
assert list(it) == [3] and list(it) == []
assert list(enumerate("ab", 1 << 62))[1][0] == (1 << 62) + 1
raises(ValueError, "zip() argument 2 is shorter than argument 1",
       lambda: list(zip([1], [], strict=True)))
raises(ValueError, "map() argument 2 is longer than argument 1",
       lambda: list(map(max, [], [1], strict=True)))
looped = [1]
looped.append(looped)
assert repr(looped) == "[1, [...]]"
