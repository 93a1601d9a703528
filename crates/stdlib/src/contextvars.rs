//! `_contextvars`: contexts, the variables whose values they hold, and the tokens that undo
//! a change.
//!
//! A context's values lie in a persistent map (`map`), so that copying one is free.  The
//! context that code runs in belongs to its thread (`VirtualMachine::context`).

mod context;
mod iter;
mod map;
mod token;
mod variable;

pub use context::PyContext;
pub use iter::{PyContextItems, PyContextKeys, PyContextValues};
pub use token::{PyMissing, PyToken};
pub use variable::PyContextVar;

use vm::prelude::*;

/// Context variables.
#[pymodule(name = "_contextvars", types(PyContext, PyContextVar, PyToken))]
pub mod module {
    use super::*;

    #[function(sig = "($module, /)")]
    fn copy_context(vm: &VirtualMachine) -> PyRef<PyContext> {
        context::current(vm).duplicate(vm)
    }
}

pub use module::MODULE;
