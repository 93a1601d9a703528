"""Errors that nobody can catch: what sys.unraisablehook is told, and of what."""

import atexit
import gc
import sys
import weakref

told = []


def hook(error):
    assert error.object is None
    told.append((error.exc_type, error.err_msg.partition(" at 0x")[0]))


sys.unraisablehook = hook


class Finalised:
    def __del__(self):
        1 / 0


class Odd:
    __del__ = 3


def generator():
    try:
        yield
    finally:
        1 / 0


class Delegate:
    def __iter__(self):
        return self

    def __next__(self):
        return 1

    @property
    def close(self):
        1 / 0


def delegating():
    yield from Delegate()


def callback(*args):
    1 / 0


Finalised()
Odd()
g = generator()
next(g)
del g
g = delegating()
next(g)
g.close()
r = weakref.ref(Delegate(), callback)
gc.disable()
gc.callbacks.append(callback)
gc.collect()
gc.callbacks.clear()
gc.enable()
atexit.register(callback)
atexit._run_exitfuncs()
full = open("/dev/full", "wb")
full.write(b"x")
del full
sys.unraisablehook = sys.__unraisablehook__

zero = ZeroDivisionError
assert told == [
    (zero, "Exception ignored while calling deallocator <function Finalised.__del__"),
    (TypeError, "Exception ignored while calling deallocator 3"),
    (zero, "Exception ignored while closing generator <generator object generator"),
    (zero, "Exception ignored while closing generator <__main__.Delegate object"),
    (zero, "Exception ignored while calling weakref callback <function callback"),
    (zero, "Exception ignored while calling GC callback <function callback"),
    (zero, "Exception ignored while calling GC callback <function callback"),
    (zero, "Exception ignored in atexit callback <function callback"),
    (OSError, "Exception ignored while finalizing file <_io.BufferedWriter name='/dev/full'>"),
], told
