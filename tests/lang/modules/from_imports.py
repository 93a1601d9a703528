"""What is said when a module lacks the name that is to be imported from it."""

import os
import subprocess
import sys
import tempfile
import types


def lacking(source):
    try:
        exec(source)
    except ImportError as e:
        return str(e), e.name, e.path, e.name_from
    raise AssertionError("imported")


assert lacking("from os import nope") == (
    f"cannot import name 'nope' from 'os' ({os.__spec__.origin if os.__spec__.has_location else os.__file__})",
    "os",
    os.__spec__.origin if os.__spec__.has_location else os.__file__,
    "nope",
)
assert lacking("from sys import nope") == (
    "cannot import name 'nope' from 'sys' (unknown location)",
    "sys",
    None,
    "nope",
)
m = sys.modules["bare"] = types.ModuleType("bare")
assert lacking("from bare import nope")[0] == "cannot import name 'nope' from 'bare' (unknown location)"


class NoModule:
    pass


sys.modules["no_module"] = NoModule()
assert lacking("from no_module import x") == (
    "cannot import name 'x' from '<unknown module name>' (unknown location)",
    None,
    None,
    "x",
)


def run(files, main):
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            with open(os.path.join(folder, name), "w") as f:
                f.write(text)
        p = subprocess.run(
            [sys.executable, os.path.join(folder, main)], capture_output=True, text=True
        )
        return p.stderr.strip().splitlines()[-1].replace(folder, "FOLDER")


assert run({"fractions.py": "from fractions import Fraction\n"}, "fractions.py") == (
    "ImportError: cannot import name 'Fraction' from 'fractions' (consider renaming "
    "'FOLDER/fractions.py' since it has the same name as the standard library module named "
    "'fractions' and prevents importing that standard library module)"
)
assert run({"numpy.py": "from numpy import array\n"}, "numpy.py") == (
    "ImportError: cannot import name 'array' from 'numpy' (consider renaming "
    "'FOLDER/numpy.py' if it has the same name as a library you intended to import)"
)
