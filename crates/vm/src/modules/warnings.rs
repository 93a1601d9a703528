//! `_warnings`: giving a warning, which filters turn into nothing, output, or an error.
//!
//! The Python half (`warnings`) may replace `filters`, `onceregistry`, `defaultaction` and
//! `_showwarnmsg` at any time, so all of them are looked up there once it is imported; what
//! this module holds serves before that.

mod decide;
mod show;

use crate::builtins::frame::PyFrame;
use crate::import;
use crate::prelude::*;
use std::cell::Cell;
use std::thread::ThreadId;

/// What an interpreter keeps for its warnings.
pub struct WarningsState {
    // What the Python half had when it was last asked: that counts when it has lost its own.
    pub(super) filters: PyCell<PyRef<PyList>>,
    pub(super) once_registry: PyCell<PyRef<PyDict>>,
    pub(super) default_action: PyCell<PyRef<PyStr>>,
    /// Counts changes of filters: registries of older versions say nothing.
    pub(super) filters_version: Cell<i64>,
    /// The thread that holds the lock on filters, and how many times.
    lock_owner: Cell<Option<ThreadId>>,
    lock_count: Cell<usize>,
}

impl WarningsState {
    fn new(vm: &VirtualMachine) -> WarningsState {
        let filter = |action: &str, category: &Py<PyType>, module: Option<&str>| {
            let module = module.map_or_else(PyObjectRef::none, |m| vm.intern(m).into());
            let parts = vec![
                vm.intern(action).into(),
                vm.none(),
                category.to_ref().into(),
                module,
                vm.new_int(0),
            ];
            vm.new_tuple(parts).into()
        };
        let exc = vm.exc();
        WarningsState {
            filters: PyCell::new(vm.new_list(vec![
                filter("default", &exc.deprecation_warning, Some("__main__")),
                filter("ignore", &exc.deprecation_warning, None),
                filter("ignore", &exc.pending_deprecation_warning, None),
                filter("ignore", &exc.import_warning, None),
                filter("ignore", &exc.resource_warning, None),
            ])),
            once_registry: PyCell::new(vm.new_dict()),
            default_action: PyCell::new(vm.intern("default")),
            filters_version: Cell::new(0),
            lock_owner: Cell::new(None),
            lock_count: Cell::new(0),
        }
    }

    fn acquire(&self, vm: &VirtualMachine) {
        let me = std::thread::current().id();
        while self.lock_owner.get().is_some_and(|owner| owner != me) {
            // It goes on only while it has the interpreter.
            vm.allow_threads(std::thread::yield_now);
        }
        self.lock_owner.set(Some(me));
        self.lock_count.set(self.lock_count.get() + 1);
    }

    fn is_locked_here(&self) -> bool {
        self.lock_owner.get() == Some(std::thread::current().id())
    }

    /// False if this thread does not hold the lock.
    fn release(&self) -> bool {
        if !self.is_locked_here() {
            return false;
        }
        let left = self.lock_count.get() - 1;
        self.lock_count.set(left);
        if left == 0 {
            self.lock_owner.set(None);
        }
        true
    }
}

pub(super) fn state(vm: &VirtualMachine) -> &WarningsState {
    vm.interp.warnings.get_or_init(|| WarningsState::new(vm))
}

/// Everything about one warning.
pub(super) struct Warning<'a> {
    pub category: PyObject<'a>,
    pub message: PyObject<'a>,
    pub filename: PyObject<'a>,
    pub line: i64,
    pub module: Option<PyObject<'a>>,
    /// What has been shown already where the warning comes from.
    pub registry: Option<PyObject<'a>>,
    pub source_line: Option<PyObject<'a>>,
    pub source: Option<PyObject<'a>>,
}

