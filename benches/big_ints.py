"""Products of growing integers, and their digits."""
N = 600
# ---
product = 1
for i in range(1, N):
    product *= i
text = str(product)
