//! Raising and handling.

use super::{ok, op};
use crate::builtins::exception::PyBaseException;
use crate::interp::cursor::Next;
use crate::interp::dispatch::slow;
use crate::object::{StackRef, word};
use crate::prelude::*;

op!(PushExcInfo, |c| {
    let exc = c.peek(0);
    let Some(before) = c.handle_exception(exc) else { return slow!(PushExcInfoSlow) };
    c.poke(0, before);
    c.push(exc);
    c.advance(1);
    Next::Go
});

op!(escapes
/// Hand-made code, which may have anything on top.
PushExcInfoSlow, |c| {
    let exc = c.pop();
    let vm = c.vm();
    // The exception on top becomes the handled one; the one before goes below it.
    let e = exc.object().to_owned().downcast::<PyBaseException>();
    let before = vm.swap_handled(e.ok());
    c.push(match before {
        Some(b) => StackRef::from_owned(b.into()),
        None => StackRef::from_immediate(word::NONE),
    });
    c.push(exc);
    c.advance(1);
    Next::Go
});

op!(PopExcept, |c| {
    if !c.handle_again(c.peek(0)) {
        return slow!(PopExceptLast);
    }
    c.pop();
    c.advance(1);
    Next::Go
});

op!(escapes
/// The exception that was handled dies.
PopExceptLast, |c| {
    let before = c.pop().into_owned();
    let vm = c.vm();
    drop(vm.swap_handled(before.downcast::<PyBaseException>().ok()));
    c.advance(1);
    c.check_periodic()
});

const CATCH: &str = "catching classes that do not inherit from BaseException is not allowed";

/// `TypeError` unless `typ` is an exception class or a tuple of such.
pub fn check_match_type(vm: &VirtualMachine, typ: PyObject<'_>) -> PyResult<()> {
    let is_exception = |t: PyObject<'_>| {
        t.downcast::<PyType>().is_some_and(|t| t.has_flags(TypeFlags::BASE_EXC_SUBCLASS))
    };
    let good = match typ.downcast::<PyTuple>() {
        Some(types) => types.as_slice().iter().all(|t| is_exception(t.as_object())),
        None => is_exception(typ),
    };
    if good { Ok(()) } else { Err(vm.type_error(CATCH)) }
}

/// Whether `except typ:` catches the exception.
pub fn exception_matches(vm: &VirtualMachine, exc: PyObject<'_>, typ: PyObject<'_>) -> bool {
    match typ.downcast::<PyTuple>() {
        Some(types) => types.as_slice().iter().any(|t| exception_matches(vm, exc, t.as_object())),
        None => typ.downcast::<PyType>().is_some_and(|t| exc.is_instance_of(vm, t)),
    }
}

op!(
/// One class of exceptions, whose MRO tells.
CheckExcMatch, |c| {
    let typ = c.peek(0);
    let matched = match c.matches_class(c.peek(1), typ) {
        Some(matched) if c.is_light(typ) => matched,
        _ => return slow!(CheckExcMatchSlow),
    };
    c.poke(0, StackRef::from_immediate(if matched { word::TRUE } else { word::FALSE }));
    typ.release_light();
    c.advance(1);
    Next::Go
});

op!(escapes CheckExcMatchSlow, |c| {
    let vm = c.vm();
    let (exc, typ) = (c.peek_object(1), c.peek_object(0));
    ok!(c, check_match_type(vm, typ));
    let caught = exception_matches(vm, exc, typ);
    c.drop_top();
    c.push_owned(PyObjectRef::from_bool(caught));
    c.advance(1);
    c.check_periodic()
});

