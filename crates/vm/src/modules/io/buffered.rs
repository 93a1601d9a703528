//! `BufferedReader`, `BufferedWriter` and `BufferedRandom`: three faces of one [`Core`].
//! CPython's counterpart: `Modules/_io/bufferedio.c`.

mod core;

pub use self::core::Core;

use super::base::PyBufferedIOBase;
use super::{DEFAULT_BUFFER_SIZE, Size};
use crate::modules::buffers::{BytesLike, WritableBuffer};
use crate::prelude::*;

/// A buffer for a raw stream that is read.
#[pyclass(name = "BufferedReader", module = "_io", base = PyBufferedIOBase, flags(BASETYPE, HAVE_GC, EXT, HAS_DICT, MANAGED_DICT, OBJECTS_NEW), with(reads, common))]
#[derive(Traverse)]
pub struct PyBufferedReader {
    #[pytraverse(skip)]
    _base: PyBufferedIOBase,
    core: Core,
}

/// A buffer for a raw stream that is written.
///
/// What is written goes to the stream when buffer_size bytes are there, or on flush().
#[pyclass(name = "BufferedWriter", module = "_io", base = PyBufferedIOBase, flags(BASETYPE, HAVE_GC, EXT, HAS_DICT, MANAGED_DICT, OBJECTS_NEW), with(writes, common))]
#[derive(Traverse)]
pub struct PyBufferedWriter {
    #[pytraverse(skip)]
    _base: PyBufferedIOBase,
    core: Core,
}

/// A buffer for a raw stream that can seek, for reading and writing.
#[pyclass(name = "BufferedRandom", module = "_io", base = PyBufferedIOBase, flags(BASETYPE, HAVE_GC, EXT, HAS_DICT, MANAGED_DICT, OBJECTS_NEW), with(reads, writes, common))]
#[derive(Traverse)]
pub struct PyBufferedRandom {
    #[pytraverse(skip)]
    _base: PyBufferedIOBase,
    core: Core,
}

/// The core of an exact buffered object, for the text layer.
pub fn core_of<'a>(vm: &VirtualMachine, o: PyObject<'a>) -> Option<&'a Core> {
    if let Some(b) = o.downcast_exact::<PyBufferedReader>(vm.type_of::<PyBufferedReader>()) {
        return Some(&b.payload_ref().core);
    }
    if let Some(b) = o.downcast_exact::<PyBufferedWriter>(vm.type_of::<PyBufferedWriter>()) {
        return Some(&b.payload_ref().core);
    }
    let random = vm.type_of::<PyBufferedRandom>();
    o.downcast_exact::<PyBufferedRandom>(random).map(|b| &b.payload_ref().core)
}

macro_rules! constructors {
    ($($t:ident $readable:literal $writable:literal),*) => { $(
        impl $t {
            /// A buffer over a raw stream that was just opened.
            pub fn open(vm: &VirtualMachine, raw: PyObject<'_>, size: isize) -> PyResult {
                let b = vm.new_object($t { _base: PyBufferedIOBase::value(), core: Core::new() });
                b.core.open(vm, raw, size, $readable, $writable)?;
                Ok(b.into())
            }
        }

        #[pymethods]
        impl $t {
            #[slot]
            fn new(cls: &Py<PyType>, vm: &VirtualMachine, _args: Args<'_>) -> PyResult {
                Ok(vm.alloc(cls, $t { _base: PyBufferedIOBase::value(), core: Core::new() }).into())
            }

            #[slot(sig = "(raw, buffer_size=131072)")]
            fn init(zelf: &Py<$t>, vm: &VirtualMachine, raw: PyObject<'_>, buffer_size: Option<isize>) -> PyResult<()> {
                let size = buffer_size.unwrap_or(DEFAULT_BUFFER_SIZE as isize);
                zelf.core.open(vm, raw, size, $readable, $writable)
            }
        }
    )* };
}

constructors!(PyBufferedReader true false, PyBufferedWriter false true, PyBufferedRandom true true);

