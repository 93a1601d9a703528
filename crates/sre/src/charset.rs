//! Sets of characters: a table for the first 256, CPython's set words for the rest.

use std::sync::OnceLock;

use crate::case::{Fold, Locale, in_category, unicode_toupper};
use crate::first;
use crate::opcodes::{Category, Op};
use crate::prefix::leads;

/// A set made of words, or a literal under a fold.
#[derive(Clone, Debug)]
pub(crate) struct Set {
    /// Members below 256.  Unused when the set asks the locale.
    pub(crate) table: [bool; 256],
    beyond: Beyond,
    /// Lead bytes, as bits from 0xc0 on, of the UTF-8 of members from 256 on; too
    /// many, perhaps.
    pub(crate) leads: u64,
    /// Members in 256..0x800, made when one is first asked for: the letters of most
    /// alphabets.
    near: OnceLock<Box<[u32; 64]>>,
    pub(crate) source: Source,
    pub(crate) fold: Fold,
}

/// Which characters from 256 on are members.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Beyond {
    None,
    All,
    Ask,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// Set words up to and with the closing `Failure`, checked by `check`.
    Words(Box<[u32]>),
    /// The characters that fold to this one.
    Literal(u32),
    /// The others.
    NotLiteral(u32),
}

impl Set {
    pub(crate) fn new(source: Source, fold: Fold) -> Self {
        let mut set = Set {
            table: [false; 256],
            beyond: Beyond::Ask,
            leads: first::ALL,
            near: OnceLock::new(),
            source,
            fold,
        };
        for ch in 0..256 {
            set.table[ch as usize] = set.ask(ch, &Locale::C);
        }
        if fold != Fold::Unicode && fold != Fold::Locale {
            set.beyond = match &set.source {
                Source::Words(words) => beyond(words),
                Source::Literal(ch) if *ch < 256 => Beyond::None,
                Source::NotLiteral(ch) if *ch < 256 => Beyond::All,
                _ => Beyond::Ask,
            };
        }
        set.leads = set.find_leads();
        set
    }

    /// Whether membership depends on the locale, so that only `ask` knows it.
    pub(crate) fn asks_locale(&self) -> bool {
        self.fold == Fold::Locale
            || match &self.source {
                Source::Words(words) => Items::new(words).any(|item| {
                    matches!(item, Item::Category(Category::LocWord | Category::LocNotWord))
                }),
                _ => false,
            }
    }

    /// Membership of any character, for a set that does not ask the locale.
    #[inline(always)]
    pub(crate) fn contains(&self, ch: u32) -> bool {
        match u8::try_from(ch) {
            Ok(byte) => self.table[byte as usize],
            Err(_) => self.contains_beyond(ch),
        }
    }

    fn contains_beyond(&self, ch: u32) -> bool {
        match self.beyond {
            Beyond::None => false,
            Beyond::All => true,
            Beyond::Ask if ch < 0x800 => {
                let near = self.near.get_or_init(|| {
                    let mut bits = Box::new([0; 64]);
                    for ch in (256..0x800).filter(|&ch| self.ask(ch, &Locale::C)) {
                        bits[ch as usize / 32] |= 1 << (ch % 32);
                    }
                    bits
                });
                bit(&near[..], ch)
            }
            Beyond::Ask => self.ask(ch, &Locale::C),
        }
    }

    fn find_leads(&self) -> u64 {
        match (&self.source, self.fold, self.beyond) {
            (_, _, Beyond::None) => 0,
            (_, Fold::Unicode, _) => match self.source {
                Source::Literal(ch) => {
                    let upper = unicode_toupper(ch);
                    leads(ch, ch) | leads(upper, upper) | OTHER_CASES
                }
                _ => first::ALL,
            },
            (Source::Words(words), Fold::None | Fold::Ascii, Beyond::Ask) => leads_of(words),
            _ => first::ALL,
        }
    }

