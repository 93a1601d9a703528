//! Generators, coroutines and asynchronous generators: a frame that can be suspended.
//!
//! The object owns its frame record and window.  While it runs, the record is linked into
//! the thread's frame chain and the object is kept alive by whoever resumed it.

#![allow(unsafe_code)]

use crate::frame::{FrameRef, InterpreterFrame, Owner, clear_frame};
use crate::interp::calls;
use crate::object::StackRef;
use crate::prelude::*;
use crate::types::slots::SendResult;
use std::cell::Cell;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum GenState {
    Created,
    Suspended,
    /// Suspended in `yield from` or `await`.
    Delegating,
    Running,
    Finished,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum GenKind {
    Generator,
    Coroutine,
    AsyncGenerator,
}

#[repr(C)]
pub struct PyGenerator {
    /// Record and window; the address of the words never changes.
    memory: PyCell<Option<Box<[u64]>>>,
    frame: Cell<*mut InterpreterFrame>,
    pub(crate) state: Cell<GenState>,
    pub(crate) kind: GenKind,
    pub(crate) name: PyCell<PyRef<PyStr>>,
    pub(crate) qualname: PyCell<PyRef<PyStr>>,
    /// The exception this frame was handling when it was suspended.
    pub(crate) handled: PyCell<Option<PyErr>>,
    /// Where a coroutine was made (`cr_origin`).
    pub(crate) origin: PyCell<Option<PyObjectRef>>,
    /// Asynchronous generators: the running asend/athrow, the hooks' state.
    pub(crate) async_running: Cell<bool>,
    pub(crate) hooks_inited: Cell<bool>,
    pub(crate) closed: Cell<bool>,
    pub(crate) async_finalizer: PyCell<Option<PyObjectRef>>,
}

#[repr(transparent)]
pub struct PyCoroutine {
    pub(crate) generator: PyGenerator,
}

#[repr(transparent)]
pub struct PyAsyncGenerator {
    pub(crate) generator: PyGenerator,
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
        // SAFETY: the record lives in our memory until the state is Finished.
        if self.state.get() == GenState::Finished {
            None
        } else {
            unsafe { FrameRef::from_raw(self.frame.get()) }
        }
    }

    pub(crate) fn frame_ptr(&self) -> *mut InterpreterFrame {
        self.frame.get()
    }
}

/// The generator whose frame this is.
///
/// # Safety
/// `f` is a frame owned by a generator, and alive.
pub(crate) unsafe fn of_frame<'a>(f: *mut InterpreterFrame) -> &'a PyGenerator {
    // The back reference stands in front of the record.
    // SAFETY: written when the memory was made; a generator outlives its running frame.
    unsafe { *(f as *const &PyGenerator).sub(1) }
}

