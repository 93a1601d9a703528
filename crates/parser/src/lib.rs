//! Source text to tokens to syntax tree, with CPython's diagnostics.

pub mod token;
