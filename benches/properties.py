"""Properties and operators defined in Python."""


class Vector:
    def __init__(self, x):
        self._x = x

    @property
    def x(self):
        return self._x

    def __add__(self, other):
        return Vector(self._x + other.x)

    def __getitem__(self, i):
        return self._x


a, b = Vector(1), Vector(2)
N = 15_000
# ---
for i in range(N):
    c = (a + b).x + a[i]
