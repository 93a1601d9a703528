//! `sys`: the interpreter's own state and switches, as programs see them.

mod audit;

pub use audit::audit;

use crate::builtins::module::PyModule;
use crate::prelude::*;

/// This module provides access to some objects used or maintained by the
/// interpreter and to functions that interact strongly with the interpreter.
#[pymodule(name = "sys", parts(super::audit::part::PART))]
mod module {
    use super::*;

    #[init]
    fn exec(vm: &VirtualMachine, module: &Py<PyModule>) -> PyResult<()> {
        module.set(vm, "modules", vm.sys_modules().clone())
    }
}

pub use module::MODULE;
