"""Match statements over tuples, dicts and classes."""
subjects = [("add", 1, 2), {"op": "neg", "x": 3}, [1, 2, 3], 7, "text", None]


def kind(subject):
    match subject:
        case ("add", a, b):
            return a + b
        case {"op": op, "x": x}:
            return x
        case [first, *rest]:
            return first
        case int() | float():
            return 1
        case str(s):
            return s
        case _:
            return None


N = 5_000
# ---
for i in range(N):
    for subject in subjects:
        kind(subject)
