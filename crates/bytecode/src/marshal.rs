//! The marshal format, version 5, both ways, over anything that can play objects.
//!
//! [`read`] drives a [`Build`] that makes values (the vm makes objects, [`raw`] makes constants);
//! [`write`] asks a [`Dump`] what a value is. Sizes, nesting and references are checked here, so a
//! damaged or hostile input ends in an error, costs no more memory than its own length times a
//! constant, and no more native stack than [`MAX_DEPTH`] small frames.

pub mod raw;
mod reader;
mod writer;

pub use reader::{Build, ReadError, SliceSource, Source, UnicodeError, read};
pub use writer::{Dump, View, WriteError, write};

/// The newest version that is written.
pub const VERSION: i32 = 5;
/// Objects may nest this deep.
pub const MAX_DEPTH: usize = 2000;
/// Marks a value that later references may name, in the order of first bytes.
const FLAG_REF: u8 = 0x80;
/// Longest value whose length is written in four bytes.
const SIZE_MAX: usize = 0x7FFF_FFFF;

macro_rules! codes {
    ($($name:ident = $byte:literal;)*) => { $(const $name: u8 = $byte;)* };
}

codes! {
    NULL = b'0';
    NONE = b'N';
    FALSE = b'F';
    TRUE = b'T';
    STOP_ITERATION = b'S';
    ELLIPSIS = b'.';
    INT = b'i';
    INT64 = b'I';
    LONG = b'l';
    FLOAT = b'f';
    BINARY_FLOAT = b'g';
    COMPLEX = b'x';
    BINARY_COMPLEX = b'y';
    BYTES = b's';
    INTERNED = b't';
    UNICODE = b'u';
    ASCII = b'a';
    ASCII_INTERNED = b'A';
    SHORT_ASCII = b'z';
    SHORT_ASCII_INTERNED = b'Z';
    TUPLE = b'(';
    SMALL_TUPLE = b')';
    LIST = b'[';
    DICT = b'{';
    SET = b'<';
    FROZENSET = b'>';
    SLICE = b':';
    CODE = b'c';
    REF = b'r';
}

/// The values that the format knows by a single byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Singleton {
    None,
    True,
    False,
    Ellipsis,
    /// The class.
    StopIteration,
}

/// The fields of a code object in the order of the format.
#[derive(Clone, Debug)]
pub struct CodeParts<V> {
    pub argcount: i32,
    pub posonlyargcount: i32,
    pub kwonlyargcount: i32,
    pub stacksize: i32,
    pub flags: i32,
    pub code: V,
    pub consts: V,
    pub names: V,
    pub localsplusnames: V,
    pub localspluskinds: V,
    pub filename: V,
    pub name: V,
    pub qualname: V,
    pub firstlineno: i32,
    pub linetable: V,
    pub exceptiontable: V,
}

#[cfg(test)]
mod tests;
