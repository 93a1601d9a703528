"""Streams whose construction failed, was left out or was undone, and what is refused after."""

import io
import pickle


def refuses(error, words, f, *args):
    try:
        f(*args)
    except error as e:
        assert words in str(e), e
    else:
        raise AssertionError(f"{f} did not fail")


unmade = "uninitialized object"
for cls, method, args in [
    (io.BufferedReader, "read", ()),
    (io.BufferedWriter, "write", (b"x",)),
    (io.BufferedRandom, "peek", ()),
]:
    stream = cls(io.BytesIO(b"abc"))
    refuses(ValueError, "strictly positive", stream.__init__, io.BytesIO(), 0)
    refuses(ValueError, unmade, getattr(stream, method), *args)
    stream.__init__(io.BytesIO(b"abc"))
    getattr(stream, method)(*args)
    refuses(AttributeError, "", stream.__init__, None)
    refuses(ValueError, unmade, getattr(stream, method), *args)
    assert repr(stream) == f"<_io.{cls.__name__}>"
    new = cls.__new__(cls)
    assert new.raw is None
    refuses(ValueError, unmade, getattr(new, method), *args)
    detached = cls(io.BytesIO())
    detached.detach()
    refuses(ValueError, "detached", getattr(detached, method), *args)

text = io.TextIOWrapper(io.BytesIO(b"abc"), encoding="utf-8")
refuses(ValueError, "illegal newline", text.__init__, io.BytesIO(), "utf-8", None, "x")
for f in (text.read, text.readline, text.tell, text.close, text.detach, lambda: repr(text)):
    refuses(ValueError, unmade, f)
assert text.closed and text.encoding == "utf-8"
new = io.TextIOWrapper.__new__(io.TextIOWrapper)
assert new.closed and new.encoding is None
refuses(ValueError, unmade, lambda: new.buffer)
text = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
text.detach()
assert repr(text) == "<_io.TextIOWrapper encoding='ascii'>"
assert (text.errors, text.line_buffering) == ("strict", False)
for f in (text.close, text.flush, text.detach, lambda: text.closed):
    refuses(ValueError, "detached", f)

# Abstract streams take no arguments, unless a subclass has an __init__ for them.
for cls in (io.IOBase, io.RawIOBase, io.BufferedIOBase, io.TextIOBase):
    native = cls.__mro__[1]
    refuses(TypeError, f"_io.{native.__name__}() takes no arguments", native, 1)
    sub = type("Sub", (cls,), {})
    refuses(TypeError, "Sub() takes no arguments", sub, 1)
    type("Sub", (cls,), {"__init__": lambda self, x: None})(1)

# object.__new__ makes them, which copyreg relies on.
assert "__new__" not in vars(io.BufferedReader) and "__new__" in vars(io.FileIO)
assert type(object.__new__(io.BufferedReader)) is io.BufferedReader


class Tagged(io.BufferedReader):
    def __init__(self, raw, tag):
        super().__init__(raw)
        self.tag = tag

    def __getstate__(self):
        return self.tag, self.raw.getvalue()

    def __setstate__(self, state):
        self.__init__(io.BytesIO(state[1]), state[0])


tagged = Tagged(io.BytesIO(b"data"), "ham")
assert repr(tagged) == "<Tagged>"
for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
    again = pickle.loads(pickle.dumps(tagged, protocol))
    assert (again.tag, again.read()) == ("ham", b"data")
    for stream in (io.BufferedReader(io.BytesIO()), io.TextIOWrapper(io.BytesIO())):
        refuses(TypeError, "cannot pickle", pickle.dumps, stream, protocol)

# A flag takes nothing but a bool.
made = io.FileIO(0, closefd=False), io.BufferedReader(io.BytesIO()), io.TextIOWrapper(io.BytesIO())
for stream in made:
    refuses(TypeError, "attribute value type must be bool", setattr, stream, "_finalizing", 1)
    refuses(TypeError, "can't delete numeric/char attribute", delattr, stream, "_finalizing")
