//! `BytesIO`: a binary stream in memory.  CPython's counterpart: `bytesio.c`.

use super::base::PyBufferedIOBase;
use super::{Size, closed_error};
use crate::builtins::bytes::PyBytes;
use crate::modules::buffers::{BytesLike, WritableBuffer};
use crate::prelude::*;
use crate::protocol::buffer::{self, Buffer, BufferMethods};
use std::cell::Cell;

/// A binary stream over bytes in memory.
#[pyclass(name = "BytesIO", module = "_io", base = PyBufferedIOBase, flags(BASETYPE, HAVE_GC, EXT, HAS_DICT, MANAGED_DICT), no_refs, static = BYTES_IO)]
pub struct PyBytesIO {
    _base: PyBufferedIOBase,
    data: PyCell<Vec<u8>>,
    pos: Cell<usize>,
    closed: Cell<bool>,
    /// Views of the memory: while there are any, its size is fixed.
    exports: Cell<usize>,
}

/// The object through which `getbuffer` shows the memory.
#[pyclass(name = "_BytesIOBuffer", module = "_io", doc = None, flags(HAVE_GC, RELEASES_BUFFER))]
#[derive(Traverse)]
pub struct PyBytesIOBuffer {
    pub(crate) source: PyRef<PyBytesIO>,
}

static BUFFER_METHODS: BufferMethods = BufferMethods {
    read: |o, f| o.expect_payload::<PyBytesIOBuffer>().source.data.with(|d| f(d)),
    write: |o, f| o.expect_payload::<PyBytesIOBuffer>().source.data.with_mut(|d| f(d)),
    release: |o| {
        let exports = &o.expect_payload::<PyBytesIOBuffer>().source.exports;
        exports.set(exports.get() - 1);
    },
};

#[pymethods]
impl PyBytesIOBuffer {
    #[slot]
    fn get_buffer(zelf: &Py<PyBytesIOBuffer>, vm: &VirtualMachine, flags: u32) -> PyResult<Buffer> {
        let len = zelf.source.data.with(Vec::len);
        let b = buffer::fill_info(vm, zelf.as_object(), &BUFFER_METHODS, len, false, flags)?;
        zelf.source.exports.set(zelf.source.exports.get() + 1);
        Ok(b)
    }
}

impl PyBytesIO {
    fn check(&self, vm: &VirtualMachine) -> PyResult<()> {
        if self.closed.get() { Err(closed_error(vm)) } else { Ok(()) }
    }

    fn check_exports(&self, vm: &VirtualMachine) -> PyResult<()> {
        self.check(vm)?;
        if self.exports.get() > 0 {
            return Err(vm.buffer_error("Existing exports of data: object cannot be re-sized"));
        }
        Ok(())
    }

    /// The next `size` bytes, all for a negative one.
    fn take(&self, vm: &VirtualMachine, size: isize) -> PyResult {
        self.check(vm)?;
        let pos = self.pos.get();
        let bytes = self.data.with(|d| {
            let rest = d.get(pos..).unwrap_or_default();
            let n = usize::try_from(size).unwrap_or(usize::MAX).min(rest.len());
            self.pos.set(pos + n);
            vm.new_bytes(&rest[..n])
        });
        Ok(bytes.into())
    }

    fn next_line(&self, vm: &VirtualMachine, limit: isize) -> PyRef<PyBytes> {
        let pos = self.pos.get();
        self.data.with(|d| {
            let rest = d.get(pos..).unwrap_or_default();
            let most = usize::try_from(limit).unwrap_or(usize::MAX).min(rest.len());
            let n = memchr::memchr(b'\n', &rest[..most]).map_or(most, |i| i + 1);
            self.pos.set(pos + n);
            vm.new_bytes(&rest[..n])
        })
    }

