"""Asks the answer example random questions and compares with this Python.

    cargo build -p rpython-text --example answer
    python3.14 crates/text/gen/check.py target/debug/examples/answer [layer ...]
"""

import random
import struct
import subprocess
import sys

QUESTIONS = {}


def layer(f):
    QUESTIONS[f.__name__] = f
    return f


def g(s):
    """Generalised UTF-8, in hexadecimal."""
    return s.encode("utf-8", "surrogatepass").hex() if isinstance(s, str) else bytes(s).hex()


def bits(x):
    return struct.pack(">d", x).hex()


ALPHABETS = [
    "ab", "aAbB \t", "abcdefghij", " \t\n\r\x0b\x0c\x1c\x1d\x85\u2028x", "'\"\\\n\x00\x7fa",
    "\xe9\xdf\u0130\u0149\u03a3\u03c3\u0345\u02b0A.\u01c5 \u1e9e", "aé€\U0001f600\ud83d\ude00",
    "Σσς aA'\u00ad\u0301", "\u65e5\u672c\u8a9e\u3000", "\u0378\u200b\ue000\U000e0001\xa0\xadx",
]


def text(limit=12):
    r = random.random()
    if r < 0.03:
        limit = 400
    alphabet = random.choice(ALPHABETS)
    if r > 0.97:
        return "".join(chr(random.randrange(0x110000)) for _ in range(5))
    return "".join(random.choice(alphabet) for _ in range(random.randrange(limit)))


@layer
def strings():
    for _ in range(30000):
        s, t, u = text(), text(3), text(3)
        n = random.choice([-1, 0, 1, 2, 3, 100])
        b, c, d = (x.encode("utf-8", "surrogatepass") for x in (s, t, u))
        join = lambda pieces: ",".join(map(g, pieces))
        for kind, s, t, u in (("str", s, t, u), ("bytes", b, c, d)):
            if t:
                yield f"{kind}.split\t{g(s)}\t{g(t)}\t{n}", join(s.split(t, n))
                yield f"{kind}.rsplit\t{g(s)}\t{g(t)}\t{n}", join(s.rsplit(t, n))
                end = random.randrange(3)
                strip = [s.lstrip, s.rstrip, s.strip][end]
                if kind == "str" or all(x < 128 for x in t):
                    yield f"{kind}.strip\t{g(s)}\t{g(t)}\t{end}", g(strip(t))
                yield f"{kind}.stripws\t{g(s)}\t{end}", g(strip())
            yield f"{kind}.splitws\t{g(s)}\t{n}", join(s.split(None, n))
            yield f"{kind}.rsplitws\t{g(s)}\t{n}", join(s.rsplit(None, n))
            yield f"{kind}.splitlines\t{g(s)}\t0", join(s.splitlines())
            yield f"{kind}.splitlines\t{g(s)}\t1", join(s.splitlines(True))
            yield f"{kind}.replace\t{g(s)}\t{g(t)}\t{g(u)}\t{n}", g(s.replace(t, u, n))
            yield f"{kind}.expandtabs\t{g(s)}\t{n}", g(s.expandtabs(n))
            yield f"{kind}.count\t{g(s)}\t{g(t)}", str(s.count(t))
        some = lambda i: "None" if i < 0 else f"Some({i})"
        yield f"bytes.find\t{g(s)}\t{g(t)}", some(b.find(c))
        yield f"bytes.rfind\t{g(s)}\t{g(t)}", some(b.rfind(c))
        s = b.decode("utf-8", "surrogatepass")
        for name in ("upper", "lower", "casefold", "title", "swapcase", "capitalize"):
            yield f"str.{name}\t{g(s)}", g(getattr(s, name)())
        yield f"str.repr\t{g(s)}", g(repr(s))
        yield f"str.ascii\t{g(s)}", g(ascii(s))
        low = lambda *v: " ".join(str(x).lower() for x in v)
        yield f"str.is\t{g(s)}", low(s.isupper(), s.islower(), s.istitle(), s.isidentifier())
        b = bytes(random.choices(b"aBc1 \n'\"\\\x80\xff", k=random.randrange(9)))
        yield f"str.brepr\t{g(b)}", g(repr(b))
        yield f"str.bis\t{g(b)}", low(b.isupper(), b.islower(), b.istitle())
        for name in ("title", "swapcase", "capitalize"):
            yield f"str.b{name}\t{g(b)}", g(getattr(b, name)())
        yield f"str.index\t{g(s)}", str(len(s))


