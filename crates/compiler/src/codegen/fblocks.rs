//! Frame blocks: the loops, `try`s and `with`s that surround a statement at compile
//! time, and how `return`, `break` and `continue` leave them.

use bytecode::Opcode;
use parser::ast::Stmt;

use super::{Compiler, Ctx, Result};
use crate::instrs::{Label, Location};

/// CPython's `CO_MAXBLOCKS`.
const MAX_BLOCKS: usize = 21;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FBlockKind {
    WhileLoop,
    ForLoop,
    TryExcept,
    FinallyTry,
    FinallyEnd,
    With,
    AsyncWith,
    HandlerCleanup,
    PopValue,
    ExceptionHandler,
    ExceptionGroupHandler,
    AsyncComprehensionGenerator,
    StopIteration,
}

/// What leaving a block needs to know.
#[derive(Debug, Clone, Copy)]
pub(super) enum Datum<'a> {
    None,
    /// The body of a `finally`.
    Body(&'a [&'a Stmt<'a>]),
    /// The name that an `except` clause binds.
    Name(&'a str),
}

#[derive(Debug, Clone, Copy)]
pub(super) struct FBlock<'a> {
    pub kind: FBlockKind,
    /// Where `continue` goes.
    pub block: Option<Label>,
    pub loc: Location,
    /// Where `break` goes.
    pub exit: Option<Label>,
    pub datum: Datum<'a>,
}

impl<'a> Compiler<'a> {
    pub(super) fn push_fblock(
        &mut self,
        loc: Location,
        kind: FBlockKind,
        block: Option<Label>,
        exit: Option<Label>,
        datum: Datum<'a>,
    ) -> Result {
        if self.u.fblocks.len() >= MAX_BLOCKS {
            return self.error(loc, "too many statically nested blocks");
        }
        self.u.fblocks.push(FBlock { kind, block, loc, exit, datum });
        if kind == FBlockKind::FinallyEnd {
            self.disable_warnings += 1;
        }
        Ok(())
    }

    pub(super) fn pop_fblock(&mut self, kind: FBlockKind) {
        let popped = self.u.fblocks.pop();
        debug_assert!(popped.is_some_and(|block| block.kind == kind));
        if kind == FBlockKind::FinallyEnd {
            self.disable_warnings -= 1;
        }
    }

    pub(super) fn call_exit_with_nones(&mut self, loc: Location) {
        for _ in 0..3 {
            self.load_none(loc);
        }
        self.op_i(loc, Opcode::Call, 3);
    }

    /// Leaves one block. With `preserve_tos` the value on top of the stack survives.
    /// What follows a cleanup is artificial, which `at` is changed to say.
    fn unwind_fblock(
        &mut self,
        at: &mut Location,
        info: &FBlock<'a>,
        preserve_tos: bool,
    ) -> Result {
        match info.kind {
            FBlockKind::WhileLoop
            | FBlockKind::ExceptionHandler
            | FBlockKind::ExceptionGroupHandler
            | FBlockKind::AsyncComprehensionGenerator
            | FBlockKind::StopIteration => {}
            // The iterator, or whatever lies below the value.
            FBlockKind::ForLoop | FBlockKind::PopValue => {
                if preserve_tos {
                    self.op_i(*at, Opcode::Swap, 2);
                }
                self.op(*at, Opcode::PopTop);
            }
            FBlockKind::TryExcept => self.op(*at, Opcode::PopBlock),
            FBlockKind::FinallyTry => {
                // This one has the line of the statement that leaves.
                self.op(*at, Opcode::PopBlock);
                if preserve_tos {
                    self.push_fblock(*at, FBlockKind::PopValue, None, None, Datum::None)?;
                }
                if let Datum::Body(body) = info.datum {
                    self.stmts(body)?;
                }
                if preserve_tos {
                    self.pop_fblock(FBlockKind::PopValue);
                }
                *at = Location::NONE;
            }
            FBlockKind::FinallyEnd => {
                if preserve_tos {
                    self.op_i(*at, Opcode::Swap, 2);
                }
                self.op(*at, Opcode::PopTop);
                if preserve_tos {
                    self.op_i(*at, Opcode::Swap, 2);
                }
                self.op(*at, Opcode::PopBlock);
                self.op(*at, Opcode::PopExcept);
            }
            FBlockKind::With | FBlockKind::AsyncWith => {
                *at = info.loc;
                self.op(*at, Opcode::PopBlock);
                if preserve_tos {
                    self.op_i(*at, Opcode::Swap, 3);
                    self.op_i(*at, Opcode::Swap, 2);
                }
                self.call_exit_with_nones(*at);
                if info.kind == FBlockKind::AsyncWith {
                    self.op_i(*at, Opcode::GetAwaitable, 2);
                    self.load_none(*at);
                    self.yield_from(*at, true);
                }
                self.op(*at, Opcode::PopTop);
                *at = Location::NONE;
            }
            FBlockKind::HandlerCleanup => {
                let name = match info.datum {
                    Datum::Name(name) => Some(name),
                    _ => None,
                };
                if name.is_some() {
                    self.op(*at, Opcode::PopBlock);
                }
                if preserve_tos {
                    self.op_i(*at, Opcode::Swap, 2);
                }
                self.op(*at, Opcode::PopBlock);
                self.op(*at, Opcode::PopExcept);
                if let Some(name) = name {
                    self.load_none(*at);
                    self.nameop(*at, name, Ctx::Store)?;
                    self.nameop(*at, name, Ctx::Del)?;
                }
            }
        }
        Ok(())
    }

    /// Leaves all blocks, or those inside the nearest loop, which is returned.
    fn unwind_fblocks(
        &mut self,
        at: &mut Location,
        preserve_tos: bool,
        to_loop: bool,
    ) -> Result<Option<FBlock<'a>>> {
        let Some(&top) = self.u.fblocks.last() else { return Ok(None) };
        if top.kind == FBlockKind::ExceptionGroupHandler {
            let msg = "'break', 'continue' and 'return' cannot appear in an except* block";
            return self.error(*at, msg);
        }
        if to_loop && matches!(top.kind, FBlockKind::WhileLoop | FBlockKind::ForLoop) {
            return Ok(Some(top));
        }
        self.pop_fblock(top.kind);
        self.unwind_fblock(at, &top, preserve_tos)?;
        let found = self.unwind_fblocks(at, preserve_tos, to_loop)?;
        self.push_fblock(top.loc, top.kind, top.block, top.exit, top.datum)?;
        Ok(found)
    }

    pub(super) fn unwind_all(&mut self, at: &mut Location, preserve_tos: bool) -> Result {
        self.unwind_fblocks(at, preserve_tos, false).map(drop)
    }

    pub(super) fn break_stmt(&mut self, origin: Location) -> Result {
        let mut at = origin;
        // Keeps the line.
        self.op(at, Opcode::Nop);
        let Some(found) = self.unwind_fblocks(&mut at, false, true)? else {
            return self.error(origin, "'break' outside loop");
        };
        self.unwind_fblock(&mut at, &found, false)?;
        if let Some(exit) = found.exit {
            self.jump(at, Opcode::Jump, exit);
        }
        Ok(())
    }

    pub(super) fn continue_stmt(&mut self, origin: Location) -> Result {
        let mut at = origin;
        self.op(at, Opcode::Nop);
        let Some(found) = self.unwind_fblocks(&mut at, false, true)? else {
            return self.error(origin, "'continue' not properly in loop");
        };
        if let Some(block) = found.block {
            self.jump(at, Opcode::Jump, block);
        }
        Ok(())
    }
}
