//! `__build_class__`: what a class statement calls.

use crate::builtins::cell::PyCellObject;
use crate::builtins::function::PyFunction;
use crate::prelude::*;

#[pymodule_part(name = "builtins")]
pub mod part {
    use super::*;

    /// What a class statement calls: makes the class whose body is func.
    #[function]
    fn __build_class__(vm: &VirtualMachine, args: Args<'_>) -> PyResult {
        super::build_class(vm, args)
    }
}

/// Runs a class body in the namespace that the metaclass prepares, and calls the metaclass.
pub fn build_class(vm: &VirtualMachine, args: Args<'_>) -> PyResult {
    if args.len() < 2 {
        return Err(vm.type_error("__build_class__: not enough arguments"));
    }
    let Some(func) = args.at(0).downcast::<PyFunction>() else {
        return Err(vm.type_error("__build_class__: func must be a function"));
    };
    let Some(name) = args.at(1).downcast::<PyStr>() else {
        return Err(vm.type_error("__build_class__: name is not a string"));
    };
    let given = vm.new_tuple(args.positional().skip(2).map(PyObject::to_owned).collect());
    let bases = resolve_bases(vm, &given)?;
    let mut metaclass = None;
    let mut keywords = Vec::new();
    for (k, v) in args.keywords() {
        if k.as_bytes() == b"metaclass" {
            metaclass = Some(v.to_owned());
        } else {
            keywords.push((k.to_ref(), v));
        }
    }
    let mut meta: PyObjectRef = match metaclass {
        Some(m) => m,
        None => match bases.as_slice().first() {
            None => vm.types().type_.clone().into(),
            Some(b) => b.class(vm).to_ref().into(),
        },
    };
    let is_class = meta.as_object().downcast::<PyType>().is_some();
    if let Some(t) = meta.as_object().downcast::<PyType>() {
        meta = winning_metaclass(vm, t, &bases)?.into();
    }
    let namespace = prepare(vm, &meta, is_class, name, &bases, &keywords)?;
    let cell = crate::interp::calls::run_body(vm, func.to_ref(), namespace.clone())?;
    if !bases.is(&given) {
        let key = vm.names().__orig_bases__.as_object();
        vm.set_item(namespace.as_object(), key, given.as_object())?;
    }
    let class = call_meta(vm, meta.as_object(), name, &bases, Some(&namespace), &keywords)?;
    check_class_cell(vm, &class, &cell, name)?;
    Ok(class)
}

/// The bases with `__mro_entries__` of those that are no classes; the same tuple when there
/// are none.
fn resolve_bases(vm: &VirtualMachine, given: &PyRef<PyTuple>) -> PyResult<PyRef<PyTuple>> {
    let mut replaced: Option<Vec<PyObjectRef>> = None;
    for (i, base) in given.as_slice().iter().enumerate() {
        let entries = if base.as_object().downcast::<PyType>().is_some() {
            None
        } else {
            vm.get_attr_opt(base.as_object(), &vm.names().__mro_entries__)?
        };
        let Some(entries) = entries else {
            if let Some(r) = &mut replaced {
                r.push(base.clone());
            }
            continue;
        };
        let new = vm.call_positional(entries.as_object(), &[given.as_object()])?;
        let Some(new) = new.as_object().downcast::<PyTuple>() else {
            return Err(vm.type_error("__mro_entries__ must return a tuple"));
        };
        replaced
            .get_or_insert_with(|| given.as_slice()[..i].to_vec())
            .extend(new.as_slice().iter().cloned());
    }
    Ok(match replaced {
        Some(items) => vm.new_tuple(items),
        None => given.clone(),
    })
}

/// The most derived of the metaclass and those of the bases.
fn winning_metaclass(
    vm: &VirtualMachine,
    meta: &Py<PyType>,
    bases: &Py<PyTuple>,
) -> PyResult<PyRef<PyType>> {
    let mut winner = meta.to_ref();
    for base in bases.as_slice() {
        let t = base.class(vm);
        if winner.is_subtype(t) {
            continue;
        }
        if t.is_subtype(&winner) {
            winner = t.to_ref();
            continue;
        }
        return Err(vm.type_error(
            "metaclass conflict: the metaclass of a derived class must be a (non-strict) \
             subclass of the metaclasses of all its bases",
        ));
    }
    Ok(winner)
}

/// `callee(name, bases[, namespace], **keywords)`.
fn call_meta(
    vm: &VirtualMachine,
    callee: PyObject<'_>,
    name: &Py<PyStr>,
    bases: &Py<PyTuple>,
    namespace: Option<&PyObjectRef>,
    keywords: &[(PyRef<PyStr>, PyObject<'_>)],
) -> PyResult {
    let mut values = vec![name.as_object(), bases.as_object()];
    values.extend(namespace.map(PyObjectRef::as_object));
    if keywords.is_empty() {
        return vm.call_positional(callee, &values);
    }
    values.extend(keywords.iter().map(|(_, v)| *v));
    let names = vm.new_tuple(keywords.iter().map(|(k, _)| k.clone().into()).collect());
    vm.call(callee, ArgList::of(&values, Some(&names)).args())
}

fn prepare(
    vm: &VirtualMachine,
    meta: &PyObjectRef,
    is_class: bool,
    name: &Py<PyStr>,
    bases: &Py<PyTuple>,
    keywords: &[(PyRef<PyStr>, PyObject<'_>)],
) -> PyResult {
    if meta.is(&vm.types().type_) {
        return Ok(vm.new_dict().into());
    }
    let Some(f) = vm.get_attr_opt(meta.as_object(), &vm.names().__prepare__)? else {
        return Ok(vm.new_dict().into());
    };
    let ns = call_meta(vm, f.as_object(), name, bases, None, keywords)?;
    if ns.class(vm).slots.subscript.get().is_none() {
        let of = match meta.as_object().downcast::<PyType>() {
            Some(t) if is_class => t.name().to_string_lossy().into_owned(),
            _ => "<metaclass>".to_owned(),
        };
        return Err(vm.type_error(format!(
            "{of}.__prepare__() must return a mapping, not {}",
            ns.class(vm).display_name()
        )));
    }
    Ok(ns)
}

/// The body's `__class__` cell must hold the new class by now.
fn check_class_cell(
    vm: &VirtualMachine,
    class: &PyObjectRef,
    cell: &PyObjectRef,
    name: &Py<PyStr>,
) -> PyResult<()> {
    let (Some(_), Some(cell)) =
        (class.as_object().downcast::<PyType>(), cell.as_object().downcast::<PyCellObject>())
    else {
        return Ok(());
    };
    let repr = |o: PyObject<'_>| vm.repr(o).map(|s| s.to_string_lossy().into_owned());
    match cell.get() {
        None => Err(vm.runtime_error(format!(
            "__class__ not set defining {} as {}. Was __classcell__ propagated to type.__new__?",
            repr(name.as_object())?,
            repr(class.as_object())?
        ))),
        Some(c) if !c.is(class) => Err(vm.type_error(format!(
            "__class__ set to {} defining {} as {}",
            repr(c.as_object())?,
            repr(name.as_object())?,
            repr(class.as_object())?
        ))),
        Some(_) => Ok(()),
    }
}
