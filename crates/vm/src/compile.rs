//! From source text to code objects: the parser and the compiler behind `compile()`.

use crate::builtins::code::PyCode;
use crate::prelude::*;
use parser::{Mode, ParseOptions};

impl VirtualMachine {
    /// Compiles UTF-8 source; syntax errors and warnings come as Python's.
    pub fn compile_source(
        &self,
        source: &[u8],
        filename: &[u8],
        mode: Mode,
    ) -> PyResult<PyRef<PyCode>> {
        let arena = bumpalo::Bump::new();
        let options = ParseOptions { mode, ..ParseOptions::default() };
        let parsed = parser::parse(&arena, source, &options)
            .map_err(|e| self.syntax_error_placeholder(&e.msg))?;
        let compile_options = compiler::CompileOptions {
            optimize: self.interp.settings.optimize,
            ..compiler::CompileOptions::default()
        };
        let (raw, _warnings) = compiler::compile(&parsed.module, filename, &compile_options)
            .map_err(|e| self.syntax_error_placeholder(&e.msg))?;
        Ok(PyCode::from_raw(self, &raw))
    }

    fn syntax_error_placeholder(&self, msg: &str) -> PyErr {
        self.new_exception_msg(&self.exc().syntax_error, msg)
    }
}
