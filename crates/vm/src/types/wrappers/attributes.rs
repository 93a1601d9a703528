//! Slots of attribute access, descriptors, calls and an object's beginning and end.

use super::{exactly, exactly_two, no_slot};
use crate::prelude::*;
use crate::types::slot_functions;
use crate::types::slots::{SetAttrFn, SlotDef};

pub fn call(
    vm: &VirtualMachine,
    def: &'static SlotDef,
    owner: &Py<PyType>,
    args: Args<'_>,
) -> PyResult {
    let f = owner.slots.call.get().ok_or_else(|| no_slot(vm, def))?;
    f(vm, args.at(0), args.skip(1))
}

/// For dunders that have no wrapper (`__new__` is a function, `__getattr__` only a hook).
pub fn none(
    vm: &VirtualMachine,
    def: &'static SlotDef,
    _owner: &Py<PyType>,
    _args: Args<'_>,
) -> PyResult {
    Err(no_slot(vm, def))
}

fn attribute_name<'a>(vm: &VirtualMachine, name: PyObject<'a>) -> PyResult<&'a Py<PyStr>> {
    name.downcast::<PyStr>().ok_or_else(|| {
        vm.type_error(format!(
            "attribute name must be string, not '{}'",
            name.class(vm).display_name()
        ))
    })
}

pub fn getattribute(
    vm: &VirtualMachine,
    def: &'static SlotDef,
    owner: &Py<PyType>,
    args: Args<'_>,
) -> PyResult {
    let [name] = exactly(vm, def, args)?;
    let f = owner.slots.getattro.get().ok_or_else(|| no_slot(vm, def))?;
    f(vm, args.at(0), attribute_name(vm, name)?)
}

/// Keeps `object.__setattr__(int, ..)` from going around `type.__setattr__`: between the
/// type that really defines the object's native slot and the wrapper's owner, no other
/// native slot may lie.
fn check_no_jump(
    vm: &VirtualMachine,
    obj: PyObject<'_>,
    func: SetAttrFn,
    what: &str,
) -> PyResult<()> {
    let typ = obj.class(vm);
    let is = |t: &Py<PyType>, f: SetAttrFn| {
        t.slots.setattro.get().is_some_and(|g| std::ptr::fn_addr_eq(g, f))
    };
    let own = typ.slots.setattro.get();
    let mro = typ.mro();
    // Classes whose slot looks `__setattr__` up define no slot of their own.
    let defining = mro.as_slice().iter().rev().find_map(|t| {
        let t = t.as_object().downcast::<PyType>()?;
        let defines = !is(t, slot_functions::setattro) && own.is_some_and(|f| is(t, f));
        defines.then(|| t.to_ref())
    });
    let mut base = Some(defining.unwrap_or_else(|| typ.to_ref()));
    while let Some(t) = base {
        if is(&t, func) {
            return Ok(());
        }
        if !is(&t, slot_functions::setattro) {
            return Err(
                vm.type_error(format!("can't apply this {what} to {} object", typ.display_name()))
            );
        }
        base = t.base();
    }
    Ok(())
}

pub fn setattr(
    vm: &VirtualMachine,
    def: &'static SlotDef,
    owner: &Py<PyType>,
    args: Args<'_>,
) -> PyResult {
    let [name, value] = exactly_two(vm, def, args)?;
    let f = owner.slots.setattro.get().ok_or_else(|| no_slot(vm, def))?;
    check_no_jump(vm, args.at(0), f, def.name)?;
    f(vm, args.at(0), attribute_name(vm, name)?, Some(value))?;
    Ok(vm.none())
}

pub fn delattr(
    vm: &VirtualMachine,
    def: &'static SlotDef,
    owner: &Py<PyType>,
    args: Args<'_>,
) -> PyResult {
    let [name] = exactly(vm, def, args)?;
    let f = owner.slots.setattro.get().ok_or_else(|| no_slot(vm, def))?;
    check_no_jump(vm, args.at(0), f, def.name)?;
    f(vm, args.at(0), attribute_name(vm, name)?, None)?;
    Ok(vm.none())
}

/// `(instance, owner=None)` of a `__get__`; None stands for absence.
pub fn get_arguments<'a>(
    vm: &VirtualMachine,
    args: Args<'a>,
) -> PyResult<(Option<PyObject<'a>>, Option<PyObject<'a>>)> {
    crate::call::check_arity(vm, "__get__", args.len(), 1, 2)?;
    let given = |i| args.get(i).filter(|o| !o.is_none());
    let (obj, typ) = (given(0), given(1));
    if obj.is_none() && typ.is_none() {
        return Err(vm.type_error("__get__(None, None) is invalid"));
    }
    Ok((obj, typ))
}

pub fn descr_get(
    vm: &VirtualMachine,
    def: &'static SlotDef,
    owner: &Py<PyType>,
    args: Args<'_>,
) -> PyResult {
    super::no_keywords(vm, def, args)?;
    let (obj, typ) = get_arguments(vm, args.skip(1))?;
    let f = owner.slots.descr_get.get().ok_or_else(|| no_slot(vm, def))?;
    f(vm, args.at(0), obj, typ)
}

pub fn descr_set(
    vm: &VirtualMachine,
    def: &'static SlotDef,
    owner: &Py<PyType>,
    args: Args<'_>,
) -> PyResult {
    let [obj, value] = exactly_two(vm, def, args)?;
    let f = owner.slots.descr_set.get().ok_or_else(|| no_slot(vm, def))?;
    f(vm, args.at(0), obj, Some(value))?;
    Ok(vm.none())
}

pub fn descr_delete(
    vm: &VirtualMachine,
    def: &'static SlotDef,
    owner: &Py<PyType>,
    args: Args<'_>,
) -> PyResult {
    let [obj] = exactly(vm, def, args)?;
    let f = owner.slots.descr_set.get().ok_or_else(|| no_slot(vm, def))?;
    f(vm, args.at(0), obj, None)?;
    Ok(vm.none())
}

pub fn init(
    vm: &VirtualMachine,
    def: &'static SlotDef,
    owner: &Py<PyType>,
    args: Args<'_>,
) -> PyResult {
    let f = owner.slots.init.get().ok_or_else(|| no_slot(vm, def))?;
    f(vm, args.at(0), args.skip(1))?;
    Ok(vm.none())
}

pub fn del(
    vm: &VirtualMachine,
    def: &'static SlotDef,
    owner: &Py<PyType>,
    args: Args<'_>,
) -> PyResult {
    let [] = exactly(vm, def, args)?;
    let f = owner.slots.del.get().ok_or_else(|| no_slot(vm, def))?;
    f(vm, args.at(0))?;
    Ok(vm.none())
}
