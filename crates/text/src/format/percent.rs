//! The `%` operator of `str` and `bytes`.
//! CPython's counterpart: `unicode_format_arg` and `_PyBytes_FormatEx`.

use super::{FormatError, reserve};
use crate::float::{self, Flags};
use crate::utf8::{Flavour, index};

/// What parsing a specifier needs from the arguments, in the order CPython takes them.
pub trait PercentArgs {
    type Error: From<FormatError>;

    /// Takes the value of `%(key)`; "format requires a mapping" is raised here.
    fn mapping_key(&mut self, key: &[u8]) -> Result<(), Self::Error>;

    /// Takes an int for `*`; "* wants int" is raised here.
    fn star_width(&mut self) -> Result<isize, Self::Error>;

    /// Takes an int for `.*`, which CPython reads as a C int.
    fn star_precision(&mut self) -> Result<i32, Self::Error>;
}

/// One conversion specifier.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PercentSpec {
    pub left: bool,
    pub plus: bool,
    pub space: bool,
    pub alternate: bool,
    pub zero: bool,
    pub width: usize,
    pub precision: Option<usize>,
    /// The conversion type.
    pub kind: u32,
    /// Where the type stands, in bytes.
    pub at: usize,
}

/// Parses the specifier after a `%` (which is not doubled); gives it and where it ends.
pub fn parse<F: Flavour, A: PercentArgs>(
    text: &[u8],
    mut at: usize,
    is_str: bool,
    args: &mut A,
) -> Result<(PercentSpec, usize), A::Error> {
    let mut spec = PercentSpec::default();
    if text.get(at) == Some(&b'(') {
        let end = key_end(text, at + 1)?;
        args.mapping_key(&text[at + 1..end])?;
        at = end + 1;
    }
    loop {
        match text.get(at) {
            Some(b'-') => spec.left = true,
            Some(b'+') => spec.plus = true,
            Some(b' ') => spec.space = true,
            Some(b'#') => spec.alternate = true,
            Some(b'0') => spec.zero = true,
            _ => break,
        }
        at += 1;
    }
    if text.get(at) == Some(&b'*') {
        let width = args.star_width()?;
        spec.left |= width < 0;
        spec.width = width.unsigned_abs();
        at += 1;
    } else {
        spec.width = number(text, &mut at, isize::MAX as usize, "width too big")?.unwrap_or(0);
    }
    if text.get(at) == Some(&b'.') {
        at += 1;
        if text.get(at) == Some(&b'*') {
            spec.precision = Some(usize::try_from(args.star_precision()?).unwrap_or(0));
            at += 1;
        } else {
            let message = if is_str { "precision too big" } else { "prec too big" };
            spec.precision = Some(number(text, &mut at, i32::MAX as usize, message)?.unwrap_or(0));
        }
    }
    if let Some(b'h' | b'l' | b'L') = text.get(at) {
        at += 1;
    }
    let Some((kind, len)) = F::at(text, at) else {
        return Err(FormatError::value("incomplete format").into());
    };
    (spec.kind, spec.at) = (kind, at);
    Ok((spec, at + len))
}

fn key_end(text: &[u8], mut at: usize) -> Result<usize, FormatError> {
    let mut depth = 1;
    while let Some(byte) = text.get(at) {
        match byte {
            b'(' => depth += 1,
            b')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Ok(at);
        }
        at += 1;
    }
    Err(FormatError::value("incomplete format key"))
}

fn number(
    text: &[u8],
    at: &mut usize,
    max: usize,
    message: &str,
) -> Result<Option<usize>, FormatError> {
    let mut value = None;
    while let Some(digit) = text.get(*at).filter(|b| b.is_ascii_digit()) {
        let digit = usize::from(digit - b'0');
        let before = value.unwrap_or(0);
        if before > (max - digit) / 10 {
            return Err(FormatError::value(message));
        }
        value = Some(before * 10 + digit);
        *at += 1;
    }
    Ok(value)
}

