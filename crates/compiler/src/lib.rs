//! Syntax tree to symbol tables to flow graph to code.

pub mod error;
pub mod instrs;

pub use error::{CompileError, ErrorKind};
