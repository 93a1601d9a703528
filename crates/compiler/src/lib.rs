//! Syntax tree to symbol tables to flow graph to code.

pub mod error;

pub use error::{CompileError, ErrorKind};
