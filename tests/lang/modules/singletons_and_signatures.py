"""Small agreements of native modules: singletons, signatures, copies, states before __init__."""

import copy
import functools
import inspect
import io
import marshal
import math
import operator
import pickle
import re
import statistics
import struct
import sys
import types
import typing


def refused(kind, message, f, *args):
    try:
        f(*args)
    except kind as e:
        assert message in str(e), e
    else:
        raise AssertionError(f"not refused: {message}")


for o in (Ellipsis, NotImplemented):
    assert o.__reduce__() == o.__reduce_ex__(2) == repr(o)
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        assert pickle.loads(pickle.dumps(o, protocol)) is o
    assert copy.copy(o) is copy.deepcopy(o) is o

# --- functools -------------------------------------------------------------------------
hole = functools.Placeholder
assert type(hole)() is hole
assert repr(hole) == "Placeholder" and hole.__reduce__() == "Placeholder"
native = sys.modules.pop("_functools")
try:
    __import__("_functools")
    assert type(hole)() is hole
finally:
    sys.modules["_functools"] = native


def capture(*args, **keywords):
    return args, keywords


p = functools.partial(capture, [1], bar=[2])
p.attr = []
q = copy.copy(p)
assert q.args is p.args and q.keywords is p.keywords and q.attr is p.attr
p.__setstate__((capture, (1,), {"a": 10}, None))
assert p.__dict__ == {} and p(2) == ((1, 2), {"a": 10})
for wrong in ((), "test", 5):
    refused(TypeError, "invalid partial state", p.__setstate__, (capture, (), {}, wrong))


class Sub(functools.partial):
    pass


p = Sub(capture, hole, 0)
assert Sub(p, hole, 1, 2).args == (hole, 0, 1, 2)
p.attribute = 1
assert Sub(p, hole, 1, 2).args == (hole, 1, 2)

for getter in (operator.attrgetter("a"), operator.itemgetter(1), operator.methodcaller("f")):
    assert str(inspect.signature(getter)) == "(obj, /)"
assert str(inspect.signature(functools.cmp_to_key(lambda a, b: 0))) == "(obj)"

# --- struct, math, statistics ----------------------------------------------------------
raw = struct.Struct.__new__(struct.Struct)
assert raw.size == -1 and struct.Struct("<i").size == 4
refused(RuntimeError, "Struct object is not initialized", lambda: raw.format)
assert math.copysign(1, math.nextafter(-5e-324, 0.0)) == -1
assert math.copysign(1, math.nextafter(5e-324, -0.0)) == 1
assert math.copysign(1, math.nextafter(0.0, -0.0)) == -1
assert math.nextafter(0.0, -1.0) == -5e-324 and math.nextafter(1.0, 2.0) == 1 + 2**-52
assert math.isnan(math.nextafter(math.nan, 1.0)) and math.isnan(math.nextafter(1.0, math.nan))
assert statistics.NormalDist(100, 0).inv_cdf(0.5) == 100

# --- re --------------------------------------------------------------------------------
flags = re.LOCALE | re.IGNORECASE
for pattern, text, matches in [
    (rb"[bc]", b"B", True), (rb"[^bc]", b"B", False), (rb"[^b-c]", b"C", False),
    (rb"[^bc]", b"c", False), (rb"[^bc]", b"a", True), (rb"[^b]", b"B", False),
    (rb"[^\wq]", b"Q", False), (rb"[ace]", b"C", True), (rb"[^ace]", b"C", False),
    (rb"[^ace]", b"b", True), (rb"(?:a|[^bc])", b"B", False), (rb"(?:a|[^bc])", b"A", True),
]:
    assert bool(re.fullmatch(pattern, text, flags)) == matches, (pattern, text)

# --- typing ----------------------------------------------------------------------------
assert (int | str).__module__ == (typing.Any | None).__module__ == "typing"
assert pickle.loads(pickle.dumps(typing.Tuple[int, ...])) is typing.Tuple[int, ...]


# --- marshal ---------------------------------------------------------------------------
class File(io.BytesIO):
    answer = None

    def read(self, n=-1):
        assert n == 0, n
        return super().read(n)

    def readinto(self, memory):
        assert type(memory) is memoryview and not memory.readonly
        n = super().readinto(memory)
        return n if self.answer is None else type(self).answer(n)


data = marshal.dumps((1.5, "ab", [1]))
assert marshal.load(File(data)) == (1.5, "ab", [1])
for answer, kind, message in [
    (lambda n: n + 1, ValueError, "read() returned too much data: 1 bytes requested, 2 returned"),
    (lambda n: n - 1, EOFError, "EOF read where object expected"),
    (lambda n: 2**70, ValueError, "cannot fit 'int' into an index-sized integer"),
    (lambda n: "x", TypeError, "'str' object cannot be interpreted as an integer"),
]:
    File.answer = answer
    refused(kind, message, marshal.load, File(data))


class Changes:
    def __hash__(self):
        return 0

    def __buffer__(self, flags):
        self.change()
        return memoryview(b"abc")


for change in (lambda: s.update(range(1000, 1400)), lambda: s.difference_update(range(1, 60))):
    s = {Changes()}
    next(iter(s)).change = change
    s.update(range(1, 60))
    refused(RuntimeError, "set changed size during iteration", marshal.dumps, s)

# Tuples that their own items lead back to.
t = ([],)
t[0].append(t)
back = marshal.loads(marshal.dumps(t))
assert type(back) is tuple and back[0][0] is back
back = marshal.loads(b"\xa8\x01\x00\x00\x00{Nr\x00\x00\x00\x000")
assert back[0][None] is back and repr(back) == "({None: (...)},)"

# --- re over memory that changes --------------------------------------------------------
b = bytearray(b"abcdefgh")
m, m2 = re.search(b"[a-h]+", b), re.search(b"([e-h])([e-h]+)", b)
assert m.group() == b"abcdefgh" and m2.groups() == (b"e", b"fgh")
b[:] = b"vwxyz"
assert m.group() == m[0] == b"vwxyz" and m2.groups() == (b"z", b"") and m.span() == (0, 8)
found = re.finditer(b"x", b)
refused(BufferError, "Existing exports of data: object cannot be re-sized", b.append, 1)
assert len(list(found)) == 1
del found
b.append(1)

# --- struct: ints where floats or addresses are wanted ----------------------------------
for code, value in [("e", 2**64), ("<e", -(2**63)), ("P", 2**64), ("P", -(2**63) - 1),
                    ("P", 2**2000)]:
    refused(struct.error, "int too large to convert", struct.pack, code, value)
refused(OverflowError, "float too large to pack with e format", struct.pack, "e", 1e10)


# --- substitution in generic aliases ----------------------------------------------------
class Parameter:
    def __repr__(self):
        return "P"


first, late = Parameter(), Parameter()
first.__typing_subst__ = lambda value: value
alias = types.GenericAlias(dict, (first, late))
assert alias.__parameters__ == (first,)
late.__typing_subst__ = lambda value: value
refused(TypeError, "argument P with __typing_subst__ was not found in __parameters__",
        operator.getitem, alias, 0)


class Unpacked(Parameter):
    __typing_is_unpacked_typevartuple__ = True
    __typing_prepare_subst__ = None

    def __typing_subst__(self, value):
        return value


alias = types.GenericAlias(dict, (Unpacked(),))
assert alias[(1, 2),].__args__ == (1, 2)
refused(TypeError, "expected __typing_subst__ of Unpacked objects to return a tuple, not int",
        operator.getitem, alias, 42)
