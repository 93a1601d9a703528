//! What `__anext__`, `asend`, `athrow` and `aclose` give: awaitables that drive the
//! generator one step, from one yielded value to the next.

use super::{PyAsyncGenWrappedValue, PyAsyncGenerator};
use crate::builtins::generator::{GenState, Resumed, Throw, throw_into, warn_unawaited_method};
use crate::prelude::*;
use crate::types::slots::SendResult;
use std::cell::Cell;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    /// Not awaited yet.
    Init,
    Iterating,
    Done,
}

/// What one resumption of the generator came to, seen by the awaiter.
enum Outcome {
    /// It awaits something: passed on.
    Awaits(PyObjectRef),
    /// It yielded a value: the await is over.
    Value(PyObjectRef),
}

/// Sorts what a resumption gave; what ends the step ends `ag_running`.
fn unwrap(vm: &VirtualMachine, agen: &PyAsyncGenerator, r: PyResult<Resumed>) -> PyResult<Outcome> {
    let g = &agen.generator;
    let r = r.and_then(|r| match r {
        Resumed::Yielded(v) => Ok(v),
        Resumed::Returned(_) => Err(vm.new_exception(&vm.exc().stop_async_iteration, Vec::new())),
    });
    match r {
        Ok(v) => match v.as_object().downcast::<PyAsyncGenWrappedValue>() {
            Some(w) => {
                g.async_running.set(false);
                Ok(Outcome::Value(w.value.clone()))
            }
            None => Ok(Outcome::Awaits(v)),
        },
        Err(e) => {
            if vm.is_error(&e, &vm.exc().stop_async_iteration)
                || vm.is_error(&e, &vm.exc().generator_exit)
            {
                g.closed.set(true);
            }
            g.async_running.set(false);
            Err(e)
        }
    }
}

fn into_send(o: Outcome) -> SendResult {
    match o {
        Outcome::Awaits(v) => SendResult::Yield(v),
        Outcome::Value(v) => SendResult::Return(v),
    }
}

fn into_object(vm: &VirtualMachine, r: SendResult) -> PyResult {
    match r {
        SendResult::Yield(v) => Ok(v),
        SendResult::Return(v) if v.is_none() => Err(vm.stop_iteration(None)),
        SendResult::Return(v) => Err(vm.stop_iteration(Some(v))),
    }
}

fn into_next(vm: &VirtualMachine, r: SendResult) -> PyResult<Option<PyObjectRef>> {
    match r {
        SendResult::Yield(v) => Ok(Some(v)),
        SendResult::Return(v) if v.is_none() => Ok(None),
        SendResult::Return(v) => Err(vm.stop_iteration(Some(v))),
    }
}

fn thrown<'a>(args: &'a Py<PyTuple>) -> Throw<'a> {
    Throw::from_slice(args.as_slice())
}

/// The end of `close()` on an awaitable, by what throwing GeneratorExit gave.
fn closed(vm: &VirtualMachine, r: PyResult<SendResult>) -> PyResult<()> {
    let exc = vm.exc();
    match r {
        Ok(SendResult::Yield(_)) => Err(vm.runtime_error("coroutine ignored GeneratorExit")),
        Ok(SendResult::Return(_)) => Ok(()),
        Err(e)
            if vm.is_error(&e, &exc.stop_iteration)
                || vm.is_error(&e, &exc.stop_async_iteration)
                || vm.is_error(&e, &exc.generator_exit) =>
        {
            Ok(())
        }
        Err(e) => Err(e),
    }
}

/// The awaitable of `__anext__` and `asend`.
#[pyclass(name = "async_generator_asend", flags(HAVE_GC), doc = None)]
#[derive(Traverse)]
pub struct PyAsyncGenASend {
    agen: PyRef<PyAsyncGenerator>,
    value: Option<PyObjectRef>,
    #[pytraverse(skip)]
    step: Cell<Step>,
}

const REUSED_ASEND: &str = "cannot reuse already awaited __anext__()/asend()";
const REUSED_ATHROW: &str = "cannot reuse already awaited aclose()/athrow()";

impl PyAsyncGenASend {
    pub fn create(
        vm: &VirtualMachine,
        agen: PyRef<PyAsyncGenerator>,
        value: Option<PyObjectRef>,
    ) -> PyRef<PyAsyncGenASend> {
        vm.new_object(PyAsyncGenASend { agen, value, step: Cell::new(Step::Init) })
    }

