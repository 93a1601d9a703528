//! The control-flow graph of one code unit and the passes over it, from the
//! instruction sequence that codegen wrote to blocks in their final order, as
//! CPython's `flowgraph.c` has them: the same passes, in the same order, under
//! the same conditions, because the goal is the same bytes.
//!
//! Blocks live in one vector and name each other by index.  `Block::next` is the
//! order in the code (and the fall-through successor); passes walk it from the
//! entry block, so a block that was unlinked is simply no longer seen.  A jump
//! is always the last instruction of its block until `pseudo::normalize_jumps`
//! puts a `NOT_TAKEN` behind the conditional ones.

mod borrow;
mod build;
mod cold;
mod constants;
mod evaluate;
mod exceptions;
mod fold;
mod inline;
mod lines;
mod load_const;
mod localsplus;
mod numbers;
mod peephole;
mod prune;
mod pseudo;
mod stackdepth;
mod superinstructions;
mod swaps;
#[cfg(test)]
mod tests;
mod uninitialized;

use std::ops::{Deref, DerefMut};

use bytecode::opcode::{INFO, OPCODE_LIMIT};
use bytecode::{OpFlags, Opcode};

use crate::error::CompileError;
use crate::instrs::{CodeUnit, ConstTable, InstrSeq, Location};

/// Index of a block; `NO_BLOCK` where there is none.
pub(crate) type BlockId = u32;
pub(crate) const NO_BLOCK: BlockId = u32::MAX;
/// The block where execution starts is the first one made and stays first.
pub(crate) const ENTRY: BlockId = 0;

/// An instruction inside a block.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CfgInstr {
    pub opcode: Opcode,
    pub oparg: u32,
    pub loc: Location,
    /// Where a jump or a `SETUP_*` leads.
    pub target: BlockId,
    /// The handler for what this instruction raises.
    pub except: BlockId,
}

impl CfgInstr {
    pub fn new(opcode: Opcode, oparg: u32, loc: Location) -> CfgInstr {
        CfgInstr { opcode, oparg, loc, target: NO_BLOCK, except: NO_BLOCK }
    }

    /// Changes what it does, not where it stands: location, handler and target stay.
    pub fn set(&mut self, opcode: Opcode, oparg: u32) {
        self.opcode = opcode;
        self.oparg = oparg;
    }

    pub fn nop(&mut self) {
        self.set(Opcode::Nop, 0);
    }
}

/// The instructions of a block, and the places behind them that it used before.
///
/// Appending leaves the place's `except` as it was, so an instruction that comes
/// late runs under the handler of the one that stood there once, or under none.
/// CPython's arrays do that, and its exception tables show it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Instrs {
    places: Vec<CfgInstr>,
    used: usize,
}

impl Instrs {
    fn with_capacity(capacity: usize) -> Instrs {
        Instrs { places: Vec::with_capacity(capacity), used: 0 }
    }

    fn push(&mut self, instr: CfgInstr) {
        match self.places.get_mut(self.used) {
            Some(place) => *place = CfgInstr { except: place.except, ..instr },
            None => self.places.push(instr),
        }
        self.used += 1;
    }

    fn extend(&mut self, instrs: &[CfgInstr]) {
        self.places.truncate(self.used);
        self.places.extend_from_slice(instrs);
        self.used = self.places.len();
    }

    fn insert(&mut self, at: usize, instr: CfgInstr) {
        if self.used == self.places.len() {
            self.places.insert(at, instr);
        } else {
            self.places.copy_within(at..self.used, at + 1);
            self.places[at] = instr;
        }
        self.used += 1;
    }

    fn truncate(&mut self, len: usize) {
        self.used = self.used.min(len);
    }
}

impl Deref for Instrs {
    type Target = [CfgInstr];

    fn deref(&self) -> &[CfgInstr] {
        &self.places[..self.used]
    }
}

impl DerefMut for Instrs {
    fn deref_mut(&mut self) -> &mut [CfgInstr] {
        &mut self.places[..self.used]
    }
}

