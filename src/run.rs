//! From the command line to an exit status.

use crate::arguments::{self, Invocation, Target};
use crate::configuration::Unusable;
use crate::{configuration, help, repl};
use vm::builtins::module::PyModule;
use vm::compile::{Compile, Origin};
use vm::prelude::*;

/// Native stack that error handling keeps for itself.
const RESERVE: usize = 256 << 10;
const SIGINT: i32 = 2;
const SIGPIPE: i32 = 13;

pub fn main() -> u8 {
    host::memory::keep_reserve();
    let args = arguments::raw();
    let program = args
        .first()
        .map_or_else(|| "rpython".to_owned(), |p| String::from_utf8_lossy(p).into_owned());
    host::startup::restore_closed();
    let invocation = match arguments::parse(&args) {
        Ok(i) => i,
        Err(misuse) => return refuse(&program, &misuse.0),
    };
    if let Some(info) = invocation.info {
        // Who stops reading half way ends the process, as is usual for what prints a text.
        let _ = host::signals::set_action(SIGPIPE, host::signals::Action::Default);
        let text = help::text(&program, info);
        vm::import::state::write_all(1, text.as_bytes());
        return 0;
    }
    let settings = match configuration::settings(&args, &invocation) {
        Ok(s) => s,
        Err(Unusable::Usage(message)) => return refuse(&program, &message),
        Err(Unusable::Encoding(message)) => return give_up(&message, "preinitializing"),
        Err(Unusable::Setting(message)) => return give_up(&message, "preinitialized"),
    };
    let (k0, k1) = configuration::hash_secret(settings.hash_seed);
    vm::protocol::hash::set_secret(k0, k1);
    if host::files::stat_file(0).is_ok_and(|s| s.is_directory()) {
        let message = "init_sys_streams: <stdin> is a directory, cannot continue";
        return give_up(message, "core initialized");
    }
    let machine = VirtualMachine::new(settings);
    let vm = &machine;
    let _entered = vm::object::alloc::enter(vm);
    if let Ok(limits) = host::stack::limits() {
        vm.set_stack_limit(limits.low + RESERVE);
    }
    vm.add_native_modules(stdlib::MODULES);
    vm.interp.import.library.set(Some(&crate::library::EMBEDDED));
    vm.interp.import.read_line.set(repl::line_reader());
    let mut interrupted = false;
    let started = vm.start();
    if let Err(e) = &started
        && vm.interp.settings.stdio.is_some()
        && vm.is_error(e, &vm.exc().lookup_error)
    {
        let message = "init_stdio_encoding: failed to get the Python codec name of the stdio \
                       encoding";
        return give_up(message, "core initialized");
    }
    let outcome = started.and_then(|()| run(vm, &invocation, &program, &mut interrupted));
    let goes_on = repl::wanted_afterwards(vm, &invocation);
    let mut ending = match outcome {
        Ok(status) => Ending::Status(status),
        // The session shows how the program wanted to end, and goes on all the same.
        Err(e) if goes_on => {
            // As is how a program ended that was left by an exit.
            let shown = if vm.is_error(&e, &vm.exc().system_exit) {
                // A hook that fails does not keep the session from coming.
                let _ = vm.print_uncaught(e);
                Ending::Status(1)
            } else {
                conclude(vm, e)
            };
            interrupted = matches!(shown, Ending::Interrupted);
            shown
        }
        Err(e) => conclude(vm, e),
    };
    if goes_on {
        forget_file(vm);
        let (in_session, outcome) = repl::run(vm);
        interrupted |= in_session;
        ending = match outcome {
            Ok(()) => Ending::Status(0),
            Err(e) => conclude(vm, e),
        };
    }
    if interrupted {
        ending = Ending::Interrupted;
    }
    match (vm.finish(), ending) {
        (_, Ending::Interrupted) => end_by_interrupt(),
        (0, Ending::Status(status)) => status,
        (lost, _) => lost,
    }
}

/// A command line that makes no sense.
fn refuse(program: &str, message: &str) -> u8 {
    complain(&format!("{message}\n{}Try `python -h' for more information.", help::usage(program)));
    2
}

/// A configuration that makes no sense.
fn give_up(message: &str, state: &str) -> u8 {
    complain(&format!("Fatal Python error: {message}\nPython runtime state: {state}\n"));
    1
}

