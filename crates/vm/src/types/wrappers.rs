//! Native definitions as Python objects: how a slot is called with Python arguments
//! (`operators`, `attributes`, `items`), and what a native type's dict holds (`fill`).
//!
//! A wrapper calls the slot of the type that it was made for, not of the object's own
//! class: `object.__repr__(x)` is `object`'s.  The descriptor has checked `args[0]`.

pub mod attributes;
pub mod fill;
pub mod items;
pub mod operators;

pub use attributes::*;
pub use fill::fill;
pub use items::*;
pub use operators::*;

use super::PyType;
use super::slots::SlotDef;
use crate::prelude::*;

/// Calls the slot that a dunder stands for; `args[0]` is an instance of the owner.
pub type WrapFn = fn(&VirtualMachine, &'static SlotDef, &Py<PyType>, Args<'_>) -> PyResult;

/// The `N` arguments after `self`.
#[inline]
fn exactly<'a, const N: usize>(
    vm: &VirtualMachine,
    def: &SlotDef,
    args: Args<'a>,
) -> PyResult<[PyObject<'a>; N]> {
    no_keywords(vm, def, args)?;
    let given = args.len() - 1;
    if given != N {
        let s = if N == 1 { "" } else { "s" };
        return Err(vm.type_error(format!("expected {N} argument{s}, got {given}")));
    }
    Ok(std::array::from_fn(|i| args.at(i + 1)))
}

/// As `exactly` for two arguments, whose message names the method.
fn exactly_two<'a>(
    vm: &VirtualMachine,
    def: &SlotDef,
    args: Args<'a>,
) -> PyResult<[PyObject<'a>; 2]> {
    no_keywords(vm, def, args)?;
    crate::call::check_arity(vm, def.name, args.len() - 1, 2, 2)?;
    Ok([args.at(1), args.at(2)])
}

fn no_keywords(vm: &VirtualMachine, def: &SlotDef, args: Args<'_>) -> PyResult<()> {
    if args.keyword_count() == 0 {
        return Ok(());
    }
    Err(vm.type_error(format!("wrapper {}() takes no keyword arguments", def.name)))
}

/// A native type defines the slot it has a wrapper for.
#[cold]
fn no_slot(vm: &VirtualMachine, def: &SlotDef) -> PyErr {
    vm.system_error(format!("{} has no slot behind it", def.name))
}
