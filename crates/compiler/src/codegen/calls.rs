//! Calls: of functions, methods and `super()`, with every mix of arguments, and of
//! `all`, `any` and `tuple` on a generator expression, which are unrolled.

use bytecode::oparg::{self, CommonConstant, Intrinsic1};
use bytecode::{Const, Opcode};
use parser::ast::{CmpOp, Expr, ExprKind, Keyword};

use super::expressions::attr_location;
use super::units::ScopeType;
use super::{Compiler, Ctx, Result, STACK_USE_GUIDELINE, loc};
use crate::instrs::{Label, Location};
use crate::symbols::{DEF_IMPORT, Key, Role, Scope};

fn is_starred(e: &Expr<'_>) -> bool {
    matches!(e.kind, ExprKind::Starred { .. })
}

impl<'a> Compiler<'a> {
    pub(super) fn call(
        &mut self,
        e: &'a Expr<'a>,
        func: &'a Expr<'a>,
        args: &[&'a Expr<'a>],
        keywords: &[Keyword<'a>],
    ) -> Result {
        self.validate_keywords(keywords)?;
        if self.method_call(e, func, args, keywords)? {
            return Ok(());
        }
        let skip = self.new_label();
        self.check_caller(func);
        self.expr(func)?;
        self.generator_call(func, args, keywords, skip)?;
        self.op(loc(func.range), Opcode::PushNull);
        self.call_args(loc(e.range), 0, args, None, keywords)?;
        self.use_label(skip);
        Ok(())
    }

    fn validate_keywords(&self, keywords: &[Keyword<'a>]) -> Result {
        for (index, keyword) in keywords.iter().enumerate() {
            let Some(name) = keyword.arg else { continue };
            if let Some(other) = keywords[index + 1..].iter().find(|k| k.arg == Some(name)) {
                let msg = format!("keyword argument repeated: {name}");
                return self.error(loc(other.range), msg);
            }
        }
        Ok(())
    }

    /// Calls an attribute without making a bound method, if that is possible.
    fn method_call(
        &mut self,
        e: &'a Expr<'a>,
        func: &'a Expr<'a>,
        args: &[&'a Expr<'a>],
        keywords: &[Keyword<'a>],
    ) -> Result<bool> {
        let ExprKind::Attribute { value, attr, ctx: Ctx::Load } = func.kind else {
            return Ok(false);
        };
        // Attributes of modules are functions.
        if value.as_name().is_some_and(|name| self.table.top().symbol(name) & DEF_IMPORT != 0) {
            return Ok(false);
        }
        let count = args.len() + keywords.len() + usize::from(!keywords.is_empty());
        if count >= STACK_USE_GUIDELINE
            || args.iter().any(|arg| is_starred(arg))
            || keywords.iter().any(|keyword| keyword.arg.is_none())
        {
            return Ok(false);
        }
        let mut at = loc(func.range);
        if self.can_optimize_super(value, attr) {
            let two_args = self.super_args(value)?;
            let index = self.name_index(attr);
            let arg = oparg::pack_super_attr(index, true, two_args);
            self.op_i(at, Opcode::LoadSuperAttr, arg);
            at = attr_location(at, func.range, attr);
            self.op(at, Opcode::Nop);
        } else {
            self.expr(value)?;
            at = attr_location(at, func.range, attr);
            self.load_method(at, attr);
        }
        self.exprs(args)?;
        let call_at = attr_location(loc(e.range), func.range, attr);
        if keywords.is_empty() {
            self.op_i(call_at, Opcode::Call, args.len() as u32);
        } else {
            self.keyword_values(keywords)?;
            self.keyword_names(at, keywords);
            self.op_i(call_at, Opcode::CallKw, (args.len() + keywords.len()) as u32);
        }
        Ok(true)
    }

    fn keyword_values(&mut self, keywords: &[Keyword<'a>]) -> Result {
        keywords.iter().try_for_each(|keyword| self.expr(keyword.value))
    }

    fn keyword_names(&mut self, at: Location, keywords: &[Keyword<'a>]) {
        self.load_names(at, keywords.iter().filter_map(|keyword| keyword.arg));
    }

    /// Whether `super(..).attr` can be looked up without a super object.
    pub(super) fn can_optimize_super(&self, value: &Expr<'a>, attr: &str) -> bool {
        let ExprKind::Call { func, args, keywords: [] } = value.kind else { return false };
        if func.as_name() != Some("super") || attr == "__class__" {
            return false;
        }
        // A visible binding of `super` means something else.
        if self.block().scope("super") != Scope::GlobalImplicit
            || self.table.top().scope("super") != Scope::Unknown
        {
            return false;
        }
        match args.len() {
            2 => !args.iter().any(|arg| is_starred(arg)),
            0 => {
                let code = &self.u.code;
                (code.argcount > 0 || code.posonlyargcount > 0)
                    && self.u.scope != ScopeType::Class
                    && self.block().scope("__class__") == Scope::Free
            }
            _ => false,
        }
    }

    /// Loads `super`, class and object; tells whether the latter two were written.
    pub(super) fn super_args(&mut self, call: &'a Expr<'a>) -> Result<bool> {
        let ExprKind::Call { func, args, .. } = call.kind else { return Ok(false) };
        self.nameop(loc(func.range), "super", Ctx::Load)?;
        if args.len() == 2 {
            self.exprs(args)?;
            return Ok(true);
        }
        let at = loc(call.range);
        self.nameop(at, "__class__", Ctx::Load)?;
        if let Some(&first) = self.block().varnames.first() {
            self.nameop(at, first, Ctx::Load)?;
        }
        Ok(false)
    }

    /// `all`, `any` or `tuple` of a generator expression, if the name still means the
    /// builtin when it runs: the loop is written out, and leaves for `end`.
    fn generator_call(
        &mut self,
        func: &'a Expr<'a>,
        args: &[&'a Expr<'a>],
        keywords: &[Keyword<'a>],
        end: Label,
    ) -> Result {
        let (Some(name), [arg], []) = (func.as_name(), args, keywords) else { return Ok(()) };
        if !matches!(arg.kind, ExprKind::GeneratorExp { .. }) {
            return Ok(());
        }
        // Asynchronous ones cannot be iterated over.
        let block = self.table.lookup(Key::new(*arg, Role::Body))?;
        if self.table.blocks[block].coroutine {
            return Ok(());
        }
        let (builtin, initial) = match name {
            "all" => (CommonConstant::BuiltinAll, Some(true)),
            "any" => (CommonConstant::BuiltinAny, Some(false)),
            "tuple" => (CommonConstant::BuiltinTuple, None),
            _ => return Ok(()),
        };
        let truth = |value| if value { Const::True } else { Const::False };
        let at = loc(func.range);
        let skip = self.new_label();
        self.op_i(at, Opcode::Copy, 1);
        self.op_i(at, Opcode::LoadCommonConstant, builtin as u32);
        self.add_compare(at, CmpOp::Is);
        self.jump(at, Opcode::PopJumpIfFalse, skip);
        self.op(at, Opcode::PopTop);
        if initial.is_none() {
            self.op_i(at, Opcode::BuildList, 0);
        }
        self.expr(arg)?;
        let start = self.new_label();
        let cleanup = self.new_label();
        self.use_label(start);
        self.jump(at, Opcode::ForIter, cleanup);
        match initial {
            None => {
                self.op_i(at, Opcode::ListAppend, 2);
                self.jump(at, Opcode::Jump, start);
            }
            Some(initial) => {
                self.op(at, Opcode::ToBool);
                let go_on = if initial { Opcode::PopJumpIfTrue } else { Opcode::PopJumpIfFalse };
                self.jump(at, go_on, start);
            }
        }
        self.op(Location::NONE, Opcode::PopIter);
        if let Some(initial) = initial {
            self.load_const(at, truth(!initial));
        }
        self.jump(at, Opcode::Jump, end);
        self.use_label(cleanup);
        self.op(Location::NONE, Opcode::EndFor);
        self.op(Location::NONE, Opcode::PopIter);
        match initial {
            None => self.intrinsic_1(at, Intrinsic1::ListToTuple),
            Some(initial) => self.load_const(at, truth(initial)),
        }
        self.jump(at, Opcode::Jump, end);
        self.use_label(skip);
        Ok(())
    }

    /// Arguments and the call itself; `pushed` arguments are on the stack already, and
    /// `injected` names one that follows the positional ones.
    pub(super) fn call_args(
        &mut self,
        at: Location,
        pushed: usize,
        args: &[&'a Expr<'a>],
        injected: Option<&'a str>,
        keywords: &[Keyword<'a>],
    ) -> Result {
        self.validate_keywords(keywords)?;
        let simple = args.len() + keywords.len() * 2 <= STACK_USE_GUIDELINE
            && !args.iter().any(|arg| is_starred(arg))
            && keywords.iter().all(|keyword| keyword.arg.is_some());
        if simple {
            self.exprs(args)?;
            let mut count = pushed + args.len();
            if let Some(name) = injected {
                self.nameop(at, name, Ctx::Load)?;
                count += 1;
            }
            if keywords.is_empty() {
                self.op_i(at, Opcode::Call, count as u32);
            } else {
                self.keyword_values(keywords)?;
                self.keyword_names(at, keywords);
                self.op_i(at, Opcode::CallKw, (count + keywords.len()) as u32);
            }
            return Ok(());
        }
        match args {
            [Expr { kind: ExprKind::Starred { value, .. }, .. }] if pushed == 0 => {
                self.expr(value)?;
            }
            _ => {
                let ops = (Opcode::BuildList, Opcode::ListAppend, Opcode::ListExtend);
                self.star_unpack(at, args, injected, pushed, ops, true)?;
            }
        }
        if keywords.is_empty() {
            self.op(at, Opcode::PushNull);
        } else {
            self.keyword_dict(at, keywords)?;
        }
        self.op(at, Opcode::CallFunctionEx);
        Ok(())
    }

    fn keyword_dict(&mut self, at: Location, keywords: &[Keyword<'a>]) -> Result {
        let mut have_dict = false;
        // Keywords not yet built, ending before `index`.
        let mut seen = 0;
        for (index, keyword) in keywords.iter().enumerate() {
            if keyword.arg.is_some() {
                seen += 1;
                continue;
            }
            if seen > 0 {
                self.keyword_part(at, &keywords[index - seen..index])?;
                if have_dict {
                    self.op_i(at, Opcode::DictMerge, 1);
                }
                have_dict = true;
                seen = 0;
            }
            if !have_dict {
                self.op_i(at, Opcode::BuildMap, 0);
                have_dict = true;
            }
            self.expr(keyword.value)?;
            self.op_i(at, Opcode::DictMerge, 1);
        }
        if seen > 0 {
            self.keyword_part(at, &keywords[keywords.len() - seen..])?;
            if have_dict {
                self.op_i(at, Opcode::DictMerge, 1);
            }
        }
        Ok(())
    }

    fn keyword_part(&mut self, at: Location, keywords: &[Keyword<'a>]) -> Result {
        let big = keywords.len() * 2 > STACK_USE_GUIDELINE;
        if big {
            self.op_i(Location::NONE, Opcode::BuildMap, 0);
        }
        for keyword in keywords {
            self.load_str(at, keyword.arg.unwrap_or_default());
            self.expr(keyword.value)?;
            if big {
                self.op_i(Location::NONE, Opcode::MapAdd, 1);
            }
        }
        if !big {
            self.op_i(at, Opcode::BuildMap, keywords.len() as u32);
        }
        Ok(())
    }
}
