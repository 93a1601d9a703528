"""Compares the unicode_dump example with what this Python says.

    cargo run -p rpython-text --example unicode_dump > dump.txt
    python3.14 crates/text/gen/check_unicode.py dump.txt path/to/unicode_dump
"""

import subprocess
import sys
import unicodedata as ud


def points(text):
    return " ".join(f"{ord(c):x}" for c in text)


def number(value):
    return repr(float(value))


def expected(cp):
    c = chr(cp)
    flags = "".join(
        "01"[bool(yes)]
        for yes in (
            c.isalpha(), c.isalnum(), c.isdecimal(), c.isdigit(), c.isnumeric(), c.isspace(),
            c.isprintable(), c.islower(), c.isupper(), c.istitle() and not c.isupper(),
            c.isidentifier(), ("a" + c).isidentifier(), len((c + "a").splitlines()) == 2,
            ud.mirrored(c),
        )
    )
    cases = ",".join(points(f()) for f in (c.upper, c.lower, c.title, c.casefold))
    forms = ",".join(
        f"{int(ud.is_normalized(f, c))}:{points(ud.normalize(f, c))}"
        for f in ("NFC", "NFKC", "NFD", "NFKD")
    )
    old = ud.ucd_3_2_0
    return "|".join(
        map(
            str,
            (
                flags, ud.decimal(c, -1), ud.digit(c, -1), number(ud.numeric(c, -99.0)), cases,
                ud.category(c), ud.bidirectional(c), ud.combining(c), ud.east_asian_width(c),
                ud.decomposition(c), ud.name(c, ""), forms, old.category(c),
                old.bidirectional(c), old.east_asian_width(c), old.mirrored(c),
                old.decimal(c, -1), number(old.numeric(c, -99.0)), old.decomposition(c),
                points(old.normalize("NFKC", c)),
            ),
        )
    )


def main(dump, program):
    wrong = 0
    for cp, line in enumerate(open(dump, encoding="ascii")):
        want = expected(cp).split("|")
        got = line.rstrip("\n").split("|")
        for column in (3, 17):
            got[column] = number(got[column])
        if want != got:
            wrong += 1
            if wrong < 10:
                print(f"{cp:04X}\n  want {want}\n  got  {got}")
    print("code points compared:", cp + 1, "wrong:", wrong)
    names = [ud.name(chr(cp), "") for cp in range(0x110000)]
    names = [n for n in names if n]
    names += open(__file__.replace("check_unicode.py", "extra_names.txt")).read().split("\n")[1:-1]
    names += [n.lower() for n in names[::7]] + [n[:-1] for n in names[::5]] + [n + "A" for n in names[::11]]
    names += ["CJK UNIFIED IDEOGRAPH-04E00", "CJK UNIFIED IDEOGRAPH-4E0", "HANGUL SYLLABLE ", "X" * 300]
    run = subprocess.run([program, "names"], input="\n".join(names) + "\n", capture_output=True, text=True)
    wrong = 0
    for name, got in zip(names, run.stdout.split("\n"), strict=False):
        try:
            want = points(ud.lookup(name))
        except KeyError:
            want = ""
        if want != got:
            wrong += 1
            if wrong < 10:
                print(name, want, got)
    print("names compared:", len(names), "wrong:", wrong)


main(*sys.argv[1:])
