//! `method`: a function bound to its first argument.

use crate::prelude::*;

pub struct PyMethod {
    pub(crate) function: PyObjectRef,
    pub(crate) receiver: PyObjectRef,
}

impl PyMethod {
    pub fn create(
        vm: &VirtualMachine,
        function: PyObjectRef,
        receiver: PyObjectRef,
    ) -> PyRef<PyMethod> {
        vm.new_object(PyMethod { function, receiver })
    }
}

/// `function.__get__`.
pub(super) fn bind(
    vm: &VirtualMachine,
    f: PyObject<'_>,
    obj: Option<PyObject<'_>>,
    _typ: Option<PyObject<'_>>,
) -> PyResult {
    match obj {
        Some(o) if !o.is_none() => Ok(PyMethod::create(vm, f.to_owned(), o.to_owned()).into()),
        _ => Ok(f.to_owned()),
    }
}

fn call_slot(vm: &VirtualMachine, callee: PyObject<'_>, args: Args<'_>) -> PyResult {
    let m = callee.expect_payload::<PyMethod>();
    let (f, receiver) = (m.function.clone(), m.receiver.clone());
    vm.call_prepended(f.as_object(), receiver.as_object(), args)
}

impl Traverse for PyMethod {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.function.traverse(visit);
        self.receiver.traverse(visit);
    }
}

impl PyPayload for PyMethod {
    const SPEC: &'static TypeSpec = &METHOD;
}

pub static METHOD: TypeSpec = TypeSpec {
    flags: TypeFlags::EXT,
    slots: Slots { call: Some(call_slot), ..Slots::EMPTY },
    ..TypeSpec::of::<PyMethod>("builtins", "method")
};
