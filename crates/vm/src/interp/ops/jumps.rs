//! Jumps, and the points where the eval breaker is looked at.

use super::{op, units};
use crate::interp::cursor::Next;
use crate::interp::dispatch::slow;
use crate::object::word;

op!(JumpForward, |c| {
    let n = c.oparg() as isize;
    c.jump(n + 1);
    Next::Go
});

op!(JumpBackward, |c| {
    if c.breaker_set() {
        return slow!(JumpBackwardPoll);
    }
    let n = c.oparg() as isize;
    c.jump(units::JUMP_BACKWARD as isize - n);
    Next::Go
});

op!(escapes JumpBackwardPoll, |c| {
    let n = c.oparg() as isize;
    c.jump(units::JUMP_BACKWARD as isize - n);
    c.poll()
});

op!(JumpBackwardNoInterrupt, |c| {
    let n = c.oparg() as isize;
    c.jump(1 - n);
    Next::Go
});

op!(PopJumpIfFalse, |c| {
    // The value is a bool: the compiler puts TO_BOOL in front.
    if c.pop().bits() == word::FALSE {
        let n = c.oparg() as isize;
        c.jump(units::POP_JUMP as isize + n);
    } else {
        c.jump(units::POP_JUMP as isize);
        c.skip_not_taken();
    }
    Next::Go
});

op!(PopJumpIfTrue, |c| {
    if c.pop().bits() == word::TRUE {
        let n = c.oparg() as isize;
        c.jump(units::POP_JUMP as isize + n);
    } else {
        c.jump(units::POP_JUMP as isize);
        c.skip_not_taken();
    }
    Next::Go
});

op!(escapes PopJumpIfNone, |c| {
    let v = c.pop();
    let taken = v.bits() == word::NONE;
    let n = if taken { c.oparg() as isize } else { 0 };
    c.jump(units::POP_JUMP as isize + n);
    v.release();
    c.after_drop()
});

op!(escapes PopJumpIfNotNone, |c| {
    let v = c.pop();
    let taken = v.bits() != word::NONE;
    let n = if taken { c.oparg() as isize } else { 0 };
    c.jump(units::POP_JUMP as isize + n);
    v.release();
    c.after_drop()
});

op!(Resume, |c| {
    if c.breaker_set() {
        return slow!(ResumePoll);
    }
    c.advance(1);
    Next::Go
});

op!(escapes ResumePoll, |c| {
    c.advance(1);
    c.poll()
});
