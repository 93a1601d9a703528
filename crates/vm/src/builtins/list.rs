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

/// A sequence that can change.  list(iterable) has the items of iterable.
#[pyclass(
    name = "list",
    flags(BASETYPE, HAVE_GC, LIST_SUBCLASS, SEQUENCE, MATCH_SELF),
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

    /// Appends all items of an iterable.
    pub fn extend_from(&self, vm: &VirtualMachine, iterable: PyObject<'_>) -> PyResult<()> {
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

    fn clear(&self, out: &mut Vec<PyObjectRef>) {
        out.append(&mut self.items.take());
    }
}
