//! Copies small exit blocks, and blocks without a line of their own, over the
//! jumps that lead to them.

use bytecode::Opcode;

use super::{BlockId, Cfg, is_unconditional_jump};

/// Longest exit block that is worth copying.
const MAX_COPY_SIZE: usize = 4;

impl Cfg {
    pub(super) fn inline_small_or_no_lineno_blocks(&mut self) {
        // Every change removes a jump, so this ends.
        loop {
            let mut changed = false;
            self.each(|cfg, id| changed |= cfg.inline_target(id));
            if !changed {
                return;
            }
        }
    }

    fn inline_target(&mut self, id: BlockId) -> bool {
        let Some(&last) = self.block(id).instrs.last() else {
            return false;
        };
        if !is_unconditional_jump(last.opcode) {
            return false;
        }
        let target = self.block(last.target);
        let small_exit = target.exits_scope() && target.instrs.len() <= MAX_COPY_SIZE;
        let no_lineno = target.has_no_lineno() && !target.falls_through();
        if !small_exit && !no_lineno {
            return false;
        }
        let copy = target.instrs.to_vec();
        let block = self.block_mut(id);
        if let Some(jump) = block.instrs.last_mut() {
            jump.nop();
        }
        block.instrs.extend(&copy);
        if no_lineno
            && last.opcode == Opcode::Jump
            && let Some(end) = block.instrs.last_mut()
            && is_unconditional_jump(end.opcode)
        {
            // Keep the look at the eval breaker that the removed jump had.
            end.opcode = Opcode::Jump;
        }
        self.block_mut(last.target).predecessors -= 1;
        true
    }
}
