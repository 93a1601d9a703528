"""Cells read and written by inner functions."""


def make():
    count = 0

    def step():
        nonlocal count
        count += 1
        return count

    return step


step = make()
N = 50_000
# ---
for i in range(N):
    step()
