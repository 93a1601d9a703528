//! Iteration and suspension.

use super::{ok, op, units};
use crate::builtins::generator::{GenKind, GenState, PyGenerator};
use crate::interp::cursor::{Cursor, Next};
use crate::object::{StackRef, word};
use crate::prelude::*;
use crate::types::slots::SendResult;

op!(escapes GetIter, |c| {
    let it = ok!(c, c.vm().get_iter(c.peek_object(0)));
    c.replace_top(1, it);
    c.advance(1);
    c.check_periodic()
});

op!(escapes GetLen, |c| {
    let vm = c.vm();
    let n = ok!(c, vm.length(c.peek_object(0)));
    c.push_owned(vm.new_usize(n));
    c.advance(1);
    c.check_periodic()
});

op!(escapes ForIter, |c| {
    let vm = c.vm();
    let it = c.peek_object(0);
    if c.tick() && crate::interp::specialize::for_iter(c, it) {
        return Next::Go;
    }
    // A generator runs in this loop.
    if let Some(g) = it.downcast::<PyGenerator>()
        && g.is_resumable()
    {
        // Its return value goes to the END_FOR, which drops it.
        let offset = units::FOR_ITER as u32 + c.oparg();
        c.resume(g.payload_ref(), StackRef::from_immediate(word::NONE), offset);
        return Next::Go;
    }
    let next = match it.class(vm).slots.iternext.get() {
        Some(f) => match f(vm, it) {
            Err(e) if vm.is_error(&e, &vm.exc().stop_iteration) => {
                ok!(c, crate::interp::monitor::exceptions::tell_stop(c, e));
                None
            }
            r => ok!(c, r),
        },
        None => {
            return c.error(vm.type_error(format!(
                "'{}' object is not an iterator",
                it.class(vm).display_name()
            )));
        }
    };
    match next {
        Some(v) => {
            c.push_owned(v);
            c.advance(units::FOR_ITER);
        }
        None => {
            // Past the END_FOR: the iterator stays for POP_ITER.
            let n = c.oparg() as isize;
            c.jump(units::FOR_ITER as isize + n + 1);
        }
    }
    c.check_periodic()
});

op!(escapes ReturnGenerator, |c| {
    c.advance(1);
    c.save();
    let g = c.suspend_into_generator();
    c.push_owned(g);
    c.check_periodic()
});

op!(YieldValue, |c| {
    let state = if c.oparg() & 1 != 0 { GenState::Delegating } else { GenState::Suspended };
    let v = c.pop();
    let v = v.counted();
    c.advance(1);
    c.suspend(state);
    c.push(v);
    c.resume_caller();
    Next::Go
});

/// Tools hear of the StopIteration that a native receiver would have raised.
#[inline]
fn tell_return(c: &Cursor, receiver: PyObject<'_>, v: &PyObjectRef) -> PyResult<()> {
    let vm = c.vm();
    if !vm.monitors(crate::interp::monitor::event::RAISE)
        || (v.is_none() && receiver.any_generator().is_some())
    {
        return Ok(());
    }
    let e = vm.stop_iteration(Some(v.clone()).filter(|v| !v.is_none()));
    crate::interp::monitor::exceptions::tell_stop(c, e)
}

op!(escapes Send, |c| {
    let vm = c.vm();
    let (receiver, value) = (c.peek_object(1), c.peek_object(0));
    if c.tick() && crate::interp::specialize::send(c, receiver) {
        return Next::Go;
    }
    if let Some(g) = receiver.any_generator()
        && g.kind != GenKind::AsyncGenerator
        && g.is_resumable()
        && (g.state.get() != GenState::Created || value.is_none())
    {
        let v = StackRef::from_owned(c.pop().into_owned());
        let offset = units::SEND as u32 + c.oparg();
        c.resume(g, v, offset);
        return Next::Go;
    }
    let r = match receiver.class(vm).slots.send.get() {
        Some(send) => {
            let r = ok!(c, send(vm, receiver, value));
            if let SendResult::Return(v) = &r {
                ok!(c, tell_return(c, receiver, v));
            }
            r
        }
        None => {
            let r = if value.is_none() {
                match receiver.class(vm).slots.iternext.get() {
                    Some(next) => match next(vm, receiver) {
                        Ok(Some(v)) => Ok(SendResult::Yield(v)),
                        Ok(None) => Ok(SendResult::Return(PyObjectRef::none())),
                        Err(e) => Err(e),
                    },
                    None => Err(vm.type_error(format!(
                        "'{}' object is not an iterator",
                        receiver.class(vm).display_name()
                    ))),
                }
            } else {
                vm.call_method(receiver, &vm.names().send, &[value]).map(SendResult::Yield)
            };
            match r {
                Ok(r) => r,
                Err(e) if vm.is_error(&e, &vm.exc().stop_iteration) => {
                    let value = vm.stop_iteration_value(&e);
                    ok!(c, crate::interp::monitor::exceptions::tell_stop(c, e));
                    SendResult::Return(value)
                }
                Err(e) => return c.error(e),
            }
        }
    };
    match r {
        SendResult::Yield(v) => {
            c.replace_top(1, v);
            c.advance(units::SEND);
        }
        SendResult::Return(v) => {
            c.replace_top(1, v);
            let n = c.oparg() as isize;
            c.jump(units::SEND as isize + n);
        }
    }
    c.check_periodic()
});

op!(escapes GetYieldFromIter, |c| {
    use bytecode::CodeFlags;
    let vm = c.vm();
    let o = c.peek_object(0);
    if let Some(g) = o.any_generator() {
        match g.kind {
            GenKind::Coroutine => {
                let flags = c.code().flags();
                if !flags.intersects(CodeFlags::COROUTINE | CodeFlags::ITERABLE_COROUTINE) {
                    return c.error(vm.type_error(
                        "cannot 'yield from' a coroutine object in a non-coroutine generator",
                    ));
                }
                c.advance(1);
                return Next::Go;
            }
            GenKind::Generator => {
                c.advance(1);
                return Next::Go;
            }
            GenKind::AsyncGenerator => {}
        }
    }
    let it = ok!(c, vm.get_iter(o));
    c.replace_top(1, it);
    c.advance(1);
    c.check_periodic()
});
