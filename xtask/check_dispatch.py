"""Fails if a handler of the eval loop calls where it should jump (ARCHITECTURE.md, dispatch).

    check_dispatch.py BINARY

Disassembles the binary and looks, in every handler, for a call through the dispatch table or
to another handler: those must be jumps, or deep loops would overflow the native stack.
"""
import re
import subprocess
import sys

HANDLER = re.compile(r"(light|heavy)_handler")
TABLE_CALL = re.compile(r"\*(0x[0-9a-f]+)?\(%r\w+,%r\w+,8\)|\*%r\w+$|\*(0x[0-9a-f]+)?\(%r[a-z0-9]+\)$")


def main():
    text = subprocess.run(
        ["objdump", "-d", "--no-show-raw-insn", sys.argv[1]], stdout=subprocess.PIPE, check=True
    ).stdout.decode(errors="replace")
    current, handlers, bad = None, 0, {}
    for line in text.splitlines():
        head = re.match(r"^[0-9a-f]+ <(.*)>:", line)
        if head:
            current = head.group(1) if HANDLER.search(head.group(1)) else None
            handlers += current is not None
        elif current and "\tcall" in line:
            target = line.split("call", 1)[1].strip()
            if TABLE_CALL.search(target) or HANDLER.search(target):
                bad.setdefault(current, []).append(target)
    for name, targets in bad.items():
        print("calls where it should jump:", name, targets[:3])
    print(handlers, "handlers,", len(bad), "of them bad")
    sys.exit(1 if bad or handlers < 50 else 0)


main()
