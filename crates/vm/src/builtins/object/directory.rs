//! `object.__dir__` and `type.__dir__`: the names along an object, its class and the bases.

use crate::prelude::*;

/// Adds the names of a class and of all its bases as keys.
pub fn merge_class(vm: &VirtualMachine, names: &Py<PyDict>, cls: PyObject<'_>) -> PyResult<()> {
    let _guard = vm.enter_native(" while listing attributes")?;
    if let Some(t) = cls.downcast::<PyType>() {
        merge_keys(vm, names, t.dict(vm))?;
        for b in t.bases().as_slice() {
            merge_class(vm, names, b.as_object())?;
        }
        return Ok(());
    }
    if let Some(d) = vm.get_attr_opt(cls, &vm.names().__dict__)?
        && let Some(d) = d.as_object().downcast::<PyDict>()
    {
        merge_keys(vm, names, d)?;
    }
    let Some(bases) = vm.get_attr_opt(cls, &vm.names().__bases__)? else { return Ok(()) };
    if bases.class(vm).slots.mp_length.get().is_none() {
        return Ok(());
    }
    for b in vm.collect(bases.as_object())? {
        merge_class(vm, names, b.as_object())?;
    }
    Ok(())
}

fn merge_keys(vm: &VirtualMachine, names: &Py<PyDict>, from: &Py<PyDict>) -> PyResult<()> {
    for (k, _) in from.items() {
        names.set(vm, k.as_object(), vm.none())?;
    }
    Ok(())
}

/// `object.__dir__`.
pub fn of_object(vm: &VirtualMachine, o: PyObject<'_>) -> PyResult<PyRef<PyList>> {
    let names = vm.new_dict();
    if let Some(d) = vm.get_attr_opt(o, &vm.names().__dict__)?
        && let Some(d) = d.as_object().downcast::<PyDict>()
    {
        merge_keys(vm, &names, d)?;
    }
    if let Some(cls) = vm.get_attr_opt(o, &vm.names().__class__)? {
        merge_class(vm, &names, cls.as_object())?;
    }
    Ok(vm.new_list(names.items().into_iter().map(|(k, _)| k).collect()))
}
