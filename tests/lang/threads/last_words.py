"""What still works while the interpreter ends, and in which order it goes."""

import os
import subprocess
import sys
import tempfile


def run(source, *options):
    p = subprocess.run([sys.executable, *options, "-c", source], capture_output=True, text=True)
    assert p.returncode == 0, p
    return p.stdout, p.stderr


# Exit functions run although their module has been forgotten.
out, err = run("import sys, atexit; del sys.modules['atexit']; atexit.register(print, 'bye')")
assert (out, err) == ("bye\n", "")

# Nothing can be imported any more once sys.modules is gone.
out, err = run("class A:\n def __del__(self): import sys\na = A()\n")
assert "ImportError: sys.meta_path is None, Python is likely shutting down" in err, err

# Warnings obey the filters of the time before.
for first in ("", "import warnings; "):
    out, err = run(first + f"f = open({os.devnull!r})", "-Wd")
    assert err.startswith("<sys>:0: ResourceWarning: unclosed file "), err

# A signal finds nobody.
out, err = run("import _thread\nclass A:\n def __del__(self): _thread.interrupt_main()\na = A()\n")
assert "OSError: Signal 2 ignored due to race condition" in err, err

# Modules that refer to each other are gone before any of them is emptied.
MODULE = """
import {other}
x = {name!r}
class C:
    def __del__(self):
        print(x, {other}.x, len.__name__)
c = C()
"""
with tempfile.TemporaryDirectory() as folder:
    for name, other in [("one", "two"), ("two", "one")]:
        with open(os.path.join(folder, f"{name}.py"), "w") as f:
            f.write(MODULE.format(name=name, other=other))
    out, err = run(f"import sys; sys.path.insert(0, {folder!r}); import one")
    assert (sorted(out.splitlines()), err) == (["one two len", "two one len"], ""), (out, err)

# An import that fails in another thread is not answered with what it has left behind.
RACE = """
import os, sys, tempfile, threading, time
with tempfile.TemporaryDirectory() as folder:
    with open(os.path.join(folder, "failing.py"), "w") as f:
        f.write("import time; time.sleep(0.2); raise RuntimeError")
    sys.path.insert(0, folder)
    found = []
    def work(delay):
        time.sleep(delay)
        try:
            found.append(__import__("failing"))
        except RuntimeError:
            found.append(None)
    threads = [threading.Thread(target=work, args=(d,)) for d in (0, 0.05)]
    for t in threads: t.start()
    for t in threads: t.join()
    print(found)
"""
assert run(RACE) == ("[None, None]\n", "")

# The hook for errors says what it cannot show.
out, err = run("import sys; sys.excepthook(1, '1', 1); sys.excepthook(None, None, None)")
assert err == "TypeError: print_exception(): Exception expected for value, str found\nNoneType: None\n"
