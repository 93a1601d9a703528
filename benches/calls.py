"""Plain calls of Python functions."""


def add(a, b):
    return a + b


N = 50_000
# ---
total = 0
for i in range(N):
    total = add(total, i)
