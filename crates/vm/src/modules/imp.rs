//! `_imp`: what importlib asks the interpreter for.

use crate::prelude::*;

/// (Extremely) low-level import machinery bits as used by importlib.
#[pymodule(name = "_imp")]
mod module {
    use super::*;

    /// Returns True if the module name corresponds to a built-in module.
    #[function(sig = "(name, /)")]
    fn is_builtin(vm: &VirtualMachine, name: &str) -> i32 {
        i32::from(vm.find_native(name).is_some())
    }
}

pub use module::MODULE;