def number():
    r = random.random()
    if r < 0.3:
        return struct.unpack(">d", random.randbytes(8))[0]
    if r < 0.5:
        return random.randrange(-10**6, 10**6) / random.choice([1, 2, 4, 8, 10, 100, 1000, 16])
    if r < 0.6:
        return float(random.randrange(2**60)) * 10.0 ** random.randrange(-20, 20)
    if r < 0.7:
        return random.choice([0.0, -0.0, 1.0, -1.0, float("inf"), float("-inf"), float("nan"), 5e-324, 1.7976931348623157e308, 2.5, 0.5, 1e16, 1e15, 9999999999999998.0, 1e22, 1e23, 0.0001, 0.00001, 2.2250738585072014e-308])
    if r < 0.85:
        return round(random.uniform(-1000, 1000), random.randrange(6))
    return random.uniform(-1, 1) * 2.0 ** random.randrange(-1074, 1023)


def percent(x, code, precision, flags):
    """PyOS_double_to_string by way of the % operator and format()."""
    spec = ("+" if flags & 1 else "") + ("z" if flags & 8 else "") + ("#" if flags & 4 else "")
    return format(x, f"{spec}.{precision}{code}")


@layer
def floats():
    for _ in range(60000):
        x = number()
        yield f"float.repr\t{bits(x)}", repr(x)
        yield f"float.hex\t{bits(x)}", x.hex()
        precision = random.choice([0, 1, 2, 3, 5, 6, 10, 15, 17, 20, 40, 400, 1200])
        for code in random.sample("eEfFgG", 2):
            flags = random.choice([0, 0, 1, 4, 5, 8, 13])
            want = percent(x, code, precision, flags)
            yield f"float.format\t{bits(x)}\t{code}\t{precision}\t{flags}", want
        if x == x and abs(x) != float("inf"):
            n = random.randrange(-25, 25) if random.random() < 0.8 else random.randrange(-400, 400)
            try:
                want = repr(round(x, n))
            except OverflowError:
                want = "overflow"
            yield f"float.round\t{bits(x)}\t{n}", want
            m, e = abs(x).as_integer_ratio()
            m, e = (m, 1 - e.bit_length()) if e > 1 else (m, 0)
            while m and m % 2 == 0:
                m, e = m // 2, e + 1
            sign = str(struct.pack(">d", x)[0] >= 128).lower()
            yield f"float.ratio\t{bits(x)}", f"({sign}, {m}, {e})"
        y = number()
        yield f"float.complex\t{bits(x)}\t{bits(y)}", repr(complex(x, y))
        s = random.choice([repr(x), f"{x:.20e}", "%.30f" % x, f"{int(x) if abs(x) < 1e300 else 0:_}",
                           "".join(random.choices("0123456789._e+-infaty", k=random.randrange(8)))])
        try:
            want = float(s).hex()
        except ValueError:
            want = "error"
        yield f"float.parse\t{g(s)}", want
        s = random.choice([x.hex(), " " + x.hex() + "\t", f"0x{random.getrandbits(80):x}p{random.randrange(-1100, 1050)}",
                           f"{random.getrandbits(70):x}.{random.getrandbits(50):x}P{random.randrange(-1300, 1000)}",
                           "".join(random.choices("0123456789.pabcdefx+-infty ", k=random.randrange(8)))])
        try:
            want = float.fromhex(s).hex()
        except (ValueError, OverflowError) as e:
            want = str(e)
        yield f"float.fromhex\t{g(s)}", want


def outcome(f, *args):
    try:
        return g(f(*args))
    except (ValueError, TypeError, OverflowError, MemoryError) as e:
        return f"{type(e).__name__}: {g(str(e))}"


