"""Data files of the library in the binary, for importlib.resources.

It is here because nothing like it exists elsewhere; `_embedded_library` imports it when
a program first asks for resources.
"""

import io

import _rpython_library as _library
from _embedded_library import _PREFIX, _inside
from importlib.resources.abc import Traversable, TraversableResources


class EmbeddedPath(Traversable):
    """A file or a folder of the library."""

    def __init__(self, path):
        self._path = path

    def __str__(self):
        return self._path

    def __repr__(self):
        return f"EmbeddedPath({self._path!r})"

    def __eq__(self, other):
        return isinstance(other, EmbeddedPath) and self._path == other._path

    def __hash__(self):
        return hash(self._path)

    @property
    def name(self):
        return self._path.rpartition("/")[2]

    def _kind(self):
        inside = _inside(self._path)
        return None if inside is None else _library.kind(inside)

    def is_dir(self):
        return self._kind() == "folder"

    def is_file(self):
        return self._kind() == "file"

    def iterdir(self):
        if not self.is_dir():
            raise NotADirectoryError(self._path)
        for name in _library.listdir(_inside(self._path)):
            yield EmbeddedPath(f"{self._path}/{name}")

    def joinpath(self, *descendants):
        path = self
        for descendant in descendants:
            for part in str(descendant).split("/"):
                path = EmbeddedPath(f"{path._path}/{part}") if part else path
        return path

    __truediv__ = joinpath

    def open(self, mode="r", *args, **kwargs):
        inside = _inside(self._path)
        data = None if inside is None else _library.data(inside)
        if data is None:
            raise FileNotFoundError(self._path)
        file = io.BytesIO(data)
        if "b" in mode:
            return file
        return io.TextIOWrapper(file, *args, **kwargs)

    def read_bytes(self):
        with self.open("rb") as file:
            return file.read()

    def read_text(self, encoding=None, errors=None):
        with self.open(encoding=encoding, errors=errors) as file:
            return file.read()


class EmbeddedReader(TraversableResources):
    def __init__(self, path):
        self._folder = path.rpartition("/")[0]

    def files(self):
        return EmbeddedPath(self._folder)
