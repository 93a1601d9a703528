//! The builtin types, one per file (a folder by role once it is long).

pub mod async_generator;
pub mod bool;
pub mod bytearray;
pub mod bytes;
pub mod bytes_like;
pub mod call_iter;
pub mod cell;
pub mod code;
pub mod complex;
pub mod descriptors;
pub mod dict;
pub mod enumerate;
pub mod exception;
pub mod filter;
pub mod float;
pub mod foreign_builtins;
pub mod frame;
pub mod function;
pub mod generator;
pub mod generic_alias;
pub mod int;
pub mod list;
pub mod map;
pub mod mappingproxy;
pub mod memoryview;
pub mod method;
pub mod module;
pub mod namespace;
pub mod native_function;
pub mod object;
pub mod property;
pub mod range;
pub mod reversed;
pub mod seqiter;
pub mod sequences;
pub mod set;
pub mod singletons;
pub mod slice;
pub mod staticmethod;
pub mod str;
pub mod structseq;
pub mod super_;
pub mod template;
pub mod traceback;
pub mod tuple;
pub mod type_;
pub mod typing;
pub mod weakref;
pub mod zip;

use crate::prelude::*;

/// The attribute dict of objects that keep it in their payload (functions, modules).
pub(crate) fn payload_dict(_vm: &VirtualMachine, obj: PyObject<'_>) -> Option<PyRef<PyDict>> {
    obj.downcast::<module::PyModule>().map(|m| m.dict().clone())
}
