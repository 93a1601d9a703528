//! `Token`: what `ContextVar.set()` answers, to undo it.

use super::context::{self, PyContext};
use super::variable::PyContextVar;
use std::cell::Cell;
use vm::builtins::generic_alias::PyGenericAlias;
use vm::prelude::*;
use vm::protocol::hash::unhashable;

#[pyclass(name = "Token", module = "_contextvars", doc = None, flags(HAVE_GC))]
#[derive(Traverse)]
pub struct PyToken {
    context: PyRef<PyContext>,
    variable: PyRef<PyContextVar>,
    /// None: the variable had no value.
    old_value: Option<PyObjectRef>,
    used: Cell<bool>,
}

impl PyToken {
    pub fn new(
        context: PyRef<PyContext>,
        variable: PyRef<PyContextVar>,
        old_value: Option<PyObjectRef>,
    ) -> PyToken {
        PyToken { context, variable, old_value, used: Cell::new(false) }
    }
}

/// Brings back what `set()` replaced when it made the token.
pub fn undo(vm: &VirtualMachine, token: &Py<PyToken>, variable: &Py<PyContextVar>) -> PyResult<()> {
    let shown = || vm.repr(token.as_object()).map(|s| s.to_string_lossy().into_owned());
    if token.used.get() {
        return Err(vm.runtime_error(format!("{} has already been used once", shown()?)));
    }
    if !token.variable.is(variable) {
        return Err(vm.value_error(format!("{} was created by a different ContextVar", shown()?)));
    }
    let context = context::current(vm);
    if !token.context.is(&context) {
        return Err(vm.value_error(format!("{} was created in a different Context", shown()?)));
    }
    token.used.set(true);
    match &token.old_value {
        Some(old) => context.set(vm, variable.as_object(), old.clone()),
        None => context.remove(vm, variable.as_object()),
    }
    Ok(())
}

#[pymethods]
impl PyToken {
    #[slot(name = "new", text = "")]
    fn py_new(_cls: &Py<PyType>, vm: &VirtualMachine, _args: Args<'_>) -> PyResult {
        Err(vm.runtime_error("Tokens can only be created by ContextVars"))
    }

    #[slot]
    fn repr(zelf: &Py<PyToken>, vm: &VirtualMachine) -> PyResult<PyRef<PyStr>> {
        let start: &[u8] = if zelf.used.get() { b"<Token used var=" } else { b"<Token var=" };
        let variable = vm.repr(zelf.variable.as_object())?;
        let end = format!(" at {:#x}>", zelf.as_object().bits());
        Ok(PyStr::from_parts(vm, &[start, variable.as_bytes(), end.as_bytes()]))
    }

    #[slot]
    fn hash(zelf: &Py<PyToken>, vm: &VirtualMachine) -> PyResult<i64> {
        Err(unhashable(vm, zelf.as_object()))
    }

    /// Tokens are generic over the same type as the variable that made them.
    #[classmethod(sig = "(cls, object, /)")]
    fn __class_getitem__(
        cls: &Py<PyType>,
        vm: &VirtualMachine,
        object: PyObject<'_>,
    ) -> PyObjectRef {
        PyGenericAlias::create(vm, cls.as_object(), object)
    }

    /// Enters the token as a context manager.
    #[method(sig = "(self, /)")]
    fn __enter__(zelf: &Py<PyToken>) -> PyRef<PyToken> {
        zelf.to_ref()
    }

    /// Leaves the token as a context manager: the variable is reset.
    #[method(sig = "(self, type, val, tb, /)")]
    fn __exit__(
        zelf: &Py<PyToken>,
        vm: &VirtualMachine,
        _type: PyObject<'_>,
        _value: PyObject<'_>,
        _traceback: PyObject<'_>,
    ) -> PyResult<()> {
        undo(vm, zelf, &zelf.variable)
    }

    #[getter]
    fn var(&self) -> PyRef<PyContextVar> {
        self.variable.clone()
    }

    #[getter]
    fn old_value(&self, vm: &VirtualMachine) -> PyResult {
        match &self.old_value {
            Some(old) => Ok(old.clone()),
            None => vm.get_attr(vm.type_of::<PyToken>().as_object(), &vm.intern("MISSING")),
        }
    }

    #[constant(name = "MISSING")]
    fn missing(vm: &VirtualMachine) -> PyRef<PyMissing> {
        vm.new_object(PyMissing)
    }
}

/// `Token.MISSING`: the old value of a variable that had none.
#[pyclass(name = "Token.MISSING", doc = None, flags(DISALLOW_INSTANTIATION), no_refs)]
pub struct PyMissing;

#[pymethods]
impl PyMissing {
    #[slot]
    fn repr(&self) -> &'static str {
        "<Token.MISSING>"
    }
}
