"""Exceptions raised and caught, and try blocks that see none."""


def check(i):
    if i % 5 == 0:
        raise ValueError(i)
    return i


N = 20_000
# ---
caught = 0
for i in range(N):
    try:
        check(i)
    except ValueError:
        caught += 1