/// The class a warning counts as.
fn category_of(
    vm: &VirtualMachine,
    message: PyObject<'_>,
    category: Option<PyObject<'_>>,
) -> PyResult {
    let warning = &vm.exc().warning;
    if vm.is_instance(message, warning.as_object())? {
        return Ok(message.class(vm).to_ref().into());
    }
    let Some(category) = category.filter(|c| !c.is_none()) else {
        return Ok(vm.exc().user_warning.clone().into());
    };
    let fits =
        category.downcast::<PyType>().is_some() && vm.is_subclass(category, warning.as_object())?;
    if fits {
        return Ok(category.to_owned());
    }
    Err(vm.type_error(format!(
        "category must be a Warning subclass, not '{}'",
        category.class(vm).display_name()
    )))
}

/// Frames of the import machinery are passed over.
fn is_internal(filename: &Py<PyStr>) -> bool {
    let name = filename.as_bytes();
    let has = |part: &[u8]| memchr::memmem::find(name, part).is_some();
    has(b"importlib") && has(b"_bootstrap")
}

fn is_to_skip(filename: &Py<PyStr>, prefixes: &[PyObjectRef]) -> bool {
    prefixes.iter().any(|p| {
        p.as_object()
            .downcast::<PyStr>()
            .is_some_and(|p| filename.as_bytes().starts_with(p.as_bytes()))
    })
}

fn frame_filename(f: &PyFrame) -> PyRef<PyStr> {
    f.record().code().filename()
}

/// The place that a warning is about: the frame `level` calls up.
fn blamed_frame(
    vm: &VirtualMachine,
    level: i64,
    prefixes: &[PyObjectRef],
) -> Option<PyRef<PyFrame>> {
    let mut level = level;
    let mut at = vm.current_frame();
    let inside = at.is_none_or(|f| is_internal(&f.code().filename()));
    let skips = level > 0 && !inside;
    while level > 1 {
        let mut next = at?.caller();
        if skips {
            while let Some(f) = next {
                let name = f.code().filename();
                if !is_internal(&name) && !is_to_skip(&name, prefixes) {
                    break;
                }
                next = f.caller();
            }
        }
        at = next;
        level -= 1;
    }
    at.map(|f| PyFrame::of(vm, f))
}

/// `warnings.warn`.
pub fn warn(
    vm: &VirtualMachine,
    message: PyObject<'_>,
    category: Option<PyObject<'_>>,
    stacklevel: i64,
    source: Option<PyObject<'_>>,
    prefixes: &[PyObjectRef],
) -> PyResult<()> {
    let category = category_of(vm, message, category)?;
    for p in prefixes {
        if p.as_object().downcast::<PyStr>().is_none() {
            return Err(vm.type_error(format!(
                "Found non-str '{}' in skip_file_prefixes.",
                p.class(vm).display_name()
            )));
        }
    }
    let stacklevel = if prefixes.is_empty() { stacklevel } else { stacklevel.max(2) };
    let frame = blamed_frame(vm, stacklevel, prefixes);
    let (globals, filename, line) = match &frame {
        Some(f) => {
            let record = f.record();
            let line = record.code().line_at(record.lasti()).unwrap_or(0);
            (record.globals(), frame_filename(f), i64::from(line))
        }
        None => (vm.sys_dict().clone(), vm.new_str("<sys>"), 0),
    };
    let names = vm.names();
    let registry = match globals.get_str(vm, &names.__warningregistry__)? {
        Some(r) => r,
        None => {
            let r = PyObjectRef::from(vm.new_dict());
            globals.set_str(vm, &names.__warningregistry__, r.clone())?;
            r
        }
    };
    let module = globals
        .get_str(vm, &names.__name__)?
        .filter(|m| m.is_none() || m.as_object().downcast::<PyStr>().is_some())
        .unwrap_or_else(|| vm.new_str("<string>").into());
    decide::give(
        vm,
        &Warning {
            category: category.as_object(),
            message,
            filename: filename.as_object(),
            line,
            module: Some(module.as_object()),
            registry: Some(registry.as_object()),
            source_line: None,
            source,
        },
    )
}

