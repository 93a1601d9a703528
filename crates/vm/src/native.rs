//! Native definitions: the tables that the derive macros write, and the names that their
//! expansions use.
//!
//! `#[pymethods]` gives a type an [`ImplDef`], `#[pyclass]` joins it into the type's
//! [`TypeSpec`], `#[pymodule]` makes a [`ModuleDef`].  All of them are plain statics.

pub use crate::builtins::str::PyStr;
pub use crate::call::binding::{
    attribute_owner, defaulted, optional, or_constant, receiver, receiver_class, receiver_object,
    required, wrong_receiver,
};
pub use crate::call::results::{IntoNext, IntoSlotResult};
pub use crate::call::signature::{ArgContext, Convention, Owner, Signature};
pub use crate::call::{ArgList, Args, FromArg, IntoPyResult};
pub use crate::object::{Py, PyObject, PyObjectRef, PyPayload, Traverse, Visitor};
pub use crate::types::slots::Comparison;
pub use crate::types::{
    ConstDef, GetSetDef, MethodDef, MethodKind, PyType, Slots, TypeFlags, TypeSpec,
};
pub use crate::vm::{PyResult, VirtualMachine};

use crate::builtins::module::PyModule;

/// What one `#[pymethods]` block defines.
pub struct ImplDef {
    pub slots: Slots,
    pub methods: &'static [MethodDef],
    pub getset: &'static [GetSetDef],
    pub consts: &'static [ConstDef],
    /// From the signature of `__new__` or `__init__`.
    pub text_signature: Option<&'static str>,
}

impl ImplDef {
    pub const EMPTY: ImplDef = ImplDef {
        slots: Slots::EMPTY,
        methods: &[],
        getset: &[],
        consts: &[],
        text_signature: None,
    };
}

/// Stands in for `PY_IMPL` where a type has no `#[pymethods]` block: an inherent constant
/// of that name comes before this one.
pub trait WithoutMethods {
    const PY_IMPL: ImplDef = ImplDef::EMPTY;
}

impl<T> WithoutMethods for T {}

/// The functions, attributes and types that one part of a module defines.
pub struct ModulePart {
    pub functions: &'static [MethodDef],
    pub attributes: &'static [ConstDef],
    pub types: &'static [&'static TypeSpec],
}

/// A native module.
pub struct ModuleDef {
    pub name: &'static str,
    pub doc: Option<&'static str>,
    pub parts: &'static [&'static ModulePart],
    /// Runs last, when the module is created.
    pub exec: Option<fn(&VirtualMachine, &Py<PyModule>) -> PyResult<()>>,
}

/// The first text signature that one of a type's blocks gives.
pub const fn first_signature(blocks: &[&ImplDef]) -> Option<&'static str> {
    let mut i = 0;
    while i < blocks.len() {
        if blocks[i].text_signature.is_some() {
            return blocks[i].text_signature;
        }
        i += 1;
    }
    None
}

#[cfg(test)]
mod tests;
