//! The `__dict__` and `__weakref__` attributes that types give their instances.

use crate::builtins::object::PyBaseObject;
use crate::prelude::*;

/// Of instances of Python classes.
pub static OF_CLASSES: GetSetDef = GetSetDef {
    name: "__dict__",
    get: Some(get_of_class),
    set: Some(set_of_class),
    doc: Some("The attributes that are stored on the instance itself."),
    member: false,
};

/// Of native types that give their instances a dict: it cannot be deleted.
pub static OF_NATIVE_TYPES: GetSetDef = GetSetDef {
    get: Some(instance_dict),
    set: Some(replace_instance_dict),
    doc: None,
    ..OF_CLASSES
};

pub static WEAKREF: GetSetDef = GetSetDef {
    name: "__weakref__",
    get: Some(first_weakref),
    set: None,
    doc: Some("The first of the weak references to the object, or None."),
    member: false,
};

/// The `__dict__` descriptor of the native type that gave instances of `typ` their dict, if one
/// did: a class can inherit another class's descriptor besides.
fn native_descriptor(vm: &VirtualMachine, typ: &Py<PyType>) -> Option<PyObjectRef> {
    if std::ptr::eq(typ.spec(), PyBaseObject::SPEC) {
        return None;
    }
    let mut t = Some(typ.to_ref());
    while let Some(c) = t {
        if !c.has_flags(TypeFlags::HEAP)
            && let Some(d) = c.dict(vm).get_name(&vm.names().__dict__)
        {
            return Some(d);
        }
        t = c.base();
    }
    None
}

fn get_of_class(vm: &VirtualMachine, obj: PyObject<'_>) -> PyResult {
    if let Some(d) = native_descriptor(vm, obj.class(vm))
        && let Some(get) = d.class(vm).slots.descr_get.get()
    {
        return get(vm, d.as_object(), Some(obj), Some(obj.class(vm).as_object()));
    }
    instance_dict(vm, obj)
}

fn set_of_class(
    vm: &VirtualMachine,
    obj: PyObject<'_>,
    value: Option<PyObject<'_>>,
) -> PyResult<()> {
    if let Some(d) = native_descriptor(vm, obj.class(vm))
        && let Some(set) = d.class(vm).slots.descr_set.get()
    {
        return set(vm, d.as_object(), obj, value);
    }
    set_instance_dict(vm, obj, value)
}

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
