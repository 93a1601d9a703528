"""Writes golden.txt: compiled patterns, subjects, and what CPython's matcher says.

Run with CPython 3.14: `python3.14 golden.py > golden.txt`.  With a number, writes
that many random patterns instead, for a longer run of the same test:
`python3.14 golden.py 5000 > /tmp/v.txt; SRE_VECTORS=/tmp/v.txt cargo test -p rpython-sre`.

    p GROUPS WORDS          a pattern (words in hexadecimal)
    s|b HEX                 its subject: str as generalised UTF-8, or bytes
    m|f|S POS END ADVANCE = match, fullmatch, search; END in code points too
        -                   no match
        SPANS LASTINDEX     spans in code points, or ? for a group left out
"""

import random
import re
import re._compiler as compiler
import re._parser as parser
import sys
import warnings

warnings.simplefilter('ignore')

PATTERNS = [
    # literals, classes, anchors
    r'', r'a', r'abc', r'é', r'日本', r'aé', r'.', r'(?s:.)', r'..', r'[abc]', r'[^abc]', r'[a-cx-z]+',
    r'[^\n]*', r'[éà]+', r'[^é]+', r'[\u0400-\u04ff]+', r'[a\u0400-\u04ff\u3000\U0001f600-\U0001f64f]+',
    r'[\s\S]', r'[^\s\S]', r'[^\s\S]*', r'\d+', r'\D+', r'\w+', r'\W+', r'\s+', r'\S+', r'[\w-]+', r'[^\W\d]+',
    r'(?a:\w+)', r'(?a:\d+)', r'(?a:\s+)', r'(?a:\b\w)', r'\bfoo\b', r'\Bo', r'\b', r'\B', r'^', r'$', r'^a', r'a$',
    r'(?m)^a', r'(?m)a$', r'(?m)^', r'(?m)$', r'\Aa', r'a\Z', r'a\z', r'\n', r'(?m)^\w+$',
    # repeats
    r'a*', r'a+', r'a?', r'a{2}', r'a{2,}', r'a{2,3}', r'a*?', r'a+?', r'a??', r'a{2,3}?', r'a*+', r'a++b', r'a?+a',
    r'a{1,2}+a', r'(?:ab)*', r'(?:ab)+', r'(?:ab){2,3}', r'(?:ab)*?c', r'(?:ab)+?', r'(?:ab){1,2}?', r'(?:ab)*+', r'(?:ab){2,}+c',
    r'(?:a|b)*c', r'(?:a|ab)(?:c|bcd)(?:d*)', r'(a+)(b+)', r'(a*)(a*)', r'(a*?)(a*)', r'(a*)*', r'(a*)+', r'(a|b*)*', r'(a?)*?b', r'(x+x+)+y',
    r'(?:a*)*b', r'(?:a*?)*?b', r'(?:(?:a)*b?)*c', r'(a)|b', r'(?:(a)|b)*', r'(?:(a)|(b)|(c))*', r'(?:(a)|(b)|(c))*?x', r'((a)|(b))*+',
    r'(?:(a)b|(a)c)+', r'(?:(a)|(b)(?:c))*d', r'(\w+)\s(\w+)', r'.*foo', r'.*?foo', r'.+?o', r'(?s).*b', r'"[^"]*"', r'"(?:[^"\\]|\\.)*"',
    r'x*y*z*', r'\w+@\w+\.\w+', r'(\d+)-(\d+)', r'.{2,4}b', r'.{0,2}?b', r'[ab]{2}c', r'é*', r'é+a', r'é{2}', r'.{2}é', r'[é日]{1,2}', r'日*?本',
    r'(?:(?:ab)?c)*', r'(?:a(?:b)?)+', r'(?:a??b)+', r'(?:(x)?y)*', r'(?:(x)??y)*', r'(?:a{0,0})b', r'(?:ab){0}c', r'a{0}b',
    # groups, references, conditions
    r'(a)(b)?', r'((a)(b))', r'(?P<x>a+)b\1', r'(a*)b\1', r'(é+)-\1', r'(?i:(a+)-\1)', r'(?i:(é)\1)', r'(?ai:(a)\1)', r'(a)?b(?(1)c|d)', r'(a)?(?(1)b|)',
    r'(?:(a)|b)(?(1)c|d)', r'(a)?(?(1)b)c', r'(<)?\w+(?(1)>)', r'((a)|b)*\2', r'(?:(a)|b\1)*', r'(a)(?:b|(c))*\2',
    # lookaround, atomic
    r'a(?=b)', r'a(?!b)', r'(?<=a)b', r'(?<!a)b', r'(?<=é)b', r'(?<=..)b', r'(?<!..)b', r'(?=(a+))a*b\1', r'(?=(a))|b', r'(?!(a))b', r'(?:(?!x).)*',
    r'(?:(?=(\w))\w)*', r'(?:(?!(b))\w)*b', r'(?<=(a))b', r'(?>a*)a', r'(?>a*)b', r'(?>a|ab)c', r'(?>(a)|b)*c', r'((?>a+)b)+', r'(?>(a*))b\1', r'(?:(?>a(b)?)c?)*',
    r'(?=a)*b', r'(?:(?=a)|b)*', r'(?!)', r'(?=)', r'a(?!)|b', r'(?<!)', r'(?<=\b)a', r'(?<=^)a', r'(?=.*b)a', r'(?s)(?=.*b).*',
    # alternatives
    r'a|b|c', r'ab|cd', r'foo|foobar|fo', r'(?:foo|bar)baz', r'a|', r'|a', r'(?:|a)b', r'(?:a||b)c', r'(?:ab|a.|[bc]d|\d)', r'(?:é|e|日)x', r'é|è|ab',
    '|'.join(f'{a}{b}' for a in 'abcdefg' for b in 'uvwxyz'), '(?:' + '|'.join(f'x{n}' for n in range(70, 0, -1)) + ')y?',
    # case
    r'(?i)abc', r'(?i)é', r'(?i)É+', r'(?i)[a-z]+', r'(?i)[^a]+', r'(?i)[à-é]+', r'(?i)ſ', r'(?i)s', r'(?i)K', r'(?i)[k]', r'(?i)straße', r'(?i)İ', r'(?i)ı', r'(?i)σ',
    r'(?i)[^b]', r'(?i)µ', r'(?i)ﬁ', r'(?i)[ǅ]', r'(?i)\U00010400+', r'(?i)[\U00010400-\U00010410]+', r'(?ai)k', r'(?ai)[a-zé]+', r'(?ai)É', r'(?i)(?-i:a)B', r'(?i:a)b', r'(?i)[^\U00010400]x',
    r'(?i)foo|BAR', r'(?i)a*b', r'(?i)[^é]+', r'(?i)\u0412+',
]

