"""Appending, indexing, slicing and popping."""
N = 20_000
# ---
items = []
for i in range(N):
    items.append(i)
for i in range(N):
    items[i] += items[-1]
half = items[::2]
while items:
    items.pop()
