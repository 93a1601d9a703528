"""Where the place of a SyntaxError stands: among the arguments, or in attributes only; and
which statement is named to those who look for misspelt keywords."""


def error(source):
    try:
        compile(source, "<s>", "exec")
    except SyntaxError as e:
        return e
    raise AssertionError("no error")


# The symbol table's errors have one argument.
for source, message, place in (
    ("await x", "'await' outside function", (1, 1, 1, 8)),
    ("def f():\n  nonlocal x", "no binding for nonlocal 'x' found", (2, 3, 2, 13)),
    ("async for x in y: pass", "'async for' outside async function", (1, 1, 1, 23)),
):
    e = error(source)
    assert e.args == (e.msg,) == (message,), e.args
    assert (e.lineno, e.offset, e.end_lineno, e.end_offset) == place
    assert (e.filename, e.text, e.print_file_and_line) == ("<s>", None, None)

# Those of the code generator have two.
assert error("return 1").args == ("'return' outside function", ("<s>", 1, 1, None, 1, 9))

for source, start in (
    ("if True:\n  pass\nelso:\n  pass\n", (1, 0)),
    ("x = 1\nfoo bar\n", (0, 0)),
    ("def f():\n  x = 1\nfoo bar\n", (0, 0)),
    ("if a:\n  if b:\n    x = 1\nfoo bar\n", (2, 2)),
    ("if x:\n a = 1\n while y:\n  b = 2\n wihle z:\n  c\n", (3, 1)),
    ("class A:\n  x = 1\nfoo bar\n", (1, 0)),
):
    assert error(source)._metadata[:2] == start, (source, error(source)._metadata)

import symtable

table = symtable.symtable("def o(k):\n def f(xs):\n  nonlocal k\n  return [x + k for x in xs]\n", "?", "exec")
for name in ("o", "f"):
    table = next(t for t in table.get_children() if t.get_name() == name)
f = table
assert f.lookup("k").is_referenced() and f.lookup("k").is_nonlocal()

# An error in a unit inside of a conditional one.
assert error("if x:\n  class A:\n    def f(): return (yield *a)\n").lineno == 3
assert error("if x:\n  def f():\n    class A: return 1\n").msg == "'return' outside function"
assert error("while x:\n  class A:\n    break\n").msg == "'break' outside loop"

# The arguments of an error in the encoding have no file yet.
try:
    compile(b"#\nx = '\xa4'\n", "f", "exec")
except SyntaxError as e:
    assert (e.args[1][0], e.filename, e.lineno, e.offset) == (None, "f", 2, 6), e.args
    assert "on line 2, but no encoding declared" in e.msg
try:
    compile(b"# coding: hex_codec\nx", "f", "exec")
except SyntaxError as e:
    assert e.msg.startswith("'hex_codec' is not a text encoding; use codecs.decode()"), e
try:
    compile("from .__future__ import barry_as_FLUFL; 2 <> 3", "f", "exec")
except SyntaxError as e:
    assert e.msg == "invalid syntax.  Maybe you meant '!=' instead of '<>'?" and e.offset == 43, e
# The line of an error found after parsing comes from the file, in the file's own encoding.
import os
import tempfile

with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "latin.py")
    for coding, line in [("latin-1", "return '\xe4'"), ("utf-8", "return '\u20ac'"),
                         ("iso-8859-15", "return '\u20ac'")]:
        source = f"# coding: {coding}\n{line}\n".encode(coding)
        with open(path, "wb") as file:
            file.write(source)
        try:
            compile(source, path, "exec")
        except SyntaxError as e:
            assert e.text.rstrip("\n") == line, (coding, e.text)
        else:
            raise AssertionError(coding)
