x: int = 1
class C:
    y: str
    if x:
        z: list[int]
def f(a: x, *args: *y) -> z:
    b: unused = a
