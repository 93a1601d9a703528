//! The columns of the Unicode database that `unicodedata` shows.

use super::normalize::hangul;
use super::tables::{database as t, decomposition as d, trie};
use std::fmt::Write;

/// One distinct combination of the columns; each is an index into its table of names.
pub struct Record {
    pub category: u8,
    pub bidirectional: u8,
    pub combining: u8,
    pub east_asian_width: u8,
    pub mirrored: bool,
    /// Two bits for NFC, NFKC, NFD, NFKD: 0 yes, 1 maybe, 2 no.
    pub quick_check: u8,
}

#[inline]
pub(crate) fn record(cp: u32) -> &'static Record {
    &t::RECORDS[trie!(cp, t::RECORD_SHIFT, t::RECORD_BLOCKS, t::RECORD_VALUES)]
}

/// General category, such as `"Lu"`.
pub fn category(cp: u32) -> &'static str {
    t::CATEGORIES[record(cp).category as usize]
}

/// Bidirectional class, empty for most unassigned code points.
pub fn bidirectional(cp: u32) -> &'static str {
    t::BIDIRECTIONAL[record(cp).bidirectional as usize]
}

/// Canonical combining class.
#[inline]
pub fn combining(cp: u32) -> u8 {
    record(cp).combining
}

pub fn east_asian_width(cp: u32) -> &'static str {
    t::EAST_ASIAN_WIDTHS[record(cp).east_asian_width as usize]
}

pub fn mirrored(cp: u32) -> bool {
    record(cp).mirrored
}

/// The numeric value of digits, fractions, numerals.
pub fn numeric_value(cp: u32) -> Option<f64> {
    match trie!(cp, t::NUMERIC_SHIFT, t::NUMERIC_BLOCKS, t::NUMERIC_VALUES) {
        0 => None,
        index => Some(t::NUMBERS[index]),
    }
}

/// A single-step decomposition: its tag (empty when canonical) and sequence.
#[inline]
pub(crate) fn raw_decomposition(cp: u32) -> Option<(u8, &'static [u32])> {
    let at = trie!(cp, d::DECOMPOSITION_SHIFT, d::DECOMPOSITION_BLOCKS, d::DECOMPOSITION_VALUES);
    if at == 0 {
        return None;
    }
    let head = d::DATA[at];
    Some(((head >> 8) as u8, &d::DATA[at + 1..at + 1 + (head & 255) as usize]))
}

/// `unicodedata.decomposition`: the tag and the code points in hexadecimal; empty if none.
pub fn decomposition(cp: u32) -> String {
    let mut out = String::new();
    let mut syllable = Vec::new();
    let (tag, sequence) = if hangul::is_syllable(cp) {
        hangul::decompose(cp, &mut syllable);
        (0, syllable.as_slice())
    } else {
        raw_decomposition(cp).unwrap_or_default()
    };
    out.push_str(d::TAGS[tag as usize]);
    for part in sequence {
        let space = if out.is_empty() { "" } else { " " };
        write!(out, "{space}{part:04X}").expect("writing to a String");
    }
    out
}
