//! The abstract classes: what every stream can do by its own public methods.
//! CPython's counterpart: `Modules/_io/iobase.c`, and the bases in `bufferedio.c`, `textio.c`.

use super::{Size, call, unsupported};
use crate::builtins::bytes::PyBytes;
use crate::builtins::object::check_arguments;
use crate::modules::buffers::{BytesLike, WritableBuffer};
use crate::prelude::*;

/// The abstract base class for all I/O classes.
///
/// This class provides dummy implementations for many methods that
/// derived classes can override selectively; the default implementations
/// represent a file that cannot be read, written or seeked.
#[pyclass(
    name = "_IOBase",
    module = "_io",
    flags(BASETYPE, HAVE_GC, EXT, HAS_DICT, MANAGED_DICT, OBJECTS_NEW),
    no_refs
)]
pub struct PyIOBase;

/// What raw binary streams have in common.
#[pyclass(name = "_RawIOBase", module = "_io", base = PyIOBase, flags(BASETYPE, HAVE_GC, EXT, HAS_DICT, MANAGED_DICT, OBJECTS_NEW), no_refs, static = RAW_IO_BASE)]
pub struct PyRawIOBase {
    _base: PyIOBase,
}

/// Base class for buffered IO objects.
#[pyclass(name = "_BufferedIOBase", module = "_io", base = PyIOBase, flags(BASETYPE, HAVE_GC, EXT, HAS_DICT, MANAGED_DICT, OBJECTS_NEW), no_refs, static = BUFFERED_IO_BASE)]
pub struct PyBufferedIOBase {
    _base: PyIOBase,
}

/// What text streams have in common.
///
/// They count characters and lines; nothing reads into a buffer.
#[pyclass(name = "_TextIOBase", module = "_io", base = PyIOBase, flags(BASETYPE, HAVE_GC, EXT, HAS_DICT, MANAGED_DICT, OBJECTS_NEW), no_refs, static = TEXT_IO_BASE)]
pub struct PyTextIOBase {
    _base: PyIOBase,
}

const CLOSED: &str = "__IOBase_closed";

/// `obj.closed`.
pub fn is_closed(vm: &VirtualMachine, obj: PyObject<'_>) -> PyResult<bool> {
    let v = vm.get_attr(obj, &vm.names().closed)?;
    vm.is_true(v.as_object())
}

pub fn check_closed(vm: &VirtualMachine, obj: PyObject<'_>) -> PyResult<()> {
    if is_closed(vm, obj)? { Err(super::closed_error(vm)) } else { Ok(()) }
}

fn closed_by_base(vm: &VirtualMachine, obj: PyObject<'_>) -> PyResult<bool> {
    Ok(vm.get_attr_opt(obj, &vm.intern(CLOSED))?.is_some())
}

/// Asks the stream itself whether it is `readable`, `writable` or `seekable`.
pub fn check_ability(
    vm: &VirtualMachine,
    obj: PyObject<'_>,
    what: &str,
    text: &str,
) -> PyResult<()> {
    let r = call(vm, obj, what, &[])?;
    if r.as_object().as_bool() == Some(true) { Ok(()) } else { Err(unsupported(vm, text)) }
}

/// What death does to any stream that is still open: closes it.
pub fn finalize(vm: &VirtualMachine, obj: PyObject<'_>) -> PyResult<()> {
    let closed = match vm.get_attr_opt(obj, &vm.names().closed) {
        Ok(Some(c)) => vm.is_true(c.as_object()).unwrap_or(true),
        // An object whose construction failed, or that was detached, has nothing to close.
        Ok(None) | Err(_) => true,
    };
    if closed {
        return Ok(());
    }
    // Tells `close` that nobody else did it.
    let _ = vm.set_attr(obj, &vm.intern("_finalizing"), Some(PyObject::from_bool(true)));
    if let Err(e) = vm.call_method(obj, &vm.names().close, &[]) {
        vm.unraisable_while(e, "while finalizing file", obj);
    }
    Ok(())
}

