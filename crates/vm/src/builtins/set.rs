//! `set` and `frozenset`: the dict's table with None for every value.

use super::dict::PyDict;
use crate::prelude::*;
use std::cell::Cell;

#[repr(C)]
pub struct PySet {
    pub(crate) entries: PyDict,
    /// A frozenset's hash, once computed.
    pub(crate) hash: Cell<Option<i64>>,
}

/// The payload of `frozenset`: the same set, never changed after it is made.
#[repr(transparent)]
pub struct PyFrozenSet {
    pub(crate) set: PySet,
}

impl<'a> PyObject<'a> {
    /// The items of a set or frozenset (or of a subclass).
    pub fn any_set(self) -> Option<&'a PySet> {
        if let Some(s) = self.downcast::<PySet>() {
            return Some(s.payload_ref());
        }
        Some(&self.downcast::<PyFrozenSet>()?.payload_ref().set)
    }
}

impl PySet {
    pub fn new() -> PySet {
        PySet { entries: PyDict::new(), hash: Cell::new(None) }
    }

    #[inline(always)]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Adds an item; false if it was there.
    pub fn add(&self, vm: &VirtualMachine, item: PyObject<'_>) -> PyResult<bool> {
        let before = self.len();
        let h = crate::protocol::hash::hash(vm, item)?;
        if self.entries.find(vm, item, h)?.is_none() {
            self.entries.table.insert_new(h, item.to_owned(), PyObjectRef::none());
        }
        Ok(self.len() != before)
    }

    /// Copies of the items.
    pub fn items(&self) -> Vec<PyObjectRef> {
        self.entries.keys()
    }

    pub fn contains(&self, vm: &VirtualMachine, item: PyObject<'_>) -> PyResult<bool> {
        let h = crate::protocol::hash::hash(vm, item)?;
        Ok(self.entries.find(vm, item, h)?.is_some())
    }

    pub fn remove(&self, vm: &VirtualMachine, item: PyObject<'_>) -> PyResult<bool> {
        Ok(self.entries.remove(vm, item)?.is_some())
    }

    /// A frozenset of constants, whose hashing runs no Python code.
    pub(crate) fn frozen_constant(
        vm: &VirtualMachine,
        items: Vec<PyObjectRef>,
    ) -> PyRef<PyFrozenSet> {
        let s = vm.new_object(PyFrozenSet { set: PySet::new() });
        for i in &items {
            s.set.add(vm, i.as_object()).expect("constants hash without errors");
        }
        s
    }
}

impl Traverse for PySet {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.entries.traverse(visit);
    }

    fn clear(&self, out: &mut Vec<PyObjectRef>) {
        self.entries.clear_into(out);
    }
}

impl PyPayload for PySet {
    const SPEC: &'static TypeSpec = &SET;
}

pub static SET: TypeSpec = TypeSpec {
    flags: TypeFlags::BASETYPE.union(TypeFlags::EXT).union(TypeFlags::MATCH_SELF),
    ..TypeSpec::of::<PySet>("builtins", "set")
};

impl Traverse for PyFrozenSet {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.set.traverse(visit);
    }

    fn clear(&self, out: &mut Vec<PyObjectRef>) {
        self.set.clear(out);
    }
}

impl PyPayload for PyFrozenSet {
    const SPEC: &'static TypeSpec = &FROZENSET;
}

pub static FROZENSET: TypeSpec = TypeSpec {
    flags: TypeFlags::BASETYPE.union(TypeFlags::EXT).union(TypeFlags::MATCH_SELF),
    ..TypeSpec::of::<PyFrozenSet>("builtins", "frozenset")
};
