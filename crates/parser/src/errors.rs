//! What the lexer and the parser report: syntax errors and syntax warnings, with the
//! wording and the places that CPython gives them.

mod actions;
mod diagnose;
mod machine;
mod mistakes;
mod rules;
mod strings;
mod table;
mod value;

use std::borrow::Cow;

use crate::ast::Range;
use crate::literal::InvalidEscape;
use crate::token::{Token, TokenKind};

pub(crate) use diagnose::{Progress, diagnose};

/// Which exception the error becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    Syntax,
    Indentation,
    Tab,
    /// `_IncompleteInputError`: more input could complete the statement.
    Incomplete,
    /// `MemoryError`, for nesting beyond what the parser bounds itself to.
    Memory,
    /// `ValueError`, for text that cannot be read as a number.
    Value,
}

/// A syntax error. `offset` and `end_offset` count characters from 1, as Python shows
/// them; `text` is the line that `lineno` names, as the exception's `text` holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    pub kind: ErrorKind,
    pub msg: Cow<'static, str>,
    pub lineno: Option<u32>,
    pub offset: Option<i32>,
    pub end_lineno: Option<u32>,
    pub end_offset: Option<i32>,
    pub text: Option<String>,
    /// CPython has not learned the source's name yet when it finds this.
    pub nameless: bool,
    /// Line and column of the last whole statement before the error; line 0 if there is none.
    pub last_statement: Option<(u32, u32)>,
    /// What to warn of first: found before the error.
    pub warnings: Vec<Warning>,
}

impl SyntaxError {
    /// An error without a place.
    #[cold]
    pub fn new(kind: ErrorKind, msg: impl Into<Cow<'static, str>>) -> SyntaxError {
        SyntaxError {
            kind,
            msg: msg.into(),
            lineno: None,
            offset: None,
            end_lineno: None,
            end_offset: None,
            text: None,
            nameless: false,
            last_statement: None,
            warnings: Vec::new(),
        }
    }

    /// Puts the error at a place; offsets are 1-based characters already.
    #[must_use]
    pub fn at(mut self, start: (u32, i32), end: (u32, i32), text: Option<String>) -> SyntaxError {
        self.lineno = Some(start.0);
        self.offset = Some(start.1);
        self.end_lineno = Some(end.0);
        self.end_offset = Some(end.1);
        self.text = text;
        self
    }
}

/// The category of a warning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WarningCategory {
    Syntax,
    Deprecation,
}

/// A warning found while parsing. The parser only collects it: whoever asked for the
/// parse issues it, and turns it into a `SyntaxError` at `range` if a filter says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    pub category: WarningCategory,
    pub msg: String,
    pub range: Range,
}

impl Warning {
    /// The error that a filter makes of the warning; `source` is what was parsed.
    #[must_use]
    pub fn as_error(&self, source: &[u8]) -> SyntaxError {
        let skipped = self.range.lineno.saturating_sub(1) as usize;
        let line = source.split_inclusive(|byte| *byte == b'\n').nth(skipped).unwrap_or_default();
        // An offset beyond the line is one behind its end.
        let offset = |col: u32| {
            let beyond = col as usize + 1 > line.len();
            (char_offset(line, col as usize + 1) + usize::from(beyond)) as i32
        };
        let msg = self.msg.replace("Such sequences will not work in the future. ", "");
        SyntaxError::new(ErrorKind::Syntax, msg).at(
            (self.range.lineno, offset(self.range.col_offset)),
            (self.range.end_lineno, offset(self.range.end_col_offset)),
            Some(String::from_utf8_lossy(line).into_owned()),
        )
    }
}

/// The warning for the invalid escape in a piece of text. `place` is the token that counts
/// for its place, and `text` what it holds: the token of the piece itself, but the one that
/// ends an f-string for the text in that.
pub(crate) fn escape_warning(escape: &InvalidEscape, place: &Token, text: &str) -> Option<Warning> {
    // The lexer has seen to escaped braces.
    if place.kind != TokenKind::String && matches!(escape.byte(), b'{' | b'}') {
        return None;
    }
    let (lineno, col) = escape.place(place.lineno, place.col, text.as_bytes());
    Some(Warning {
        category: WarningCategory::Syntax,
        msg: escape.warning(),
        range: Range::new(lineno, col, lineno, col + 2),
    })
}

/// A warning with how many tokens had been read when it came up.
pub(crate) type Dated = (usize, Warning);

/// The lexer's warnings and the parser's, in the order in which they came up.
pub(crate) fn in_order(lexical: Vec<Dated>, parsed: Vec<Dated>) -> Vec<Warning> {
    let mut all = lexical;
    all.extend(parsed);
    all.sort_by_key(|(date, _)| *date);
    all.into_iter().map(|(_, warning)| warning).collect()
}

/// Characters in the first `bytes` bytes of a line of UTF-8; stray bytes count as one.
#[must_use]
pub fn char_offset(line: &[u8], bytes: usize) -> usize {
    line[..bytes.min(line.len())].iter().filter(|&&byte| byte & 0xC0 != 0x80).count()
}

/// The error for nesting beyond what the parser allows.
#[cold]
pub(crate) fn too_complex() -> SyntaxError {
    SyntaxError::new(
        ErrorKind::Memory,
        "Parser stack overflowed - Python source too complex to parse",
    )
}