/// RETURN_GENERATOR: moves the frame of the call into a new generator object.
///
/// # Safety
/// `f` is the topmost frame of the data stack, at its first instruction; it is gone
/// afterwards.
pub(crate) unsafe fn from_frame(vm: &VirtualMachine, f: *mut InterpreterFrame) -> PyObjectRef {
    use bytecode::CodeFlags;
    // SAFETY: by the contract; every counted word moves, every borrowed one is counted.
    unsafe {
        let code = (*f).code;
        let func = (*f).func.clone().expect("a function's frame");
        let kind = if code.has_code_flag(CodeFlags::COROUTINE) {
            GenKind::Coroutine
        } else if code.has_code_flag(CodeFlags::ASYNC_GENERATOR) {
            GenKind::AsyncGenerator
        } else {
            GenKind::Generator
        };
        let words = 1 + code.frame_bytes() / 8;
        let mut memory = vec![0u64; words].into_boxed_slice();
        let at = memory.as_mut_ptr().add(1) as *mut InterpreterFrame;
        std::ptr::copy_nonoverlapping(f, at, 1);
        let n = code.nlocalsplus();
        let depth = (*f).sp.offset_from(InterpreterFrame::slot(f, n)) as usize;
        for i in 0..n + depth {
            let owned = (*InterpreterFrame::slot(f, i)).into_owned_option();
            InterpreterFrame::slot(at, i).write(StackRef::from_option(owned));
        }
        (*at).sp = InterpreterFrame::slot(at, n + depth);
        (*at).owner = Owner::Generator;
        (*at).previous = std::ptr::null_mut();
        if let Some(o) = &(*at).frame_obj {
            o.follow(at);
        }
        let payload = PyGenerator {
            memory: PyCell::new(Some(memory)),
            frame: Cell::new(at),
            state: Cell::new(GenState::Created),
            kind,
            name: PyCell::new(func.name.get()),
            qualname: PyCell::new(func.qualname.get()),
            handled: PyCell::new(None),
            origin: PyCell::new(None),
            async_running: Cell::new(false),
            hooks_inited: Cell::new(false),
            closed: Cell::new(false),
            async_finalizer: PyCell::new(None),
        };
        let (object, payload): (PyObjectRef, *const PyGenerator) = match kind {
            GenKind::Generator => {
                let g = vm.new_object(payload);
                let p: *const PyGenerator = g.payload_ref();
                (g.into(), p)
            }
            GenKind::Coroutine => {
                let g = vm.new_object(PyCoroutine { generator: payload });
                let p: *const PyGenerator = &g.payload_ref().generator;
                (g.into(), p)
            }
            GenKind::AsyncGenerator => {
                let g = vm.new_object(PyAsyncGenerator { generator: payload });
                let p: *const PyGenerator = &g.payload_ref().generator;
                (g.into(), p)
            }
        };
        (at as *mut *const PyGenerator).sub(1).write(payload);
        object
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

/// Links the generator's frame on top of the running one and makes it the running frame;
/// the sent value is on its stack.  The caller has checked the state.
pub(crate) fn enter(vm: &VirtualMachine, g: &PyGenerator, sent: StackRef) -> *mut InterpreterFrame {
    let f = g.frame.get();
    // SAFETY: the frame is suspended: its stack has room for the value it waits for.
    unsafe {
        (*f).previous = vm.frame.get();
        (*f).sp.write(sent);
        (*f).sp = (*f).sp.add(1);
    }
    g.state.set(GenState::Running);
    vm.push_handled(g.handled.take());
    vm.py_depth_left.set(vm.py_depth_left.get() - 1);
    vm.frame.set(f);
    f
}

/// The generator's frame stops running, suspended or finished.
pub(crate) fn leave(vm: &VirtualMachine, g: &PyGenerator, state: GenState) {
    g.state.set(state);
    g.handled.set(vm.pop_handled());
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

impl VirtualMachine {
    /// Resumes a generator with a value, or with an exception.
    pub(crate) fn resume_generator(
        &self,
        o: PyObject<'_>,
        value: Result<PyObjectRef, PyErr>,
    ) -> PyResult<Resumed> {
        let g = o.any_generator().expect("called with a generator");
        let what = match g.kind {
            GenKind::Generator => "generator",
            GenKind::Coroutine => "coroutine",
            GenKind::AsyncGenerator => "async generator",
        };
        match g.state.get() {
            GenState::Running => return Err(self.value_error(format!("{what} already executing"))),
            GenState::Finished => {
                return match (value, g.kind) {
                    (_, GenKind::Coroutine) if !g.closed.get() => {
                        Err(self.runtime_error("cannot reuse already awaited coroutine"))
                    }
                    (Err(e), _) => Err(e),
                    (Ok(_), GenKind::Coroutine) => {
                        Err(self.runtime_error("cannot reuse already awaited coroutine"))
                    }
                    (Ok(_), _) => Ok(Resumed::Returned(PyObjectRef::none())),
                };
            }
            GenState::Created if value.as_ref().is_ok_and(|v| !v.is_none()) => {
                return Err(
                    self.type_error(format!("can't send non-None value to a just-started {what}"))
                );
            }
            _ => {}
        }
        let _guard = self.enter_native("")?;
        if self.py_depth_left.get() <= 0 {
            return Err(self.too_deep());
        }
        // The object outlives the call whatever the Python code does to its other holders.
        let _alive = o.to_owned();
        let entry = calls::push_entry(self)?;
        // SAFETY: the entry frame is complete; the generator's frame goes on top of it.
        unsafe { (*entry).return_offset = 0 };
        let f = match value {
            Ok(v) => enter(self, g, StackRef::from_owned(v)),
            Err(e) => {
                let f = enter(self, g, StackRef::NULL);
                // The frame raises at once: the value slot is not wanted.
                // SAFETY: just pushed.
                unsafe { (*f).sp = (*f).sp.sub(1) };
                self.set_raised(e);
                return self.finish_resume(g, calls::enter_loop_raising(self, f));
            }
        };
        self.finish_resume(g, calls::enter_loop(self, f))
    }

    fn finish_resume(&self, g: &PyGenerator, r: PyResult) -> PyResult<Resumed> {
        let v = r?;
        Ok(match g.state.get() {
            GenState::Finished => Resumed::Returned(v),
            _ => Resumed::Yielded(v),
        })
    }
}

fn send_slot(vm: &VirtualMachine, o: PyObject<'_>, value: PyObject<'_>) -> PyResult<SendResult> {
    Ok(match vm.resume_generator(o, Ok(value.to_owned()))? {
        Resumed::Yielded(v) => SendResult::Yield(v),
        Resumed::Returned(v) => SendResult::Return(v),
    })
}

fn next_slot(vm: &VirtualMachine, o: PyObject<'_>) -> PyResult<Option<PyObjectRef>> {
    match vm.resume_generator(o, Ok(PyObjectRef::none()))? {
        Resumed::Yielded(v) => Ok(Some(v)),
        Resumed::Returned(v) if v.is_none() => Ok(None),
        Resumed::Returned(v) => Err(vm.stop_iteration(Some(v))),
    }
}

fn itself(_vm: &VirtualMachine, o: PyObject<'_>) -> PyResult {
    Ok(o.to_owned())
}

impl Drop for PyGenerator {
    fn drop(&mut self) {
        if self.state.get() != GenState::Finished {
            let f = self.frame.get();
            // SAFETY: the object dies with its frame suspended or never started (a frame
            // with cleanup to do was closed by the finaliser before).
            unsafe {
                let n = (*f).code.nlocalsplus();
                let mut top = (*f).sp;
                let bottom = InterpreterFrame::slot(f, 0);
                debug_assert!(top >= InterpreterFrame::slot(f, n));
                while top > bottom {
                    top = top.sub(1);
                    top.replace(StackRef::NULL).release();
                }
                if let Some(o) = (*f).frame_obj.take() {
                    o.orphan(f);
                } else {
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
        self.handled.with(|x| x.traverse(visit));
        self.origin.with(|x| x.traverse(visit));
        self.async_finalizer.with(|x| x.traverse(visit));
    }
}

macro_rules! delegate {
    ($($t:ident $spec:ident),*) => { $(
        impl Traverse for $t {
            fn traverse(&self, visit: &mut Visitor<'_>) {
                self.generator.traverse(visit);
            }
        }

        impl PyPayload for $t {
            const SPEC: &'static TypeSpec = &$spec;
        }
    )* };
}

delegate!(PyCoroutine COROUTINE, PyAsyncGenerator ASYNC_GENERATOR);

impl PyPayload for PyGenerator {
    const SPEC: &'static TypeSpec = &GENERATOR;
}

pub static GENERATOR: TypeSpec = TypeSpec {
    flags: TypeFlags::EXT,
    slots: Slots {
        iter: Some(itself),
        iternext: Some(next_slot),
        send: Some(send_slot),
        ..Slots::EMPTY
    },
    ..TypeSpec::of::<PyGenerator>("builtins", "generator")
};

pub static COROUTINE: TypeSpec = TypeSpec {
    flags: TypeFlags::EXT,
    slots: Slots { send: Some(send_slot), ..Slots::EMPTY },
    ..TypeSpec::of::<PyCoroutine>("builtins", "coroutine")
};

pub static ASYNC_GENERATOR: TypeSpec = TypeSpec {
    flags: TypeFlags::EXT,
    slots: Slots { aiter: Some(itself), ..Slots::EMPTY },
    ..TypeSpec::of::<PyAsyncGenerator>("builtins", "async_generator")
};
