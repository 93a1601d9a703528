//! `tuple`: a fixed number of words behind the payload.

use crate::containers::tuple_items;
use crate::prelude::*;

#[repr(C)]
pub struct PyTuple {
    len: usize,
}

impl PyTuple {
    pub(crate) fn header(len: usize) -> PyTuple {
        PyTuple { len }
    }

    #[inline(always)]
    pub fn len(&self) -> usize {
        self.len
    }

    /// The items; they never change.
    #[inline(always)]
    pub fn as_slice(&self) -> &[PyObjectRef] {
        tuple_items::items(self)
    }

    pub fn from_vec(vm: &VirtualMachine, items: Vec<PyObjectRef>) -> PyRef<PyTuple> {
        PyTuple::from_exact(vm, items.len(), items.into_iter())
    }

    /// From exactly `len` items.
    pub fn from_exact(
        vm: &VirtualMachine,
        len: usize,
        items: impl Iterator<Item = PyObjectRef>,
    ) -> PyRef<PyTuple> {
        tuple_items::new_tuple(vm, vm.type_of::<PyTuple>(), len, items)
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

impl PyPayload for PyTuple {
    const SPEC: &'static TypeSpec = &TUPLE;

    fn var_bytes(&self) -> usize {
        self.len * size_of::<PyObjectRef>()
    }
}

pub static TUPLE: TypeSpec = TypeSpec {
    flags: TypeFlags::BASETYPE
        .union(TypeFlags::HAVE_GC)
        .union(TypeFlags::TUPLE_SUBCLASS)
        .union(TypeFlags::SEQUENCE)
        .union(TypeFlags::MATCH_SELF)
        .union(TypeFlags::VAR_SIZED),
    ..TypeSpec::of::<PyTuple>("builtins", "tuple")
};
