"""Names of threads in the system, forks in threads, and errors without a standard stream."""

import _thread
import subprocess
import sys
import threading


def named(name):
    _thread.set_name(name)
    return _thread._get_name()


def names():
    results.extend(named(n) for n in ("x" * 14 + "é", "x🐍🐍🐍🐍", "a\ud800b", "short"))


results = []
t = threading.Thread(target=names)
t.start()
t.join()
assert results == ["x" * 14 + "\udcc3", "x🐍🐍🐍\udcf0\udc9f", "a?b", "short"], results

FORK = """
import os, threading, _thread, warnings
warnings.simplefilter("ignore")
def child():
    print(threading.current_thread() is threading.main_thread(), _thread._count(), flush=True)
def work():
    pid = os.fork()
    if pid == 0:
        child()
        pid = os.fork()
        if pid == 0:
            child()
        else:
            assert os.waitpid(pid, 0)[1] == 0
    else:
        assert os.waitpid(pid, 0)[1] == 0
t = threading.Thread(target=work)
t.start()
t.join()
"""
p = subprocess.run([sys.executable, "-c", FORK], capture_output=True, text=True)
assert (p.returncode, p.stderr) == (0, ""), p
assert [line.split()[0] for line in p.stdout.splitlines()] == ["True", "True"], p.stdout

SILENT = """
import sys, threading
go = threading.Event()
def work():
    go.wait()
    1 / 0
t = threading.Thread(target=work)
t.start()
sys.stderr = None
go.set()
t.join()
"""
p = subprocess.run([sys.executable, "-c", SILENT], capture_output=True, text=True)
assert p.returncode == 0 and p.stdout == ""
assert p.stderr.startswith("Exception in thread Thread-1 (work):\nTraceback (most recent call last)")
assert p.stderr.rstrip().endswith("ZeroDivisionError: division by zero"), p.stderr

# A daemon thread that is stopped inside a stream does not keep it from being flushed.
LOOP = """
import sys, threading, time
def work():
    while True:
        sys.stdout.write(".")
        sys.stdout.flush()
threading.Thread(target=work, daemon=True).start()
time.sleep(0.1)
"""
p = subprocess.run([sys.executable, "-I", "-c", LOOP], capture_output=True, text=True, timeout=60)
assert p.returncode in (0, -6) and not p.stdout.strip("."), p
