# One attribute site that meets many types: the results never depend on what it met before.


class Plain:
    def __init__(self):
        self.x = 1

    def m(self):
        return "Plain"


class Derived(Plain):
    def m(self):
        return "Derived"


class Slotted:
    __slots__ = ("x",)
    y = 5

    def m(self):
        return "Slotted"


class WithProperty:
    @property
    def x(self):
        return "property"

    def m(self):
        return "WithProperty"


class InDict:
    def m(self):
        return "class"


def read(o):
    return o.x


def call(o):
    return o.m()


def made(cls, x):
    o = cls()
    o.x = x
    return o


in_dict = InDict()
in_dict.__dict__["x"] = "dict"
shadowing = Plain()
shadowing.m = lambda: "instance"
many = [Plain(), Derived(), made(Slotted, 7), WithProperty(), in_dict, Plain(), shadowing]
for _ in range(50):
    assert [read(o) for o in many] == [1, 1, 7, "property", "dict", 1, 1]
    assert [call(o) for o in many] == [
        "Plain", "Derived", "Slotted", "WithProperty", "class", "Plain", "instance"]

# A class changes while its sites are warm.
Plain.m = lambda self: "changed"
Derived.x = property(lambda self: "now a property", lambda self, v: None)
assert [call(o) for o in many[:2]] == ["changed", "Derived"]
assert read(many[1]) == "now a property"
del Derived.x
assert read(many[1]) == 1

# Numbers have attributes too.
def real(o):
    return o.real


for _ in range(50):
    assert [real(o) for o in (1, 2.5, True, 3 + 4j, 10**30)] == [1, 2.5, 1, 3.0, 10**30]
    assert [o.bit_length() for o in (1, 255, 2**100, True)] == [1, 8, 101, 1]

# An unset attribute raises however warm the site is.
for _ in range(40):
    for o in (Plain(), Slotted()):
        o.x = 1
        assert read(o) == 1
        del o.x
        try:
            read(o)
        except AttributeError as e:
            assert e.name == "x" and e.obj is o
        else:
            assert False