/// The source line that the module's loader knows.
fn line_from_loader(
    vm: &VirtualMachine,
    globals: PyObject<'_>,
    line: i64,
) -> PyResult<Option<PyObjectRef>> {
    let Some(globals) = globals.downcast::<PyDict>() else {
        return Err(vm.type_error(format!(
            "module_globals must be a dict, not '{}'",
            globals.class(vm).display_name()
        )));
    };
    let n = vm.names();
    let spec = globals.get_str(vm, &n.__spec__)?;
    let Some(loader) = blessed_loader(vm, globals, spec.as_ref())? else { return Ok(None) };
    // A program that runs as a module is called `__main__`, but not by its loader.
    let name = match &spec {
        Some(spec) => vm.get_attr_opt(spec.as_object(), &n.name)?,
        None => None,
    };
    let name = match name {
        Some(name) => Some(name),
        None => globals.get_str(vm, &n.__name__)?,
    };
    let get_source = vm.get_attr_opt(loader.as_object(), &n.get_source)?;
    let (Some(name), Some(get_source)) = (name, get_source) else { return Ok(None) };
    let source = match vm.call_positional(get_source.as_object(), &[name.as_object()]) {
        Err(e) if vm.is_error(&e, &vm.exc().import_error) => return Ok(None),
        r => r?,
    };
    if source.is_none() {
        return Ok(None);
    }
    let Some(source) = source.as_object().downcast::<PyStr>() else {
        let class = source.class(vm).display_name();
        return Err(vm.type_error(format!("must be str, not {class}")));
    };
    let Some(index) = usize::try_from(line).ok().and_then(|l| l.checked_sub(1)) else {
        return Ok(None);
    };
    let found = source.as_bytes().split(|b| *b == b'\n').nth(index);
    Ok(found.map(|l| vm.new_str_bytes(l.strip_suffix(b"\r").unwrap_or(l)).into()))
}

/// The loader of a module by its globals, which importlib has an opinion on.
fn blessed_loader(
    vm: &VirtualMachine,
    globals: &Py<PyDict>,
    spec: Option<&PyObjectRef>,
) -> PyResult<Option<PyObjectRef>> {
    let n = vm.names();
    // A script has no spec, which is nothing to complain of.
    if spec.is_some_and(|s| s.is_none())
        && let Some(name) = globals.get_str(vm, &n.__name__)?
        && name.as_object().downcast::<PyStr>().is_some_and(|s| s.as_bytes() == b"__main__")
    {
        return Ok(globals.get_str(vm, &n.__loader__)?.filter(|l| !l.is_none()));
    }
    let Some(external) = vm.interp.import.importlib_external.get() else { return Ok(None) };
    let bless = vm.intern("_bless_my_loader");
    let loader = vm.call_method(external.as_object(), &bless, &[globals.as_object()])?;
    Ok(Some(loader).filter(|l| !l.is_none()))
}

/// The attribute of the `warnings` module, if that has been imported; with `import`, it is
/// imported now.
pub(super) fn python_half(
    vm: &VirtualMachine,
    name: &str,
    import: bool,
) -> PyResult<Option<PyObjectRef>> {
    let key = &vm.names().warnings;
    let module = match vm.sys_modules().get_str(vm, key)? {
        Some(m) => m,
        None if import => match import::import_module(vm, key) {
            Ok(m) => m,
            Err(e) if vm.is_error(&e, &vm.exc().import_error) => return Ok(None),
            Err(e) => return Err(e),
        },
        None => return Ok(None),
    };
    vm.get_attr_opt(module.as_object(), &vm.intern(name))
}

/// _warnings provides basic warning filtering support.
///
/// The warnings module is built on it, and works the same where it is missing.
#[pymodule(name = "_warnings")]
mod module {
    use super::*;
    use crate::builtins::module::PyModule;

