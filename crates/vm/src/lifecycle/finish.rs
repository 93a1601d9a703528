//! The end: threads, exit functions, streams, modules, finalisers.

use crate::builtins::module::PyModule;
use crate::prelude::*;

/// The status of a process whose output could not be written.
const LOST_OUTPUT: u8 = 120;

impl VirtualMachine {
    /// Ends the interpreter; the answer replaces the exit status unless it is 0.
    pub fn finish(&self) -> u8 {
        self.wait_for_threads();
        self.run_exit_functions();
        self.interp.import.finalizing.set(true);
        crate::modules::thread::stop_others(self);
        let mut status = 0;
        if !self.flush_streams() {
            status = LOST_OUTPUT;
        }
        self.finish_modules();
        // What could not be written before is lost, and said to be.
        if status == 0 && !self.flush_streams() {
            status = LOST_OUTPUT;
        }
        status
    }

    /// Once daemon threads are stopped there is no starting and no waiting for others.
    pub fn check_not_finalizing(&self, refused: &str) -> PyResult<()> {
        if !self.interp.import.finalizing.get() {
            return Ok(());
        }
        let error = &self.exc().python_finalization_error;
        Err(self.new_exception_msg(error, format!("{refused} at interpreter shutdown")))
    }

    fn report(&self, r: PyResult, msg: &str) {
        if let Err(e) = r {
            self.unraisable(e, Some(msg), PyObject::none());
        }
    }

    fn wait_for_threads(&self) {
        if let Ok(Some(threading)) = self.loaded_module("threading") {
            let r = self.call_method(threading.as_object(), &self.intern("_shutdown"), &[]);
            self.report(r, "Exception ignored on threading shutdown");
        }
    }

    fn run_exit_functions(&self) {
        if let Ok(Some(atexit)) = self.loaded_module("atexit") {
            let r = self.call_method(atexit.as_object(), &self.intern("_run_exitfuncs"), &[]);
            self.report(r, "Exception ignored in atexit callback");
        }
    }

    /// False if a stream could not be flushed; for standard output that is reported.
    pub fn flush_streams(&self) -> bool {
        let n = self.names();
        let mut good = true;
        for name in [&n.stdout, &n.stderr] {
            let Ok(Some(stream)) = self.sys_attr(name) else { continue };
            if stream.is_none() || self.is_closed(&stream) {
                continue;
            }
            if let Err(e) = self.call_method(stream.as_object(), &n.flush, &[]) {
                good = false;
                if name.as_bytes() == b"stdout" {
                    let text = "Exception ignored while flushing sys.stdout";
                    self.unraisable(e, Some(text), PyObject::none());
                }
            }
        }
        good
    }

    fn is_closed(&self, stream: &PyObjectRef) -> bool {
        match self.get_attr(stream.as_object(), &self.names().closed) {
            Ok(v) => self.is_true(v.as_object()).unwrap_or(false),
            Err(_) => false,
        }
    }

    /// Lets go of modules: what else nobody holds dies here, and its finalisers run while
    /// `sys` and `builtins` are still whole.
    fn finish_modules(&self) {
        let set = |dict: &PyDict, name: &str, value: PyObjectRef| {
            // An exact string key in a dict of strings.
            let _ = dict.set_str(self, &self.intern(name), value);
        };
        self.trace_lifecycle("# clear builtins._");
        set(self.builtins_dict(), "_", self.none());
        for name in [
            "path",
            "argv",
            "ps1",
            "ps2",
            "last_exc",
            "last_type",
            "last_value",
            "last_traceback",
            "path_importer_cache",
            "meta_path",
            "path_hooks",
        ] {
            self.trace_lifecycle(&format!("# clear sys.{name}"));
            set(self.sys_dict(), name, self.none());
        }
        for (name, original) in
            [("stdin", "__stdin__"), ("stdout", "__stdout__"), ("stderr", "__stderr__")]
        {
            let found = self.sys_attr(&self.intern(original)).ok().flatten();
            set(self.sys_dict(), name, found.unwrap_or_else(|| self.none()));
        }
        let modules = self.sys_modules().clone();
        let mut kept: Vec<PyRef<PyModule>> = Vec::new();
        for (name, module) in modules.items() {
            let Some(m) = module.as_object().downcast::<PyModule>() else { continue };
            self.trace_cleanup("[2] removing", name.as_object());
            if !self.interp.import.is_core(m) {
                kept.push(m.to_ref());
            }
            let _ = modules.set(self, name.as_object(), self.none());
        }
        modules.table().take_all();
        self.interp.import.importlib.set(None);
        self.interp.import.importlib_external.set(None);
        self.run_pending_finalizers();
        // Modules that only `sys.modules` held are gone with their list; others, which
        // something still refers to, are emptied, the latest first.
        let mut alive: Vec<PyRef<PyModule>> = Vec::new();
        for m in kept {
            if m.header().count() > 1 {
                alive.push(m);
            } else {
                drop(m);
                self.run_pending_finalizers();
            }
        }
        crate::gc::collect(self, 2);
        self.run_pending_finalizers();
        while let Some(m) = alive.pop() {
            if let Ok(Some(name)) = m.get(self, "__name__") {
                self.trace_cleanup("[3] wiping", name.as_object());
            }
            self.clear_module(&m);
        }
        crate::gc::collect(self, 2);
        self.run_pending_finalizers();
    }

    fn trace_cleanup(&self, what: &str, module: PyObject<'_>) {
        if let Some(name) = module.downcast::<PyStr>() {
            self.trace_lifecycle(&format!("# cleanup{what} {}", name.to_string_lossy()));
        }
    }

    /// Sets a module's names to None: those with one underscore first.
    fn clear_module(&self, m: &Py<PyModule>) {
        for private in [true, false] {
            for (name, value) in m.dict().items() {
                let Some(text) = name.as_object().downcast::<PyStr>() else { continue };
                let bytes = text.as_bytes();
                let is_private = bytes.first() == Some(&b'_') && bytes.get(1) != Some(&b'_');
                if value.is_none() || is_private != private || bytes == b"__builtins__" {
                    continue;
                }
                drop(value);
                let _ = m.dict().set(self, name.as_object(), self.none());
                self.run_pending_finalizers();
            }
        }
    }
}
