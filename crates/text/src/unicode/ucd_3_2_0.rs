//! The Unicode 3.2.0 view of the database, `unicodedata.ucd_3_2_0`, which IDNA and stringprep
//! are defined over: the current tables plus a table of differences.

use super::database;
use super::normalize::{Form, normalize_old};
use super::tables::{database as db, trie, ucd_3_2_0 as t};

/// What 3.2.0 says differently; 255 (0 for `numeric`) means no difference.
pub struct Change {
    pub category: u8,
    pub bidirectional: u8,
    pub east_asian_width: u8,
    pub mirrored: u8,
    /// 254: there is none.
    pub decimal: u8,
    /// Index + 1 into the table of changed numbers.
    pub numeric: u8,
}

fn change(cp: u32) -> &'static Change {
    &t::CHANGES[trie!(cp, t::CHANGE_SHIFT, t::CHANGE_BLOCKS, t::CHANGE_VALUES)]
}

/// False for code points that 3.2.0 had not assigned and a later version has.
pub fn is_assigned(cp: u32) -> bool {
    change(cp).category != 0
}

pub fn category(cp: u32) -> &'static str {
    match change(cp).category {
        255 => database::category(cp),
        index => db::CATEGORIES[index as usize],
    }
}

pub fn bidirectional(cp: u32) -> &'static str {
    match change(cp).bidirectional {
        255 => database::bidirectional(cp),
        index => db::BIDIRECTIONAL[index as usize],
    }
}

pub fn east_asian_width(cp: u32) -> &'static str {
    match change(cp).east_asian_width {
        255 => database::east_asian_width(cp),
        index => db::EAST_ASIAN_WIDTHS[index as usize],
    }
}

pub fn mirrored(cp: u32) -> bool {
    match change(cp).mirrored {
        255 => database::mirrored(cp),
        value => value != 0,
    }
}

pub fn combining(cp: u32) -> u8 {
    if is_assigned(cp) { database::combining(cp) } else { 0 }
}

pub fn decimal_value(cp: u32) -> Option<u8> {
    match change(cp).decimal {
        255 => super::decimal_value(cp),
        254 => None,
        value => Some(value),
    }
}

pub fn numeric_value(cp: u32) -> Option<f64> {
    match change(cp).numeric {
        0 => database::numeric_value(cp),
        index => t::NUMBERS[index as usize - 1],
    }
}

/// What one of the few code points corrected later normalised to (only there: the
/// decomposition is shown corrected).
pub(crate) fn corrected(cp: u32) -> Option<u32> {
    t::CORRECTED.iter().find(|&&(from, _)| from == cp).map(|&(_, to)| to)
}

pub fn decomposition(cp: u32) -> String {
    if is_assigned(cp) { database::decomposition(cp) } else { String::new() }
}

/// Normalises generalised UTF-8 by the rules of 3.2.0.
pub fn normalize(form: Form, text: &[u8]) -> Vec<u8> {
    normalize_old(form, text)
}