macro_rules! reads {
    ($($t:ident),*) => { $(
        #[pymethods(name = reads)]
        impl $t {
            #[slot]
            fn iternext(zelf: &Py<$t>, vm: &VirtualMachine) -> PyResult<Option<PyObjectRef>> {
                let line = if zelf.class().own_spec().is_some() {
                    zelf.core.read_line(vm, zelf.as_object(), -1)?
                } else {
                    let line = vm.call_method(zelf.as_object(), &vm.names().readline, &[])?;
                    if line.as_object().downcast::<crate::builtins::bytes::PyBytes>().is_none() {
                        return Err(vm.os_error_message(format!(
                            "readline() should have returned a bytes object, not '{}'",
                            line.class(vm).display_name()
                        )));
                    }
                    line
                };
                Ok(if vm.length(line.as_object())? == 0 { None } else { Some(line) })
            }

            /// Read and return up to n bytes.
            ///
            /// If the size argument is omitted, None, or negative, read and
            /// return all data until EOF.
            #[method(sig = "(self, size=-1, /)")]
            fn read(zelf: &Py<$t>, vm: &VirtualMachine, size: Option<Size>) -> PyResult {
                zelf.core.read(vm, zelf.as_object(), Core::size_of(size))
            }

            #[method(sig = "(self, size=0, /)")]
            fn peek(zelf: &Py<$t>, vm: &VirtualMachine, _size: isize) -> PyResult {
                zelf.core.peek(vm, zelf.as_object())
            }

            /// Up to size bytes, for which the raw stream is read once at most.
            #[method(sig = "(self, size=-1, /)")]
            fn read1(zelf: &Py<$t>, vm: &VirtualMachine, size: isize) -> PyResult {
                zelf.core.read1(vm, zelf.as_object(), size)
            }

            #[method(sig = "(self, buffer, /)")]
            fn readinto(zelf: &Py<$t>, vm: &VirtualMachine, buffer: WritableBuffer) -> PyResult {
                zelf.core.read_into(vm, zelf.as_object(), buffer, false)
            }

            #[method(sig = "(self, buffer, /)")]
            fn readinto1(zelf: &Py<$t>, vm: &VirtualMachine, buffer: WritableBuffer) -> PyResult {
                zelf.core.read_into(vm, zelf.as_object(), buffer, true)
            }

            /// The next line, of at most size bytes.
            #[method(sig = "(self, size=-1, /)")]
            fn readline(zelf: &Py<$t>, vm: &VirtualMachine, size: Option<Size>) -> PyResult {
                zelf.core.read_line(vm, zelf.as_object(), Core::size_of(size))
            }

            #[method(sig = "(self, /)")]
            fn readable(zelf: &Py<$t>, vm: &VirtualMachine) -> PyResult {
                super::call(vm, zelf.core.raw(vm)?.as_object(), "readable", &[])
            }
        }
    )* };
}

reads!(PyBufferedReader, PyBufferedRandom);

macro_rules! writes {
    ($($t:ident),*) => { $(
        #[pymethods(name = writes)]
        impl $t {
            /// Puts b into the buffer, writing to the raw stream as it fills up.  Returns the
            /// length of b.
            #[method(sig = "(self, buffer, /)")]
            fn write(zelf: &Py<$t>, vm: &VirtualMachine, buffer: PyObject<'_>) -> PyResult<usize> {
                zelf.core.raw(vm)?;
                let data = BytesLike::from_object(vm, buffer)?;
                zelf.core.write(vm, zelf.as_object(), data.as_bytes())
            }

            #[method(sig = "(self, /)")]
            fn writable(zelf: &Py<$t>, vm: &VirtualMachine) -> PyResult {
                super::call(vm, zelf.core.raw(vm)?.as_object(), "writable", &[])
            }
        }
    )* };
}

writes!(PyBufferedWriter, PyBufferedRandom);

