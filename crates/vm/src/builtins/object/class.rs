//! `obj.__class__`, and when it may be assigned.

use crate::builtins::module::PyModule;
use crate::builtins::object::PyBaseObject;
use crate::prelude::*;
use crate::types::bases;

#[pymethods(name = classes)]
impl PyBaseObject {
    /// The object's class.
    #[getter]
    fn __class__(zelf: PyObject<'_>, vm: &VirtualMachine) -> PyRef<PyType> {
        zelf.class(vm).to_ref()
    }

    #[setter(name = "__class__")]
    fn set_class(
        zelf: PyObject<'_>,
        vm: &VirtualMachine,
        value: Option<PyObject<'_>>,
    ) -> PyResult<()> {
        let Some(value) = value else {
            return Err(vm.type_error("can't delete __class__ attribute"));
        };
        let Some(new) = value.downcast::<PyType>() else {
            return Err(vm.type_error(format!(
                "__class__ must be set to a class, not '{}' object",
                value.class(vm).display_name()
            )));
        };
        set_class(vm, zelf, new)
    }
}

fn set_class(vm: &VirtualMachine, o: PyObject<'_>, new: &Py<PyType>) -> PyResult<()> {
    let old = o.class(vm);
    let module = vm.type_of::<PyModule>();
    let modules = new.is_subtype(module) && old.is_subtype(module);
    if !modules && (new.has_flags(TypeFlags::IMMUTABLE) || old.has_flags(TypeFlags::IMMUTABLE)) {
        return Err(vm.type_error(
            "__class__ assignment only supported for mutable types or ModuleType subclasses",
        ));
    }
    bases::check_exchange(vm, old, new, "__class__")?;
    if !old.is(new) {
        crate::protocol::attributes::change_class(vm, o, new);
    }
    Ok(())
}
