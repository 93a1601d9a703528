//! Special forms: a guard on what an inline cache remembers, and the short way.
//!
//! The light ones call nothing: what is not short leaves by `slow!` to the general handler
//! before anything has changed.  Those that must call or push a frame another way are heavy
//! (`escapes`), and only skip the general handler's questions.

pub mod attrs;
pub mod calls;
pub mod generators;
pub mod iteration;
pub mod subscripts;

pub use attrs::*;
pub use calls::*;
pub use generators::*;
pub use iteration::*;
pub use subscripts::*;

use super::{op, units};
use crate::interp::cursor::Next;
use crate::interp::dispatch::slow;
use crate::object::{StackRef, word};
use bytecode::oparg;

macro_rules! arith {
    ($name:ident, $int:expr, $float:expr) => {
        op!($name, |c| {
            let (a, b) = (c.peek(1).bits(), c.peek(0).bits());
            if word::both_ints(a, b) {
                let int: fn(u64, u64) -> Option<i64> = $int;
                if let Some(r) = int(a, b) {
                    return c.give_immediate(2, word::from_int_shifted(r), units::BINARY_OP);
                }
                return slow!(super::arith::BinaryOpSlow);
            }
            let (fa, fb) = (word::is_float(a), word::is_float(b));
            let (x, y) = if fa && fb {
                (word::float_value(a), word::float_value(b))
            } else if fa && word::is_int(b) {
                (word::float_value(a), word::int_value(b) as f64)
            } else if fb && word::is_int(a) {
                (word::int_value(a) as f64, word::float_value(b))
            } else {
                return slow!(super::arith::BinaryOpSlow);
            };
            let float: fn(f64, f64) -> Option<f64> = $float;
            match float(x, y) {
                Some(r) => c.give_immediate(2, word::from_float_canonical(r), units::BINARY_OP),
                None => slow!(super::arith::BinaryOpSlow),
            }
        });
    };
}

arith!(BinaryOpAdd, |a, b| word::int_shifted(a).checked_add(word::int_shifted(b)), |x, y| Some(
    x + y
));
arith!(BinaryOpSubtract, |a, b| word::int_shifted(a).checked_sub(word::int_shifted(b)), |x, y| {
    Some(x - y)
});
arith!(BinaryOpMultiply, |a, b| word::int_shifted(a).checked_mul(word::int_value(b)), |x, y| Some(
    x * y
));
arith!(BinaryOpTrueDivide, |_, _| None, |x, y| if y != 0.0 { Some(x / y) } else { None });

macro_rules! compare_jump {
    ($name:ident, $jump_if:literal) => {
        op!($name, |c| {
            let (a, b) = (c.peek(1).bits(), c.peek(0).bits());
            let outcome = if word::both_ints(a, b) {
                let (x, y) = (word::int_shifted(a), word::int_shifted(b));
                ((x < y) as u32) << 1 | ((x > y) as u32) << 2 | ((x == y) as u32) << 3
            } else if word::is_float(a) && word::is_float(b) {
                let (x, y) = (word::float_value(a), word::float_value(b));
                let known = ((x < y) as u32) << 1 | ((x > y) as u32) << 2 | ((x == y) as u32) << 3;
                if known == 0 { oparg::CompareOp::UNORDERED } else { known }
            } else {
                return slow!(super::arith::CompareOpSlow);
            };
            let truth = c.oparg() & outcome != 0;
            c.forget(2);
            let jump = c.peek_unit(units::COMPARE_OP).arg() as isize;
            let past = (units::COMPARE_OP + units::POP_JUMP) as isize;
            if truth == $jump_if {
                c.jump(past + jump);
            } else {
                c.jump(past);
                c.skip_not_taken();
            }
            Next::Go
        });
    };
}

compare_jump!(CompareOpJumpIfFalse, false);
compare_jump!(CompareOpJumpIfTrue, true);

op!(LoadGlobalModule, |c| {
    let t = c.globals().table();
    if t.keys_version() != c.cache32(2) {
        return slow!(super::names::LoadGlobal);
    }
    let Some(v) = t.value_at(c.cache(1) as usize) else {
        return slow!(super::names::LoadGlobal);
    };
    let push_null = c.oparg() & 1 != 0;
    c.push_owned(v);
    if push_null {
        c.push(StackRef::NULL);
    }
    c.advance(units::LOAD_GLOBAL);
    Next::Go
});

op!(LoadGlobalBuiltin, |c| {
    let e = c.side_entry(c.cache(1) as usize);
    let t = c.builtins().table();
    if c.globals().table().keys_version() != e.a || t.keys_version() != e.b {
        return slow!(super::names::LoadGlobal);
    }
    let Some(v) = t.value_at(e.c as usize) else {
        return slow!(super::names::LoadGlobal);
    };
    let push_null = c.oparg() & 1 != 0;
    c.push_owned(v);
    if push_null {
        c.push(StackRef::NULL);
    }
    c.advance(units::LOAD_GLOBAL);
    Next::Go
});

/// Ends a light store: the word that was there before is released, by [`DropAndGo`] if it dies.
macro_rules! drop_old {
    ($c:ident, $old:expr) => {{
        let old = $old;
        if old.is_light() {
            old.release_light();
            return Next::Go;
        }
        $c.push(old);
        $crate::interp::dispatch::slow!($crate::interp::ops::fast::DropAndGo)
    }};
}
pub(super) use drop_old;

op!(escapes
/// The top word dies, and nothing else happens.
DropAndGo, |c| {
    c.drop_top();
    c.check_periodic()
});

op!(
/// A frame that holds nothing which dies with it returns to its caller.
ReturnValue, |c| {
    if c.frame_is_light() {
        c.return_light();
        return Next::Go;
    }
    slow!(super::call::ReturnValue)
});

op!(LoadFastSmallInt, |c| {
    let v = c.local(c.oparg() as usize);
    c.push(v.borrow_of());
    let n = i64::from(c.peek_unit(1).arg());
    c.push(StackRef::from_immediate(word::from_int_unchecked(n)));
    c.advance(2);
    Next::Go
});

op!(LoadFastAttr, |c| {
    let obj = c.local(c.oparg() as usize);
    if c.peek_unit(1).op() == bytecode::Opcode::LoadAttrInstanceValue.byte()
        && let Some(v) = c.next_instance_value(obj)
    {
        c.push(v);
        c.advance(1 + units::LOAD_ATTR);
        return Next::Go;
    }
    c.push(obj.borrow_of());
    c.advance(1);
    Next::Go
});
