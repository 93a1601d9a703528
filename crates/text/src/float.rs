//! Floats to text and back, as CPython spells them.
//! CPython's counterpart: `PyOS_double_to_string`, `PyOS_string_to_double`, `float.hex`, `round`.
//!
//! Digits come from the standard library, whose shortest and exact conversions are correctly
//! rounded; what is here is where they go.

pub mod digits;
pub mod half;
pub mod hex;
pub mod parse;
pub mod round;

pub use half::{f64_to_half, half_to_f64};
pub use hex::{HexError, from_hex, to_hex};
pub use parse::{parse, to_ascii_numeral};
pub use round::{decompose, round_to};

use crate::utf8::SizeError;
use digits::Digits;
use std::io::Write;

/// How `format_double` writes its number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flags {
    /// A `+` in front of what is not negative.
    pub sign: bool,
    /// `.0` after what would look like an integer.
    pub add_dot_0: bool,
    /// Keep the point and the trailing zeros: `#`.
    pub alternate: bool,
    /// No `-` in front of what rounds to zero: `z`.
    pub no_neg_0: bool,
}

/// `repr(x)`.
pub fn repr(value: f64) -> String {
    let mut out = Vec::with_capacity(24);
    push_repr(&mut out, value);
    into_string(out)
}

/// Appends `repr(x)`.
pub fn push_repr(out: &mut Vec<u8>, value: f64) {
    if !value.is_finite() {
        return push_special(out, value, Flags::default(), false);
    }
    let whole = value as i64;
    if whole as f64 == value && whole != 0 && whole.unsigned_abs() < 1_000_000_000_000_000 {
        write!(out, "{whole}.0").expect("writing to a vector");
        return;
    }
    let digits = Digits::shortest(value);
    let flags = Flags { add_dot_0: true, ..Flags::default() };
    assemble(out, &digits, Layout::of(b'r', &digits, 0, flags), flags, false);
}

/// `repr` of a complex number.
pub fn complex_repr(real: f64, imaginary: f64) -> String {
    let mut out = Vec::with_capacity(48);
    let part = |out: &mut Vec<u8>, value, sign| {
        let flags = Flags { sign, ..Flags::default() };
        // The shortest form has no precision that could be too large.
        push_double(out, value, b'r', 0, flags).unwrap_or_default();
    };
    if real == 0.0 && real.is_sign_positive() {
        part(&mut out, imaginary, false);
        out.push(b'j');
    } else {
        out.push(b'(');
        part(&mut out, real, false);
        part(&mut out, imaginary, true);
        out.extend_from_slice(b"j)");
    }
    into_string(out)
}

/// Formats by a code of `e f g r`, or `E F G` for capitals.
/// Any precision is exact; the error is for results that do not fit in memory.
pub fn format_double(
    value: f64,
    code: u8,
    precision: usize,
    flags: Flags,
) -> Result<String, SizeError> {
    let mut out = Vec::new();
    push_double(&mut out, value, code, precision, flags)?;
    Ok(into_string(out))
}

/// Appends what `format_double` gives.
pub fn push_double(
    out: &mut Vec<u8>,
    value: f64,
    code: u8,
    precision: usize,
    flags: Flags,
) -> Result<(), SizeError> {
    let upper = code.is_ascii_uppercase();
    if !value.is_finite() {
        push_special(out, value, flags, upper);
        return Ok(());
    }
    let code = code.to_ascii_lowercase();
    let precision = if code == b'g' { precision.max(1) } else { precision };
    let mut digits = match code {
        b'e' => Digits::significant(value, precision.saturating_add(1)),
        b'f' => Digits::fixed(value, precision),
        b'g' => Digits::significant(value, precision),
        _ => Digits::shortest(value),
    };
    if flags.no_neg_0 && digits.is_zero() {
        digits.negative = false;
    }
    let layout = Layout::of(code, &digits, precision, flags);
    let size = layout.end.saturating_sub(layout.start).saturating_add(16);
    let size = usize::try_from(size).map_err(|_| SizeError::Memory)?;
    if size > isize::MAX as usize {
        return Err(SizeError::Overflow);
    }
    out.try_reserve(size).map_err(|_| SizeError::Memory)?;
    assemble(out, &digits, layout, flags, upper);
    Ok(())
}

fn push_special(out: &mut Vec<u8>, value: f64, flags: Flags, upper: bool) {
    // The sign of a NaN is never shown.
    if value.is_nan() {
        if flags.sign {
            out.push(b'+');
        }
        return out.extend_from_slice(if upper { b"NAN" } else { b"nan" });
    }
    if value < 0.0 {
        out.push(b'-');
    } else if flags.sign {
        out.push(b'+');
    }
    out.extend_from_slice(if upper { b"INF" } else { b"inf" });
}

/// Which digit positions are written, and where the point is: position 0 is the first digit
/// there is, positions outside the digits are zeros.
struct Layout {
    start: i64,
    end: i64,
    point: i64,
    exponent: Option<i64>,
}

impl Layout {
    fn of(code: u8, digits: &Digits, precision: usize, flags: Flags) -> Layout {
        let precision = i64::try_from(precision).unwrap_or(i64::MAX / 4).min(i64::MAX / 4);
        let mut point = i64::from(digits.point);
        let mut end = digits.len() as i64;
        let use_exponent = match code {
            b'e' => {
                end = precision + 1;
                true
            }
            b'f' => {
                end = point + precision;
                false
            }
            b'g' => {
                if flags.alternate {
                    end = precision;
                }
                point <= -4 || point > precision - i64::from(flags.add_dot_0)
            }
            _ => point <= -4 || point > 16,
        };
        let exponent = use_exponent.then_some(point - 1);
        if use_exponent {
            point = 1;
        }
        let start = if point <= 0 { point - 1 } else { 0 };
        let whole = if !use_exponent && flags.add_dot_0 { point + 1 } else { point };
        Layout { start, end: end.max(whole), point, exponent }
    }
}

fn assemble(out: &mut Vec<u8>, digits: &Digits, layout: Layout, flags: Flags, upper: bool) {
    if digits.negative {
        out.push(b'-');
    } else if flags.sign {
        out.push(b'+');
    }
    let Layout { start, end, point, exponent } = layout;
    push_positions(out, digits, start, end.min(point));
    if end > point {
        out.push(b'.');
        push_positions(out, digits, start.max(point), end);
    } else if flags.alternate {
        out.push(b'.');
    }
    if let Some(exponent) = exponent {
        out.push(if upper { b'E' } else { b'e' });
        out.push(if exponent < 0 { b'-' } else { b'+' });
        let size = exponent.unsigned_abs();
        if size >= 100 {
            out.push(b'0' + (size / 100) as u8);
        }
        out.extend([b'0' + (size / 10 % 10) as u8, b'0' + (size % 10) as u8]);
    }
}

/// Appends the digits at positions `from..to`, zeros where there are none.
fn push_positions(out: &mut Vec<u8>, digits: &Digits, from: i64, to: i64) {
    if from >= to {
        return;
    }
    let total = (to - from) as usize;
    let before = (-from).clamp(0, to - from) as usize;
    out.resize(out.len() + before, b'0');
    let length = digits.len() as i64;
    let (first, last) = (from.clamp(0, length), to.clamp(0, length));
    out.extend_from_slice(&digits.as_slice()[first as usize..last as usize]);
    let written = before + (last - first) as usize;
    out.resize(out.len() + (total - written), b'0');
}

fn into_string(out: Vec<u8>) -> String {
    String::from_utf8(out).expect("floats are spelled in ASCII")
}
