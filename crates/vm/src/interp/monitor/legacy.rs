//! `sys.settrace` and `sys.setprofile`: two tools of our own, that hear events of every
//! thread and pass on those of the threads that have a function set.

use super::fire::swap_for;
use super::{PROFILE, TRACE, event};
use crate::builtins::code::PyCode;
use crate::builtins::descriptors::method::PyMethodDescriptor;
use crate::builtins::frame::PyFrame;
use crate::builtins::native_function::PyNativeFunction;
use crate::modules::sys::audit;
use crate::prelude::*;
use crate::vm::hooks::Hooks;

const PROFILE_EVENTS: u32 = 1 << event::PY_START
    | 1 << event::PY_RESUME
    | 1 << event::PY_RETURN
    | 1 << event::PY_YIELD
    | 1 << event::CALL
    | 1 << event::PY_UNWIND
    | 1 << event::PY_THROW;

const TRACE_EVENTS: u32 = 1 << event::PY_START
    | 1 << event::PY_RESUME
    | 1 << event::PY_RETURN
    | 1 << event::PY_YIELD
    | 1 << event::RAISE
    | 1 << event::LINE
    | 1 << event::JUMP
    | 1 << event::PY_UNWIND
    | 1 << event::PY_THROW
    | 1 << event::STOP_ITERATION;

