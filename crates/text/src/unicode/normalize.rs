//! The four normal forms over generalised UTF-8.
//! CPython's counterpart: `nfd_nfkd`, `nfc_nfkc` and `is_normalized_quickcheck`.

use super::database::{combining, raw_decomposition, record};
use super::tables::decomposition as t;
use super::ucd_3_2_0;
use crate::utf8::{self, push};
use std::borrow::Cow;

/// A normal form.  The discriminant is the pair of quick-check bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    Nfc = 0,
    Nfkc = 1,
    Nfd = 2,
    Nfkd = 3,
}

impl Form {
    pub fn from_name(name: &str) -> Option<Form> {
        Some(match name {
            "NFC" => Form::Nfc,
            "NFKC" => Form::Nfkc,
            "NFD" => Form::Nfd,
            "NFKD" => Form::Nfkd,
            _ => return None,
        })
    }

    fn compatible(self) -> bool {
        matches!(self, Form::Nfkc | Form::Nfkd)
    }

    fn composes(self) -> bool {
        matches!(self, Form::Nfc | Form::Nfkc)
    }
}

/// Hangul syllables, which the standard composes by arithmetic.
pub(crate) mod hangul {
    pub const S: u32 = 0xac00;
    pub const L: u32 = 0x1100;
    pub const V: u32 = 0x1161;
    pub const T: u32 = 0x11a7;
    pub const L_COUNT: u32 = 19;
    pub const V_COUNT: u32 = 21;
    pub const T_COUNT: u32 = 28;
    pub const COUNT: u32 = L_COUNT * V_COUNT * T_COUNT;

    pub fn is_syllable(cp: u32) -> bool {
        (S..S + COUNT).contains(&cp)
    }

    /// Appends the two or three jamo of a syllable.
    pub fn decompose(cp: u32, out: &mut Vec<u32>) {
        let index = cp - S;
        out.push(L + index / (V_COUNT * T_COUNT));
        out.push(V + index % (V_COUNT * T_COUNT) / T_COUNT);
        if !index.is_multiple_of(T_COUNT) {
            out.push(T + index % T_COUNT);
        }
    }
}

#[derive(PartialEq)]
enum Quick {
    Yes,
    Maybe,
    No,
}

fn quick_check(form: Form, text: &[u8]) -> Quick {
    let mut last = 0;
    let mut result = Quick::Yes;
    for cp in utf8::code_points(text) {
        if cp < 0x80 {
            last = 0;
            continue;
        }
        let record = record(cp);
        if record.combining != 0 && last > record.combining {
            return Quick::No;
        }
        last = record.combining;
        match record.quick_check >> (2 * form as u8) & 3 {
            0 => {}
            1 => result = Quick::Maybe,
            _ => return Quick::No,
        }
    }
    result
}

/// Whether `text` is already in the form.
pub fn is_normalized(form: Form, text: &[u8]) -> bool {
    if text.is_ascii() {
        return true;
    }
    match quick_check(form, text) {
        Quick::Yes => true,
        Quick::No => false,
        Quick::Maybe => transform(form, text, false) == text,
    }
}

/// Brings `text` into the form; borrows when it already is.
pub fn normalize(form: Form, text: &[u8]) -> Cow<'_, [u8]> {
    if text.is_ascii() || quick_check(form, text) == Quick::Yes {
        return Cow::Borrowed(text);
    }
    Cow::Owned(transform(form, text, false))
}

/// NFKC of a Rust string: how identifiers are normalised.
pub fn nfkc(text: &str) -> Cow<'_, str> {
    match normalize(Form::Nfkc, text.as_bytes()) {
        Cow::Borrowed(_) => Cow::Borrowed(text),
        Cow::Owned(bytes) => Cow::Owned(String::from_utf8_lossy(&bytes).into_owned()),
    }
}

pub(super) fn normalize_old(form: Form, text: &[u8]) -> Vec<u8> {
    if text.is_ascii() { text.to_vec() } else { transform(form, text, true) }
}

fn transform(form: Form, text: &[u8], old: bool) -> Vec<u8> {
    let mut points = Vec::with_capacity(text.len());
    for cp in utf8::code_points(text) {
        decompose(cp, form.compatible(), old, &mut points);
    }
    reorder(&mut points);
    if form.composes() {
        compose(&mut points);
    }
    let mut out = Vec::with_capacity(text.len());
    for cp in points {
        push(&mut out, cp);
    }
    out
}

/// Appends the full decomposition.  The depth is bounded by the tables (at most 4).
fn decompose(cp: u32, compatible: bool, old: bool, out: &mut Vec<u32>) {
    if cp < 0x80 {
        return out.push(cp);
    }
    if hangul::is_syllable(cp) {
        return hangul::decompose(cp, out);
    }
    if old {
        if let Some(to) = ucd_3_2_0::corrected(cp) {
            return out.push(to);
        }
        if !ucd_3_2_0::is_assigned(cp) {
            return out.push(cp);
        }
    }
    match raw_decomposition(cp) {
        Some((tag, sequence)) if tag == 0 || compatible => {
            for &part in sequence {
                decompose(part, compatible, old, out);
            }
        }
        _ => out.push(cp),
    }
}

/// Sorts every run of combining marks by class, stably.
fn reorder(points: &mut [u32]) {
    let mut start = 0;
    while start < points.len() {
        if combining(points[start]) == 0 {
            start += 1;
            continue;
        }
        let length = points[start..].iter().take_while(|&&cp| combining(cp) != 0).count();
        let run = &mut points[start..start + length];
        if length > 1 {
            run.sort_by_key(|&cp| combining(cp));
        }
        start += length;
    }
}

/// Joins pairs in place: each starter absorbs the following characters not blocked from it.
fn compose(points: &mut Vec<u32>) {
    let mut starter: Option<usize> = None;
    let mut last_class = 0;
    let mut end = 0;
    for at in 0..points.len() {
        let cp = points[at];
        let class = combining(cp);
        if let Some(base) = starter {
            let adjacent = base + 1 == end;
            let blocked = !adjacent && (last_class == 0 || last_class >= class);
            if !blocked && let Some(joined) = pair(points[base], cp) {
                points[base] = joined;
                continue;
            }
        }
        if class == 0 {
            starter = Some(end);
        }
        last_class = class;
        points[end] = cp;
        end += 1;
    }
    points.truncate(end);
}

fn pair(first: u32, second: u32) -> Option<u32> {
    use hangul::*;
    if (L..L + L_COUNT).contains(&first) && (V..V + V_COUNT).contains(&second) {
        return Some(S + ((first - L) * V_COUNT + (second - V)) * T_COUNT);
    }
    if is_syllable(first)
        && (first - S).is_multiple_of(T_COUNT)
        && (T + 1..T + T_COUNT).contains(&second)
    {
        return Some(first + second - T);
    }
    let key = u64::from(first) << 32 | u64::from(second);
    t::PAIRS.binary_search(&key).ok().map(|index| t::COMPOSED[index])
}
