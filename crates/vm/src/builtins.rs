//! The builtin types, one per file (a folder by role once it is long).

pub mod bool;
pub mod dict;
pub mod exception;
pub mod float;
pub mod int;
pub mod list;
pub mod module;
pub mod object;
pub mod singletons;
pub mod str;
pub mod tuple;
pub mod weakref;

use crate::prelude::*;

/// The attribute dict of objects that keep it in their payload (functions, modules).
pub(crate) fn payload_dict(_vm: &VirtualMachine, _obj: PyObject<'_>) -> Option<PyRef<PyDict>> {
    None
}
