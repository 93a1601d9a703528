//! What Python sees of a function: its constructor, its attributes, calling and binding.

use super::PyFunction;
use crate::builtins::cell::PyCellObject;
use crate::builtins::code::PyCode;
use crate::builtins::foreign_builtins;
use crate::interp::calls;
use crate::prelude::*;
use bytecode::CodeFlags;

/// The kind of object that a call makes, by which codes may stand in for one another.
fn call_kind(code: &PyCode) -> CodeFlags {
    code.flags() & CodeFlags::GENERATOR_LIKE
}

/// Cells, as many as the code has free variables.
fn check_closure(
    vm: &VirtualMachine,
    code: &PyCode,
    closure: Option<PyObject<'_>>,
) -> PyResult<Option<PyRef<PyTuple>>> {
    let given = closure.filter(|c| !c.is_none());
    let cells = match given.map(|c| c.downcast::<PyTuple>()) {
        Some(Some(t)) => Some(t.to_ref()),
        Some(None) if code.nfree > 0 => {
            return Err(vm.type_error("arg 5 (closure) must be tuple"));
        }
        Some(None) => return Err(vm.type_error("arg 5 (closure) must be None or tuple")),
        None if code.nfree > 0 => return Err(vm.type_error("arg 5 (closure) must be tuple")),
        None => None,
    };
    let n = cells.as_ref().map_or(0, |c| c.len());
    if n != code.nfree as usize {
        return Err(vm.value_error(format!(
            "{} requires closure of length {}, not {n}",
            code.name.to_string_lossy(),
            code.nfree
        )));
    }
    for cell in cells.iter().flat_map(|c| c.as_slice()) {
        if cell.as_object().downcast::<PyCellObject>().is_none() {
            return Err(vm.type_error(format!(
                "arg 5 (closure) expected cell, found {}",
                cell.class(vm).display_name()
            )));
        }
    }
    Ok(cells)
}

