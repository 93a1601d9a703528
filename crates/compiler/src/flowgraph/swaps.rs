//! Shortens runs of `SWAP` and, where the values are only stored or dropped,
//! does the swap now by exchanging those instructions.

use bytecode::Opcode;

use super::{Block, CfgInstr};

impl Block {
    pub(super) fn optimize_swaps(&mut self) {
        let mut i = 0;
        while i < self.instrs.len() {
            if self.instrs[i].opcode == Opcode::Swap {
                i = shorten_run(&mut self.instrs, i);
                self.apply_swaps(i);
            }
            i += 1;
        }
    }

    /// Applies the `SWAP`s that end at `i`, going left, as far as possible.
    fn apply_swaps(&mut self, end: usize) {
        let instrs = &mut self.instrs;
        for i in (0..=end).rev() {
            let swap = instrs[i];
            if swap.opcode != Opcode::Swap {
                if swap.opcode == Opcode::Nop || is_swappable(swap.opcode) {
                    continue;
                }
                return;
            }
            let Some(j) = next_swappable(instrs, i, -1) else {
                return;
            };
            let mut k = j;
            let lineno = instrs[j].loc.lineno;
            for _ in 1..swap.oparg {
                match next_swappable(instrs, k, lineno) {
                    Some(next) => k = next,
                    None => return,
                }
            }
            // Two stores to one local must keep their order, also with a store
            // between them.
            let (store_j, store_k) = (stored_local(&instrs[j]), stored_local(&instrs[k]));
            if store_j.is_some() || store_k.is_some() {
                if store_j == store_k {
                    return;
                }
                let clash = instrs[(j + 1).min(k)..k].iter().any(|between| {
                    let store = stored_local(between);
                    store.is_some() && (store == store_j || store == store_k)
                });
                if clash {
                    return;
                }
            }
            instrs[i].nop();
            instrs.swap(j, k);
        }
    }
}

/// Replaces the run of `SWAP` and `NOP` at `start` by the shortest with the same
/// effect; returns the run's last position.
fn shorten_run(instrs: &mut [CfgInstr], start: usize) -> usize {
    const VISITED: usize = usize::MAX;
    let mut swaps = 0;
    let mut depth = 0;
    let mut len = 0;
    for instr in &instrs[start..] {
        match instr.opcode {
            Opcode::Swap => {
                depth = depth.max(instr.oparg as usize);
                swaps += 1;
            }
            Opcode::Nop => {}
            _ => break,
        }
        len += 1;
    }
    if swaps <= 1 {
        return start;
    }
    let run = &mut instrs[start..start + len];
    let mut stack: Vec<usize> = (0..depth).collect();
    for instr in run.iter() {
        if instr.opcode == Opcode::Swap && instr.oparg > 0 {
            stack.swap(0, instr.oparg as usize - 1);
        }
    }
    // Walks each cycle of the permutation, writing its swaps from the end of the
    // run backwards: undoing a shuffle in reverse order shuffles.
    let mut free = len;
    for i in 0..depth {
        if stack[i] == VISITED || stack[i] == i {
            continue;
        }
        let mut j = i;
        loop {
            if j != 0 && free > 0 {
                free -= 1;
                run[free].set(Opcode::Swap, j as u32 + 1);
            }
            if stack[j] == VISITED {
                break;
            }
            j = std::mem::replace(&mut stack[j], VISITED);
        }
    }
    for instr in &mut run[..free] {
        instr.nop();
    }
    start + len - 1
}

/// Only pops the top and cannot raise or be seen, finalisers aside.
fn is_swappable(opcode: Opcode) -> bool {
    matches!(opcode, Opcode::StoreFast | Opcode::StoreFastMaybeNull | Opcode::PopTop)
}

fn stored_local(instr: &CfgInstr) -> Option<u32> {
    matches!(instr.opcode, Opcode::StoreFast | Opcode::StoreFastMaybeNull).then_some(instr.oparg)
}

/// The next swappable instruction after `i`, if only `NOP`s stand before it; on
/// line `lineno`, unless that is negative.
fn next_swappable(instrs: &[CfgInstr], i: usize, lineno: i32) -> Option<usize> {
    for (j, instr) in instrs.iter().enumerate().skip(i + 1) {
        // Across lines a tracer could see the names in the wrong order.
        if lineno >= 0 && instr.loc.lineno != lineno {
            return None;
        }
        if instr.opcode == Opcode::Nop {
            continue;
        }
        return is_swappable(instr.opcode).then_some(j);
    }
    None
}
