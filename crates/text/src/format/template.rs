//! `str.format` templates: literal text and replacement fields, field names, auto-numbering.
//! CPython's counterpart: `MarkupIterator`, `FieldNameIterator`, `_string`.

use super::FormatError;
use super::spec::parse_integer;
use crate::utf8::decode_at;
use memchr::{memchr, memchr2};

/// A piece of a template: literal text, then perhaps a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Markup<'a> {
    pub literal: &'a [u8],
    pub field: Option<Field<'a>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field<'a> {
    pub name: &'a [u8],
    pub spec: &'a [u8],
    /// The spec has fields of its own.
    pub nested: bool,
    pub conversion: Option<u32>,
}

/// Iterates over a template; ends after an error.
pub struct Template<'a> {
    text: &'a [u8],
    at: usize,
}

impl<'a> Template<'a> {
    pub fn new(text: &'a [u8]) -> Self {
        Template { text, at: 0 }
    }

    fn parse(&mut self) -> Result<Markup<'a>, FormatError> {
        let text = self.text;
        let start = self.at;
        let Some(found) = memchr2(b'{', b'}', &text[start..]) else {
            self.at = text.len();
            return Ok(Markup { literal: &text[start..], field: None });
        };
        let at = start + found;
        let next = text.get(at + 1);
        if next == Some(&text[at]) {
            // Doubled: one of the two belongs to the literal.
            self.at = at + 2;
            return Ok(Markup { literal: &text[start..at + 1], field: None });
        }
        if text[at] == b'}' {
            return Err(FormatError::value("Single '}' encountered in format string"));
        }
        if next.is_none() {
            return Err(FormatError::value("Single '{' encountered in format string"));
        }
        self.at = at + 1;
        let field = self.field()?;
        Ok(Markup { literal: &text[start..at], field: Some(field) })
    }

    fn field(&mut self) -> Result<Field<'a>, FormatError> {
        let text = self.text;
        let start = self.at;
        let mut at = start;
        let stop = loop {
            let Some(&byte) = text.get(at) else {
                return Err(FormatError::value("expected '}' before end of string"));
            };
            at += 1;
            match byte {
                b'{' => return Err(FormatError::value("unexpected '{' in field name")),
                b'[' => at = memchr(b']', &text[at..]).map_or(text.len(), |found| at + found),
                b'}' | b':' | b'!' => break byte,
                _ => {}
            }
        };
        let mut field =
            Field { name: &text[start..at - 1], spec: b"", nested: false, conversion: None };
        if stop == b'!' {
            let Some((conversion, len)) = decode_at(text, at) else {
                return Err(FormatError::value(
                    "end of string while looking for conversion specifier",
                ));
            };
            field.conversion = Some(conversion);
            at += len;
            match text.get(at) {
                Some(b'}') => {
                    self.at = at + 1;
                    return Ok(field);
                }
                Some(b':') | None => at = (at + 1).min(text.len()),
                Some(_) => {
                    return Err(FormatError::value("expected ':' after conversion specifier"));
                }
            }
        } else if stop == b'}' {
            self.at = at;
            return Ok(field);
        }
        let start = at;
        let mut depth = 1usize;
        while let Some(found) = memchr2(b'{', b'}', &text[at..]) {
            at += found + 1;
            if text[at - 1] == b'{' {
                field.nested = true;
                depth += 1;
                continue;
            }
            depth -= 1;
            if depth == 0 {
                field.spec = &text[start..at - 1];
                self.at = at;
                return Ok(field);
            }
        }
        Err(FormatError::value("unmatched '{' in format spec"))
    }
}

impl<'a> Iterator for Template<'a> {
    type Item = Result<Markup<'a>, FormatError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.at >= self.text.len() {
            return None;
        }
        let result = self.parse();
        if result.is_err() {
            self.at = self.text.len();
        }
        Some(result)
    }
}

/// `{}` or `{0}`, not both: shared by a template and the specs nested in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AutoNumber {
    #[default]
    Undecided,
    Automatic(usize),
    Manual,
}

