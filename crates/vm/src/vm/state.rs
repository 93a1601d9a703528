//! What the eval loop keeps in the vm: the raised exception, the handled ones, results,
//! stub code, and the eval breaker's service.

use super::{PyErr, VirtualMachine, breaker};
use crate::builtins::code::PyCode;
use crate::builtins::exception::PyBaseException;
use crate::builtins::foreign_builtins::PyForeignBuiltins;
use crate::builtins::generator::{self, PyGenerator};
use crate::object::StackRef;
use crate::prelude::*;
use bytecode::{CodeFlags, Opcode, RawCode, RawStr};
use std::sync::atomic::Ordering;

/// Code of the frames that Python never sees.
pub struct Stubs {
    /// Leaves the loop with the value on top.
    pub entry: PyRef<PyCode>,
}

impl Stubs {
    pub(crate) fn new(vm: &VirtualMachine) -> Stubs {
        let exit = Opcode::InterpreterExit.byte();
        Stubs {
            // Long enough for a return, and for what a generator yields (two units on).
            entry: stub(vm, "<entry>", &[exit, 0, exit, 0, exit, 0], 1),
        }
    }
}

fn stub(vm: &VirtualMachine, name: &str, code: &[u8], stacksize: u32) -> PyRef<PyCode> {
    let raw = RawCode {
        argcount: 0,
        posonlyargcount: 0,
        kwonlyargcount: 0,
        stacksize,
        flags: CodeFlags::empty(),
        code: code.into(),
        consts: Vec::new(),
        names: Vec::new(),
        localsplusnames: Vec::new(),
        localspluskinds: Vec::new(),
        filename: RawStr::from("<rpython>"),
        name: RawStr::from(name),
        qualname: RawStr::from(name),
        firstlineno: 0,
        linetable: Box::default(),
        exceptiontable: Box::default(),
    };
    PyCode::from_raw(vm, &raw).immortal()
}

impl VirtualMachine {
    #[inline(always)]
    pub(crate) fn stubs(&self) -> &Stubs {
        self.interp.stubs.get().expect("stubs are made at start")
    }

    /// An error enters the loop: it is chained to the exception being handled unless it
    /// has a context already, and becomes the raised one.  One with a traceback has been
    /// raised before, and only passes through native code.
    pub(crate) fn set_raised(&self, e: PyErr) {
        if e.context.with(Option::is_none) && e.traceback.with(Option::is_none) {
            self.chain(&e);
        }
        self.raised.set(Some(e));
    }

    /// The same exception goes on; nothing is chained.
    pub(crate) fn set_raised_again(&self, e: PyErr) {
        self.raised.set(Some(e));
    }

    /// A `raise` statement.
    pub(crate) fn raise(&self, e: PyErr) {
        self.chain(&e);
        self.raised.set(Some(e));
    }

    /// Makes the handled exception the context of `e`, without closing a loop.
    fn chain(&self, e: &PyErr) {
        let Some(handled) = self.handled() else { return };
        if handled.is(e) {
            return;
        }
        // If `e` is already in the chain of contexts, that link is cut.
        let mut at = handled.clone();
        let mut steps = 0u32;
        while let Some(next) = at.context.get() {
            if next.is(e) {
                at.context.set(None);
                break;
            }
            at = next;
            steps += 1;
            if steps > 100_000 {
                break;
            }
        }
        e.context.set(Some(handled));
    }

    pub(crate) fn raised(&self) -> Option<PyErr> {
        self.raised.get()
    }

    pub(crate) fn take_raised(&self) -> PyErr {
        self.raised.take().expect("an error left an exception in the vm")
    }

    /// Leaves a counted word for whoever entered the loop.
    #[inline(always)]
    pub(crate) fn set_result(&self, v: StackRef) {
        debug_assert!(self.result.get().is_null(), "two results");
        self.result.set(v);
    }

    #[inline(always)]
    pub(crate) fn take_result(&self) -> PyObjectRef {
        self.result.replace(StackRef::NULL).into_owned()
    }

    /// The exception being handled (`sys.exception()`): the innermost frame's that has one.
    pub fn handled(&self) -> Option<PyErr> {
        if let Some(e) = self.handled_now.get() {
            return Some(e);
        }
        if !self.resumers_handle.get() {
            return None;
        }
        let e = generator::handled_by_resumers(self);
        self.resumers_handle.set(e.is_some());
        e
    }

    pub(crate) fn swap_handled(&self, e: Option<PyErr>) -> Option<PyErr> {
        self.handled_now.replace(e)
    }

    /// A generator is resumed or left: what it handles and what its resumer handles change
    /// places.
    #[inline(always)]
    pub(crate) fn exchange_handled(&self, g: &PyGenerator) {
        self.handled_now.swap(&g.handled);
        if g.handled.with(Option::is_some) {
            self.resumers_handle.set(true);
        }
    }

    /// `exc.value` of a StopIteration.
    pub(crate) fn stop_iteration_value(&self, e: &Py<PyBaseException>) -> PyObjectRef {
        crate::builtins::exception::stop_iteration_value(e)
    }

    #[cold]
    pub(crate) fn name_error(&self, name: &Py<PyStr>, msg: &str) -> PyErr {
        self.name_error_of(&self.exc().name_error, name, msg)
    }

