type A[T: int = bool] = list[T]
class B[T, *Ts]:
    x: T
def f[**P](a=1, *, b=2) -> P: ...
