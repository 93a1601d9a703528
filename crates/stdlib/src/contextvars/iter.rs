//! Iterators over a context: they see it as it was when they were made.

use super::map::Map;
use std::cell::Cell;
use vm::prelude::*;

/// One of them: `$make` turns a variable and its value into an item.
macro_rules! context_iterator {
    ($ty:ident, $name:literal, $make:expr) => {
        #[pyclass(name = $name, doc = None, flags(HAVE_GC, DISALLOW_INSTANTIATION))]
        pub struct $ty {
            entries: Vec<(PyObjectRef, PyObjectRef)>,
            at: Cell<usize>,
        }

        impl Traverse for $ty {
            fn traverse(&self, visit: &mut Visitor<'_>) {
                self.entries.traverse(visit);
            }
        }

        impl $ty {
            pub fn over(map: &Map) -> $ty {
                $ty { entries: map.entries(), at: Cell::new(0) }
            }
        }

        #[pymethods]
        impl $ty {
            #[slot]
            fn mp_length(&self) -> usize {
                self.entries.len()
            }

            #[slot]
            fn iter(zelf: &Py<$ty>) -> PyRef<$ty> {
                zelf.to_ref()
            }

            #[slot]
            fn iternext(&self, vm: &VirtualMachine) -> Option<PyObjectRef> {
                let (variable, value) = self.entries.get(self.at.get())?;
                self.at.set(self.at.get() + 1);
                let make: fn(&VirtualMachine, &PyObjectRef, &PyObjectRef) -> PyObjectRef = $make;
                Some(make(vm, variable, value))
            }
        }
    };
}

context_iterator!(PyContextKeys, "keys", |_, variable, _| variable.clone());
context_iterator!(PyContextValues, "values", |_, _, value| value.clone());
context_iterator!(PyContextItems, "items", |vm, variable, value| {
    vm.new_tuple(vec![variable.clone(), value.clone()]).into()
});
