//! A type's subclasses, held weakly: in creation order, as `__subclasses__` shows them.

use super::PyType;
use crate::builtins::weakref::PyWeak;
use crate::cell::PyCell;
use crate::object::{Py, PyRef};
use crate::vm::VirtualMachine;

#[derive(Default)]
pub struct Subclasses(PyCell<Vec<PyRef<PyWeak>>>);

impl Subclasses {
    pub fn add(&self, vm: &VirtualMachine, typ: &Py<PyType>) {
        let weak = PyWeak::create(vm, vm.type_of::<PyWeak>(), typ.as_object(), None)
            .expect("types allow weak references");
        let dead = self.0.with_mut(|l| {
            let mut dead = Vec::new();
            // The dead are looked for where the list would grow; twice the room of the living
            // makes that rare.
            if l.len() == l.capacity() {
                dead.extend(l.extract_if(.., |w| w.is_dead()));
                l.reserve(l.len() + 1);
            }
            l.push(weak);
            dead
        });
        drop(dead);
    }

    pub fn remove(&self, typ: &Py<PyType>) {
        let gone = self.0.with_mut(|l| {
            let i = l.iter().position(|w| w.upgrade().is_some_and(|t| t.is(typ)));
            i.map(|i| l.remove(i))
        });
        drop(gone);
    }

    /// The living ones.
    pub fn all(&self) -> Vec<PyRef<PyType>> {
        self.0
            .get()
            .iter()
            .filter_map(|w| w.upgrade().and_then(|o| o.downcast::<PyType>().ok()))
            .collect()
    }
}
