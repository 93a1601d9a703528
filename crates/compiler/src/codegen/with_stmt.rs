//! `with` and `async with`.

use bytecode::Opcode;
use bytecode::oparg::SpecialMethod;
use parser::ast::{Stmt, WithItem};

use super::fblocks::{Datum, FBlockKind};
use super::{Compiler, Result, loc};
use crate::instrs::{Label, Location};

impl<'a> Compiler<'a> {
    /// Several items nest.
    pub(super) fn with(&mut self, items: &'a [WithItem<'a>], body: &'a [&'a Stmt<'a>]) -> Result {
        self.guard.check()?;
        let Some((item, rest)) = items.split_first() else { return self.stmts(body) };
        let block = self.new_label();
        let final_label = self.new_label();
        let exit = self.new_label();
        let cleanup = self.new_label();
        self.expr(item.context_expr)?;
        let at = loc(item.context_expr.range);
        self.load_enter_and_exit(at, SpecialMethod::Enter, SpecialMethod::Exit);
        self.jump(at, Opcode::SetupWith, final_label);
        self.use_label(block);
        let kind = FBlockKind::With;
        self.push_fblock(at, kind, Some(block), Some(final_label), Datum::None)?;
        self.with_body(at, item, rest, body, false)?;
        self.op(Location::NONE, Opcode::PopBlock);
        self.pop_fblock(kind);
        self.call_exit_with_nones(at);
        self.op(at, Opcode::PopTop);
        self.jump(at, Opcode::Jump, exit);
        // After an exception.
        self.use_label(final_label);
        self.jump(at, Opcode::SetupCleanup, cleanup);
        self.op(at, Opcode::PushExcInfo);
        self.op(at, Opcode::WithExceptStart);
        self.with_except_finish(cleanup);
        self.use_label(exit);
        Ok(())
    }

    pub(super) fn async_with(
        &mut self,
        items: &'a [WithItem<'a>],
        body: &'a [&'a Stmt<'a>],
    ) -> Result {
        self.guard.check()?;
        let Some((item, rest)) = items.split_first() else { return self.stmts(body) };
        let block = self.new_label();
        let final_label = self.new_label();
        let exit = self.new_label();
        let cleanup = self.new_label();
        self.expr(item.context_expr)?;
        let at = loc(item.context_expr.range);
        self.load_enter_and_exit(at, SpecialMethod::Aenter, SpecialMethod::Aexit);
        self.await_with(at, 1);
        self.jump(at, Opcode::SetupWith, final_label);
        self.use_label(block);
        let kind = FBlockKind::AsyncWith;
        self.push_fblock(at, kind, Some(block), Some(final_label), Datum::None)?;
        self.with_body(at, item, rest, body, true)?;
        self.pop_fblock(kind);
        self.op(at, Opcode::PopBlock);
        self.call_exit_with_nones(at);
        self.await_with(at, 2);
        self.op(at, Opcode::PopTop);
        self.jump(at, Opcode::Jump, exit);
        // After an exception.
        self.use_label(final_label);
        self.jump(at, Opcode::SetupCleanup, cleanup);
        self.op(at, Opcode::PushExcInfo);
        self.op(at, Opcode::WithExceptStart);
        self.await_with(at, 2);
        self.with_except_finish(cleanup);
        self.use_label(exit);
        Ok(())
    }

    /// Leaves the exit method and the result of the enter method.
    fn load_enter_and_exit(&mut self, at: Location, enter: SpecialMethod, exit: SpecialMethod) {
        self.op_i(at, Opcode::Copy, 1);
        self.op_i(at, Opcode::LoadSpecial, exit as u32);
        self.op_i(at, Opcode::Swap, 2);
        self.op_i(at, Opcode::Swap, 3);
        self.op_i(at, Opcode::LoadSpecial, enter as u32);
        self.op_i(at, Opcode::Call, 0);
    }

    fn await_with(&mut self, at: Location, origin: u32) {
        self.op_i(at, Opcode::GetAwaitable, origin);
        self.load_none(at);
        self.yield_from(at, true);
    }

    fn with_body(
        &mut self,
        at: Location,
        item: &'a WithItem<'a>,
        rest: &'a [WithItem<'a>],
        body: &'a [&'a Stmt<'a>],
        is_async: bool,
    ) -> Result {
        match item.optional_vars {
            Some(vars) => self.expr(vars)?,
            None => self.op(at, Opcode::PopTop),
        }
        match (rest.is_empty(), is_async) {
            (true, _) => self.stmts(body),
            (false, true) => self.async_with(rest, body),
            (false, false) => self.with(rest, body),
        }
    }

    fn with_except_finish(&mut self, cleanup: Label) {
        let none = Location::NONE;
        let suppress = self.new_label();
        self.op(none, Opcode::ToBool);
        self.jump(none, Opcode::PopJumpIfTrue, suppress);
        self.op_i(none, Opcode::Reraise, 2);
        self.use_label(suppress);
        self.op(none, Opcode::PopTop);
        self.op(none, Opcode::PopBlock);
        self.op(none, Opcode::PopExcept);
        for _ in 0..3 {
            self.op(none, Opcode::PopTop);
        }
        let exit = self.new_label();
        self.jump(none, Opcode::JumpNoInterrupt, exit);
        self.use_label(cleanup);
        self.pop_except_and_reraise();
        self.use_label(exit);
    }
}
