"""Small objects that come and go."""


class Point:
    def __init__(self, x, y):
        self.x = x
        self.y = y


N = 30_000
# ---
for i in range(N):
    p = Point(i, i)
    q = p.x + p.y
