//! `_imp`: what importlib asks the interpreter for; native and frozen modules.

use crate::builtins::code::PyCode;
use crate::builtins::module::PyModule;
use crate::import::library::{Library, LibraryModule};
use crate::prelude::*;
use crate::protocol::buffer::BytesLike;
use siphasher::sip::SipHasher13;
use std::hash::Hasher;

/// The magic number of CPython 3.14's `.pyc` files, which ours have too, with `\r\n`.
const PYC_MAGIC: i64 = 3627 | (b'\r' as i64) << 16 | (b'\n' as i64) << 24;

/// What importlib asks of the interpreter.
#[pymodule(name = "_imp")]
mod module {
    use super::*;

    #[attr(name = "pyc_magic_number_token")]
    const MAGIC: i64 = PYC_MAGIC;

    #[attr]
    fn check_hash_based_pycs(vm: &VirtualMachine) -> PyRef<PyStr> {
        vm.new_str(vm.interp.settings.check_hash_pycs.as_deref().unwrap_or("default"))
    }

    /// Whether some thread has the import lock.
    #[function(sig = "()")]
    fn lock_held(vm: &VirtualMachine) -> bool {
        vm.interp.import.import_lock.get() > 0
    }

    /// Takes the import lock for this thread, waiting until it is free.
    #[function(sig = "()")]
    fn acquire_lock(vm: &VirtualMachine) {
        let lock = &vm.interp.import.import_lock;
        lock.set(lock.get() + 1);
    }

    /// Gives the import lock back.
    #[function(sig = "()")]
    fn release_lock(vm: &VirtualMachine) -> PyResult<()> {
        let lock = &vm.interp.import.import_lock;
        match lock.get().checked_sub(1) {
            Some(n) => lock.set(n),
            None => return Err(vm.runtime_error("not holding the import lock")),
        }
        Ok(())
    }

    /// The ends of the names of extension module files.
    #[function(sig = "()")]
    fn extension_suffixes(vm: &VirtualMachine) -> PyRef<PyList> {
        vm.new_list(Vec::new())
    }

    /// A new built-in module for a spec, not yet run.
    #[function(sig = "(spec, /)")]
    fn create_builtin(vm: &VirtualMachine, spec: PyObject<'_>) -> PyResult {
        let name = vm.get_attr(spec, &vm.names().name)?;
        let Some(name) = name.as_object().downcast::<PyStr>() else {
            return Err(vm.type_error(format!(
                "name must be string, not {}",
                name.class(vm).display_name()
            )));
        };
        let text = name.to_string_lossy();
        // There is one `sys` and one `builtins`, whatever sys.modules says.
        if matches!(&*text, "sys" | "builtins")
            && let Some(found) = vm.interp.import.core_module(&text)
        {
            return Ok(found);
        }
        match vm.find_native(&text) {
            Some(def) => Ok(vm.new_native_module(def)?.into()),
            None => Ok(vm.none()),
        }
    }

    /// Fills a built-in module.
    #[function(sig = "(mod, /)")]
    fn exec_builtin(vm: &VirtualMachine, module: PyObject<'_>) -> PyResult<i32> {
        if let Some(m) = module.downcast::<PyModule>()
            && !vm.interp.import.is_core(m)
        {
            vm.exec_native_module(m)?;
        }
        Ok(0)
    }

    /// Whether this is the name of a built-in module.
    #[function(sig = "(name, /)")]
    fn is_builtin(vm: &VirtualMachine, name: &Py<PyStr>) -> i32 {
        match &*name.to_string_lossy() {
            // These cannot be made a second time.
            "sys" | "builtins" => -1,
            name => i32::from(vm.find_native(name).is_some()),
        }
    }

    /// Whether this is the name of a frozen module.
    #[function(sig = "(name, /)")]
    fn is_frozen(vm: &VirtualMachine, name: &Py<PyStr>) -> bool {
        frozen(vm, &name.to_string_lossy()).is_some()
    }

    /// What is known about a frozen module: (data, is it a package, original name), or None.
    ///
    /// The data is there only if withdata says so.
    #[function(sig = "(name, /, *, withdata=False)")]
    fn find_frozen(vm: &VirtualMachine, name: &Py<PyStr>, withdata: bool) -> PyResult {
        let Some((library, found)) = frozen(vm, &name.to_string_lossy()) else {
            return Ok(vm.none());
        };
        let data = if withdata {
            let data = match library.code(found.name) {
                Some(d) => d.into_owned(),
                None => {
                    let code = crate::import::library_code(vm, library, &found)?;
                    super::super::marshal::dump(vm, code.as_object(), 5, true)?
                }
            };
            let bytes = vm.new_bytes(&data);
            let view = vm.builtin("memoryview")?;
            vm.call_positional(view.as_object(), &[bytes.as_object()])?
        } else {
            vm.none()
        };
        let origin: PyObjectRef = vm.new_str(found.name).into();
        (data, found.is_package, origin).into_py_result(vm)
    }

