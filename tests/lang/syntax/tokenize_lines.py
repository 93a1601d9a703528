"""`_tokenize.TokenizerIter` reads lines only as it needs them."""

import _tokenize


def reader(*lines):
    given = []

    def readline():
        given.append(1)
        return lines[len(given) - 1] if len(given) <= len(lines) else ""

    return readline, given


def raises(kind, f):
    try:
        f()
    except kind as e:
        return e
    raise AssertionError(f"{kind.__name__} was not raised")


# A line is read when its first token is asked for.
readline, given = reader("a = 1\n", "b\n", "c")
it = _tokenize.TokenizerIter(readline, extra_tokens=True)
assert next(it) == (1, "a", (1, 0), (1, 1), "a = 1\n") and len(given) == 1
assert next(it)[4] is next(it)[4] and len(given) == 1
assert next(it)[1] == "\n" and len(given) == 1
assert next(it)[1] == "b" and len(given) == 2
assert [t[:2] for t in it] == [(4, "\n"), (1, "c"), (4, ""), (0, "")]
assert next(it, None) is None

# Strings over many lines come whole.
body = ["x = '''\n"] + [f"line {i} é\n" for i in range(200)] + ["'''; y\n", "z\n"]
it = _tokenize.TokenizerIter(iter(body).__next__, extra_tokens=True)
tokens = list(it)
assert tokens[2][0] == 3 and tokens[2][1] == "".join(body)[4:-6]
assert tokens[2][2:4] == ((1, 4), (202, 3))
assert [t[1] for t in tokens[3:7]] == [";", "y", "\n", "z"]

# Bytes are decoded; what cannot be is replaced.
it = _tokenize.TokenizerIter(iter([b"\xe9 = 1\n"]).__next__, encoding="latin-1", extra_tokens=True)
assert next(it)[1] == "é"

# Errors.
e = raises(TypeError, lambda: next(_tokenize.TokenizerIter(lambda: 1, extra_tokens=True)))
assert str(e) == "readline() returned a non-string object"
it = _tokenize.TokenizerIter(lambda: "", encoding="utf-8", extra_tokens=True)
assert str(raises(TypeError, lambda: next(it))) == "readline() returned a non-bytes object"
raises(ZeroDivisionError, lambda: next(_tokenize.TokenizerIter(lambda: 1 / 0, extra_tokens=True)))
it = _tokenize.TokenizerIter(iter(["if 1:\n", "    a\n", "  b\n"]).__next__, extra_tokens=True)
e = raises(IndentationError, lambda: list(it))
assert e.args[1] == ("<string>", 3, 4, "  b", None, None)
it = _tokenize.TokenizerIter(iter(["(\n"]).__next__, extra_tokens=True)
e = raises(SyntaxError, lambda: list(it))
assert e.args == ("unexpected EOF in multi-line statement",) and (e.lineno, e.text) == (1, None)
