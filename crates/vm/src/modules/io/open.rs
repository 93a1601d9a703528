//! `open` and its relatives, and the standard streams.

use super::buffered::{PyBufferedRandom, PyBufferedReader, PyBufferedWriter};
use super::fileio::{self, PyFileIO};
use super::textio::{Config, PyTextIOWrapper};
use super::{DEFAULT_BUFFER_SIZE, call};
use crate::prelude::*;

/// `EncodingWarning`, if `-X warn_default_encoding` asks for it.
pub fn warn_default_encoding(vm: &VirtualMachine, level: i64) -> PyResult<()> {
    if !vm.interp.settings.warn_default_encoding {
        return Ok(());
    }
    let category = vm.exc().encoding_warning.as_object();
    crate::modules::support::warn(vm, category, "'encoding' argument not specified", level)
}

/// The arguments of `open` after the file.
pub struct OpenArgs<'a> {
    pub mode: &'a str,
    pub buffering: i32,
    pub encoding: Option<&'a Py<PyStr>>,
    pub errors: Option<&'a Py<PyStr>>,
    pub newline: Option<&'a Py<PyStr>>,
    pub closefd: bool,
    pub opener: Option<PyObject<'a>>,
}

#[derive(Default)]
struct Parsed {
    creating: bool,
    reading: bool,
    writing: bool,
    appending: bool,
    updating: bool,
    text: bool,
    binary: bool,
}

fn parse_mode(vm: &VirtualMachine, mode: &str) -> PyResult<Parsed> {
    let mut p = Parsed::default();
    let invalid = || {
        let text = vm.new_str(mode);
        let text = vm.repr(text.as_object())?;
        Err(vm.value_error(format!("invalid mode: {}", text.to_string_lossy())))
    };
    for (i, c) in mode.char_indices() {
        match c {
            'x' => p.creating = true,
            'r' => p.reading = true,
            'w' => p.writing = true,
            'a' => p.appending = true,
            '+' => p.updating = true,
            't' => p.text = true,
            'b' => p.binary = true,
            _ => return invalid(),
        }
        if mode[i + c.len_utf8()..].contains(c) {
            return invalid();
        }
    }
    Ok(p)
}

/// `open(file, mode, ...)`.
pub fn open(vm: &VirtualMachine, file: PyObject<'_>, args: &OpenArgs<'_>) -> PyResult {
    let path = if file.int_view().is_some() {
        file.to_owned()
    } else {
        if vm.is_index(file) { file.to_owned() } else { crate::modules::path::fspath(vm, file)? }
    };
    let p = parse_mode(vm, args.mode)?;
    if p.text && p.binary {
        return Err(vm.value_error("can't have text and binary mode at once"));
    }
    let actions = [p.creating, p.reading, p.writing, p.appending].iter().filter(|a| **a).count();
    if actions != 1 {
        return Err(vm.value_error("must have exactly one of create/read/write/append mode"));
    }
    for (given, what) in [
        (args.encoding.is_some(), "an encoding"),
        (args.errors.is_some(), "an errors"),
        (args.newline.is_some(), "a newline"),
    ] {
        if p.binary && given {
            return Err(vm.value_error(format!("binary mode doesn't take {what} argument")));
        }
    }
    if p.binary && args.buffering == 1 {
        let text = "line buffering (buffering=1) isn't supported in binary mode, the default \
                    buffer size will be used";
        crate::modules::support::warn(vm, vm.exc().runtime_warning.as_object(), text, 1)?;
    }
    let mut raw_mode = String::new();
    for (on, c) in [
        (p.creating, 'x'),
        (p.reading, 'r'),
        (p.writing, 'w'),
        (p.appending, 'a'),
        (p.updating, '+'),
    ] {
        if on {
            raw_mode.push(c);
        }
    }
    let raw = vm.new_object(PyFileIO::empty());
    fileio::initialize(vm, &raw, path.as_object(), &raw_mode, args.closefd, args.opener)?;
    let result = wrap(vm, &raw, &p, args);
    if result.is_err() {
        // The file is ours: nobody else can close it.
        let _ = call(vm, raw.as_object(), "close", &[]);
    }
    result
}

fn wrap(vm: &VirtualMachine, raw: &Py<PyFileIO>, p: &Parsed, args: &OpenArgs<'_>) -> PyResult {
    let mut buffering = args.buffering as isize;
    let isatty = if buffering < 0 || buffering == 1 {
        let r = call(vm, raw.as_object(), "_isatty_open_only", &[])?;
        vm.is_true(r.as_object())?
    } else {
        false
    };
    let line_buffering = !p.binary && (buffering == 1 || (buffering < 0 && isatty));
    if buffering == 1 || buffering < 0 {
        buffering = (raw.block_size() as isize).clamp(DEFAULT_BUFFER_SIZE as isize, 8192 * 1024);
    }
    if buffering == 0 {
        if !p.binary {
            return Err(vm.value_error("can't have unbuffered text I/O"));
        }
        return Ok(raw.to_ref().into());
    }
    let file = raw.as_object();
    let buffer = if p.updating {
        PyBufferedRandom::open(vm, file, buffering)?
    } else if p.reading {
        PyBufferedReader::open(vm, file, buffering)?
    } else {
        PyBufferedWriter::open(vm, file, buffering)?
    };
    if p.binary {
        return Ok(buffer);
    }
    if args.encoding.is_none() {
        warn_default_encoding(vm, 1)?;
    }
    let config = Config {
        encoding: args.encoding,
        errors: args.errors,
        newline: args.newline.map(|n| n.payload_ref().as_bytes()),
        line_buffering,
        write_through: false,
    };
    let text = PyTextIOWrapper::open(vm, buffer.as_object(), &config)?;
    let mode = vm.new_str(args.mode);
    vm.set_attr(text.as_object(), &vm.names().mode, Some(mode.as_object()))?;
    Ok(text)
}

