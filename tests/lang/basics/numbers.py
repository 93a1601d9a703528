"""Numbers where rounding, signs and order of work show: reprs, division, sum()."""

import sys

# Below a power of two floats lie closer together: the shortest numeral must not be the
# one of the float before.
for e in range(-1074, 1024):
    assert float(repr(2.0**e)) == 2.0**e, e
assert repr(2.0**-24) == "5.960464477539063e-08"
assert repr(2.0**-44) == "5.684341886080802e-14"

zero, minus, big = 0, -5, -(10**400)
assert [repr(v) for v in (zero / minus, False / minus, zero / big, zero / 5, -10 / minus)] == [
    "-0.0",
    "-0.0",
    "-0.0",
    "0.0",
    "2.0",
]


class F(float):
    pass


class I(int):
    pass


assert sum([1e16, 1.0, 1, -1e16]) == sum([1e16, 1.0, True, -1e16]) == 2.0
assert sum([0.1j] * 10) == 1j
assert sum([0.1 + 0.1j, 0.1] * 10) == 2 + 1j
assert sum([0.1, 0.1j] * 10) == 1 + 1j
assert sum([1j, 1e16, 1.0, 1, -1e16]) == 2 + 1j
assert repr(sum([complex(1, -0.0), 1])) == repr(sum([complex(1, -0.0), 1.0])) == "(2-0j)"
assert sum([0.1] * 10 + [1j] + [0.1] * 3) == 1.3 + 1j
assert sum([0.1, F(0.1), I(3)] * 10) == 32.000000000000014
assert sum([F(0.1)] * 10) == 0.9999999999999999
assert sum([2**62, 2**62, True, 2**70]) == 2**63 + 1 + 2**70

import builtins


def overridden():
    return all(x - 2 for x in [1, 2, 3]), any(x - 1 for x in [1]), tuple(x for x in "ab")


assert overridden() == (False, False, ("a", "b"))
saved = builtins.all, builtins.any, builtins.tuple
builtins.all = builtins.any = builtins.tuple = lambda it: "mine"
try:
    assert overridden() == ("mine", "mine", "mine")
finally:
    builtins.all, builtins.any, builtins.tuple = saved
all = any = tuple = lambda it: "ours"
assert overridden() == ("ours", "ours", "ours")

from types import FunctionType

# A function made of a module's body works on its globals.
ns = {}
FunctionType(compile("x = 3\nimport sys\ny = locals() is globals()", "<s>", "exec"), ns)()
assert (ns["x"], ns["y"], ns["sys"]) == (3, True, sys)


class Numeral(str):
    def __float__(self):
        return 9.0


assert float(Numeral("8")) == 9.0
assert None.__ne__(None) is False and None.__ne__(0) is NotImplemented


# The size of an int is its type's and that of its digits, in subclasses too.
class Sized(int):
    pass


class Slotted(int):
    __slots__ = ()


for kind in (int, Sized, Slotted):
    for bits, digits in ((0, 1), (1, 1), (30, 1), (31, 2), (60, 2), (61, 3), (300, 10)):
        value = kind(2**bits - 1 if bits else 0)
        want = kind.__basicsize__ + kind.__itemsize__ * digits
        assert value.__sizeof__() == want, (kind, bits)
assert int.__basicsize__ == bool.__basicsize__ == Slotted.__basicsize__ == 24
assert Sized.__basicsize__ >= 24 and True.__sizeof__() == (1).__sizeof__() == 28
