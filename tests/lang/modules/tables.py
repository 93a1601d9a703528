"""`_csv`: dialects, the reader's states, when the writer quotes."""

import csv
import io


def raises(kind, f, *args, **kwargs):
    try:
        f(*args, **kwargs)
    except kind as e:
        return str(e)
    raise AssertionError(f"{kind.__name__} was not raised")


def read(*lines, **options):
    return list(csv.reader(lines, **options))


def write(*rows, **options):
    out = io.StringIO(newline="")
    csv.writer(out, **options).writerows(rows)
    return out.getvalue()


assert read('a,"b ""c""",\r\n', "\n", "d") == [["a", 'b "c"', ""], [], ["d"]]
assert read('a,"b\n', 'c",d') == [["a", "b\nc", "d"]]
assert read("a\\,b,c\\", escapechar="\\") == [["a,b", "c\n"]]
assert read(' a, "b"', skipinitialspace=True) == [["a", "b"]]
assert read('1,"2"', quoting=csv.QUOTE_NONNUMERIC) == [[1.0, "2"]]
assert read('1,,"",', quoting=csv.QUOTE_STRINGS) == [[1.0, None, "", None]]
assert read('"a"b') == [["ab"]] and read('"a') == [["a"]]
assert raises(csv.Error, read, '"a"b', strict=True) == "',' expected after '\"'"
assert raises(csv.Error, read, '"a', strict=True) == "unexpected end of data"
assert "new-line character seen in unquoted field" in raises(csv.Error, read, "a\rb")
assert "iterator should return strings, not bytes" in raises(csv.Error, read, b"a")

assert write(["a,b", '"q"', "x\ny", 1, None]) == '"a,b","""q""","x\ny",1,\r\n'
assert write([""], [None], ["", ""]) == '""\r\n""\r\n,\r\n'
assert write(["a", 2, None, ""], quoting=csv.QUOTE_STRINGS) == '"a",2,,""\r\n'
assert write(["a", 2, None, ""], quoting=csv.QUOTE_NOTNULL) == '"a","2",,""\r\n'
assert write(["a,b", '"'], quoting=csv.QUOTE_NONE, escapechar="\\") == 'a\\,b,\\"\r\n'
assert raises(csv.Error, write, ["a,b"], quoting=csv.QUOTE_NONE) == (
    "need to escape, but no escapechar set"
)
assert raises(csv.Error, write, [""], quoting=csv.QUOTE_NONE) == (
    "single empty field record must be quoted"
)
assert raises(csv.Error, write, 1) == "iterable expected, not int"

csv.register_dialect("bars", delimiter="|")
assert read("a|b", dialect="bars") == [["a", "b"]] and "bars" in csv.list_dialects()
csv.unregister_dialect("bars")
assert raises(csv.Error, csv.get_dialect, "bars") == "unknown dialect"
assert raises(TypeError, csv.reader, [], delimiter="ab") == (
    '"delimiter" must be a unicode character, not a string of length 2'
)
assert raises(ValueError, csv.reader, [], quotechar=",") == "bad delimiter or quotechar value"
old = csv.field_size_limit(3)
assert raises(csv.Error, read, "abcd") == "field larger than field limit (3)"
assert csv.field_size_limit(old) == 3
