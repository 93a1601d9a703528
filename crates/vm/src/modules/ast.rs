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

use crate::compile::{AstBridge, Compile, flags};
use crate::prelude::*;
use bumpalo::Bump;

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
        vm.interp.import.ast.set(Some(AstBridge {
            is_ast: |vm, o| Ok(is_ast(vm, o)),
            compile: compile_tree,
            to_object,
        }));
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

/// `compile()` of a tree: to code, or to a tree if the flags say so.
fn compile_tree(vm: &VirtualMachine, tree: PyObject<'_>, job: &Compile) -> PyResult {
    let optimized = job.flags & flags::OPTIMIZED_AST == flags::OPTIMIZED_AST;
    if job.flags & flags::ONLY_AST != 0 && !optimized {
        return Ok(tree.to_owned());
    }
    let arena = Bump::new();
    let module = from_object(vm, tree, &arena, job.mode)?;
    if optimized {
        return to_object(vm, &job.preprocess(vm, &module, &arena)?);
    }
    Ok(job.tree_to_code(vm, &module, false)?.into())
}
