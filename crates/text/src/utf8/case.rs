//! Case mappings and case tests of whole texts, `str` and `bytes` alike.
//! Results borrow when nothing changes.

use super::{code_points, decode_at, push};
use crate::unicode as u;
use crate::unicode::case::{Case, push_mapped};
use std::borrow::Cow;

const SIGMA: u32 = 0x3a3;
const FINAL_SIGMA: u32 = 0x3c2;

fn map_ascii(text: &[u8], changes: fn(&u8) -> bool, map: fn(&mut [u8])) -> Cow<'_, [u8]> {
    if !text.iter().any(changes) {
        return Cow::Borrowed(text);
    }
    let mut out = text.to_vec();
    map(&mut out);
    Cow::Owned(out)
}

fn map_all(text: &[u8], map_ascii: fn(&u8) -> u8, case: Case) -> Cow<'_, [u8]> {
    let mut out = Vec::with_capacity(text.len());
    for cp in code_points(text) {
        if cp < 0x80 {
            out.push(map_ascii(&(cp as u8)));
        } else {
            push_mapped(&mut out, cp, case);
        }
    }
    settle(text, out)
}

fn settle(text: &[u8], out: Vec<u8>) -> Cow<'_, [u8]> {
    if out == text { Cow::Borrowed(text) } else { Cow::Owned(out) }
}

/// `bytes.upper`, and `str.upper` of ASCII.
pub fn ascii_upper(text: &[u8]) -> Cow<'_, [u8]> {
    map_ascii(text, u8::is_ascii_lowercase, <[u8]>::make_ascii_uppercase)
}

/// `bytes.lower`, and `str.lower` of ASCII.
pub fn ascii_lower(text: &[u8]) -> Cow<'_, [u8]> {
    map_ascii(text, u8::is_ascii_uppercase, <[u8]>::make_ascii_lowercase)
}

pub fn ascii_swapcase(text: &[u8]) -> Vec<u8> {
    text.iter().map(|b| if b.is_ascii_alphabetic() { b ^ 0x20 } else { *b }).collect()
}

pub fn ascii_capitalize(text: &[u8]) -> Vec<u8> {
    let mut out = text.to_ascii_lowercase();
    out[..text.len().min(1)].make_ascii_uppercase();
    out
}

pub fn ascii_title(text: &[u8]) -> Vec<u8> {
    let mut inside = false;
    text.iter()
        .map(|b| {
            let mapped = if inside { b.to_ascii_lowercase() } else { b.to_ascii_uppercase() };
            inside = b.is_ascii_alphabetic();
            mapped
        })
        .collect()
}

pub fn upper(text: &[u8]) -> Cow<'_, [u8]> {
    if text.is_ascii() {
        ascii_upper(text)
    } else {
        map_all(text, u8::to_ascii_uppercase, Case::Upper)
    }
}

pub fn casefold(text: &[u8]) -> Cow<'_, [u8]> {
    if text.is_ascii() {
        ascii_lower(text)
    } else {
        map_all(text, u8::to_ascii_lowercase, Case::Fold)
    }
}

pub fn lower(text: &[u8]) -> Cow<'_, [u8]> {
    if text.is_ascii() {
        return ascii_lower(text);
    }
    let mut out = Vec::with_capacity(text.len());
    each(text, |cp, at| push_lower(&mut out, text, cp, at));
    settle(text, out)
}

pub fn swapcase(text: &[u8]) -> Vec<u8> {
    if text.is_ascii() {
        return ascii_swapcase(text);
    }
    let mut out = Vec::with_capacity(text.len());
    each(text, |cp, at| {
        if u::is_upper(cp) {
            push_lower(&mut out, text, cp, at);
        } else if u::is_lower(cp) {
            push_mapped(&mut out, cp, Case::Upper);
        } else {
            push(&mut out, cp);
        }
    });
    out
}

pub fn capitalize(text: &[u8]) -> Vec<u8> {
    if text.is_ascii() {
        return ascii_capitalize(text);
    }
    let mut out = Vec::with_capacity(text.len());
    each(text, |cp, at| {
        if at == 0 {
            push_mapped(&mut out, cp, Case::Title);
        } else {
            push_lower(&mut out, text, cp, at);
        }
    });
    out
}

