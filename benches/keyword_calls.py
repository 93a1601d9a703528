"""Calls with keywords, defaults and packed arguments."""


def target(a, b=2, *rest, c=3, **more):
    return a


args, keywords = (1, 2, 3), {"c": 4, "d": 5}
N = 20_000
# ---
for i in range(N):
    target(i, c=1)
    target(*args, **keywords)
