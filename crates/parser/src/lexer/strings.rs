//! String and bytes literals, found whole: their bodies are decoded in `literal.rs`.

use super::chars::{self, STRING_SPECIAL};
use super::{Done, Lexed, Lexer};
use crate::errors::SyntaxError;
use crate::token::{Token, TokenKind};

impl Lexer<'_> {
    /// The literal whose first quote has been read; `start` is at its prefix.
    #[inline(never)]
    pub(super) fn string(&mut self, quote: u8) -> Lexed<Token> {
        self.first_lineno = self.lineno;
        self.multi_line_start = self.line_start;

        let mut quote_size = 1;
        let mut closing = 0;
        if self.peek() == quote {
            self.cur += 1;
            if self.peek() == quote {
                self.cur += 1;
                quote_size = 3;
            } else {
                return Ok(self.token_here(TokenKind::String));
            }
        }
        let mut escaped_quote = false;
        while closing != quote_size {
            let rest = &self.source[self.cur..self.line_end];
            let plain = rest.iter().position(|&byte| chars::is(byte, STRING_SPECIAL));
            let plain = plain.unwrap_or(rest.len());
            if plain > 0 {
                self.cur += plain;
                closing = 0;
            }
            let byte = self.next_byte();
            if byte == 0 || (quote_size == 1 && byte == b'\n') {
                return Err(self.unterminated_string(quote, quote_size, escaped_quote, byte));
            }
            if byte == quote {
                closing += 1;
                continue;
            }
            closing = 0;
            if byte == b'\\' {
                let escaped = self.next_byte();
                if escaped == quote {
                    escaped_quote = true;
                }
                if escaped == b'\r' {
                    self.next_byte();
                }
            }
        }
        Ok(self.string_token(TokenKind::String, self.start, self.cur))
    }

    #[cold]
    fn unterminated_string(
        &mut self,
        quote: u8,
        quote_size: u8,
        escaped_quote: bool,
        last: u8,
    ) -> Box<SyntaxError> {
        if let Some(error) = self.fatal.take() {
            return error;
        }
        let detected = self.lineno;
        self.point_at(self.start, self.multi_line_start, self.first_lineno);
        if let Some(mode) = self.modes.last()
            && mode.quote == quote
            && mode.quote_size == quote_size
        {
            // The quote was meant to end the f-string around it.
            let letter = mode.letter();
            return self.error(format!("{letter}-string: expecting '}}'"));
        }
        let error = if quote_size == 3 {
            self.error(format!(
                "unterminated triple-quoted string literal (detected at line {detected})"
            ))
        } else {
            let hint = if escaped_quote { "; perhaps you escaped the end quote?" } else { "" };
            self.error(format!("unterminated string literal (detected at line {detected}){hint}"))
        };
        if last != b'\n' {
            self.done = Done::EofInString;
        }
        error
    }
}
