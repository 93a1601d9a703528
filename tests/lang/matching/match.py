"""match statements."""


class Point:
    __match_args__ = ("x", "y")

    def __init__(self, x, y):
        self.x, self.y = x, y


def f(v):
    match v:
        case 0 | 1:
            return "small"
        case int(n) if n > 100:
            return f"big {n}"
        case [1, *rest]:
            return ("list", rest)
        case (a, b):
            return ("pair", a, b)
        case {"k": val, **others}:
            return ("map", val, others)
        case Point(0, y=yy):
            return ("on axis", yy)
        case Point(x=xx):
            return ("point", xx)
        case str() as s:
            return ("str", s)
        case None | True:
            return "singleton"
        case _:
            return "other"


assert f(1) == "small" and f(500) == "big 500" and f(50) == "other"
assert f([1, 2, 3]) == ("list", [2, 3]) and f((5, 6)) == ("pair", 5, 6)
assert f({"k": 1, "z": 2}) == ("map", 1, {"z": 2}) and f({}) == "other"
assert f(Point(0, 3)) == ("on axis", 3) and f(Point(4, 3)) == ("point", 4)
assert f("ab") == ("str", "ab") and f(None) == "singleton" and f(True) == "small"
