"""`resource`: limits and usage of processes, their errors, and wait4's answer.

Only the limit of core files is changed, and only downwards: nothing else depends on it.
"""

import os
import resource
import sys


class Index:
    def __init__(self, n):
        self.n = n

    def __index__(self):
        return self.n


def refused(kind, message, f, *args):
    try:
        f(*args)
    except kind as e:
        assert type(e) is kind and str(e) == message, (type(e), e)
    else:
        raise AssertionError("not refused")


CORE = resource.RLIMIT_CORE
soft, hard = resource.getrlimit(CORE)
assert resource.getrlimit(Index(CORE)) == (soft, hard) == resource.prlimit(0, CORE)
resource.setrlimit(CORE, (0, hard))
assert resource.getrlimit(CORE) == (0, hard)
resource.setrlimit(CORE, iter([Index(0), hard]))
assert resource.prlimit(0, CORE, [0, 1000]) == (0, hard)
assert resource.prlimit(os.getpid(), CORE, None) == (0, 1000)
assert resource.prlimit(0, CORE) == (0, 1000)

for f in (resource.getrlimit, lambda n: resource.setrlimit(n, 5), lambda n: resource.prlimit(0, n, 5)):
    refused(ValueError, "invalid resource specified", f, 99)
    refused(ValueError, "invalid resource specified", f, -1)
    refused(TypeError, "'str' object cannot be interpreted as an integer", f, "a")
    refused(OverflowError, "Python int too large to convert to C int", f, 1 << 40)
for f in (lambda v: resource.setrlimit(CORE, v), lambda v: resource.prlimit(0, CORE, v)):
    refused(ValueError, "expected a tuple of 2 integers", f, (0,))
    refused(ValueError, "expected a tuple of 2 integers", f, [0, 0, 0])
    refused(TypeError, "'int' object is not iterable", f, 1)
    refused(TypeError, "'float' object cannot be interpreted as an integer", f, (1.0, 2))
    refused(ValueError, "Cannot convert negative int", f, (-2, -1))
    refused(ValueError, "Cannot convert negative int", f, (0, -1 << 64))
    refused(OverflowError, "Python int too large to convert to C rlim_t", f, (1 << 64, -1))
    refused(ValueError, "current limit exceeds maximum limit", f, (10, 5))
refused(ProcessLookupError, "[Errno 3] No such process", resource.prlimit, -1, CORE)
refused(TypeError, "'NoneType' object is not iterable", resource.setrlimit, CORE, None)

usage = resource.getrusage(resource.RUSAGE_SELF)
assert type(usage) is resource.struct_rusage and len(usage) == 16 == usage.n_fields
assert [type(v) for v in usage] == [float] * 2 + [int] * 14
assert usage.ru_utime == usage[0] and usage.ru_nivcsw == usage[15]
assert usage.ru_maxrss == usage[2] > 0 and usage.ru_utime + usage.ru_stime > 0
assert repr(usage).startswith("resource.struct_rusage(ru_utime=")
# The kernel rounds a thread's time and its process's apart.
of_thread, of_all = resource.getrusage(resource.RUSAGE_THREAD), resource.getrusage(0)
assert of_thread.ru_utime <= of_all.ru_utime + 0.1
refused(ValueError, "invalid who parameter", resource.getrusage, 5)

assert resource.error is OSError
assert resource.getpagesize() == os.sysconf("SC_PAGESIZE")
assert (resource.RLIM_INFINITY, resource.RUSAGE_CHILDREN) == (-1, -1)

pid = os.fork()
if not pid:
    os._exit(3)
waited, status, used = os.wait4(pid, 0)
assert (waited, os.waitstatus_to_exitcode(status)) == (pid, 3)
assert type(used) is resource.struct_rusage

seen = []
sys.addaudithook(lambda event, args: seen.append((event, args)) if event.startswith("resource.") else None)
resource.setrlimit(CORE, (0, 10))
resource.prlimit(0, CORE)
resource.getrlimit(CORE)
assert seen == [("resource.setrlimit", (CORE, (0, 10))), ("resource.prlimit", (0, CORE, None))], seen
