//! The interactive session: lines from the terminal, statements run one by one.

use crate::arguments::{Invocation, Target};
use crate::run::{Ending, complain, conclude};
use rustyline::DefaultEditor;
use rustyline::error::ReadlineError;
use std::cell::RefCell;
use vm::compile::{Compile, Origin, flags};
use vm::import::state::{Line, ReadLine};
use vm::prelude::*;

thread_local! {
    /// The one editor of the process: what was typed ahead waits in it for the next line.
    static EDITOR: RefCell<Option<DefaultEditor>> = const { RefCell::new(None) };
    /// Lines that were pasted where one was asked for, the next one last.
    static PASTED: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// What `input()` reads lines with on a terminal.
pub fn line_reader() -> Option<ReadLine> {
    (host::terminal::is_terminal(0) && host::terminal::is_terminal(1)).then_some(read_line as _)
}

/// One line, also of a paste of several.
fn read_line(prompt: &str) -> Line {
    if let Some(line) = PASTED.with_borrow_mut(Vec::pop) {
        vm::import::state::write_all(1, format!("{prompt}{line}").as_bytes());
        return Line::Text(line);
    }
    match read_lines(prompt) {
        Line::Text(text) => {
            let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
            lines.reverse();
            let first = lines.pop().unwrap_or_default();
            PASTED.set(lines);
            Line::Text(first)
        }
        other => other,
    }
}

/// A line, or the lines of a paste.
fn read_lines(prompt: &str) -> Line {
    EDITOR.with_borrow_mut(|slot| {
        if slot.is_none() {
            *slot = new_editor();
        }
        let Some(editor) = slot else { return Line::End };
        match editor.readline(prompt) {
            Ok(mut line) => {
                // A history that cannot grow is no reason to lose the line.
                let _ = editor.add_history_entry(&line);
                line.push('\n');
                Line::Text(line)
            }
            Err(ReadlineError::Interrupted) => Line::Interrupted,
            Err(_) => Line::End,
        }
    })
}

/// The line editor.  It takes SIGINT for itself as long as it lives, which would leave
/// running statements deaf to Ctrl-C: at the prompt it is a key like others, and elsewhere
/// the signal is the interpreter's.
fn new_editor() -> Option<DefaultEditor> {
    const SIGINT: i32 = 2;
    let before = host::signals::action(SIGINT).ok();
    let editor = DefaultEditor::new().ok();
    if let Some(action) = before {
        // SIGINT always has an action that can be set again.
        let _ = host::signals::set_action(SIGINT, action);
    }
    editor
}

/// After the program, because of `-i` or `PYTHONINSPECT`?
pub fn wanted_afterwards(vm: &VirtualMachine, invocation: &Invocation) -> bool {
    let inspect = vm.interp.settings.inspect
        || (!vm.interp.settings.ignore_environment
            && host::process::get_variable(c"PYTHONINSPECT").is_some_and(|v| !v.is_empty()));
    let somebody_there = vm.interp.settings.interactive || host::terminal::is_terminal(0);
    inspect && somebody_there && invocation.target != Target::Stdin
}

pub fn banner(vm: &VirtualMachine) {
    if vm.interp.settings.quiet {
        return;
    }
    complain(&format!("Python {} on linux", vm::modules::sys::version_text()));
    if !vm.interp.settings.no_site {
        complain("Type \"help\", \"copyright\", \"credits\" or \"license\" for more information.");
    }
}

/// Where the session's lines are kept from one time to the next.
fn history_file() -> Option<std::path::PathBuf> {
    if let Some(path) = std::env::var_os("PYTHON_HISTORY") {
        return Some(path.into());
    }
    Some(std::path::PathBuf::from(std::env::var_os("HOME")?).join(".python_history"))
}

/// Runs statements until the input ends or the program leaves; the answer says whether one
/// of them died of an interrupt, which for a session without a terminal is how the process
/// ends, whatever comes later.
pub fn run(vm: &VirtualMachine) -> (bool, PyResult<()>) {
    let mut interrupted = false;
    let outcome = run_session(vm, &mut interrupted);
    (interrupted, outcome)
}

fn run_session(vm: &VirtualMachine, interrupted: &mut bool) -> PyResult<()> {
    let main = vm.main_module()?;
    for (name, text) in [("ps1", ">>> "), ("ps2", "... ")] {
        let name = vm.intern(name);
        if vm.sys_attr(&name)?.is_none() {
            vm.sys_dict().set_str(vm, &name, vm.new_str(text).into())?;
        }
    }
    // Tracebacks show the lines typed in.
    vm::import::import_absolute(vm, &vm.intern("linecache"))?;
    run_startup(vm)?;
    let terminal = host::terminal::is_terminal(0);
    let history = if terminal { history_file() } else { None };
    if let Some(path) = &history {
        EDITOR.with_borrow_mut(|slot| {
            if slot.is_none() {
                *slot = new_editor();
            }
            if let Some(editor) = slot {
                // There may be no history yet.
                let _ = editor.load_history(path);
            }
        });
    }
    let mut session = Session {
        main,
        flags: 0,
        buffer: String::new(),
        statements: 0,
        pasted: false,
        interrupted: false,
    };
    let outcome = session.run(vm, terminal);
    *interrupted = session.interrupted && !terminal;
    if let Some(path) = &history {
        EDITOR.with_borrow_mut(|slot| {
            if let Some(editor) = slot {
                // A history that cannot be written is no reason to fail.
                let _ = editor.save_history(path);
            }
        });
    }
    outcome
}

/// `PYTHONSTARTUP`, then `sys.__interactivehook__`.
fn run_startup(vm: &VirtualMachine) -> PyResult<()> {
    if !vm.interp.settings.ignore_environment
        && let Some(path) = host::process::get_variable(c"PYTHONSTARTUP").filter(|p| !p.is_empty())
    {
        match vm::import::state::read_file(&path) {
            Ok(source) => {
                let job = Compile::new(vm.fs_text(&path), parser::Mode::Exec);
                let main = vm.main_module()?;
                let ran = job
                    .source_to_code(vm, &source, Origin::Bytes)
                    .and_then(|code| vm.run_code(code, main.dict()));
                if let Err(e) = ran {
                    show(vm, e)?;
                }
            }
            Err(e) => {
                complain("Could not open PYTHONSTARTUP");
                let name = vm.fs_text(&path);
                show(vm, vm.os_error_on(e, name.as_object()))?;
            }
        }
    }
    if let Some(hook) = vm.sys_attr(&vm.intern("__interactivehook__"))?
        && let Err(e) = vm.call_positional(hook.as_object(), &[])
    {
        complain("Failed calling sys.__interactivehook__");
        show(vm, e)?;
    }
    Ok(())
}

/// Shows an error and goes on; SystemExit leaves.
fn show(vm: &VirtualMachine, e: PyErr) -> PyResult<Ending> {
    if vm.is_error(&e, &vm.exc().system_exit) { Err(e) } else { Ok(conclude(vm, e)) }
}

struct Session {
    main: PyRef<vm::builtins::module::PyModule>,
    /// Future features that statements have switched on.
    flags: u32,
    /// The lines of an unfinished statement.
    buffer: String,
    /// How many statements have been parsed; empty ones count.
    statements: usize,
    /// They came several at a time, and may be several statements.
    pasted: bool,
    /// A statement has died of an interrupt.
    interrupted: bool,
}

/// An unfinished statement is no error, and is not finished for the user.
const UNFINISHED: u32 = flags::ALLOW_INCOMPLETE_INPUT | flags::DONT_IMPLY_DEDENT;

impl Session {
    fn run(&mut self, vm: &VirtualMachine, terminal: bool) -> PyResult<()> {
        loop {
            let name = vm.intern(if self.buffer.is_empty() { "ps1" } else { "ps2" });
            let prompt = match vm.sys_attr(&name)? {
                Some(p) => vm.str(p.as_object())?.to_string_lossy().into_owned(),
                None => String::new(),
            };
            let line = if terminal { read_lines(&prompt) } else { plain_line(vm, &prompt)? };
            let ended = match line {
                Line::Text(line) => {
                    self.pasted |= line.trim_end_matches('\n').contains('\n');
                    self.buffer.push_str(&line);
                    // What has no line end goes on, as far as anyone can tell.
                    if !self.buffer.ends_with('\n') {
                        continue;
                    }
                    false
                }
                Line::Interrupted => {
                    self.forget();
                    vm.write_stderr(b"\nKeyboardInterrupt\n");
                    continue;
                }
                Line::End => {
                    vm.write_stderr(b"\n");
                    if self.buffer.is_empty() {
                        return Ok(());
                    }
                    true
                }
            };
            if self.buffer.trim().is_empty() {
                self.statements += 1;
                self.forget();
                continue;
            }
            let done = if self.pasted { self.step_pasted(vm, ended) } else { self.step(vm, ended) };
            if let Err(e) = done {
                self.forget();
                self.interrupted |= matches!(show(vm, e)?, Ending::Interrupted);
            }
            vm.flush_streams();
        }
    }

    fn forget(&mut self) {
        self.buffer.clear();
        self.pasted = false;
    }

    /// Runs the statements of a paste, unless the last of them may go on: it is unfinished,
    /// or its last line is indented and no empty one follows.
    fn step_pasted(&mut self, vm: &VirtualMachine, ended: bool) -> PyResult<()> {
        if !ended {
            let last = self.buffer.lines().next_back().unwrap_or("");
            if last.starts_with([' ', '\t']) && !last.trim().is_empty() {
                return Ok(());
            }
        }
        let mut job = Compile::new(vm.intern("<stdin>"), parser::Mode::Exec);
        job.flags = self.flags;
        if !ended {
            job.flags |= flags::ALLOW_INCOMPLETE_INPUT;
        }
        let name = || next_name(vm, &mut self.statements);
        let codes = match job.pasted_to_codes(vm, self.buffer.as_bytes(), name) {
            Err(e) if vm.is_error(&e, &vm.exc().incomplete_input_error) => return Ok(()),
            codes => codes?,
        };
        let source = std::mem::take(&mut self.buffer);
        self.forget();
        for code in codes {
            self.flags |= code.flags().bits() & flags::MASK;
            vm.remember_source(&code, &source);
            vm.run_code(code, self.main.dict())?;
        }
        Ok(())
    }

    /// Runs the buffer if it is a whole statement, or nothing more comes.
    fn step(&mut self, vm: &VirtualMachine, ended: bool) -> PyResult<()> {
        let mut source = self.buffer.as_str();
        let mut job = Compile::new(vm.intern("<stdin>"), parser::Mode::Single);
        job.flags = self.flags;
        if !ended {
            job.flags |= UNFINISHED;
            // Only an empty line ends a compound statement: a line end by itself does not.
            if !source.ends_with("\\\n") {
                source = source.strip_suffix('\n').unwrap_or(source);
            }
        }
        let name = || next_name(vm, &mut self.statements);
        let code = match job.statement_to_code(vm, source.as_bytes(), name) {
            Ok(code) => code,
            Err(e) if vm.is_error(&e, &vm.exc().incomplete_input_error) => {
                // More may come, unless the line end itself is the mistake.
                return match job.check_syntax(vm, self.buffer.as_bytes(), Origin::Text) {
                    Err(e) if !vm.is_error(&e, &vm.exc().incomplete_input_error) => Err(e),
                    _ => Ok(()),
                };
            }
            Err(e) => return Err(e),
        };
        self.flags |= code.flags().bits() & flags::MASK;
        vm.remember_source(&code, &self.buffer);
        self.buffer.clear();
        vm.run_code(code, self.main.dict()).map(drop)
    }
}

/// The file name of a statement's code: each has its own, so that their lines are told apart.
/// Tracebacks show them all as `<stdin>`.
fn next_name(vm: &VirtualMachine, statements: &mut usize) -> PyRef<PyStr> {
    let name = vm.new_str(format!("<stdin-{statements}>"));
    *statements += 1;
    name
}

/// A line of standard input that is no terminal.
fn plain_line(vm: &VirtualMachine, prompt: &str) -> PyResult<Line> {
    vm::import::state::write_all(2, prompt.as_bytes());
    let mut line = Vec::new();
    loop {
        match host::files::read_append(0, &mut line, 1) {
            Ok(0) => break,
            Ok(_) if line.last() == Some(&b'\n') => break,
            Ok(_) => {}
            Err(host::Errno::EINTR) => match vm.check_signals() {
                Err(e) if vm.is_error(&e, &vm.exc().keyboard_interrupt) => {
                    return Ok(Line::Interrupted);
                }
                r => r?,
            },
            Err(_) => break,
        }
    }
    if line.is_empty() {
        return Ok(Line::End);
    }
    Ok(Line::Text(String::from_utf8_lossy(&line).into_owned()))
}
