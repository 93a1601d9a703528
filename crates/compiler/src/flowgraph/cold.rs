//! Moves blocks that only exception handling reaches to the end of the code.

use bytecode::Opcode;

use super::{BlockId, Cfg, ENTRY, NO_BLOCK, is_jump};
use crate::error::CompileError;
use crate::instrs::Location;

impl Cfg {
    /// Marks what is reached without passing through a handler.
    fn mark_warm(&mut self) {
        let mut todo = self.start_walk();
        self.visit(&mut todo, ENTRY);
        while let Some(id) = todo.pop() {
            self.block_mut(id).warm = true;
            let block = self.block(id);
            let next = block.next;
            let jump =
                block.instrs.last().filter(|last| is_jump(last.opcode)).map(|last| last.target);
            if next != NO_BLOCK && block.falls_through() {
                self.visit(&mut todo, next);
            }
            if let Some(target) = jump {
                self.visit(&mut todo, target);
            }
        }
        self.worklist = todo;
    }

    fn mark_cold(&mut self) {
        self.mark_warm();
        let mut todo = self.start_walk();
        self.each(|cfg, id| {
            if cfg.block(id).except_handler {
                cfg.visit(&mut todo, id);
            }
        });
        while let Some(id) = todo.pop() {
            self.block_mut(id).cold = true;
            let block = self.block(id);
            let next = block.next;
            let jump =
                block.instrs.last().filter(|last| is_jump(last.opcode)).map(|last| last.target);
            if next != NO_BLOCK && block.falls_through() && !self.block(next).warm {
                self.visit(&mut todo, next);
            }
            if let Some(target) = jump
                && !self.block(target).warm
            {
                self.visit(&mut todo, target);
            }
        }
        self.worklist = todo;
    }

    pub(super) fn push_cold_blocks_to_end(&mut self) -> Result<(), CompileError> {
        if self.next(ENTRY) == NO_BLOCK {
            return Ok(());
        }
        self.mark_cold();

        // A cold block that falls into a warm one will not stand before it.
        self.each(|cfg, id| {
            let block = cfg.block(id);
            let next = block.next;
            if !block.cold || next == NO_BLOCK || !block.falls_through() || !cfg.block(next).warm {
                return;
            }
            let jump = cfg.new_block();
            cfg.block_mut(next).labelled = true;
            let block = cfg.block_mut(jump);
            block.append_jump(Opcode::JumpNoInterrupt, next, Location::NONE);
            block.cold = true;
            block.next = next;
            block.predecessors = 1;
            cfg.block_mut(id).next = jump;
        });

        let mut warm_tail = ENTRY;
        let mut cold_head = NO_BLOCK;
        let mut cold_tail: BlockId = NO_BLOCK;
        let mut id = self.next(ENTRY);
        while id != NO_BLOCK {
            let next = self.next(id);
            if self.block(id).cold {
                if cold_tail == NO_BLOCK {
                    cold_head = id;
                } else {
                    self.block_mut(cold_tail).next = id;
                }
                cold_tail = id;
            } else {
                self.block_mut(warm_tail).next = id;
                warm_tail = id;
            }
            id = next;
        }
        if cold_head == NO_BLOCK {
            return Ok(());
        }
        self.block_mut(cold_tail).next = NO_BLOCK;
        self.block_mut(warm_tail).next = cold_head;
        self.remove_redundant_nops_and_jumps()
    }
}
