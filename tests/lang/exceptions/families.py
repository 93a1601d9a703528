"""The attributes that each family of exceptions carries."""


def raises(kind, message, function):
    try:
        function()
    except kind as e:
        assert type(e) is kind, e
        assert str(e) == message, str(e)
    else:
        raise AssertionError(message)


assert repr(ValueError(1, 2)) == "ValueError(1, 2)" and repr(ValueError()) == "ValueError()"
assert str(KeyError("")) == "''" and str(ValueError("")) == ""

e = OSError(2, "No such", "f")
assert type(e) is FileNotFoundError and e.args == (2, "No such") and e.filename == "f"
assert str(e) == "[Errno 2] No such: 'f'"
assert str(OSError(2, "No", "f", None, "g")) == "[Errno 2] No: 'f' -> 'g'"
assert e.__reduce__() == (FileNotFoundError, (2, "No such", "f"))
assert BlockingIOError(11, "m", 5).characters_written == 5
raises(AttributeError, "characters_written", lambda: BlockingIOError(11, "m").characters_written)
raises(TypeError, "OSError() takes no keyword arguments", lambda: OSError(x=1))


class Late(OSError):
    def __init__(self, number):
        super().__init__(number, "late")


assert Late(2).errno == 2 and type(Late(2)) is Late and Late(2).args == (2, "late")

e = AttributeError("a", name="n", obj=3)
assert e.name == "n" and e.obj == 3 and e.args == ("a",)
assert e.__reduce__() == (AttributeError, ("a",), {"name": "n", "args": ("a",)})
e = ImportError("a", name="n", path="p")
assert (e.msg, e.name, e.path, e.name_from) == ("a", "n", "p", None)
assert e.__reduce__() == (ImportError, ("a",), {"name": "n", "path": "p"})
assert str(ImportError("a", "b")) == "('a', 'b')" and ImportError("a", "b").msg is None
assert NameError("a", name="b").name == "b"
assert StopIteration(5, 6).value == 5 and StopIteration().value is None
assert SystemExit(1, 2).code == (1, 2) and SystemExit().code is None

e = SyntaxError("m", ("/a/f.py", 1, 2, "t"))
assert (e.filename, e.lineno, e.offset, e.text, e.end_lineno) == ("/a/f.py", 1, 2, "t", None)
assert str(e) == "m (f.py, line 1)"
raises(
    TypeError,
    "end_offset must be provided when end_lineno is provided",
    lambda: SyntaxError("m", (1, 2, 3, 4, 5)),
)

e = UnicodeDecodeError("utf8", b"abc", 1, 2, "bad")
assert str(e) == "'utf8' codec can't decode byte 0x62 in position 1: bad"
e.end = 3
assert str(e) == "'utf8' codec can't decode bytes in position 1-2: bad"
e = UnicodeEncodeError("utf8", "a\u1234c", 1, 2, "bad")
assert str(e) == "'utf8' codec can't encode character '\\u1234' in position 1: bad"
raises(TypeError, "function takes exactly 5 arguments (1 given)", lambda: UnicodeEncodeError("a"))

e = ValueError("x")
e.add_note("a")
e.add_note("b")
assert e.__notes__ == ["a", "b"]
raises(TypeError, "__traceback__ must be a traceback or None", lambda: e.with_traceback(5))
try:
    try:
        1 / 0
    except ZeroDivisionError as inner:
        raise KeyError("k") from inner
except KeyError as outer:
    assert type(outer.__cause__) is ZeroDivisionError is type(outer.__context__)
    assert outer.__suppress_context__ is True

# What a codec's error is about may change while it is put into words.
class Changing(str):
    def __str__(self):
        change()
        return self


for change, words in [
    (lambda: setattr(error, "object", None), "'object' attribute must be a "),
    (lambda: delattr(error, "object"), "'object' attribute is not set"),
]:
    for made in [
        UnicodeEncodeError("utf-8", "x", 0, 1, Changing("reason")),
        UnicodeDecodeError(Changing("utf-8"), b"x", 0, 1, "reason"),
        UnicodeTranslateError("x", 0, 1, Changing("reason")),
    ]:
        error = made
        try:
            str(error)
        except TypeError as e:
            assert words in str(e), e
        else:
            raise AssertionError
error = UnicodeEncodeError("utf-8", "x", 0, 1, "reason")
del error.encoding, error.reason
assert str(error) == "'<NULL>' codec can't encode character '\\x78' in position 0: <NULL>"
