//! Source text to tokens to syntax tree, with CPython's diagnostics.
//!
//! The tree knows nothing of scopes, constants are not folded, and no error is printed
//! here: what is wrong comes back as a value.

pub mod ast;
pub mod errors;
pub mod lexer;
pub mod literal;
pub mod source;
pub mod token;
