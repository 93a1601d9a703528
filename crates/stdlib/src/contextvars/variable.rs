//! `ContextVar`: a variable whose value depends on the running context.

use super::context;
use super::token::{self, PyToken};
use vm::builtins::generic_alias::PyGenericAlias;
use vm::prelude::*;
use vm::protocol::hash::identity_hash;

#[pyclass(name = "ContextVar", module = "_contextvars", doc = None, flags(HAVE_GC))]
#[derive(Traverse)]
pub struct PyContextVar {
    name: PyRef<PyStr>,
    default: Option<PyObjectRef>,
}

#[pymethods]
impl PyContextVar {
    #[slot(sig = "(name, /, *, default=<unrepresentable>)", text = "")]
    fn new(
        _cls: &Py<PyType>,
        vm: &VirtualMachine,
        name: PyObject<'_>,
        default: Option<PyObject<'_>>,
    ) -> PyResult<PyRef<PyContextVar>> {
        let Some(name) = name.downcast::<PyStr>() else {
            return Err(vm.type_error("context variable name must be a str"));
        };
        // Hashing may fail for an instance of a subclass.
        vm::protocol::hash::hash(vm, name.as_object())?;
        let default = default.map(PyObject::to_owned);
        Ok(vm.new_object(PyContextVar { name: name.to_ref(), default }))
    }

    #[slot]
    fn repr(zelf: &Py<PyContextVar>, vm: &VirtualMachine) -> PyResult<PyRef<PyStr>> {
        let name = vm.repr(zelf.name.as_object())?;
        let mut out = b"<ContextVar name=".to_vec();
        out.extend_from_slice(name.as_bytes());
        if let Some(default) = &zelf.default {
            out.extend_from_slice(b" default=");
            out.extend_from_slice(vm.repr(default.as_object())?.as_bytes());
        }
        out.extend_from_slice(format!(" at {:#x}>", zelf.as_object().bits()).as_bytes());
        Ok(vm.new_str_bytes(&out))
    }

    #[slot]
    fn hash(zelf: &Py<PyContextVar>) -> i64 {
        identity_hash(zelf.as_object())
    }

    /// The variable's value in the current context.
    ///
    /// Where that has none, the answer is the default given here, or else the
    /// variable's own default; without either, LookupError is raised.
    #[method(sig = "(self, default=<unrepresentable>, /)")]
    fn get(
        zelf: &Py<PyContextVar>,
        vm: &VirtualMachine,
        default: Option<PyObject<'_>>,
    ) -> PyResult {
        let var = zelf.as_object();
        if let Some(value) = context::current(vm).value(var) {
            return Ok(value);
        }
        if let Some(default) = default {
            return Ok(default.to_owned());
        }
        match &zelf.default {
            Some(default) => Ok(default.clone()),
            None => Err(vm.new_exception(&vm.exc().lookup_error, vec![var.to_owned()])),
        }
    }

    /// Gives the variable a value in the current context.
    ///
    /// The answer is a token, with which `reset()` brings back the state before.
    #[method(sig = "(self, value, /)")]
    fn set(zelf: &Py<PyContextVar>, vm: &VirtualMachine, value: PyObjectRef) -> PyRef<PyToken> {
        let context = context::current(vm);
        let var = zelf.as_object();
        let old = context.value(var);
        context.set(vm, var, value);
        vm.new_object(PyToken::new(context, zelf.to_ref(), old))
    }

    /// Brings back the value from before the `set()` that made the token.
    #[method(sig = "(self, token, /)")]
    fn reset(zelf: &Py<PyContextVar>, vm: &VirtualMachine, token: PyObject<'_>) -> PyResult<()> {
        match token.downcast::<PyToken>() {
            Some(token) => token::undo(vm, token, zelf),
            None => {
                let shown = vm.repr(token)?;
                let shown = shown.to_string_lossy();
                Err(vm.type_error(format!("expected an instance of Token, got {shown}")))
            }
        }
    }

    /// Variables are generic over the type of their values.
    #[classmethod(sig = "(cls, object, /)")]
    fn __class_getitem__(
        cls: &Py<PyType>,
        vm: &VirtualMachine,
        object: PyObject<'_>,
    ) -> PyObjectRef {
        PyGenericAlias::create(vm, cls.as_object(), object)
    }

    #[member]
    fn name(&self) -> PyRef<PyStr> {
        self.name.clone()
    }
}
