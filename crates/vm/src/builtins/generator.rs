//! Generators, coroutines and asynchronous generators: a frame that can be suspended.
//!
//! The object owns its frame record and window.  While it runs, the record is linked into
//! the thread's frame chain and the object is kept alive by whoever resumed it.

#![allow(unsafe_code)]

mod coroutine;
mod finalize;
mod methods;
mod throw;

pub use coroutine::{PyCoroutine, PyCoroutineWrapper};
pub(crate) use finalize::{finalize, wants_finalizer, warn_unawaited_method};
pub(crate) use methods::repr;
pub(crate) use throw::{Throw, close, throw_into};

use crate::builtins::async_generator::PyAsyncGenerator;
use crate::builtins::code::PyCode;
use crate::builtins::function::PyFunction;
use crate::frame::{FRAME_WORDS, FrameRef, InterpreterFrame, Owner, clear_frame, trace_state};
use crate::interp::calls::Entry;
use crate::object::{StackRef, word};
use crate::prelude::*;
use bytecode::{CodeFlags, Opcode};
use std::cell::Cell;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum GenState {
    Created,
    Suspended,
    /// Suspended in `yield from` or `await`.
    Delegating,
    /// Suspended, and moved to another line by a debugger: what is sent in has no place.
    Moved,
    Running,
    Finished,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum GenKind {
    Generator,
    Coroutine,
    AsyncGenerator,
}

impl GenKind {
    /// The word for it in messages.
    pub fn noun(self) -> &'static str {
        match self {
            GenKind::Generator => "generator",
            GenKind::Coroutine => "coroutine",
            GenKind::AsyncGenerator => "async generator",
        }
    }
}

/// A generator: what a call of a function with `yield` in it gives.
#[pyclass(name = "generator", flags(EXT, VAR_SIZED), doc = None, var_bytes = frame_bytes, dies_silently = dies_silently, with(methods))]
#[repr(C)]
pub struct PyGenerator {
    /// Record and window, which lie behind this payload.
    frame: Cell<*mut InterpreterFrame>,
    frame_bytes: u32,
    pub(crate) state: Cell<GenState>,
    pub(crate) kind: GenKind,
    /// Asynchronous generators: an asend or athrow is under way.
    pub(crate) async_running: Cell<bool>,
    pub(crate) hooks_inited: Cell<bool>,
    /// Asynchronous generators: closed, or run to the end.
    pub(crate) closed: Cell<bool>,
    code: PyRef<PyCode>,
    pub(crate) name: PyCell<PyRef<PyStr>>,
    pub(crate) qualname: PyCell<PyRef<PyStr>>,
    /// While suspended, the exception this frame was handling; while running, the one that
    /// whoever resumed it is handling.
    pub(crate) handled: PyCell<Option<PyErr>>,
    /// Where a coroutine was made (`cr_origin`), or an asynchronous generator's finaliser.
    pub(crate) origin_or_finalizer: PyCell<Option<PyObjectRef>>,
}

impl<'a> PyObject<'a> {
    /// The suspendable frame of a generator, coroutine or asynchronous generator.
    #[inline]
    pub fn any_generator(self) -> Option<&'a PyGenerator> {
        if let Some(g) = self.downcast::<PyGenerator>() {
            return Some(g.payload_ref());
        }
        if let Some(c) = self.downcast::<PyCoroutine>() {
            return Some(&c.payload_ref().generator);
        }
        Some(&self.downcast::<PyAsyncGenerator>()?.payload_ref().generator)
    }
}

