//! `_thread`: threads, locks and thread-local data.
//! CPython's counterpart: `Modules/_threadmodule.c`.

mod handle;
mod local;
mod locks;

pub use handle::{PyThreadHandle, after_fork};
pub use local::PyLocal;
pub use locks::{PyLock, PyRLock};

use crate::builtins::exception::PyBaseException;
use crate::builtins::module::PyModule;
use crate::builtins::structseq;
use crate::prelude::*;
use std::cell::Cell;
use text::codecs::{Builtin, Errors, utf8};

/// What the interpreter knows of its threads.
#[derive(Default)]
pub struct Threads {
    /// Threads started by Python code that have not ended.
    count: Cell<usize>,
    stack_size: Cell<usize>,
    pub(super) handles: PyCell<Vec<PyRef<PyThreadHandle>>>,
    pub(super) locals: PyCell<Vec<std::rc::Weak<local::Dicts>>>,
    /// The main thread's identifier.
    main: Cell<u64>,
}

fn threads(vm: &VirtualMachine) -> &Threads {
    &vm.shared.native.threads
}

/// Threads that run Python code, the main one included.
pub fn count(vm: &VirtualMachine) -> usize {
    threads(vm).count.get() + 1
}

fn ident() -> u64 {
    host::threads::current().as_u64()
}

/// Waits for all threads that are no daemons, as the interpreter does at its end.
pub fn join_all(vm: &VirtualMachine) -> PyResult<()> {
    if let Some(m) = vm.loaded_module("threading")? {
        let f = vm.get_attr(m.as_object(), &vm.intern("_shutdown"))?;
        vm.call_positional(f.as_object(), &[])?;
    }
    Ok(())
}

/// From now on only this thread runs Python code.
pub fn stop_others(vm: &VirtualMachine) {
    vm.shared.gil.end(vm.breaker);
}

/// Runs a thread's function; what it raises goes to `sys.unraisablehook`.
fn run(
    vm: &VirtualMachine,
    function: PyObject<'_>,
    args: PyObject<'_>,
    kwargs: Option<PyObject<'_>>,
) {
    let r = match (args.downcast::<PyTuple>(), kwargs.and_then(|k| k.downcast::<PyDict>())) {
        (Some(t), k) => {
            let mut values: Vec<PyObjectRef> = t.as_slice().to_vec();
            let mut names = Vec::new();
            for (name, v) in k.map(|k| k.items()).unwrap_or_default() {
                names.push(name);
                values.push(v);
            }
            let words: Vec<PyObject<'_>> = values.iter().map(|v| v.as_object()).collect();
            let names = (!names.is_empty()).then(|| vm.new_tuple(names));
            vm.call(function, ArgList::of(&words, names.as_deref()).args())
        }
        _ => Err(vm.type_error("2nd arg must be a tuple")),
    };
    if let Err(e) = r
        && !vm.is_error(&e, &vm.exc().system_exit)
    {
        vm.unraisable_while(e, "in thread started by", function);
    }
}

fn start(
    vm: &VirtualMachine,
    function: PyObject<'_>,
    args: PyObject<'_>,
    kwargs: Option<PyObject<'_>>,
    handle: Option<PyRef<PyThreadHandle>>,
) -> PyResult<u64> {
    vm.check_not_finalizing("can't create new thread")?;
    let (function, args) = (function.to_owned(), args.to_owned());
    let kwargs = kwargs.map(PyObject::to_owned);
    let all = threads(vm);
    all.count.set(all.count.get() + 1);
    let stack = all.stack_size.get();
    let started = vm.start_thread(stack, move |vm| {
        if let Some(h) = &handle {
            h.begin();
        }
        run(vm, function.as_object(), args.as_object(), kwargs.as_ref().map(|k| k.as_object()));
        drop((function, args, kwargs));
        local::forget_thread(vm, ident());
        vm.run_pending_finalizers();
        let all = threads(vm);
        // After a fork in a thread that was forked in, none is counted.
        all.count.set(all.count.get().saturating_sub(1));
        if let Some(h) = handle {
            h.finish(vm);
        }
    });
    if started.is_err() {
        all.count.set(all.count.get() - 1);
    }
    started
}