    fn put(&self, vm: &VirtualMachine, bytes: &[u8]) -> PyResult<()> {
        if bytes.is_empty() {
            return Ok(());
        }
        let pos = self.pos.get();
        let Some(end) = pos.checked_add(bytes.len()).filter(|e| *e <= isize::MAX as usize) else {
            return Err(vm.overflow_error("new buffer size too large"));
        };
        let len = self.data.with(Vec::len);
        if end > len {
            self.check_exports(vm)?;
        }
        self.data.with_mut(|d| {
            if end > d.len() {
                if d.try_reserve(end - d.len()).is_err() {
                    return Err(vm.memory_error());
                }
                d.resize(pos.max(d.len()), 0);
            }
            let over = bytes.len().min(d.len() - pos);
            d[pos..pos + over].copy_from_slice(&bytes[..over]);
            d.extend_from_slice(&bytes[over..]);
            Ok(())
        })?;
        self.pos.set(end);
        Ok(())
    }
}

#[pymethods]
impl PyBytesIO {
    #[slot]
    fn new(cls: &Py<PyType>, vm: &VirtualMachine, _args: Args<'_>) -> PyResult {
        Ok(vm
            .alloc(
                cls,
                PyBytesIO {
                    _base: PyBufferedIOBase::value(),
                    data: PyCell::new(Vec::new()),
                    pos: Cell::new(0),
                    closed: Cell::new(false),
                    exports: Cell::new(0),
                },
            )
            .into())
    }

    #[slot(sig = "(initial_bytes=b'')")]
    fn init(&self, vm: &VirtualMachine, initial_bytes: Option<PyObject<'_>>) -> PyResult<()> {
        if self.exports.get() > 0 {
            return Err(vm.buffer_error("Existing exports of data: object cannot be re-sized"));
        }
        let initial = match initial_bytes.filter(|b| !b.is_none()) {
            Some(b) => BytesLike::from_object(vm, b)?.as_bytes().to_vec(),
            None => Vec::new(),
        };
        self.data.set(initial);
        self.pos.set(0);
        self.closed.set(false);
        Ok(())
    }

    #[slot]
    fn iter(zelf: &Py<PyBytesIO>, vm: &VirtualMachine) -> PyResult {
        zelf.check(vm)?;
        Ok(zelf.to_ref().into())
    }

    #[slot]
    fn iternext(zelf: &Py<PyBytesIO>, vm: &VirtualMachine) -> PyResult<Option<PyObjectRef>> {
        zelf.check(vm)?;
        let line = zelf.next_line(vm, -1);
        Ok(if line.is_empty() { None } else { Some(line.into()) })
    }

    #[slot]
    fn del(zelf: &Py<PyBytesIO>, vm: &VirtualMachine) -> PyResult<()> {
        // An exact one has nothing to say when it is closed.
        if zelf.class().own_spec().is_some() {
            Ok(())
        } else {
            super::base::finalize(vm, zelf.as_object())
        }
    }

    /// Whether read() works.
    #[method(sig = "(self, /)")]
    fn readable(&self, vm: &VirtualMachine) -> PyResult<bool> {
        self.check(vm).map(|()| true)
    }

    /// Whether seek() works.
    #[method(sig = "(self, /)")]
    fn seekable(&self, vm: &VirtualMachine) -> PyResult<bool> {
        self.check(vm).map(|()| true)
    }

    /// Whether write() works.
    #[method(sig = "(self, /)")]
    fn writable(&self, vm: &VirtualMachine) -> PyResult<bool> {
        self.check(vm).map(|()| true)
    }

    /// Ends the use of the stream and frees its bytes.
    #[method(sig = "(self, /)")]
    fn close(&self, vm: &VirtualMachine) -> PyResult<()> {
        if !self.closed.get() && self.exports.get() > 0 {
            return Err(vm.buffer_error("Existing exports of data: object cannot be re-sized"));
        }
        self.closed.set(true);
        self.data.set(Vec::new());
        Ok(())
    }

    /// Does nothing.
    #[method(sig = "(self, /)")]
    fn flush(&self, vm: &VirtualMachine) -> PyResult<()> {
        self.check(vm)
    }

    /// False: memory is no terminal.
    #[method(sig = "(self, /)")]
    fn isatty(&self, vm: &VirtualMachine) -> PyResult<bool> {
        self.check(vm).map(|()| false)
    }

