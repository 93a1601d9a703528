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

/// What the interpreter knows about its instructions.
#[pymodule(name = "_opcode")]
pub mod module {
    use super::*;

    #[attr(name = "ENABLE_SPECIALIZATION")]
    const ENABLE_SPECIALIZATION: bool = true;
    #[attr(name = "ENABLE_SPECIALIZATION_FT")]
    const ENABLE_SPECIALIZATION_FT: bool = false;

    /// How much the stack grows by the instruction.
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

    /// Whether an instruction has this number.
    #[function(sig = "(opcode)")]
    fn is_valid(opcode: i32) -> bool {
        number(opcode).is_some_and(metadata::is_valid)
    }

    /// Whether the instruction has an operand.
    #[function(sig = "(opcode)")]
    fn has_arg(opcode: i32) -> bool {
        test(opcode, metadata::has_arg)
    }

    /// Whether the instruction's operand names a constant.
    #[function(sig = "(opcode)")]
    fn has_const(opcode: i32) -> bool {
        test(opcode, metadata::has_const)
    }

    /// Whether the instruction's operand is a name.
    #[function(sig = "(opcode)")]
    fn has_name(opcode: i32) -> bool {
        test(opcode, metadata::has_name)
    }

    /// Whether the instruction jumps.
    #[function(sig = "(opcode)")]
    fn has_jump(opcode: i32) -> bool {
        test(opcode, metadata::has_jump)
    }

    /// Whether the instruction's operand names a cell or a variable of an outer function.
    #[function(sig = "(opcode)")]
    fn has_free(opcode: i32) -> bool {
        test(opcode, metadata::has_free)
    }

    /// Whether the instruction's operand names a local variable.
    #[function(sig = "(opcode)")]
    fn has_local(opcode: i32) -> bool {
        test(opcode, metadata::has_local)
    }

    /// Whether the instruction sets an exception handler.
    #[function(sig = "(opcode)")]
    fn has_exc(opcode: i32) -> bool {
        test(opcode, metadata::has_exc)
    }

    /// Counts about specialisation, if the interpreter was built to keep them
    #[function(sig = "()")]
    fn get_specialization_stats() -> Option<PyObjectRef> {
        None
    }

    /// Names and symbols behind the operands of BINARY_OP.
    #[function(sig = "()")]
    fn get_nb_ops() -> Vec<(&'static str, &'static str)> {
        BinaryOp::ALL.iter().map(|op| (op.name(), op.symbol())).collect()
    }

    /// The names behind the operands of CALL_INTRINSIC_1.
    #[function(sig = "()")]
    fn get_intrinsic1_descs() -> Vec<&'static str> {
        oparg::Intrinsic1::ALL.iter().map(|i| i.name()).collect()
    }

    /// The names behind the operands of CALL_INTRINSIC_2.
    #[function(sig = "()")]
    fn get_intrinsic2_descs() -> Vec<&'static str> {
        oparg::Intrinsic2::ALL.iter().map(|i| i.name()).collect()
    }

    /// The names behind the operands of LOAD_SPECIAL.
    #[function(sig = "()")]
    fn get_special_method_names() -> Vec<&'static str> {
        oparg::SpecialMethod::ALL.iter().map(|m| m.name()).collect()
    }

    /// The compiled trace at an offset of a code object: None, as there are no traces.
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