pub fn title(text: &[u8]) -> Vec<u8> {
    if text.is_ascii() {
        return ascii_title(text);
    }
    let mut out = Vec::with_capacity(text.len());
    let mut inside = false;
    each(text, |cp, at| {
        if inside {
            push_lower(&mut out, text, cp, at);
        } else {
            push_mapped(&mut out, cp, Case::Title);
        }
        inside = u::is_cased(cp);
    });
    out
}

fn each(text: &[u8], mut f: impl FnMut(u32, usize)) {
    let mut at = 0;
    while let Some((cp, len)) = decode_at(text, at) {
        f(cp, at);
        at += len;
    }
}

fn push_lower(out: &mut Vec<u8>, text: &[u8], cp: u32, at: usize) {
    if cp == SIGMA && sigma_is_final(text, at) {
        return push(out, FINAL_SIGMA);
    }
    if cp < 0x80 {
        out.push((cp as u8).to_ascii_lowercase());
    } else {
        push_mapped(out, cp, Case::Lower);
    }
}

/// A sigma is final after a cased letter and before none, case-ignorable characters aside.
fn sigma_is_final(text: &[u8], at: usize) -> bool {
    let near = |mut points: &mut dyn Iterator<Item = u32>| {
        Iterator::find(&mut points, |&cp| !u::is_case_ignorable(cp)).is_some_and(u::is_cased)
    };
    near(&mut code_points(&text[..at]).rev()) && !near(&mut code_points(&text[at + 2..]))
}

/// `str.isupper`: some uppercase, no lowercase and no titlecase.
pub fn is_upper(text: &[u8]) -> bool {
    one_case(text, u::is_upper, u::is_lower)
}

/// `str.islower`: some lowercase, no uppercase and no titlecase.
pub fn is_lower(text: &[u8]) -> bool {
    one_case(text, u::is_lower, u::is_upper)
}

fn one_case(text: &[u8], wanted: fn(u32) -> bool, other: fn(u32) -> bool) -> bool {
    let mut found = false;
    for cp in code_points(text) {
        if other(cp) || u::is_title(cp) {
            return false;
        }
        found |= wanted(cp);
    }
    found
}

/// `str.istitle`: uppercase only at the start of words, lowercase only inside.
pub fn is_title(text: &[u8]) -> bool {
    title_case(code_points(text), |cp| u::is_upper(cp) || u::is_title(cp), u::is_lower)
}

/// `bytes.istitle`.
pub fn ascii_is_title(text: &[u8]) -> bool {
    let ascii = |f: fn(&u8) -> bool| move |cp: u32| f(&(cp as u8));
    let upper = ascii(u8::is_ascii_uppercase);
    title_case(text.iter().map(|&b| u32::from(b)), upper, ascii(u8::is_ascii_lowercase))
}

fn title_case(
    units: impl Iterator<Item = u32>,
    upper: impl Fn(u32) -> bool,
    lower: impl Fn(u32) -> bool,
) -> bool {
    let (mut found, mut inside) = (false, false);
    for unit in units {
        if upper(unit) {
            if inside {
                return false;
            }
            (found, inside) = (true, true);
        } else if lower(unit) {
            if !inside {
                return false;
            }
            found = true;
        } else {
            inside = false;
        }
    }
    found
}

/// `bytes.isupper`.
pub fn ascii_is_upper(text: &[u8]) -> bool {
    text.iter().any(u8::is_ascii_uppercase) && !text.iter().any(u8::is_ascii_lowercase)
}

/// `bytes.islower`.
pub fn ascii_is_lower(text: &[u8]) -> bool {
    text.iter().any(u8::is_ascii_lowercase) && !text.iter().any(u8::is_ascii_uppercase)
}

/// Whether the text is not empty and every code point passes: `str.isalpha` and the like.
pub fn all(text: &[u8], test: impl Fn(u32) -> bool) -> bool {
    !text.is_empty() && code_points(text).all(test)
}

/// `str.isidentifier`.
pub fn is_identifier(text: &[u8]) -> bool {
    let mut points = code_points(text);
    points.next().is_some_and(u::is_xid_start) && points.all(u::is_xid_continue)
}
