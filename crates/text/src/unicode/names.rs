//! Character names: `\N{...}`, `unicodedata.name` and `lookup`.
//!
//! `names.bin` holds a lexicon of words (frequent ones have one-byte codes, the others two) and
//! one phrase of codes per name, in groups with an offset each, plus the name indices by hash
//! for lookup.  Hangul and ideographs are computed.

use super::normalize::hangul;
use super::tables::names as t;

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Named {
    Char(u32),
    /// A named sequence, which `\N{}` does not accept and `unicodedata.lookup` does.
    Sequence(&'static [u32]),
}

const LEADS: [&str; 19] = [
    "G", "GG", "N", "D", "DD", "R", "M", "B", "BB", "S", "SS", "", "J", "JJ", "C", "K", "T", "P",
    "H",
];
const VOWELS: [&str; 21] = [
    "A", "AE", "YA", "YAE", "EO", "E", "YEO", "YE", "O", "WA", "WAE", "OE", "YO", "U", "WEO", "WE",
    "WI", "YU", "EU", "YI", "I",
];
const TAILS: [&str; 28] = [
    "", "G", "GG", "GS", "N", "NJ", "NH", "D", "L", "LG", "LM", "LB", "LS", "LT", "LP", "LH", "M",
    "B", "BS", "S", "SS", "NG", "J", "C", "K", "T", "P", "H",
];
const HANGUL: &str = "HANGUL SYLLABLE ";

/// The name of a code point; aliases are not names.
pub fn name(cp: u32) -> Option<String> {
    if hangul::is_syllable(cp) {
        let index = (cp - hangul::S) as usize;
        let (lead, rest) = (index / 588, index % 588);
        return Some([HANGUL, LEADS[lead], VOWELS[rest / 28], TAILS[rest % 28]].concat());
    }
    if let Some(&(_, _, prefix)) = t::DERIVED.iter().find(|&&(a, b, _)| a <= cp && cp <= b) {
        return Some(format!("{prefix}{cp:04X}"));
    }
    let after = t::RUNS.partition_point(|&(first, _, _)| first <= cp);
    let &(first, count, index) = t::RUNS.get(after.checked_sub(1)?)?;
    if cp - first >= u32::from(count) {
        return None;
    }
    let mut text = Vec::with_capacity(t::LONGEST_NAME);
    spell(usize::from(index) + (cp - first) as usize, &mut text);
    String::from_utf8(text).ok()
}

/// Finds a name, an alias or a named sequence, whatever its case.
pub fn lookup_name(name: &str) -> Option<Named> {
    if name.len() > t::LONGEST_NAME || !name.is_ascii() {
        return None;
    }
    let upper = name.to_ascii_uppercase();
    if let Some(syllable) = upper.strip_prefix(HANGUL) {
        return hangul_syllable(syllable).map(Named::Char);
    }
    if let Some(cp) = derived(&upper) {
        return Some(Named::Char(cp));
    }
    let bucket = (hash(upper.as_bytes()) >> (32 - t::BUCKET_BITS)) as usize;
    let first = read_u16(&t::BLOB[t::BUCKETS], bucket);
    let end = read_u16(&t::BLOB[t::BUCKETS], bucket + 1);
    let mut text = Vec::with_capacity(t::LONGEST_NAME);
    (first..end).map(|at| read_u16(&t::BLOB[t::HASHED], at)).find_map(|index| {
        text.clear();
        spell(index, &mut text);
        (text == upper.as_bytes()).then(|| owner(index))
    })
}

fn read_u16(section: &[u8], index: usize) -> usize {
    usize::from(u16::from_le_bytes([section[2 * index], section[2 * index + 1]]))
}

/// FNV-1a with a last multiplication, as in the generator.
fn hash(name: &[u8]) -> u32 {
    let fnv = |hash: u32, &byte: &u8| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    name.iter().fold(0x811c_9dc5, fnv).wrapping_mul(0x9e37_79b1)
}

/// The code point or sequence that has the name of this index.
fn owner(index: usize) -> Named {
    if let Some(extra) = index.checked_sub(t::FIRST_EXTRA) {
        let row = t::SEQUENCES[extra] as usize;
        return match &t::SEQUENCE_DATA[row >> 8..(row >> 8) + (row & 255)] {
            [cp] => Named::Char(*cp),
            sequence => Named::Sequence(sequence),
        };
    }
    let after = t::RUNS.partition_point(|&(_, _, start)| usize::from(start) <= index);
    let (first, _, start) = t::RUNS[after - 1];
    Named::Char(first + (index - usize::from(start)) as u32)
}

fn hangul_syllable(text: &str) -> Option<u32> {
    // The longest matching part wins, as parts are prefixes of each other.
    fn longest<'a>(parts: &[&str], text: &'a str) -> Option<(u32, &'a str)> {
        let matching = parts.iter().enumerate().filter(|(_, part)| text.starts_with(**part));
        let (index, part) = matching.max_by_key(|(_, part)| part.len())?;
        Some((index as u32, &text[part.len()..]))
    }
    let (lead, rest) = longest(&LEADS, text)?;
    let (vowel, rest) = longest(&VOWELS, rest)?;
    let (tail, rest) = longest(&TAILS, rest)?;
    rest.is_empty().then_some(hangul::S + (lead * 21 + vowel) * 28 + tail)
}

/// Names that end in their code point.
fn derived(name: &str) -> Option<u32> {
    let (prefix, digits) = name.split_at(name.rfind('-')? + 1);
    if !(4..=6).contains(&digits.len()) || digits.starts_with('0') {
        return None;
    }
    if !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    let cp = u32::from_str_radix(digits, 16).ok()?;
    let found = t::DERIVED.iter().any(|&(a, b, p)| a <= cp && cp <= b && p == prefix);
    found.then_some(cp)
}

/// Appends the name with this index.
fn spell(index: usize, out: &mut Vec<u8>) {
    let phrases = &t::BLOB[t::PHRASES];
    let phrase = entry::<16>(phrases, &t::BLOB[t::PHRASE_OFFSETS], index);
    let mut codes = phrase.iter().map(|&b| usize::from(b));
    while let Some(code) = codes.next() {
        let word = match code.checked_sub(t::SHORT_CODES) {
            None => code,
            Some(high) => t::SHORT_CODES + high * 256 + codes.next().unwrap_or(0),
        };
        let word = entry::<4>(&t::BLOB[t::LEXICON], &t::BLOB[t::LEXICON_OFFSETS], word);
        if !out.is_empty() && word.first().is_some_and(u8::is_ascii_alphanumeric) {
            out.push(b' ');
        }
        out.extend_from_slice(word);
    }
}

/// The item of this index in a section of length-prefixed items with an offset per group.
fn entry<'a, const GROUP: usize>(items: &'a [u8], offsets: &[u8], index: usize) -> &'a [u8] {
    let at = index / GROUP * 4;
    let offset = [offsets[at], offsets[at + 1], offsets[at + 2], offsets[at + 3]];
    let mut start = u32::from_le_bytes(offset) as usize;
    for _ in 0..index % GROUP {
        start += 1 + usize::from(items[start]);
    }
    &items[start + 1..start + 1 + usize::from(items[start])]
}
