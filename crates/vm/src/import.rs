//! What import statements do; the machinery itself is importlib's, from embedded code.

pub mod library;
mod missing;
pub mod sources;
pub mod state;
pub mod times;

use crate::builtins::bytes::PyBytes;
use crate::builtins::code::PyCode;
use crate::builtins::function::PyFunction;
use crate::builtins::module::PyModule;
use crate::compile::{Compile, Origin};
use crate::prelude::*;

/// A path argument as text: `str`, `bytes`, or an object with `__fspath__`
/// (`PyUnicode_FSDecoder`).
pub fn fs_decode(vm: &VirtualMachine, path: PyObject<'_>) -> PyResult<PyRef<PyStr>> {
    let held;
    let mut path = path;
    if path.downcast::<PyStr>().is_none() && path.downcast::<PyBytes>().is_none() {
        let Some(f) = vm.look_up_special(path, &vm.names().__fspath__)? else {
            return Err(vm.type_error(format!(
                "expected str, bytes or os.PathLike object, not {}",
                path.class(vm).display_name()
            )));
        };
        held = vm.call_positional(f.as_object(), &[])?;
        path = held.as_object();
    }
    let text = if let Some(s) = path.downcast::<PyStr>() {
        s.to_ref()
    } else if let Some(b) = path.downcast::<PyBytes>() {
        vm.fs_text(b.as_bytes())
    } else {
        return Err(vm.type_error(format!(
            "expected {}.__fspath__() to return str or bytes, not {}",
            path.class(vm).display_name(),
            path.class(vm).display_name()
        )));
    };
    if text.as_bytes().contains(&0) {
        return Err(vm.value_error("embedded null character"));
    }
    Ok(text)
}

impl VirtualMachine {
    /// Bytes of the system (names, arguments) as text: UTF-8, and lone surrogates for what
    /// is not (`surrogateescape`).
    pub fn fs_text(&self, bytes: &[u8]) -> PyRef<PyStr> {
        if self.interp.settings.ascii_names {
            return crate::modules::path::fs_decode(self, bytes);
        }
        let mut out = Vec::with_capacity(bytes.len());
        let mut rest = bytes;
        loop {
            match std::str::from_utf8(rest) {
                Ok(s) => {
                    out.extend_from_slice(s.as_bytes());
                    return self.new_str_bytes(&out);
                }
                Err(e) => {
                    let good = e.valid_up_to();
                    out.extend_from_slice(&rest[..good]);
                    let bad = e.error_len().unwrap_or(rest.len() - good);
                    for b in &rest[good..good + bad] {
                        text::utf8::push(&mut out, 0xDC00 + u32::from(*b));
                    }
                    rest = &rest[good + bad..];
                }
            }
        }
    }
}

/// `__import__(name, globals, locals, fromlist, level)`.
pub fn import_level(
    vm: &VirtualMachine,
    name: PyObject<'_>,
    globals: Option<PyObject<'_>>,
    fromlist: Option<PyObject<'_>>,
    level: i32,
) -> PyResult {
    let Some(name) = name.downcast::<PyStr>() else {
        return Err(vm.type_error("module name must be a string"));
    };
    if level < 0 {
        return Err(vm.value_error("level must be >= 0"));
    }
    let absolute = if level > 0 {
        resolve_name(vm, name, globals, level as usize)?
    } else if name.byte_len() == 0 {
        return Err(vm.value_error("Empty module name"));
    } else {
        name.to_ref()
    };
    let module = import_absolute(vm, &absolute)?;
    let wants_names = match fromlist {
        Some(f) if !f.is_none() => vm.is_true(f)?,
        _ => false,
    };
    if !wants_names {
        return first_package(vm, name, &absolute, level, module);
    }
    if vm.get_attr_opt(module.as_object(), &vm.names().__path__)?.is_none() {
        return Ok(module);
    }
    let Some(importlib) = vm.interp.import.importlib.get() else {
        return load_submodules(vm, &absolute, module, fromlist.unwrap_or(PyObject::none()));
    };
    let import = vm.builtin("__import__")?;
    let args = [module.as_object(), fromlist.unwrap_or(PyObject::none()), import.as_object()];
    without_importlib_frames(
        vm,
        vm.call_method(importlib.as_object(), &vm.names()._handle_fromlist, &args),
    )
}

