//! Slots of containers, iterators and exporters of memory.

use super::{exactly, exactly_two, no_slot};
use crate::builtins::memoryview::PyMemoryView;
use crate::prelude::*;
use crate::types::slots::{SlotDef, SlotId};

pub fn len(
    vm: &VirtualMachine,
    def: &'static SlotDef,
    owner: &Py<PyType>,
    args: Args<'_>,
) -> PyResult {
    let [] = exactly(vm, def, args)?;
    let f = owner.slots.mp_length.get().ok_or_else(|| no_slot(vm, def))?;
    Ok(vm.new_usize(f(vm, args.at(0))?))
}

pub fn setitem(
    vm: &VirtualMachine,
    def: &'static SlotDef,
    owner: &Py<PyType>,
    args: Args<'_>,
) -> PyResult {
    let [key, value] = exactly_two(vm, def, args)?;
    let f = owner.slots.ass_subscript.get().ok_or_else(|| no_slot(vm, def))?;
    f(vm, args.at(0), key, Some(value))?;
    Ok(vm.none())
}

pub fn delitem(
    vm: &VirtualMachine,
    def: &'static SlotDef,
    owner: &Py<PyType>,
    args: Args<'_>,
) -> PyResult {
    let [key] = exactly(vm, def, args)?;
    let f = owner.slots.ass_subscript.get().ok_or_else(|| no_slot(vm, def))?;
    f(vm, args.at(0), key, None)?;
    Ok(vm.none())
}

/// `__mul__` and friends of sequences: the argument is a count.
pub fn index_arg(
    vm: &VirtualMachine,
    def: &'static SlotDef,
    owner: &Py<PyType>,
    args: Args<'_>,
) -> PyResult {
    let [count] = exactly(vm, def, args)?;
    let f = match def.id {
        SlotId::inplace_repeat => owner.slots.inplace_repeat.get(),
        _ => owner.slots.repeat.get(),
    };
    let f = f.ok_or_else(|| no_slot(vm, def))?;
    f(vm, args.at(0), vm.to_count(count)?)
}

/// `__getitem__` of sequences that take ints only: negative ones count from the end.
pub fn sq_item(
    vm: &VirtualMachine,
    def: &'static SlotDef,
    owner: &Py<PyType>,
    args: Args<'_>,
) -> PyResult {
    let [index] = exactly(vm, def, args)?;
    let f = owner.slots.sq_item.get().ok_or_else(|| no_slot(vm, def))?;
    let mut i = vm.to_count(index)?;
    if i < 0
        && let Some(len) = owner.slots.mp_length.get()
    {
        i = i.saturating_add_unsigned(len(vm, args.at(0))?);
    }
    f(vm, args.at(0), i)
}

pub fn contains(
    vm: &VirtualMachine,
    def: &'static SlotDef,
    owner: &Py<PyType>,
    args: Args<'_>,
) -> PyResult {
    let [item] = exactly(vm, def, args)?;
    let f = owner.slots.contains.get().ok_or_else(|| no_slot(vm, def))?;
    Ok(vm.new_bool(f(vm, args.at(0), item)?))
}

pub fn next(
    vm: &VirtualMachine,
    def: &'static SlotDef,
    owner: &Py<PyType>,
    args: Args<'_>,
) -> PyResult {
    let [] = exactly(vm, def, args)?;
    let f = owner.slots.iternext.get().ok_or_else(|| no_slot(vm, def))?;
    f(vm, args.at(0))?.ok_or_else(|| vm.stop_iteration(None))
}

/// `__buffer__`: the exporter's memory as a memoryview.
pub fn buffer(
    vm: &VirtualMachine,
    def: &'static SlotDef,
    owner: &Py<PyType>,
    args: Args<'_>,
) -> PyResult {
    let [flags] = exactly(vm, def, args)?;
    let Some(flags) = vm.index_i64(flags)?.and_then(|v| i32::try_from(v).ok()) else {
        return Err(vm.overflow_error("buffer flags out of range"));
    };
    let f = owner.slots.get_buffer.get().ok_or_else(|| no_slot(vm, def))?;
    let buffer = f(vm, args.at(0), flags.cast_unsigned())?;
    Ok(vm.new_memoryview(buffer).into())
}

/// `__release_buffer__`: ends a view that `__buffer__` gave.
pub fn release_buffer(
    vm: &VirtualMachine,
    def: &'static SlotDef,
    _owner: &Py<PyType>,
    args: Args<'_>,
) -> PyResult {
    let [view] = exactly(vm, def, args)?;
    let Some(exported) = view.downcast::<PyMemoryView>() else {
        return Err(vm.type_error("expected a memoryview object"));
    };
    if exported.check(vm).is_err() {
        return Err(vm.value_error("memoryview's buffer has already been released"));
    }
    let exporter = vm.get_attr(view, &vm.intern("obj"))?;
    if !exporter.is(args.at(0)) {
        return Err(vm.value_error("memoryview's buffer is not this object"));
    }
    vm.call_method(view, &vm.names().release, &[])?;
    Ok(vm.none())
}
