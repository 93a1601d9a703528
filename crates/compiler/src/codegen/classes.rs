//! Classes: the body's code object, and the call of `__build_class__` with it.

use bytecode::oparg::{FunctionAttribute, Intrinsic1};
use bytecode::{Const, Opcode};
use parser::ast::{Stmt, StmtKind};

use super::functions::first_line;
use super::units::{ArgCounts, ScopeType};
use super::{Compiler, Ctx, Result, loc};
use crate::instrs::Location;
use crate::symbols::{Key, Role};

impl<'a> Compiler<'a> {
    pub(super) fn class(&mut self, s: &'a Stmt<'a>) -> Result {
        let StmtKind::ClassDef { name, bases, keywords, body, decorator_list, type_params } =
            s.kind
        else {
            return Ok(());
        };
        self.exprs(decorator_list)?;
        let firstlineno = first_line(s, decorator_list);
        let at = loc(s.range);
        let generic = !type_params.is_empty();
        if generic {
            let scope_name = format!("<generic parameters of {name}>");
            self.enter_scope(
                &scope_name,
                ScopeType::Annotations,
                Key::new(s, Role::TypeParams),
                firstlineno,
                Some(name),
                ArgCounts::default(),
            )?;
            self.type_params(type_params)?;
            self.nameop(at, ".type_params", Ctx::Store)?;
        }
        self.class_body(s, name, body, generic, firstlineno)?;
        if generic {
            self.nameop(at, ".type_params", Ctx::Load)?;
            self.intrinsic_1(at, Intrinsic1::SubscriptGeneric);
            self.nameop(at, ".generic_base", Ctx::Store)?;
            self.call_args(at, 2, bases, Some(".generic_base"), keywords)?;
            let code = self.finish(false)?;
            self.make_closure(at, code, FunctionAttribute::empty())?;
            self.op(at, Opcode::PushNull);
            self.op_i(at, Opcode::Call, 0);
        } else {
            self.call_args(at, 2, bases, None, keywords)?;
        }
        self.apply_decorators(decorator_list);
        self.nameop(at, name, Ctx::Store)
    }

    /// The body's code, up to `__build_class__`, its function and the name on the stack.
    fn class_body(
        &mut self,
        s: &'a Stmt<'a>,
        name: &'a str,
        body: &'a [&'a Stmt<'a>],
        generic: bool,
        firstlineno: i32,
    ) -> Result {
        let counts = ArgCounts::default();
        let key = Key::new(s, Role::Body);
        self.enter_scope(name, ScopeType::Class, key, firstlineno, Some(name), counts)?;
        let at = Location::new(firstlineno, firstlineno, 0, 0);
        self.nameop(at, "__name__", Ctx::Load)?;
        self.nameop(at, "__module__", Ctx::Store)?;
        let qualname = self.u.code.qualname.clone();
        self.load_str(at, &qualname);
        self.nameop(at, "__qualname__", Ctx::Store)?;
        self.load_const(at, Const::Int(i64::from(firstlineno)));
        self.nameop(at, "__firstlineno__", Ctx::Store)?;
        if generic {
            self.nameop(at, ".type_params", Ctx::Load)?;
            self.nameop(at, "__type_params__", Ctx::Store)?;
        }
        let block = self.block();
        let (needs_classdict, needs_class, conditional) =
            (block.needs_classdict, block.needs_class_closure, block.has_conditional_annotations);
        if needs_classdict {
            self.op(at, Opcode::LoadLocals);
            let index = self.cellvar("__classdict__")?;
            self.op_i(at, Opcode::StoreDeref, index);
        }
        if conditional {
            self.op_i(at, Opcode::BuildSet, 0);
            let index = self.cellvar("__conditional_annotations__")?;
            self.op_i(at, Opcode::StoreDeref, index);
        }
        self.body(at, body, false)?;
        let attributes = self.static_attributes();
        self.load_const(Location::NONE, attributes);
        self.nameop(Location::NONE, "__static_attributes__", Ctx::Store)?;
        if needs_classdict {
            let index = self.cellvar("__classdict__")?;
            self.op_i(Location::NONE, Opcode::LoadClosure, index);
            self.nameop(Location::NONE, "__classdictcell__", Ctx::Store)?;
        }
        if needs_class {
            let index = self.cellvar("__class__")?;
            self.op_i(Location::NONE, Opcode::LoadClosure, index);
            self.op_i(Location::NONE, Opcode::Copy, 1);
            self.nameop(Location::NONE, "__classcell__", Ctx::Store)?;
        } else {
            self.load_none(Location::NONE);
        }
        self.op(Location::NONE, Opcode::ReturnValue);
        let code = self.finish(true)?;

        // The line of the class, not that of a decorator.
        let at = loc(s.range);
        self.op(at, Opcode::LoadBuildClass);
        self.op(at, Opcode::PushNull);
        self.make_closure(at, code, FunctionAttribute::empty())?;
        self.load_str(at, name);
        Ok(())
    }
}
