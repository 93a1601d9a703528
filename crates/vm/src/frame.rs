//! The frame record and its window (D15), drawn:
//!
//! ```text
//!   record    code, function, globals, builtins, names, consts, previous, ip, sp, ...
//!   window    locals | cells | free variables | evaluation stack
//!             ^ record + FRAME_WORDS words     ^ sp grows up
//! ```
//!
//! Record and window are one piece of memory: on the data stack for calls, in the generator
//! for generators.  `sp` in the record is valid whenever anybody but the running handler
//! looks: handlers that can run other code store it first.
//!
//! Invariants: every window slot below `sp`, and every local, holds a valid [`StackRef`] or
//! NULL; the record's function reference keeps code, globals and builtins alive.

#![allow(unsafe_code)]

use crate::builtins::code::PyCode;
use crate::builtins::dict::PyDict;
use crate::builtins::frame::PyFrame;
use crate::builtins::function::PyFunction;
use crate::object::{Py, PyObject, PyObjectRef, PyRef, StackRef, Visitor};
use crate::vm::VirtualMachine;
use bytecode::CodeFlags;
use std::ptr::NonNull;

/// One code unit: opcode in the low byte, operand in the high byte.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(transparent)]
pub struct CodeUnit(pub u16);

impl CodeUnit {
    #[inline(always)]
    pub fn op(self) -> u8 {
        self.0 as u8
    }

    #[inline(always)]
    pub fn arg(self) -> u32 {
        (self.0 >> 8) as u32
    }
}

/// Who holds the memory of a frame, and so who may touch it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Owner {
    /// On the data stack, of a call in progress.
    Thread,
    /// In a generator, coroutine or asynchronous generator.
    Generator,
    /// Copied to the heap because a frame object outlived the call.
    FrameObject,
    /// As `Thread`, of an `__init__` whose instance lies on the caller's stack: the call gives
    /// that.
    Init,
    /// Where the loop was entered from native code; Python never sees it.
    Entry,
}

/// Special values of a frame's `trace_state`; others name the instruction executed before,
/// counted from 1, among those that note themselves (`interp/monitor/map.rs`).
pub mod trace_state {
    pub const FIRST_SPECIAL: u16 = 0xFFF0;
    /// A debugger has moved the frame here: its line is told already.
    pub const JUMPED: u16 = 0xFFFD;
    /// As `JUMPED`, while suspended: what is sent in has no place on the stack.
    pub const JUMPED_SUSPENDED: u16 = 0xFFFE;
    /// The error that led here was raised on the same line.
    pub const SAME_LINE: u16 = 0xFFFF;
}

/// A frame's code, not counted: the frame's function keeps every code it has had, and the
/// stubs of hidden frames are immortal.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct CodePtr(*const Py<PyCode>);

impl CodePtr {
    /// The holder of the frame keeps `code` alive as long as the frame.
    #[inline(always)]
    pub fn new(code: &Py<PyCode>) -> CodePtr {
        CodePtr(code)
    }

    #[inline(always)]
    pub fn as_ptr(self) -> *const Py<PyCode> {
        self.0
    }
}

impl std::ops::Deref for CodePtr {
    type Target = Py<PyCode>;
    #[inline(always)]
    fn deref(&self) -> &Py<PyCode> {
        // SAFETY: kept alive by the frame's function (see the type).
        unsafe { &*self.0 }
    }
}

#[repr(C)]
pub struct InterpreterFrame {
    pub code: CodePtr,
    /// Tagged constants of the code.
    pub consts: *const StackRef,
    pub globals: *const Py<PyDict>,
    pub builtins: *const Py<PyDict>,
    /// Keeps code, globals and builtins alive; none only in entry frames.
    pub func: Option<PyRef<PyFunction>>,
    /// The namespace of module and class bodies.
    pub names: Option<PyObjectRef>,
    pub previous: *mut InterpreterFrame,
    /// The instruction being executed, or the one whose callee runs.
    pub ip: *const CodeUnit,
    pub sp: *mut StackRef,
    /// The Python-visible frame object, once somebody asked.
    pub frame_obj: Option<PyRef<PyFrame>>,
    /// Units from `ip` to where execution goes on when a callee returns.
    pub return_offset: u32,
    pub owner: Owner,
    /// What led to the next instruction (`trace_state`; monitoring only).
    pub trace_state: u16,
    /// Values replaced under a suspended frame by a debugger: kept until the frame ends,
    /// since borrowed words may still name them.
    pub retired: Option<Box<Vec<PyObjectRef>>>,
}