/// A straight run of instructions.
#[derive(Debug)]
pub(crate) struct Block {
    pub instrs: Instrs,
    pub next: BlockId,
    /// Something named this block as a target when the graph was built, or it
    /// was made as one.
    pub labelled: bool,
    pub visited: bool,
    /// Is a handler of some `SETUP_*`.
    pub except_handler: bool,
    /// A handler that expects the offset of the raising instruction as well.
    pub preserve_lasti: bool,
    /// Reached only through a handler.
    pub cold: bool,
    /// Surely not cold.
    pub warm: bool,
    pub predecessors: i32,
    /// Stack depth on entry; negative while unknown.
    pub startdepth: i32,
    /// Bit `i`: local `i` may be unbound on entry.
    pub unsafe_locals: u64,
}

impl Block {
    fn new() -> Block {
        Block {
            instrs: Instrs::default(),
            next: NO_BLOCK,
            labelled: false,
            visited: false,
            except_handler: false,
            preserve_lasti: false,
            cold: false,
            warm: false,
            predecessors: 0,
            startdepth: -1,
            unsafe_locals: 0,
        }
    }

    fn append_jump(&mut self, opcode: Opcode, target: BlockId, loc: Location) {
        self.instrs.push(CfgInstr { target, ..CfgInstr::new(opcode, 0, loc) });
    }

    /// Ends with leaving the frame.
    fn exits_scope(&self) -> bool {
        self.instrs.last().is_some_and(|last| is_scope_exit(last.opcode))
    }

    /// Control can run past its end into `next`.
    fn falls_through(&self) -> bool {
        !self.instrs.last().is_some_and(|last| is_terminator_of_flow(last.opcode))
    }

    fn has_no_lineno(&self) -> bool {
        self.instrs.iter().all(|instr| instr.loc.lineno < 0)
    }

    /// The instruction after place `i`; `CACHE`, which is none, at the end.
    fn opcode_after(&self, i: usize) -> Opcode {
        self.instrs.get(i + 1).map_or(Opcode::Cache, |next| next.opcode)
    }
}

/// The graph.
#[derive(Debug)]
pub(crate) struct Cfg {
    pub blocks: Vec<Block>,
    /// Reused by the passes that walk the graph.
    worklist: Vec<BlockId>,
}

impl Cfg {
    fn new_block(&mut self) -> BlockId {
        self.blocks.push(Block::new());
        (self.blocks.len() - 1) as BlockId
    }

    #[inline]
    fn block(&self, id: BlockId) -> &Block {
        &self.blocks[id as usize]
    }

    #[inline]
    fn block_mut(&mut self, id: BlockId) -> &mut Block {
        &mut self.blocks[id as usize]
    }

    fn next(&self, id: BlockId) -> BlockId {
        self.block(id).next
    }

    /// The first block from `id` on that has instructions.
    fn next_nonempty(&self, mut id: BlockId) -> BlockId {
        while id != NO_BLOCK && self.block(id).instrs.is_empty() {
            id = self.next(id);
        }
        id
    }

    /// Calls `visit` on every block in code order.  `visit` may change the links
    /// of the block it is given, and the walk then follows the new one.
    fn each(&mut self, mut visit: impl FnMut(&mut Cfg, BlockId)) {
        let mut id = ENTRY;
        while id != NO_BLOCK {
            visit(self, id);
            id = self.next(id);
        }
    }

    /// Calls `visit` on every instruction in code order.
    fn each_instr(&mut self, mut visit: impl FnMut(&mut CfgInstr)) {
        let mut id = ENTRY;
        while id != NO_BLOCK {
            let block = &mut self.blocks[id as usize];
            block.instrs.iter_mut().for_each(&mut visit);
            id = block.next;
        }
    }

    fn clear_visited(&mut self) {
        for block in &mut self.blocks {
            block.visited = false;
        }
    }

    /// An empty worklist with every block unvisited, to be given back.
    fn start_walk(&mut self) -> Vec<BlockId> {
        self.clear_visited();
        let mut worklist = std::mem::take(&mut self.worklist);
        worklist.clear();
        worklist
    }

