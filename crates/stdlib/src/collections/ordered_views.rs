//! The views and the iterator of `OrderedDict`.

use super::ordered_dict::{PyOrderedDict, as_dict};
use std::cell::Cell;
use vm::builtins::dict::{PyDictItems, PyDictKeys, PyDictValues};
use vm::prelude::*;

/// What an iterator gives.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Keys,
    Values,
    Items,
}

#[pyclass(name = "odict_iterator", doc = None, flags(HAVE_GC, DISALLOW_INSTANTIATION))]
#[derive(Traverse)]
pub struct PyOdictIter {
    /// Gone once exhausted.
    od: PyCell<Option<PyRef<PyOrderedDict>>>,
    #[pytraverse(skip)]
    kind: Kind,
    reversed: bool,
    used: usize,
    state: usize,
    position: Cell<usize>,
    remaining: Cell<usize>,
}

impl PyOdictIter {
    pub fn new(od: &Py<PyOrderedDict>, kind: Kind, reversed: bool) -> PyOdictIter {
        let start = if reversed { od.dict().table().entry_count() } else { 0 };
        PyOdictIter {
            od: PyCell::new(Some(od.to_ref())),
            kind,
            reversed,
            used: od.dict().len(),
            state: od.state.get(),
            position: Cell::new(start),
            remaining: Cell::new(od.dict().len()),
        }
    }

    fn step(&self, vm: &VirtualMachine) -> PyResult<Option<PyObjectRef>> {
        let Some(od) = self.od.get() else { return Ok(None) };
        if self.remaining.get() == 0 {
            self.od.set(None);
            return Ok(None);
        }
        if od.state.get() != self.state {
            self.od.set(None);
            return Err(vm.runtime_error("OrderedDict mutated during iteration"));
        }
        if od.dict().len() != self.used {
            self.od.set(None);
            return Err(vm.runtime_error("OrderedDict changed size during iteration"));
        }
        let mut position = self.position.get();
        let table = od.dict().table();
        let entry = if self.reversed {
            table.previous_entry(&mut position)
        } else {
            table.next_entry(&mut position)
        };
        self.position.set(position);
        self.remaining.set(self.remaining.get() - 1);
        let Some((_, k, v)) = entry else { return Ok(None) };
        Ok(Some(match self.kind {
            Kind::Keys => k,
            Kind::Values => v,
            Kind::Items => PyTuple::from_exact(vm, 2, [k, v].into_iter()).into(),
        }))
    }
}

#[pymethods]
impl PyOdictIter {
    #[slot]
    fn iter(zelf: PyObject<'_>) -> PyObjectRef {
        zelf.to_owned()
    }

    #[slot]
    fn iternext(zelf: &Py<PyOdictIter>, vm: &VirtualMachine) -> PyResult<Option<PyObjectRef>> {
        zelf.step(vm)
    }

    /// How to rebuild the dictionary: its class, items and attributes.
    #[method(name = "__reduce__", sig = "(self, /)")]
    fn reduce(&self, vm: &VirtualMachine) -> PyResult {
        let rest = PyOdictIter {
            od: PyCell::new(self.od.get()),
            position: self.position.clone(),
            remaining: self.remaining.clone(),
            ..*self
        };
        let mut items = Vec::new();
        while let Some(item) = rest.step(vm)? {
            items.push(item);
        }
        (vm::builtins::sequences::builtin(vm, "iter")?, (vm.new_list(items),)).into_py_result(vm)
    }
}

macro_rules! views {
    ($($ty:ident $name:literal $base:ident $static:ident $kind:ident;)*) => { $(
        #[pyclass(name = $name, doc = None, base = $base, static = $static, flags(HAVE_GC, DISALLOW_INSTANTIATION))]
        #[repr(transparent)]
        pub struct $ty {
            view: $base,
        }

        impl Traverse for $ty {
            fn traverse(&self, visit: &mut Visitor<'_>) {
                self.view.traverse(visit);
            }
        }

        impl $ty {
            pub fn new(od: &Py<PyOrderedDict>) -> $ty {
                $ty { view: $base::new(as_dict(od)) }
            }
        }

        #[pymethods]
        impl $ty {
            #[slot]
            fn iter(zelf: &Py<$ty>, vm: &VirtualMachine) -> PyResult<PyRef<PyOdictIter>> {
                iterate(vm, zelf.view.dict(), Kind::$kind, false)
            }

            /// Return a reverse iterator over the view.
            #[method(name = "__reversed__", sig = "(self, /)", text = "")]
            fn reversed(zelf: &Py<$ty>, vm: &VirtualMachine) -> PyResult<PyRef<PyOdictIter>> {
                iterate(vm, zelf.view.dict(), Kind::$kind, true)
            }
        }
    )* };
}

fn iterate(
    vm: &VirtualMachine,
    dict: &Py<PyDict>,
    kind: Kind,
    reversed: bool,
) -> PyResult<PyRef<PyOdictIter>> {
    match dict.as_object().downcast::<PyOrderedDict>() {
        Some(od) => Ok(vm.new_object(PyOdictIter::new(od, kind, reversed))),
        None => Err(vm.type_error("an OrderedDict is required")),
    }
}

views! {
    PyOdictKeys "odict_keys" PyDictKeys ODICT_KEYS Keys;
    PyOdictValues "odict_values" PyDictValues ODICT_VALUES Values;
    PyOdictItems "odict_items" PyDictItems ODICT_ITEMS Items;
}
