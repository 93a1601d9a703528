//! `float`.  Almost all are immediates; `PyFloat` is the payload of NaNs with a payload and
//! of instances of subclasses.
//!
//! Arithmetic and comparison are in `float/arithmetic.rs`, methods in `float/methods.rs`.

pub mod arithmetic;
pub mod methods;

use crate::prelude::*;

/// A floating-point number of 64 bits.
///
/// float(x) converts a number or reads text.
#[pyclass(name = "float", flags(BASETYPE, MATCH_SELF), with(methods), no_refs)]
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

impl PyObject<'_> {
    /// The value of a `float` or of an instance of a subclass.
    #[inline]
    pub fn float_view(self) -> Option<f64> {
        match self.small_float() {
            Some(v) => Some(v),
            None => Some(self.downcast::<PyFloat>()?.value()),
        }
    }

    /// The receiver of a float's method or slot.
    #[inline(always)]
    pub(crate) fn expect_float(self) -> f64 {
        self.float_view().expect("a slot is called with an instance of its type")
    }
}
