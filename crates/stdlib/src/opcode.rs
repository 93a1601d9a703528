//! `_opcode`: the instruction table as `dis` asks for it.

use bytecode::metadata;
use bytecode::oparg::{self, BinaryOp};
use vm::builtins::code::PyCode;
use vm::prelude::*;

fn number(opcode: i32) -> Option<u32> {
    u32::try_from(opcode).ok()
}

fn test(opcode: i32, has: fn(u32) -> bool) -> bool {
    number(opcode).is_some_and(|n| metadata::is_valid(n) && has(n))
}

/// Opcode support module.
#[pymodule(name = "_opcode")]
pub mod module {
    use super::*;

    #[attr(name = "ENABLE_SPECIALIZATION")]
    const ENABLE_SPECIALIZATION: bool = true;
    #[attr(name = "ENABLE_SPECIALIZATION_FT")]
    const ENABLE_SPECIALIZATION_FT: bool = false;

    /// Compute the stack effect of the opcode.
    #[function(sig = "(opcode, oparg=None, /, *, jump=None)")]
    fn stack_effect(
        vm: &VirtualMachine,
        opcode: i32,
        oparg: NoneOr<i32>,
        jump: NoneOr<PyObject<'_>>,
    ) -> PyResult<i32> {
        let jump = match jump.0.map(|j| j.as_bool()) {
            None => None,
            Some(Some(j)) => Some(j),
            Some(None) => {
                return Err(vm.value_error("stack_effect: jump must be False, True or None"));
            }
        };
        number(opcode)
            .filter(|n| metadata::is_valid(*n))
            .and_then(|n| metadata::stack_effect(n, oparg.0.unwrap_or(0), jump))
            .ok_or_else(|| vm.value_error("invalid opcode or oparg"))
    }

    /// Return True if opcode is valid, False otherwise.
    #[function(sig = "(opcode)")]
    fn is_valid(opcode: i32) -> bool {
        number(opcode).is_some_and(metadata::is_valid)
    }

    /// Return True if the opcode uses its oparg, False otherwise.
    #[function(sig = "(opcode)")]
    fn has_arg(opcode: i32) -> bool {
        test(opcode, metadata::has_arg)
    }

    /// Return True if the opcode accesses a constant, False otherwise.
    #[function(sig = "(opcode)")]
    fn has_const(opcode: i32) -> bool {
        test(opcode, metadata::has_const)
    }

    /// Return True if the opcode accesses an attribute by name, False otherwise.
    #[function(sig = "(opcode)")]
    fn has_name(opcode: i32) -> bool {
        test(opcode, metadata::has_name)
    }

    /// Return True if the opcode has a jump target, False otherwise.
    #[function(sig = "(opcode)")]
    fn has_jump(opcode: i32) -> bool {
        test(opcode, metadata::has_jump)
    }

    /// Return True if the opcode accesses a free variable, False otherwise.
    ///
    /// Note that 'free' in this context refers to names in the current scope
    /// that are referenced by inner scopes or names in outer scopes that are
    /// referenced from this scope. It does not include references to global
    /// or builtin scopes.
    #[function(sig = "(opcode)")]
    fn has_free(opcode: i32) -> bool {
        test(opcode, metadata::has_free)
    }

    /// Return True if the opcode accesses a local variable, False otherwise.
    #[function(sig = "(opcode)")]
    fn has_local(opcode: i32) -> bool {
        test(opcode, metadata::has_local)
    }

    /// Return True if the opcode sets an exception handler, False otherwise.
    #[function(sig = "(opcode)")]
    fn has_exc(opcode: i32) -> bool {
        test(opcode, metadata::has_exc)
    }

    /// Return the specialization stats
    #[function(sig = "()")]
    fn get_specialization_stats() -> Option<PyObjectRef> {
        None
    }

    /// Return array of symbols of binary ops.
    ///
    /// Indexed by the BINARY_OP oparg value.
    #[function(sig = "()")]
    fn get_nb_ops() -> Vec<(&'static str, &'static str)> {
        BinaryOp::ALL.iter().map(|op| (op.name(), op.symbol())).collect()
    }

    /// Return a list of names of the unary intrinsics.
    #[function(sig = "()")]
    fn get_intrinsic1_descs() -> Vec<&'static str> {
        oparg::Intrinsic1::ALL.iter().map(|i| i.name()).collect()
    }

    /// Return a list of names of the binary intrinsics.
    #[function(sig = "()")]
    fn get_intrinsic2_descs() -> Vec<&'static str> {
        oparg::Intrinsic2::ALL.iter().map(|i| i.name()).collect()
    }

    /// Return a list of special method names.
    #[function(sig = "()")]
    fn get_special_method_names() -> Vec<&'static str> {
        oparg::SpecialMethod::ALL.iter().map(|m| m.name()).collect()
    }

    /// Return the executor object at offset in code if exists, None otherwise.
    #[function(sig = "(code, offset)")]
    fn get_executor(
        vm: &VirtualMachine,
        code: PyObject<'_>,
        offset: i32,
    ) -> PyResult<Option<PyObjectRef>> {
        let Some(code) = code.downcast::<PyCode>() else {
            return Err(vm.type_error(format!(
                "expected a code object, not '{}'",
                code.class(vm).display_name()
            )));
        };
        let (_, _) = (code, offset);
        Err(vm.value_error("no executor at given byte offset"))
    }
}

pub use module::MODULE;
