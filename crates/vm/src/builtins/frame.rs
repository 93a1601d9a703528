//! `frame`: the Python view of a frame record.
//!
//! What Python sees lies in `frame/attributes.rs`, variables in `frame/locals.rs`, jumps in
//! `frame/jump.rs`.  The object points to the record while the frame lives; when the frame ends first, `adopt` moves
//! record and locals to the heap, and the object owns them.

#![allow(unsafe_code)]

mod attributes;
mod jump;
pub(crate) mod locals;

use crate::frame::{FrameRef, InterpreterFrame, Owner};
use crate::object::StackRef;
use crate::prelude::*;
use std::cell::Cell;

/// The Python view of a call: its code, its variables, where it stands.
#[pyclass(
    name = "frame",
    static = FRAME,
    flags(HAVE_GC, DISALLOW_INSTANTIATION),
    doc = None,
    with(attributes)
)]
pub struct PyFrame {
    record: Cell<*mut InterpreterFrame>,
    /// The memory behind `record`, once adopted.
    memory: PyCell<Option<Box<[u64]>>>,
    /// The calling frame's object, fixed when the frame ended.
    pub(crate) back: PyCell<Option<PyRef<PyFrame>>>,
    pub(crate) trace: PyCell<Option<PyObjectRef>>,
    pub(crate) trace_lines: Cell<bool>,
    pub(crate) trace_opcodes: Cell<bool>,
    /// Variables added through `f_locals` that the code does not have.
    pub(crate) extra_locals: PyCell<Option<PyRef<PyDict>>>,
}

impl PyFrame {
    /// The frame object of a live record, made on the first request.
    pub fn of(vm: &VirtualMachine, f: FrameRef<'_>) -> PyRef<PyFrame> {
        if let Some(o) = f.frame_object() {
            return o;
        }
        let o = vm.new_object(PyFrame {
            record: Cell::new(f.as_ptr()),
            memory: PyCell::new(None),
            back: PyCell::new(None),
            trace: PyCell::new(None),
            trace_lines: Cell::new(true),
            trace_opcodes: Cell::new(false),
            extra_locals: PyCell::new(None),
        });
        f.set_frame_object(Some(o.clone()));
        o
    }

    /// The record: on the stack, in a generator, or our own copy.
    pub fn record(&self) -> FrameRef<'_> {
        // SAFETY: `adopt` replaces the pointer before the frame's memory goes.
        unsafe { FrameRef::from_raw(self.record.get()) }.expect("a frame object has a record")
    }

    /// The record has moved (into a generator).
    pub(crate) fn follow(&self, record: *mut InterpreterFrame) {
        self.record.set(record);
    }

    /// The record and its locals become ours: they move to memory of this object.
    ///
    /// # Safety
    /// `f` is the record this object follows, complete, its stack empty; it is not used
    /// afterwards.
    pub(crate) unsafe fn take_over(&self, f: *mut InterpreterFrame) {
        // SAFETY: record and locals are moved to fresh memory of the same size; borrowed words
        // are counted since what they borrow from ends with the call.
        unsafe {
            let n = (*f).code.nlocalsplus();
            let mut memory = vec![0u64; (*f).code.frame_bytes() / 8].into_boxed_slice();
            let at = memory.as_mut_ptr() as *mut InterpreterFrame;
            std::ptr::copy_nonoverlapping(f, at, 1);
            for i in 0..n {
                let word = InterpreterFrame::slot(f, i).replace(StackRef::NULL);
                let owned = word.into_owned_option();
                InterpreterFrame::slot(at, i).write(StackRef::from_option(owned));
            }
            (*at).sp = InterpreterFrame::slot(at, n);
            (*at).owner = Owner::FrameObject;
            (*at).previous = std::ptr::null_mut();
            self.record.set(at);
            self.memory.set(Some(memory));
        }
    }

    /// The line being executed, if the instruction belongs to one.
    pub fn line(&self) -> Option<i32> {
        let f = self.record();
        f.code().line_at(f.lasti())
    }

    /// Lets go of all that a finished frame holds.
    fn empty(&self) -> PyResult<()> {
        let mut gone = Vec::new();
        self.clear(&mut gone);
        drop(gone);
        Ok(())
    }

    /// True when the frame's call is over.
    pub fn is_finished(&self) -> bool {
        self.record().owner() == Owner::FrameObject
    }
}

/// The frame ends: its record and locals move into the frame object, which remembers who
/// called it, unless that was whoever happened to resume a generator.
///
/// # Safety
/// `f` is a complete frame whose stack is empty; it is not used afterwards.
pub(crate) unsafe fn adopt(vm: &VirtualMachine, o: &Py<PyFrame>, f: *mut InterpreterFrame) {
    // SAFETY: by the contract.
    unsafe {
        let called = (*f).owner != Owner::Generator;
        let back = FrameRef::from_raw(f).filter(|_| called).and_then(FrameRef::caller);
        // Where memory has run out, the chain of callers is cut: it may be millions long.
        let back = back.filter(|_| !host::memory::reserve_is_spent());
        let back = back.map(|b| PyFrame::of(vm, b));
        o.take_over(f);
        o.back.set(back);
    }
}

impl Drop for PyFrame {
    fn drop(&mut self) {
        if self.memory.with(Option::is_some) {
            let f = self.record.get();
            // SAFETY: our own copy, complete; the box is freed after this.
            unsafe {
                let n = (*f).code.nlocalsplus();
                for i in 0..n {
                    InterpreterFrame::slot(f, i).replace(StackRef::NULL).release();
                }
                std::ptr::drop_in_place(f);
            }
        }
    }
}

impl Traverse for PyFrame {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.back.with(|b| b.traverse(visit));
        self.trace.with(|b| b.traverse(visit));
        self.extra_locals.with(|b| b.traverse(visit));
        if self.memory.with(Option::is_some) {
            self.record().traverse(visit);
        }
    }

    fn clear(&self, out: &mut Vec<PyObjectRef>) {
        out.extend(self.trace.take());
        out.extend(self.extra_locals.take().map(PyObjectRef::from));
        if self.memory.with(Option::is_some) {
            let f = self.record();
            for i in 0..f.code().nlocalsplus() {
                // SAFETY: our own copy; the old word is owned.
                let old = unsafe { InterpreterFrame::slot(f.as_ptr(), i).replace(StackRef::NULL) };
                out.extend(old.into_owned_option());
            }
        }
    }
}
