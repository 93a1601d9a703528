//! Syntax tree to symbol tables to flow graph to code.

pub mod assemble;
pub mod error;
mod flowgraph;
pub mod instrs;

pub use error::{CompileError, ErrorKind};
