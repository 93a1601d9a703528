//! `object`: what every type inherits.

use crate::prelude::*;

/// The empty payload of plain instances.
pub struct PyBaseObject;

impl Traverse for PyBaseObject {
    fn traverse(&self, _visit: &mut Visitor<'_>) {}
}

impl PyPayload for PyBaseObject {
    const SPEC: &'static TypeSpec = &OBJECT;
}

pub static OBJECT: TypeSpec =
    TypeSpec { flags: TypeFlags::BASETYPE, ..TypeSpec::of::<PyBaseObject>("builtins", "object") };

/// True for `object.__getattribute__` itself.
pub fn is_object_getattribute(vm: &VirtualMachine, f: PyObject<'_>) -> bool {
    vm.types().object.raw_dict().get_name(&vm.names().__getattribute__).is_some_and(|g| g.is(f))
}
