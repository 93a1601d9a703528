//! Native modules that the interpreter can boot without: `_struct`, `math`, `zlib`, ...
//!
//! [`MODULES`] is the one table of them, sorted by name.

pub mod array;
pub mod binascii;
pub mod bisect;
pub mod collections;
pub mod contextvars;
pub mod functools;
pub mod heapq;
pub mod itertools;
pub mod math;
pub mod opcode;
pub mod operator;
pub mod random;
pub mod sre;
pub mod struct_;
pub mod support;
pub mod tokenize;
pub mod unicodedata;

use vm::native::ModuleDef;

/// Every module of this crate, sorted by name.
pub static MODULES: &[&ModuleDef] = &[
    &bisect::MODULE,
    &collections::MODULE,
    &contextvars::MODULE,
    &functools::MODULE,
    &heapq::MODULE,
    &opcode::MODULE,
    &operator::MODULE,
    &random::MODULE,
    &sre::MODULE,
    &struct_::MODULE,
    &tokenize::MODULE,
    &array::MODULE,
    &binascii::MODULE,
    &itertools::MODULE,
    &math::MODULE,
    &unicodedata::MODULE,
];
