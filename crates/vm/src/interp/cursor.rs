//! The cursor: where a handler stands, and the raw steps it may take.
//!
//! Handlers are safe code over these methods.  What makes them sound: code objects are
//! verified when they are made (D12a), so the stack is as deep as an instruction needs,
//! opargs are in range, and jumps land on instructions.  Debug builds assert it.
//!
//! A cursor never leaves the handler's registers: it is built from scalars, its methods
//! are inlined, and no method passes its address on.

#![allow(unsafe_code)]

use crate::builtins::code::{PyCode, SideEntry};
use crate::builtins::dict::PyDict;
use crate::builtins::exception::PyBaseException;
use crate::builtins::function::PyFunction;
use crate::builtins::generator::{self, GenState};
use crate::builtins::str::PyStr;
use crate::builtins::tuple::PyTuple;
use crate::frame::{CodeUnit, InterpreterFrame, Owner};
use crate::object::{Py, PyObject, PyObjectRef, PyRef, StackRef, word};
use crate::vm::{PyErr, PyResult, VirtualMachine, breaker};
use bytecode::CodeFlags;
use std::sync::atomic::Ordering;

use super::calls;
use super::dispatch::SlowOp;

mod generators;
mod guards;
mod monitored;
mod special;

/// What a handler wants next.  One variant has data, so that a value is a pair of registers.
pub enum Next {
    /// The instruction at `ip`.
    Go,
    /// The same instruction in another handler.
    Slow(&'static SlowOp),
    /// The vm holds the raised exception.
    Error,
    /// Leave the loop: `Exit::Done`.
    Done,
    /// Leave the loop: `Exit::Error`.
    Unwound,
}

impl Next {
    const GO: usize = 0;
    const ERROR: usize = 1;
    const DONE: usize = 2;
    const UNWOUND: usize = 3;

    /// As one word, which a function gives back in a register.  (A pair goes through memory,
    /// written by the byte and read by the word: the processor waits for that.)
    #[inline(always)]
    pub(super) fn into_word(self) -> usize {
        match self {
            Next::Go => Next::GO,
            Next::Error => Next::ERROR,
            Next::Done => Next::DONE,
            Next::Unwound => Next::UNWOUND,
            Next::Slow(s) => std::ptr::from_ref(s).expose_provenance(),
        }
    }

    /// # Safety
    /// `w` is what `into_word` gave.
    #[inline(always)]
    pub(super) unsafe fn from_word(w: usize) -> Next {
        match w {
            Next::GO => Next::Go,
            Next::ERROR => Next::Error,
            Next::DONE => Next::Done,
            Next::UNWOUND => Next::Unwound,
            // SAFETY: by the contract; no static lies at the lowest addresses.
            s => Next::Slow(unsafe { &*std::ptr::with_exposed_provenance(s) }),
        }
    }
}

/// Why the loop was left.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Exit {
    /// The entry frame has the result.
    Done,
    /// The entry frame was unwound; the vm holds the exception.
    Error,
}

/// A word at any address.  (`read_unaligned` copies through a local, whose address would
/// keep the handler from ending in a jump.)
#[repr(C, packed)]
struct Unaligned<T>(T);

pub struct Cursor {
    vm: *const VirtualMachine,
    pub(super) ip: *const CodeUnit,
    pub(super) sp: *mut StackRef,
    pub(super) frame: *mut InterpreterFrame,
    /// High bits of the operand from EXTENDED_ARG; the constant 0 in the tail dispatcher.
    wide: u32,
}

impl Cursor {
    /// # Safety
    /// The scalars are those of a live frame of `vm` at an instruction boundary.
    #[inline(always)]
    pub(super) unsafe fn new(
        vm: *const VirtualMachine,
        ip: *const CodeUnit,
        sp: *mut StackRef,
        frame: *mut InterpreterFrame,
        wide: u32,
    ) -> Cursor {
        Cursor { vm, ip, sp, frame, wide }
    }

    #[inline(always)]
    pub fn vm<'v>(&self) -> &'v VirtualMachine {
        // SAFETY: the loop's caller holds the vm for as long as the loop runs.
        unsafe { &*self.vm }
    }

    #[inline(always)]
    pub(super) fn vm_ptr(&self) -> *const VirtualMachine {
        self.vm
    }

    // --- the instruction -----------------------------------------------------------

