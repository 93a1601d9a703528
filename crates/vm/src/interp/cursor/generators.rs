//! The cursor's steps into and out of the frames of generators and coroutines.

use super::Cursor;
use super::special::{is_exactly, payload};
use crate::builtins::generator::{GenState, PyCoroutine, PyGenerator};
use crate::frame::InterpreterFrame;
use crate::object::{PyPayload, StackRef};
use crate::vm::{PyErr, VirtualMachine};

/// As `vm.exchange_handled`, without the cells' flags: nobody has them borrowed between two
/// instructions.
#[inline(always)]
pub(super) fn exchange_handled(vm: &VirtualMachine, g: &PyGenerator) {
    // As words: `ptr::swap` goes through a local, whose address would keep the handler from
    // ending in a jump.
    const { assert!(size_of::<Option<PyErr>>() == size_of::<u64>()) };
    let (a, b) = (vm.handled_now.as_ptr() as *mut u64, g.handled.as_ptr() as *mut u64);
    // SAFETY: two different cells of one word each, neither borrowed.
    unsafe {
        let (x, y) = (*a, *b);
        *a = y;
        *b = x;
        if x != 0 {
            vm.resumers_handle.set(true);
        }
    }
}

impl Cursor {
    /// A generator that can be resumed with None.
    #[inline(always)]
    pub fn resumable_generator<'s>(&self, v: StackRef) -> Option<&'s PyGenerator> {
        if !is_exactly(v, PyGenerator::SPEC) || self.vm().py_depth_left.get() <= 0 {
            return None;
        }
        // SAFETY: checked.
        let g = unsafe { payload::<PyGenerator>(v) }.payload_ref();
        if g.is_resumable() { Some(g) } else { None }
    }

    /// A coroutine that has not started.
    #[inline(always)]
    pub fn is_fresh_coroutine(&self, v: StackRef) -> bool {
        // SAFETY: checked first.
        is_exactly(v, PyCoroutine::SPEC)
            && unsafe { payload::<PyCoroutine>(v) }.generator.state.get() == GenState::Created
    }

    /// A generator or coroutine that a value can be sent to.
    #[inline(always)]
    pub fn resumable_sendable<'s>(&self, v: StackRef) -> Option<&'s PyGenerator> {
        if self.vm().py_depth_left.get() <= 0 {
            return None;
        }
        // SAFETY: each type is checked before its payload is looked at.
        let g = unsafe {
            if is_exactly(v, PyCoroutine::SPEC) {
                &payload::<PyCoroutine>(v).payload_ref().generator
            } else if is_exactly(v, PyGenerator::SPEC) {
                payload::<PyGenerator>(v).payload_ref()
            } else {
                return None;
            }
        };
        if g.state.get() == GenState::Created && !self.peek(0).object().is_none() {
            return None;
        }
        if g.is_resumable() { Some(g) } else { None }
    }

    /// Puts the frame of a resumable generator on top of the running one, with `sent` on
    /// its stack; when it returns, the running one goes on `offset` units behind here.
    #[inline(always)]
    pub fn resume(&mut self, g: &PyGenerator, sent: StackRef, offset: u32) {
        self.save();
        self.set_return_offset(offset);
        let vm = self.vm();
        let f = g.frame_ptr();
        // SAFETY: a suspended frame is complete, with room for the value it waits for.
        unsafe {
            (*f).previous = self.frame;
            (*f).sp.write(sent);
            g.state.set(GenState::Running);
            exchange_handled(vm, g);
            vm.py_depth_left.set(vm.py_depth_left.get() - 1);
            vm.frame.set(f);
            self.frame = f;
            self.ip = (*f).ip;
            self.sp = (*f).sp.add(1);
        }
        // What follows a YIELD_VALUE: a RESUME, and in a delegation the jump back to its SEND.
        if self.skip_idle_resume()
            && self.peek_unit(0).op() == bytecode::Opcode::JumpBackwardNoInterrupt.byte()
        {
            self.jump(1 - self.peek_unit(0).arg() as isize);
        }
    }

    /// Passes over a RESUME that has nothing to do.
    #[inline(always)]
    pub fn skip_idle_resume(&mut self) -> bool {
        let idle = self.peek_unit(0).op() == bytecode::Opcode::Resume.byte()
            && !self.breaker_set_at_resume();
        if idle {
            self.advance(1);
        }
        idle
    }

    /// The running generator's frame is suspended behind this instruction; its caller goes
    /// on behind the one that resumed it.
    #[inline(always)]
    pub fn suspend(&mut self, state: GenState) {
        let vm = self.vm();
        let f = self.frame;
        // SAFETY: the running frame belongs to a generator (the compiler puts YIELD_VALUE
        // nowhere else, and the verifier asks for the flag); its caller is below it.
        unsafe {
            (*f).ip = self.ip;
            (*f).sp = self.sp;
            let g = crate::builtins::generator::of_frame(f);
            g.state.set(state);
            exchange_handled(vm, g);
            vm.py_depth_left.set(vm.py_depth_left.get() + 1);
            let previous: *mut InterpreterFrame = (*f).previous;
            (*f).previous = std::ptr::null_mut();
            vm.frame.set(previous);
            self.frame = previous;
            self.sp = (*previous).sp;
            self.ip = (*previous).ip;
        }
    }
}
