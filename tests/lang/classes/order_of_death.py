# The order in which objects that die together are finalised.
gone = []


class N:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        gone.append(self.name)


def expect(order, f):
    gone.clear()
    f()
    assert "".join(gone) == order, (gone, order)


def stores():
    a, b = N("a"), N("b")
    a, b = 1, 2


def chain():
    a, b, c = N("a"), N("b"), N("c")
    a = b = c = None


def variables():
    a, b, c = N("a"), N("b"), N("c")


def generator():
    def g():
        a, b = N("a"), N("b")
        yield

    it = g()
    next(it)


def list_cleared():
    l = [N("a"), N("b"), N("c")]
    l.clear()


def list_sliced():
    l = [N("a"), N("b"), N("c"), N("d")]
    l[1:3] = []
    gone.append("|")


def dict_dies():
    d = {1: N("a"), 2: N("b"), 3: N("c")}
    del d


class Nested:
    def __init__(self, *parts):
        self.parts = parts

    def __del__(self):
        gone.append("(")
        self.parts = None
        gone.append(")")


def nested():
    a, b = Nested(N("a")), Nested(N("b"))
    a, b = 1, 2


def instance():
    o = Nested()
    o.x, o.y = N("x"), N("y")
    del o


expect("ba", stores)
expect("abc", chain)
expect("cba", variables)
expect("ba", generator)
expect("cba", list_cleared)
expect("cb|da", list_sliced)
expect("abc", dict_dies)
expect("cba", lambda: [N("a"), N("b"), N("c")])
expect("cba", lambda: (N("a"), N("b"), N("c")))
expect("(b)(a)", nested)
expect("()xy", instance)