    #[inline(always)]
    pub fn oparg(&self) -> u32 {
        // SAFETY: `ip` is at an instruction.
        unsafe { (*self.ip).arg() | self.wide }
    }

    /// Cache unit `i` of this instruction.
    #[inline(always)]
    pub fn cache(&self, i: usize) -> u16 {
        // SAFETY: the verifier saw the caches behind the instruction.
        unsafe { (*self.ip.add(1 + i)).0 }
    }

    /// Cache units `i` and `i + 1`, low first.
    #[inline(always)]
    pub fn cache32(&self, i: usize) -> u32 {
        // SAFETY: as above.
        unsafe { (*(self.ip.add(1 + i) as *const Unaligned<u32>)).0 }
    }

    /// Cache units `i` to `i + 3`.
    #[inline(always)]
    pub fn cache64(&self, i: usize) -> u64 {
        // SAFETY: as above.
        unsafe { (*(self.ip.add(1 + i) as *const Unaligned<u64>)).0 }
    }

    #[inline(always)]
    pub fn set_cache(&self, i: usize, v: u16) {
        // SAFETY: the executed copy is writable, and read only through raw pointers.
        unsafe { (*(self.ip.add(1 + i) as *mut CodeUnit)).0 = v };
    }

    pub fn set_cache32(&self, i: usize, v: u32) {
        // SAFETY: as above.
        unsafe { (*(self.ip.add(1 + i) as *mut Unaligned<u32>)).0 = v };
    }

    pub fn set_cache64(&self, i: usize, v: u64) {
        // SAFETY: as above.
        unsafe { (*(self.ip.add(1 + i) as *mut Unaligned<u64>)).0 = v };
    }

    /// Replaces this instruction's opcode in the executed copy; the operand stays.
    #[inline(always)]
    pub fn set_op(&self, op: bytecode::Opcode) {
        // SAFETY: as above.
        unsafe {
            let unit = self.ip as *mut CodeUnit;
            (*unit).0 = ((*unit).0 & 0xFF00) | u16::from(op.byte());
        }
    }

    /// Opcode and operand byte `units` ahead of this instruction.
    #[inline(always)]
    pub fn peek_unit(&self, units: usize) -> CodeUnit {
        // SAFETY: the caller stays inside the code.
        unsafe { *self.ip.add(units) }
    }

    /// On to the next instruction: one unit and this instruction's caches.
    #[inline(always)]
    pub fn advance(&mut self, units: usize) {
        // SAFETY: verified code does not fall off its end.
        self.ip = unsafe { self.ip.add(units) };
    }

    #[inline(always)]
    pub fn jump(&mut self, units: isize) {
        // SAFETY: verified jumps land on instructions.
        self.ip = unsafe { self.ip.offset(units) };
    }

    // --- the frame -----------------------------------------------------------------

    #[inline(always)]
    pub fn code<'f>(&self) -> &'f Py<PyCode> {
        // SAFETY: the frame holds its code.
        unsafe { &*((*self.frame).code.as_ptr()) }
    }

    #[inline(always)]
    pub fn globals<'f>(&self) -> &'f Py<PyDict> {
        // SAFETY: the frame's function holds them.
        unsafe { &*(*self.frame).globals }
    }

    #[inline(always)]
    pub fn builtins<'f>(&self) -> &'f Py<PyDict> {
        // SAFETY: the frame's function holds them.
        unsafe { &*(*self.frame).builtins }
    }

    /// The namespace of a module or class body.
    #[inline(always)]
    pub fn names<'f>(&self) -> Option<PyObject<'f>> {
        // SAFETY: the frame holds it.
        match unsafe { (*self.frame).names.as_ref() } {
            Some(names) => Some(names.as_object()),
            None => self.names_of_called_body(),
        }
    }

    /// A function made of such a body works on its globals when it is called.
    #[cold]
    fn names_of_called_body<'f>(&self) -> Option<PyObject<'f>> {
        if self.code().has_code_flag(CodeFlags::OPTIMIZED) {
            return None;
        }
        // SAFETY: the frame's function holds them.
        Some(unsafe { (*(*self.frame).globals).as_object() })
    }

    /// The cells of the frame's function.
    pub fn closure(&self) -> Option<PyRef<PyTuple>> {
        // SAFETY: the frame holds its function.
        unsafe { (*self.frame).func.as_ref()?.closure.get() }
    }

