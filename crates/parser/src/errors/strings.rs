//! Mistakes within literals: numbers too long, escapes that cannot be decoded, conversions in
//! f-strings, literals that do not go together.

use super::machine::{Entry, Machine, Matched, Stop};
use super::value::{Place, Shape, Value};
use crate::errors::{ErrorKind, escape_warning};
use crate::kind::k;
use crate::literal::{self, Decoded, LiteralError, Number};
use crate::tokens::TokenIndex;

impl<'a> Machine<'a> {
    pub(super) fn number(&mut self, start: TokenIndex, value: Value<'a>) -> Matched<'a> {
        let Value::Token(index) = value else { return Ok(None) };
        let text = self.text(index);
        if self.options.feature_version < 6 && text.contains('_') {
            let message =
                "Underscores in numeric literals are only supported in Python 3.6 and greater";
            return Err(self.raise_last(ErrorKind::Syntax, message.to_owned()));
        }
        let shape = match literal::number(text, self.options.max_str_digits, self.arena) {
            Ok(Number::Imaginary(_)) => Shape::Imaginary,
            Ok(_) => Shape::Literal,
            Err(message) => {
                // No columns: thousands of digits are not worth showing.
                let place = Place { col: 0, end_col: 0, ..self.tokens[index].place };
                return Err(self.raise_place(ErrorKind::Syntax, place, message));
            }
        };
        Ok(Some(self.node(start, shape, value)))
    }

    /// A number that must, or must not, be imaginary.
    pub(super) fn number_part(
        &mut self,
        value: Value<'a>,
        imaginary: bool,
        message: &str,
    ) -> Matched<'a> {
        if (self.shape(value) == Some(Shape::Imaginary)) == imaginary {
            return Ok(Some(value));
        }
        Err(self.raise_at(self.place(value), message.to_owned()))
    }

    pub(super) fn string(&mut self, start: TokenIndex, value: Value<'a>) -> Matched<'a> {
        let Value::Token(index) = value else { return Ok(None) };
        let parts = literal::string_parts(self.text(index).as_bytes());
        let decoded = if parts.bytes {
            literal::decode_bytes(parts.body, parts.raw, self.arena)
        } else {
            literal::decode_str(parts.body, parts.raw, self.arena)
        };
        self.decoded(index, decoded)?;
        let shape = if parts.bytes { Shape::Bytes } else { Shape::Literal };
        Ok(Some(self.node(start, shape, value)))
    }

    /// Reports what a piece of text has wrong, at the place of the token `place`.
    fn decoded(
        &mut self,
        place: TokenIndex,
        decoded: Result<Decoded<'a>, LiteralError>,
    ) -> Result<(), Stop> {
        match decoded {
            Ok(Decoded { invalid_escape: Some(escape), .. }) if !self.mistakes => {
                let text = self.text(place);
                let warning = escape_warning(&escape, &self.tokens[place].token, text);
                self.warnings.extend(warning.map(|warning| (self.tokens.len(), warning)));
                Ok(())
            }
            Ok(_) => Ok(()),
            Err(error @ LiteralError::NonAscii) => {
                Err(self.raise_at(self.tokens[place].place, error.message()))
            }
            Err(error) => Err(self.raise_last(ErrorKind::Syntax, error.message())),
        }
    }

    /// The text pieces of an f-string, once its end is reached.
    pub(super) fn joined(&mut self, start: Value<'a>, parts: Value<'a>) -> Result<(), Stop> {
        let (Value::Token(start), Value::List(parts)) = (start, parts) else { return Ok(()) };
        let raw = is_raw(self.text(start));
        for part in parts {
            let Value::Token(index) = part else { continue };
            let decoded = literal::decode_str(self.text(*index).as_bytes(), raw, self.arena);
            match decoded {
                // An f-string's error is at the piece of text it is in, both braces of a
                // doubled one included.
                Err(error) => {
                    let Entry { token, mut place, .. } = self.tokens[*index];
                    let doubled = self.tokens[*index + 1].token.start > token.end;
                    place.end_col += i32::from(doubled);
                    return Err(self.raise_at(place, error.message()));
                }
                decoded => self.decoded(self.mark - 1, decoded)?,
            }
        }
        Ok(())
    }

    /// A piece of text in a format.
    pub(super) fn decode_middle(&mut self, piece: Value<'a>) -> Result<(), Stop> {
        let Value::Token(index) = piece else { return Ok(()) };
        let raw = self.reader.lexer.inside_raw_string();
        let decoded = literal::decode_str(self.text(index).as_bytes(), raw, self.arena);
        self.decoded(index, decoded)
    }

    pub(super) fn strings(&mut self, start: TokenIndex, parts: Value<'a>) -> Matched<'a> {
        let Value::List(list) = parts else { return Ok(None) };
        let shapes = || list.iter().filter_map(|part| self.shape(*part));
        let bytes = shapes().any(|shape| shape == Shape::Bytes);
        if bytes && shapes().any(|shape| shape != Shape::Bytes) {
            let message = "cannot mix bytes and nonbytes literals";
            return Err(self.raise_last(ErrorKind::Syntax, message.to_owned()));
        }
        let formatted = shapes().any(|shape| shape == Shape::JoinedStr);
        let shape = if formatted { Shape::JoinedStr } else { Shape::Literal };
        Ok(Some(self.node(start, shape, parts)))
    }

    /// `!r`: nothing may stand between the two, and there are three letters to choose from.
    pub(super) fn conversion(&mut self, mark: Value<'a>, name: Value<'a>) -> Matched<'a> {
        let (at, to) = (self.place(mark), self.place(name));
        let letter = self.string_letter();
        if (at.end_lineno, at.end_col) != (to.lineno, to.col) {
            let message = format!(
                "{letter}-string: conversion type must come right after the exclamation mark"
            );
            return Err(self.raise_at(at.to(to), message));
        }
        let Value::Token(index) = name else { return Ok(Some(name)) };
        match self.text(index) {
            "s" | "r" | "a" => Ok(Some(name)),
            other => {
                let message = format!(
                    "{letter}-string: invalid conversion character '{other}': \
                     expected 's', 'r', or 'a'"
                );
                Err(self.raise_at(to, message))
            }
        }
    }

    /// Whether the innermost literal is an f-string or a t-string.
    fn string_letter(&self) -> char {
        let mut open = 0usize;
        for entry in self.tokens.iter().rev() {
            match entry.kind {
                k::FSTRING_END | k::TSTRING_END => open += 1,
                k::FSTRING_START | k::TSTRING_START if open > 0 => open -= 1,
                k::FSTRING_START => return 'f',
                k::TSTRING_START => return 't',
                _ => {}
            }
        }
        'f'
    }
}

/// Whether an f-string's or t-string's opening token has an `r` in its prefix.
fn is_raw(start: &str) -> bool {
    start.bytes().any(|byte| matches!(byte, b'r' | b'R'))
}
