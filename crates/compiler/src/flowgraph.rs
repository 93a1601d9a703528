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
mod uninitialized;

use bytecode::Opcode;

use crate::assemble::CompileError;
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
        CfgInstr {
            opcode,
            oparg,
            loc,
            target: NO_BLOCK,
            except: NO_BLOCK,
        }
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

/// A straight run of instructions.
#[derive(Debug)]
pub(crate) struct Block {
    pub instrs: Vec<CfgInstr>,
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
            instrs: Vec::new(),
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

    fn last(&self) -> Option<&CfgInstr> {
        self.instrs.last()
    }

    /// Ends with leaving the frame.
    fn exits_scope(&self) -> bool {
        self.last().is_some_and(|last| is_scope_exit(last.opcode))
    }

    /// Control can run past its end into `next`.
    fn falls_through(&self) -> bool {
        !self
            .last()
            .is_some_and(|last| is_scope_exit(last.opcode) || is_unconditional_jump(last.opcode))
    }

    fn has_no_lineno(&self) -> bool {
        self.instrs.iter().all(|instr| instr.loc.lineno < 0)
    }

    fn next_opcode(&self, i: usize) -> Opcode {
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

/// Jumps to its target, or may.
#[inline]
pub(crate) fn is_jump(opcode: Opcode) -> bool {
    matches!(
        opcode,
        Opcode::Jump
            | Opcode::JumpNoInterrupt
            | Opcode::JumpIfFalse
            | Opcode::JumpIfTrue
            | Opcode::PopJumpIfFalse
            | Opcode::PopJumpIfTrue
            | Opcode::PopJumpIfNone
            | Opcode::PopJumpIfNotNone
            | Opcode::ForIter
            | Opcode::Send
            | Opcode::EndAsyncFor
            | Opcode::JumpForward
            | Opcode::JumpBackward
            | Opcode::JumpBackwardNoInterrupt
    )
}

#[inline]
pub(crate) fn is_unconditional_jump(opcode: Opcode) -> bool {
    matches!(
        opcode,
        Opcode::Jump
            | Opcode::JumpNoInterrupt
            | Opcode::JumpForward
            | Opcode::JumpBackward
            | Opcode::JumpBackwardNoInterrupt
    )
}

/// Pushes a handler on the stack of handlers.
#[inline]
pub(crate) fn is_block_push(opcode: Opcode) -> bool {
    matches!(
        opcode,
        Opcode::SetupFinally | Opcode::SetupWith | Opcode::SetupCleanup
    )
}

#[inline]
pub(crate) fn has_target(opcode: Opcode) -> bool {
    is_jump(opcode) || is_block_push(opcode)
}

#[inline]
pub(crate) fn is_scope_exit(opcode: Opcode) -> bool {
    matches!(
        opcode,
        Opcode::ReturnValue | Opcode::RaiseVarargs | Opcode::Reraise | Opcode::InterpreterExit
    )
}

/// Ends a block.
#[inline]
pub(crate) fn is_terminator(opcode: Opcode) -> bool {
    is_jump(opcode) || is_scope_exit(opcode)
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
    Ok(Optimized {
        cfg,
        stacksize,
        nlocalsplus,
    })
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