    #[inline(always)]
    pub fn name<'f>(&self, i: usize) -> &'f Py<PyStr> {
        let code = self.code();
        debug_assert!(i < code.names().len());
        // SAFETY: verified index; the code holds its names.
        unsafe { &*code.names().get_unchecked(i).as_ptr() }
    }

    #[inline(always)]
    pub fn constant(&self, i: usize) -> StackRef {
        // SAFETY: verified index.
        unsafe { *(*self.frame).consts.add(i) }
    }

    /// A side-table entry of this code object.
    #[inline(always)]
    pub fn side_entry(&self, i: usize) -> SideEntry {
        self.code().side_entry(i)
    }

    // --- locals --------------------------------------------------------------------

    #[inline(always)]
    fn local_slot(&self, i: usize) -> *mut StackRef {
        debug_assert!(i < self.code().nlocalsplus());
        InterpreterFrame::slot(self.frame, i)
    }

    #[inline(always)]
    pub fn local(&self, i: usize) -> StackRef {
        // SAFETY: verified index.
        unsafe { *self.local_slot(i) }
    }

    /// Puts a word into a local and hands back what was there, not released.
    #[inline(always)]
    pub fn replace_local(&self, i: usize, v: StackRef) -> StackRef {
        // SAFETY: verified index.
        unsafe {
            let slot = self.local_slot(i);
            let old = *slot;
            *slot = v;
            old
        }
    }

    // --- the stack -----------------------------------------------------------------

    /// The word `depth` below the top (0: the top).
    #[inline(always)]
    pub fn peek(&self, depth: usize) -> StackRef {
        // SAFETY: verified depth.
        unsafe { *self.sp.sub(depth + 1) }
    }

    /// The object `depth` below the top, which is not NULL.  It stays valid until the slot
    /// is dropped or overwritten.
    #[inline(always)]
    pub fn peek_object<'s>(&self, depth: usize) -> PyObject<'s> {
        self.peek(depth).object()
    }

    #[inline(always)]
    pub fn push(&mut self, v: StackRef) {
        debug_assert!(self.room() > 0, "the evaluation stack is full");
        // SAFETY: verified depth.
        unsafe {
            self.sp.write(v);
            self.sp = self.sp.add(1);
        }
    }

    #[inline(always)]
    pub fn push_owned(&mut self, o: PyObjectRef) {
        self.push(StackRef::from_owned(o));
    }

    #[inline(always)]
    pub fn pop(&mut self) -> StackRef {
        // SAFETY: verified depth.
        unsafe {
            self.sp = self.sp.sub(1);
            *self.sp
        }
    }

    /// Overwrites the word `depth` below the top without releasing it.
    #[inline(always)]
    pub fn poke(&self, depth: usize, v: StackRef) {
        // SAFETY: verified depth.
        unsafe { self.sp.sub(depth + 1).write(v) };
    }

    /// Forgets the top `n` words, which hold nothing counted.
    #[inline(always)]
    pub fn forget(&mut self, n: usize) {
        // SAFETY: verified depth.
        self.sp = unsafe { self.sp.sub(n) };
    }

    /// Raises the top by `n` words the caller has written with `poke_above`.
    #[inline(always)]
    pub fn raise(&mut self, n: usize) {
        // SAFETY: verified depth.
        self.sp = unsafe { self.sp.add(n) };
    }

    /// Pops and releases the top word.
    #[inline(always)]
    pub fn drop_top(&mut self) {
        self.pop().release();
    }

    /// Pops and releases `n` words.
    #[inline(always)]
    pub fn drop_n(&mut self, n: usize) {
        for _ in 0..n {
            self.drop_top();
        }
    }

    /// Replaces the top `n` words by `result`, releasing them after it is in place.
    #[inline(always)]
    pub fn replace_top(&mut self, n: usize, result: PyObjectRef) {
        let first = self.peek(n - 1);
        self.poke(n - 1, StackRef::from_owned(result));
        for _ in 1..n {
            self.drop_top();
        }
        first.release();
    }

    /// The top `n` words, lowest first.  They stay until they are popped.
    #[inline(always)]
    pub fn top_slice<'s>(&self, n: usize) -> &'s [StackRef] {
        // SAFETY: verified depth; nobody writes them while a native looks.
        unsafe { std::slice::from_raw_parts(self.sp.sub(n), n) }
    }

