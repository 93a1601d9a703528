//! The three formatting mini-languages: format specs, `str.format` templates, and `%`.
//! CPython's counterpart: `Python/formatter_unicode.c`, `Objects/stringlib/unicode_format.h`,
//! `unicode_format.c`.
//!
//! Values come in as what is left of them without objects: digits, floats, text.  Results are
//! appended to a buffer, which is left as it was when an error is returned.

pub mod grouping;
pub mod percent;
pub mod render;
pub mod spec;
pub mod template;

pub use grouping::NumberLocale;
pub use percent::{PercentArgs, PercentSpec};
pub use render::{format_char, format_complex, format_float, format_int, format_text};
pub use spec::{IntStyle, Spec};
pub use template::{AutoNumber, FieldName, Markup, Part, Template};

use crate::utf8::SizeError;

/// Which exception an error becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    Value,
    Type,
    Overflow,
    Memory,
}

/// An error of formatting: the exception and its message, in generalised UTF-8 since it can
/// quote the spec.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormatError {
    pub kind: ErrorKind,
    pub message: Vec<u8>,
}

impl FormatError {
    #[cold]
    pub fn value(message: impl Into<Vec<u8>>) -> FormatError {
        FormatError { kind: ErrorKind::Value, message: message.into() }
    }

    #[cold]
    pub fn type_error(message: impl Into<Vec<u8>>) -> FormatError {
        FormatError { kind: ErrorKind::Type, message: message.into() }
    }

    #[cold]
    pub fn overflow(message: impl Into<Vec<u8>>) -> FormatError {
        FormatError { kind: ErrorKind::Overflow, message: message.into() }
    }
}

impl From<SizeError> for FormatError {
    /// Whatever cannot be allocated is out of memory here, as in CPython.
    fn from(_: SizeError) -> FormatError {
        FormatError { kind: ErrorKind::Memory, message: Vec::new() }
    }
}

/// Makes room, or says that there is none.
fn reserve(out: &mut Vec<u8>, size: usize) -> Result<(), FormatError> {
    out.try_reserve(size).map_err(|_| SizeError::Memory.into())
}
