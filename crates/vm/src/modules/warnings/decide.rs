//! What becomes of a warning: registries of what has been shown, and filters.

use super::{Warning, python_half, show, state};
use crate::prelude::*;

/// Gives a warning (`warn_explicit`).
pub(super) fn give(vm: &VirtualMachine, w: &Warning<'_>) -> PyResult<()> {
    if w.module.is_some_and(PyObject::is_none) {
        return Ok(());
    }
    let registry = match w.registry.filter(|r| !r.is_none()) {
        None => None,
        Some(r) => match r.downcast::<PyDict>() {
            Some(d) => Some(d.to_ref()),
            None => return Err(vm.type_error("'registry' must be a dict or None")),
        },
    };
    let module = match w.module {
        Some(m) => m.to_owned(),
        None => module_of(vm, w.filename).into(),
    };
    let (text, category, message) = if vm.is_instance(w.message, vm.exc().warning.as_object())? {
        let class = PyObjectRef::from(w.message.class(vm).to_ref());
        (PyObjectRef::from(vm.str(w.message)?), class, w.message.to_owned())
    } else {
        let made = vm.call_positional(w.category, &[w.message])?;
        (w.message.to_owned(), w.category.to_owned(), made)
    };
    let key = vm.new_tuple(vec![text.clone(), category.clone(), vm.new_int(w.line)]);
    if let Some(r) = &registry
        && already_warned(vm, r, &key, false)?
    {
        return Ok(());
    }
    let (action, item) = action_for(vm, category.as_object(), text.as_object(), w.line, &module)?;
    let is = |name: &str| action.as_bytes() == name.as_bytes();
    if is("error") {
        return Err(message.downcast().unwrap_or_else(|other| {
            let name = other.class(vm).display_name();
            vm.type_error(format!("exceptions must derive from BaseException, not {name}"))
        }));
    }
    if is("ignore") {
        return Ok(());
    }
    let mut seen = false;
    if !is("always") && !is("all") {
        if let Some(r) = &registry {
            r.set(vm, key.as_object(), vm.new_bool(true))?;
        }
        let pair = || vm.new_tuple(vec![text.clone(), category.clone()]);
        if is("once") {
            let r = match registry {
                Some(r) => r,
                None => once_registry(vm)?,
            };
            seen = already_warned(vm, &r, &pair(), true)?;
        } else if is("module") {
            if let Some(r) = &registry {
                seen = already_warned(vm, r, &pair(), true)?;
            }
        } else if !is("default") {
            let (action, item) = (vm.repr(action.as_object())?, vm.repr(item.as_object())?);
            return Err(vm.runtime_error(format!(
                "Unrecognized action ({}) in warnings.filters:\n {}",
                action.to_string_lossy(),
                item.to_string_lossy()
            )));
        }
    }
    if seen {
        return Ok(());
    }
    show::show(vm, w, category.as_object(), text.as_object(), message.as_object())
}

/// A file name as a module name.
fn module_of(vm: &VirtualMachine, filename: PyObject<'_>) -> PyRef<PyStr> {
    let Some(name) = filename.downcast::<PyStr>() else { return vm.new_str("<unknown>") };
    match name.as_bytes() {
        b"" => vm.new_str("<unknown>"),
        bytes => vm.new_str_bytes(bytes.strip_suffix(b".py").unwrap_or(bytes)),
    }
}

/// Whether the registry knows the key; with `mark`, it does from now on.
fn already_warned(
    vm: &VirtualMachine,
    registry: &PyRef<PyDict>,
    key: &PyRef<PyTuple>,
    mark: bool,
) -> PyResult<bool> {
    let version = state(vm).filters_version.get();
    let name = &vm.names().version;
    let current =
        registry.get_str(vm, name)?.is_some_and(|v| v.as_object().small_int() == Some(version));
    if !current {
        let mut old = Vec::new();
        registry.clear_into(&mut old);
        drop(old);
        registry.set_str(vm, name, vm.new_int(version))?;
    } else if let Some(found) = registry.get(vm, key.as_object())?
        && vm.is_true(found.as_object())?
    {
        return Ok(true);
    }
    if mark {
        registry.set(vm, key.as_object(), vm.new_bool(true))?;
    }
    Ok(false)
}