    /// Free words above the top.
    #[inline(always)]
    pub fn room(&self) -> usize {
        let code = self.code();
        let end = InterpreterFrame::slot(self.frame, code.window_words());
        // SAFETY: both point into the window.
        unsafe { end.offset_from(self.sp) as usize }
    }

    /// Words on the evaluation stack.
    pub fn depth(&self) -> usize {
        let bottom = InterpreterFrame::slot(self.frame, self.code().nlocalsplus());
        // SAFETY: both point into the window.
        unsafe { self.sp.offset_from(bottom) as usize }
    }

    // --- errors and the world outside ----------------------------------------------

    /// Leaves with this exception.
    #[cold]
    #[inline(never)]
    fn set_error(vm: &VirtualMachine, e: PyErr) {
        vm.set_raised(e);
    }

    #[inline(always)]
    pub fn error(&self, e: PyErr) -> Next {
        Cursor::set_error(self.vm(), e);
        Next::Error
    }

    /// Stores the state that others may look at.
    #[inline(always)]
    pub fn save(&self) {
        // SAFETY: the frame is alive.  (Volatile, to stay two stores: where the cursor is in
        // memory, one of both words would wait for the two that have just written it.)
        unsafe {
            (&raw mut (*self.frame).ip).write_volatile(self.ip);
            (&raw mut (*self.frame).sp).write_volatile(self.sp);
        }
    }

    /// Units from the caller's instruction to where it goes on after a callee.
    #[inline(always)]
    pub fn set_return_offset(&self, units: u32) {
        // SAFETY: the frame is alive.
        unsafe { (*self.frame).return_offset = units };
    }

    /// Pops the exception on top.
    pub fn pop_exception(&mut self) -> PyErr {
        match self.pop().into_owned().downcast::<PyBaseException>() {
            Ok(e) => e,
            Err(o) => self.vm().type_error(format!(
                "exceptions must derive from BaseException, not {}",
                o.class(self.vm()).display_name()
            )),
        }
    }

    #[inline(always)]
    pub fn breaker_set(&self) -> bool {
        self.vm().breaker.load(Ordering::Relaxed) & breaker::ATTENTION != 0
    }

    /// As `breaker_set`, or some code is monitored: for frames that start or resume.
    #[inline(always)]
    pub fn breaker_set_at_resume(&self) -> bool {
        self.vm().breaker.load(Ordering::Relaxed) != 0
    }

    /// Goes on, after what may have let finalisers or others ask for attention.
    #[inline(always)]
    pub fn check_periodic(&mut self) -> Next {
        if self.breaker_set() { self.poll() } else { Next::Go }
    }

    /// Serves the eval breaker at an instruction boundary.
    #[inline(always)]
    pub fn poll(&mut self) -> Next {
        self.save();
        if Cursor::serve_breaker(self.vm()) { Next::Go } else { Next::Error }
    }

    /// False when the vm now holds an exception.
    #[cold]
    #[inline(never)]
    fn serve_breaker(vm: &VirtualMachine) -> bool {
        vm.finalize_between();
        match vm.serve_breaker() {
            Ok(()) => true,
            Err(e) => {
                vm.set_raised(e);
                false
            }
        }
    }

    // --- calls ---------------------------------------------------------------------

    /// Replaces callable, self and arguments (`n` words) by a result.
    #[inline(always)]
    pub fn replace_call(&mut self, n: usize, result: PyObjectRef) {
        for _ in 0..n - 1 {
            self.drop_top();
        }
        let callee = self.peek(0);
        self.poke(0, StackRef::from_owned(result));
        callee.release();
    }