/// What `import a.b.c` binds: the module `a`, or its counterpart for a relative name.
fn first_package(
    vm: &VirtualMachine,
    name: &Py<PyStr>,
    absolute: &Py<PyStr>,
    level: i32,
    module: PyObjectRef,
) -> PyResult {
    let bytes = name.as_bytes();
    if level > 0 && bytes.is_empty() {
        return Ok(module);
    }
    let Some(dot) = bytes.iter().position(|b| *b == b'.') else { return Ok(module) };
    if level == 0 {
        let front = vm.interp.intern_bytes(vm, &bytes[..dot]);
        return import_absolute(vm, &front);
    }
    let cut = bytes.len() - dot;
    let front = vm.new_str_bytes(&absolute.as_bytes()[..absolute.byte_len() - cut]);
    match vm.sys_modules().get_str(vm, &front)? {
        Some(m) => Ok(m),
        None => {
            let shown = vm.repr(front.as_object())?;
            let msg = format!("{} not in sys.modules as expected", shown.to_string_lossy());
            Err(vm.key_error(vm.new_str(msg).as_object()))
        }
    }
}

/// The module of an absolute name, imported if need be.
pub fn import_absolute(vm: &VirtualMachine, name: &Py<PyStr>) -> PyResult {
    let found = vm.sys_modules().get_str(vm, name)?.filter(|m| !m.is_none());
    if let Some(module) = found {
        times::cached(vm, name);
        if !wait_until_initialized(vm, module.as_object(), name)?
            // The import that another thread was at may have failed.
            || vm.sys_modules().get_str(vm, name)?.is_some_and(|m| m.is(&module))
        {
            return Ok(module);
        }
    }
    match vm.interp.import.importlib.get() {
        None if vm.interp.import.finalizing.get() => {
            Err(vm.import_error_msg("sys.meta_path is None, Python is likely shutting down"))
        }
        None => load_early(vm, name),
        Some(importlib) => {
            let import = vm.builtin("__import__")?;
            let find = &vm.names()._find_and_load;
            let args = [name.as_object(), import.as_object()];
            let import = || vm.call_method(importlib.as_object(), find, &args);
            let r = without_importlib_frames(vm, times::timed(vm, name, import));
            if name.as_bytes() == b"linecache" {
                sources::tell_linecache(vm);
            }
            r
        }
    }
}

/// Another thread may be running the module's code; true if it was.
fn wait_until_initialized(
    vm: &VirtualMachine,
    module: PyObject<'_>,
    name: &Py<PyStr>,
) -> PyResult<bool> {
    let Some(importlib) = vm.interp.import.importlib.get() else { return Ok(false) };
    let n = vm.names();
    let spec = match module.downcast::<PyModule>() {
        Some(m) => m.dict().get_str(vm, &n.__spec__)?,
        None => vm.get_attr_opt(module, &n.__spec__)?,
    };
    let Some(spec) = spec.filter(|s| !s.is_none()) else { return Ok(false) };
    let Some(running) = vm.get_attr_opt(spec.as_object(), &n._initializing)? else {
        return Ok(false);
    };
    if !vm.is_true(running.as_object())? {
        return Ok(false);
    }
    vm.call_method(importlib.as_object(), &n._lock_unlock_module, &[name.as_object()])?;
    Ok(true)
}

/// The absolute name of a relative import.
fn resolve_name(
    vm: &VirtualMachine,
    name: &Py<PyStr>,
    globals: Option<PyObject<'_>>,
    level: usize,
) -> PyResult<PyRef<PyStr>> {
    let Some(globals) = globals else {
        return Err(vm.key_error(vm.new_str("'__name__' not in globals").as_object()));
    };
    let Some(globals) = globals.downcast::<PyDict>() else {
        return Err(vm.type_error("globals must be a dict"));
    };
    let package = package_of(vm, globals)?;
    let mut base = package.as_bytes();
    if base.is_empty() {
        return Err(vm.import_error_msg("attempted relative import with no known parent package"));
    }
    for _ in 1..level {
        match base.iter().rposition(|b| *b == b'.') {
            Some(dot) => base = &base[..dot],
            None => {
                return Err(
                    vm.import_error_msg("attempted relative import beyond top-level package")
                );
            }
        }
    }
    if name.byte_len() == 0 {
        return Ok(vm.interp.intern_bytes(vm, base));
    }
    Ok(PyStr::from_parts(vm, &[base, b".", name.as_bytes()]))
}

