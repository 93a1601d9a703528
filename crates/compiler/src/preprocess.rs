//! What is done to the tree before anything looks at it, by `compile()` and by
//! `ast.parse(optimize=..)`: `__debug__` becomes a constant, docstrings go at level 2,
//! `"..." % (...)` becomes an f-string, numbers of patterns are folded. CPython's
//! counterpart is `ast_preprocess.c`; all other folding is the flow graph's.
//!
//! Trees are never changed in place: a changed node is allocated anew, with new parents
//! up to the root, and everything else is shared.

mod fold;
mod format;
mod patterns;

use bumpalo::Bump;
use parser::ast::{Constant, Expr, ExprContext, ExprKind, Mod, Operator, Stmt, StmtKind};
use parser::ast::{PatternKind, Range};
use parser::errors::{Warning, WarningCategory};

use crate::error::CompileError;
use crate::recursion::StackGuard;

type Result<T = ()> = std::result::Result<T, CompileError>;

pub(crate) struct Preprocess<'a> {
    arena: &'a Bump,
    optimize: u8,
    /// Whether annotations stay text.
    future_annotations: bool,
    guard: StackGuard,
    /// Whether the innermost loop, function or `finally` is a `finally`.
    in_finally: bool,
    pub(crate) warnings: Vec<Warning>,
}

/// A node and all below it, if anything there changes.
trait Fold<'a>: Copy {
    fn fold(self, pass: &mut Preprocess<'a>) -> Result<Option<Self>>;
}

/// Folds the named fields of a node and rebuilds it if one of them changed.
macro_rules! rebuild {
    ($pass:ident, $($Node:ident)::+ { $($field:ident),* ; $($kept:ident),* }) => {{
        let mut changed = false;
        $(let $field = match $field.fold($pass)? {
            Some(new) => { changed = true; new }
            None => $field,
        };)*
        changed.then_some($($Node)::+ { $($field,)* $($kept,)* })
    }};
}
use rebuild;

impl<'a> Preprocess<'a> {
    pub(crate) fn new(
        arena: &'a Bump,
        optimize: u8,
        future_annotations: bool,
        guard: StackGuard,
    ) -> Preprocess<'a> {
        let in_finally = false;
        let warnings = Vec::new();
        Preprocess { arena, optimize, future_annotations, guard, in_finally, warnings }
    }

    pub(crate) fn module(&mut self, module: &Mod<'a>) -> Result<Mod<'a>> {
        let pass = self;
        let changed = match *module {
            Mod::Module { body, type_ignores } => {
                pass.body(body)?.map(|body| Mod::Module { body, type_ignores })
            }
            Mod::Interactive { body } => rebuild!(pass, Mod::Interactive { body; }),
            Mod::Expression { body } => rebuild!(pass, Mod::Expression { body; }),
            Mod::FunctionType { .. } => None,
        };
        Ok(changed.unwrap_or(*module))
    }

    fn expr(&self, kind: ExprKind<'a>, range: Range) -> &'a Expr<'a> {
        self.arena.alloc(Expr { kind, range })
    }

    fn constant(&self, value: Constant<'a>, range: Range) -> &'a Expr<'a> {
        self.expr(ExprKind::Constant { value, kind: None }, range)
    }

    fn warn_in_finally(&mut self, what: &str, range: Range) {
        if self.in_finally {
            let msg = format!("'{what}' in a 'finally' block");
            self.warnings.push(Warning { category: WarningCategory::Syntax, msg, range });
        }
    }

    fn inside<T: Fold<'a>>(&mut self, finally: bool, node: T) -> Result<Option<T>> {
        let outer = std::mem::replace(&mut self.in_finally, finally);
        let folded = node.fold(self)?;
        self.in_finally = outer;
        Ok(folded)
    }

    /// A body that may start with a docstring.
    fn body(&mut self, body: &'a [&'a Stmt<'a>]) -> Result<Option<&'a [&'a Stmt<'a>]>> {
        let docstring = body.first().is_some_and(|first| first.as_docstring().is_some());
        let stripped = match body.split_first() {
            Some((first, rest)) if docstring && self.optimize >= 2 => Some(if rest.is_empty() {
                let Range { lineno, col_offset, .. } = first.range;
                let range = Range::new(lineno, col_offset, lineno, col_offset + 4);
                let pass: &'a Stmt<'a> = self.arena.alloc(Stmt { kind: StmtKind::Pass, range });
                &*self.arena.alloc_slice_copy(&[pass])
            } else {
                rest
            }),
            _ => None,
        };
        let had_docstring = docstring && stripped.is_none();
        let mut body = stripped.unwrap_or(body);
        let folded = body.fold(self)?;
        let changed = folded.is_some() || stripped.is_some();
        body = folded.unwrap_or(body);
        // What only now is a lone string must not become the docstring.
        if !had_docstring
            && let Some(first) = body.first()
            && first.as_docstring().is_some()
            && let StmtKind::Expr { value } = first.kind
        {
            let values = self.arena.alloc_slice_copy(&[value]);
            let value = self.expr(ExprKind::JoinedStr { values }, first.range);
            let copy = self.arena.alloc_slice_copy(body);
            copy[0] = self.arena.alloc(first.with_kind(StmtKind::Expr { value }));
            return Ok(Some(copy));
        }
        Ok(changed.then_some(body))
    }

    fn name(&self, id: &str, ctx: ExprContext, range: Range) -> Option<&'a Expr<'a>> {
        (id == "__debug__" && ctx == ExprContext::Load).then(|| {
            let debug = if self.optimize == 0 { Constant::True } else { Constant::False };
            self.constant(debug, range)
        })
    }

    /// Long sums lean to the left; their depth is walked in a loop.
    fn bin_op(&mut self, e: &'a Expr<'a>) -> Result<Option<&'a Expr<'a>>> {
        let mut spine = vec![e];
        let mut leftmost = e;
        while let ExprKind::BinOp { left, .. } = leftmost.kind {
            leftmost = left;
            spine.push(left);
        }
        spine.pop();
        let mut folded = leftmost.fold(self)?;
        for &node in spine.iter().rev() {
            let ExprKind::BinOp { left, op, right } = node.kind else { continue };
            let new_right = right.fold(self)?;
            let changed = folded.is_some() || new_right.is_some();
            let (left, right) = (folded.unwrap_or(left), new_right.unwrap_or(right));
            folded = None;
            if op == Operator::Mod {
                folded = self.fold_format(left, right, node.range);
            }
            if folded.is_none() && changed {
                folded = Some(self.expr(ExprKind::BinOp { left, op, right }, node.range));
            }
        }
        Ok(folded)
    }
}

/// The value of a pattern: `-1` and `1 + 2j` are numbers already here.
fn fold_pattern_value<'a>(pass: &mut Preprocess<'a>, e: &'a Expr<'a>) -> Option<&'a Expr<'a>> {
    patterns::fold_number(pass.arena, e).map(|value| pass.constant(value, e.range))
}

fn is_singleton(kind: &PatternKind<'_>) -> bool {
    matches!(kind, PatternKind::MatchSingleton { .. } | PatternKind::MatchStar { .. })
}
