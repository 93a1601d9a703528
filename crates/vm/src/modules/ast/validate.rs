//! Refuses trees that no source gives: empty bodies, wrong contexts, odd patterns.
//! The compiler relies on what is checked here.  CPython's counterpart: `_PyAST_Validate`.

use crate::prelude::*;
use parser::ast::*;

type Check = PyResult<()>;

pub fn module(vm: &VirtualMachine, module: &Mod<'_>) -> Check {
    let v = Validator { vm };
    match *module {
        Mod::Module { body, .. } | Mod::Interactive { body } => v.stmts(body),
        Mod::Expression { body } => v.load(body),
        Mod::FunctionType { argtypes, returns } => {
            v.loads(argtypes)?;
            v.load(returns)
        }
    }
}

#[derive(Clone, Copy)]
struct Validator<'v> {
    vm: &'v VirtualMachine,
}

fn is_name_or_attribute(mut e: &Expr<'_>) -> bool {
    loop {
        match e.kind {
            ExprKind::Name { .. } => return true,
            ExprKind::Attribute { value, .. } => e = value,
            _ => return false,
        }
    }
}

fn is_number(e: &Expr<'_>, real: bool, imaginary: bool) -> bool {
    match e.as_constant() {
        Some(Constant::Int(_) | Constant::Float(_)) => real,
        Some(Constant::Complex { .. }) => imaginary,
        _ => false,
    }
}

fn is_negative_number(e: &Expr<'_>, imaginary: bool) -> bool {
    matches!(e.kind, ExprKind::UnaryOp { op: UnaryOp::USub, operand }
        if is_number(operand, true, imaginary))
}

