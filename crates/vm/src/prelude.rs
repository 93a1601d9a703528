//! The dozen names every file needs.

pub use crate::builtins::dict::PyDict;
pub use crate::builtins::list::PyList;
pub use crate::builtins::module::PyModule;
pub use crate::builtins::str::PyStr;
pub use crate::builtins::tuple::PyTuple;
pub use crate::call::{ArgContext, ArgList, Args, FromArg, IntoPyResult, Keywords, NoneOr, Rest};
pub use crate::cell::PyCell;
pub use crate::object::{Py, PyObject, PyObjectRef, PyPayload, PyRef, Traverse, Visitor};
pub use crate::types::slots::Comparison;
pub use crate::types::{
    ConstDef, GetSetDef, MethodDef, MethodKind, PyType, Slots, TypeFlags, TypeSpec,
};
pub use crate::vm::{PyErr, PyResult, VirtualMachine};
pub use derive::{Traverse, pyclass, pymethods, pymodule, pymodule_part};
