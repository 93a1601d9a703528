//! Warnings that natives give.

use super::{PyResult, VirtualMachine};
use crate::object::Py;
use crate::types::PyType;

impl VirtualMachine {
    /// `warnings.warn(message, category, stacklevel)`.  Before that module's machinery is
    /// loaded nobody could see or filter a warning, and none is given.
    #[cold]
    pub fn warn(&self, category: &Py<PyType>, message: &str, stacklevel: i64) -> PyResult<()> {
        let modules = self.sys_modules();
        for module in ["warnings", "_warnings"] {
            let Some(module) = modules.get_str(self, &self.intern(module))? else { continue };
            let message = self.new_str(message);
            let level = self.new_int(stacklevel);
            let args = [message.as_object(), category.as_object(), level.as_object()];
            self.call_method(module.as_object(), &self.intern("warn"), &args)?;
            break;
        }
        Ok(())
    }
}
