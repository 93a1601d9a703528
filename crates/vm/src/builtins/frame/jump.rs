//! Setting `f_lineno`: a debugger moves a frame to another line.
//!
//! What lies on the stack at each instruction is modelled as a number of three-bit kinds, the
//! top in the low bits.  A frame may go where a stack of the same kinds is expected that is
//! left when some of its own values are popped.
//!
//! Invariant: the frame's stack has the depth that the verifier saw at its instruction, also
//! after the move, and holds counted words only, since what they were borrowed from may
//! change on the new way.

use super::PyFrame;
use crate::builtins::code::PyCode;
use crate::builtins::exception::PyBaseException;
use crate::builtins::generator::{self, GenState};
use crate::frame::{FrameRef, Owner, trace_state};
use crate::interp::monitor::event;
use crate::prelude::*;
use bytecode::{CodeFlags, Opcode, exception_table, linetable};

const ITERATOR: i64 = 1;
const EXCEPT: i64 = 2;
const OBJECT: i64 = 3;
const NULL: i64 = 4;
const LASTI: i64 = 5;

const BITS: u32 = 3;
const MOST: usize = 21;
/// More values than the number holds.
const OVERFLOWED: i64 = -1;
/// Nothing leads here.
const UNKNOWN: i64 = -2;

fn depth(stack: i64) -> usize {
    if stack <= 0 { 0 } else { (64 - stack.leading_zeros()).div_ceil(BITS) as usize }
}

fn push(stack: i64, kind: i64) -> i64 {
    if stack < 0 || depth(stack) >= MOST { OVERFLOWED } else { stack << BITS | kind }
}

fn pop(stack: i64) -> i64 {
    if stack < 0 { OVERFLOWED } else { stack >> BITS }
}

fn pop_n(stack: i64, n: usize) -> i64 {
    (0..n).fold(stack, |s, _| pop(s))
}

/// The kind `n` values below the top.
fn peek(stack: i64, n: usize) -> i64 {
    if stack < 0 || n >= MOST { OBJECT } else { stack >> (BITS as usize * n) & 7 }
}

fn swap(stack: i64, n: usize) -> i64 {
    if stack < 0 || n < 2 || n > depth(stack) {
        return stack;
    }
    let at = BITS as usize * (n - 1);
    let (top, low) = (peek(stack, 0), peek(stack, n - 1));
    stack & !(7 | 7 << at) | low | top << at
}

/// The stack's kinds before each unit.
fn stacks(code: &PyCode) -> Vec<i64> {
    let bytes = &code.original;
    let count = code.unit_count();
    let mut stacks = vec![UNKNOWN; count + 1];
    stacks[0] = 0;
    let mut again = true;
    while again {
        again = false;
        let mut unit = 0;
        while unit < count {
            let mut arg = u32::from(bytes[unit * 2 + 1]);
            let mut op = Opcode::from_byte(bytes[unit * 2]).unwrap_or(Opcode::Nop);
            while op == Opcode::ExtendedArg && unit + 1 < count {
                stacks[unit + 1] = stacks[unit];
                unit += 1;
                arg = arg << 8 | u32::from(bytes[unit * 2 + 1]);
                op = Opcode::from_byte(bytes[unit * 2]).unwrap_or(Opcode::Nop);
            }
            let next = unit + 1 + op.caches();
            let stack = stacks[unit];
            if stack != UNKNOWN {
                let (after, at_target) = step(op, arg, stack);
                if let (Some(s), true) = (after, next <= count) {
                    stacks[next] = s;
                }
                if let (Some(t), Some(s)) = (op.jump_target(unit, arg), at_target)
                    && t < count
                {
                    again |= stacks[t] == UNKNOWN && t < unit;
                    stacks[t] = s;
                }
            }
            unit = next;
        }
        for e in exception_table::entries(&code.exceptiontable).flatten() {
            let (start, target) = (e.start as usize, e.target as usize);
            if start < count
                && target < count
                && stacks[start] != UNKNOWN
                && stacks[target] == UNKNOWN
            {
                again = true;
                let mut s = stacks[start];
                while depth(s) > e.depth as usize {
                    s = pop(s);
                }
                if e.lasti {
                    s = push(s, LASTI);
                }
                stacks[target] = push(s, EXCEPT);
            }
        }
    }
    stacks
}