BYTE_PATTERNS = [
    rb'', rb'a', rb'\xe9', rb'[\xe0-\xff]+', rb'[^a]', rb'.', rb'(?s:.)', rb'\w+', rb'\W+', rb'\d+\s', rb'(?i)abc', rb'(?i)\xe9', rb'(?L)\w+', rb'(?Li)abc', rb'(?Li)[^a]b*', rb'(?Li)(a)\1',
    rb'(?L)\bab', rb'(?L)\B.', rb'(?Li)[a-c]+', rb'\x00+', rb'a\xffb', rb'(?:a|\xe9)*', rb'[^\xe9]*\xe9', rb'"[^"]*"', rb'(\xff)\1', rb'\b\w', rb'(?=\xe9)', rb'ab|\xe9a|\xe9b',
]

SUBJECTS = [
    '', 'a', 'b', 'ab', 'abc', 'aab', 'aaa', 'aaab', 'abab', 'ababc', 'abcbcd', 'bac', 'xyz', 'foo bar', 'foobar baz', 'a\nb', 'a\n', '\na\n\nb', '"a\\"b" c', 'x-1 22-33', 'me@it.org, (<b>)',
    'é', 'aé', 'éa', 'ééa', 'é-é', 'é\nb', '日本語', 'ab日本é', 'Éé', 'ABC abc', 'Kk\u212a', 'sſS', 'İiı', 'straSSE ßẞ', 'σςΣ', 'µμ', 'ǄǅǆﬁǕ', '\U00010400\U00010428x', 'Вв', '\ud800a\udc00', '\u0663\u2003x', 'aa-AA', 'aXbx70y x7', 'gz cu dv', 'a\x00b',
]

BYTE_SUBJECTS = [b'', b'a', b'abc', b'aab', b'ABab', b'\xe9', b'a\xe9b', b'\xff\xffa', b'a\xffb', b'\x00\x00', b'12 \n', b'"q" ', b'\xc9\xe9A', b'aAbB_9', b'\xe9a\xe9b']


