//! The walk over all nodes: which fields of each are visited.

use parser::ast::{
    Arg, Arguments, Comprehension, ExceptHandler, Expr, ExprKind, Keyword, MatchCase, Pattern,
    PatternKind, Stmt, StmtKind, TypeParam, TypeParamKind, WithItem,
};

use super::{Fold, Preprocess, Result, fold_pattern_value, is_singleton, rebuild};

impl<'a, T: Fold<'a> + 'a> Fold<'a> for &'a [T] {
    fn fold(self, pass: &mut Preprocess<'a>) -> Result<Option<Self>> {
        let mut copy: Option<&'a mut [T]> = None;
        for (index, item) in self.iter().enumerate() {
            if let Some(new) = item.fold(pass)? {
                let arena = pass.arena;
                copy.get_or_insert_with(|| arena.alloc_slice_copy(self))[index] = new;
            }
        }
        Ok(copy.map(|copy| &*copy))
    }
}

impl<'a, T: Fold<'a>> Fold<'a> for Option<T> {
    fn fold(self, pass: &mut Preprocess<'a>) -> Result<Option<Self>> {
        match self {
            Some(node) => Ok(node.fold(pass)?.map(Some)),
            None => Ok(None),
        }
    }
}

impl<'a> Fold<'a> for &'a Expr<'a> {
    fn fold(self, pass: &mut Preprocess<'a>) -> Result<Option<Self>> {
        let kind = match self.kind {
            ExprKind::Name { id, ctx } => return Ok(pass.name(id, ctx, self.range)),
            ExprKind::Constant { .. } => return Ok(None),
            _ => {
                pass.guard.check()?;
                self.kind
            }
        };
        let kind = match kind {
            ExprKind::Name { .. } | ExprKind::Constant { .. } => None,
            ExprKind::BinOp { .. } => return pass.bin_op(self),
            ExprKind::BoolOp { op, values } => rebuild!(pass, ExprKind::BoolOp { values; op }),
            ExprKind::UnaryOp { op, operand } => rebuild!(pass, ExprKind::UnaryOp { operand; op }),
            ExprKind::NamedExpr { target, value } => {
                rebuild!(pass, ExprKind::NamedExpr { value; target })
            }
            ExprKind::Lambda { args, body } => rebuild!(pass, ExprKind::Lambda { args, body; }),
            ExprKind::IfExp { test, body, orelse } => {
                rebuild!(pass, ExprKind::IfExp { test, body, orelse; })
            }
            ExprKind::Dict { keys, values } => rebuild!(pass, ExprKind::Dict { keys, values; }),
            ExprKind::Set { elts } => rebuild!(pass, ExprKind::Set { elts; }),
            ExprKind::ListComp { elt, generators } => {
                rebuild!(pass, ExprKind::ListComp { elt, generators; })
            }
            ExprKind::SetComp { elt, generators } => {
                rebuild!(pass, ExprKind::SetComp { elt, generators; })
            }
            ExprKind::DictComp { key, value, generators } => {
                rebuild!(pass, ExprKind::DictComp { key, value, generators; })
            }
            ExprKind::GeneratorExp { elt, generators } => {
                rebuild!(pass, ExprKind::GeneratorExp { elt, generators; })
            }
            ExprKind::Await { value } => rebuild!(pass, ExprKind::Await { value; }),
            ExprKind::Yield { value } => rebuild!(pass, ExprKind::Yield { value; }),
            ExprKind::YieldFrom { value } => rebuild!(pass, ExprKind::YieldFrom { value; }),
            ExprKind::Compare { left, ops, comparators } => {
                rebuild!(pass, ExprKind::Compare { left, comparators; ops })
            }
            ExprKind::Call { func, args, keywords } => {
                rebuild!(pass, ExprKind::Call { func, args, keywords; })
            }
            ExprKind::FormattedValue { value, conversion, format_spec } => {
                rebuild!(pass, ExprKind::FormattedValue { value, format_spec; conversion })
            }
            ExprKind::Interpolation { value, str, conversion, format_spec } => {
                rebuild!(pass, ExprKind::Interpolation { value, format_spec; str, conversion })
            }
            ExprKind::JoinedStr { values } => rebuild!(pass, ExprKind::JoinedStr { values; }),
            ExprKind::TemplateStr { values } => rebuild!(pass, ExprKind::TemplateStr { values; }),
            ExprKind::Attribute { value, attr, ctx } => {
                rebuild!(pass, ExprKind::Attribute { value; attr, ctx })
            }
            ExprKind::Subscript { value, slice, ctx } => {
                rebuild!(pass, ExprKind::Subscript { value, slice; ctx })
            }
            ExprKind::Starred { value, ctx } => rebuild!(pass, ExprKind::Starred { value; ctx }),
            ExprKind::List { elts, ctx } => rebuild!(pass, ExprKind::List { elts; ctx }),
            ExprKind::Tuple { elts, ctx } => rebuild!(pass, ExprKind::Tuple { elts; ctx }),
            ExprKind::Slice { lower, upper, step } => {
                rebuild!(pass, ExprKind::Slice { lower, upper, step; })
            }
        };
        Ok(kind.map(|kind| pass.expr(kind, self.range)))
    }
}

