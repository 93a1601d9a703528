import os
os.getpid()
a.b(1, k=2)
f(*a, **b)
f(1, *a, k=2, **b)
def g(x):
    return any(y.z for y in x)
