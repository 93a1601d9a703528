//! Ordinary code, line by line: names, comments, line ends and line joining, and who is
//! asked for the rest.

use memchr::memchr2;

use super::chars::{self, DIGIT, NAME, NAME_START, PREFIX, QUOTE};
use super::errors::Failure;
use super::{Done, Lexed, Lexer, NO_START};
use crate::token::{Token, TokenKind};

/// Which of the string prefixes were seen; two that exclude each other are an error.
#[derive(Clone, Copy, Default)]
struct Prefixes {
    bytes: bool,
    raw: bool,
    unicode: bool,
    format: bool,
    template: bool,
}

impl Prefixes {
    /// Notes the letter `byte`; false if it is no prefix or was there already.
    fn take(&mut self, byte: u8) -> bool {
        let seen = match byte.to_ascii_lowercase() {
            b'b' => &mut self.bytes,
            b'u' => &mut self.unicode,
            b'r' => &mut self.raw,
            b'f' => &mut self.format,
            b't' => &mut self.template,
            _ => return false,
        };
        !std::mem::replace(seen, true)
    }

    /// The first two prefixes that cannot stand together.
    fn conflict(self) -> Option<(char, char)> {
        let table = [
            (self.unicode && self.bytes, ('u', 'b')),
            (self.unicode && self.raw, ('u', 'r')),
            (self.unicode && self.format, ('u', 'f')),
            (self.unicode && self.template, ('u', 't')),
            (self.bytes && self.format, ('b', 'f')),
            (self.bytes && self.template, ('b', 't')),
            (self.format && self.template, ('f', 't')),
        ];
        table.into_iter().find(|(both, _)| *both).map(|(_, pair)| pair)
    }
}

