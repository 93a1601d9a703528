//! Full case mappings of single code points.  The context rule for sigma needs neighbours and
//! is applied where strings are mapped (`utf8::case`).

use super::ctype::record;
use super::tables::types::{EXTENDED, EXTENDED_CASES};

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

#[inline]
fn mapping(cp: u32, column: usize) -> CaseMapping {
    let record = record(cp);
    let case = record.cases[column];
    if record.flags & EXTENDED == 0 {
        return CaseMapping::One(cp.wrapping_add_signed(case));
    }
    let (start, length) = ((case & 0xffff) as usize, (case >> 16) as usize);
    CaseMapping::Many(&EXTENDED_CASES[start..start + length])
}

#[inline]
pub fn to_upper(cp: u32) -> CaseMapping {
    mapping(cp, 0)
}

#[inline]
pub fn to_lower(cp: u32) -> CaseMapping {
    mapping(cp, 1)
}

#[inline]
pub fn to_title(cp: u32) -> CaseMapping {
    mapping(cp, 2)
}

#[inline]
pub fn to_casefold(cp: u32) -> CaseMapping {
    mapping(cp, 3)
}
