//! IEEE 754 half precision, as `struct` and memoryview know it (format "e").

/// The value of a half.
pub fn half_to_f64(bits: u16) -> f64 {
    let sign = u64::from(bits >> 15) << 63;
    let exponent = u64::from(bits >> 10 & 31);
    let fraction = u64::from(bits & 0x3ff);
    let magnitude = match exponent {
        0 => return (fraction as f64 * f64::powi(2.0, -24)).copysign(f64::from_bits(sign | 1)),
        31 => 0x7ff << 52 | fraction << 42,
        e => (e + 1008) << 52 | fraction << 42,
    };
    f64::from_bits(sign | magnitude)
}

/// The nearest half, ties to even; `None` when a finite value is too large.
pub fn f64_to_half(value: f64) -> Option<u16> {
    let bits = value.to_bits();
    let sign = (bits >> 48) as u16 & 0x8000;
    if value.is_nan() {
        let payload = (bits >> 42) as u16 & 0x3ff;
        return Some(sign | 0x7c00 | if payload == 0 { 0x200 } else { payload });
    }
    if value.is_infinite() {
        return Some(sign | 0x7c00);
    }
    let magnitude = value.abs();
    // Below the normal range halves are multiples of 2^-24; above, of 2^(exponent - 10).
    let exponent = ((bits >> 52 & 0x7ff) as i32 - 1023).max(-14);
    let scaled = magnitude * f64::powi(2.0, 10 - exponent);
    let units = scaled.round_ties_even() as u32;
    // Rounding up to the next power of two carries into the exponent by itself.
    let half = if units < 0x400 { units } else { (((exponent + 14) as u32) << 10) + units };
    (half < 0x7c00).then_some(sign | half as u16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_round_trip() {
        for bits in 0..=u16::MAX {
            let v = half_to_f64(bits);
            if v.is_nan() {
                assert!(half_to_f64(f64_to_half(v).expect("a NaN fits")).is_nan());
            } else {
                assert_eq!(f64_to_half(v), Some(bits));
            }
        }
        assert_eq!(f64_to_half(65519.0), Some(0x7bff));
        assert_eq!(f64_to_half(65520.0), None);
        assert_eq!(f64_to_half(1e-10), Some(0));
    }
}