def random_pattern(rng, depth=3):
    def atom(depth):
        kind = rng.randrange(14 if depth else 8)
        match kind:
            case 0 | 1 | 2 | 3: return rng.choice('aabbcé')
            case 4: return rng.choice(['.', '[ab]', '[^a]', '[^é]', r'\w', r'\b', r'\B', '^', '$', '[bé]', 'ab', '(?i:A)', '(?i:[BÉ])'])
            # A condition inside its own group reads a mark that CPython left behind.
            case 5 if depth == 3: return rng.choice(['(?(1)a|b)', '(?(2)b)', r'\2'])
            case 5: return rng.choice([r'\1', r'\2', r'(?i:\1)'])
            case 6: return rng.choice(['', 'a', 'b'])
            case 7: return '(?:%s)' % rng.choice(['a|b', 'a|ab', 'é|b|', 'ab|a|'])
            case 8 | 9 | 10: return '(%s)' % alternatives(depth - 1)
            case 11: return '(?:%s)' % alternatives(depth - 1)
            case 12: return '(?%s%s)' % (rng.choice(['=', '!', '>', '>']), alternatives(depth - 1))
            case 13: return '(?%s%s)' % (rng.choice(['<=', '<!']), rng.choice(['a', 'b', 'é', 'ab', '(a)', '.', '(?=b)', '(a)|b', '^|b']))

    def piece(depth):
        text = atom(depth)
        if text and rng.random() < 0.45:
            text = f'(?:{text})' if len(text) > 1 and text[0] not in '([' else text
            text += rng.choice(['*', '+', '?', '*?', '+?', '??', '*+', '?+', '{2}', '{1,2}', '{0,2}?', '{2,}', '{1,3}+', '++'])
        return text

    def alternatives(depth):
        return '|'.join(''.join(piece(depth) for _ in range(rng.randrange(1, 4)))
                        for _ in range(rng.choice([1, 1, 1, 2, 3])))

    return rng.choice(['', '', '', '(?m)', '(?i)', '(?s)']) + alternatives(depth)


def utf8(subject):
    return subject.encode('utf-8', 'surrogatepass') if isinstance(subject, str) else subject


def result(match):
    if match is None:
        return '-'
    spans = [match.span(n) for n in range(match.re.groups + 1)]
    return ' '.join('?' if s == (-1, -1) else '%d,%d' % s for s in spans) + ' %d' % (match.lastindex or 0)


def write(pattern, subjects, rng):
    try:
        compiled = re.compile(pattern)
        code = compiler._code(parser.parse(pattern), 0)
    except re.PatternError:
        return
    lines = []
    for subject in subjects:
        queries = []
        for op, name in (('m', 'match'), ('f', 'fullmatch'), ('S', 'search')):
            ranges = [(0, len(subject))]
            if rng.random() < 0.15 and len(subject) > 1:
                pos = rng.randrange(len(subject))
                ranges.append((pos, rng.randrange(pos, len(subject) + 1)))
            for pos, end in ranges:
                found = result(getattr(compiled, name)(subject, pos, end))
                queries.append((op, pos, end, 0, found))
        found = list(compiled.finditer(subject))
        for before, after in zip(found, found[1:] + [None]):
            # An empty match makes the next one advance.
            queries.append(('S', before.end(), len(subject), int(before.start() == before.end()), result(after)))
        lines.append('%s %s' % ('s' if isinstance(subject, str) else 'b', utf8(subject).hex()))
        # Most failures teach little.
        lines += ['%s %d %d %d = %s' % query for query in queries if query[4] != '-' or rng.random() < 0.4]
    print('# ' + ascii(pattern)[:200])
    print('p %d %s' % (compiled.groups, ' '.join('%x' % word for word in code)))
    print('\n'.join(lines))


def main():
    rng = random.Random(314)
    if len(sys.argv) > 1:
        if len(sys.argv) > 2:
            rng = random.Random(int(sys.argv[2]))
        for _ in range(int(sys.argv[1])):
            subjects = [''.join(rng.choices('aabbcé\nA', k=rng.randrange(9))) for _ in range(6)]
            write(random_pattern(rng), subjects, rng)
        return
    for pattern in PATTERNS:
        related = [s for s in SUBJECTS if re.search(pattern, s)]
        others = [s for s in SUBJECTS if s not in related]
        write(pattern, rng.sample(related, min(5, len(related))) + rng.sample(others, min(2, len(others))), rng)
    for pattern in BYTE_PATTERNS:
        write(pattern, rng.sample(BYTE_SUBJECTS, 6), rng)
    for _ in range(250):
        subjects = [''.join(rng.choices('aabbcé\nA', k=rng.randrange(9))) for _ in range(3)]
        write(random_pattern(rng), subjects, rng)


main()
