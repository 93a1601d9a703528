"""Streams whose parts call back into them, and other questions of order."""

import io


def refuses(error, words, f, *args):
    try:
        f(*args)
    except error as e:
        assert words in str(e), e
    else:
        raise AssertionError(f"{f} did not fail")


# A subclass of str replaces line ends itself, whatever that does to the stream.
class Text(str):
    action = None

    def replace(self, old, new):
        assert (old, new) == ("\n", "\r\n")
        if self.action:
            self.action()
        return "x\r\n"


raw = io.BytesIO()
stream = io.TextIOWrapper(raw, encoding="utf-8", newline="\r\n")
assert stream.write(Text("ab\n")) == 3
assert stream.write(Text("no end")) == 6
stream.flush()
assert raw.getvalue() == b"x\r\nno end"
for action, error, words in [
    (lambda: stream.close(), ValueError, "closed"),
    (lambda: stream.detach(), ValueError, "detached"),
    (lambda: stream.__init__(io.BufferedReader(io.BytesIO())), io.UnsupportedOperation, "writable"),
]:
    stream = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="\r\n")
    text = Text("ab\n")
    text.action = action
    refuses(error, words, stream.write, text)
Text.replace = lambda self, old, new: None
stream = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="\r\n")
refuses(TypeError, "replace() should return a str, not NoneType", stream.write, Text("\n"))


# What a write answers with comes before what is written next.
class Chatty(io.RawIOBase):
    def __init__(self):
        self.written = []

    def writable(self):
        return True

    def write(self, data):
        if not self.written:
            self.written.append(None)
            stream.write("middle")
        self.written.append(bytes(data))
        return len(data)


raw = Chatty()
stream = io.TextIOWrapper(raw, encoding="ascii")
stream.write("abc")
stream.write("g" * 8192)
stream.flush()
assert raw.written[1:] == [b"abc", b"middle", b"g" * 8192]

# Writing to a pair leaves what was read ahead from its other half.
pair = io.BufferedRWPair(io.BytesIO(b"foo\nbar\n"), io.BytesIO())
stream = io.TextIOWrapper(pair, encoding="ascii")
assert stream.readline() == "foo\n"
stream.write("x")
assert stream.readline() == "bar\n"


class Closing:
    def __init__(self, action):
        self.action = action

    def __index__(self):
        self.result = self.action()
        return 0


stream = io.BytesIO(b"abc")
refuses(ValueError, "closed", stream.truncate, Closing(stream.close))
stream = io.BytesIO(b"abc")
size = Closing(stream.getbuffer)
refuses(BufferError, "exports", stream.truncate, size)
assert size.result == b"abc"
stream = io.StringIO("abc")
refuses(ValueError, "closed", stream.truncate, Closing(stream.close))


# readinto1 may still go to the raw stream for a large buffer after what was there.
class Pieces(io.RawIOBase):
    def __init__(self, *pieces):
        self.pieces = list(pieces)

    def readable(self):
        return True

    def readinto(self, buffer):
        piece = self.pieces.pop(0) if self.pieces else b""
        buffer[: len(piece)] = piece
        return len(piece)


stream = io.BufferedReader(Pieces(b"abc", b"de", b"fgh"), 10)
small, large = bytearray(2), bytearray(20)
assert stream.peek() == b"abc"
assert [stream.readinto1(small) for _ in range(3)] == [2, 1, 2]
assert stream.peek() == b"fgh"
stream.raw.pieces += [b"jkl", b"mno"]
assert (stream.readinto1(large), large[:6]) == (6, b"fghjkl")
assert (stream.readinto1(large), large[:3]) == (3, b"mno")


# The names of encodings and error handlers have to be ones that can be encoded.
def wrapper(**names):
    return io.TextIOWrapper(io.BytesIO(), **{"encoding": "utf-8"} | names)


for name in ("encoding", "errors"):
    refuses(UnicodeEncodeError, "surrogates", lambda: wrapper(**{name: "\udcfe"}))
    refuses(UnicodeEncodeError, "surrogates", lambda: wrapper().reconfigure(**{name: "\udcfe"}))
    refuses(ValueError, "null", lambda: wrapper(**{name: "utf-8\0"}))
refuses(LookupError, "unknown encoding: locale", lambda: wrapper().reconfigure(encoding="locale\0"))
refuses(LookupError, "'hex_codec' is not a text encoding", lambda: wrapper(encoding="hex_codec"))

stream = wrapper()
for size in (0, -1, 2**63, -(2**100)):
    refuses(ValueError, "", setattr, stream, "_CHUNK_SIZE", size)
refuses(AttributeError, "cannot be deleted", delattr, stream, "_CHUNK_SIZE")
assert stream._CHUNK_SIZE == 8192
