"""Context variables: values belong to contexts, contexts to threads, copies share nothing."""

import contextvars
import gc
import threading
import weakref
from contextvars import Context, ContextVar, Token, copy_context


def raises(kind, f, *args, **kwargs):
    try:
        f(*args, **kwargs)
    except kind as e:
        return str(e)
    raise AssertionError(f"{kind.__name__} was not raised")


# Values and defaults.
plain = ContextVar("plain")
given = ContextVar("given", default=10)
assert plain.name == "plain"
assert repr(given).startswith("<ContextVar name='given' default=10 at 0x")
assert raises(LookupError, plain.get) == repr(plain)
assert plain.get(5) == 5 and given.get() == 10 and given.get(7) == 7
assert raises(TypeError, ContextVar, 1) == "context variable name must be a str"
assert raises(TypeError, Context, 1) == "Context() does not accept any arguments"
assert raises(RuntimeError, Token) == "Tokens can only be created by ContextVars"

# Tokens undo what made them, once.
token = plain.set(1)
assert token.var is plain and token.old_value is Token.MISSING
assert repr(Token.MISSING) == "<Token.MISSING>"
second = plain.set(2)
assert second.old_value == 1
plain.reset(second)
assert plain.get() == 1
assert "has already been used once" in raises(RuntimeError, plain.reset, second)
assert "was created by a different ContextVar" in raises(ValueError, given.reset, token)
assert raises(TypeError, plain.reset, 3) == "expected an instance of Token, got 3"
plain.reset(token)
assert plain.get("none") == "none"
raises(TypeError, hash, token)

with plain.set("inside") as t:
    assert plain.get() == "inside" and t.var is plain
assert plain.get(None) is None

# A context runs code and keeps what it sets.
c = Context()
seen = []


def body(x, *, y):
    plain.set(x + y)
    seen.append(copy_context()[plain])
    assert "is already entered" in raises(RuntimeError, c.run, body, 1, y=2)
    return "done"


assert c.run(body, 1, y=2) == "done"
assert seen == [3] and c[plain] == 3 and plain not in copy_context()
assert len(c) == 1 and list(c) == [plain] and list(c.keys()) == [plain]
assert list(c.values()) == [3] and list(c.items()) == [(plain, 3)]
assert c.get(given) is None and c.get(given, 0) == 0
assert raises(TypeError, lambda: 1 in c) == "a ContextVar key was expected, got 1"
raises(KeyError, lambda: c[given])
token = c.run(plain.set, 4)
assert "was created in a different Context" in raises(ValueError, plain.reset, token)
raises(ZeroDivisionError, c.run, lambda: 1 / 0)
assert c.run(plain.get) == 4

# Copies are independent, and compare by their items.
d = c.copy()
assert d == c and not d != c
d.run(plain.set, 5)
assert d != c and c[plain] == 4
raises(TypeError, hash, c)

# Many variables, set and taken back in another order.
variables = [ContextVar(f"v{i}") for i in range(300)]


def many():
    tokens = [v.set(i) for i, v in enumerate(variables)]
    snapshot = copy_context()
    assert [snapshot[v] for v in variables] == list(range(300))
    for v, t in list(zip(variables, tokens))[::2]:
        v.reset(t)
    now = copy_context()
    assert len(now) == 150 and len(snapshot) == 300
    assert [v.get(None) for v in variables[:4]] == [None, 1, None, 3]
    assert all(v in now for v in variables[1::2])
    for v, t in list(zip(variables, tokens))[1::2]:
        v.reset(t)
    assert len(copy_context()) == 0 and len(now) == 150


Context().run(many)


# Generators have no context of their own.
def generator():
    plain.set("from the generator")
    yield 1


g = generator()
next(g)
assert plain.get() == "from the generator"

# A new thread starts with an empty context.
result = []
t = threading.Thread(target=lambda: result.append(plain.get("nothing")))
t.start()
t.join()
assert result == ["nothing"], result


# A context that holds itself is collected.
class Thing:
    pass


def cycle():
    thing = Thing()
    context = Context()
    context.run(plain.set, (context, thing))
    return weakref.ref(thing), weakref.ref(context)


refs = cycle()
gc.collect()
assert [r() for r in refs] == [None, None]

assert contextvars.ContextVar[int].__origin__ is ContextVar
