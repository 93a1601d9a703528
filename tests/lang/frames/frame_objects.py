"""What a frame object tells, and when it can be cleared."""

import gc
import sys
import weakref


def raises(exc, text, f, *args):
    try:
        f(*args)
    except exc as e:
        assert str(e) == text, (str(e), text)
    else:
        raise AssertionError(f"{exc} not raised")


def gen():
    z = 1
    yield z
    yield z


g = gen()
f = g.gi_frame
assert f.f_generator is g and f.f_back is None
assert next(g) == 1
f.f_locals["z"] = 77
raises(RuntimeError, "cannot clear a suspended frame", f.clear)
assert next(g) == 77
raises(RuntimeError, "cannot clear an executing frame", sys._getframe().clear)
assert list(g) == [] and g.gi_frame is None and f.f_generator is None

g = gen()
f = g.gi_frame
f.clear()
assert g.gi_frame is None and list(g) == []

f = sys._getframe()
line = f.f_lineno + 2
text = f"<frame at {hex(id(f))}, file {__file__!r}, line {line}, code <module>>"
assert repr(f) == text, (repr(f), text)
assert f.f_builtins is __builtins__.__dict__ and f.f_globals is globals()
assert f.f_trace is None and f.f_trace_lines is True and f.f_trace_opcodes is False
f.f_trace = 3
assert f.f_trace == 3
del f.f_trace
assert f.f_trace is None
raises(TypeError, "attribute value type must be bool", setattr, f, "f_trace_lines", 3)
raises(TypeError, "can't delete numeric/char attribute", delattr, f, "f_trace_lines")
raises(TypeError, "attribute value type must be bool", setattr, f, "f_trace_opcodes", 3)
raises(
    AttributeError,
    "attribute 'f_lineno' of 'frame' objects cannot be deleted",
    delattr,
    f,
    "f_lineno",
)
raises(ValueError, "lineno must be an integer", setattr, f, "f_lineno", 1.5)
raises(ValueError, "f_lineno can only be set in a trace function", setattr, f, "f_lineno", 1)


class Thing:
    pass


def holder():
    thing = Thing()
    return sys._getframe(), weakref.ref(thing)


f, ref = holder()
assert ref() is not None and f.f_locals["thing"] is ref()
f.clear()
assert ref() is None


def cycle():
    me = sys._getframe()
    thing = Thing()
    return weakref.ref(thing)


ref = cycle()
gc.collect()
assert ref() is None


def deep(n):
    if n == 0:
        return sys._getframe()
    return deep(n - 1)


f = deep(3)
names = []
while f is not None:
    names.append(f.f_code.co_name)
    f = f.f_back
assert names == ["deep"] * 4 + ["<module>"], names
