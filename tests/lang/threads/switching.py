"""Threads take turns, share limits, and end in good order."""

import _thread
import os
import signal
import sys
import time

# The interval is kept as microseconds, and threads take turns by it.
assert sys.getswitchinterval() == 0.005
sys.setswitchinterval(0.00025)
assert sys.getswitchinterval() == 0.00025
for wrong in (0, -1.0):
    try:
        sys.setswitchinterval(wrong)
    except ValueError as e:
        assert str(e) == "switch interval must be strictly positive"
    else:
        raise AssertionError(wrong)

done = _thread.allocate_lock()
counts = [0, 0, 0]
running = [True]
ended = []


def count(i):
    while running[0]:
        counts[i] += 1
    ended.append(i)


for i in range(3):
    _thread.start_new_thread(count, (i,))
deadline = time.monotonic() + 30
while not all(counts) and time.monotonic() < deadline:
    time.sleep(0.01)
assert all(counts), counts
running[0] = False
while len(ended) < 3 and time.monotonic() < deadline:
    time.sleep(0.01)
assert sorted(ended) == [0, 1, 2]
sys.setswitchinterval(0.005)


# A lock makes updates whole.
total = 0
lock = _thread.allocate_lock()


def add(n):
    global total
    for _ in range(n):
        with lock:
            total += 1


handles = [_thread.start_joinable_thread(lambda: add(2000)) for _ in range(4)]
for handle in handles:
    handle.join()
assert total == 8000


# The recursion limit belongs to all threads, those that run and those to come.
def depth(n=0):
    try:
        return depth(n + 1)
    except RecursionError:
        return n


def measure(out):
    out.append(depth())


limit = sys.getrecursionlimit()
assert limit == 1000
entered, go_on = _thread.allocate_lock(), _thread.allocate_lock()
entered.acquire()
go_on.acquire()
depths = []


def wait_and_measure():
    entered.release()
    go_on.acquire()
    measure(depths)


waiting = _thread.start_joinable_thread(wait_and_measure)
entered.acquire()
sys.setrecursionlimit(300)
go_on.release()
waiting.join()
later = _thread.start_joinable_thread(lambda: measure(depths))
later.join()
sys.setrecursionlimit(limit)
assert all(250 < d < 300 for d in depths), depths
assert depth() > 900

# An interrupt reaches the main thread while others run, also in a wait for a lock.  Whoever
# started this may ignore interrupts.
signal.signal(signal.SIGINT, signal.default_int_handler)
running[0] = True
handle = _thread.start_joinable_thread(lambda: count(0))
waited = _thread.allocate_lock()
waited.acquire()


def interrupt():
    time.sleep(0.2)
    os.kill(os.getpid(), signal.SIGINT)


interrupter = _thread.start_joinable_thread(interrupt)
try:
    waited.acquire()
except KeyboardInterrupt:
    pass
else:
    raise AssertionError("the wait went on")
interrupter.join()
caught = []
before = signal.signal(signal.SIGALRM, lambda *args: caught.append(args[0]))
signal.setitimer(signal.ITIMER_REAL, 0.05)
while not caught:
    pass
assert caught == [signal.SIGALRM]
signal.signal(signal.SIGALRM, before)
running[0] = False
handle.join()

# Exceptions in threads are reported and end nothing else.
reports = []
sys.unraisablehook = lambda u: reports.append((type(u.exc_value), u.err_msg))


def fail():
    raise ValueError("in a thread")


_thread.start_joinable_thread(fail).join()
_thread.start_joinable_thread(_thread.exit).join()
sys.unraisablehook = sys.__unraisablehook__
assert len(reports) == 1 and reports[0][0] is ValueError, reports

# What is in use is counted.
before = sys.getallocatedblocks()
kept = [[i] for i in range(1000)]
assert sys.getallocatedblocks() - before > 900
del kept
assert sys.getallocatedblocks() - before < 900
