//! Asynchronous generators: the object, and the wrapper that tells the values it yields
//! from what it awaits.  Its awaitables are in `awaitables`.

mod awaitables;

pub use awaitables::{PyAsyncGenASend, PyAsyncGenAThrow};

use crate::builtins::code::PyCode;
use crate::builtins::frame::PyFrame;
use crate::builtins::generator::PyGenerator;
use crate::builtins::generic_alias::PyGenericAlias;
use crate::call::check_arity;
use crate::prelude::*;

/// What a call of an `async def` function with `yield` in it gives.
#[pyclass(
    name = "async_generator",
    flags(EXT, VAR_SIZED),
    doc = None,
    var_bytes = frame_bytes,
    dies_silently = dies_silently,
    with(methods)
)]
#[repr(transparent)]
pub struct PyAsyncGenerator {
    pub(crate) generator: PyGenerator,
}

impl PyAsyncGenerator {
    fn frame_bytes(&self) -> usize {
        self.generator.frame_bytes()
    }

    fn dies_silently(&self) -> bool {
        self.generator.dies_silently()
    }
}

impl Traverse for PyAsyncGenerator {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.generator.traverse(visit);
    }

    fn clear(&self, out: &mut Vec<PyObjectRef>) {
        self.generator.clear(out);
    }
}

impl Py<PyAsyncGenerator> {
    /// Before the first step: the thread's hooks are told.
    fn init_hooks(&self, vm: &VirtualMachine) -> PyResult<()> {
        let g = &self.generator;
        if g.hooks_inited.replace(true) {
            return Ok(());
        }
        if let Some(finalizer) = vm.hooks.asyncgen_finalizer.get() {
            drop(g.origin_or_finalizer.replace(Some(finalizer)));
        }
        if let Some(first) = vm.hooks.asyncgen_firstiter.get() {
            vm.call_positional(first.as_object(), &[self.as_object()])?;
        }
        Ok(())
    }
}

#[pymethods]
impl PyAsyncGenerator {
    #[slot]
    fn repr(zelf: &Py<PyAsyncGenerator>) -> String {
        crate::builtins::generator::repr(zelf.as_object(), "async_generator")
    }

    #[slot]
    fn aiter(zelf: &Py<PyAsyncGenerator>) -> PyRef<PyAsyncGenerator> {
        zelf.to_ref()
    }

    #[slot]
    fn anext(zelf: &Py<PyAsyncGenerator>, vm: &VirtualMachine) -> PyResult {
        zelf.init_hooks(vm)?;
        Ok(PyAsyncGenASend::create(vm, zelf.to_ref(), None).into())
    }

    #[slot]
    fn del(zelf: &Py<PyAsyncGenerator>, vm: &VirtualMachine) -> PyResult<()> {
        crate::builtins::generator::finalize(vm, zelf.as_object())
    }
}

#[pymethods(name = methods)]
impl PyAsyncGenerator {
    /// An awaitable that resumes the generator with a value.
    #[method(sig = "(self, object, /)")]
    fn asend(zelf: &Py<PyAsyncGenerator>, vm: &VirtualMachine, object: PyObject<'_>) -> PyResult {
        zelf.init_hooks(vm)?;
        Ok(PyAsyncGenASend::create(vm, zelf.to_ref(), Some(object.to_owned())).into())
    }

    /// An awaitable that raises an exception where the generator is suspended.
    ///
    /// The form with a type, a value and a traceback is deprecated.
    #[method]
    fn athrow(zelf: &Py<PyAsyncGenerator>, vm: &VirtualMachine, args: Args<'_>) -> PyResult {
        args.no_keywords(vm, "athrow")?;
        if args.len() > 1 {
            vm.deprecation_warning(
                "the (type, exc, tb) signature of athrow() is deprecated, use the single-arg \
                 signature instead.",
            )?;
        }
        check_arity(vm, "athrow", args.len(), 1, 3)?;
        zelf.init_hooks(vm)?;
        let args = vm.new_tuple(args.positional().map(PyObject::to_owned).collect());
        Ok(PyAsyncGenAThrow::create(vm, zelf.to_ref(), Some(args)).into())
    }

    /// An awaitable that raises GeneratorExit where the generator is suspended.
    #[method(sig = "(self, /)")]
    fn aclose(zelf: &Py<PyAsyncGenerator>, vm: &VirtualMachine) -> PyResult {
        zelf.init_hooks(vm)?;
        Ok(PyAsyncGenAThrow::create(vm, zelf.to_ref(), None).into())
    }

    /// The size of the generator in memory, in bytes.
    #[method(sig = "(self, /)")]
    fn __sizeof__(&self) -> usize {
        self.generator.memory(size_of::<PyAsyncGenerator>())
    }

    /// Asynchronous generators are generic over the types they yield and are sent.
    #[classmethod(sig = "(cls, object, /)")]
    fn __class_getitem__(
        cls: &Py<PyType>,
        vm: &VirtualMachine,
        object: PyObject<'_>,
    ) -> PyObjectRef {
        PyGenericAlias::create(vm, cls.as_object(), object)
    }

    #[member]
    fn ag_running(&self) -> bool {
        self.generator.async_running.get()
    }

    /// the name of the async generator
    #[getter]
    fn __name__(&self) -> PyRef<PyStr> {
        self.generator.name.get()
    }

    #[setter]
    fn set___name__(&self, vm: &VirtualMachine, value: Option<PyObject<'_>>) -> PyResult<()> {
        self.generator.set_name_attr(vm, value)
    }

    /// the name of the async generator, with what it is in
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
    fn ag_await(&self) -> Option<PyObjectRef> {
        self.generator.delegate()
    }

    #[getter]
    fn ag_frame(&self, vm: &VirtualMachine) -> Option<PyRef<PyFrame>> {
        self.generator.frame_object(vm)
    }

    #[getter]
    fn ag_code(&self) -> PyRef<PyCode> {
        self.generator.code().clone()
    }

    #[getter]
    fn ag_suspended(&self) -> bool {
        self.generator.is_suspended()
    }
}

/// A value that an asynchronous generator yields, told apart from what it awaits.
#[pyclass(name = "async_generator_wrapped_value", flags(HAVE_GC), doc = None)]
#[derive(Traverse)]
pub struct PyAsyncGenWrappedValue {
    pub(crate) value: PyObjectRef,
}

pub fn wrap(vm: &VirtualMachine, v: PyObject<'_>) -> PyObjectRef {
    vm.new_object(PyAsyncGenWrappedValue { value: v.to_owned() }).into()
}
