"""`__buffer__` and `__release_buffer__`, called and overridden."""

from array import array


def refused(error, text, f, *args):
    try:
        f(*args)
    except error as e:
        assert str(e) == text, e
    else:
        raise AssertionError(text)


for exporter in (bytearray(b"abc"), array("b", b"abc"), memoryview(bytearray(b"abc"))):
    view = exporter.__buffer__(0)
    assert type(view) is memoryview and view.obj is exporter and bytes(view) == b"abc"
    assert exporter.__release_buffer__(view) is None
    refused(ValueError, "operation forbidden on released memoryview object", view.tobytes)
    released = "memoryview's buffer has already been released"
    refused(ValueError, released, exporter.__release_buffer__, view)
    other = memoryview(b"x")
    not_ours = "memoryview's buffer is not this object"
    refused(ValueError, not_ours, exporter.__release_buffer__, other)
    refused(TypeError, "expected a memoryview object", exporter.__release_buffer__, 3)
    refused(OverflowError, "buffer flags out of range", exporter.__buffer__, 1 << 40)
    not_int = "'str' object cannot be interpreted as an integer"
    refused(TypeError, not_int, exporter.__buffer__, "0")

# What is counted is held until it is released.
b = bytearray(b"abc")
view = b.__buffer__(1)
resize = "Existing exports of data: object cannot be re-sized"
refused(BufferError, resize, b.append, 1)
b.__release_buffer__(view)
b.append(1)
assert b == b"abc\x01"

# Requests that the memory cannot meet.
assert not hasattr(bytes, "__release_buffer__")
assert bytes(b"abc".__buffer__(0)) == b"abc"
refused(BufferError, "Object is not writable.", b"abc".__buffer__, 1)
readonly = memoryview(b"abc")
refused(BufferError, "memoryview: underlying buffer is not writable", readonly.__buffer__, 1)


class Told(bytearray):
    told = []

    def __buffer__(self, flags):
        self.told.append(flags)
        return super().__buffer__(flags)

    def __release_buffer__(self, view):
        self.told.append("released")
        super().__release_buffer__(view)


told = Told(b"qq")
with memoryview(told) as view:
    assert bytes(view) == b"qq"
assert Told.told == [284, "released"], Told.told
