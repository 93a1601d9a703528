//! What every exception has: its attributes, text, pickling, notes, and `KeyError`'s text.

use super::PyBaseException;
use crate::builtins::traceback::PyTraceback;
use crate::prelude::*;
use crate::protocol::attributes::{ensure_instance_dict, instance_dict};

/// `str(e)` where a class adds nothing.
pub(crate) fn base_str(vm: &VirtualMachine, e: &PyBaseException) -> PyResult<PyRef<PyStr>> {
    let args = e.args.get(vm);
    match args.as_slice() {
        [] => Ok(vm.names().empty_str.clone()),
        [only] => vm.str(only.as_object()),
        _ => vm.str(args.as_object()),
    }
}

/// The attributes that `__dict__` holds, if it has been made and is not empty.
pub(crate) fn own_dict(vm: &VirtualMachine, e: PyObject<'_>) -> Option<PyRef<PyDict>> {
    // Inline values count: they are what `__dict__` would show.
    ensure_instance_dict(vm, e).filter(|d| !d.is_empty())
}

/// `(type(e), args)`, with the state where there is any.
pub(crate) fn reduce_with(
    vm: &VirtualMachine,
    e: PyObject<'_>,
    args: PyObjectRef,
    state: Option<PyObjectRef>,
) -> PyResult {
    let class = e.class(vm).to_ref();
    match state {
        Some(state) => (class, args, state).into_py_result(vm),
        None => (class, args).into_py_result(vm),
    }
}

fn cannot_delete(vm: &VirtualMachine, name: &str) -> PyErr {
    vm.type_error(format!("{name} may not be deleted"))
}

/// None, or an exception; anything else is an error.
fn linked(
    vm: &VirtualMachine,
    name: &str,
    what: &str,
    value: Option<PyObject<'_>>,
) -> PyResult<Option<PyErr>> {
    let Some(value) = value else { return Err(cannot_delete(vm, name)) };
    if value.is_none() {
        return Ok(None);
    }
    match value.downcast::<PyBaseException>() {
        Some(e) => Ok(Some(e.to_ref())),
        None => {
            Err(vm
                .type_error(format!("exception {what} must be None or derive from BaseException")))
        }
    }
}

#[pymethods]
impl PyBaseException {
    #[slot(name = "new")]
    fn make(cls: &Py<PyType>, vm: &VirtualMachine, args: Args<'_>) -> PyResult {
        super::new_exception(vm, cls, args)
    }

    #[slot(name = "init")]
    fn initialize(zelf: PyObject<'_>, vm: &VirtualMachine, args: Args<'_>) -> PyResult<()> {
        super::init_exception(vm, zelf, args)
    }

    #[slot(name = "str")]
    fn text(&self, vm: &VirtualMachine) -> PyResult<PyRef<PyStr>> {
        base_str(vm, self)
    }

    #[slot]
    fn repr(zelf: &Py<PyBaseException>, vm: &VirtualMachine) -> PyResult<PyRef<PyStr>> {
        let args = zelf.args.get(vm);
        let name = zelf.class().name();
        let parts = match args.as_slice() {
            [only] => vm.repr(only.as_object())?,
            _ => return Ok(join(vm, &[&name, &*vm.repr(args.as_object())?])),
        };
        Ok(PyStr::from_parts(vm, &[name.as_bytes(), b"(", parts.as_bytes(), b")"]))
    }

    #[method(name = "__reduce__", sig = "(self, /)")]
    fn reduce(zelf: &Py<PyBaseException>, vm: &VirtualMachine) -> PyResult {
        let state = own_dict(vm, zelf.as_object()).map(Into::into);
        reduce_with(vm, zelf.as_object(), zelf.args.get(vm).into(), state)
    }

    #[method(name = "__setstate__", sig = "(self, state, /)")]
    fn setstate(
        zelf: &Py<PyBaseException>,
        vm: &VirtualMachine,
        state: PyObject<'_>,
    ) -> PyResult<()> {
        if state.is_none() {
            return Ok(());
        }
        let Some(state) = state.downcast::<PyDict>() else {
            return Err(vm.type_error("state is not a dictionary"));
        };
        for (name, value) in state.items() {
            let Some(name) = name.as_object().downcast::<PyStr>() else {
                return Err(vm.type_error(format!(
                    "attribute name must be string, not '{}'",
                    name.class(vm).display_name()
                )));
            };
            vm.set_attr(zelf.as_object(), name, Some(value.as_object()))?;
        }
        Ok(())
    }

    /// Sets the traceback; returns the exception.
    #[method(sig = "(self, tb, /)")]
    fn with_traceback(
        zelf: &Py<PyBaseException>,
        vm: &VirtualMachine,
        tb: PyObject<'_>,
    ) -> PyResult {
        zelf.set_traceback(vm, Some(tb))?;
        Ok(zelf.to_ref().into())
    }

