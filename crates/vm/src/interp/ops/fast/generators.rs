//! Special forms that resume and suspend generators in the loop, without a call.

use crate::interp::cursor::Next;
use crate::interp::dispatch::slow;
use crate::interp::ops::{op, units};
use crate::object::{StackRef, word};

op!(
/// The next value of a suspended generator: its frame goes on top.
ForIterGen, |c| {
    let Some(g) = c.resumable_generator(c.peek(0)) else {
        return slow!(crate::interp::ops::iter::ForIter);
    };
    // Its return value goes to the END_FOR, which drops it.
    let offset = units::FOR_ITER as u32 + c.oparg();
    c.resume(g, StackRef::from_immediate(word::NONE), offset);
    Next::Go
});

op!(
/// A value sent to a suspended generator or coroutine.
SendGen, |c| {
    let Some(g) = c.resumable_sendable(c.peek(1)) else {
        return slow!(crate::interp::ops::iter::Send);
    };
    let v = c.pop();
    let v = v.counted();
    let offset = units::SEND as u32 + c.oparg();
    c.resume(g, v, offset);
    Next::Go
});
