//! Turns `LOAD_FAST` of a local that may be unbound into `LOAD_FAST_CHECK`.

use bytecode::Opcode;

use super::{BlockId, Cfg, ENTRY, NO_BLOCK, is_jump};

/// Locals that flow analysis follows; it has one bit for each.
const TRACKED: u32 = 64;

impl Cfg {
    pub(super) fn check_uninitialized_loads(&mut self, nlocals: u32, nparams: u32) {
        if nlocals == 0 {
            return;
        }
        if nlocals > TRACKED {
            self.check_untracked_loads(nlocals);
        }
        let mut todo = self.start_walk();
        // Locals that are not parameters start unbound.
        let mut start = 0;
        for i in nparams..nlocals.min(TRACKED) {
            start |= 1u64 << i;
        }
        self.mark_unsafe(ENTRY, start, &mut todo);
        // A `DELETE_FAST` may stand anywhere: scan each block once, then follow
        // what was found.
        let mut id = ENTRY;
        while id != NO_BLOCK {
            self.scan_locals(id, &mut todo);
            id = self.next(id);
        }
        while let Some(id) = todo.pop() {
            self.block_mut(id).visited = false;
            self.scan_locals(id, &mut todo);
        }
        self.worklist = todo;
    }

    /// Adds to what may be unbound on entry; here `visited` means "on the list".
    fn mark_unsafe(&mut self, id: BlockId, mask: u64, todo: &mut Vec<BlockId>) {
        let block = self.block_mut(id);
        let both = block.unsafe_locals | mask;
        if both != block.unsafe_locals {
            block.unsafe_locals = both;
            if !block.visited {
                block.visited = true;
                todo.push(id);
            }
        }
    }

    fn scan_locals(&mut self, id: BlockId, todo: &mut Vec<BlockId>) {
        let mut mask = self.block(id).unsafe_locals;
        // What was last reported to a handler; most runs of instructions share
        // handler and mask.
        let mut reported = (NO_BLOCK, 0);
        for i in 0..self.block(id).instrs.len() {
            let except = self.block(id).instrs[i].except;
            if except != NO_BLOCK && reported != (except, mask) {
                reported = (except, mask);
                self.mark_unsafe(except, mask, todo);
            }
            let instr = &mut self.block_mut(id).instrs[i];
            if instr.oparg >= TRACKED {
                continue;
            }
            let bit = 1u64 << instr.oparg;
            match instr.opcode {
                Opcode::DeleteFast | Opcode::LoadFastAndClear | Opcode::StoreFastMaybeNull => {
                    mask |= bit
                }
                Opcode::StoreFast | Opcode::LoadFastCheck => mask &= !bit,
                Opcode::LoadFast => {
                    if mask & bit != 0 {
                        instr.opcode = Opcode::LoadFastCheck;
                    }
                    mask &= !bit;
                }
                _ => {}
            }
        }
        let block = self.block(id);
        let next = block.next;
        let last = block.instrs.last().copied();
        if next != NO_BLOCK && block.falls_through() {
            self.mark_unsafe(next, mask, todo);
        }
        if let Some(last) = last
            && is_jump(last.opcode)
        {
            self.mark_unsafe(last.target, mask, todo);
        }
    }

    /// Locals beyond the tracked ones count as bound only after a load or store
    /// in the same block, which keeps this linear.
    fn check_untracked_loads(&mut self, nlocals: u32) {
        let mut bound_in = vec![0u32; (nlocals - TRACKED) as usize];
        let mut number = 0;
        self.each(|cfg, id| {
            number += 1;
            for instr in cfg.block_mut(id).instrs.iter_mut() {
                let Some(state) = instr
                    .oparg
                    .checked_sub(TRACKED)
                    .and_then(|local| bound_in.get_mut(local as usize))
                else {
                    continue;
                };
                match instr.opcode {
                    Opcode::DeleteFast | Opcode::LoadFastAndClear | Opcode::StoreFastMaybeNull => {
                        *state = number - 1;
                    }
                    Opcode::StoreFast => *state = number,
                    Opcode::LoadFast => {
                        if *state != number {
                            instr.opcode = Opcode::LoadFastCheck;
                        }
                        *state = number;
                    }
                    _ => {}
                }
            }
        });
    }
}
