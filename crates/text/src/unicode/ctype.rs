//! The predicates and digit values behind the `str.is...` methods and identifiers.
//! CPython's counterpart: `_PyUnicode_IsAlpha` and its siblings.

use super::tables::{trie, types as t};

/// One distinct combination of flags, digit values and case mappings.
pub struct TypeRecord {
    pub flags: u16,
    /// 255 when there is none, as for `digit`.
    pub decimal: u8,
    pub digit: u8,
    /// Upper, lower, title, casefold: a distance, or with `EXTENDED` position | length << 16.
    pub cases: [i32; 4],
}

#[inline]
pub(crate) fn record(cp: u32) -> &'static TypeRecord {
    &t::RECORDS[trie!(cp, t::TYPE_SHIFT, t::TYPE_BLOCKS, t::TYPE_VALUES)]
}

#[inline]
fn has(cp: u32, flags: u16) -> bool {
    record(cp).flags & flags != 0
}

macro_rules! predicates {
    ($($(#[$doc:meta])* $name:ident = $flags:expr;)*) => {$(
        $(#[$doc])*
        #[inline]
        pub fn $name(cp: u32) -> bool {
            has(cp, $flags)
        }
    )*};
}

predicates! {
    is_alpha = t::ALPHA;
    is_alnum = t::ALPHA | t::DECIMAL | t::DIGIT | t::NUMERIC;
    is_decimal = t::DECIMAL;
    is_digit = t::DIGIT;
    is_numeric = t::NUMERIC;
    /// `str.isspace`, `str.split` and the whitespace around numbers.
    is_space = t::SPACE;
    /// What `repr` shows as it is.
    is_printable = t::PRINTABLE;
    is_lower = t::LOWER;
    is_upper = t::UPPER;
    /// A titlecase letter proper (category Lt).
    is_title = t::TITLE;
    /// Has case at all: what `str.title` looks for before a letter.
    is_cased = t::CASED;
    /// Skipped when a sigma looks for letters around it.
    is_case_ignorable = t::CASE_IGNORABLE;
}

/// May start an identifier, `_` included.
#[inline]
pub fn is_xid_start(c: impl Into<u32>) -> bool {
    has(c.into(), t::XID_START)
}

/// May continue an identifier.
#[inline]
pub fn is_xid_continue(c: impl Into<u32>) -> bool {
    has(c.into(), t::XID_CONTINUE)
}

/// Ends a line for `str.splitlines`.
#[inline]
pub fn is_linebreak(cp: u32) -> bool {
    matches!(cp, 0x0a..=0x0d | 0x1c..=0x1e | 0x85 | 0x2028 | 0x2029)
}

/// The value of a decimal digit, as `int()` reads it.
#[inline]
pub fn decimal_value(cp: u32) -> Option<u8> {
    Some(record(cp).decimal).filter(|&v| v != 255)
}

/// The value of a digit, superscripts and the like included.
#[inline]
pub fn digit_value(cp: u32) -> Option<u8> {
    Some(record(cp).digit).filter(|&v| v != 255)
}
