//! Takes out what does nothing: unreachable blocks, `NOP`s that hold no line of
//! their own, values that are pushed and popped at once, jumps to the next block.

use bytecode::Opcode;

use super::{Cfg, ENTRY, NO_BLOCK, has_target, is_jump, is_unconditional_jump};
use crate::error::CompileError;

impl Cfg {
    /// Empties the blocks that nothing reaches and counts the predecessors of
    /// the others.
    pub(super) fn remove_unreachable(&mut self) {
        for block in &mut self.blocks {
            block.predecessors = 0;
        }
        let mut todo = self.start_walk();
        self.block_mut(ENTRY).predecessors = 1;
        self.visit(&mut todo, ENTRY);
        while let Some(id) = todo.pop() {
            let next = self.next(id);
            if next != NO_BLOCK && self.block(id).falls_through() {
                self.visit(&mut todo, next);
                self.block_mut(next).predecessors += 1;
            }
            for i in 0..self.block(id).instrs.len() {
                let instr = &self.block(id).instrs[i];
                if has_target(instr.opcode) {
                    let target = instr.target;
                    self.visit(&mut todo, target);
                    self.block_mut(target).predecessors += 1;
                }
            }
        }
        self.worklist = todo;
        for block in &mut self.blocks {
            if block.predecessors == 0 {
                block.instrs.truncate(0);
                block.except_handler = false;
            }
        }
    }

    /// Number of `NOP`s removed from the block.
    fn remove_nops_of(&mut self, id: u32) -> usize {
        let block = self.block(id);
        if !block.instrs.iter().any(|instr| instr.opcode == Opcode::Nop) {
            return 0;
        }
        let next = self.next_nonempty(block.next);
        // The line the following block starts with, past `NOP`s that will go.
        let next_lineno = (next != NO_BLOCK).then(|| {
            self.block(next)
                .instrs
                .iter()
                .find(|instr| instr.opcode != Opcode::Nop || instr.loc.lineno >= 0)
                .map_or(-1, |instr| instr.loc.lineno)
        });

        let instrs = &mut self.block_mut(id).instrs;
        let before = instrs.len();
        let mut dest = 0;
        let mut prev_lineno = -1;
        for src in 0..before {
            let loc = instrs[src].loc;
            let lineno = loc.lineno;
            if instrs[src].opcode == Opcode::Nop {
                if lineno < 0 || lineno == prev_lineno {
                    continue;
                }
                if let Some(following) = instrs.get_mut(src + 1) {
                    if following.loc.lineno == lineno {
                        continue;
                    }
                    if following.loc.lineno < 0 {
                        following.loc = loc;
                        continue;
                    }
                } else if next_lineno == Some(lineno) {
                    continue;
                }
            }
            if dest != src {
                instrs[dest] = instrs[src];
            }
            dest += 1;
            prev_lineno = lineno;
        }
        instrs.truncate(dest);
        before - dest
    }

    pub(super) fn remove_redundant_nops(&mut self) -> usize {
        let mut removed = 0;
        self.each(|cfg, id| removed += cfg.remove_nops_of(id));
        removed
    }

    /// Removes `LOAD_CONST; POP_TOP` and `COPY 1; POP_TOP`, also across blocks
    /// that only fall through.
    pub(super) fn remove_redundant_nops_and_pairs(&mut self) {
        loop {
            let mut done = true;
            // Where the instruction before this one stands, if control can come
            // from nowhere else.
            let mut prev: Option<(u32, usize)> = None;
            self.each(|cfg, id| {
                cfg.remove_nops_of(id);
                if cfg.block(id).labelled {
                    prev = None;
                }
                for i in 0..cfg.block(id).instrs.len() {
                    if cfg.block(id).instrs[i].opcode == Opcode::PopTop
                        && let Some((block, at)) = prev
                    {
                        let before = &mut cfg.block_mut(block).instrs[at];
                        let redundant = match before.opcode {
                            Opcode::LoadConst | Opcode::LoadSmallInt => true,
                            Opcode::Copy => before.oparg == 1,
                            _ => false,
                        };
                        if redundant {
                            before.nop();
                            cfg.block_mut(id).instrs[i].nop();
                            done = false;
                        }
                    }
                    prev = Some((id, i));
                }
                let jumps =
                    prev.is_some_and(|(block, at)| is_jump(cfg.block(block).instrs[at].opcode));
                if jumps || !cfg.block(id).falls_through() {
                    prev = None;
                }
            });
            if done {
                return;
            }
        }
    }

    /// Number of jumps to the very next instruction that became `NOP`.
    fn remove_redundant_jumps(&mut self) -> Result<usize, CompileError> {
        let mut changes = 0;
        let mut id = ENTRY;
        while id != NO_BLOCK {
            if let Some(last) = self.block(id).instrs.last()
                && is_unconditional_jump(last.opcode)
            {
                let target = self.next_nonempty(last.target);
                if target == NO_BLOCK {
                    return Err(CompileError::system("jump with no target"));
                }
                if target == self.next_nonempty(self.next(id)) {
                    changes += 1;
                    let last = self.block(id).instrs.len() - 1;
                    self.block_mut(id).instrs[last].nop();
                }
            }
            id = self.next(id);
        }
        Ok(changes)
    }

    pub(super) fn remove_redundant_nops_and_jumps(&mut self) -> Result<(), CompileError> {
        // Ends, as the number of jumps and `NOP`s only shrinks.
        loop {
            let nops = self.remove_redundant_nops();
            let jumps = self.remove_redundant_jumps()?;
            if nops + jumps == 0 {
                return Ok(());
            }
        }
    }
}