    /// Puts `id` on the worklist unless it has been there.
    fn visit(&mut self, worklist: &mut Vec<BlockId>, id: BlockId) {
        let block = self.block_mut(id);
        if !block.visited {
            block.visited = true;
            worklist.push(id);
        }
    }
}

/// The table's flags packed tight: the passes ask for them all the time.
static FLAGS: [OpFlags; OPCODE_LIMIT] = {
    let mut flags = [OpFlags::empty(); OPCODE_LIMIT];
    let mut i = 0;
    while i < OPCODE_LIMIT {
        flags[i] = INFO[i].flags;
        i += 1;
    }
    flags
};

fn has_flag(opcode: Opcode, flag: OpFlags) -> bool {
    FLAGS[opcode as usize].intersects(flag)
}

/// Jumps to its target, or may.
fn is_jump(opcode: Opcode) -> bool {
    has_flag(opcode, OpFlags::JUMP)
}

fn is_unconditional_jump(opcode: Opcode) -> bool {
    has_flag(opcode, OpFlags::TERMINATOR)
}

/// Pushes a handler on the stack of handlers.
fn is_block_push(opcode: Opcode) -> bool {
    has_flag(opcode, OpFlags::EXC)
}

pub(crate) fn has_target(opcode: Opcode) -> bool {
    has_flag(opcode, OpFlags::JUMP.union(OpFlags::EXC))
}

fn is_scope_exit(opcode: Opcode) -> bool {
    has_flag(opcode, OpFlags::SCOPE_EXIT)
}

/// Ends a block.
pub(crate) fn is_terminator(opcode: Opcode) -> bool {
    has_flag(opcode, OpFlags::JUMP.union(OpFlags::SCOPE_EXIT))
}

/// Control never reaches what follows.
fn is_terminator_of_flow(opcode: Opcode) -> bool {
    has_flag(opcode, OpFlags::TERMINATOR.union(OpFlags::SCOPE_EXIT))
}

/// A graph whose blocks stand in their final order, with what the assembler
/// needs to know beside it.
pub(crate) struct Optimized {
    pub cfg: Cfg,
    pub stacksize: u32,
    pub nlocalsplus: u32,
}

/// Runs every pass over the instructions of one unit.
pub(crate) fn optimize(
    unit: &mut CodeUnit,
    seq: InstrSeq,
    nparams: u32,
    is_generator: bool,
) -> Result<Optimized, CompileError> {
    let mut cfg = Cfg::from_sequence(seq)?;
    cfg.optimize_code_unit(&mut unit.consts, unit.varnames.len() as u32, nparams)?;

    cfg.convert_conditional_jumps();
    let stacksize = cfg.calculate_stackdepth()?;
    let nlocalsplus = cfg.prepare_localsplus(unit, is_generator);
    cfg.convert_pseudo_ops()?;
    // The order of blocks is final from here on.
    cfg.normalize_jumps();
    // No instruction may move once loads are borrowed.
    cfg.optimize_load_fast();
    Ok(Optimized { cfg, stacksize, nlocalsplus })
}

impl Cfg {
    /// The machine-independent part: from labels and pseudo instructions to the
    /// final choice and order of instructions.
    fn optimize_code_unit(
        &mut self,
        consts: &mut ConstTable,
        nlocals: u32,
        nparams: u32,
    ) -> Result<(), CompileError> {
        self.mark_except_handlers();
        self.label_exception_targets()?;

        self.optimize_blocks(consts)?;
        self.remove_unused_consts(consts);
        self.check_uninitialized_loads(nlocals, nparams);
        self.insert_superinstructions();

        self.push_cold_blocks_to_end()?;
        self.resolve_line_numbers();
        Ok(())
    }

    /// What shrinks the code leaves `NOP`s behind first; they are removed where
    /// no line would be lost.
    fn optimize_blocks(&mut self, consts: &mut ConstTable) -> Result<(), CompileError> {
        self.inline_small_or_no_lineno_blocks();
        self.remove_unreachable();
        self.resolve_line_numbers();
        self.optimize_load_const(consts)?;
        self.peephole(consts)?;
        self.remove_redundant_nops_and_pairs();
        self.remove_unreachable();
        self.remove_redundant_nops_and_jumps()
    }
}
