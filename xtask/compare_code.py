"""Sets our code objects beside CPython's, field by field, for many files.

Usage: python3.14 xtask/compare_code.py [-O | -OO] [--mode MODE] [--await] [--show KIND]
       [--max N] PATHS..

Builds nothing: `cargo build --profile fast -p rpython-compiler --example code_dump`
first, or name the program in CODE_DUMP.
"""

import argparse
import ast
import collections
import dis
import marshal
import os
import struct
import subprocess
import sys
import tempfile
import types
import warnings

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
FIELDS = [
    "co_name", "co_qualname", "co_firstlineno", "co_flags", "co_argcount",
    "co_posonlyargcount", "co_kwonlyargcount", "co_varnames", "co_cellvars",
    "co_freevars", "co_names", "co_stacksize", "co_code", "co_exceptiontable",
    "co_linetable",
]


def key(const):
    """A constant as something whose equality tells types and signs apart."""
    if isinstance(const, types.CodeType):
        return ("code", const.co_name)
    if isinstance(const, tuple):
        return ("tuple", tuple(map(key, const)))
    if isinstance(const, frozenset):
        return ("frozenset", frozenset(map(key, const)))
    if isinstance(const, slice):
        return ("slice", key(const.start), key(const.stop), key(const.step))
    return (type(const).__name__, repr(const))


class Report:
    def __init__(self, show, limit):
        self.kinds = collections.Counter()
        self.objects = self.same = 0
        self.files = self.same_files = 0
        self.show, self.limit = show, limit
        self.shown = 0

    def difference(self, kind, where, ours, theirs):
        self.kinds[kind] += 1
        if (self.show is None or self.show == kind) and self.shown < self.limit:
            self.shown += 1
            print(f"--- {kind}: {where}")
            if isinstance(ours, types.CodeType):
                self.diff_code(kind, ours, theirs)
            else:
                print("  ours:  ", repr(ours)[:2000])
                print("  theirs:", repr(theirs)[:2000])

    def diff_code(self, kind, ours, theirs):
        if kind in FIELDS and kind not in ("co_code", "co_linetable", "co_exceptiontable"):
            print("  ours:  ", getattr(ours, kind))
            print("  theirs:", getattr(theirs, kind))
            return
        listings = []
        for code in (ours, theirs):
            lines = []
            for i in dis.get_instructions(code):
                at = tuple(i.positions) if i.positions else None
                mark = f" {at}" if kind == "co_linetable" else ""
                lines.append(f"{i.offset:4} {i.opname} {i.arg} {i.argrepr[:40]}{mark}")
            if kind == "co_exceptiontable":
                lines = [str(e) for e in dis._parse_exception_table(code)]
            listings.append(lines)
        import difflib
        diff = difflib.unified_diff(*listings, "ours", "theirs", lineterm="", n=4)
        for line in list(diff)[:60]:
            print("   ", line)

    def code(self, where, ours, theirs):
        self.objects += 1
        differs = False
        for field in FIELDS:
            if getattr(ours, field) != getattr(theirs, field):
                self.difference(field, where, ours, theirs)
                differs = True
                break
        else:
            a, b = list(map(key, ours.co_consts)), list(map(key, theirs.co_consts))
            if a != b:
                self.difference("co_consts", where, ours.co_consts, theirs.co_consts)
                differs = True
        if not differs:
            self.same += 1
        mine = [c for c in ours.co_consts if isinstance(c, types.CodeType)]
        other = [c for c in theirs.co_consts if isinstance(c, types.CodeType)]
        whole = not differs and len(mine) == len(other)
        for a, b in zip(mine, other):
            whole &= self.code(f"{where}: {b.co_qualname}", a, b)
        return whole


def records(data):
    at = 0

    def chunk():
        nonlocal at
        (size,) = struct.unpack_from("<I", data, at)
        at += 4 + size
        return data[at - size:at]

    while at < len(data):
        path = chunk().decode()
        ok = data[at]
        at += 1
        payload = chunk()
        (count,) = struct.unpack_from("<I", data, at)
        at += 4
        yield path, ok, payload, [chunk().decode().split("\0") for _ in range(count)]


def compare(report, args, path, ok, payload, our_warnings):
    report.files += 1
    with open(path, "rb") as file:
        source = file.read()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT if args.top_level_await else 0
            theirs = compile(source, path, args.mode, flags, dont_inherit=True,
                             optimize=args.O)
        except (SyntaxError, ValueError, RecursionError) as error:
            theirs = error
    mine = sorted((int(w[0]), w[2]) for w in our_warnings)
    other = sorted((w.lineno, str(w.message)) for w in caught)
    if mine != other:
        report.difference("warnings", path, mine, other)
    if isinstance(theirs, Exception):
        got = payload.decode("utf-8", "replace").split("\0") if not ok else None
        want = [str(getattr(theirs, "msg", theirs))]
        if isinstance(theirs, SyntaxError):
            want += [str(x) for x in (theirs.lineno, theirs.offset, theirs.end_lineno,
                                      theirs.end_offset)]
        if got != want:
            report.difference("error", path, got, want)
        else:
            report.same_files += 1
        return
    if not ok:
        report.difference("refused", path, payload.decode().split("\0"), "code")
        return
    try:
        ours = marshal.loads(payload)
    except Exception as error:
        report.difference("marshal", path, repr(error), "code")
        return
    report.same_files += report.code(path, ours, theirs)


def python_files(paths):
    for path in paths:
        if os.path.isfile(path):
            yield path
        for folder, folders, files in os.walk(path):
            folders.sort()
            for name in sorted(files):
                if name.endswith(".py") and os.path.isfile(os.path.join(folder, name)):
                    yield os.path.join(folder, name)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-O", action="count", default=0)
    parser.add_argument("--mode", choices=["exec", "eval", "single"], default="exec")
    parser.add_argument("--await", action="store_true", dest="top_level_await")
    parser.add_argument("--show", help="print only this kind of difference")
    parser.add_argument("--max", type=int, default=10, help="print at most so many")
    parser.add_argument("paths", nargs="+")
    args = parser.parse_args()
    program = os.environ.get("CODE_DUMP") or os.path.join(
        ROOT, "target", "fast", "examples", "code_dump")
    files = list(python_files(args.paths))
    report = Report(args.show, args.max)
    sys.setrecursionlimit(10000)
    for start in range(0, len(files), 200):
        with tempfile.NamedTemporaryFile() as out:
            options = ["-" + "O" * args.O] if args.O else []
            if args.mode != "exec":
                options.append("--" + args.mode)
            if args.top_level_await:
                options.append("--await")
            done = subprocess.run([program, out.name, *options, *files[start:start + 200]])
            if done.returncode:
                sys.exit(f"code_dump failed: {done.returncode}")
            for record in records(out.read()):
                compare(report, args, *record)
    print(f"{report.same} of {report.objects} code objects are the same "
          f"({100 * report.same / max(report.objects, 1):.3f}%), "
          f"{report.same_files} of {report.files} files")
    for kind, count in report.kinds.most_common():
        print(f"  {count:6} {kind}")
    sys.exit(report.same_files != report.files)


if __name__ == "__main__":
    main()
