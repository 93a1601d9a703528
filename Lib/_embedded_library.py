"""The importer of the standard library that the interpreter carries in its binary.

It is here because nothing like it exists elsewhere: modules live below
<prefix>/lib/python3.14, where there need not be any files.  A path hook finds them, and
their loader has what loaders of files have: code, source, data and resources.
"""

import sys
import _rpython_library as _library
import _frozen_importlib as _bootstrap
import _frozen_importlib_external as _external

ROOT = "lib/python3.14"
_PREFIX = sys._stdlib_dir.removesuffix(ROOT)


def _inside(path):
    """The path relative to the prefix if it may be the library's, else None."""
    if not isinstance(path, str) or not path.startswith(sys._stdlib_dir):
        return None
    return path[len(_PREFIX):].rstrip("/")


class EmbeddedLoader(_external._LoaderBasics):
    """Loads one module of the library."""

    def __init__(self, fullname, path):
        self.name = fullname
        self.path = path

    def __eq__(self, other):
        return self.__class__ == other.__class__ and self.__dict__ == other.__dict__

    def __hash__(self):
        return hash(self.name) ^ hash(self.path)

    def __repr__(self):
        return f"<embedded module {self.name!r}>"

    def _check(self, fullname):
        if fullname is not None and fullname != self.name:
            raise ImportError(
                f"loader for {self.name} cannot handle {fullname}", name=fullname)
        return self.name

    def get_filename(self, fullname=None):
        self._check(fullname)
        return self.path

    def is_package(self, fullname=None):
        return _library.find(self._check(fullname))[1]

    def get_code(self, fullname=None):
        return _library.code(self._check(fullname))

    def get_source(self, fullname=None):
        return _external.decode_source(_library.source(self._check(fullname)))

    def source_to_code(self, data, path, *, _optimize=-1):
        return _bootstrap._call_with_frames_removed(
            compile, data, path, "exec", dont_inherit=True, optimize=_optimize)

    def get_data(self, path):
        inside = _inside(path)
        data = None if inside is None else _library.data(inside)
        if data is None:
            with _external._io.FileIO(path, "r") as file:
                return file.read()
        return data

    def get_resource_reader(self, fullname=None):
        self._check(fullname)
        from _embedded_resources import EmbeddedReader
        return EmbeddedReader(self.path)


class EmbeddedFinder:
    """Finds the modules of one folder of the library."""

    def __init__(self, path):
        self.path = path
        self._folder = _inside(path)

    def find_spec(self, fullname, target=None):
        found = _library.find(fullname)
        if found is None:
            return None
        path, is_package = found
        folder = path.rpartition("/")[0]
        location = _PREFIX + path
        search = None
        if is_package:
            search = [_PREFIX + folder]
            folder = folder.rpartition("/")[0]
        if folder != self._folder:
            return None
        spec = _bootstrap.ModuleSpec(
            fullname, EmbeddedLoader(fullname, location), origin=location,
            is_package=is_package)
        spec._set_fileattr = True
        if is_package:
            spec.submodule_search_locations[:] = search
        return spec

    def invalidate_caches(self):
        pass

    def iter_modules(self, prefix=""):
        """What pkgutil shows of the folder."""
        for name in _library.listdir(self._folder):
            inside = f"{self._folder}/{name}"
            if name.endswith(".py"):
                if name != "__init__.py":
                    yield prefix + name[:-3], False
            elif _library.kind(f"{inside}/__init__.py") == "file":
                yield prefix + name, True

    def __repr__(self):
        return f"EmbeddedFinder({self.path!r})"


def path_hook(path):
    inside = _inside(path)
    if inside is None or _library.kind(inside) != "folder":
        raise ImportError("no folder of the embedded library", path=path)
    return EmbeddedFinder(path)
