//! Attributes of type objects: `type.__getattribute__`, `type.__setattr__`.

use super::{PyType, TypeFlags, slot_update};
use crate::prelude::*;

/// `getattr(cls, name)`, and whether it was found at all.
pub fn type_lookup(
    vm: &VirtualMachine,
    typ: &Py<PyType>,
    name: &Py<PyStr>,
) -> PyResult<Option<PyObjectRef>> {
    let meta = typ.class();
    let on_meta = meta.lookup(vm, name);
    let mut meta_get = None;
    if let Some(d) = &on_meta {
        let slots = &d.class(vm).slots;
        meta_get = slots.descr_get.get();
        if let Some(get) = meta_get
            && slots.descr_set.get().is_some()
        {
            return get(vm, d.as_object(), Some(typ.as_object()), Some(meta.as_object())).map(Some);
        }
    }
    if let Some(v) = typ.lookup(vm, name) {
        return match v.class(vm).slots.descr_get.get() {
            Some(get) => get(vm, v.as_object(), None, Some(typ.as_object())).map(Some),
            None => Ok(Some(v)),
        };
    }
    match (on_meta, meta_get) {
        (Some(d), Some(get)) => {
            get(vm, d.as_object(), Some(typ.as_object()), Some(meta.as_object())).map(Some)
        }
        (d, _) => Ok(d),
    }
}

/// `type.__getattribute__`.
pub fn type_get_attr(vm: &VirtualMachine, obj: PyObject<'_>, name: &Py<PyStr>) -> PyResult {
    match type_lookup(vm, obj.expect_payload::<PyType>(), name)? {
        Some(v) => Ok(v),
        None => Err(vm.no_attribute(obj, name)),
    }
}

/// `type.__setattr__` and `type.__delattr__`.
pub fn type_set_attr(
    vm: &VirtualMachine,
    obj: PyObject<'_>,
    name: &Py<PyStr>,
    value: Option<PyObject<'_>>,
) -> PyResult<()> {
    let typ = obj.expect_payload::<PyType>();
    if typ.has_flags(TypeFlags::IMMUTABLE) {
        return Err(vm.type_error(format!(
            "cannot set {} attribute of immutable type '{}'",
            vm.repr(name.as_object())?.to_string_lossy(),
            typ.display_name()
        )));
    }
    if let Some(d) = typ.class().lookup(vm, name)
        && let Some(set) = d.class(vm).slots.descr_set.get()
    {
        return set(vm, d.as_object(), obj, value);
    }
    let name = if name.is_exact() {
        vm.intern_str(name)
    } else {
        vm.interp.intern_bytes(vm, name.as_bytes())
    };
    if !store(vm, typ, &name, value.map(PyObject::to_owned))? {
        return Err(vm.no_attribute(obj, &name));
    }
    slot_update::attribute_changed(vm, typ, &name);
    Ok(())
}

/// Puts a value into a type's dict, or deletes it: false if it was not there.  Versions
/// end before the old value is dropped.
pub(crate) fn store(
    vm: &VirtualMachine,
    typ: &Py<PyType>,
    name: &Py<PyStr>,
    value: Option<PyObjectRef>,
) -> PyResult<bool> {
    typ.modified();
    let dict = typ.dict(vm);
    match value {
        Some(v) => dict.set_str(vm, name, v).map(|()| true),
        None => Ok(dict.remove(vm, name.as_object())?.is_some()),
    }
}
