//! `slice`.

use crate::prelude::*;

pub struct PySlice {
    pub(crate) start: PyObjectRef,
    pub(crate) stop: PyObjectRef,
    pub(crate) step: PyObjectRef,
}

impl PySlice {
    pub fn create(vm: &VirtualMachine, [start, stop, step]: [PyObjectRef; 3]) -> PyRef<PySlice> {
        vm.new_object(PySlice { start, stop, step })
    }
}

impl Traverse for PySlice {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.start.traverse(visit);
        self.stop.traverse(visit);
        self.step.traverse(visit);
    }
}

impl PyPayload for PySlice {
    const SPEC: &'static TypeSpec = &SLICE;
}

pub static SLICE: TypeSpec =
    TypeSpec { flags: TypeFlags::HAVE_GC, ..TypeSpec::of::<PySlice>("builtins", "slice") };
