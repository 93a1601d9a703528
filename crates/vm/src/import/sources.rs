//! Sources that no file holds: what `-c` and the interactive session ran, for tracebacks.
//!
//! `linecache` shows them, once it is there; until then they wait.

use super::import_module;
use crate::builtins::code::PyCode;
use crate::prelude::*;

/// Code and what it was compiled from.
pub type Sources = PyCell<Vec<(PyRef<PyCode>, PyRef<PyStr>)>>;

impl VirtualMachine {
    /// Lets tracebacks show the lines of code that comes from no file.
    pub fn remember_source(&self, code: &PyRef<PyCode>, source: &str) {
        let entry = (code.clone(), self.new_str(source));
        self.interp.import.sources.with_mut(|s| s.push(entry));
        if matches!(self.loaded_module("linecache"), Ok(Some(_))) {
            tell_linecache(self);
        }
    }

    /// Has `linecache` imported if it would be told something.
    pub(crate) fn show_sources(&self) {
        if self.interp.import.sources.with(|s| !s.is_empty()) {
            // Without the module tracebacks have no lines, and are no worse for it.
            let _ = import_module(self, &self.intern("linecache"));
        }
    }
}

/// What tracebacks call the file of a code object: the statements of a session are one file.
fn shown_name(vm: &VirtualMachine, code: &PyCode) -> PyRef<PyStr> {
    let name = code.filename();
    if name.as_bytes().starts_with(b"<stdin-") { vm.intern("<stdin>") } else { name }
}

/// `linecache` is there: it gets the sources that wait.
pub(super) fn tell_linecache(vm: &VirtualMachine) {
    let tell = || -> PyResult<()> {
        let Some(module) = vm.loaded_module("linecache")? else { return Ok(()) };
        let register = vm.get_attr(module.as_object(), &vm.intern("_register_code"))?;
        for (code, source) in vm.interp.import.sources.replace(Vec::new()) {
            let name = shown_name(vm, &code);
            let args = [code.as_object(), source.as_object(), name.as_object()];
            vm.call_positional(register.as_object(), &args)?;
        }
        Ok(())
    };
    // A program may have put anything in the module's place; then lines are not shown.
    let _ = tell();
}
