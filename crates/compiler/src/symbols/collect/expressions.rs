//! Expressions, with the blocks of lambdas and comprehensions.

use parser::ast::{Comprehension as Clause, Expr, ExprContext, ExprKind, Range};

use super::{
    BlockType, Collect, DEF_COMP_ITER, DEF_GLOBAL, DEF_LOCAL, DEF_NONLOCAL, DEF_PARAM, Key, Result,
    USE, check_name, syntax,
};
use crate::error::CompileError;
use crate::symbols::{Comprehension, Role};

impl<'a> Collect<'a> {
    pub(super) fn expr(&mut self, e: &'a Expr<'a>) -> Result {
        self.guard.check()?;
        match e.kind {
            ExprKind::NamedExpr { target, value } => {
                self.forbid_in_annotation("named expression", e.range)?;
                self.named_expr(e, target, value)?;
            }
            ExprKind::BoolOp { values, .. } => self.exprs(values)?,
            ExprKind::BinOp { .. } => self.bin_op(e)?,
            ExprKind::UnaryOp { operand, .. } => self.expr(operand)?,
            ExprKind::Lambda { args, body } => {
                self.defaults(args)?;
                let key = Key::new(e, Role::Body);
                self.enter_block("lambda", BlockType::Function, Some(key), e.range)?;
                self.arguments(args)?;
                self.expr(body)?;
                self.exit_block();
            }
            ExprKind::IfExp { test, body, orelse } => {
                self.expr(test)?;
                self.expr(body)?;
                self.expr(orelse)?;
            }
            ExprKind::Dict { keys, values } => {
                keys.iter().flatten().try_for_each(|key| self.expr(key))?;
                self.exprs(values)?;
            }
            ExprKind::Set { elts } => self.exprs(elts)?,
            ExprKind::ListComp { elt, generators } => {
                self.comprehension(e, "listcomp", Comprehension::List, generators, elt, None)?;
            }
            ExprKind::SetComp { elt, generators } => {
                self.comprehension(e, "setcomp", Comprehension::Set, generators, elt, None)?;
            }
            ExprKind::DictComp { key, value, generators } => {
                let kind = Comprehension::Dict;
                self.comprehension(e, "dictcomp", kind, generators, key, Some(value))?;
            }
            ExprKind::GeneratorExp { elt, generators } => {
                let kind = Comprehension::Generator;
                self.comprehension(e, "genexpr", kind, generators, elt, None)?;
            }
            ExprKind::Await { value } => {
                self.forbid_in_annotation("await expression", e.range)?;
                if !self.allows_top_level_await() {
                    if !self.cur().is_function_like() {
                        return syntax("'await' outside function", e.range);
                    }
                    if !self.in_async_def() && self.cur().comprehension.is_none() {
                        return syntax("'await' outside async function", e.range);
                    }
                }
                self.expr(value)?;
                self.cur().coroutine = true;
            }
            ExprKind::Yield { value } => {
                self.forbid_in_annotation("yield expression", e.range)?;
                if let Some(value) = value {
                    self.expr(value)?;
                }
                self.mark_generator(e.range)?;
            }
            ExprKind::YieldFrom { value } => {
                self.forbid_in_annotation("yield expression", e.range)?;
                self.expr(value)?;
                self.mark_generator(e.range)?;
            }
            ExprKind::Compare { left, comparators, .. } => {
                self.expr(left)?;
                self.exprs(comparators)?;
            }
            ExprKind::Call { func, args, keywords } => {
                self.expr(func)?;
                self.exprs(args)?;
                self.check_keywords(keywords)?;
                keywords.iter().try_for_each(|keyword| self.expr(keyword.value))?;
            }
            ExprKind::FormattedValue { value, format_spec, .. }
            | ExprKind::Interpolation { value, format_spec, .. } => {
                self.expr(value)?;
                if let Some(spec) = format_spec {
                    self.expr(spec)?;
                }
            }
            ExprKind::JoinedStr { values } | ExprKind::TemplateStr { values } => {
                self.exprs(values)?;
            }
            ExprKind::Constant { .. } => {}
            ExprKind::Attribute { value, attr, ctx } => {
                check_name(attr, e.range, ctx)?;
                self.expr(value)?;
            }
            ExprKind::Subscript { value, slice, .. } => {
                self.expr(value)?;
                self.expr(slice)?;
            }
            ExprKind::Starred { value, .. } => self.expr(value)?,
            ExprKind::Slice { lower, upper, step } => {
                for part in [lower, upper, step].into_iter().flatten() {
                    self.expr(part)?;
                }
            }
            ExprKind::Name { id, ctx } => self.name(id, ctx, e.range)?,
            ExprKind::List { elts, .. } | ExprKind::Tuple { elts, .. } => self.exprs(elts)?,
        }
        Ok(())
    }

    /// Long sums lean to the left; their depth is walked in a loop.
    fn bin_op(&mut self, e: &'a Expr<'a>) -> Result {
        let mut rights = Vec::new();
        let mut leftmost = e;
        while let ExprKind::BinOp { left, right, .. } = leftmost.kind {
            rights.push(right);
            leftmost = left;
        }
        self.expr(leftmost)?;
        rights.iter().rev().try_for_each(|right| self.expr(right))
    }

    fn name(&mut self, id: &'a str, ctx: ExprContext, range: Range) -> Result {
        if self.cur().in_unevaluated_annotation {
            return Ok(());
        }
        let load = ctx == ExprContext::Load;
        self.add_def_ctx(id, if load { USE } else { DEF_LOCAL }, range, ctx)?;
        // `super()` needs the class.
        if load && id == "super" && self.cur().is_function_like() {
            self.add_def("__class__", USE, range)?;
        }
        Ok(())
    }

