//! Pseudo instructions become real ones, and conditional jumps all lead forward.

use bytecode::Opcode;

use super::{Cfg, CfgInstr, ENTRY, NO_BLOCK, is_block_push};
use crate::error::CompileError;

impl Cfg {
    /// `JUMP_IF_*` keeps its value: copy it and jump on its truth.
    pub(super) fn convert_conditional_jumps(&mut self) {
        self.each(|cfg, id| {
            let instrs = &mut cfg.block_mut(id).instrs;
            let Some(last) = instrs.last_mut() else {
                return;
            };
            last.opcode = match last.opcode {
                Opcode::JumpIfFalse => Opcode::PopJumpIfFalse,
                Opcode::JumpIfTrue => Opcode::PopJumpIfTrue,
                _ => return,
            };
            let copy = CfgInstr { except: last.except, ..CfgInstr::new(Opcode::Copy, 1, last.loc) };
            let to_bool = CfgInstr { opcode: Opcode::ToBool, oparg: 0, ..copy };
            let at = instrs.len() - 1;
            instrs.insert(at, copy);
            instrs.insert(at + 1, to_bool);
        });
    }

    pub(super) fn convert_pseudo_ops(&mut self) -> Result<(), CompileError> {
        self.each_instr(|instr| match instr.opcode {
            Opcode::LoadClosure => instr.opcode = Opcode::LoadFast,
            Opcode::StoreFastMaybeNull => instr.opcode = Opcode::StoreFast,
            opcode if is_block_push(opcode) => instr.nop(),
            _ => {}
        });
        self.remove_redundant_nops_and_jumps()
    }

    /// Conditional jumps exist only forwards: a backward one is reversed to
    /// skip a backward `JUMP`.  `NOT_TAKEN` marks the path that does not jump.
    pub(super) fn normalize_jumps(&mut self) {
        self.clear_visited();
        let mut id = ENTRY;
        while id != NO_BLOCK {
            self.block_mut(id).visited = true;
            self.normalize_jump(id);
            id = self.next(id);
        }
    }

    fn normalize_jump(&mut self, id: u32) {
        let Some(&last) = self.block(id).instrs.last() else {
            return;
        };
        let reversed = match last.opcode {
            Opcode::PopJumpIfNotNone => Opcode::PopJumpIfNone,
            Opcode::PopJumpIfNone => Opcode::PopJumpIfNotNone,
            Opcode::PopJumpIfFalse => Opcode::PopJumpIfTrue,
            Opcode::PopJumpIfTrue => Opcode::PopJumpIfFalse,
            _ => return,
        };
        let not_taken = CfgInstr::new(Opcode::NotTaken, 0, last.loc);
        if !self.block(last.target).visited {
            self.block_mut(id).instrs.push(not_taken);
            return;
        }
        let startdepth = self.block(last.target).startdepth;
        let next = self.next(id);
        let cold = self.block(id).cold;
        let backwards = self.new_block();
        let block = self.block_mut(backwards);
        block.instrs.push(not_taken);
        block.append_jump(Opcode::Jump, last.target, last.loc);
        block.startdepth = startdepth;
        block.cold = cold;
        block.next = next;
        let block = self.block_mut(id);
        block.next = backwards;
        if let Some(jump) = block.instrs.last_mut() {
            jump.opcode = reversed;
            jump.target = next;
        }
    }
}
