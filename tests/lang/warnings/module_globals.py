"""The source line of a warning comes from the loader in the module's globals."""

import types
import warnings

shown = []


def show(message):
    shown.append((message.category.__name__, str(message.message), message.line))


warnings._showwarnmsg = show


class Loader:
    def __init__(self, source="one\ntwo\n"):
        self.source = source
        self.asked = []

    def get_source(self, name):
        self.asked.append(name)
        if isinstance(self.source, Exception):
            raise self.source
        return self.source


def warn(line, **module_globals):
    shown.clear()
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn_explicit("eggs", UserWarning, "f", line, module_globals=module_globals)
    return shown


def spec(loader, **more):
    return types.SimpleNamespace(loader=loader, **more)


def eggs(line):
    return "UserWarning", "eggs", line


a, b = Loader(), Loader()
assert warn(2, __name__="m", __loader__=a, __spec__=spec(a, name="s")) == [eggs("two")]
assert warn(9, __name__="m", __loader__=a, __spec__=spec(a)) == [eggs(None)]
assert warn(1, __name__="__main__", __loader__=a, __spec__=None) == [eggs("one")]
assert a.asked == ["s", "m", "__main__"]
assert warn(1, __name__="m") == [eggs(None)]
assert warn(1, __name__="m", __spec__=spec(b)) == [eggs("one")]

missing = "DeprecationWarning", "Module globals is missing a __spec__.loader", None
differs = "DeprecationWarning", "Module globals; __loader__ != __spec__.loader", None
assert warn(1, __name__="m", __loader__=a) == [missing, eggs("one")]
assert warn(1, __name__="m", __loader__=a, __spec__=None) == [missing, eggs("one")]
assert warn(1, __name__="m", __loader__=a, __spec__=spec(b)) == [differs, eggs("one")]
for source, expected in [
    (None, [eggs(None)]),
    (ImportError(), [eggs(None)]),
    (ZeroDivisionError(), ZeroDivisionError),
    (b"bytes", TypeError),
]:
    c = Loader(source)
    try:
        found = list(warn(1, __name__="m", __loader__=c, __spec__=spec(c)))
    except Exception as e:
        found = type(e)
    assert found == expected, found
for loader in ({}, {"__loader__": None}):
    try:
        warn(1, __name__="m", __spec__=None, **loader)
    except ValueError as e:
        assert str(e) == "Module globals is missing a __spec__.loader"
    else:
        raise AssertionError

# The native half remembers filters that the Python half has lost.
with warnings.catch_warnings():
    warnings.simplefilter("error")
    filters = warnings.filters
    try:
        warnings.warn("first")
    except UserWarning:
        pass
    del warnings.filters
    try:
        warnings.warn("second")
    except UserWarning:
        pass
    else:
        raise AssertionError
    warnings.filters = filters
