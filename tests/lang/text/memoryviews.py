"""memoryview: results and messages."""

B = b"hello world"
A = bytearray(b"hello world")


def mut(f, init=b"abcdef"):
    a = bytearray(init)
    try:
        r = f(a)
    except Exception as e:
        return type(e).__name__, str(e), bytes(a)
    return r, bytes(a)

CASES = [
    ("memoryview('a')", 'TypeError: "memoryview: a bytes-like object is required, not \'str\'"'),
    ('memoryview(B)[0]', '104'),
    ('memoryview(B)[-1]', '100'),
    ('memoryview(B)[99]', "IndexError: 'index out of bounds on dimension 1'"),
    ("memoryview(B)['a']", "TypeError: 'memoryview: invalid slice key'"),
    ('memoryview(B)[1:3].tobytes()', "b'el'"),
    ('memoryview(B)[::-1].tobytes()', "b'dlrow olleh'"),
    ('memoryview(B)[::2].tolist()', '[104, 108, 111, 119, 114, 100]'),
    ('memoryview(B).nbytes', '11'),
    ('memoryview(B).shape', '(11,)'),
    ('memoryview(B).strides', '(1,)'),
    ('memoryview(B).format', "'B'"),
    ('memoryview(B).readonly', 'True'),
    ('memoryview(A).readonly', 'False'),
    ('memoryview(B).ndim', '1'),
    ('memoryview(B).obj is B', 'True'),
    ('memoryview(B).suboffsets', '()'),
    ('memoryview(B).contiguous', 'True'),
    ('memoryview(B)[::2].contiguous', 'False'),
    ('memoryview(B).hex()', "'68656c6c6f20776f726c64'"),
    ('memoryview(B)==B', 'True'),
    ('memoryview(B)==A', 'True'),
    ("memoryview(B)=='a'", 'False'),
    ('hash(memoryview(B))==hash(B)', 'True'),
    ('hash(memoryview(A))', "ValueError: 'cannot hash writable memoryview object'"),
    ("memoryview(b'abcd').cast('I').tolist()", '[1684234849]'),
    ("memoryview(b'abcd').cast('H')[1]", '25699'),
    ("memoryview(b'abcd').cast('z')", 'ValueError: "memoryview: destination format must be a native single character format prefixed with an optional \'@\'"'),
    ("memoryview(b'abc').cast('H')", "TypeError: 'memoryview: length is not a multiple of itemsize'"),
    ("memoryview(b'abcdefgh').cast('B',[2,4]).tolist()", '[[97, 98, 99, 100], [101, 102, 103, 104]]'),
    ("memoryview(b'abcdefgh').cast('B',(2,2,2)).tolist()", '[[[97, 98], [99, 100]], [[101, 102], [103, 104]]]'),
    ("memoryview(b'abcdefgh').cast('B',[2,4])[1,2]", '103'),
    ("memoryview(b'abcdefgh').cast('B',[2,4])[1]", "NotImplementedError: 'multi-dimensional sub-views are not implemented'"),
    ("memoryview(b'abcdefgh').cast('B',[2,4]).strides", '(4, 1)'),
    ("memoryview(b'abcdefgh').cast('B',[3,4])", "TypeError: 'memoryview: product(shape) * itemsize != buffer size'"),
    ("memoryview(b'abcdefgh').cast('I').cast('H')", "TypeError: 'memoryview: cannot cast between two non-byte formats'"),
    ("memoryview(b'abcdefgh').cast('B',[2,4]).tobytes('F')", "b'aebfcgdh'"),
    ("memoryview(b'abcdefgh').cast('B',[2,4])[5,0]", "IndexError: 'index out of bounds on dimension 1'"),
    ("len(memoryview(b'abcdefgh').cast('B',[2,4]))", '2'),
    ("memoryview(b'abcd').cast('f').tolist()[0]>0", 'True'),
    ("memoryview(b'ab').cast('c').tolist()", "[b'a', b'b']"),
    ("memoryview(b'\\0\\x3c').cast('e').tolist()", '[1.0]'),
    ("memoryview(b'ab').count(97)", '1'),
    ("memoryview(b'ab').index(98)", '1'),
    ("memoryview(b'ab').index(9)", "ValueError: 'memoryview.index(x): x not found'"),
    ("list(memoryview(b'ab'))", '[97, 98]'),
    ("memoryview(b'ab').toreadonly().readonly", 'True'),
    ("memoryview(b'ab')[()]", "NotImplementedError: 'sub-views are not implemented'"),
    ("memoryview(b'ab').cast('B',[]) ", "TypeError: 'memoryview: product(shape) * itemsize != buffer size'"),
    ("memoryview(b'a').cast('B',[])[()]", '97'),
    ("len(memoryview(b'a').cast('B',[]))", "TypeError: '0-dim memory has no length'"),
    ("memoryview(b'ab').__enter__().__exit__()", 'None'),
    ("bytes(memoryview(b'abc')[::2])", "b'ac'"),
    ("memoryview(memoryview(b'a')).obj", "b'a'"),
    ("memoryview(bytearray(b'ab')).cast('b').__setitem__(0,200)", 'ValueError: "memoryview: invalid value for format \'b\'"'),
    ("memoryview(bytearray(b'ab')).__setitem__(0,'a')", 'TypeError: "memoryview: invalid type for format \'B\'"'),
    ("memoryview(b'ab').__setitem__(0,1)", "TypeError: 'cannot modify read-only memory'"),
    ("memoryview(bytearray(b'ab')).__setitem__(slice(0,1),b'xy')", "ValueError: 'memoryview assignment: lvalue and rvalue have different structures'"),
    ("memoryview(bytearray(b'ab')).__delitem__(0)", "TypeError: 'cannot delete memory'"),
    ("memoryview(b'a') < memoryview(b'b')", 'TypeError: "\'<\' not supported between instances of \'memoryview\' and \'memoryview\'"'),
    ("97 in memoryview(b'a')", 'True'),
]


def answer(expr):
    try:
        return ascii(eval(expr))
    except Exception as e:
        return type(e).__name__ + ": " + ascii(str(e))


for expr, want in CASES:
    got = answer(expr)
    assert got == want, f"{expr}: {got}, not {want}"