structseq::struct_sequence!(
    EXCEPT_HOOK_ARGS,
    EXCEPT_HOOK_FIELDS = "_thread",
    "_ExceptHookArgs",
    Some("What threading.excepthook gets: exc_type, exc_value, exc_traceback and thread."),
    4,
    [
        ("exc_type", "Exception type"),
        ("exc_value", "Exception value"),
        ("exc_traceback", "Where the exception came from"),
        ("thread", "Thread")
    ],
    []
);

/// Threads and locks at their barest; 'threading' builds on this.
#[pymodule(
    name = "_thread",
    types(PyLock, PyRLock, PyLocal, PyThreadHandle),
    specs(super::EXCEPT_HOOK_ARGS)
)]
mod module {
    use super::*;

    #[attr(name = "TIMEOUT_MAX")]
    const TIMEOUT_MAX: f64 = 9_223_372_036.0;

    #[attr(name = "_NAME_MAXLEN")]
    const NAME_MAXLEN: i32 = 15;

    #[init]
    fn exec(vm: &VirtualMachine, module: &Py<PyModule>) -> PyResult<()> {
        let dict = module.dict();
        if threads(vm).main.get() == 0 {
            threads(vm).main.set(ident());
        }
        dict.set_str(vm, &vm.intern("error"), vm.exc().runtime_error.clone().into())?;
        dict.set_str(vm, &vm.intern("LockType"), vm.type_of::<PyLock>().to_ref().into())
    }

    /// Calls function(*args, **kwargs) in a new thread and returns the thread's identifier.
    ///
    /// What the function returns is dropped.
    #[function(sig = "(function, args, kwargs={}, /)")]
    fn start_new_thread(
        vm: &VirtualMachine,
        function: PyObject<'_>,
        args: PyObject<'_>,
        kwargs: Option<PyObject<'_>>,
    ) -> PyResult<u64> {
        check_start(vm, function, args, kwargs)?;
        start(vm, function, args, kwargs, None)
    }

    /// The old name of start_new_thread().
    #[function(sig = "(function, args, kwargs={}, /)")]
    fn start_new(
        vm: &VirtualMachine,
        function: PyObject<'_>,
        args: PyObject<'_>,
        kwargs: Option<PyObject<'_>>,
    ) -> PyResult<u64> {
        check_start(vm, function, args, kwargs)?;
        start(vm, function, args, kwargs, None)
    }

    fn check_start(
        vm: &VirtualMachine,
        function: PyObject<'_>,
        args: PyObject<'_>,
        kwargs: Option<PyObject<'_>>,
    ) -> PyResult<()> {
        if function.class(vm).slots.call.get().is_none() {
            return Err(vm.type_error("first arg must be callable"));
        }
        if args.downcast::<PyTuple>().is_none() {
            return Err(vm.type_error("2nd arg must be a tuple"));
        }
        if kwargs.is_some_and(|k| k.downcast::<PyDict>().is_none()) {
            return Err(vm.type_error("optional 3rd arg must be a dictionary"));
        }
        Ok(())
    }

    /// Starts a thread as start_new_thread() does, and returns a handle to join it by.
    ///
    /// For threading.
    #[function(sig = "(function, handle=None, daemon=True)")]
    fn start_joinable_thread(
        vm: &VirtualMachine,
        function: PyObject<'_>,
        handle: Option<PyObject<'_>>,
        daemon: bool,
    ) -> PyResult {
        if function.class(vm).slots.call.get().is_none() {
            return Err(vm.type_error("thread function must be callable"));
        }
        let handle = match handle.filter(|h| !h.is_none()) {
            None => vm.new_object(PyThreadHandle::create()),
            Some(h) => match h.downcast::<PyThreadHandle>() {
                Some(h) => h.to_ref(),
                None => return Err(vm.type_error("'handle' must be a _ThreadHandle")),
            },
        };
        handle.prepare(vm, daemon)?;
        threads(vm).handles.with_mut(|h| h.push(handle.clone()));
        let empty = vm.new_tuple(Vec::new());
        match start(vm, function, empty.as_object(), None, Some(handle.clone())) {
            Ok(ident) => handle.started(ident),
            Err(e) => {
                handle.failed(vm);
                return Err(e);
            }
        }
        Ok(handle.into())
    }