/// What an instruction makes of the stack: for the next one, and where it jumps.
fn step(op: Opcode, arg: u32, stack: i64) -> (Option<i64>, Option<i64>) {
    let both = |s| (Some(s), Some(s));
    let next = |s| (Some(s), None);
    match op {
        Opcode::PopJumpIfFalse
        | Opcode::PopJumpIfTrue
        | Opcode::PopJumpIfNone
        | Opcode::PopJumpIfNotNone => both(pop(stack)),
        Opcode::Send => both(stack),
        Opcode::JumpForward | Opcode::JumpBackward | Opcode::JumpBackwardNoInterrupt => {
            (None, Some(stack))
        }
        Opcode::GetIter | Opcode::GetAiter => next(push(pop(stack), ITERATOR)),
        Opcode::ForIter => both(push(stack, OBJECT)),
        Opcode::EndAsyncFor => next(pop_n(stack, 2)),
        Opcode::PushExcInfo => next(push(stack, EXCEPT)),
        Opcode::PopExcept => next(pop(stack)),
        Opcode::ReturnValue | Opcode::RaiseVarargs | Opcode::Reraise | Opcode::InterpreterExit => {
            (None, None)
        }
        Opcode::ReturnGenerator => next(push(stack, OBJECT)),
        Opcode::PushNull => next(push(stack, NULL)),
        Opcode::LoadGlobal => {
            let s = push(stack, OBJECT);
            next(if arg & 1 != 0 { push(s, NULL) } else { s })
        }
        Opcode::LoadAttr if arg & 1 != 0 => next(push(push(pop(stack), OBJECT), NULL)),
        Opcode::Swap => next(swap(stack, arg as usize)),
        Opcode::Copy => next(push(stack, peek(stack, arg as usize - 1))),
        op => {
            let effect = op.stack_effect(arg as i32, Some(false)).unwrap_or(0);
            let s = pop_n(stack, effect.min(0).unsigned_abs() as usize);
            next((0..effect.max(0)).fold(s, |s, _| push(s, OBJECT)))
        }
    }
}

fn compatible(mut from: i64, mut to: i64) -> bool {
    if from < 0 || to < 0 {
        return false;
    }
    while from > to {
        from = pop(from);
    }
    while from != 0 {
        let (have, want) = (peek(from, 0), peek(to, 0));
        let fits = match want {
            0 => false,
            OBJECT => have != NULL,
            NULL => true,
            _ => have == want,
        };
        if !fits {
            return false;
        }
        (from, to) = (pop(from), pop(to));
    }
    to == 0
}

fn why_not(from: i64, to: i64) -> &'static str {
    match (from, to) {
        (OVERFLOWED, _) => "stack to deep to analyze",
        (UNKNOWN, _) => "can't jump from unreachable code",
        (_, OVERFLOWED) => "stack is too deep to analyze",
        (_, UNKNOWN) => "can't jump into an exception handler, or code may be unreachable",
        _ => match peek(to, 0) {
            EXCEPT => "can't jump into an 'except' block as there's no exception",
            LASTI => "can't jump into a re-raising block as there's no location",
            ITERATOR => "can't jump into the body of a for loop",
            _ => "incompatible stacks",
        },
    }
}

/// The unit where each line starts, in the order of the code.  What stands before the first
/// RESUME readies a frame, and must not run in one that is ready.
fn line_starts(code: &PyCode) -> Vec<(usize, i32)> {
    let first = code.monitoring_map().first_traceable;
    let mut last = -1;
    let mut out = Vec::new();
    for e in linetable::entries(&code.linetable, code.firstlineno) {
        let line = e.location.line;
        if line >= 0 && line != last && e.start.max(first) < code.unit_count() {
            out.push((e.start.max(first), line));
            last = line;
        }
    }
    out
}

const NOT_TRACING: &str = "f_lineno can only be set in a trace function";

