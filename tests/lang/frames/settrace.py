"""sys.settrace and sys.setprofile: which events, where, in which order."""

import sys


def trace(function, *, lines=True, opcodes=False):
    events = []
    first = function.__code__.co_firstlineno

    def tracer(frame, event, arg):
        if frame.f_code is not function.__code__:
            return None
        frame.f_trace_lines = lines
        frame.f_trace_opcodes = opcodes
        line = frame.f_lineno - first if frame.f_lineno is not None else None
        if event == "exception":
            arg = arg[0].__name__
        events.append((event, line) if arg is None else (event, line, arg))
        return tracer

    sys.settrace(tracer)
    try:
        function()
    except ValueError:
        pass
    finally:
        sys.settrace(None)
    return events


def straight():
    a = 1
    b = 2
    return a + b


assert trace(straight) == [("call", 0), ("line", 1), ("line", 2), ("line", 3), ("return", 3, 3)]
assert trace(straight, lines=False) == [("call", 0), ("return", 3, 3)]
assert [e for e, *_ in trace(straight, opcodes=True)].count("opcode") == 7


def loop():
    for i in [1, 2]:
        pass
    while i: i -= 1


assert trace(loop) == [
    ("call", 0),
    ("line", 1),
    ("line", 2),
    ("line", 1),
    ("line", 2),
    ("line", 1),
    ("line", 3),
    ("line", 3),
    ("line", 3),
    ("return", 3),
], trace(loop)


def handled():
    try:
        raise KeyError
    except KeyError:
        pass
    raise ValueError


assert trace(handled) == [
    ("call", 0),
    ("line", 1),
    ("line", 2),
    ("exception", 2, "KeyError"),
    ("line", 3),
    ("line", 4),
    ("line", 5),
    ("exception", 5, "ValueError"),
    ("return", 5),
], trace(handled)


def generator():
    yield 1
    yield 2


def drive():
    for _ in generator():
        pass


events = []


def tracer(frame, event, arg):
    if frame.f_code is generator.__code__:
        events.append((event, frame.f_lineno - generator.__code__.co_firstlineno, arg))
        return tracer


sys.settrace(tracer)
drive()
sys.settrace(None)
assert events == [
    ("call", 0, None),
    ("line", 1, None),
    ("return", 1, 1),
    ("call", 1, None),
    ("line", 2, None),
    ("return", 2, 2),
    ("call", 2, None),
    ("return", 2, None),
], events

# An error in the trace function ends tracing and goes to the traced code.


def failing(frame, event, arg):
    if event == "line":
        raise RuntimeError("from the tracer")
    return failing


def victim():
    x = 1


sys.settrace(failing)
try:
    victim()
except RuntimeError as e:
    assert str(e) == "from the tracer"
else:
    raise AssertionError
assert sys.gettrace() is None

# Profiling tells native calls too.

events = []


def profiler(frame, event, arg):
    if frame.f_code is native.__code__:
        name = getattr(arg, "__name__", arg)
        events.append((event, name))


def native():
    len("abc")
    "a".upper()
    try:
        int("z")
        len(3)
    except (ValueError, TypeError):
        pass
    try:
        len(3)
    except TypeError:
        pass


sys.setprofile(profiler)
assert sys.getprofile() is profiler
native()
sys.setprofile(None)
assert events == [
    ("call", None),
    ("c_call", "len"),
    ("c_return", "len"),
    ("c_call", "upper"),
    ("c_return", "upper"),
    ("c_call", "len"),
    ("c_exception", "len"),
    ("return", None),
], events

# call_tracing traces below a trace function.

seen = []


def inner():
    y = 1


def outer(frame, event, arg):
    seen.append((event, frame.f_code.co_name))
    if frame.f_code is victim.__code__ and event == "line":
        sys.call_tracing(inner, ())
    return outer


sys.settrace(outer)
victim()
sys.settrace(None)
assert [s for s in seen if s[1] == "inner"] == [
    ("call", "inner"),
    ("line", "inner"),
    ("return", "inner"),
], seen
