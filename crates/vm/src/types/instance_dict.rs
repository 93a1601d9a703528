//! The `__dict__` and `__weakref__` attributes that types give their instances.

use crate::prelude::*;

/// Of instances of Python classes.
pub static OF_CLASSES: GetSetDef = GetSetDef {
    name: "__dict__",
    get: Some(instance_dict),
    set: Some(set_instance_dict),
    doc: Some("The attributes that are stored on the instance itself."),
    member: false,
};

/// Of native types that give their instances a dict: it cannot be deleted.
pub static OF_NATIVE_TYPES: GetSetDef =
    GetSetDef { set: Some(replace_instance_dict), doc: None, ..OF_CLASSES };

pub static WEAKREF: GetSetDef = GetSetDef {
    name: "__weakref__",
    get: Some(first_weakref),
    set: None,
    doc: Some("The first of the weak references to the object, or None."),
    member: false,
};

/// `obj.__dict__`.
pub fn instance_dict(vm: &VirtualMachine, obj: PyObject<'_>) -> PyResult {
    match crate::protocol::attributes::ensure_instance_dict(vm, obj) {
        Some(d) => Ok(d.into()),
        None => Err(vm.attribute_error_msg("This object has no __dict__")),
    }
}

/// `obj.__dict__ = value`; deleting leaves a new empty dict to be made.
pub fn set_instance_dict(
    vm: &VirtualMachine,
    obj: PyObject<'_>,
    value: Option<PyObject<'_>>,
) -> PyResult<()> {
    let dict = match value {
        None => None,
        Some(v) => match v.downcast::<PyDict>() {
            Some(d) => Some(d.to_ref()),
            None => {
                return Err(vm.type_error(format!(
                    "__dict__ must be set to a dictionary, not a '{}'",
                    v.class(vm).display_name()
                )));
            }
        },
    };
    let Some(inst) = obj.instance().filter(|_| obj.class(vm).has_flags(TypeFlags::EXT)) else {
        return Err(vm.attribute_error_msg("This object has no __dict__"));
    };
    let gone = if inst.inline_valid() { inst.inline_take_all() } else { Vec::new() };
    let old = inst.replace_ext_dict(dict);
    drop((gone, old));
    Ok(())
}

/// As CPython's `PyObject_GenericSetDict`.
fn replace_instance_dict(
    vm: &VirtualMachine,
    obj: PyObject<'_>,
    value: Option<PyObject<'_>>,
) -> PyResult<()> {
    if value.is_none() {
        return Err(vm.type_error("cannot delete __dict__"));
    }
    set_instance_dict(vm, obj, value)
}

fn first_weakref(vm: &VirtualMachine, obj: PyObject<'_>) -> PyResult {
    let list = obj.instance().and_then(|i| i.weakrefs());
    let first = list.and_then(|l| l.all(vm).into_iter().next());
    Ok(first.map_or_else(|| vm.none(), Into::into))
}
