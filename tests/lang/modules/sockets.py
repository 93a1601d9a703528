"""Sockets: connections over TCP and Unix sockets, time-outs, addresses, look-ups."""

import _socket
import os
import tempfile
import threading

AF_INET, AF_INET6, AF_UNIX = _socket.AF_INET, _socket.AF_INET6, _socket.AF_UNIX


def raises(kind, f, *args, **kwargs):
    try:
        f(*args, **kwargs)
    except kind as e:
        return e
    raise AssertionError(f"{kind.__name__} was not raised")


# A pair, both ways.
a, b = _socket.socketpair()
assert a.send(b"abc") == 3 and b.recv(2) == b"ab" and b.recv(9) == b"c"
buffer = bytearray(8)
a.sendall(b"12345")
assert b.recv_into(buffer) == 5 and buffer == b"12345\0\0\0"
assert b.family == AF_UNIX and b.type == _socket.SOCK_STREAM and a.getsockname() == ""
assert str(raises(ValueError, a.recv, -1)) == "negative buffersize in recv"
assert str(raises(ValueError, a.recv_into, buffer, 9)) == "buffer too small for requested bytes"
assert str(raises(TypeError, a.send, "x")) == "a bytes-like object is required, not 'str'"

# Time-outs.
assert a.gettimeout() is None and a.getblocking()
a.settimeout(0.01)
assert a.gettimeout() == 0.01
e = raises(TimeoutError, a.recv, 1)
assert str(e) == "timed out" and e.errno is None
a.setblocking(False)
assert a.timeout == 0.0 and not a.getblocking()
raises(BlockingIOError, a.recv, 1)
assert str(raises(ValueError, a.settimeout, -1)) == "Timeout value out of range"
assert repr(a) == f"<socket object, fd={a.fileno()}, family=1, type=1, proto=0>"
fd = a.detach()
assert a.fileno() == -1
a = _socket.socket(fileno=fd)
assert (a.family, a.type, a.proto) == (AF_UNIX, _socket.SOCK_STREAM, 0)
a.shutdown(_socket.SHUT_WR)
assert b.recv(1) == b""
a.close()
assert raises(OSError, a.recv, 1).errno == 9
b.close()

# A server in a thread.
server = _socket.socket(AF_INET, _socket.SOCK_STREAM)
server.setsockopt(_socket.SOL_SOCKET, _socket.SO_REUSEADDR, 1)
assert server.getsockopt(_socket.SOL_SOCKET, _socket.SO_REUSEADDR) == 1
assert server.getsockopt(_socket.SOL_SOCKET, _socket.SO_TYPE, 4) == b"\1\0\0\0"
server.bind(("127.0.0.1", 0))
server.listen()
address = server.getsockname()


def serve():
    fd, peer = server._accept()
    connection = _socket.socket(fileno=fd)
    while data := connection.recv(1000):
        connection.sendall(data.upper())
    connection.close()


thread = threading.Thread(target=serve)
thread.start()
client = _socket.socket()
client.settimeout(20)
client.connect(address)
assert client.getpeername() == address
client.sendall(b"some text")
assert client.recv(100) == b"SOME TEXT"
client.close()
thread.join()
server.close()
client = _socket.socket()
raises(ConnectionRefusedError, client.connect, address)
assert client.connect_ex(address) == 111
client.close()

# Datagrams.
one, two = _socket.socket(AF_INET, _socket.SOCK_DGRAM), _socket.socket(AF_INET, _socket.SOCK_DGRAM)
one.bind(("127.0.0.1", 0))
assert two.sendto(b"data", one.getsockname()) == 4
data, source = one.recvfrom(10)
assert data == b"data" and source[0] == "127.0.0.1"
one.close(), two.close()

# Unix sockets, by path and by abstract name.
with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "socket")
    s = _socket.socket(AF_UNIX)
    s.bind(path)
    assert s.getsockname() == path
    s.close()
s = _socket.socket(AF_UNIX)
assert str(raises(OSError, s.bind, "x" * 200)) == "AF_UNIX path too long"
s.bind("\0rpython-test-%d" % os.getpid())
assert s.getsockname() == b"\0rpython-test-%d" % os.getpid()
s.close()

# Addresses.
s = _socket.socket()
assert str(raises(TypeError, s.bind, 1)) == "bind(): AF_INET address must be tuple, not int"
assert str(raises(OverflowError, s.bind, ("127.0.0.1", 70000))) == "bind(): port must be 0-65535."
s.close()
assert _socket.inet_aton("1.2.3.4") == b"\1\2\3\4" and _socket.inet_ntoa(b"abcd") == "97.98.99.100"
for text in ["::", "::1", "1::2:0:0:3", "::ffff:1.2.3.4", "::1.2.3.4", "fe80::1"]:
    packed = _socket.inet_pton(AF_INET6, text)
    assert _socket.inet_ntop(AF_INET6, packed) == text, text
raises(OSError, _socket.inet_pton, AF_INET, "1.2.3")
assert _socket.htons(1) == 256 and _socket.ntohl(1) == 1 << 24
assert str(raises(OverflowError, _socket.htons, 1 << 16)) == "Python int too large for C uint16_t"
assert _socket.getaddrinfo("127.0.0.1", 80, type=_socket.SOCK_STREAM) == [
    (AF_INET, _socket.SOCK_STREAM, 6, "", ("127.0.0.1", 80))
]
assert _socket.getnameinfo(("127.0.0.1", 80), 3) == ("127.0.0.1", "80")
e = raises(_socket.gaierror, _socket.getaddrinfo, "256.1.1.1", 1, flags=_socket.AI_NUMERICHOST)
assert e.errno == _socket.EAI_NONAME
assert isinstance(_socket.gethostname(), str)
