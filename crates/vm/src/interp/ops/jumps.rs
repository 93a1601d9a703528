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

macro_rules! none_jump {
    ($name:ident, $last:ident, $jump_if_none:literal) => {
        op!($name, |c| {
            let v = c.peek(0);
            if !c.is_light(v) {
                return slow!($last);
            }
            c.forget(1);
            if (v.bits() == word::NONE) == $jump_if_none {
                let n = c.oparg() as isize;
                c.jump(units::POP_JUMP as isize + n);
            } else {
                c.jump(units::POP_JUMP as isize);
                c.skip_not_taken();
            }
            v.release_light();
            Next::Go
        });

        op!(escapes
        /// The value, which is not None, dies here.
        $last, |c| {
            let n = if $jump_if_none { 0 } else { c.oparg() as isize };
            c.jump(units::POP_JUMP as isize + n);
            c.drop_top();
            c.check_periodic()
        });
    };
}

none_jump!(PopJumpIfNone, PopJumpIfNoneLast, true);
none_jump!(PopJumpIfNotNone, PopJumpIfNotNoneLast, false);

op!(Resume, |c| {
    if c.breaker_set_at_resume() {
        return slow!(ResumePoll);
    }
    c.advance(1);
    Next::Go
});

op!(escapes ResumePoll, |c| {
    if c.catch_up() {
        return Next::Go;
    }
    c.advance(1);
    c.poll()
});