/// A line on standard error, whatever has become of that.
pub fn complain(text: &str) {
    vm::import::state::write_all(2, format!("{text}\n").as_bytes());
}

/// The program's file is not that of what is typed in after it.
fn forget_file(vm: &VirtualMachine) {
    if let Ok(main) = vm.main_module() {
        for name in ["__file__", "__cached__"] {
            // Programs without a file have no such names.
            let _ = main.dict().remove(vm, vm.intern(name).as_object());
        }
    }
}

/// How a program ended.
pub enum Ending {
    Status(u8),
    /// By an interrupt that nobody caught.
    Interrupted,
}

/// An uncaught interrupt ends the process by its signal, so that shells see it.
fn end_by_interrupt() -> u8 {
    if host::signals::set_action(SIGINT, host::signals::Action::Default).is_ok()
        && host::signals::raise(SIGINT).is_ok()
    {
        // The signal has ended the process unless it is blocked.
    }
    130
}

/// What an uncaught exception means: SystemExit's status, or a traceback and 1.
pub fn conclude(vm: &VirtualMachine, e: PyErr) -> Ending {
    if vm.is_error(&e, &vm.exc().system_exit) {
        return Ending::Status(exit_status(vm, &e));
    }
    let is_interrupt = |e: &PyErr| vm.is_error(e, &vm.exc().keyboard_interrupt);
    let interrupt = is_interrupt(&e);
    match vm.print_uncaught(e) {
        Some(last) if !is_interrupt(&last) => Ending::Status(exit_status(vm, &last)),
        Some(_) => Ending::Interrupted,
        None if interrupt => Ending::Interrupted,
        None => Ending::Status(1),
    }
}

fn exit_status(vm: &VirtualMachine, e: &PyErr) -> u8 {
    // An exception whose status is not to be had stands for itself.
    let code = vm.get_attr(e.as_object(), &vm.names().code);
    let code = code.unwrap_or_else(|_| e.clone().into());
    if code.is_none() {
        return 0;
    }
    if code.as_object().int_view().is_some() {
        return vm.to_i64(code.as_object()).map_or(255, |n| n as u8);
    }
    vm.print_exit_value(code.as_object());
    1
}

/// Runs the program; `interrupted` learns of a session in which that has happened.
fn run(
    vm: &VirtualMachine,
    invocation: &Invocation,
    program: &str,
    interrupted: &mut bool,
) -> PyResult<u8> {
    let main = vm.main_module()?;
    match &invocation.target {
        Target::Command(text) => {
            prepend_path(vm, Some(b"".to_vec()))?;
            let Ok(source) = std::str::from_utf8(text) else {
                complain("Unable to decode the command from the command line:");
                return Ok(1);
            };
            let source = dedented(source);
            let job = Compile::new(vm.intern("<string>"), parser::Mode::Exec);
            let code = job.source_to_code(vm, source.as_bytes(), Origin::Text)?;
            vm.remember_source(&code, &source);
            vm.run_code(code, main.dict())?;
            Ok(0)
        }
        Target::Module(name) => {
            let here = host::files::current_directory().unwrap_or_default();
            prepend_path(vm, Some(here))?;
            run_module(vm, vm.fs_text(name).as_object(), true)?;
            Ok(0)
        }
        Target::File(path) => run_file(vm, &main, path, invocation, program),
        Target::Stdin => {
            prepend_path(vm, Some(b"".to_vec()))?;
            if host::terminal::is_terminal(0) || vm.interp.settings.interactive {
                repl::banner(vm);
                let outcome;
                (*interrupted, outcome) = repl::run(vm);
                return outcome.map(|()| 0);
            }
            let source = match read_standard_input(vm)? {
                Ok(s) => s,
                // A closed one has nothing to say, which is an empty program.
                Err(host::Errno::EBADF) => Vec::new(),
                Err(e) => {
                    complain(&format!("{program}: can't read standard input: {e}"));
                    return Ok(1);
                }
            };
            run_source(vm, &main, &source, b"<stdin>", invocation)?;
            Ok(0)
        }
    }
}

/// All of standard input; Ctrl-C stops it.
fn read_standard_input(vm: &VirtualMachine) -> PyResult<host::Result<Vec<u8>>> {
    const PIECE: usize = 1 << 16;
    let mut source = Vec::new();
    loop {
        match vm.retry(|| host::files::read_append(0, &mut source, PIECE))? {
            Ok(0) => return Ok(Ok(source)),
            Ok(_) => {}
            Err(e) => return Ok(Err(e)),
        }
    }
}

