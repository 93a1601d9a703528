//! `coroutine`, and the iterator that `__await__` gives for it.

use super::methods::{repr, send, send_slot, throw};
use super::{PyGenerator, Resumed, close, finalize};
use crate::builtins::code::PyCode;
use crate::builtins::frame::PyFrame;
use crate::builtins::generic_alias::PyGenericAlias;
use crate::frame::{FrameRef, InterpreterFrame};
use crate::prelude::*;
use crate::types::slots::SendResult;

/// What a call of an `async def` function gives.
#[pyclass(
    name = "coroutine",
    flags(EXT, VAR_SIZED),
    doc = None,
    var_bytes = frame_bytes,
    dies_silently = dies_silently,
    with(methods)
)]
#[repr(transparent)]
pub struct PyCoroutine {
    pub(crate) generator: PyGenerator,
}

impl PyCoroutine {
    fn frame_bytes(&self) -> usize {
        self.generator.frame_bytes as usize
    }

    fn dies_silently(&self) -> bool {
        self.generator.dies_silently()
    }
}

impl Traverse for PyCoroutine {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.generator.traverse(visit);
    }

    fn clear(&self, out: &mut Vec<PyObjectRef>) {
        self.generator.clear(out);
    }
}

/// Where a coroutine is being made, if that is tracked: (file, line, function) of each
/// calling frame, innermost first.
///
/// # Safety
/// `f` is the alive frame of the coroutine's call.
pub(super) fn origin(vm: &VirtualMachine, f: *mut InterpreterFrame) -> Option<PyRef<PyTuple>> {
    let depth = vm.hooks.origin_depth.get();
    if depth == 0 {
        return None;
    }
    // SAFETY: the frame is the running one, and so are its callers.
    #[allow(unsafe_code)]
    let mut at = unsafe { FrameRef::from_raw(f) }.and_then(FrameRef::caller);
    let mut out = Vec::new();
    while let Some(f) = at
        && out.len() < depth
    {
        let code = f.code();
        let line = match code.line_at(f.lasti()) {
            Some(line) => vm.new_int(i64::from(line)),
            None => vm.none(),
        };
        let entry = vec![code.filename().into(), line, code.name.clone().into()];
        out.push(vm.new_tuple(entry).into());
        at = f.caller();
    }
    Some(vm.new_tuple(out))
}

#[pymethods]
impl PyCoroutine {
    #[slot]
    fn repr(zelf: &Py<PyCoroutine>) -> String {
        repr(zelf.as_object(), "coroutine")
    }

    #[slot]
    fn await_(zelf: &Py<PyCoroutine>, vm: &VirtualMachine) -> PyRef<PyCoroutineWrapper> {
        vm.new_object(PyCoroutineWrapper { coroutine: zelf.to_ref() })
    }

    #[slot(name = "send")]
    fn slot_send(
        zelf: &Py<PyCoroutine>,
        vm: &VirtualMachine,
        value: PyObject<'_>,
    ) -> PyResult<SendResult> {
        send_slot(vm, zelf.as_object(), value)
    }

    #[slot]
    fn del(zelf: &Py<PyCoroutine>, vm: &VirtualMachine) -> PyResult<()> {
        finalize(vm, zelf.as_object())
    }
}

#[pymethods(name = methods)]
impl PyCoroutine {
    /// Sends a value into coroutine and resumes it.
    ///
    /// Gives the next value that it awaits, or raises StopIteration.
    #[method(sig = "(self, object, /)")]
    fn send(zelf: &Py<PyCoroutine>, vm: &VirtualMachine, object: PyObject<'_>) -> PyResult {
        send(vm, zelf.as_object(), object)
    }

    /// Raises an exception in coroutine, where it is suspended.
    ///
    /// Gives the next value that it awaits, or raises what it raises.  The form with a
    /// type, a value and a traceback is deprecated.
    #[method]
    fn throw(zelf: &Py<PyCoroutine>, vm: &VirtualMachine, args: Args<'_>) -> PyResult {
        throw(vm, zelf.as_object(), args)
    }

    /// Raises GeneratorExit inside coroutine, where it is suspended.
    #[method(sig = "(self, /)")]
    fn close(zelf: &Py<PyCoroutine>, vm: &VirtualMachine) -> PyResult {
        close(vm, zelf.as_object())
    }

