//! `list`: contiguous words (`containers::list_items`).
//!
//! The storage is never borrowed while Python code may run; whoever calls out looks at the
//! length again afterwards, since the code may have changed the list.

pub mod iter;
mod methods;
mod slots;
pub mod sort;

pub use iter::{LIST_ITER, LIST_REVERSE_ITER, PyListIter, PyListReverseIter};

use crate::containers::list_items::ListItems;
use crate::prelude::*;
use crate::protocol::item::adjust_indices;

/// A sequence that can change.  list(iterable) has the items of iterable.
#[pyclass(
    name = "list",
    marker = LIST_SUBCLASS, flags(BASETYPE, HAVE_GC, LIST_SUBCLASS, SEQUENCE, MATCH_SELF),
    with(slots)
)]
pub struct PyList {
    pub(crate) items: ListItems,
}

impl PyList {
    pub fn new(items: Vec<PyObjectRef>) -> PyList {
        PyList { items: ListItems::new(items) }
    }

    pub fn items(&self) -> &ListItems {
        &self.items
    }

    #[inline(always)]
    pub fn len(&self) -> usize {
        self.items.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Copies of the items that a slice of small ints and Nones names.
    pub(crate) fn plain_slice(&self, parts: [PyObject<'_>; 3]) -> Option<Vec<PyObjectRef>> {
        let [start, stop, step] = parts;
        let bound = |o: PyObject<'_>, none: isize| {
            if o.is_none() { Some(none) } else { o.small_int().map(|v| v as isize) }
        };
        let step = bound(step, 1)?;
        if step == 0 {
            return None;
        }
        let ends = if step < 0 { (isize::MAX, isize::MIN) } else { (0, isize::MAX) };
        let (start, stop) = (bound(start, ends.0)?, bound(stop, ends.1)?);
        let (start, _, step, count) = adjust_indices(start, stop, step, self.len());
        Some(self.items.stepped(start, step, count))
    }

    /// Inserts before item `at`, which is at most the length.
    pub fn insert_at(&self, vm: &VirtualMachine, at: usize, item: PyObjectRef) -> PyResult<()> {
        vm.check_room(self.items.growth())?;
        self.items.insert(at, item);
        Ok(())
    }

    /// Appends all items of an iterable.
    pub fn extend_from(&self, vm: &VirtualMachine, iterable: PyObject<'_>) -> PyResult<()> {
        if let Some(t) = iterable.exact::<PyTuple>() {
            if !self.items.try_reserve(t.len()) {
                return Err(vm.memory_error());
            }
            self.items.extend_from_slice(t.as_slice());
            return Ok(());
        }
        if let Some(items) = super::sequences::items_of(vm, iterable) {
            if !self.items.try_reserve(items.len()) {
                return Err(vm.memory_error());
            }
            self.items.extend(items.into_iter());
            return Ok(());
        }
        let it = vm.get_iter(iterable)?;
        let hint = vm.length_hint(iterable, 8)?;
        // An estimate that cannot be is none: perhaps there is room for what comes.
        let sane = self.len().checked_add(hint).is_some_and(|n| n <= isize::MAX as usize);
        if sane && !self.items.try_reserve(hint) {
            return Err(vm.memory_error());
        }
        vm.for_each_next(it.as_object(), |v| {
            if !self.items.try_reserve(1) {
                return Err(vm.memory_error());
            }
            self.items.push(v);
            Ok(())
        })?;
        self.items.shrink();
        Ok(())
    }
}

impl Traverse for PyList {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.items.traverse(visit);
    }

    fn clear(&self, _out: &mut Vec<PyObjectRef>) {
        // Dropped here: they may be many, and there may be no room for as many again.
        drop(self.items.take());
    }
}
