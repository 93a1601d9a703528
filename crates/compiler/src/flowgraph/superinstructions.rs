//! Fuses neighbouring loads and stores of locals that fit one operand.

use bytecode::Opcode;

use super::{Cfg, CfgInstr};

impl Cfg {
    pub(super) fn insert_superinstructions(&mut self) {
        self.each(|cfg, id| {
            let instrs = &mut cfg.block_mut(id).instrs;
            for i in 1..instrs.len() {
                let (left, right) = instrs.split_at_mut(i);
                fuse(&mut left[i - 1], &mut right[0]);
            }
        });
        self.remove_redundant_nops();
    }
}

fn fuse(first: &mut CfgInstr, second: &mut CfgInstr) {
    let both = match (first.opcode, second.opcode) {
        (Opcode::LoadFast, Opcode::LoadFast) => Opcode::LoadFastLoadFast,
        (Opcode::StoreFast, Opcode::LoadFast) => Opcode::StoreFastLoadFast,
        (Opcode::StoreFast, Opcode::StoreFast) => Opcode::StoreFastStoreFast,
        _ => return,
    };
    let (line1, line2) = (first.loc.lineno, second.loc.lineno);
    if line1 >= 0 && line2 >= 0 && line1 != line2 {
        return;
    }
    if first.oparg >= 16 || second.oparg >= 16 {
        return;
    }
    first.set(both, first.oparg << 4 | second.oparg);
    second.nop();
}
