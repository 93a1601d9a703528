//! `match` statements.

use super::{ok, op};
use crate::interp::cursor::Next;
use crate::prelude::*;

op!(escapes MatchMapping, |c| {
    let vm = c.vm();
    let is = c.peek_object(0).class(vm).has_flags(TypeFlags::MAPPING);
    c.push_owned(PyObjectRef::from_bool(is));
    c.advance(1);
    Next::Go
});

op!(escapes MatchSequence, |c| {
    let vm = c.vm();
    let is = c.peek_object(0).class(vm).has_flags(TypeFlags::SEQUENCE);
    c.push_owned(PyObjectRef::from_bool(is));
    c.advance(1);
    Next::Go
});

op!(escapes MatchKeys, |c| {
    let values = ok!(c, match_keys(c.vm(), c.peek_object(1), c.peek_object(0)));
    c.push_owned(values);
    c.advance(1);
    c.check_periodic()
});

fn match_keys(vm: &VirtualMachine, subject: PyObject<'_>, keys: PyObject<'_>) -> PyResult {
    let Some(keys) = keys.downcast::<PyTuple>() else {
        return Err(vm.system_error("MATCH_KEYS needs a tuple of keys"));
    };
    let mut values = Vec::with_capacity(keys.len());
    if keys.is_empty() {
        return Ok(vm.new_tuple(values).into());
    }
    // `get` with a default of our own: a mapping must not be changed by being matched.
    let get = vm.get_attr(subject, &vm.names().get)?;
    let absent = vm.new_object(crate::builtins::object::PyBaseObject);
    let seen = crate::builtins::set::PySet::new();
    for k in keys.as_slice() {
        if !seen.add(vm, k.as_object())? {
            let k = vm.repr(k.as_object())?;
            return Err(vm.value_error(format!(
                "mapping pattern checks duplicate key ({})",
                k.to_string_lossy()
            )));
        }
        let v = vm.call_positional(get.as_object(), &[k.as_object(), absent.as_object()])?;
        if v.is(&absent) {
            return Ok(PyObjectRef::none());
        }
        values.push(v);
    }
    Ok(vm.new_tuple(values).into())
}

op!(escapes MatchClass, |c| {
    let n = c.oparg() as usize;
    let r = ok!(
        c,
        match_class(c.vm(), c.peek_object(2), c.peek_object(1), n, c.peek_object(0))
    );
    c.replace_top(3, r);
    c.advance(1);
    c.check_periodic()
});

fn match_class(
    vm: &VirtualMachine,
    subject: PyObject<'_>,
    cls: PyObject<'_>,
    positional: usize,
    names: PyObject<'_>,
) -> PyResult {
    let Some(typ) = cls.downcast::<PyType>() else {
        return Err(vm.type_error("called match pattern must be a class"));
    };
    let Some(names) = names.downcast::<PyTuple>() else {
        return Err(vm.system_error("MATCH_CLASS needs a tuple of names"));
    };
    if !vm.is_instance(subject, cls)? {
        return Ok(PyObjectRef::none());
    }
    let mut seen: Vec<PyObjectRef> = Vec::new();
    let mut values = Vec::with_capacity(positional + names.len());
    let tname = typ.display_name();
    let mut attribute = |name: PyObject<'_>| -> PyResult<Option<PyObjectRef>> {
        let Some(text) = name.downcast::<PyStr>() else {
            return Err(vm.system_error("MATCH_CLASS needs names that are strings"));
        };
        if seen.iter().any(|s| {
            s.as_object().downcast::<PyStr>().is_some_and(|s| s.as_bytes() == text.as_bytes())
        }) {
            let r = vm.repr(name)?;
            return Err(vm.type_error(format!(
                "{tname}() got multiple sub-patterns for attribute {}",
                r.to_string_lossy()
            )));
        }
        seen.push(name.to_owned());
        vm.get_attr_opt(subject, text)
    };
    if positional > 0 {
        let declared = vm.get_attr_opt(cls, &vm.names().__match_args__)?;
        let allowed = match &declared {
            Some(args) => match args.as_object().downcast_exact::<PyTuple>(&vm.types().tuple) {
                Some(t) => t.len(),
                None => {
                    return Err(vm.type_error(format!(
                        "{tname}.__match_args__ must be a tuple (got {})",
                        args.class(vm).display_name()
                    )));
                }
            },
            None => typ.has_flags(TypeFlags::MATCH_SELF) as usize,
        };
        if allowed < positional {
            return Err(vm.type_error(format!(
                "{tname}() accepts {allowed} positional sub-pattern{} ({positional} given)",
                if allowed == 1 { "" } else { "s" }
            )));
        }
        match &declared {
            None => values.push(subject.to_owned()),
            Some(args) => {
                let args = args.as_object().expect_payload::<PyTuple>();
                for name in &args.as_slice()[..positional] {
                    if name.as_object().downcast::<PyStr>().is_none() {
                        return Err(vm.type_error(format!(
                            "__match_args__ elements must be strings (got {})",
                            name.class(vm).display_name()
                        )));
                    }
                    match attribute(name.as_object())? {
                        Some(v) => values.push(v),
                        None => return Ok(PyObjectRef::none()),
                    }
                }
            }
        }
    }
    for name in names.as_slice() {
        match attribute(name.as_object())? {
            Some(v) => values.push(v),
            None => return Ok(PyObjectRef::none()),
        }
    }
    Ok(vm.new_tuple(values).into())
}