    /// Whether daemon threads may be started here.
    #[function(sig = "(/)")]
    fn daemon_threads_allowed() -> bool {
        true
    }

    /// A new lock, not taken.
    #[function(sig = "(/)")]
    fn allocate_lock(vm: &VirtualMachine) -> PyRef<PyLock> {
        vm.new_object(PyLock::create())
    }

    /// The old name of allocate_lock().
    #[function(sig = "(/)")]
    fn allocate(vm: &VirtualMachine) -> PyRef<PyLock> {
        vm.new_object(PyLock::create())
    }

    /// Ends this thread by raising SystemExit, which nobody reports.
    #[function(sig = "(/)")]
    fn exit(vm: &VirtualMachine) -> PyResult<()> {
        Err(vm.new_exception(&vm.exc().system_exit, Vec::new()))
    }

    /// The old name of exit().
    #[function(sig = "(/)")]
    fn exit_thread(vm: &VirtualMachine) -> PyResult<()> {
        Err(vm.new_exception(&vm.exc().system_exit, Vec::new()))
    }

    /// Makes the main thread act as if the signal had come; SIGINT unless told otherwise.
    #[function(sig = "(signum=2, /)")]
    fn interrupt_main(vm: &VirtualMachine, signum: i32) -> PyResult<()> {
        if !(1..host::constants::NSIG).contains(&signum) {
            return Err(vm.value_error("signal number out of range"));
        }
        if crate::modules::signal::is_noted(vm, signum) {
            host::signals::simulate(signum);
        }
        Ok(())
    }

    /// Return a non-zero integer that uniquely identifies the current thread
    /// amongst other threads that exist simultaneously.
    #[function(sig = "(/)")]
    fn get_ident() -> u64 {
        ident()
    }

    /// The system's number of this thread.
    #[function(sig = "(/)")]
    fn get_native_id() -> i32 {
        host::threads::native_id()
    }

    /// Return the number of currently running Python threads, excluding
    /// the main thread.
    #[function(name = "_count", sig = "(/)")]
    fn running(vm: &VirtualMachine) -> usize {
        threads(vm).count.get()
    }

    /// Return the thread stack size used when creating new threads.
    ///
    /// The optional size argument specifies the stack size (in bytes) to be used
    /// for subsequently created threads.
    #[function(sig = "(size=0, /)")]
    fn stack_size(vm: &VirtualMachine, size: isize) -> PyResult<usize> {
        let all = threads(vm);
        let old = all.stack_size.get();
        if size < 0 {
            return Err(vm.value_error("size must be 0 or a positive value"));
        }
        if size > 0 && (size as usize) < host::stack::min_size().max(32 << 10) {
            return Err(vm.value_error(format!("size not valid: {size} bytes")));
        }
        all.stack_size.set(size as usize);
        Ok(old)
    }

    /// Return the ident of the main thread.
    #[function(name = "_get_main_thread_ident", sig = "(/)")]
    fn get_main_thread_ident(vm: &VirtualMachine) -> u64 {
        threads(vm).main.get()
    }

    /// Whether this is the first interpreter of the process.
    #[function(name = "_is_main_interpreter", sig = "(/)")]
    fn is_main_interpreter() -> bool {
        true
    }

