//! The two dispatchers over one set of handlers (D17).
//!
//! **Tail calls**: each handler is an `extern "C-unwind"` function of four scalars that ends
//! by jumping through `TABLE` to the next; rustc turns these calls into jumps because the
//! signatures are equal and neither a destructor nor the address of a local is alive.
//! **Match**: a loop around one `match`, for opt-level 0, for instructions behind
//! EXTENDED_ARG, and for the stress switch.

#![allow(unsafe_code)]

use super::cursor::{Cursor, Exit, Next};
use super::{monitor, ops, unwind};
use crate::frame::{CodeUnit, InterpreterFrame};
use crate::object::StackRef;
use crate::vm::VirtualMachine;

/// The four scalars every handler receives, in registers.
pub type Handler = unsafe extern "C-unwind" fn(
    *const VirtualMachine,
    *const CodeUnit,
    *mut StackRef,
    *mut InterpreterFrame,
) -> Exit;

/// A handler's body.
pub trait Op {
    /// The body may run other code, raise or look at frames: `ip` and `sp` are stored first.
    const ESCAPES: bool;
    fn run(c: &mut Cursor) -> Next;
}

/// A body reached from another handler of the same instruction.
#[derive(Clone, Copy)]
pub struct SlowOp {
    tail: Handler,
    body: fn(&mut Cursor) -> Next,
}

impl SlowOp {
    pub const fn of<O: Op>() -> SlowOp {
        SlowOp { tail: handler_of::<O>(), body: O::run }
    }
}

/// `Next::Slow` to the body of `$op`.
macro_rules! slow {
    ($op:ty) => {{
        const SLOW: &$crate::interp::dispatch::SlowOp =
            &$crate::interp::dispatch::SlowOp::of::<$op>();
        $crate::interp::cursor::Next::Slow(SLOW)
    }};
}
pub(crate) use slow;

struct Unwind;

impl Op for Unwind {
    const ESCAPES: bool = true;

    fn run(c: &mut Cursor) -> Next {
        unwind::unwind(c)
    }
}

/// A handler of a body that takes care of itself: all inlined, nothing stored.
///
/// # Safety
/// The scalars are those of a live frame at an instruction.
unsafe extern "C-unwind" fn light_handler<O: Op>(
    vm: *const VirtualMachine,
    ip: *const CodeUnit,
    sp: *mut StackRef,
    frame: *mut InterpreterFrame,
) -> Exit {
    // SAFETY: passed on; the next handler gets the cursor's scalars.
    unsafe {
        let mut c = Cursor::new(vm, ip, sp, frame, 0);
        match O::run(&mut c) {
            Next::Go => TABLE[(*c.ip).op() as usize](vm, c.ip, c.sp, c.frame),
            Next::Slow(s) => (s.tail)(vm, c.ip, c.sp, c.frame),
            Next::Error => heavy_handler::<Unwind>(vm, c.ip, c.sp, c.frame),
            Next::Done => Exit::Done,
            Next::Unwound => Exit::Error,
        }
    }
}

/// A handler of a body that may do anything: it runs in a function of its own, so that no
/// local is alive here at the jump, and hands its state over through the frame record.
///
/// # Safety
/// As `light_handler`.
#[inline(never)]
unsafe extern "C-unwind" fn heavy_handler<O: Op>(
    vm: *const VirtualMachine,
    ip: *const CodeUnit,
    sp: *mut StackRef,
    frame: *mut InterpreterFrame,
) -> Exit {
    // SAFETY: passed on; the body left the running frame's state in its record.
    unsafe {
        let next = heavy_body::<O>(vm, ip, sp, frame);
        let frame = (*vm).frame.get();
        match Next::from_word(next) {
            Next::Go => TABLE[(*(*frame).ip).op() as usize](vm, (*frame).ip, (*frame).sp, frame),
            Next::Slow(s) => (s.tail)(vm, (*frame).ip, (*frame).sp, frame),
            Next::Error => heavy_handler::<Unwind>(vm, (*frame).ip, (*frame).sp, frame),
            Next::Done => Exit::Done,
            Next::Unwound => Exit::Error,
        }
    }
}

/// What the body wants next, as a word.
///
/// # Safety
/// As `light_handler`.
#[inline(never)]
unsafe fn heavy_body<O: Op>(
    vm: *const VirtualMachine,
    ip: *const CodeUnit,
    sp: *mut StackRef,
    frame: *mut InterpreterFrame,
) -> usize {
    // SAFETY: passed on.
    let mut c = unsafe { Cursor::new(vm, ip, sp, frame, 0) };
    c.save();
    let next = O::run(&mut c);
    if !matches!(next, Next::Done | Next::Unwound) {
        c.save();
    }
    next.into_word()
}

const fn handler_of<O: Op>() -> Handler {
    if O::ESCAPES { heavy_handler::<O> } else { light_handler::<O> }
}

/// EXTENDED_ARG: runs the prefixed instruction by the match, with its wide operand.
struct ExtendedArg;

