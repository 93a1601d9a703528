//! Line numbers for instructions that came without one.  Instructions that
//! leave the frame or may stop at the eval breaker must have one (PEP 626), so a
//! block of that kind which several jumps share is copied for each of them.

use bytecode::OpFlags;

use super::{BlockId, Cfg, NO_BLOCK, has_flag, is_jump};
use crate::instrs::Location;

impl Cfg {
    pub(super) fn resolve_line_numbers(&mut self) {
        self.duplicate_exits_without_lineno();
        self.propagate_line_numbers();
    }

    fn is_exit_without_lineno(&self, id: BlockId) -> bool {
        let block = self.block(id);
        block.has_no_lineno()
            && (block.exits_scope()
                || block.instrs.iter().any(|instr| has_flag(instr.opcode, OpFlags::EVAL_BREAK)))
    }

    fn duplicate_exits_without_lineno(&mut self) {
        self.each(|cfg, id| {
            let Some(&last) = cfg.block(id).instrs.last() else {
                return;
            };
            if !is_jump(last.opcode) {
                return;
            }
            let target = cfg.next_nonempty(last.target);
            if target == NO_BLOCK
                || cfg.block(target).predecessors <= 1
                || !cfg.is_exit_without_lineno(target)
            {
                return;
            }
            let copy = cfg.new_block();
            let original = cfg.block_mut(target);
            original.predecessors -= 1;
            let mut instrs = original.instrs.to_vec();
            instrs[0].loc = last.loc;
            let next = std::mem::replace(&mut original.next, copy);
            let block = cfg.block_mut(copy);
            block.instrs.extend(&instrs);
            block.next = next;
            block.predecessors = 1;
            block.labelled = true;
            if let Some(jump) = cfg.block_mut(id).instrs.last_mut() {
                jump.target = copy;
            }
        });

        // What is left without a line is reached by falling through only, so it
        // has one predecessor.
        self.each(|cfg, id| {
            let block = cfg.block(id);
            let next = block.next;
            if next != NO_BLOCK
                && block.falls_through()
                && let Some(&last) = block.instrs.last()
                && cfg.is_exit_without_lineno(next)
            {
                cfg.block_mut(next).instrs[0].loc = last.loc;
            }
        });
    }

    /// An instruction without a line takes that of the one before it; a block
    /// with a single predecessor goes on with the predecessor's line.
    fn propagate_line_numbers(&mut self) {
        self.each(|cfg, id| {
            let block = cfg.block_mut(id);
            let mut loc = Location::NONE;
            for instr in block.instrs.iter_mut() {
                if instr.loc.lineno == Location::NONE.lineno {
                    instr.loc = loc;
                } else {
                    loc = instr.loc;
                }
            }
            let next = block.next;
            let Some(&last) = block.instrs.last() else {
                return;
            };
            if next != NO_BLOCK && block.falls_through() {
                cfg.inherit_location(next, loc);
            }
            if is_jump(last.opcode) {
                cfg.inherit_location(last.target, loc);
            }
        });
    }

    fn inherit_location(&mut self, id: BlockId, loc: Location) {
        let block = self.block_mut(id);
        if block.predecessors == 1
            && let Some(first) = block.instrs.first_mut()
            && first.loc.lineno == Location::NONE.lineno
        {
            first.loc = loc;
        }
    }
}
