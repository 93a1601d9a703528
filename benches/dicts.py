"""Counting words in a dict."""
words = ("the quick brown fox jumps over the lazy dog " * 500).split()
# ---
counts = {}
for word in words:
    counts[word] = counts.get(word, 0) + 1
for word in counts:
    counts[word] -= 1
