@d
class A(B, metaclass=M):
    """  Doc
        string."""
    __p = 1
    def f(self):
        self.__q = super().f()