    /// A handle for a thread that was not started from Python.
    #[function(name = "_make_thread_handle", sig = "(ident, /)")]
    fn make_thread_handle(
        vm: &VirtualMachine,
        ident: PyObject<'_>,
    ) -> PyResult<PyRef<PyThreadHandle>> {
        let ident = match ident.int_view() {
            Some(crate::builtins::int::IntView::Small(v)) => v as u64,
            Some(crate::builtins::int::IntView::Big(b)) => b.low_u64(),
            None => return Err(vm.type_error("ident must be an integer")),
        };
        let handle = vm.new_object(PyThreadHandle::running(ident));
        threads(vm).handles.with_mut(|h| h.push(handle.clone()));
        Ok(handle)
    }

    /// Waits for all other threads that are no daemons.
    #[function(name = "_shutdown", sig = "(/)")]
    fn shutdown(vm: &VirtualMachine) -> PyResult<()> {
        loop {
            let me = ident();
            let next = threads(vm)
                .handles
                .with(|h| h.iter().find(|h| h.waits_at_end() && h.ident_value() != me).cloned());
            match next {
                Some(h) => h.wait(vm, None)?,
                None => return Ok(()),
            };
        }
    }

    /// Gives this thread a name in the system.
    #[function(sig = "(name)")]
    fn set_name(vm: &VirtualMachine, name: &Py<PyStr>) -> PyResult<()> {
        let handler = &mut Builtin(Errors::Replace);
        // The handler takes every character that has no encoding.
        let bytes = utf8::encode(name.payload_ref().as_bytes(), handler).unwrap_or_default();
        host::threads::set_name(&bytes).map_err(|e| vm.errno_error(e))
    }

    /// The system's name for this thread.
    #[function(name = "_get_name", sig = "(/)")]
    fn get_name(vm: &VirtualMachine) -> PyResult<PyRef<PyStr>> {
        let name = host::threads::name().map_err(|e| vm.errno_error(e))?;
        Ok(crate::modules::path::fs_decode(vm, &name))
    }

    /// Reports an exception that ended a thread.
    #[function(name = "_excepthook", sig = "(args, /)")]
    fn excepthook(vm: &VirtualMachine, args: PyObject<'_>) -> PyResult<()> {
        if !args.is_type(vm.type_for(&EXCEPT_HOOK_ARGS)) {
            return Err(vm.type_error("_thread._excepthook argument type must be ExceptHookArgs"));
        }
        let get = |name: &str| vm.get_attr(args, &vm.intern(name));
        let (typ, value, tb, thread) =
            (get("exc_type")?, get("exc_value")?, get("exc_traceback")?, get("thread")?);
        if typ.is(&vm.exc().system_exit) {
            return Ok(());
        }
        let stderr = match vm.sys_attr(&vm.names().stderr)? {
            Some(f) if !f.is_none() => f,
            _ if thread.is_none() => return Ok(()),
            _ => {
                let f = vm.get_attr(thread.as_object(), &vm.intern("_stderr"))?;
                if f.is_none() {
                    return Ok(());
                }
                f
            }
        };
        let mut head = b"Exception in thread ".to_vec();
        let name = if thread.is_none() {
            None
        } else {
            vm.get_attr_opt(thread.as_object(), &vm.intern("_name"))?
        };
        match name {
            Some(n) => head.extend_from_slice(vm.str(n.as_object())?.as_bytes()),
            None => head.extend_from_slice(ident().to_string().as_bytes()),
        }
        head.extend_from_slice(b":\n");
        let head = vm.new_str_bytes(&head);
        vm.call_method(stderr.as_object(), &vm.names().write, &[head.as_object()])?;
        let own = vm.sys_attr(&vm.names().stderr)?.is_some_and(|f| !f.is_none());
        if !own && let Ok(e) = value.clone().downcast::<PyBaseException>() {
            // `sys.excepthook` would be silent without `sys.stderr`.
            crate::exceptions::display::print_exception(vm, &e, Some(stderr.as_object()));
        } else if let Some(show) = vm.sys_attr(&vm.intern("__excepthook__"))? {
            vm.call_positional(
                show.as_object(),
                &[typ.as_object(), value.as_object(), tb.as_object()],
            )?;
        }
        vm.call_method(stderr.as_object(), &vm.names().flush, &[]).map(drop)
    }
}

pub use module::MODULE;
