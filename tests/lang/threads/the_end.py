"""At the end of the interpreter daemon threads stop, and nothing of that kind starts."""

import subprocess
import sys

SOURCE = """
import _thread, os, threading

def loop():
    while True:
        pass

class Cycle:
    def __init__(self):
        self.me = self
        self.thread = threading.Thread(target=loop, daemon=True)
        self.thread.start()

    def __del__(self, start=_thread.start_new_thread, fork=os.fork):
        tries = [self.thread.join, lambda: self.thread.join(9), lambda: start(print, ()), fork]
        for f in tries:
            try:
                print(f())
            except PythonFinalizationError as e:
                print(e)

Cycle()
"""
p = subprocess.run([sys.executable, "-c", SOURCE], capture_output=True, text=True, timeout=60)
assert (p.returncode, p.stderr) == (0, ""), p
assert p.stdout.splitlines() == [
    "cannot join thread at interpreter shutdown",
    "cannot join thread at interpreter shutdown",
    "can't create new thread at interpreter shutdown",
    "can't fork at interpreter shutdown",
], p.stdout