    fn named_expr(&mut self, e: &'a Expr<'a>, target: &'a Expr<'a>, value: &'a Expr<'a>) -> Result {
        let block = self.cur();
        if block.comp_iter_expr > 0 {
            let msg = "assignment expression cannot be used in a comprehension iterable expression";
            return syntax(msg, e.range);
        }
        if block.comprehension.is_some() {
            self.extend_named_expr_scope(target)?;
        }
        self.expr(value)?;
        self.expr(target)
    }

    /// The target of `:=` in a comprehension belongs to the function around it.
    fn extend_named_expr_scope(&mut self, target: &'a Expr<'a>) -> Result {
        let Some(name) = target.as_name() else {
            return Err(CompileError::system("the target of a named expression must be a name"));
        };
        for index in (0..self.stack.len()).rev() {
            let id = self.stack[index];
            let block = &self.table.blocks[id];
            if block.comprehension.is_some() {
                let flags = self.lookup_in(id, name);
                if flags & DEF_COMP_ITER != 0 && flags & DEF_LOCAL != 0 {
                    let msg = format!(
                        "assignment expression cannot rebind comprehension iteration variable '{name}'"
                    );
                    return syntax(msg, target.range);
                }
                continue;
            }
            let msg = match block.kind {
                BlockType::Function => {
                    let global = self.lookup_in(id, name) & DEF_GLOBAL != 0;
                    let flag = if global { DEF_GLOBAL } else { DEF_NONLOCAL };
                    self.add_def(name, flag, target.range)?;
                    self.record_directive(name, target.range);
                    return self.add_def_in(id, name, DEF_LOCAL, target.range);
                }
                BlockType::Module => {
                    self.add_def(name, DEF_GLOBAL, target.range)?;
                    self.record_directive(name, target.range);
                    return self.add_def_in(id, name, DEF_GLOBAL, target.range);
                }
                BlockType::Class => {
                    "assignment expression within a comprehension cannot be used in a class body"
                }
                BlockType::TypeParameters => {
                    "assignment expression within a comprehension cannot be used within the \
                     definition of a generic"
                }
                BlockType::TypeAlias => {
                    "assignment expression within a comprehension cannot be used in a type alias"
                }
                BlockType::TypeVariable => {
                    "assignment expression within a comprehension cannot be used in a TypeVar bound"
                }
                BlockType::Annotation => continue,
            };
            return syntax(msg, target.range);
        }
        Err(CompileError::system("no scope for a named expression"))
    }

    fn mark_generator(&mut self, range: Range) -> Result {
        let block = self.cur();
        block.generator = true;
        let msg = match block.comprehension {
            None => return Ok(()),
            Some(Comprehension::List) => "'yield' inside list comprehension",
            Some(Comprehension::Set) => "'yield' inside set comprehension",
            Some(Comprehension::Dict) => "'yield' inside dict comprehension",
            Some(Comprehension::Generator) => "'yield' inside generator expression",
        };
        syntax(msg, range)
    }

    fn forbid_in_annotation(&mut self, what: &str, range: Range) -> Result {
        let block = self.cur();
        let msg = match block.kind {
            BlockType::Annotation => format!("{what} cannot be used within an annotation"),
            BlockType::TypeVariable => {
                format!("{what} cannot be used within {}", block.scope_info)
            }
            BlockType::TypeAlias => format!("{what} cannot be used within a type alias"),
            BlockType::TypeParameters => {
                format!("{what} cannot be used within the definition of a generic")
            }
            BlockType::Function | BlockType::Class | BlockType::Module => return Ok(()),
        };
        syntax(msg, range)
    }

    fn comprehension(
        &mut self,
        e: &'a Expr<'a>,
        name: &'static str,
        kind: Comprehension,
        generators: &'a [Clause<'a>],
        elt: &'a Expr<'a>,
        value: Option<&'a Expr<'a>>,
    ) -> Result {
        let Some((outermost, rest)) = generators.split_first() else {
            return Err(CompileError::system("a comprehension without generators"));
        };
        let is_generator = kind == Comprehension::Generator;
        // The outermost iterable belongs to the block around.
        self.iterable(outermost)?;
        let key = Key::new(e, Role::Body);
        self.enter_block(name, BlockType::Function, Some(key), e.range)?;
        let block = self.cur();
        block.comprehension = Some(kind);
        block.coroutine |= outermost.is_async != 0;
        self.add_def(".0", DEF_PARAM, e.range)?;
        self.iteration_target(outermost)?;
        self.exprs(outermost.ifs)?;
        for clause in rest {
            self.iteration_target(clause)?;
            self.iterable(clause)?;
            self.exprs(clause.ifs)?;
            self.cur().coroutine |= clause.is_async != 0;
        }
        if let Some(value) = value {
            self.expr(value)?;
        }
        self.expr(elt)?;
        let block = self.cur();
        block.generator = is_generator;
        let is_async = block.coroutine && !is_generator;
        self.exit_block();
        if is_async {
            if !self.in_async_def()
                && self.cur().comprehension.is_none()
                && !self.allows_top_level_await()
            {
                let msg = "asynchronous comprehension outside of an asynchronous function";
                return syntax(msg, e.range);
            }
            self.cur().coroutine = true;
        }
        Ok(())
    }

    fn iterable(&mut self, clause: &Clause<'a>) -> Result {
        self.cur().comp_iter_expr += 1;
        self.expr(clause.iter)?;
        self.cur().comp_iter_expr -= 1;
        Ok(())
    }

    fn iteration_target(&mut self, clause: &Clause<'a>) -> Result {
        self.cur().comp_iter_target = true;
        self.expr(clause.target)?;
        self.cur().comp_iter_target = false;
        Ok(())
    }
}
