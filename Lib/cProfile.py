"""The profiler whose clock-work is native: `profile`'s interface over `_lsprof`.

Here because the packaged library has no cProfile.
"""

import _lsprof
import profile as _profile

__all__ = ["run", "runctx", "Profile"]


def label(code):
    """What `pstats` files a function under: (file, line, name)."""
    try:
        return code.co_filename, code.co_firstlineno, code.co_name
    except AttributeError:
        # A native function is named by a string.
        return '~', 0, code


class _Table:
    """Entries of the native profiler on their way to the dict that `pstats` reads.

    That dict maps a function to (calls that are not recursive, calls, own time, whole
    time, callers), and callers maps functions to the same numbers without the last.
    """

    def __init__(self, entries):
        self.rows = {}
        self.callers = {}
        for entry in entries:
            self.callers[id(entry.code)] = {}
            self.rows[label(entry.code)] = *self.counts(entry), self.callers[id(entry.code)]
        for entry in entries:
            for callee in entry.calls or ():
                self.note_call(label(entry.code), callee)

    @staticmethod
    def counts(entry):
        first_calls = entry.callcount - entry.reccallcount
        return first_calls, entry.callcount, entry.inlinetime, entry.totaltime

    def note_call(self, caller, callee):
        # A function that has not returned yet has no entry of its own.
        callers = self.callers.get(id(callee.code))
        if callers is not None:
            calls, first_calls = callee.callcount, callee.callcount - callee.reccallcount
            numbers = calls, first_calls, callee.inlinetime, callee.totaltime
            before = callers.get(caller, (0, 0, 0, 0))
            callers[caller] = tuple(a + b for a, b in zip(before, numbers))


class Profile(_lsprof.Profiler):
    """Profile(timer=None, timeunit=None, subcalls=True, builtins=True)

    Counts and times the calls between enable() and disable().  timer is read in place of
    a fast clock of real time; timeunit is what one of its steps is worth in seconds, if it
    counts in integers.
    """

    def __enter__(self):
        self.enable()
        return self

    def __exit__(self, *exc_info):
        self.disable()

    # No `with self` here: the profile would show the call of __exit__.

    def runcall(self, func, /, *args, **kw):
        self.enable()
        try:
            return func(*args, **kw)
        finally:
            self.disable()

    def runctx(self, cmd, globals, locals):
        self.enable()
        try:
            exec(cmd, globals, locals)
        finally:
            self.disable()
        return self

    def run(self, cmd):
        import __main__
        return self.runctx(cmd, vars(__main__), vars(__main__))

    def snapshot_stats(self):
        self.stats = _Table(self.getstats()).rows

    def create_stats(self):
        self.disable()
        self.snapshot_stats()

    def dump_stats(self, file):
        import marshal
        self.create_stats()
        with open(file, 'wb') as out:
            marshal.dump(self.stats, out)

    def print_stats(self, sort=-1):
        import pstats
        order = sort if isinstance(sort, tuple) else (sort,)
        stats = pstats.Stats(self)
        stats.strip_dirs().sort_stats(*order)
        stats.print_stats()


_runner = _profile._Utils(Profile)


def run(statement, filename=None, sort=-1):
    return _runner.run(statement, filename, sort)


def runctx(statement, globals, locals, filename=None, sort=-1):
    return _runner.runctx(statement, globals, locals, filename, sort)


for _function in run, runctx:
    _function.__doc__ = getattr(_profile, _function.__name__).__doc__
del _function


def _option_parser():
    import optparse
    import pstats
    parser = optparse.OptionParser(
        usage="cProfile.py [-o output_file_path] [-s sort] [-m module | scriptfile] [arg] ...")
    parser.disable_interspersed_args()
    parser.add_option('-o', '--outfile', dest="outfile", default=None,
                      help="Save stats to <outfile>")
    parser.add_option('-s', '--sort', dest="sort", default=2,
                      help="Sort order when printing to stdout, based on pstats.Stats class",
                      choices=sorted(pstats.Stats.sort_arg_dict_default))
    parser.add_option('-m', dest="module", default=False, action="store_true",
                      help="Profile a library module")
    return parser


def _module_program(name):
    """What to execute for `-m name`, and where."""
    import runpy
    return ("run_module(modname, run_name='__main__')",
            {'run_module': runpy.run_module, 'modname': name})


def _script_program(path):
    """What to execute for a script, and where: a new __main__.

    With that the script imports itself as if it had been started alone, and instances of
    its classes can be pickled.
    """
    import importlib.machinery
    import importlib.util
    import io
    import os
    import sys
    sys.path.insert(0, os.path.dirname(path))
    with io.open_code(path) as file:
        code = compile(file.read(), path, 'exec')
    spec = importlib.machinery.ModuleSpec('__main__', None, origin=path)
    main = sys.modules['__main__'] = importlib.util.module_from_spec(spec)
    vars(main).update(__file__=path, __package__=None, __cached__=None)
    return code, vars(main)


def main():
    import os
    import sys
    parser = _option_parser()
    if len(sys.argv) == 1:
        parser.print_usage()
        sys.exit(2)
    options, sys.argv[:] = parser.parse_args()
    if not sys.argv:
        parser.print_usage()
        return parser
    # The profiled program may go to another folder.
    outfile = options.outfile and os.path.abspath(options.outfile)
    program = _module_program if options.module else _script_program
    code, namespace = program(sys.argv[0])
    try:
        runctx(code, namespace, None, outfile, options.sort)
    except BrokenPipeError as error:
        # Nobody listens: what is still in the buffer must not be flushed at the end.
        sys.stdout = None
        sys.exit(error.errno)
    return parser


if __name__ == '__main__':
    main()
