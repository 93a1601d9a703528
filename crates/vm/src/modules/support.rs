//! What native modules need of others: importing, warning, calling a builtin by name.

use crate::prelude::*;

/// `import name`, answering the module itself (`a.b`, not `a`).
pub fn import(vm: &VirtualMachine, name: &str) -> PyResult {
    let key = vm.intern(name);
    if let Some(m) = vm.sys_modules().get_str(vm, &key)?
        && !m.is_none()
    {
        return Ok(m);
    }
    let Some(import) = vm.builtins_dict().get_str(vm, &vm.names().__import__)? else {
        return Err(vm.import_error_msg("__import__ not found"));
    };
    let empty = vm.new_dict();
    let fromlist = vm.new_tuple(vec![vm.new_str("*").into()]);
    let level = vm.new_int(0);
    let dict = empty.as_object();
    vm.call_positional(
        import.as_object(),
        &[key.as_object(), dict, dict, fromlist.as_object(), level.as_object()],
    )
}

/// `module.name(*args)`.
pub fn call_in(vm: &VirtualMachine, module: &str, name: &str, args: &[PyObject<'_>]) -> PyResult {
    let m = import(vm, module)?;
    let f = vm.get_attr(m.as_object(), &vm.intern(name))?;
    vm.call_positional(f.as_object(), args)
}

/// Calls a function or type of `builtins`.
pub fn call_builtin(vm: &VirtualMachine, name: &str, args: &[PyObject<'_>]) -> PyResult {
    let Some(f) = vm.builtins_dict().get_str(vm, &vm.intern(name))? else {
        return Err(vm.name_error_msg(format!("name '{name}' is not defined")));
    };
    vm.call_positional(f.as_object(), args)
}

/// `warnings.warn(text, category, stacklevel)`.
pub fn warn(vm: &VirtualMachine, category: PyObject<'_>, text: &str, level: i64) -> PyResult<()> {
    let text = vm.new_str(text);
    super::warnings::warn(vm, text.as_object(), Some(category), level, None, &[])
}

/// As `warn`, with the object the warning is about.
pub fn warn_about(
    vm: &VirtualMachine,
    category: PyObject<'_>,
    text: &Py<PyStr>,
    source: PyObject<'_>,
) -> PyResult<()> {
    super::warnings::warn(vm, text.as_object(), Some(category), 1, Some(source), &[])
}

/// A class in Python's sense, with one base: what C code makes with `PyErr_NewException`.
pub fn new_class(
    vm: &VirtualMachine,
    module: &str,
    name: &str,
    base: &Py<PyType>,
) -> PyResult<PyRef<PyType>> {
    let name = vm.new_str(name);
    let bases = vm.new_tuple(vec![base.to_ref().into()]);
    let dict = vm.new_dict();
    dict.set_str(vm, &vm.names().__module__, vm.intern(module).into())?;
    let metatype = vm.types().type_.as_object();
    let made =
        vm.call_positional(metatype, &[name.as_object(), bases.as_object(), dict.as_object()])?;
    made.downcast::<PyType>().map_err(|_| vm.system_error("a class is no type"))
}
