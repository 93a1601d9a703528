//! Statements, except those that have a file of their own.

use bytecode::Opcode;
use bytecode::oparg::{BinaryOp, CommonConstant, Intrinsic1};
use parser::ast::{Constant, Expr, ExprKind, Operator, Range, Stmt, StmtKind};

use super::expressions::binary_op;
use super::fblocks::{Datum, FBlockKind};
use super::{Compiler, Ctx, Result, loc};
use crate::error::CompileError;
use crate::instrs::Location;

impl<'a> Compiler<'a> {
    pub(super) fn stmts(&mut self, stmts: &[&'a Stmt<'a>]) -> Result {
        stmts.iter().try_for_each(|stmt| self.stmt(stmt))
    }

    fn stmt(&mut self, s: &'a Stmt<'a>) -> Result {
        self.guard.check()?;
        match s.kind {
            StmtKind::FunctionDef { .. } | StmtKind::AsyncFunctionDef { .. } => self.function(s),
            StmtKind::ClassDef { .. } => self.class(s),
            StmtKind::TypeAlias { .. } => self.type_alias(s),
            StmtKind::Return { value } => self.return_stmt(s.range, value),
            StmtKind::Delete { targets } => self.exprs(targets),
            StmtKind::Assign { targets, value, .. } => {
                self.expr(value)?;
                for (index, target) in targets.iter().enumerate() {
                    if index + 1 < targets.len() {
                        self.op_i(loc(s.range), Opcode::Copy, 1);
                    }
                    self.expr(target)?;
                }
                Ok(())
            }
            StmtKind::AugAssign { target, op, value } => {
                self.aug_assign(s.range, target, op, value)
            }
            StmtKind::AnnAssign { target, annotation, value, simple } => {
                self.ann_assign(s, target, annotation, value, simple != 0)
            }
            StmtKind::For { .. }
            | StmtKind::AsyncFor { .. }
            | StmtKind::While { .. }
            | StmtKind::If { .. }
            | StmtKind::Match { .. }
            | StmtKind::Try { .. }
            | StmtKind::TryStar { .. }
            | StmtKind::With { .. }
            | StmtKind::AsyncWith { .. } => {
                self.u.in_conditional_block += 1;
                // An error leaves the unit it was found in on top, and ends the compilation.
                self.compound(s)?;
                self.u.in_conditional_block -= 1;
                Ok(())
            }
            StmtKind::Raise { exc, cause } => {
                let mut count = 0;
                if let Some(exc) = exc {
                    self.expr(exc)?;
                    count = 1;
                    if let Some(cause) = cause {
                        self.expr(cause)?;
                        count = 2;
                    }
                }
                self.op_i(loc(s.range), Opcode::RaiseVarargs, count);
                Ok(())
            }
            StmtKind::Assert { test, msg } => self.assert_stmt(s.range, test, msg),
            StmtKind::Import { names } => self.import(loc(s.range), names),
            StmtKind::ImportFrom { module, names, level } => {
                self.import_from(loc(s.range), module, names, level.unwrap_or(0))
            }
            StmtKind::Global { .. } | StmtKind::Nonlocal { .. } => Ok(()),
            StmtKind::Expr { value } => self.expr_stmt(loc(s.range), value),
            StmtKind::Pass => {
                self.op(loc(s.range), Opcode::Nop);
                Ok(())
            }
            StmtKind::Break => self.break_stmt(loc(s.range)),
            StmtKind::Continue => self.continue_stmt(loc(s.range)),
        }
    }

    /// Statements in which annotations are conditional.
    fn compound(&mut self, s: &'a Stmt<'a>) -> Result {
        match s.kind {
            StmtKind::For { target, iter, body, orelse, .. } => {
                self.for_stmt(s.range, target, iter, body, orelse)
            }
            StmtKind::AsyncFor { target, iter, body, orelse, .. } => {
                self.async_for(s.range, target, iter, body, orelse)
            }
            StmtKind::While { test, body, orelse } => self.while_stmt(s.range, test, body, orelse),
            StmtKind::If { test, body, orelse } => self.if_stmt(test, body, orelse),
            StmtKind::Match { subject, cases } => self.match_stmt(subject, cases),
            StmtKind::Try { body, handlers, orelse, finalbody } => {
                self.try_stmt(s.range, body, handlers, orelse, finalbody, false)
            }
            StmtKind::TryStar { body, handlers, orelse, finalbody } => {
                self.try_stmt(s.range, body, handlers, orelse, finalbody, true)
            }
            StmtKind::With { items, body, .. } => self.with(items, body),
            StmtKind::AsyncWith { items, body, .. } => self.async_with(items, body),
            _ => Ok(()),
        }
    }

