"""Starting programs: pipes, errors told by the child, functions run before exec; waiting."""

import fcntl
import os
import select
import subprocess
import sys


def raises(kind, f, *args, **kwargs):
    try:
        f(*args, **kwargs)
    except kind as e:
        return e
    raise AssertionError(f"{kind.__name__} was not raised")


run = subprocess.run
r = run(["/bin/echo", "a", "b"], capture_output=True)
assert (r.returncode, r.stdout, r.stderr) == (0, b"a b\n", b"")
r = run("cat; echo $X >&2; umask; pwd", shell=True, input="text", text=True, env={"X": "1"},
        cwd="/", umask=0o77, capture_output=True)
assert r.stdout == "text0077\n/\n" and r.stderr == "1\n"
e = raises(FileNotFoundError, run, ["/no/such/program"])
assert e.filename == "/no/such/program"
e = raises(FileNotFoundError, run, ["/bin/echo"], cwd="/no/such/folder")
assert e.filename == "/no/such/folder"
raises(PermissionError, run, ["/etc/passwd"])
r = run(["/bin/echo", "after"], preexec_fn=lambda: os.write(1, b"before "), capture_output=True)
assert r.stdout == b"before after\n"
raises(subprocess.SubprocessError, run, ["/bin/echo"], preexec_fn=lambda: 1 / 0)
assert run([sys.executable, "-c", "raise SystemExit(3)"]).returncode == 3
read, write = os.pipe()
os.set_inheritable(write, True)
script = f"import os; os.write({write}, b'kept')"
assert run([sys.executable, "-c", script], pass_fds=[write]).returncode == 0
assert os.read(read, 9) == b"kept"
assert run([sys.executable, "-c", script], stderr=subprocess.DEVNULL).returncode == 1

# select, poll and epoll agree.
assert select.select([read], [write], [], 0) == ([], [write], [])
poller, epoll = select.poll(), select.epoll()
poller.register(read)
epoll.register(read, select.EPOLLIN)
assert poller.poll(0) == [] and epoll.poll(0) == []
os.write(write, b"x")
assert poller.poll() == [(read, select.POLLIN)] and epoll.poll() == [(read, select.EPOLLIN)]
assert select.select([read], [], [])[0] == [read]
poller.modify(read, 0)
assert poller.poll(1) == []
poller.unregister(read)
raises(KeyError, poller.unregister, read)
with epoll:
    raises(FileExistsError, epoll.register, read)
assert epoll.closed
assert str(raises(ValueError, epoll.poll)) == "I/O operation on closed epoll object"
assert str(raises(ValueError, select.select, [-1], [], [])) == (
    "file descriptor cannot be a negative integer (-1)"
)

assert fcntl.fcntl(read, fcntl.F_GETFD) == fcntl.FD_CLOEXEC
buffer = bytearray(4)
FIONREAD = 0x541B
assert fcntl.ioctl(read, FIONREAD, buffer) == 0 and buffer == b"\1\0\0\0"
assert fcntl.ioctl(read, FIONREAD, b"\0" * 4) == b"\1\0\0\0"
assert str(raises(ValueError, fcntl.fcntl, read, 1, b"x" * 1025)) == "fcntl argument 3 is too long"
