//! `sys`: the interpreter's own state and switches, as programs see them.

mod asyncgen;
mod audit;
mod configuration;
mod hooks;
mod jit;
mod limits;
mod monitoring;
mod objects;
mod stdlib_names;
mod tracing;

pub use audit::audit;
pub use configuration::{VERSION, version_text};

use crate::builtins::module::PyModule;
use crate::prelude::*;

/// This module provides access to some objects used or maintained by the
/// interpreter and to functions that interact strongly with the interpreter.
///
/// Dynamic objects:
///
/// argv -- command line arguments; argv[0] is the script pathname if known
/// path -- module search path; path[0] is the script directory, else ''
/// modules -- dictionary of loaded modules
///
/// displayhook -- called to show results in an interactive session
/// excepthook -- called to handle any uncaught exception other than SystemExit
///   To customize printing in an interactive session or to install a custom
///   top-level exception handler, assign other functions to replace these.
///
/// stdin -- standard input file object; used by input()
/// stdout -- standard output file object; used by print()
/// stderr -- standard error object; used for error messages
///   By assigning other file objects (or objects that behave like files)
///   to these, it is possible to redirect all of the interpreter's I/O.
#[pymodule(
    name = "sys",
    parts(
        super::asyncgen::part::PART,
        super::audit::part::PART,
        super::hooks::part::PART,
        super::limits::part::PART,
        super::objects::part::PART,
        super::tracing::part::PART
    )
)]
mod module {
    use super::*;

    #[init]
    fn exec(vm: &VirtualMachine, module: &Py<PyModule>) -> PyResult<()> {
        module.set(vm, "modules", vm.sys_modules().clone())?;
        super::configuration::fill(vm, module)?;
        module.set(vm, "_jit", vm.new_native_module(&super::jit::MODULE)?)?;
        let monitoring = vm.new_native_module(&super::monitoring::MODULE)?;
        vm.exec_native_module(&monitoring)?;
        module.set(vm, "monitoring", monitoring)?;
        for hook in ["displayhook", "excepthook", "breakpointhook", "unraisablehook"] {
            if let Some(f) = module.get(vm, hook)? {
                module.set(vm, &format!("__{hook}__"), f)?;
            }
        }
        Ok(())
    }
}

pub use module::MODULE;
