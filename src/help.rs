//! What `-h`, `--help-env`, `--help-xoptions` and `--help-all` print.

use crate::arguments::Info;

pub fn usage(program: &str) -> String {
    format!("usage: {program} [option] ... [-c cmd | -m mod | file | -] [arg] ...\n")
}

const OPTIONS: &str = "\
Options (and the environment variables that do the same):
-b     : warn when bytes meet str in conversions and comparisons (-bb: raise)
-B     : write no .pyc files on import; PYTHONDONTWRITEBYTECODE=x
-c cmd : run the program passed as a string (ends the options)
-d     : parser debugging output; PYTHONDEBUG=x
-E     : ignore PYTHON* environment variables
-h     : print this help and exit (also -? or --help)
-i     : go on interactively after the program; PYTHONINSPECT=x
-I     : isolate from the user's environment (implies -E, -P and -s)
-m mod : run a library module as a script (ends the options)
-O     : drop assertions and __debug__ blocks; PYTHONOPTIMIZE=x
-OO    : as -O, and drop docstrings
-P     : put no unsafe path in front of sys.path; PYTHONSAFEPATH=x
-q     : no version and copyright lines on interactive start
-R     : random hashes whatever PYTHONHASHSEED says
-s     : leave the user's site directory out of sys.path; PYTHONNOUSERSITE=x
-S     : do not import site at start
-u     : standard output and error are unbuffered; PYTHONUNBUFFERED=x
-v     : trace import statements (again for more); PYTHONVERBOSE=x
-V     : print the version and exit (also --version; twice for more)
-W arg : warning control, action:message:category:module:lineno; PYTHONWARNINGS=arg
-x     : skip the first line of the source
-X opt : set an implementation-specific option
--check-hash-based-pycs always|default|never:
         how hash-based .pyc files are validated
--help-env: print help about environment variables and exit
--help-xoptions: print help about -X options and exit
--help-all: print all of these and exit

Arguments:
file   : program read from a script file
-      : program read from standard input (default; interactive on a terminal)
arg ...: arguments passed to the program in sys.argv[1:]
";

const ENVIRONMENT: &str = "\
Environment variables that change behaviour:
PYTHONBREAKPOINT: what breakpoint() calls; 0 disables it
PYTHONCOERCECLOCALE: 0 keeps the C locale from becoming C.UTF-8
PYTHON_COLORS   : 1 colours the interpreter's output, 0 does not
PYTHONHASHSEED  : 'random', or an integer in [0,4294967295] that seeds str hashes
PYTHON_HISTORY  : the file in which the interactive history is kept
PYTHONHOME      : the prefix of a library on disk, instead of the one inside
PYTHONIOENCODING: encoding[:errors] of the standard streams
PYTHONPATH      : ':'-separated folders in front of the module search path
PYTHONSTARTUP   : a file run on interactive start
PYTHONUSERBASE  : the user's base directory (site.USER_BASE)

Variables with an option of the same effect:
PYTHON_CPU_COUNT (-X cpu_count), PYTHONDEBUG (-d), PYTHONDEVMODE (-X dev),
PYTHONDONTWRITEBYTECODE (-B), PYTHON_FROZEN_MODULES (-X frozen_modules),
PYTHONINSPECT (-i), PYTHONINTMAXSTRDIGITS (-X int_max_str_digits),
PYTHONNOUSERSITE (-s), PYTHONOPTIMIZE (-O), PYTHONPROFILEIMPORTTIME (-X importtime),
PYTHONPYCACHEPREFIX (-X pycache_prefix),
PYTHONSAFEPATH (-P), PYTHONUNBUFFERED (-u), PYTHONUTF8 (-X utf8), PYTHONVERBOSE (-v),
PYTHONWARNDEFAULTENCODING (-X warn_default_encoding), PYTHONWARNINGS (-W)
";

const X_OPTIONS: &str = "\
Options of -X:
cpu_count=N            : what os.cpu_count() answers; 'default' for the real number
dev                    : development mode
frozen_modules=on|off  : whether frozen modules are used
importtime[=1|2]       : report how long imports take; 2 also those already made
int_max_str_digits=N   : limit of int<->str conversions; 0 lifts it
pycache_prefix=path    : where .pyc files go, instead of beside the sources
utf8[=0|1]             : UTF-8 mode
warn_default_encoding  : warn where encoding=None is relied on
";

pub fn text(program: &str, info: Info) -> String {
    match info {
        Info::Help => format!("{}{OPTIONS}", usage(program)),
        Info::HelpEnvironment => ENVIRONMENT.to_owned(),
        Info::HelpOptions => X_OPTIONS.to_owned(),
        Info::HelpAll => {
            format!("{}{OPTIONS}\n{ENVIRONMENT}\n{X_OPTIONS}", usage(program))
        }
        Info::Version => {
            let (major, minor, micro) = vm::modules::sys::VERSION;
            format!("Python {major}.{minor}.{micro}\n")
        }
        Info::LongVersion => format!("Python {}\n", vm::modules::sys::version_text()),
    }
}
