"""Strings that grow by `+=`, iterate and are sorted: the special forms change nothing."""


def grow(n):
    s = ""
    t = "q"
    kept = []
    for i in range(n):
        s += "x"
        t = t + "é"
        if i % 100 == 0:
            kept.append(s)
    return s, t, kept


s, t, kept = grow(1000)
assert s == "x" * 1000 and t == "q" + "é" * 1000
assert kept == ["x" * i for i in range(1, 1000, 100)]


def shared():
    s = "a"
    s += s
    s += s
    before = s
    s += "b"
    key = "k"
    key += "ey"
    d = {key: 1}
    key += "s"
    both = s
    s += both
    return before, s, d, key


class Text(str):
    def __add__(self, other):
        return "added"

    def __radd__(self, other):
        return "radded"


def mixed(a, b):
    r = a
    r += b
    a = a + b
    return r, a


for _ in range(300):
    assert shared() == ("aaaa", "aaaabaaaab", {"key": 1}, "keys")
    assert mixed("a", "b") == ("ab", "ab")
for pair, want in [
    ((Text("a"), "b"), "added"),
    (("a", Text("b")), "radded"),
    ((1, 2), 3),
    ((1.5, 2), 3.5),
    (("", "é"), "é"),
    (("é", ""), "é"),
]:
    for _ in range(50):
        assert mixed(*pair) == (want, want), pair
for bad in (1, None, b"b"):
    try:
        mixed("a", bad)
    except TypeError as e:
        assert str(e) == f'can only concatenate str (not "{type(bad).__name__}") to str'
    else:
        raise AssertionError


def unbound():
    s = "a"
    try:
        s += 1
    except TypeError:
        return s


assert all(unbound() == "a" for _ in range(200))


def letters(text):
    out = []
    for c in text:
        out.append(c)
    return out


for _ in range(100):
    assert letters("abc") == ["a", "b", "c"]
assert letters("aé\udc80") == ["a", "é", "\udc80"]
assert letters([1, 2]) == [1, 2]
it = iter("abcd")
for c in it:
    if c == "b":
        break
assert list(it) == ["c", "d"] and list(it) == []

words = ["b", "", "a\0", "a", "abcdefgh", "abcdefghi", "abcdefgh\0", "é", "ab", "\udc80", "z" * 9]
words = words * 3 + [w + "!" for w in words]
expected = []
for w in words:
    at = 0
    while at < len(expected) and expected[at] <= w:
        at += 1
    expected.insert(at, w)
assert sorted(words) == expected
assert sorted(words, reverse=True) == expected[::-1]
first, second = "".join(["k", "1"]), "".join(["k", "1"])
assert sorted(["z", first, second])[0] is first
assert sorted(["z", first, second], reverse=True)[1] is first
