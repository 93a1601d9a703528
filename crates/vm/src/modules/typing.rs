//! `_typing`.

use crate::builtins::typing::generic::no_default;
use crate::builtins::typing::{
    GENERIC, PyParamSpec, PyParamSpecArgs, PyParamSpecKwargs, PyTypeAliasType, PyTypeVar,
    PyTypeVarTuple, PyUnion,
};
use crate::prelude::*;

pub use self::typing::MODULE;

/// The native half of typing.
#[pymodule(
    name = "_typing",
    types(
        PyTypeVar,
        PyParamSpec,
        PyTypeVarTuple,
        PyParamSpecArgs,
        PyParamSpecKwargs,
        PyTypeAliasType,
        PyUnion
    ),
    specs(GENERIC)
)]
pub mod typing {
    use super::*;

    #[attr(name = "NoDefault")]
    fn no_default_value(vm: &VirtualMachine) -> PyObjectRef {
        no_default(vm)
    }

    #[function(sig = "(x, /)")]
    fn _idfunc(x: PyObject<'_>) -> PyObjectRef {
        x.to_owned()
    }
}
