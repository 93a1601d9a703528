//! Exception groups: `except*` and what re-raises its rest.

use crate::builtins::exception::PyBaseException;
use crate::builtins::exception::group::{Matcher, PyBaseExceptionGroup, split};
use crate::builtins::frame::PyFrame;
use crate::builtins::traceback::PyTraceback;
use crate::interp::ops::exceptions::{check_match_type, exception_matches};
use crate::prelude::*;
use std::collections::HashSet;

const NO_GROUPS: &str = "catching ExceptionGroup with except* is not allowed. Use except instead.";

/// `TypeError` unless `except*` may catch `typ`.
fn check_star_type(vm: &VirtualMachine, typ: PyObject<'_>) -> PyResult<()> {
    check_match_type(vm, typ)?;
    let is_group = |t: PyObject<'_>| {
        t.downcast::<PyType>().is_some_and(|t| t.is_subtype(&vm.exc().base_exception_group))
    };
    let bad = match typ.downcast::<PyTuple>() {
        Some(types) => types.as_slice().iter().any(|t| is_group(t.as_object())),
        None => is_group(typ),
    };
    if bad { Err(vm.type_error(NO_GROUPS)) } else { Ok(()) }
}

/// Splits the exception for `except* typ`: (matched, rest).
pub fn match_star(
    vm: &VirtualMachine,
    exc: PyObject<'_>,
    typ: PyObject<'_>,
) -> PyResult<(Option<PyObjectRef>, Option<PyObjectRef>)> {
    check_star_type(vm, typ)?;
    if exc.is_none() {
        return Ok((None, None));
    }
    let is_group = exc.downcast::<PyBaseExceptionGroup>().is_some();
    if exception_matches(vm, exc, typ) {
        if is_group {
            return Ok((Some(exc.to_owned()), None));
        }
        // A lone exception is caught as a group of one, raised here.
        let group = vm.exception_group("", vm.new_tuple(vec![exc.to_owned()]).as_object())?;
        if let Some(f) = vm.current_frame() {
            let lasti = (f.lasti() * 2) as i32;
            let tb = PyTraceback::create(vm, None, PyFrame::of(vm, f), lasti, -1);
            drop(group.traceback.replace(Some(tb.into())));
        }
        return Ok((Some(group.into()), None));
    }
    if !is_group {
        return Ok((None, Some(exc.to_owned())));
    }
    let pair = vm.call_method(exc, &vm.intern("split"), &[typ])?;
    let class = || exc.class(vm).display_name();
    let Some(halves) = pair.as_object().downcast_exact::<PyTuple>(&vm.types().tuple) else {
        return Err(vm.type_error(format!(
            "{}.split must return a tuple, not {}",
            class(),
            pair.class(vm).display_name()
        )));
    };
    let [matched, rest, ..] = halves.as_slice() else {
        return Err(vm.type_error(format!(
            "{}.split must return a 2-tuple, got tuple of size {}",
            class(),
            halves.len()
        )));
    };
    let given = |o: &PyObjectRef| (!o.is_none()).then(|| o.clone());
    Ok((given(matched), given(rest)))
}

/// What is raised after all `except*` clauses of a statement have run, or None: `raised` is
/// the list of what they raised and left over.
pub fn prepare_reraise(
    vm: &VirtualMachine,
    original: PyObject<'_>,
    raised: PyObject<'_>,
) -> PyResult {
    let Some(list) = raised.downcast::<PyList>() else {
        return Err(vm.system_error("except* keeps a list"));
    };
    let all: Vec<PyObjectRef> =
        list.items().to_vec().into_iter().filter(|e| !e.is_none()).collect();
    if original.downcast::<PyBaseExceptionGroup>().is_none() {
        // A lone exception was wrapped: at most one clause ran, or it goes on as it was.
        return Ok(all.into_iter().next().unwrap_or_else(PyObjectRef::none));
    }
    // What came out of the original with its metadata was not handled or raised anew: it
    // keeps the original's shape.
    let mut unhandled = HashSet::new();
    let mut fresh = Vec::new();
    for e in all {
        if same_metadata(vm, e.as_object(), original)? {
            collect_leaves(vm, e.as_object(), &mut unhandled)?;
        } else {
            fresh.push(e);
        }
    }
    let rest = split(vm, original, &Matcher::Identities(&unhandled), false)?.matched;
    if fresh.is_empty() {
        return Ok(rest.unwrap_or_else(PyObjectRef::none));
    }
    fresh.extend(rest);
    match fresh.len() {
        1 => Ok(fresh.remove(0)),
        _ => Ok(vm.exception_group("", vm.new_list(fresh).as_object())?.into()),
    }
}

/// Whether two exceptions share notes, traceback, cause and context.
fn same_metadata(vm: &VirtualMachine, a: PyObject<'_>, b: PyObject<'_>) -> PyResult<bool> {
    let (Some(x), Some(y)) = (a.downcast::<PyBaseException>(), b.downcast::<PyBaseException>())
    else {
        return Ok(false);
    };
    fn bits(o: Option<impl Into<PyObjectRef>>) -> Option<u64> {
        o.map(|o| o.into().bits())
    }
    let notes = &vm.names().__notes__;
    Ok(bits(x.traceback.get()) == bits(y.traceback.get())
        && bits(x.cause.get()) == bits(y.cause.get())
        && bits(x.context.get()) == bits(y.context.get())
        && bits(vm.get_attr_opt(a, notes)?) == bits(vm.get_attr_opt(b, notes)?))
}

fn collect_leaves(vm: &VirtualMachine, exc: PyObject<'_>, out: &mut HashSet<u64>) -> PyResult<()> {
    let Some(group) = exc.downcast::<PyBaseExceptionGroup>() else {
        out.insert(exc.bits());
        return Ok(());
    };
    let _guard = vm.enter_native(" in collect_exception_group_leaf_ids")?;
    for e in group.leaves(vm).as_slice() {
        collect_leaves(vm, e.as_object(), out)?;
    }
    Ok(())
}
