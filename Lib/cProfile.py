"""Deterministic profiling over the native `_lsprof`, with `profile`'s interface.

Here because the packaged library has no cProfile.
"""

__all__ = ["run", "runctx", "Profile"]

import _lsprof
import profile as _profile


def run(statement, filename=None, sort=-1):
    return _profile._Utils(Profile).run(statement, filename, sort)


def runctx(statement, globals, locals, filename=None, sort=-1):
    return _profile._Utils(Profile).runctx(statement, globals, locals, filename, sort)


run.__doc__ = _profile.run.__doc__
runctx.__doc__ = _profile.runctx.__doc__


class Profile(_lsprof.Profiler):
    """Profile(timer=None, timeunit=None, subcalls=True, builtins=True)

    A profiler that reads the given timer, or a fast clock of real time.  The
    timeunit is the length in seconds of one step of a timer that counts in
    integers.
    """

    def print_stats(self, sort=-1):
        import pstats
        keys = sort if isinstance(sort, tuple) else (sort,)
        pstats.Stats(self).strip_dirs().sort_stats(*keys).print_stats()

    def dump_stats(self, file):
        import marshal
        with open(file, 'wb') as f:
            self.create_stats()
            marshal.dump(self.stats, f)

    def create_stats(self):
        self.disable()
        self.snapshot_stats()

    def snapshot_stats(self):
        entries = self.getstats()
        self.stats = {}
        callers_of = {}
        for entry in entries:
            callers = callers_of[id(entry.code)] = {}
            calls, primitive, inline, total = _numbers(entry)
            self.stats[label(entry.code)] = primitive, calls, inline, total, callers
        for entry in entries:
            caller = label(entry.code)
            for sub in entry.calls or ():
                callers = callers_of.get(id(sub.code))
                if callers is None:
                    continue
                numbers = _numbers(sub)
                if caller in callers:
                    numbers = tuple(map(sum, zip(numbers, callers[caller])))
                callers[caller] = numbers

    def run(self, cmd):
        import __main__
        namespace = __main__.__dict__
        return self.runctx(cmd, namespace, namespace)

    def runctx(self, cmd, globals, locals):
        with self:
            exec(cmd, globals, locals)
        return self

    def runcall(self, func, /, *args, **kw):
        with self:
            return func(*args, **kw)

    def __enter__(self):
        self.enable()
        return self

    def __exit__(self, *exc_info):
        self.disable()


def _numbers(entry):
    """Calls, calls that are not recursive, time inside, time with callees."""
    calls = entry.callcount
    return calls, calls - entry.reccallcount, entry.inlinetime, entry.totaltime


def label(code):
    if isinstance(code, str):
        return ('~', 0, code)
    return (code.co_filename, code.co_firstlineno, code.co_name)


def main():
    import io
    import importlib.machinery
    import os
    import pstats
    import sys
    from optparse import OptionParser

    parser = OptionParser(
        usage="cProfile.py [-o output_file_path] [-s sort] [-m module | scriptfile] [arg] ...")
    parser.allow_interspersed_args = False
    parser.add_option('-o', '--outfile', dest="outfile", default=None,
                      help="Save stats to <outfile>")
    parser.add_option('-s', '--sort', dest="sort", default=2,
                      choices=sorted(pstats.Stats.sort_arg_dict_default),
                      help="Sort order when printing to stdout, based on pstats.Stats class")
    parser.add_option('-m', dest="module", action="store_true", default=False,
                      help="Profile a library module")
    if not sys.argv[1:]:
        parser.print_usage()
        sys.exit(2)
    options, args = parser.parse_args()
    sys.argv[:] = args
    # The profiled program may change the working directory.
    if options.outfile is not None:
        options.outfile = os.path.abspath(options.outfile)
    if not args:
        parser.print_usage()
        return parser

    if options.module:
        import runpy
        code = "run_module(modname, run_name='__main__')"
        namespace = {'run_module': runpy.run_module, 'modname': args[0]}
        module = None
    else:
        name = args[0]
        sys.path.insert(0, os.path.dirname(name))
        with io.open_code(name) as f:
            code = compile(f.read(), name, 'exec')
        import importlib.util
        spec = importlib.machinery.ModuleSpec(name='__main__', loader=None, origin=name)
        module = importlib.util.module_from_spec(spec)
        # Replacing __main__ lets the program import itself and pickle its classes.
        sys.modules['__main__'] = module
        namespace = module.__dict__
        namespace.update({'__file__': spec.origin, '__package__': None, '__cached__': None})
    try:
        runctx(code, namespace, None, options.outfile, options.sort)
    except BrokenPipeError as error:
        # Nobody reads any more: keep interpreter shutdown from writing again.
        sys.stdout = None
        sys.exit(error.errno)
    return parser


if __name__ == '__main__':
    main()
