//! Functions and lambdas: defaults, annotations, the body's code object, and the
//! function object made of them.

use bytecode::oparg::{FunctionAttribute, Intrinsic2};
use bytecode::{Const, Opcode, RawCode, RawStr};
use parser::ast::{Arguments, Expr, Stmt, StmtKind, TypeParam};

use std::sync::Arc;

use super::fblocks::{Datum, FBlockKind};
use super::units::{ArgCounts, ScopeType};
use super::{Compiler, Ctx, Result, consts, loc};
use crate::error::CompileError;
use crate::instrs::Location;
use crate::symbols::{Key, Role};

/// The parts of a function definition, async or not.
#[derive(Clone, Copy)]
struct Def<'a> {
    name: &'a str,
    args: &'a Arguments<'a>,
    body: &'a [&'a Stmt<'a>],
    decorators: &'a [&'a Expr<'a>],
    returns: Option<&'a Expr<'a>>,
    type_params: &'a [&'a TypeParam<'a>],
    is_async: bool,
}

impl<'a> Def<'a> {
    fn of(s: &Stmt<'a>) -> Result<Def<'a>> {
        match s.kind {
            StmtKind::FunctionDef {
                name,
                args,
                body,
                decorator_list: decorators,
                returns,
                type_params,
                ..
            } => Ok(Def { name, args, body, decorators, returns, type_params, is_async: false }),
            StmtKind::AsyncFunctionDef {
                name,
                args,
                body,
                decorator_list: decorators,
                returns,
                type_params,
                ..
            } => Ok(Def { name, args, body, decorators, returns, type_params, is_async: true }),
            _ => Err(CompileError::system("not a function definition")),
        }
    }
}

fn counts(args: &Arguments<'_>) -> ArgCounts {
    ArgCounts {
        args: args.args.len(),
        posonly: args.posonlyargs.len(),
        kwonly: args.kwonlyargs.len(),
    }
}

/// The line of a definition: that of its first decorator, if it has one.
pub(super) fn first_line(s: &Stmt<'_>, decorators: &[&Expr<'_>]) -> i32 {
    decorators.first().map_or(s.range, |decorator| decorator.range).lineno as i32
}

impl<'a> Compiler<'a> {
    pub(super) fn function(&mut self, s: &'a Stmt<'a>) -> Result {
        let def = Def::of(s)?;
        self.exprs(def.decorators)?;
        let firstlineno = first_line(s, def.decorators);
        let at = loc(s.range);
        let generic = !def.type_params.is_empty();
        let mut flags = self.defaults(at, def.args)?;
        let passed = flags.bits().count_ones();
        if generic {
            if passed == 2 {
                self.op_i(at, Opcode::Swap, 2);
            }
            let name = format!("<generic parameters of {}>", def.name);
            let args = ArgCounts { args: passed as usize, ..ArgCounts::default() };
            let key = Key::new(s, Role::TypeParams);
            self.enter_scope(&name, ScopeType::Annotations, key, firstlineno, None, args)?;
            self.type_params(def.type_params)?;
            for index in 0..passed {
                self.op_i(at, Opcode::LoadFast, index);
            }
        }
        flags |= self.function_annotations(at, s, def.args, def.returns)?;
        self.function_body(s, &def, flags, firstlineno)?;
        if generic {
            self.op_i(at, Opcode::Swap, 2);
            self.intrinsic_2(at, Intrinsic2::SetFunctionTypeParams);
            let code = self.finish(false)?;
            self.make_closure(at, code, FunctionAttribute::empty())?;
            if passed > 0 {
                self.op_i(at, Opcode::Swap, passed + 1);
                self.op_i(at, Opcode::Call, passed - 1);
            } else {
                self.op(at, Opcode::PushNull);
                self.op_i(at, Opcode::Call, 0);
            }
        }
        self.apply_decorators(def.decorators);
        self.nameop(at, def.name, Ctx::Store)
    }

