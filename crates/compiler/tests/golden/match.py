def f(x):
    match x:
        case [1, a, *_] | {"k": a} if a:
            return a
        case A(b, c=-1) as d:
            return d
        case _:
            return None
