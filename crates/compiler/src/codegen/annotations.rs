//! Annotations: evaluated lazily by an `__annotate__` function (PEP 649), or text under
//! `from __future__ import annotations`.

use bytecode::oparg::{CommonConstant, CompareOp, FunctionAttribute};
use bytecode::{Const, Opcode, RawStr};
use parser::ast::{Arg, Arguments, Expr, ExprKind, Stmt, StmtKind};

use super::units::{ArgCounts, ScopeType};
use super::{Compiler, Ctx, Result, loc};
use crate::error::CompileError;
use crate::instrs::{InstrSeq, Location};
use crate::symbols::{BlockId, Key, Role};
use crate::unparse::unparse;

/// `annotationlib.Format.VALUE_WITH_FAKE_GLOBALS`: the highest format that compiled
/// code serves.
const VALUE_WITH_FAKE_GLOBALS: i64 = 2;

impl<'a> Compiler<'a> {
    /// Starts a function that evaluates annotations, bounds, defaults or an alias.
    pub(super) fn enter_annotation_scope(&mut self, at: Location, block: BlockId, name: &str) {
        let counts = ArgCounts { posonly: 1, ..ArgCounts::default() };
        self.enter_block(name, ScopeType::Annotations, block, at.lineno, None, counts);
        // if format > VALUE_WITH_FAKE_GLOBALS: raise NotImplementedError
        self.op_i(at, Opcode::LoadFast, 0);
        self.load_const(at, Const::Int(VALUE_WITH_FAKE_GLOBALS));
        self.compare_op(at, CompareOp::Gt);
        let body = self.new_label();
        self.jump(at, Opcode::PopJumpIfFalse, body);
        self.op_i(at, Opcode::LoadCommonConstant, CommonConstant::NotImplementedError as u32);
        self.op_i(at, Opcode::RaiseVarargs, 1);
        self.use_label(body);
    }

    fn leave_annotation_scope(&mut self, at: Location) -> Result {
        self.op(at, Opcode::ReturnValue);
        let mut code = self.finish(true)?;
        // The parameter's real name, `.format`, cannot clash with an annotation.
        if let Some(parameter) = code.localsplusnames.first_mut() {
            *parameter = RawStr::from("format");
        }
        self.make_closure(at, code, FunctionAttribute::empty())
    }

    /// Makes the `__annotate__` of a module or class body.
    pub(super) fn deferred_annotations(&mut self, at: Location) -> Result {
        let deferred = std::mem::take(&mut self.u.deferred_annotations);
        if deferred.is_empty() {
            return Ok(());
        }
        let scope = self.u.scope;
        let Some(block) = self.block().annotation_block else {
            return Err(CompileError::system("annotations without a block"));
        };
        // A module's goes to its beginning.
        if scope == ScopeType::Module {
            let own = std::mem::replace(&mut self.u.seq, InstrSeq::new());
            self.u.stashed = Some(own);
        }
        self.enter_annotation_scope(at, block, "__annotate__");
        self.op_i(at, Opcode::BuildMap, 0);
        for (s, index) in deferred {
            self.deferred_annotation(at, s, index, scope)?;
        }
        self.leave_annotation_scope(at)?;
        let class = scope == ScopeType::Class;
        self.nameop(at, if class { "__annotate_func__" } else { "__annotate__" }, Ctx::Store)?;
        if let Some(own) = self.u.stashed.take() {
            let annotations = std::mem::replace(&mut self.u.seq, own);
            self.u.seq.set_annotations(annotations);
        }
        Ok(())
    }

    fn deferred_annotation(
        &mut self,
        at: Location,
        s: &'a Stmt<'a>,
        index: Option<u32>,
        scope: ScopeType,
    ) -> Result {
        let StmtKind::AnnAssign { target, annotation, .. } = s.kind else { return Ok(()) };
        let name = target.as_name().unwrap_or_default();
        let name = crate::symbols::mangle(self.u.private, name, self.arena);
        let s_at = loc(s.range);
        let not_set = self.new_label();
        if let Some(index) = index {
            self.load_const(s_at, Const::Int(i64::from(index)));
            if scope == ScopeType::Class {
                self.op_freevar(s_at, Opcode::LoadDeref, "__conditional_annotations__");
            } else {
                self.op_global_name(s_at, Opcode::LoadGlobal, "__conditional_annotations__");
            }
            self.op_i(s_at, Opcode::ContainsOp, 0);
            self.jump(s_at, Opcode::PopJumpIfFalse, not_set);
        }
        self.expr(annotation)?;
        self.op_i(s_at, Opcode::Copy, 2);
        self.load_str(s_at, name);
        self.op(at, Opcode::StoreSubscr);
        self.use_label(not_set);
        Ok(())
    }