impl AutoNumber {
    /// Resolves the number of a field that is empty or numeric.
    pub fn resolve(&mut self, number: Option<usize>) -> Result<usize, FormatError> {
        match (*self, number) {
            (AutoNumber::Undecided | AutoNumber::Manual, Some(number)) => {
                *self = AutoNumber::Manual;
                Ok(number)
            }
            (AutoNumber::Undecided, None) => {
                *self = AutoNumber::Automatic(1);
                Ok(0)
            }
            (AutoNumber::Automatic(next), None) => {
                *self = AutoNumber::Automatic(next + 1);
                Ok(next)
            }
            (AutoNumber::Manual, None) => Err(FormatError::value(
                "cannot switch from manual field specification to automatic field numbering",
            )),
            (AutoNumber::Automatic(_), Some(_)) => Err(FormatError::value(
                "cannot switch from automatic field numbering to manual field specification",
            )),
        }
    }
}

/// A field name: what to look up first, then attributes and items.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldName<'a> {
    /// As written: empty, a number or a keyword.
    pub first: &'a [u8],
    pub first_number: Option<usize>,
    pub rest: Parts<'a>,
}

impl<'a> FieldName<'a> {
    pub fn parse(name: &'a [u8]) -> Result<FieldName<'a>, FormatError> {
        let end = memchr2(b'.', b'[', name).unwrap_or(name.len());
        let (first, rest) = name.split_at(end);
        Ok(FieldName { first, first_number: index(first)?, rest: Parts { text: rest } })
    }

    /// Whether `first` selects a positional argument.
    pub fn is_positional(&self) -> bool {
        self.first.is_empty() || self.first_number.is_some()
    }
}

/// A text that is all digits, as a number.
fn index(text: &[u8]) -> Result<Option<usize>, FormatError> {
    match parse_integer(text, 0) {
        Ok((number, end)) => Ok(number.filter(|_| end == text.len())),
        Err(error) => Err(error),
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part<'a> {
    Attribute(&'a [u8]),
    Index(usize),
    Key(&'a [u8]),
}

/// The `.name` and `[key]` parts; ends after an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parts<'a> {
    text: &'a [u8],
}

impl<'a> Parts<'a> {
    fn parse(&mut self) -> Result<Part<'a>, FormatError> {
        let empty = || FormatError::value("Empty attribute in format string");
        let (&kind, rest) = self.text.split_first().expect("there is more to parse");
        match kind {
            b'.' => {
                let end = memchr2(b'.', b'[', rest).unwrap_or(rest.len());
                let (name, rest) = rest.split_at(end);
                self.text = rest;
                if name.is_empty() { Err(empty()) } else { Ok(Part::Attribute(name)) }
            }
            b'[' => {
                let Some(end) = memchr(b']', rest) else {
                    return Err(FormatError::value("Missing ']' in format string"));
                };
                let key = &rest[..end];
                self.text = &rest[end + 1..];
                match index(key)? {
                    Some(number) => Ok(Part::Index(number)),
                    None if key.is_empty() => Err(empty()),
                    None => Ok(Part::Key(key)),
                }
            }
            _ => {
                Err(FormatError::value("Only '.' or '[' may follow ']' in format field specifier"))
            }
        }
    }
}

impl<'a> Iterator for Parts<'a> {
    type Item = Result<Part<'a>, FormatError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.text.is_empty() {
            return None;
        }
        let part = self.parse();
        if part.is_err() {
            self.text = b"";
        }
        Some(part)
    }
}

/// The error for `{!x}` where `x` is none of `r`, `s`, `a`.
#[cold]
pub fn unknown_conversion(conversion: u32) -> FormatError {
    FormatError::value(match char::from_u32(conversion) {
        Some(c) if (33..127).contains(&conversion) => {
            format!("Unknown conversion specifier {c}")
        }
        _ => format!("Unknown conversion specifier \\x{conversion:x}"),
    })
}