    /// Warns, as the filters say: prints, keeps silent or raises.
    ///
    ///   message
    ///     What to say, or a Warning.
    ///   category
    ///     A class of warnings; UserWarning unless told otherwise.
    ///   stacklevel
    ///     Which caller the warning is about: 1 is the one that calls warn().
    ///   source
    ///     The object that was destroyed, for a ResourceWarning.
    ///   skip_file_prefixes
    ///     Frames whose file name begins so are not counted.
    #[function(
        sig = "(message, category=None, stacklevel=1, source=None, *,\n     skip_file_prefixes=())"
    )]
    fn warn(
        vm: &VirtualMachine,
        message: PyObject<'_>,
        category: Option<PyObject<'_>>,
        stacklevel: isize,
        source: NoneOr<PyObject<'_>>,
        skip_file_prefixes: Option<&Py<PyTuple>>,
    ) -> PyResult<()> {
        let prefixes = skip_file_prefixes.map_or(&[][..], |p| p.payload_ref().as_slice());
        super::warn(vm, message, category, stacklevel as i64, source.0, prefixes)
    }

    /// Warns as warn() does, with everything about the place given by the caller.
    #[function(
        sig = "(message, category, filename, lineno,\n              module=<unrepresentable>, registry=None,\n              module_globals=None, source=None)"
    )]
    fn warn_explicit(
        vm: &VirtualMachine,
        message: PyObject<'_>,
        category: PyObject<'_>,
        filename: &Py<PyStr>,
        lineno: i32,
        module: Option<PyObject<'_>>,
        registry: NoneOr<PyObject<'_>>,
        module_globals: NoneOr<PyObject<'_>>,
        source: NoneOr<PyObject<'_>>,
    ) -> PyResult<()> {
        let line = i64::from(lineno);
        let source_line =
            module_globals.0.map(|g| line_from_loader(vm, g, line)).transpose()?.flatten();
        decide::give(
            vm,
            &Warning {
                category,
                message,
                filename: filename.as_object(),
                line,
                module,
                registry: registry.0,
                source_line: source_line.as_ref().map(|l| l.as_object()),
                source: source.0,
            },
        )
    }

    #[function(sig = "()")]
    fn _filters_mutated_lock_held(vm: &VirtualMachine) -> PyResult<()> {
        let state = state(vm);
        if !state.is_locked_here() {
            return Err(vm.runtime_error("warnings lock is not held"));
        }
        state.filters_version.set(state.filters_version.get() + 1);
        Ok(())
    }

    #[function(sig = "()")]
    fn _acquire_lock(vm: &VirtualMachine) {
        state(vm).acquire(vm);
    }

    #[function(sig = "()")]
    fn _release_lock(vm: &VirtualMachine) -> PyResult<()> {
        if state(vm).release() {
            return Ok(());
        }
        Err(vm.runtime_error("cannot release un-acquired lock"))
    }

    #[attr]
    fn filters(vm: &VirtualMachine) -> PyRef<PyList> {
        state(vm).filters.get()
    }

    #[attr]
    fn _onceregistry(vm: &VirtualMachine) -> PyRef<PyDict> {
        state(vm).once_registry.get()
    }

    #[attr]
    fn _defaultaction(vm: &VirtualMachine) -> PyRef<PyStr> {
        state(vm).default_action.get()
    }

    #[init]
    fn exec(vm: &VirtualMachine, module: &Py<PyModule>) -> PyResult<()> {
        // The filters in force for the running context, where `catch_warnings` keeps them.
        let Some(contexts) = vm.import_native("_contextvars")? else { return Ok(()) };
        let class = vm.get_attr(contexts.as_object(), &vm.intern("ContextVar"))?;
        let name = vm.new_str("_warnings_context");
        let variable = vm.call_positional(class.as_object(), &[name.as_object()])?;
        let _ = vm.interp.warnings_context.set(variable.clone());
        module.set(vm, "_warnings_context", variable)
    }
}

pub use module::MODULE;
