//! The iterator of `set` and `frozenset`.

use super::PySet;
use crate::builtins::sequences::builtin;
use crate::prelude::*;
use std::cell::Cell;

/// The set goes once it is exhausted; one that has changed its size is an error.
#[pyclass(name = "set_iterator", doc = None, flags(HAVE_GC, DISALLOW_INSTANTIATION))]
#[derive(Traverse)]
pub struct PySetIter {
    set: PyCell<Option<PyObjectRef>>,
    /// The set's size at the start.
    used: Cell<usize>,
    position: Cell<usize>,
    remaining: Cell<usize>,
}

impl PySetIter {
    pub fn new(owner: PyObjectRef, set: &PySet) -> PySetIter {
        PySetIter {
            set: PyCell::new(Some(owner)),
            used: Cell::new(set.len()),
            position: Cell::new(0),
            remaining: Cell::new(set.len()),
        }
    }
}

#[pymethods]
impl PySetIter {
    #[slot]
    fn iter(zelf: PyObject<'_>) -> PyObjectRef {
        zelf.to_owned()
    }

    #[slot]
    fn iternext(zelf: &Py<PySetIter>, vm: &VirtualMachine) -> PyResult<Option<PyObjectRef>> {
        let used = zelf.used.get();
        let mut position = zelf.position.get();
        let step = zelf.set.with(|s| {
            let set = s.as_ref()?.as_object().any_set()?;
            if set.len() != used {
                return Some(Err(()));
            }
            set.table.next_item(&mut position).map(|(_, item)| Ok(item))
        });
        match step {
            Some(Ok(item)) => {
                zelf.position.set(position);
                zelf.remaining.set(zelf.remaining.get().saturating_sub(1));
                Ok(Some(item))
            }
            Some(Err(())) => {
                // It stays an error however often it is asked.
                zelf.used.set(usize::MAX);
                Err(vm.runtime_error("Set changed size during iteration"))
            }
            None => {
                zelf.set.set(None);
                Ok(None)
            }
        }
    }

    /// How many items are left, as far as is known.
    #[method(name = "__length_hint__", sig = "(self, /)", text = "")]
    fn length_hint(&self) -> usize {
        let same = self.set.with(|s| {
            s.as_ref()
                .and_then(|s| s.as_object().any_set())
                .is_some_and(|s| s.len() == self.used.get())
        });
        if same { self.remaining.get() } else { 0 }
    }

    /// How to rebuild the iterator.
    #[method(name = "__reduce__", sig = "(self, /)", text = "")]
    fn reduce(zelf: &Py<PySetIter>, vm: &VirtualMachine) -> PyResult {
        // The rest of the items; the iterator itself stays where it is.
        let copy = vm.new_object(PySetIter {
            set: PyCell::new(zelf.set.get()),
            used: zelf.used.clone(),
            position: zelf.position.clone(),
            remaining: zelf.remaining.clone(),
        });
        let mut items = Vec::new();
        vm.for_each_next(copy.as_object(), |v| {
            items.push(v);
            Ok(())
        })?;
        (builtin(vm, "iter")?, (vm.new_list(items),)).into_py_result(vm)
    }
}
