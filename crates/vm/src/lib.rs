//! Values, objects, types, frames, the eval loop, builtin types, exceptions, import, GC.
//!
//! Reading order: `object` (words and heap objects), `types`, `vm` and `interpreter`
//! (state), `call`, `protocol` (what operators do), `frame` and `interp` (execution),
//! `builtins` (one type per file), `modules` (those the interpreter boots with).
//! This crate knows no module of `stdlib` and no terminal.

#![deny(unsafe_code)]

pub mod builtins;
pub mod call;
pub mod cell;
pub mod compile;
pub mod containers;
pub mod datastack;
pub mod exceptions;
pub mod frame;
pub mod gc;
pub mod import;
pub mod interp;
pub mod interpreter;
pub mod lifecycle;
pub mod modules;
pub mod names;
pub mod native;
pub mod object;
pub mod prelude;
pub mod protocol;
pub mod types;
pub mod vm;
