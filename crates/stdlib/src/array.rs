//! `array`: sequences of numbers or characters of one machine type, packed.

mod items;
mod methods;
mod rebuild;

use items::Kind;
use std::cell::Cell;
use vm::prelude::*;
use vm::protocol::buffer::{Buffer, BufferMethods, View};

/// A packed sequence of values of one machine type.
#[pyclass(
    name = "array",
    module = "array",
    flags(BASETYPE, HAVE_GC, EXT, SEQUENCE, RELEASES_BUFFER),
    with(slots, methods),
    text = "",
    no_refs
)]
pub struct PyArray {
    kind: Kind,
    data: PyCell<Vec<u8>>,
    exports: Cell<usize>,
}

impl PyArray {
    pub fn of(kind: Kind, data: Vec<u8>) -> PyArray {
        PyArray { kind, data: PyCell::new(data), exports: Cell::new(0) }
    }

    fn len(&self) -> usize {
        self.data.with(Vec::len) / self.kind.size()
    }

    /// The bytes of item `i`.
    fn bytes_at(&self, i: usize) -> Option<[u8; 8]> {
        let size = self.kind.size();
        self.data.with(|d| {
            let item = d.get(i * size..(i + 1) * size)?;
            let mut out = [0; 8];
            out[..size].copy_from_slice(item);
            Some(out)
        })
    }

    fn item(&self, vm: &VirtualMachine, i: usize) -> PyResult<Option<PyObjectRef>> {
        self.bytes_at(i).map(|b| self.kind.unpack(vm, &b)).transpose()
    }

    /// All items as objects.
    fn items(&self, vm: &VirtualMachine) -> PyResult<Vec<PyObjectRef>> {
        let data = self.data.get();
        data.chunks_exact(self.kind.size()).map(|b| self.kind.unpack(vm, b)).collect()
    }

    fn check_resizable(&self, vm: &VirtualMachine) -> PyResult<()> {
        if self.exports.get() == 0 {
            return Ok(());
        }
        Err(vm.buffer_error("cannot resize an array that is exporting buffers"))
    }

    /// Changes the bytes and their number.
    fn resize_with<R>(
        &self,
        vm: &VirtualMachine,
        extra: usize,
        f: impl FnOnce(&mut Vec<u8>) -> R,
    ) -> PyResult<R> {
        self.check_resizable(vm)?;
        self.data.with_mut(|d| d.try_reserve(extra)).map_err(|_| vm.memory_error())?;
        Ok(self.data.with_mut(f))
    }

    fn push(&self, vm: &VirtualMachine, v: PyObject<'_>) -> PyResult<()> {
        let b = self.kind.pack(vm, v)?;
        let size = self.kind.size();
        self.resize_with(vm, size, |d| d.extend_from_slice(&b[..size]))
    }
}

static METHODS: BufferMethods = BufferMethods {
    read: |o, f| o.expect_payload::<PyArray>().data.with(|d| f(d)),
    write: |o, f| o.expect_payload::<PyArray>().data.with_mut(|d| f(d)),
    release: |o| {
        let exports = &o.expect_payload::<PyArray>().exports;
        exports.set(exports.get().saturating_sub(1));
    },
};

fn export(zelf: &Py<PyArray>) -> Buffer {
    zelf.exports.set(zelf.exports.get() + 1);
    let kind = zelf.kind;
    let view = View::items(zelf.len(), kind.size(), kind.format().into(), false);
    Buffer::new(zelf.as_object(), &METHODS, view)
}

#[pyclass(name = "arrayiterator", module = "array", flags(HAVE_GC, DISALLOW_INSTANTIATION), doc = None)]
#[derive(Traverse)]
pub struct PyArrayIterator {
    array: PyCell<Option<PyRef<PyArray>>>,
    at: Cell<usize>,
}

#[pymethods]
impl PyArrayIterator {
    #[slot]
    fn iter(zelf: &Py<PyArrayIterator>) -> PyRef<PyArrayIterator> {
        zelf.to_ref()
    }

    #[slot]
    fn iternext(zelf: &Py<PyArrayIterator>, vm: &VirtualMachine) -> PyResult<Option<PyObjectRef>> {
        let at = zelf.at.get();
        let Some(a) = zelf.array.get() else { return Ok(None) };
        match a.item(vm, at)? {
            Some(v) => {
                zelf.at.set(at + 1);
                Ok(Some(v))
            }
            None => {
                drop(zelf.array.take());
                Ok(None)
            }
        }
    }

    /// How to rebuild the array, by the protocol.
    #[method(name = "__reduce__", sig = "(self, /)")]
    fn reduce(&self, vm: &VirtualMachine) -> PyResult {
        let iter = vm::builtins::sequences::builtin(vm, "iter")?;
        match self.array.get() {
            Some(a) => (iter, (PyObjectRef::from(a),), self.at.get()).into_py_result(vm),
            None => {
                let empty: PyObjectRef = vm.new_list(Vec::new()).into();
                (iter, (empty,)).into_py_result(vm)
            }
        }
    }

    /// Sets the position of the iterator.
    #[method(name = "__setstate__", sig = "(self, state, /)")]
    fn setstate(&self, state: isize) {
        let len = self.array.with(|a| a.as_ref().map(|a| a.len()));
        if let Some(len) = len {
            self.at.set(usize::try_from(state).unwrap_or(0).min(len));
        }
    }
}

/// Packed sequences of machine values.
#[pymodule(name = "array", types(PyArray))]
pub mod module {
    use super::*;

    #[attr(name = "typecodes")]
    const TYPECODES: &str = items::CODES;

    #[init]
    fn exec(vm: &VirtualMachine, module: &Py<vm::builtins::module::PyModule>) -> PyResult<()> {
        let typ = vm.type_of::<PyArray>().to_ref();
        module.set(vm, "ArrayType", typ.clone())?;
        // Arrays count as mutable sequences for isinstance.
        if let Some(abc) = vm.loaded_module("collections.abc")? {
            let seq = vm.get_attr(abc.as_object(), &vm.intern("MutableSequence"))?;
            vm.call_method(seq.as_object(), &vm.intern("register"), &[typ.as_object()])?;
        }
        Ok(())
    }

    /// Rebuilds a pickled array.
    #[function(
        name = "_array_reconstructor",
        sig = "(arraytype, typecode, mformat_code, items, /)"
    )]
    fn reconstruct(
        vm: &VirtualMachine,
        arraytype: &Py<PyType>,
        typecode: &Py<PyStr>,
        mformat_code: i32,
        items: PyObject<'_>,
    ) -> PyResult {
        rebuild::rebuild(vm, arraytype, typecode, mformat_code, items)
    }
}

pub use module::MODULE;
