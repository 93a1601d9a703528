//! From the bytes of a file, or the text of a `str`, to what the lexer reads: valid
//! UTF-8 with `\n` for every line end, and one at the end.
//!
//! The encoding is found as PEP 263 says. UTF-8, Latin-1 and ASCII are decoded here; for
//! any other the caller, who has the codec registry, is asked.

use std::borrow::Cow;

use memchr::{memchr, memchr_iter};

use crate::errors::{ErrorKind, SyntaxError, char_offset};

pub mod file;

/// Source text ready for the lexer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source<'s> {
    pub text: Cow<'s, [u8]>,
    /// The encoding a byte order mark or a cookie named, normalised for UTF-8 and
    /// Latin-1; `None` for the default and for text that never was bytes.
    pub encoding: Option<String>,
}

/// Why bytes could not be read as source.
#[derive(Debug)]
pub enum SourceError<E> {
    Syntax(SyntaxError),
    /// What the caller's decoder answered.
    Decoder(E),
}

impl<E> From<SyntaxError> for SourceError<E> {
    fn from(error: SyntaxError) -> SourceError<E> {
        SourceError::Syntax(error)
    }
}

/// Prepares the UTF-8 of a `str`. The text gets a final newline if `whole`, that is,
/// unless a single expression or an interactive statement is to be parsed.
pub fn from_str(text: &[u8], whole: bool) -> Result<Source<'_>, SyntaxError> {
    check_bytes(text)?;
    Ok(Source { text: translate_newlines(text, whole), encoding: None })
}

/// Prepares bytes in whatever encoding they are. `decode` is called with a name and
/// bytes for the encodings not known here, and answers UTF-8.
pub fn from_bytes<E>(
    bytes: &[u8],
    whole: bool,
    decode: impl FnOnce(&str, &[u8]) -> Result<Vec<u8>, E>,
) -> Result<Source<'_>, SourceError<E>> {
    check_bytes(bytes)?;
    let text = translate_newlines(bytes, whole);
    let (marked, text) = match strip_mark(text) {
        Ok(text) => (true, text),
        Err(text) => (false, text),
    };
    let cookie = find_cookie(&text).map(|(name, line)| (normal_name(name), line));
    if marked {
        if let Some((name, line)) = cookie
            && name != UTF_8
        {
            return Err(mark_conflict(&text, &name, line).into());
        }
        ensure_utf8(&text)?;
        return Ok(Source { text, encoding: Some(UTF_8.to_owned()) });
    }
    let Some((name, _)) = cookie else {
        ensure_utf8(&text)?;
        return Ok(Source { text, encoding: None });
    };
    let text = match known_codec(&name) {
        Some(Codec::Utf8) if name == UTF_8 => {
            ensure_utf8(&text)?;
            text
        }
        Some(Codec::Utf8 | Codec::Ascii) if text.is_ascii() => text,
        Some(Codec::Utf8) if std::str::from_utf8(&text).is_ok() => text,
        Some(Codec::Latin1) => from_latin1(text),
        Some(Codec::Ascii) => return Err(not_ascii(&text).into()),
        _ => Cow::Owned(decode(&name, &text).map_err(SourceError::Decoder)?),
    };
    Ok(Source { text, encoding: Some(name) })
}

const UTF_8: &str = "utf-8";

/// The encodings decoded here.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Codec {
    Utf8,
    Latin1,
    Ascii,
}

fn known_codec(name: &str) -> Option<Codec> {
    let name = name.to_ascii_lowercase().replace('_', "-");
    match name.as_str() {
        "utf-8" | "utf8" | "u8" => Some(Codec::Utf8),
        "iso-8859-1" | "iso8859-1" | "latin1" | "l1" | "latin" => Some(Codec::Latin1),
        "ascii" | "us-ascii" | "646" => Some(Codec::Ascii),
        _ => None,
    }
}

/// The two encodings that have many names but are treated as one each.
fn normal_name(name: &[u8]) -> String {
    let lower: String = name
        .iter()
        .take(12)
        .map(|&byte| if byte == b'_' { '-' } else { byte.to_ascii_lowercase() as char })
        .collect();
    let is = |name: &str, dashed: &str| lower == name || lower.starts_with(dashed);
    if is("utf-8", "utf-8-") {
        UTF_8.to_owned()
    } else if is("latin-1", "latin-1-")
        || is("iso-8859-1", "iso-8859-1-")
        || is("iso-latin-1", "iso-latin-1-")
    {
        "iso-8859-1".to_owned()
    } else {
        String::from_utf8_lossy(name).into_owned()
    }
}

