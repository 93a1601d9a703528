//! `types.GenericAlias`: `list[int]`.

use crate::prelude::*;

pub struct PyGenericAlias {
    origin: PyObjectRef,
    args: PyRef<PyTuple>,
}

impl PyGenericAlias {
    /// `origin[params]`; a tuple is several parameters.
    pub fn create(vm: &VirtualMachine, origin: PyObject<'_>, params: PyObject<'_>) -> PyObjectRef {
        let args = match params.downcast::<PyTuple>() {
            Some(t) => t.to_ref(),
            None => vm.new_tuple(vec![params.to_owned()]),
        };
        vm.new_object(PyGenericAlias { origin: origin.to_owned(), args }).into()
    }

    pub fn origin(&self) -> PyObject<'_> {
        self.origin.as_object()
    }

    pub fn args(&self) -> &PyRef<PyTuple> {
        &self.args
    }
}

impl Traverse for PyGenericAlias {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.origin.traverse(visit);
        self.args.traverse(visit);
    }
}

impl PyPayload for PyGenericAlias {
    const SPEC: &'static TypeSpec = &GENERIC_ALIAS;
}

pub static GENERIC_ALIAS: TypeSpec = TypeSpec {
    flags: TypeFlags::BASETYPE.union(TypeFlags::HAVE_GC).union(TypeFlags::EXT),
    ..TypeSpec::of::<PyGenericAlias>("types", "GenericAlias")
};
