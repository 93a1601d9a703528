//! What can go wrong while compiling. An error is one pointer wide, because every
//! function of the code generator returns one; the warnings that were found before it
//! travel along, for Python issues them in any case.

use std::borrow::Cow;
use std::ops::Deref;

use parser::ast::Range;
use parser::errors::Warning;

/// Which exception the error becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    Syntax,
    /// `RecursionError`: the tree is nested too deeply for the stack that is left.
    Recursion,
    /// `SystemError`: a tree that only a program can have built.
    System,
    /// `RuntimeError`
    Runtime,
    Overflow,
    Memory,
    Type,
    Value,
}

#[derive(Debug, Clone, PartialEq)]
pub struct ErrorData {
    pub kind: ErrorKind,
    pub msg: Cow<'static, str>,
    /// Lines from 1, columns in bytes from 0; `SyntaxError` shows them plus one.
    pub range: Option<Range>,
    /// The code generator's errors have the place among the exception's arguments, those of
    /// earlier passes in its attributes only.
    pub place_in_args: bool,
    /// Warnings found before the error.
    pub warnings: Vec<Warning>,
}

/// A failed compilation.
#[derive(Debug, Clone, PartialEq)]
pub struct CompileError(Box<ErrorData>);

impl CompileError {
    #[cold]
    pub fn new(kind: ErrorKind, msg: impl Into<Cow<'static, str>>) -> CompileError {
        CompileError(Box::new(ErrorData {
            kind,
            msg: msg.into(),
            range: None,
            place_in_args: false,
            warnings: Vec::new(),
        }))
    }

    /// A `SyntaxError` at a place of the source.
    #[cold]
    pub fn syntax(msg: impl Into<Cow<'static, str>>, range: Range) -> CompileError {
        let mut error = CompileError::new(ErrorKind::Syntax, msg);
        error.0.range = Some(range);
        error
    }

    #[must_use]
    pub(crate) fn with_place_in_args(mut self) -> CompileError {
        self.0.place_in_args = true;
        self
    }

    #[cold]
    pub fn system(msg: impl Into<Cow<'static, str>>) -> CompileError {
        CompileError::new(ErrorKind::System, msg)
    }

    #[cold]
    pub fn recursion() -> CompileError {
        CompileError::new(
            ErrorKind::Recursion,
            "maximum recursion depth exceeded during compilation",
        )
    }

    #[must_use]
    pub(crate) fn with_warnings(mut self, warnings: Vec<Warning>) -> CompileError {
        self.0.warnings = warnings;
        self
    }

    #[must_use]
    pub fn into_data(self) -> ErrorData {
        *self.0
    }
}

impl Deref for CompileError {
    type Target = ErrorData;

    fn deref(&self) -> &ErrorData {
        &self.0
    }
}

impl std::fmt::Display for CompileError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}: {}", self.kind, self.msg)?;
        match self.range {
            Some(range) => write!(f, " (line {}, column {})", range.lineno, range.col_offset + 1),
            None => Ok(()),
        }
    }
}

impl std::error::Error for CompileError {}
