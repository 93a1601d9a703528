//! Which handler each instruction runs under, found by following control flow
//! with a stack of handlers.

use bytecode::Opcode;
use bytecode::oparg::Resume;

use super::{BlockId, Cfg, ENTRY, NO_BLOCK, is_block_push, is_jump};
use crate::error::CompileError;

/// A stack of handlers is a list towards its bottom, so that the paths which
/// share a prefix share it.
#[derive(Clone, Copy)]
struct Handler {
    block: BlockId,
    below: u32,
    depth: u32,
}

/// The empty stack is the first entry of the arena.
const EMPTY: u32 = 0;

impl Cfg {
    pub(super) fn mark_except_handlers(&mut self) {
        for id in 0..self.blocks.len() {
            for i in 0..self.blocks[id].instrs.len() {
                let instr = self.blocks[id].instrs[i];
                if is_block_push(instr.opcode) {
                    self.block_mut(instr.target).except_handler = true;
                }
            }
        }
    }

    /// Also turns `POP_BLOCK` into `NOP`: its work is done here.
    pub(super) fn label_exception_targets(&mut self) -> Result<(), CompileError> {
        let mut todo = self.start_walk();
        let mut arena = vec![Handler { block: NO_BLOCK, below: EMPTY, depth: 0 }];
        // The stack on entry to a visited block.
        let mut stack_of = vec![EMPTY; self.blocks.len()];
        self.visit(&mut todo, ENTRY);
        while let Some(id) = todo.pop() {
            let mut stack = stack_of[id as usize];
            // Depth of handlers at the last yield.
            let mut yield_depth = None;
            for i in 0..self.block(id).instrs.len() {
                let handler = arena[stack as usize];
                let instr = &mut self.block_mut(id).instrs[i];
                let (opcode, target) = (instr.opcode, instr.target);
                if is_block_push(opcode) {
                    if !self.block(target).visited {
                        stack_of[target as usize] = stack;
                        self.visit(&mut todo, target);
                    }
                    if opcode != Opcode::SetupFinally {
                        self.block_mut(target).preserve_lasti = true;
                    }
                    arena.push(Handler { block: target, below: stack, depth: handler.depth + 1 });
                    stack = arena.len() as u32 - 1;
                    continue;
                }
                if opcode == Opcode::PopBlock {
                    if stack == EMPTY {
                        return Err(CompileError::system("POP_BLOCK without a block"));
                    }
                    stack = handler.below;
                    instr.nop();
                    continue;
                }
                instr.except = handler.block;
                match opcode {
                    Opcode::YieldValue => yield_depth = Some(handler.depth),
                    Opcode::Resume if instr.oparg != 0 => {
                        if yield_depth == Some(1) {
                            instr.oparg |= Resume::DEPTH1;
                        }
                        yield_depth = None;
                    }
                    _ if is_jump(opcode) && !self.block(target).visited => {
                        stack_of[target as usize] = stack;
                        self.visit(&mut todo, target);
                    }
                    _ => {}
                }
            }
            let next = self.next(id);
            if next != NO_BLOCK && self.block(id).falls_through() && !self.block(next).visited {
                stack_of[next as usize] = stack;
                self.visit(&mut todo, next);
            }
        }
        self.worklist = todo;
        Ok(())
    }
}