/// `-c`'s text without the margin that all of its lines share.
fn dedented(source: &str) -> String {
    let is_blank = |l: &str| l.trim_matches([' ', '\t', '\n', '\r']).is_empty();
    let mut margin: Option<&str> = None;
    for line in source.lines().filter(|l| !is_blank(l)) {
        let indent = &line[..line.len() - line.trim_start_matches([' ', '\t']).len()];
        margin = Some(match margin {
            None => indent,
            Some(m) => {
                let same = m.bytes().zip(indent.bytes()).take_while(|(a, b)| a == b).count();
                &m[..same]
            }
        });
    }
    let Some(margin) = margin.filter(|m| !m.is_empty()) else { return source.to_owned() };
    let cut = |l: &'_ str| match l.strip_prefix(margin) {
        Some(rest) if !is_blank(rest) => rest.to_owned(),
        // Nothing but the line end, if it has one, is left of a blank line.
        _ => l.trim_matches([' ', '\t']).to_owned(),
    };
    source.split_inclusive('\n').map(cut).collect()
}

/// Puts a folder in front of `sys.path`, unless that would be unsafe.
fn prepend_path(vm: &VirtualMachine, path: Option<Vec<u8>>) -> PyResult<()> {
    let (Some(path), false) = (path, vm.interp.settings.safe_path) else { return Ok(()) };
    let text = vm.fs_text(&path);
    vm.interp.sys_path_0.set(Some(text.to_string_lossy().into_owned()));
    if let Some(list) = vm.sys_attr(&vm.names().path)?
        && let Some(list) = list.as_object().downcast::<PyList>()
    {
        list.items().insert(0, text.into());
    }
    Ok(())
}

fn run_module(vm: &VirtualMachine, name: PyObject<'_>, set_argv0: bool) -> PyResult<()> {
    let runpy = vm::import::import_absolute(vm, &vm.intern("runpy"))?;
    let run = vm.intern("_run_module_as_main");
    let alter = vm.new_bool(set_argv0);
    vm.call_method(runpy.as_object(), &run, &[name, alter.as_object()]).map(drop)
}

fn run_file(
    vm: &VirtualMachine,
    main: &PyRef<PyModule>,
    path: &[u8],
    invocation: &Invocation,
    program: &str,
) -> PyResult<u8> {
    let given = path;
    // Programs learn their file's whole path; `sys.argv` keeps what was typed.
    let path = &whole_path(path);
    let shown = vm.repr(vm.fs_text(path).as_object())?.to_string_lossy().into_owned();
    let name = host::c_string(path).map_err(|_| vm.value_error("embedded null byte"))?;
    let is_folder =
        host::files::stat(host::CURRENT_DIRECTORY, &name, true).is_ok_and(|s| s.is_directory());
    let source = if is_folder {
        Vec::new()
    } else {
        match vm::import::state::read_file(path) {
            Ok(source) => source,
            Err(e) => {
                complain(&format!("{program}: can't open file {shown}: {e}"));
                return Ok(2);
            }
        }
    };
    if is_folder || is_archive(&source) {
        let text = vm.fs_text(path);
        if let Some(list) = vm.sys_attr(&vm.names().path)?
            && let Some(list) = list.as_object().downcast::<PyList>()
        {
            list.items().insert(0, text.into());
        }
        run_module(vm, vm.names().__main__.as_object(), false)?;
        return Ok(0);
    }
    prepend_path(vm, Some(script_folder(given)))?;
    // A file that says so by its name is taken at its word.
    if path.ends_with(b".pyc") || source.starts_with(PYC_MAGIC) {
        return run_pyc(vm, main, path, &source).map(|()| 0);
    }
    set_loader(vm, main, path, "SourceFileLoader")?;
    run_source(vm, main, &source, path, invocation)?;
    Ok(0)
}

/// The first bytes of CPython 3.14's `.pyc` files.
const PYC_MAGIC: &[u8] = &[0x2B, 0x0E, b'\r', b'\n'];

