//! The peephole pass: short sequences within a block become shorter ones, jumps
//! to jumps lead to where those lead, constant expressions are computed.

use bytecode::Opcode;
use bytecode::oparg::{CompareOp, Intrinsic1};

use super::{BlockId, Cfg, ENTRY, NO_BLOCK, has_target};
use crate::error::CompileError;
use crate::instrs::ConstTable;

const LIST_TO_TUPLE: u32 = Intrinsic1::ListToTuple as u32;
const UNARY_POSITIVE: u32 = Intrinsic1::UnaryPositive as u32;

impl Cfg {
    pub(super) fn peephole(&mut self, consts: &mut ConstTable) -> Result<(), CompileError> {
        let mut id = ENTRY;
        while id != NO_BLOCK {
            let mut i = 0;
            while i < self.block(id).instrs.len() {
                i = self.peephole_at(id, i, consts)?;
            }
            self.block_mut(id).optimize_swaps();
            id = self.next(id);
        }
        Ok(())
    }

    /// Looks at place `i`; the answer is where to look next.
    fn peephole_at(
        &mut self,
        id: BlockId,
        i: usize,
        consts: &mut ConstTable,
    ) -> Result<usize, CompileError> {
        let instr = self.block(id).instrs[i];
        let opcode = instr.opcode;
        if has_target(opcode) {
            return Ok(self.thread_jump(id, i));
        }
        let block = self.block_mut(id);
        let next = block.opcode_after(i);
        let oparg = instr.oparg;
        // The rewrites below that make one of two instructions put it in the
        // second place.
        match opcode {
            Opcode::BuildTuple => {
                if next == Opcode::UnpackSequence && oparg == block.instrs[i + 1].oparg {
                    match oparg {
                        1 => {
                            block.instrs[i].nop();
                            block.instrs[i + 1].nop();
                            return Ok(i + 1);
                        }
                        2 | 3 => {
                            block.instrs[i].nop();
                            block.instrs[i + 1].opcode = Opcode::Swap;
                            return Ok(i + 1);
                        }
                        _ => {}
                    }
                }
                block.fold_tuple(i, consts)?;
            }
            Opcode::BuildList | Opcode::BuildSet => block.optimize_list_or_set(i, next, consts)?,
            Opcode::ListAppend | Opcode::SetAdd
                if matches!(next, Opcode::GetIter | Opcode::ContainsOp) =>
            {
                block.fold_long_display(i, consts)?;
            }
            Opcode::StoreFast => {
                let following = block.instrs.get(i + 1);
                if following.is_some_and(|following| {
                    following.opcode == Opcode::StoreFast
                        && following.oparg == oparg
                        && following.loc.lineno == instr.loc.lineno
                }) {
                    block.instrs[i].set(Opcode::PopTop, 0);
                }
            }
            Opcode::Swap if oparg == 1 => block.instrs[i].nop(),
            Opcode::LoadGlobal if next == Opcode::PushNull && oparg & 1 == 0 => {
                block.instrs[i].set(Opcode::LoadGlobal, oparg | 1);
                block.instrs[i + 1].nop();
            }
            Opcode::CompareOp if next == Opcode::ToBool => {
                block.instrs[i].nop();
                block.instrs[i + 1].set(Opcode::CompareOp, oparg | CompareOp::TO_BOOL);
            }
            Opcode::ContainsOp | Opcode::IsOp => match next {
                Opcode::ToBool => {
                    block.instrs[i].nop();
                    block.instrs[i + 1].set(opcode, oparg);
                }
                Opcode::UnaryNot => {
                    block.instrs[i].nop();
                    block.instrs[i + 1].set(opcode, oparg ^ 1);
                }
                _ => {}
            },
            Opcode::ToBool if next == Opcode::ToBool => block.instrs[i].nop(),
            Opcode::UnaryNot if next == Opcode::ToBool => {
                block.instrs[i].nop();
                block.instrs[i + 1].set(Opcode::UnaryNot, 0);
            }
            Opcode::UnaryNot if next == Opcode::UnaryNot => {
                block.instrs[i].nop();
                block.instrs[i + 1].nop();
            }
            Opcode::UnaryNot | Opcode::UnaryInvert | Opcode::UnaryNegative => {
                block.fold_unary(i, consts)?;
            }
            Opcode::CallIntrinsic1 if oparg == LIST_TO_TUPLE => {
                // Iterating a list does as well.
                let folded = block.fold_list_to_tuple(i, consts)?;
                if !folded && next == Opcode::GetIter {
                    block.instrs[i].nop();
                }
            }
            Opcode::CallIntrinsic1 if oparg == UNARY_POSITIVE => block.fold_unary(i, consts)?,
            Opcode::BinaryOp => block.fold_binary(i, consts)?,
            _ => {}
        }
        Ok(i + 1)
    }

    /// A jump at place `i` whose target is a jump.
    fn thread_jump(&mut self, id: BlockId, i: usize) -> usize {
        let instr = self.block(id).instrs[i];
        let target = self.block(instr.target);
        let Some(&there) = target.instrs.first() else {
            return i + 1;
        };
        let opcode = match (instr.opcode, there.opcode) {
            (
                Opcode::PopJumpIfFalse
                | Opcode::PopJumpIfTrue
                | Opcode::PopJumpIfNone
                | Opcode::PopJumpIfNotNone,
                Opcode::Jump,
            )
            | (Opcode::JumpIfFalse, Opcode::Jump | Opcode::JumpIfFalse)
            | (Opcode::JumpIfTrue, Opcode::Jump | Opcode::JumpIfTrue)
            | (Opcode::Jump | Opcode::JumpNoInterrupt, Opcode::JumpNoInterrupt) => instr.opcode,
            (Opcode::Jump | Opcode::JumpNoInterrupt, Opcode::Jump) => Opcode::Jump,
            (Opcode::JumpIfFalse, Opcode::JumpIfTrue)
            | (Opcode::JumpIfTrue, Opcode::JumpIfFalse) => {
                // The value is known not to jump there: go on behind it.
                let next = target.next;
                self.block_mut(id).instrs[i].target = next;
                return i;
            }
            _ => return i + 1,
        };
        // Equal targets would loop for ever and change nothing.
        if instr.target == there.target {
            return i + 1;
        }
        // The old place stays as a `NOP`, in case its line is needed.
        let block = self.block_mut(id);
        block.instrs[i].nop();
        block.append_jump(opcode, there.target, there.loc);
        i
    }
}
