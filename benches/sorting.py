"""Sorting ints, strings and by a key."""
seed = 1
numbers = []
for _ in range(5_000):
    seed = seed * 1103515245 + 12345 & 0x7FFFFFFF
    numbers.append(seed)
words = [str(n) for n in numbers]
# ---
sorted(numbers)
sorted(words)
sorted(numbers, key=lambda n: -n)
