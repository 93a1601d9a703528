//! Values rendered by a parsed format spec.

use super::grouping::{Grouped, NumberLocale};
use super::spec::{Align, Separator, Sign, Spec, push_fill};
use super::{FormatError, reserve};
use crate::float::{self, Flags};
use crate::utf8::{self, char_count, encoded_len, index, push};

/// Appends a `str`.  `chars` is its length in characters.
pub fn format_text(
    out: &mut Vec<u8>,
    spec: &Spec,
    text: &[u8],
    chars: usize,
    type_name: &str,
) -> Result<(), FormatError> {
    if spec.kind != u32::from(b's') {
        return Err(spec.unknown_kind(type_name));
    }
    let refused = match spec.sign {
        Some(Sign::Space) => "Space not allowed in string format specifier",
        Some(_) => "Sign not allowed in string format specifier",
        None if spec.no_neg_0 => {
            "Negative zero coercion (z) not allowed in string format specifier"
        }
        None if spec.alternate => "Alternate form (#) not allowed in string format specifier",
        None if spec.align == Align::AfterSign => {
            "'=' alignment not allowed in string format specifier"
        }
        None => "",
    };
    if !refused.is_empty() {
        return Err(FormatError::value(refused));
    }
    let (mut text, mut chars) = (text, chars);
    if let Some(precision) = spec.precision.filter(|&precision| precision < chars) {
        let end = if chars == text.len() { precision } else { index::byte_offset(text, precision) };
        (text, chars) = (&text[..end], precision);
    }
    pad(out, spec, spec.align, chars, text)
}

/// Appends text with padding up to the spec's width.
fn pad(
    out: &mut Vec<u8>,
    spec: &Spec,
    align: Align,
    chars: usize,
    text: &[u8],
) -> Result<(), FormatError> {
    let padding = spec.width.unwrap_or(0).saturating_sub(chars);
    let (left, right) = split_padding(align, padding);
    reserve(out, padding.saturating_mul(encoded_len(spec.fill)).saturating_add(text.len()))?;
    push_fill(out, spec.fill, left);
    out.extend_from_slice(text);
    push_fill(out, spec.fill, right);
    Ok(())
}

fn split_padding(align: Align, padding: usize) -> (usize, usize) {
    match align {
        Align::Left => (0, padding),
        Align::Right => (padding, 0),
        Align::Center => (padding / 2, padding - padding / 2),
        // Callers that have a sign put it in between themselves.
        Align::AfterSign => (padding, 0),
    }
}

/// The parts of a number, ready to be padded.
struct Parts<'a> {
    negative: bool,
    prefix: &'a [u8],
    digits: &'a [u8],
    point: &'a [u8],
    fraction: &'a [u8],
    /// Exponent, percent sign; `inf` and `nan` as a whole.
    rest: &'a [u8],
}

fn push_number(
    out: &mut Vec<u8>,
    spec: &Spec,
    parts: &Parts,
    locale: NumberLocale,
) -> Result<(), FormatError> {
    let sign: &[u8] = match (parts.negative, spec.sign) {
        (true, _) => b"-",
        (false, Some(Sign::Plus)) => b"+",
        (false, Some(Sign::Space)) => b" ",
        (false, _) => b"",
    };
    let fraction = Grouped::fraction(parts.fraction, NumberLocale::of(spec.frac_thousands));
    let (fraction_chars, fraction_bytes) = fraction.size();
    let fixed = sign.len()
        + parts.prefix.len()
        + char_count(parts.point)
        + fraction_chars
        + char_count(parts.rest);
    let width = spec.width.unwrap_or(0);
    let zero_padded = spec.fill == u32::from(b'0') && spec.align == Align::AfterSign;
    let min_width = if zero_padded { width.saturating_sub(fixed) } else { 0 };
    // Without digits (`c`, inf, nan) the padding is plain fill.
    let min_width = if parts.digits.is_empty() { 0 } else { min_width };
    let digits = Grouped::new(parts.digits, min_width, locale);
    let (digit_chars, digit_bytes) = digits.size();
    let padding = width.saturating_sub(fixed.saturating_add(digit_chars));
    let bytes = padding
        .saturating_mul(encoded_len(spec.fill))
        .saturating_add(digit_bytes)
        .saturating_add(fraction_bytes)
        .saturating_add(parts.rest.len() + parts.point.len() + 3);
    reserve(out, bytes)?;
    let (left, right) = match spec.align {
        Align::AfterSign => (0, 0),
        align => split_padding(align, padding),
    };
    push_fill(out, spec.fill, left);
    out.extend_from_slice(sign);
    out.extend_from_slice(parts.prefix);
    if spec.align == Align::AfterSign {
        push_fill(out, spec.fill, padding);
    }
    digits.push(out);
    out.extend_from_slice(parts.point);
    fraction.push(out);
    out.extend_from_slice(parts.rest);
    push_fill(out, spec.fill, right);
    Ok(())
}

/// The locale for a spec: the current one for `n`, else what its separator says.
fn locale_for<'a>(spec: &Spec, current: NumberLocale<'a>) -> NumberLocale<'a> {
    if spec.kind == u32::from(b'n') { current } else { NumberLocale::of(spec.thousands) }
}

