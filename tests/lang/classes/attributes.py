"""Instance attributes: inline values, dicts, slots, descriptors, class assignment."""


class P:
    kind = "plain"

    def __init__(self, x, y):
        self.x = x
        self.y = y

    def norm(self):
        return self.x * self.x + self.y * self.y


points = [P(i, i + 1) for i in range(100)]
assert sum(p.norm() for p in points) == sum(i * i + (i + 1) ** 2 for i in range(100))
p = points[3]
p.z = 5
assert list(p.__dict__) == ["x", "y", "z"]
del p.y
assert list(p.__dict__.items()) == [("x", 3), ("z", 5)]
p.__dict__["w"] = 9
assert p.w == 9
p.__dict__ = {"x": 1}
assert p.x == 1 and not hasattr(p, "z")


def many(o, n):
    for i in range(n):
        setattr(o, f"a{i}", i)


q = P(0, 0)
many(q, 100)
assert q.a99 == 99 and len(vars(q)) == 102


class S:
    __slots__ = ("a", "b")

    def __init__(self):
        self.a = 1


s = S()
assert s.a == 1
try:
    s.b
except AttributeError as e:
    assert str(e) == "'S' object has no attribute 'b'"
else:
    raise AssertionError
try:
    s.c = 1
except AttributeError as e:
    assert "no attribute 'c'" in str(e)
else:
    raise AssertionError
for i in range(50):
    s.a = s.a + 1
assert s.a == 51


class Celsius:
    def __get__(self, obj, owner=None):
        return self if obj is None else obj.k - 273

    def __set__(self, obj, value):
        obj.k = value + 273


class T:
    c = Celsius()

    @property
    def double(self):
        return self.c * 2

    @classmethod
    def make(cls, c):
        t = cls()
        t.c = c
        return t

    @staticmethod
    def two():
        return 2


t = T.make(10)
assert (t.k, t.c, t.double, t.two(), T.two()) == (283, 10, 20, 2, 2)


class A:
    def who(self):
        return "A"


class B(A):
    def who(self):
        return "B" + super().who()


class C(A):
    def who(self):
        return "C" + super().who()


class D(B, C):
    def who(self):
        return "D" + super().who()


assert D().who() == "DBCA"
assert [k.__name__ for k in D.__mro__] == ["D", "B", "C", "A", "object"]
d = D()


def call_who(o):
    return o.who()


assert [call_who(d) for _ in range(5)] == ["DBCA"] * 5
D.who = lambda self: "patched"
assert call_who(d) == "patched"
d.who = lambda: "own"
assert call_who(d) == "own"
d.__class__ = A
assert type(d) is A and d.who() == "own"


class Meta(type):
    def __new__(m, name, bases, ns, **kw):
        cls = super().__new__(m, name, bases, ns)
        cls.made_with = kw
        return cls

    def __init__(cls, name, bases, ns, **kw):
        super().__init__(name, bases, ns)

    def __call__(cls, *args):
        return ("called", super().__call__(*args))


class M(metaclass=Meta, flag=3):
    def __init__(self, v=0):
        self.v = v


tag, m = M(7)
assert tag == "called" and m.v == 7 and M.made_with == {"flag": 3}


class Base:
    subs = []

    def __init_subclass__(cls, /, tag=None, **kw):
        super().__init_subclass__(**kw)
        cls.subs.append((cls.__name__, tag))


class X(Base, tag=1):
    pass


class Y(X):
    pass


assert Base.subs == [("X", 1), ("Y", None)]


class Named:
    def __set_name__(self, owner, name):
        self.at = (owner.__name__, name)


class Holder:
    field = Named()


assert Holder.field.at == ("Holder", "field")


class G:
    def __getattr__(self, name):
        if name.startswith("dyn_"):
            return name[4:]
        raise AttributeError(name)


g = G()
assert g.dyn_a == "a" and not hasattr(g, "other")
