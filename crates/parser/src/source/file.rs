//! What only a program's own file is told: it is read line by line, so bad bytes are named
//! with the file and in their line, where a source that comes whole knows no place.

use memchr::{memchr, memrchr};

use super::{UTF_8, find_cookie, known_codec, line_of, normal_name, not_utf8};
use crate::errors::{ErrorKind, SyntaxError};

/// The first line that the file's encoding cannot be, or that holds a null byte.
pub fn check(bytes: &[u8], shown_name: &str) -> Result<(), SyntaxError> {
    let null = memchr(0, bytes);
    let named = find_cookie(bytes).map(|(name, _)| normal_name(name));
    let bad = match &named {
        Some(name) if name != UTF_8 => None,
        _ => std::str::from_utf8(bytes).err(),
    };
    let bad_at = bad.as_ref().map(|e| e.valid_up_to());
    match (null, bad_at) {
        (None, None) => Ok(()),
        (Some(null), None) => Err(null_byte(bytes, null)),
        (Some(null), Some(bad)) if null < bad && line_of(bytes, null) < line_of(bytes, bad) => {
            Err(null_byte(bytes, null))
        }
        (_, Some(at)) if named.is_none() => Err(undeclared(bytes, at, shown_name)),
        (_, Some(at)) => {
            let cut_off = bad.is_some_and(|e| e.error_len().is_none());
            Err(undecodable(bytes, at, cut_off))
        }
    }
}

/// The encoding that the file declares, if it is for a codec outside of this crate.
pub fn foreign_encoding(bytes: &[u8]) -> Option<String> {
    let (name, _) = find_cookie(bytes)?;
    Some(normal_name(name)).filter(|name| known_codec(name).is_none())
}

/// The line around a place, and where it starts.
fn line_at(bytes: &[u8], at: usize) -> (&[u8], usize) {
    let start = memrchr(b'\n', &bytes[..at]).map_or(0, |newline| newline + 1);
    let end = memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |newline| at + newline);
    (&bytes[start..end], start)
}

#[cold]
fn null_byte(bytes: &[u8], at: usize) -> SyntaxError {
    let (line, start) = line_at(bytes, at);
    let lineno = line_of(bytes, at);
    let text = String::from_utf8_lossy(&line[..at - start]).into_owned();
    SyntaxError::new(ErrorKind::Syntax, "source code cannot contain null bytes").at(
        (lineno, 0),
        (lineno, 0),
        Some(text),
    )
}

#[cold]
fn undeclared(bytes: &[u8], at: usize, shown_name: &str) -> SyntaxError {
    let lineno = line_of(bytes, at);
    let message = format!(
        "Non-UTF-8 code starting with '\\x{:02x}' in file {shown_name} on line {lineno}, \
         but no encoding declared; see https://peps.python.org/pep-0263/ for details",
        bytes[at]
    );
    let found = not_utf8(bytes, at);
    let place = (lineno, found.offset.unwrap_or(0));
    SyntaxError::new(ErrorKind::Syntax, message).at(place, place, found.text)
}

/// The declared encoding's decoder says it, by the place in the line.
#[cold]
fn undecodable(bytes: &[u8], at: usize, cut_off: bool) -> SyntaxError {
    let (line, start) = line_at(bytes, at);
    let lineno = line_of(bytes, at);
    let starts_a_character = matches!(bytes[at], 0xC2..=0xF4);
    let why = if cut_off {
        "unexpected end of data"
    } else if starts_a_character {
        "invalid continuation byte"
    } else {
        "invalid start byte"
    };
    let message = format!(
        "(unicode error) 'utf-8' codec can't decode byte 0x{:02x} in position {}: {why}",
        bytes[at],
        at - start
    );
    let text = String::from_utf8_lossy(line).into_owned();
    SyntaxError::new(ErrorKind::Syntax, message).at((lineno, 0), (lineno, 0), Some(text))
}

#[cfg(test)]
mod tests {
    use super::check;

    fn told(bytes: &[u8]) -> String {
        match check(bytes, "f.py") {
            Ok(()) => "good".to_owned(),
            Err(e) => format!("{} {:?} {:?}", e.msg, e.lineno, e.text.unwrap_or_default()),
        }
    }

    #[test]
    fn bad_bytes_have_a_place() {
        assert_eq!(told(b"x = 1\n"), "good");
        assert_eq!(told(b"# coding: latin-1\nx = '\xe9'\n"), "good");
        assert_eq!(
            told(b"x = 1\ny = 'a\0b'\n"),
            "source code cannot contain null bytes Some(2) \"y = 'a\""
        );
        assert!(told(b"1\n2\n'\xff'\n").starts_with(
            "Non-UTF-8 code starting with '\\xff' in file f.py on line 3, but no encoding"
        ));
        assert_eq!(
            told(b"# coding: utf-8\n'\xe9'\n"),
            "(unicode error) 'utf-8' codec can't decode byte 0xe9 in position 1: \
             invalid continuation byte Some(2) \"'\u{fffd}'\""
        );
    }
}
