//! `try` with `except`, `except*` and `finally`.

use bytecode::Opcode;
use bytecode::oparg::Intrinsic2;
use parser::ast::{ExceptHandler, Range, Stmt};

use super::fblocks::{Datum, FBlockKind};
use super::{Compiler, Ctx, Result, loc};
use crate::instrs::{Label, Location};

type Body<'a> = &'a [&'a Stmt<'a>];

/// Generated code that belongs to no line.
const NONE: Location = Location::NONE;

impl<'a> Compiler<'a> {
    pub(super) fn try_stmt(
        &mut self,
        range: Range,
        body: Body<'a>,
        handlers: &'a [ExceptHandler<'a>],
        orelse: Body<'a>,
        finalbody: Body<'a>,
        star: bool,
    ) -> Result {
        if !finalbody.is_empty() {
            return self.try_finally(range, body, handlers, orelse, finalbody, star);
        }
        self.try_handlers(range, body, handlers, orelse, star)
    }

    fn try_handlers(
        &mut self,
        range: Range,
        body: Body<'a>,
        handlers: &'a [ExceptHandler<'a>],
        orelse: Body<'a>,
        star: bool,
    ) -> Result {
        if star {
            self.try_star_except(range, body, handlers, orelse)
        } else {
            self.try_except(range, body, handlers, orelse)
        }
    }

    /// The body of `finally` is there twice: for the normal way and for exceptions.
    fn try_finally(
        &mut self,
        range: Range,
        body: Body<'a>,
        handlers: &'a [ExceptHandler<'a>],
        orelse: Body<'a>,
        finalbody: Body<'a>,
        star: bool,
    ) -> Result {
        let at = loc(range);
        let start = self.new_label();
        let end = self.new_label();
        let exit = self.new_label();
        let cleanup = self.new_label();
        self.jump(at, Opcode::SetupFinally, end);
        self.use_label(start);
        let kind = FBlockKind::FinallyTry;
        self.push_fblock(at, kind, Some(start), Some(end), Datum::Body(finalbody))?;
        if handlers.is_empty() {
            self.stmts(body)?;
        } else {
            self.try_handlers(range, body, handlers, orelse, star)?;
        }
        self.op(NONE, Opcode::PopBlock);
        self.pop_fblock(kind);
        self.stmts(finalbody)?;
        self.jump(NONE, Opcode::JumpNoInterrupt, exit);

        self.use_label(end);
        self.jump(NONE, Opcode::SetupCleanup, cleanup);
        self.op(NONE, Opcode::PushExcInfo);
        self.push_fblock(NONE, FBlockKind::FinallyEnd, Some(end), None, Datum::None)?;
        self.stmts(finalbody)?;
        self.pop_fblock(FBlockKind::FinallyEnd);
        self.op_i(NONE, Opcode::Reraise, 0);
        self.use_label(cleanup);
        self.pop_except_and_reraise();
        self.use_label(exit);
        Ok(())
    }

    pub(super) fn pop_except_and_reraise(&mut self) {
        self.op_i(NONE, Opcode::Copy, 3);
        self.op(NONE, Opcode::PopExcept);
        self.op_i(NONE, Opcode::Reraise, 1);
    }

    /// The protected body; leaves the sequence where the handlers start.
    fn try_body(&mut self, at: Location, body: Body<'a>, except: Label) -> Result {
        self.jump(at, Opcode::SetupFinally, except);
        let start = self.new_label();
        self.use_label(start);
        self.push_fblock(at, FBlockKind::TryExcept, Some(start), None, Datum::None)?;
        self.stmts(body)?;
        self.pop_fblock(FBlockKind::TryExcept);
        self.op(NONE, Opcode::PopBlock);
        Ok(())
    }

    fn start_handlers(&mut self, at: Location, except: Label, kind: FBlockKind) -> Result<Label> {
        let cleanup = self.new_label();
        self.use_label(except);
        self.jump(NONE, Opcode::SetupCleanup, cleanup);
        self.op(NONE, Opcode::PushExcInfo);
        self.push_fblock(at, kind, None, None, Datum::None)?;
        Ok(cleanup)
    }

    /// `name = None; del name`, at the end of a handler.
    fn unbind(&mut self, name: &'a str) -> Result {
        self.load_none(NONE);
        self.nameop(NONE, name, Ctx::Store)?;
        self.nameop(NONE, name, Ctx::Del)
    }

    fn try_except(
        &mut self,
        range: Range,
        body: Body<'a>,
        handlers: &'a [ExceptHandler<'a>],
        orelse: Body<'a>,
    ) -> Result {
        let at = loc(range);
        let except = self.new_label();
        let end = self.new_label();
        self.try_body(at, body, except)?;
        self.stmts(orelse)?;
        self.jump(NONE, Opcode::JumpNoInterrupt, end);
        let cleanup = self.start_handlers(at, except, FBlockKind::ExceptionHandler)?;
        for (index, handler) in handlers.iter().enumerate() {
            let at = loc(handler.range);
            if handler.r#type.is_none() && index + 1 < handlers.len() {
                return self.error(at, "default 'except:' must be last");
            }
            let next = self.new_label();
            if let Some(ty) = handler.r#type {
                self.expr(ty)?;
                self.op(at, Opcode::CheckExcMatch);
                self.jump(at, Opcode::PopJumpIfFalse, next);
            }
            self.handler(at, handler, end)?;
            self.use_label(next);
        }
        self.pop_fblock(FBlockKind::ExceptionHandler);
        self.op_i(NONE, Opcode::Reraise, 0);
        self.use_label(cleanup);
        self.pop_except_and_reraise();
        self.use_label(end);
        Ok(())
    }

    fn handler(&mut self, at: Location, handler: &'a ExceptHandler<'a>, end: Label) -> Result {
        let kind = FBlockKind::HandlerCleanup;
        let Some(name) = handler.name else {
            let start = self.new_label();
            self.op(at, Opcode::PopTop);
            self.use_label(start);
            self.push_fblock(at, kind, Some(start), None, Datum::None)?;
            self.stmts(handler.body)?;
            self.pop_fblock(kind);
            self.op(NONE, Opcode::PopBlock);
            self.op(NONE, Opcode::PopExcept);
            self.jump(NONE, Opcode::JumpNoInterrupt, end);
            return Ok(());
        };
        let cleanup_end = self.new_label();
        let start = self.new_label();
        self.nameop(at, name, Ctx::Store)?;
        // A second `try`, whose `finally` unbinds the name.
        self.jump(at, Opcode::SetupCleanup, cleanup_end);
        self.use_label(start);
        self.push_fblock(at, kind, Some(start), None, Datum::Name(name))?;
        self.stmts(handler.body)?;
        self.pop_fblock(kind);
        self.op(NONE, Opcode::PopBlock);
        self.op(NONE, Opcode::PopBlock);
        self.op(NONE, Opcode::PopExcept);
        self.unbind(name)?;
        self.jump(NONE, Opcode::JumpNoInterrupt, end);
        self.use_label(cleanup_end);
        self.unbind(name)?;
        self.op_i(NONE, Opcode::Reraise, 1);
        Ok(())
    }

    /// Every clause takes its part of the group; what the clauses raise and what no
    /// clause took is gathered in a list and raised together at the end.
    fn try_star_except(
        &mut self,
        range: Range,
        body: Body<'a>,
        handlers: &'a [ExceptHandler<'a>],
        orelse: Body<'a>,
    ) -> Result {
        let at = loc(range);
        let except = self.new_label();
        let orelse_label = self.new_label();
        let end = self.new_label();
        let reraise_star = self.new_label();
        self.try_body(at, body, except)?;
        self.jump(NONE, Opcode::JumpNoInterrupt, orelse_label);
        let kind = FBlockKind::ExceptionGroupHandler;
        let cleanup = self.start_handlers(at, except, kind)?;
        for (index, handler) in handlers.iter().enumerate() {
            let at = loc(handler.range);
            if index == 0 {
                // [orig] -> [orig, raised, rest]
                self.op_i(at, Opcode::BuildList, 0);
                self.op_i(at, Opcode::Copy, 2);
            }
            self.star_handler(at, handler)?;
            if index + 1 == handlers.len() {
                // What is left, or None.
                self.op_i(NONE, Opcode::ListAppend, 1);
                self.jump(NONE, Opcode::JumpNoInterrupt, reraise_star);
            }
        }
        self.pop_fblock(kind);
        let reraise = self.new_label();
        self.use_label(reraise_star);
        self.intrinsic_2(NONE, Intrinsic2::PrepReraiseStar);
        self.op_i(NONE, Opcode::Copy, 1);
        self.jump(NONE, Opcode::PopJumpIfNotNone, reraise);
        self.op(NONE, Opcode::PopTop);
        self.op(NONE, Opcode::PopBlock);
        self.op(NONE, Opcode::PopExcept);
        self.jump(NONE, Opcode::JumpNoInterrupt, end);
        self.use_label(reraise);
        self.op(NONE, Opcode::PopBlock);
        self.op_i(NONE, Opcode::Swap, 2);
        self.op(NONE, Opcode::PopExcept);
        self.op_i(NONE, Opcode::Reraise, 0);
        self.use_label(cleanup);
        self.pop_except_and_reraise();
        self.use_label(orelse_label);
        self.stmts(orelse)?;
        self.use_label(end);
        Ok(())
    }

    fn star_handler(&mut self, at: Location, handler: &'a ExceptHandler<'a>) -> Result {
        let next = self.new_label();
        let with_error = self.new_label();
        let no_match = self.new_label();
        if let Some(ty) = handler.r#type {
            self.expr(ty)?;
            self.op(at, Opcode::CheckEgMatch);
            self.op_i(at, Opcode::Copy, 1);
            self.jump(at, Opcode::PopJumpIfNone, no_match);
        }
        let cleanup_end = self.new_label();
        let start = self.new_label();
        match handler.name {
            Some(name) => self.nameop(at, name, Ctx::Store)?,
            None => self.op(at, Opcode::PopTop),
        }
        self.jump(at, Opcode::SetupCleanup, cleanup_end);
        self.use_label(start);
        let datum = handler.name.map_or(Datum::None, Datum::Name);
        self.push_fblock(at, FBlockKind::HandlerCleanup, Some(start), None, datum)?;
        self.stmts(handler.body)?;
        self.pop_fblock(FBlockKind::HandlerCleanup);
        self.op(NONE, Opcode::PopBlock);
        if let Some(name) = handler.name {
            self.unbind(name)?;
        }
        self.jump(NONE, Opcode::JumpNoInterrupt, next);
        self.use_label(cleanup_end);
        if let Some(name) = handler.name {
            self.unbind(name)?;
        }
        // What the body raised joins the list.
        self.op_i(NONE, Opcode::ListAppend, 3);
        self.op(NONE, Opcode::PopTop);
        self.jump(NONE, Opcode::JumpNoInterrupt, with_error);
        self.use_label(next);
        // Holds a propagated location.
        self.op(NONE, Opcode::Nop);
        self.jump(NONE, Opcode::JumpNoInterrupt, with_error);
        self.use_label(no_match);
        self.op(at, Opcode::PopTop);
        self.use_label(with_error);
        Ok(())
    }
}
