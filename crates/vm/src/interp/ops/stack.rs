//! Moving words: the stack, constants, locals.

use super::op;
use crate::interp::cursor::Next;
use crate::interp::dispatch::slow;
use crate::object::{StackRef, word};

op!(Nop, |c| {
    c.advance(1);
    Next::Go
});

op!(PopTop, |c| {
    let v = c.peek(0);
    if !v.is_light() {
        return slow!(PopTopLast);
    }
    c.forget(1);
    v.release_light();
    c.advance(1);
    Next::Go
});

op!(escapes
/// The value dies here.
PopTopLast, |c| {
    c.drop_top();
    c.advance(1);
    c.check_periodic()
});

op!(EndSend, |c| {
    let receiver = c.peek(1);
    if !receiver.is_light() {
        return slow!(EndSendLast);
    }
    let value = c.pop();
    c.poke(0, value);
    receiver.release_light();
    c.advance(1);
    Next::Go
});

op!(escapes
/// The receiver dies here.
EndSendLast, |c| {
    let value = c.pop();
    c.drop_top();
    c.push(value);
    c.advance(1);
    c.check_periodic()
});

op!(PushNull, |c| {
    c.push(StackRef::NULL);
    c.advance(1);
    Next::Go
});

op!(Copy, |c| {
    let v = c.peek(c.oparg() as usize - 1);
    c.push(if v.is_null() { v } else { v.counted_copy() });
    c.advance(1);
    Next::Go
});

op!(Swap, |c| {
    let n = c.oparg() as usize - 1;
    let (top, other) = (c.peek(0), c.peek(n));
    c.poke(0, other);
    c.poke(n, top);
    c.advance(1);
    Next::Go
});

op!(LoadConst, |c| {
    let v = c.constant(c.oparg() as usize);
    c.push(v);
    c.advance(1);
    Next::Go
});

op!(LoadSmallInt, |c| {
    c.push(StackRef::from_immediate(word::from_int_unchecked(i64::from(c.oparg()))));
    c.advance(1);
    Next::Go
});

op!(escapes LoadCommonConstant, |c| {
    let v = c.vm().common_constant(c.oparg());
    c.push_owned(v);
    c.advance(1);
    Next::Go
});

op!(LoadFast, |c| {
    let v = c.local(c.oparg() as usize);
    c.push(v.counted_copy());
    c.advance(1);
    Next::Go
});

op!(LoadFastBorrow, |c| {
    let v = c.local(c.oparg() as usize);
    c.push(v.borrow_of());
    c.advance(1);
    Next::Go
});

op!(LoadFastLoadFast, |c| {
    let arg = c.oparg() as usize;
    let (a, b) = (c.local(arg >> 4), c.local(arg & 15));
    c.push(a.counted_copy());
    c.push(b.counted_copy());
    c.advance(1);
    Next::Go
});

op!(LoadFastBorrowLoadFastBorrow, |c| {
    let arg = c.oparg() as usize;
    let (a, b) = (c.local(arg >> 4), c.local(arg & 15));
    c.push(a.borrow_of());
    c.push(b.borrow_of());
    c.advance(1);
    Next::Go
});

op!(LoadFastCheck, |c| {
    let v = c.local(c.oparg() as usize);
    if v.is_null() {
        return slow!(UnboundLocal);
    }
    c.push(v.counted_copy());
    c.advance(1);
    Next::Go
});

op!(escapes
/// A local without a value was read or deleted.
UnboundLocal, |c| {
    let name = c.code().localsplusnames()[c.oparg() as usize].clone();
    let vm = c.vm();
    let e = vm.unbound_local_error(format!(
        "cannot access local variable '{}' where it is not associated with a value",
        name.to_string_lossy()
    ));
    c.error(e)
});

op!(LoadFastAndClear, |c| {
    let v = c.replace_local(c.oparg() as usize, StackRef::NULL);
    c.push(v);
    c.advance(1);
    Next::Go
});

op!(StoreFast, |c| {
    let i = c.oparg() as usize;
    if !c.local(i).is_light() {
        return slow!(StoreFastLast);
    }
    let v = c.pop().counted();
    c.replace_local(i, v).release_light();
    c.advance(1);
    Next::Go
});

op!(escapes
/// The local's old value dies.
StoreFastLast, |c| {
    let i = c.oparg() as usize;
    let v = c.pop().counted();
    c.replace_local(i, v).release();
    c.advance(1);
    c.check_periodic()
});

op!(StoreFastLoadFast, |c| {
    let arg = c.oparg() as usize;
    if !c.local(arg >> 4).is_light() {
        return slow!(StoreFastLoadFastLast);
    }
    let v = c.pop().counted();
    c.replace_local(arg >> 4, v).release_light();
    let w = c.local(arg & 15);
    c.push(w.counted_copy());
    c.advance(1);
    Next::Go
});

op!(escapes StoreFastLoadFastLast, |c| {
    let arg = c.oparg() as usize;
    let v = c.pop().counted();
    let old = c.replace_local(arg >> 4, v);
    let w = c.local(arg & 15);
    c.push(w.counted_copy());
    old.release();
    c.advance(1);
    c.check_periodic()
});

op!(StoreFastStoreFast, |c| {
    let arg = c.oparg() as usize;
    let old = c.local(arg >> 4);
    if !old.is_light() {
        return slow!(StoreFastStoreFastLast);
    }
    let v = c.pop().counted();
    c.replace_local(arg >> 4, v);
    old.release_light();
    let old = c.local(arg & 15);
    if !old.is_light() {
        return slow!(StoreFastSecondLast);
    }
    let v = c.pop().counted();
    c.replace_local(arg & 15, v);
    old.release_light();
    c.advance(1);
    Next::Go
});

op!(escapes StoreFastStoreFastLast, |c| {
    let arg = c.oparg() as usize;
    let v = c.pop().counted();
    let old = c.replace_local(arg >> 4, v);
    let w = c.pop().counted();
    let older = c.replace_local(arg & 15, w);
    old.release();
    older.release();
    c.advance(1);
    c.check_periodic()
});

op!(escapes
/// The second of two stores: its local's old value dies.
StoreFastSecondLast, |c| {
    let v = c.pop().counted();
    c.replace_local(c.oparg() as usize & 15, v).release();
    c.advance(1);
    c.check_periodic()
});

op!(DeleteFast, |c| {
    let i = c.oparg() as usize;
    let old = c.local(i);
    if old.is_null() || !old.is_light() {
        return slow!(DeleteFastSlow);
    }
    c.replace_local(i, StackRef::NULL);
    old.release_light();
    c.advance(1);
    Next::Go
});

op!(escapes
/// The local's value dies, or it has none.
DeleteFastSlow, |c| {
    let i = c.oparg() as usize;
    if c.local(i).is_null() {
        return slow!(UnboundLocal);
    }
    c.replace_local(i, StackRef::NULL).release();
    c.advance(1);
    c.check_periodic()
});
