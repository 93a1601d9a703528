//! `int`.  A small one is an immediate; `PyInt` is the payload of the others: values beyond
//! 49 bits, and instances of subclasses whatever their value.
//!
//! Arithmetic is in `int/arithmetic.rs`, construction from text in `int/construct.rs`, methods
//! in `int/methods.rs`, text in `int/text.rs`.  Two things hold everywhere: a result that fits
//! a word is never on the heap, and work on huge numbers polls the eval breaker.

pub mod arithmetic;
pub mod construct;
pub mod methods;
pub mod text;

use crate::prelude::*;
use num::BigInt;
use std::borrow::Cow;

/// An integer of any size.
///
/// int(x) converts a number; int(text, base=10) reads text, bytes or a bytearray in a base
/// from 2 to 36, or in the base that its prefix names if base is 0.
#[pyclass(
    name = "int",
    marker = LONG_SUBCLASS, flags(BASETYPE, LONG_SUBCLASS, MATCH_SELF),
    with(construct, methods, text),
    text = "",
    no_refs
)]
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

/// How natives see an int, `bool` and subclasses of `int` included (D2).
pub enum IntView<'a> {
    Small(i64),
    Big(&'a BigInt),
}

impl<'a> IntView<'a> {
    /// As a big integer, borrowed where it is one.
    pub fn to_big(&self) -> Cow<'a, BigInt> {
        match self {
            IntView::Small(v) => Cow::Owned(BigInt::from_i64(*v)),
            IntView::Big(b) => Cow::Borrowed(b),
        }
    }

    pub fn is_negative(&self) -> bool {
        match self {
            IntView::Small(v) => *v < 0,
            IntView::Big(b) => b.is_negative(),
        }
    }

    pub fn is_zero(&self) -> bool {
        matches!(self, IntView::Small(0))
    }
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

    /// The value of an int of any size.
    pub fn bigint(self) -> Option<Cow<'a, BigInt>> {
        self.int_view().map(|v| v.to_big())
    }

    /// The receiver of an int's method or slot.
    #[inline(always)]
    pub(crate) fn expect_int(self) -> IntView<'a> {
        self.int_view().expect("a slot is called with an instance of its type")
    }
}

impl VirtualMachine {
    /// Runs long integer work, which Ctrl-C and other threads may interrupt.
    pub fn long_work<T>(
        &self,
        work: impl FnOnce(&mut num::Poll<'_>) -> num::Result<T>,
    ) -> PyResult<T> {
        let mut failure = None;
        let mut poll = || {
            self.check_breaker().map_err(|e| {
                failure = Some(e);
                num::Interrupted
            })
        };
        work(&mut poll).map_err(|e| failure.take().unwrap_or_else(|| self.number_error(e)))
    }

    /// The Python error for an operation of `num` that has no result.
    #[cold]
    pub fn number_error(&self, e: num::Error) -> PyErr {
        match e {
            num::Error::TooBig => self.memory_error(),
            num::Error::Interrupted => self.new_exception(&self.exc().keyboard_interrupt, vec![]),
            num::Error::DivisionByZero => self.division_by_zero(),
            num::Error::NotInvertible => {
                self.value_error("base is not invertible for the given modulus")
            }
            num::Error::FloatOverflow => self.overflow_error("int too large to convert to float"),
            num::Error::Negative => self.value_error("negative shift count"),
        }
    }

    #[cold]
    pub fn division_by_zero(&self) -> PyErr {
        self.zero_division_error("division by zero")
    }

    /// An int of the class: the exact type's canonical form, or an instance of a subclass.
    pub fn int_of_class(&self, cls: &Py<PyType>, value: PyObject<'_>) -> PyObjectRef {
        if cls.is(&*self.types().int) {
            return self.exact_int(value).unwrap_or_else(|| value.to_owned());
        }
        let value = value.bigint().expect("converted to an int before").into_owned();
        self.alloc(cls, PyInt::new(value)).into()
    }
}