    /// Membership by the definition.
    pub(crate) fn ask(&self, ch: u32, locale: &Locale) -> bool {
        if self.fold == Fold::Locale {
            let (lower, upper) = (locale.lower(ch), locale.upper(ch));
            return match &self.source {
                // Each item is asked for both, so that a negated set excludes both.
                Source::Words(words) => walk(words, |item| {
                    item.contains(lower, locale) || lower != upper && item.contains(upper, locale)
                }),
                Source::Literal(c) => [ch, lower, upper].contains(c),
                Source::NotLiteral(c) => ![ch, lower, upper].contains(c),
            };
        }
        let ch = self.fold.lower(ch);
        match &self.source {
            Source::Words(words) => contains(words, ch, locale),
            Source::Literal(c) => ch == *c,
            Source::NotLiteral(c) => ch != *c,
        }
    }
}

/// One item of a set's words.
enum Item<'w> {
    Negate,
    Literal(u32),
    Range(u32, u32),
    RangeUniIgnore(u32, u32),
    /// 8 words of bits.
    Charset(&'w [u32]),
    /// 64 words of block numbers, then 8 words of bits for each block.
    BigCharset(&'w [u32], &'w [u32]),
    Category(Category),
}

/// The items up to the closing `Failure`.
struct Items<'w>(&'w [u32]);

impl<'w> Items<'w> {
    fn new(words: &'w [u32]) -> Self {
        Items(words)
    }

    fn take(&mut self, count: usize) -> Option<&'w [u32]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }
}

impl<'w> Iterator for Items<'w> {
    type Item = Item<'w>;

    #[inline]
    fn next(&mut self) -> Option<Item<'w>> {
        let op = Op::from_word(self.take(1)?[0])?;
        Some(match op {
            Op::Negate => Item::Negate,
            Op::Literal => Item::Literal(self.take(1)?[0]),
            Op::Range => {
                let ends = self.take(2)?;
                Item::Range(ends[0], ends[1])
            }
            Op::RangeUniIgnore => {
                let ends = self.take(2)?;
                Item::RangeUniIgnore(ends[0], ends[1])
            }
            Op::Charset => Item::Charset(self.take(8)?),
            Op::BigCharset => {
                let blocks = self.take(1)?[0] as usize;
                let index = self.take(64)?;
                Item::BigCharset(index, self.take(blocks.checked_mul(8)?)?)
            }
            Op::Category => Item::Category(Category::from_word(self.take(1)?[0])?),
            _ => return None,
        })
    }
}

/// The length of well-formed set words including the closing `Failure`, which must
/// be the last of `words`.
pub(crate) fn check(words: &[u32]) -> Option<()> {
    let mut items = Items::new(words);
    loop {
        let before = items.0;
        match items.next() {
            Some(Item::BigCharset(index, blocks)) => {
                let known = |block: u8| usize::from(block) < blocks.len() / 8;
                if !index.iter().flat_map(|word| word.to_ne_bytes()).all(known) {
                    return None;
                }
            }
            Some(_) => {}
            // What ends the items must be exactly the closing word.
            None => return (before == [Op::Failure as u32]).then_some(()),
        }
    }
}

fn bit(bits: &[u32], ch: u32) -> bool {
    bits.get(ch as usize >> 5).is_some_and(|word| word >> (ch & 31) & 1 != 0)
}

impl Item<'_> {
    #[inline(always)]
    fn contains(&self, ch: u32, locale: &Locale) -> bool {
        match *self {
            Item::Negate => false,
            Item::Literal(c) => ch == c,
            Item::Range(low, high) => low <= ch && ch <= high,
            Item::RangeUniIgnore(low, high) => {
                low <= ch && ch <= high || (low..=high).contains(&unicode_toupper(ch))
            }
            Item::Charset(bits) => ch < 256 && bit(bits, ch),
            Item::BigCharset(index, blocks) => {
                // `re` writes the block numbers as native-endian bytes.
                let chunk = ch >> 8;
                let word = if chunk < 256 { index.get(chunk as usize / 4) } else { None };
                word.is_some_and(|word| {
                    let block = word.to_ne_bytes()[chunk as usize % 4];
                    bit(blocks.get(usize::from(block) * 8..).unwrap_or(&[]), ch & 255)
                })
            }
            Item::Category(category) => in_category(category, ch, locale),
        }
    }
}

