"""Argument binding of functions written in Python."""


def f(a, b=2, /, c=3, *args, d, e=5, **kw):
    return a, b, c, args, d, e, kw


assert f(1, d=4) == (1, 2, 3, (), 4, 5, {})
assert f(1, 20, 30, 40, 50, d=4, x=6) == (1, 20, 30, (40, 50), 4, 5, {"x": 6})
assert f(*[1, 2], **{"d": 4, "c": 9}) == (1, 2, 9, (), 4, 5, {})


def message(call):
    try:
        call()
    except TypeError as e:
        return str(e)
    raise AssertionError("no TypeError")


def g(a, b, *, k):
    pass


assert message(lambda: g()) == "g() missing 2 required positional arguments: 'a' and 'b'"
assert message(lambda: g(1, 2)) == "g() missing 1 required keyword-only argument: 'k'"
assert message(lambda: g(1, 2, 3, k=1)) == (
    "g() takes 2 positional arguments but 3 positional arguments (and 1 keyword-only argument) were given"
)
assert message(lambda: g(1, 2, a=3, k=1)) == "g() got multiple values for argument 'a'"
assert message(lambda: g(1, 2, k=1, z=1)) == "g() got an unexpected keyword argument 'z'"


def depth(n):
    return 0 if n == 0 else 1 + depth(n - 1)


assert depth(500) == 500
try:
    depth(100000)
except RecursionError as e:
    assert "maximum recursion depth exceeded" in str(e)
else:
    raise AssertionError("no RecursionError")


def outer():
    x = 1

    def inner(step=1):
        nonlocal x
        x += step
        return x

    return inner


one, two = outer(), outer()
assert [one(), one(5), two()] == [2, 7, 2]