/// Reads a line by `peek` (if there is one) and `read`.
fn read_line(vm: &VirtualMachine, obj: PyObject<'_>, limit: isize) -> PyResult<Vec<u8>> {
    let n = vm.names();
    let peek = vm.get_attr_opt(obj, &n.peek)?;
    let mut out: Vec<u8> = Vec::new();
    while limit < 0 || out.len() < limit as usize {
        vm.check_signals()?;
        let mut want = 1;
        if let Some(peek) = &peek {
            let one = vm.new_int(1);
            let ahead = vm.call_positional(peek.as_object(), &[one.as_object()])?;
            let Some(ahead) = ahead.as_object().downcast::<PyBytes>() else {
                return Err(vm.os_error_message(format!(
                    "peek() should have returned a bytes object, not '{}'",
                    ahead.class(vm).display_name()
                )));
            };
            let bytes = ahead.payload_ref().as_bytes();
            if !bytes.is_empty() {
                let most = if limit < 0 {
                    bytes.len()
                } else {
                    bytes.len().min(limit as usize - out.len())
                };
                want = memchr::memchr(b'\n', &bytes[..most]).map_or(most, |i| i + 1);
            }
        }
        let size = vm.new_usize(want);
        let got = vm.call_method(obj, &n.read, &[size.as_object()])?;
        let Some(got) = got.as_object().downcast::<PyBytes>() else {
            return Err(vm.os_error_message(format!(
                "read() should have returned a bytes object, not '{}'",
                got.class(vm).display_name()
            )));
        };
        let bytes = got.payload_ref().as_bytes();
        if bytes.is_empty() {
            break;
        }
        out.extend_from_slice(bytes);
        if out.last() == Some(&b'\n') {
            break;
        }
    }
    Ok(out)
}

#[pymethods]
impl PyIOBase {
    #[slot]
    fn new(cls: &Py<PyType>, vm: &VirtualMachine, args: Args<'_>) -> PyResult {
        check_arguments(vm, cls, &args)?;
        Ok(vm.alloc(cls, PyIOBase).into())
    }

    #[slot]
    fn iter(zelf: PyObject<'_>, vm: &VirtualMachine) -> PyResult {
        check_closed(vm, zelf)?;
        Ok(zelf.to_owned())
    }

    #[slot]
    fn iternext(zelf: PyObject<'_>, vm: &VirtualMachine) -> PyResult<Option<PyObjectRef>> {
        let line = vm.call_method(zelf, &vm.names().readline, &[])?;
        Ok(if vm.length(line.as_object())? == 0 { None } else { Some(line) })
    }

    #[slot]
    fn del(zelf: PyObject<'_>, vm: &VirtualMachine) -> PyResult<()> {
        finalize(vm, zelf)
    }

    /// Moves the position by offset from the start (whence 0), from where we are (1) or from
    /// the end (2).
    ///
    /// Returns the new position.
    #[method(sig = "(self, offset, whence=0, /)")]
    fn seek(
        _zelf: PyObject<'_>,
        vm: &VirtualMachine,
        _offset: PyObject<'_>,
        _whence: i32,
    ) -> PyResult {
        Err(unsupported(vm, "seek"))
    }

    /// The position.
    #[method(sig = "(self, /)")]
    fn tell(zelf: PyObject<'_>, vm: &VirtualMachine) -> PyResult {
        let (zero, one) = (vm.new_int(0), vm.new_int(1));
        vm.call_method(zelf, &vm.names().seek, &[zero.as_object(), one.as_object()])
    }

    /// Makes the file size long, or as long as the position says.  Returns size.
    #[method(sig = "(self, size=None, /)")]
    fn truncate(_zelf: PyObject<'_>, vm: &VirtualMachine, _size: Option<PyObject<'_>>) -> PyResult {
        Err(unsupported(vm, "truncate"))
    }

    /// Passes on what has been written so far.
    #[method(sig = "(self, /)")]
    fn flush(zelf: PyObject<'_>, vm: &VirtualMachine) -> PyResult<()> {
        if closed_by_base(vm, zelf)? { Err(super::closed_error(vm)) } else { Ok(()) }
    }

    /// Flushes and closes the stream, once.
    #[method(sig = "(self, /)")]
    fn close(zelf: PyObject<'_>, vm: &VirtualMachine) -> PyResult<()> {
        if closed_by_base(vm, zelf)? {
            return Ok(());
        }
        let flushed = vm.call_method(zelf, &vm.names().flush, &[]);
        vm.set_attr(zelf, &vm.intern(CLOSED), Some(PyObject::from_bool(true)))?;
        flushed.map(drop)
    }