    fn expr_stmt(&mut self, at: Location, value: &'a Expr<'a>) -> Result {
        if self.interactive && self.stack.is_empty() {
            self.expr(value)?;
            self.intrinsic_1(at, Intrinsic1::Print);
            self.op(Location::NONE, Opcode::PopTop);
            return Ok(());
        }
        if matches!(value.kind, ExprKind::Constant { .. }) {
            self.op(at, Opcode::Nop);
            return Ok(());
        }
        self.expr(value)?;
        self.op(Location::NONE, Opcode::PopTop);
        Ok(())
    }

    fn return_stmt(&mut self, range: Range, value: Option<&'a Expr<'a>>) -> Result {
        let mut at = loc(range);
        let block = self.block();
        if !block.is_function_like() {
            return self.error(at, "'return' outside function");
        }
        if value.is_some() && block.coroutine && block.generator {
            return self.error(at, "'return' with value in async generator");
        }
        let constant = value.and_then(Expr::as_constant);
        let preserve_tos = value.is_some() && constant.is_none();
        match value {
            Some(value) if preserve_tos => self.expr(value)?,
            // Keeps the line of the value.
            Some(value) => {
                at = loc(value.range);
                self.op(at, Opcode::Nop);
            }
            None => {}
        }
        if value.is_none_or(|value| value.range.lineno != range.lineno) {
            at = loc(range);
            self.op(at, Opcode::Nop);
        }
        self.unwind_all(&mut at, preserve_tos)?;
        if value.is_none() {
            self.load_none(at);
        } else if let Some(constant) = constant {
            self.load_const(at, super::consts::constant(constant));
        }
        self.op(at, Opcode::ReturnValue);
        Ok(())
    }

    fn assert_stmt(
        &mut self,
        range: Range,
        test: &'a Expr<'a>,
        msg: Option<&'a Expr<'a>>,
    ) -> Result {
        let always_true = match test.kind {
            ExprKind::Tuple { elts, .. } => !elts.is_empty(),
            ExprKind::Constant { value: Constant::Tuple(items), .. } => !items.is_empty(),
            _ => false,
        };
        if always_true {
            let msg = "assertion is always true, perhaps remove parentheses?";
            self.warn(range, msg.to_owned());
        }
        if self.optimize > 0 {
            return Ok(());
        }
        let at = loc(range);
        let end = self.new_label();
        self.jump_if(test, end, true)?;
        self.op_i(at, Opcode::LoadCommonConstant, CommonConstant::AssertionError as u32);
        if let Some(msg) = msg {
            self.expr(msg)?;
            self.op_i(at, Opcode::Call, 0);
        }
        self.op_i(loc(test.range), Opcode::RaiseVarargs, 1);
        self.use_label(end);
        Ok(())
    }

    fn if_stmt(
        &mut self,
        test: &'a Expr<'a>,
        body: &[&'a Stmt<'a>],
        orelse: &[&'a Stmt<'a>],
    ) -> Result {
        let end = self.new_label();
        let next = if orelse.is_empty() { end } else { self.new_label() };
        self.jump_if(test, next, false)?;
        self.stmts(body)?;
        if !orelse.is_empty() {
            self.jump(Location::NONE, Opcode::JumpNoInterrupt, end);
            self.use_label(next);
            self.stmts(orelse)?;
        }
        self.use_label(end);
        Ok(())
    }

    fn while_stmt(
        &mut self,
        range: Range,
        test: &'a Expr<'a>,
        body: &[&'a Stmt<'a>],
        orelse: &[&'a Stmt<'a>],
    ) -> Result {
        let start = self.new_label();
        let end = self.new_label();
        let anchor = self.new_label();
        self.use_label(start);
        let at = loc(range);
        self.push_fblock(at, FBlockKind::WhileLoop, Some(start), Some(end), Datum::None)?;
        self.jump_if(test, anchor, false)?;
        self.stmts(body)?;
        self.jump(Location::NONE, Opcode::Jump, start);
        self.pop_fblock(FBlockKind::WhileLoop);
        self.use_label(anchor);
        self.stmts(orelse)?;
        self.use_label(end);
        Ok(())
    }

