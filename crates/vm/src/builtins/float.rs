//! `float`.  Almost all are immediates; `PyFloat` is the payload of NaNs with a payload and
//! of instances of subclasses.

use crate::prelude::*;

pub struct PyFloat {
    value: f64,
}

impl PyFloat {
    pub fn new(value: f64) -> PyFloat {
        PyFloat { value }
    }

    pub fn value(&self) -> f64 {
        self.value
    }
}

impl Traverse for PyFloat {
    fn traverse(&self, _visit: &mut Visitor<'_>) {}
}

impl PyPayload for PyFloat {
    const SPEC: &'static TypeSpec = &FLOAT;
}

pub static FLOAT: TypeSpec = TypeSpec {
    flags: TypeFlags::BASETYPE.union(TypeFlags::MATCH_SELF),
    ..TypeSpec::of::<PyFloat>("builtins", "float")
};

impl PyObject<'_> {
    /// The value of a `float` or of an instance of a subclass.
    #[inline]
    pub fn float_view(self) -> Option<f64> {
        match self.small_float() {
            Some(v) => Some(v),
            None => Some(self.downcast::<PyFloat>()?.value()),
        }
    }
}