fn once_registry(vm: &VirtualMachine) -> PyResult<PyRef<PyDict>> {
    let Some(found) = python_half(vm, "onceregistry", false)? else {
        return Ok(state(vm).once_registry.get());
    };
    let found = found.downcast::<PyDict>().map_err(|found| {
        vm.type_error(format!(
            "_warnings.onceregistry must be a dict, not '{}'",
            found.class(vm).display_name()
        ))
    })?;
    state(vm).once_registry.set(found.clone());
    Ok(found)
}

/// The filters that `catch_warnings` set for the running context.
fn context_filters(vm: &VirtualMachine) -> PyResult<Option<PyRef<PyList>>> {
    let Some(variable) = vm.interp.warnings_context.get() else { return Ok(None) };
    let none = PyObject::none();
    let context = vm.call_method(variable.as_object(), &vm.names().get, &[none])?;
    if context.is_none() {
        return Ok(None);
    }
    let filters = vm.get_attr(context.as_object(), &vm.intern("_filters"))?;
    match filters.downcast::<PyList>() {
        Ok(filters) => Ok(Some(filters)),
        Err(_) => Err(vm.value_error("warnings._filters must be a list")),
    }
}

/// What the first matching filter says, and the filter itself.
fn action_for(
    vm: &VirtualMachine,
    category: PyObject<'_>,
    text: PyObject<'_>,
    line: i64,
    module: &PyObjectRef,
) -> PyResult<(PyRef<PyStr>, PyObjectRef)> {
    let (filters, place) = match context_filters(vm)? {
        Some(filters) => (filters, "warnings._filters"),
        None => match python_half(vm, "filters", false)? {
            None => (state(vm).filters.get(), "warnings.filters"),
            Some(found) => match found.downcast::<PyList>() {
                Ok(filters) => {
                    state(vm).filters.set(filters.clone());
                    (filters, "warnings.filters")
                }
                Err(_) => return Err(vm.value_error("warnings.filters must be a list")),
            },
        },
    };
    let mut i = 0;
    // The list may change while a filter's regular expression runs.
    while let Some(item) = filters.items().get(i) {
        let parts = item.as_object().downcast::<PyTuple>();
        let Some([action, message, class, source, number]) = parts.map(|p| p.as_slice()) else {
            return Err(vm.value_error(format!("{place} item {i} isn't a 5-tuple")));
        };
        let Some(action) = action.as_object().downcast::<PyStr>() else {
            return Err(vm.type_error(format!(
                "action must be a string, not '{}'",
                action.class(vm).display_name()
            )));
        };
        let matched = vm.is_subclass(category, class.as_object())?
            && matches(vm, message.as_object(), text)?
            && matches(vm, source.as_object(), module.as_object())?
            && {
                let number = vm.to_i64(number.as_object())?;
                number == 0 || number == line
            };
        if matched {
            return Ok((action.to_ref(), item.clone()));
        }
        i += 1;
    }
    let action = match python_half(vm, "defaultaction", false)? {
        None => return Ok((state(vm).default_action.get(), vm.none())),
        Some(a) => a,
    };
    match action.downcast::<PyStr>() {
        Ok(action) => {
            state(vm).default_action.set(action.clone());
            Ok((action, vm.none()))
        }
        Err(other) => Err(vm.type_error(format!(
            "_warnings.defaultaction must be a string, not '{}'",
            other.class(vm).display_name()
        ))),
    }
}

/// None matches everything, a plain string itself, and anything else by its `match`.
fn matches(vm: &VirtualMachine, pattern: PyObject<'_>, value: PyObject<'_>) -> PyResult<bool> {
    if pattern.is_none() {
        return Ok(true);
    }
    if let Some(p) = pattern.downcast_exact::<PyStr>(&vm.types().str) {
        return Ok(value.downcast::<PyStr>().is_some_and(|v| v.as_bytes() == p.as_bytes()));
    }
    let r = vm.call_method(pattern, &vm.intern("match"), &[value])?;
    vm.is_true(r.as_object())
}