    /// LOAD_COMMON_CONSTANT's objects.
    pub(crate) fn common_constant(&self, i: u32) -> PyObjectRef {
        use bytecode::oparg::CommonConstant as C;
        match C::from_oparg(i) {
            Some(C::AssertionError) => self.exc().assertion_error.clone().into(),
            Some(C::NotImplementedError) => self.exc().not_implemented_error.clone().into(),
            Some(C::BuiltinTuple) => self.types().tuple.clone().into(),
            Some(C::BuiltinAll) => self.all_and_any(0),
            Some(C::BuiltinAny) => self.all_and_any(1),
            _ => PyObjectRef::none(),
        }
    }

    fn all_and_any(&self, i: usize) -> PyObjectRef {
        self.interp.all_and_any.get().map_or_else(PyObjectRef::none, |both| both[i].clone())
    }

    pub fn builtins_dict(&self) -> &PyRef<PyDict> {
        self.interp.builtins_dict.get_or_init(|| self.new_dict())
    }

    pub fn sys_dict(&self) -> &PyRef<PyDict> {
        self.interp.sys_dict.get_or_init(|| self.new_dict())
    }

    pub fn sys_modules(&self) -> &PyRef<PyDict> {
        self.interp.modules.get_or_init(|| self.new_dict())
    }

    pub fn sys_attr(&self, name: &Py<PyStr>) -> PyResult<Option<PyObjectRef>> {
        self.sys_dict().get_str(self, name)
    }

    /// The builtins that code with these globals sees: `__builtins__`, a module or a mapping,
    /// or else those of the running code.
    pub fn builtins_of(&self, globals: &Py<PyDict>) -> PyResult<PyRef<PyDict>> {
        let Some(b) = globals.get_str(self, &self.names().__builtins__)? else {
            return Ok(self.current_builtins());
        };
        if let Some(d) = b.as_object().downcast::<PyDict>() {
            return Ok(d.to_ref());
        }
        match crate::builtins::payload_dict(self, b.as_object()) {
            Some(d) => Ok(d),
            None => Ok(PyForeignBuiltins::stand_in(self, b)),
        }
    }

    /// The builtins of the running code.
    pub fn current_builtins(&self) -> PyRef<PyDict> {
        match self.current_frame() {
            Some(f) => f.builtins(),
            None => self.builtins_dict().clone(),
        }
    }

    /// Serves the eval breaker in the middle of long native work: signal handlers run, and
    /// what they raise ends the work.
    #[inline]
    pub fn check_breaker(&self) -> PyResult<()> {
        if self.breaker.load(Ordering::Relaxed) == 0 { Ok(()) } else { self.serve_breaker() }
    }

    /// In a native loop of any length: signal handlers run, and memory that has run out is
    /// told of.  Other threads do not get their turn, as programs rely on that.
    #[inline(always)]
    pub fn check_urgent(&self) -> PyResult<()> {
        let urgent = breaker::SIGNALS | breaker::MEMORY;
        if self.breaker.load(Ordering::Relaxed) & urgent == 0 {
            Ok(())
        } else {
            self.serve_urgent()
        }
    }

    #[cold]
    #[inline(never)]
    fn serve_urgent(&self) -> PyResult<()> {
        if self.breaker.fetch_and(!breaker::MEMORY, Ordering::Relaxed) & breaker::MEMORY != 0 {
            return Err(self.memory_error());
        }
        self.breaker.fetch_and(!breaker::SIGNALS, Ordering::SeqCst);
        self.check_signals()
    }

    /// Runs waiting finalisers between two instructions.
    pub(crate) fn finalize_between(&self) {
        if self.breaker.load(Ordering::Relaxed) & breaker::PENDING != 0 {
            self.in_last_instruction(|| self.run_pending_finalizers());
        }
    }

    /// What the eval breaker asks for, at an instruction boundary.
    #[cold]
    #[inline(never)]
    pub(crate) fn serve_breaker(&self) -> PyResult<()> {
        let bits = self.breaker.load(Ordering::Relaxed);
        if bits & breaker::PENDING != 0 {
            self.run_pending_finalizers();
        }
        if bits & breaker::GC != 0 {
            self.breaker.fetch_and(!breaker::GC, Ordering::Relaxed);
            crate::gc::run_pending(self)?;
        }
        if bits & breaker::INSTRUMENT != 0 {
            self.breaker.fetch_and(!breaker::INSTRUMENT, Ordering::Relaxed);
            self.instrument_own_frames();
        }
        if bits & breaker::LOCK != 0 {
            self.breaker.fetch_and(!breaker::LOCK, Ordering::Relaxed);
            self.hooks.parked.set(self);
            self.shared.gil.hand_over(self.breaker);
            self.follow_recursion_limit();
        }
        if bits & breaker::MEMORY != 0 {
            self.breaker.fetch_and(!breaker::MEMORY, Ordering::Relaxed);
            return Err(self.memory_error());
        }
        // What a `MemoryError` has set free may be enough for the next one.
        host::memory::keep_reserve();
        if bits & breaker::SIGNALS != 0 {
            self.breaker.fetch_and(!breaker::SIGNALS, Ordering::SeqCst);
            self.check_signals()?;
        }
        Ok(())
    }

    /// Objects dropped by unwinding may have finalisers waiting: they run at the handler.
    pub(crate) fn drain_pending_after_unwind(&self) {
        if self.breaker.load(Ordering::Relaxed) & breaker::PENDING != 0 {
            self.run_pending_finalizers();
        }
    }
}
