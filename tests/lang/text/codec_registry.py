"""Codecs, their registry and error handlers: results and messages."""

import _codecs
import _string
import codecs
import warnings

warnings.simplefilter("ignore")

CASES = [
    ("codecs.lookup('UTF-8').name", "'utf-8'"),
    ("codecs.lookup('nope')", "LookupError: 'unknown encoding: nope'"),
    ("codecs.lookup('a\\0b')", "ValueError: 'embedded null character'"),
    ("_codecs.lookup_error('zz')", 'LookupError: "unknown error handler name \'zz\'"'),
    ('_codecs.register(1)', "TypeError: 'argument must be callable'"),
    ("_codecs.register_error('x',1)", "TypeError: 'handler must be callable'"),
    ("_codecs._unregister_error('strict')", 'ValueError: "cannot un-register built-in error handler \'strict\'"'),
    ("_codecs._unregister_error('zzz')", 'False'),
    ("codecs.decode(b'6162','hex')", "b'ab'"),
    ("codecs.encode(b'ab','hex')", "b'6162'"),
    ("codecs.encode('abc','rot13')", "'nop'"),
    ("codecs.decode(b'zz','hex')", "Error: 'Non-hexadecimal digit found'"),
    ("'a'.encode('hex')", 'LookupError: "\'hex\' is not a text encoding; use codecs.encode() to handle arbitrary codecs"'),
    ("b'a'.decode('hex')", 'LookupError: "\'hex\' is not a text encoding; use codecs.decode() to handle arbitrary codecs"'),
    ("codecs.register_error('t1', lambda e: ('[%s]' % e.object[e.start:e.end], e.end))", 'None'),
    ("'a\\u20acb'.encode('ascii','t1')", 'UnicodeEncodeError: "\'ascii\' codec can\'t encode character \'\\\\u20ac\' in position 1: ordinal not in range(128)"'),
    ("'a\\u20acb'.encode('cp1252','t1')", "b'a\\x80b'"),
    ("b'a\\xffb'.decode('ascii','t1')", '"a[b\'\\\\xff\']b"'),
    ("codecs.register_error('t2', lambda e: (b'<>', e.end))", 'None'),
    ("'a\\u20acb'.encode('ascii','t2')", "b'a<>b'"),
    ("b'a\\xffb'.decode('ascii','t2')", "TypeError: 'decoding error handler must return (str, int) tuple'"),
    ("codecs.register_error('t3', lambda e: 5)", 'None'),
    ("'\\u20ac'.encode('ascii','t3')", "TypeError: 'encoding error handler must return (str/bytes, int) tuple'"),
    ("b'\\xff'.decode('utf8','t3')", "TypeError: 'decoding error handler must return (str, int) tuple'"),
    ("codecs.register_error('t4', lambda e: ('', 99))", 'None'),
    ("'\\u20ac'.encode('ascii','t4')", "IndexError: 'position 99 from error handler out of bounds'"),
    ("b'\\xff'.decode('utf8','t4')", "IndexError: 'position 99 from error handler out of bounds'"),
    ("codecs.register_error('t5', lambda e: ('x', -1))", 'None'),
    ("'\\u20acab'.encode('ascii','t5')", "b'xb'"),
    ("codecs.strict_errors(UnicodeDecodeError('a',b'b',0,1,'r'))", 'UnicodeDecodeError: "\'a\' codec can\'t decode byte 0x62 in position 0: r"'),
    ("codecs.replace_errors(UnicodeDecodeError('a',b'b',0,1,'r'))", "('\\ufffd', 1)"),
    ("codecs.replace_errors(UnicodeEncodeError('a','bcd',0,2,'r'))", "('??', 2)"),
    ("codecs.replace_errors(UnicodeTranslateError('bcd',0,2,'r'))", "('\\ufffd\\ufffd', 2)"),
    ("codecs.ignore_errors(UnicodeEncodeError('a','bcd',0,2,'r'))", "('', 2)"),
    ("codecs.backslashreplace_errors(UnicodeEncodeError('a','b\\u20acd',0,2,'r'))", "('\\\\x62\\\\u20ac', 2)"),
    ("codecs.xmlcharrefreplace_errors(UnicodeEncodeError('a','b\\u20acd',0,2,'r'))", "('&#98;&#8364;', 2)"),
    ("codecs.xmlcharrefreplace_errors(UnicodeDecodeError('a',b'b',0,1,'r'))", 'TypeError: "don\'t know how to handle UnicodeDecodeError in error callback"'),
    ("codecs.namereplace_errors(UnicodeEncodeError('a','b\\u20acd',0,2,'r'))", "('\\\\N{LATIN SMALL LETTER B}\\\\N{EURO SIGN}', 2)"),
    ("codecs.lookup_error('surrogateescape')(UnicodeDecodeError('a',b'\\xffb',0,1,'r'))", "('\\udcff', 1)"),
    ("codecs.lookup_error('surrogatepass')(UnicodeEncodeError('utf-8','\\ud800',0,1,'r'))", "(b'\\xed\\xa0\\x80', 1)"),
    ('codecs.ignore_errors(1)', 'TypeError: "don\'t know how to handle int in error callback"'),
    ('codecs.strict_errors(1)', "TypeError: 'codec must pass exception instance'"),
    ('codecs.ignore_errors(ValueError())', 'TypeError: "don\'t know how to handle ValueError in error callback"'),
    ("_codecs.utf_8_decode(b'a\\xe2\\x82')", "('a', 1)"),
    ("_codecs.utf_8_decode(b'a\\xe2\\x82','strict',True)", 'UnicodeDecodeError: "\'utf-8\' codec can\'t decode bytes in position 1-2: unexpected end of data"'),
    ("_codecs.utf_16_ex_decode(b'\\xff\\xfea\\0')", "('a', 4, -1)"),
    ("_codecs.utf_16_decode(b'\\xfe\\xff\\0a')", "('a', 4)"),
    ("_codecs.utf_32_decode(b'a\\0\\0\\0')", "('a', 4)"),
    ("_codecs.utf_7_decode(b'+AOk-')", "('\\xe9', 5)"),
    ("_codecs.escape_decode(b'a\\\\n\\\\x41')", "(b'a\\nA', 7)"),
    ("_codecs.escape_decode(b'\\\\x4')", "ValueError: 'invalid \\\\x escape at position 0'"),
    ("_codecs.escape_encode(b'a\\n\\'')", '(b"a\\\\n\\\\\'", 3)'),
    ("_codecs.readbuffer_encode('a\\xe9')", "(b'a\\xc3\\xa9', 3)"),
    ("_codecs.charmap_decode(b'abc','strict',{97:'x',98:None,99:100})", 'UnicodeDecodeError: "\'charmap\' codec can\'t decode byte 0x62 in position 1: character maps to <undefined>"'),
    ("_codecs.charmap_decode(b'abc','replace',{97:'x',98:None,99:100})", "('x\\ufffdd', 3)"),
    ("_codecs.charmap_decode(b'ab','strict','xy')", 'UnicodeDecodeError: "\'charmap\' codec can\'t decode byte 0x61 in position 0: character maps to <undefined>"'),
    ("_codecs.charmap_encode('ab','strict',{97:b'xx',98:99})", "(b'xxc', 2)"),
    ("_codecs.charmap_encode('abz','strict',{97:b'xx',98:99})", 'UnicodeEncodeError: "\'charmap\' codec can\'t encode character \'\\\\x7a\' in position 2: character maps to <undefined>"'),
    ("_codecs.charmap_encode('a','strict',{97:300})", "TypeError: 'character mapping must be in range(256)'"),
    ("_codecs.charmap_encode('a','strict',{97:'x'})", "TypeError: 'character mapping must return integer, bytes or None, not str'"),
    ("type(_codecs.charmap_build('abc')).__name__", "'dict'"),
    ("_codecs.charmap_encode('b','strict',_codecs.charmap_build('abc'))", "(b'\\x01', 1)"),
    ("_codecs.unicode_escape_decode(b'\\\\u20ac\\\\N{DIGIT ONE}\\\\x41')", "('\\u20ac1A', 23)"),
    ("_codecs.unicode_escape_decode(b'\\\\u20')", 'UnicodeDecodeError: "\'unicodeescape\' codec can\'t decode bytes in position 0-3: truncated \\\\uXXXX escape"'),
    ("_codecs.unicode_escape_decode(b'a\\\\u20','strict',False)", "('a', 1)"),
    ("'\\u20ac'.encode('mbcs')", "LookupError: 'unknown encoding: mbcs'"),
    ("'a'.encode('utf-8-sig')", "b'\\xef\\xbb\\xbfa'"),
    ("'\\xe9'.encode('iso8859-15')", "b'\\xe9'"),
    ("b'\\xa4'.decode('iso8859-15')", "'\\u20ac'"),
    ("'\\xe9'.encode('koi8-r')", 'UnicodeEncodeError: "\'charmap\' codec can\'t encode character \'\\\\xe9\' in position 0: character maps to <undefined>"'),
    ("list(_string.formatter_parser('a{b!r:c}d{}{{'))", "[('a', 'b', 'c', 'r'), ('d', '', '', None), ('{', None, None, None)]"),
    ('_string.formatter_parser(1)', "TypeError: 'expected str, got int'"),
    ("list(_string.formatter_parser('a{'))", 'ValueError: "Single \'{\' encountered in format string"'),
    ("_string.formatter_field_name_split('a.b[1][x]')[0]", "'a'"),
    ("list(_string.formatter_field_name_split('a.b[1][x]')[1])", "[(True, 'b'), (False, 1), (False, 'x')]"),
    ("__import__('string').Formatter().format('{0} {a.real}',1,a=2)", "'1 2'"),
    ("__import__('string').Template('$x y').substitute(x=1)", "'1 y'"),
]


def answer(expr):
    try:
        return ascii(eval(expr))
    except Exception as e:
        return type(e).__name__ + ": " + ascii(str(e))


for expr, want in CASES:
    got = answer(expr)
    assert got == want, f"{expr}: {got}, not {want}"