/// Words of the record, which the window follows.
pub const FRAME_WORDS: usize = size_of::<InterpreterFrame>() / 8;
const _: () = assert!(size_of::<InterpreterFrame>().is_multiple_of(8));

impl InterpreterFrame {
    /// Bytes of record and window for a code object.
    #[inline(always)]
    pub fn bytes_for(code: &PyCode) -> usize {
        (FRAME_WORDS + code.window_words()) * 8
    }

    /// Slot `i` of the window.
    #[inline(always)]
    pub fn slot(this: *mut InterpreterFrame, i: usize) -> *mut StackRef {
        (this as *mut StackRef).wrapping_add(FRAME_WORDS + i)
    }

    /// Makes slots `from` to `to` empty.
    ///
    /// # Safety
    /// The memory has these slots; what was in them is not released.
    #[inline(always)]
    pub unsafe fn empty_slots(this: *mut InterpreterFrame, from: usize, to: usize) {
        for i in from..to {
            // SAFETY: by the contract.  (Volatile, or it would become a call of `memset`,
            // which costs more than the few words that functions have.)
            unsafe { InterpreterFrame::slot(this, i).write_volatile(StackRef::NULL) };
        }
    }

    /// Writes a fresh record at `at`; locals are still to be filled, `sp` stands at the
    /// stack's bottom.
    ///
    /// # Safety
    /// `at` has room for the code's record and window.
    #[inline(always)]
    pub unsafe fn init(
        at: *mut InterpreterFrame,
        func: PyRef<PyFunction>,
        names: Option<PyObjectRef>,
        owner: Owner,
    ) {
        let code = func.code_ref();
        // SAFETY: by the contract; the function keeps what the raw pointers name.
        unsafe {
            let f = &mut *at.cast::<std::mem::MaybeUninit<InterpreterFrame>>();
            f.write(InterpreterFrame {
                consts: code.const_refs(),
                globals: func.globals_ptr(),
                builtins: func.builtins_ptr(),
                ip: code.first_instruction(),
                sp: InterpreterFrame::slot(at, code.nlocalsplus()),
                code: CodePtr::new(code),
                func: Some(func),
                names,
                previous: std::ptr::null_mut(),
                frame_obj: None,
                return_offset: 0,
                owner,
                trace_state: 0,
                retired: None,
            });
        }
    }
}

/// A borrowed look at a live frame record.
#[derive(Clone, Copy)]
pub struct FrameRef<'a> {
    ptr: NonNull<InterpreterFrame>,
    life: std::marker::PhantomData<&'a InterpreterFrame>,
}