    fn for_stmt(
        &mut self,
        range: Range,
        target: &'a Expr<'a>,
        iter: &'a Expr<'a>,
        body: &[&'a Stmt<'a>],
        orelse: &[&'a Stmt<'a>],
    ) -> Result {
        let start = self.new_label();
        let cleanup = self.new_label();
        let end = self.new_label();
        let kind = FBlockKind::ForLoop;
        self.push_fblock(loc(range), kind, Some(start), Some(end), Datum::None)?;
        self.expr(iter)?;
        let at = loc(iter.range);
        self.op(at, Opcode::GetIter);
        self.use_label(start);
        self.jump(at, Opcode::ForIter, cleanup);
        // For the line of a statement that spans several.
        self.op(loc(target.range), Opcode::Nop);
        self.expr(target)?;
        self.stmts(body)?;
        self.jump(Location::NONE, Opcode::Jump, start);
        self.use_label(cleanup);
        // In this order: generators jump to the first, other iterators behind it.
        self.op(Location::NONE, Opcode::EndFor);
        self.op(Location::NONE, Opcode::PopIter);
        self.pop_fblock(kind);
        self.stmts(orelse)?;
        self.use_label(end);
        Ok(())
    }

    fn async_for(
        &mut self,
        range: Range,
        target: &'a Expr<'a>,
        iter: &'a Expr<'a>,
        body: &[&'a Stmt<'a>],
        orelse: &[&'a Stmt<'a>],
    ) -> Result {
        let at = loc(range);
        let start = self.new_label();
        let send = self.new_label();
        let except = self.new_label();
        let end = self.new_label();
        let kind = FBlockKind::ForLoop;
        self.expr(iter)?;
        self.op(loc(iter.range), Opcode::GetAiter);
        self.use_label(start);
        self.push_fblock(at, kind, Some(start), Some(end), Datum::None)?;
        // Guards the call of `__anext__`.
        self.jump(at, Opcode::SetupFinally, except);
        self.op(at, Opcode::GetAnext);
        self.load_none(at);
        self.use_label(send);
        self.yield_from(at, true);
        self.op(at, Opcode::PopBlock);
        self.op(at, Opcode::NotTaken);
        self.expr(target)?;
        self.stmts(body)?;
        self.jump(Location::NONE, Opcode::Jump, start);
        self.pop_fblock(kind);
        self.use_label(except);
        // The end of the iteration belongs to the `for` line.
        self.jump(loc(iter.range), Opcode::EndAsyncFor, send);
        self.stmts(orelse)?;
        self.use_label(end);
        Ok(())
    }

    fn aug_assign(
        &mut self,
        range: Range,
        target: &'a Expr<'a>,
        op: Operator,
        value: &'a Expr<'a>,
    ) -> Result {
        let mut at = loc(target.range);
        match target.kind {
            ExprKind::Attribute { value: object, attr, .. } => {
                self.expr(object)?;
                self.op_i(at, Opcode::Copy, 1);
                at = super::expressions::attr_location(at, target.range, attr);
                self.load_attr(at, attr);
            }
            ExprKind::Subscript { value: object, slice, .. } => {
                self.expr(object)?;
                if let Some((lower, upper)) = super::expressions::two_part_slice(slice) {
                    self.slice_parts(loc(slice.range), lower, upper)?;
                    for _ in 0..3 {
                        self.op_i(at, Opcode::Copy, 3);
                    }
                    self.op(at, Opcode::BinarySlice);
                } else {
                    self.expr(slice)?;
                    self.op_i(at, Opcode::Copy, 2);
                    self.op_i(at, Opcode::Copy, 2);
                    self.binary(at, BinaryOp::Subscr);
                }
            }
            ExprKind::Name { id, .. } => self.nameop(at, id, Ctx::Load)?,
            _ => {
                return Err(CompileError::system("invalid node type for augmented assignment"));
            }
        }
        self.expr(value)?;
        self.binary(loc(range), binary_op(op).inplace());
        at = loc(target.range);
        match target.kind {
            ExprKind::Attribute { attr, .. } => {
                at = super::expressions::attr_location(at, target.range, attr);
                self.op_i(at, Opcode::Swap, 2);
                self.op_name(at, Opcode::StoreAttr, attr);
            }
            ExprKind::Subscript { slice, .. } => {
                if super::expressions::two_part_slice(slice).is_some() {
                    self.op_i(at, Opcode::Swap, 4);
                    self.op_i(at, Opcode::Swap, 3);
                    self.op_i(at, Opcode::Swap, 2);
                    self.op(at, Opcode::StoreSlice);
                } else {
                    self.op_i(at, Opcode::Swap, 3);
                    self.op_i(at, Opcode::Swap, 2);
                    self.op(at, Opcode::StoreSubscr);
                }
            }
            ExprKind::Name { id, .. } => self.nameop(at, id, Ctx::Store)?,
            _ => {}
        }
        Ok(())
    }
}