def spec():
    pick = random.choice
    if random.random() < 0.05:
        return "".join(random.choices("<>=^+- z#0123,_.dxfgecns%\u1234\u0663", k=random.randrange(6)))
    out = pick(["", "", "", "<", ">", "=", "^", "*<", "x^", "\xe9=", "0=", "\U0001f600>"])
    out += pick(["", "", "", "+", "-", " "]) + pick(["", "", "", "", "z"]) + pick(["", "", "", "#"])
    out += pick(["", "", "0"]) + pick(["", "", "3", "10", "25", "40"]) + pick(["", "", "", ",", "_"])
    out += pick(["", "", "", ".0", ".1", ".3", ".6", ".12", ".20", ".", ".,", "._", ".5,", ".7_", ".9_,"])
    return out + pick(["", "", *"bcdeEfFgGnosxX%", "r", "\x01", "\u1234"])


@layer
def formats():
    import _string

    for _ in range(120000):
        s = spec()
        x, y, t = number(), number(), text()
        n = random.choice([0, 1, -1, 65, 1234567, -98765432101, random.randrange(-10**18, 10**18), 2**40])
        yield f"format.text\t{g(s)}\t{g(t)}", outcome(format, t, s)
        if s:
            yield f"format.int\t{g(s)}\t{n}", outcome(format, n, s)
        yield f"format.float\t{g(s)}\t{bits(x)}", outcome(format, x, s)
        yield f"format.complex\t{g(s)}\t{bits(x)}\t{bits(y)}", outcome(format, complex(x, y), s)
    for _ in range(60000):
        t = "".join(random.choices("{}{}[]!:.ab0\xe9", k=random.randrange(10)))

        def template(t):
            out = ""
            for literal, name, spec, conversion in _string.formatter_parser(t):
                out += literal
                if name is not None:
                    out += "\x01" + name + "\x02" + spec + "\x03" + (conversion or "\0")
                out += "\x04"
            return out

        def field(t):
            first, rest = _string.formatter_field_name_split(t)
            out = str(first)
            for attribute, name in rest:
                out += "\x01" + ("a" if attribute else "k") + str(name)
            return out

        yield f"format.template\t{g(t)}", outcome(template, t)
        t = "".join(random.choices("[].a0123\xe9\u0663", k=random.randrange(8)))
        yield f"format.field\t{g(t)}", outcome(field, t)
    for _ in range(60000):
        f = "%" + "".join(random.choices("-+ #0", k=random.choice([0, 0, 1, 2])))
        f += random.choice(["", "", "5", "12", "*"]) + random.choice(["", "", ".", ".0", ".3", ".10", ".*"])
        f += random.choice(["", "", "", "l"]) + random.choice("diuoxXsfFeEgG")
        n = random.choice([0, 1, -1, 8, 255, -1000000, 12345678901])
        star = random.randrange(-15, 16)
        v = n / 8 if f[-1] in "fFeEgG" else str(n) if f[-1] == "s" else n
        want = outcome(lambda: f % ((star,) * f.count("*") + (v,)) + f"@{len(f)}")
        yield f"format.percent\t{g(f)}\t{n}\t{star}", want


