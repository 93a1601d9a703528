"""The hash modules: digests in pieces and at once, attributes, errors, parameters."""

import _blake2
import _hmac
import _sha2
import _sha3


def raises(kind, f, *args, **kwargs):
    try:
        f(*args, **kwargs)
    except kind as e:
        return str(e)
    raise AssertionError(f"{kind.__name__} was not raised")


DATA = bytes(range(256)) * 3
ROWS = [
    ("_md5", "md5", 64, 16, "e6899eaaf06fd702f3ed3f988eb19362"),
    ("_sha1", "sha1", 64, 20, "ac2a264c8ec1f4232a40854e8239bc3a"),
    ("_sha2", "sha224", 64, 28, "591b51555cc8c83f6951d9ec73d834d6"),
    ("_sha2", "sha256", 64, 32, "f3a25aa93aa2fbba28d79260535bbd6a"),
    ("_sha2", "sha384", 128, 48, "6bee04118003cf5630ccb22cdb53f78d"),
    ("_sha2", "sha512", 128, 64, "f1721f49518ee462a3d81def26d81037"),
    ("_sha3", "sha3_224", 144, 28, "1e79576532395de20d67911b1f6b482b"),
    ("_sha3", "sha3_256", 136, 32, "c043b2b15d405c9f4cd92fdaef420eba"),
    ("_sha3", "sha3_384", 104, 48, "1719287be5dd0ce14ac51bfdc22f8e11"),
    ("_sha3", "sha3_512", 72, 64, "ad3a11a3430f0fac234a6c15bff0cb60"),
    ("_blake2", "blake2b", 128, 64, "323e97a7a859ee63c9013debb0ca9958"),
    ("_blake2", "blake2s", 64, 32, "b928a17862e211e99759ba8819280803"),
]

for module, name, block_size, digest_size, start in ROWS:
    make = getattr(__import__(module), name)
    h = make(DATA)
    assert (h.name, h.block_size, h.digest_size) == (name, block_size, digest_size)
    assert h.hexdigest()[:32] == start, name
    assert h.digest().hex() == h.hexdigest() and len(h.digest()) == digest_size
    pieces = make()
    for i in range(0, len(DATA), 7):
        pieces.update(memoryview(DATA)[i : i + 7])
        copy = pieces.copy()
    copy.update(b"more")
    assert pieces.digest() == h.digest() != copy.digest()
    assert make(data=DATA, usedforsecurity=False).digest() == h.digest()
    assert raises(TypeError, make, "text") == "Strings must be encoded before hashing"
    assert raises(TypeError, h.update, 1) == "object supporting the buffer API required"
    assert "mutually exclusive" in raises(TypeError, make, b"", string=b"")

assert raises(TypeError, _sha2.SHA256Type) == "cannot create '_sha2.SHA256Type' instances"

# Digests of any length.
h = _sha3.shake_128(b"abc")
assert h.hexdigest(10) == "5881092dd818bf5cf8a3" and h.digest(0) == b""
assert h.digest(length=3) == h.digest(10)[:3]
assert (h._capacity_bits, h._rate_bits, h._suffix) == (256, 1344, b"\x1f")
assert raises(ValueError, h.digest, 2**40) == "length is too large"
assert raises(ValueError, h.digest, -1) == "Cannot convert negative int"

# BLAKE2's parameters.
h = _blake2.blake2b(
    b"abc",
    digest_size=13,
    key=b"k",
    salt=b"s",
    person=b"p",
    fanout=3,
    depth=4,
    leaf_size=5,
    node_offset=6,
    node_depth=7,
    inner_size=8,
    last_node=True,
)
assert h.hexdigest() == "e1b7832ad015b8faf6bcef2a2a"
assert raises(ValueError, _blake2.blake2s, digest_size=33) == (
    "digest_size for Blake2s must be between 1 and 32 bytes, here it is 33"
)
assert raises(ValueError, _blake2.blake2b, key=b"x" * 65) == "maximum key length is 64 bytes"
assert raises(ValueError, _blake2.blake2b, depth=0) == "depth must be between 1 and 255"
assert raises(OverflowError, _blake2.blake2s, node_offset=2**48) == "node_offset is too large"

# Keyed hashing.
for name, start in [
    ("md5", "c8ce6a9375fc66ba641bdc5b3659c9da"),
    ("sha256", "a880eb6230009a24856d48f254fca2b9"),
    ("sha512", "eba76c1796474d4eea2bdafa7cdca232"),
    ("sha3_256", "052ba4c7000c9533caa29d06fac73522"),
]:
    mac = _hmac.new(b"k" * 200, digestmod=name)
    mac.update(DATA[:100])
    mac.copy().update(b"unseen")
    mac.update(DATA[100:])
    assert mac.hexdigest()[:32] == start
    assert mac.name == "hmac-" + name and repr(mac).startswith(f"<{name} HMAC object @ 0x")
    assert _hmac.compute_digest(b"k" * 200, DATA, name) == mac.digest()
assert raises(_hmac.UnknownHashError, _hmac.new, b"", b"", "no") == "unsupported hash type: 'no'"

# Much data is hashed while other threads run: also into one hash object, and out of bytes
# that others may change.
import hashlib
import threading

shared = hashlib.sha256()
block = bytes(range(256)) * 64


def feed():
    for _ in range(20):
        shared.update(block)
        shared.update(bytearray(block))
        shared.copy().digest()


threads = [threading.Thread(target=feed) for _ in range(4)]
for t in threads:
    t.start()
for t in threads:
    t.join()
assert shared.hexdigest() == hashlib.sha256(block * 160).hexdigest()
for name in ("md5", "sha1", "sha3_256", "shake_128", "blake2b", "blake2s", "sha512"):
    long, short = hashlib.new(name), hashlib.new(name)
    long.update(memoryview(block))
    for i in range(0, len(block), 100):
        short.update(block[i : i + 100])
    size = (32,) if name.startswith("shake") else ()
    assert long.digest(*size) == short.digest(*size), name
