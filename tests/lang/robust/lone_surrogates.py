"""Names that are no Unicode text: messages carry them as they are."""

import codecs
import sys
import types

lone = "\ud800"


class Slots:
    __slots__ = ("x",)


class Plain:
    def method(self): ...


def function(a): ...


def message(call):
    try:
        call()
    except Exception as e:
        return str(e)
    raise AssertionError("nothing was raised")


assert message(lambda: getattr(1, lone)) == "'int' object has no attribute '\ud800'"
assert message(lambda: getattr(int, lone)) == "type object 'int' has no attribute '\ud800'"
assert message(lambda: getattr(sys, lone)) == "module 'sys' has no attribute '\ud800'"
assert message(lambda: types.ModuleType(lone).x) == "module '\ud800' has no attribute 'x'"
assert message(lambda: setattr(Slots(), lone, 1)) == (
    "'Slots' object has no attribute '\ud800' and no __dict__ for setting new attributes"
)
assert message(lambda: delattr(Plain(), lone)) == "'Plain' object has no attribute '\ud800'"
assert message(lambda: setattr(int, lone, 1)) == (
    "cannot set '\\ud800' attribute of immutable type 'int'"
)
assert message(lambda: function(1, **{lone: 1})) == (
    "function() got an unexpected keyword argument '\ud800'"
)
assert message(lambda: Plain().method(**{lone: 1})) == (
    "Plain.method() got an unexpected keyword argument '\ud800'"
)
assert message(lambda: int(**{lone: 1})) == "int() got an unexpected keyword argument '\ud800'"
