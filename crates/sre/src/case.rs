//! Case and character classes: ASCII's, Unicode's, and the C locale's.

use crate::opcodes::Category;
use text::unicode;

/// What the `LOCALE` flag consults: the C library's view of bytes in the current
/// `LC_CTYPE`.  Code points beyond a byte have no case and are no word characters.
#[derive(Clone)]
pub struct Locale {
    pub lower: [u8; 256],
    pub upper: [u8; 256],
    pub alphanumeric: [bool; 256],
}

impl Locale {
    /// The "C" locale, which multi-byte locales equal as far as single bytes go.
    pub const C: Locale = {
        let mut c = Locale { lower: [0; 256], upper: [0; 256], alphanumeric: [false; 256] };
        let mut i = 0;
        while i < 256 {
            let byte = i as u8;
            c.lower[i] = byte.to_ascii_lowercase();
            c.upper[i] = byte.to_ascii_uppercase();
            c.alphanumeric[i] = byte.is_ascii_alphanumeric();
            i += 1;
        }
        c
    };

    pub(crate) fn lower(&self, ch: u32) -> u32 {
        self.lower.get(ch as usize).map_or(ch, |&c| c.into())
    }

    pub(crate) fn upper(&self, ch: u32) -> u32 {
        self.upper.get(ch as usize).map_or(ch, |&c| c.into())
    }

    pub(crate) fn is_word(&self, ch: u32) -> bool {
        ch == '_' as u32 || self.alphanumeric.get(ch as usize).is_some_and(|&is| is)
    }
}

/// How characters are folded before they are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fold {
    None,
    Ascii,
    Unicode,
    Locale,
}

impl Fold {
    /// The lower case of `ch`; the locale's is not known here and folds nothing.
    pub(crate) fn lower(self, ch: u32) -> u32 {
        match self {
            Fold::None | Fold::Locale => ch,
            Fold::Ascii => ascii_tolower(ch),
            Fold::Unicode => unicode_tolower(ch),
        }
    }
}

/// `_sre.ascii_iscased`.
pub fn ascii_iscased(ch: u32) -> bool {
    u8::try_from(ch).is_ok_and(|byte| byte.is_ascii_alphabetic())
}

/// `_sre.ascii_tolower`.
pub fn ascii_tolower(ch: u32) -> u32 {
    u8::try_from(ch).map_or(ch, |byte| byte.to_ascii_lowercase().into())
}

/// `_sre.unicode_iscased`.
pub fn unicode_iscased(ch: u32) -> bool {
    ch != unicode_tolower(ch) || ch != unicode_toupper(ch)
}

/// `_sre.unicode_tolower`: the first code point of the lower case.
pub fn unicode_tolower(ch: u32) -> u32 {
    unicode::to_lower(ch).next().unwrap_or(ch)
}

/// The first code point of the upper case.
pub fn unicode_toupper(ch: u32) -> u32 {
    unicode::to_upper(ch).next().unwrap_or(ch)
}

pub(crate) fn is_ascii_word(ch: u32) -> bool {
    u8::try_from(ch).is_ok_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

pub(crate) fn is_unicode_word(ch: u32) -> bool {
    if ch < 128 { is_ascii_word(ch) } else { unicode::is_alnum(ch) }
}

fn is_ascii_space(ch: u32) -> bool {
    matches!(ch, 0x09..=0x0d | 0x20)
}

/// Whether `ch` is of a class.
pub(crate) fn in_category(category: Category, ch: u32, locale: &Locale) -> bool {
    match category {
        Category::Digit => matches!(ch, 0x30..=0x39),
        Category::NotDigit => !matches!(ch, 0x30..=0x39),
        Category::Space => is_ascii_space(ch),
        Category::NotSpace => !is_ascii_space(ch),
        Category::Word => is_ascii_word(ch),
        Category::NotWord => !is_ascii_word(ch),
        Category::Linebreak => ch == 0x0a,
        Category::NotLinebreak => ch != 0x0a,
        Category::LocWord => locale.is_word(ch),
        Category::LocNotWord => !locale.is_word(ch),
        Category::UniDigit => unicode::is_decimal(ch),
        Category::UniNotDigit => !unicode::is_decimal(ch),
        Category::UniSpace => unicode::is_space(ch),
        Category::UniNotSpace => !unicode::is_space(ch),
        Category::UniWord => is_unicode_word(ch),
        Category::UniNotWord => !is_unicode_word(ch),
        Category::UniLinebreak => unicode::is_linebreak(ch),
        Category::UniNotLinebreak => !unicode::is_linebreak(ch),
    }
}
