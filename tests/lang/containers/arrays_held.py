"""Byte arrays, arrays and views whose size Python code tries to change while a method works."""

from array import array


def refused(kind, message, f, *args):
    try:
        f(*args)
    except kind as e:
        assert message in str(e), e
    else:
        raise AssertionError(f"not refused: {message}")


class Clears:
    """Empties what it is searched for in, whichever way it is asked for a value."""

    def __init__(self, target):
        self.target = target

    def __buffer__(self, flags):
        self.target.clear()
        return memoryview(b"A")

    def __index__(self):
        self.target.clear()
        return 65

    def __repr__(self):
        self.target.clear()
        return "E"


HELD = "Existing exports of data: object cannot be re-sized"
for name in ("find", "rfind", "index", "rindex", "count", "split", "rsplit", "startswith",
             "endswith", "__contains__"):
    a = bytearray(b"A.A")
    refused(BufferError, HELD, getattr(a, name), Clears(a))
    assert a == b"A.A"
    a.append(1)

for template in (b"%a end", b"%d end"):
    a = bytearray(template)
    refused(BufferError, HELD, a.__mod__, Clears(a))
    assert a == template
a = bytearray(b"%f end")
refused(TypeError, "float argument required, not Clears", a.__mod__, Clears(a))


def clearing_items(a):
    a.clear()
    yield b"A"


a = bytearray(b",")
refused(BufferError, HELD, a.join, clearing_items(a))


class Separator(bytes):
    def __len__(self):
        self.target.clear()
        return 1


a = bytearray(b"\xaa\xbb")
separator = Separator(b":")
separator.target = a
refused(BufferError, HELD, a.hex, separator)
assert a.hex(":") == "aa:bb"

# Comparison and + take what the other side refuses to give for "not bytes".
a = bytearray(b"A")
assert a.__eq__(Clears(a)) is NotImplemented
refused(TypeError, "can't concat Clears to bytearray", a.__add__, Clears(a))
assert a == b"A"

# What comes first in an argument list is asked first; the bytes are looked at last.
a = bytearray(b"A.A")
assert a.strip(Clears(a)) == b"" and a == b""
refused(ValueError, "translation table must be 256 characters long",
        bytearray(b"x").translate, b"1", 1)
refused(TypeError, "can assign only bytes, buffers, or iterables of ints",
        bytearray(b"abc").__setitem__, slice(0, 1), 1.5)


class Gives:
    def __init__(self, act):
        self.act = act

    def __buffer__(self, flags):
        self.act()
        return memoryview(b"AB")


# extend() appends where the end was, += where it is.
a = bytearray(b"xx")
a.extend(Gives(lambda: a.extend(b"yy")))
assert a == b"xxAByy"
a = bytearray(b"xx")
a += Gives(lambda: a.extend(b"yy"))
assert a == b"xxyyAB"
a = bytearray(b"xx")
a.extend(Gives(a.clear))
assert a == b"AB"


# An iterator sees the array that it fills.
def growing():
    for i in range(4):
        yield i
        seen.append(bytes(a))


seen = []
a = bytearray(b"old")
a.__init__(growing())
assert seen == [b"\0", b"\0\1", b"\0\1\2", b"\0\1\2\3"] and a == b"\0\1\2\3"
refused(ValueError, "byte must be in range(0, 256)", a.__init__, iter([7, 256]))
assert a == b"\7"
refused(ValueError, "byte must be in range(0, 256)", a.__init__, [7, 256])
assert a == b""


# Bounds are asked before the length.
class Shrinks:
    def __init__(self, target, value):
        self.target, self.value = target, value

    def __index__(self):
        del self.target[:]
        return self.value


for make in (lambda: bytearray(b"0123456789"), lambda: array("b", range(10)),
             lambda: list(range(10))):
    kind = type(make())
    new = b"ab" if kind is bytearray else array("b", b"ab") if kind is array else [1, 2]
    empty = type(make())() if kind is not array else array("b")
    x = make()
    assert x[Shrinks(x, 3):] == empty
    x = make()
    x[Shrinks(x, 3):] = new
    assert list(x) == list(new)
    x = make()
    del x[Shrinks(x, 3):8]
    assert x == empty
    x = make()
    del x[Shrinks(x, 3)::2]
    assert x == empty
    x = make()
    refused(ValueError, "extended slice of size 0", x.__setitem__,
            slice(Shrinks(x, 3), None, 2), new)


# A slice of a view begins before its bounds are asked.
class Releases:
    def __index__(self):
        view.release()
        return 2


view = memoryview(bytearray(b"abcd"))
assert bytes(view[: Releases()]) == b"ab"
view = memoryview(bytearray(b"abcd"))
assert bytes(view[Releases() :]) == b"cd"
view = memoryview(bytearray(b"abcd"))
refused(ValueError, "operation forbidden on released memoryview object", view.__getitem__, Releases())


# join() of a list that changes: items of later places count, another length does not.
class Item:
    def __init__(self, act):
        self.act = act

    def __buffer__(self, flags):
        self.act()
        return memoryview(b"x")


for separator in (b"-", bytearray(b"-")):
    items = [b"a", Item(lambda: items.clear()), b"c"]
    refused(RuntimeError, "sequence changed size during iteration", separator.join, items)
    items = [b"a", Item(lambda: items.__setitem__(1, b"z")), b"c"]
    assert separator.join(items) == b"a-x-c"
    items = [b"a", Item(lambda: items.__setitem__(2, b"z")), b"c"]
    assert separator.join(items) == b"a-x-z"

# What has only a buffer is bytes to int.from_bytes(); no bytes are text in any encoding.
assert int.from_bytes(Item(lambda: None)) == 120
assert b"".decode("no such encoding") == str(bytearray(), "no such encoding") == ""
refused(TypeError, "slice indices must be integers or have an __index__ method",
        memoryview(b"abc").index, 97, None)
assert memoryview(b"abc").index(99, -1) == 2 and memoryview(b"abc").index(97, -(10**30)) == 0
