def f(x):
    with x as y, z:
        return y
async def g(x):
    async with x as y:
        async for z in y:
            yield z
