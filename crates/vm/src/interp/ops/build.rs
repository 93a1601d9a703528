//! Containers, strings and intrinsics: instructions that make something of the stack's top.

use super::{ok, op, units};
use crate::builtins::list::PyList;
use crate::builtins::set::PySet;
use crate::builtins::slice::PySlice;
use crate::interp::cursor::{Cursor, Next};
use crate::interp::dispatch::slow;
use crate::object::PyObjectRef;
use crate::prelude::*;
use bytecode::oparg;

/// Takes the top `n` words off as owned objects, lowest first.
fn take(c: &mut Cursor, n: usize) -> Vec<PyObjectRef> {
    let items = c.top_slice(n).iter().map(|s| s.into_owned()).collect();
    c.forget(n);
    items
}

/// The container that an instruction fills, `depth` below the top.  Only hand-made code can
/// have something else there.
fn below<'s, T: PyPayload>(c: &Cursor, depth: usize) -> PyResult<&'s Py<T>> {
    c.peek_object(depth)
        .downcast::<T>()
        .ok_or_else(|| c.vm().system_error("an instruction finds no container to fill"))
}

op!(escapes BuildTuple, |c| {
    let n = c.oparg() as usize;
    let items = c.top_slice(n).iter().map(|s| s.into_owned());
    let t = PyTuple::from_exact(c.vm(), n, items);
    c.forget(n);
    c.push_owned(t.into());
    c.advance(1);
    Next::Go
});

op!(escapes BuildList, |c| {
    let n = c.oparg() as usize;
    let items = take(c, n);
    let l = c.vm().new_list(items);
    c.push_owned(l.into());
    c.advance(1);
    Next::Go
});

op!(escapes BuildSet, |c| {
    let n = c.oparg() as usize;
    let vm = c.vm();
    let set = vm.new_object(PySet::new());
    for s in c.top_slice(n) {
        ok!(c, set.add(vm, s.object()));
    }
    c.drop_n(n);
    c.push_owned(set.into());
    c.advance(1);
    c.check_periodic()
});

op!(escapes BuildMap, |c| {
    let n = c.oparg() as usize;
    let vm = c.vm();
    let d = vm.new_dict();
    for pair in c.top_slice(2 * n).chunks_exact(2) {
        ok!(c, d.set(vm, pair[0].object(), pair[1].object().to_owned()));
    }
    c.drop_n(2 * n);
    c.push_owned(d.into());
    c.advance(1);
    c.check_periodic()
});

op!(escapes BuildSlice, |c| {
    let n = c.oparg() as usize;
    let vm = c.vm();
    let part = |i: usize| if i < n { c.peek_object(n - 1 - i) } else { PyObject::none() };
    let parts = [part(0), part(1), part(2)];
    if let Some(list) = subscript_of_list(c, parts, n) {
        c.drop_n(n);
        c.replace_top(1, list);
        c.advance(1 + units::BINARY_OP);
        return c.check_periodic();
    }
    let s = PySlice::create(vm, parts.map(PyObject::to_owned));
    c.drop_n(n);
    c.push_owned(s.into());
    c.advance(1);
    Next::Go
});