impl PercentSpec {
    /// The error for a type that no argument can have.
    #[cold]
    pub fn unsupported<F: Flavour>(&self, text: &[u8], is_str: bool) -> FormatError {
        let at = F::count(text.get(..self.at).unwrap_or_default());
        let kind = self.kind;
        let shown = match char::from_u32(kind) {
            Some(c) if (31..126).contains(&kind) || (!is_str && kind < 128) => c,
            _ if !is_str => {
                return FormatError::overflow("character argument not in range(0x110000)");
            }
            _ => '?',
        };
        FormatError::value(format!(
            "unsupported format character '{shown}' (0x{kind:x}) at index {at}"
        ))
    }

    /// Appends text: `%s`, `%r`, `%a`, `%c`, `%b`.
    pub fn text<F: Flavour>(&self, out: &mut Vec<u8>, text: &[u8]) -> Result<(), FormatError> {
        let mut text = text;
        let mut units = F::count(text);
        if let Some(precision) = self.precision.filter(|&precision| precision < units) {
            let end =
                if units == text.len() { precision } else { index::byte_offset(text, precision) };
            (text, units) = (&text[..end], precision);
        }
        let padding = self.width.saturating_sub(units);
        reserve(out, padding.saturating_add(text.len()))?;
        if self.left {
            out.extend_from_slice(text);
        }
        out.resize(out.len() + padding, b' ');
        if !self.left {
            out.extend_from_slice(text);
        }
        Ok(())
    }

    /// Appends a character, `%c`: the precision does not apply.
    pub fn char<F: Flavour>(&self, out: &mut Vec<u8>, text: &[u8]) -> Result<(), FormatError> {
        PercentSpec { precision: None, ..self.clone() }.text::<F>(out, text)
    }

    /// The base that `d i u o x X` ask for.
    pub fn base(&self) -> u32 {
        match u8::try_from(self.kind) {
            Ok(b'o') => 8,
            Ok(b'x' | b'X') => 16,
            _ => 10,
        }
    }

    /// Appends an int whose digits in `base()` (capitals for `X`) the caller computed.
    pub fn int(&self, out: &mut Vec<u8>, negative: bool, digits: &[u8]) -> Result<(), FormatError> {
        let prefix: &[u8] = match u8::try_from(self.kind) {
            Ok(b'o') if self.alternate => b"0o",
            Ok(b'x') if self.alternate => b"0x",
            Ok(b'X') if self.alternate => b"0X",
            _ => b"",
        };
        let zeros = self.precision.unwrap_or(0).saturating_sub(digits.len());
        self.number(out, negative, prefix, zeros, digits)
    }

    /// Appends a float: `e E f F g G`.
    pub fn float(&self, out: &mut Vec<u8>, value: f64) -> Result<(), FormatError> {
        let code = u8::try_from(self.kind).unwrap_or(b'g');
        let flags = Flags { alternate: self.alternate, ..Flags::default() };
        let precision = self.precision.unwrap_or(6);
        // The common case needs no padding and no second buffer.
        if self.width == 0 && !self.plus && !self.space {
            return Ok(float::push_double(out, value, code, precision, flags)?);
        }
        let mut text = Vec::new();
        float::push_double(&mut text, value, code, precision, flags)?;
        let (negative, digits) = match text.as_slice() {
            [b'-', rest @ ..] => (true, rest),
            rest => (false, rest),
        };
        self.number(out, negative, b"", 0, digits)
    }

    fn number(
        &self,
        out: &mut Vec<u8>,
        negative: bool,
        prefix: &[u8],
        zeros: usize,
        digits: &[u8],
    ) -> Result<(), FormatError> {
        let sign: &[u8] = match (negative, self.plus, self.space) {
            (true, ..) => b"-",
            (_, true, _) => b"+",
            (_, _, true) => b" ",
            _ => b"",
        };
        let size = (sign.len() + prefix.len() + digits.len()).saturating_add(zeros);
        let padding = self.width.saturating_sub(size);
        reserve(out, size.saturating_add(padding))?;
        let (mut before, mut inside, mut after) = (0, zeros, 0);
        if self.left {
            after = padding;
        } else if self.zero {
            inside += padding;
        } else {
            before = padding;
        }
        out.resize(out.len() + before, b' ');
        out.extend_from_slice(sign);
        out.extend_from_slice(prefix);
        out.resize(out.len() + inside, b'0');
        out.extend_from_slice(digits);
        out.resize(out.len() + after, b' ');
        Ok(())
    }
}