/// Passes an event on; `words` are what a monitoring callback would get.  True when the
/// place has nothing to say to this tool.
pub(super) fn tell(
    vm: &VirtualMachine,
    tool: usize,
    event: usize,
    code: &Py<PyCode>,
    words: &[PyObject<'_>],
) -> PyResult<bool> {
    if tool == PROFILE { profile(vm, event, words) } else { trace(vm, event, code, words) }
}

fn running_frame(vm: &VirtualMachine) -> PyResult<PyRef<PyFrame>> {
    match vm.current_frame() {
        Some(f) => Ok(PyFrame::of(vm, f)),
        None => Err(vm.system_error("Missing frame when calling trace function.")),
    }
}

/// Calls a trace or profile function.
fn call(
    vm: &VirtualMachine,
    function: &PyObjectRef,
    frame: &PyRef<PyFrame>,
    what: &str,
    arg: PyObject<'_>,
) -> PyResult {
    let what = vm.intern(what);
    vm.call_positional(function.as_object(), &[frame.as_object(), what.as_object(), arg])
}

fn profile(vm: &VirtualMachine, event: usize, words: &[PyObject<'_>]) -> PyResult<bool> {
    let Some(function) = vm.hooks.profile.get() else { return Ok(false) };
    let none = PyObjectRef::none();
    let bound;
    let (what, arg) = match (event, words) {
        (event::PY_START | event::PY_RESUME | event::PY_THROW, _) => ("call", none.as_object()),
        (event::PY_RETURN | event::PY_YIELD, [_, _, value]) => ("return", *value),
        (event::PY_UNWIND, _) => ("return", none.as_object()),
        (event::CALL | event::C_RETURN | event::C_RAISE, [_, _, callee, first]) => {
            let what = match event {
                event::CALL => "c_call",
                event::C_RETURN => "c_return",
                _ => "c_exception",
            };
            if callee.downcast::<PyNativeFunction>().is_some() {
                (what, *callee)
            } else if callee.downcast::<PyMethodDescriptor>().is_some() {
                if first.is(vm.monitoring_missing().as_object()) {
                    return Ok(false);
                }
                let Some(get) = callee.class(vm).slots.descr_get.get() else { return Ok(false) };
                bound = get(vm, *callee, Some(*first), Some(first.class(vm).as_object()))?;
                (what, bound.as_object())
            } else {
                return Ok(false);
            }
        }
        _ => return Ok(false),
    };
    let frame = running_frame(vm)?;
    if let Err(e) = call(vm, &function, &frame, what, arg) {
        set_on(vm, &vm.hooks.clone(), PROFILE, None);
        return Err(e);
    }
    Ok(false)
}

fn trace(
    vm: &VirtualMachine,
    event: usize,
    code: &Py<PyCode>,
    words: &[PyObject<'_>],
) -> PyResult<bool> {
    let Some(function) = vm.hooks.trace.get() else {
        if event == event::INSTRUCTION {
            trace_opcodes(vm, code, false);
        }
        return Ok(false);
    };
    let none = PyObjectRef::none();
    let tuple;
    let (what, arg) = match (event, words) {
        (event::PY_START | event::PY_RESUME | event::PY_THROW, _) => ("call", none.as_object()),
        (event::PY_RETURN | event::PY_YIELD, [_, _, value]) => ("return", *value),
        (event::PY_UNWIND, _) => ("return", none.as_object()),
        (event::RAISE | event::STOP_ITERATION, [_, _, exc]) => {
            let traceback = exc
                .downcast::<crate::builtins::exception::PyBaseException>()
                .and_then(|e| e.traceback.get());
            tuple = vm.new_tuple(vec![
                exc.class(vm).to_ref().into(),
                (*exc).to_owned(),
                traceback.unwrap_or_else(PyObjectRef::none),
            ]);
            ("exception", tuple.as_object())
        }
        (event::LINE, _) => ("line", none.as_object()),
        (event::INSTRUCTION, _) => ("opcode", none.as_object()),
        (event::JUMP, [_, from, to]) => {
            // Every jump back tells its line, also when that is the line it comes from.
            let unit = |o: PyObject<'_>| o.small_int().map_or(0, |n| n as usize / 2);
            let (from, to) = (unit(*from), unit(*to));
            let map = code.monitoring_map();
            if to > from || map.line(to) != map.line(from) {
                return Ok(true);
            }
            if map.line(to) < 0 {
                return Ok(false);
            }
            ("line", none.as_object())
        }
        _ => return Ok(false),
    };
    let frame = running_frame(vm)?;
    match event {
        event::INSTRUCTION if !frame.trace_opcodes.get() => {
            trace_opcodes(vm, code, false);
            return Ok(false);
        }
        event::LINE | event::JUMP if !frame.trace_lines.get() => return Ok(false),
        event::LINE | event::JUMP | event::INSTRUCTION => {}
        _ if frame.trace_opcodes.get() => trace_opcodes(vm, code, true),
        _ => {}
    }
    let callback = match what {
        "call" => function,
        _ => match frame.trace.get() {
            Some(f) => f,
            None => return Ok(false),
        },
    };
    match call(vm, &callback, &frame, what, arg) {
        Ok(r) if r.is_none() => {}
        Ok(r) => drop(frame.trace.replace(Some(r))),
        Err(e) => {
            set_on(vm, &vm.hooks.clone(), TRACE, None);
            drop(frame.trace.take());
            return Err(e);
        }
    }
    Ok(false)
}

/// Has each instruction of a code object told to the trace function, or no more.
pub(crate) fn trace_opcodes(vm: &VirtualMachine, code: &Py<PyCode>, on: bool) {
    let events = code.local_events(vm, TRACE);
    let wanted =
        if on { events | 1 << event::INSTRUCTION } else { events & !(1 << event::INSTRUCTION) };
    if wanted != events {
        vm.set_local_events(code, TRACE, wanted);
    }
}

fn set_on(vm: &VirtualMachine, hooks: &Hooks, tool: usize, function: Option<PyObjectRef>) {
    let cell = if tool == PROFILE { &hooks.profile } else { &hooks.trace };
    let old = cell.replace(function);
    vm.update_legacy_events();
    drop(old);
}

impl VirtualMachine {
    /// The two tools want their events while some thread has a function.
    pub(crate) fn update_legacy_events(&self) {
        let threads = self.shared.threads.get();
        let any = |f: fn(&Hooks) -> bool| threads.iter().any(|(_, h)| f(h));
        let profile = any(|h| h.profile.with(Option::is_some));
        let trace = any(|h| h.trace.with(Option::is_some));
        self.set_global_events(PROFILE, if profile { PROFILE_EVENTS } else { 0 });
        self.set_global_events(TRACE, if trace { TRACE_EVENTS } else { 0 });
    }

    /// `sys.settrace` and `sys.setprofile`, for this thread or for all.
    pub(crate) fn set_legacy_function(
        &self,
        tool: usize,
        function: PyObject<'_>,
        all_threads: bool,
    ) -> PyResult<()> {
        let function = (!function.is_none()).then(|| function.to_owned());
        let name = if tool == PROFILE { "sys.setprofile" } else { "sys.settrace" };
        let threads = if all_threads {
            self.shared.threads.get().into_iter().map(|(_, h)| h).collect()
        } else {
            vec![self.hooks.clone()]
        };
        for hooks in threads {
            audit(self, name, &[])?;
            set_on(self, &hooks, tool, function.clone());
        }
        if tool == TRACE
            && function.is_some()
            && let Some(f) = self.current_frame()
            && f.frame_object().is_some_and(|o| o.trace_opcodes.get())
        {
            trace_opcodes(self, &f.code(), true);
        }
        Ok(())
    }

    /// Runs `f` with tracing as if no event were being told.
    pub(crate) fn while_traced<R>(&self, f: impl FnOnce() -> R) -> R {
        let hooks = self.hooks.clone();
        let _busy = swap_for(&hooks.busy, 0);
        let _what = swap_for(&hooks.what_event, -1);
        let _frame = swap_for(&hooks.event_frame, 0);
        f()
    }
}
