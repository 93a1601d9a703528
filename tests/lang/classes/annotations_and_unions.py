"""Annotate functions, and unions of what is not a class yet."""

import copyreg
import typing
from typing import ParamSpec, TypeVar, Union


class C:
    a: str

    def __annotate__(format):
        return {"a": int}

    def method(self, x: int):
        pass


assert C.__annotations__ == {"a": int}
assert C.method.__annotate__.__qualname__ == "C.method.__annotate__"

for o in (lambda: 0, type("T", (), {})):
    o.__annotate__ = lambda format: 5
    try:
        o.__annotations__
    except TypeError as e:
        assert str(e) == "__annotate__ returned non-dict of type 'int'"
    else:
        raise AssertionError("taken for a dict")

try:
    exec("__conditional_annotations__ = 3\nif True: x: int", {})
except TypeError as e:
    assert str(e) == "'int' object is not a set"
else:
    raise AssertionError("taken for a set")

T, P = TypeVar("T"), ParamSpec("P", bound=(int, str))
type A = int
assert repr(T | "x") == "~T | ForwardRef('x')" and repr("x" | P) == "ForwardRef('x') | ~P"
assert repr(A | T) == "A | ~T" and repr(A | None) == "A | None"
assert (Union[int, str] | "float") == Union[int, str, "float"]
try:
    A | "x"
except TypeError:
    pass
else:
    raise AssertionError("an alias takes types only")


class G(typing.Generic[T]):
    pass


assert G().__reduce_ex__(0) == (copyreg._reconstructor, (G, object, None))

import abc


class Abstract(metaclass=abc.ABCMeta):
    pass


class Hides:
    def __getattribute__(self, name):
        raise AttributeError(name)


assert not isinstance(Hides(), Abstract)
try:
    type("T", (), {"__doc__": "x\udcdcy"})
except UnicodeEncodeError:
    pass
else:
    raise AssertionError("a surrogate in a docstring")

# Lambdas in annotations that stay text.
for text in ("lambda a, /: a", "lambda a=1, /: a", "lambda*a: a", "lambda: 0"):
    code = f"from __future__ import annotations\nclass C:\n    x: {text}"
    exec(code, namespace := {})
    assert namespace["C"].__annotations__ == {"x": text}