impl Lexer<'_> {
    pub(super) fn regular_token(&mut self) -> Lexed<Token> {
        'line: loop {
            let mut blank_line = false;
            if self.at_line_start {
                self.start = NO_START;
                blank_line = self.indentation()?;
            }
            if self.pending != 0 {
                self.start = self.cur;
                return Ok(self.pending_indentation());
            }
            loop {
                let mut byte = self.next_visible_byte();
                if chars::is(byte, NAME_START) {
                    return self.name_or_prefix(byte);
                }
                if byte == b'#'
                    && let Some(token) = self.comment(blank_line, &mut byte)
                {
                    return Ok(token);
                }
                if byte == b'\r' {
                    byte = self.next_byte();
                }
                match byte {
                    0 => return self.end_of_input(),
                    b'\n' => match self.newline(blank_line) {
                        Some(token) => return Ok(token),
                        None => continue 'line,
                    },
                    b'.' => return self.dot(),
                    b'0'..=b'9' => return self.number(byte),
                    b'\'' | b'"' => return self.string(byte),
                    b'\\' => self.join_line()?,
                    _ => return self.operator(byte),
                }
            }
        }
    }

    /// The first byte of the next token, behind any blanks; `start` is set to it.
    #[inline(always)]
    fn next_visible_byte(&mut self) -> u8 {
        self.start = NO_START;
        let line = &self.source[self.cur..self.line_end];
        let blanks = line.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\x0c'));
        self.cur += blanks.count();
        let byte = self.next_byte();
        self.start = self.cur - usize::from(byte != 0);
        byte
    }

    /// Reads the rest of a line joined by the backslash just read, and the newline.
    pub(super) fn join_line(&mut self) -> Lexed<()> {
        let mut byte = self.next_byte();
        if byte == b'\r' {
            byte = self.next_byte();
        }
        if byte != b'\n' {
            return Err(self.fail(Failure::Continuation));
        }
        byte = self.next_byte();
        if byte == 0 {
            self.cur = self.line_end;
            return Err(self.fail(Failure::Eof));
        }
        self.back(byte);
        Ok(())
    }

    #[cold]
    fn end_of_input(&mut self) -> Lexed<Token> {
        if !self.brackets.is_empty() || self.done != Done::Eof {
            self.start = NO_START;
            return Err(self.fail(Failure::Eof));
        }
        Ok(self.empty_token(TokenKind::EndMarker))
    }

    fn newline(&mut self, blank_line: bool) -> Option<Token> {
        self.at_line_start = true;
        let extra = self.options.extra_tokens;
        if blank_line || !self.brackets.is_empty() {
            if !extra {
                return None;
            }
            self.comment_newline = false;
            return Some(self.token_here(TokenKind::Nl));
        }
        if extra && self.comment_newline {
            self.comment_newline = false;
            return Some(self.token_here(TokenKind::Nl));
        }
        Some(self.token(TokenKind::Newline, self.start, self.cur - 1))
    }

    /// Reads a comment up to the line's end. Leaves the byte behind it in `byte`, having
    /// read it, if there is nothing to answer.
    #[inline(never)]
    fn comment(&mut self, blank_line: bool, byte: &mut u8) -> Option<Token> {
        self.cur = if self.for_tokenize || self.options.extra_tokens {
            // A carriage return ends the comment too, where they are left in.
            let rest = &self.source[self.cur..self.line_end];
            self.cur + memchr2(b'\n', b'\r', rest).unwrap_or(rest.len())
        } else {
            self.line_end - usize::from(self.source[self.line_end - 1] == b'\n')
        };
        if self.options.type_comments {
            let comment = &self.source[self.start..self.cur];
            if let Some(at) = type_comment(comment) {
                return Some(self.type_comment_token(self.start + at, blank_line));
            }
        }
        if self.options.extra_tokens {
            self.comment_newline = blank_line;
            return Some(self.token_here(TokenKind::Comment));
        }
        *byte = self.next_byte();
        None
    }

    fn type_comment_token(&mut self, start: usize, blank_line: bool) -> Token {
        let text = &self.source[start..self.cur];
        let ignore = text.strip_prefix(b"ignore").is_some_and(|rest| {
            rest.first().is_none_or(|byte| byte.is_ascii() && !byte.is_ascii_alphanumeric())
        });
        if !ignore {
            return self.token(TokenKind::TypeComment, start, self.cur);
        }
        let token = self.token(TokenKind::TypeIgnore, start + "ignore".len(), self.cur);
        if blank_line {
            // Alone on its line, it takes the newline along.
            self.next_byte();
            self.at_line_start = true;
        }
        token
    }

    #[inline]
    fn name_or_prefix(&mut self, mut byte: u8) -> Lexed<Token> {
        if chars::is(byte, PREFIX) && chars::is(self.peek(), PREFIX | QUOTE) {
            let mut prefixes = Prefixes::default();
            while prefixes.take(byte) {
                byte = self.next_byte();
                if byte == b'\'' || byte == b'"' {
                    return self.prefixed_string(byte, prefixes);
                }
            }
            self.back(byte);
        }
        let mut all = byte;
        let mut length = 0;
        for &byte in &self.source[self.cur..self.line_end] {
            if !chars::is(byte, NAME) {
                break;
            }
            all |= byte;
            length += 1;
        }
        self.cur += length;
        if all >= 128 && !self.options.extra_tokens {
            self.verify_identifier()?;
        }
        Ok(self.token_here(TokenKind::Name))
    }

    #[inline(never)]
    fn prefixed_string(&mut self, quote: u8, prefixes: Prefixes) -> Lexed<Token> {
        if let Some((first, second)) = prefixes.conflict() {
            return Err(self.range_error(
                self.start + 1 - self.line_start,
                self.cur - self.line_start,
                format!("'{first}' and '{second}' prefixes are incompatible"),
            ));
        }
        if prefixes.format || prefixes.template {
            return self.string_start(quote, prefixes.raw, prefixes.template);
        }
        self.string(quote)
    }

    /// A dot, an ellipsis, or a number that begins with a dot.
    #[inline(never)]
    fn dot(&mut self) -> Lexed<Token> {
        let rest = &self.source[self.cur..self.line_end];
        match rest {
            [next, ..] if chars::is(*next, DIGIT) => {
                let byte = self.next_byte();
                self.fraction(byte)
            }
            [b'.', b'.', ..] => {
                self.cur += 2;
                Ok(self.token_here(TokenKind::Ellipsis))
            }
            _ => Ok(self.token_here(TokenKind::Dot)),
        }
    }
}

/// The offset of the text behind `# type: ` in a comment; each space of that prefix
/// stands for any number of spaces and tabs.
fn type_comment(comment: &[u8]) -> Option<usize> {
    let blanks = |at: usize| {
        comment[at..].iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count() + at
    };
    let at = blanks(1);
    let rest = comment[at..].strip_prefix(b"type:")?;
    Some(blanks(comment.len() - rest.len()))
}