macro_rules! common {
    ($($t:ident),*) => { $(
        #[pymethods(name = common)]
        impl $t {
            #[slot]
            fn repr(zelf: &Py<$t>, vm: &VirtualMachine) -> PyResult {
                zelf.core.repr(vm, zelf.as_object())
            }

            #[method(sig = "(self, /)")]
            fn close(zelf: &Py<$t>, vm: &VirtualMachine) -> PyResult {
                zelf.core.close(vm, zelf.as_object())
            }

            /// Gives up the raw stream and returns it; the buffer is of no use after.
            #[method(sig = "(self, /)")]
            fn detach(zelf: &Py<$t>, vm: &VirtualMachine) -> PyResult {
                zelf.core.detach(vm, zelf.as_object())
            }

            #[method(sig = "(self, /)")]
            fn seekable(zelf: &Py<$t>, vm: &VirtualMachine) -> PyResult {
                super::call(vm, zelf.core.raw(vm)?.as_object(), "seekable", &[])
            }

            #[method(sig = "(self, /)")]
            fn fileno(zelf: &Py<$t>, vm: &VirtualMachine) -> PyResult {
                super::call(vm, zelf.core.raw(vm)?.as_object(), "fileno", &[])
            }

            #[method(sig = "(self, /)")]
            fn isatty(zelf: &Py<$t>, vm: &VirtualMachine) -> PyResult {
                super::call(vm, zelf.core.raw(vm)?.as_object(), "isatty", &[])
            }

            #[method(name = "_dealloc_warn", sig = "(self, source, /)")]
            fn dealloc_warn(zelf: &Py<$t>, vm: &VirtualMachine, source: PyObject<'_>) {
                zelf.core.dealloc_warn(vm, source);
            }

            #[method(sig = "(self, /)")]
            fn flush(zelf: &Py<$t>, vm: &VirtualMachine) -> PyResult<()> {
                zelf.core.flush(vm, zelf.as_object())
            }

            #[method(sig = "(self, target, whence=0, /)")]
            fn seek(zelf: &Py<$t>, vm: &VirtualMachine, target: PyObject<'_>, whence: i32) -> PyResult<i64> {
                zelf.core.seek(vm, zelf.as_object(), target, whence)
            }

            #[method(sig = "(self, /)")]
            fn tell(zelf: &Py<$t>, vm: &VirtualMachine) -> PyResult<i64> {
                zelf.core.tell(vm, zelf.as_object())
            }

            #[method(sig = "(self, pos=None, /)")]
            fn truncate(zelf: &Py<$t>, vm: &VirtualMachine, pos: Option<PyObject<'_>>) -> PyResult {
                zelf.core.truncate(vm, zelf.as_object(), pos)
            }

            #[method(sig = "(self, /)")]
            fn __sizeof__(zelf: &Py<$t>) -> usize {
                size_of::<Self>() + 16 + zelf.core.buffer_size()
            }

            #[method(sig = "(self, /)")]
            fn __getstate__(zelf: &Py<$t>, vm: &VirtualMachine) -> PyResult {
                Err(super::no_pickling(vm, zelf.class()))
            }

            #[member]
            fn raw(zelf: &Py<$t>) -> Option<PyObjectRef> {
                zelf.core.raw_attribute()
            }

            #[member(name = "_finalizing")]
            fn finalizing(&self) -> bool {
                self.core.finalizing.get()
            }

            #[setter(name = "_finalizing")]
            fn set_finalizing(
                &self,
                vm: &VirtualMachine,
                value: Option<PyObject<'_>>,
            ) -> PyResult<()> {
                self.core.finalizing.set(super::flag_of(vm, value)?);
                Ok(())
            }

            #[getter]
            fn closed(zelf: &Py<$t>, vm: &VirtualMachine) -> PyResult {
                vm.get_attr(zelf.core.raw(vm)?.as_object(), &vm.names().closed)
            }

            #[getter]
            fn name(zelf: &Py<$t>, vm: &VirtualMachine) -> PyResult {
                vm.get_attr(zelf.core.raw(vm)?.as_object(), &vm.names().name)
            }

            #[getter]
            fn mode(zelf: &Py<$t>, vm: &VirtualMachine) -> PyResult {
                vm.get_attr(zelf.core.raw(vm)?.as_object(), &vm.names().mode)
            }
        }
    )* };
}

common!(PyBufferedReader, PyBufferedWriter, PyBufferedRandom);