/// The package that relative imports of these globals start from.
fn package_of(vm: &VirtualMachine, globals: &Py<PyDict>) -> PyResult<PyRef<PyStr>> {
    let n = vm.names();
    let some = |name: &Py<PyStr>| -> PyResult<Option<PyObjectRef>> {
        Ok(globals.get_str(vm, name)?.filter(|v| !v.is_none()))
    };
    let (package, spec) = (some(&n.__package__)?, some(&n.__spec__)?);
    if let Some(package) = package {
        let Ok(package) = package.downcast::<PyStr>() else {
            return Err(vm.type_error("package must be a string"));
        };
        if let Some(spec) = spec {
            let parent = vm.get_attr(spec.as_object(), &vm.intern("parent"))?;
            let same =
                crate::protocol::comparison::equal(vm, package.as_object(), parent.as_object())?;
            if !same {
                let category = vm.exc().deprecation_warning.clone();
                vm.warn(&category, "__package__ != __spec__.parent", 1)?;
            }
        }
        return Ok(package);
    }
    if let Some(spec) = spec {
        return match vm.get_attr(spec.as_object(), &vm.intern("parent"))?.downcast::<PyStr>() {
            Ok(p) => Ok(p),
            Err(_) => Err(vm.type_error("__spec__.parent must be a string")),
        };
    }
    let category = vm.exc().import_warning.clone();
    vm.warn(
        &category,
        "can't resolve package from __spec__ or __package__, falling back on __name__ and \
         __path__",
        1,
    )?;
    let Some(name) = globals.get_str(vm, &n.__name__)? else {
        return Err(vm.key_error(vm.new_str("'__name__' not in globals").as_object()));
    };
    let Ok(name) = name.downcast::<PyStr>() else {
        return Err(vm.type_error("__name__ must be a string"));
    };
    if globals.get_str(vm, &n.__path__)?.is_some() {
        return Ok(name);
    }
    match name.as_bytes().iter().rposition(|b| *b == b'.') {
        Some(dot) => Ok(vm.interp.intern_bytes(vm, &name.as_bytes()[..dot])),
        None => Err(vm.import_error_msg("attempted relative import with no known parent package")),
    }
}

/// Before importlib runs there are native modules and the library's, by their names.
fn load_early(vm: &VirtualMachine, name: &Py<PyStr>) -> PyResult {
    let text = name.to_string_lossy();
    if let Some((parent, _)) = text.rsplit_once('.') {
        import_absolute(vm, &vm.intern(parent))?;
        if let Some(found) = vm.sys_modules().get_str(vm, name)? {
            return Ok(found);
        }
    }
    if let Some(m) = vm.import_native(&text)? {
        return Ok(m);
    }
    if let Some(module) = run_library_module(vm, &text, &text)? {
        if let Some((parent, child)) = text.rsplit_once('.')
            && let Some(parent) = vm.loaded_module(parent)?
        {
            vm.set_attr(parent.as_object(), &vm.intern(child), Some(module.as_object()))?;
        }
        return Ok(module.into());
    }
    Err(vm.new_exception_msg(&vm.exc().module_not_found_error, format!("No module named '{text}'")))
}

/// The submodules that a from-list names, before importlib runs.
fn load_submodules(
    vm: &VirtualMachine,
    package: &Py<PyStr>,
    module: PyObjectRef,
    names: PyObject<'_>,
) -> PyResult {
    for name in vm.collect(names)? {
        let Some(name) = name.as_object().downcast::<PyStr>() else { continue };
        if vm.get_attr_opt(module.as_object(), name)?.is_none() {
            let full = PyStr::from_parts(vm, &[package.as_bytes(), b".", name.as_bytes()]);
            match import_absolute(vm, &full) {
                Err(e) if vm.is_error(&e, &vm.exc().module_not_found_error) => {}
                r => drop(r?),
            }
        }
    }
    Ok(module)
}