op!(escapes CheckEgMatch, |c| {
    let vm = c.vm();
    let (exc, typ) = (c.peek_object(1), c.peek_object(0));
    let (matched, rest) = ok!(c, crate::exceptions::groups::match_star(vm, exc, typ));
    if let Some(m) = &matched
        && let Some(e) = m.as_object().downcast::<PyBaseException>()
    {
        drop(vm.swap_handled(Some(e.to_ref())));
    }
    let none = PyObjectRef::none;
    c.drop_n(2);
    c.push_owned(rest.unwrap_or_else(none));
    c.push_owned(matched.unwrap_or_else(none));
    c.advance(1);
    c.check_periodic()
});

op!(escapes RaiseVarargs, |c| {
    let vm = c.vm();
    let n = c.oparg();
    if n == 0 {
        let Some(e) = vm.handled() else {
            return c.error(vm.runtime_error("No active exception to reraise"));
        };
        vm.set_raised_again(e);
        // The frame has its traceback entry already.
        return crate::interp::unwind::reraise(c, None);
    }
    let exc = c.peek_object(n as usize - 1);
    let e = ok!(c, exception_from(vm, exc));
    if n == 2 {
        let cause = c.peek_object(0);
        let cause = if cause.is_none() {
            None
        } else {
            match cause_from(vm, cause) {
                Ok(e) => Some(e),
                Err(e) => return c.error(e),
            }
        };
        e.set_cause(cause);
    }
    vm.raise(e);
    crate::interp::unwind::unwind(c)
});

/// The exception of a `raise`: an instance, or a class to instantiate.
fn exception_from(vm: &VirtualMachine, o: PyObject<'_>) -> PyResult<PyErr> {
    if let Some(e) = o.downcast::<PyBaseException>() {
        return Ok(e.to_ref());
    }
    if let Some(t) = o.downcast::<PyType>()
        && t.has_flags(TypeFlags::BASE_EXC_SUBCLASS)
    {
        if let Some(e) = PyBaseException::plain(vm, t, Args::EMPTY) {
            return Ok(e);
        }
        let made = vm.call_positional(o, &[])?;
        return made.downcast::<PyBaseException>().map_err(|made| {
            vm.type_error(format!(
                "calling {} should have returned an instance of BaseException, not {}",
                vm.repr(o).map_or_else(|_| String::new(), |r| r.to_string_lossy().into_owned()),
                vm.repr(made.class(vm).as_object())
                    .map_or_else(|_| String::new(), |r| r.to_string_lossy().into_owned())
            ))
        });
    }
    Err(vm.type_error("exceptions must derive from BaseException"))
}

fn cause_from(vm: &VirtualMachine, o: PyObject<'_>) -> PyResult<PyErr> {
    if let Some(e) = o.downcast::<PyBaseException>() {
        return Ok(e.to_ref());
    }
    if o.downcast::<PyType>().is_some_and(|t| t.has_flags(TypeFlags::BASE_EXC_SUBCLASS)) {
        return exception_from(vm, o);
    }
    Err(vm.type_error("exception causes must derive from BaseException"))
}

op!(escapes Reraise, |c| {
    let vm = c.vm();
    let n = c.oparg() as usize;
    // Further handlers are told where the exception first came from.
    let origin = if n > 0 { c.peek_object(n).small_int() } else { None };
    let e = c.pop_exception();
    vm.set_raised_again(e);
    crate::interp::unwind::reraise(c, origin.and_then(|u| u32::try_from(u).ok()))
});

op!(escapes WithExceptStart, |c| {
    let vm = c.vm();
    let exc = c.peek_object(0);
    let (exit, receiver) = (c.peek_object(4), c.peek(3).option());
    let typ = exc.class(vm).as_object();
    let tb = exc
        .downcast::<PyBaseException>()
        .and_then(|e| e.traceback.get())
        .unwrap_or_else(PyObjectRef::none);
    let r = match receiver {
        Some(r) => vm.call_positional(exit, &[r, typ, exc, tb.as_object()]),
        None => vm.call_positional(exit, &[typ, exc, tb.as_object()]),
    };
    let r = ok!(c, r);
    c.push_owned(r);
    c.advance(1);
    c.check_periodic()
});
