//! `set` and `frozenset`: Python's hashing and equality over `containers::set_table`.
//!
//! The table is never borrowed while Python code may run: a search that has to ask whether
//! two items are equal starts again when the answer has moved the entries.

mod iter;
mod methods;
mod operations;

pub use iter::{PySetIter, SET_ITER};

use crate::containers::set_table::{SetCandidate, SetProbe, SetTable};
use crate::object::word;
use crate::prelude::*;
use crate::protocol::{comparison, hash};
use std::cell::Cell;

/// A collection of elements, each of them once, in no order.
#[pyclass(name = "set", flags(BASETYPE, EXT, MATCH_SELF), with(shared))]
#[repr(C)]
pub struct PySet {
    pub(crate) table: SetTable,
    /// A frozenset's hash, once computed.
    pub(crate) hash: Cell<Option<i64>>,
}

/// A set that cannot change.
// The payload is a set that never changes after it is made.
#[pyclass(name = "frozenset", static = FROZENSET, flags(BASETYPE, EXT, MATCH_SELF), with(shared))]
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

/// The hash of an item; where it has none, the error says what it was for.
#[inline]
pub(crate) fn hash_item(vm: &VirtualMachine, item: PyObject<'_>) -> PyResult<i64> {
    hash::hash(vm, item).map_err(|e| explain_unhashable(vm, item, e, "a set element"))
}

/// `TypeError: cannot use 'list' as a set element (unhashable type: 'list')`.
#[cold]
pub(crate) fn explain_unhashable(
    vm: &VirtualMachine,
    item: PyObject<'_>,
    e: PyErr,
    role: &str,
) -> PyErr {
    if !e.class().is(&vm.exc().type_error) {
        return e;
    }
    let Ok(reason) = vm.str(e.as_object()) else { return e };
    let name = item.class(vm).display_name();
    vm.type_error(format!("cannot use '{name}' as {role} ({})", reason.to_string_lossy()))
}

impl Default for PySet {
    fn default() -> PySet {
        PySet::new()
    }
}

/// A set or frozenset, and none of a subclass.
pub fn exact_set<'a>(vm: &VirtualMachine, o: PyObject<'a>) -> Option<&'a PySet> {
    let exact = o.is_type(vm.type_of::<PySet>()) || o.is_type(vm.type_of::<PyFrozenSet>());
    o.any_set().filter(|_| exact)
}

impl PySet {
    /// The next item and its hash, at or after `*pos`, which then points behind it.
    pub fn next_item(&self, pos: &mut usize) -> Option<(i64, PyObjectRef)> {
        self.table.next_item(pos)
    }

    pub fn new() -> PySet {
        PySet { table: SetTable::new(), hash: Cell::new(None) }
    }

    #[inline(always)]
    pub fn len(&self) -> usize {
        self.table.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The slot of an item; runs the items' `__eq__` when it must.
    #[inline]
    pub fn find(
        &self,
        vm: &VirtualMachine,
        item: PyObject<'_>,
        hash: i64,
    ) -> PyResult<Option<usize>> {
        let mut probe = SetProbe::new(hash);
        loop {
            match self.table.next_candidate(&mut probe, item) {
                SetCandidate::Same(i) => return Ok(Some(i)),
                SetCandidate::Absent => return Ok(None),
                SetCandidate::Compare(i, other) => {
                    let layout = self.table.layout_version();
                    let other = other.as_object();
                    let equal = comparison::rich_compare_bool(vm, other, item, Comparison::Eq)?;
                    // The comparison may have changed the set under us.
                    if self.table.layout_version() != layout || !self.table.item_is(i, other) {
                        probe = SetProbe::new(hash);
                    } else if equal {
                        return Ok(Some(i));
                    }
                }
            }
        }
    }

    /// Adds an item whose hash is known; false if it was there.
    #[inline]
    pub fn add_hashed(&self, vm: &VirtualMachine, item: PyObject<'_>, hash: i64) -> PyResult<bool> {
        if self.find(vm, item, hash)?.is_some() {
            return Ok(false);
        }
        vm.check_room(self.table.growth())?;
        self.table.insert_new(hash, item.to_owned());
        Ok(true)
    }

    /// Removes an item whose hash is known; false if it was not there.
    pub fn discard_hashed(
        &self,
        vm: &VirtualMachine,
        item: PyObject<'_>,
        hash: i64,
    ) -> PyResult<bool> {
        Ok(self.find(vm, item, hash)?.and_then(|i| self.table.remove_at(i)).is_some())
    }

    /// Adds an item; false if it was there.
    #[inline]
    pub fn add(&self, vm: &VirtualMachine, item: PyObject<'_>) -> PyResult<bool> {
        let h = hash_item(vm, item)?;
        if word::is_int(item.bits())
            && let Some(added) = self.table.add_int(h, item)
        {
            return Ok(added);
        }
        self.add_hashed(vm, item, h)
    }

    pub fn contains(&self, vm: &VirtualMachine, item: PyObject<'_>) -> PyResult<bool> {
        let h = hash_item(vm, item)?;
        Ok(self.find(vm, item, h)?.is_some())
    }

    pub fn remove(&self, vm: &VirtualMachine, item: PyObject<'_>) -> PyResult<bool> {
        let h = hash_item(vm, item)?;
        self.discard_hashed(vm, item, h)
    }

    /// Copies of the items.
    pub fn items(&self) -> Vec<PyObjectRef> {
        self.table.items()
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
        self.table.traverse(visit);
    }

    fn clear(&self, _out: &mut Vec<PyObjectRef>) {
        // As a list's items, dropped here.
        drop(self.table.take_all());
    }
}

impl Traverse for PyFrozenSet {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.set.traverse(visit);
    }

    fn clear(&self, out: &mut Vec<PyObjectRef>) {
        self.set.clear(out);
    }
}
