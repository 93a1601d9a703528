//! `float.hex` and `float.fromhex`.

/// `x.hex()`.
pub fn to_hex(value: f64) -> String {
    if !value.is_finite() {
        return super::repr(value);
    }
    let sign = if value.is_sign_negative() { "-" } else { "" };
    if value == 0.0 {
        return format!("{sign}0x0.0p+0");
    }
    let bits = value.to_bits();
    let fraction = bits & ((1 << 52) - 1);
    let biased = (bits >> 52 & 0x7ff) as i32;
    let (lead, exponent) = if biased == 0 { (0, -1022) } else { (1, biased - 1023) };
    format!("{sign}0x{lead}.{fraction:013x}p{exponent:+}")
}

/// Why a string is no hexadecimal float.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HexError {
    /// ValueError
    Invalid,
    /// OverflowError
    TooLarge,
    /// ValueError
    TooLong,
}

impl HexError {
    pub fn message(self) -> &'static str {
        match self {
            HexError::Invalid => "invalid hexadecimal floating-point string",
            HexError::TooLarge => "hexadecimal value too large to represent as a float",
            HexError::TooLong => "hexadecimal string too long to convert",
        }
    }
}

/// `float.fromhex(s)`.
pub fn from_hex(text: &[u8]) -> Result<f64, HexError> {
    let space = |b: &u8| matches!(b, b' ' | b'\t'..=b'\r');
    let start = text.iter().take_while(|b| space(b)).count();
    let end = text.len() - text[start..].iter().rev().take_while(|b| space(b)).count();
    let body = &text[start..end];
    let (negative, body) = match body {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, body),
    };
    let value = match body.to_ascii_lowercase().as_slice() {
        b"inf" | b"infinity" => f64::INFINITY,
        b"nan" => f64::NAN,
        lower => from_hex_digits(lower)?,
    };
    Ok(if negative { -value } else { value })
}

fn from_hex_digits(text: &[u8]) -> Result<f64, HexError> {
    let text = text.strip_prefix(b"0x").unwrap_or(text);
    let (number, exponent) = match memchr::memchr(b'p', text) {
        Some(at) => (&text[..at], Some(&text[at + 1..])),
        None => (text, None),
    };
    let (whole, fraction) = match memchr::memchr(b'.', number) {
        Some(at) => (&number[..at], &number[at + 1..]),
        None => (number, &[][..]),
    };
    if whole.is_empty() && fraction.is_empty() {
        return Err(HexError::Invalid);
    }
    let exponent = exponent.map_or(Ok(0), parse_exponent)?;
    // The 64 most significant bits, with everything below folded into the lowest one.
    let (mut mantissa, mut scale, mut seen) = (0u64, 0i64, 0usize);
    for &byte in whole.iter().chain(fraction) {
        let digit = match byte {
            b'0'..=b'9' => byte - b'0',
            b'a'..=b'f' => byte - b'a' + 10,
            _ => return Err(HexError::Invalid),
        };
        if seen == 0 && digit == 0 {
            continue;
        }
        seen += 1;
        if seen <= 15 {
            mantissa = mantissa << 4 | u64::from(digit);
        } else {
            mantissa |= u64::from(digit != 0);
            scale += 4;
        }
    }
    if mantissa == 0 {
        return Ok(0.0);
    }
    if text.len() > isize::MAX as usize / 8 {
        return Err(HexError::TooLong);
    }
    scale = scale - 4 * fraction.len() as i64 + exponent;
    scaled(mantissa, scale).ok_or(HexError::TooLarge)
}

fn parse_exponent(text: &[u8]) -> Result<i64, HexError> {
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return Err(HexError::Invalid);
    }
    // Saturates far outside what any number of digits could bring back.
    let size = digits.iter().fold(0i64, |n, &b| (n * 10 + i64::from(b - b'0')).min(1 << 58));
    Ok(if negative { -size } else { size })
}

/// `mantissa * 2**scale`, rounded once, ties to even; `None` on overflow.
fn scaled(mantissa: u64, scale: i64) -> Option<f64> {
    let shift = mantissa.leading_zeros();
    let mantissa = mantissa << shift;
    // value = 0.1... * 2**top
    let top = scale - i64::from(shift) + 64;
    if top > 1024 {
        return None;
    }
    if top < -1075 {
        return Some(0.0);
    }
    // Bits that a float with this exponent keeps: 53, fewer when subnormal.
    let kept = (top + 1074).clamp(0, 53) as u32;
    let dropped = 64 - kept;
    let (mut whole, rest, half) = if dropped == 64 {
        (0, mantissa, 1u64 << 63)
    } else {
        (mantissa >> dropped, mantissa & ((1 << dropped) - 1), 1 << (dropped - 1))
    };
    if rest > half || (rest == half && whole & 1 == 1) {
        whole += 1;
    }
    let power = top - i64::from(kept);
    // Both factors are exact, and so is their product unless it overflows.
    let value = if power >= 0 {
        whole as f64 * 2f64.powi(power as i32)
    } else {
        let half_way = (power / 2) as i32;
        whole as f64 * 2f64.powi(half_way) * 2f64.powi(power as i32 - half_way)
    };
    value.is_finite().then_some(value)
}
