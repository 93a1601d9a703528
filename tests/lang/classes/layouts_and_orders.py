"""Which classes an object may change to, whose `__dict__` it has, and orders that `mro()` makes."""

import types
import warnings


def refused(kind, message, f, *args):
    try:
        f(*args)
    except kind as e:
        assert str(e) == message, e
    else:
        raise AssertionError(f"not refused: {message}")


# --- __class__ ---------------------------------------------------------------------------
class G:
    __slots__ = ["a", "b"]


class H:
    __slots__ = ["b", "a"]


class L(H):
    __slots__ = ["e"]


class L2(H):
    __slots__ = ["e"]


class M(G):
    __slots__ = ["e"]


def become(obj, cls):
    obj.__class__ = cls
    return obj


g = G()
g.a = 1
assert become(g, H).a == 1
assert type(become(L(), L2)) is L2
# What was added last may differ in origin, what lies below may not.
refused(TypeError, "__class__ assignment: 'M' object layout differs from 'L'", become, L(), M)


class A:
    pass


class B:
    pass


class AA(A):
    pass


class BB(B):
    pass


class AAS(A):
    __slots__ = ()


class AS(A):
    __slots__ = ["q"]


class BS(B):
    __slots__ = ["q"]


assert type(become(AA(), BB)) is BB and type(become(AA(), AAS)) is AAS
refused(TypeError, "__class__ assignment: 'BS' object layout differs from 'AS'", become, AS(), BS)


# --- __slots__ without a value -------------------------------------------------------------
class Outer:
    class Inner:
        __slots__ = ("field",)


for _ in range(40):
    inner = Outer.Inner()
    try:
        inner.field
    except AttributeError as e:
        assert str(e) == "'Outer.Inner' object has no attribute 'field'"
        assert e.name == "field" and e.obj is inner
    else:
        raise AssertionError
refused(AttributeError, "field", Outer.Inner.field.__delete__, Outer.Inner())


# --- __dict__ of another class ---------------------------------------------------------------
class Base:
    pass


of_base = Base.__dict__["__dict__"]


class Meta(type, Base):
    pass


class Module(types.ModuleType, Base):
    pass


class Error(Exception, Base):
    pass


class C(metaclass=Meta):
    field = 1


assert of_base.__get__(C)["field"] == 1
refused(AttributeError, "attribute '__dict__' of 'type' objects is not writable",
        of_base.__set__, C, {})
refused(AttributeError, "attribute '__dict__' of 'type' objects is not writable",
        of_base.__delete__, C)
refused(AttributeError, "readonly attribute", of_base.__set__, Module("m"), {})
error = Error()
of_base.__set__(error, {"a": 1})
assert error.a == 1
refused(TypeError, "cannot delete __dict__", of_base.__delete__, error)
plain = Base()
of_base.__set__(plain, {"a": 2})
assert plain.a == 2
of_base.__delete__(plain)
assert plain.__dict__ == {}


# --- keys that are no strings -------------------------------------------------------------
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    odd = type("Odd", (), {1: 2, "x": 3})
assert [(str(w.message), w.category) for w in caught] == [
    ("non-string key in the __dict__ of class Odd", RuntimeWarning)
]
assert odd.x == 3 and odd.__dict__[1] == 2


# --- mro() --------------------------------------------------------------------------------
seen = []


class Watching(type):
    def mro(cls):
        seen.append(cls.__mro__)
        if len(seen) == 1:
            refused(TypeError, "Cannot extend an incomplete type 'W'",
                    type.__new__, Watching, "Below", (cls,), {})
            cls.__bases__ += ()
        return type.mro(cls)


class W(metaclass=Watching):
    pass


assert seen[0] is seen[1] is None and W.__mro__ == (W, object)

LEFT_OUT = "super(type, obj): obj (type X) is not an instance or subtype of type (X)."
for order in ((Base,), (Base, object)):
    meta = type("Forgets", (type,), {"mro": lambda cls, order=order: order})
    refused(TypeError, LEFT_OUT, meta, "X", (), {})


# Types that an order takes in without being bases are looked at anew each time.
class Value:
    value = 1
    def method(self):
        return self.value


class Takes(type):
    def mro(cls):
        return (cls, Value, object)


class Odd(metaclass=Takes):
    pass


class Below(Odd):
    pass


def read(cls):
    return cls.value, cls().value, cls().method()


for value in (1, 2, 3):
    Value.value = value
    for _ in range(20):
        assert read(Odd) == read(Below) == (value, value, value)
Value.method = lambda self: "new"
assert read(Odd)[2] == read(Below)[2] == "new"
