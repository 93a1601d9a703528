//! Warnings that natives give.

use super::{PyResult, VirtualMachine};
use crate::object::Py;
use crate::types::PyType;

impl VirtualMachine {
    /// `warnings.warn(message, category, stacklevel)`.
    #[cold]
    pub fn warn(&self, category: &Py<PyType>, message: &str, stacklevel: i64) -> PyResult<()> {
        let message = self.new_str(message);
        let category = Some(category.as_object());
        crate::modules::warnings::warn(self, message.as_object(), category, stacklevel, None, &[])
    }
}
