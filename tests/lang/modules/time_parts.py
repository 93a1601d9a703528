"""Times in parts that no C int holds, and what counts as a number of seconds."""

import threading
import time


def refuses(error, message, f, *args):
    try:
        f(*args)
    except error as e:
        assert str(e) == message, e
    else:
        raise AssertionError(f"{f}{args} did not fail")


least, most = -(2**31) + 1900, 2**31 - 1
for f in (time.asctime, lambda t: time.strftime("%Y", t)):
    for year in (least, most):
        assert f((year, 1, 1, 0, 0, 0, 0, 1, 0)).endswith(str(year))
    for year, message in [
        (least - 1, "year out of range"),
        (-(2**31) - 1, "signed integer is less than minimum"),
        (most + 1, "signed integer is greater than maximum"),
        (2**70, "Python int too large to convert to C long"),
    ]:
        refuses(OverflowError, message, f, (year, 1, 1, 0, 0, 0, 0, 1, 0))
refuses(OverflowError, "year out of range", time.mktime, (least - 1, 1, 1, 0, 0, 0, 0, 1, 0))
for seconds in ([], "a", None, 1j):
    name = type(seconds).__name__
    message = f"'{name}' object cannot be interpreted as an integer or float"
    refuses(TypeError, message, time.sleep, seconds)
    refuses(TypeError, message, threading.Lock().acquire, True, seconds)
for seconds in (2**62, 10**30, -(10**30)):
    refuses(OverflowError, "timestamp out of range for C PyTime_t", time.sleep, seconds)
