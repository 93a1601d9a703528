//! Drops the constants that no instruction uses any more.

use bytecode::{OpFlags, Opcode};

use super::{Cfg, has_flag};
use crate::instrs::ConstTable;

impl Cfg {
    /// The first constant stays in any case: it may be the docstring.
    pub(super) fn remove_unused_consts(&mut self, consts: &mut ConstTable) {
        if consts.is_empty() {
            return;
        }
        let uses_const = |opcode: Opcode| has_flag(opcode, OpFlags::CONST);
        let mut used = vec![false; consts.len()];
        used[0] = true;
        self.each_instr(|instr| {
            if uses_const(instr.opcode)
                && let Some(used) = used.get_mut(instr.oparg as usize)
            {
                *used = true;
            }
        });
        if used.iter().all(|&used| used) {
            return;
        }
        let mut count = 0;
        let new_index: Vec<u32> = used
            .iter()
            .map(|&used| {
                count += u32::from(used);
                count.saturating_sub(1)
            })
            .collect();
        consts.retain(|index| used[index]);
        self.each_instr(|instr| {
            if uses_const(instr.opcode)
                && let Some(&index) = new_index.get(instr.oparg as usize)
            {
                instr.oparg = index;
            }
        });
    }
}
