//! Type variables among the arguments of aliases and unions: which there are, and what
//! takes their place in a subscription.

use super::PyGenericAlias;
use crate::prelude::*;

/// The argument is a class itself, whatever it claims.
fn is_plain_class(o: PyObject<'_>) -> bool {
    o.downcast::<PyType>().is_some()
}

fn add_once(out: &mut Vec<PyObjectRef>, o: PyObjectRef) {
    if !out.iter().any(|x| x.is(&o)) {
        out.push(o);
    }
}

/// The type variables in `args`, in the order of their first appearance.
pub(crate) fn collect(vm: &VirtualMachine, args: &Py<PyTuple>) -> PyResult<PyRef<PyTuple>> {
    let mut out = Vec::new();
    collect_into(vm, args.as_slice(), &mut out)?;
    Ok(vm.new_tuple(out))
}

fn collect_into(
    vm: &VirtualMachine,
    args: &[PyObjectRef],
    out: &mut Vec<PyObjectRef>,
) -> PyResult<()> {
    let _guard = vm.enter_native(" while collecting type parameters")?;
    for a in args {
        let o = a.as_object();
        if is_plain_class(o) {
            continue;
        }
        if let Some(t) = o.downcast::<PyTuple>() {
            collect_into(vm, t.as_slice(), out)?;
            continue;
        }
        if let Some(l) = o.downcast::<PyList>() {
            collect_into(vm, &l.items().to_vec(), out)?;
            continue;
        }
        if vm.get_attr_opt(o, &vm.names().__typing_subst__)?.is_some() {
            add_once(out, a.clone());
            continue;
        }
        let Some(inner) = vm.get_attr_opt(o, &vm.names().__parameters__)? else { continue };
        if let Some(t) = inner.as_object().downcast::<PyTuple>() {
            t.as_slice().iter().for_each(|p| add_once(out, p.clone()));
        }
    }
    Ok(())
}

/// Arguments with `*tuple[...]` of known length written out.
fn unpack(vm: &VirtualMachine, item: PyObject<'_>) -> PyResult<Vec<PyObjectRef>> {
    let items = match item.downcast::<PyTuple>() {
        Some(t) => t.as_slice().to_vec(),
        None => vec![item.to_owned()],
    };
    let mut out = Vec::with_capacity(items.len());
    for i in items {
        let o = i.as_object();
        if !is_plain_class(o)
            && let Some(sub) = vm.get_attr_opt(o, &vm.names().__typing_unpacked_tuple_args__)?
            && let Some(t) = sub.as_object().downcast::<PyTuple>()
            && t.as_slice().last().is_none_or(|l| l.bits() != PyObjectRef::ellipsis().bits())
        {
            out.extend_from_slice(t.as_slice());
            continue;
        }
        out.push(i);
    }
    Ok(out)
}

/// `alias[item]`: the alias's arguments with `item` in place of its type variables.
pub(crate) fn substitute(
    vm: &VirtualMachine,
    alias: PyObject<'_>,
    args: &Py<PyTuple>,
    parameters: &Py<PyTuple>,
    item: PyObject<'_>,
) -> PyResult<PyRef<PyTuple>> {
    let n = parameters.len();
    if n == 0 {
        let shown = vm.repr(alias)?;
        return Err(vm.type_error(format!("{} is not a generic class", shown.to_string_lossy())));
    }
    let mut item: PyObjectRef = vm.new_tuple(unpack(vm, item)?).into();
    for p in parameters.as_slice() {
        let names = vm.names();
        if let Some(prepare) = vm.get_attr_opt(p.as_object(), &names.__typing_prepare_subst__)?
            && !prepare.is_none()
        {
            item = vm.call_positional(prepare.as_object(), &[alias, item.as_object()])?;
        }
    }
    let items = match item.as_object().downcast::<PyTuple>() {
        Some(t) => t.to_ref(),
        None => vm.new_tuple(vec![item.clone()]),
    };
    if items.len() != n {
        let shown = vm.repr(alias)?;
        return Err(vm.type_error(format!(
            "Too {} arguments for {}; actual {}, expected {}{n}",
            if items.len() > n { "many" } else { "few" },
            shown.to_string_lossy(),
            items.len(),
            if items.len() > n { "" } else { "at least " }
        )));
    }
    let new = replace(vm, args.as_slice(), parameters, &items)?;
    Ok(vm.new_tuple(new))
}

