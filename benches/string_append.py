"""Text that grows character by character."""
N = 20_000
# ---
text = ""
for i in range(N):
    text += chr(97 + i % 26)
count = 0
for c in text:
    if c == "e":
        count += 1
