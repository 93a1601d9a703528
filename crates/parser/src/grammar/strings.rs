//! String literals: plain ones, f-strings (PEP 701), t-strings (PEP 750), and what
//! becomes of several in a row.
//!
//! The values of an f-string are gathered in `exprs` as the tokens give them; a doubled
//! brace or a debugging `=` splits text into several constants, and [`Parser::fold`] joins
//! them again.

use crate::ast::{Constant, Expr, ExprKind, Range};
use crate::errors::escape_warning;
use crate::grammar::atoms::BRACKET_LEVELS;
use crate::kind::{Kind, k};
use crate::literal::{self, Decoded};
use crate::parser::{Fail, Parsed, Parser};
use crate::tokens::{TokenIndex, Tokens};

/// An f-string or t-string under way.
#[derive(Clone, Copy)]
struct Style {
    middle: Kind,
    end: Kind,
    raw: bool,
    /// Replacement fields become `Interpolation`s.
    template: bool,
}

impl<'a> Parser<'a, '_> {
    // strings: (fstring | STRING)+ | tstring+
    pub(crate) fn strings(&mut self) -> Parsed<&'a Expr<'a>> {
        let start = self.pos;
        if self.at(k::TSTRING_START) {
            return self.template_strings();
        }
        let base = self.exprs.len();
        let (mut bytes, mut text, mut formatted) = (false, false, false);
        loop {
            match self.kind() {
                k::STRING => {
                    let (literal, is_bytes) = self.string()?;
                    self.exprs.push(literal);
                    bytes |= is_bytes;
                    text |= !is_bytes;
                }
                k::FSTRING_START => {
                    formatted = true;
                    self.nest(BRACKET_LEVELS, Self::string_parts)?;
                }
                k::TSTRING_START => return Err(Fail),
                _ => break,
            }
        }
        if bytes && (text || formatted) {
            return Err(Fail);
        }
        if formatted {
            self.fold(base);
            let values = self.take_exprs(base);
            return Ok(self.expr(start, ExprKind::JoinedStr { values }));
        }
        if self.exprs.len() == base + 1 {
            return self.exprs.pop().ok_or(Fail);
        }
        Ok(self.join(base, self.range(start)))
    }

    // tstring+
    fn template_strings(&mut self) -> Parsed<&'a Expr<'a>> {
        self.since(14)?;
        let start = self.pos;
        let base = self.exprs.len();
        while self.at(k::TSTRING_START) {
            self.nest(BRACKET_LEVELS, Self::string_parts)?;
        }
        if matches!(self.kind(), k::STRING | k::FSTRING_START) {
            return Err(Fail);
        }
        self.fold(base);
        let values = self.take_exprs(base);
        Ok(self.expr(start, ExprKind::TemplateStr { values }))
    }

    /// One plain literal, and whether it is bytes.
    fn string(&mut self) -> Parsed<(&'a Expr<'a>, bool)> {
        let index = self.pos;
        let parts = literal::string_parts(self.tokens.text(index).as_bytes());
        let decoded = if parts.bytes {
            literal::decode_bytes(parts.body, parts.raw, self.arena)
        } else {
            literal::decode_str(parts.body, parts.raw, self.arena)
        };
        let decoded = decoded.map_err(|_| Fail)?;
        self.advance();
        self.warn_of_escape(&decoded, index);
        let value = decoded.value;
        let (value, kind) = if parts.bytes {
            (Constant::Bytes(value), None)
        } else {
            // Only the small letter is remembered.
            (Constant::Str(value), self.tokens.text(index).starts_with('u').then_some("u"))
        };
        Ok((self.expr(index, ExprKind::Constant { value, kind }), parts.bytes))
    }

    /// Notes the warning for an escape that is none, at the place of the token `place`.
    fn warn_of_escape(&mut self, decoded: &Decoded<'a>, place: TokenIndex) {
        if let Some(escape) = decoded.invalid_escape {
            let text = self.tokens.text(place);
            let warning = escape_warning(&escape, &self.tokens.list[place], text);
            self.warnings.extend(warning.map(|warning| (self.pos + 1, warning)));
        }
    }

    // fstring: FSTRING_START (replacement_field | FSTRING_MIDDLE)* FSTRING_END, or with T
    fn string_parts(&mut self) -> Parsed<()> {
        let template = self.at(k::TSTRING_START);
        let (middle, end) = if template {
            (k::TSTRING_MIDDLE, k::TSTRING_END)
        } else {
            (k::FSTRING_MIDDLE, k::FSTRING_END)
        };
        let raw = is_raw(self.text());
        let style = Style { middle, end, raw, template };
        self.advance();
        // Text with escapes that are none: their place depends on where the literal ends.
        let mut doubtful = Vec::new();
        loop {
            match self.kind() {
                k::LBRACE => self.replacement_field(style)?,
                kind if kind == style.middle => {
                    let (text, decoded) = self.text_middle(style)?;
                    if decoded.invalid_escape.is_some() {
                        doubtful.push(decoded);
                    }
                    // The tokens of an f-string can stand for no text at all.
                    if !text_of(text).is_empty() {
                        self.exprs.push(text);
                    }
                }
                kind if kind == style.end => {
                    self.advance();
                    for decoded in doubtful {
                        self.warn_of_escape(&decoded, self.pos - 1);
                    }
                    return Ok(());
                }
                _ => return Err(Fail),
            }
        }
    }

    /// A piece of text outside of formats. It ends behind the second of two braces that
    /// stand for one, though its token does not.
    fn text_middle(&mut self, style: Style) -> Parsed<(&'a Expr<'a>, Decoded<'a>)> {
        let token = self.pos;
        let (text, decoded) = self.string_middle(style)?;
        let doubled = self.tokens.list[token + 1].start > self.tokens.list[token].end;
        if !doubled || decoded.value.is_empty() {
            return Ok((text, decoded));
        }
        let range = Range { end_col_offset: text.range.end_col_offset + 1, ..text.range };
        Ok((self.arena.alloc(Expr { range, ..*text }), decoded))
    }

    fn string_middle(&mut self, style: Style) -> Parsed<(&'a Expr<'a>, Decoded<'a>)> {
        let index = self.pos;
        let body = self.tokens.text(index).as_bytes();
        let decoded = literal::decode_str(body, style.raw, self.arena).map_err(|_| Fail)?;
        self.advance();
        let value = Constant::Str(decoded.value);
        Ok((self.expr(index, ExprKind::Constant { value, kind: None }), decoded))
    }

    /// Pushes the field's value, behind the text of its expression if a `=` asks for it.
    // replacement_field: '{' annotated_rhs ['='] ['!' NAME] [':' format_spec*] '}'
    fn replacement_field(&mut self, style: Style) -> Parsed<()> {
        let start = self.pos;
        self.expect(k::LBRACE)?;
        let value = self.annotated_rhs()?;
        let debug = self.eat(k::EQUAL);
        let text_end = self.pos;
        let conversion = if self.at(k::EXCLAMATION) { Some(self.conversion()?) } else { None };
        let format_spec = if self.at(k::COLON) { Some(self.format_spec(style)?) } else { None };
        self.expect(k::RBRACE)?;

        let list = &self.tokens.list;
        let range = self.range(start);
        let default = if debug && format_spec.is_none() { i32::from(b'r') } else { -1 };
        let conversion_value = conversion.unwrap_or(default);
        if debug {
            let text = self.source_between(start, text_end);
            let end = &list[text_end];
            // The text ends before the conversion's letter, the format's colon, or the
            // closing brace, whatever stands between.
            let (end_lineno, end_col) = match (conversion, text_end + 1 == self.pos) {
                (Some(_), _) => (list[text_end + 1].lineno, list[text_end + 1].col - 1),
                (None, true) => (range.end_lineno, range.end_col_offset - 1),
                (None, false) => (end.lineno, end.col),
            };
            let place = Range::new(range.lineno, range.col_offset + 1, end_lineno, end_col);
            let kind = ExprKind::Constant { value: Constant::Str(text), kind: None };
            self.exprs.push(self.arena.alloc(Expr { kind, range: place }));
        }
        let kind = if style.template {
            let str = Constant::Str(without_debug_mark(self.source_between(start, text_end)));
            ExprKind::Interpolation { value, str, conversion: conversion_value, format_spec }
        } else {
            ExprKind::FormattedValue { value, conversion: conversion_value, format_spec }
        };
        self.exprs.push(self.arena.alloc(Expr { kind, range }));
        Ok(())
    }

    /// The source between two tokens, without the comments in it.
    fn source_between(&self, start: TokenIndex, end: TokenIndex) -> &'a [u8] {
        let Tokens { source, ref list, .. } = *self.tokens;
        let text = &source[list[start].end as usize..list[end].start as usize];
        literal::expression_text(text.as_bytes(), self.arena)
    }

    // fstring_conversion: '!' NAME, with nothing between the two
    fn conversion(&mut self) -> Parsed<i32> {
        let exclamation = &self.tokens.list[self.pos];
        self.expect(k::EXCLAMATION)?;
        if self.tokens.list[self.pos].start != exclamation.end {
            return Err(Fail);
        }
        match self.name()? {
            "s" => Ok(i32::from(b's')),
            "r" => Ok(i32::from(b'r')),
            "a" => Ok(i32::from(b'a')),
            _ => Err(Fail),
        }
    }

    // full_format_spec: ':' (FSTRING_MIDDLE | replacement_field)*
    fn format_spec(&mut self, style: Style) -> Parsed<&'a Expr<'a>> {
        let start = self.pos;
        self.expect(k::COLON)?;
        let base = self.exprs.len();
        let mut fields = false;
        loop {
            if self.at(style.middle) {
                let index = self.pos;
                let (text, decoded) = self.string_middle(style)?;
                self.warn_of_escape(&decoded, index);
                if !decoded.value.is_empty() {
                    self.exprs.push(text);
                }
            } else if self.at(k::LBRACE) {
                fields = true;
                // Fields within a format are never interpolations.
                let style = Style { template: false, ..style };
                self.nest(BRACKET_LEVELS, |parser| parser.replacement_field(style))?;
            } else {
                break;
            }
        }
        let range = self.range(start);
        if !fields && self.exprs.len() > base + 1 {
            // Text that came in several tokens is joined to a constant, and stays one.
            return Ok(self.join(base, range));
        }
        self.fold(base);
        let values = self.take_exprs(base);
        Ok(self.arena.alloc(Expr { kind: ExprKind::JoinedStr { values }, range }))
    }

    /// Joins neighbouring constants above `base` and drops empty ones.
    fn fold(&mut self, base: usize) {
        let mut to = base;
        let mut from = base;
        while from < self.exprs.len() {
            let first = self.exprs[from];
            let run = self.exprs[from..].iter().take_while(|expr| is_text(expr)).count();
            let folded = match run {
                0 | 1 => first,
                _ => {
                    let last = self.exprs[from + run - 1];
                    self.concatenate(&self.exprs[from..from + run], first.range.to(last.range))
                }
            };
            from += run.max(1);
            if !(is_text(folded) && text_of(folded).is_empty()) {
                self.exprs[to] = folded;
                to += 1;
            }
        }
        self.exprs.truncate(to);
    }

    /// Takes the constants above `base` and joins them to one.
    fn join(&mut self, base: usize, range: Range) -> &'a Expr<'a> {
        let joined = self.concatenate(&self.exprs[base..], range);
        self.exprs.truncate(base);
        joined
    }

    /// One constant for several; what the first says of its kind holds for all.
    fn concatenate(&self, parts: &[&'a Expr<'a>], range: Range) -> &'a Expr<'a> {
        let length = parts.iter().map(|part| text_of(part).len()).sum();
        let mut all = bumpalo::collections::Vec::with_capacity_in(length, self.arena);
        for part in parts {
            all.extend_from_slice(text_of(part));
        }
        let all: &'a [u8] = all.into_bump_slice();
        let kind = match parts.first().map(|first| first.kind) {
            Some(ExprKind::Constant { value: Constant::Bytes(_), kind }) => {
                ExprKind::Constant { value: Constant::Bytes(all), kind }
            }
            Some(ExprKind::Constant { kind, .. }) => {
                ExprKind::Constant { value: Constant::Str(all), kind }
            }
            _ => ExprKind::Constant { value: Constant::Str(all), kind: None },
        };
        self.arena.alloc(Expr { kind, range })
    }
}

/// Whether an f-string's or t-string's opening token has an `r` in its prefix.
pub(crate) fn is_raw(start: &str) -> bool {
    start.bytes().any(|byte| matches!(byte, b'r' | b'R'))
}

/// An interpolation's text without the debugging `=` behind the expression, unless what
/// looks like a string has kept a comment behind that.
fn without_debug_mark(text: &[u8]) -> &[u8] {
    let behind = text.iter().rev().take_while(|b| matches!(b, b'\\') || b.is_ascii_whitespace());
    text[..text.len() - behind.count()].strip_suffix(b"=").unwrap_or(text)
}

fn is_text(expr: &Expr<'_>) -> bool {
    matches!(expr.kind, ExprKind::Constant { .. })
}

/// The text of a constant that came from a string token.
fn text_of<'a>(expr: &Expr<'a>) -> &'a [u8] {
    match expr.kind {
        ExprKind::Constant { value: Constant::Str(text) | Constant::Bytes(text), .. } => text,
        _ => &[],
    }
}
