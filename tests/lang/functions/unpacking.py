# Unpacking into locals, where the locals hold the container, each other, or what dies.


class Noisy:
    gone = []

    def __init__(self, name):
        self.name = name

    def __del__(self):
        Noisy.gone.append(self.name)


def overwrite_container():
    t = (1, 2, 3)
    a, t, b = t
    return a, t, b


def overwrite_fresh(x):
    t = (x, [x], x + 1)
    a, t, b = t
    return a, t, b


def overwrite_list(x):
    t = [x, x + 1]
    t, u = t
    return t, u


def same_name(x):
    t = (x, x + 1)
    a, a = t
    return a


def swap(a, b, c):
    a, b, c = c, a, b
    t = (a, b, c)
    b, a, c = t
    return a, b, c


def shared(x):
    o = [x]
    t = (o, o, o)
    a, b, c = t
    a, b, c = t
    del t, o
    a, b, c = 1, 2, 3
    return a, b, c


def dies():
    a, b = Noisy("a"), Noisy("b")
    t = (1, 2)
    a, b = t
    return list(Noisy.gone)


def many(n):
    t = tuple(range(10))
    for _ in range(n):
        a, b, c, d, e, f, g, h, i, j = t
        (a, b), c, (d, [e, f]) = (a, b), c, (d, [e, f])
        a, *b, c = t
        (x,) = [a]
    return a, b, c, d, e, f, g, h, i, j, x


def cells(t):
    a, b = t
    return (lambda: (a, b))()


for n in range(60):
    assert overwrite_container() == (1, 2, 3)
    assert overwrite_fresh(n) == (n, [n], n + 1)
    assert overwrite_list(n) == (n, n + 1)
    assert same_name(n) == n + 1
    assert swap(1, 2, n) == (1, n, 2)
    assert shared(n) == (1, 2, 3)
    assert cells((n, 2)) == (n, 2)
    Noisy.gone.clear()
    assert dies() == ["a", "b"], Noisy.gone
assert many(50) == (0, [1, 2, 3, 4, 5, 6, 7, 8], 9, 3, 4, 5, 6, 7, 8, 9, 0)

for bad, text in [
    ((1, 2, 3), "too many values to unpack (expected 2, got 3)"),
    ([1], "not enough values to unpack (expected 2, got 1)"),
]:
    for _ in range(5):
        try:
            a, b = bad
        except ValueError as e:
            assert str(e) == text, e
        else:
            assert False