    /// The size of the coroutine in memory, in bytes.
    #[method(sig = "(self, /)")]
    fn __sizeof__(&self) -> usize {
        self.generator.memory(size_of::<PyCoroutine>())
    }

    /// Coroutines are generic over the types they yield, are sent, and return.
    #[classmethod(sig = "(cls, object, /)")]
    fn __class_getitem__(
        cls: &Py<PyType>,
        vm: &VirtualMachine,
        object: PyObject<'_>,
    ) -> PyObjectRef {
        PyGenericAlias::create(vm, cls.as_object(), object)
    }

    #[member]
    fn cr_origin(&self) -> Option<PyObjectRef> {
        self.generator.origin_or_finalizer.get()
    }

    /// the name of the coroutine
    #[getter]
    fn __name__(&self) -> PyRef<PyStr> {
        self.generator.name.get()
    }

    #[setter]
    fn set___name__(&self, vm: &VirtualMachine, value: Option<PyObject<'_>>) -> PyResult<()> {
        self.generator.set_name_attr(vm, value)
    }

    /// the name of the coroutine, with what it is in
    #[getter]
    fn __qualname__(&self) -> PyRef<PyStr> {
        self.generator.qualname.get()
    }

    #[setter]
    fn set___qualname__(&self, vm: &VirtualMachine, value: Option<PyObject<'_>>) -> PyResult<()> {
        self.generator.set_qualname_attr(vm, value)
    }

    /// what is awaited, or None
    #[getter]
    fn cr_await(&self) -> Option<PyObjectRef> {
        self.generator.delegate()
    }

    #[getter]
    fn cr_running(&self) -> bool {
        self.generator.is_running()
    }

    #[getter]
    fn cr_frame(&self, vm: &VirtualMachine) -> Option<PyRef<PyFrame>> {
        self.generator.frame_object(vm)
    }

    #[getter]
    fn cr_code(&self) -> PyRef<PyCode> {
        self.generator.code().clone()
    }

    #[getter]
    fn cr_suspended(&self) -> bool {
        self.generator.is_suspended()
    }
}

/// Makes a coroutine an iterator, for `__await__` written in Python.
#[pyclass(
    name = "coroutine_wrapper",
    flags(HAVE_GC),
    doc = "A wrapper object implementing __await__ for coroutines."
)]
#[derive(Traverse)]
pub struct PyCoroutineWrapper {
    coroutine: PyRef<PyCoroutine>,
}

#[pymethods]
impl PyCoroutineWrapper {
    #[slot]
    fn iter(zelf: &Py<PyCoroutineWrapper>) -> PyRef<PyCoroutineWrapper> {
        zelf.to_ref()
    }

    #[slot]
    fn iternext(&self, vm: &VirtualMachine) -> PyResult<Option<PyObjectRef>> {
        match vm.resume_generator(self.coroutine.as_object(), Ok(PyObjectRef::none()))? {
            Resumed::Yielded(v) => Ok(Some(v)),
            Resumed::Returned(v) if v.is_none() => Ok(None),
            Resumed::Returned(v) => Err(vm.stop_iteration(Some(v))),
        }
    }

    #[slot(name = "send")]
    fn slot_send(&self, vm: &VirtualMachine, value: PyObject<'_>) -> PyResult<SendResult> {
        send_slot(vm, self.coroutine.as_object(), value)
    }

    /// Sends a value into coroutine and resumes it.
    #[method(sig = "(self, object, /)")]
    fn send(&self, vm: &VirtualMachine, object: PyObject<'_>) -> PyResult {
        send(vm, self.coroutine.as_object(), object)
    }

    /// Raises an exception in coroutine, where it is suspended.
    #[method]
    fn throw(zelf: &Py<PyCoroutineWrapper>, vm: &VirtualMachine, args: Args<'_>) -> PyResult {
        throw(vm, zelf.coroutine.as_object(), args)
    }

    /// Raises GeneratorExit inside coroutine, where it is suspended.
    #[method(sig = "(self, /)")]
    fn close(&self, vm: &VirtualMachine) -> PyResult {
        close(vm, self.coroutine.as_object())
    }
}