impl PyGenerator {
    /// The frame, while it is not finished.
    pub fn frame(&self) -> Option<FrameRef<'_>> {
        if self.state.get() == GenState::Finished {
            None
        } else {
            // SAFETY: the record lives behind this payload until the state is Finished.
            unsafe { FrameRef::from_raw(self.frame.get()) }
        }
    }

    /// Suspended, or not yet started.
    #[inline(always)]
    pub(crate) fn is_resumable(&self) -> bool {
        !matches!(self.state.get(), GenState::Moved | GenState::Running | GenState::Finished)
    }

    pub fn code(&self) -> &PyRef<PyCode> {
        &self.code
    }

    pub(crate) fn frame_bytes(&self) -> usize {
        self.frame_bytes as usize
    }

    /// What a suspended frame delegates to (`yield from`, `await`).
    pub fn delegate(&self) -> Option<PyObjectRef> {
        if self.state.get() != GenState::Delegating {
            return None;
        }
        let f = self.frame()?;
        let depth = f.stack_depth();
        (depth > 0).then(|| f.stack_value(depth - 1)).flatten().map(PyObject::to_owned)
    }

    /// Suspended where an exception would only meet the outermost handler, which turns
    /// StopIteration into RuntimeError: closing need not run the frame.
    fn stands_unhandled(&self) -> bool {
        const DEPTH_1: u8 = 4;
        let Some(f) = self.frame() else { return false };
        // Where resumption is told to tools, an exception is too.
        debug_assert!(f.lasti() < self.code.unit_count());
        self.code.executed_op(f.lasti()) == Some(Opcode::Resume)
            && self.code.original.get(f.lasti() * 2 + 1).is_some_and(|arg| arg & DEPTH_1 != 0)
    }

    /// Ends a suspended or unstarted frame without running it.
    fn discard(&self, vm: &VirtualMachine) {
        debug_assert!(!matches!(self.state.get(), GenState::Running | GenState::Finished));
        self.state.set(GenState::Finished);
        drop(self.handled.take());
        // SAFETY: the frame is complete, and nobody executes it.
        unsafe { clear_frame(vm, self.frame.get()) };
    }

    /// Runs `f` as if the suspended frame were running: it is on the frame chain.
    fn while_linked<R>(&self, vm: &VirtualMachine, f: impl FnOnce() -> R) -> R {
        let record = self.frame.get();
        let (before, state) = (vm.frame.get(), self.state.replace(GenState::Running));
        // It does not really run: what it was handling is not being handled.
        let handled = self.handled.take();
        // SAFETY: the frame is suspended, and this object is alive.
        unsafe { (*record).previous = before };
        vm.frame.set(record);
        let r = f();
        vm.frame.set(before);
        // SAFETY: as above; a running frame is not finished by others.
        unsafe { (*record).previous = std::ptr::null_mut() };
        self.state.set(state);
        self.handled.set(handled);
        r
    }

    #[inline(always)]
    pub(crate) fn frame_ptr(&self) -> *mut InterpreterFrame {
        self.frame.get()
    }
}

/// The generator whose frame this is.
///
/// # Safety
/// `f` is a frame owned by a generator, and alive.
pub(crate) unsafe fn of_frame<'a>(f: *mut InterpreterFrame) -> &'a PyGenerator {
    // SAFETY: the record lies right behind the payload, in one allocation.
    unsafe {
        &*std::ptr::with_exposed_provenance::<PyGenerator>(f.addr() - size_of::<PyGenerator>())
    }
}