    /// The code of a frozen module.
    #[function(sig = "(name, data=None, /)")]
    fn get_frozen_object(
        vm: &VirtualMachine,
        name: &Py<PyStr>,
        data: NoneOr<PyObject<'_>>,
    ) -> PyResult {
        let text = name.to_string_lossy();
        let Some(data) = data.0 else {
            let Some((library, found)) = frozen(vm, &text) else {
                return Err(no_frozen(vm, name));
            };
            return Ok(crate::import::library_code(vm, library, &found)?.into());
        };
        let bytes = BytesLike::get(vm, data)?.to_cow();
        let mut source = bytecode::marshal::SliceSource::new(&bytes);
        let reading = super::super::marshal::Reading::Foreign;
        let value = super::super::marshal::load(vm, &mut source, true, reading);
        match value {
            Ok(v) if v.as_object().downcast::<PyCode>().is_some() => Ok(v),
            Ok(_) => Err(vm.type_error(format!(
                "frozen object {} is not a code object",
                vm.repr(name.as_object())?.to_string_lossy()
            ))),
            Err(_) => {
                let shown = vm.repr(name.as_object())?;
                let msg = format!("Frozen object named {} is invalid", shown.to_string_lossy());
                Err(import_error(vm, &msg, name))
            }
        }
    }

    /// Whether this is the name of a frozen package.
    #[function(sig = "(name, /)")]
    fn is_frozen_package(vm: &VirtualMachine, name: &Py<PyStr>) -> PyResult<bool> {
        match frozen(vm, &name.to_string_lossy()) {
            Some((_, found)) => Ok(found.is_package),
            None => Err(no_frozen(vm, name)),
        }
    }

    /// Makes and runs a frozen module.
    #[function(sig = "(name, /)")]
    fn init_frozen(vm: &VirtualMachine, name: &Py<PyStr>) -> PyResult {
        let text = name.to_string_lossy();
        let Some((_, found)) = frozen(vm, &text) else { return Ok(vm.none()) };
        match crate::import::run_library_module(vm, found.name, &text)? {
            Some(m) => Ok(m.into()),
            None => Ok(vm.none()),
        }
    }

    /// The names of the modules whose code is part of the interpreter.
    #[function(sig = "()")]
    fn _frozen_module_names(vm: &VirtualMachine) -> PyRef<PyList> {
        let mut names: Vec<PyObjectRef> =
            ALIASES.iter().map(|(n, _)| vm.intern(n).into()).collect();
        if let Some(library) = vm.interp.import.library.get() {
            let all = library.names().into_iter();
            let frozen = all.filter(|n| library.find(n).is_some_and(|m| m.is_frozen));
            names.extend(frozen.map(|n| PyObjectRef::from(vm.intern(n))));
        }
        vm.new_list(names)
    }

    /// For tests: 1 turns frozen modules on, -1 off, 0 leaves it to the configuration.
    #[function(sig = "(override, /)")]
    fn _override_frozen_modules_for_tests(vm: &VirtualMachine, how: i32) {
        vm.interp.import.override_frozen.set(how);
    }

    /// For tests: whether extension modules are checked for several interpreters (1 always, -1
    /// never, 0 as configured).
    #[function(sig = "(override, /)")]
    fn _override_multi_interp_extensions_check(vm: &VirtualMachine, how: i32) -> i32 {
        vm.interp.import.override_extension_check.replace(how)
    }

    /// Gives a code object, and those inside it, another file name.
    #[function(sig = "(code, path, /)")]
    fn _fix_co_filename(code: &Py<PyCode>, path: &Py<PyStr>) {
        code.rename_file(path);
    }

    #[function(sig = "(key, source)")]
    fn source_hash(vm: &VirtualMachine, key: i64, source: BytesLike<'_>) -> PyResult {
        let mut hasher = SipHasher13::new_with_keys(key as u64, 0);
        source.with(|bytes| hasher.write(bytes));
        Ok(vm.new_bytes(&hasher.finish().to_le_bytes()).into())
    }
}

pub use module::MODULE;

/// Frozen modules under names that the library does not have.
static ALIASES: &[(&str, &str)] = &[
    ("_frozen_importlib", "importlib._bootstrap"),
    ("_frozen_importlib_external", "importlib._bootstrap_external"),
];

/// Names that are frozen even if frozen modules are switched off.
const ESSENTIAL: &[&str] = &[
    "_frozen_importlib",
    "_frozen_importlib_external",
    "importlib._bootstrap",
    "importlib._bootstrap_external",
    "zipimport",
];

/// The frozen module of this name, unless it is switched off.
fn frozen(vm: &VirtualMachine, name: &str) -> Option<(&'static dyn Library, LibraryModule)> {
    let library = vm.interp.import.library.get()?;
    let in_use = match vm.interp.import.override_frozen.get() {
        0 => !vm.interp.settings.no_frozen_modules && !vm.interp.settings.paths.library_on_disk,
        n => n > 0,
    };
    if !in_use && !ESSENTIAL.contains(&name) {
        return None;
    }
    let own = ALIASES.iter().find(|(alias, _)| *alias == name).map_or(name, |(_, own)| own);
    let found = library.find(own)?;
    found.is_frozen.then_some((library, found))
}

fn no_frozen(vm: &VirtualMachine, name: &Py<PyStr>) -> PyErr {
    let shown = match vm.repr(name.as_object()) {
        Ok(s) => s,
        Err(e) => return e,
    };
    let msg = format!("No such frozen object named {}", shown.to_string_lossy());
    import_error(vm, &msg, name)
}

fn import_error(vm: &VirtualMachine, msg: &str, name: &Py<PyStr>) -> PyErr {
    let msg = vm.new_str(msg);
    let names = vm.new_tuple(vec![vm.names().name.clone().into()]);
    let words = [msg.as_object(), name.as_object()];
    let made = vm.call(vm.exc().import_error.as_object(), ArgList::of(&words, Some(&names)).args());
    match made.map(PyObjectRef::downcast) {
        Ok(Ok(e)) => e,
        Ok(Err(_)) => vm.import_error_msg(msg.as_bytes()),
        Err(e) => e,
    }
}
