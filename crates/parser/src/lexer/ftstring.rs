//! f-strings and t-strings (PEP 701, PEP 750): a stack of modes, one for each literal
//! under way, that switches between text and the code in replacement fields.

use super::chars::{self, FSTRING_SPECIAL};
use super::{Done, Lexed, Lexer};
use crate::errors::{SyntaxError, WarningCategory};
use crate::token::{Token, TokenKind};

/// f-strings within f-strings, counting the code around them as one.
const MAX_MODES: usize = 150;
/// Replacement fields within the format specs of replacement fields.
const MAX_EXPRESSION_NESTING: i32 = 3;

/// One f-string or t-string under way.
#[derive(Clone, Copy, Debug)]
pub(super) struct StringMode {
    /// Code is being read, not text.
    pub(super) in_expression: bool,
    pub(super) in_format_spec: bool,
    pub(super) quote: u8,
    pub(super) quote_size: u8,
    pub(super) raw: bool,
    template: bool,
    /// Brackets of any sort open inside this literal.
    pub(super) depth: i32,
    /// What `depth` was before the innermost replacement field; -1 in top-level text.
    pub(super) expression_depth: i32,
    start: usize,
    line_start: usize,
    lineno: u32,
}

impl StringMode {
    /// The letter by which messages call the literal.
    pub(super) fn letter(&self) -> char {
        if self.template { 't' } else { 'f' }
    }

    fn middle(&self) -> TokenKind {
        if self.template { TokenKind::TStringMiddle } else { TokenKind::FStringMiddle }
    }
}

