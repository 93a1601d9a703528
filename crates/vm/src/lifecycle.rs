//! The start and the end of an interpreter, in CPython's order (`pylifecycle.c`).

mod finish;
mod printer;
mod report;
mod streams;

use crate::builtins::module::PyModule;
use crate::prelude::*;

impl VirtualMachine {
    /// From a bare machine to one that can import: core modules, importlib, standard
    /// streams, `__main__`, warnings, `site`.
    pub fn start(&self) -> PyResult<()> {
        self.boot_modules()?;
        if host::files::stat_file(2).is_ok() {
            let early = printer::PyStderrPrinter::create(self, 2);
            self.sys_dict().set_str(self, &self.names().stderr, early.clone())?;
            self.sys_dict().set_str(self, &self.intern("__stderr__"), early)?;
        }
        self.boot_importlib()?;
        self.main_module()?;
        if self.find_native("_signal").is_some() {
            crate::modules::signal::install(self)?;
        }
        self.make_streams()?;
        if !self.interp.settings.warn_options.is_empty() || self.interp.settings.dev_mode {
            crate::import::import_absolute(self, &self.names().warnings)?;
        }
        if !self.interp.settings.no_site {
            self.import_site()?;
        }
        Ok(())
    }

    fn boot_importlib(&self) -> PyResult<()> {
        let needed = ["_imp", "_io", "_thread", "_warnings", "_weakref", "marshal", "posix"];
        if needed.iter().any(|n| self.find_native(n).is_none()) {
            return Ok(());
        }
        let run = |name: &str, as_name: &str| -> PyResult<PyRef<PyModule>> {
            let made = crate::import::run_library_module(self, name, as_name)?;
            made.ok_or_else(|| self.import_error_msg(format!("there is no {name}")))
        };
        let state = &self.interp.import;
        self.trace_lifecycle("import _frozen_importlib # frozen");
        let bootstrap = run("importlib._bootstrap", "_frozen_importlib")?;
        // importlib asks a module that was there before it for the name of its frozen code.
        bootstrap.set(self, "__origname__", self.new_str("importlib._bootstrap"))?;
        self.trace_lifecycle("import _imp # builtin");
        let imp = self.import_native("_imp")?.unwrap_or_else(|| self.none());
        let sys = self.loaded_module("sys")?.unwrap_or_else(|| self.none());
        let install = self.intern("_install");
        self.call_method(bootstrap.as_object(), &install, &[sys.as_object(), imp.as_object()])?;
        state.importlib.set(Some(bootstrap.clone().into()));
        let install = self.intern("_install_external_importers");
        self.call_method(bootstrap.as_object(), &install, &[])?;
        state.importlib_external.set(self.loaded_module("_frozen_importlib_external")?);
        self.add_path_hooks()
    }

    /// Archives come first, then the library in the binary, then folders.
    fn add_path_hooks(&self) -> PyResult<()> {
        let hooks = self.sys_attr(&self.names().path_hooks)?;
        let Some(hooks) = hooks.as_ref().and_then(|h| h.as_object().downcast::<PyList>()) else {
            return Ok(());
        };
        let import = |name: &str| crate::import::import_absolute(self, &self.intern(name));
        if !self.interp.settings.paths.library_on_disk {
            let module = "_embedded_library";
            if let Some(m) = crate::import::run_library_module(self, module, module)?
                && let Some(hook) = m.get(self, "path_hook")?
            {
                hooks.items().insert(0, hook);
            }
        }
        let zip = import("zipimport")?;
        let importer = self.get_attr(zip.as_object(), &self.intern("zipimporter"))?;
        hooks.items().insert(0, importer);
        Ok(())
    }

    /// A line of `-v` about the interpreter's start or end.
    pub(crate) fn trace_lifecycle(&self, line: &str) {
        if self.interp.settings.verbose > 0 {
            self.write_stderr(format!("{line}\n").as_bytes());
        }
    }

    /// `import site`; what it says about its own failure is for `-v` only.
    fn import_site(&self) -> PyResult<()> {
        if self.interp.import.importlib.with(Option::is_none) {
            return Ok(());
        }
        let site = crate::import::import_absolute(self, &self.names().site)?;
        self.call_method(site.as_object(), &self.names().main, &[]).map(drop)
    }
}
