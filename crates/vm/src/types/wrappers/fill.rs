//! What a native type's dict holds: its slots as dunders, `__new__`, methods, attributes.

use crate::builtins::descriptors::{
    PyClassMethodDescriptor, PyGetSetDescriptor, PyMemberDescriptor, PyMethodDescriptor,
    PyWrapperDescriptor,
};
use crate::builtins::native_function::PyNativeFunction;
use crate::prelude::*;
use crate::types::TypeSlots;
use crate::types::instance_dict;
use crate::types::slots::{SLOT_ROWS, SlotId};

/// Fills a native type's dict.  Methods come after slots: one that has a dunder's name
/// stands in for the slot's wrapper.
pub fn fill(vm: &VirtualMachine, typ: &Py<PyType>, spec: &'static TypeSpec) {
    let slots = TypeSlots::from(&spec.slots);
    for (id, _, defs) in SLOT_ROWS {
        if !slots.is_set(*id) {
            continue;
        }
        if *id == SlotId::new {
            if spec.flags.contains(TypeFlags::OBJECTS_NEW) {
                continue;
            }
            put(vm, typ, "__new__", PyNativeFunction::constructor(vm, typ).into());
            continue;
        }
        for def in defs.iter() {
            let shown = !def.signature.is_empty()
                && (def.name != "__release_buffer__"
                    || spec.flags.contains(TypeFlags::RELEASES_BUFFER));
            if shown && typ.raw_dict().get_name(&vm.intern(def.name)).is_none() {
                let objclass = typ.to_ref();
                let wrapper = vm.new_object(PyWrapperDescriptor { def, objclass });
                put(vm, typ, def.name, wrapper.into());
            }
        }
    }
    for def in spec.methods.iter().flat_map(|b| b.iter()) {
        put(vm, typ, def.name, method(vm, typ, def));
    }
    for def in spec.getset.iter().flat_map(|b| b.iter()) {
        let objclass = typ.to_ref();
        let descriptor = if def.member {
            vm.new_object(PyMemberDescriptor::native(objclass, def)).into()
        } else {
            vm.new_object(PyGetSetDescriptor { objclass, def }).into()
        };
        put(vm, typ, def.name, descriptor);
    }
    let own_dict = spec.flags.contains(TypeFlags::MANAGED_DICT)
        && spec.base.is_none_or(|b| !b.flags.contains(TypeFlags::MANAGED_DICT));
    if own_dict && typ.raw_dict().get_name(&vm.names().__dict__).is_none() {
        let (objclass, def) = (typ.to_ref(), &instance_dict::OF_NATIVE_TYPES);
        put(vm, typ, def.name, vm.new_object(PyGetSetDescriptor { objclass, def }).into());
    }
    for def in spec.consts.iter().flat_map(|b| b.iter()) {
        match (def.value)(vm) {
            Ok(v) => put(vm, typ, def.name, v),
            Err(e) => vm.unraisable(
                e,
                Some("Exception ignored while a native type was filled"),
                typ.as_object(),
            ),
        }
    }
    if typ.raw_dict().get_name(&vm.names().__doc__).is_none() {
        let doc = spec.doc.map_or_else(|| vm.none(), |d| vm.new_str(d).into());
        put(vm, typ, "__doc__", doc);
    }
    if spec.slots.richcompare.is_some() && spec.slots.hash.is_none() {
        put(vm, typ, "__hash__", vm.none());
    }
}

fn method(vm: &VirtualMachine, typ: &Py<PyType>, def: &'static MethodDef) -> PyObjectRef {
    let objclass = typ.to_ref();
    match def.kind {
        MethodKind::Class => vm.new_object(PyClassMethodDescriptor { def, objclass }).into(),
        MethodKind::Static | MethodKind::Module => {
            let function = PyNativeFunction::of_type(vm, def, typ);
            crate::builtins::descriptors::new_staticmethod(vm, function.into())
        }
        MethodKind::Instance => vm.new_object(PyMethodDescriptor { def, objclass }).into(),
    }
}

fn put(vm: &VirtualMachine, typ: &Py<PyType>, name: &str, value: PyObjectRef) {
    // Keys are strings: no comparison can run Python code or fail.
    typ.raw_dict().set_str(vm, &vm.intern(name), value).expect("a type's dict has string keys");
}
