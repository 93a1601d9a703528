//! `int`.  A small one is an immediate; `PyInt` is the payload of the others: values beyond
//! 49 bits, and instances of subclasses whatever their value.

use crate::prelude::*;
use num::BigInt;

pub struct PyInt {
    value: BigInt,
}

impl PyInt {
    pub fn new(value: BigInt) -> PyInt {
        PyInt { value }
    }

    pub fn value(&self) -> &BigInt {
        &self.value
    }
}

impl Traverse for PyInt {
    fn traverse(&self, _visit: &mut Visitor<'_>) {}
}

impl PyPayload for PyInt {
    const SPEC: &'static TypeSpec = &INT;
}

pub static INT: TypeSpec = TypeSpec {
    flags: TypeFlags::BASETYPE.union(TypeFlags::LONG_SUBCLASS).union(TypeFlags::MATCH_SELF),
    ..TypeSpec::of::<PyInt>("builtins", "int")
};

/// How natives see an int, `bool` and subclasses of `int` included (D2).
pub enum IntView<'a> {
    Small(i64),
    Big(&'a BigInt),
}

impl<'a> PyObject<'a> {
    /// The value of an `int` (or `bool`, or a subclass); `None` for anything else.
    #[inline]
    pub fn int_view(self) -> Option<IntView<'a>> {
        if let Some(v) = self.small_int() {
            return Some(IntView::Small(v));
        }
        if let Some(b) = self.as_bool() {
            return Some(IntView::Small(b as i64));
        }
        let big = self.downcast::<PyInt>()?.payload_ref().value();
        Some(match big.to_i64() {
            Some(v) => IntView::Small(v),
            None => IntView::Big(big),
        })
    }
}
