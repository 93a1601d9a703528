//! Native modules that the interpreter can boot without: `_struct`, `math`, `zlib`, ...
//!
//! [`MODULES`] is the one table of them, sorted by name.

pub mod array;
pub mod binascii;
pub mod bisect;
pub mod cmath;
pub mod collections;
pub mod contextvars;
pub mod csv;
pub mod fcntl;
pub mod functools;
pub mod hashes;
pub mod heapq;
pub mod itertools;
pub mod math;
pub mod opcode;
pub mod operator;
pub mod posixsubprocess;
pub mod random;
pub mod resource;
pub mod select;
pub mod socket;
pub mod sre;
pub mod statistics;
pub mod struct_;
pub mod support;
pub mod symtable;
pub mod tokenize;
pub mod types;
pub mod unicodedata;

use vm::native::ModuleDef;

/// Every module of this crate, sorted by name.
pub static MODULES: &[&ModuleDef] = &[
    &bisect::MODULE,
    &hashes::blake2::MODULE,
    &collections::MODULE,
    &contextvars::MODULE,
    &csv::MODULE,
    &functools::MODULE,
    &heapq::MODULE,
    &hashes::hmac::MODULE,
    &hashes::md5::MODULE,
    &opcode::MODULE,
    &operator::MODULE,
    &posixsubprocess::MODULE,
    &random::MODULE,
    &hashes::sha1::MODULE,
    &hashes::sha2::MODULE,
    &hashes::sha3::MODULE,
    &socket::MODULE,
    &sre::MODULE,
    &statistics::MODULE,
    &struct_::MODULE,
    &symtable::MODULE,
    &tokenize::MODULE,
    &types::MODULE,
    &array::MODULE,
    &binascii::MODULE,
    &cmath::MODULE,
    &fcntl::MODULE,
    &itertools::MODULE,
    &math::MODULE,
    &resource::MODULE,
    &select::MODULE,
    &unicodedata::MODULE,
];
