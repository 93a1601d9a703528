//! Full case mappings of single code points.  The context rule for sigma needs neighbours and
//! is applied where strings are mapped (`utf8::case`).

use super::ctype::record;
use super::tables::types::{EXTENDED, EXTENDED_CASES};
use crate::utf8::push;

/// The one to three code points that one maps to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaseMapping {
    One(u32),
    Many(&'static [u16]),
}

impl Iterator for CaseMapping {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        match self {
            CaseMapping::One(cp) => {
                let cp = *cp;
                *self = CaseMapping::Many(&[]);
                Some(cp)
            }
            CaseMapping::Many(rest) => {
                let (&first, tail) = rest.split_first()?;
                *rest = tail;
                Some(u32::from(first))
            }
        }
    }
}

/// Which mapping: a column of the records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Case {
    Upper = 0,
    Lower = 1,
    Title = 2,
    Fold = 3,
}

#[inline]
fn mapping(cp: u32, case: Case) -> CaseMapping {
    let record = record(cp);
    let value = record.cases[case as usize];
    if record.flags & EXTENDED == 0 {
        return CaseMapping::One(cp.wrapping_add_signed(value));
    }
    let (start, length) = ((value & 0xffff) as usize, (value >> 16) as usize);
    CaseMapping::Many(&EXTENDED_CASES[start..start + length])
}

/// Appends what a code point maps to.
#[inline]
pub fn push_mapped(out: &mut Vec<u8>, cp: u32, case: Case) {
    match mapping(cp, case) {
        CaseMapping::One(cp) => push(out, cp),
        CaseMapping::Many(points) => points.iter().for_each(|&cp| push(out, u32::from(cp))),
    }
}

#[inline]
pub fn to_upper(cp: u32) -> CaseMapping {
    mapping(cp, Case::Upper)
}

#[inline]
pub fn to_lower(cp: u32) -> CaseMapping {
    mapping(cp, Case::Lower)
}

#[inline]
pub fn to_title(cp: u32) -> CaseMapping {
    mapping(cp, Case::Title)
}

#[inline]
pub fn to_casefold(cp: u32) -> CaseMapping {
    mapping(cp, Case::Fold)
}
