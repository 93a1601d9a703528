//! Numbers as arguments: machine integers by way of `__index__`, floats by way of
//! `__float__`, with CPython's overflow messages.

use super::from_args::FromArg;
use super::signature::ArgContext;
use crate::builtins::int::IntView;
use crate::prelude::*;

macro_rules! signed {
    ($($t:ty: $message:literal;)*) => { $(
        impl<'a> FromArg<'a> for $t {
            #[inline]
            fn from_arg(vm: &VirtualMachine, obj: PyObject<'a>, _context: ArgContext) -> PyResult<Self> {
                if let Some(v) = obj.small_int()
                    && let Ok(v) = <$t>::try_from(v)
                {
                    return Ok(v);
                }
                let n = vm.index(obj)?;
                match n.as_object().int_view() {
                    Some(IntView::Small(v)) => <$t>::try_from(v).ok(),
                    _ => None,
                }
                .ok_or_else(|| vm.overflow_error($message))
            }
        }
    )* };
}

signed! {
    i32: "Python int too large to convert to C int";
    i64: "Python int too large to convert to C long";
    isize: "Python int too large to convert to C ssize_t";
}

impl<'a> FromArg<'a> for i16 {
    fn from_arg(vm: &VirtualMachine, obj: PyObject<'a>, context: ArgContext) -> PyResult<Self> {
        let v = i64::from_arg(vm, obj, context)?;
        i16::try_from(v).map_err(|_| {
            vm.overflow_error(format!(
                "signed short integer is {}",
                if v < 0 { "less than minimum" } else { "greater than maximum" }
            ))
        })
    }
}

impl<'a> FromArg<'a> for u8 {
    fn from_arg(vm: &VirtualMachine, obj: PyObject<'a>, context: ArgContext) -> PyResult<Self> {
        let v = i64::from_arg(vm, obj, context)?;
        u8::try_from(v).map_err(|_| {
            vm.overflow_error(format!(
                "unsigned byte integer is {}",
                if v < 0 { "less than minimum" } else { "greater than maximum" }
            ))
        })
    }
}

macro_rules! unsigned {
    ($($t:ty: $name:literal;)*) => { $(
        impl<'a> FromArg<'a> for $t {
            fn from_arg(vm: &VirtualMachine, obj: PyObject<'a>, _context: ArgContext) -> PyResult<Self> {
                let n = vm.index(obj)?;
                let (negative, value) = match n.as_object().int_view() {
                    Some(IntView::Small(v)) => (v < 0, <$t>::try_from(v).ok()),
                    Some(IntView::Big(b)) => {
                        (b.is_negative(), b.to_u64().and_then(|v| <$t>::try_from(v).ok()))
                    }
                    None => (false, None),
                };
                if negative {
                    return Err(vm.value_error("Cannot convert negative int"));
                }
                value.ok_or_else(|| {
                    vm.overflow_error(concat!("Python int too large for C ", $name))
                })
            }
        }
    )* };
}

unsigned! {
    u16: "unsigned short";
    u32: "unsigned int";
    u64: "unsigned long long";
    usize: "size_t";
}

impl<'a> FromArg<'a> for f64 {
    #[inline]
    fn from_arg(vm: &VirtualMachine, obj: PyObject<'a>, _context: ArgContext) -> PyResult<Self> {
        match obj.small_float() {
            Some(v) => Ok(v),
            None => vm.to_f64(obj),
        }
    }
}

/// An int of any size, by way of `__index__`.
pub struct Index(pub PyObjectRef);

impl<'a> FromArg<'a> for Index {
    fn from_arg(vm: &VirtualMachine, obj: PyObject<'a>, _context: ArgContext) -> PyResult<Self> {
        vm.index(obj).map(Index)
    }
}
