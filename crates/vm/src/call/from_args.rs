//! From Python arguments to Rust values.

use crate::prelude::*;

/// A Rust type that a native function takes an argument as.
pub trait FromArg<'a>: Sized {
    fn from_arg(vm: &VirtualMachine, obj: PyObject<'a>) -> PyResult<Self>;
}
