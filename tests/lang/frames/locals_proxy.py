"""f_locals of functions writes through (PEP 667); locals() is a snapshot."""

import sys


def raises(exc, text, f, *args):
    try:
        f(*args)
    except exc as e:
        assert str(e) == text, (str(e), text)
    else:
        raise AssertionError(f"{exc} not raised")


def variables(a, b=2):
    x = 1

    def inner():
        return x

    return sys._getframe().f_locals, sys._getframe(), inner


p, f, inner = variables(1)
assert type(p).__name__ == "FrameLocalsProxy"
assert list(p) == ["a", "b", "inner", "x"], list(p)
assert p["a"] == 1 and p["x"] == 1 and len(p) == 4
assert list(reversed(p)) == ["x", "inner", "b", "a"]
raises(KeyError, "\"local variable ''zz'' is not defined\"", lambda: p["zz"])
raises(TypeError, "unhashable type: 'list'", lambda: p[[]])

p["x"] = 5
assert inner() == 5
p["new"] = 6
p[3] = 4
assert p["new"] == 6 and p[3] == 4 and "new" in p and 1 not in p
assert f.f_locals == p and f.f_locals is not p
del p[3]
raises(ValueError, "cannot remove local variables from FrameLocalsProxy", p.pop, "a")
raises(ValueError, "cannot remove local variables from FrameLocalsProxy", p.__delitem__, "a")
raises(KeyError, "'q'", p.pop, "q")
assert p.pop("q", 7) == 7 and p.pop("new") == 6
assert p.get("a") == 1 and p.get("q") is None and p.get("q", 3) == 3
assert p.setdefault("a", 9) == 1 and p.setdefault("s", 9) == 9 and p.pop("s") == 9
p.update({"a": 10})
assert p["a"] == 10
raises(TypeError, "update() argument must be dict or another FrameLocalsProxy", p.update, 3)
assert (p | {"k": 1})["k"] == 1 and ({"k": 1} | p)["a"] == 10
assert p == dict(p) and p != {} and type(p.copy()) is dict
assert p.keys() == list(p) and dict(p.items()) == p and p.values()[0] == 10
match p:
    case {"a": v}:
        assert v == 10

# Values replaced under a running frame stay alive while its stack may name them.


def replace(_):
    sys._getframe(1).f_locals["x"] = "new"
    return ""


def borrowed(x):
    return x + replace(x) + x


assert borrowed("o" * 3) == "ooo" + "" + "new"


def unbound():
    q = sys._getframe().f_locals
    keep = lambda: late  # noqa
    assert "late" not in q
    q["late"] = 5
    seen = late
    late = 6
    return seen, q["late"]


assert unbound() == (5, 6)


def snapshot():
    a = 1
    one = locals()
    one["a"] = 2
    return a, one is locals()


assert snapshot() == (1, False)


def recursive():
    me = sys._getframe().f_locals
    return repr(me)


assert recursive() == "{'me': {...}}"


class C:
    assert sys._getframe().f_locals is locals()
    kinds = [type(sys._getframe().f_locals).__name__ for i in [1]]


assert C.kinds == ["FrameLocalsProxy"]
assert sys._getframe().f_locals is globals()

f.clear()
assert dict(p) == {} and dict(f.f_locals) == {}