/// A body that may start with a docstring, inside a function or not.
fn body<'a>(
    pass: &mut Preprocess<'a>,
    stmts: &'a [&'a Stmt<'a>],
    function: bool,
) -> Result<Option<&'a [&'a Stmt<'a>]>> {
    let outer = pass.in_finally;
    if function {
        pass.in_finally = false;
    }
    let folded = pass.body(stmts)?;
    pass.in_finally = outer;
    Ok(folded)
}

/// An annotation is visited only if it is code.
fn annotation<'a>(
    pass: &mut Preprocess<'a>,
    expr: Option<&'a Expr<'a>>,
) -> Result<Option<Option<&'a Expr<'a>>>> {
    if pass.future_annotations { Ok(None) } else { expr.fold(pass) }
}

/// Takes the new value of a field if there is one.
macro_rules! update {
    ($changed:ident, $field:ident = $new:expr) => {
        if let Some(new) = $new {
            $field = new;
            $changed = true;
        }
    };
}

/// Functions, sync and async, differ in their constructor only.
macro_rules! function {
    ($pass:ident, $Ctor:ident, $name:ident, $args:ident, $body:ident, $decorator_list:ident,
     $returns:ident, $type_comment:ident, $type_params:ident) => {{
        let (mut args, mut stmts, mut decorator_list) = ($args, $body, $decorator_list);
        let (mut returns, mut type_params) = ($returns, $type_params);
        let mut changed = false;
        update!(changed, type_params = type_params.fold($pass)?);
        update!(changed, args = args.fold($pass)?);
        update!(changed, stmts = body($pass, stmts, true)?);
        update!(changed, decorator_list = decorator_list.fold($pass)?);
        update!(changed, returns = annotation($pass, returns)?);
        changed.then_some(StmtKind::$Ctor {
            name: $name,
            args,
            body: stmts,
            decorator_list,
            returns,
            type_comment: $type_comment,
            type_params,
        })
    }};
}

/// Loops, sync and async, differ in their constructor only.
macro_rules! for_loop {
    ($pass:ident, $Ctor:ident, $target:ident, $iter:ident, $body:ident, $orelse:ident,
     $type_comment:ident) => {{
        let (mut target, mut iter, mut body, mut orelse) = ($target, $iter, $body, $orelse);
        let mut changed = false;
        update!(changed, target = target.fold($pass)?);
        update!(changed, iter = iter.fold($pass)?);
        update!(changed, body = $pass.inside(false, body)?);
        update!(changed, orelse = orelse.fold($pass)?);
        let type_comment = $type_comment;
        changed.then_some(StmtKind::$Ctor { target, iter, body, orelse, type_comment })
    }};
}

macro_rules! try_stmt {
    ($pass:ident, $Ctor:ident, $body:ident, $handlers:ident, $orelse:ident, $finalbody:ident) => {{
        let (mut body, mut handlers, mut orelse) = ($body, $handlers, $orelse);
        let mut finalbody = $finalbody;
        let mut changed = false;
        update!(changed, body = body.fold($pass)?);
        update!(changed, handlers = handlers.fold($pass)?);
        update!(changed, orelse = orelse.fold($pass)?);
        update!(changed, finalbody = $pass.inside(true, finalbody)?);
        changed.then_some(StmtKind::$Ctor { body, handlers, orelse, finalbody })
    }};
}

