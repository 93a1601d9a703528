//! Numeric literals: where they end and what is wrong with them. Their values are
//! `literal.rs`'s business.

use super::chars::{self, DIGIT, HEX_DIGIT, NAME};
use super::{Lexed, Lexer};
use crate::errors::{SyntaxError, WarningCategory};
use crate::token::{Token, TokenKind};

/// What a number is called in messages.
#[derive(Clone, Copy)]
enum Sort {
    Hexadecimal,
    Octal,
    Binary,
    Decimal,
    Imaginary,
}

impl Sort {
    fn message(self) -> &'static str {
        match self {
            Sort::Hexadecimal => "invalid hexadecimal literal",
            Sort::Octal => "invalid octal literal",
            Sort::Binary => "invalid binary literal",
            Sort::Decimal => "invalid decimal literal",
            Sort::Imaginary => "invalid imaginary literal",
        }
    }
}

/// Keywords that may follow a number at once, which CPython is about to forbid: the
/// letters behind the first, and whether the word must end there.
fn keyword_tail(first: u8) -> (&'static [&'static [u8]], bool) {
    match first {
        b'a' => (&[b"nd"], true),
        b'e' => (&[b"lse"], true),
        b'f' => (&[b"or"], true),
        b'i' => (&[b"f", b"n", b"s"], false),
        b'n' => (&[b"ot"], true),
        b'o' => (&[b"r"], true),
        _ => (&[], true),
    }
}

impl Lexer<'_> {
    /// The number whose first digit, `first`, has been read.
    #[inline(never)]
    pub(super) fn number(&mut self, first: u8) -> Lexed<Token> {
        if first != b'0' {
            let byte = self.decimal_tail()?;
            return self.after_integer(byte);
        }
        let byte = self.next_byte();
        match byte {
            b'x' | b'X' => self.radix(Sort::Hexadecimal),
            b'o' | b'O' => self.radix(Sort::Octal),
            b'b' | b'B' => self.radix(Sort::Binary),
            _ => self.leading_zero(byte),
        }
    }

    /// Digits behind `0x`, `0o` or `0b`.
    fn radix(&mut self, sort: Sort) -> Lexed<Token> {
        let is_digit = |byte: u8| match sort {
            Sort::Octal => (b'0'..b'8').contains(&byte),
            Sort::Binary => byte == b'0' || byte == b'1',
            _ => chars::is(byte, HEX_DIGIT),
        };
        let mut byte = self.next_byte();
        loop {
            if byte == b'_' {
                byte = self.next_byte();
            }
            if !is_digit(byte) {
                return Err(self.bad_radix_digit(sort, byte));
            }
            while is_digit(byte) {
                byte = self.next_byte();
            }
            if byte != b'_' {
                break;
            }
        }
        if byte.is_ascii_digit() {
            return Err(self.bad_radix_digit(sort, byte));
        }
        self.end_of_number(byte, sort)
    }

    #[cold]
    fn bad_radix_digit(&mut self, sort: Sort, byte: u8) -> Box<SyntaxError> {
        let name = match sort {
            Sort::Octal => "octal",
            _ => "binary",
        };
        if byte.is_ascii_digit() {
            return self.error(format!("invalid digit '{}' in {name} literal", byte as char));
        }
        self.back(byte);
        self.error(sort.message())
    }

    /// A number that begins with zero and has no radix letter: zeros only, a float, or
    /// the octal of old.
    fn leading_zero(&mut self, mut byte: u8) -> Lexed<Token> {
        loop {
            if byte == b'_' {
                byte = self.next_byte();
                if !byte.is_ascii_digit() {
                    self.back(byte);
                    return Err(self.error(Sort::Decimal.message()));
                }
            }
            if byte != b'0' {
                break;
            }
            byte = self.next_byte();
        }
        let zeros_end = self.cur;
        let nonzero = byte.is_ascii_digit();
        if nonzero {
            byte = self.decimal_tail()?;
        }
        match byte {
            b'.' => {
                let byte = self.next_byte();
                self.fraction(byte)
            }
            b'e' | b'E' => self.exponent(byte),
            b'j' | b'J' => self.imaginary(),
            _ if nonzero && !self.options.extra_tokens => {
                self.back(byte);
                Err(self.range_error(
                    self.start + 1 - self.line_start,
                    zeros_end - self.line_start,
                    "leading zeros in decimal integer literals are not permitted; \
                     use an 0o prefix for octal integers"
                        .to_owned(),
                ))
            }
            _ => self.end_of_number(byte, Sort::Decimal),
        }
    }

    /// Reads the digits and underscores that follow a digit; answers the byte behind.
    fn decimal_tail(&mut self) -> Lexed<u8> {
        loop {
            let mut byte = self.next_byte();
            while chars::is(byte, DIGIT) {
                byte = self.next_byte();
            }
            if byte != b'_' {
                return Ok(byte);
            }
            byte = self.next_byte();
            if !byte.is_ascii_digit() {
                self.back(byte);
                return Err(self.error(Sort::Decimal.message()));
            }
        }
    }

    fn after_integer(&mut self, byte: u8) -> Lexed<Token> {
        match byte {
            b'.' => {
                let byte = self.next_byte();
                self.fraction(byte)
            }
            b'e' | b'E' => self.exponent(byte),
            b'j' | b'J' => self.imaginary(),
            _ => self.end_of_number(byte, Sort::Decimal),
        }
    }

    /// What follows the point, beginning with `byte`.
    pub(super) fn fraction(&mut self, mut byte: u8) -> Lexed<Token> {
        if byte.is_ascii_digit() {
            byte = self.decimal_tail()?;
        }
        match byte {
            b'e' | b'E' => self.exponent(byte),
            b'j' | b'J' => self.imaginary(),
            _ => self.end_of_number(byte, Sort::Decimal),
        }
    }

    /// What follows the letter `e`, which has been read.
    fn exponent(&mut self, letter: u8) -> Lexed<Token> {
        let mut byte = self.next_byte();
        if byte == b'+' || byte == b'-' {
            byte = self.next_byte();
            if !byte.is_ascii_digit() {
                self.back(byte);
                return Err(self.error(Sort::Decimal.message()));
            }
        } else if !byte.is_ascii_digit() {
            // No exponent: the letter begins a word, as in `1else 2`.
            self.back(byte);
            return self.end_of_number(letter, Sort::Decimal);
        }
        byte = self.decimal_tail()?;
        if byte == b'j' || byte == b'J' {
            return self.imaginary();
        }
        self.end_of_number(byte, Sort::Decimal)
    }

    fn imaginary(&mut self) -> Lexed<Token> {
        let byte = self.next_byte();
        self.end_of_number(byte, Sort::Imaginary)
    }

    /// Ends the number before `byte`, which has been read and must not look as if it
    /// belonged to the number.
    fn end_of_number(&mut self, byte: u8, sort: Sort) -> Lexed<Token> {
        self.back(byte);
        if chars::is(byte, NAME) && byte < 128 && !self.options.extra_tokens {
            let (tails, whole_word) = keyword_tail(byte);
            let rest = &self.source[self.cur + 1..self.line_end];
            let keyword = tails.iter().any(|tail| {
                rest.strip_prefix(*tail).is_some_and(|behind| {
                    !whole_word || !behind.first().is_some_and(|&byte| chars::is(byte, NAME))
                })
            });
            if !keyword {
                return Err(self.error(sort.message()));
            }
            self.warn(WarningCategory::Syntax, sort.message().to_owned());
        }
        Ok(self.token_here(TokenKind::Number))
    }
}
