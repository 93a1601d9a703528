//! CPython 3.14's bytecode as data: the instruction table, raw code objects, the tables beside
//! them, the marshal format, and the verifier that makes foreign code safe to run.
//!
//! The machine in brief. Code is a sequence of two-byte units: an opcode and eight bits of operand;
//! `EXTENDED_ARG` units in front supply higher bits. Some instructions are followed by inline-cache
//! units that belong to them. Jumps count units from the end of the instruction, caches included.
//! A frame's window is locals, then cells, then free variables ("localsplus"), then the evaluation
//! stack, at most [`RawCode::stacksize`] deep.
//!
//! This crate knows no objects: a constant is a [`Const`], a string is bytes of generalised UTF-8
//! ([`RawStr`]), and the marshal reader builds whatever its caller's `Build` makes.
//!
//! Reading order: [`opcodes`] (THE table), [`opcode`], [`oparg`], [`code`], [`linetable`],
//! [`exception_table`], [`marshal`], [`verify`], [`disassemble`], [`metadata`].

pub mod code;
pub mod disassemble;
pub mod exception_table;
pub mod linetable;
pub mod marshal;
pub mod metadata;
pub mod oparg;
pub mod opcode;
pub mod opcodes;
pub mod verify;

pub use code::{CodeFlags, Const, LocalKind, RawCode, RawStr};
pub use opcode::{Effect, OpFlags, OpInfo, OpKind, Opcode, Operand};
