//! Slots behind operators: unary, binary and reflected, comparison, hash, truth.

use super::{exactly, no_keywords, no_slot};
use crate::prelude::*;
use crate::types::TypeSlots;
use crate::types::slots::{BinaryFn, SlotDef, SlotId, TernaryFn, UnaryFn};

macro_rules! by_id {
    ($name:ident -> $ty:ty: $($field:ident)*) => {
        fn $name(slots: &TypeSlots, id: SlotId) -> Option<$ty> {
            match id {
                $(SlotId::$field => slots.$field.get(),)*
                _ => None,
            }
        }
    };
}

by_id!(unary_slot -> UnaryFn: repr str iter negative positive absolute invert int float index
    await_ aiter anext);
by_id!(binary_slot -> BinaryFn: add subtract multiply remainder divmod lshift rshift and xor or
    floor_divide true_divide matmul inplace_add inplace_subtract inplace_multiply
    inplace_remainder inplace_lshift inplace_rshift inplace_and inplace_xor inplace_or
    inplace_floor_divide inplace_true_divide inplace_matmul subscript concat inplace_concat);
by_id!(ternary_slot -> TernaryFn: power inplace_power);

pub fn unary(
    vm: &VirtualMachine,
    def: &'static SlotDef,
    owner: &Py<PyType>,
    args: Args<'_>,
) -> PyResult {
    let [] = exactly(vm, def, args)?;
    let f = unary_slot(&owner.slots, def.id).ok_or_else(|| no_slot(vm, def))?;
    f(vm, args.at(0))
}

pub fn binary(
    vm: &VirtualMachine,
    def: &'static SlotDef,
    owner: &Py<PyType>,
    args: Args<'_>,
) -> PyResult {
    let [other] = exactly(vm, def, args)?;
    let f = binary_slot(&owner.slots, def.id).ok_or_else(|| no_slot(vm, def))?;
    f(vm, args.at(0), other)
}

pub fn binary_reflected(
    vm: &VirtualMachine,
    def: &'static SlotDef,
    owner: &Py<PyType>,
    args: Args<'_>,
) -> PyResult {
    let [other] = exactly(vm, def, args)?;
    let f = binary_slot(&owner.slots, def.id).ok_or_else(|| no_slot(vm, def))?;
    f(vm, other, args.at(0))
}

/// Base (or exponent) and modulus of the power methods.
fn power_args<'a>(
    vm: &VirtualMachine,
    def: &SlotDef,
    args: Args<'a>,
) -> PyResult<(PyObject<'a>, PyObject<'a>)> {
    no_keywords(vm, def, args)?;
    match args.len() {
        2 => Ok((args.at(1), PyObject::none())),
        3 => Ok((args.at(1), args.at(2))),
        n => Err(vm.type_error(format!("expected 1 or 2 arguments, got {}", n - 1))),
    }
}

pub fn power(
    vm: &VirtualMachine,
    def: &'static SlotDef,
    owner: &Py<PyType>,
    args: Args<'_>,
) -> PyResult {
    let (other, modulus) = power_args(vm, def, args)?;
    let f = ternary_slot(&owner.slots, def.id).ok_or_else(|| no_slot(vm, def))?;
    f(vm, args.at(0), other, modulus)
}

pub fn power_reflected(
    vm: &VirtualMachine,
    def: &'static SlotDef,
    owner: &Py<PyType>,
    args: Args<'_>,
) -> PyResult {
    let (other, modulus) = power_args(vm, def, args)?;
    let f = ternary_slot(&owner.slots, def.id).ok_or_else(|| no_slot(vm, def))?;
    f(vm, other, args.at(0), modulus)
}

pub fn inplace_power(
    vm: &VirtualMachine,
    def: &'static SlotDef,
    owner: &Py<PyType>,
    args: Args<'_>,
) -> PyResult {
    power(vm, def, owner, args)
}

macro_rules! comparisons {
    ($($name:ident $op:ident),*) => { $(
        pub fn $name(
            vm: &VirtualMachine,
            def: &'static SlotDef,
            owner: &Py<PyType>,
            args: Args<'_>,
        ) -> PyResult {
            let [other] = exactly(vm, def, args)?;
            let f = owner.slots.richcompare.get().ok_or_else(|| no_slot(vm, def))?;
            f(vm, args.at(0), other, Comparison::$op)
        }
    )* };
}

comparisons!(lt Lt, le Le, eq Eq, ne Ne, gt Gt, ge Ge);

pub fn hash(
    vm: &VirtualMachine,
    def: &'static SlotDef,
    owner: &Py<PyType>,
    args: Args<'_>,
) -> PyResult {
    let [] = exactly(vm, def, args)?;
    let f = owner.slots.hash.get().ok_or_else(|| no_slot(vm, def))?;
    Ok(vm.new_int(f(vm, args.at(0))?))
}

pub fn bool(
    vm: &VirtualMachine,
    def: &'static SlotDef,
    owner: &Py<PyType>,
    args: Args<'_>,
) -> PyResult {
    let [] = exactly(vm, def, args)?;
    let f = owner.slots.bool.get().ok_or_else(|| no_slot(vm, def))?;
    Ok(vm.new_bool(f(vm, args.at(0))?))
}
