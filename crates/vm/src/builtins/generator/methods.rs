//! The Python side of `generator`, and what the three kinds have in common.

use super::{GenState, PyGenerator, Resumed, Throw, close, finalize, throw_into};
use crate::builtins::frame::PyFrame;
use crate::builtins::generic_alias::PyGenericAlias;
use crate::prelude::*;
use crate::types::slots::SendResult;

/// What the generator kinds answer alike; all of them take the object itself.
pub(super) fn send_slot(
    vm: &VirtualMachine,
    o: PyObject<'_>,
    value: PyObject<'_>,
) -> PyResult<SendResult> {
    Ok(match vm.resume_generator(o, Ok(value.to_owned()))? {
        Resumed::Yielded(v) => SendResult::Yield(v),
        Resumed::Returned(v) => SendResult::Return(v),
    })
}

/// `send(value)`.
pub(crate) fn send(vm: &VirtualMachine, o: PyObject<'_>, value: PyObject<'_>) -> PyResult {
    let kind = o.any_generator().expect("called with a generator").kind;
    vm.resume_generator(o, Ok(value.to_owned()))?.into_sent(vm, kind)
}

/// `throw(...)`, with the arguments as given.
pub(crate) fn throw(vm: &VirtualMachine, o: PyObject<'_>, args: Args<'_>) -> PyResult {
    let kind = o.any_generator().expect("called with a generator").kind;
    throw_into(vm, o, Throw::parse(vm, args)?, true)?.into_sent(vm, kind)
}

/// `<generator object f at 0x7f..>`.
pub(crate) fn repr(o: PyObject<'_>, noun: &str) -> String {
    let g = o.any_generator().expect("called with a generator");
    let name = g.qualname.with(|q| q.to_string_lossy().into_owned());
    format!("<{noun} object {name} at {:#x}>", o.bits())
}

impl PyGenerator {
    pub(crate) fn frame_object(&self, vm: &VirtualMachine) -> Option<PyRef<PyFrame>> {
        self.frame().map(|f| PyFrame::of(vm, f))
    }

    pub(crate) fn is_running(&self) -> bool {
        self.state.get() == GenState::Running
    }

    pub(crate) fn is_suspended(&self) -> bool {
        matches!(self.state.get(), GenState::Suspended | GenState::Delegating | GenState::Moved)
    }

    pub(crate) fn memory(&self, payload: usize) -> usize {
        // Header and the two prefix pairs, as the type lays instances out.
        16 + payload + self.frame_bytes as usize
    }

    pub(crate) fn set_name_attr(
        &self,
        vm: &VirtualMachine,
        value: Option<PyObject<'_>>,
    ) -> PyResult<()> {
        match value.and_then(|v| v.downcast::<PyStr>()) {
            Some(s) => drop(self.name.replace(s.to_ref())),
            None => return Err(vm.type_error("__name__ must be set to a string object")),
        }
        Ok(())
    }

    pub(crate) fn set_qualname_attr(
        &self,
        vm: &VirtualMachine,
        value: Option<PyObject<'_>>,
    ) -> PyResult<()> {
        match value.and_then(|v| v.downcast::<PyStr>()) {
            Some(s) => drop(self.qualname.replace(s.to_ref())),
            None => return Err(vm.type_error("__qualname__ must be set to a string object")),
        }
        Ok(())
    }
}

#[pymethods]
impl PyGenerator {
    #[slot]
    fn repr(zelf: &Py<PyGenerator>) -> String {
        repr(zelf.as_object(), "generator")
    }

    #[slot]
    fn iter(zelf: &Py<PyGenerator>) -> PyRef<PyGenerator> {
        zelf.to_ref()
    }

    #[slot]
    fn iternext(zelf: &Py<PyGenerator>, vm: &VirtualMachine) -> PyResult<Option<PyObjectRef>> {
        if zelf.is_resumable() {
            return vm.next_of_generator(zelf);
        }
        match vm.resume_generator(zelf.as_object(), Ok(PyObjectRef::none()))? {
            Resumed::Yielded(v) => Ok(Some(v)),
            Resumed::Returned(v) if v.is_none() => Ok(None),
            Resumed::Returned(v) => Err(vm.stop_iteration(Some(v))),
        }
    }

    #[slot(name = "send")]
    fn slot_send(
        zelf: &Py<PyGenerator>,
        vm: &VirtualMachine,
        value: PyObject<'_>,
    ) -> PyResult<SendResult> {
        send_slot(vm, zelf.as_object(), value)
    }

    #[slot]
    fn del(zelf: &Py<PyGenerator>, vm: &VirtualMachine) -> PyResult<()> {
        finalize(vm, zelf.as_object())
    }
}

#[pymethods(name = methods)]
impl PyGenerator {
    /// Resumes the generator with a value as the result of its yield.
    ///
    /// Gives the next value it yields, or raises StopIteration.
    #[method(sig = "(self, object, /)")]
    fn send(zelf: &Py<PyGenerator>, vm: &VirtualMachine, object: PyObject<'_>) -> PyResult {
        send(vm, zelf.as_object(), object)
    }

    /// Raises an exception where the generator is suspended.
    ///
    /// Gives the next value it yields, or raises what it raises.  The form with a type, a
    /// value and a traceback is deprecated.
    #[method]
    fn throw(zelf: &Py<PyGenerator>, vm: &VirtualMachine, args: Args<'_>) -> PyResult {
        throw(vm, zelf.as_object(), args)
    }

    /// Raises GeneratorExit where the generator is suspended, and gives what it returns.
    #[method(sig = "(self, /)")]
    fn close(zelf: &Py<PyGenerator>, vm: &VirtualMachine) -> PyResult {
        close(vm, zelf.as_object())
    }

    /// The size of the generator in memory, in bytes.
    #[method(sig = "(self, /)")]
    fn __sizeof__(&self) -> usize {
        self.memory(size_of::<PyGenerator>())
    }

    /// Generators are generic over the types they yield, are sent, and return.
    #[classmethod(sig = "(cls, object, /)")]
    fn __class_getitem__(
        cls: &Py<PyType>,
        vm: &VirtualMachine,
        object: PyObject<'_>,
    ) -> PyObjectRef {
        PyGenericAlias::create(vm, cls.as_object(), object)
    }

    /// the name of the generator
    #[getter]
    fn __name__(&self) -> PyRef<PyStr> {
        self.name.get()
    }

    #[setter]
    fn set___name__(&self, vm: &VirtualMachine, value: Option<PyObject<'_>>) -> PyResult<()> {
        self.set_name_attr(vm, value)
    }

    /// the name of the generator, with what it is in
    #[getter]
    fn __qualname__(&self) -> PyRef<PyStr> {
        self.qualname.get()
    }

    #[setter]
    fn set___qualname__(&self, vm: &VirtualMachine, value: Option<PyObject<'_>>) -> PyResult<()> {
        self.set_qualname_attr(vm, value)
    }

    /// what 'yield from' takes its values from, or None
    #[getter]
    fn gi_yieldfrom(&self) -> Option<PyObjectRef> {
        self.delegate()
    }

    #[getter]
    fn gi_running(&self) -> bool {
        self.is_running()
    }

    #[getter]
    fn gi_frame(&self, vm: &VirtualMachine) -> Option<PyRef<PyFrame>> {
        self.frame_object(vm)
    }

    #[getter]
    fn gi_suspended(&self) -> bool {
        self.is_suspended()
    }

    #[getter]
    fn gi_code(&self) -> PyObjectRef {
        self.code().clone().into()
    }
}
