//! The payload of exceptions, and the specs of their types.

use crate::prelude::*;
use crate::types::spec::TypeSpec as Spec;
use std::cell::Cell;

/// What every exception holds.
pub struct PyBaseException {
    pub(crate) args: PyCell<PyRef<PyTuple>>,
    pub(crate) traceback: PyCell<Option<PyObjectRef>>,
    pub(crate) context: PyCell<Option<PyErr>>,
    pub(crate) cause: PyCell<Option<PyErr>>,
    pub(crate) suppress_context: Cell<bool>,
    /// Values of the native attributes of the exception's class (`name`, `obj`, `value`,
    /// `errno`, ...), by the class's own numbering.
    pub(crate) fields: PyCell<Box<[Option<PyObjectRef>]>>,
}

/// Which native attributes a class has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Plain,
}

pub const fn spec(
    name: &'static str,
    base: Option<&'static Spec>,
    _kind: Kind,
    doc: &'static str,
) -> Spec {
    Spec {
        base,
        doc: Some(doc),
        flags: TypeFlags::BASETYPE
            .union(TypeFlags::HAVE_GC)
            .union(TypeFlags::EXT)
            .union(TypeFlags::HAS_DICT)
            .union(TypeFlags::BASE_EXC_SUBCLASS),
        ..Spec::of::<PyBaseException>("builtins", name)
    }
}

pub static BASE_EXCEPTION: Spec =
    spec("BaseException", None, Kind::Plain, "The root of all exceptions.");

impl PyBaseException {
    /// A new exception, made without running Python code.
    pub fn create(vm: &VirtualMachine, typ: &Py<PyType>, args: Vec<PyObjectRef>) -> PyErr {
        vm.alloc(
            typ,
            PyBaseException {
                args: PyCell::new(vm.new_tuple(args)),
                traceback: PyCell::new(None),
                context: PyCell::new(None),
                cause: PyCell::new(None),
                suppress_context: Cell::new(false),
                fields: PyCell::new(Box::new([])),
            },
        )
    }

    /// `obj` and `name` of an `AttributeError`.
    pub(crate) fn set_attribute_context(&self, obj: PyObjectRef, name: PyRef<PyStr>) {
        self.fields.set(Box::new([Some(name.into()), Some(obj)]));
    }
}

impl PyBaseException {
    pub(crate) fn set_cause(&self, cause: Option<PyErr>) {
        self.suppress_context.set(true);
        drop(self.cause.replace(cause));
    }

    /// `name` of a `NameError`.
    pub(crate) fn set_name(&self, name: PyRef<PyStr>) {
        self.fields.set(Box::new([Some(name.into())]));
    }
}

/// `value` of a `StopIteration`.
pub fn stop_iteration_value(e: &PyBaseException) -> PyObjectRef {
    e.args.with(|a| a.as_slice().first().cloned()).unwrap_or_else(PyObjectRef::none)
}

impl Traverse for PyBaseException {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.args.with(|x| x.traverse(visit));
        self.traceback.with(|x| x.traverse(visit));
        self.context.with(|x| x.traverse(visit));
        self.cause.with(|x| x.traverse(visit));
        self.fields.with(|x| x.traverse(visit));
    }

    fn clear(&self, out: &mut Vec<PyObjectRef>) {
        out.extend(self.traceback.take());
        out.extend(self.context.take().map(Into::into));
        out.extend(self.cause.take().map(Into::into));
        out.extend(self.fields.take().into_iter().flatten());
    }
}

impl PyPayload for PyBaseException {
    const SPEC: &'static Spec = &BASE_EXCEPTION;
}
