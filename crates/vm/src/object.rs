//! Values and heap objects: the word, the header, references, casts, allocation.
//!
//! A value is one NaN-boxed word (`word`).  A heap object is
//!
//! ```text
//!   address - 32   dict (or 0)        EXT prefix, present when the type has EXT
//!   address - 24   weakref list       (EXT implies GC)
//!   address - 16   GC next            GC prefix, present when the type has GC
//!   address -  8   GC prev
//!   address        count | flags      Header, 16 bytes
//!   address +  8   type
//!   address + 16   payload
//! ```
//!
//! Invariants: a word whose top 16 bits are zero and which is not zero is the address of
//! a live `Header` (bit 0 may mark a borrow, only inside a [`StackRef`]); the payload of an
//! object is of the Rust type named by its type's `spec`; a count with the top bit set is
//! immortal and never written.

#![allow(unsafe_code)]

pub mod alloc;
pub mod args;
pub mod foreign_layout;
pub mod header;
pub mod inline_values;
pub mod refs;
pub mod stackref;
pub mod word;

pub use alloc::{Dealloc, Layout};
pub use header::{Header, ObjFlags};
pub use refs::{Py, PyObject, PyObjectRef, PyPayload, PyRef, Traverse, Visitor};
pub use stackref::StackRef;
