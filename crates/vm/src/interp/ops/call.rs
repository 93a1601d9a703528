//! Calls and returns.

use super::{ok, op, units};
use crate::builtins::code::PyCode;
use crate::builtins::function::PyFunction;
use crate::builtins::method::PyMethod;
use crate::interp::cursor::{Cursor, Next};
use crate::interp::dispatch::slow;
use crate::object::{StackRef, word};
use crate::prelude::*;
use bytecode::oparg::FunctionAttribute;

op!(escapes Call, |c| {
    let n = c.oparg() as usize;
    if c.peek(n).is_null() {
        let vm = c.vm();
        let callee = c.peek_object(n + 1);
        if let Some(m) = callee.downcast_exact::<PyMethod>(vm.type_of::<PyMethod>()) {
            if c.tick() && crate::interp::specialize::call_bound_method(c, m, n) {
                return Next::Go;
            }
            expand_method(c, n + 2, n);
            return call(c, n, 0, None, units::CALL);
        }
    }
    let argc = n + !c.peek(n).is_null() as usize;
    if c.tick() && crate::interp::specialize::call(c, c.peek_object(n + 1), argc) {
        return Next::Go;
    }
    call(c, n, 0, None, units::CALL)
});

op!(escapes CallKw, |c| {
    let n = c.oparg() as usize;
    // The names lie on top of the arguments: take them off, and let go of them at the end.
    let names = c.pop().into_owned();
    let Ok(names) = names.downcast::<PyTuple>() else {
        return c.error(c.vm().system_error(BAD_NAMES));
    };
    let are_names = names.as_slice().iter().all(|o| o.as_object().downcast::<PyStr>().is_some());
    if names.len() > n || !are_names {
        return c.error(c.vm().system_error(BAD_NAMES));
    }
    expand_method(c, n + 2, n);
    call(c, n, 1, Some(names), units::CALL_KW)
});

const BAD_NAMES: &str = "CALL_KW needs a tuple of names, no more than there are arguments";

/// A bound method in the callable's slot gives way to its function and receiver.
#[inline(always)]
pub fn expand_method(c: &mut Cursor, depth: usize, n: usize) {
    if !c.peek(n).is_null() {
        return;
    }
    let callee = c.peek(depth - 1);
    let vm = c.vm();
    if let Some(m) = callee.object().downcast_exact::<PyMethod>(vm.type_of::<PyMethod>()) {
        let (f, receiver) = (m.function.clone(), m.receiver.clone());
        c.poke(depth - 1, StackRef::from_owned(f));
        c.poke(n, StackRef::from_owned(receiver));
        callee.release();
    }
}

/// callable, self or NULL, `n` arguments: pushes a frame, or calls the native.  `extra` is
/// what an error puts back (the names of CALL_KW).
#[inline(always)]
fn call(
    c: &mut Cursor,
    n: usize,
    extra: usize,
    names: Option<PyRef<PyTuple>>,
    units: usize,
) -> Next {
    let vm = c.vm();
    let callee = c.peek_object(n + 1);
    let with_self = !c.peek(n).is_null();
    let argc = n + with_self as usize;
    if let Some(func) = callee.downcast::<PyFunction>()
        && func.is_plain(vm)
    {
        return match c.push_call(func, argc, names.as_deref(), units, n + 2) {
            Ok(()) => Next::Go,
            Err(e) => fail(c, extra, names, e),
        };
    }
    let list = ArgList::new(c.top_slice(argc), names.as_deref());
    let r = match vm.call(callee, list.args()) {
        Ok(r) => r,
        Err(e) => return fail(c, extra, names, e),
    };
    c.replace_call(n + 2, r);
    c.advance(units);
    drop(names);
    c.check_periodic()
}

#[cold]
fn fail(c: &mut Cursor, extra: usize, names: Option<PyRef<PyTuple>>, e: PyErr) -> Next {
    if extra == 1 {
        c.push(StackRef::from_option(names.map(Into::into)));
    }
    c.error(e)
}

/// The arguments of CALL_FUNCTION_EX, positional ones first, and the names of the others.
#[allow(clippy::type_complexity)]
pub fn call_arguments(c: &Cursor) -> PyResult<(Vec<PyObjectRef>, Option<PyRef<PyTuple>>)> {
    let vm = c.vm();
    let callee = c.peek_object(3);
    let positional = c.peek_object(1);
    let (receiver, keywords) = (c.peek(2).option(), c.peek(0).option());
    let keywords = match keywords {
        None => None,
        Some(kw) => match kw.downcast_exact::<PyDict>(&vm.types().dict) {
            Some(d) => Some(d.to_ref()),
            None => {
                let d = vm.new_dict();
                d.merge_keywords(vm, kw, callee)?;
                Some(d)
            }
        },
    };
    let named = keywords.as_ref().map_or(0, |d| d.len());
    let mut items: Vec<PyObjectRef> = match positional.downcast_exact::<PyTuple>(&vm.types().tuple)
    {
        Some(t) => {
            let mut items = Vec::with_capacity(1 + t.len() + named);
            items.extend(receiver.map(PyObject::to_owned));
            items.extend_from_slice(t.as_slice());
            items
        }
        None => match vm.collect(positional) {
            Ok(mut items) => {
                items.splice(0..0, receiver.map(PyObject::to_owned));
                items
            }
            Err(e) => {
                let typ = positional.class(vm);
                if typ.slots.iter.get().is_none() && typ.slots.sq_item.get().is_none() {
                    return Err(vm.type_error(format!(
                        "{} argument after * must be an iterable, not {}",
                        callee_text(vm, callee)?,
                        typ.display_name()
                    )));
                }
                return Err(e);
            }
        },
    };
    let Some(keywords) = keywords.filter(|d| !d.is_empty()) else { return Ok((items, None)) };
    let mut keys = Vec::with_capacity(named);
    let mut at = 0;
    while let Some((_, key, value)) = keywords.table().next_entry(&mut at) {
        if key.as_object().downcast::<PyStr>().is_none() {
            return Err(vm.type_error("keywords must be strings"));
        }
        keys.push(key);
        items.push(value);
    }
    Ok((items, Some(vm.new_tuple(keys))))
}

