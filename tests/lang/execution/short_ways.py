"""Instructions that have specialised still do what the general ones do."""

import sys


def warm(f, n=200):
    for _ in range(n):
        r = f()
    return r


def raises(kind, f, *args):
    try:
        f(*args)
    except kind as e:
        return str(e)
    raise AssertionError(f"{kind.__name__} was not raised")


# --- pairs taken apart without a tuple ---------------------------------------------------


def pairs(it):
    out = []
    for a, b in it:
        out.append((a, b))
    return out


for _ in range(100):
    assert pairs(enumerate("ab")) == [(0, "a"), (1, "b")]
    assert pairs(zip([1, 2], [3, 4, 5])) == [(1, 3), (2, 4)]
    assert pairs({1: 2, 3: 4}.items()) == [(1, 2), (3, 4)]
    assert pairs([(1, 2)]) == [(1, 2)]
    assert pairs(x for x in [(1, 2), (3, 4)]) == [(1, 2), (3, 4)]
assert pairs(enumerate("a", 2**70)) == [(2**70, "a")]
assert raises(ValueError, pairs, zip([1], [2, 3], strict=True)) == (
    "zip() argument 2 is longer than argument 1"
)
assert raises(ValueError, pairs, zip([1, 2], [3], strict=True)) == (
    "zip() argument 2 is shorter than argument 1"
)
assert "not enough values" in raises(ValueError, pairs, zip([1]))
assert "too many values" in raises(ValueError, pairs, zip([1], [2], [3]))


def grow(d):
    for k, v in d.items():
        d[k + 1] = v


assert raises(RuntimeError, grow, {1: 1}) == "dictionary changed size during iteration"


def failing():
    yield 1
    raise KeyError("stop here")


assert raises(KeyError, pairs, enumerate(failing())) == "'stop here'"

# --- defaults ----------------------------------------------------------------------------


def f(a, b=1, *, c=2):
    return a, b, c


def g(a, b=1, c=[]):
    return a, b, c


def call_g():
    return g(0), g(0, 5), g(0, 5, 6)


assert warm(call_g) == ((0, 1, []), (0, 5, []), (0, 5, 6))
g.__defaults__ = (7, 8)
assert warm(call_g) == ((0, 7, 8), (0, 5, 8), (0, 5, 6))
g.__defaults__ = None
assert "missing 2 required" in raises(TypeError, call_g)
g.__defaults__ = (1, 2, 3)
assert warm(lambda: g()) == (1, 2, 3)
assert warm(lambda: f(0)) == (0, 1, 2)
assert "from 1 to 2 positional" in raises(TypeError, lambda: f(1, 2, 3))

# --- generators made by the call ---------------------------------------------------------


def outer(n):
    def inner(k):
        yield n
        yield k

    return inner


def run_inner():
    return list(outer(3)(4))


assert warm(run_inner) == [3, 4]


def swap():
    def h():
        yield 1

    def plain():
        return 2

    def use():
        return h()

    for _ in range(50):
        assert next(use()) == 1
    h.__code__ = plain.__code__
    assert use() == 2


swap()


def fresh():
    x = 1
    g = (x for _ in range(2))
    assert g.gi_frame.f_lasti >= 0 and g.gi_frame.f_back is None and not g.gi_running
    return g.gi_frame.f_lasti


first = fresh()
assert warm(fresh) == first


async def co(x):
    return x


def drive(x):
    c = co(x)
    try:
        c.send(None)
    except StopIteration as e:
        return e.value


for i in range(100):
    assert drive(i) == i

# --- generators that natives drive -------------------------------------------------------


def reenter():
    yield 1
    next(running)


running = reenter()
assert raises(ValueError, list, running) == "generator already executing"


def shared():
    yield from range(5)


s = shared()
seen = set()
for x in s:
    seen.add(x)
    if x == 1:
        seen.update(s)
assert seen == {0, 1, 2, 3, 4}
s = shared()
assert any(x > 1 for x in s) and next(s) == 3 and not all(x < 0 for x in s)
assert list(s) == [] and sum(s) == 0 and set(s) == set()


def eats(g):
    for x in g:
        yield x + sum(g)


assert list(eats(shared())) == [0 + 1 + 2 + 3 + 4]


def closing():
    try:
        yield 1
        yield 2
    finally:
        order.append("closed")