    /// Whether the stream can seek.  To know, it may have to try.
    #[method(sig = "(self, /)")]
    fn seekable(_zelf: PyObject<'_>) -> bool {
        false
    }

    /// Whether the stream can be read.
    #[method(sig = "(self, /)")]
    fn readable(_zelf: PyObject<'_>) -> bool {
        false
    }

    /// Whether the stream can be written.
    #[method(sig = "(self, /)")]
    fn writable(_zelf: PyObject<'_>) -> bool {
        false
    }

    #[method(name = "_checkClosed", sig = "(self, /)")]
    fn check_closed(zelf: PyObject<'_>, vm: &VirtualMachine) -> PyResult<()> {
        check_closed(vm, zelf)
    }

    #[method(name = "_checkSeekable", sig = "(self, /)")]
    fn check_seekable(zelf: PyObject<'_>, vm: &VirtualMachine) -> PyResult<bool> {
        check_ability(vm, zelf, "seekable", "File or stream is not seekable.").map(|()| true)
    }

    #[method(name = "_checkReadable", sig = "(self, /)")]
    fn check_readable(zelf: PyObject<'_>, vm: &VirtualMachine) -> PyResult<bool> {
        check_ability(vm, zelf, "readable", "File or stream is not readable.").map(|()| true)
    }

    #[method(name = "_checkWritable", sig = "(self, /)")]
    fn check_writable(zelf: PyObject<'_>, vm: &VirtualMachine) -> PyResult<bool> {
        check_ability(vm, zelf, "writable", "File or stream is not writable.").map(|()| true)
    }

    /// The descriptor behind the stream; OSError if there is none.
    #[method(sig = "(self, /)")]
    fn fileno(_zelf: PyObject<'_>, vm: &VirtualMachine) -> PyResult {
        Err(unsupported(vm, "fileno"))
    }

    /// Whether this is a terminal, as far as is known.
    #[method(sig = "(self, /)")]
    fn isatty(zelf: PyObject<'_>, vm: &VirtualMachine) -> PyResult<bool> {
        check_closed(vm, zelf).map(|()| false)
    }

    #[method(sig = "(self, /)")]
    fn __enter__(zelf: PyObject<'_>, vm: &VirtualMachine) -> PyResult {
        check_closed(vm, zelf)?;
        Ok(zelf.to_owned())
    }

    #[method]
    fn __exit__(zelf: PyObject<'_>, vm: &VirtualMachine, _args: Args<'_>) -> PyResult {
        vm.call_method(zelf, &vm.names().close, &[])
    }

    /// The next line, of at most size bytes.
    ///
    /// Bytes have lines that end in b'\n'; text has those that open() was told.
    #[method(sig = "(self, size=-1, /)")]
    fn readline(zelf: PyObject<'_>, vm: &VirtualMachine, size: Option<Size>) -> PyResult {
        let line = read_line(vm, zelf, size.map_or(-1, |s| s.0))?;
        Ok(vm.new_bytes(&line).into())
    }

    /// A list of lines.
    ///
    /// With hint, no more are read once they make up that much.
    #[method(sig = "(self, hint=-1, /)")]
    fn readlines(zelf: PyObject<'_>, vm: &VirtualMachine, hint: Option<Size>) -> PyResult {
        let hint = hint.map_or(-1, |h| h.0);
        if hint <= 0 {
            let lines = vm.collect(zelf)?;
            return Ok(vm.new_list(lines).into());
        }
        let it = vm.get_iter(zelf)?;
        let (mut lines, mut total) = (Vec::new(), 0usize);
        while let Some(line) = vm.iter_next(it.as_object())? {
            total += vm.length(line.as_object())?;
            lines.push(line);
            if total > hint as usize {
                break;
            }
        }
        Ok(vm.new_list(lines).into())
    }

    /// Writes all items of lines, with nothing between them.
    #[method(sig = "(self, lines, /)")]
    fn writelines(zelf: PyObject<'_>, vm: &VirtualMachine, lines: PyObject<'_>) -> PyResult<()> {
        check_closed(vm, zelf)?;
        let it = vm.get_iter(lines)?;
        vm.for_each_next(it.as_object(), |line| {
            vm.call_method(zelf, &vm.names().write, &[line.as_object()]).map(drop)
        })
    }