/// The generator object that a frame lies in.
pub(crate) fn object_of(f: FrameRef<'_>) -> PyObject<'_> {
    assert!(f.owner() == Owner::Generator);
    // SAFETY: the payload lies before the record, and the object's header before the payload.
    unsafe {
        let g: *const PyGenerator = of_frame(f.as_ptr());
        let header = g.addr() - size_of::<crate::object::header::Header>();
        let p = std::ptr::with_exposed_provenance_mut(header);
        PyObject::from_raw(std::ptr::NonNull::new_unchecked(p), std::marker::PhantomData)
    }
}

/// The generator that a frame lies in, if it does not run.
pub(crate) fn object_of_suspended(f: FrameRef<'_>) -> Option<&PyGenerator> {
    if f.owner() != Owner::Generator {
        return None;
    }
    object_of(f).any_generator().filter(|g| g.state.get() != GenState::Running)
}

/// RETURN_GENERATOR: moves the frame of the call into a new generator object.
///
/// # Safety
/// `f` is the topmost frame of the data stack, at its first instruction; it is gone
/// afterwards.
pub(crate) unsafe fn from_frame(vm: &VirtualMachine, f: *mut InterpreterFrame) -> PyObjectRef {
    // SAFETY: by the contract.
    let (code, func) = unsafe { ((*f).code.to_ref(), (*f).func.as_deref()) };
    let flags = code.flags();
    let kind = if flags.contains(CodeFlags::COROUTINE) {
        GenKind::Coroutine
    } else if flags.contains(CodeFlags::ASYNC_GENERATOR) {
        GenKind::AsyncGenerator
    } else {
        GenKind::Generator
    };
    // SAFETY: `move_frame` fills record and window, which the payload's drop releases.
    unsafe {
        let bytes = code.frame_bytes();
        match kind {
            GenKind::Generator => {
                let payload = || PyGenerator::over(kind, code, func, None);
                let g = vm.alloc_var(vm.type_of::<PyGenerator>(), payload, bytes, |at| {
                    move_frame(f, at.cast());
                    true
                });
                g.adopt_frame(&raw const *g.payload_ref());
                g.into()
            }
            GenKind::Coroutine => {
                let origin = coroutine::origin(vm, f).map(Into::into);
                let payload =
                    || PyCoroutine { generator: PyGenerator::over(kind, code, func, origin) };
                let g = vm.alloc_var(vm.type_of::<PyCoroutine>(), payload, bytes, |at| {
                    move_frame(f, at.cast());
                    true
                });
                g.generator.adopt_frame(&raw const g.generator);
                g.into()
            }
            GenKind::AsyncGenerator => {
                let payload =
                    || PyAsyncGenerator { generator: PyGenerator::over(kind, code, func, None) };
                let g = vm.alloc_var(vm.type_of::<PyAsyncGenerator>(), payload, bytes, |at| {
                    move_frame(f, at.cast());
                    true
                });
                g.generator.adopt_frame(&raw const g.generator);
                g.into()
            }
        }
    }
}

/// A call of a generator function whose code has nothing to do before RETURN_GENERATOR but to
/// copy its cells: the generator that the call gives, whose frame never was anywhere else.
/// `None`, and nothing has changed, if that is not so, or if somebody wants to hear of it.
///
/// # Safety
/// `args` are the words for all parameters; they are moved, unless `None` comes back.
pub(crate) unsafe fn at_call(
    vm: &VirtualMachine,
    func: &Py<PyFunction>,
    args: &[StackRef],
) -> Option<PyObjectRef> {
    let code = func.code_ref();
    let flags = code.flags();
    let coroutine = flags.contains(CodeFlags::COROUTINE);
    if flags.contains(CodeFlags::ASYNC_GENERATOR) || coroutine && vm.hooks.origin_depth.get() != 0 {
        return None;
    }
    let mut start = 0;
    let mut cells: &[PyObjectRef] = &[];
    let closure = func.closure.get();
    if code.nfree > 0 {
        cells = closure.as_ref()?.as_slice();
        if code.executed_op(0) != Some(Opcode::CopyFreeVars) || cells.len() != code.nfree as usize {
            return None;
        }
        start = 1;
    }
    if code.executed_op(start) != Some(Opcode::ReturnGenerator) || vm.py_depth_left.get() <= 0 {
        return None;
    }
    let fill = |at: *mut u8| {
        let f: *mut InterpreterFrame = at.cast();
        // SAFETY: fresh memory of the code's frame size; the words move in.
        unsafe {
            InterpreterFrame::init(f, func.to_ref(), None, Owner::Generator);
            let n = code.nlocalsplus();
            for (i, a) in args.iter().enumerate() {
                InterpreterFrame::slot(f, i).write(a.counted());
            }
            InterpreterFrame::empty_slots(f, args.len(), n - cells.len());
            for (slot, cell) in (n - cells.len()..n).zip(cells) {
                InterpreterFrame::slot(f, slot).write(StackRef::from_owned(cell.clone()));
            }
            (*f).ip = (*f).ip.add(start + 1);
        }
        true
    };
    let bytes = code.frame_bytes();
    // SAFETY: `fill` makes a complete frame.
    unsafe {
        if coroutine {
            let payload = || PyCoroutine {
                generator: PyGenerator::over(GenKind::Coroutine, code.to_ref(), Some(func), None),
            };
            let g = vm.alloc_var(vm.type_of::<PyCoroutine>(), payload, bytes, fill);
            g.generator.adopt_frame(&raw const g.generator);
            Some(g.into())
        } else {
            let payload = || PyGenerator::over(GenKind::Generator, code.to_ref(), Some(func), None);
            let g = vm.alloc_var(vm.type_of::<PyGenerator>(), payload, bytes, fill);
            g.adopt_frame(&raw const *g.payload_ref());
            Some(g.into())
        }
    }
}

impl PyGenerator {
    /// A payload whose frame is still to be moved behind it.  Inlined, so that it is built
    /// where it will lie.
    #[inline(always)]
    fn over(
        kind: GenKind,
        code: PyRef<PyCode>,
        func: Option<&Py<PyFunction>>,
        origin: Option<PyObjectRef>,
    ) -> PyGenerator {
        let (name, qualname) = match func {
            Some(f) => (f.name.get(), f.qualname.get()),
            None => (code.name.clone(), code.qualname.clone()),
        };
        PyGenerator {
            frame: Cell::new(std::ptr::null_mut()),
            frame_bytes: code.frame_bytes() as u32,
            state: Cell::new(GenState::Created),
            kind,
            async_running: Cell::new(false),
            hooks_inited: Cell::new(false),
            closed: Cell::new(false),
            code,
            name: PyCell::new(name),
            qualname: PyCell::new(qualname),
            handled: PyCell::new(None),
            origin_or_finalizer: PyCell::new(origin),
        }
    }

    /// The frame has been moved behind the payload, whose address is final now.
    ///
    /// # Safety
    /// `this` is `self` in a generator object just allocated, its frame in place.
    unsafe fn adopt_frame(&self, this: *const PyGenerator) {
        let at = this.addr() + size_of::<PyGenerator>();
        let at: *mut InterpreterFrame = std::ptr::with_exposed_provenance_mut(at);
        self.frame.set(at);
        // SAFETY: by the contract.
        unsafe {
            if let Some(o) = &(*at).frame_obj {
                o.follow(at);
            }
        }
    }
}

/// The exception that the innermost resumer of a running generator handles, if any does.
pub(crate) fn handled_by_resumers(vm: &VirtualMachine) -> Option<PyErr> {
    let mut f = vm.frame.get();
    while !f.is_null() {
        // SAFETY: the frames of the chain are alive; generators own theirs.
        unsafe {
            if (*f).owner == Owner::Generator
                && let Some(e) = of_frame(f).handled.get()
            {
                return Some(e);
            }
            f = (*f).previous;
        }
    }
    None
}

/// Moves record and live window of a call's frame to `at`; every borrowed word is counted.
///
/// # Safety
/// `f` is a complete frame and `at` has room for it; `f` is not used afterwards.
unsafe fn move_frame(f: *mut InterpreterFrame, at: *mut InterpreterFrame) {
    // SAFETY: by the contract.
    unsafe {
        // Word by word, and volatile to stay so: the call has just written these words one
        // by one, and wider loads would wait until all of them have reached the cache.
        for i in 0..FRAME_WORDS {
            (at as *mut u64).add(i).write((f as *const u64).add(i).read_volatile());
        }
        let n = (*f).code.nlocalsplus();
        let depth = (*f).sp.offset_from(InterpreterFrame::slot(f, n)) as usize;
        for i in 0..n + depth {
            let owned = (*InterpreterFrame::slot(f, i)).into_owned_option();
            InterpreterFrame::slot(at, i).write(StackRef::from_option(owned));
        }
        (*at).sp = InterpreterFrame::slot(at, n + depth);
        (*at).owner = Owner::Generator;
        (*at).previous = std::ptr::null_mut();
    }
}

/// The exception passing through a generator's frame has ended it.
///
/// # Safety
/// `f` is a generator's running frame; it is gone afterwards.
pub(crate) unsafe fn finish_by_error(vm: &VirtualMachine, f: *mut InterpreterFrame) {
    // SAFETY: by the contract.
    unsafe {
        let g = of_frame(f);
        leave(vm, g, GenState::Finished);
        clear_frame(vm, f);
    }
}

/// Readies a generator's frame to be run by an [`Entry`]: the sent value is on its stack.  The
/// caller has checked the state.
#[inline]
fn enter(vm: &VirtualMachine, g: &PyGenerator, sent: StackRef) -> *mut InterpreterFrame {
    let f = g.frame.get();
    // SAFETY: the frame is suspended: its stack has room for the value it waits for.
    unsafe {
        if g.state.get() == GenState::Moved && !sent.is_null() {
            (*f).trace_state = trace_state::JUMPED;
            sent.release();
        } else {
            (*f).sp.write(sent);
            (*f).sp = (*f).sp.add(1);
        }
    }
    g.state.set(GenState::Running);
    vm.exchange_handled(g);
    vm.py_depth_left.set(vm.py_depth_left.get() - 1);
    f
}

/// The generator's frame stops running, suspended or finished.
pub(crate) fn leave(vm: &VirtualMachine, g: &PyGenerator, state: GenState) {
    g.state.set(state);
    vm.exchange_handled(g);
    vm.py_depth_left.set(vm.py_depth_left.get() + 1);
}

/// A finished frame's references go; its memory stays until the object dies.
///
/// # Safety
/// `f` is the frame of a generator that has just finished.
pub(crate) unsafe fn clear_finished(vm: &VirtualMachine, f: *mut InterpreterFrame) {
    // SAFETY: by the contract.
    unsafe { clear_frame(vm, f) };
}

/// What a generator resumed from native code gave.
pub enum Resumed {
    Yielded(PyObjectRef),
    Returned(PyObjectRef),
}

impl Resumed {
    /// As `send` and `throw` give it: a return is StopIteration.
    pub fn into_sent(self, vm: &VirtualMachine, kind: GenKind) -> PyResult {
        match self {
            Resumed::Yielded(v) => Ok(v),
            Resumed::Returned(_) if kind == GenKind::AsyncGenerator => {
                Err(vm.new_exception(&vm.exc().stop_async_iteration, Vec::new()))
            }
            Resumed::Returned(v) if v.is_none() => Err(vm.stop_iteration(None)),
            Resumed::Returned(v) => Err(vm.stop_iteration(Some(v))),
        }
    }
}

impl VirtualMachine {
    /// Resumes a generator with a value, or with an exception.
    pub(crate) fn resume_generator(
        &self,
        o: PyObject<'_>,
        value: Result<PyObjectRef, PyErr>,
    ) -> PyResult<Resumed> {
        self.resume_or_close(o, value, false)
    }

    /// `next()` of a generator that can be resumed, from native code; `None` at its end.
    pub(crate) fn next_of_generator(
        &self,
        zelf: &Py<PyGenerator>,
    ) -> PyResult<Option<PyObjectRef>> {
        let g = zelf.payload_ref();
        let _guard = self.enter_native("")?;
        if self.py_depth_left.get() <= 0 {
            return Err(self.too_deep());
        }
        // As in `resume_or_close`.
        let _alive = zelf.to_ref();
        let entry = Entry::push(self)?;
        let v = entry.run(enter(self, g, StackRef::from_immediate(word::NONE)))?;
        match g.state.get() {
            GenState::Finished if v.is_none() => Ok(None),
            GenState::Finished => Err(self.stop_iteration(Some(v))),
            _ => Ok(Some(v)),
        }
    }

    /// Runs `f` on what a generator yields until it ends or `f` says false: as
    /// `next_of_generator` again and again, with one entry frame.
    pub(crate) fn drive_generator(
        &self,
        zelf: &Py<PyGenerator>,
        mut f: impl FnMut(PyObjectRef) -> PyResult<bool>,
    ) -> PyResult<()> {
        let g = zelf.payload_ref();
        let _guard = self.enter_native("")?;
        let _alive = zelf.to_ref();
        let entry = Entry::push(self)?;
        entry.unlink();
        loop {
            // Others may have the generator too: it may be running, moved or finished by now.
            if !g.is_resumable() || self.py_depth_left.get() <= 0 {
                let Some(v) = self.iter_next(zelf.as_object())? else { return Ok(()) };
                if f(v)? {
                    continue;
                }
                return Ok(());
            }
            entry.link();
            let r = entry.run(enter(self, g, StackRef::from_immediate(word::NONE)));
            entry.unlink();
            let v = r?;
            if g.state.get() == GenState::Finished || !f(v)? {
                return Ok(());
            }
        }
    }

    fn resume_or_close(
        &self,
        o: PyObject<'_>,
        value: Result<PyObjectRef, PyErr>,
        closing: bool,
    ) -> PyResult<Resumed> {
        let g = o.any_generator().expect("called with a generator");
        match g.state.get() {
            GenState::Running => {
                return Err(self.value_error(format!("{} already executing", g.kind.noun())));
            }
            GenState::Finished if g.kind == GenKind::Coroutine && !closing => {
                return Err(self.runtime_error("cannot reuse already awaited coroutine"));
            }
            GenState::Finished => {
                return value.map(|_| Resumed::Returned(PyObjectRef::none()));
            }
            GenState::Created if value.as_ref().is_ok_and(|v| !v.is_none()) => {
                return Err(self.type_error(format!(
                    "can't send non-None value to a just-started {}",
                    g.kind.noun()
                )));
            }
            _ => {}
        }
        let _guard = self.enter_native("")?;
        if self.py_depth_left.get() <= 0 {
            return Err(self.too_deep());
        }
        // The object outlives the call whatever the Python code does to its other holders.
        let _alive = o.to_owned();
        let entry = Entry::push(self)?;
        let r = match value {
            Ok(v) => entry.run(enter(self, g, StackRef::from_owned(v))),
            Err(e) => {
                // Handlers count on the place of the yielded value, unless a debugger has
                // moved the frame to a line.
                let moved = g.state.get() == GenState::Moved;
                let f = enter(self, g, StackRef::from_owned(self.none()));
                if moved {
                    // SAFETY: the frame is alive.
                    unsafe { (*f).trace_state = trace_state::JUMPED_SUSPENDED };
                }
                // Only what this generator handles becomes the context, not what its caller does.
                if self.handled_now.with(Option::is_some) {
                    self.raise(e);
                } else {
                    self.set_raised_again(e);
                }
                entry.run_raising(f)
            }
        };
        let v = r?;
        Ok(match g.state.get() {
            GenState::Finished => Resumed::Returned(v),
            _ => Resumed::Yielded(v),
        })
    }
}

impl Drop for PyGenerator {
    fn drop(&mut self) {
        if self.state.get() == GenState::Finished {
            return;
        }
        let f = self.frame.get();
        // SAFETY: the object dies with its frame suspended or never started (a frame with
        // cleanup to do was closed by the finaliser before).
        unsafe {
            let bottom = InterpreterFrame::slot(f, (*f).code.nlocalsplus());
            let mut top = (*f).sp;
            while top > bottom {
                top = top.sub(1);
                top.replace(StackRef::NULL).release();
            }
            match (*f).frame_obj.take() {
                Some(o) if o.header().count() > 1 => o.take_over(f),
                _ => {
                    // From the last variable to the first, as CPython does.
                    let first = InterpreterFrame::slot(f, 0);
                    let mut s = bottom;
                    while s > first {
                        s = s.sub(1);
                        s.replace(StackRef::NULL).release();
                    }
                    std::ptr::drop_in_place(f);
                }
            }
        }
    }
}

impl Traverse for PyGenerator {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        if let Some(f) = self.frame() {
            f.traverse(visit);
        }
        visit.object(self.code.as_object());
        self.name.with(|x| x.traverse(visit));
        self.qualname.with(|x| x.traverse(visit));
        self.handled.with(|x| x.traverse(visit));
        self.origin_or_finalizer.with(|x| x.traverse(visit));
    }

    fn clear(&self, out: &mut Vec<PyObjectRef>) {
        out.extend(self.handled.take().map(PyObjectRef::from));
        out.extend(self.origin_or_finalizer.take());
        if matches!(self.state.get(), GenState::Running | GenState::Finished) {
            return;
        }
        // The frame can never run again: only its variables are left, for `gi_frame`.
        let f = self.frame.get();
        // SAFETY: suspended and complete; every word taken out leaves NULL.
        unsafe {
            let bottom = InterpreterFrame::slot(f, 0);
            while (*f).sp > bottom {
                (*f).sp = (*f).sp.sub(1);
                out.extend((*f).sp.replace(StackRef::NULL).into_owned_option());
            }
            (*f).sp = InterpreterFrame::slot(f, (*f).code.nlocalsplus());
            self.state.set(GenState::Finished);
            match (*f).frame_obj.take() {
                Some(o) if o.header().count() > 1 => {
                    o.take_over(f);
                    out.push(o.into());
                }
                _ => std::ptr::drop_in_place(f),
            }
        }
    }
}
