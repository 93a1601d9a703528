//! Loads of constants: small ints into their own instruction, and what a
//! constant decides at once (a jump on it, its truth, `is None`).

use bytecode::{Const, Opcode};

use super::{Block, Cfg, CfgInstr, ENTRY, NO_BLOCK};
use crate::error::CompileError;
use crate::instrs::ConstTable;

/// Whether the instruction pushes a constant that is known here.
pub(super) fn loads_const(opcode: Opcode) -> bool {
    matches!(opcode, Opcode::LoadConst | Opcode::LoadSmallInt)
}

pub(super) fn const_value(
    opcode: Opcode,
    oparg: u32,
    consts: &ConstTable,
) -> Result<Const, CompileError> {
    if opcode == Opcode::LoadSmallInt {
        return Ok(Const::Int(oparg.into()));
    }
    consts
        .get(oparg)
        .cloned()
        .ok_or_else(|| CompileError::system("Internal error: failed to get value of a constant"))
}

/// The operand of `LOAD_SMALL_INT`, for ints that have one.
fn small_int(value: &Const) -> Option<u32> {
    match value {
        Const::Int(value @ 0..=255) => Some(*value as u32),
        _ => None,
    }
}

/// Makes the instruction push `value`.
pub(super) fn make_load_const(instr: &mut CfgInstr, value: Const, consts: &mut ConstTable) {
    match small_int(&value) {
        Some(small) => instr.set(Opcode::LoadSmallInt, small),
        None => instr.set(Opcode::LoadConst, consts.add(value)),
    }
}

pub(super) fn is_true(value: &Const) -> bool {
    match value {
        Const::None | Const::False => false,
        Const::Int(value) => *value != 0,
        Const::Float(value) => *value != 0.0,
        Const::Complex(re, im) => *re != 0.0 || *im != 0.0,
        Const::Str(text) => !text.is_empty(),
        Const::Bytes(bytes) => !bytes.is_empty(),
        Const::Tuple(items) | Const::FrozenSet(items) => !items.is_empty(),
        _ => true,
    }
}

pub(super) fn bool_const(value: bool) -> Const {
    if value { Const::True } else { Const::False }
}

impl Cfg {
    pub(super) fn optimize_load_const(
        &mut self,
        consts: &mut ConstTable,
    ) -> Result<(), CompileError> {
        // In code order, as the order of new constants shows.
        let mut id = ENTRY;
        while id != NO_BLOCK {
            self.block_mut(id).optimize_load_const(consts)?;
            id = self.next(id);
        }
        Ok(())
    }
}

impl Block {
    fn optimize_load_const(&mut self, consts: &mut ConstTable) -> Result<(), CompileError> {
        // The constant on top of the stack, as the instruction that loads it.
        let (mut opcode, mut oparg) = (Opcode::Cache, 0);
        for i in 0..self.instrs.len() {
            let instr = &mut self.instrs[i];
            if instr.opcode == Opcode::LoadConst
                && let Some(small) = consts.get(instr.oparg).and_then(small_int)
            {
                instr.set(Opcode::LoadSmallInt, small);
            }
            let copies_const =
                opcode == Opcode::LoadConst && instr.opcode == Opcode::Copy && instr.oparg == 1;
            if !copies_const {
                (opcode, oparg) = (instr.opcode, instr.oparg);
            }
            if !loads_const(opcode) {
                continue;
            }
            let next = self.opcode_after(i);
            match next {
                Opcode::PopJumpIfFalse
                | Opcode::PopJumpIfTrue
                | Opcode::JumpIfFalse
                | Opcode::JumpIfTrue => {
                    let value = is_true(&const_value(opcode, oparg, consts)?);
                    if matches!(next, Opcode::PopJumpIfFalse | Opcode::PopJumpIfTrue) {
                        self.instrs[i].nop();
                    }
                    let jumps_if = matches!(next, Opcode::PopJumpIfTrue | Opcode::JumpIfTrue);
                    if value == jumps_if {
                        self.instrs[i + 1].opcode = Opcode::Jump;
                    } else {
                        self.instrs[i + 1].nop();
                    }
                }
                Opcode::IsOp => {
                    if matches!(const_value(opcode, oparg, consts)?, Const::None) {
                        self.jump_on_none(i);
                    }
                }
                Opcode::ToBool => {
                    let value = is_true(&const_value(opcode, oparg, consts)?);
                    let index = consts.add(bool_const(value));
                    self.instrs[i].nop();
                    self.instrs[i + 1].set(Opcode::LoadConst, index);
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// `LOAD_CONST None; IS_OP; [TO_BOOL]; POP_JUMP_IF_*` becomes one jump.
    fn jump_on_none(&mut self, i: usize) {
        let is_not = self.instrs[i + 1].oparg != 0;
        let mut at = i + 2;
        if self.instrs.get(at).is_some_and(|instr| instr.opcode == Opcode::ToBool) {
            self.instrs[at].nop();
            at += 1;
        }
        let on_none = match self.instrs.get(at).map(|instr| instr.opcode) {
            Some(Opcode::PopJumpIfTrue) => !is_not,
            Some(Opcode::PopJumpIfFalse) => is_not,
            _ => return,
        };
        self.instrs[i].nop();
        self.instrs[i + 1].nop();
        self.instrs[at].opcode =
            if on_none { Opcode::PopJumpIfNone } else { Opcode::PopJumpIfNotNone };
    }
}
