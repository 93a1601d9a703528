//! Sets of characters: a table for the first 256, CPython's set words for the rest.

use crate::case::{Fold, Locale, in_category, unicode_toupper};
use crate::opcodes::{Category, Op};

/// A set made of words, or a literal under a fold.
#[derive(Clone, Debug)]
pub(crate) struct Set {
    /// Members below 256.  Unused when the set asks the locale.
    pub(crate) table: [bool; 256],
    pub(crate) beyond: Beyond,
    pub(crate) source: Source,
    pub(crate) fold: Fold,
}

/// Which characters from 256 on are members.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Beyond {
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
        let mut set = Set { table: [false; 256], beyond: Beyond::Ask, source, fold };
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
            Beyond::Ask => self.ask(ch, &Locale::C),
        }
    }

    /// Membership by the definition.
    pub(crate) fn ask(&self, ch: u32, locale: &Locale) -> bool {
        if self.fold == Fold::Locale {
            let (lower, upper) = (locale.lower(ch), locale.upper(ch));
            return match &self.source {
                Source::Words(words) => {
                    contains(words, lower, locale)
                        || lower != upper && contains(words, upper, locale)
                }
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

/// Items are tried in order; `Negate` turns what a hit, and the end, mean.
fn contains(words: &[u32], ch: u32, locale: &Locale) -> bool {
    let mut hit = true;
    for item in Items::new(words) {
        let is_in = match item {
            Item::Negate => {
                hit = !hit;
                continue;
            }
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
        };
        if is_in {
            return hit;
        }
    }
    !hit
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