impl Validator<'_> {
    #[cold]
    fn error(self, message: impl AsRef<[u8]>) -> Check {
        Err(self.vm.value_error(message))
    }

    fn not_empty<T>(self, items: &[T], what: &str, node: &str) -> Check {
        if items.is_empty() { self.error(format!("empty {what} on {node}")) } else { Ok(()) }
    }

    fn name(self, name: &str) -> Check {
        if matches!(name, "None" | "True" | "False") {
            return self.error(format!("identifier field can't represent '{name}' constant"));
        }
        Ok(())
    }

    fn body(self, body: &[&Stmt<'_>], node: &str) -> Check {
        self.not_empty(body, "body", node)?;
        self.stmts(body)
    }

    fn stmts(self, stmts: &[&Stmt<'_>]) -> Check {
        stmts.iter().try_for_each(|s| self.stmt(s))
    }

    fn load(self, e: &Expr<'_>) -> Check {
        self.expr(e, ExprContext::Load)
    }

    fn loads(self, all: &[&Expr<'_>]) -> Check {
        all.iter().try_for_each(|e| self.load(e))
    }

    fn load_opt(self, e: Option<&Expr<'_>>) -> Check {
        e.map_or(Ok(()), |e| self.load(e))
    }

    fn targets(self, all: &[&Expr<'_>], ctx: ExprContext) -> Check {
        let node = if ctx == ExprContext::Del { "Delete" } else { "Assign" };
        self.not_empty(all, "targets", node)?;
        all.iter().try_for_each(|e| self.expr(e, ctx))
    }

    fn keywords(self, all: &[Keyword<'_>]) -> Check {
        all.iter().try_for_each(|k| self.load(k.value))
    }

    fn arguments(self, a: &Arguments<'_>) -> Check {
        let all = a.posonlyargs.iter().chain(a.args).chain(a.vararg.iter());
        let mut all = all.chain(a.kwonlyargs).chain(a.kwarg.iter());
        all.try_for_each(|arg| self.load_opt(arg.annotation))?;
        if a.defaults.len() > a.posonlyargs.len() + a.args.len() {
            return self.error("more positional defaults than args on arguments");
        }
        if a.kw_defaults.len() != a.kwonlyargs.len() {
            return self.error("length of kwonlyargs is not the same as kw_defaults on arguments");
        }
        self.loads(a.defaults)?;
        a.kw_defaults.iter().try_for_each(|e| self.load_opt(*e))
    }

    fn type_params(self, all: &[&TypeParam<'_>]) -> Check {
        all.iter().try_for_each(|p| match p.kind {
            TypeParamKind::TypeVar { name, bound, default_value } => {
                self.name(name)?;
                self.load_opt(bound)?;
                self.load_opt(default_value)
            }
            TypeParamKind::ParamSpec { name, default_value }
            | TypeParamKind::TypeVarTuple { name, default_value } => {
                self.name(name)?;
                self.load_opt(default_value)
            }
        })
    }

    fn with(self, items: &[WithItem<'_>], body: &[&Stmt<'_>], node: &str) -> Check {
        self.not_empty(items, "items", node)?;
        for item in items {
            self.load(item.context_expr)?;
            if let Some(vars) = item.optional_vars {
                self.expr(vars, ExprContext::Store)?;
            }
        }
        self.body(body, node)
    }

    fn try_stmt(
        self,
        node: &str,
        body: &[&Stmt<'_>],
        handlers: &[ExceptHandler<'_>],
        orelse: &[&Stmt<'_>],
        finalbody: &[&Stmt<'_>],
    ) -> Check {
        self.body(body, node)?;
        if handlers.is_empty() && finalbody.is_empty() {
            return self.error(format!("{node} has neither handlers nor finalbody"));
        }
        if handlers.is_empty() && !orelse.is_empty() {
            return self.error(format!("{node} has orelse but no except handlers"));
        }
        for handler in handlers {
            self.load_opt(handler.r#type)?;
            self.body(handler.body, "ExceptHandler")?;
        }
        self.stmts(finalbody)?;
        self.stmts(orelse)
    }

    fn stmt(self, s: &Stmt<'_>) -> Check {
        let _stack = self.vm.enter_native(" during compilation")?;
        match s.kind {
            StmtKind::FunctionDef { args, body, decorator_list, returns, type_params, .. } => {
                self.function("FunctionDef", args, body, decorator_list, returns, type_params)
            }
            StmtKind::AsyncFunctionDef {
                args, body, decorator_list, returns, type_params, ..
            } => {
                self.function("AsyncFunctionDef", args, body, decorator_list, returns, type_params)
            }
            StmtKind::ClassDef { bases, keywords, body, decorator_list, type_params, .. } => {
                self.body(body, "ClassDef")?;
                self.type_params(type_params)?;
                self.loads(bases)?;
                self.keywords(keywords)?;
                self.loads(decorator_list)
            }
            StmtKind::Return { value } => self.load_opt(value),
            StmtKind::Delete { targets } => self.targets(targets, ExprContext::Del),
            StmtKind::Assign { targets, value, .. } => {
                self.targets(targets, ExprContext::Store)?;
                self.load(value)
            }
            StmtKind::TypeAlias { name, type_params, value } => {
                if name.as_name().is_none() {
                    return Err(self.vm.type_error("TypeAlias with non-Name name"));
                }
                self.expr(name, ExprContext::Store)?;
                self.type_params(type_params)?;
                self.load(value)
            }
            StmtKind::AugAssign { target, value, .. } => {
                self.expr(target, ExprContext::Store)?;
                self.load(value)
            }
            StmtKind::AnnAssign { target, annotation, value, simple } => {
                if target.as_name().is_none() && simple != 0 {
                    return Err(self.vm.type_error("AnnAssign with simple non-Name target"));
                }
                self.expr(target, ExprContext::Store)?;
                self.load_opt(value)?;
                self.load(annotation)
            }
            StmtKind::For { target, iter, body, orelse, .. } => {
                self.for_stmt("For", target, iter, body, orelse)
            }
            StmtKind::AsyncFor { target, iter, body, orelse, .. } => {
                self.for_stmt("AsyncFor", target, iter, body, orelse)
            }
            StmtKind::While { test, body, orelse } => {
                self.load(test)?;
                self.body(body, "While")?;
                self.stmts(orelse)
            }
            StmtKind::If { test, body, orelse } => {
                self.load(test)?;
                self.body(body, "If")?;
                self.stmts(orelse)
            }
            StmtKind::With { items, body, .. } => self.with(items, body, "With"),
            StmtKind::AsyncWith { items, body, .. } => self.with(items, body, "AsyncWith"),
            StmtKind::Match { subject, cases } => {
                self.load(subject)?;
                self.not_empty(cases, "cases", "Match")?;
                cases.iter().try_for_each(|case| {
                    self.pattern(case.pattern, false)?;
                    self.load_opt(case.guard)?;
                    self.body(case.body, "match_case")
                })
            }
            StmtKind::Raise { exc: None, cause: Some(_) } => {
                self.error("Raise with cause but no exception")
            }
            StmtKind::Raise { exc, cause } => {
                self.load_opt(exc)?;
                self.load_opt(cause)
            }
            StmtKind::Try { body, handlers, orelse, finalbody } => {
                self.try_stmt("Try", body, handlers, orelse, finalbody)
            }
            StmtKind::TryStar { body, handlers, orelse, finalbody } => {
                self.try_stmt("TryStar", body, handlers, orelse, finalbody)
            }
            StmtKind::Assert { test, msg } => {
                self.load(test)?;
                self.load_opt(msg)
            }
            StmtKind::Import { names } => self.not_empty(names, "names", "Import"),
            StmtKind::ImportFrom { names, level, .. } => {
                if level.is_some_and(|l| l < 0) {
                    return self.error("Negative ImportFrom level");
                }
                self.not_empty(names, "names", "ImportFrom")
            }
            StmtKind::Global { names } => self.not_empty(names, "names", "Global"),
            StmtKind::Nonlocal { names } => self.not_empty(names, "names", "Nonlocal"),
            StmtKind::Expr { value } => self.load(value),
            StmtKind::Pass | StmtKind::Break | StmtKind::Continue => Ok(()),
        }
    }

    fn function(
        self,
        node: &str,
        args: &Arguments<'_>,
        body: &[&Stmt<'_>],
        decorators: &[&Expr<'_>],
        returns: Option<&Expr<'_>>,
        type_params: &[&TypeParam<'_>],
    ) -> Check {
        self.body(body, node)?;
        self.type_params(type_params)?;
        self.arguments(args)?;
        self.loads(decorators)?;
        self.load_opt(returns)
    }

    fn for_stmt(
        self,
        node: &str,
        target: &Expr<'_>,
        iter: &Expr<'_>,
        body: &[&Stmt<'_>],
        orelse: &[&Stmt<'_>],
    ) -> Check {
        self.expr(target, ExprContext::Store)?;
        self.load(iter)?;
        self.body(body, node)?;
        self.stmts(orelse)
    }

    fn generators(self, all: &[Comprehension<'_>]) -> Check {
        if all.is_empty() {
            return self.error("comprehension with no generators");
        }
        all.iter().try_for_each(|g| {
            self.expr(g.target, ExprContext::Store)?;
            self.load(g.iter)?;
            self.loads(g.ifs)
        })
    }

    fn context(self, e: &Expr<'_>, wanted: ExprContext) -> Check {
        let actual = match e.kind {
            ExprKind::Attribute { ctx, .. }
            | ExprKind::Subscript { ctx, .. }
            | ExprKind::Starred { ctx, .. }
            | ExprKind::List { ctx, .. }
            | ExprKind::Tuple { ctx, .. } => ctx,
            ExprKind::Name { id, ctx } => {
                self.name(id)?;
                ctx
            }
            _ if wanted != ExprContext::Load => {
                return self.error(format!(
                    "expression which can't be assigned to in {} context",
                    wanted.name()
                ));
            }
            _ => return Ok(()),
        };
        if actual != wanted {
            return self.error(format!(
                "expression must have {} context but has {} instead",
                wanted.name(),
                actual.name()
            ));
        }
        Ok(())
    }

    fn expr(self, e: &Expr<'_>, ctx: ExprContext) -> Check {
        let _stack = self.vm.enter_native(" during compilation")?;
        self.context(e, ctx)?;
        match e.kind {
            ExprKind::BoolOp { values, .. } => {
                if values.len() < 2 {
                    return self.error("BoolOp with less than 2 values");
                }
                self.loads(values)
            }
            ExprKind::BinOp { left, right, .. } => {
                self.load(left)?;
                self.load(right)
            }
            ExprKind::UnaryOp { operand, .. } => self.load(operand),
            ExprKind::Lambda { args, body } => {
                self.arguments(args)?;
                self.load(body)
            }
            ExprKind::IfExp { test, body, orelse } => {
                self.load(test)?;
                self.load(body)?;
                self.load(orelse)
            }
            ExprKind::Dict { keys, values } => {
                if keys.len() != values.len() {
                    return self.error("Dict doesn't have the same number of keys as values");
                }
                keys.iter().try_for_each(|k| self.load_opt(*k))?;
                self.loads(values)
            }
            ExprKind::Set { elts } => self.loads(elts),
            ExprKind::ListComp { elt, generators }
            | ExprKind::SetComp { elt, generators }
            | ExprKind::GeneratorExp { elt, generators } => {
                self.generators(generators)?;
                self.load(elt)
            }
            ExprKind::DictComp { key, value, generators } => {
                self.generators(generators)?;
                self.load(key)?;
                self.load(value)
            }
            ExprKind::Yield { value } => self.load_opt(value),
            ExprKind::Await { value } | ExprKind::YieldFrom { value } => self.load(value),
            ExprKind::Compare { left, ops, comparators } => {
                if comparators.is_empty() {
                    return self.error("Compare with no comparators");
                }
                if comparators.len() != ops.len() {
                    return self
                        .error("Compare has a different number of comparators and operands");
                }
                self.loads(comparators)?;
                self.load(left)
            }
            ExprKind::Call { func, args, keywords } => {
                self.load(func)?;
                self.loads(args)?;
                self.keywords(keywords)
            }
            ExprKind::JoinedStr { values } | ExprKind::TemplateStr { values } => self.loads(values),
            ExprKind::FormattedValue { value, format_spec, .. }
            | ExprKind::Interpolation { value, format_spec, .. } => {
                self.load(value)?;
                self.load_opt(format_spec)
            }
            ExprKind::Attribute { value, .. } => self.load(value),
            ExprKind::Subscript { value, slice, .. } => {
                self.load(slice)?;
                self.load(value)
            }
            ExprKind::Starred { value, .. } => self.expr(value, ctx),
            ExprKind::Slice { lower, upper, step } => {
                self.load_opt(lower)?;
                self.load_opt(upper)?;
                self.load_opt(step)
            }
            ExprKind::List { elts, .. } | ExprKind::Tuple { elts, .. } => {
                elts.iter().try_for_each(|e| self.expr(e, ctx))
            }
            ExprKind::NamedExpr { target, value } => {
                if !matches!(target.kind, ExprKind::Name { .. }) {
                    return Err(self.vm.type_error("NamedExpr target must be a Name"));
                }
                self.load(value)
            }
            ExprKind::Constant { .. } | ExprKind::Name { .. } => Ok(()),
        }
    }

    fn literal_pattern(self, e: &Expr<'_>) -> Check {
        self.load(e)?;
        match e.kind {
            ExprKind::Constant { value, .. } => match value {
                Constant::Int(_)
                | Constant::Float(_)
                | Constant::Bytes(_)
                | Constant::Complex { .. }
                | Constant::Str(_) => Ok(()),
                _ => self.error("unexpected constant inside of a literal pattern"),
            },
            ExprKind::Attribute { .. }
            | ExprKind::JoinedStr { .. }
            | ExprKind::TemplateStr { .. } => Ok(()),
            ExprKind::UnaryOp { .. } if is_negative_number(e, true) => Ok(()),
            ExprKind::BinOp { left, op: Operator::Add | Operator::Sub, right }
                if (is_number(left, true, false) || is_negative_number(left, false))
                    && is_number(right, false, true) =>
            {
                Ok(())
            }
            _ => self.error("patterns may only match literals and attribute lookups"),
        }
    }

    fn capture(self, name: &str) -> Check {
        if name == "_" {
            return self.error("can't capture name '_' in patterns");
        }
        self.name(name)
    }

    fn patterns(self, all: &[&Pattern<'_>], star: bool) -> Check {
        all.iter().try_for_each(|p| self.pattern(p, star))
    }

    fn pattern(self, p: &Pattern<'_>, star: bool) -> Check {
        let _stack = self.vm.enter_native(" during compilation")?;
        match p.kind {
            PatternKind::MatchValue { value } => self.literal_pattern(value),
            PatternKind::MatchSingleton { value } => match value {
                Constant::None | Constant::True | Constant::False => Ok(()),
                _ => self.error("MatchSingleton can only contain True, False and None"),
            },
            PatternKind::MatchSequence { patterns } => self.patterns(patterns, true),
            PatternKind::MatchMapping { keys, patterns, rest } => {
                if keys.len() != patterns.len() {
                    return self
                        .error("MatchMapping doesn't have the same number of keys as patterns");
                }
                rest.map_or(Ok(()), |name| self.capture(name))?;
                for key in keys {
                    match key.as_constant() {
                        Some(Constant::None | Constant::True | Constant::False) => {}
                        _ => self.literal_pattern(key)?,
                    }
                }
                self.patterns(patterns, false)
            }
            PatternKind::MatchClass { cls, patterns, kwd_attrs, kwd_patterns } => {
                if kwd_attrs.len() != kwd_patterns.len() {
                    return self.error(
                        "MatchClass doesn't have the same number of keyword attributes as \
                         patterns",
                    );
                }
                self.load(cls)?;
                if !is_name_or_attribute(cls) {
                    return self
                        .error("MatchClass cls field can only contain Name or Attribute nodes.");
                }
                kwd_attrs.iter().try_for_each(|name| self.name(name))?;
                self.patterns(patterns, false)?;
                self.patterns(kwd_patterns, false)
            }
            PatternKind::MatchStar { name } => {
                if !star {
                    return self.error("can't use MatchStar here");
                }
                name.map_or(Ok(()), |name| self.capture(name))
            }
            PatternKind::MatchAs { pattern, name } => {
                name.map_or(Ok(()), |name| self.capture(name))?;
                match (pattern, name) {
                    (None, _) => Ok(()),
                    (Some(_), None) => {
                        self.error("MatchAs must specify a target name if a pattern is given")
                    }
                    (Some(p), Some(_)) => self.pattern(p, false),
                }
            }
            PatternKind::MatchOr { patterns } => {
                if patterns.len() < 2 {
                    return self.error("MatchOr requires at least 2 patterns");
                }
                self.patterns(patterns, false)
            }
        }
    }
}