fn run_pyc(vm: &VirtualMachine, main: &PyRef<PyModule>, path: &[u8], data: &[u8]) -> PyResult<()> {
    set_loader(vm, main, path, "SourcelessFileLoader")?;
    main.set(vm, "__file__", vm.fs_text(path))?;
    main.set(vm, "__cached__", vm.none())?;
    if data.get(..PYC_MAGIC.len()).is_some_and(|magic| magic != PYC_MAGIC) {
        return Err(vm.runtime_error("Bad magic number in .pyc file"));
    }
    let Some(body) = data.get(16..) else {
        return Err(vm.eof_error("EOF read where not expected"));
    };
    let mut body = bytecode::marshal::SliceSource::new(body);
    let reading = vm::modules::marshal::Reading::Foreign;
    // What is wrong with the data is not told: it is no code, that is all.
    let code = vm::modules::marshal::load(vm, &mut body, true, reading).ok();
    match code.and_then(|c| c.downcast::<vm::builtins::code::PyCode>().ok()) {
        Some(code) => vm.run_code(code, main.dict()).map(drop),
        None => Err(vm.runtime_error("Bad code object in .pyc file")),
    }
}

fn run_source(
    vm: &VirtualMachine,
    main: &PyRef<PyModule>,
    source: &[u8],
    filename: &[u8],
    invocation: &Invocation,
) -> PyResult<()> {
    let filename = vm.fs_text(filename);
    main.set(vm, "__file__", filename.clone())?;
    main.set(vm, "__cached__", vm.none())?;
    let mut source = source;
    if invocation.options.skip_first_line && invocation.target != Target::Stdin {
        // The line end stays, so that numbers stay.
        let end = source.iter().position(|b| *b == b'\n').unwrap_or(source.len());
        source = &source[end..];
    }
    let job = Compile::new(filename, parser::Mode::Exec);
    job.check_file(vm, source)?;
    let code = job.source_to_code(vm, source, Origin::Bytes)?;
    vm.run_code(code, main.dict()).map(drop)
}

/// `__main__.__loader__`, from which tools get the source.
fn set_loader(
    vm: &VirtualMachine,
    main: &PyRef<PyModule>,
    path: &[u8],
    class: &str,
) -> PyResult<()> {
    let Some(external) = vm.interp.import.importlib_external.get() else { return Ok(()) };
    let class = vm.get_attr(external.as_object(), &vm.intern(class))?;
    let (name, path) = (&vm.names().__main__, vm.fs_text(path));
    let loader = vm.call_positional(class.as_object(), &[name.as_object(), path.as_object()])?;
    main.set(vm, "__loader__", loader)
}

/// A file that ends as an archive does: with the record that closes its directory.
fn is_archive(data: &[u8]) -> bool {
    const RECORD: usize = 22;
    const LONGEST_COMMENT: usize = 0xFFFF;
    if data.len() < RECORD {
        return false;
    }
    let last = data.len() - RECORD;
    let first = last.saturating_sub(LONGEST_COMMENT);
    (first..=last).rev().any(|at| {
        data[at..].starts_with(b"PK\x05\x06") && {
            let comment = usize::from(u16::from_le_bytes([data[at + 20], data[at + 21]]));
            at + RECORD + comment == data.len()
        }
    })
}

/// The path of the program's file from the root on, else as it is.
fn whole_path(path: &[u8]) -> Vec<u8> {
    match host::files::current_directory() {
        _ if path.starts_with(b"/") => path.to_vec(),
        Ok(here) if path.is_empty() => here,
        Ok(here) => [&here, &b"/"[..], path].concat(),
        Err(_) => path.to_vec(),
    }
}

/// The folder of a script, links followed: also of one that is no file but still a link,
/// as what the system offers for open descriptors.
fn script_folder(path: &[u8]) -> Vec<u8> {
    use std::os::unix::ffi::{OsStrExt, OsStringExt};
    let link = host::c_string(path)
        .ok()
        .and_then(|name| host::files::read_link(host::CURRENT_DIRECTORY, &name).ok());
    let path = match link {
        Some(to) if to.starts_with(b"/") => to,
        Some(to) => [configuration::parent(path), b"/", &to].concat(),
        None => path.to_vec(),
    };
    let path = std::path::Path::new(std::ffi::OsStr::from_bytes(&path));
    let path = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    path.parent().map_or_else(Vec::new, |p| p.as_os_str().to_owned().into_vec())
}
