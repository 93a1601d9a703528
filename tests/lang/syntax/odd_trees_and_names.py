"""Names that classes use for themselves, and trees that no source gives."""

import ast

for source, want in [
    ("class C:\n    __classdict__: int\n", {"__classdict__": int}),
    ("class C:\n    __class__: int\n", {"__class__": int}),
    ("class C:\n    __classdict__ = 1\n    x: __classdict__\n", {"x": 1}),
    ("class C:\n    __conditional_annotations__: int\n", {"__conditional_annotations__": int}),
    ("class C:\n    y = str\n    __classdict__: y\n", {"__classdict__": str}),
]:
    namespace = {}
    exec(source, namespace)
    assert namespace["C"].__annotations__ == want, source


def tree(target, inside):
    value = ast.NamedExpr(target=target, value=ast.Constant(value=3))
    if inside:
        loop = ast.comprehension(target=ast.Name(id="x", ctx=ast.Store()),
                                 iter=ast.Name(id="y", ctx=ast.Load()), ifs=[], is_async=0)
        value = ast.ListComp(elt=value, generators=[loop])
    module = ast.Module(body=[ast.Expr(value=value)], type_ignores=[])
    return ast.fix_missing_locations(module)


attribute = ast.Attribute(value=ast.Name(id="a", ctx=ast.Load()), attr="b", ctx=ast.Store())
for inside in (False, True):
    for target in (ast.Constant(value=1), attribute):
        try:
            compile(tree(target, inside), "<tree>", "exec")
        except TypeError as e:
            assert str(e) == "NamedExpr target must be a Name"
        else:
            raise AssertionError
    name = ast.Name(id="z", ctx=ast.Store())
    namespace = {"y": [1]}
    exec(compile(tree(name, inside), "<tree>", "exec"), namespace)
    assert namespace["z"] == 3

# Patterns and type parameters must say where they end, other nodes may.
for source, find in [
    ("match x:\n  case 1: pass", lambda tree: tree.body[0].cases[0].pattern),
    ("def f[T](): pass", lambda tree: tree.body[0].type_params[0]),
]:
    tree = ast.parse(source)
    node = find(tree)
    del node.end_lineno
    assert not hasattr(node, "end_lineno")
    try:
        compile(tree, "f", "exec")
    except TypeError as e:
        assert str(e).startswith('required field "end_lineno" missing from '), e
    else:
        raise AssertionError(source)
tree = ast.parse("x")
del tree.body[0].value.end_lineno
assert tree.body[0].value.end_lineno is None
compile(tree, "f", "exec")
