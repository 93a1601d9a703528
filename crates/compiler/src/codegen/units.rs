//! Code units: entering and leaving the scopes that become code objects, and their
//! qualified names. CPython's counterpart is the first half of `compile.c`.

use std::collections::BTreeSet;

use bytecode::oparg::Resume;
use bytecode::{CodeFlags, Const, Opcode, RawCode};
use parser::ast::Stmt;

use super::{Compiler, Result};
use crate::assemble::optimize_and_assemble;
use crate::error::CompileError;
use crate::future::FUTURE_MASK;
use crate::instrs::{CodeUnit, InstrSeq, Location, NameTable, intern};
use crate::symbols::{
    BlockId, BlockType, DEF_COMP_CELL, DEF_FREE_CLASS, Key, Scope, SymbolTable, Symbols, mangle,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ScopeType {
    Module,
    Class,
    Function,
    AsyncFunction,
    Lambda,
    Comprehension,
    Annotations,
}

/// How many parameters of each kind.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct ArgCounts {
    pub args: usize,
    pub posonly: usize,
    pub kwonly: usize,
}

/// A code object in the making.
pub(super) struct Unit<'a> {
    pub code: CodeUnit,
    pub seq: InstrSeq,
    /// The module's own sequence, while that of its annotations is written.
    pub stashed: Option<InstrSeq>,
    pub scope: ScopeType,
    pub block: BlockId,
    /// The class whose private names are mangled here.
    pub private: Option<&'a str>,
    pub fblocks: Vec<super::fblocks::FBlock<'a>>,
    pub in_inlined_comp: u32,
    pub in_conditional_block: u32,
    /// Names assigned through `self` in the methods of a class.
    pub static_attributes: BTreeSet<&'a str>,
    /// Annotated names, each with the index that tells whether its statement ran.
    pub deferred_annotations: Vec<(&'a Stmt<'a>, Option<u32>)>,
    pub next_conditional_index: u32,
}

impl Unit<'_> {
    pub(super) fn module() -> Self {
        Unit {
            code: CodeUnit::default(),
            seq: InstrSeq::new(),
            stashed: None,
            scope: ScopeType::Module,
            block: SymbolTable::TOP,
            private: None,
            fblocks: Vec::new(),
            in_inlined_comp: 0,
            in_conditional_block: 0,
            static_attributes: BTreeSet::new(),
            deferred_annotations: Vec::new(),
            next_conditional_index: 0,
        }
    }
}

/// Names with the scope or the flag, sorted so that their numbers are reproducible.
fn names_by_scope(symbols: &Symbols<'_>, scope: Scope, flag: u32) -> NameTable {
    let mut names: Vec<&str> = symbols
        .iter()
        .filter(|&(_, &flags)| Scope::of(flags) == scope || flags & flag != 0)
        .map(|(&name, _)| name)
        .collect();
    names.sort_unstable();
    names.into_iter().map(Box::from).collect()
}

impl<'a> Compiler<'a> {
    pub(super) fn start_module(&mut self) -> Result {
        self.u = self.new_unit("<module>", ScopeType::Module, SymbolTable::TOP, 1);
        self.u.code.qualname = "<module>".into();
        self.resume(1);
        Ok(())
    }

