"""Float arithmetic on local variables."""
N = 100_000
# ---
x = y = 0.0
for i in range(N):
    x = x * 0.5 + i
    y = y - x / 3.0