order = []
assert any(closing()) and order == ["closed"]
raises(ZeroDivisionError, sum, (1 // x for x in (1, 0)))
assert raises(RuntimeError, list, (next(iter(())) for _ in "a")) == (
    "generator raised StopIteration"
)


def depth(n):
    return 0 if n == 0 else 1 + sum(depth(n - 1) for _ in (1,))


assert depth(50) == 50

# --- sums stay exact ---------------------------------------------------------------------

assert sum([2**62, 2**62, 2**62]) == 3 * 2**62
assert sum([1, 2.5, 3]) == 6.5 and sum([0.1] * 10) == 1.0
assert sum([1, 2], 0.5) == 3.5 and sum([[1], [2]], []) == [1, 2]
assert sum([True, True]) == 2 and type(sum([True])) is int
assert sum([2**70, -(2**70), 1]) == 1 and sum([1.0, 2**70]) == 1.0 + 2**70

# --- instances and what __init__ gives ---------------------------------------------------


class P:
    def __init__(self, x):
        self.x = x
        if x == 7:
            raise ValueError(x)
        if x == 8:
            return 1
        if x == 9:
            del self


def make(x):
    return P(x)


for i in range(100):
    assert make(i % 7).x == i % 7
assert raises(ValueError, make, 7) == "7"
assert raises(TypeError, make, 8) == "__init__() should return None, not 'int'"
assert make(9).x == 9
raises(TypeError, lambda: P())


def traced(x):
    try:
        return make(x)
    except (ValueError, TypeError) as e:
        names = []
        tb = e.__traceback__
        while tb:
            names.append(tb.tb_frame.f_code.co_name)
            tb = tb.tb_next
        return names


assert traced(7) == ["traced", "make", "__init__"]
assert traced(8) == ["traced", "make"]


def generator_init(self, x):
    yield x


P.__init__ = generator_init
assert raises(TypeError, make, 1) == "__init__() should return None, not 'generator'"


class Q:
    def __init__(self, n):
        self.n = n
        self.inner = Q(n - 1) if n else sys._getframe(1).f_code.co_name


for _ in range(50):
    q = Q(3)
while q.n:
    q = q.inner
assert q.inner == "__init__"


class Learner:
    hidden = "class"

    def __init__(self, deep):
        self.a = 1
        if deep:
            self.hidden = "instance"


def look(o):
    return o.hidden, o.a


plain, deep = Learner(False), Learner(False)
for _ in range(100):
    assert look(plain) == ("class", 1)
late = Learner(True)
assert look(late) == ("instance", 1) and look(plain) == ("class", 1)
deep.hidden = 2
assert look(deep) == (2, 1)

# --- slices that nobody keeps ------------------------------------------------------------


def slices(l, a, b, c):
    return l[a:b:c]


class Sub(list):
    def __getitem__(self, key):
        return key


base = list(range(10))
for _ in range(50):
    assert slices(base, 8, None, -3) == [8, 5, 2]
    assert slices(base, None, None, -1) == base[::-1]
    assert slices(base, -100, 100, 4) == [0, 4, 8]
    assert slices(base, 5, 2, 1) == [] and slices([], None, None, -2) == []
    assert slices(base, 2**70, None, -1) == base[::-1]
    assert slices("abc", None, None, -1) == "cba"
    assert slices(Sub(), 1, 2, 3) == slice(1, 2, 3)
assert raises(ValueError, slices, base, 1, 2, 0) == "slice step cannot be zero"
assert "slice indices must be" in raises(TypeError, slices, base, "a", 2, 1)


def reverse_head(l, n):
    l[:n] = l[n - 1 :: -1]
    return l


assert warm(lambda: reverse_head([1, 2, 3, 4], 3)) == [3, 2, 1, 4]
kept = [7, 8]


def keep(l):
    l[1:2] = kept
    return l


assert warm(lambda: keep([1, 2, 3])) == [1, 7, 8, 3] and kept == [7, 8]
same = [1, 2]
same[1:1] = same
assert same == [1, 1, 2, 2]

# --- numbers in containers ---------------------------------------------------------------


def contains(x, l):
    return x in l, x not in l


for _ in range(50):
    assert contains(2, [1, 2]) == (True, False)
    assert contains(3, [1, 2]) == (False, True)
    assert contains(1, [1.0]) == (True, False)
    assert contains(0, [True, False]) == (True, False)
    assert contains(2**60, [2**60]) == (True, False)
nan = float("nan")
assert contains(nan, [nan]) == (True, False)
mixed = {1, 2, 3}
mixed |= {1.0, True, 2**61}
assert mixed == {1, 2, 3, 2**61} and len(mixed) == 4
assert {0.0, 0, False} == {0} and len({-1, -2, -1}) == 2


class Same:
    def __hash__(self):
        return 5

    def __eq__(self, other):
        return other == 5


assert len({Same(), 5}) == 1 and len({5, Same()}) == 1

# --- unpacking numbers over numbers ------------------------------------------------------


def unpack(t):
    a, b, c, d = t
    a, b, c, d = d, c, b, a
    x, x = t[:2]
    return a, b, c, d, x


for _ in range(50):
    assert unpack((1, 2, 3, 4)) == (4, 3, 2, 1, 2)
    assert unpack([1, "b", 3.5, None]) == (None, 3.5, "b", 1, "b")

# --- what is being handled ---------------------------------------------------------------


def asks():
    while True:
        yield sys.exception()


def handling():
    g = asks()
    assert next(g) is None
    try:
        raise KeyError
    except KeyError as e:
        assert next(g) is e
        try:
            raise ValueError
        except ValueError as v:
            assert v.__context__ is e and next(g) is v
        assert next(g) is e
    return next(g)


assert warm(handling) is None


def inner_raise():
    try:
        yield
    finally:
        try:
            raise OSError
        except OSError as e:
            contexts.append(e.__context__)


contexts = []
g = inner_raise()
next(g)
try:
    raise LookupError
except LookupError:
    g.close()
assert isinstance(contexts[0], GeneratorExit)

# --- exceptions of all classes -----------------------------------------------------------


class Own(Exception):
    pass


class WithInit(ValueError):
    def __init__(self, a, b):
        super().__init__(a)
        self.b = b


def throw(cls, *args):
    try:
        raise cls(*args) if args else cls
    except cls as e:
        return type(e), e.args
    except OSError as e:
        return type(e), e.args


for _ in range(50):
    assert throw(ValueError) == (ValueError, ())
    assert throw(Own) == (Own, ()) and throw(Own, 1) == (Own, (1,))
    assert throw(KeyError, "k") == (KeyError, ("k",))
    assert throw(StopIteration, 1) == (StopIteration, (1,))
    assert throw(OSError, 2, "x") == (FileNotFoundError, (2, "x"))
    assert throw(WithInit, 1, 2) == (WithInit, (1,))
raises(TypeError, throw, WithInit)
d = {}
for _ in range(50):
    assert raises(KeyError, lambda: d["gone"]) == "'gone'"