#[pymethods]
impl PyFunction {
    #[slot(
        sig = "(code, globals, name=None, argdefs=None, closure=None,\n         kwdefaults=None)"
    )]
    fn new(
        _cls: &Py<PyType>,
        vm: &VirtualMachine,
        code: &Py<PyCode>,
        globals: &Py<PyDict>,
        name: Option<PyObject<'_>>,
        argdefs: Option<PyObject<'_>>,
        closure: Option<PyObject<'_>>,
        kwdefaults: Option<PyObject<'_>>,
    ) -> PyResult<PyRef<PyFunction>> {
        let given = |o: Option<PyObject<'_>>| o.filter(|o| !o.is_none()).map(PyObject::to_owned);
        let name = given(name)
            .map(PyObjectRef::downcast::<PyStr>)
            .transpose()
            .map_err(|_| vm.type_error("arg 3 (name) must be None or string"))?;
        let defaults = given(argdefs)
            .map(PyObjectRef::downcast::<PyTuple>)
            .transpose()
            .map_err(|_| vm.type_error("arg 4 (defaults) must be None or tuple"))?;
        let closure = check_closure(vm, code, closure)?;
        let kwdefaults = given(kwdefaults)
            .map(PyObjectRef::downcast::<PyDict>)
            .transpose()
            .map_err(|_| vm.type_error("arg 6 (kwdefaults) must be None or dict"))?;
        let f = PyFunction::create(vm, code.to_ref(), globals.to_ref(), closure)?;
        if let Some(name) = name {
            f.name.set(name);
        }
        f.defaults.set(defaults);
        f.kwdefaults.set(kwdefaults);
        Ok(f)
    }

    /// A function called from native code: a frame, and the loop.
    #[slot]
    fn call(zelf: &Py<PyFunction>, vm: &VirtualMachine, args: Args<'_>) -> PyResult {
        calls::call_function(vm, zelf, args)
    }

    #[slot]
    fn descr_get(
        zelf: PyObject<'_>,
        vm: &VirtualMachine,
        obj: Option<PyObject<'_>>,
        typ: Option<PyObject<'_>>,
    ) -> PyResult {
        crate::builtins::method::bind(vm, zelf, obj, typ)
    }

    #[slot]
    fn repr(zelf: &Py<PyFunction>, vm: &VirtualMachine) -> PyRef<PyStr> {
        let name = zelf.qualname.get();
        let at = format!(" at {:#x}>", zelf.as_object().bits());
        PyStr::from_parts(vm, &[b"<function ", name.as_bytes(), at.as_bytes()])
    }

    #[member]
    fn __closure__(&self) -> Option<PyRef<PyTuple>> {
        self.closure.get()
    }

    #[member]
    fn __globals__(&self) -> PyRef<PyDict> {
        self.globals().clone()
    }

    #[member]
    fn __builtins__(&self) -> PyObjectRef {
        foreign_builtins::visible(self.builtins().clone())
    }

    #[getter]
    fn __code__(&self) -> PyRef<PyCode> {
        self.code()
    }

    #[setter(name = "__code__")]
    fn assign_code(&self, vm: &VirtualMachine, value: Option<PyObject<'_>>) -> PyResult<()> {
        let Some(code) = value.and_then(|v| v.downcast::<PyCode>()) else {
            return Err(vm.type_error("__code__ must be set to a code object"));
        };
        let cells = self.closure.with(|c| c.as_ref().map_or(0, |c| c.len()));
        if code.nfree as usize != cells {
            return Err(vm.value_error(format!(
                "{}() requires a code object with {cells} free vars, not {}",
                self.name.get().to_string_lossy(),
                code.nfree
            )));
        }
        if call_kind(code) != call_kind(self.code_ref()) {
            let msg = "Assigning a code object of non-matching type is deprecated (e.g., from a generator to a plain function)";
            vm.warn(&vm.exc().deprecation_warning, msg, 1)?;
        }
        self.set_code(code.to_ref());
        Ok(())
    }

    #[getter]
    fn __defaults__(&self) -> Option<PyRef<PyTuple>> {
        self.defaults.get()
    }

    #[setter(name = "__defaults__")]
    fn set_defaults(&self, vm: &VirtualMachine, value: Option<PyObject<'_>>) -> PyResult<()> {
        let value = value.filter(|v| !v.is_none());
        let defaults = value.map(|v| v.to_owned().downcast::<PyTuple>()).transpose();
        let defaults =
            defaults.map_err(|_| vm.type_error("__defaults__ must be set to a tuple object"))?;
        self.modified();
        drop(self.defaults.replace(defaults));
        Ok(())
    }

    #[getter]
    fn __kwdefaults__(&self) -> Option<PyRef<PyDict>> {
        self.kwdefaults.get()
    }

    #[setter(name = "__kwdefaults__")]
    fn set_kwdefaults(&self, vm: &VirtualMachine, value: Option<PyObject<'_>>) -> PyResult<()> {
        let value = value.filter(|v| !v.is_none());
        let defaults = value.map(|v| v.to_owned().downcast::<PyDict>()).transpose();
        let defaults =
            defaults.map_err(|_| vm.type_error("__kwdefaults__ must be set to a dict object"))?;
        self.modified();
        drop(self.kwdefaults.replace(defaults));
        Ok(())
    }

    /// Annotations by parameter name, evaluated on the first look.
    #[getter]
    fn __annotations__(&self, vm: &VirtualMachine) -> PyResult<PyRef<PyDict>> {
        if let Some(found) = self.annotations.get() {
            return Ok(found);
        }
        let made = match self.annotate.get().filter(|a| !a.is_none()) {
            Some(annotate) => {
                let format = vm.new_int(1);
                let made = vm.call_positional(annotate.as_object(), &[format.as_object()])?;
                made.downcast::<PyDict>().map_err(|made| {
                    vm.type_error(format!(
                        "__annotate__ returned non-dict of type '{}'",
                        made.class(vm).display_name()
                    ))
                })?
            }
            None => vm.new_dict(),
        };
        drop(self.annotations.replace(Some(made.clone())));
        Ok(made)
    }

    #[setter(name = "__annotations__")]
    fn set_annotations(&self, vm: &VirtualMachine, value: Option<PyObject<'_>>) -> PyResult<()> {
        let value = value.filter(|v| !v.is_none());
        let annotations = value.map(|v| v.to_owned().downcast::<PyDict>()).transpose();
        let annotations = annotations
            .map_err(|_| vm.type_error("__annotations__ must be set to a dict object"))?;
        drop((self.annotations.replace(annotations), self.annotate.take()));
        Ok(())
    }

    /// What evaluates the annotations.
    #[getter]
    fn __annotate__(&self) -> Option<PyObjectRef> {
        self.annotate.get()
    }

    #[setter(name = "__annotate__")]
    fn set_annotate(&self, vm: &VirtualMachine, value: Option<PyObject<'_>>) -> PyResult<()> {
        let Some(value) = value else {
            return Err(vm.type_error("__annotate__ cannot be deleted"));
        };
        if value.is_none() {
            drop(self.annotate.take());
            return Ok(());
        }
        if value.class(vm).slots.call.get().is_none() {
            return Err(vm.type_error("__annotate__ must be callable or None"));
        }
        drop((self.annotate.replace(Some(value.to_owned())), self.annotations.take()));
        Ok(())
    }

    #[getter]
    fn __doc__(&self) -> PyObjectRef {
        self.doc.get()
    }

    #[setter(name = "__doc__")]
    fn set_doc(&self, value: Option<PyObject<'_>>) -> PyResult<()> {
        drop(self.doc.replace(value.map_or_else(PyObjectRef::none, PyObject::to_owned)));
        Ok(())
    }

    #[getter]
    fn __module__(&self) -> PyObjectRef {
        self.module.get()
    }

    #[setter(name = "__module__")]
    fn set_module(&self, value: Option<PyObject<'_>>) -> PyResult<()> {
        drop(self.module.replace(value.map_or_else(PyObjectRef::none, PyObject::to_owned)));
        Ok(())
    }

    #[getter]
    fn __name__(&self) -> PyRef<PyStr> {
        self.name.get()
    }

    #[setter(name = "__name__")]
    fn set_name(&self, vm: &VirtualMachine, value: Option<PyObject<'_>>) -> PyResult<()> {
        let Some(name) = value.and_then(|v| v.downcast::<PyStr>()) else {
            return Err(vm.type_error("__name__ must be set to a string object"));
        };
        drop(self.name.replace(name.to_ref()));
        Ok(())
    }

    #[getter]
    fn __qualname__(&self) -> PyRef<PyStr> {
        self.qualname.get()
    }

    #[setter(name = "__qualname__")]
    fn set_qualname(&self, vm: &VirtualMachine, value: Option<PyObject<'_>>) -> PyResult<()> {
        let Some(name) = value.and_then(|v| v.downcast::<PyStr>()) else {
            return Err(vm.type_error("__qualname__ must be set to a string object"));
        };
        drop(self.qualname.replace(name.to_ref()));
        Ok(())
    }

    /// The type parameters that the function declares.
    #[getter]
    fn __type_params__(&self, vm: &VirtualMachine) -> PyRef<PyTuple> {
        self.type_params.get().unwrap_or_else(|| vm.new_tuple(Vec::new()))
    }

    #[setter(name = "__type_params__")]
    fn set_type_params(&self, vm: &VirtualMachine, value: Option<PyObject<'_>>) -> PyResult<()> {
        let Some(params) = value.and_then(|v| v.downcast::<PyTuple>()) else {
            return Err(vm.type_error("__type_params__ must be set to a tuple"));
        };
        drop(self.type_params.replace(Some(params.to_ref())));
        Ok(())
    }
}
