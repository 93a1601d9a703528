//! Syntax tree to instruction sequences, with CPython's instructions, locations and
//! labels in CPython's order: the flow graph's passes turn equal sequences into equal
//! bytes. Nothing is optimised here beyond what CPython's `codegen.c` does.
//!
//! [`Compiler`] holds a stack of units, one per code object being made; the topics in
//! the folder add to it the methods that visit one kind of node each.

mod annotations;
mod calls;
mod checks;
mod classes;
mod comprehensions;
mod consts;
mod expressions;
mod fblocks;
mod fstrings;
mod functions;
mod imports;
mod names;
mod patterns;
mod statements;
mod try_stmt;
mod type_params;
mod units;
mod with_stmt;

use std::sync::Arc;

use bumpalo::Bump;
use bytecode::oparg::{BinaryOp, CompareOp, Intrinsic1, Intrinsic2};
use bytecode::{Const, Opcode, RawCode, RawStr};
use parser::ast::{Expr, Mod, Range, Stmt};
use parser::errors::{Warning, WarningCategory};

use crate::error::CompileError;
use crate::instrs::{Label, Location};
use crate::recursion::StackGuard;
use crate::symbols::{Block, SymbolTable};
use units::Unit;

type Result<T = ()> = std::result::Result<T, CompileError>;

/// CPython's `_PY_STACK_USE_GUIDELINE`: longer displays and calls are built piece by
/// piece instead of on the stack.
const STACK_USE_GUIDELINE: usize = 30;

/// What a compilation is told.
pub(crate) struct Settings<'s> {
    pub filename: &'s [u8],
    pub optimize: u8,
    /// Future features and `PyCF_*` flags together.
    pub features: u32,
}

pub(crate) struct Compiler<'a> {
    arena: &'a Bump,
    table: SymbolTable<'a>,
    filename: RawStr,
    optimize: u8,
    features: u32,
    interactive: bool,
    guard: StackGuard,
    /// The unit being written.
    u: Unit<'a>,
    /// The units around it.
    stack: Vec<Unit<'a>>,
    pub(crate) warnings: Vec<Warning>,
    /// Above zero while a `finally` body is compiled for the second time.
    disable_warnings: u32,
}

fn loc(range: Range) -> Location {
    Location::new(
        range.lineno as i32,
        range.end_lineno as i32,
        range.col_offset as i32,
        range.end_col_offset as i32,
    )
}

/// Back to a range, for errors; code without a place has none.
fn range_of(loc: Location) -> Range {
    let part = |value: i32| u32::try_from(value).unwrap_or(0);
    Range::new(
        part(loc.lineno),
        part(loc.col_offset),
        part(loc.end_lineno),
        part(loc.end_col_offset),
    )
}

