//! `_sre`: pattern, match and scanner objects over the matcher of crate `sre`.
//!
//! Spans are kept in bytes; they become character positions when Python asks for numbers.

mod expand;
mod matches;
mod pattern;
mod scanner;
mod subject;
mod template;

pub use matches::PyMatch;
pub use pattern::PyPattern;
pub use scanner::PyScanner;
pub use template::PyTemplate;

use sre_engine as engine;
use vm::prelude::*;

#[pymodule(name = "_sre", types(PyPattern, PyMatch, PyScanner, PyTemplate))]
pub mod module {
    use super::*;

    #[attr(name = "MAGIC")]
    const MAGIC: u32 = engine::MAGIC;
    #[attr(name = "CODESIZE")]
    const CODESIZE: usize = engine::CODESIZE;
    #[attr(name = "MAXREPEAT")]
    const MAXREPEAT: u32 = engine::MAXREPEAT;
    #[attr(name = "MAXGROUPS")]
    const MAXGROUPS: u32 = engine::MAXGROUPS;

    #[function(sig = "()")]
    fn getcodesize() -> usize {
        engine::CODESIZE
    }

    #[function(sig = "(character, /)")]
    fn ascii_iscased(character: i32) -> bool {
        engine::ascii_iscased(character as u32)
    }

    #[function(sig = "(character, /)")]
    fn unicode_iscased(character: i32) -> bool {
        engine::unicode_iscased(character as u32)
    }

    #[function(sig = "(character, /)")]
    fn ascii_tolower(character: i32) -> u32 {
        engine::ascii_tolower(character as u32)
    }

    #[function(sig = "(character, /)")]
    fn unicode_tolower(character: i32) -> u32 {
        engine::unicode_tolower(character as u32)
    }

    #[function(sig = "(pattern, flags, code, groups, groupindex, indexgroup)")]
    fn compile(
        vm: &VirtualMachine,
        pattern: PyObject<'_>,
        flags: i32,
        code: &Py<PyList>,
        groups: isize,
        groupindex: &Py<PyDict>,
        indexgroup: &Py<PyTuple>,
    ) -> PyResult<PyRef<PyPattern>> {
        PyPattern::compile(vm, pattern, flags, code, groups, groupindex, indexgroup)
    }

    /// A replacement: literals with numbers of groups between them.
    #[function(sig = "(pattern, template, /)")]
    fn template(
        vm: &VirtualMachine,
        pattern: PyObject<'_>,
        template: &Py<PyList>,
    ) -> PyResult<PyRef<PyTemplate>> {
        let _ = pattern;
        PyTemplate::create(vm, template)
    }
}

pub use module::MODULE;