/// What no source can be: one with null bytes, or too large to count in 32 bits what
/// every encoding can make of it.
fn check_bytes(text: &[u8]) -> Result<(), SyntaxError> {
    if text.len() > u32::MAX as usize / 4 {
        return Err(SyntaxError::new(ErrorKind::Memory, "source code is too large"));
    }
    match memchr(0, text) {
        None => Ok(()),
        Some(_) => {
            let message = "source code string cannot contain null bytes";
            Err(SyntaxError::new(ErrorKind::Syntax, message))
        }
    }
}

/// Makes every `\r\n` and `\r` a `\n`, and adds one at the end if `whole` and missing.
pub fn translate_newlines(text: &[u8], whole: bool) -> Cow<'_, [u8]> {
    let missing = whole && text.last().is_some_and(|&byte| byte != b'\n' && byte != b'\r');
    let Some(first) = memchr(b'\r', text) else {
        if !missing {
            return Cow::Borrowed(text);
        }
        let mut owned = Vec::with_capacity(text.len() + 1);
        owned.extend_from_slice(text);
        owned.push(b'\n');
        return Cow::Owned(owned);
    };
    let mut owned = Vec::with_capacity(text.len() + 1);
    let mut from = 0;
    for at in memchr_iter(b'\r', &text[first..]).map(|at| at + first) {
        owned.extend_from_slice(&text[from..at]);
        owned.push(b'\n');
        from = if text.get(at + 1) == Some(&b'\n') { at + 2 } else { at + 1 };
    }
    owned.extend_from_slice(&text[from.min(text.len())..]);
    if missing {
        owned.push(b'\n');
    }
    Cow::Owned(owned)
}

/// The text behind the byte order mark of UTF-8, or all of it as an error.
fn strip_mark(text: Cow<'_, [u8]>) -> Result<Cow<'_, [u8]>, Cow<'_, [u8]>> {
    const MARK: &[u8] = b"\xef\xbb\xbf";
    match text {
        Cow::Borrowed(bytes) => match bytes.strip_prefix(MARK) {
            Some(rest) => Ok(Cow::Borrowed(rest)),
            None => Err(Cow::Borrowed(bytes)),
        },
        Cow::Owned(mut bytes) => {
            if !bytes.starts_with(MARK) {
                return Err(Cow::Owned(bytes));
            }
            bytes.drain(..MARK.len());
            Ok(Cow::Owned(bytes))
        }
    }
}

/// The encoding named in a comment on one of the first two lines, if nothing but
/// comments and blanks comes before it, and the line.
fn find_cookie(text: &[u8]) -> Option<(&[u8], u32)> {
    let mut rest = text;
    for lineno in 1..=2 {
        // A line without its newline names no encoding: it would still be growing.
        let end = memchr(b'\n', rest)?;
        let (line, behind) = (&rest[..end], &rest[end + 1..]);
        if let Some(name) = cookie_in(line) {
            return Some((name, lineno));
        }
        let blanks = line.iter().take_while(|byte| is_blank(**byte)).count();
        if line.get(blanks).is_some_and(|&byte| byte != b'#') {
            return None;
        }
        rest = behind;
    }
    None
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\x0c')
}

/// The name behind `coding:` or `coding=` in a line that is a comment.
fn cookie_in(line: &[u8]) -> Option<&[u8]> {
    const KEY: &[u8] = b"coding";
    let blanks = line.iter().take_while(|byte| is_blank(**byte)).count();
    if line.get(blanks) != Some(&b'#') {
        return None;
    }
    let comment = &line[blanks..];
    memchr::memmem::find_iter(comment, KEY).find_map(|at| {
        let behind = &comment[at + KEY.len()..];
        let value = behind.strip_prefix(b":").or_else(|| behind.strip_prefix(b"="))?;
        let skip = value.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        let value = &value[skip..];
        let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || b"-_.".contains(byte);
        let length = value.iter().take_while(is_name).count();
        (length > 0).then(|| &value[..length])
    })
}