    /// Append a note, which tracebacks show below the exception.
    #[method(sig = "(self, note, /)")]
    fn add_note(zelf: &Py<PyBaseException>, vm: &VirtualMachine, note: &Py<PyStr>) -> PyResult<()> {
        let name = &vm.names().__notes__;
        let notes = match vm.get_attr_opt(zelf.as_object(), name)? {
            Some(notes) => notes,
            None => {
                let notes = vm.new_list(Vec::new());
                vm.set_attr(zelf.as_object(), name, Some(notes.as_object()))?;
                notes.into()
            }
        };
        let Some(notes) = notes.as_object().downcast::<PyList>() else {
            return Err(vm.type_error("Cannot add note: __notes__ is not a list"));
        };
        notes.items().push(note.to_ref().into());
        Ok(())
    }

    #[member]
    fn __suppress_context__(&self) -> bool {
        self.suppress_context.get()
    }

    #[setter(name = "__suppress_context__")]
    fn set_suppress_context(
        &self,
        vm: &VirtualMachine,
        value: Option<PyObject<'_>>,
    ) -> PyResult<()> {
        let Some(value) = value else {
            return Err(vm.type_error("can't delete numeric/char attribute"));
        };
        let Some(value) = value.as_bool() else {
            return Err(vm.type_error("attribute value type must be bool"));
        };
        self.suppress_context.set(value);
        Ok(())
    }

    #[getter]
    fn args(&self, vm: &VirtualMachine) -> PyRef<PyTuple> {
        self.args.get(vm)
    }

    #[setter]
    fn set_args(&self, vm: &VirtualMachine, value: Option<PyObject<'_>>) -> PyResult<()> {
        let Some(value) = value else { return Err(cannot_delete(vm, "args")) };
        let args = match value.downcast_exact::<PyTuple>(&vm.types().tuple) {
            Some(t) => t.to_ref(),
            None => vm.new_tuple(vm.collect(value)?),
        };
        self.args.set(args);
        Ok(())
    }

    #[getter]
    fn __traceback__(&self) -> Option<PyObjectRef> {
        self.traceback.get()
    }

    #[setter(name = "__traceback__")]
    fn set_traceback(&self, vm: &VirtualMachine, value: Option<PyObject<'_>>) -> PyResult<()> {
        let Some(value) = value else { return Err(cannot_delete(vm, "__traceback__")) };
        if !value.is_none() && value.downcast::<PyTraceback>().is_none() {
            return Err(vm.type_error("__traceback__ must be a traceback or None"));
        }
        let tb = (!value.is_none()).then(|| value.to_owned());
        drop(self.traceback.replace(tb));
        Ok(())
    }

    #[getter]
    fn __context__(&self) -> Option<PyErr> {
        self.context.get()
    }

    #[setter(name = "__context__")]
    fn set_context(&self, vm: &VirtualMachine, value: Option<PyObject<'_>>) -> PyResult<()> {
        let value = linked(vm, "__context__", "context", value)?;
        drop(self.context.replace(value));
        Ok(())
    }

    #[getter]
    fn __cause__(&self) -> Option<PyErr> {
        self.cause.get()
    }

    #[setter(name = "__cause__")]
    fn assign_cause(&self, vm: &VirtualMachine, value: Option<PyObject<'_>>) -> PyResult<()> {
        let value = linked(vm, "__cause__", "cause", value)?;
        self.set_cause(value);
        Ok(())
    }
}

pub(crate) fn join(vm: &VirtualMachine, parts: &[&Py<PyStr>]) -> PyRef<PyStr> {
    let parts: Vec<&[u8]> = parts.iter().map(|p| p.as_bytes()).collect();
    PyStr::from_parts(vm, &parts)
}

/// A copy of the attributes in `__dict__`, to which a class adds its own.
pub(crate) fn copied_dict(vm: &VirtualMachine, e: PyObject<'_>) -> PyResult<PyRef<PyDict>> {
    let copy = vm.new_dict();
    if let Some(d) = ensure_instance_dict(vm, e).or_else(|| instance_dict(vm, e)) {
        copy.update_from(vm, d.as_object())?;
    }
    Ok(copy)
}

#[pymethods(name = key_error, spec = crate::exceptions::KEY_ERROR)]
impl PyBaseException {
    /// A missing key is shown by its repr, so that an empty string can be seen.
    #[slot(name = "str")]
    fn key_text(&self, vm: &VirtualMachine) -> PyResult<PyRef<PyStr>> {
        let args = self.args.get(vm);
        match args.as_slice() {
            [only] => vm.repr(only.as_object()),
            _ => base_str(vm, self),
        }
    }
}
