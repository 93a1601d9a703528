"""Filters and registries of the native half of warnings."""

import _warnings
import warnings


def raises(kind, message, function):
    try:
        function()
    except kind as e:
        assert str(e) == message, str(e)
    else:
        raise AssertionError(message)


raises(
    TypeError,
    "category must be a Warning subclass, not 'int'",
    lambda: warnings.warn("x", 5),
)
raises(RuntimeError, "warnings lock is not held", _warnings._filters_mutated_lock_held)
raises(RuntimeError, "cannot release un-acquired lock", _warnings._release_lock)
with warnings.catch_warnings(record=True) as log:
    warnings.simplefilter("always")
    warnings.warn("one")
    warnings.warn(DeprecationWarning("two"))
assert [(str(w.message), w.category) for w in log] == [
    ("one", UserWarning),
    ("two", DeprecationWarning),
]
with warnings.catch_warnings():
    warnings.simplefilter("error")
    raises(UserWarning, "three", lambda: warnings.warn("three"))
with warnings.catch_warnings(record=True) as log:
    warnings.simplefilter("default")
    for _ in range(3):
        warnings.warn_explicit("four", UserWarning, "f.py", 7, registry=(r := {}) if _ == 0 else r)
assert len(log) == 1 and log[0].lineno == 7
