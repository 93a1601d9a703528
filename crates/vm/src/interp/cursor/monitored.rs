//! The cursor's steps for instrumented instructions.

use super::{Cursor, Next};
use crate::frame::{FrameRef, trace_state};
use crate::interp::dispatch;
use crate::interp::monitor::code;
use crate::vm::PyResult;
use bytecode::Opcode;

impl Cursor {
    /// The running frame.
    pub fn frame_ref<'f>(&self) -> FrameRef<'f> {
        // SAFETY: the cursor's frame is alive while it runs.
        unsafe { FrameRef::from_raw(self.frame) }.expect("a cursor has a frame")
    }

    /// The instruction's place in the code, in units.
    pub fn unit(&self) -> usize {
        // SAFETY: `ip` points into the code's executed copy.
        unsafe { self.ip.offset_from(self.code().first_instruction()) as usize }
    }

    /// A tool stands in this instruction's place, which must keep its form.
    pub fn is_instrumented(&self) -> bool {
        Opcode::from_byte(self.peek_unit(0).op()).is_some_and(Opcode::is_instrumented)
    }

    /// Instruments the running code if it is out of date: then the instruction is to be run
    /// again, as it may be another.
    pub fn catch_up(&self) -> bool {
        let (vm, code) = (self.vm(), self.code());
        if !code::is_stale(vm, code) {
            return false;
        }
        code::update(vm, code);
        true
    }

    /// Runs the form `op` of the current instruction.
    pub fn run_as(&self, op: Opcode) -> Next {
        Next::Slow(dispatch::slow_op(op))
    }

    /// Tells tools something with the frame at its instruction; true when a debugger has moved
    /// the frame meanwhile: then the cursor is where it put it.
    pub fn while_telling(&mut self, tell: impl FnOnce(&Cursor) -> PyResult<()>) -> PyResult<bool> {
        self.save();
        tell(self)?;
        // SAFETY: the frame is alive; a debugger moves it only by its record.
        unsafe {
            let f = self.frame;
            if (*f).ip == self.ip {
                return Ok(false);
            }
            self.ip = (*f).ip;
            self.sp = (*f).sp;
        }
        Ok(true)
    }

    /// An instruction before a line start has run.
    pub fn note_recorder(&self, unit: usize) {
        if let Some(n) = self.code().monitoring_map().recorder(unit) {
            self.frame_ref().set_trace_state(n);
        } else {
            self.frame_ref().set_trace_state(0);
        }
    }

    /// Whether the line that starts here is to be told; what led here is forgotten.
    pub fn starts_line(&self, unit: usize) -> bool {
        let f = self.frame_ref();
        let state = f.trace_state();
        if state != trace_state::JUMPED_SUSPENDED {
            f.set_trace_state(0);
        }
        self.code().monitoring_map().tells_line(unit, state)
    }
}
