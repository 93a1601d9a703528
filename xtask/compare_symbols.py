"""Sets our symbol tables beside CPython's `_symtable`.

Usage: python3.14 xtask/compare_symbols.py [--max N] PATHS..

Build `--example symbols_dump` of rpython-compiler in the profile `fast` first, or name
the program in SYMBOLS_DUMP.
"""

import argparse
import os
import subprocess
import sys
import warnings

import _symtable

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def lines(entry, depth=0):
    symbols = sorted(f"{name}={flags}" for name, flags in entry.symbols.items())
    yield "\t".join([str(depth), entry.name, str(entry.type), str(entry.lineno),
                     str(int(entry.nested)), " ".join(entry.varnames), " ".join(symbols)])
    for child in entry.children:
        yield from lines(child, depth + 1)


def theirs(path):
    with open(path, "rb") as file:
        source = file.read()
    try:
        return list(lines(_symtable.symtable(source, path, "exec")))
    except SyntaxError as error:
        return ["error\t" + error.msg]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--max", type=int, default=10, help="print at most so many")
    parser.add_argument("paths", nargs="+")
    args = parser.parse_args()
    warnings.simplefilter("ignore")
    program = os.environ.get("SYMBOLS_DUMP") or os.path.join(
        ROOT, "target", "fast", "examples", "symbols_dump")
    files = []
    for path in args.paths:
        if os.path.isfile(path):
            files.append(path)
        for folder, _, names in os.walk(path):
            paths = (os.path.join(folder, name) for name in sorted(names))
            files += [p for p in paths if p.endswith(".py") and os.path.isfile(p)]
    same = blocks = 0
    for start in range(0, len(files), 200):
        part = files[start:start + 200]
        out = subprocess.run([program, *part], capture_output=True, check=True).stdout
        ours, current = {}, None
        for line in out.decode("utf-8", "surrogateescape").splitlines():
            if line in part and "\t" not in line:
                current = ours.setdefault(line, [])
            else:
                current.append(line)
        for path in part:
            want = theirs(path)
            blocks += len(want)
            if ours[path] == want:
                same += 1
                continue
            for a, b in zip(ours[path], want):
                if a != b and args.max > 0:
                    args.max -= 1
                    only_a, only_b = set(a.split()) - set(b.split()), set(b.split()) - set(a.split())
                    print(path, b.split("\t")[:4], "ours", only_a, "theirs", only_b)
                    break
            else:
                if args.max > 0:
                    args.max -= 1
                    print(path, len(ours[path]), "blocks, theirs", len(want))
    print(f"{same} of {len(files)} files are the same ({blocks} blocks)")
    sys.exit(same != len(files))


if __name__ == "__main__":
    main()
