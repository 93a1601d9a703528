//! Where the lexer's errors and warnings stand, and the text that goes with them.
//!
//! CPython reports some errors from inside its tokenizer, pointing at the byte just
//! read, and leaves others to whoever called it, which is the parser or the `tokenize`
//! module: each has its own idea of the place.

use std::borrow::Cow;

use super::{Done, Lexer, NO_START};
use crate::ast::Range;
use crate::errors::{ErrorKind, SyntaxError, Warning, WarningCategory, char_offset};

/// The errors whose place depends on who asked for the tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// The input ended inside brackets or behind a backslash.
    Eof,
    /// A dedent to a column no enclosing block has.
    Dedent,
    /// Tabs and spaces in an order that makes the nesting ambiguous.
    Tabs,
    TooDeep,
    /// A backslash that does not end its line.
    Continuation,
}

impl Failure {
    fn message(self) -> &'static str {
        match self {
            Failure::Eof => "unexpected EOF while parsing",
            Failure::Dedent => "unindent does not match any outer indentation level",
            Failure::Tabs => "inconsistent use of tabs and spaces in indentation",
            Failure::TooDeep => "too many levels of indentation",
            Failure::Continuation => "unexpected character after line continuation character",
        }
    }

    fn kind(self) -> ErrorKind {
        match self {
            Failure::Eof | Failure::Continuation => ErrorKind::Syntax,
            Failure::Dedent | Failure::TooDeep => ErrorKind::Indentation,
            Failure::Tabs => ErrorKind::Tab,
        }
    }
}

