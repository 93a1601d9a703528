//! What each byte can be part of, as one table.

/// May begin an identifier; every byte beyond ASCII may.
pub(super) const NAME_START: u8 = 1;
/// May continue an identifier.
pub(super) const NAME: u8 = 2;
pub(super) const DIGIT: u8 = 4;
pub(super) const HEX_DIGIT: u8 = 8;
/// Needs a look inside a string literal: a quote, a backslash or a newline.
pub(super) const STRING_SPECIAL: u8 = 16;
/// Needs a look inside an f-string: the above and braces.
pub(super) const FSTRING_SPECIAL: u8 = 32;
/// Can begin the prefix of a string literal.
pub(super) const PREFIX: u8 = 64;
pub(super) const QUOTE: u8 = 128;

const fn classify(byte: u8) -> u8 {
    let mut class = 0;
    if byte.is_ascii_alphabetic() || byte == b'_' || byte >= 128 {
        class |= NAME_START | NAME;
    }
    if byte.is_ascii_digit() {
        class |= NAME | DIGIT;
    }
    if byte.is_ascii_hexdigit() {
        class |= HEX_DIGIT;
    }
    if matches!(byte, b'\'' | b'"' | b'\\' | b'\n') {
        class |= STRING_SPECIAL | FSTRING_SPECIAL;
    }
    if matches!(byte, b'\'' | b'"') {
        class |= QUOTE;
    }
    if matches!(byte, b'{' | b'}') {
        class |= FSTRING_SPECIAL;
    }
    if matches!(byte.to_ascii_lowercase(), b'b' | b'f' | b'r' | b't' | b'u') {
        class |= PREFIX;
    }
    class
}

static CLASSES: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = classify(byte as u8);
        byte += 1;
    }
    table
};

/// Whether `byte` is of one of the classes in `mask`.
#[inline(always)]
pub(super) fn is(byte: u8, mask: u8) -> bool {
    CLASSES[byte as usize] & mask != 0
}
