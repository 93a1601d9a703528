//! Special forms of FOR_ITER: the class of the iterator was seen before, and is looked at
//! again.

use crate::builtins::dict::iter::PyDictItemIter;
use crate::builtins::enumerate::PyEnumerate;
use crate::builtins::zip::PyZip;
use crate::interp::cursor::Next;
use crate::interp::dispatch::slow;
use crate::interp::ops::{iter, ok, op, units};
use crate::object::StackRef;
use bytecode::Opcode;

op!(ForIterList, |c| {
    match c.next_of_list(c.peek(0)) {
        Some(v) => {
            c.push_owned(v);
            c.advance(units::FOR_ITER);
            Next::Go
        }
        None => slow!(iter::ForIter),
    }
});

op!(ForIterTuple, |c| {
    match c.next_of_tuple(c.peek(0)) {
        Some(v) => {
            c.push_owned(v);
            c.advance(units::FOR_ITER);
            Next::Go
        }
        None => slow!(iter::ForIter),
    }
});

op!(ForIterRange, |c| {
    match c.next_of_range(c.peek(0)) {
        Some(w) => {
            c.push(StackRef::from_immediate(w));
            c.advance(units::FOR_ITER);
            Next::Go
        }
        None => slow!(iter::ForIter),
    }
});

op!(ForIterStr, |c| {
    match c.next_of_str(c.peek(0)) {
        Some(v) => {
            c.push_owned(v);
            c.advance(units::FOR_ITER);
            Next::Go
        }
        None => slow!(iter::ForIter),
    }
});

op!(escapes
/// Pairs that the UNPACK_SEQUENCE behind takes apart at once: there is no tuple.
ForIterPair, |c| {
    let vm = c.vm();
    let unpack = c.peek_unit(units::FOR_ITER);
    if Opcode::from_byte(unpack.op()).map(Opcode::deopt) != Some(Opcode::UnpackSequence)
        || unpack.arg() != 2
    {
        return slow!(iter::ForIter);
    }
    let it = c.peek_object(0);
    let next = if let Some(pairs) = it.exact::<PyEnumerate>() {
        pairs.next_pair(vm)
    } else if let Some(pairs) = it.exact::<PyDictItemIter>() {
        pairs.next_pair(vm)
    } else if let Some(pairs) = it.exact::<PyZip>()
        && pairs.gives_pairs()
    {
        pairs.next_pair(vm)
    } else {
        return slow!(iter::ForIter);
    };
    let next = match next {
        Err(e) if vm.is_error(&e, &vm.exc().stop_iteration) => {
            ok!(c, crate::interp::monitor::exceptions::tell_stop(c, e));
            None
        }
        r => ok!(c, r),
    };
    match next {
        Some((first, second)) => {
            c.push_owned(second);
            c.push_owned(first);
            c.advance(units::FOR_ITER + units::UNPACK_SEQUENCE);
        }
        None => {
            // Past the END_FOR: the iterator stays for POP_ITER.
            let n = c.oparg() as isize;
            c.jump(units::FOR_ITER as isize + n + 1);
        }
    }
    c.check_periodic()
});