/// `sys.stdin`, `sys.stdout` or `sys.stderr` over a descriptor; `None` if it is not open.
pub fn standard_stream(
    vm: &VirtualMachine,
    fd: i32,
    name: &str,
    encoding: &str,
    errors: &str,
) -> PyResult {
    let write = fd != 0;
    if host::files::stat_file(fd).is_err() {
        return Ok(vm.none());
    }
    let raw = vm.new_object(PyFileIO::empty());
    let number = vm.new_int(i64::from(fd));
    let mode = if write { "w" } else { "r" };
    fileio::initialize(vm, &raw, number.as_object(), mode, false, None)?;
    let name = vm.new_str(name);
    vm.set_attr(raw.as_object(), &vm.names().name, Some(name.as_object()))?;
    let unbuffered = write && vm.interp.settings.unbuffered;
    let size = DEFAULT_BUFFER_SIZE as isize;
    let buffer = match (unbuffered, write) {
        (true, _) => raw.to_ref().into(),
        (_, true) => PyBufferedWriter::open(vm, raw.as_object(), size)?,
        (_, false) => PyBufferedReader::open(vm, raw.as_object(), size)?,
    };
    let isatty = host::terminal::is_terminal(fd);
    let (encoding, errors) = (vm.new_str(encoding), vm.new_str(errors));
    let config = Config {
        encoding: Some(&encoding),
        errors: Some(&errors),
        newline: Some(b"\n"),
        // Errors are shown line by line wherever they go.
        line_buffering: write && !unbuffered && (isatty || fd == 2),
        write_through: unbuffered,
    };
    let text = PyTextIOWrapper::open(vm, buffer.as_object(), &config)?;
    let mode = vm.new_str(mode);
    vm.set_attr(text.as_object(), &vm.names().mode, Some(mode.as_object()))?;
    Ok(text)
}

#[pymodule_part(name = "_io")]
pub mod part {
    use super::*;

    /// Open file and return a stream.  Raise OSError upon failure.
    ///
    /// file is either a text or byte string giving the name (and the path
    /// if the file isn't in the current working directory) of the file to
    /// be opened or an integer file descriptor of the file to be
    /// wrapped. (If a file descriptor is given, it is closed when the
    /// returned I/O object is closed, unless closefd is set to False.)
    ///
    /// mode is an optional string that specifies the mode in which the file
    /// is opened. It defaults to 'r' which means open for reading in text
    /// mode.  Other common values are 'w' for writing (truncating the file if
    /// it already exists), 'x' for creating and writing to a new file, and
    /// 'a' for appending (which on some Unix systems, means that all writes
    /// append to the end of the file regardless of the current seek position).
    #[function(
        sig = "(file, mode='r', buffering=-1, encoding=None, errors=None, newline=None, closefd=True, opener=None)"
    )]
    fn open(
        vm: &VirtualMachine,
        file: PyObject<'_>,
        mode: Option<&str>,
        buffering: i32,
        encoding: NoneOr<&Py<PyStr>>,
        errors: NoneOr<&Py<PyStr>>,
        newline: NoneOr<&Py<PyStr>>,
        closefd: bool,
        opener: Option<PyObject<'_>>,
    ) -> PyResult {
        let args = OpenArgs {
            mode: mode.unwrap_or("r"),
            buffering,
            encoding: encoding.0,
            errors: errors.0,
            newline: newline.0,
            closefd,
            opener: opener.filter(|o| !o.is_none()),
        };
        super::open(vm, file, &args)
    }

    /// Opens a file that holds code, for reading bytes.
    ///
    /// An embedder may check more than open() does.
    #[function(sig = "(path)")]
    fn open_code(vm: &VirtualMachine, path: &Py<PyStr>) -> PyResult {
        let args = OpenArgs {
            mode: "rb",
            buffering: -1,
            encoding: None,
            errors: None,
            newline: None,
            closefd: true,
            opener: None,
        };
        super::open(vm, path.as_object(), &args)
    }

    /// The encoding to use when the caller was given this one.
    ///
    /// None becomes 'locale', or 'utf-8' in UTF-8 mode, with an EncodingWarning if
    /// -X warn_default_encoding asks for it.
    #[function(sig = "(encoding, stacklevel=2, /)")]
    fn text_encoding(vm: &VirtualMachine, encoding: PyObject<'_>, stacklevel: i32) -> PyResult {
        if !encoding.is_none() {
            return Ok(encoding.to_owned());
        }
        warn_default_encoding(vm, i64::from(stacklevel))?;
        let utf8 = vm.interp.settings.utf8_mode;
        Ok(vm.intern(if utf8 { "utf-8" } else { "locale" }).into())
    }
}
