"""Prints test vectors: one operation a line, `name operand... result`, all computed by
the Python that runs it.  `python3.14 vectors.py COUNT SEED > vectors.txt`"""

import math
import random
import sys

count, seed = int(sys.argv[1]), int(sys.argv[2])
random.seed(seed)
sys.set_int_max_str_digits(0)

SIZES = [1, 5, 31, 49, 62, 63, 64, 65, 100, 127, 128, 129, 190, 256, 400, 1000, 1023, 1024, 1025, 3000]


def number(top=None):
    bits = random.choice(SIZES if top is None else [s for s in SIZES if s <= top])
    shape = random.randrange(6)
    value = random.getrandbits(bits)
    if shape == 0:
        value = 1 << bits
    elif shape == 1:
        value = (1 << bits) - 1
    elif shape == 2:
        value = random.getrandbits(bits // 2 + 1) << bits // 2
    elif shape == 3:
        value = (1 << bits) + random.randrange(3) - 1
    return -value if random.randrange(2) else value


def attempt(function, *args):
    try:
        value = function(*args)
    except ZeroDivisionError:
        return "DivisionByZero"
    except OverflowError:
        return "FloatOverflow"
    except ValueError:
        return "NotInvertible"
    return value.hex() if isinstance(value, float) else value


def show(name, *values):
    def text(value):
        return hex(value) if isinstance(value, int) else str(value)
    print(name, *map(text, values))


def near(a, b):
    return a - round(a / b) * b


for _ in range(count):
    a, b = number(), number()
    small = number(62)
    show("add", a, b, a + b)
    show("sub", a, b, a - b)
    show("mul", a, b, a * b)
    show("mul", a, a, a * a)
    if b:
        show("divmod", a, b, *divmod(a, b))
        c = a * number() + number()
        show("divmod", c, b, *divmod(c, b))
    show("add_i64", a, small, a + small)
    show("rsub_i64", a, small, small - a)
    show("mul_i64", a, small, a * small)
    if small:
        show("divmod_i64", a, small, *divmod(a, small))
    for name, value in ("and", a & b), ("or", a | b), ("xor", a ^ b):
        show(name, a, b, value)
    for name, value in ("and_i64", a & small), ("or_i64", a | small), ("xor_i64", a ^ small):
        show(name, a, small, value)
    show("invert", a, ~a)
    n = random.choice([0, 1, 7, 63, 64, 65, 128, 500, 5000])
    show("shl", a, n, a << n)
    show("shl", small, n, small << n)
    show("shr", a, n, a >> n)
    show("bit_length", a, a.bit_length())
    show("bit_count", a, a.bit_count())
    show("hash", a, hash(a))
    e = random.choice([0, 1, 2, 3, 5, 10, 17])
    show("pow", a, e, a**e)
    m, e2 = number(1100), number(300)
    show("pow_mod", a, e2, m, attempt(pow, a, e2, m))
    show("isqrt", abs(a), math.isqrt(abs(a)))
    show("gcd", a, b, math.gcd(a, b))
    g = number()
    show("gcd", a * g, b * g, math.gcd(a * g, b * g))
    show("lcm", a, b, math.lcm(a, b))
    digits = random.choice([0, 1, 2, 3, 19, 40, 300, 2000])
    show("round", a, digits, round(a, -digits))
    half = random.randrange(1, 1000) * 10 ** (digits % 50) // 2
    show("round", half, digits % 50, round(half, -(digits % 50)))
    show("to_f64", a, attempt(float, a))
    show("frexp", a, *math.frexp(a)) if a.bit_length() < 1023 else None
    show("true_divide", a, b, attempt(lambda: a / b))
    c, d = number(), number()
    show("true_divide", a * c, d, attempt(lambda: a * c / d))
    tiny = (a | 1) << 1100
    show("true_divide", c, tiny, attempt(lambda: c / tiny))
    f = random.choice([float(small), small + 0.5, math.ldexp(random.random(), random.randrange(-5, 1024)), -1e300, math.inf, -math.inf])
    if math.isfinite(f):
        show("from_f64", f.hex(), int(f))
        show("ratio", f.hex(), *f.as_integer_ratio())
    for x in (a, small, int(f) if math.isfinite(f) else 1):
        show("cmp_f64", x, f.hex(), (x > f) - (x < f))
    show("decimal", a, str(a))
    c = a * a * b * b * c * d
    show("decimal", c, str(c))
    show("digits", a, len(str(abs(a))))
    for radix, spec in (2, "b"), (8, "o"), (16, "x"):
        show("radix", radix, a, format(a, spec))
    length = (a.bit_length() + 7) // 8 + random.randrange(-1, 2)
    if length >= 0:
        for order in "little", "big":
            for signed in False, True:
                try:
                    result = a.to_bytes(length, order, signed=signed).hex() or "-"
                except OverflowError:
                    result = "Overflow"
                print("to_bytes", hex(a), hex(length), order, int(signed), result)
                raw = random.randbytes(length)
                value = int.from_bytes(raw, order, signed=signed)
                print("from_bytes", raw.hex() or "-", order, int(signed), hex(value))