    #[getter]
    fn closed(zelf: PyObject<'_>, vm: &VirtualMachine) -> PyResult<bool> {
        closed_by_base(vm, zelf)
    }
}

#[pymethods]
impl PyRawIOBase {
    #[slot]
    fn new(cls: &Py<PyType>, vm: &VirtualMachine, args: Args<'_>) -> PyResult {
        check_arguments(vm, cls, &args)?;
        Ok(vm.alloc(cls, PyRawIOBase { _base: PyIOBase }).into())
    }

    #[method(sig = "(self, size=-1, /)")]
    fn read(zelf: PyObject<'_>, vm: &VirtualMachine, size: isize) -> PyResult {
        let n = vm.names();
        if size < 0 {
            return vm.call_method(zelf, &n.readall, &[]);
        }
        let size = vm.new_int(size as i64);
        let buffer = crate::modules::support::call_builtin(vm, "bytearray", &[size.as_object()])?;
        let got = vm.call_method(zelf, &n.readinto, &[buffer.as_object()])?;
        if got.is_none() {
            return Ok(got);
        }
        let bytes = BytesLike::from_object(vm, buffer.as_object())?;
        let Some(got) = vm.index_i64(got.as_object())? else {
            return Err(vm.value_error("readinto returned a size that is too large"));
        };
        if got < 0 || got as usize > bytes.len() {
            return Err(vm.value_error(format!(
                "readinto returned {got} outside buffer size {}",
                bytes.len()
            )));
        }
        Ok(vm.new_bytes(&bytes.as_bytes()[..got as usize]).into())
    }

    /// All bytes up to the end, in as many reads as it takes.
    #[method(sig = "(self, /)")]
    fn readall(zelf: PyObject<'_>, vm: &VirtualMachine) -> PyResult {
        let mut out = Vec::new();
        let chunk = vm.new_usize(super::DEFAULT_BUFFER_SIZE);
        let mut any = false;
        loop {
            let data = vm.call_method(zelf, &vm.names().read, &[chunk.as_object()])?;
            if data.is_none() {
                if !any {
                    return Ok(data);
                }
                break;
            }
            let Some(b) = data.as_object().downcast::<PyBytes>() else {
                return Err(vm.type_error("read() should return bytes"));
            };
            if b.is_empty() {
                break;
            }
            any = true;
            out.extend_from_slice(b.payload_ref().as_bytes());
        }
        Ok(vm.new_bytes(&out).into())
    }

    #[method]
    fn readinto(_zelf: PyObject<'_>, vm: &VirtualMachine, _args: Args<'_>) -> PyResult {
        Err(vm.new_exception(&vm.exc().not_implemented_error, Vec::new()))
    }

    #[method]
    fn write(_zelf: PyObject<'_>, vm: &VirtualMachine, _args: Args<'_>) -> PyResult {
        Err(vm.new_exception(&vm.exc().not_implemented_error, Vec::new()))
    }
}

/// `readinto` by `read` or `read1`.
fn read_into(
    vm: &VirtualMachine,
    zelf: PyObject<'_>,
    buffer: WritableBuffer,
    one: bool,
) -> PyResult {
    let n = vm.names();
    let len = vm.new_usize(buffer.len());
    let name = if one { &n.read1 } else { &n.read };
    let data = vm.call_method(zelf, name, &[len.as_object()])?;
    let Some(b) = data.as_object().downcast::<PyBytes>() else {
        return Err(vm.type_error("read() should return bytes"));
    };
    if b.len() > buffer.len() {
        return Err(vm.value_error(format!(
            "read() returned too much data: {} bytes requested, {} returned",
            buffer.len(),
            b.len()
        )));
    }
    buffer.fill(b.payload_ref().as_bytes());
    Ok(vm.new_usize(b.len()))
}

#[pymethods]
impl PyBufferedIOBase {
    #[slot]
    fn new(cls: &Py<PyType>, vm: &VirtualMachine, args: Args<'_>) -> PyResult {
        check_arguments(vm, cls, &args)?;
        Ok(vm.alloc(cls, PyBufferedIOBase { _base: PyIOBase }).into())
    }

