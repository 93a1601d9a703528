//! Interactive sessions in a pseudo-terminal of their own.

use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(60);

/// Makes the terminal at standard input the controlling one, then runs what argv says.
const LOGIN: &str = "import os, sys; os.login_tty(os.dup(0)); os.execv(sys.argv[1], sys.argv[1:])";

struct Session {
    child: Child,
    master: i32,
    output: Receiver<Vec<u8>>,
    /// What has been shown and not yet been looked for.
    shown: String,
}

impl Session {
    fn start(args: &[&str], env: &[(&str, &str)]) -> Session {
        let (master, slave) = host::terminal::open_pair().expect("there are pseudo-terminals");
        let name = host::terminal::name(slave).expect("a terminal has a name");
        let name = String::from_utf8(name).expect("terminals have plain names");
        let terminal = || {
            let file = std::fs::File::options().read(true).write(true).open(&name);
            Stdio::from(file.expect("our terminal can be opened"))
        };
        let program = env!("CARGO_BIN_EXE_rpython");
        let mut command = Command::new(program);
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("PYTHON")) {
            command.env_remove(name);
        }
        command.args(["-I", "-S", "-c", LOGIN, program, "-q"]).args(args);
        command
            .env("TERM", "xterm")
            .env("PYTHON_COLORS", "0")
            .env("PYTHON_HISTORY", history("none"));
        command.envs(env.iter().copied());
        command.stdin(terminal()).stdout(terminal()).stderr(terminal());
        let child = command.spawn().expect("the binary runs");
        host::files::close(slave).expect("the slave's end is ours to close");
        let (sender, output) = channel();
        std::thread::spawn(move || {
            let mut bytes = Vec::new();
            while matches!(host::files::read_append(master, &mut bytes, 4096), Ok(n) if n > 0) {
                if sender.send(std::mem::take(&mut bytes)).is_err() {
                    break;
                }
            }
        });
        Session { child, master, output, shown: String::new() }
    }

    /// Types something.
    fn send(&mut self, text: &str) {
        let mut left = text.as_bytes();
        while !left.is_empty() {
            let n = host::files::write(self.master, left).expect("the terminal takes input");
            left = &left[n..];
        }
    }

    /// Waits for a text, and passes over it.
    #[track_caller]
    fn expect(&mut self, text: &str) {
        let end = Instant::now() + PATIENCE;
        loop {
            let plain = without_escapes(&self.shown);
            if let Some(at) = plain.find(text) {
                self.shown = plain[at + text.len()..].to_owned();
                return;
            }
            let left = end.saturating_duration_since(Instant::now());
            match self.output.recv_timeout(left) {
                Ok(bytes) => self.shown.push_str(&String::from_utf8_lossy(&bytes)),
                Err(_) => panic!("no {text:?} in {plain:?}"),
            }
        }
    }

    /// Types a line at the prompt.
    #[track_caller]
    fn line(&mut self, text: &str) {
        self.expect(">>> ");
        self.send(text);
        self.send("\r");
    }

    fn status(mut self) -> ExitStatus {
        self.child.wait().expect("the child can be waited for")
    }
}

/// Text without what moves cursors and sets modes; an escape that is cut off stays.
fn without_escapes(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("\x1b[") {
        let Some(end) = rest[at + 2..].find(|c: char| ('@'..='~').contains(&c)) else { break };
        out.push_str(&rest[..at]);
        rest = &rest[at + 2 + end + 1..];
    }
    out + rest
}

fn history(name: &str) -> PathBuf {
    std::env::temp_dir().join(format!("rpython-history-{}-{name}", std::process::id()))
}

#[test]
fn values_and_the_last_of_them() {
    let mut s = Session::start(&[], &[]);
    s.line("6 * 7");
    s.expect("\n42");
    s.line("_ + 1");
    s.expect("\n43");
    s.line("None");
    s.line("_");
    s.expect("\n43");
    s.line("");
    s.expect(">>> ");
    s.send("\x04");
    assert_eq!(s.status().code(), Some(0));
}

