//! `tuple`: a fixed number of words behind the payload, and the cached hash.
//!
//! There is one empty tuple in an interpreter (subclasses aside).

pub mod iter;
mod methods;

pub use iter::{PyTupleIter, TUPLE_ITER};
pub use methods::TupleHash;

use crate::containers::tuple_items;
use crate::prelude::*;
use std::cell::Cell;

/// A sequence that cannot change.  tuple(iterable) has the items of iterable.
///
/// A tuple gives itself.
#[pyclass(
    name = "tuple",
    marker = TUPLE_SUBCLASS, flags(BASETYPE, HAVE_GC, TUPLE_SUBCLASS, SEQUENCE, MATCH_SELF, VAR_SIZED),
    var_bytes = item_bytes
)]
#[repr(C)]
pub struct PyTuple {
    len: usize,
    /// -1 until computed: no object hashes to -1.
    hash: Cell<i64>,
}

impl PyTuple {
    pub(crate) fn header(len: usize) -> PyTuple {
        PyTuple { len, hash: Cell::new(-1) }
    }

    #[inline(always)]
    pub fn len(&self) -> usize {
        self.len
    }

    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The items; they never change.
    #[inline(always)]
    pub fn as_slice(&self) -> &[PyObjectRef] {
        tuple_items::items(self)
    }

    pub fn from_vec(vm: &VirtualMachine, items: Vec<PyObjectRef>) -> PyRef<PyTuple> {
        if items.is_empty() {
            return PyTuple::empty(vm);
        }
        tuple_items::new_tuple_from(vm, vm.type_of::<PyTuple>(), items)
    }

    /// From exactly `len` items.
    #[inline]
    pub fn from_exact(
        vm: &VirtualMachine,
        len: usize,
        items: impl Iterator<Item = PyObjectRef>,
    ) -> PyRef<PyTuple> {
        if len == 0 {
            return PyTuple::empty(vm);
        }
        tuple_items::new_tuple(vm, vm.type_of::<PyTuple>(), len, items)
    }

    /// `(item,)`.
    #[inline]
    pub fn of_one(vm: &VirtualMachine, item: PyObjectRef) -> PyRef<PyTuple> {
        tuple_items::tuple_of_one(vm, item)
    }

    /// A tuple of so many Nones, for [`complete`](Self::complete); no Python code may run before.
    pub(crate) fn open(vm: &VirtualMachine, len: usize) -> PyRef<PyTuple> {
        tuple_items::new_open(vm, vm.type_of::<PyTuple>(), len)
    }

    /// Gives an open tuple its items, of which one leads back to it.
    pub(crate) fn complete(&self, items: Vec<PyObjectRef>) {
        tuple_items::fill(self, items);
        self.hash.set(-1);
    }

    /// `()`.
    pub fn empty(vm: &VirtualMachine) -> PyRef<PyTuple> {
        let make = || {
            tuple_items::new_tuple(vm, vm.type_of::<PyTuple>(), 0, std::iter::empty()).immortal()
        };
        vm.interp.empty_tuple.get_or_init(make).clone()
    }

    /// A tuple of a subclass.
    pub fn of_type(
        vm: &VirtualMachine,
        cls: &Py<PyType>,
        items: Vec<PyObjectRef>,
    ) -> PyRef<PyTuple> {
        if cls.is(&vm.types().tuple) {
            return PyTuple::from_vec(vm, items);
        }
        tuple_items::new_tuple(vm, cls, items.len(), items.into_iter())
    }

    fn item_bytes(&self) -> usize {
        self.len * size_of::<PyObjectRef>()
    }
}

impl Drop for PyTuple {
    fn drop(&mut self) {
        tuple_items::drop_items(self);
    }
}

impl Traverse for PyTuple {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.as_slice().traverse(visit);
    }
}