    /// The first use: the generator must not be running for somebody else.
    fn begin(&self, vm: &VirtualMachine) -> PyResult<bool> {
        match self.step.get() {
            Step::Done => Err(vm.runtime_error(REUSED_ASEND)),
            Step::Iterating => Ok(false),
            Step::Init => {
                if self.agen.generator.async_running.get() {
                    self.step.set(Step::Done);
                    return Err(
                        vm.runtime_error("anext(): asynchronous generator is already running")
                    );
                }
                self.step.set(Step::Iterating);
                Ok(true)
            }
        }
    }

    fn finish(&self, r: PyResult<Outcome>) -> PyResult<SendResult> {
        if !matches!(r, Ok(Outcome::Awaits(_))) {
            self.step.set(Step::Done);
        }
        r.map(into_send)
    }

    fn step(&self, vm: &VirtualMachine, value: PyObject<'_>) -> PyResult<SendResult> {
        let mut value = value.to_owned();
        if self.begin(vm)?
            && value.is_none()
            && let Some(v) = &self.value
        {
            value = v.clone();
        }
        self.agen.generator.async_running.set(true);
        let r = vm.resume_generator(self.agen.as_object(), Ok(value));
        self.finish(unwrap(vm, &self.agen, r))
    }

    fn throw_step(&self, vm: &VirtualMachine, t: Throw<'_>) -> PyResult<SendResult> {
        if self.begin(vm)? {
            self.agen.generator.async_running.set(true);
        }
        let r = throw_into(vm, self.agen.as_object(), t, true);
        self.finish(unwrap(vm, &self.agen, r))
    }
}

#[pymethods]
impl PyAsyncGenASend {
    #[slot]
    fn iter(zelf: &Py<PyAsyncGenASend>) -> PyRef<PyAsyncGenASend> {
        zelf.to_ref()
    }

    #[slot]
    fn iternext(&self, vm: &VirtualMachine) -> PyResult<Option<PyObjectRef>> {
        into_next(vm, self.step(vm, PyObject::none())?)
    }

    #[slot]
    fn await_(zelf: &Py<PyAsyncGenASend>) -> PyRef<PyAsyncGenASend> {
        zelf.to_ref()
    }

    #[slot(name = "send")]
    fn slot_send(&self, vm: &VirtualMachine, value: PyObject<'_>) -> PyResult<SendResult> {
        self.step(vm, value)
    }

    #[slot]
    fn del(&self, vm: &VirtualMachine) -> PyResult<()> {
        if self.step.get() == Step::Init {
            warn_unawaited_method(vm, self.agen.as_object(), "asend");
        }
        Ok(())
    }

    /// Resumes the generator with a value.
    #[method(sig = "(self, object, /)")]
    fn send(&self, vm: &VirtualMachine, object: PyObject<'_>) -> PyResult {
        into_object(vm, self.step(vm, object)?)
    }

    /// Raises an exception where the generator is suspended.
    #[method]
    fn throw(zelf: &Py<PyAsyncGenASend>, vm: &VirtualMachine, args: Args<'_>) -> PyResult {
        into_object(vm, zelf.throw_step(vm, Throw::parse(vm, args)?)?)
    }

    /// Raises GeneratorExit where the generator is suspended.
    #[method(sig = "(self, /)")]
    fn close(&self, vm: &VirtualMachine) -> PyResult<()> {
        if self.step.get() == Step::Done {
            return Ok(());
        }
        let exit = vm.exc().generator_exit.as_object();
        closed(vm, self.throw_step(vm, Throw::of(exit)))
    }
}

/// The awaitable of `athrow`, and of `aclose`, which has no arguments.
#[pyclass(name = "async_generator_athrow", flags(HAVE_GC), doc = None)]
#[derive(Traverse)]
pub struct PyAsyncGenAThrow {
    agen: PyRef<PyAsyncGenerator>,
    args: Option<PyRef<PyTuple>>,
    #[pytraverse(skip)]
    step: Cell<Step>,
}

impl PyAsyncGenAThrow {
    pub fn create(
        vm: &VirtualMachine,
        agen: PyRef<PyAsyncGenerator>,
        args: Option<PyRef<PyTuple>>,
    ) -> PyRef<PyAsyncGenAThrow> {
        vm.new_object(PyAsyncGenAThrow { agen, args, step: Cell::new(Step::Init) })
    }

