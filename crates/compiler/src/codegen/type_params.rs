//! Type parameters (PEP 695, 696) and type aliases; bounds, defaults and values are
//! functions that are called when someone asks.

use bytecode::oparg::{FunctionAttribute, Intrinsic1, Intrinsic2};
use bytecode::{Const, Opcode};
use parser::ast::{Expr, ExprKind, Stmt, StmtKind, TypeParam, TypeParamKind};

use super::units::{ArgCounts, ScopeType};
use super::{Compiler, Ctx, Result, loc};
use crate::instrs::Location;
use crate::symbols::{Key, Role};

impl<'a> Compiler<'a> {
    /// Makes the type parameters, binds them and leaves a tuple of them.
    pub(super) fn type_params(&mut self, params: &'a [&'a TypeParam<'a>]) -> Result {
        let mut seen_default = false;
        for &param in params {
            let at = loc(param.range);
            let (name, default) = match param.kind {
                TypeParamKind::TypeVar { name, bound, default_value } => {
                    self.load_str(at, name);
                    if let Some(bound) = bound {
                        self.bound_or_default(param, Role::Bound, name, bound, false)?;
                        let constraints = matches!(bound.kind, ExprKind::Tuple { .. });
                        self.intrinsic_2(
                            at,
                            if constraints {
                                Intrinsic2::TypevarWithConstraints
                            } else {
                                Intrinsic2::TypevarWithBound
                            },
                        );
                    } else {
                        self.intrinsic_1(at, Intrinsic1::Typevar);
                    }
                    (name, default_value)
                }
                TypeParamKind::TypeVarTuple { name, default_value } => {
                    self.load_str(at, name);
                    self.intrinsic_1(at, Intrinsic1::Typevartuple);
                    (name, default_value)
                }
                TypeParamKind::ParamSpec { name, default_value } => {
                    self.load_str(at, name);
                    self.intrinsic_1(at, Intrinsic1::Paramspec);
                    (name, default_value)
                }
            };
            if let Some(default) = default {
                seen_default = true;
                let starred = matches!(param.kind, TypeParamKind::TypeVarTuple { .. });
                self.bound_or_default(param, Role::Default, name, default, starred)?;
                self.intrinsic_2(at, Intrinsic2::SetTypeparamDefault);
            } else if seen_default {
                let msg =
                    format!("non-default type parameter '{name}' follows default type parameter");
                return self.error(at, msg);
            }
            self.op_i(at, Opcode::Copy, 1);
            self.nameop(at, name, Ctx::Store)?;
        }
        if let Some(first) = params.first() {
            self.op_i(loc(first.range), Opcode::BuildTuple, params.len() as u32);
        }
        Ok(())
    }

    fn bound_or_default(
        &mut self,
        param: &'a TypeParam<'a>,
        role: Role,
        name: &'a str,
        e: &'a Expr<'a>,
        allow_starred: bool,
    ) -> Result {
        let at = loc(e.range);
        self.format_default(at);
        let block = self.table.lookup(Key::new(param, role))?;
        self.enter_annotation_scope(at, block, name);
        match e.kind {
            ExprKind::Starred { value, .. } if allow_starred => {
                self.expr(value)?;
                self.op_i(at, Opcode::UnpackSequence, 1);
            }
            _ => self.expr(e)?,
        }
        self.op(at, Opcode::ReturnValue);
        let code = self.finish(true)?;
        self.make_closure(at, code, FunctionAttribute::DEFAULTS)
    }

    /// The default of the parameter `format`: VALUE.
    fn format_default(&mut self, at: Location) {
        self.load_const(at, Const::Tuple([Const::Int(1)].into()));
    }

    pub(super) fn type_alias(&mut self, s: &'a Stmt<'a>) -> Result {
        let StmtKind::TypeAlias { name, type_params, value } = s.kind else { return Ok(()) };
        let at = loc(s.range);
        let name = name.as_name().unwrap_or_default();
        let generic = !type_params.is_empty();
        if generic {
            let scope_name = format!("<generic parameters of {name}>");
            let key = Key::new(s, Role::TypeParams);
            let counts = ArgCounts::default();
            self.enter_scope(&scope_name, ScopeType::Annotations, key, at.lineno, None, counts)?;
            self.load_str(at, name);
            self.type_params(type_params)?;
        } else {
            self.load_str(at, name);
            self.load_none(at);
        }
        self.format_default(at);
        let block = self.table.lookup(Key::new(s, Role::Body))?;
        self.enter_annotation_scope(at, block, name);
        self.expr(value)?;
        self.op(at, Opcode::ReturnValue);
        let code = self.finish(false)?;
        self.make_closure(at, code, FunctionAttribute::DEFAULTS)?;
        self.op_i(at, Opcode::BuildTuple, 3);
        self.intrinsic_1(at, Intrinsic1::Typealias);
        if generic {
            let code = self.finish(false)?;
            self.make_closure(at, code, FunctionAttribute::empty())?;
            self.op(at, Opcode::PushNull);
            self.op_i(at, Opcode::Call, 0);
        }
        self.nameop(at, name, Ctx::Store)
    }
}
