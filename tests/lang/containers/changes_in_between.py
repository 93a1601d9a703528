"""Containers that change while something walks over them, compares or copies them."""

import sys
from collections import OrderedDict, defaultdict


def refused(kind, message, f):
    try:
        f()
    except kind as e:
        assert str(e) == message, e
    else:
        raise AssertionError("not refused")


def moves_key():
    d = {0: 1}
    for k in d:
        del d[k]
        d[k + 1] = 1


def same_key():
    d = {0: 1, 1: 2}
    for k, v in d.items():
        del d[k]
        d[k] = v


for f in (moves_key, same_key):
    refused(RuntimeError, "dictionary keys changed during iteration", f)

d = dict.fromkeys(range(100))
while d:
    d.popitem()
d["a"] = 1
assert list(d) == ["a"]
for i in range(1000):
    d[i] = i
    del d[i]
assert d == {"a": 1} and list(reversed(d)) == ["a"]


class Clears:
    def __init__(self, target):
        self.target = target

    def __eq__(self, other):
        self.target().clear()
        return NotImplemented


first = [Clears(lambda: second)]
second = [Clears(lambda: first)]
assert first == second
third = [Clears(lambda: third)]
assert third != [1]


class Hinted:
    def __init__(self):
        self.left = 3

    def __iter__(self):
        return self

    def __next__(self):
        if not self.left:
            raise StopIteration
        self.left -= 1
        return self.left

    def __length_hint__(self):
        return sys.maxsize


a = [9]
a.extend(Hinted())
assert a == [9, 2, 1, 0]


class Index:
    def __index__(self):
        items.clear()
        return 42


items = [Index(), Index()]
assert bytes(items) == b"*"

made = defaultdict(lambda: made.__setitem__("a", 5) or 1)
assert made["a"] == 5


class Cache(OrderedDict):
    def __getitem__(self, key):
        raise AssertionError("not asked")

    __delitem__ = __getitem__


c = Cache(a=1, b=2, c=3)
assert c.pop("a") == 1 and c.popitem() == ("c", 3) and c.popitem(last=False) == ("b", 2)


class Key:
    count = 0

    def __hash__(self):
        return 1

    def __eq__(self, other):
        # First they are compared as dicts, then key by key in their order.
        if Key.count == 1:
            left.clear()
        Key.count += 1
        return True


left = OrderedDict.fromkeys((0, Key(), 4.2))
right = OrderedDict.fromkeys((0, Key(), 4.2))
refused(RuntimeError, "OrderedDict mutated during iteration", lambda: left == right)

b = bytearray(10)
view = memoryview(b)
b.resize(10)
refused(BufferError, "Existing exports of data: object cannot be re-sized", lambda: b.resize(11))

import array


class Releases(array.array):
    def __hash__(self):
        view.release()
        return 1


view = memoryview(Releases("B", b"abc")).toreadonly()
refused(BufferError, "memoryview has 1 exported buffer", lambda: hash(view))


class Sequence:
    def __getitem__(self, i):
        if i > 2:
            raise IndexError
        return i

    def __len__(self):
        return 3


import operator

it = iter(Sequence())
assert next(it) == 0 and operator.length_hint(it) == 2
f, args, state = it.__reduce__()
assert f is iter and type(args[0]) is Sequence and state == 1
it.__setstate__(-42)
assert list(it) == [0, 1, 2] and it.__reduce__() == (iter, ((),))
r = reversed([1])
list(r)
assert r.__reduce__() == (reversed, ([],))


class Counted(int):
    asked = 0

    def __hash__(self):
        Counted.asked += 1
        return int.__hash__(self)


d = dict.fromkeys(map(Counted, range(10)))
assert Counted.asked == 10
dict.fromkeys(set(d))
dict.fromkeys(frozenset(d), 1)
dict.fromkeys(d)
set(d).difference(d)
assert Counted.asked == 10, Counted.asked


def bad():
    yield "key"
    raise TypeError("oops")


for pairs, said in (([object()], "object is not iterable"), ([bad()], "oops")):
    try:
        dict(pairs)
    except TypeError as e:
        assert str(e) == said
        assert e.__notes__ == [
            "Cannot convert dictionary update sequence element #0 to a sequence"
        ]
    else:
        raise AssertionError("a dict of nothing")


# A lookup goes on where it was when a comparison takes another key out.
class Key:
    def __init__(self, value):
        self.value = value

    def __hash__(self):
        return hash(self.value)

    def __eq__(self, other):
        global compared
        if armed:
            compared += 1
            del d[keys.pop()]
        return self.value == other.value


armed, compared = False, 0
keys = [Key(i) for i in range(4)]
d = {k: k.value for k in keys}
keys.reverse()
armed = True
assert d.pop(Key(3)) == 3 and compared == 1 and len(d) == 2
armed = False

# An iterator whose place is gone has ended.
d = {f"k{i}": i for i in range(1000)}
for i in range(1, 1000):
    del d[f"k{i}"]
walks = [reversed(d), reversed(d.keys()), reversed(d.values()), reversed(d.items())]
d.clear()
d["k0"] = 0
assert [list(w) for w in walks] == [[], [], [], []]

# Without others, the set methods still give a new object.
for kind in (set, frozenset):
    s = kind("abc")
    assert s.intersection() == s.difference() == s.union() == s
    assert s.intersection() is not s and s.difference() is not s and s.union() is not s


# Keys die while the list is still away.
class SortKiller:
    def __init__(self, x):
        self.x = x

    def __del__(self):
        data[:] = range(20)

    def __lt__(self, other):
        return self.x < other.x


data = list(range(10))
refused(ValueError, "list modified during sort", lambda: data.sort(key=SortKiller))
assert data == list(range(10))


# Ordered dicts that stop being equal while they are compared.
class Deletes:
    count = 0

    def __init__(self, at=None):
        self.at = at

    def __hash__(self):
        return 5

    def __eq__(self, other):
        Deletes.count += 1
        if Deletes.count == 1:
            del one[victim]
        return self.__class__ is other.__class__


victim = Deletes()
one = OrderedDict.fromkeys((0, victim, 4.2))
two = OrderedDict.fromkeys((0, Deletes(), 4.2))
assert one != two and Deletes.count == 2
assert list(one) == [0, 4.2]


# The list of a parameter list that gets shorter as it is shown.
class Shortens:
    def __repr__(self):
        shown.clear()
        return "x"


shown = [Shortens(), 1]
refused(IndexError, "list index out of range", lambda: repr(__import__("types").GenericAlias(int, shown)))
