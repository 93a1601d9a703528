//! Native definitions as Python objects: how a slot is called with Python arguments, and
//! the descriptors that a native type's dict holds.

use super::{PyType, TypeSpec};
use crate::prelude::*;

/// Calls the slot of `args[0]` that a dunder stands for.
pub type WrapFn =
    fn(&VirtualMachine, &'static super::slots::SlotDef, &Py<PyType>, Args<'_>) -> PyResult;

macro_rules! wrap_fns {
    ($($name:ident),* $(,)?) => { $(
        pub fn $name(vm: &VirtualMachine, def: &'static super::slots::SlotDef, _owner: &Py<PyType>, _args: Args<'_>) -> PyResult {
            Err(vm.type_error(format!("{}", def.name)))
        }
    )* };
}

wrap_fns! { unary, hash, call, getattribute, none, setattr, delattr, lt, le, eq, ne, gt, ge, next, descr_get,
descr_set, descr_delete, init, del, binary, binary_reflected, power, power_reflected, inplace_power, bool, len,
setitem, delitem, index_arg, sq_item, contains, buffer, release_buffer }

/// Fills a native type's dict.
pub fn fill(_vm: &VirtualMachine, _typ: &Py<PyType>, _spec: &'static TypeSpec) {}
