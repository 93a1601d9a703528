//! The command line as a user or another program meets it: what CPython 3.14 does with the
//! same words, `rpython` does.

use std::io::Write;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

/// A run of the interpreter.
struct Run {
    command: Command,
    input: &'static str,
}

fn rpython(args: &[&str]) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rpython"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("PYTHON")) {
        command.env_remove(name);
    }
    command.args(args).env("PYTHON_COLORS", "0");
    Run { command, input: "" }
}

impl Run {
    fn env(mut self, name: &str, value: &str) -> Run {
        self.command.env(name, value);
        self
    }

    fn input(mut self, input: &'static str) -> Run {
        self.input = input;
        self
    }

    fn output(mut self) -> Output {
        self.command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = self.command.spawn().expect("the binary runs");
        let mut stdin = child.stdin.take().expect("standard input is piped");
        // A program that does not read may have ended before.
        let _ = stdin.write_all(self.input.as_bytes());
        drop(stdin);
        child.wait_with_output().expect("the child can be waited for")
    }

    /// Checks status and standard output; standard error is only shown.
    #[track_caller]
    fn gives(self, status: i32, stdout: &str) {
        let out = self.output();
        let (got, err) = (String::from_utf8_lossy(&out.stdout), shown(&out.stderr));
        assert_eq!((out.status.code(), &*got), (Some(status), stdout), "standard error:\n{err}");
    }

    /// Checks status and the end of standard error.
    #[track_caller]
    fn complains(self, status: i32, end: &str) {
        let out = self.output();
        let err = shown(&out.stderr);
        assert_eq!(out.status.code(), Some(status), "standard error:\n{err}");
        assert!(err.trim_end().ends_with(end), "standard error:\n{err}");
    }
}

