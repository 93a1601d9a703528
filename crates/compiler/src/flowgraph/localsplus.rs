//! Numbers cells and free variables behind the locals, and puts the
//! instructions that set a frame up in front of the code.

use bytecode::Opcode;

use super::{Cfg, CfgInstr, ENTRY};
use crate::instrs::{CodeUnit, Location};

impl Cfg {
    /// The number of slots that locals, cells and free variables take.
    pub(super) fn prepare_localsplus(&mut self, unit: &CodeUnit, is_generator: bool) -> u32 {
        let nlocals = unit.varnames.len() as u32;
        let ncells = unit.cellvars.len() as u32;
        let nfree = unit.freevars.len() as u32;

        // Slot of each cell, then free variable; a parameter that is a cell keeps
        // the parameter's slot.
        let mut slots: Vec<u32> = (nlocals..nlocals + ncells + nfree).collect();
        for (slot, name) in slots.iter_mut().zip(&unit.cellvars) {
            if let Some(local) = unit.varnames.get_index_of(name) {
                *slot = local as u32;
            }
        }
        self.insert_prefix(unit, &slots[..ncells as usize], nfree, is_generator);

        // Close the gaps that those leave.
        let mut dropped = 0;
        for (i, slot) in slots.iter_mut().enumerate() {
            if *slot == nlocals + i as u32 {
                *slot -= dropped;
            } else {
                dropped += 1;
            }
        }
        if !slots.is_empty() {
            self.each_instr(|instr| match instr.opcode {
                Opcode::MakeCell
                | Opcode::LoadClosure
                | Opcode::LoadDeref
                | Opcode::StoreDeref
                | Opcode::DeleteDeref
                | Opcode::LoadFromDictOrDeref => {
                    if let Some(&slot) = slots.get(instr.oparg as usize) {
                        instr.oparg = slot;
                    }
                }
                _ => {}
            });
        }
        nlocals + ncells + nfree - dropped
    }

    fn insert_prefix(&mut self, unit: &CodeUnit, cells: &[u32], nfree: u32, is_generator: bool) {
        let entry = &mut self.block_mut(ENTRY).instrs;
        if is_generator {
            let loc = Location::new(unit.firstlineno, unit.firstlineno, -1, -1);
            entry.insert(0, CfgInstr::new(Opcode::ReturnGenerator, 0, loc));
            entry.insert(1, CfgInstr::new(Opcode::PopTop, 0, loc));
        }
        // Cells are made in the order of their slots.
        let mut order: Vec<u32> = (0..cells.len() as u32).collect();
        order.sort_unstable_by_key(|&cell| cells[cell as usize]);
        for (at, cell) in order.into_iter().enumerate() {
            entry.insert(at, CfgInstr::new(Opcode::MakeCell, cell, Location::NONE));
        }
        if nfree > 0 {
            entry.insert(0, CfgInstr::new(Opcode::CopyFreeVars, nfree, Location::NONE));
        }
    }
}
