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