impl<'a> FrameRef<'a> {
    /// # Safety
    /// The frame stays where it is and alive for `'a`.
    #[inline(always)]
    pub unsafe fn from_raw(ptr: *mut InterpreterFrame) -> Option<FrameRef<'a>> {
        NonNull::new(ptr).map(|ptr| FrameRef { ptr, life: std::marker::PhantomData })
    }

    #[inline(always)]
    pub fn as_ptr(self) -> *mut InterpreterFrame {
        self.ptr.as_ptr()
    }

    #[inline(always)]
    fn record(self) -> &'a InterpreterFrame {
        // SAFETY: alive for 'a; fields that change are copied out in single steps.
        unsafe { &*self.ptr.as_ptr() }
    }

    pub fn code(self) -> PyRef<PyCode> {
        self.record().code.to_ref()
    }

    pub fn function(self) -> Option<PyRef<PyFunction>> {
        self.record().func.clone()
    }

    pub fn globals(self) -> PyRef<PyDict> {
        // SAFETY: kept alive by the function.
        unsafe { (*self.record().globals).to_ref() }
    }

    pub fn builtins(self) -> PyRef<PyDict> {
        // SAFETY: kept alive by the function.
        unsafe { (*self.record().builtins).to_ref() }
    }

    pub fn names(self) -> Option<PyObjectRef> {
        if let Some(names) = self.record().names.clone() {
            return Some(names);
        }
        // A function made of a module's body works on its globals when it is called.
        let body = !self.code().has_code_flag(CodeFlags::OPTIMIZED);
        (body && self.record().func.is_some()).then(|| self.globals().into())
    }

    pub fn owner(self) -> Owner {
        self.record().owner
    }

    /// A frame that Python never sees.
    pub fn is_hidden(self) -> bool {
        self.owner() == Owner::Entry
    }

    /// The calling frame that Python can see.
    pub fn caller(self) -> Option<FrameRef<'a>> {
        let mut p = self.record().previous;
        // SAFETY: frames below a live frame are alive.
        while let Some(f) = unsafe { FrameRef::from_raw(p) } {
            if !f.is_hidden() {
                return Some(f);
            }
            p = f.record().previous;
        }
        None
    }

    /// Index of the current instruction in code units.
    pub fn lasti(self) -> usize {
        let f = self.record();
        // SAFETY: `ip` points into the code's executed copy.
        unsafe { f.ip.offset_from(f.code.first_instruction()) as usize }
    }

    pub fn set_lasti(self, unit: usize) {
        // SAFETY: the caller stays inside the code (checked by f_lineno's jump rules).
        unsafe {
            (*self.ptr.as_ptr()).ip = self.record().code.first_instruction().add(unit);
        }
    }

    /// Window slot `i`, which is a local, cell or free variable.
    pub fn local(self, i: usize) -> Option<PyObject<'a>> {
        assert!(i < self.record().code.nlocalsplus());
        // SAFETY: inside the window.
        unsafe { (*InterpreterFrame::slot(self.ptr.as_ptr(), i)).option() }
    }

    /// Sets a local of a frame from outside; the old value stays until the frame ends,
    /// because borrowed words on the stack may still name it.
    pub fn set_local(self, i: usize, value: Option<PyObjectRef>) {
        assert!(i < self.record().code.nlocalsplus());
        // SAFETY: inside the window; `retired` is only touched here and at the frame's end.
        unsafe {
            let slot = InterpreterFrame::slot(self.ptr.as_ptr(), i);
            let old = slot.replace(StackRef::from_option(value));
            if let Some(o) = old.into_owned_option() {
                (*self.ptr.as_ptr()).retired.get_or_insert_default().push(o);
            }
        }
    }

    /// Values on the evaluation stack.
    pub fn stack_depth(self) -> usize {
        let f = self.record();
        let base = InterpreterFrame::slot(self.ptr.as_ptr(), f.code.nlocalsplus());
        // SAFETY: both point into the window.
        unsafe { f.sp.offset_from(base) as usize }
    }

    /// Drops values from the top of a suspended frame's stack.
    pub fn pop_stack(self) -> Option<PyObjectRef> {
        assert!(self.stack_depth() > 0);
        // SAFETY: the stack is not empty.
        unsafe {
            let f = self.ptr.as_ptr();
            (*f).sp = (*f).sp.sub(1);
            (*(*f).sp).into_owned_option()
        }
    }

    pub fn push_stack(self, value: PyObjectRef) {
        assert!(self.stack_depth() < self.record().code.stacksize());
        // SAFETY: below the window's end.
        unsafe {
            let f = self.ptr.as_ptr();
            (*f).sp.write(StackRef::from_owned(value));
            (*f).sp = (*f).sp.add(1);
        }
    }

    /// Counts what is borrowed on the stack: where the frame goes now, the locals that it is
    /// borrowed from may change.
    pub fn own_stack(self) {
        let n = self.record().code.nlocalsplus();
        for i in n..n + self.stack_depth() {
            // SAFETY: inside the live part of the window; the new word is the same object.
            unsafe {
                let slot = InterpreterFrame::slot(self.ptr.as_ptr(), i);
                let owned = (*slot).into_owned_option();
                slot.write(StackRef::from_option(owned));
            }
        }
    }

    pub fn stack_value(self, i: usize) -> Option<PyObject<'a>> {
        assert!(i < self.stack_depth());
        let n = self.record().code.nlocalsplus();
        // SAFETY: inside the stack.
        unsafe { (*InterpreterFrame::slot(self.ptr.as_ptr(), n + i)).option() }
    }

    pub fn frame_object(self) -> Option<PyRef<PyFrame>> {
        self.record().frame_obj.clone()
    }

    pub fn set_frame_object(self, f: Option<PyRef<PyFrame>>) -> Option<PyRef<PyFrame>> {
        // SAFETY: only this thread touches it; the old value comes back.
        unsafe { std::mem::replace(&mut (*self.ptr.as_ptr()).frame_obj, f) }
    }

    pub fn trace_state(self) -> u16 {
        self.record().trace_state
    }

    pub fn set_trace_state(self, v: u16) {
        // SAFETY: only this thread touches it.
        unsafe { (*self.ptr.as_ptr()).trace_state = v };
    }

    /// Shows every counted reference.
    pub fn traverse(self, visit: &mut Visitor<'_>) {
        let f = self.record();
        if let Some(func) = &f.func {
            visit.object(func.as_object());
        }
        if let Some(n) = &f.names {
            visit.object(n.as_object());
        }
        if let Some(o) = &f.frame_obj {
            visit.object(o.as_object());
        }
        if let Some(r) = &f.retired {
            r.iter().for_each(|o| visit.object(o.as_object()));
        }
        let n = f.code.nlocalsplus() + self.stack_depth();
        for i in 0..n {
            // SAFETY: inside the live part of the window.
            let s = unsafe { *InterpreterFrame::slot(self.ptr.as_ptr(), i) };
            if s.is_counted_heap() {
                visit.object(s.object());
            }
        }
    }
}

