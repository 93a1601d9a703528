# Dataclasses whose fields are slots: the class is made anew without the first one's traces.
import sys
from dataclasses import dataclass


@dataclass(slots=True)
class Point:
    x: int
    y: int = 2


p = Point(1)
assert (p.x, p.y) == (1, 2) and repr(p) == "Point(x=1, y=2)"
assert not hasattr(p, "__dict__") and Point.__slots__ == ("x", "y")
try:
    p.z = 1
except AttributeError:
    pass
else:
    assert False


class Plain:
    pass


assert sys._clear_type_descriptors(Plain) is None
assert "__dict__" not in Plain.__dict__ and "__weakref__" not in Plain.__dict__
for bad, text in [
    (int, "argument is immutable"),
    (1, "_clear_type_descriptors() argument must be type, not int"),
]:
    try:
        sys._clear_type_descriptors(bad)
    except TypeError as e:
        assert str(e) == text, e
    else:
        assert False
