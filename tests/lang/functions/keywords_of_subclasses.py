"""Keywords that subclasses of built-in types take themselves, and how calls refuse others."""


def message(f):
    try:
        f()
    except TypeError as e:
        return str(e)
    return "taken"


class WithInit(float):
    def __init__(self, x, note=None):
        self.note = note


class WithNew(list):
    def __new__(cls, x, note=None):
        made = super().__new__(cls, x)
        made.note = note
        return made


assert (WithInit(2.5, note=3), WithInit(2.5, note=3).note) == (2.5, 3)
assert WithNew([1], note=3) == [1] and WithNew([1], note=3).note == 3


class Float(float):
    pass


class List(list):
    pass


class Set(set):
    def __new__(cls, x, note=None):
        return super().__new__(cls, x)


assert message(lambda: Float(2.5, note=3)) == "float() takes no keyword arguments"
assert message(lambda: List([1], note=3)) == "list() takes no keyword arguments"
assert message(lambda: Set([1], note=3)) == "set() takes no keyword arguments"
assert message(lambda: str(1, 2, 3, 4)) == "str expected at most 3 arguments, got 4"
assert message(lambda: int(1, 2, 3)) == "int expected at most 2 arguments, got 3"


def f(**kwargs):
    pass


name = f"{__name__}.f()"
assert message(lambda: print(**{1: 2})) == "keywords must be strings"
assert message(lambda: f(**{1: 2}, **{1: 5})) == f"{name} got multiple values for keyword argument '1'"


class C:
    class P(float):
        pass


assert message(lambda: "%c" % C.P(1)) == "%c requires an int or a unicode character, not C.P"
assert message(lambda: b"%c" % C.P(1)) == (
    "%c requires an integer in range(256) or a single byte, not C.P"
)

import itertools

for cls, args in ((itertools.chain, ([1],)), (itertools.islice, ([1], 0, 1)), (filter, (None, [1]))):
    sub = type("S", (cls,), {})
    assert message(lambda: sub(*args, note=3)) == f"{cls.__name__}() takes no keyword arguments"
    sub = type("S", (cls,), {"__init__": lambda self, *args, note: None})
    assert list(sub(*args, note=3)) == [1]
