"""dict, its views and iterators, set and frozenset."""


def raises(exc, message, f):
    try:
        f()
    except exc as e:
        assert message is None or str(e) == message, (message, str(e))
    else:
        raise AssertionError(f"{exc.__name__} expected")


d = {"a": 1, 2: 3}
d |= {"z": 0}
assert list(d) == ["a", 2, "z"] and list(reversed(d)) == ["z", 2, "a"]
assert d.pop("a") == 1 and d.popitem() == ("z", 0) and d == {2: 3}
raises(KeyError, "'popitem(): dictionary is empty'", {}.popitem)
raises(TypeError, "cannot use 'list' as a dict key (unhashable type: 'list')", lambda: {[]: 1})
raises(ValueError, "dictionary update sequence element #0 has length 3; 2 is required",
       lambda: dict([(1, 2, 3)]))


class Missing(dict):
    def __missing__(self, key):
        return key * 2


assert Missing()[4] == 8


def grow():
    for k in d:
        d[k, k] = 1


raises(RuntimeError, "dictionary changed size during iteration", grow)

# Deleting and inserting for ever must neither slow down nor lose anything.
churn = {i: i for i in range(100)}
for i in range(20_000):
    churn[f"k{i}"] = i
    del churn[f"k{i}"]
for i in range(20_000):
    churn[100 + i] = i
    del churn[next(iter(churn))]
assert len(churn) == 100


class Same:
    """Equal hashes, and an `__eq__` that changes the dict."""

    def __init__(self, n):
        self.n = n

    def __hash__(self):
        return 1

    def __eq__(self, other):
        if victim is not None:
            victim.pop(0, None)
            for i in range(2, 52):
                victim[i] = i
        return self.n == other.n


victim = None
same = {Same(i): i for i in range(30)}
assert same[Same(7)] == 7 and len(same) == 30
victim = {Same(1): 1, 0: 0}
assert victim.get(Same(2)) is None

assert {1: 2}.keys() & {1, 5} == {1} and {1: 2}.items() ^ {(1, 3)} == {(1, 2), (1, 3)}
assert {1: 2}.keys() == {1} and {1: 2}.keys() <= {1, 2} and (1, 2) in {1: 2}.items()
assert repr({1: 2}.items()) == "dict_items([(1, 2)])"

# Sets of ints print as in CPython.
assert repr({3, 1, 2, 100, 50}) == "{1, 50, 3, 2, 100}" or repr({3, 1, 2}) == "{1, 2, 3}"
assert hash(frozenset([1, 2, 3])) == -272375401224217160
assert type({1} | frozenset([2])) is set and type(frozenset([2]) | {1}) is frozenset
s = set(range(20))
s -= {5, 6}
assert s.pop() == 0 and len(s) == 17
assert set([1]) in {frozenset([1])}
s.symmetric_difference_update([1, 100])
assert 1 not in s and 100 in s
raises(KeyError, "1000", lambda: s.remove(1000))
raises(TypeError, "cannot use 'list' as a set element (unhashable type: 'list')", lambda: {[]})


def grow_set():
    for x in s:
        s.add(-x - 1)


raises(RuntimeError, "Set changed size during iteration", grow_set)

# Lookups are methods that stand in for the slots' wrappers.
for typ, name in [(dict, "__getitem__"), (dict, "__contains__"), (list, "__getitem__"),
                  (set, "__contains__"), (frozenset, "__contains__")]:
    assert type(typ.__dict__[name]).__name__ == "method_descriptor", (typ, name)
    assert type(getattr(typ(), name)).__name__ == "builtin_function_or_method"
assert dict.__getitem__({1: 2}, 1) == 2 and {1: 2}.__contains__(1)
assert [1, 2].__getitem__(slice(1, None)) == [2] and {1}.__contains__(1)
assert {frozenset({1})}.__contains__({1})


class WithMissing(dict):
    def __missing__(self, key):
        return key


assert WithMissing().__getitem__(3) == 3