op!(escapes CallFunctionEx, |c| {
    let vm = c.vm();
    let callee = c.peek_object(3);
    let (items, names) = ok!(c, call_arguments(c));
    if let Some(func) = callee.downcast::<PyFunction>()
        && func.is_plain(vm)
    {
        let words: Vec<StackRef> =
            items.iter().map(|o| StackRef::from_borrowed(o.as_object())).collect();
        return match c.push_call_from(func, &words, names.as_deref(), 1, 4) {
            Ok(()) => Next::Go,
            Err(e) => c.error(e),
        };
    }
    let words: Vec<PyObject<'_>> = items.iter().map(|o| o.as_object()).collect();
    let r = ok!(c, vm.call(callee, ArgList::of(&words, names.as_deref()).args()));
    drop(words);
    drop(items);
    c.replace_call(4, r);
    c.advance(1);
    c.check_periodic()
});

/// A callable in messages: `module.function()`.
pub fn callee_text(vm: &VirtualMachine, callee: PyObject<'_>) -> PyResult<String> {
    let n = vm.names();
    let Some(q) = vm.get_attr_opt(callee, &n.__qualname__)? else {
        return Ok(vm.str(callee)?.to_string_lossy().into_owned());
    };
    let q = vm.str(q.as_object())?.to_string_lossy().into_owned();
    match vm.get_attr_opt(callee, &n.__module__)? {
        Some(m) if !m.is_none() => {
            let m = vm.str(m.as_object())?.to_string_lossy().into_owned();
            Ok(if m == "builtins" { format!("{q}()") } else { format!("{m}.{q}()") })
        }
        _ => Ok(format!("{q}()")),
    }
}

op!(escapes ReturnValue, |c| {
    let v = c.pop();
    let v = StackRef::from_owned(v.into_owned());
    match c.pop_frame_returning(v) {
        None => c.check_periodic(),
        // The caller stands at its call.
        Some(v) => wrong_init_result(c, v),
    }
});

op!(InterpreterExit, |c| {
    let v = c.pop();
    c.vm().set_result(v.counted());
    Next::Done
});

/// `__init__` gave something else than None.
#[cold]
fn wrong_init_result(c: &Cursor, v: StackRef) -> Next {
    let vm = c.vm();
    let v = v.into_owned();
    let given = v.class(vm).display_name();
    c.error(vm.type_error(format!("__init__() should return None, not '{given}'")))
}

op!(escapes
/// Only hand-made code has it: here, what returns from `__init__` looks.
ExitInitCheck, |c| {
    let v = c.pop();
    if v.bits() != word::NONE {
        return wrong_init_result(c, v);
    }
    c.advance(1);
    Next::Go
});

op!(escapes MakeFunction, |c| {
    let vm = c.vm();
    let Ok(code) = c.peek_object(0).to_owned().downcast::<PyCode>() else {
        return c.error(vm.system_error("MAKE_FUNCTION needs a code object"));
    };
    let f = ok!(c, PyFunction::create(vm, code, c.globals().to_ref(), None));
    c.replace_top(1, f.into());
    c.advance(1);
    c.check_periodic()
});

op!(escapes SetFunctionAttribute, |c| {
    let which = FunctionAttribute::from_bits_retain(c.oparg());
    let vm = c.vm();
    let value = c.peek_object(1).to_owned();
    let Some(func) = c.peek_object(0).downcast::<PyFunction>() else {
        return c.error(vm.system_error("SET_FUNCTION_ATTRIBUTE needs a function"));
    };
    if !func.set_part(which, value) {
        return c.error(vm.system_error("SET_FUNCTION_ATTRIBUTE has a value of the wrong type"));
    }
    if which == FunctionAttribute::ANNOTATE {
        func.name_annotate(vm);
    }
    let f = c.pop();
    c.drop_top();
    c.push(f);
    c.advance(1);
    c.check_periodic()
});

op!(escapes
/// `C(...)`: the instance is made here, on the caller's stack, and a frame of `C.__init__` goes
/// on top.
CallClass, |c| {
    let n = c.oparg() as usize;
    let callee = c.peek(n + 1);
    if !c.peek(n).is_null() || !c.is_class_of_version(callee, c.cache32(1)) {
        return slow!(Call);
    }
    match c.push_init(n) {
        Ok(true) => Next::Go,
        Ok(false) => slow!(Call),
        Err(e) => c.error(e),
    }
});
