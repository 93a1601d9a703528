//! `BufferedRWPair`: a reader and a writer as one object.

use super::DEFAULT_BUFFER_SIZE;
use super::base::{self, PyBufferedIOBase};
use super::buffered::{PyBufferedReader, PyBufferedWriter};
use crate::prelude::*;

/// A reader and a writer as one stream, for pipes and sockets.
///
/// Both are raw streams, each with its own buffer of buffer_size bytes.
#[pyclass(name = "BufferedRWPair", module = "_io", base = PyBufferedIOBase, flags(BASETYPE, HAVE_GC, EXT, HAS_DICT, MANAGED_DICT, OBJECTS_NEW), static = BUFFERED_RW_PAIR)]
#[derive(Traverse)]
pub struct PyBufferedRWPair {
    #[pytraverse(skip)]
    _base: PyBufferedIOBase,
    reader: PyCell<Option<PyObjectRef>>,
    writer: PyCell<Option<PyObjectRef>>,
}

impl PyBufferedRWPair {
    fn side(&self, vm: &VirtualMachine, reader: bool) -> PyResult {
        let side = if reader { self.reader.get() } else { self.writer.get() };
        side.ok_or_else(|| vm.value_error("I/O operation on uninitialized object"))
    }

    fn forward(&self, vm: &VirtualMachine, reader: bool, name: &str, args: Args<'_>) -> PyResult {
        let side = self.side(vm, reader)?;
        let f = vm.get_attr(side.as_object(), &vm.intern(name))?;
        vm.call(f.as_object(), args)
    }
}

#[pymethods]
impl PyBufferedRWPair {
    #[slot]
    fn new(cls: &Py<PyType>, vm: &VirtualMachine, _args: Args<'_>) -> PyResult {
        let (reader, writer) = (PyCell::new(None), PyCell::new(None));
        let base = PyBufferedIOBase::value();
        Ok(vm.alloc(cls, PyBufferedRWPair { _base: base, reader, writer }).into())
    }

    #[slot(sig = "(reader, writer, buffer_size=131072, /)")]
    fn init(
        &self,
        vm: &VirtualMachine,
        reader: PyObject<'_>,
        writer: PyObject<'_>,
        buffer_size: Option<isize>,
    ) -> PyResult<()> {
        base::check_ability(vm, reader, "readable", "File or stream is not readable.")?;
        base::check_ability(vm, writer, "writable", "File or stream is not writable.")?;
        let size = buffer_size.unwrap_or(DEFAULT_BUFFER_SIZE as isize);
        let r = PyBufferedReader::open(vm, reader, size)?;
        let w = PyBufferedWriter::open(vm, writer, size)?;
        drop(self.reader.replace(Some(r)));
        drop(self.writer.replace(Some(w)));
        Ok(())
    }

    #[method]
    fn read(&self, vm: &VirtualMachine, args: Args<'_>) -> PyResult {
        self.forward(vm, true, "read", args)
    }

    #[method]
    fn peek(&self, vm: &VirtualMachine, args: Args<'_>) -> PyResult {
        self.forward(vm, true, "peek", args)
    }

    #[method]
    fn read1(&self, vm: &VirtualMachine, args: Args<'_>) -> PyResult {
        self.forward(vm, true, "read1", args)
    }

    #[method]
    fn readinto(&self, vm: &VirtualMachine, args: Args<'_>) -> PyResult {
        self.forward(vm, true, "readinto", args)
    }

    #[method]
    fn readinto1(&self, vm: &VirtualMachine, args: Args<'_>) -> PyResult {
        self.forward(vm, true, "readinto1", args)
    }

    #[method]
    fn write(&self, vm: &VirtualMachine, args: Args<'_>) -> PyResult {
        self.forward(vm, false, "write", args)
    }

    #[method(sig = "(self, /)")]
    fn flush(&self, vm: &VirtualMachine) -> PyResult {
        self.forward(vm, false, "flush", Args::EMPTY)
    }

    #[method(sig = "(self, /)")]
    fn readable(&self, vm: &VirtualMachine) -> PyResult {
        self.forward(vm, true, "readable", Args::EMPTY)
    }

    #[method(sig = "(self, /)")]
    fn writable(&self, vm: &VirtualMachine) -> PyResult {
        self.forward(vm, false, "writable", Args::EMPTY)
    }

    #[method(sig = "(self, /)")]
    fn close(&self, vm: &VirtualMachine) -> PyResult {
        let first = self.forward(vm, false, "close", Args::EMPTY);
        let second = self.forward(vm, true, "close", Args::EMPTY);
        match (first, second) {
            (Err(first), Err(e)) => {
                e.context.set(Some(first));
                Err(e)
            }
            (Err(e), Ok(_)) => Err(e),
            (Ok(_), r) => r,
        }
    }

    #[method(sig = "(self, /)")]
    fn isatty(&self, vm: &VirtualMachine) -> PyResult {
        let r = self.forward(vm, false, "isatty", Args::EMPTY)?;
        if r.as_object().as_bool() == Some(false) {
            return self.forward(vm, true, "isatty", Args::EMPTY);
        }
        Ok(r)
    }

    #[getter]
    fn closed(&self, vm: &VirtualMachine) -> PyResult {
        let writer = self.writer.get().ok_or_else(|| {
            vm.runtime_error("the BufferedRWPair object is being garbage-collected")
        })?;
        vm.get_attr(writer.as_object(), &vm.names().closed)
    }
}
