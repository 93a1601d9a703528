def f(x):
    a = [i for i in x if i]
    return {i: (lambda: i) for i in a}
class A:
    b = [c for c in d for e in c]
async def g(x):
    return [await i async for i in x]
