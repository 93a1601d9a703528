"""What the functions of posix make of odd arguments: numbers, descriptors, names, mappings."""

import copy
import os
import pickle
import time
import warnings


def refuses(error, words, f, *args, **kwargs):
    try:
        f(*args, **kwargs)
    except error as e:
        assert words in str(e), e
    else:
        raise AssertionError(f"{f.__name__}{args} did not fail")


# Device numbers; -1 is no device.
assert os.major(-1) == os.minor(-1) == os.makedev(-1, -1) == -1
assert (os.major(2**32 - 1), os.minor(2**32 - 1)) == (4095, 1048575)
assert os.makedev(1, 2) == 258 and os.makedev(-1, 0) == 18446726481524555520
for f in (os.major, os.minor):
    refuses(OverflowError, "can't convert negative int to unsigned", f, -2)
    refuses(OverflowError, "int too big to convert", f, 2**64)
    refuses(TypeError, "'str' object cannot be interpreted as an integer", f, "1")
refuses(OverflowError, "too large to convert to C unsigned int", os.makedev, 2**32, 0)

# Scheduling parameters.
p = os.sched_param(1)
assert p == (1,) and p.sched_priority == 1 and os.sched_param(sched_priority=3) == (3,)
assert copy.copy(p) == pickle.loads(pickle.dumps(p)) == p
assert p.__reduce__() == (os.sched_param, (1,))
refuses(TypeError, "missing required argument 'sched_priority' (pos 1)", os.sched_param)
refuses(TypeError, "at most 1 argument (2 given)", os.sched_param, 1, 2)
refuses(OverflowError, "sched_priority out of range", os.sched_setparam, 0, os.sched_param(2**31))
refuses(TypeError, "must have a sched_param object", os.sched_setparam, 0, 1)
for scheduler, words in [
    ([1, 2], "posix_spawn: scheduler must be a tuple or None"),
    ((1,), "A scheduler tuple must have two elements"),
    ((None, 1), "must have a sched_param object"),
]:
    refuses(TypeError, words, os.posix_spawn, "/bin/true", ["true"], {}, scheduler=scheduler)

# A bool is a descriptor that nobody meant.
for f in (
    lambda: os.fpathconf(True, "PC_NAME_MAX"),
    lambda: os.stat("no such name", dir_fd=False),
):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            f()
        except OSError:
            pass
    assert [str(w.message) for w in caught] == ["bool is used as a file descriptor"]
    assert caught[0].category is RuntimeWarning and caught[0].filename == __file__


# A class without a path.
class NoPath:
    __fspath__ = None


for f in (os.fspath, open, os.fsencode):
    refuses(TypeError, "expected str, bytes or os.PathLike object, not NoPath", f, NoPath())
refuses(TypeError, "should be string, bytes, os.PathLike or integer", os.stat, NoPath())

for flags in (0, os.TFD_NONBLOCK):
    fd = os.timerfd_create(time.CLOCK_REALTIME, flags=flags)
    assert not os.get_inheritable(fd) and os.get_blocking(fd) == (flags == 0)
    os.close(fd)


# An environment's keys and values are asked for once each, its items never.
class Environment:
    def __len__(self):
        return 1

    def keys(self):
        return ["NAME"]

    def values(self):
        return ["value"]

    def __getitem__(self):
        raise AssertionError


r, w = os.pipe()
if pid := os.fork():
    os.close(w)
    with open(r) as f:
        assert f.read() == "value\n"
    assert os.waitpid(pid, 0)[1] == 0
else:
    os.dup2(w, 1)
    os.execve("/bin/sh", ["sh", "-c", "echo $NAME"], Environment())

refuses(TypeError, "gid should be integer, not str", os.setgid, "a")
refuses(OverflowError, "gid is less than minimum", os.setgid, 2**33)
refuses(OverflowError, "gid is greater than maximum", os.setgid, 2**64)
refuses(TypeError, "uid should be integer, not str", os.setuid, "a")
