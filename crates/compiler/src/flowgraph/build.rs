//! From the flat sequence to blocks: a block starts at every label that is used
//! and after every instruction that ends one.

use bytecode::Opcode;

use super::{BlockId, Cfg, CfgInstr, Instrs, NO_BLOCK, has_target, is_terminator};
use crate::error::CompileError;
use crate::instrs::{Instr, InstrSeq, UNSET};

#[cold]
fn dangling() -> CompileError {
    CompileError::system("jump to a label that was never placed")
}

impl Cfg {
    pub(super) fn from_sequence(seq: InstrSeq) -> Result<Cfg, CompileError> {
        let InstrSeq { instrs, labels, annotations } = seq;
        let (instrs, labels) = splice_annotations(instrs, labels, annotations);

        // A label is the position it stands at: labels of one place are one.
        let mut starts = vec![false; instrs.len()];
        for instr in &instrs {
            if has_target(instr.opcode) {
                let at = *labels.get(instr.oparg as usize).ok_or_else(dangling)?;
                *starts.get_mut(at as usize).ok_or_else(dangling)? = true;
            }
        }

        let mut cfg = Cfg { blocks: Vec::with_capacity(16), worklist: Vec::new() };
        cfg.new_block();
        // Block that starts at a position, for those that are labels.
        let mut block_at = vec![NO_BLOCK; instrs.len()];
        let mut current: BlockId = 0;
        for (at, instr) in instrs.iter().enumerate() {
            let block = &cfg.blocks[current as usize];
            let ended = block.instrs.last().is_some_and(|last| is_terminator(last.opcode));
            if ended || (starts[at] && !block.instrs.is_empty()) {
                current = cfg.append_block(current, block_length(&instrs[at..], &starts[at..]));
            }
            let block = &mut cfg.blocks[current as usize];
            if starts[at] {
                block.labelled = true;
                block_at[at] = current;
            }
            block.instrs.push(CfgInstr::new(instr.opcode, instr.oparg, instr.loc));
        }

        for block in &mut cfg.blocks {
            for instr in block.instrs.iter_mut() {
                if has_target(instr.opcode) {
                    instr.target = block_at[labels[instr.oparg as usize] as usize];
                }
            }
        }
        Ok(cfg)
    }

    fn append_block(&mut self, after: BlockId, capacity: usize) -> BlockId {
        let id = self.new_block();
        self.block_mut(id).instrs = Instrs::with_capacity(capacity);
        self.block_mut(after).next = id;
        id
    }
}

/// Instructions from the start of `instrs` to the end of their block.
fn block_length(instrs: &[Instr], starts: &[bool]) -> usize {
    for (i, instr) in instrs.iter().enumerate() {
        if i > 0 && starts[i] {
            return i;
        }
        if is_terminator(instr.opcode) {
            return i + 1;
        }
    }
    instrs.len()
}

/// Puts the annotations' code, or nothing, in the place held for it.
fn splice_annotations(
    mut instrs: Vec<Instr>,
    mut labels: Vec<u32>,
    annotations: Option<Box<InstrSeq>>,
) -> (Vec<Instr>, Vec<u32>) {
    let place = instrs.iter().position(|instr| instr.opcode == Opcode::AnnotationsPlaceholder);
    let Some(place) = place else {
        return (instrs, labels);
    };
    let code = annotations.map(|seq| seq.instrs).unwrap_or_default();
    let added = code.len() as u32;
    instrs.splice(place..place + 1, code);
    for position in &mut labels {
        if *position != UNSET && *position > place as u32 {
            *position = *position + added - 1;
        }
    }
    (instrs, labels)
}
