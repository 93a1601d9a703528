//! The events of exceptions.  Any instruction may raise, so that none is instrumented for
//! them: the unwinder asks whether some tool wants them.

use super::event;
use crate::frame::FrameRef;
use crate::interp::cursor::Cursor;
use crate::prelude::*;

/// Tells an event with the vm's raised exception; what a tool raises takes its place.
#[cold]
fn tell(c: &Cursor, frame: FrameRef<'_>, unit: usize, event: usize) {
    let vm = c.vm();
    // The tools' own code may raise and handle: ours waits outside.
    let exc = vm.take_raised();
    let code = frame.code();
    super::code::update(vm, &code);
    match vm.fire(&code, unit, event, &[exc.as_object()]) {
        Ok(()) => vm.set_raised_again(exc),
        Err(e) => vm.set_raised(e),
    }
}

/// `event` for the exception that the vm holds, at a unit of the cursor's frame.
#[inline]
pub fn tell_here(c: &Cursor, event: usize, unit: usize) {
    if c.vm().monitors(event) {
        let f = c.frame_ref();
        if !f.is_hidden() {
            tell(c, f, unit, event);
        }
    }
}

/// Tells that the exception on top of the stack is about to be handled at the cursor's
/// instruction; true unless a tool has raised another.
#[inline]
pub fn tell_handled(c: &Cursor) -> bool {
    let vm = c.vm();
    if !vm.monitors(event::EXCEPTION_HANDLED) {
        return true;
    }
    let code = c.frame_ref().code();
    super::code::update(vm, &code);
    c.save();
    let exc = c.peek_object(0).to_owned();
    match vm.fire(&code, c.unit(), event::EXCEPTION_HANDLED, &[exc.as_object()]) {
        Ok(()) => true,
        Err(e) => {
            vm.set_raised(e);
            false
        }
    }
}

/// Tells of a StopIteration that ends a loop or a delegation without unwinding.
#[inline]
pub fn tell_stop(c: &Cursor, e: PyErr) -> PyResult<()> {
    let vm = c.vm();
    if !vm.monitors(event::RAISE) {
        return Ok(());
    }
    let code = c.frame_ref().code();
    super::code::update(vm, &code);
    c.save();
    vm.fire(&code, c.unit(), event::RAISE, &[e.as_object()])
}

/// The exception has reached a frame that has line events: what the handler's first line
/// needs to know.
#[inline]
pub fn note_handler(c: &Cursor, from: usize, to: usize) {
    let code = c.code();
    if code.monitoring.with(Option::is_some) {
        c.frame_ref().set_trace_state(code.monitoring_map().after_error(from, to));
    }
}
