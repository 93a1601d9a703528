"""What is said of errors that nobody can catch."""

import gc
import io
import sys
import weakref

seen = []
sys.unraisablehook = lambda u: seen.append((u.err_msg, u.object, u.exc_type))


def taken():
    gc.collect()
    out, seen[:] = seen[:], []
    return out


class Broken:
    def __del__(self):
        1 / 0


shown = repr(Broken.__del__)
Broken()
assert taken() == [(f"Exception ignored while calling deallocator {shown}", None, ZeroDivisionError)]


def callback(weak):
    1 / 0


class Plain:
    pass


o = Plain()
w = weakref.ref(o, callback)
del o
assert taken() == [
    (f"Exception ignored while calling weakref callback {callback!r}", None, ZeroDivisionError)
]


class Raw(io.RawIOBase):
    def close(self):
        raise OSError("no")

    def __repr__(self):
        return "<raw>"


Raw()
assert taken() == [("Exception ignored while finalizing file <raw>", None, OSError)]

# The default hook: the traceback, and a colon even where there is nothing to say.
sys.stderr = io.StringIO()
try:
    try:
        raise ValueError
    except ValueError as e:
        args = type("Args", (), {})
        hook = sys.__unraisablehook__

        class Del:
            def __del__(self):
                raise ValueError

        sys.unraisablehook = hook
        shown = repr(Del.__del__)
        Del()
    text = sys.stderr.getvalue()
finally:
    sys.stderr = sys.__stderr__
lines = text.splitlines()
assert lines[0] == f"Exception ignored while calling deallocator {shown}:", lines
assert lines[1] == "Traceback (most recent call last):" and lines[-1] == "ValueError: ", lines
assert not any("^" in line for line in lines)
