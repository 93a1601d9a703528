//! Attribute lookup on modules: `__getattr__` (PEP 562), and errors that tell apart a
//! missing name, a circular import, and a file that hides another module.

use super::PyModule;
use crate::prelude::*;
use crate::protocol::attributes::generic_lookup;

#[pymethods(name = attributes)]
impl PyModule {
    #[slot]
    fn getattro(zelf: &Py<PyModule>, vm: &VirtualMachine, name: &Py<PyStr>) -> PyResult {
        let obj = zelf.as_object();
        match generic_lookup(vm, obj, name) {
            Ok(Some(v)) => return Ok(v),
            Ok(None) => {}
            Err(e) if vm.is_error(&e, &vm.exc().attribute_error) => {}
            Err(e) => return Err(e),
        }
        if let Some(hook) = zelf.dict.get_str(vm, &vm.names().__getattr__)? {
            return vm.call_positional(hook.as_object(), &[name.as_object()]);
        }
        let msg = missing(vm, zelf, name)?;
        Err(vm.attribute_error(obj, name, &msg))
    }
}

/// True while the module of this `__spec__` runs for the first time.
pub fn is_initializing(vm: &VirtualMachine, spec: PyObject<'_>) -> PyResult<bool> {
    if spec.is_none() {
        return Ok(false);
    }
    match vm.get_attr_opt(spec, &vm.names()._initializing)? {
        Some(v) => vm.is_true(v.as_object()),
        None => Ok(false),
    }
}

/// The file a spec says the module comes from.
pub fn origin_of(vm: &VirtualMachine, spec: PyObject<'_>) -> PyResult<Option<String>> {
    let has = vm.get_attr_opt(spec, &vm.intern("has_location"))?;
    let Some(has) = has else { return Ok(None) };
    if !vm.is_true(has.as_object())? {
        return Ok(None);
    }
    let origin = vm.get_attr_opt(spec, &vm.names().origin)?;
    Ok(origin
        .and_then(|o| o.as_object().downcast::<PyStr>().map(|s| s.to_string_lossy().into_owned())))
}

/// True when the file lies in the directory that `sys.path` starts with because of the
/// command line: it may then hide a module that was meant.
pub fn may_shadow(vm: &VirtualMachine, origin: Option<&str>) -> bool {
    if vm.interp.settings.safe_path {
        return false;
    }
    let Some(first) = vm.interp.sys_path_0.get() else { return false };
    let Some((mut dir, file)) = origin.and_then(|o| o.rsplit_once('/')) else { return false };
    if file == "__init__.py" {
        match dir.rsplit_once('/') {
            Some((parent, _)) => dir = parent,
            None => return false,
        }
    }
    let mut first = first;
    if first.is_empty() {
        match std::env::current_dir() {
            Ok(d) => first = d.to_string_lossy().into_owned(),
            Err(_) => return false,
        }
    }
    dir == first
}

pub fn is_stdlib_name(vm: &VirtualMachine, name: PyObject<'_>) -> PyResult<bool> {
    match vm.sys_attr(&vm.intern("stdlib_module_names"))? {
        Some(set) => match set.class(vm).slots.contains.get() {
            Some(f) => f(vm, set.as_object(), name),
            None => Ok(false),
        },
        None => Ok(false),
    }
}

/// The message for a name that a module does not have.
fn missing(vm: &VirtualMachine, module: &Py<PyModule>, name: &Py<PyStr>) -> PyResult<Vec<u8>> {
    let own = module.dict.get_str(vm, &vm.names().__name__)?;
    let Some(own) = own.as_ref().and_then(|o| o.as_object().downcast::<PyStr>()) else {
        return Ok([b"module has no attribute '", name.as_bytes(), b"'"].concat());
    };
    let spec = module.dict.get_str(vm, &vm.names().__spec__)?;
    if let Some(spec) = spec.filter(|s| !s.is_none())
        && let Some(special) = unfinished(vm, own, spec.as_object(), name)?
    {
        return Ok(special.into_bytes());
    }
    let parts = [b"module '", own.as_bytes(), b"' has no attribute '", name.as_bytes(), b"'"];
    Ok(parts.concat())
}

/// What may be wrong with a module that was imported, and lacks a name.
fn unfinished(
    vm: &VirtualMachine,
    own: &Py<PyStr>,
    spec: PyObject<'_>,
    name: &Py<PyStr>,
) -> PyResult<Option<String>> {
    let (module_name, attr) = (own.to_string_lossy(), name.to_string_lossy());
    let plain = format!("module '{module_name}' has no attribute '{attr}'");
    let origin = origin_of(vm, spec)?;
    let shadows = may_shadow(vm, origin.as_deref());
    if shadows && is_stdlib_name(vm, own.as_object())? {
        let file = origin.unwrap_or_default();
        return Ok(Some(format!(
            "{plain} (consider renaming '{file}' since it has the same name as the standard \
             library module named '{module_name}' and prevents importing that standard library \
             module)"
        )));
    }
    if is_initializing(vm, spec)? {
        return Ok(Some(match origin {
            Some(file) if shadows => format!(
                "{plain} (consider renaming '{file}' if it has the same name as a library you \
                 intended to import)"
            ),
            Some(file) => format!(
                "partially initialized module '{module_name}' from '{file}' has no attribute \
                 '{attr}' (most likely due to a circular import)"
            ),
            None => format!(
                "partially initialized module '{module_name}' has no attribute '{attr}' (most \
                 likely due to a circular import)"
            ),
        }));
    }
    let pending = vm.get_attr_opt(spec, &vm.names()._uninitialized_submodules)?;
    if let Some(pending) = pending
        && let Some(contains) = pending.class(vm).slots.contains.get()
        && contains(vm, pending.as_object(), name.as_object())?
    {
        return Ok(Some(format!(
            "cannot access submodule '{attr}' of module '{module_name}' (most likely due to a \
             circular import)"
        )));
    }
    Ok(None)
}
