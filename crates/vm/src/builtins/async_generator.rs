//! Asynchronous generators: the value wrapper, and the awaitables of their methods.

use crate::prelude::*;

/// A value that an asynchronous generator yields, told apart from what it awaits.
pub struct PyAsyncGenWrappedValue {
    pub(crate) value: PyObjectRef,
}

pub fn wrap(vm: &VirtualMachine, v: PyObject<'_>) -> PyObjectRef {
    vm.new_object(PyAsyncGenWrappedValue { value: v.to_owned() }).into()
}

impl Traverse for PyAsyncGenWrappedValue {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.value.traverse(visit);
    }
}

impl PyPayload for PyAsyncGenWrappedValue {
    const SPEC: &'static TypeSpec = &WRAPPED_VALUE;
}

pub static WRAPPED_VALUE: TypeSpec = TypeSpec {
    flags: TypeFlags::HAVE_GC,
    ..TypeSpec::of::<PyAsyncGenWrappedValue>("builtins", "async_generator_wrapped_value")
};
