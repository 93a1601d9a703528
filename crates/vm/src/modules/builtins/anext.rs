//! The awaitable of `anext(iterator, default)`.

use crate::interp::ops::async_::awaitable_iter;
use crate::prelude::*;

/// Gives the default where the wrapped awaitable says that the iterator has ended.
#[pyclass(name = "anext_awaitable", flags(HAVE_GC, DISALLOW_INSTANTIATION), doc = None)]
#[derive(Traverse)]
pub struct PyAnextAwaitable {
    wrapped: PyObjectRef,
    default: PyObjectRef,
}

impl PyAnextAwaitable {
    pub fn create(
        vm: &VirtualMachine,
        wrapped: PyObjectRef,
        default: PyObjectRef,
    ) -> PyRef<PyAnextAwaitable> {
        vm.new_object(PyAnextAwaitable { wrapped, default })
    }

    /// `StopAsyncIteration` becomes the end with the default as its value.
    fn outcome(&self, vm: &VirtualMachine, r: PyResult) -> PyResult {
        match r {
            Err(e) if vm.is_error(&e, &vm.exc().stop_async_iteration) => {
                Err(vm.stop_iteration(Some(self.default.clone())))
            }
            r => r,
        }
    }

    fn delegate(&self, vm: &VirtualMachine, name: &Py<PyStr>, args: Args<'_>) -> PyResult {
        let it = awaitable_iter(vm, self.wrapped.as_object())?;
        let method = vm.get_attr(it.as_object(), name)?;
        self.outcome(vm, vm.call(method.as_object(), args))
    }
}

#[pymethods]
impl PyAnextAwaitable {
    #[slot]
    fn iter(zelf: &Py<PyAnextAwaitable>) -> PyObjectRef {
        zelf.to_ref().into()
    }

    #[slot(name = "await_")]
    fn await_(zelf: &Py<PyAnextAwaitable>) -> PyObjectRef {
        zelf.to_ref().into()
    }

    #[slot]
    fn iternext(zelf: &Py<PyAnextAwaitable>, vm: &VirtualMachine) -> PyResult<Option<PyObjectRef>> {
        let it = awaitable_iter(vm, zelf.wrapped.as_object())?;
        // A coroutine is its own iterator here, but has no `__next__`.
        let r = if it.as_object().any_generator().is_some() {
            vm.call_method(it.as_object(), &vm.names().send, &[PyObject::none()])
        } else {
            vm.call_method(it.as_object(), &vm.names().__next__, &[])
        };
        zelf.outcome(vm, r).map(Some)
    }

    /// send(arg) -> send 'arg' into the wrapped iterator,
    /// return next yielded value or raise StopIteration.
    #[method]
    fn send(&self, vm: &VirtualMachine, args: Args<'_>) -> PyResult {
        self.delegate(vm, &vm.names().send, args)
    }

    /// throw(value)
    /// throw(typ[,val[,tb]])
    ///
    /// raise exception in the wrapped iterator, return next yielded value
    /// or raise StopIteration.
    #[method]
    fn throw(&self, vm: &VirtualMachine, args: Args<'_>) -> PyResult {
        self.delegate(vm, &vm.names().throw, args)
    }

    /// close() -> raise GeneratorExit inside generator.
    #[method]
    fn close(&self, vm: &VirtualMachine, args: Args<'_>) -> PyResult {
        self.delegate(vm, &vm.names().close, args)
    }
}
