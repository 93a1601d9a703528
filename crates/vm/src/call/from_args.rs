//! From Python arguments to Rust values.

use super::signature::ArgContext;
use crate::prelude::*;

/// A Rust type that a native function takes an argument as.
pub trait FromArg<'a>: Sized {
    fn from_arg(vm: &VirtualMachine, obj: PyObject<'a>, context: ArgContext) -> PyResult<Self>;
}

/// A parameter that takes `None` or a `T`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoneOr<T>(pub Option<T>);

impl<'a> FromArg<'a> for PyObject<'a> {
    #[inline(always)]
    fn from_arg(_vm: &VirtualMachine, obj: PyObject<'a>, _context: ArgContext) -> PyResult<Self> {
        Ok(obj)
    }
}

impl<'a> FromArg<'a> for PyObjectRef {
    #[inline(always)]
    fn from_arg(_vm: &VirtualMachine, obj: PyObject<'a>, _context: ArgContext) -> PyResult<Self> {
        Ok(obj.to_owned())
    }
}

impl<'a, T: PyPayload> FromArg<'a> for &'a Py<T> {
    #[inline]
    fn from_arg(vm: &VirtualMachine, obj: PyObject<'a>, context: ArgContext) -> PyResult<Self> {
        obj.downcast::<T>().ok_or_else(|| context.wrong_type(vm, &T::SPEC.tp_name(), obj))
    }
}

impl<'a, T: PyPayload> FromArg<'a> for PyRef<T> {
    #[inline]
    fn from_arg(vm: &VirtualMachine, obj: PyObject<'a>, context: ArgContext) -> PyResult<Self> {
        <&Py<T>>::from_arg(vm, obj, context).map(Py::to_ref)
    }
}

impl<'a> FromArg<'a> for bool {
    #[inline]
    fn from_arg(vm: &VirtualMachine, obj: PyObject<'a>, _context: ArgContext) -> PyResult<Self> {
        vm.is_true(obj)
    }
}

/// Text without surrogates.
impl<'a> FromArg<'a> for &'a str {
    fn from_arg(vm: &VirtualMachine, obj: PyObject<'a>, context: ArgContext) -> PyResult<Self> {
        let s = <&Py<PyStr>>::from_arg(vm, obj, context)?;
        s.payload_ref().to_str().ok_or_else(|| surrogate_error(vm, s))
    }
}

/// The error of encoding a lone surrogate as UTF-8.
#[cold]
pub fn surrogate_error(vm: &VirtualMachine, s: &Py<PyStr>) -> PyErr {
    let bytes = s.as_bytes();
    // Surrogates are the three-byte sequences that start with ED and A0 or above.
    let at = bytes.windows(2).position(|w| w[0] == 0xED && w[1] >= 0xA0).unwrap_or(0);
    let start = bytes[..at].iter().filter(|b| **b & 0xC0 != 0x80).count();
    let run = bytes[at..].chunks(3).take_while(|c| c.len() == 3 && c[0] == 0xED && c[1] >= 0xA0);
    let end = start + run.count();
    let args = vec![
        vm.new_str("utf-8").into(),
        s.to_ref().into(),
        vm.new_usize(start),
        vm.new_usize(end),
        vm.new_str("surrogates not allowed").into(),
    ];
    vm.new_exception(&vm.exc().unicode_encode_error, args)
}

impl<'a, T: FromArg<'a>> FromArg<'a> for NoneOr<T> {
    #[inline]
    fn from_arg(vm: &VirtualMachine, obj: PyObject<'a>, context: ArgContext) -> PyResult<Self> {
        if obj.is_none() {
            return Ok(NoneOr(None));
        }
        T::from_arg(vm, obj, ArgContext { or_none: true, ..context }).map(|v| NoneOr(Some(v)))
    }
}
