"""Method calls and attributes of instances."""


class Counter:
    def __init__(self):
        self.value = 0

    def step(self, by):
        self.value += by
        return self


counter = Counter()
N = 40_000
# ---
for i in range(N):
    counter.step(i)
