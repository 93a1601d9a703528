"""Raising, chaining, groups, finally, with, tracebacks."""


def chain():
    try:
        1 / 0
    except ZeroDivisionError:
        raise KeyError("k")


try:
    chain()
except KeyError as e:
    assert isinstance(e.__context__, ZeroDivisionError)
    assert e.__cause__ is None and not e.__suppress_context__
    tb = e.__traceback__
    names = []
    while tb:
        names.append((tb.tb_frame.f_code.co_name, tb.tb_lineno))
        tb = tb.tb_next
    assert names == [("<module>", 12), ("chain", 8)], names

try:
    try:
        raise OSError(2, "gone", "file")
    except OSError as e:
        assert type(e) is FileNotFoundError and e.filename == "file" and e.errno == 2
        raise ValueError("v") from e
except ValueError as e:
    assert isinstance(e.__cause__, FileNotFoundError) and e.__suppress_context__


def order():
    out = []
    for i in range(3):
        try:
            if i == 1:
                continue
            out.append(i)
        finally:
            out.append("f")
    try:
        try:
            raise IndexError
        finally:
            out.append("inner")
    except LookupError:
        out.append("outer")
    else:
        out.append("never")
    return out


assert order() == [0, "f", "f", 2, "f", "inner", "outer"]


class Ctx:
    def __init__(self, swallow):
        self.swallow = swallow

    def __enter__(self):
        return self

    def __exit__(self, typ, val, tb):
        self.seen = typ
        return self.swallow


with Ctx(True) as c:
    raise ValueError
assert c.seen is ValueError
try:
    with Ctx(False) as c, Ctx(False) as d:
        raise TypeError("t")
except TypeError:
    assert c.seen is d.seen is TypeError

try:
    raise ExceptionGroup("g", [ValueError(1), TypeError(2), ExceptionGroup("h", [KeyError(3)])])
except* ValueError as eg:
    assert [type(e) for e in eg.exceptions] == [ValueError]
except* (TypeError, KeyError) as eg:
    assert len(eg.exceptions) == 2

try:
    try:
        raise ExceptionGroup("g", [ValueError(1), OSError(2)])
    except* ValueError:
        pass
except ExceptionGroup as eg:
    assert [type(e) for e in eg.exceptions] == [OSError]

e = ValueError("x")
e.add_note("a note")
assert e.__notes__ == ["a note"]
assert repr(e) == "ValueError('x')" and str(KeyError("k")) == "'k'"

for n in range(2000):
    try:
        raise LookupError(n)
    except LookupError as e:
        assert e.args == (n,)

try:
    undefined_name
except NameError as e:
    assert str(e) == "name 'undefined_name' is not defined" and e.name == "undefined_name"


def unbound():
    print(local)
    local = 1


try:
    unbound()
except UnboundLocalError as e:
    assert "local variable 'local'" in str(e)

try:
    raise "text"
except TypeError as e:
    assert str(e) == "exceptions must derive from BaseException"


def reraise():
    try:
        raise KeyError(1)
    except KeyError as first:
        try:
            raise ValueError(2)
        except ValueError:
            pass
        raise


try:
    reraise()
except KeyError as e:
    assert e.args == (1,)


# `args` is one tuple, whatever the exception was made with and by whom.
class Ignoring(Exception):
    def __init__(self, *args):
        pass


class Adding(Exception):
    def __init__(self, *args):
        super().__init__(*args, "added")


for made, args in [
    (ValueError(), ()),
    (ValueError(3), (3,)),
    (ValueError((3,)), ((3,),)),
    (ValueError(1, 2), (1, 2)),
    (Ignoring(5), (5,)),
    (Adding(5), (5, "added")),
    (Adding(), ("added",)),
    (StopIteration(7), (7,)),
    (OSError("text"), ("text",)),
]:
    assert made.args == args, (made, made.args)
    assert made.args is made.args
    made.args = [8, 9]
    assert made.args == (8, 9)

try:
    {}[(1, 2)]
except KeyError as e:
    assert e.args == ((1, 2),) and str(e) == "(1, 2)"
try:
    next(iter(()))
except StopIteration as e:
    assert e.args == () and e.value is None


def returning():
    return 5
    yield


try:
    next(returning())
except StopIteration as e:
    assert e.args == (5,) and e.value == 5

# An only argument that leads back to its exception.
import gc
import weakref


class Looped(Exception):
    pass


looped = Looped([])
looped.args[0].append(looped)
watcher = weakref.ref(looped)
looped = Looped(looped)
looped.__init__(looped)
both = weakref.ref(looped)
del looped
gc.collect()
assert watcher() is None and both() is None
looped = Looped()
looped.args = (looped, 1)
del looped
gc.collect()
assert not any(type(o) is Looped for o in gc.get_objects())

# Messages of the same wording are equal strings, and different wordings stay apart.
texts = set()
for _ in range(3):
    for bad in (lambda: [][1], lambda: ()[1], lambda: ""[1], lambda: b""[1], lambda: [].pop()):
        try:
            bad()
        except IndexError as e:
            texts.add(str(e))
assert texts == {
    "list index out of range",
    "tuple index out of range",
    "string index out of range",
    "index out of range",
    "pop from empty list",
}, texts