impl<'a> Fold<'a> for &'a Stmt<'a> {
    fn fold(self, pass: &mut Preprocess<'a>) -> Result<Option<Self>> {
        pass.guard.check()?;
        let kind = match self.kind {
            StmtKind::FunctionDef {
                name,
                args,
                body: stmts,
                decorator_list,
                returns,
                type_comment,
                type_params,
            } => function!(
                pass,
                FunctionDef,
                name,
                args,
                stmts,
                decorator_list,
                returns,
                type_comment,
                type_params
            ),
            StmtKind::AsyncFunctionDef {
                name,
                args,
                body: stmts,
                decorator_list,
                returns,
                type_comment,
                type_params,
            } => function!(
                pass,
                AsyncFunctionDef,
                name,
                args,
                stmts,
                decorator_list,
                returns,
                type_comment,
                type_params
            ),
            StmtKind::ClassDef {
                name,
                mut bases,
                mut keywords,
                body: mut stmts,
                mut decorator_list,
                mut type_params,
            } => {
                let mut changed = false;
                update!(changed, type_params = type_params.fold(pass)?);
                update!(changed, bases = bases.fold(pass)?);
                update!(changed, keywords = keywords.fold(pass)?);
                update!(changed, stmts = body(pass, stmts, false)?);
                update!(changed, decorator_list = decorator_list.fold(pass)?);
                let body = stmts;
                changed.then_some(StmtKind::ClassDef {
                    name,
                    bases,
                    keywords,
                    body,
                    decorator_list,
                    type_params,
                })
            }
            StmtKind::Return { value } => {
                pass.warn_in_finally("return", self.range);
                rebuild!(pass, StmtKind::Return { value; })
            }
            StmtKind::Delete { targets } => rebuild!(pass, StmtKind::Delete { targets; }),
            StmtKind::Assign { targets, value, type_comment } => {
                rebuild!(pass, StmtKind::Assign { targets, value; type_comment })
            }
            StmtKind::TypeAlias { name, type_params, value } => {
                rebuild!(pass, StmtKind::TypeAlias { name, type_params, value; })
            }
            StmtKind::AugAssign { target, op, value } => {
                rebuild!(pass, StmtKind::AugAssign { target, value; op })
            }
            StmtKind::AnnAssign { mut target, annotation: mut text, mut value, simple } => {
                let mut changed = false;
                update!(changed, target = target.fold(pass)?);
                if let Some(Some(new)) = annotation(pass, Some(text))? {
                    text = new;
                    changed = true;
                }
                update!(changed, value = value.fold(pass)?);
                let annotation = text;
                changed.then_some(StmtKind::AnnAssign { target, annotation, value, simple })
            }
            StmtKind::For { target, iter, body, orelse, type_comment } => {
                for_loop!(pass, For, target, iter, body, orelse, type_comment)
            }
            StmtKind::AsyncFor { target, iter, body, orelse, type_comment } => {
                for_loop!(pass, AsyncFor, target, iter, body, orelse, type_comment)
            }
            StmtKind::While { mut test, mut body, mut orelse } => {
                let mut changed = false;
                update!(changed, test = test.fold(pass)?);
                update!(changed, body = pass.inside(false, body)?);
                update!(changed, orelse = orelse.fold(pass)?);
                changed.then_some(StmtKind::While { test, body, orelse })
            }
            StmtKind::If { test, body, orelse } => {
                rebuild!(pass, StmtKind::If { test, body, orelse; })
            }
            StmtKind::With { items, body, type_comment } => {
                rebuild!(pass, StmtKind::With { items, body; type_comment })
            }
            StmtKind::AsyncWith { items, body, type_comment } => {
                rebuild!(pass, StmtKind::AsyncWith { items, body; type_comment })
            }
            StmtKind::Match { subject, cases } => {
                rebuild!(pass, StmtKind::Match { subject, cases; })
            }
            StmtKind::Raise { exc, cause } => rebuild!(pass, StmtKind::Raise { exc, cause; }),
            StmtKind::Try { body, handlers, orelse, finalbody } => {
                try_stmt!(pass, Try, body, handlers, orelse, finalbody)
            }
            StmtKind::TryStar { body, handlers, orelse, finalbody } => {
                try_stmt!(pass, TryStar, body, handlers, orelse, finalbody)
            }
            StmtKind::Assert { test, msg } => rebuild!(pass, StmtKind::Assert { test, msg; }),
            StmtKind::Expr { value } => rebuild!(pass, StmtKind::Expr { value; }),
            StmtKind::Break => {
                pass.warn_in_finally("break", self.range);
                None
            }
            StmtKind::Continue => {
                pass.warn_in_finally("continue", self.range);
                None
            }
            StmtKind::Import { .. }
            | StmtKind::ImportFrom { .. }
            | StmtKind::Global { .. }
            | StmtKind::Nonlocal { .. }
            | StmtKind::Pass => None,
        };
        Ok(kind.map(|kind| &*pass.arena.alloc(self.with_kind(kind))))
    }
}

impl<'a> Fold<'a> for Keyword<'a> {
    fn fold(self, pass: &mut Preprocess<'a>) -> Result<Option<Self>> {
        Ok(self.value.fold(pass)?.map(|value| Keyword { value, ..self }))
    }
}

impl<'a> Fold<'a> for Comprehension<'a> {
    fn fold(self, pass: &mut Preprocess<'a>) -> Result<Option<Self>> {
        let Comprehension { target, iter, ifs, is_async } = self;
        Ok(rebuild!(pass, Comprehension { target, iter, ifs; is_async }))
    }
}

