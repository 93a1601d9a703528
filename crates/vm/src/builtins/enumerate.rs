//! `enumerate`.

use crate::builtins::generic_alias::PyGenericAlias;
use crate::builtins::int::IntView;
use crate::prelude::*;
use std::cell::Cell;

/// Pairs of a count and an item: enumerate('ab') gives (0, 'a'), (1, 'b').
///
/// The count begins with start.
#[pyclass(name = "enumerate", flags(BASETYPE, HAVE_GC))]
#[derive(Traverse)]
pub struct PyEnumerate {
    iterator: PyObjectRef,
    index: Cell<i64>,
    /// The index once it is beyond 64 bits.
    long_index: PyCell<Option<PyObjectRef>>,
}

impl PyEnumerate {
    /// The next count and item.
    pub(crate) fn next_pair(
        &self,
        vm: &VirtualMachine,
    ) -> PyResult<Option<(PyObjectRef, PyObjectRef)>> {
        let next = vm.iter_next(self.iterator.as_object())?;
        Ok(next.map(|item| (self.take_index(vm), item)))
    }

    /// The present index; the one after it takes its place.
    fn take_index(&self, vm: &VirtualMachine) -> PyObjectRef {
        if let Some(long) = self.long_index.get() {
            let next = super::range::big(long.as_object()).add_i64(1);
            self.long_index.set(Some(vm.new_bigint(next)));
            return long;
        }
        let i = self.index.get();
        match i.checked_add(1) {
            Some(next) => self.index.set(next),
            None => {
                let next = num::BigInt::from_i64(i).add_i64(1);
                self.long_index.set(Some(vm.new_bigint(next)));
            }
        }
        vm.new_int(i)
    }
}

#[pymethods]
impl PyEnumerate {
    #[slot(sig = "(iterable, start=0)")]
    fn new(
        cls: &Py<PyType>,
        vm: &VirtualMachine,
        iterable: PyObject<'_>,
        start: Option<PyObject<'_>>,
    ) -> PyResult<PyRef<PyEnumerate>> {
        let (mut index, mut long_index) = (0, None);
        if let Some(start) = start {
            let start = vm.index(start)?;
            match start.as_object().int_view() {
                Some(IntView::Small(v)) => index = v,
                _ => long_index = Some(start),
            }
        }
        let iterator = vm.get_iter(iterable)?;
        let long_index = PyCell::new(long_index);
        Ok(vm.alloc(cls, PyEnumerate { iterator, index: Cell::new(index), long_index }))
    }

    #[slot]
    fn iter(zelf: PyObject<'_>) -> PyObjectRef {
        zelf.to_owned()
    }

    #[slot]
    fn iternext(zelf: &Py<PyEnumerate>, vm: &VirtualMachine) -> PyResult<Option<PyObjectRef>> {
        let Some((index, item)) = zelf.next_pair(vm)? else { return Ok(None) };
        Ok(Some(PyTuple::from_exact(vm, 2, [index, item].into_iter()).into()))
    }

    /// How to rebuild the iterator.
    #[method(name = "__reduce__", sig = "(self, /)", text = "")]
    fn reduce(zelf: &Py<PyEnumerate>, vm: &VirtualMachine) -> PyResult {
        let index = match zelf.long_index.get() {
            Some(i) => i,
            None => vm.new_int(zelf.index.get()),
        };
        (zelf.class(), (zelf.iterator.clone(), index)).into_py_result(vm)
    }

    /// See PEP 585
    #[classmethod(name = "__class_getitem__", sig = "(cls, object, /)", text = "")]
    fn class_getitem(cls: &Py<PyType>, vm: &VirtualMachine, object: PyObject<'_>) -> PyObjectRef {
        PyGenericAlias::create(vm, cls.as_object(), object)
    }
}
