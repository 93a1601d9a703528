"""Setting f_lineno: where a debugger may move a frame, and what refuses it."""

import sys


def jump(function, source, target, *args):
    """Jumps once, from one line to another, both counted from the def line."""
    first = function.__code__.co_firstlineno
    done = False

    def tracer(frame, event, arg):
        nonlocal done
        if frame.f_code is not function.__code__:
            return None
        if event == "line" and frame.f_lineno == first + source and not done:
            done = True
            frame.f_lineno = first + target
        return tracer

    sys.settrace(tracer)
    try:
        return function(*args)
    finally:
        sys.settrace(None)


def refused(text, function, source, target):
    try:
        jump(function, source, target, [])
    except ValueError as e:
        assert text in str(e), (text, str(e))
    else:
        raise AssertionError(text)


def plain(out):
    out.append(1)
    out.append(2)
    out.append(3)
    return out


assert jump(plain, 2, 3, []) == [1, 3]
assert jump(plain, 3, 1, []) == [1, 2, 1, 2, 3]
refused("comes before the current code block", plain, 2, -1)
refused("comes after the current code block", plain, 2, 1000)


def loops(out):
    out.append(1)
    for i in 1, 2:
        out.append(3)
    for j in 3, 4:
        out.append(5)
    return out


assert jump(loops, 3, 6, []) == [1]
assert jump(loops, 5, 1, []) == [1, 3, 3, 1, 3, 3, 5, 5]
refused("can't jump into the body of a for loop", loops, 1, 3)


def tries(out):
    try:
        out.append(2)
        raise KeyError
    except KeyError:
        out.append(5)
    out.append(6)
    return out


assert jump(tries, 2, 6, []) == [6]
assert jump(tries, 5, 6, []) == [2, 6] and sys.exception() is None
refused("can't jump into an 'except' block as there's no exception", tries, 1, 5)


class Manager:
    def __enter__(self):
        return self

    def __exit__(self, *a):
        pass


def withs(out):
    out.append(1)
    with Manager():
        out.append(3)
    out.append(4)
    return out


assert jump(withs, 3, 4, []) == [1, 4]
refused("incompatible stacks", withs, 1, 3)


def unbound(out):
    if out:
        x = 1
        out.append(x)
    out.append(x)
    return out


assert jump(unbound, 1, 4, []) == [None]


def call_event(frame, event, arg):
    if frame.f_code is plain.__code__:
        frame.f_lineno = frame.f_lineno + 1


sys.settrace(call_event)
try:
    plain([])
except ValueError as e:
    assert str(e) == "can't jump from the 'call' trace event of a new frame"
else:
    raise AssertionError
finally:
    sys.settrace(None)

# A value replaced on another way stays alive while it is used.


def multi(x, out):
    out.append(
        x + "tail"
    )
    x = "other"
    return out + [x]


assert jump(multi, 2, 4, "head", []) == ["other"]


# A suspended generator can be moved too.
def steps():
    got = yield 1
    got = yield 2
    yield 3
    yield got


g = steps()
assert next(g) == 1
first = steps.__code__.co_firstlineno


def mover(frame, event, arg):
    if frame.f_code is trigger.__code__ and event == "line":
        g.gi_frame.f_lineno = first + 3
    return mover


def trigger():
    return 1


sys.settrace(mover)
trigger()
sys.settrace(None)
assert next(g) == 3
