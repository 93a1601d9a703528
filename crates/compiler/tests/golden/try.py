def f(x):
    try:
        return x()
    except A as e:
        raise B from e
    finally:
        g()
def h(x):
    try:
        x
    except* A as e:
        e
