//! Constructors for the errors natives raise; the wording is the reference's.

use super::{PyErr, VirtualMachine};
use crate::builtins::exception::PyBaseException;
use crate::builtins::exception::families::{
    PyAttributeError, PyImportError, PyNameError, PyStopIteration,
};
use crate::builtins::str::PyStr;
use crate::object::{Py, PyObject, PyObjectRef, PyRef};
use crate::types::PyType;

/// How many messages of errors are kept, and how long one may be in bytes.
pub(super) const MESSAGES: usize = 32;
const MESSAGE_LENGTH: usize = 64;

macro_rules! constructors {
    ($($name:ident => $typ:ident),* $(,)?) => {
        impl VirtualMachine {
            $(
                #[cold]
                #[inline(never)]
                pub fn $name(&self, msg: impl AsRef<[u8]>) -> PyErr {
                    self.new_exception_msg(&self.exc().$typ, msg)
                }
            )*
        }
    };
}

constructors! {
    type_error => type_error,
    value_error => value_error,
    runtime_error => runtime_error,
    overflow_error => overflow_error,
    zero_division_error => zero_division_error,
    index_error => index_error,
    attribute_error_msg => attribute_error,
    system_error => system_error,
    buffer_error => buffer_error,
    recursion_error => recursion_error,
    lookup_error => lookup_error,
    eof_error => eof_error,
    assertion_error => assertion_error,
    not_implemented_error => not_implemented_error,
    import_error_msg => import_error,
    reference_error => reference_error,
    memory_error_msg => memory_error,
    unbound_local_error => unbound_local_error,
    name_error_msg => name_error,
}

impl VirtualMachine {
    /// An exception of the type with these arguments, by the native constructor of the
    /// base class (no Python code runs).
    #[cold]
    pub fn new_exception(&self, typ: &Py<PyType>, args: Vec<PyObjectRef>) -> PyErr {
        PyBaseException::create(self, typ, args)
    }

    /// As `new_exception`, with one argument.
    pub fn new_exception_of(&self, typ: &Py<PyType>, arg: PyObjectRef) -> PyErr {
        match PyBaseException::with_one(self, typ, &arg) {
            Some(e) => e,
            None => self.new_exception(typ, vec![arg]),
        }
    }

    /// The message is text, or generalised UTF-8 where it names what may have surrogates.
    #[cold]
    pub fn new_exception_msg(&self, typ: &Py<PyType>, msg: impl AsRef<[u8]>) -> PyErr {
        self.new_exception_of(typ, self.message(msg.as_ref()).into())
    }

    /// The string of a message.  The same few messages come again and again, from the same
    /// place in memory, so the last string made from a place is kept.
    fn message(&self, msg: &[u8]) -> PyRef<PyStr> {
        if msg.len() > MESSAGE_LENGTH {
            return self.new_str_bytes(msg);
        }
        let address = msg.as_ptr().addr();
        let kept = &self.messages[(address ^ address >> 5 ^ msg.len()) % MESSAGES];
        if let Some(s) = kept.get()
            && s.as_bytes() == msg
        {
            return s;
        }
        let s = self.new_str_bytes(msg);
        drop(kept.replace(Some(s.clone())));
        s
    }

    #[cold]
    pub fn memory_error(&self) -> PyErr {
        self.new_exception(&self.exc().memory_error, Vec::new())
    }

    #[cold]
    pub fn key_error(&self, key: PyObject<'_>) -> PyErr {
        self.new_exception_of(&self.exc().key_error, key.to_owned())
    }

    #[cold]
    pub fn stop_iteration(&self, value: Option<PyObjectRef>) -> PyErr {
        PyStopIteration::create(self, value)
    }

    /// `'str' object has no attribute 'x'`, with `name` and `obj` set for suggestions.
    #[cold]
    pub fn no_attribute(&self, obj: PyObject<'_>, name: &Py<PyStr>) -> PyErr {
        let typ = obj.class(self);
        let head = if let Some(t) = obj.downcast::<PyType>() {
            format!("type object '{}' has no attribute '", t.display_name())
        } else {
            format!("'{}' object has no attribute '", typ.display_name())
        };
        self.attribute_error(obj, name, [head.as_bytes(), name.as_bytes(), b"'"].concat())
    }

    #[cold]
    pub fn attribute_error(
        &self,
        obj: PyObject<'_>,
        name: &Py<PyStr>,
        msg: impl AsRef<[u8]>,
    ) -> PyErr {
        let e = self.attribute_error_msg(msg);
        if let Some(e) = e.as_object().downcast::<PyAttributeError>() {
            e.name.set(Some(name.to_ref().into()));
            e.obj.set(Some(obj.to_owned()));
        }
        e
    }

    /// A `NameError` (or `UnboundLocalError`) that knows its name.
    #[cold]
    pub(crate) fn name_error_of(
        &self,
        typ: &Py<PyType>,
        name: &Py<PyStr>,
        msg: impl AsRef<[u8]>,
    ) -> PyErr {
        let e = self.new_exception_msg(typ, msg);
        if let Some(e) = e.as_object().downcast::<PyNameError>() {
            e.name.set(Some(name.to_ref().into()));
        }
        e
    }

    /// An `ImportError` (or `ModuleNotFoundError`) with the module it is about.
    #[cold]
    pub fn import_error(
        &self,
        typ: &Py<PyType>,
        msg: impl AsRef<[u8]>,
        name: Option<PyObject<'_>>,
        path: Option<PyObject<'_>>,
    ) -> PyErr {
        let e = self.new_exception_msg(typ, msg);
        if let Some(e) = e.as_object().downcast::<PyImportError>() {
            e.name.set(name.map(PyObject::to_owned));
            e.path.set(path.map(PyObject::to_owned));
        }
        e
    }

    /// True when the error is an instance of the type.
    #[inline]
    pub fn is_error(&self, e: &PyErr, typ: &Py<PyType>) -> bool {
        e.class().is_subtype(typ)
    }
}