    /// Calls a Python function with the top `argc` words: its frame becomes the running
    /// one.  The top `words` words (callable, self or NULL, arguments) are consumed.
    #[inline(always)]
    pub fn push_call(
        &mut self,
        func: &Py<PyFunction>,
        argc: usize,
        names: Option<&Py<PyTuple>>,
        units: usize,
        words: usize,
    ) -> PyResult<()> {
        let vm = self.vm();
        let f = vm.push_frame(func.to_ref(), None)?;
        let args = self.top_slice(argc);
        // SAFETY: the frame is fresh: its parameters are its first slots, all empty.
        unsafe {
            if names.is_none() && (*f).code.takes_exactly(argc) {
                for (i, a) in args.iter().enumerate() {
                    InterpreterFrame::slot(f, i).write(*a);
                }
                // The words have moved; what is left is the callable and perhaps NULL.
                self.forget(argc);
                for _ in argc..words {
                    self.drop_top();
                }
            } else {
                if let Err(e) = calls::bind(vm, func, f, args, names, StackRef::duplicate) {
                    vm.pop_frame(f);
                    return Err(e);
                }
                self.drop_n(words);
            }
        }
        self.enter_frame(f, units);
        Ok(())
    }

    /// As `push_call`, with arguments that lie elsewhere.
    pub fn push_call_from(
        &mut self,
        func: &Py<PyFunction>,
        args: &[StackRef],
        names: Option<&Py<PyTuple>>,
        units: usize,
        words: usize,
    ) -> PyResult<()> {
        let vm = self.vm();
        let f = vm.push_frame(func.to_ref(), None)?;
        let count = |s: StackRef| StackRef::from_owned(s.object().to_owned());
        if let Err(e) = calls::bind(vm, func, f, args, names, count) {
            // SAFETY: just pushed, complete.
            unsafe { vm.pop_frame(f) };
            return Err(e);
        }
        self.drop_n(words);
        self.enter_frame(f, units);
        Ok(())
    }

    /// Makes a complete new frame the running one.
    #[inline(always)]
    pub(super) fn enter_frame(&mut self, f: *mut InterpreterFrame, units: usize) {
        self.set_return_offset(units as u32);
        // SAFETY: both frames are alive.
        unsafe {
            (*self.frame).sp = self.sp;
            (*f).previous = self.frame;
            self.vm().frame.set(f);
            self.go_to_frame(f);
        }
    }

    /// The frame's state becomes the cursor's.
    ///
    /// # Safety
    /// The frame is complete, and the topmost.
    #[inline(always)]
    pub(super) unsafe fn go_to_frame(&mut self, f: *mut InterpreterFrame) {
        self.frame = f;
        // SAFETY: by the contract.  (Volatile for the reason that `save` gives.)
        unsafe {
            self.ip = (&raw const (*f).ip).read_volatile();
            self.sp = (&raw const (*f).sp).read_volatile();
        }
    }

    /// Ends the running frame and gives `v` to its caller; what `__init__` gives is dropped if
    /// it is None, and comes back otherwise.
    #[inline(always)]
    pub fn pop_frame_returning(&mut self, v: StackRef) -> Option<StackRef> {
        let vm = self.vm();
        let f = self.frame;
        // SAFETY: the running frame is the topmost; its caller is alive below it.
        unsafe {
            (*f).sp = self.sp;
            let (previous, owner) = ((*f).previous, (*f).owner);
            if owner == Owner::Generator {
                generator::leave(vm, generator::of_frame(f), GenState::Finished);
                generator::clear_finished(vm, f);
            } else {
                vm.pop_frame(f);
            }
            vm.frame.set(previous);
            self.frame = previous;
            self.sp = (*previous).sp;
            self.ip = (*previous).ip;
            if owner == Owner::Init && v.bits() != word::NONE {
                return Some(v);
            }
            self.ip = self.ip.add((*previous).return_offset as usize);
            if owner == Owner::Init {
                return None;
            }
        }
        self.push(v);
        None
    }

    /// Goes on behind the instruction that resumed a generator which has yielded.
    pub fn resume_caller(&mut self) {
        // FOR_ITER, SEND, and the entry stub are two units long.
        self.advance(2);
    }

    /// RETURN_GENERATOR: the call's frame becomes a generator; the caller goes on.
    pub fn suspend_into_generator(&mut self) -> PyObjectRef {
        let vm = self.vm();
        let f = self.frame;
        // SAFETY: the running frame is the topmost of the data stack; its words have moved.
        unsafe {
            let previous = (*f).previous;
            let g = generator::from_frame(vm, f);
            vm.py_depth_left.set(vm.py_depth_left.get() + 1);
            vm.datastack.pop(f as *mut u8);
            vm.frame.set(previous);
            self.frame = previous;
            self.sp = (*previous).sp;
            self.ip = (*previous).ip.add((*previous).return_offset as usize);
            g
        }
    }
}
