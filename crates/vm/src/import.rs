//! What import statements do; the machinery itself is importlib's, from embedded code.

use crate::prelude::*;

/// IMPORT_NAME: through `builtins.__import__`, whatever it is now.
pub fn import_name(
    vm: &VirtualMachine,
    import: PyObject<'_>,
    name: &Py<PyStr>,
    globals: &Py<PyDict>,
    locals: &PyObjectRef,
    fromlist: PyObject<'_>,
    level: PyObject<'_>,
) -> PyResult {
    vm.call_positional(
        import,
        &[name.as_object(), globals.as_object(), locals.as_object(), fromlist, level],
    )
}

/// IMPORT_FROM: an attribute of the module, or its submodule from `sys.modules`.
pub fn import_from(vm: &VirtualMachine, module: PyObject<'_>, name: &Py<PyStr>) -> PyResult {
    if let Some(v) = vm.get_attr_opt(module, name)? {
        return Ok(v);
    }
    let names = vm.names();
    let module_name = vm.get_attr_opt(module, &names.__name__)?;
    if let Some(m) = module_name.as_ref().and_then(|m| m.as_object().downcast::<PyStr>()) {
        let full = PyStr::from_parts(vm, &[m.as_bytes(), b".", name.as_bytes()]);
        if let Some(found) = vm.sys_modules().get_str(vm, &full)? {
            return Ok(found);
        }
    }
    let shown = module_name.as_ref().map_or_else(
        || "<unknown module name>".to_owned(),
        |m| {
            vm.str(m.as_object())
                .map_or_else(|_| String::new(), |s| s.to_string_lossy().into_owned())
        },
    );
    let text = name.to_string_lossy();
    Err(vm.import_error_msg(format!("cannot import name '{text}' from '{shown}'")))
}

/// `from module import *` into the running frame's namespace.
pub fn import_star(vm: &VirtualMachine, module: PyObject<'_>) -> PyResult<()> {
    let Some(ns) = vm.current_frame().and_then(|f| f.names()) else {
        return Err(vm.system_error("no locals found during 'import *'"));
    };
    let n = vm.names();
    let (names, skip_private) = match vm.get_attr_opt(module, &n.__all__)? {
        Some(all) => (vm.collect(all.as_object())?, false),
        None => {
            let Some(d) = vm.get_attr_opt(module, &n.__dict__)? else {
                return Err(
                    vm.import_error_msg("from-import-* object has no __dict__ and no __all__")
                );
            };
            (vm.collect(d.as_object())?, true)
        }
    };
    for name in names {
        let Some(s) = name.as_object().downcast::<PyStr>() else {
            let m = vm.get_attr(module, &n.__name__)?;
            let m = vm.str(m.as_object())?;
            return Err(vm.type_error(format!(
                "{} in {}.{} must be str, not {}",
                if skip_private { "Key" } else { "Item" },
                m.to_string_lossy(),
                if skip_private { "__dict__" } else { "__all__" },
                name.class(vm).display_name()
            )));
        };
        if skip_private && s.as_bytes().first() == Some(&b'_') {
            continue;
        }
        let v = vm.get_attr(module, s)?;
        vm.set_item(ns.as_object(), name.as_object(), v.as_object())?;
    }
    Ok(())
}

/// The module `name`, imported as `import name` would, and looked up in `sys.modules`: what
/// natives use for the Python half of a feature.
pub fn import_module(vm: &VirtualMachine, name: &Py<PyStr>) -> PyResult {
    if let Some(m) = vm.sys_modules().get_str(vm, name)?
        && !m.is_none()
    {
        return Ok(m);
    }
    let import = vm.builtin("__import__")?;
    vm.call_positional(import.as_object(), &[name.as_object()])?;
    match vm.sys_modules().get_str(vm, name)? {
        Some(m) => Ok(m),
        None => Err(vm.key_error(name.as_object())),
    }
}