    fn new_unit(
        &self,
        name: &str,
        scope: ScopeType,
        block_id: BlockId,
        firstlineno: i32,
    ) -> Unit<'a> {
        let block = &self.table.blocks[block_id];
        let mut code = CodeUnit {
            name: name.into(),
            varnames: block.varnames.iter().copied().map(Box::from).collect(),
            cellvars: names_by_scope(&block.symbols, Scope::Cell, DEF_COMP_CELL),
            freevars: names_by_scope(&block.symbols, Scope::Free, DEF_FREE_CLASS),
            firstlineno,
            ..CodeUnit::default()
        };
        if block.needs_class_closure {
            intern(&mut code.cellvars, "__class__");
        }
        if block.needs_classdict {
            intern(&mut code.cellvars, "__classdict__");
        }
        if block.has_conditional_annotations {
            intern(&mut code.cellvars, "__conditional_annotations__");
        }
        Unit { code, scope, block: block_id, ..Unit::module() }
    }

    /// Starts the code object of a block. `private` is the class it is the body of.
    pub(super) fn enter_scope(
        &mut self,
        name: &str,
        scope: ScopeType,
        key: Key,
        lineno: i32,
        private: Option<&'a str>,
        counts: ArgCounts,
    ) -> Result {
        let block = self.table.lookup(key)?;
        self.enter_block(name, scope, block, lineno, private, counts);
        Ok(())
    }

    pub(super) fn enter_block(
        &mut self,
        name: &str,
        scope: ScopeType,
        block: BlockId,
        lineno: i32,
        private: Option<&'a str>,
        counts: ArgCounts,
    ) {
        let mut unit = self.new_unit(name, scope, block, lineno);
        unit.code.argcount = counts.args as u32;
        unit.code.posonlyargcount = counts.posonly as u32;
        unit.code.kwonlyargcount = counts.kwonly as u32;
        unit.private = private.or(self.u.private);
        unit.code.private = unit.private.map(Box::from);
        self.stack.push(std::mem::replace(&mut self.u, unit));
        self.u.code.qualname = self.qualname();
        self.resume(lineno);
    }

    fn resume(&mut self, lineno: i32) {
        let module = self.u.scope == ScopeType::Module;
        let loc = Location::new(if module { 0 } else { lineno }, lineno, 0, 0);
        self.op_i(loc, Opcode::Resume, Resume::AtFuncStart as u32);
        if module {
            self.op(loc, Opcode::AnnotationsPlaceholder);
        }
    }

    fn qualname(&self) -> Box<str> {
        let name = &*self.u.code.name;
        // The module is the first unit of the stack; its qualified name is not a prefix.
        let mut depth = self.stack.len();
        let Some(mut parent) = self.stack.last() else { return name.into() };
        if depth <= 1 {
            return name.into();
        }
        if parent.scope == ScopeType::Annotations {
            if depth == 2 {
                return name.into();
            }
            depth -= 1;
            parent = &self.stack[depth - 1];
        }
        if matches!(self.u.scope, ScopeType::Function | ScopeType::AsyncFunction | ScopeType::Class)
        {
            let mangled = mangle(parent.private, self.arena.alloc_str(name), self.arena);
            if self.table.blocks[parent.block].scope(mangled) == Scope::GlobalExplicit {
                return name.into();
            }
        }
        let base = &*parent.code.qualname;
        let locals = matches!(
            parent.scope,
            ScopeType::Function | ScopeType::AsyncFunction | ScopeType::Lambda
        );
        let mut qualname = String::with_capacity(base.len() + name.len() + 10);
        qualname.push_str(base);
        qualname.push_str(if locals { ".<locals>." } else { "." });
        qualname.push_str(name);
        qualname.into()
    }

    /// Finishes the current unit and goes back to the one around it.
    pub(super) fn finish(&mut self, add_none: bool) -> Result<RawCode> {
        let code = self.assemble(add_none)?;
        self.u = self.stack.pop().expect("a finished unit has one around it");
        Ok(code)
    }

    /// Turns the current unit into code; falling off the end returns None.
    pub(super) fn assemble(&mut self, add_none: bool) -> Result<RawCode> {
        if add_none {
            self.load_none(Location::NONE);
        }
        self.op(Location::NONE, Opcode::ReturnValue);
        let flags = self.code_flags();
        let unit = std::mem::take(&mut self.u.code);
        let seq = std::mem::take(&mut self.u.seq);
        optimize_and_assemble(unit, seq, flags, self.filename.clone())
    }

    fn code_flags(&self) -> CodeFlags {
        let block = self.block();
        let mut flags = CodeFlags::from_bits_retain(self.features & FUTURE_MASK);
        if block.is_function_like() {
            flags |= CodeFlags::NEWLOCALS | CodeFlags::OPTIMIZED;
            flags.set(CodeFlags::NESTED, block.nested);
            flags.set(CodeFlags::GENERATOR, block.generator && !block.coroutine);
            flags.set(CodeFlags::ASYNC_GENERATOR, block.generator && block.coroutine);
            flags.set(CodeFlags::VARARGS, block.varargs);
            flags.set(CodeFlags::VARKEYWORDS, block.varkeywords);
            flags.set(CodeFlags::HAS_DOCSTRING, block.has_docstring);
            flags.set(CodeFlags::METHOD, block.method);
        }
        flags.set(CodeFlags::COROUTINE, block.coroutine && !block.generator);
        flags
    }

    /// Number of a cell or free variable that a nested function closes over.
    pub(super) fn closure_arg(&self, name: &str) -> Result<u32> {
        let code = &self.u.code;
        // What a method takes from the class and the class itself binds is both.
        let cell = if self.u.scope == ScopeType::Class
            && matches!(name, "__class__" | "__classdict__" | "__conditional_annotations__")
        {
            true
        } else {
            self.block().scope(name) == Scope::Cell
        };
        let index = if cell {
            code.cellvars.get_index_of(name)
        } else {
            code.freevars.get_index_of(name).map(|index| code.cellvars.len() + index)
        };
        index
            .map(|index| index as u32)
            .ok_or_else(|| CompileError::system(format!("no closure variable '{name}'")))
    }

    /// The names assigned through `self`, as a constant.
    pub(super) fn static_attributes(&self) -> Const {
        let names = &self.u.static_attributes;
        Const::Tuple(names.iter().map(|&name| Const::Str(bytecode::RawStr::from(name))).collect())
    }

    /// Notes `self.attr = ...` in the nearest class around.
    pub(super) fn add_static_attribute(&mut self, attr: &'a str) {
        let class = self.stack.iter_mut().rev().find(|unit| unit.scope == ScopeType::Class);
        if let Some(class) = class {
            class.static_attributes.insert(attr);
        }
    }

    pub(super) fn is_class_block(&self) -> bool {
        self.block().kind == BlockType::Class
    }
}
