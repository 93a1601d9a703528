"""An exception thrown through `yield from` that ends the inner generator with a value."""


def inner():
    try:
        yield 1
    except IndexError:
        got = ["inner"]
    return got


def outer():
    before = ["before"]
    x = yield from inner()
    after = ["after"]
    return before, x, after


for _ in range(3):
    it = outer()
    assert next(it) == 1
    try:
        it.throw(IndexError)
    except StopIteration as e:
        assert e.value == (["before"], ["inner"], ["after"]), e.value
    else:
        raise AssertionError
