"""Unicode errors whose parts change while they are shown, and codecs that look at names."""

import codecs


def refused(kind, message, f, *args):
    try:
        f(*args)
    except kind as e:
        assert str(e) == message, e
    else:
        raise AssertionError(f"not refused: {message}")


class Evil(str):
    def __str__(self):
        change()
        return self


def unset():
    del error.object


def none():
    error.object = None


errors = [
    lambda: UnicodeEncodeError(Evil("utf-8"), "x", 0, 1, "reason"),
    lambda: UnicodeDecodeError("utf-8", b"x", 0, 1, Evil("reason")),
    lambda: UnicodeTranslateError("x", 0, 1, Evil("reason")),
]
for change, messages in [
    (unset, ["is not set"] * 3),
    (none, ["must be a string", "must be a bytes", "must be a string"]),
]:
    for make, message in zip(errors, messages):
        error = make()
        refused(TypeError, f"UnicodeError 'object' attribute {message}", str, error)

# surrogatepass knows UTF's names to the letter.
handler = codecs.lookup_error("surrogatepass")
for name in ("utf-16", "utf16", "UTF_16", "utf-16le", "Utf_16_LE", "utf-16-LE"):
    assert handler(UnicodeEncodeError(name, "\ud800", 0, 1, "t")) == (b"\x00\xd8", 1), name
    assert handler(UnicodeDecodeError(name, b"\x00\xd8", 0, 2, "t")) == ("\ud800", 2), name
for name in ("utf-16-", "utf--16", "utf-16 ", "utf-16-le-", "utf-32-", "utf-8-", "utf", ""):
    error = UnicodeEncodeError(name, "\ud800", 0, 1, "t")
    try:
        handler(error)
    except UnicodeEncodeError as e:
        assert e is error
    else:
        raise AssertionError(name)

# What a decoder has consumed is what it was given, whatever a handler puts in its place.
def replaces(e):
    e.object = b"\\" + e.object[e.end:]
    return "!", 0


codecs.register_error("test.replaces", replaces)
import warnings

with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    assert codecs.unicode_escape_decode(rb"\x0n\z", "test.replaces") == ("!\n\\z", 6)
assert r'"\z" is an invalid escape sequence' in str(caught[0].message)

refused(OverflowError, "width too big", "%*r".__mod__, (-(2**63), 1))
refused(OverflowError, "width too big", b"%*r".__mod__, (-(2**63), 1))