#[test]
fn statements_of_several_lines() {
    let mut s = Session::start(&[], &[]);
    s.line("def double(x):");
    s.expect("... ");
    s.send("    y = x + x\r");
    s.expect("... ");
    s.send("    return y\r");
    s.expect("... ");
    s.send("\r");
    s.line("double('ab')");
    s.expect("'abab'");
    s.line("(1 +");
    s.expect("... ");
    s.send("2)\r");
    s.expect("\n3");
    s.line("raise SystemExit(3)");
    assert_eq!(s.status().code(), Some(3));
}

#[test]
fn errors_show_the_lines_typed_in() {
    let mut s = Session::start(&[], &[]);
    s.line("def fail(): return 1/0");
    s.expect("... ");
    s.send("\r");
    s.line("fail()");
    s.expect("Traceback (most recent call last):");
    s.expect("File \"<stdin>\", line 1, in <module>");
    s.expect("    fail()");
    s.expect("in fail");
    s.expect("ZeroDivisionError: division by zero");
    s.line("x = ");
    s.expect("SyntaxError: invalid syntax");
    s.line("import sys; sys.last_exc.lineno");
    s.expect("\n1");
    s.line("exit()");
    assert_eq!(s.status().code(), Some(0));
}

#[test]
fn interrupts() {
    let mut s = Session::start(&[], &[]);
    s.expect(">>> ");
    s.send("half a line\x03");
    s.expect("KeyboardInterrupt");
    s.line("while True: pass");
    s.expect("... ");
    s.send("\r");
    std::thread::sleep(Duration::from_millis(500));
    s.send("\x03");
    s.expect("KeyboardInterrupt");
    s.line("import time; print('sleep' + 'ing'); time.sleep(100)");
    s.expect("sleeping");
    std::thread::sleep(Duration::from_millis(200));
    s.send("\x03");
    s.expect("KeyboardInterrupt");
    s.line("raise SystemExit(0)");
    let status = s.status();
    assert_eq!((status.code(), status.signal()), (Some(0), None));
}

#[test]
fn input_and_history() {
    let path = history("kept");
    let shown = path.to_string_lossy().into_owned();
    let mut s = Session::start(&[], &[("PYTHON_HISTORY", &shown)]);
    s.line("name = input('who? ')");
    s.expect("who? ");
    s.send("ann\r");
    s.line("name");
    s.expect("'ann'");
    s.line("exit()");
    assert_eq!(s.status().code(), Some(0));
    let kept = std::fs::read_to_string(&path).expect("the history has been written");
    assert!(kept.contains("name = input('who? ')\n"), "{kept}");
    let mut s = Session::start(&[], &[("PYTHON_HISTORY", &shown)]);
    s.line("1234");
    s.expect("\n1234");
    s.expect(">>> ");
    s.send("\x1b[A + 1\r");
    s.expect("\n1235");
    s.expect(">>> ");
    s.send("\x04");
    assert_eq!(s.status().code(), Some(0));
    std::fs::remove_file(&path).expect("the history is ours to remove");
}

#[test]
fn lines_typed_ahead() {
    let mut s = Session::start(&[], &[]);
    s.expect(">>> ");
    s.send("a = 1\rb = input()\rtyped\rdef f():\r    return a, b\r\rf()\rexit()\r");
    s.expect("(1, 'typed')");
    assert_eq!(s.status().code(), Some(0));
}

#[test]
fn pasted_blocks() {
    let mut s = Session::start(&[], &[]);
    s.expect(">>> ");
    // What terminals put around a paste.
    s.send("\x1b[200~def f(x):\r\r    return x + 1\rif True:\r    y = f(40)\rf(y)\x1b[201~\r");
    s.expect("\n42");
    s.expect(">>> ");
    s.send("\x1b[200~1 / 0\r2\x1b[201~\r");
    s.expect("File \"<stdin>\", line 1");
    s.expect("ZeroDivisionError");
    s.expect(">>> ");
    // The last statement of a paste may go on.
    s.send("\x1b[200~z = 5\rwhile z < 9:\r    z += 1\x1b[201~\r");
    s.expect("... ");
    s.send("    z += 10\r");
    s.expect("... ");
    s.send("\r");
    s.line("z, '_pyrepl' in __import__('sys').modules");
    s.expect("(16, False)");
    s.line("exit()");
    assert_eq!(s.status().code(), Some(0));
}
