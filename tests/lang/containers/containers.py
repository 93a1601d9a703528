"""Lists, tuples, dicts, sets, slices, unpacking, comprehensions, sorting."""

a = list(range(10))
assert a[2:8:2] == [2, 4, 6] and a[::-1][:3] == [9, 8, 7] and a[-3:] == [7, 8, 9]
a[2:5] = ["x"]
assert a == [0, 1, "x", 5, 6, 7, 8, 9]
del a[::2]
assert a == [1, 5, 7, 9]
a.insert(1, 3)
a.extend((11, 13))
assert a.pop() == 13 and a.index(7) == 3 and a.count(5) == 1
a.sort(key=lambda v: -v)
assert a == [11, 9, 7, 5, 3, 1]
assert sorted(["b", "A", "c"], key=str.lower) == ["A", "b", "c"]
assert sorted([(2, "b"), (1, "z"), (2, "a")]) == [(1, "z"), (2, "a"), (2, "b")]

first, *rest, last = "abcde"
assert (first, rest, last) == ("a", ["b", "c", "d"], "e")
(x, y), z = [1, 2], 3
assert (x, y, z) == (1, 2, 3)
for bad, message in [
    ([1], "not enough values to unpack (expected 2, got 1)"),
    ([1, 2, 3], "too many values to unpack (expected 2, got 3)"),
]:
    try:
        p, q = bad
    except ValueError as e:
        assert str(e) == message, str(e)

d = {"one": 1, "two": 2}
d["three"] = 3
assert list(d) == ["one", "two", "three"] and d.get("four", 4) == 4
assert d | {"one": 9} == {"one": 9, "two": 2, "three": 3}
assert d.setdefault("five", 5) == 5 and d.pop("one") == 1
assert list(d.items()) == [("two", 2), ("three", 3), ("five", 5)]
assert {**d, "two": 0}["two"] == 0
assert d.keys() & {"two", "x"} == {"two"}
try:
    for k in d:
        d[k + "x"] = 1
except RuntimeError as e:
    assert str(e) == "dictionary changed size during iteration"
else:
    raise AssertionError
assert {1: "a"} == {1.0: "a"} and {True: 1}[1] == 1
big = {i: i * i for i in range(5000)}
for i in range(0, 5000, 2):
    del big[i]
assert len(big) == 2500 and all(big[i] == i * i for i in range(1, 5000, 2))

s = {1, 2, 3}
assert s | {4} == {1, 2, 3, 4} and s & {2, 9} == {2} and s - {1} == {2, 3} and s ^ {3, 4} == {1, 2, 4}
assert frozenset(s) == s and hash(frozenset([1, 2])) == hash(frozenset([2, 1]))
assert {frozenset({1}): "f"}[frozenset({1})] == "f"

assert [i * j for i in range(3) for j in range(3) if i != j] == [0, 0, 0, 2, 0, 2]
assert {k: v for k, v in zip("ab", (1, 2))} == {"a": 1, "b": 2}
assert list(enumerate("ab", 5)) == [(5, "a"), (6, "b")]
assert list(map(lambda p, q: p + q, [1, 2], [10, 20])) == [11, 22]
assert list(filter(None, [0, 1, "", "a"])) == [1, "a"]
assert list(reversed([1, 2, 3])) == [3, 2, 1]
assert (1, 2) + (3,) == (1, 2, 3) and (0,) * 3 == (0, 0, 0) and (1, 2) < (1, 3)
assert max([3, 1, 2]) == 3 and min("cab") == "a" and sum([1.5, 2.5]) == 4.0
assert any([0, 1]) and not all([1, 0])
assert range(10)[2:8:3] == range(2, 8, 3) and 5 in range(0, 10, 5) and len(range(0, 10, 3)) == 4

l = [1, 2]
l.append(l)
assert repr(l) == "[1, 2, [...]]"
m = {}
m["self"] = m
assert repr(m) == "{'self': {...}}"