    /// Where the next read or write happens.
    #[method(sig = "(self, /)")]
    fn tell(&self, vm: &VirtualMachine) -> PyResult<usize> {
        self.check(vm).map(|()| self.pos.get())
    }

    /// Writes bytes at the position; returns their number.
    #[method(sig = "(self, b, /)")]
    fn write(&self, vm: &VirtualMachine, b: PyObject<'_>) -> PyResult<usize> {
        self.check(vm)?;
        let bytes = BytesLike::from_object(vm, b)?;
        self.check(vm)?;
        self.put(vm, bytes.as_bytes())?;
        Ok(bytes.len())
    }

    /// Writes all items of an iterable, with nothing between them.
    #[method(sig = "(self, lines, /)")]
    fn writelines(&self, vm: &VirtualMachine, lines: PyObject<'_>) -> PyResult<()> {
        self.check(vm)?;
        vm.for_each(lines, |line| {
            let bytes = BytesLike::from_object(vm, line.as_object())?;
            self.check(vm)?;
            self.put(vm, bytes.as_bytes())
        })
    }

    /// The next bytes, at most size of them, or all that are left.
    #[method(sig = "(self, size=-1, /)")]
    fn read(&self, vm: &VirtualMachine, size: Option<Size>) -> PyResult {
        self.take(vm, size.map_or(-1, |s| s.0))
    }

    /// The next bytes, at most size of them; the same as read().
    #[method(sig = "(self, size=-1, /)")]
    fn read1(&self, vm: &VirtualMachine, size: Option<Size>) -> PyResult {
        self.take(vm, size.map_or(-1, |s| s.0))
    }

    /// The next line, with its newline, or its first size bytes.
    ///
    /// Empty at the end.
    #[method(sig = "(self, size=-1, /)")]
    fn readline(&self, vm: &VirtualMachine, size: Option<Size>) -> PyResult<PyRef<PyBytes>> {
        self.check(vm)?;
        Ok(self.next_line(vm, size.map_or(-1, |s| s.0)))
    }

    /// The lines that are left, in a list.
    ///
    /// With size, no more lines are read once they make up that many bytes.
    #[method(sig = "(self, size=None, /)")]
    fn readlines(&self, vm: &VirtualMachine, size: Option<Size>) -> PyResult<Vec<PyObjectRef>> {
        self.check(vm)?;
        let most = size.map_or(-1, |s| s.0);
        let (mut lines, mut total) = (Vec::new(), 0);
        loop {
            let line = self.next_line(vm, -1);
            if line.is_empty() {
                return Ok(lines);
            }
            total += line.len();
            lines.push(line.into());
            if most > 0 && total >= most as usize {
                return Ok(lines);
            }
        }
    }

    /// Fills buffer with the next bytes and returns how many there were.
    #[method(sig = "(self, buffer, /)")]
    fn readinto(&self, vm: &VirtualMachine, buffer: WritableBuffer) -> PyResult<usize> {
        self.check(vm)?;
        let pos = self.pos.get();
        let bytes = self.data.with(|d| {
            let rest = d.get(pos..).unwrap_or_default();
            rest[..rest.len().min(buffer.len())].to_vec()
        });
        buffer.fill(&bytes);
        self.pos.set(pos + bytes.len());
        Ok(bytes.len())
    }

    /// A writable memoryview of the bytes; they cannot be resized while it exists.
    #[method(sig = "(self, /)")]
    fn getbuffer(zelf: &Py<PyBytesIO>, vm: &VirtualMachine) -> PyResult {
        zelf.check(vm)?;
        let buffer = vm.new_object(PyBytesIOBuffer { source: zelf.to_ref() });
        crate::modules::support::call_builtin(vm, "memoryview", &[buffer.as_object()])
    }

    /// All the bytes, wherever the position is.
    #[method(sig = "(self, /)")]
    fn getvalue(&self, vm: &VirtualMachine) -> PyResult<PyRef<PyBytes>> {
        self.check(vm)?;
        Ok(self.data.with(|d| vm.new_bytes(d)))
    }

