def f(a, b):
    return f"{a!r:>{b}} {a}", t"x{a}y", "%s-%5r" % (a, b)
