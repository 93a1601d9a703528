//! How deep the evaluation stack gets, and how deep it is at the start of each
//! block.

use super::{BlockId, Cfg, ENTRY, NO_BLOCK, has_target, is_block_push, is_terminator_of_flow};
use crate::error::CompileError;
use bytecode::Opcode;

/// Blocks that start deeper than this are not followed twice; none of a sane
/// program does.
const UNSET: i32 = i32::MIN;

impl Cfg {
    pub(super) fn calculate_stackdepth(&mut self) -> Result<u32, CompileError> {
        for block in &mut self.blocks {
            block.startdepth = UNSET;
        }
        let mut todo = self.start_walk();
        let mut max = 0;
        self.enter_at_depth(ENTRY, 0, &mut todo)?;
        while let Some(id) = todo.pop() {
            let mut depth = self.block(id).startdepth;
            let mut reaches_end = true;
            for i in 0..self.block(id).instrs.len() {
                let instr = self.block(id).instrs[i];
                let info = instr.opcode.info();
                let oparg = instr.oparg as i32;
                let effect = info.pushed.of(oparg) - info.popped.of(oparg);
                max = max.max(depth);
                if has_target(instr.opcode) && instr.opcode != Opcode::EndAsyncFor {
                    self.enter_at_depth(instr.target, depth + effect, &mut todo)?;
                }
                // A handler's values are there only in the handler.
                if !is_block_push(instr.opcode) {
                    depth += effect;
                }
                if depth < 0 {
                    return Err(CompileError::new(
                        crate::error::ErrorKind::Value,
                        "Invalid CFG, stack underflow",
                    ));
                }
                if is_terminator_of_flow(instr.opcode) {
                    reaches_end = false;
                    break;
                }
            }
            let next = self.next(id);
            if reaches_end && next != NO_BLOCK {
                self.enter_at_depth(next, depth, &mut todo)?;
            }
        }
        self.worklist = todo;
        Ok(max as u32)
    }

    fn enter_at_depth(
        &mut self,
        id: BlockId,
        depth: i32,
        todo: &mut Vec<BlockId>,
    ) -> Result<(), CompileError> {
        let block = self.block_mut(id);
        if block.startdepth == depth {
            return Ok(());
        }
        if block.startdepth >= 0 {
            return Err(CompileError::new(
                crate::error::ErrorKind::Value,
                "Invalid CFG, inconsistent stackdepth",
            ));
        }
        block.startdepth = depth;
        todo.push(id);
        Ok(())
    }
}