    fn function_body(
        &mut self,
        s: &'a Stmt<'a>,
        def: &Def<'a>,
        flags: FunctionAttribute,
        firstlineno: i32,
    ) -> Result {
        let scope = if def.is_async { ScopeType::AsyncFunction } else { ScopeType::Function };
        let key = Key::new(s, Role::Body);
        self.enter_scope(def.name, scope, key, firstlineno, None, counts(def.args))?;
        let block = self.block();
        let generator_like = block.coroutine || block.generator;
        let mut body = def.body;
        if block.has_docstring
            && let Some((first, rest)) = body.split_first()
            && let Some(text) = first.as_docstring()
        {
            body = rest;
            let text = consts::clean_docstring(text);
            self.u.code.consts.add(Const::Str(RawStr::from(text)));
        }
        let start = self.new_label();
        self.use_label(start);
        if generator_like {
            let kind = FBlockKind::StopIteration;
            self.push_fblock(Location::NONE, kind, Some(start), None, Datum::None)?;
        }
        self.stmts(body)?;
        if generator_like {
            self.wrap_in_stopiteration_handler();
            self.pop_fblock(FBlockKind::StopIteration);
        }
        let code = self.finish(true)?;
        self.make_closure(loc(s.range), code, flags)
    }

    pub(super) fn lambda(
        &mut self,
        e: &'a Expr<'a>,
        args: &'a Arguments<'a>,
        body: &'a Expr<'a>,
    ) -> Result {
        let at = loc(e.range);
        let flags = self.defaults(at, args)?;
        let key = Key::new(e, Role::Body);
        let line = e.range.lineno as i32;
        self.enter_scope("<lambda>", ScopeType::Lambda, key, line, None, counts(args))?;
        self.expr(body)?;
        let code = if self.block().generator {
            self.finish(false)?
        } else {
            self.op(loc(body.range), Opcode::ReturnValue);
            self.finish(true)?
        };
        self.make_closure(at, code, flags)
    }

    /// Pushes the default values; tells which of the two kinds there are.
    fn defaults(&mut self, at: Location, args: &'a Arguments<'a>) -> Result<FunctionAttribute> {
        let mut flags = FunctionAttribute::empty();
        if !args.defaults.is_empty() {
            self.exprs(args.defaults)?;
            self.op_i(at, Opcode::BuildTuple, args.defaults.len() as u32);
            flags |= FunctionAttribute::DEFAULTS;
        }
        let mut count = 0;
        for (arg, default) in args.kwonlyargs.iter().zip(args.kw_defaults) {
            if let Some(default) = default {
                count += 1;
                let name = self.mangle(arg.arg);
                self.load_str(at, name);
                self.expr(default)?;
            }
        }
        if count > 0 {
            self.op_i(at, Opcode::BuildMap, count);
            flags |= FunctionAttribute::KWDEFAULTS;
        }
        Ok(flags)
    }

    /// Makes a function of a code object; what `flags` name is on the stack.
    pub(super) fn make_closure(
        &mut self,
        at: Location,
        code: RawCode,
        mut flags: FunctionAttribute,
    ) -> Result {
        let mut count = 0;
        for name in code.freevars() {
            let Some(name) = name.as_str() else { continue };
            let index = self.closure_arg(name)?;
            self.op_i(at, Opcode::LoadClosure, index);
            count += 1;
        }
        if count > 0 {
            self.op_i(at, Opcode::BuildTuple, count);
            flags |= FunctionAttribute::CLOSURE;
        }
        self.load_const(at, Const::Code(Arc::new(code)));
        self.op(at, Opcode::MakeFunction);
        for flag in [
            FunctionAttribute::CLOSURE,
            FunctionAttribute::ANNOTATIONS,
            FunctionAttribute::ANNOTATE,
            FunctionAttribute::KWDEFAULTS,
            FunctionAttribute::DEFAULTS,
        ] {
            if flags.contains(flag) {
                self.op_i(at, Opcode::SetFunctionAttribute, flag.bits());
            }
        }
        Ok(())
    }

    pub(super) fn apply_decorators(&mut self, decorators: &[&'a Expr<'a>]) {
        for decorator in decorators.iter().rev() {
            self.op_i(loc(decorator.range), Opcode::Call, 0);
        }
    }
}
