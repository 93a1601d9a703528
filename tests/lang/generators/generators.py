"""Generators: send, throw, close, delegation, exceptions and cleanup."""

log = []


def g():
    try:
        x = yield 1
        log.append(x)
        y = yield 2
        log.append(y)
    except ValueError as e:
        log.append(str(e))
        yield "caught"
    finally:
        log.append("done")
    return "result"


it = g()
assert next(it) == 1
assert it.send("a") == 2
assert it.throw(ValueError("boom")) == "caught"
try:
    next(it)
except StopIteration as e:
    assert e.value == "result"
assert log == ["a", "boom", "done"]

log.clear()
it = g()
next(it)
it.close()
assert log == ["done"]
assert list(it) == []


def inner():
    got = yield "i1"
    try:
        yield got
    except KeyError:
        yield "key"
    return 42


def outer():
    r = yield from inner()
    yield ("returned", r)


o = outer()
assert [next(o), o.send("v"), o.throw(KeyError), next(o)] == ["i1", "v", "key", ("returned", 42)]


def tree(n):
    if n:
        yield from tree(n - 1)
        yield n
        yield from tree(n - 1)


assert list(tree(3)) == [1, 2, 1, 3, 1, 2, 1]
assert sum(x for x in tree(10)) == 2036


def bad():
    raise StopIteration(3)
    yield


try:
    next(bad())
except RuntimeError as e:
    assert str(e) == "generator raised StopIteration"
    assert isinstance(e.__cause__, StopIteration)
else:
    raise AssertionError


def selfish():
    try:
        me.send(None)
    except ValueError as e:
        yield str(e)


me = selfish()
assert next(me) == "generator already executing"


def handled():
    try:
        raise KeyError("k")
    except KeyError:
        yield 1
        try:
            raise
        except KeyError as e:
            yield e.args


h = handled()
try:
    raise ValueError
except ValueError:
    assert next(h) == 1
    try:
        raise
    except ValueError:
        pass
assert next(h) == ("k",)


async def leaf(n):
    return n * 2


async def agen(n):
    for i in range(n):
        yield await leaf(i)


async def main():
    out = []
    async for x in agen(4):
        out.append(x)
    return out, [y async for y in agen(3) if y], await leaf(21)


def drive(coro):
    try:
        while True:
            coro.send(None)
    except StopIteration as e:
        return e.value


assert drive(main()) == ([0, 2, 4, 6], [2, 4], 42)


class Ctx:
    async def __aenter__(self):
        return "in"

    async def __aexit__(self, *exc):
        self.exc = exc[0]
        return True


async def use():
    c = Ctx()
    async with c as v:
        raise OSError(v)
    return c.exc


assert drive(use()) is OSError


import types

# anext() with a default wraps awaitables that may have ended.
class Steps:
    def __init__(self, plain):
        self.n = 0
        self.plain = plain

    def __aiter__(self):
        return self

    def __anext__(self):
        return (plain_step if self.plain else coroutine_step)(self)


async def coroutine_step(steps):
    steps.n += 1
    return steps.n


@types.coroutine
def plain_step(steps):
    steps.n += 1
    yield "waits"
    return steps.n


def outcome(f, *args):
    try:
        return f(*args)
    except (StopIteration, ValueError) as e:
        return type(e), e.args


g = anext(Steps(True), "default").__await__()
assert outcome(g.send, None) == "waits"
assert outcome(g.throw, ValueError("x")) == (ValueError, ("x",))
assert outcome(g.close) is None and outcome(g.send, None) == (StopIteration, ())
g = anext(Steps(True), "default")
assert next(g) == "waits"
assert outcome(next, g) == (StopIteration, (1,)) and outcome(next, g) == (StopIteration, ())
g.close()
g = anext(Steps(False), "default").__await__()
assert outcome(g.send, None) == (StopIteration, (1,)) and g.close() is None