fn shown(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A file in a folder of its own.
fn file(name: &str, text: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("rpython-{}-{name}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("there is room for temporary files");
    let path = folder.join(name);
    std::fs::write(&path, text).expect("the folder is writable");
    path
}

const FLAGS: &str = "import sys; f = sys.flags; ";

#[track_caller]
fn flag(args: &[&str], expression: &str, value: &str) {
    let code = format!("{FLAGS}print(({expression}))");
    let args = [args, &["-c", &code]].concat();
    rpython(&args).gives(0, &format!("{value}\n"));
}

#[test]
fn options_set_flags() {
    flag(&["-B"], "f.dont_write_bytecode", "1");
    flag(&["-E"], "f.ignore_environment", "1");
    flag(
        &["-I"],
        "f.isolated, f.ignore_environment, f.no_user_site, f.safe_path",
        "(1, 1, 1, True)",
    );
    flag(&["-O"], "f.optimize, __debug__", "(1, False)");
    flag(&["-OO"], "f.optimize", "2");
    flag(&["-P"], "f.safe_path, '' in sys.path", "(True, False)");
    flag(&["-q"], "f.quiet", "1");
    flag(&["-s"], "f.no_user_site", "1");
    flag(&["-S"], "f.no_site, 'site' in sys.modules", "(1, False)");
    flag(&["-u"], "sys.stdout.write_through", "True");
    flag(&["-W", "error"], "sys.warnoptions", "['error']");
    flag(&["-X", "dev"], "f.dev_mode", "True");
    flag(&["-X", "int_max_str_digits=700"], "f.int_max_str_digits", "700");
    flag(&["-X", "word", "-Xname=value"], "sys._xoptions", "{'word': True, 'name': 'value'}");
    flag(&["-BOs"], "f.dont_write_bytecode, f.optimize, f.no_user_site", "(1, 1, 1)");
}

#[test]
fn the_environment_sets_flags() {
    let print = |expression: &str| format!("{FLAGS}print({expression})");
    let optimize = print("f.optimize");
    rpython(&["-c", &optimize]).env("PYTHONOPTIMIZE", "2").gives(0, "2\n");
    rpython(&["-E", "-c", &optimize]).env("PYTHONOPTIMIZE", "2").gives(0, "0\n");
    let warnings = print("sys.warnoptions");
    rpython(&["-W", "c", "-c", &warnings])
        .env("PYTHONWARNINGS", "a,b")
        .gives(0, "['a', 'b', 'c']\n");
    let hash = "print(hash('abc'))";
    let one = rpython(&["-c", hash]).env("PYTHONHASHSEED", "42").output().stdout;
    let two = rpython(&["-c", hash]).env("PYTHONHASHSEED", "42").output().stdout;
    assert_eq!(one, two);
    let lenient = print("sys.stdout.errors");
    rpython(&["-c", &lenient]).env("LC_ALL", "C").gives(0, "surrogateescape\n");
    rpython(&["-c", &lenient]).env("LC_ALL", "en_US.UTF-8").gives(0, "strict\n");
}

#[test]
fn programs_come_from_anywhere() {
    let argv = "import sys\nprint(sys.argv[1:], __name__)\n";
    rpython(&["-c", argv, "a", "-b"]).gives(0, "['a', '-b'] __main__\n");
    rpython(&["-", "a"]).input("import sys\nprint(sys.argv)").gives(0, "['-', 'a']\n");
    rpython(&[]).input("print(__file__)").gives(0, "<stdin>\n");
    let script = file("script.py", argv);
    rpython(&[&script.to_string_lossy(), "-c"]).gives(0, "['-c'] __main__\n");
    let folder = script.parent().expect("a file is in a folder").to_string_lossy();
    rpython(&["-m", "script", "x"]).env("PYTHONPATH", &folder).gives(0, "['x'] __main__\n");
    let main = file("__main__.py", "print(__file__ == __spec__.origin)\n");
    let folder = main.parent().expect("a file is in a folder").to_string_lossy();
    rpython(&[&folder]).gives(0, "True\n");
    rpython(&["-c", "  if 1:\n    print(1)"]).gives(0, "1\n");
    let junk = file("junk.py", "not Python at all\nprint(2)\n");
    rpython(&["-x", &junk.to_string_lossy()]).gives(0, "2\n");
}

#[test]
fn information() {
    let version = rpython(&["-V"]).output();
    assert!(shown(&version.stdout).starts_with("Python 3.14."));
    let help = rpython(&["--help"]).output();
    assert!(shown(&help.stdout).starts_with("usage: "));
    let verbose = rpython(&["-v", "-c", "import keyword"]).output();
    let err = shown(&verbose.stderr);
    assert!(err.contains("import 'keyword' # "), "{err}");
    assert!(err.contains("# cleanup[2] removing sys"), "{err}");
    let times = rpython(&["-X", "importtime", "-c", "import keyword"]).output();
    let err = shown(&times.stderr);
    assert!(err.starts_with("import time: self [us] | cumulative | imported package\n"), "{err}");
    assert!(err.trim_end().ends_with("| keyword"), "{err}");
}

#[test]
fn mistakes_on_the_command_line() {
    let hint = "Try `python -h' for more information.";
    for args in [&["-Z"][..], &["--nothing"], &["-c"], &["-m"], &["-W"], &["-X"]] {
        rpython(args).complains(2, hint);
    }
    rpython(&["--check-hash-based-pycs", "x", "-c", "1"]).complains(2, hint);
    rpython(&["/no/such/file.py"])
        .complains(2, "can't open file '/no/such/file.py': [Errno 2] No such file or directory");
    rpython(&["-m", "no_such_module"]).complains(1, ": No module named no_such_module");
    rpython(&["-X", "int_max_str_digits=5", "-c", "1"]).complains(
        1,
        "-X int_max_str_digits: invalid limit; must be >= 640 or 0 for unlimited.\n\
         Python runtime state: preinitialized",
    );
    rpython(&["-X", "utf8=2", "-c", "1"]).complains(1, "Python runtime state: preinitializing");
    rpython(&["-c", "1"]).env("PYTHONHASHSEED", "x").complains(1, "preinitialized");
}

#[test]
fn exit_statuses() {
    for (argument, status) in
        [("", 0), ("None", 0), ("0", 0), ("7", 7), ("256", 0), ("-1", 255), ("True", 1)]
    {
        rpython(&["-c", &format!("raise SystemExit({argument})")]).gives(status, "");
    }
    rpython(&["-c", "import sys; sys.exit('why')"]).complains(1, "why");
    rpython(&["-c", "raise SystemExit(1, 2)"]).complains(1, "(1, 2)");
    rpython(&["-c", "import atexit; atexit.register(print, 'bye'); exit(3)"]).gives(3, "bye\n");
    rpython(&["-c", "1/0"]).complains(
        1,
        "  File \"<string>\", line 1, in <module>\n    1/0\n    ~^~\n\
         ZeroDivisionError: division by zero",
    );
    rpython(&["-c", "("]).complains(1, "SyntaxError: '(' was never closed");
    rpython(&["-W", "error", "-c", "import warnings; warnings.warn('x')"])
        .complains(1, "UserWarning: x");
}

#[test]
fn signals_end_the_process() {
    for code in
        ["raise KeyboardInterrupt", "import os, signal; os.kill(os.getpid(), signal.SIGINT); 1"]
    {
        let out = rpython(&["-c", code]).output();
        assert_eq!(out.status.signal(), Some(2), "{}", shown(&out.stderr));
        assert!(shown(&out.stderr).trim_end().ends_with("KeyboardInterrupt"));
    }
    let out = rpython(&["-c", "import os; os.kill(os.getpid(), 15)"]).output();
    assert_eq!(out.status.signal(), Some(15));
}

/// Runs a line of the shell, in which `$PY` is the interpreter.
fn shell(line: &str) -> String {
    let out = Command::new("sh")
        .args(["-c", line])
        .env("PY", env!("CARGO_BIN_EXE_rpython"))
        .env_remove("PYTHONUNBUFFERED")
        .stdin(Stdio::null())
        .output()
        .expect("there is a shell");
    shown(&out.stdout)
}

#[test]
fn streams_that_break() {
    assert_eq!(shell("$PY -c 'print(1)' >&-; echo $?"), "0\n");
    assert_eq!(shell("$PY -c 'import sys; print(sys.stdin)' <&-; echo $?"), "None\n0\n");
    assert_eq!(shell("$PY -c 'import sys; print(1, file=sys.stderr)' 2>&-; echo $?"), "1\n0\n");
    assert_eq!(shell("$PY -c 'print(1)' 2>/dev/null >/dev/full; echo $?"), "120\n");
    assert_eq!(shell("$PY -c '1/0' 2>/dev/full; echo $?"), "120\n");
}

#[test]
fn sessions_without_a_terminal() {
    rpython(&["-i", "-q"])
        .input("x = 3\nx\n_ + 1\nif x:\n  'a'\n  'b'\n\nNone\n")
        .gives(0, "3\n4\n'a'\n'b'\n");
    rpython(&["-i", "-c", "x = 5"]).input("print(x)\n").gives(0, "5\n");
    rpython(&["-i", "-c", "raise SystemExit(3)"]).input("1\n").gives(0, "1\n");
    rpython(&["-iq"]).input("raise SystemExit(5)\n").gives(5, "");
    rpython(&["-iq"]).input("text = '''\n").complains(0, ">>>");
    rpython(&["-iq"]).input("@\n2\n").gives(0, "2\n");
}

#[test]
fn flags_of_the_environment_are_numbers() {
    let print = |expression: &str| format!("{FLAGS}print({expression})");
    for (name, expression) in [
        ("PYTHONDONTWRITEBYTECODE", "f.dont_write_bytecode"),
        ("PYTHONNOUSERSITE", "f.no_user_site"),
        ("PYTHONVERBOSE", "f.verbose"),
        ("PYTHONDEBUG", "f.debug"),
        ("PYTHONOPTIMIZE", "f.optimize"),
        ("PYTHONUNBUFFERED", "int(sys.stdout.write_through)"),
    ] {
        rpython(&["-c", &print(expression)]).env(name, "0").gives(0, "0\n");
        rpython(&["-c", &print(expression)]).env(name, "word").gives(0, "1\n");
    }
    rpython(&["-c", &print("f.optimize")]).env("PYTHONOPTIMIZE", "3").gives(0, "3\n");
    rpython(&["-R", "-c", &print("f.hash_randomization")])
        .env("PYTHONHASHSEED", "0")
        .gives(0, "1\n");
    rpython(&["-c", "1"])
        .env("PYTHON_FROZEN_MODULES", "word")
        .complains(1, "Python runtime state: preinitialized");
}

#[test]
fn exits() {
    let ends = |code: &str, status: i32, err: &str| {
        let out = rpython(&["-c", &format!("import sys\n{code}")]).output();
        assert_eq!((out.status.code(), &*shown(&out.stderr)), (Some(status), err), "{code}");
    };
    ends("sys.exit(())", 0, "");
    ends("sys.exit((1,))", 1, "");
    ends("sys.exit(SystemExit(3))", 3, "");
    ends("sys.exit('\\ud800')", 1, "\\ud800\n");
    ends("sys.exit([1])", 1, "[1]\n");
    ends("class E(SystemExit): code = property(lambda s: 1 / 0)\nraise E(5)", 1, "5\n");
    ends("sys.stderr = None\n1 / 0", 1, "");
    ends("def hook(*a): raise SystemExit(9)\nsys.excepthook = hook\n1 / 0", 9, "");
    let hook = "import sys\ndef hook(*a): raise KeyboardInterrupt\nsys.excepthook = hook\n1 / 0";
    let out = rpython(&["-c", hook]).output();
    assert_eq!((out.status.code(), out.status.signal()), (None, Some(2)));
}

#[test]
fn errors_that_nobody_can_catch() {
    let code = "class A:\n def __del__(self): 1 / 0\nA.__del__.__qualname__ = 'gone'\nA()";
    let out = rpython(&["-c", code]).output();
    let err = shown(&out.stderr);
    assert!(err.starts_with("Exception ignored while calling deallocator <function gone at 0x"));
    assert!(err.ends_with("ZeroDivisionError: division by zero\n"), "{err}");
    assert!(!err.contains('^'), "{err}");
    let code = "import atexit\ndef f(): raise KeyboardInterrupt\natexit.register(f)";
    rpython(&["-c", code]).complains(0, "KeyboardInterrupt:");
}

#[test]
fn bytes_that_meet_text() {
    let tries = "\
for f in (lambda: str(b''), lambda: f'{b\"\"}', lambda: b'' == '', lambda: b'' != 1,
          lambda: str(bytearray()), lambda: bytearray() == '', lambda: {b'a': 1}.get('a'),
          lambda: b'' == b'', lambda: b'' < b'a', lambda: repr(b'')):
    try: f()
    except BytesWarning as e: print(e)
    else: print('-')
";
    let warned = "\
str() on a bytes instance
str() on a bytes instance
Comparison between bytes and string
Comparison between bytes and int
str() on a bytearray instance
Comparison between bytearray and string
Comparison between bytes and string
-
-
-
";
    rpython(&["-bb", "-c", tries]).env("PYTHONHASHSEED", "1").gives(0, warned);
    rpython(&["-c", tries]).gives(0, &"-\n".repeat(10));
    rpython(&["-b", "-c", "str(b'')"]).complains(0, "BytesWarning: str() on a bytes instance");
}

#[test]
fn sessions_that_were_interrupted() {
    let signal = |run: Run| run.output().status.signal();
    let session = |args: &[&str], input| signal(rpython(args).input(input));
    assert_eq!(session(&["-iq"], "raise KeyboardInterrupt\n1\n"), Some(2));
    assert_eq!(session(&["-iq", "-c", "raise KeyboardInterrupt"], ""), Some(2));
    assert_eq!(session(&["-iq"], "1 / 0\n"), None);
}

#[test]
fn memory_that_runs_out() {
    let limited = |code: &str| {
        let mut command = Command::new("sh");
        command.args(["-c", "ulimit -v 600000; exec \"$0\" \"$@\""]);
        command.args([env!("CARGO_BIN_EXE_rpython"), "-I", "-c"]);
        let code = format!("try: {code}\nexcept MemoryError: print('none left')");
        command.arg(code);
        Run { command, input: "" }
    };
    for code in [
        "[str(i) for i in range(10**8)]",
        "list(map(str, range(10**8)))",
        "(b'a' * 2 * 10**8).decode('utf-16')",
        "import itertools, collections; collections.deque(itertools.repeat('a'))",
        "import itertools; next(itertools.batched(itertools.count(), 10**9))",
        "('ab' * 10**8).split('b')",
        "('a' * 2 * 10**8).translate({97: 'b' * 9})",
        "(b'\\xff' * 2 * 10**8).decode('latin-1')",
        "memoryview(b'a' * 10**8).tolist()",
        "compile('f(x)\\n' * 5 * 10**6, '', 'exec')",
        "import re; re.sub('a', 'b' * 9, 'a' * 5 * 10**7)",
        "s = frozenset(range(5 * 10**6)); [s | {i} for i in range(100)]",
    ] {
        limited(code).gives(0, "none left\n");
    }
}

#[test]
fn interrupts_stop_native_loops() {
    for code in [
        "sum(range(10**12))",
        "max(iter(int, 1))",
        "set(iter(int, 1))",
        "import itertools, collections; collections.deque(itertools.count(), 0)",
        "import re; re.findall('a*?b', 'a' * 10**6)",
        "10**10**9",
    ] {
        let code = format!("print('ready', flush=True)\n{code}");
        let mut command = rpython(&["-c", &code]).command;
        let mut child =
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary runs");
        let mut ready = [0; 6];
        let stdout = child.stdout.as_mut().expect("standard output is piped");
        std::io::Read::read_exact(stdout, &mut ready).expect("the program has begun");
        std::thread::sleep(std::time::Duration::from_millis(200));
        let pid = child.id().to_string();
        let sent = Command::new("kill").args(["-INT", &pid]).status().expect("kill runs");
        assert!(sent.success());
        let out = child.wait_with_output().expect("the child can be waited for");
        let err = shown(&out.stderr);
        assert_eq!(out.status.signal(), Some(2), "{code}\n{err}");
        assert!(err.ends_with("KeyboardInterrupt\n"), "{err}");
    }
}

/// The library is found from wherever, and however, the program is named.
#[test]
fn programs_named_through_parent_folders() {
    let program = PathBuf::from(env!("CARGO_BIN_EXE_rpython"));
    let folder = program.parent().expect("a program lies in a folder");
    for name in ["../FOLDER/rpython", "./../FOLDER/./rpython", "..//FOLDER/../FOLDER/rpython"] {
        let own = folder.file_name().expect("the folder has a name").to_string_lossy();
        let mut command = Command::new(name.replace("FOLDER", &own));
        command.current_dir(folder).args(["-c", "import types, json; print(json.dumps([1]))"]);
        let output = command.output().expect("the binary runs");
        assert_eq!(String::from_utf8_lossy(&output.stdout), "[1]\n", "{name}");
    }
}

/// In development mode, names of codecs and error handlers are checked even where nothing needs
/// them.
#[test]
fn codec_names_in_development_mode() {
    let program = "
for f in (lambda: ''.encode('ascii', 'nonsense'), lambda: b''.decode(errors='nonsense'),
          lambda: bytearray('', 'nonsense'), lambda: ''.encode('utf8', 'surrogatepass')):
    try: print(f())
    except LookupError as e: print(e)";
    let output = rpython(&["-X", "dev", "-c", program]).output();
    let handler = "unknown error handler name 'nonsense'\n";
    let told = format!("{handler}{handler}unknown encoding: nonsense\nb''\n");
    assert_eq!(String::from_utf8_lossy(&output.stdout), told);
}

#[test]
fn statements_of_a_session_have_names() {
    rpython(&["-iq"])
        .input(")\n\nimport sys\nprint(sys._getframe().f_code.co_filename)\n")
        .gives(0, "<stdin-2>\n");
    let session = |input| shown(&rpython(&["-iq"]).input(input).output().stderr);
    // What has no line end may go on.
    assert_eq!(
        session("1/0"),
        ">>> ... \nTraceback (most recent call last):\n  File \"<stdin>\", line 1, in <module>\n    \
         1/0\n    ~^~\nZeroDivisionError: division by zero\n>>> \n"
    );
    assert_eq!(
        session("def f(x, x): ...\n"),
        ">>> ... \n  File \"<stdin-0>\", line 1\n    def f(x, x): ...\n             ^\n\
         SyntaxError: duplicate argument 'x' in function definition\n>>> \n"
    );
}

#[test]
fn what_programs_learn_of_the_command_line() {
    let loader = "print(__loader__.__name__, __spec__)";
    rpython(&["-c", loader]).gives(0, "BuiltinImporter None\n");
    rpython(&["-"]).input("print(__loader__.__name__)").gives(0, "BuiltinImporter\n");
    let count = "import os; print(os.cpu_count(), os.process_cpu_count())";
    rpython(&["-X", "cpu_count=4321", "-c", count]).gives(0, "4321 4321\n");
    rpython(&["-c", "  print('''a\n    \n  b''')"]).gives(0, "a\n\nb\n");
    let places = "def f(): 1 / 0\nprint({p[1:] for p in f.__code__.co_positions()})\nf()";
    let lines = "{(1, None, None)}\n";
    rpython(&["-X", "no_debug_ranges", "-c", places]).gives(1, lines);
    rpython(&["-c", places])
        .env("PYTHONNODEBUGRANGES", "1")
        .complains(1, "    def f(): 1 / 0\nZeroDivisionError: division by zero");
    let times = "import sys\ntry: __import__('no\\ud800')\nexcept ImportError: pass";
    let out = rpython(&["-X", "importtime", "-c", times]).output();
    assert!(shown(&out.stderr).trim_end().ends_with("| no\\ud800"), "{}", shown(&out.stderr));
    rpython(&["-q", "-m", "asyncio"]).input("print(6 * 7)\n").gives(0, ">>> 42\n>>> ");
}

#[test]
fn compiled_files_that_are_none() {
    let run = |name: &str, bytes: &[u8]| {
        let path = file(name, "");
        std::fs::write(&path, bytes).expect("the file is writable");
        rpython(&[&path.to_string_lossy()])
    };
    let bad_magic = "RuntimeError: Bad magic number in .pyc file";
    run("text.pyc", b"print(1)\n").complains(1, bad_magic);
    run("old.pyc", b"\x2a\x0e\r\n0123456789abN").complains(1, bad_magic);
    run("none.pyc", b"").complains(1, "EOFError: EOF read where not expected");
    run("short.pyc", b"\x2b\x0e\r\n0123").complains(1, "EOFError: EOF read where not expected");
    let no_code = "RuntimeError: Bad code object in .pyc file";
    run("noise.pyc", b"\x2b\x0e\r\n0123456789abN").complains(1, no_code);
    run("noise", b"\x2b\x0e\r\n0123456789ab(").complains(1, no_code);
}

#[test]
fn files_in_other_encodings() {
    let write = |name: &str, bytes: &[u8]| {
        let path = file(name, "");
        std::fs::write(&path, bytes).expect("the file is writable");
        path.to_string_lossy().into_owned()
    };
    let latin = write("latin.py", b"# coding: latin1\nreturn '\xe4'\n");
    rpython(&[&latin]).complains(
        1,
        "    return '\u{e4}'\n    ^^^^^^^^^^\nSyntaxError: 'return' outside function",
    );
    let hex = write("hex.py", b"# coding: hex_codec\nprint(1)\n");
    rpython(&[&hex]).complains(1, "line 0\nSyntaxError: 'hex_codec' is not a text encoding");
    let second = write("second.py", b"#\n#\xa4\n");
    let out = rpython(&[&second]).output();
    assert!(shown(&out.stderr).contains("second.py on line 2, but no encoding declared"));
}

#[test]
fn locales_of_plain_ascii() {
    let code = "import sys, os; print(sys.flags.utf8_mode, sys.getfilesystemencoding(), \
                sys.stdout.encoding, sys.stdout.errors, ascii(os.fsdecode(b'\\xc3\\xa9')))";
    let gives = |args: &[&str], variables: &[(&str, &str)], text: &str| {
        let mut run = rpython(&[args, &["-c", code]].concat());
        for name in ["LC_ALL", "LC_CTYPE", "LANG"] {
            run.command.env_remove(name);
        }
        for (name, value) in variables {
            run = run.env(name, value);
        }
        run.gives(0, &format!("{text}\n"));
    };
    let utf8 = r"utf-8 utf-8 surrogateescape '\xe9'";
    let ascii = r"0 ascii ascii surrogateescape '\udcc3\udca9'";
    for locale in [("LANG", "C"), ("LC_ALL", "C"), ("LC_CTYPE", "POSIX")] {
        gives(&[], &[locale], &format!("1 {utf8}"));
    }
    gives(&["-X", "utf8=0"], &[("LANG", "C")], &format!("0 {utf8}"));
    gives(&["-X", "utf8=0"], &[("LC_ALL", "C")], ascii);
    let kept = [("LANG", "C"), ("PYTHONCOERCECLOCALE", "0")];
    gives(&[], &kept, &format!("1 {utf8}"));
    gives(&["-X", "utf8=0"], &kept, ascii);
    rpython(&["-c", "1"])
        .env("LC_ALL", "C")
        .env("PYTHONCOERCECLOCALE", "warn")
        .complains(0, "(if available) as alternative Unicode-compatible locales is recommended.");
}
