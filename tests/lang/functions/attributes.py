"""Functions, methods, cells, properties and code as objects."""


def raises(kind, function):
    try:
        function()
    except kind:
        return
    raise AssertionError(kind)


def f(a, b=2, *c, d=4, **e) -> int:
    "doc"


assert (f.__name__, f.__defaults__, f.__kwdefaults__, f.__doc__) == ("f", (2,), {"d": 4}, "doc")
assert f.__annotations__ == {"return": int} and f.__annotate__(1) == {"return": int}
f.x = 1
assert f.__dict__ == {"x": 1}
for name in ("__code__", "__defaults__", "__kwdefaults__", "__name__", "__annotate__"):
    raises(TypeError, lambda: setattr(f, name, 5))
f.__defaults__ = (7,)
f.__annotations__ = None
assert f.__annotations__ == {} and f.__annotate__ is None


def outer():
    z = 1

    def inner():
        return z

    return inner


Function = type(f)
inner = outer()
assert Function(inner.__code__, {}, closure=inner.__closure__)() == 1
raises(ValueError, lambda: Function(inner.__code__, {}, None, None, ()))
raises(TypeError, lambda: Function(inner.__code__, {}, None, None, (1,)))
cell = inner.__closure__[0]
assert cell.cell_contents == 1
cell.cell_contents = 5
assert inner() == 5
Cell = type(cell)
raises(ValueError, lambda: Cell().cell_contents)
assert Cell() == Cell() and Cell() < Cell(0) < Cell(1)


class K:
    def m(self):
        "mdoc"

    @property
    def p(self):
        "pdoc"
        return 5

    @p.setter
    def p(self, value):
        self.stored = value

    @property
    def q(self):
        return 6


k = K()
assert k.m == k.m and hash(k.m) == hash(k.m) and k.m.__self__ is k and k.m.__doc__ == "mdoc"
assert k.p == 5 and K.p.__doc__ == "pdoc" and K.p.__name__ == "p"
k.p = 9
assert k.stored == 9
raises(AttributeError, lambda: setattr(k, "q", 1))
raises(AttributeError, lambda: delattr(k, "p"))

code = f.__code__
assert code.co_varnames == ("a", "b", "d", "c", "e") and code.co_argcount == 2
assert code.replace(co_name="g").co_name == "g" and code.replace() == code
assert hash(code.replace()) == hash(code) and code.replace(co_firstlineno=99) != code
assert inner.__code__.co_freevars == ("z",) and outer.__code__.co_cellvars == ("z",)
raises(TypeError, lambda: code.replace(co_name=5))
raises(ValueError, lambda: code.replace(co_nlocals=99))
raises(ValueError, lambda: code.replace(co_code=b"\x00"))
lines = {line for _, _, line in code.co_lines() if line is not None}
assert code.co_firstlineno in lines
assert all(len(p) == 4 for p in code.co_positions())
