//! Targets of assignments, loops, `with` and `del`. The rules star_targets, single_target
//! and del_targets describe a subset of the expressions: it is read as an expression and
//! rebuilt with the other context, or refused.

use crate::ast::{Expr, ExprContext, ExprKind};
use crate::kind::k;
use crate::parser::{Fail, Parsed, Parser};

impl<'a> Parser<'a, '_> {
    // star_targets: star_target (',' star_target)* [',']
    pub(crate) fn star_targets(&mut self) -> Parsed<&'a Expr<'a>> {
        let start = self.pos;
        let first = self.star_target()?;
        if !self.at(k::COMMA) {
            return Ok(first);
        }
        let base = self.exprs.len();
        self.exprs.push(first);
        while self.eat(k::COMMA) && self.kind().starts_star_expression() {
            let element = self.star_target()?;
            self.exprs.push(element);
        }
        let elts = self.take_exprs(base);
        Ok(self.expr(start, ExprKind::Tuple { elts, ctx: ExprContext::Store }))
    }

    // star_target: '*' star_target | target_with_star_atom
    pub(crate) fn star_target(&mut self) -> Parsed<&'a Expr<'a>> {
        let start = self.pos;
        if self.eat(k::STAR) {
            let value = self.primary()?;
            let value = self.store(value)?;
            return Ok(self.expr(start, ExprKind::Starred { value, ctx: ExprContext::Store }));
        }
        let target = self.primary()?;
        self.store(target)
    }

    /// The expression as the target of an assignment, with stars where a list may have them.
    pub(crate) fn store(&mut self, expr: &'a Expr<'a>) -> Parsed<&'a Expr<'a>> {
        self.retarget(expr, ExprContext::Store)
    }

    /// The expression as the operand of `del`.
    pub(crate) fn delete(&mut self, expr: &'a Expr<'a>) -> Parsed<&'a Expr<'a>> {
        self.retarget(expr, ExprContext::Del)
    }

    /// The expression as the one target of an augmented or annotated assignment.
    pub(crate) fn single(&mut self, expr: &'a Expr<'a>) -> Parsed<&'a Expr<'a>> {
        match expr.kind {
            ExprKind::Name { .. } | ExprKind::Attribute { .. } | ExprKind::Subscript { .. } => {
                self.retarget(expr, ExprContext::Store)
            }
            _ => Err(Fail),
        }
    }

    /// Recursion is as deep as the brackets of the source, which the lexer bounds.
    fn retarget(&mut self, expr: &'a Expr<'a>, ctx: ExprContext) -> Parsed<&'a Expr<'a>> {
        let kind = match expr.kind {
            ExprKind::Name { id, .. } => ExprKind::Name { id, ctx },
            ExprKind::Attribute { value, attr, .. } => ExprKind::Attribute { value, attr, ctx },
            ExprKind::Subscript { value, slice, .. } => ExprKind::Subscript { value, slice, ctx },
            ExprKind::Starred { value, .. } if ctx == ExprContext::Store => {
                ExprKind::Starred { value: self.retarget(value, ctx)?, ctx }
            }
            ExprKind::List { elts, .. } => {
                ExprKind::List { elts: self.retarget_all(elts, ctx)?, ctx }
            }
            ExprKind::Tuple { elts, .. } => {
                ExprKind::Tuple { elts: self.retarget_all(elts, ctx)?, ctx }
            }
            _ => return Err(Fail),
        };
        Ok(self.arena.alloc(expr.with_kind(kind)))
    }

    fn retarget_all(
        &mut self,
        elts: &'a [&'a Expr<'a>],
        ctx: ExprContext,
    ) -> Parsed<&'a [&'a Expr<'a>]> {
        let base = self.exprs.len();
        for element in elts {
            let element = self.retarget(element, ctx)?;
            self.exprs.push(element);
        }
        Ok(self.take_exprs(base))
    }
}