/// Whether the event that is being told lets a debugger move frames.
fn check_event(vm: &VirtualMachine) -> PyResult<()> {
    let Ok(what) = usize::try_from(vm.hooks.what_event.get()) else {
        return Err(vm.value_error(NOT_TRACING));
    };
    match what {
        event::PY_RESUME
        | event::JUMP
        | event::BRANCH_LEFT
        | event::BRANCH_RIGHT
        | event::LINE
        | event::PY_YIELD => Ok(()),
        event::PY_START => {
            Err(vm.value_error("can't jump from the 'call' trace event of a new frame"))
        }
        event::CALL | event::C_RETURN => Err(vm.value_error("can't jump during a call")),
        event::STOP_ITERATION | event::RERAISE => Err(vm.system_error("unexpected event type")),
        _ => Err(vm.value_error("can only jump from a 'line' trace event")),
    }
}

/// `frame.f_lineno = value`.
pub(super) fn set_line(
    vm: &VirtualMachine,
    frame: &Py<PyFrame>,
    value: PyObject<'_>,
) -> PyResult<()> {
    if !std::ptr::eq(value.class(vm), &*vm.types().int) {
        return Err(vm.value_error("lineno must be an integer"));
    }
    check_event(vm)?;
    let f = frame.record();
    // A frame that waits for a call cannot go elsewhere: only the one whose event is told.
    let suspended = match f.owner() {
        Owner::Generator => {
            let g = generator::object_of(f).any_generator();
            g.is_some_and(|g| g.state.get() != GenState::Running)
        }
        _ => false,
    };
    if !suspended && f.as_ptr().addr() != vm.hooks.event_frame.get() {
        return Err(vm.value_error(NOT_TRACING));
    }
    let Some(line) = value.small_int().and_then(|n| i32::try_from(n).ok()) else {
        return Err(vm.value_error("lineno out of range"));
    };
    let code = f.code();
    if line < code.firstlineno {
        return Err(vm.value_error(format!("line {line} comes before the current code block")));
    }
    let starts = line_starts(&code);
    let Some(target) = starts.iter().map(|(_, l)| *l).filter(|l| *l >= line).min() else {
        return Err(vm.value_error(format!("line {line} comes after the current code block")));
    };
    let stacks = stacks(&code);
    let mut from = stacks.get(f.lasti()).copied().unwrap_or(UNKNOWN);
    let (mut best, mut message) = (None, "cannot find bytecode for specified line");
    for (unit, _) in starts.iter().filter(|(_, l)| *l == target) {
        let to = stacks[*unit];
        if compatible(from, to) {
            if best.is_none_or(|(_, s)| to > s) {
                best = Some((*unit, to));
            }
        } else if best.is_none() {
            message = why_not(from, to);
        }
    }
    let Some((unit, to)) = best else { return Err(vm.value_error(message)) };
    if suspended {
        // What is sent in is not there yet.
        from = pop(from);
    }
    if depth(from) != f.stack_depth() || depth(from) < depth(to) {
        return Err(vm.value_error("incompatible stacks"));
    }
    fill_unbound(vm, f, &code)?;
    while from > to {
        let value = f.pop_stack();
        if peek(from, 0) == EXCEPT {
            let e = value.and_then(|v| v.downcast::<PyBaseException>().ok());
            match generator::object_of_suspended(f) {
                Some(g) => drop(g.handled.replace(e)),
                None => drop(vm.swap_handled(e)),
            }
        }
        from = pop(from);
    }
    f.own_stack();
    f.set_lasti(unit);
    if let Some(g) = generator::object_of_suspended(f) {
        g.state.set(GenState::Moved);
        f.set_trace_state(trace_state::JUMPED_SUSPENDED);
    } else if code.tools_at(event::LINE, unit) != 0 {
        f.set_trace_state(trace_state::JUMPED);
    }
    debug_assert!(code.has_code_flag(CodeFlags::OPTIMIZED) || f.names().is_some());
    Ok(())
}

/// The compiler has proved locals bound where they are loaded, on the ways it knew.
fn fill_unbound(vm: &VirtualMachine, f: FrameRef<'_>, code: &PyCode) -> PyResult<()> {
    let unbound: Vec<usize> = (0..code.nlocalsplus()).filter(|i| f.local(*i).is_none()).collect();
    if unbound.is_empty() {
        return Ok(());
    }
    let s = if unbound.len() == 1 { "" } else { "s" };
    let text = format!("assigning None to {} unbound local{s}", unbound.len());
    vm.warn(&vm.exc().runtime_warning, &text, 0)?;
    for i in unbound {
        f.set_local(i, Some(vm.none()));
    }
    Ok(())
}
