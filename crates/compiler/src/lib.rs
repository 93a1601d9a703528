//! Syntax tree to symbol tables to flow graph to code.
//!
//! The passes in order: [`preprocess`](mod@preprocess) rewrites the tree a little,
//! [`symbols`] decides what every name means, `codegen` writes instruction sequences,
//! `flowgraph` optimises them, [`assemble`] makes code objects. What comes out is what
//! CPython 3.14 makes of the same tree, byte for byte.

pub mod assemble;
mod codegen;
pub mod error;
mod flowgraph;
pub mod future;
pub mod instrs;
mod preprocess;
mod recursion;
pub mod symbols;
mod unparse;

use bumpalo::Bump;
use bytecode::RawCode;
use parser::ast::{Expr, Mod};
use parser::errors::Warning;

pub use error::{CompileError, ErrorKind};
pub use recursion::DEFAULT_STACK_BUDGET;
pub use symbols::SymbolTable;

use codegen::{Compiler, Settings};
use future::{FUTURE_ANNOTATIONS, future_features};
use preprocess::Preprocess;
use recursion::StackGuard;

/// What `compile()` is told besides the tree.
#[derive(Debug, Clone, Copy)]
pub struct CompileOptions {
    /// 0, 1 (`-O`) or 2 (`-OO`).
    pub optimize: u8,
    /// Future features and `PyCF_ALLOW_TOP_LEVEL_AWAIT`, as in the flags of `compile()`.
    pub flags: u32,
    /// How many bytes of the native stack may be used.
    pub stack_budget: usize,
}

impl Default for CompileOptions {
    fn default() -> CompileOptions {
        CompileOptions { optimize: 0, flags: 0, stack_budget: DEFAULT_STACK_BUDGET }
    }
}

/// Compiles a tree. Warnings come back in the order in which CPython issues them, also
/// beside an error; whoever asked issues them, or turns one into a `SyntaxError`.
pub fn compile(
    module: &Mod<'_>,
    filename: &[u8],
    options: &CompileOptions,
) -> Result<(RawCode, Vec<Warning>), CompileError> {
    let arena = Bump::new();
    let guard = StackGuard::new(options.stack_budget);
    let mut future = future_features(module)?;
    future.features |= options.flags;
    let annotations = future.features & FUTURE_ANNOTATIONS != 0;
    let mut pass = Preprocess::new(&arena, options.optimize, annotations, guard);
    let module = pass.module(module);
    let mut warnings = pass.warnings;
    let module = match module {
        Ok(module) => module,
        Err(error) => return Err(error.with_warnings(warnings)),
    };
    let table = match SymbolTable::build(&module, future, &arena, guard) {
        Ok(table) => table,
        Err(error) => return Err(error.with_warnings(warnings)),
    };
    let settings = Settings { filename, optimize: options.optimize, features: future.features };
    let mut compiler = Compiler::new(table, &settings, &arena, guard);
    let code = compiler.module(&module);
    warnings.append(&mut compiler.warnings);
    match code {
        Ok(code) => Ok((code, warnings)),
        Err(error) => Err(error.with_warnings(warnings)),
    }
}

/// The tree after preprocessing, as `ast.parse(optimize=..)` returns it, and the
/// warnings on the way.
pub fn preprocess<'a>(
    module: &Mod<'a>,
    options: &CompileOptions,
    arena: &'a Bump,
) -> Result<(Mod<'a>, Vec<Warning>), CompileError> {
    let guard = StackGuard::new(options.stack_budget);
    let features = future_features(module)?.features | options.flags;
    let annotations = features & FUTURE_ANNOTATIONS != 0;
    let mut pass = Preprocess::new(arena, options.optimize, annotations, guard);
    let module = pass.module(module)?;
    Ok((module, pass.warnings))
}

/// The symbol tables of a tree, for `_symtable`.
pub fn symbol_table<'a>(
    module: &Mod<'a>,
    options: &CompileOptions,
    arena: &'a Bump,
) -> Result<SymbolTable<'a>, CompileError> {
    let mut future = future_features(module)?;
    future.features |= options.flags;
    SymbolTable::build(module, future, arena, StackGuard::new(options.stack_budget))
}

/// The text of an expression as annotations under `from __future__ import annotations`
/// hold it; generalised UTF-8.
pub fn unparse_expr(e: &Expr<'_>) -> Result<Vec<u8>, CompileError> {
    unparse::unparse(e, StackGuard::new(DEFAULT_STACK_BUDGET))
}
