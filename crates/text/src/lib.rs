//! Strings as bytes: generalised UTF-8, Unicode tables, codecs, format specs, floats.
//!
//! Text here is a `&[u8]` in generalised UTF-8: every code point 0..=10FFFF is encoded on its
//! own, surrogates as three-byte sequences that are never joined.  A code point is a `u32`.
//! Nothing here knows a Python object, and nothing panics on any input.

pub mod codecs;
pub mod float;
pub mod format;
pub mod unicode;
pub mod utf8;