    /// Moves the position and returns it.
    ///
    /// whence says what pos counts from: 0 the start, 1 where we are, 2 the end.
    #[method(sig = "(self, pos, whence=0, /)")]
    fn seek(&self, vm: &VirtualMachine, pos: isize, whence: i32) -> PyResult<usize> {
        self.check(vm)?;
        let from = match whence {
            0 if pos < 0 => return Err(vm.value_error(format!("negative seek value {pos}"))),
            0 => 0,
            1 => self.pos.get(),
            2 => self.data.with(Vec::len),
            _ => {
                return Err(
                    vm.value_error(format!("invalid whence ({whence}, should be 0, 1 or 2)"))
                );
            }
        };
        let Some(to) = (from as isize).checked_add(pos) else {
            return Err(vm.overflow_error("new position too large"));
        };
        self.pos.set(to.max(0) as usize);
        Ok(self.pos.get())
    }

    /// Cuts the bytes off at size, or at the position.  Returns size.
    #[method(sig = "(self, size=None, /)")]
    fn truncate(&self, vm: &VirtualMachine, size: Option<PyObject<'_>>) -> PyResult<usize> {
        self.check_exports(vm)?;
        let size = match size.filter(|s| !s.is_none()) {
            None => self.pos.get() as isize,
            Some(s) if !vm.is_index(s) => {
                return Err(vm.type_error(format!(
                    "argument should be integer or None, not '{}'",
                    s.class(vm).display_name()
                )));
            }
            Some(s) => vm.to_count(s)?,
        };
        // The size's `__index__` may have closed the stream or exported its bytes.
        self.check_exports(vm)?;
        if size < 0 {
            return Err(vm.value_error(format!("negative size value {size}")));
        }
        self.data.with_mut(|d| d.truncate(size as usize));
        Ok(size as usize)
    }

    #[method(sig = "(self, /)")]
    fn __getstate__(zelf: &Py<PyBytesIO>, vm: &VirtualMachine) -> PyResult {
        zelf.check(vm)?;
        let value = zelf.data.with(|d| vm.new_bytes(d));
        let dict = crate::protocol::attributes::ensure_instance_dict(vm, zelf.as_object());
        let dict = match dict {
            Some(d) if !d.is_empty() => vm.call_method(d.as_object(), &vm.names().copy, &[])?,
            _ => vm.none(),
        };
        Ok(vm.new_tuple(vec![value.into(), vm.new_usize(zelf.pos.get()), dict]).into())
    }

    #[method(sig = "(self, object, /)")]
    fn __setstate__(
        zelf: &Py<PyBytesIO>,
        vm: &VirtualMachine,
        object: PyObject<'_>,
    ) -> PyResult<()> {
        let wrong = || {
            vm.type_error(format!(
                "{}.__setstate__ argument should be 3-tuple, got {}",
                zelf.class().display_name(),
                object.class(vm).display_name()
            ))
        };
        let Some(t) = object.downcast::<PyTuple>() else { return Err(wrong()) };
        let [value, pos, dict, ..] = t.as_slice() else { return Err(wrong()) };
        zelf.check_exports(vm)?;
        let value = BytesLike::from_object(vm, value.as_object())?.as_bytes().to_vec();
        if pos.as_object().int_view().is_none() {
            return Err(vm.type_error(format!(
                "second item of state must be an integer, not {}",
                pos.class(vm).display_name()
            )));
        }
        let pos = vm.to_isize(pos.as_object())?;
        if pos < 0 {
            return Err(vm.value_error("position value cannot be negative"));
        }
        zelf.data.set(value);
        zelf.pos.set(pos as usize);
        super::stringio::update_dict(vm, zelf.as_object(), dict, "third")
    }

    #[method(sig = "(self, /)")]
    fn __sizeof__(&self) -> usize {
        size_of::<Self>() + 16 + self.data.with(Vec::capacity)
    }

    /// Whether the stream has been closed.
    #[getter]
    fn closed(&self) -> bool {
        self.closed.get()
    }
}
