//! The end: threads, exit functions, streams, modules, finalisers.

use crate::builtins::module::PyModule;
use crate::builtins::weakref::PyWeak;
use crate::prelude::*;

/// The status of a process whose output could not be written.
const LOST_OUTPUT: u8 = 120;

impl VirtualMachine {
    /// Ends the interpreter; the answer replaces the exit status unless it is 0.
    pub fn finish(&self) -> u8 {
        self.wait_for_threads();
        crate::modules::atexit::run(self);
        self.interp.import.finalizing.set(true);
        crate::modules::thread::stop_others(self);
        let mut status = 0;
        if !self.flush_streams() {
            status = LOST_OUTPUT;
        }
        if self.find_native("_signal").is_some() {
            crate::modules::signal::finish(self);
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
        let mut listed: Vec<PyRef<PyWeak>> = Vec::new();
        for (name, module) in modules.items() {
            let Some(m) = module.as_object().downcast::<PyModule>() else { continue };
            self.trace_cleanup("[2] removing", name.as_object());
            if !self.interp.import.is_core(m) {
                let class = self.type_of::<PyWeak>();
                listed.extend(PyWeak::create(self, class, m.as_object(), None));
            }
            let _ = modules.set(self, name.as_object(), self.none());
            drop(module);
            self.run_pending_finalizers();
        }
        modules.table().take_all();
        self.interp.import.importlib.set(None);
        self.interp.import.importlib_external.set(None);
        self.run_pending_finalizers();
        // What only cycles held goes now, with all that it can see still whole.
        crate::gc::collect(self, 2);
        self.run_pending_finalizers();
        // Modules that something else still refers to are emptied, the latest first.
        while let Some(weak) = listed.pop() {
            let Some(Ok(m)) = weak.upgrade().map(PyObjectRef::downcast::<PyModule>) else {
                continue;
            };
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