fn from_latin1(text: Cow<'_, [u8]>) -> Cow<'_, [u8]> {
    if text.is_ascii() {
        return text;
    }
    Cow::Owned(text.iter().map(|&byte| byte as char).collect::<String>().into_bytes())
}

#[cold]
fn not_ascii(text: &[u8]) -> SyntaxError {
    let at = text.iter().position(|byte| !byte.is_ascii()).unwrap_or(0);
    let byte = text.get(at).copied().unwrap_or(0);
    undecodable(format!(
        "'ascii' codec can't decode byte 0x{byte:02x} in position {at}: ordinal not in range(128)"
    ))
}

/// The error for a codec's message, which has no place in the source.
#[cold]
pub fn undecodable(message: String) -> SyntaxError {
    SyntaxError {
        lineno: Some(0),
        offset: Some(-1),
        ..SyntaxError::new(ErrorKind::Syntax, message)
    }
}

#[cold]
fn mark_conflict(text: &[u8], name: &str, lineno: u32) -> SyntaxError {
    let line = text.split(|&byte| byte == b'\n').nth(lineno as usize - 1).unwrap_or(text);
    // The newline before the second line counts as part of it.
    let end = char_offset(line, line.len()) as i32 + i32::from(lineno > 1);
    SyntaxError::new(ErrorKind::Syntax, format!("encoding problem: {name} with BOM")).at(
        (lineno, 0),
        (lineno, end),
        Some(String::from_utf8_lossy(line).into_owned()),
    )
}

fn ensure_utf8(text: &[u8]) -> Result<(), SyntaxError> {
    match std::str::from_utf8(text) {
        Ok(_) => Ok(()),
        Err(error) => Err(not_utf8(text, error.valid_up_to())),
    }
}

/// The line that a place is in, from 1.
fn line_of(text: &[u8], at: usize) -> u32 {
    memchr_iter(b'\n', &text[..at]).count() as u32 + 1
}

#[cold]
fn not_utf8(text: &[u8], at: usize) -> SyntaxError {
    let lineno = line_of(text, at);
    let start = memchr::memrchr(b'\n', &text[..at]).map_or(0, |newline| newline + 1);
    let end = memchr(b'\n', &text[at..]).map_or(text.len(), |newline| at + newline);
    let offset = String::from_utf8_lossy(&text[start..=at]).chars().count() as i32;
    let message = format!(
        "Non-UTF-8 code starting with '\\x{:02x}' on line {lineno}, but no encoding declared; \
         see https://peps.python.org/pep-0263/ for details",
        text[at]
    );
    let line = String::from_utf8_lossy(&text[start..end]).into_owned();
    SyntaxError { nameless: true, ..SyntaxError::new(ErrorKind::Syntax, message) }.at(
        (lineno, offset),
        (lineno, offset),
        Some(line),
    )
}

#[cfg(test)]
mod tests {
    use super::{SourceError, from_bytes, from_str};

    fn read(bytes: &[u8]) -> String {
        let foreign = |name: &str, _: &[u8]| Err::<Vec<u8>, _>(format!("foreign {name}"));
        match from_bytes(bytes, true, foreign) {
            Ok(source) => String::from_utf8_lossy(&source.text).into_owned(),
            Err(SourceError::Decoder(message)) => message,
            Err(SourceError::Syntax(e)) => {
                format!("{} {:?} {:?} {:?}", e.msg, e.lineno, e.offset, e.text)
            }
        }
    }

    #[test]
    fn encodings() {
        let check = |bytes: &[u8], expected: &str| assert_eq!(read(bytes), expected, "{bytes:?}");
        check(b"", "");
        check(b"a", "a\n");
        check(b"a\r\nb\rc\r", "a\nb\nc\n");
        check(b"\xef\xbb\xbfa\n", "a\n");
        check(b"#coding: latin-1\n\xe9", "#coding: latin-1\n\u{e9}\n");
        check(b"\n # -*- coding=L1 -*-\n\xe9\n", "\n # -*- coding=L1 -*-\n\u{e9}\n");
        check(b"1\n#coding: foo\n", "1\n#coding: foo\n");
        check(b"#coding: foo", "foreign foo");
        check(b"#\n#coding: cp1252\n\xe9\n", "foreign cp1252");
        check(b"#coding: UTF_8-sig\n\xc3\xa9\n", "#coding: UTF_8-sig\n\u{e9}\n");
        check(
            b"#coding:ascii\n\xff\r\n",
            "'ascii' codec can't decode byte 0xff in position 14: ordinal not in range(128) \
             Some(0) Some(-1) None",
        );
        check(
            b"\xef\xbb\xbf# coding: latin-1\n",
            "encoding problem: iso-8859-1 with BOM Some(1) Some(0) Some(\"# coding: latin-1\")",
        );
        check(
            b"1\nx='\xe2\x82'",
            "Non-UTF-8 code starting with '\\xe2' on line 2, but no encoding declared; \
             see https://peps.python.org/pep-0263/ for details Some(2) Some(4) \
             Some(\"x='\u{fffd}'\")",
        );
        assert!(from_str(b"a\0", true).is_err());
        assert_eq!(*from_str(b"a", false).expect("plain text").text, *b"a");
    }
}
