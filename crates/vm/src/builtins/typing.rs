//! Type parameters, aliases and unions.

use crate::prelude::*;
use bytecode::oparg::{Intrinsic1, Intrinsic2};

pub fn intrinsic_1(vm: &VirtualMachine, _which: Intrinsic1, _v: PyObject<'_>) -> PyResult {
    Err(vm.system_error("type parameters"))
}

pub fn intrinsic_2(
    vm: &VirtualMachine,
    _which: Intrinsic2,
    _a: PyObject<'_>,
    _b: PyObject<'_>,
) -> PyResult {
    Err(vm.system_error("type parameters"))
}