/// Text for an error report: what is not UTF-8 is replaced.
fn shown(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

impl Lexer<'_> {
    /// An error at the byte read last.
    #[cold]
    pub(super) fn error(&mut self, message: impl Into<Cow<'static, str>>) -> Box<SyntaxError> {
        let line = &self.source[self.line_start..];
        let offset = char_offset(line, self.cur - self.line_start) as i32;
        self.error_between(offset, offset, message.into())
    }

    /// An error between two places given as byte offsets from 1.
    #[cold]
    pub(super) fn range_error(
        &mut self,
        start: usize,
        end: usize,
        message: String,
    ) -> Box<SyntaxError> {
        let line = &self.source[self.line_start..];
        let characters = |offset: usize| char_offset(line, offset - 1) as i32 + 1;
        self.error_between(characters(start), characters(end), message.into())
    }

    fn error_between(
        &mut self,
        start: i32,
        end: i32,
        message: Cow<'static, str>,
    ) -> Box<SyntaxError> {
        self.done = Done::Error;
        let line = &self.source[self.line_start..];
        let length = memchr::memchr2(b'\n', 0, line).unwrap_or(line.len());
        Box::new(SyntaxError::new(ErrorKind::Syntax, message).at(
            (self.lineno, start),
            (self.lineno, end),
            Some(shown(&line[..length])),
        ))
    }

    /// Moves back to a literal's first byte, on its line, for the error to come.
    pub(super) fn point_at(&mut self, start: usize, line_start: usize, lineno: u32) {
        self.cur = start + 1;
        self.line_start = line_start;
        self.lineno = lineno;
    }

    /// Notes a warning at the byte read last.
    #[cold]
    pub(super) fn warn(&mut self, category: WarningCategory, msg: String) {
        let col = self.column().saturating_sub(1);
        let range = Range::new(self.lineno, col, self.lineno, col);
        self.warnings.push(Warning { category, msg, range });
    }

    /// The error for `failure`, as the lexer's caller would report it.
    #[cold]
    pub(super) fn fail(&mut self, failure: Failure) -> Box<SyntaxError> {
        if let Some(error) = self.fatal.take() {
            self.done = Done::Error;
            return error;
        }
        self.done = if failure == Failure::Eof { Done::Eof } else { Done::BadLine };
        if matches!(failure, Failure::Dedent | Failure::Tabs | Failure::TooDeep) {
            self.cur = self.line_end;
        }
        if self.for_tokenize {
            return Box::new(self.tokenize_failure(failure));
        }
        if failure == Failure::Eof
            && let Some(error) = self.unclosed_bracket()
        {
            return Box::new(error);
        }
        let text = self.error_text(self.lineno);
        let (offset, end_offset) = match failure {
            Failure::Eof | Failure::Dedent => (self.cur - self.line_start, -1),
            Failure::Tabs | Failure::TooDeep => (1, 0),
            // Counted from the line the joining began on, unlike all the others.
            Failure::Continuation => (self.cur - self.buf, 0),
        };
        let offset = char_offset_past(text.as_bytes(), offset);
        Box::new(SyntaxError::new(failure.kind(), failure.message()).at(
            (self.lineno, offset),
            (self.lineno, end_offset),
            Some(text),
        ))
    }

    /// The same errors as the `tokenize` module words them.
    fn tokenize_failure(&self, failure: Failure) -> SyntaxError {
        let line = &self.source[self.buf.min(self.line_end)..self.line_end];
        if failure == Failure::Eof {
            // Between tokens the lines read so far are dropped when the end is met.
            let kept = self.start != NO_START || self.inside_string();
            return SyntaxError {
                lineno: Some(self.lineno),
                offset: Some(if kept { line.len() as i32 } else { 0 }),
                ..SyntaxError::new(ErrorKind::Syntax, "unexpected EOF in multi-line statement")
            };
        }
        let text = shown(line.strip_suffix(b"\n").unwrap_or(line));
        SyntaxError {
            lineno: Some(self.lineno),
            offset: Some(char_offset_past(text.as_bytes(), line.len())),
            text: Some(text),
            ..SyntaxError::new(failure.kind(), failure.message())
        }
    }

    /// The error for the innermost bracket still open, if there is one.
    #[cold]
    pub fn unclosed_bracket(&self) -> Option<SyntaxError> {
        let bracket = self.brackets.last()?;
        let text = self.error_text(bracket.lineno);
        let offset = char_offset_past(text.as_bytes(), bracket.col as usize + 1);
        let message = format!("'{}' was never closed", bracket.open as char);
        Some(SyntaxError::new(ErrorKind::Syntax, message).at(
            (bracket.lineno, offset),
            (bracket.lineno, 0),
            Some(text),
        ))
    }

    /// Line `lineno` as an error shows it when the source is a string: the line being
    /// read comes with its newline, the ones before it without.
    pub fn error_text(&self, lineno: u32) -> String {
        if self.lineno <= lineno && self.line_end > self.buf {
            return shown(&self.source[self.line_start..self.line_end]);
        }
        let mut line = self.source;
        for _ in 1..lineno {
            let Some(at) = memchr::memchr(b'\n', line) else { break };
            if self.source.len() - line.len() + at + 1 > self.line_end {
                break;
            }
            line = &line[at + 1..];
        }
        shown(&line[..memchr::memchr(b'\n', line).unwrap_or(line.len())])
    }

    /// Reads on to the end, behind a syntax error the parser found on `error_line`:
    /// an error the lexer meets on the way, or a bracket left open before that line,
    /// explains the trouble better.
    #[cold]
    pub fn better_error(&mut self, error_line: u32) -> Option<SyntaxError> {
        loop {
            match self.next() {
                Ok(token) if token.kind == crate::token::TokenKind::EndMarker => return None,
                Ok(_) => {}
                Err(error) => {
                    let better = if self.done == Done::Error || self.done == Done::EofInString {
                        Some(error)
                    } else {
                        self.brackets
                            .last()
                            .is_some_and(|bracket| error_line > bracket.lineno)
                            .then(|| self.unclosed_bracket())
                            .flatten()
                    };
                    // An error inside an f-string's expression goes before those the
                    // lexer has with the rest of the literal.
                    return better.filter(|_| self.modes.is_empty());
                }
            }
        }
    }
}

/// `char_offset` for places that may lie beyond the line's text, where they end up one
/// behind its last character.
fn char_offset_past(line: &[u8], bytes: usize) -> i32 {
    (char_offset(line, bytes) + usize::from(bytes > line.len())) as i32
}
