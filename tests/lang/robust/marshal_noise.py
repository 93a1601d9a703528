"""Marshal data with bytes changed, cut or put in: an exception or a value, nothing else."""

import marshal
import random

rng = random.Random(1)
source = """
def f(a, *b, c=1, **d):
    x = [i for i in a if i]
    try:
        return {**d, "k": (1.5, 2j, -3, 10**30, b"bytes", "é", frozenset({1, 2}))}
    except ValueError as e:
        raise KeyError from e
class C:
    def m(self): return super().m, __class__
"""
good = [
    marshal.dumps(compile(source, "noise", "exec")),
    marshal.dumps([1, 2.5, "text", b"bytes", (None, True, ...), {"a": [1]}, {1, 2}, 10**50]),
    marshal.dumps(((1, 2), [(1, 2)], "a", "a", frozenset("abc")), 4),
    marshal.dumps([1.5, "x", 7], 0),
]
outcomes = set()
for _ in range(1500):
    data = bytearray(rng.choice(good))
    for _ in range(rng.randint(1, 3)):
        at = rng.randrange(len(data))
        kind = rng.randrange(5)
        if kind == 0:
            data[at] = rng.randrange(256)
        elif kind == 1:
            data[at] ^= 1 << rng.randrange(8)
        elif kind == 2:
            del data[at : at + rng.randint(1, 8)]
        elif kind == 3:
            data[at:at] = bytes([rng.choice(b"()[]{}<>scrRtTaAzZNFTSEgilfyu\xe3\xff")])
        else:
            del data[at:]
        if not data:
            break
    try:
        marshal.loads(bytes(data))
        outcomes.add("value")
    except (ValueError, EOFError, TypeError, MemoryError, OverflowError, SystemError) as e:
        outcomes.add(type(e).__name__)
    except (RecursionError, UnicodeError, ImportError) as e:
        outcomes.add(type(e).__name__)
assert {"value", "EOFError", "ValueError"} <= outcomes, outcomes

for data in (b"", b"c", b"\xe3", b"[\xff\xff\xff\xff", b"(\xff\xff\xff\xff", b"r\0\0\0\0"):
    try:
        marshal.loads(data)
    except (EOFError, ValueError):
        continue
    raise AssertionError(data)

deep = b"[\x01\0\0\0" * 100_000 + b"N"
try:
    marshal.loads(deep)
except ValueError as e:
    assert "recursion limit" in str(e) or "nest" in str(e) or "object too deeply" in str(e), e
