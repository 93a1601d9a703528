"""Code objects made by hand: refused when they are made, or SystemError when they run."""

import opcode
import sys
import types

op = opcode.opmap
OURS = sys.implementation.name == "rpython"


def unit(name, arg=0):
    return bytes([op[name], arg])


def function(*units, consts=(None,), stacksize=8, **kw):
    code = (lambda: 0).__code__.replace(
        co_code=unit("RESUME") + b"".join(units),
        co_consts=consts,
        co_stacksize=stacksize,
        co_exceptiontable=b"",
        **kw,
    )
    return types.FunctionType(code, {})


# Code that runs to its end.
assert function(unit("LOAD_CONST"), unit("RETURN_VALUE"), consts=(7,))() == 7

if OURS:
    # CPython trusts code objects: there most of what follows ends the process.
    def refused(**kw):
        try:
            (lambda: 0).__code__.replace(**kw)
        except ValueError:
            return
        raise AssertionError(kw)

    refused(co_code=b"\xff\xff")
    refused(co_code=b"")
    refused(co_code=b"\x00")
    refused(co_code=unit("RESUME") + unit("LOAD_CONST", 200) + unit("RETURN_VALUE"))
    refused(co_code=unit("RESUME") + unit("RETURN_VALUE"))
    refused(co_code=unit("RESUME") + unit("LOAD_CONST"))
    refused(co_code=unit("RESUME") + unit("JUMP_FORWARD", 9) + unit("RETURN_VALUE"))
    refused(co_code=unit("RESUME") + unit("LOAD_FAST", 3) + unit("RETURN_VALUE"))
    refused(co_code=unit("EXTENDED_ARG", 1))

    def fails(*units, **kw):
        f = function(*units, unit("RETURN_VALUE"), **kw)
        for _ in range(3):
            try:
                f()
            except SystemError:
                continue
            raise AssertionError(units)

    none, end = unit("LOAD_CONST"), unit("POP_TOP")
    fails(none, none, unit("LIST_APPEND", 1))
    fails(none, none, unit("LIST_EXTEND", 1))
    fails(none, none, unit("SET_UPDATE", 1))
    fails(none, none, none, unit("MAP_ADD", 1))
    fails(none, none, unit("DICT_UPDATE", 1))
    fails(none, none, unit("BUILD_STRING", 2))
    fails(none, unit("UNARY_NOT"))
    fails(none, none, unit("SET_FUNCTION_ATTRIBUTE", 1))
    fails(none, unit("MAKE_FUNCTION"))
    fails(none, none, unit("MATCH_KEYS"))
    fails(none, unit("LOAD_COMMON_CONSTANT", 2), none, unit("MATCH_CLASS"))
    names = unit("PUSH_NULL") + none + none + unit("CALL_KW", 1) + bytes(6)
    fails(none, names)
    fails(none, names, consts=((1,),))
    fails(none, names, consts=(("a", "b"),))

    # This one plain code can meet: a module may rebind the set of its annotations.
    try:
        function(none, none, unit("SET_ADD", 1), unit("RETURN_VALUE"))()
    except TypeError as e:
        assert str(e) == "'NoneType' object is not a set"
    else:
        raise AssertionError("None has taken an item")

    # A closure that is not there, or does not fit.
    def outer():
        x = 1
        return lambda: x

    inner = outer().__code__
    try:
        exec(inner)
    except TypeError:
        pass
    maker = function(
        unit("LOAD_CONST", 1), unit("MAKE_FUNCTION"), unit("RETURN_VALUE"), consts=(None, inner)
    )
    try:
        maker()()
    except SystemError:
        pass
    else:
        raise AssertionError("free variables without cells")


# Parameters of code that is run without any.
def with_parameters(a, *args, b=1, **kw):
    return a, args, b, kw


for run in (exec, eval):
    try:
        run(with_parameters.__code__)
    except TypeError as e:
        assert "missing" in str(e), e
    else:
        raise AssertionError(run)
def only_variadic(*args, **kw):
    assert (args, kw) == ((), {})


exec(only_variadic.__code__)
