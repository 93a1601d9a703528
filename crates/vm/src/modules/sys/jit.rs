//! `sys._jit`: what programs may ask about compilation while they run.

use crate::prelude::pymodule;

/// Answers questions about just-in-time compilation: there is none.
#[pymodule(name = "sys._jit")]
mod module {
    /// Whether the interpreter could compile while it runs.
    #[function(sig = "()")]
    fn is_available() -> bool {
        false
    }

    /// Whether it does so.
    #[function(sig = "()")]
    fn is_enabled() -> bool {
        false
    }

    /// Whether the caller runs compiled code.
    #[function(sig = "()")]
    fn is_active() -> bool {
        false
    }
}

pub use module::MODULE;
