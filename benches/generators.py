"""Generators, delegation and generator expressions."""


def numbers(n):
    for i in range(n):
        yield i


def delegate(n):
    yield from numbers(n)


N = 30_000
# ---
total = sum(delegate(N)) + sum(i * 2 for i in numbers(N))
