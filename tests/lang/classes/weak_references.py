"""Weak references that own what they refer to, their order, and their reprs; bases that are
set while an `mro()` of a metaclass runs."""

import weakref


class C:
    pass


class Ref(weakref.ref):
    pass


called = []
o = C()
r = Ref(o, called.append)
r.o = o
del o, r
assert called == []

o = C()
first, second = Ref(o, called.append), Ref(o, called.append)
first.second, second.o = second, o
del o, second, first
assert called == []

o = C()
subclass = Ref(o)
plain = weakref.ref(o)
newer = Ref(o)
proxy = weakref.proxy(o)
assert weakref.ref(o) is plain and weakref.proxy(o) is proxy
assert weakref.getweakrefs(o) == [plain, proxy, newer, subclass]
assert [id(w) for w in weakref.getweakrefs(o)] == [id(plain), id(proxy), id(newer), id(subclass)]


class Attributes(dict):
    def __getattr__(self, name):
        return self[name]


a = Attributes()
assert repr(weakref.ref(a)).endswith(f"to 'Attributes' at {id(a):#x}>"), repr(weakref.ref(a))

ready = False


class Meta(type):
    def mro(cls):
        if ready:
            if cls.__name__ == "B1":
                B2.__bases__ = (B1,)
            if cls.__name__ == "B2":
                B1.__bases__ = (B2,)
        return type.mro(cls)


class A(metaclass=Meta):
    pass


class B1(A):
    pass


class B2(A):
    pass


ready = True
try:
    B1.__bases__ += ()
except TypeError as e:
    assert str(e) == "a __bases__ item causes an inheritance cycle"
else:
    raise AssertionError("a cycle of bases")


class BadName:
    @property
    def __name__(self):
        raise ZeroDivisionError


bad = BadName()
try:
    repr(weakref.ref(bad))
except ZeroDivisionError:
    pass
else:
    raise AssertionError("the error is lost")
