//! `complex`.

use crate::prelude::*;

pub struct PyComplex {
    pub(crate) re: f64,
    pub(crate) im: f64,
}

impl VirtualMachine {
    pub fn new_complex(&self, re: f64, im: f64) -> PyObjectRef {
        self.new_object(PyComplex { re, im }).into()
    }
}

impl Traverse for PyComplex {
    fn traverse(&self, _visit: &mut Visitor<'_>) {}
}

impl PyPayload for PyComplex {
    const SPEC: &'static TypeSpec = &COMPLEX;
}

pub static COMPLEX: TypeSpec =
    TypeSpec { flags: TypeFlags::BASETYPE, ..TypeSpec::of::<PyComplex>("builtins", "complex") };
