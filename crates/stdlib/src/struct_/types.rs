//! `Struct`, a compiled format, and the iterator over repeated structures.

use super::format::{Format, format_argument};
use super::{error, pack};
use std::cell::Cell;
use std::rc::Rc;
use vm::builtins::bytes::PyBytes;
use vm::prelude::*;
use vm::protocol::buffer::{self, Buffer, BytesLike};

/// A compiled format: what struct's functions do with a string, without parsing it again.
#[pyclass(name = "Struct", module = "_struct", flags(BASETYPE, HAVE_GC, EXT), no_refs, text = "")]
pub struct PyStruct {
    format: PyCell<Option<Rc<Format>>>,
}

impl PyStruct {
    fn compiled(&self, vm: &VirtualMachine) -> PyResult<Rc<Format>> {
        self.format.get().ok_or_else(|| vm.runtime_error("Struct object is not initialized"))
    }
}

#[pymethods]
impl PyStruct {
    #[slot]
    fn new(cls: &Py<PyType>, vm: &VirtualMachine, _args: Args<'_>) -> PyRef<PyStruct> {
        vm.alloc(cls, PyStruct { format: PyCell::new(None) })
    }

    #[slot(sig = "(format)", text = "")]
    fn init(zelf: &Py<PyStruct>, vm: &VirtualMachine, format: PyObject<'_>) -> PyResult<()> {
        let compiled = Format::cached(vm, &format_argument(vm, format)?)?;
        zelf.format.set(Some(compiled));
        Ok(())
    }

    #[slot]
    fn repr(zelf: &Py<PyStruct>, vm: &VirtualMachine) -> PyResult<PyRef<PyStr>> {
        let format = zelf.compiled(vm)?;
        let text = vm.repr(vm.new_str(&*format.text).as_object())?;
        let name = zelf.class().name();
        let parts = [name.as_bytes(), b"(", text.as_bytes(), b")"];
        Ok(PyStr::from_parts(vm, &parts))
    }

    /// The format as text.
    #[getter]
    fn format(&self, vm: &VirtualMachine) -> PyResult<String> {
        Ok(self.compiled(vm)?.text.to_string())
    }

    /// Bytes that the format describes.
    #[member]
    fn size(&self) -> isize {
        // What CPython has there before `__init__` has run.
        self.format.with(|f| f.as_ref().map_or(-1, |f| f.size as isize))
    }

    /// The values as bytes.
    #[method(text = "")]
    fn pack(&self, vm: &VirtualMachine, args: Args<'_>) -> PyResult<PyRef<PyBytes>> {
        args.no_keywords(vm, "Struct.pack")?;
        pack::pack(vm, &*self.compiled(vm)?, args)
    }

    /// Writes the values into a buffer at an offset.
    #[method(text = "")]
    fn pack_into(&self, vm: &VirtualMachine, args: Args<'_>) -> PyResult<()> {
        args.no_keywords(vm, "Struct.pack_into")?;
        pack::pack_into(vm, &*self.compiled(vm)?, args)
    }

    /// The values that bytes hold.
    #[method(sig = "(self, buffer, /)")]
    fn unpack(&self, vm: &VirtualMachine, buffer: BytesLike<'_>) -> PyResult<PyRef<PyTuple>> {
        pack::unpack(vm, &*self.compiled(vm)?, &buffer)
    }

    /// The values that a buffer holds from an offset on.
    #[method(sig = "(self, /, buffer, offset=0)")]
    fn unpack_from(
        &self,
        vm: &VirtualMachine,
        buffer: BytesLike<'_>,
        offset: isize,
    ) -> PyResult<PyRef<PyTuple>> {
        pack::unpack_from(vm, &*self.compiled(vm)?, &buffer, offset)
    }

    /// Iterates over a buffer of repeated structures.
    #[method(sig = "(self, buffer, /)")]
    fn iter_unpack(
        &self,
        vm: &VirtualMachine,
        buffer: PyObject<'_>,
    ) -> PyResult<PyRef<PyUnpackIterator>> {
        PyUnpackIterator::create(vm, self.compiled(vm)?, buffer)
    }

    /// Bytes of memory that the object takes.
    #[method(name = "__sizeof__", sig = "(self, /)", text = "")]
    fn sizeof(&self, vm: &VirtualMachine) -> PyResult<usize> {
        let format = self.compiled(vm)?;
        Ok(72 + 32 * (format.items.len() + 1))
    }
}

/// Iterates over the structures in a buffer.
#[pyclass(
    name = "unpack_iterator",
    module = "_struct",
    flags(HAVE_GC, DISALLOW_INSTANTIATION),
    doc = None
)]
#[derive(Traverse)]
pub struct PyUnpackIterator {
    #[pytraverse(skip)]
    format: Rc<Format>,
    data: PyCell<Option<Buffer>>,
    at: Cell<usize>,
}

impl PyUnpackIterator {
    pub fn create(
        vm: &VirtualMachine,
        format: Rc<Format>,
        data: PyObject<'_>,
    ) -> PyResult<PyRef<PyUnpackIterator>> {
        if format.size == 0 {
            return Err(error(vm, "cannot iteratively unpack with a struct of length 0"));
        }
        let data = buffer::get(vm, data, buffer::SIMPLE)?;
        if !data.len().is_multiple_of(format.size) {
            return Err(error(
                vm,
                format!(
                    "iterative unpacking requires a buffer of a multiple of {} bytes",
                    format.size
                ),
            ));
        }
        let data = PyCell::new(Some(data));
        Ok(vm.new_object(PyUnpackIterator { format, data, at: Cell::new(0) }))
    }
}

#[pymethods]
impl PyUnpackIterator {
    #[slot]
    fn iter(zelf: &Py<PyUnpackIterator>) -> PyRef<PyUnpackIterator> {
        zelf.to_ref()
    }

    #[slot]
    fn iternext(
        zelf: &Py<PyUnpackIterator>,
        vm: &VirtualMachine,
    ) -> PyResult<Option<PyRef<PyTuple>>> {
        let (at, size) = (zelf.at.get(), zelf.format.size);
        let part = zelf
            .data
            .with(|d| d.as_ref()?.with_bytes(|b| b.get(at..at + size).map(<[u8]>::to_vec)));
        let Some(part) = part else {
            drop(zelf.data.take());
            return Ok(None);
        };
        zelf.at.set(at + size);
        pack::values(vm, &zelf.format, &part).map(Some)
    }

    /// How many structures are left.
    #[method(name = "__length_hint__", sig = "(self, /)", text = "")]
    fn length_hint(&self) -> usize {
        let len = self.data.with(|d| d.as_ref().map_or(0, Buffer::len));
        len.saturating_sub(self.at.get()) / self.format.size.max(1)
    }
}
