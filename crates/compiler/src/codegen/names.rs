//! Loading, storing and deleting names: the instruction follows from the scope that the
//! symbol table gave the name.

use bytecode::Opcode;

use super::{Compiler, Ctx, Result};
use crate::error::CompileError;
use crate::instrs::{Location, intern};
use crate::symbols::Scope;

enum Access {
    Fast,
    Global,
    /// The number of the cell or free variable.
    Deref(u32),
    Name,
}

impl<'a> Compiler<'a> {
    pub(super) fn mangle(&self, name: &'a str) -> &'a str {
        match self.u.private {
            None => name,
            private => self.table.maybe_mangle(private, self.u.block, name, self.arena),
        }
    }

    pub(super) fn nameop(&mut self, loc: Location, name: &'a str, ctx: Ctx) -> Result {
        let name = self.mangle(name);
        let block = self.block();
        let scope = block.scope(name);
        let can_see_class_scope = block.can_see_class_scope;
        let class_body = self.is_class_block();
        let inlined = self.u.in_inlined_comp > 0;
        match self.access(name, scope)? {
            Access::Fast => {
                let index = intern(&mut self.u.code.varnames, name);
                let opcode = match ctx {
                    Ctx::Load => Opcode::LoadFast,
                    Ctx::Store => Opcode::StoreFast,
                    Ctx::Del => Opcode::DeleteFast,
                };
                self.op_i(loc, opcode, index);
            }
            Access::Deref(index) => {
                let opcode = match ctx {
                    Ctx::Load if class_body && !inlined => {
                        self.op(loc, Opcode::LoadLocals);
                        Opcode::LoadFromDictOrDeref
                    }
                    Ctx::Load if can_see_class_scope => {
                        self.load_classdict(loc);
                        Opcode::LoadFromDictOrDeref
                    }
                    Ctx::Load => Opcode::LoadDeref,
                    Ctx::Store => Opcode::StoreDeref,
                    Ctx::Del => Opcode::DeleteDeref,
                };
                self.op_i(loc, opcode, index);
            }
            Access::Global => {
                let index = intern(&mut self.u.code.names, name);
                let (opcode, oparg) = match ctx {
                    Ctx::Load if can_see_class_scope && scope == Scope::GlobalImplicit => {
                        self.load_classdict(loc);
                        (Opcode::LoadFromDictOrGlobals, index)
                    }
                    Ctx::Load => (Opcode::LoadGlobal, index << 1),
                    Ctx::Store => (Opcode::StoreGlobal, index),
                    Ctx::Del => (Opcode::DeleteGlobal, index),
                };
                self.op_i(loc, opcode, oparg);
            }
            Access::Name => {
                let index = intern(&mut self.u.code.names, name);
                let (opcode, oparg) = match ctx {
                    Ctx::Load if class_body && inlined => (Opcode::LoadGlobal, index << 1),
                    Ctx::Load => (Opcode::LoadName, index),
                    Ctx::Store => (Opcode::StoreName, index),
                    Ctx::Del => (Opcode::DeleteName, index),
                };
                self.op_i(loc, opcode, oparg);
            }
        }
        Ok(())
    }

    fn access(&self, name: &str, scope: Scope) -> Result<Access> {
        let function_like = self.block().is_function_like();
        Ok(match scope {
            Scope::Free => Access::Deref(self.freevar(name)?),
            Scope::Cell => Access::Deref(self.cellvar(name)?),
            Scope::Local if function_like => Access::Fast,
            // A comprehension's own variable, inlined into a class or module.
            Scope::Local if self.u.code.fasthidden.get(name).copied() == Some(true) => Access::Fast,
            Scope::GlobalImplicit if function_like => Access::Global,
            Scope::GlobalExplicit => Access::Global,
            Scope::Local | Scope::GlobalImplicit | Scope::Unknown => Access::Name,
        })
    }

    pub(super) fn cellvar(&self, name: &str) -> Result<u32> {
        self.u
            .code
            .cellvars
            .get_index_of(name)
            .map(|index| index as u32)
            .ok_or_else(|| CompileError::system(format!("no cell variable '{name}'")))
    }

    pub(super) fn freevar(&self, name: &str) -> Result<u32> {
        self.u
            .code
            .freevars
            .get_index_of(name)
            .map(|index| (self.u.code.cellvars.len() + index) as u32)
            .ok_or_else(|| CompileError::system(format!("no free variable '{name}'")))
    }

    /// An instruction on a free variable that may be unknown so far.
    pub(super) fn op_freevar(&mut self, loc: Location, opcode: Opcode, name: &str) {
        let index = intern(&mut self.u.code.freevars, name);
        let cells = self.u.code.cellvars.len() as u32;
        self.op_i(loc, opcode, cells + index);
    }

    fn load_classdict(&mut self, loc: Location) {
        self.op_freevar(loc, Opcode::LoadDeref, "__classdict__");
    }

    /// An instruction on `co_names`, without mangling.
    pub(super) fn op_global_name(&mut self, loc: Location, opcode: Opcode, name: &str) {
        let index = intern(&mut self.u.code.names, name);
        let oparg = if opcode == Opcode::LoadGlobal { index << 1 } else { index };
        self.op_i(loc, opcode, oparg);
    }

    /// An instruction on `co_names`; attributes of private names are mangled too.
    pub(super) fn op_name(&mut self, loc: Location, opcode: Opcode, name: &'a str) {
        let index = self.name_index(name);
        self.op_i(loc, opcode, index);
    }

    pub(super) fn name_index(&mut self, name: &'a str) -> u32 {
        let name = self.mangle(name);
        intern(&mut self.u.code.names, name)
    }

    pub(super) fn load_attr(&mut self, loc: Location, attr: &'a str) {
        let index = self.name_index(attr);
        self.op_i(loc, Opcode::LoadAttr, index << 1);
    }

    pub(super) fn load_method(&mut self, loc: Location, attr: &'a str) {
        let index = self.name_index(attr);
        self.op_i(loc, Opcode::LoadAttr, index << 1 | 1);
    }
}
