"""Lists, dicts and sets made by comprehensions."""
data = list(range(20_000))
# ---
squares = [x * x for x in data if x % 3]
table = {x: str(x) for x in data}
rests = {x % 97 for x in data}