impl Lexer<'_> {
    /// Begins the literal whose first quote has been read.
    pub(super) fn string_start(&mut self, quote: u8, raw: bool, template: bool) -> Lexed<Token> {
        self.first_lineno = self.lineno;
        self.multi_line_start = self.line_start;
        let triple = self.source[self.cur..self.line_end].starts_with(&[quote, quote]);
        if triple {
            self.cur += 2;
        }
        if self.modes.len() + 2 > MAX_MODES {
            return Err(self.error("too many nested f-strings or t-strings"));
        }
        self.modes.push(StringMode {
            in_expression: false,
            in_format_spec: false,
            quote,
            quote_size: if triple { 3 } else { 1 },
            raw,
            template,
            depth: 0,
            expression_depth: -1,
            start: self.start,
            line_start: self.line_start,
            lineno: self.lineno,
        });
        let kind = if template { TokenKind::TStringStart } else { TokenKind::FStringStart };
        Ok(self.string_token(kind, self.start, self.cur))
    }

    /// Whether a colon here ends the expression of a replacement field.
    pub(super) fn ends_expression(&self) -> bool {
        self.modes.last().is_some_and(|mode| {
            mode.expression_depth >= 0 && mode.depth - 1 == mode.expression_depth
        })
    }

    /// The next token while text is being read: a piece of it, or the closing quotes.
    pub(super) fn string_mode_token(&mut self) -> Lexed<Token> {
        self.start = self.cur;
        self.first_lineno = self.lineno;
        self.multi_line_start = self.line_start;
        let Some(&mode) = self.modes.last() else { return self.regular_token() };

        let first = self.next_byte();
        let second = self.peek();
        self.back(first);
        if first == b'{' && second != b'{' {
            self.open_expression()?;
            return self.regular_token();
        }
        let quotes = [mode.quote; 3];
        let quotes = &quotes[..usize::from(mode.quote_size)];
        if self.source[self.cur..self.line_end].starts_with(quotes) {
            self.cur += quotes.len();
            self.modes.pop();
            let kind = if mode.template { TokenKind::TStringEnd } else { TokenKind::FStringEnd };
            return Ok(self.string_token(kind, self.start, self.cur));
        }
        self.string_middle(mode)
    }

    /// Switches to code; the opening brace comes next.
    fn open_expression(&mut self) -> Lexed<()> {
        let Some(mode) = self.modes.last_mut() else { return Ok(()) };
        mode.expression_depth += 1;
        if mode.expression_depth >= MAX_EXPRESSION_NESTING {
            let letter = mode.letter();
            return Err(self.error(format!("{letter}-string: expressions nested too deeply")));
        }
        mode.in_expression = true;
        Ok(())
    }

    fn leave_format_spec(&mut self) {
        if let Some(mode) = self.modes.last_mut() {
            mode.in_format_spec = false;
        }
    }

    /// Reads text up to a brace or the closing quotes.
    fn string_middle(&mut self, mode: StringMode) -> Lexed<Token> {
        let kind = mode.middle();
        let in_spec = mode.in_format_spec && mode.expression_depth >= 0;
        let mut closing = 0;
        let mut named_escape = false;
        while closing != mode.quote_size {
            let rest = &self.source[self.cur..self.line_end];
            let plain = rest.iter().position(|&byte| chars::is(byte, FSTRING_SPECIAL));
            let plain = plain.unwrap_or(rest.len());
            if plain > 0 {
                self.cur += plain;
                closing = 0;
            }
            let byte = self.next_byte();
            if byte == 0 || (mode.quote_size == 1 && byte == b'\n') {
                return Err(self.unterminated_text(mode, in_spec, byte));
            }
            if byte == mode.quote {
                closing += 1;
                continue;
            }
            closing = 0;
            match byte {
                b'{' => {
                    let next = self.next_byte();
                    if next == b'{' && !in_spec {
                        return Ok(self.string_token(kind, self.start, self.cur - 1));
                    }
                    self.back(next);
                    self.back(byte);
                    self.open_expression()?;
                    self.leave_format_spec();
                    return Ok(self.string_token(kind, self.start, self.cur));
                }
                b'}' if named_escape => {
                    return Ok(self.string_token(kind, self.start, self.cur));
                }
                b'}' => {
                    let next = self.next_byte();
                    if next == b'}' && !in_spec && mode.depth == 0 {
                        return Ok(self.string_token(kind, self.start, self.cur - 1));
                    }
                    self.back(next);
                    self.back(byte);
                    if let Some(mode) = self.modes.last_mut() {
                        mode.in_expression = true;
                        mode.in_format_spec = false;
                    }
                    return Ok(self.string_token(kind, self.start, self.cur));
                }
                b'\\' => named_escape |= self.skip_escape(mode.raw),
                _ => {}
            }
        }
        self.cur -= usize::from(mode.quote_size);
        Ok(self.string_token(kind, self.start, self.cur))
    }

    /// Passes over what follows a backslash; true if that is the `N{` of a named escape,
    /// whose braces are not those of a replacement field.
    fn skip_escape(&mut self, raw: bool) -> bool {
        let mut next = self.next_byte();
        if next == b'\r' {
            next = self.next_byte();
        }
        if next == b'{' || next == b'}' {
            if !raw {
                self.warn(
                    WarningCategory::Syntax,
                    crate::literal::InvalidEscape::from_byte(next).warning(),
                );
            }
            self.back(next);
            return false;
        }
        if raw || next != b'N' {
            return false;
        }
        let next = self.next_byte();
        if next == b'{' {
            return true;
        }
        self.back(next);
        false
    }

    #[cold]
    fn unterminated_text(&mut self, mode: StringMode, in_spec: bool, last: u8) -> Box<SyntaxError> {
        if let Some(error) = self.fatal.take() {
            return error;
        }
        let letter = mode.letter();
        if in_spec && last == b'\n' {
            return self.error(format!(
                "{letter}-string: newlines are not allowed in format specifiers \
                 for single quoted {letter}-strings"
            ));
        }
        let detected = self.lineno;
        self.point_at(mode.start, mode.line_start, mode.lineno);
        let triple = if mode.quote_size == 3 { "triple-quoted " } else { "" };
        let error = self.error(format!(
            "unterminated {triple}{letter}-string literal (detected at line {detected})"
        ));
        if mode.quote_size == 3 && last != b'\n' {
            self.done = Done::EofInString;
        }
        error
    }
}
