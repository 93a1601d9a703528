"""Additions and comparisons of small ints in a while loop."""
N = 200_000
# ---
total = i = 0
while i < N:
    if i & 3:
        total += i
    i += 1