    fn name(&self) -> &'static str {
        if self.args.is_some() { "athrow" } else { "aclose" }
    }

    fn already_running(&self, vm: &VirtualMachine) -> PyErr {
        self.step.set(Step::Done);
        vm.runtime_error(format!("{}(): asynchronous generator is already running", self.name()))
    }

    /// Sorts a resumption by the rules of `athrow` or `aclose`.
    fn finish(&self, vm: &VirtualMachine, r: PyResult<Resumed>) -> PyResult<SendResult> {
        let r = unwrap(vm, &self.agen, r);
        match r {
            Ok(Outcome::Awaits(v)) => Ok(SendResult::Yield(v)),
            Ok(Outcome::Value(_)) if self.args.is_none() => {
                self.step.set(Step::Done);
                Err(vm.runtime_error("async generator ignored GeneratorExit"))
            }
            Ok(Outcome::Value(v)) => {
                self.step.set(Step::Done);
                Ok(SendResult::Return(v))
            }
            Err(e) => {
                self.step.set(Step::Done);
                let ended = vm.is_error(&e, &vm.exc().stop_async_iteration)
                    || vm.is_error(&e, &vm.exc().generator_exit);
                if self.args.is_none() && ended {
                    return Ok(SendResult::Return(vm.none()));
                }
                Err(e)
            }
        }
    }

    fn step(&self, vm: &VirtualMachine, value: PyObject<'_>) -> PyResult<SendResult> {
        let g = &self.agen.generator;
        if self.step.get() == Step::Done {
            return Err(vm.runtime_error(REUSED_ATHROW));
        }
        if g.state.get() == GenState::Finished {
            self.step.set(Step::Done);
            return Ok(SendResult::Return(vm.none()));
        }
        if self.step.get() == Step::Iterating {
            let r = vm.resume_generator(self.agen.as_object(), Ok(value.to_owned()));
            return self.finish(vm, r);
        }
        if g.async_running.get() {
            return Err(self.already_running(vm));
        }
        if g.closed.get() {
            self.step.set(Step::Done);
            return Err(vm.new_exception(&vm.exc().stop_async_iteration, Vec::new()));
        }
        if !value.is_none() {
            return Err(vm.runtime_error("can't send non-None value to a just-started coroutine"));
        }
        self.step.set(Step::Iterating);
        g.async_running.set(true);
        let agen = self.agen.as_object();
        let r = match &self.args {
            Some(args) => throw_into(vm, agen, thrown(args), false),
            None => {
                g.closed.set(true);
                throw_into(vm, agen, Throw::of(vm.exc().generator_exit.as_object()), false)
            }
        };
        self.finish(vm, r)
    }

    fn throw_step(&self, vm: &VirtualMachine, t: Throw<'_>) -> PyResult<SendResult> {
        match self.step.get() {
            Step::Done => return Err(vm.runtime_error(REUSED_ATHROW)),
            Step::Iterating => {}
            Step::Init => {
                if self.agen.generator.async_running.get() {
                    return Err(self.already_running(vm));
                }
                self.step.set(Step::Iterating);
                self.agen.generator.async_running.set(true);
            }
        }
        let r = throw_into(vm, self.agen.as_object(), t, true);
        self.finish(vm, r)
    }
}

#[pymethods]
impl PyAsyncGenAThrow {
    #[slot]
    fn iter(zelf: &Py<PyAsyncGenAThrow>) -> PyRef<PyAsyncGenAThrow> {
        zelf.to_ref()
    }

    #[slot]
    fn iternext(&self, vm: &VirtualMachine) -> PyResult<Option<PyObjectRef>> {
        into_next(vm, self.step(vm, PyObject::none())?)
    }

    #[slot]
    fn await_(zelf: &Py<PyAsyncGenAThrow>) -> PyRef<PyAsyncGenAThrow> {
        zelf.to_ref()
    }

    #[slot(name = "send")]
    fn slot_send(&self, vm: &VirtualMachine, value: PyObject<'_>) -> PyResult<SendResult> {
        self.step(vm, value)
    }

    #[slot]
    fn del(&self, vm: &VirtualMachine) -> PyResult<()> {
        if self.step.get() == Step::Init {
            warn_unawaited_method(vm, self.agen.as_object(), self.name());
        }
        Ok(())
    }

    /// Resumes the generator with a value.
    #[method(sig = "(self, object, /)")]
    fn send(&self, vm: &VirtualMachine, object: PyObject<'_>) -> PyResult {
        into_object(vm, self.step(vm, object)?)
    }

    /// Raises an exception where the generator is suspended.
    #[method]
    fn throw(zelf: &Py<PyAsyncGenAThrow>, vm: &VirtualMachine, args: Args<'_>) -> PyResult {
        into_object(vm, zelf.throw_step(vm, Throw::parse(vm, args)?)?)
    }

    /// Raises GeneratorExit where the generator is suspended.
    #[method(sig = "(self, /)")]
    fn close(&self, vm: &VirtualMachine) -> PyResult<()> {
        if self.step.get() == Step::Done {
            return Ok(());
        }
        let exit = vm.exc().generator_exit.as_object();
        closed(vm, self.throw_step(vm, Throw::of(exit)))
    }
}
