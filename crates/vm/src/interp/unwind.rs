//! Errors: the one cold handler that finds where an exception goes (D19).

#![allow(unsafe_code)]

use super::cursor::{Cursor, Next};
use super::dispatch::Op;
use super::monitor::{event, exceptions};
use crate::builtins::frame::PyFrame;
use crate::builtins::generator;
use crate::builtins::traceback::PyTraceback;
use crate::frame::{FrameRef, Owner, trace_state};
use crate::object::StackRef;

/// The vm holds the exception: adds traceback entries, drops windows, and goes on at the
/// handler, or leaves the loop.
pub fn unwind(c: &mut Cursor) -> Next {
    c.save();
    add_traceback(c);
    let vm = c.vm();
    if !vm.monitors(event::RAISE) && !vm.monitors(event::PY_UNWIND) {
        return unwind_from(c, 0, None, 0);
    }
    // Tools are told of an instruction's last unit.
    let place = c.unit() + c.code().base_op(c.unit()).caches();
    exceptions::tell_here(c, event::RAISE, place);
    unwind_from(c, 0, None, place)
}

/// As `unwind`, for an exception thrown into a suspended frame: it stands behind its yield,
/// and the handler is that of the yield.
pub fn unwind_thrown(c: &mut Cursor) -> Next {
    c.save();
    // A frame that a debugger has moved stands at a line, not behind a yield.
    let f = c.frame_ref();
    let moved = f.trace_state() == trace_state::JUMPED_SUSPENDED;
    if moved {
        f.set_trace_state(0);
    }
    add_traceback(c);
    let place = c.unit().saturating_sub(1);
    exceptions::tell_here(c, event::RAISE, place);
    unwind_from(c, u32::from(!moved), None, place)
}

/// RERAISE of an exception that was first raised at unit `origin`: handlers are looked for
/// where the frame stands, not there.
pub fn reraise(c: &mut Cursor, origin: Option<u32>) -> Next {
    c.save();
    let place = c.unit();
    exceptions::tell_here(c, event::RERAISE, place);
    let origin = origin.filter(|o| (*o as usize) < c.code().unit_count());
    if let Some(o) = origin {
        // Who looks at the frame sees it there.
        c.frame_ref().set_lasti(o as usize);
    }
    unwind_from(c, 0, origin, place)
}

/// RERAISE: this frame has its traceback entry already.
pub struct UnwindReraise;

impl Op for UnwindReraise {
    const ESCAPES: bool = true;

    fn run(c: &mut Cursor) -> Next {
        let place = c.unit();
        exceptions::tell_here(c, event::RERAISE, place);
        unwind_from(c, 0, None, place)
    }
}

fn add_traceback(c: &Cursor) {
    let vm = c.vm();
    // SAFETY: the cursor's frame is alive.
    let Some(f) = (unsafe { FrameRef::from_raw(c.frame) }) else { return };
    if f.is_hidden() {
        return;
    }
    // Where memory has run out, what is left of it is not for telling of millions of calls.
    if host::memory::reserve_is_spent() {
        return;
    }
    let Some(exc) = vm.raised() else { return };
    let frame = PyFrame::of(vm, f);
    let lasti = (f.lasti() * 2) as i32;
    let next = exc.traceback.take().and_then(|t| t.downcast::<PyTraceback>().ok());
    let tb = PyTraceback::create(vm, next, frame, lasti, -1);
    exc.traceback.set(Some(tb.into()));
}

/// Looks for a handler of the instruction `back` units before the frame's own; the handler
/// is told `origin`, or where the frame stands.  Tools are told of `place`.
fn unwind_from(c: &mut Cursor, mut back: u32, mut origin: Option<u32>, mut place: usize) -> Next {
    let vm = c.vm();
    loop {
        // SAFETY: the frames of the chain are alive until they are popped here.
        unsafe {
            let f = c.frame;
            let code = c.code();
            let unit = c.ip.offset_from(code.first_instruction()) as u32;
            if (*f).owner == Owner::Entry {
                return Next::Unwound;
            }
            if let Some(h) = code.handler_of(unit.saturating_sub(back)) {
                let depth = h.depth as usize;
                while c.depth() > depth {
                    c.drop_top();
                }
                if h.lasti {
                    c.push_owned(vm.new_int(i64::from(origin.unwrap_or(unit))));
                }
                let exc = vm.take_raised();
                c.push(StackRef::from_owned(exc.into()));
                c.ip = code.first_instruction().add(h.target as usize);
                exceptions::note_handler(c, unit as usize, h.target as usize);
                if !exceptions::tell_handled(c) {
                    // What the tool has raised starts at the handler.
                    back = 0;
                    origin = None;
                    place = h.target as usize;
                    continue;
                }
                vm.drain_pending_after_unwind();
                return Next::Go;
            }
            if vm.monitors(event::PY_UNWIND) {
                let depth = c.depth();
                c.drop_n(depth);
                (*f).sp = c.sp;
                exceptions::tell_here(c, event::PY_UNWIND, place);
            }
            (*f).sp = c.sp;
            let previous = (*f).previous;
            if (*f).owner == Owner::Generator {
                generator::finish_by_error(vm, f);
            } else {
                vm.pop_frame(f);
            }
            vm.frame.set(previous);
            c.frame = previous;
            c.sp = (*previous).sp;
            c.ip = (*previous).ip;
        }
        back = 0;
        origin = None;
        add_traceback(c);
        place = c.unit().saturating_sub(1);
        exceptions::tell_here(c, event::RAISE, place);
    }
}
