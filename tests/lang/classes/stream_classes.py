"""Classes with a stream among their bases, which is the base that decides the layout."""

import io


class Mixin:
    def readinto(self, buffer):
        buffer[:] = b"x" * len(buffer)
        return len(buffer)


class Raw(Mixin, io.RawIOBase):
    pass


class Base(io.IOBase):
    pass


class Both(Base, io.RawIOBase):
    readinto = Mixin.readinto


assert Raw.__base__ is io.RawIOBase
for cls in (Raw, Both):
    r = cls()
    assert r.read(3) == b"xxx" and not r.closed
    r.note = 1
    r.close()
    assert r.closed and r.note == 1