/// Releases what a finished frame holds.  If its frame object is still wanted, that takes
/// the locals over.  The memory itself is the caller's.
///
/// # Safety
/// `f` is a complete frame that nobody executes any more.
pub unsafe fn clear_frame(vm: &VirtualMachine, f: *mut InterpreterFrame) {
    // SAFETY: by the contract; every slot is left NULL.
    unsafe {
        let bottom = InterpreterFrame::slot(f, (*f).code.nlocalsplus());
        let mut top = (*f).sp;
        while top > bottom {
            top = top.sub(1);
            top.replace(StackRef::NULL).release();
        }
        (*f).sp = bottom;
        if let Some(o) = (*f).frame_obj.take()
            && o.header().count() > 1
        {
            crate::builtins::frame::adopt(vm, &o, f);
            return;
        }
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

impl VirtualMachine {
    /// Runs `f` at an instruction boundary as if the instruction that has just ended were still
    /// running: what it let go of is finalised, and warnings name its line.
    pub(crate) fn in_last_instruction(&self, f: impl FnOnce()) {
        // SAFETY: as below; the frame goes on when `f` is done.
        let frame = unsafe { FrameRef::from_raw(self.frame.get()) };
        let Some(frame) = frame.filter(|f| !f.is_hidden() && f.lasti() > 0) else { return f() };
        // Its last unit may be an inline cache, whose location is the instruction's.
        let next = frame.lasti();
        frame.set_lasti(next - 1);
        f();
        // Unless `f` has moved the frame.
        if frame.lasti() == next - 1 {
            frame.set_lasti(next);
        }
    }

    /// The running frame, entry frames passed over.
    pub fn current_frame(&self) -> Option<FrameRef<'_>> {
        // SAFETY: the frame chain is alive while the vm is borrowed by its callee.
        let f = unsafe { FrameRef::from_raw(self.frame.get()) }?;
        if f.is_hidden() { f.caller() } else { Some(f) }
    }
}