impl Op for ExtendedArg {
    const ESCAPES: bool = true;

    fn run(c: &mut Cursor) -> Next {
        // The first prefix may stand under an instrumented form, and have prefixes itself.
        let mut wide = c.oparg() << 8;
        c.advance(1);
        while c.peek_unit(0).op() == bytecode::Opcode::ExtendedArg.byte() {
            wide = (wide | c.peek_unit(0).arg()) << 8;
            c.advance(1);
        }
        // SAFETY: the cursor's scalars are a live frame's.
        let mut w = unsafe { Cursor::new(c.vm_ptr(), c.ip, c.sp, c.frame, wide) };
        let next = loop {
            let mut next = step(w.peek_unit(0).op(), &mut w);
            while let Next::Slow(s) = next {
                w.save();
                next = (s.body)(&mut w);
            }
            // An instruction that has specialised asks to be run again: with its prefix.
            if !matches!(next, Next::Go) || w.ip != c.ip || w.frame != c.frame {
                break next;
            }
        };
        c.ip = w.ip;
        c.sp = w.sp;
        c.frame = w.frame;
        next
    }
}

struct Invalid;

impl Op for Invalid {
    const ESCAPES: bool = true;

    fn run(c: &mut Cursor) -> Next {
        let op = c.peek_unit(0).op();
        let vm = c.vm();
        c.error(vm.system_error(format!("unknown opcode {op}")))
    }
}

macro_rules! dispatchers {
    (@kinds $($op:ident => $body:path;)*) => {
        static TABLE: [Handler; 256] = {
            let mut t: [Handler; 256] = [heavy_handler::<Invalid>; 256];
            t[bytecode::Opcode::ExtendedArg.byte() as usize] = heavy_handler::<ExtendedArg>;
            $(t[bytecode::Opcode::$op.byte() as usize] = handler_of::<$body>();)*
            t
        };

        /// The bodies, for handlers that stand in an instruction's place.
        static SLOW: [SlowOp; 256] = {
            let mut t: [SlowOp; 256] = [SlowOp::of::<Invalid>(); 256];
            t[bytecode::Opcode::ExtendedArg.byte() as usize] = SlowOp::of::<ExtendedArg>();
            $(t[bytecode::Opcode::$op.byte() as usize] = SlowOp::of::<$body>();)*
            t
        };

        /// The opcodes as patterns, under their table names.
        #[allow(non_upper_case_globals)]
        mod byte {
            $(pub const $op: u8 = bytecode::Opcode::$op.byte();)*
        }

        /// One instruction by the match.
        fn step(op: u8, c: &mut Cursor) -> Next {
            match op {
                $(byte::$op => {
                    if <$body as Op>::ESCAPES {
                        c.save();
                    }
                    <$body as Op>::run(c)
                })*
                _ if op == bytecode::Opcode::ExtendedArg.byte() => ExtendedArg::run(c),
                _ => Invalid::run(c),
            }
        }
    };
}

ops::for_each_handler!(dispatchers);

/// The body of an opcode.
pub(super) fn slow_op(op: bytecode::Opcode) -> &'static SlowOp {
    &SLOW[op.byte() as usize]
}

/// Runs from the cursor's frame until the entry frame is left.
pub(super) fn run_loop(vm: &VirtualMachine, frame: *mut InterpreterFrame) -> Exit {
    if vm.match_dispatch.get() {
        return run_match(vm, frame);
    }
    // SAFETY: the frame is complete and its `ip` at an instruction.
    unsafe {
        let (ip, sp) = ((*frame).ip, (*frame).sp);
        TABLE[(*ip).op() as usize](vm, ip, sp, frame)
    }
}

/// As `run_loop`, raising the vm's exception at the frame's instruction first.
pub(super) fn run_loop_raising(vm: &VirtualMachine, frame: *mut InterpreterFrame) -> Exit {
    // SAFETY: the frame is complete.
    let mut c = unsafe { Cursor::new(vm, (*frame).ip, (*frame).sp, frame, 0) };
    c.catch_up();
    monitor::exceptions::tell_here(&c, monitor::event::PY_THROW, c.unit());
    match unwind::unwind_thrown(&mut c) {
        Next::Done => Exit::Done,
        Next::Unwound => Exit::Error,
        _ => {
            c.save();
            vm.frame.set(c.frame);
            run_loop(vm, c.frame)
        }
    }
}

fn run_match(vm: &VirtualMachine, frame: *mut InterpreterFrame) -> Exit {
    // SAFETY: as above.
    let mut c = unsafe { Cursor::new(vm, (*frame).ip, (*frame).sp, frame, 0) };
    loop {
        let op = c.peek_unit(0).op();
        let mut next = step(op, &mut c);
        loop {
            match next {
                Next::Go => break,
                Next::Slow(s) => {
                    c.save();
                    next = (s.body)(&mut c);
                }
                Next::Error => next = Unwind::run(&mut c),
                Next::Done => return Exit::Done,
                Next::Unwound => return Exit::Error,
            }
        }
    }
}
