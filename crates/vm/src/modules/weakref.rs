//! `_weakref`.

use crate::builtins::weakref::{PyWeak, PyWeakCallableProxy, PyWeakProxy};
use crate::prelude::*;

pub use self::weakref::MODULE;

/// The native half of weakref.
#[pymodule(name = "_weakref", types(PyWeak, PyWeakProxy, PyWeakCallableProxy))]
pub mod weakref {
    use super::*;

    #[attr]
    fn r#ref(vm: &VirtualMachine) -> PyRef<PyType> {
        vm.type_of::<PyWeak>().to_ref()
    }

    /// How many weak references an object has.
    #[function(sig = "(object, /)")]
    fn getweakrefcount(vm: &VirtualMachine, object: PyObject<'_>) -> usize {
        all(vm, object).len()
    }

    /// A list of all weak reference objects that point to an object.
    #[function(sig = "(object, /)")]
    fn getweakrefs(vm: &VirtualMachine, object: PyObject<'_>) -> Vec<PyObjectRef> {
        all(vm, object)
    }

    /// Creates a proxy that refers to an object weakly.
    ///
    /// callback, if given, is called with the proxy when the object is about to be finalized.
    #[function(sig = "(object, callback=None, /)")]
    fn proxy(
        vm: &VirtualMachine,
        object: PyObject<'_>,
        callback: NoneOr<PyObject<'_>>,
    ) -> PyResult {
        crate::builtins::weakref::new_proxy(vm, object, callback.0)
    }

    /// Atomically removes a key from a dict if its value is a dead weak reference.
    #[function(sig = "(dct, key, /)")]
    fn _remove_dead_weakref(
        vm: &VirtualMachine,
        dct: &Py<PyDict>,
        key: PyObject<'_>,
    ) -> PyResult<()> {
        if let Some(v) = dct.get(vm, key)? {
            match v.as_object().downcast::<PyWeak>() {
                Some(w) if w.is_dead() => drop(dct.remove(vm, key)?),
                Some(_) => {}
                None => return Err(vm.type_error("not a weakref")),
            }
        }
        Ok(())
    }
}

fn all(vm: &VirtualMachine, o: PyObject<'_>) -> Vec<PyObjectRef> {
    match crate::builtins::weakref::list_of(vm, o) {
        Ok(list) => list.all(vm).into_iter().map(Into::into).collect(),
        Err(_) => Vec::new(),
    }
}