impl<'a> Compiler<'a> {
    pub(crate) fn new(
        table: SymbolTable<'a>,
        settings: &Settings<'_>,
        arena: &'a Bump,
        guard: StackGuard,
    ) -> Compiler<'a> {
        Compiler {
            arena,
            table,
            filename: RawStr::from(settings.filename),
            optimize: settings.optimize,
            features: settings.features,
            interactive: false,
            guard,
            u: Unit::module(),
            stack: Vec::new(),
            warnings: Vec::new(),
            disable_warnings: 0,
        }
    }

    /// Compiles the whole tree.
    pub(crate) fn module(&mut self, module: &Mod<'a>) -> Result<RawCode> {
        self.start_module()?;
        match *module {
            Mod::Module { body, .. } => {
                self.module_body(body, false)?;
            }
            Mod::Interactive { body } => {
                self.interactive = true;
                self.module_body(body, true)?;
            }
            Mod::Expression { body } => self.expr(body)?,
            Mod::FunctionType { .. } => {
                return Err(CompileError::system("this compiler does not handle FunctionTypes"));
            }
        }
        self.assemble(!matches!(module, Mod::Expression { .. }))
    }

    fn module_body(&mut self, body: &'a [&'a Stmt<'a>], interactive: bool) -> Result {
        let start = match body.first() {
            Some(first) => loc(first.range),
            None => Location::new(1, 1, 0, 0),
        };
        if self.block().has_conditional_annotations {
            self.op_i(start, Opcode::BuildSet, 0);
            self.op_global_name(start, Opcode::StoreName, "__conditional_annotations__");
        }
        self.body(start, body, interactive)
    }

    /// The statements of a module or class, with docstring and annotations.
    fn body(&mut self, start: Location, stmts: &'a [&'a Stmt<'a>], interactive: bool) -> Result {
        let (annotations_used, has_docstring) = {
            let block = self.block();
            (block.annotations_used, block.has_docstring)
        };
        if self.future_annotations() && annotations_used {
            self.op(start, Opcode::SetupAnnotations);
        }
        let mut rest = stmts;
        if !interactive
            && has_docstring
            && let Some((first, others)) = stmts.split_first()
            && let Some(text) = first.as_docstring()
            && let parser::ast::StmtKind::Expr { value } = first.kind
        {
            rest = others;
            let text = consts::clean_docstring(text);
            self.load_const(loc(value.range), Const::Str(RawStr::from(text)));
            self.nameop(Location::NONE, "__doc__", Ctx::Store)?;
        }
        self.stmts(rest)?;
        if !self.future_annotations() {
            self.deferred_annotations(start)?;
        }
        Ok(())
    }

    /// The symbols of the current unit.
    fn block(&self) -> &Block<'a> {
        &self.table.blocks[self.u.block]
    }

    fn future_annotations(&self) -> bool {
        self.features & crate::future::FUTURE_ANNOTATIONS != 0
    }

    fn error<T>(&self, loc: Location, msg: impl Into<std::borrow::Cow<'static, str>>) -> Result<T> {
        Err(CompileError::syntax(msg, range_of(loc)).with_place_in_args())
    }

    /// Records a `SyntaxWarning`.
    fn warn(&mut self, range: Range, msg: String) {
        if self.disable_warnings == 0 {
            self.warnings.push(Warning { category: WarningCategory::Syntax, msg, range });
        }
    }

    fn op(&mut self, loc: Location, opcode: Opcode) {
        self.u.seq.addop(opcode, 0, loc);
    }

    fn op_i(&mut self, loc: Location, opcode: Opcode, oparg: u32) {
        self.u.seq.addop(opcode, oparg, loc);
    }

    fn jump(&mut self, loc: Location, opcode: Opcode, target: Label) {
        self.u.seq.addop_jump(opcode, target, loc);
    }

    fn new_label(&mut self) -> Label {
        self.u.seq.new_label()
    }

    fn use_label(&mut self, label: Label) {
        self.u.seq.use_label(label);
    }

    fn load_const(&mut self, loc: Location, value: Const) {
        let index = self.u.code.consts.add(value);
        self.op_i(loc, Opcode::LoadConst, index);
    }

    fn load_none(&mut self, loc: Location) {
        self.load_const(loc, Const::None);
    }

    fn load_str(&mut self, loc: Location, text: &str) {
        self.load_const(loc, Const::Str(RawStr::from(text)));
    }

    /// A tuple of strings.
    fn load_names(&mut self, loc: Location, names: impl Iterator<Item = &'a str>) {
        let names: Arc<[Const]> = names.map(|name| Const::Str(RawStr::from(name))).collect();
        self.load_const(loc, Const::Tuple(names));
    }

    fn binary(&mut self, loc: Location, op: BinaryOp) {
        self.op_i(loc, Opcode::BinaryOp, op as u32);
    }

    fn compare_op(&mut self, loc: Location, op: CompareOp) {
        self.op_i(loc, Opcode::CompareOp, op.pack(false));
    }

    fn intrinsic_1(&mut self, loc: Location, intrinsic: Intrinsic1) {
        self.op_i(loc, Opcode::CallIntrinsic1, intrinsic as u32);
    }

    fn intrinsic_2(&mut self, loc: Location, intrinsic: Intrinsic2) {
        self.op_i(loc, Opcode::CallIntrinsic2, intrinsic as u32);
    }

    fn exprs(&mut self, exprs: &[&'a Expr<'a>]) -> Result {
        exprs.iter().try_for_each(|expr| self.expr(expr))
    }
}

pub(crate) use parser::ast::ExprContext as Ctx;
