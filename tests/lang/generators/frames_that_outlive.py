"""Frame objects that outlive their generators keep the variables; `anext()` with a default."""

import gc
import sys
import weakref


def g():
    a = 42
    yield sys._getframe()
    b = 1
    yield b


x = g()
f = next(x)
assert x.gi_frame is f
del x
gc.collect()
assert dict(f.f_locals) == {"a": 42} and f.f_back is None

x = g()
f = next(x)
x.close()
assert dict(f.f_locals) == {"a": 42}

f, one = list(g())
assert dict(f.f_locals) == {"a": 42, "b": 1} and f.f_back is None


class Held:
    pass


def holds(held):
    yield


held = Held()
w = weakref.ref(held)
x = holds(held)
next(x)
f = x.gi_frame
del held, x
assert w() is f.f_locals["held"]
del f
gc.collect()
assert w() is None, "the frame has kept what it held"


class Ends:
    def __aiter__(self):
        return self

    async def __anext__(self):
        raise StopAsyncIteration


class Goes(Ends):
    async def __anext__(self):
        return 5


async def ask(it):
    return await anext(it, 7)


for it, answer in ((Ends(), 7), (Goes(), 5)):
    c = ask(it)
    try:
        c.send(None)
    except StopIteration as e:
        assert e.value == answer
    else:
        raise AssertionError("the coroutine waits")