/// What the subscript right behind gives for the slice, if the container below its `n` parts
/// is a list and they are plain: then nobody needs the slice itself.
fn subscript_of_list(c: &Cursor, parts: [PyObject<'_>; 3], n: usize) -> Option<PyObjectRef> {
    let next = c.peek_unit(1);
    if next.op() != bytecode::Opcode::BinaryOpSubscript.byte()
        || c.depth() <= n
        || c.peek(n).is_null()
    {
        return None;
    }
    let list = c.peek_object(n).exact::<PyList>()?;
    Some(c.vm().new_list(list.plain_slice(parts)?).into())
}

op!(escapes BuildString, |c| {
    let n = c.oparg() as usize;
    let vm = c.vm();
    let parts: Option<Vec<&[u8]>> = c
        .top_slice(n)
        .iter()
        .map(|s| s.object().downcast::<PyStr>().map(|s| s.as_bytes()))
        .collect();
    let Some(parts) = parts else { return c.error(vm.system_error("BUILD_STRING joins strings")) };
    let s = PyStr::from_parts(vm, &parts);
    c.drop_n(n);
    c.push_owned(s.into());
    c.advance(1);
    c.check_periodic()
});

op!(escapes BuildTemplate, |c| {
    let vm = c.vm();
    let t = ok!(c, crate::builtins::template::new_template(vm, c.peek_object(1), c.peek_object(0)));
    c.replace_top(2, t);
    c.advance(1);
    c.check_periodic()
});

op!(escapes BuildInterpolation, |c| {
    let vm = c.vm();
    let (conversion, has_spec) =
        oparg::unpack_interpolation(c.oparg()).expect("verified operand");
    let n = 2 + has_spec as usize;
    let spec = has_spec.then(|| c.peek_object(0));
    let (value, text) = (c.peek_object(n - 1), c.peek_object(n - 2));
    let i = ok!(
        c,
        crate::builtins::template::new_interpolation(vm, value, text, conversion, spec)
    );
    c.replace_top(n, i);
    c.advance(1);
    c.check_periodic()
});

op!(ListAppend, |c| {
    if !c.append_within_room(c.oparg() as usize) {
        return slow!(ListAppendSlow);
    }
    c.advance(1);
    Next::Go
});

op!(escapes ListAppendSlow, |c| {
    let v = c.pop().into_owned();
    let list = ok!(c, below::<PyList>(c, c.oparg() as usize - 1));
    ok!(c, c.vm().check_room(list.items.growth()));
    list.items.push(v);
    c.advance(1);
    Next::Go
});

op!(escapes ListExtend, |c| {
    let vm = c.vm();
    let iterable = c.peek_object(0);
    let list = ok!(c, below::<PyList>(c, c.oparg() as usize));
    if let Err(e) = list.extend_from(vm, iterable) {
        let iterable_at_all = iterable.class(vm).slots.iter.get().is_some()
            || iterable.class(vm).slots.sq_item.get().is_some();
        if vm.is_error(&e, &vm.exc().type_error) && !iterable_at_all {
            return c.error(vm.type_error(format!(
                "Value after * must be an iterable, not {}",
                iterable.class(vm).display_name()
            )));
        }
        return c.error(e);
    }
    c.drop_top();
    c.advance(1);
    c.check_periodic()
});

op!(escapes SetAdd, |c| {
    let at = c.oparg() as usize;
    let Some(set) = c.peek_object(at).downcast::<PySet>() else {
        // A module may have rebound the set of its conditional annotations.
        let name = c.peek_object(at).class(c.vm()).display_name();
        return c.error(c.vm().type_error(format!("'{name}' object is not a set")));
    };
    ok!(c, set.add(c.vm(), c.peek_object(0)));
    c.drop_top();
    c.advance(1);
    c.check_periodic()
});

op!(escapes SetUpdate, |c| {
    let vm = c.vm();
    let set = ok!(c, below::<PySet>(c, c.oparg() as usize));
    ok!(c, set.update(vm, c.peek_object(0)));
    c.drop_top();
    c.advance(1);
    c.check_periodic()
});

op!(escapes MapAdd, |c| {
    let d = ok!(c, below::<PyDict>(c, c.oparg() as usize + 1));
    ok!(c, d.set(c.vm(), c.peek_object(1), c.peek_object(0).to_owned()));
    c.drop_n(2);
    c.advance(1);
    c.check_periodic()
});

op!(escapes DictUpdate, |c| {
    let vm = c.vm();
    let source = c.peek_object(0);
    let d = ok!(c, below::<PyDict>(c, c.oparg() as usize));
    if let Err(e) = d.update_from(vm, source) {
        if vm.is_error(&e, &vm.exc().attribute_error) {
            return c.error(vm.type_error(format!(
                "'{}' object is not a mapping",
                source.class(vm).display_name()
            )));
        }
        return c.error(e);
    }
    c.drop_top();
    c.advance(1);
    c.check_periodic()
});

op!(escapes DictMerge, |c| {
    let vm = c.vm();
    let n = c.oparg() as usize;
    let source = c.peek_object(0);
    let d = ok!(c, below::<PyDict>(c, n));
    // Below the dict: the positional arguments, self or NULL, the callable.
    let callee = c.peek_object(n + 3);
    if let Err(e) = d.merge_keywords(vm, source, callee) {
        return c.error(e);
    }
    c.drop_top();
    c.advance(1);
    c.check_periodic()
});

op!(escapes FormatSimple, |c| {
    let vm = c.vm();
    let v = c.peek_object(0);
    if !v.downcast::<PyStr>().is_some_and(|s| s.is_exact()) {
        let empty = &vm.names().empty_str;
        let s = ok!(c, vm.format(v, empty.as_object()));
        c.replace_top(1, s.into());
    }
    c.advance(1);
    c.check_periodic()
});

op!(escapes FormatWithSpec, |c| {
    let s = ok!(c, c.vm().format(c.peek_object(1), c.peek_object(0)));
    c.replace_top(2, s.into());
    c.advance(1);
    c.check_periodic()
});

op!(escapes ConvertValue, |c| {
    let vm = c.vm();
    let v = c.peek_object(0);
    let s = match oparg::Conversion::from_oparg(c.oparg()) {
        Some(oparg::Conversion::Str) => ok!(c, vm.str(v)),
        Some(oparg::Conversion::Repr) => ok!(c, vm.repr(v)),
        Some(oparg::Conversion::Ascii) => ok!(c, vm.ascii(v)),
        _ => unreachable!("verified operand"),
    };
    c.replace_top(1, s.into());
    c.advance(1);
    c.check_periodic()
});

op!(escapes UnpackSequence, |c| {
    let n = c.oparg() as usize;
    let vm = c.vm();
    let v = c.peek_object(0);
    if c.tick() && crate::interp::specialize::unpack_sequence(c, v) {
        return Next::Go;
    }
    let items = ok!(c, unpack(vm, v, n, None));
    c.drop_top();
    items.into_iter().rev().for_each(|x| c.push_owned(x));
    c.advance(units::UNPACK_SEQUENCE);
    c.check_periodic()
});

op!(escapes UnpackEx, |c| {
    let (before, after) = oparg::unpack_unpack_ex(c.oparg());
    let vm = c.vm();
    let items = ok!(c, unpack(vm, c.peek_object(0), before, Some(after)));
    c.drop_top();
    items.into_iter().rev().for_each(|x| c.push_owned(x));
    c.advance(1);
    c.check_periodic()
});

/// Exactly `before` items, or with `after` a list of what lies between.
fn unpack(
    vm: &VirtualMachine,
    v: PyObject<'_>,
    before: usize,
    after: Option<usize>,
) -> PyResult<Vec<PyObjectRef>> {
    if after.is_none() {
        if let Some(t) = v.downcast_exact::<PyTuple>(&vm.types().tuple)
            && t.len() == before
        {
            return Ok(t.as_slice().to_vec());
        }
        if let Some(l) = v.downcast_exact::<PyList>(&vm.types().list)
            && l.len() == before
        {
            return Ok(l.items.to_vec());
        }
    }
    let typ = v.class(vm);
    if typ.slots.iter.get().is_none() && typ.slots.sq_item.get().is_none() {
        return Err(
            vm.type_error(format!("cannot unpack non-iterable {} object", typ.display_name()))
        );
    }
    let it = vm.get_iter(v)?;
    let mut items = Vec::with_capacity(before);
    while items.len() < before {
        match vm.iter_next(it.as_object())? {
            Some(x) => items.push(x),
            None => {
                let what = if after.is_some() { "at least " } else { "" };
                let want = before + after.unwrap_or(0);
                return Err(vm.value_error(format!(
                    "not enough values to unpack (expected {what}{want}, got {})",
                    items.len()
                )));
            }
        }
    }
    let Some(after) = after else {
        if vm.iter_next(it.as_object())?.is_none() {
            return Ok(items);
        }
        let sized = v.downcast_exact::<PyTuple>(&vm.types().tuple).map(|t| t.len());
        let sized = sized.or_else(|| v.downcast_exact::<PyList>(&vm.types().list).map(|l| l.len()));
        let sized = sized.or_else(|| v.downcast_exact::<PyDict>(&vm.types().dict).map(|d| d.len()));
        let got = sized.map_or_else(String::new, |n| format!(", got {n}"));
        return Err(vm.value_error(format!("too many values to unpack (expected {before}{got})")));
    };
    let mut rest = Vec::new();
    while let Some(x) = vm.iter_next(it.as_object())? {
        rest.push(x);
    }
    if rest.len() < after {
        return Err(vm.value_error(format!(
            "not enough values to unpack (expected at least {}, got {})",
            before + after,
            before + rest.len()
        )));
    }
    let tail = rest.split_off(rest.len() - after);
    items.push(vm.new_list(rest).into());
    items.extend(tail);
    Ok(items)
}

op!(escapes CallIntrinsic1, |c| {
    let which = oparg::Intrinsic1::from_oparg(c.oparg()).expect("verified operand");
    let r = ok!(c, crate::interp::intrinsics::call_1(c.vm(), which, c.peek_object(0)));
    c.replace_top(1, r);
    c.advance(1);
    c.check_periodic()
});

op!(escapes CallIntrinsic2, |c| {
    let which = oparg::Intrinsic2::from_oparg(c.oparg()).expect("verified operand");
    let r = ok!(
        c,
        crate::interp::intrinsics::call_2(c.vm(), which, c.peek_object(1), c.peek_object(0))
    );
    c.replace_top(2, r);
    c.advance(1);
    c.check_periodic()
});
