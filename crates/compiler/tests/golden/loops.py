def f(x):
    for a, *b in x:
        if a < b < 3 and not b:
            continue
        elif a:
            break
    else:
        while x:
            x -= 1
    return -1, (1, 2), 2 ** 8
