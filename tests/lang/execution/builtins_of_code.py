"""Which builtins code has: `__builtins__` as a module, a dict, any mapping, or nothing at all."""

import builtins
import types


def refused(kind, message, f, *args):
    try:
        f(*args)
    except kind as e:
        assert str(e) == message, e
    else:
        raise AssertionError("not refused")


class Mapping:
    def __init__(self, **names):
        self.names = names
        self.asked = []

    def __getitem__(self, name):
        self.asked.append(name)
        return self.names[name]


for kind in (types.MappingProxyType, lambda d: Mapping(**d)):
    code = compile("superglobal", "test", "eval")
    own = kind({"superglobal": 1})
    assert eval(code, {"__builtins__": own}) == 1
    refused(NameError, "name 'superglobal' is not defined", eval, code, {"__builtins__": kind({})})
    # Names that run often, in functions, and in code that other builtins served before.
    source = "def f():\n    return [superglobal for _ in range(3)]\n"
    ns = {"__builtins__": {"superglobal": 5, "range": range}}
    exec(source, ns)
    f = ns["f"]
    for _ in range(50):
        assert f() == [5, 5, 5]
    other = kind({"superglobal": 6, "range": range})
    g = types.FunctionType(f.__code__, {"__builtins__": other})
    for _ in range(50):
        assert g() == [6, 6, 6] and f() == [5, 5, 5]
    assert g.__builtins__ is other
    refused(ImportError, "__import__ not found", exec, "import sys", {"__builtins__": kind({})})
    refused(NameError, "__build_class__ not found", exec, "class C: pass",
            {"__builtins__": kind({})})
    ns = {"__builtins__": kind({"__import__": lambda *args: args})}
    exec("import foo.bar", ns)
    assert ns["foo"] == ("foo.bar", ns, ns, None, 0)

# Whatever cannot be asked for names says so when it is.
refused(TypeError, "'int' object is not subscriptable", exec, "print", {"__builtins__": 123})
exec("x = 1", {"__builtins__": 123})

# Other errors than a missing key come through.
class Broken:
    def __getitem__(self, name):
        raise ZeroDivisionError("asked for " + name)


refused(ZeroDivisionError, "asked for name", exec, "name", {"__builtins__": Broken()})

# Globals that name none get those of the code that makes the function.
safe = {"None": None}
ns = {"type": type, "__builtins__": safe}
exec("def f(s): pass\ng = type(f)(f.__code__, {})", ns)
assert ns["f"].__builtins__ is safe and ns["g"].__builtins__ is safe
assert "__builtins__" not in ns["g"].__globals__
assert types.FunctionType((lambda s: len(s)).__code__, {})("abc") == 3

# exec() and eval() hand the mapping itself on, not what stands for it.
own = Mapping(exec=exec, globals=globals)
inner = {}
eval("exec('y = 2', inner)", {"__builtins__": own, "inner": inner})
assert inner["__builtins__"] is own
ns = {"__builtins__": own, "sys": __import__("sys")}
assert eval("sys._getframe().f_builtins", ns) is own

# Iterators are rebuilt by the `iter` of the code that asks.
ns = {"__builtins__": types.MappingProxyType({}), "x": iter([1, 2])}
refused(AttributeError, "iter", eval, "x.__reduce__()", ns)
ns["__builtins__"] = types.MappingProxyType({"iter": iter})
assert eval("x.__reduce__()", ns) == (iter, ([1, 2],), 0)


class Name(str):
    """A key that uses an iterator up when it is compared."""

    __hash__ = str.__hash__

    def __eq__(self, other):
        list(self.iterator)
        return str.__eq__(self, other)


namespace = builtins.__dict__
real = iter
for make, rest in ((lambda: real("xyz"), ("",)), (lambda: real("\xe4\u0142z"), ("",)),
                   (lambda: real([1, 2]), ([],)), (lambda: real(b"xy"), ((),)),
                   (lambda: real(bytearray(b"xy")), ((),)), (lambda: real((1, 2)), ((),))):
    it = make()
    name = Name("iter")
    name.iterator = it
    del namespace["iter"]
    namespace[name] = real
    try:
        reduced = it.__reduce__()
    finally:
        del namespace["iter"]
        namespace["iter"] = real
    assert reduced == (real, rest), reduced
