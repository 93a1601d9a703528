"""What `match` takes for a sequence or a mapping, and types that match as themselves."""

import array
import collections
import collections.abc


def kind(v):
    match v:
        case [*_]:
            return "sequence"
        case {}:
            return "mapping"
        case bytes(b) | bytearray(b):
            return b


assert kind(b"abc") == b"abc" and kind(bytearray(b"x")) == b"x"
assert kind(array.array("b")) == kind(memoryview(b"")) == kind(range(2)) == "sequence"


class A(collections.UserDict, collections.abc.Sequence):
    pass


class B(collections.UserDict, list):
    pass


class C(dict, collections.abc.Sequence):
    pass


assert kind(A()) == kind(B()) == kind(C()) == "mapping"