@layer
def encodings():
    import codecs
    import warnings

    warnings.simplefilter("ignore")

    def record(e):
        return f"<{e.start}-{e.end}:{e.reason}>", e.end

    codecs.register_error("record", record)
    table = "\0a\ufffeb\xe9\u20ac\U0001f600"
    handlers = (
        "strict ignore replace surrogateescape surrogatepass backslashreplace xmlcharrefreplace "
        "namereplace record"
    ).split()
    names = ["utf_8", "utf_7", "unicode_escape", "raw_unicode_escape", "latin_1", "ascii", "charmap"]
    names += [f"utf_{n}{o}" for n in (16, 32) for o in ("", "_le", "_be")]

    def convert(f, *args):
        try:
            out, used = f(*args)
        except UnicodeError as e:
            return f"{e.encoding} {e.start} {e.end} {e.reason}"
        except TypeError:
            return "TypeError"
        return out, used

    def sample(name):
        r = random.random()
        if r < 0.1:
            return random.randbytes(random.randrange(8))
        if "escape" in name:
            return b"".join(random.choices(
                [b"\\", b"x", b"u", b"U", b"N{", b"DIGIT ONE", b"}", b"4", b"a1", b"0001", b"n", b"q", b"\xe9", b"\n", b"77", b"z", b"\\ud800"],
                k=random.randrange(7)))
        if name == "utf_7":
            return b"".join(random.choices([b"+", b"-", b"AG", b"E", b"2A", b"HcAQ", b"a", b"\xff", b"AA", b"/", b"!", b"3AA", b"YQ"], k=random.randrange(8)))
        if name == "utf_8":
            return bytes(random.choices(b"a\x80\xbf\xc0\xc2\xe0\xa0\xed\x9f\xf0\x90\xf4\x8f\xf5\xe2\x82\xac", k=random.randrange(9)))
        if name == "charmap":
            return bytes(random.choices(range(9), k=random.randrange(6)))
        out = text(6).encode(name.replace("_", "-"), "surrogatepass") if "utf" in name else random.randbytes(5)
        if r < 0.3:
            out = out[: random.randrange(len(out) + 1)]
        if r < 0.5 and "utf" in name:
            out += random.choice([b"\0\xd8", b"\xdc\0", b"\0\0\x11\0", b"a", b"\0\0\xd8\0", b"\xd8\0"]) + out
        if name == "ascii" and r < 0.8:
            out = bytes(b & 127 for b in out)
        return out

    for _ in range(25000):
        for name in names:
            errors = random.choice(handlers)
            data = sample(name)
            last = random.randrange(2)
            f = getattr(codecs, name + "_decode")
            if name == "charmap":
                got = convert(f, data, errors, table)
            elif name in ("latin_1", "ascii"):
                got = convert(f, data, errors)
            else:
                got = convert(f, data, errors, bool(last))
            if not isinstance(got, str):
                got = f"{g(got[0])} {got[1]}"
            yield f"codec.{name}_decode\t{errors}\t{last}\t{g(data)}", got
            s = text(8)
            s = s.encode("utf-8", "surrogatepass").decode("utf-8", "surrogatepass")
            if random.random() < 0.3:
                s = "".join(random.choices("a\0b\xe9\u20ac\U0001f600\udc80\udcff\ud800\u0100~+-\\", k=random.randrange(9)))
            if random.random() < 0.1:
                s = "".join(chr(random.randrange(128)) for _ in range(20))
            f = getattr(codecs, name + "_encode")
            args = (codecs.charmap_build(table),) if name == "charmap" else ()
            got = convert(f, s, errors, *args)
            if not isinstance(got, str):
                got = f"{g(got[0])} {len(s.encode('utf-8', 'surrogatepass'))}"
            yield f"codec.{name}_encode\t{errors}\t1\t{g(s)}", got


def main(program, *layers):
    random.seed(int(layers[-1]) if layers and layers[-1].isdigit() else 1)
    for name, f in QUESTIONS.items():
        if layers and name not in layers and not layers[0].isdigit():
            continue
        asked = list(f())
        run = subprocess.run(
            [program], input="\n".join(q for q, _ in asked) + "\n", capture_output=True, text=True
        )
        got = run.stdout.split("\n")
        wrong = {}
        for (question, want), answer in zip(asked, got, strict=False):
            if want != answer:
                op = question.split("\t")[0]
                wrong.setdefault(op, []).append((question, want, answer))
        print(f"{name}: {len(asked)} questions, {sum(map(len, wrong.values()))} wrong")
        if run.returncode or len(got) - 1 != len(asked):
            print("  stopped at", asked[len(got) - 1], run.stderr[-600:])
        for op, cases in wrong.items():
            print(f"  {op}: {len(cases)}")
            for question, want, answer in sorted(cases, key=lambda c: len(c[0]))[:4]:
                print(f"    {question!r}\n      want {want[:300]}\n      got  {answer[:300]}")


if __name__ == "__main__":
    main(*sys.argv[1:])