impl<'a> Fold<'a> for WithItem<'a> {
    fn fold(self, pass: &mut Preprocess<'a>) -> Result<Option<Self>> {
        let WithItem { context_expr, optional_vars } = self;
        Ok(rebuild!(pass, WithItem { context_expr, optional_vars; }))
    }
}

impl<'a> Fold<'a> for ExceptHandler<'a> {
    fn fold(self, pass: &mut Preprocess<'a>) -> Result<Option<Self>> {
        let ExceptHandler { r#type, name, body, range } = self;
        Ok(rebuild!(pass, ExceptHandler { r#type, body; name, range }))
    }
}

impl<'a> Fold<'a> for MatchCase<'a> {
    fn fold(self, pass: &mut Preprocess<'a>) -> Result<Option<Self>> {
        let MatchCase { pattern, guard, body } = self;
        Ok(rebuild!(pass, MatchCase { pattern, guard, body; }))
    }
}

impl<'a> Fold<'a> for &'a Arg<'a> {
    fn fold(self, pass: &mut Preprocess<'a>) -> Result<Option<Self>> {
        let new = annotation(pass, self.annotation)?;
        Ok(new.map(|annotation| &*pass.arena.alloc(Arg { annotation, ..*self })))
    }
}

impl<'a> Fold<'a> for &'a Arguments<'a> {
    fn fold(self, pass: &mut Preprocess<'a>) -> Result<Option<Self>> {
        let Arguments { posonlyargs, args, vararg, kwonlyargs, kw_defaults, kwarg, defaults } =
            *self;
        let new = rebuild!(pass, Arguments {
            posonlyargs, args, vararg, kwonlyargs, kw_defaults, kwarg, defaults;
        });
        Ok(new.map(|new| &*pass.arena.alloc(new)))
    }
}

impl<'a> Fold<'a> for &'a TypeParam<'a> {
    fn fold(self, pass: &mut Preprocess<'a>) -> Result<Option<Self>> {
        let kind = match self.kind {
            TypeParamKind::TypeVar { name, bound, default_value } => {
                rebuild!(pass, TypeParamKind::TypeVar { bound, default_value; name })
            }
            TypeParamKind::ParamSpec { name, default_value } => {
                rebuild!(pass, TypeParamKind::ParamSpec { default_value; name })
            }
            TypeParamKind::TypeVarTuple { name, default_value } => {
                rebuild!(pass, TypeParamKind::TypeVarTuple { default_value; name })
            }
        };
        Ok(kind.map(|kind| &*pass.arena.alloc(self.with_kind(kind))))
    }
}

/// A key or value of a pattern.
#[derive(Clone, Copy)]
struct Value<'a>(&'a Expr<'a>);

impl<'a> Fold<'a> for Value<'a> {
    fn fold(self, pass: &mut Preprocess<'a>) -> Result<Option<Self>> {
        Ok(fold_pattern_value(pass, self.0).map(Value))
    }
}

impl<'a> Fold<'a> for &'a Pattern<'a> {
    fn fold(self, pass: &mut Preprocess<'a>) -> Result<Option<Self>> {
        if is_singleton(&self.kind) {
            return Ok(None);
        }
        pass.guard.check()?;
        let kind = match self.kind {
            PatternKind::MatchSingleton { .. } | PatternKind::MatchStar { .. } => None,
            PatternKind::MatchValue { value } => {
                Value(value).fold(pass)?.map(|value| PatternKind::MatchValue { value: value.0 })
            }
            PatternKind::MatchSequence { patterns } => {
                rebuild!(pass, PatternKind::MatchSequence { patterns; })
            }
            PatternKind::MatchMapping { mut keys, mut patterns, rest } => {
                let mut changed = false;
                for index in 0..keys.len() {
                    if let Some(Value(new)) = Value(keys[index]).fold(pass)? {
                        let copy = pass.arena.alloc_slice_copy(keys);
                        copy[index] = new;
                        keys = copy;
                        changed = true;
                    }
                }
                update!(changed, patterns = patterns.fold(pass)?);
                changed.then_some(PatternKind::MatchMapping { keys, patterns, rest })
            }
            PatternKind::MatchClass { cls, patterns, kwd_attrs, kwd_patterns } => {
                rebuild!(pass, PatternKind::MatchClass { cls, patterns, kwd_patterns; kwd_attrs })
            }
            PatternKind::MatchAs { pattern, name } => {
                rebuild!(pass, PatternKind::MatchAs { pattern; name })
            }
            PatternKind::MatchOr { patterns } => {
                rebuild!(pass, PatternKind::MatchOr { patterns; })
            }
        };
        Ok(kind.map(|kind| &*pass.arena.alloc(self.with_kind(kind))))
    }
}
