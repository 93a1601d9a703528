//! `_ast`: the classes of syntax trees, and trees as objects.
//!
//! Classes and conversions expand from the parser's table of nodes: `classes` makes the
//! types, `to_object` turns trees into instances, `from_object` turns instances into trees
//! and `validate` refuses those that no source gives.  `base` is the class `AST` itself.

mod base;
mod classes;
mod from_object;
mod to_object;
mod validate;

pub use base::PyAst;
pub use classes::AstState;
pub use from_object::from_object;
pub use to_object::to_object;

use crate::prelude::*;

/// Classes of syntax tree nodes.
#[pymodule(name = "_ast", types(PyAst))]
pub mod module {
    use super::*;

    #[attr(name = "PyCF_ONLY_AST")]
    const ONLY_AST: i32 = 0x400;
    #[attr(name = "PyCF_TYPE_COMMENTS")]
    const TYPE_COMMENTS: i32 = 0x1000;
    #[attr(name = "PyCF_ALLOW_TOP_LEVEL_AWAIT")]
    const ALLOW_TOP_LEVEL_AWAIT: i32 = 0x2000;
    #[attr(name = "PyCF_OPTIMIZED_AST")]
    const OPTIMIZED_AST: i32 = 0x8400;

    #[init]
    fn exec(vm: &VirtualMachine, module: &Py<PyModule>) -> PyResult<()> {
        for typ in AstState::of(vm)?.all_types() {
            vm.set_attr(module.as_object(), &typ.name(), Some(typ.as_object()))?;
        }
        Ok(())
    }
}

pub use module::MODULE;

/// Whether an object is a node of a syntax tree.
pub fn is_ast(vm: &VirtualMachine, o: PyObject<'_>) -> bool {
    o.class(vm).is_subtype(vm.type_of::<PyAst>())
}