    /// Gives up the raw stream and returns it; nothing can be done with the buffer after.
    #[method(sig = "(self, /)")]
    fn detach(_zelf: PyObject<'_>, vm: &VirtualMachine) -> PyResult {
        Err(unsupported(vm, "detach"))
    }

    /// Read and return up to n bytes.
    ///
    /// If the size argument is omitted, None, or negative, read and
    /// return all data until EOF.
    ///
    /// Return an empty bytes object on EOF.
    #[method(sig = "(self, size=-1, /)")]
    fn read(_zelf: PyObject<'_>, vm: &VirtualMachine, _size: Option<PyObject<'_>>) -> PyResult {
        Err(unsupported(vm, "read"))
    }

    /// Up to size bytes with at most one read from the raw stream.
    #[method(sig = "(self, size=-1, /)")]
    fn read1(_zelf: PyObject<'_>, vm: &VirtualMachine, _size: Option<PyObject<'_>>) -> PyResult {
        Err(unsupported(vm, "read1"))
    }

    #[method(sig = "(self, buffer, /)")]
    fn readinto(zelf: PyObject<'_>, vm: &VirtualMachine, buffer: WritableBuffer) -> PyResult {
        read_into(vm, zelf, buffer, false)
    }

    #[method(sig = "(self, buffer, /)")]
    fn readinto1(zelf: PyObject<'_>, vm: &VirtualMachine, buffer: WritableBuffer) -> PyResult {
        read_into(vm, zelf, buffer, true)
    }

    /// Writes all of b and returns its length.
    ///
    /// BlockingIOError if the buffer is full and the raw stream takes nothing now.
    #[method(sig = "(self, b, /)")]
    fn write(_zelf: PyObject<'_>, vm: &VirtualMachine, _b: PyObject<'_>) -> PyResult {
        Err(unsupported(vm, "write"))
    }
}

#[pymethods]
impl PyTextIOBase {
    #[slot]
    fn new(cls: &Py<PyType>, vm: &VirtualMachine, args: Args<'_>) -> PyResult {
        check_arguments(vm, cls, &args)?;
        Ok(vm.alloc(cls, PyTextIOBase { _base: PyIOBase }).into())
    }

    /// Gives up the buffer below and returns it; nothing can be done with the text stream after.
    #[method(sig = "(self, /)")]
    fn detach(_zelf: PyObject<'_>, vm: &VirtualMachine) -> PyResult {
        Err(unsupported(vm, "detach"))
    }

    /// The next characters, at most size of them, or all that are left.
    #[method(sig = "(self, size=-1, /)")]
    fn read(_zelf: PyObject<'_>, vm: &VirtualMachine, _size: Option<PyObject<'_>>) -> PyResult {
        Err(unsupported(vm, "read"))
    }

    /// The next line, of at most size characters; empty at the end.
    #[method(sig = "(self, size=-1, /)")]
    fn readline(_zelf: PyObject<'_>, vm: &VirtualMachine, _size: Option<PyObject<'_>>) -> PyResult {
        Err(unsupported(vm, "readline"))
    }

    /// Writes text and returns its length.
    #[method(sig = "(self, s, /)")]
    fn write(_zelf: PyObject<'_>, vm: &VirtualMachine, _s: PyObject<'_>) -> PyResult {
        Err(unsupported(vm, "write"))
    }

    /// The name of the encoding; None until a subclass knows.
    #[getter]
    fn encoding(_zelf: PyObject<'_>) {}

    /// The kinds of line end read so far; None until a subclass knows.
    #[getter]
    fn newlines(_zelf: PyObject<'_>) {}

    /// How encoding errors are met; None until a subclass knows.
    #[getter]
    fn errors(_zelf: PyObject<'_>) {}
}

impl PyRawIOBase {
    pub(super) const fn value() -> PyRawIOBase {
        PyRawIOBase { _base: PyIOBase }
    }
}

impl PyBufferedIOBase {
    pub(super) const fn value() -> PyBufferedIOBase {
        PyBufferedIOBase { _base: PyIOBase }
    }
}

impl PyTextIOBase {
    pub(super) const fn value() -> PyTextIOBase {
        PyTextIOBase { _base: PyIOBase }
    }
}
