//! `from __future__ import ...`: which features a tree asks for, and where the last of
//! these statements stands (nothing may follow it out of order). CPython's counterpart
//! is `_PyFuture_FromAST`.

use parser::ast::{Alias, Mod, Range, StmtKind};

use crate::error::CompileError;

pub const FUTURE_DIVISION: u32 = 0x2_0000;
pub const FUTURE_ABSOLUTE_IMPORT: u32 = 0x4_0000;
pub const FUTURE_WITH_STATEMENT: u32 = 0x8_0000;
pub const FUTURE_PRINT_FUNCTION: u32 = 0x10_0000;
pub const FUTURE_UNICODE_LITERALS: u32 = 0x20_0000;
pub const FUTURE_BARRY_AS_BDFL: u32 = 0x40_0000;
pub const FUTURE_GENERATOR_STOP: u32 = 0x80_0000;
pub const FUTURE_ANNOTATIONS: u32 = 0x100_0000;

/// The bits that code objects inherit (`PyCF_MASK`).
pub const FUTURE_MASK: u32 = FUTURE_DIVISION
    | FUTURE_ABSOLUTE_IMPORT
    | FUTURE_WITH_STATEMENT
    | FUTURE_PRINT_FUNCTION
    | FUTURE_UNICODE_LITERALS
    | FUTURE_BARRY_AS_BDFL
    | FUTURE_GENERATOR_STOP
    | FUTURE_ANNOTATIONS;

/// `PyCF_ALLOW_TOP_LEVEL_AWAIT`.
pub const ALLOW_TOP_LEVEL_AWAIT: u32 = 0x2000;

#[derive(Debug, Clone, Copy, Default)]
pub struct Future {
    pub features: u32,
    /// The last future statement.
    pub range: Option<Range>,
}

/// Reads the future statements at the head of a module; only a docstring may come first.
pub fn future_features(module: &Mod<'_>) -> Result<Future, CompileError> {
    let mut future = Future::default();
    let (Mod::Module { body, .. } | Mod::Interactive { body }) = *module else {
        return Ok(future);
    };
    let docstring = body.first().is_some_and(|stmt| stmt.as_docstring().is_some());
    for stmt in &body[usize::from(docstring)..] {
        match stmt.kind {
            StmtKind::ImportFrom { module: Some("__future__"), names, level: None | Some(0) } => {
                for name in names {
                    future.features |= feature(name)?;
                }
                future.range = Some(stmt.range);
            }
            _ => break,
        }
    }
    Ok(future)
}

fn feature(alias: &Alias<'_>) -> Result<u32, CompileError> {
    Ok(match alias.name {
        "nested_scopes" | "generators" | "division" | "absolute_import" | "with_statement"
        | "print_function" | "unicode_literals" | "generator_stop" => 0,
        "barry_as_FLUFL" => FUTURE_BARRY_AS_BDFL,
        "annotations" => FUTURE_ANNOTATIONS,
        "braces" => return Err(CompileError::syntax("not a chance", alias.range)),
        name => {
            let msg = format!("future feature {name} is not defined");
            return Err(CompileError::syntax(msg, alias.range));
        }
    })
}
