//! What is said when `from module import name` finds no such name: what the module is, where
//! it comes from, and whether its file hides the module that was meant.

use crate::builtins::exception::families::PyImportError;
use crate::builtins::module::PyModule;
use crate::builtins::module::attributes::{is_initializing, is_stdlib_name, may_shadow, origin_of};
use crate::prelude::*;

/// The ImportError for a name that a module does not have; `own` is the module's name, if it
/// has one.
pub(super) fn error(
    vm: &VirtualMachine,
    module: PyObject<'_>,
    own: Option<&Py<PyStr>>,
    name: &Py<PyStr>,
) -> PyResult<PyErr> {
    let unknown = vm.intern("<unknown module name>");
    let shown = own.unwrap_or(&unknown);
    let mut origin = None;
    let msg = match vm.get_attr_opt(module, &vm.names().__spec__)? {
        None => format!("{} (unknown location)", plain(vm, name, shown)?),
        Some(spec) => {
            let file = origin_of(vm, spec.as_object())?;
            let shadows = may_shadow(vm, file.as_deref());
            let hides = shadows && is_stdlib_name(vm, shown.as_object())?;
            origin = match (file, module.downcast::<PyModule>()) {
                (Some(file), _) => Some(vm.new_str(file)),
                (None, Some(m)) => m.get(vm, "__file__")?.and_then(|f| f.downcast().ok()),
                (None, None) => None,
            };
            describe(vm, name, shown, origin.as_deref(), spec.as_object(), shadows, hides)?
        }
    };
    let error = vm.import_error(
        &vm.exc().import_error,
        &msg,
        own.map(Py::as_object),
        origin.as_ref().map(|o| o.as_object()),
    );
    if let Some(e) = error.as_object().downcast::<PyImportError>() {
        e.name_from.set(Some(name.to_ref().into()));
    }
    Ok(error)
}

fn quoted(vm: &VirtualMachine, text: &Py<PyStr>) -> PyResult<String> {
    Ok(vm.repr(text.as_object())?.to_string_lossy().into_owned())
}

fn plain(vm: &VirtualMachine, name: &Py<PyStr>, module: &Py<PyStr>) -> PyResult<String> {
    Ok(format!("cannot import name {} from {}", quoted(vm, name)?, quoted(vm, module)?))
}

fn describe(
    vm: &VirtualMachine,
    name: &Py<PyStr>,
    module: &Py<PyStr>,
    origin: Option<&Py<PyStr>>,
    spec: PyObject<'_>,
    shadows: bool,
    hides: bool,
) -> PyResult<String> {
    let plain = plain(vm, name, module)?;
    if let Some(file) = origin.filter(|_| hides) {
        return Ok(format!(
            "{plain} (consider renaming {} since it has the same name as the standard library \
             module named {} and prevents importing that standard library module)",
            quoted(vm, file)?,
            quoted(vm, module)?
        ));
    }
    if !is_initializing(vm, spec)? {
        let place = origin.map_or("unknown location".into(), |o| o.to_string_lossy());
        return Ok(format!("{plain} ({place})"));
    }
    if let Some(file) = origin.filter(|_| shadows) {
        return Ok(format!(
            "{plain} (consider renaming {} if it has the same name as a library you intended to \
             import)",
            quoted(vm, file)?
        ));
    }
    let circular = format!(
        "cannot import name {} from partially initialized module {} (most likely due to a \
         circular import)",
        quoted(vm, name)?,
        quoted(vm, module)?
    );
    Ok(match origin {
        Some(file) => format!("{circular} ({})", file.to_string_lossy()),
        None => circular,
    })
}