/// Appends an int whose digits, in the base of `Spec::int_style`, the caller computed.
pub fn format_int(
    out: &mut Vec<u8>,
    spec: &Spec,
    negative: bool,
    digits: &[u8],
    locale: NumberLocale,
) -> Result<(), FormatError> {
    let prefix: &[u8] = match spec.kind_byte() {
        b'b' if spec.alternate => b"0b",
        b'o' if spec.alternate => b"0o",
        b'x' if spec.alternate => b"0x",
        b'X' if spec.alternate => b"0X",
        _ => b"",
    };
    let parts = Parts { negative, prefix, digits, point: b"", fraction: b"", rest: b"" };
    // The fraction's separator has nothing to separate.
    push_number(out, spec, &parts, locale_for(spec, locale))
}

/// Appends an int as a character, type `c`.
pub fn format_char(out: &mut Vec<u8>, spec: &Spec, cp: Option<u32>) -> Result<(), FormatError> {
    let Some(cp) = cp.filter(|&cp| cp <= 0x10ffff) else {
        return Err(FormatError::overflow("%c arg not in range(0x110000)"));
    };
    let (bytes, len) = utf8::encode(cp);
    let rest = &bytes[..len];
    let parts =
        Parts { negative: false, prefix: b"", digits: b"", point: b"", fraction: b"", rest };
    push_number(out, spec, &parts, NumberLocale::of(Separator::None))
}

fn precision_of(spec: &Spec) -> Result<Option<usize>, FormatError> {
    match spec.precision {
        Some(precision) if precision > i32::MAX as usize => {
            Err(FormatError::value("precision too big"))
        }
        precision => Ok(precision),
    }
}

/// Appends a float.
pub fn format_float(
    out: &mut Vec<u8>,
    spec: &Spec,
    value: f64,
    type_name: &str,
    locale: NumberLocale,
) -> Result<(), FormatError> {
    let kind = spec.kind_byte();
    if !matches!(kind, 0 | b'e' | b'E' | b'f' | b'F' | b'g' | b'G' | b'n' | b'%') {
        return Err(spec.unknown_kind(type_name));
    }
    let precision = precision_of(spec)?;
    let mut flags =
        Flags { alternate: spec.alternate, no_neg_0: spec.no_neg_0, ..Flags::default() };
    let (mut value, mut percent) = (value, false);
    let code = match kind {
        0 => {
            flags.add_dot_0 = true;
            if precision.is_some() { b'g' } else { b'r' }
        }
        b'n' => b'g',
        b'%' => {
            value *= 100.0;
            percent = true;
            b'f'
        }
        kind => kind,
    };
    let mut text = Vec::new();
    float::push_double(&mut text, value, code, precision.unwrap_or(6), flags)?;
    if percent {
        text.push(b'%');
    }
    let locale = locale_for(spec, locale);
    push_number(out, spec, &number_parts(&text, locale), locale)
}

/// Takes a rendered float apart.
fn number_parts<'a>(text: &'a [u8], locale: NumberLocale<'a>) -> Parts<'a> {
    let (negative, text) = match text {
        [b'-', rest @ ..] => (true, rest),
        _ => (false, text),
    };
    let digits = |text: &[u8]| text.iter().take_while(|b| b.is_ascii_digit()).count();
    let (digits_part, rest) = text.split_at(digits(text));
    let (point, fraction, rest) = match rest {
        [b'.', rest @ ..] => {
            let (fraction, rest) = rest.split_at(digits(rest));
            (locale.decimal_point, fraction, rest)
        }
        _ => (&b""[..], &b""[..], rest),
    };
    Parts { negative, prefix: b"", digits: digits_part, point, fraction, rest }
}

/// Appends a complex number.
pub fn format_complex(
    out: &mut Vec<u8>,
    spec: &Spec,
    real: f64,
    imaginary: f64,
    type_name: &str,
    locale: NumberLocale,
) -> Result<(), FormatError> {
    let kind = spec.kind_byte();
    if !matches!(kind, 0 | b'e' | b'E' | b'f' | b'F' | b'g' | b'G' | b'n') {
        return Err(spec.unknown_kind(type_name));
    }
    let precision = precision_of(spec)?;
    if spec.fill == u32::from(b'0') {
        return Err(FormatError::value("Zero padding is not allowed in complex format specifier"));
    }
    if spec.align == Align::AfterSign {
        return Err(FormatError::value(
            "'=' alignment flag is not allowed in complex format specifier",
        ));
    }
    let flags = Flags { alternate: spec.alternate, no_neg_0: spec.no_neg_0, ..Flags::default() };
    let (code, skip_real) = match kind {
        0 => {
            let skip = real == 0.0 && real.is_sign_positive();
            (if precision.is_some() { b'g' } else { b'r' }, skip)
        }
        b'n' => (b'g', false),
        kind => (kind, false),
    };
    let parens = kind == 0 && !skip_real;
    let locale = locale_for(spec, locale);
    let part = |text: &mut Vec<u8>, value, sign| {
        let spec = Spec { width: None, align: Align::Left, sign, ..spec.clone() };
        let mut digits = Vec::new();
        float::push_double(&mut digits, value, code, precision.unwrap_or(6), flags)?;
        push_number(text, &spec, &number_parts(&digits, locale), locale)
    };
    let mut text = Vec::new();
    if parens {
        push(&mut text, u32::from(b'('));
    }
    if !skip_real {
        part(&mut text, real, spec.sign)?;
    }
    part(&mut text, imaginary, if skip_real { spec.sign } else { Some(Sign::Plus) })?;
    text.extend_from_slice(if parens { b"j)" } else { b"j" });
    pad(out, spec, spec.align, char_count(&text), &text)
}