    /// Pushes the function that evaluates a function's annotations, if it has any.
    pub(super) fn function_annotations(
        &mut self,
        at: Location,
        s: &'a Stmt<'a>,
        args: &'a Arguments<'a>,
        returns: Option<&'a Expr<'a>>,
    ) -> Result<FunctionAttribute> {
        let block = self.table.lookup(Key::new(s, Role::Annotations))?;
        if !self.table.blocks[block].annotations_used {
            return Ok(FunctionAttribute::empty());
        }
        let name = self.table.blocks[block].name;
        self.enter_annotation_scope(at, block, name);
        let mut count = 0;
        self.arg_annotations(at, args.args, &mut count)?;
        self.arg_annotations(at, args.posonlyargs, &mut count)?;
        self.arg_annotations(at, args.vararg.as_slice(), &mut count)?;
        self.arg_annotations(at, args.kwonlyargs, &mut count)?;
        self.arg_annotations(at, args.kwarg.as_slice(), &mut count)?;
        if let Some(returns) = returns {
            self.arg_annotation(at, "return", returns, &mut count)?;
        }
        self.op_i(at, Opcode::BuildMap, count);
        self.leave_annotation_scope(at)?;
        Ok(FunctionAttribute::ANNOTATE)
    }

    fn arg_annotations(&mut self, at: Location, args: &[&'a Arg<'a>], count: &mut u32) -> Result {
        for arg in args {
            if let Some(annotation) = arg.annotation {
                self.arg_annotation(at, arg.arg, annotation, count)?;
            }
        }
        Ok(())
    }

    fn arg_annotation(
        &mut self,
        at: Location,
        name: &'a str,
        annotation: &'a Expr<'a>,
        count: &mut u32,
    ) -> Result {
        let name = self.mangle(name);
        self.load_str(at, name);
        if self.future_annotations() {
            self.annotation_text(annotation)?;
        } else if let ExprKind::Starred { value, .. } = annotation.kind {
            // `*args: *Ts`
            self.expr(value)?;
            self.op_i(at, Opcode::UnpackSequence, 1);
        } else {
            self.expr(annotation)?;
        }
        *count += 1;
        Ok(())
    }

    fn annotation_text(&mut self, annotation: &'a Expr<'a>) -> Result {
        let text = unparse(annotation, self.guard)?;
        self.load_const(loc(annotation.range), Const::Str(RawStr::from(text)));
        Ok(())
    }

    pub(super) fn ann_assign(
        &mut self,
        s: &'a Stmt<'a>,
        target: &'a Expr<'a>,
        annotation: &'a Expr<'a>,
        value: Option<&'a Expr<'a>>,
        simple: bool,
    ) -> Result {
        let at = loc(s.range);
        let future = self.future_annotations();
        let body = matches!(self.u.scope, ScopeType::Module | ScopeType::Class);
        if let Some(value) = value {
            self.expr(value)?;
            self.expr(target)?;
        }
        match target.kind {
            ExprKind::Name { id, .. } => {
                if simple && body {
                    if future {
                        self.annotation_text(annotation)?;
                        self.op_name(at, Opcode::LoadName, "__annotations__");
                        let name = self.mangle(id);
                        self.load_str(at, name);
                        self.op(at, Opcode::StoreSubscr);
                    } else {
                        self.defer_annotation(at, s)?;
                    }
                }
            }
            ExprKind::Attribute { value: object, .. } => {
                if value.is_none() {
                    self.evaluate_and_drop(object)?;
                }
            }
            ExprKind::Subscript { value: object, slice, .. } => {
                if value.is_none() {
                    self.evaluate_and_drop(object)?;
                    self.check_annotated_subscript(slice)?;
                }
            }
            _ => {
                return Err(CompileError::system("invalid node type for annotated assignment"));
            }
        }
        Ok(())
    }

    fn defer_annotation(&mut self, at: Location, s: &'a Stmt<'a>) -> Result {
        let conditional = self.u.scope == ScopeType::Module || self.u.in_conditional_block > 0;
        let index = conditional.then_some(self.u.next_conditional_index);
        self.u.deferred_annotations.push((s, index));
        if let Some(index) = index {
            self.u.next_conditional_index += 1;
            // Notes that this statement ran.
            let name = "__conditional_annotations__";
            let cell = crate::instrs::intern(&mut self.u.code.cellvars, name);
            if self.u.scope == ScopeType::Class {
                self.op_i(at, Opcode::LoadDeref, cell);
            } else {
                self.op_name(at, Opcode::LoadName, name);
            }
            self.load_const(at, Const::Int(i64::from(index)));
            self.op_i(at, Opcode::SetAdd, 1);
            self.op(at, Opcode::PopTop);
        }
        Ok(())
    }

    fn evaluate_and_drop(&mut self, e: &'a Expr<'a>) -> Result {
        self.expr(e)?;
        self.op(loc(e.range), Opcode::PopTop);
        Ok(())
    }

    /// Everything in an annotated subscript must exist.
    fn check_annotated_subscript(&mut self, e: &'a Expr<'a>) -> Result {
        match e.kind {
            ExprKind::Slice { lower, upper, step } => {
                for part in [lower, upper, step].into_iter().flatten() {
                    self.evaluate_and_drop(part)?;
                }
                Ok(())
            }
            ExprKind::Tuple { elts, .. } => {
                elts.iter().try_for_each(|elt| self.check_annotated_subscript(elt))
            }
            _ => self.evaluate_and_drop(e),
        }
    }
}
