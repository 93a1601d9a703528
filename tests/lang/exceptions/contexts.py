"""What becomes an exception's context where generators and native code are in between."""

from contextlib import ExitStack, contextmanager


def thrown_into(body):
    """`Exception(2)` thrown into a generator while `Exception(1)` is being handled."""
    g = body()
    next(g)
    try:
        try:
            raise Exception(1)
        except Exception:
            g.throw(Exception(2))
    except Exception as e:
        chain = []
        while e is not None:
            chain.append(e.args[0])
            e = e.__context__
        return chain


def unhandled():
    yield


def reraises():
    try:
        yield
    except Exception:
        raise


def raises_another():
    try:
        yield
    except Exception:
        raise Exception(3)


def handles_one_itself():
    try:
        raise Exception(0)
    except Exception:
        yield


assert thrown_into(unhandled) == [2]
assert thrown_into(reraises) == [2]
assert thrown_into(raises_another) == [3, 2]
assert thrown_into(handles_one_itself) == [2, 0]


@contextmanager
def raise_after(exc):
    try:
        yield
    except Exception:
        raise exc


try:
    with ExitStack() as stack:
        stack.enter_context(raise_after(Exception(4)))
        stack.enter_context(raise_after(Exception(3)))
        stack.enter_context(raise_after(Exception(2)))
        raise Exception(1)
except Exception as e:
    chain = []
    while e is not None:
        chain.append(e.args[0])
        e = e.__context__
    assert chain == [4, 3, 2, 1], chain


# What the construction of a thrown exception raises is raised there.
class Odd(Exception):
    def __new__(cls, *args):
        return "no exception"


def survives():
    try:
        yield 1
    except TypeError as e:
        yield str(e)


g = survives()
next(g)
assert "should have returned an instance of BaseException, not" in g.throw(Odd)

import sys

for status, code, args in ((None, None, ()), ((42,), 42, (42,)), ((1, 2), (1, 2), (1, 2))):
    try:
        sys.exit(status)
    except SystemExit as e:
        assert (e.code, e.args) == (code, args)
