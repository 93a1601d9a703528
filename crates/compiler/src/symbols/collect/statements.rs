//! Statements, with the blocks they open: functions, classes, type aliases and the
//! annotation scopes of each.

use parser::ast::{
    Alias, Arg, Arguments, Expr, ExprContext, ExprKind, Pattern, PatternKind, Range, Stmt,
    StmtKind, TypeParam, TypeParamKind,
};

use super::{
    BlockId, BlockType, Collect, DEF_GLOBAL, DEF_IMPORT, DEF_LOCAL, DEF_NONLOCAL, DEF_PARAM,
    DEF_TYPE_PARAM, Key, Result, SymbolTable, USE, check_name, syntax,
};
use crate::symbols::{DEF_ANNOT, Role};

impl<'a> Collect<'a> {
    pub(super) fn stmts(&mut self, stmts: &[&'a Stmt<'a>]) -> Result {
        stmts.iter().try_for_each(|stmt| self.stmt(stmt))
    }

    fn stmt(&mut self, s: &'a Stmt<'a>) -> Result {
        self.guard.check()?;
        match s.kind {
            StmtKind::FunctionDef {
                name,
                args,
                body,
                decorator_list,
                returns,
                type_params,
                ..
            } => {
                self.function(s, name, args, body, decorator_list, returns, type_params, false)?;
            }
            StmtKind::AsyncFunctionDef {
                name,
                args,
                body,
                decorator_list,
                returns,
                type_params,
                ..
            } => {
                self.function(s, name, args, body, decorator_list, returns, type_params, true)?;
            }
            StmtKind::ClassDef { .. } => self.class(s)?,
            StmtKind::TypeAlias { name, type_params, value } => {
                self.type_alias(s, name, type_params, value)?;
            }
            StmtKind::Return { value } => {
                if let Some(value) = value {
                    self.expr(value)?;
                    self.cur().returns_value = true;
                }
            }
            StmtKind::Delete { targets } => self.exprs(targets)?,
            StmtKind::Assign { targets, value, .. } => {
                self.exprs(targets)?;
                self.expr(value)?;
            }
            StmtKind::AnnAssign { target, annotation, value, simple } => {
                self.ann_assign(s, target, annotation, value, simple != 0)?;
            }
            StmtKind::AugAssign { target, value, .. } => {
                self.expr(target)?;
                self.expr(value)?;
            }
            StmtKind::For { target, iter, body, orelse, .. } => {
                self.expr(target)?;
                self.expr(iter)?;
                self.conditional(&[body, orelse])?;
            }
            StmtKind::AsyncFor { target, iter, body, orelse, .. } => {
                self.require_coroutine("'async for' outside async function", s.range)?;
                self.expr(target)?;
                self.expr(iter)?;
                self.conditional(&[body, orelse])?;
            }
            StmtKind::While { test, body, orelse } | StmtKind::If { test, body, orelse } => {
                self.expr(test)?;
                self.conditional(&[body, orelse])?;
            }
            StmtKind::With { items, body, .. } => self.with(items, body)?,
            StmtKind::AsyncWith { items, body, .. } => {
                self.require_coroutine("'async with' outside async function", s.range)?;
                self.with(items, body)?;
            }
            StmtKind::Match { subject, cases } => {
                self.expr(subject)?;
                let outer = self.enter_conditional();
                for case in cases {
                    self.pattern(case.pattern)?;
                    if let Some(guard) = case.guard {
                        self.expr(guard)?;
                    }
                    self.stmts(case.body)?;
                }
                self.cur().in_conditional_block = outer;
            }
            StmtKind::Raise { exc, cause } => {
                if let Some(exc) = exc {
                    self.expr(exc)?;
                    if let Some(cause) = cause {
                        self.expr(cause)?;
                    }
                }
            }
            StmtKind::Try { body, handlers, orelse, finalbody }
            | StmtKind::TryStar { body, handlers, orelse, finalbody } => {
                let outer = self.enter_conditional();
                self.stmts(body)?;
                for handler in handlers {
                    if let Some(ty) = handler.r#type {
                        self.expr(ty)?;
                    }
                    if let Some(name) = handler.name {
                        self.add_def(name, DEF_LOCAL, handler.range)?;
                    }
                    self.stmts(handler.body)?;
                }
                self.stmts(orelse)?;
                self.stmts(finalbody)?;
                self.cur().in_conditional_block = outer;
            }
            StmtKind::Assert { test, msg } => {
                self.expr(test)?;
                if let Some(msg) = msg {
                    self.expr(msg)?;
                }
            }
            StmtKind::Import { names } => {
                names.iter().try_for_each(|alias| self.alias(alias))?;
            }
            StmtKind::ImportFrom { module, names, level } => {
                names.iter().try_for_each(|alias| self.alias(alias))?;
                if module == Some("__future__") && level.unwrap_or(0) == 0 {
                    self.check_future_import(s.range)?;
                }
            }
            StmtKind::Global { names } => {
                self.directive(s.range, names, DEF_GLOBAL, "global")?;
            }
            StmtKind::Nonlocal { names } => {
                self.directive(s.range, names, DEF_NONLOCAL, "nonlocal")?;
            }
            StmtKind::Expr { value } => self.expr(value)?,
            StmtKind::Pass | StmtKind::Break | StmtKind::Continue => {}
        }
        Ok(())
    }

    fn enter_conditional(&mut self) -> bool {
        std::mem::replace(&mut self.cur().in_conditional_block, true)
    }

    fn conditional(&mut self, bodies: &[&[&'a Stmt<'a>]]) -> Result {
        let outer = self.enter_conditional();
        for body in bodies {
            self.stmts(body)?;
        }
        self.cur().in_conditional_block = outer;
        Ok(())
    }

    fn with(&mut self, items: &[parser::ast::WithItem<'a>], body: &[&'a Stmt<'a>]) -> Result {
        let outer = self.enter_conditional();
        for item in items {
            self.expr(item.context_expr)?;
            if let Some(vars) = item.optional_vars {
                self.expr(vars)?;
            }
        }
        self.stmts(body)?;
        self.cur().in_conditional_block = outer;
        Ok(())
    }

    fn require_coroutine(&mut self, msg: &'static str, range: Range) -> Result {
        if self.allows_top_level_await() {
            self.cur().coroutine = true;
        }
        if self.cur().coroutine { Ok(()) } else { syntax(msg, range) }
    }

    fn check_future_import(&self, range: Range) -> Result {
        let late = match self.future.range {
            None => true,
            Some(last) => {
                range.lineno > last.lineno
                    || (range.lineno == last.end_lineno && range.col_offset > last.end_col_offset)
            }
        };
        if late {
            let msg = "from __future__ imports must occur at the beginning of the file";
            return syntax(msg, range);
        }
        Ok(())
    }

    fn directive(&mut self, range: Range, names: &[&'a str], flag: u32, what: &str) -> Result {
        for &name in names {
            let flags = self.lookup(name);
            if flags & (DEF_PARAM | DEF_LOCAL | USE | DEF_ANNOT) != 0 {
                let msg = if flags & DEF_PARAM != 0 {
                    format!("name '{name}' is parameter and {what}")
                } else if flags & USE != 0 {
                    format!("name '{name}' is used prior to {what} declaration")
                } else if flags & DEF_ANNOT != 0 {
                    format!("annotated name '{name}' can't be {what}")
                } else {
                    format!("name '{name}' is assigned to before {what} declaration")
                };
                return syntax(msg, range);
            }
            self.add_def(name, flag, range)?;
            self.record_directive(name, range);
        }
        Ok(())
    }

    fn function(
        &mut self,
        s: &'a Stmt<'a>,
        name: &'a str,
        args: &'a Arguments<'a>,
        body: &'a [&'a Stmt<'a>],
        decorators: &[&'a Expr<'a>],
        returns: Option<&'a Expr<'a>>,
        type_params: &'a [&'a TypeParam<'a>],
        is_async: bool,
    ) -> Result {
        self.add_def(name, DEF_LOCAL, s.range)?;
        self.defaults(args)?;
        self.exprs(decorators)?;
        if !type_params.is_empty() {
            let kwdefaults = args.kw_defaults.iter().any(Option::is_some);
            self.enter_type_params(
                name,
                Key::new(s, Role::TypeParams),
                // Every function has a list of defaults, if only an empty one.
                true,
                kwdefaults,
                false,
                s.range,
            )?;
            self.type_params(type_params)?;
        }
        let block =
            self.new_block(name, BlockType::Function, Some(Key::new(s, Role::Body)), s.range);
        self.table.blocks[block].has_docstring =
            body.first().is_some_and(|stmt| stmt.as_docstring().is_some());
        self.function_annotations(s, args, returns)?;
        self.enter_existing(block);
        if is_async {
            self.cur().coroutine = true;
        }
        self.arguments(args)?;
        self.stmts(body)?;
        self.exit_block();
        if !type_params.is_empty() {
            self.exit_block();
        }
        Ok(())
    }

    /// Default values belong to the block around the function.
    pub(super) fn defaults(&mut self, args: &Arguments<'a>) -> Result {
        self.exprs(args.defaults)?;
        args.kw_defaults.iter().flatten().try_for_each(|expr| self.expr(expr))
    }

    fn class(&mut self, s: &'a Stmt<'a>) -> Result {
        let StmtKind::ClassDef { name, bases, keywords, body, decorator_list, type_params } =
            s.kind
        else {
            unreachable!("only called for classes")
        };
        self.add_def(name, DEF_LOCAL, s.range)?;
        self.exprs(decorator_list)?;
        let outer = self.private;
        if !type_params.is_empty() {
            let key = Key::new(s, Role::TypeParams);
            self.enter_type_params(name, key, false, false, true, s.range)?;
            self.private = Some(name);
            let set = self.new_mangled_set();
            self.cur().mangled_names = Some(set);
            self.type_params(type_params)?;
        }
        self.exprs(bases)?;
        self.check_keywords(keywords)?;
        keywords.iter().try_for_each(|keyword| self.expr(keyword.value))?;
        self.enter_block(name, BlockType::Class, Some(Key::new(s, Role::Body)), s.range)?;
        self.private = Some(name);
        if !type_params.is_empty() {
            self.add_def("__type_params__", DEF_LOCAL, s.range)?;
            self.add_def(".type_params", USE, s.range)?;
        }
        self.cur().has_docstring = body.first().is_some_and(|stmt| stmt.as_docstring().is_some());
        self.stmts(body)?;
        self.exit_block();
        if !type_params.is_empty() {
            self.exit_block();
        }
        self.private = outer;
        Ok(())
    }

    fn type_alias(
        &mut self,
        s: &'a Stmt<'a>,
        name: &'a Expr<'a>,
        type_params: &'a [&'a TypeParam<'a>],
        value: &'a Expr<'a>,
    ) -> Result {
        self.expr(name)?;
        let name = name.as_name().unwrap_or_default();
        let in_class = self.cur().kind == BlockType::Class;
        if !type_params.is_empty() {
            let key = Key::new(s, Role::TypeParams);
            self.enter_type_params(name, key, false, false, false, s.range)?;
            self.type_params(type_params)?;
        }
        self.enter_block(name, BlockType::TypeAlias, Some(Key::new(s, Role::Body)), s.range)?;
        self.cur().can_see_class_scope = in_class;
        if in_class {
            self.add_def("__classdict__", USE, value.range)?;
        }
        self.expr(value)?;
        self.exit_block();
        if !type_params.is_empty() {
            self.exit_block();
        }
        Ok(())
    }

    fn enter_type_params(
        &mut self,
        name: &'a str,
        key: Key,
        defaults: bool,
        kwdefaults: bool,
        is_class: bool,
        range: Range,
    ) -> Result {
        let in_class = self.cur().kind == BlockType::Class;
        self.enter_block(name, BlockType::TypeParameters, Some(key), range)?;
        if in_class {
            self.cur().can_see_class_scope = true;
            self.add_def("__classdict__", USE, range)?;
        }
        if is_class {
            // Set when the tuple is made, used for `__type_params__` and the base.
            self.add_def(".type_params", DEF_LOCAL, range)?;
            self.add_def(".type_params", USE, range)?;
            self.add_def(".generic_base", DEF_LOCAL, range)?;
            self.add_def(".generic_base", USE, range)?;
        }
        if defaults {
            self.add_def(".defaults", DEF_PARAM, range)?;
        }
        if kwdefaults {
            self.add_def(".kwdefaults", DEF_PARAM, range)?;
        }
        Ok(())
    }

    fn type_params(&mut self, params: &[&'a TypeParam<'a>]) -> Result {
        for &param in params {
            self.guard.check()?;
            match param.kind {
                TypeParamKind::TypeVar { name, bound, default_value } => {
                    self.add_def(name, DEF_TYPE_PARAM | DEF_LOCAL, param.range)?;
                    let is_tuple =
                        bound.is_some_and(|bound| matches!(bound.kind, ExprKind::Tuple { .. }));
                    let info = if is_tuple { "a TypeVar constraint" } else { "a TypeVar bound" };
                    self.bound_or_default(param, name, bound, Role::Bound, info)?;
                    let info = "a TypeVar default";
                    self.bound_or_default(param, name, default_value, Role::Default, info)?;
                }
                TypeParamKind::TypeVarTuple { name, default_value } => {
                    self.add_def(name, DEF_TYPE_PARAM | DEF_LOCAL, param.range)?;
                    let info = "a TypeVarTuple default";
                    self.bound_or_default(param, name, default_value, Role::Default, info)?;
                }
                TypeParamKind::ParamSpec { name, default_value } => {
                    self.add_def(name, DEF_TYPE_PARAM | DEF_LOCAL, param.range)?;
                    let info = "a ParamSpec default";
                    self.bound_or_default(param, name, default_value, Role::Default, info)?;
                }
            }
        }
        Ok(())
    }

    fn bound_or_default(
        &mut self,
        param: &'a TypeParam<'a>,
        name: &'a str,
        expr: Option<&'a Expr<'a>>,
        role: Role,
        info: &'static str,
    ) -> Result {
        if name == "__classdict__" {
            let msg = "reserved name '__classdict__' cannot be used for type parameter";
            return syntax(msg, param.range);
        }
        let Some(expr) = expr else { return Ok(()) };
        let in_class = self.cur().can_see_class_scope;
        self.enter_block(name, BlockType::TypeVariable, Some(Key::new(param, role)), expr.range)?;
        self.cur().can_see_class_scope = in_class;
        if in_class {
            self.add_def("__classdict__", USE, expr.range)?;
        }
        self.cur().scope_info = info;
        self.expr(expr)?;
        self.exit_block();
        Ok(())
    }

    fn ann_assign(
        &mut self,
        s: &'a Stmt<'a>,
        target: &'a Expr<'a>,
        annotation: &'a Expr<'a>,
        value: Option<&'a Expr<'a>>,
        simple: bool,
    ) -> Result {
        self.cur().annotations_used = true;
        if let Some(name) = target.as_name() {
            let flags = self.lookup(name);
            let global = flags & DEF_GLOBAL != 0;
            if flags & (DEF_GLOBAL | DEF_NONLOCAL) != 0
                && self.current != SymbolTable::TOP
                && simple
            {
                let what = if global { "global" } else { "nonlocal" };
                return syntax(format!("annotated name '{name}' can't be {what}"), s.range);
            }
            if simple {
                self.add_def(name, DEF_ANNOT | DEF_LOCAL, target.range)?;
            } else if value.is_some() {
                self.add_def(name, DEF_LOCAL, target.range)?;
            }
        } else {
            self.expr(target)?;
        }
        self.annotation(annotation)?;
        if let Some(value) = value {
            self.expr(value)?;
        }
        Ok(())
    }

    /// The annotation of a variable: all of a body share one block.
    fn annotation(&mut self, annotation: &'a Expr<'a>) -> Result {
        let parent = self.current;
        let (kind, conditional, existing) = {
            let block = self.cur();
            // A module may be looked at when it has run halfway.
            let conditional = (block.kind == BlockType::Module
                || block.kind == BlockType::Class && block.in_conditional_block)
                && !block.has_conditional_annotations;
            (block.kind, conditional, block.annotation_block)
        };
        if conditional {
            self.cur().has_conditional_annotations = true;
            self.add_def("__conditional_annotations__", USE, annotation.range)?;
        }
        match existing {
            Some(id) => self.enter_existing(id),
            None => {
                let id = self.enter_annotation_block(None, annotation.range)?;
                self.table.blocks[parent].annotation_block = Some(id);
                if kind == BlockType::Class && !self.future_annotations() {
                    self.cur().can_see_class_scope = true;
                    self.add_def("__classdict__", USE, annotation.range)?;
                }
            }
        }
        // Those of a function's locals are never evaluated.
        let unevaluated = kind == BlockType::Function;
        if unevaluated {
            self.cur().in_unevaluated_annotation = true;
        }
        self.expr(annotation)?;
        if unevaluated {
            self.cur().in_unevaluated_annotation = false;
        }
        self.exit_block();
        Ok(())
    }

    fn enter_annotation_block(&mut self, key: Option<Key>, range: Range) -> Result<BlockId> {
        self.enter_block("__annotate__", BlockType::Annotation, key, range)
    }

    fn function_annotations(
        &mut self,
        s: &'a Stmt<'a>,
        args: &'a Arguments<'a>,
        returns: Option<&'a Expr<'a>>,
    ) -> Result {
        let block = self.cur();
        let in_class = block.can_see_class_scope || block.kind == BlockType::Class;
        self.enter_annotation_block(Some(Key::new(s, Role::Annotations)), s.range)?;
        if in_class {
            self.cur().can_see_class_scope = true;
            self.add_def("__classdict__", USE, s.range)?;
        }
        self.arg_annotations(args.posonlyargs)?;
        self.arg_annotations(args.args)?;
        self.arg_annotations(args.vararg.as_slice())?;
        self.arg_annotations(args.kwarg.as_slice())?;
        self.arg_annotations(args.kwonlyargs)?;
        if let Some(returns) = returns {
            self.cur().annotations_used = true;
            self.expr(returns)?;
        }
        self.exit_block();
        Ok(())
    }

    fn arg_annotations(&mut self, args: &[&'a Arg<'a>]) -> Result {
        for annotation in args.iter().filter_map(|arg| arg.annotation) {
            self.cur().annotations_used = true;
            self.expr(annotation)?;
        }
        Ok(())
    }

    pub(super) fn arguments(&mut self, args: &Arguments<'a>) -> Result {
        for arg in args.posonlyargs.iter().chain(args.args).chain(args.kwonlyargs) {
            self.add_def(arg.arg, DEF_PARAM, arg.range)?;
        }
        if let Some(arg) = args.vararg {
            self.add_def(arg.arg, DEF_PARAM, arg.range)?;
            self.cur().varargs = true;
        }
        if let Some(arg) = args.kwarg {
            self.add_def(arg.arg, DEF_PARAM, arg.range)?;
            self.cur().varkeywords = true;
        }
        Ok(())
    }

    fn alias(&mut self, alias: &Alias<'a>) -> Result {
        // `import a.b` binds `a`.
        let name = alias.asname.unwrap_or(alias.name);
        if name == "*" {
            if self.cur().kind != BlockType::Module {
                return syntax("import * only allowed at module level", alias.range);
            }
            return Ok(());
        }
        let name = name.split_once('.').map_or(name, |(first, _)| first);
        self.add_def(name, DEF_IMPORT, alias.range)
    }

    fn pattern(&mut self, p: &'a Pattern<'a>) -> Result {
        self.guard.check()?;
        match p.kind {
            PatternKind::MatchValue { value } => self.expr(value)?,
            PatternKind::MatchSingleton { .. } => {}
            PatternKind::MatchSequence { patterns } | PatternKind::MatchOr { patterns } => {
                patterns.iter().try_for_each(|pattern| self.pattern(pattern))?;
            }
            PatternKind::MatchStar { name } => {
                if let Some(name) = name {
                    self.add_def(name, DEF_LOCAL, p.range)?;
                }
            }
            PatternKind::MatchMapping { keys, patterns, rest } => {
                self.exprs(keys)?;
                patterns.iter().try_for_each(|pattern| self.pattern(pattern))?;
                if let Some(rest) = rest {
                    self.add_def(rest, DEF_LOCAL, p.range)?;
                }
            }
            PatternKind::MatchClass { cls, patterns, kwd_attrs, kwd_patterns } => {
                self.expr(cls)?;
                patterns.iter().try_for_each(|pattern| self.pattern(pattern))?;
                for (name, pattern) in kwd_attrs.iter().zip(kwd_patterns) {
                    check_name(name, pattern.range, ExprContext::Store)?;
                }
                kwd_patterns.iter().try_for_each(|pattern| self.pattern(pattern))?;
            }
            PatternKind::MatchAs { pattern, name } => {
                if let Some(pattern) = pattern {
                    self.pattern(pattern)?;
                }
                if let Some(name) = name {
                    self.add_def(name, DEF_LOCAL, p.range)?;
                }
            }
        }
        Ok(())
    }
}
