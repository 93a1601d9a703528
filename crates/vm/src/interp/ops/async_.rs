//! `await`, `async for`, and exceptions thrown into delegating frames.

use super::{ok, op};
use crate::builtins::generator::{GenKind, GenState};
use crate::interp::cursor::Next;
use crate::interp::dispatch::slow;
use crate::prelude::*;

/// The iterator that drives `await o`.
pub fn awaitable_iter(vm: &VirtualMachine, o: PyObject<'_>) -> PyResult {
    use bytecode::CodeFlags;
    if let Some(g) = o.any_generator() {
        let iterable = g.code().has_code_flag(CodeFlags::ITERABLE_COROUTINE);
        if g.kind == GenKind::Coroutine || (g.kind == GenKind::Generator && iterable) {
            return Ok(o.to_owned());
        }
    }
    let typ = o.class(vm);
    let Some(f) = typ.slots.await_.get() else {
        return Err(vm.type_error(format!("'{}' object can't be awaited", typ.display_name())));
    };
    let it = f(vm, o)?;
    if it.class(vm).slots.iternext.get().is_some() {
        return Ok(it);
    }
    if it.as_object().any_generator().is_some_and(|g| g.kind == GenKind::Coroutine) {
        return Err(vm.type_error("__await__() returned a coroutine"));
    }
    Err(vm.type_error(format!(
        "__await__() returned non-iterator of type '{}'",
        it.class(vm).display_name()
    )))
}

op!(GetAwaitable, |c| {
    // A coroutine that has not started is its own iterator, and awaited by nobody.
    if !c.is_fresh_coroutine(c.peek(0)) {
        return slow!(GetAwaitableSlow);
    }
    c.advance(1);
    Next::Go
});

op!(escapes GetAwaitableSlow, |c| {
    let vm = c.vm();
    let o = c.peek_object(0);
    let it = match awaitable_iter(vm, o) {
        Ok(it) => it,
        Err(e) => {
            let typ = o.class(vm);
            let method = match c.oparg() {
                1 => "__aenter__",
                2 => "__aexit__",
                _ => return c.error(e),
            };
            if typ.slots.await_.get().is_none() {
                return c.error(vm.type_error(format!(
                    "'async with' received an object from {method} that does not implement __await__: {}",
                    typ.display_name()
                )));
            }
            return c.error(e);
        }
    };
    if let Some(g) = it.as_object().any_generator()
        && g.kind == GenKind::Coroutine
        && g.state.get() == GenState::Delegating
    {
        return c.error(vm.runtime_error("coroutine is being awaited already"));
    }
    c.replace_top(1, it);
    c.advance(1);
    c.check_periodic()
});

op!(escapes GetAiter, |c| {
    let vm = c.vm();
    let o = c.peek_object(0);
    let typ = o.class(vm);
    let Some(f) = typ.slots.aiter.get() else {
        return c.error(vm.type_error(format!(
            "'async for' requires an object with __aiter__ method, got {}",
            typ.display_name()
        )));
    };
    let it = ok!(c, f(vm, o));
    if it.class(vm).slots.anext.get().is_none() {
        return c.error(vm.type_error(format!(
            "'async for' received an object from __aiter__ that does not implement __anext__: {}",
            it.class(vm).display_name()
        )));
    }
    c.replace_top(1, it);
    c.advance(1);
    c.check_periodic()
});

op!(escapes GetAnext, |c| {
    let vm = c.vm();
    let o = c.peek_object(0);
    let typ = o.class(vm);
    let Some(f) = typ.slots.anext.get() else {
        return c.error(vm.type_error(format!(
            "'async for' requires an iterator with __anext__ method, got {}",
            typ.display_name()
        )));
    };
    let next = ok!(c, f(vm, o));
    let awaitable = match awaitable_iter(vm, next.as_object()) {
        Ok(a) => a,
        Err(e) => {
            let new = vm.type_error(format!(
                "'async for' received an invalid object from __anext__: {}",
                next.class(vm).display_name()
            ));
            new.set_cause(Some(e));
            return c.error(new);
        }
    };
    c.push_owned(awaitable);
    c.advance(1);
    c.check_periodic()
});

op!(escapes EndAsyncFor, |c| {
    let vm = c.vm();
    let exc = c.peek_object(0);
    if exc.is_instance_of(vm, &vm.exc().stop_async_iteration) {
        c.drop_n(2);
        c.advance(1);
        return c.check_periodic();
    }
    let e = c.pop_exception();
    vm.set_raised_again(e);
    slow!(crate::interp::unwind::UnwindReraise)
});

op!(escapes CleanupThrow, |c| {
    let vm = c.vm();
    let exc = c.peek_object(0);
    if exc.is_instance_of(vm, &vm.exc().stop_iteration) {
        let e = c.pop_exception();
        let v = vm.stop_iteration_value(&e);
        drop(e);
        c.drop_n(2);
        c.push_owned(PyObjectRef::none());
        c.push_owned(v);
        c.advance(1);
        return c.check_periodic();
    }
    let e = exc.to_owned().downcast::<crate::builtins::exception::PyBaseException>();
    let Ok(e) = e else {
        return c.error(vm.system_error("CLEANUP_THROW needs an exception"));
    };
    vm.set_raised_again(e);
    slow!(crate::interp::unwind::UnwindReraise)
});