fn replace(
    vm: &VirtualMachine,
    args: &[PyObjectRef],
    parameters: &Py<PyTuple>,
    items: &Py<PyTuple>,
) -> PyResult<Vec<PyObjectRef>> {
    let _guard = vm.enter_native(" while substituting type parameters")?;
    let names = vm.names();
    let mut out = Vec::with_capacity(args.len());
    for a in args {
        let o = a.as_object();
        if is_plain_class(o) {
            out.push(a.clone());
            continue;
        }
        if let Some(t) = o.downcast::<PyTuple>() {
            let inner = replace(vm, t.as_slice(), parameters, items)?;
            out.push(vm.new_tuple(inner).into());
            continue;
        }
        if let Some(l) = o.downcast::<PyList>() {
            let inner = replace(vm, &l.items().to_vec(), parameters, items)?;
            out.push(vm.new_list(inner).into());
            continue;
        }
        // `Unpack[Ts]` gives a tuple, whose items take its place.
        let unpacked = is_unpacked(vm, o)?;
        let subst = vm.get_attr_opt(o, &names.__typing_subst__)?;
        let new = match subst {
            Some(subst) => {
                let at = parameters.as_slice().iter().position(|p| p.is(a));
                let Some(i) = at else {
                    let shown = vm.repr(o)?;
                    return Err(vm.type_error(format!(
                        "argument {} with __typing_subst__ was not found in __parameters__",
                        shown.to_string_lossy()
                    )));
                };
                vm.call_positional(subst.as_object(), &[items.as_slice()[i].as_object()])?
            }
            None => subscribe(vm, o, parameters, items)?,
        };
        if !unpacked {
            out.push(new);
            continue;
        }
        let Some(t) = new.as_object().downcast::<PyTuple>() else {
            return Err(vm.type_error(format!(
                "expected __typing_subst__ of {} objects to return a tuple, not {}",
                o.class(vm).display_name(),
                new.class(vm).display_name()
            )));
        };
        out.extend_from_slice(t.as_slice());
    }
    Ok(out)
}

fn is_unpacked(vm: &VirtualMachine, o: PyObject<'_>) -> PyResult<bool> {
    match vm.get_attr_opt(o, &vm.intern("__typing_is_unpacked_typevartuple__"))? {
        Some(v) => vm.is_true(v.as_object()),
        None => Ok(false),
    }
}

/// An argument that is generic itself, subscribed with what its variables stand for.
fn subscribe(
    vm: &VirtualMachine,
    o: PyObject<'_>,
    parameters: &Py<PyTuple>,
    items: &Py<PyTuple>,
) -> PyResult {
    let Some(own) = vm.get_attr_opt(o, &vm.names().__parameters__)? else {
        return Ok(o.to_owned());
    };
    let Some(own) = own.as_object().downcast::<PyTuple>() else { return Ok(o.to_owned()) };
    if own.is_empty() {
        return Ok(o.to_owned());
    }
    let mut sub = Vec::with_capacity(own.len());
    for p in own.as_slice() {
        match parameters.as_slice().iter().position(|q| q.is(p)) {
            Some(i) => {
                let v = &items.as_slice()[i];
                match v.as_object().downcast::<PyTuple>() {
                    Some(t) if p.class(vm).slots.iter.get().is_some() => {
                        sub.extend_from_slice(t.as_slice());
                    }
                    _ => sub.push(v.clone()),
                }
            }
            None => sub.push(p.clone()),
        }
    }
    let sub = vm.new_tuple(sub);
    vm.get_item(o, sub.as_object())
}

/// The class that `*tuple[int]` unpacks is `tuple`.
pub(super) fn unpacked_tuple_args(
    vm: &VirtualMachine,
    a: &PyGenericAlias,
) -> Option<PyRef<PyTuple>> {
    (a.starred && a.origin.is(&vm.types().tuple)).then(|| a.args.clone())
}

/// How a type shows inside another's repr: `int`, `list[int]`, `...`.
pub(crate) fn type_repr(vm: &VirtualMachine, o: PyObject<'_>) -> PyResult<Vec<u8>> {
    let names = vm.names();
    if o.bits() == PyObjectRef::ellipsis().bits() {
        return Ok(b"...".to_vec());
    }
    let origin = vm.get_attr_opt(o, &names.__origin__)?;
    let args = vm.get_attr_opt(o, &names.__args__)?;
    if origin.is_some() && args.is_some() {
        return Ok(vm.repr(o)?.as_bytes().to_vec());
    }
    let qualname = vm.get_attr_opt(o, &names.__qualname__)?;
    let module = vm.get_attr_opt(o, &names.__module__)?;
    let (Some(q), Some(m)) = (qualname, module) else {
        return Ok(vm.repr(o)?.as_bytes().to_vec());
    };
    let (Some(q), Some(m)) = (q.as_object().downcast::<PyStr>(), m.as_object().downcast::<PyStr>())
    else {
        return Ok(vm.repr(o)?.as_bytes().to_vec());
    };
    if m.as_bytes() == b"builtins" {
        return Ok(q.as_bytes().to_vec());
    }
    Ok([m.as_bytes(), b".", q.as_bytes()].concat())
}
