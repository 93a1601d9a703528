"""The line that a finaliser, and a warning from one, takes its caller to be at."""

import sys
import warnings

lines = []


class D:
    def __del__(self):
        lines.append(sys._getframe(1).f_lineno - first)


def f():
    global first
    first = sys._getframe().f_lineno
    d = D()
    del d
    x = 1
    d = D()
    d = None
    x = 2
    D()
    x = 3
    held = [D()]
    held.clear()
    x = 4
    held = [D()]
    held[0] = 1
    x = 5
    held = {"k": D()}
    del held["k"]
    x = 6
    if D():
        x = 7
    return x


f()
assert lines == [2, 5, 7, 10, 13, 16, 18], lines

lines.clear()
first = 0
d = D()
del d
here = sys._getframe().f_lineno - 1
assert lines == [here], (lines, here)


# A coroutine that nobody awaits is told of where it is dropped, however broken the teller.
async def co():
    pass


def told(action=None):
    reports = []
    original, sys.unraisablehook = sys.unraisablehook, reports.append
    teller = warnings._warn_unawaited_coroutine
    try:
        if action == "delete":
            del warnings._warn_unawaited_coroutine
        elif action:
            warnings._warn_unawaited_coroutine = action
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            c = co()
            start = sys._getframe().f_lineno
            del c
            x = 1
        return ([(str(w.message), w.category, w.lineno - start) for w in caught],
                [r.exc_type for r in reports])
    finally:
        sys.unraisablehook = original
        warnings._warn_unawaited_coroutine = teller


message = ("coroutine 'co' was never awaited", RuntimeWarning, 1)
assert told() == ([message], [])
assert told("delete") == ([message], [])
assert told(lambda c: 1 / 0) == ([message], [ZeroDivisionError])


def refuses(c):
    raise RuntimeWarning("told already")


assert told(refuses) == ([], [RuntimeWarning])
