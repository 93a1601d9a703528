"""Primes by slice assignment over a bytearray."""
N = 100_000
# ---
flags = bytearray([1]) * N
for i in range(2, int(N**0.5) + 1):
    if flags[i]:
        flags[i * i :: i] = bytes(len(range(i * i, N, i)))
primes = [i for i in range(2, N) if flags[i]]
