//! The six iterators of `dict`: keys, values and items, forward and backward.

use crate::builtins::sequences::builtin;
use crate::containers::dict_table::DictTable;
use crate::prelude::*;
use std::cell::Cell;

/// Where an iterator stands.  The dict goes once it is exhausted.
#[derive(Traverse)]
pub(crate) struct DictCursor {
    dict: PyCell<Option<PyRef<PyDict>>>,
    /// The dict's size at the start.
    used: Cell<usize>,
    position: Cell<usize>,
    remaining: Cell<usize>,
}

/// One step over a dict's table: the entry, with the position moved.
type Step<R> = fn(&DictTable, &mut usize) -> Option<R>;

impl DictCursor {
    fn new(dict: &Py<PyDict>, position: usize) -> DictCursor {
        DictCursor {
            dict: PyCell::new(Some(dict.to_ref())),
            used: Cell::new(dict.len()),
            position: Cell::new(position),
            remaining: Cell::new(dict.len()),
        }
    }

    #[inline(always)]
    fn next<R>(&self, vm: &VirtualMachine, step: Step<R>) -> PyResult<Option<R>> {
        let mut position = self.position.get();
        let (used, remaining) = (self.used.get(), self.remaining.get());
        let mut changed = None;
        let entry = self.dict.with(|d| {
            let d = d.as_ref()?;
            if d.len() != used {
                changed = Some("dictionary changed size during iteration");
                return None;
            }
            step(&d.table, &mut position)
        });
        if entry.is_some() && remaining == 0 {
            changed = Some("dictionary keys changed during iteration");
        }
        if let Some(message) = changed {
            // It stays an error however often it is asked.
            self.used.set(usize::MAX);
            return Err(vm.runtime_error(message));
        }
        if entry.is_some() {
            self.position.set(position);
            self.remaining.set(remaining - 1);
        } else {
            self.dict.set(None);
        }
        Ok(entry)
    }

    fn length_hint(&self) -> usize {
        let same = self.dict.with(|d| d.as_ref().is_some_and(|d| d.len() == self.used.get()));
        if same { self.remaining.get() } else { 0 }
    }

    fn copy(&self) -> DictCursor {
        DictCursor {
            dict: PyCell::new(self.dict.get()),
            used: self.used.clone(),
            position: self.position.clone(),
            remaining: self.remaining.clone(),
        }
    }
}

fn pair(vm: &VirtualMachine, (_, k, v): (i64, PyObjectRef, PyObjectRef)) -> PyObjectRef {
    PyTuple::from_exact(vm, 2, [k, v].into_iter()).into()
}

macro_rules! dict_iterators {
    ($($ty:ident $name:literal $start:expr, $step:expr, $give:expr;)*) => { $(
        #[pyclass(name = $name, doc = None, flags(HAVE_GC, DISALLOW_INSTANTIATION))]
        #[derive(Traverse)]
        pub struct $ty {
            cursor: DictCursor,
        }

        impl $ty {
            pub fn new(dict: &Py<PyDict>) -> $ty {
                let start: fn(&PyDict) -> usize = $start;
                $ty { cursor: DictCursor::new(dict, start(dict)) }
            }
        }

        #[pymethods]
        impl $ty {
            #[slot]
            fn iter(zelf: PyObject<'_>) -> PyObjectRef {
                zelf.to_owned()
            }

            #[slot]
            fn iternext(zelf: &Py<$ty>, vm: &VirtualMachine) -> PyResult<Option<PyObjectRef>> {
                Ok(zelf.cursor.next(vm, $step)?.map(|e| ($give)(vm, e)))
            }

            /// How many items are left, as far as is known.
            #[method(name = "__length_hint__", sig = "(self, /)", text = "")]
            fn length_hint(&self) -> usize {
                self.cursor.length_hint()
            }

            /// How to rebuild the iterator.
            #[method(name = "__reduce__", sig = "(self, /)", text = "")]
            fn reduce(&self, vm: &VirtualMachine) -> PyResult {
                let rest = self.cursor.copy();
                let mut items: Vec<PyObjectRef> = Vec::new();
                while let Some(e) = rest.next(vm, $step)? {
                    items.push(($give)(vm, e));
                }
                (builtin(vm, "iter")?, (vm.new_list(items),)).into_py_result(vm)
            }
        }
    )* };
}

impl PyDictItemIter {
    /// The next key and value.
    pub(crate) fn next_pair(
        &self,
        vm: &VirtualMachine,
    ) -> PyResult<Option<(PyObjectRef, PyObjectRef)>> {
        Ok(self.cursor.next(vm, |t, p| t.next_entry(p))?.map(|(_, key, value)| (key, value)))
    }
}

dict_iterators! {
    PyDictKeyIter "dict_keyiterator" |_| 0, |t, p| t.next_key(p),
        |_: &VirtualMachine, e: (i64, PyObjectRef)| e.1;
    PyDictValueIter "dict_valueiterator" |_| 0, |t, p| t.next_entry(p),
        |_: &VirtualMachine, e: (i64, PyObjectRef, PyObjectRef)| e.2;
    PyDictItemIter "dict_itemiterator" |_| 0, |t, p| t.next_entry(p), pair;
    PyDictReverseKeyIter "dict_reversekeyiterator" |d| d.table.entry_count(),
        |t, p| t.previous_entry(p), |_: &VirtualMachine, e: (i64, PyObjectRef, PyObjectRef)| e.1;
    PyDictReverseValueIter "dict_reversevalueiterator" |d| d.table.entry_count(),
        |t, p| t.previous_entry(p), |_: &VirtualMachine, e: (i64, PyObjectRef, PyObjectRef)| e.2;
    PyDictReverseItemIter "dict_reverseitemiterator" |d| d.table.entry_count(),
        |t, p| t.previous_entry(p), pair;
}
