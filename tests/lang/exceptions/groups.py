"""Exception groups: making, splitting, and except*."""

group = ExceptionGroup("m", [ValueError(1), TypeError(2)])
assert repr(group) == "ExceptionGroup('m', [ValueError(1), TypeError(2)])"
assert str(group) == "m (2 sub-exceptions)" and len(group.exceptions) == 2
assert type(BaseExceptionGroup("m", [ValueError(1)])) is ExceptionGroup
assert type(BaseExceptionGroup("m", [KeyboardInterrupt()])) is BaseExceptionGroup
assert ExceptionGroup.__bases__ == (BaseExceptionGroup, Exception)
for bad, kind in [((), ValueError), (5, TypeError), ([5], ValueError), ([SystemExit()], TypeError)]:
    try:
        ExceptionGroup("m", bad)
    except kind:
        pass
    else:
        raise AssertionError(bad)


class Named(ExceptionGroup):
    def derive(self, excs):
        return Named(self.message, excs)


tree = Named("m", [ValueError(1), ExceptionGroup("n", [TypeError(2), ValueError(3)])])
tree.add_note("hi")
matched, rest = tree.split(ValueError)
assert type(matched) is Named and matched.__notes__ == ["hi"] and rest.__notes__ == ["hi"]
assert [type(e) for e in rest.exceptions] == [ExceptionGroup]
assert tree.split(OSError)[0] is None and tree.split(Named) == (tree, None)
assert tree.subgroup(lambda e: False) is None

seen = []
try:
    raise ExceptionGroup("a", [ValueError(1), TypeError(2), OSError(3)])
except* ValueError as e:
    seen.append(repr(e))
except* (TypeError, OSError) as e:
    seen.append(repr(e))
assert seen == [
    "ExceptionGroup('a', [ValueError(1)])",
    "ExceptionGroup('a', [TypeError(2), OSError(3)])",
]
try:
    try:
        raise ExceptionGroup("a", [ValueError(1), TypeError(2)])
    except* ValueError:
        pass
except ExceptionGroup as e:
    assert repr(e) == "ExceptionGroup('a', [TypeError(2)])"
try:
    raise ValueError(4)
except* ValueError as e:
    assert repr(e) == "ExceptionGroup('', (ValueError(4),))", repr(e)
try:
    try:
        raise ExceptionGroup("a", [ValueError(1), TypeError(2)])
    except* ValueError:
        raise KeyError(1)
except ExceptionGroup as e:
    assert e.message == "" and type(e.exceptions[0]) is KeyError
    assert repr(e.exceptions[1]) == "ExceptionGroup('a', [TypeError(2)])"
