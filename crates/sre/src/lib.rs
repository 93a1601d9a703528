//! The regular-expression matcher behind `_sre`.
//!
//! `re`'s Python half compiles a pattern to CPython's code words.  Here they are
//! checked and translated, once, into a [`Program`]: a flat list of small
//! instructions with side tables, in which runs of literals are one comparison,
//! case-insensitive characters and sets are 256-entry tables, and alternatives
//! and repeats know which characters can start what follows.  A [`State`] then
//! runs a program over a [`Subject`].
//!
//! What stays true:
//! * Words that `re` could not have made are refused by [`Program::new`]; a program
//!   never indexes outside its tables, and nothing a pattern or subject holds can
//!   make the matcher panic.
//! * Matching never recurses: pending choices live on a heap stack, which fails
//!   with [`Error::Memory`], and every few thousand steps the caller is polled.
//! * Positions are byte offsets.  Text that is not ASCII is matched as the UTF-8
//!   it is stored in; code point indices are the caller's business.
//! * This crate knows no Python objects and no pattern syntax.

mod build;
mod case;
mod charset;
mod exec;
mod first;
mod opcodes;
mod prefix;
mod program;
mod search;
mod single;
mod subject;

pub use build::InvalidCode;
pub use case::{
    Locale, ascii_iscased, ascii_tolower, unicode_iscased, unicode_tolower, unicode_toupper,
};
pub use exec::{Error, Mode, Span, State};
pub use opcodes::{CODESIZE, MAGIC, MAXGROUPS, MAXREPEAT};
pub use program::Program;
pub use subject::{Bytes, Subject, Utf8};
