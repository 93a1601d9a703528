//! Rounding to decimals, and a float taken apart.

/// Beyond these, rounding changes nothing or leaves nothing.
const MAX_DECIMALS: i64 = 323;
const MIN_DECIMALS: i64 = -308;

/// `round(x, n)` for finite `x`: correctly rounded from the exact value, ties to even.
/// `None` when the result overflows.
pub fn round_to(value: f64, decimals: i64) -> Option<f64> {
    if value == 0.0 || decimals > MAX_DECIMALS || !value.is_finite() {
        return Some(value);
    }
    if decimals < MIN_DECIMALS {
        return Some(0.0f64.copysign(value));
    }
    let rounded = if decimals >= 0 {
        format!("{:.*}", decimals as usize, value).parse().ok()?
    } else {
        round_to_power_of_ten(value, decimals.unsigned_abs() as usize)?
    };
    f64::is_finite(rounded).then_some(rounded)
}

/// Rounds to a multiple of `10**zeros`, on the exact decimal expansion.
fn round_to_power_of_ten(value: f64, zeros: usize) -> Option<f64> {
    let magnitude = value.abs();
    let whole = format!("{:.0}", magnitude.trunc());
    let exact = magnitude.fract() == 0.0;
    let digits = whole.as_bytes();
    let kept = digits.len().saturating_sub(zeros);
    let dropped = &digits[kept..];
    // Compare what is dropped with half a unit.
    let up = match dropped.split_first() {
        _ if dropped.len() < zeros => false,
        Some((b'5', rest)) if exact && rest.iter().all(|&b| b == b'0') => {
            kept > 0 && (digits[kept - 1] - b'0') % 2 == 1
        }
        Some((&first, _)) => first >= b'5',
        None => false,
    };
    let mut result = digits[..kept].to_vec();
    if up {
        let nines = result.iter().rev().take_while(|&&b| b == b'9').count();
        let at = result.len() - nines;
        result[at..].fill(b'0');
        match at.checked_sub(1) {
            Some(at) => result[at] += 1,
            None => result.insert(0, b'1'),
        }
    }
    result.push(b'0');
    let text = format!("{}e{}", String::from_utf8_lossy(&result), zeros as i64 - 1);
    text.parse::<f64>().ok().map(|rounded| rounded.copysign(value))
}

/// A finite float as `mantissa * 2**exponent` with an odd mantissa (or zero): what
/// `as_integer_ratio`, `int` and hashing need.
pub fn decompose(value: f64) -> (bool, u64, i32) {
    let bits = value.to_bits();
    let fraction = bits & ((1 << 52) - 1);
    let biased = (bits >> 52 & 0x7ff) as i32;
    let (mantissa, exponent) =
        if biased == 0 { (fraction, -1074) } else { (fraction | 1 << 52, biased - 1075) };
    let negative = value.is_sign_negative();
    if mantissa == 0 {
        return (negative, 0, 0);
    }
    let shift = mantissa.trailing_zeros();
    (negative, mantissa >> shift, exponent + shift as i32)
}