/// Items are tried in order; `Negate` turns what a hit, and the end, mean.
#[inline(always)]
fn walk(words: &[u32], is_in: impl Fn(&Item<'_>) -> bool) -> bool {
    let mut hit = true;
    for item in Items::new(words) {
        if matches!(item, Item::Negate) {
            hit = !hit;
        } else if is_in(&item) {
            return hit;
        }
    }
    !hit
}

fn contains(words: &[u32], ch: u32, locale: &Locale) -> bool {
    walk(words, |item| item.contains(ch, locale))
}

/// What the words say of every character from 256 on, when that is the same.
fn beyond(words: &[u32]) -> Beyond {
    let mut hit = true;
    for item in Items::new(words) {
        let touches = match item {
            Item::Negate => {
                hit = !hit;
                false
            }
            Item::Literal(c) => c > 255,
            Item::Range(_, high) | Item::RangeUniIgnore(_, high) => high > 255,
            Item::Charset(_) => false,
            Item::BigCharset(..) => true,
            Item::Category(
                Category::Digit | Category::Space | Category::Word | Category::Linebreak,
            ) => false,
            // ASCII's complements hold everything beyond.
            Item::Category(
                Category::NotDigit
                | Category::NotSpace
                | Category::NotWord
                | Category::NotLinebreak,
            ) => return if hit { Beyond::All } else { Beyond::None },
            Item::Category(_) => true,
        };
        if touches {
            return Beyond::Ask;
        }
    }
    if hit { Beyond::None } else { Beyond::All }
}

/// Lead bytes of the characters that share their lower case with another upper case
/// (the Kelvin sign, dotted I, capital sharp s, titlecase digraphs...).
const OTHER_CASES: u64 = 0x0000_0006_0000_8010;

/// Lead bytes of Unicode's decimal digits, white space, and words.
const DIGITS: u64 = 0x0001_8403_8a00_0000;
const SPACES: u64 = 0x0000_000e_0000_0000;
const WORDS: u64 = 0x0001_bfff_ffff_eff0;

/// The lead bytes of members from 256 on; everything once a complement is involved.
fn leads_of(words: &[u32]) -> u64 {
    let mut found = 0;
    for item in Items::new(words) {
        found |= match item {
            Item::Negate => return first::ALL,
            Item::Literal(ch) => leads(ch, ch),
            Item::Range(low, high) => leads(low, high),
            Item::RangeUniIgnore(..) => return first::ALL,
            Item::Charset(_) => 0,
            Item::BigCharset(index, blocks) => {
                let chunks = index.iter().flat_map(|word| word.to_ne_bytes()).enumerate();
                let is_used = |block: u8| {
                    let start = usize::from(block) * 8;
                    blocks.get(start..start + 8).is_some_and(|bits| bits != [0; 8])
                };
                let used = chunks.filter(|(_, block)| is_used(*block));
                used.fold(0, |found, (chunk, _)| {
                    let low = (chunk as u32) << 8;
                    found | leads(low, low + 255)
                })
            }
            Item::Category(Category::UniDigit) => DIGITS,
            Item::Category(Category::UniSpace) => SPACES,
            Item::Category(Category::UniWord) => WORDS,
            Item::Category(
                Category::Digit | Category::Space | Category::Word | Category::Linebreak,
            ) => 0,
            Item::Category(_) => return first::ALL,
        };
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::unicode_tolower;

    /// The constants are what going through all code points gives.
    #[test]
    fn lead_bytes_are_complete() {
        let all = || (0x100..0x110000u32).map(|ch| (ch, leads(ch, ch)));
        let of = |category| {
            all()
                .filter(|(ch, _)| in_category(category, *ch, &Locale::C))
                .fold(0, |a, (_, b)| a | b)
        };
        assert_eq!(format!("{:#x}", of(Category::UniDigit)), format!("{DIGITS:#x}"));
        assert_eq!(format!("{:#x}", of(Category::UniSpace)), format!("{SPACES:#x}"));
        assert_eq!(format!("{:#x}", of(Category::UniWord)), format!("{WORDS:#x}"));
        let mut others = 0;
        for ch in 0..0x110000 {
            let lower = unicode_tolower(ch);
            let upper = unicode_toupper(lower);
            let lead = leads(ch, ch);
            if lead & (leads(lower, lower) | leads(upper, upper)) == 0 {
                others |= lead;
            }
        }
        assert_eq!(format!("{others:#x}"), format!("{OTHER_CASES:#x}"));
    }
}