/// Runs a module of the library under a name of its own, as frozen modules are run.
pub fn run_library_module(
    vm: &VirtualMachine,
    name: &str,
    as_name: &str,
) -> PyResult<Option<PyRef<PyModule>>> {
    let Some(library) = vm.interp.import.library.get() else { return Ok(None) };
    let Some(found) = library.find(name) else { return Ok(None) };
    let code = library_code(vm, library, &found)?;
    let n = vm.names();
    let key = vm.intern(as_name);
    let module = PyModule::create(vm, key.clone().into(), vm.none());
    let builtins = vm.loaded_module("builtins")?.unwrap_or_else(|| vm.none());
    module.dict().set_str(vm, &n.__builtins__, builtins)?;
    if found.is_package {
        module.dict().set_str(vm, &n.__path__, vm.new_list(Vec::new()).into())?;
        module.dict().set_str(vm, &n.__package__, key.clone().into())?;
    } else if let Some((parent, _)) = as_name.rsplit_once('.') {
        module.dict().set_str(vm, &n.__package__, vm.intern(parent).into())?;
    }
    vm.sys_modules().set_str(vm, &key, module.clone().into())?;
    let f = PyFunction::create(vm, code, module.dict().clone(), None)?;
    let run = crate::interp::calls::run_body(vm, f, module.dict().clone().into());
    if let Err(e) = run {
        vm.sys_modules().remove(vm, key.as_object())?;
        return Err(e);
    }
    Ok(Some(module))
}

/// A library module's code: the embedded one, or compiled from the source.
pub fn library_code(
    vm: &VirtualMachine,
    library: &dyn library::Library,
    module: &library::LibraryModule,
) -> PyResult<PyRef<PyCode>> {
    if vm.interp.settings.optimize == 0
        && let Some(data) = library.code(module.name)
    {
        return crate::modules::marshal::load_trusted_code(vm, &data);
    }
    let Some(source) = library.source(module.name) else {
        return Err(vm.import_error_msg(format!("no source of {}", module.name)));
    };
    let filename =
        if module.is_frozen { format!("<frozen {}>", module.name) } else { module.path.to_owned() };
    Compile::new(vm.new_str(filename), parser::Mode::Exec).source_to_code(
        vm,
        &source,
        Origin::Bytes,
    )
}

/// Takes importlib's own frames out of an error's traceback, as the reference does.
fn without_importlib_frames(vm: &VirtualMachine, r: PyResult) -> PyResult {
    use crate::builtins::traceback::PyTraceback;
    let e = match r {
        Ok(v) => return Ok(v),
        Err(e) => e,
    };
    if vm.interp.settings.verbose > 0 {
        return Err(e);
    }
    let always = vm.is_error(&e, &vm.exc().import_error);
    let mut entries: Vec<PyRef<PyTraceback>> = Vec::new();
    let mut at = e.traceback.get().and_then(|t| t.downcast::<PyTraceback>().ok());
    while let Some(t) = at {
        at = t.next.get();
        entries.push(t);
    }
    // A run of importlib frames goes if it ends in the frame that calls what is imported,
    // or if the error is importlib's own.
    let mut keep: Vec<PyRef<PyTraceback>> = Vec::new();
    let mut run_start: Option<usize> = None;
    for t in &entries {
        let code = t.frame.record().code();
        let file = code.filename();
        let file = file.as_bytes();
        let ours = file == b"<frozen importlib._bootstrap>"
            || file == b"<frozen importlib._bootstrap_external>";
        if !ours {
            run_start = None;
        } else if run_start.is_none() {
            run_start = Some(keep.len());
        }
        keep.push(t.clone());
        if ours && (always || code.name.as_bytes() == b"_call_with_frames_removed") {
            keep.truncate(run_start.unwrap_or(0));
            run_start = None;
        }
    }
    for (i, t) in keep.iter().enumerate() {
        t.next.set(keep.get(i + 1).cloned());
    }
    e.traceback.set(keep.first().map(|t| t.clone().into()));
    Err(e)
}

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
    let module_name = module_name.as_ref().and_then(|m| m.as_object().downcast::<PyStr>());
    if let Some(m) = module_name {
        let full = PyStr::from_parts(vm, &[m.as_bytes(), b".", name.as_bytes()]);
        if let Some(found) = vm.sys_modules().get_str(vm, &full)? {
            return Ok(found);
        }
    }
    Err(missing::error(vm, module, module_name, name)?)
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
