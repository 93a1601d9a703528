//! Decimal digits of a float: shortest, to so many significant digits, to so many decimals.

use super::round::decompose;
use std::fmt::Write;

/// A double has at most 767 significant digits and 1074 decimals: more precision adds zeros.
const MAX_PRECISION: usize = 1100;

/// The value is `0.DIGITS * 10**point`; no trailing zeros, and point 1 for zero.
pub struct Digits {
    pub negative: bool,
    pub point: i32,
    text: Text,
    len: usize,
}

/// What the conversion wrote: on the stack when short, as nearly all are.
enum Text {
    Short([u8; SHORT]),
    Long(Vec<u8>),
}

const SHORT: usize = 40;

struct Sink {
    bytes: [u8; SHORT],
    len: usize,
    rest: Vec<u8>,
}

impl Write for Sink {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        let end = self.len + text.len();
        match self.bytes.get_mut(self.len..end) {
            Some(room) if self.rest.is_empty() => room.copy_from_slice(text.as_bytes()),
            _ => {
                if self.rest.is_empty() {
                    self.rest.extend_from_slice(&self.bytes[..self.len]);
                }
                self.rest.extend_from_slice(text.as_bytes());
            }
        }
        self.len = end;
        Ok(())
    }
}

impl Digits {
    /// The shortest digits that read back as the same float; of two equally close, the even.
    pub fn shortest(value: f64) -> Digits {
        let digits = Self::from_scientific(value, format_args!("{:e}", value.abs()));
        // The standard library rounds such ties up.  They need 15 digits, one less than exact.
        let odd = digits.as_slice().last().is_some_and(|last| last % 2 == 1);
        if odd && digits.len >= 15 {
            let (_, _, exponent) = decompose(value);
            if exponent >= 0 || digits.len as i32 + 1 - digits.point == -exponent {
                let even = Self::significant(value, digits.len);
                // Below a power of two floats lie closer together: there the even one of two
                // equally close numerals may read back as the float before.
                if !is_power_of_two(value) || even.reads_as(value.abs()) {
                    return even;
                }
            }
        }
        digits
    }

    /// Correctly rounded to `count` significant digits.
    pub fn significant(value: f64, count: usize) -> Digits {
        let precision = count.saturating_sub(1).min(MAX_PRECISION);
        Self::from_scientific(value, format_args!("{:.*e}", precision, value.abs()))
    }

    /// Correctly rounded to `decimals` digits after the point.
    pub fn fixed(value: f64, decimals: usize) -> Digits {
        let precision = decimals.min(MAX_PRECISION);
        let mut digits = Self::write(value, format_args!("{:.*}", precision, value.abs()));
        let len = digits.len;
        let bytes = digits.bytes_mut();
        // Drop the point, then leading and trailing zeros.
        let point = bytes[..len].iter().position(|&b| b == b'.').unwrap_or(len);
        let mut end = len;
        if point < len {
            bytes.copy_within(point + 1..len, point);
            end -= 1;
        }
        let zeros = bytes[..end].iter().take_while(|&&b| b == b'0').count();
        bytes.copy_within(zeros..end, 0);
        digits.len = end - zeros;
        digits.point = point as i32 - zeros as i32;
        digits.trimmed()
    }

    fn reads_as(&self, value: f64) -> bool {
        let digits = core::str::from_utf8(self.as_slice()).unwrap_or_default();
        format!("0.{digits}e{}", self.point).parse() == Ok(value)
    }

    fn from_scientific(value: f64, arguments: std::fmt::Arguments) -> Digits {
        let mut digits = Self::write(value, arguments);
        let len = digits.len;
        let bytes = digits.bytes_mut();
        let e = bytes[..len].iter().rposition(|&b| b == b'e').unwrap_or(len);
        let exponent = match bytes.get(e + 1..len) {
            Some([b'-', rest @ ..]) => -number(rest),
            Some(rest) => number(rest),
            None => 0,
        };
        let mut end = e;
        if e > 1 {
            // d.ddd
            bytes.copy_within(2..e, 1);
            end -= 1;
        }
        digits.len = end;
        digits.point = exponent + 1;
        digits.trimmed()
    }

    fn write(value: f64, arguments: std::fmt::Arguments) -> Digits {
        let mut sink = Sink { bytes: [0; SHORT], len: 0, rest: Vec::new() };
        sink.write_fmt(arguments).expect("the sink takes everything");
        let Sink { bytes, len, rest } = sink;
        let text = if rest.is_empty() { Text::Short(bytes) } else { Text::Long(rest) };
        Digits { negative: value.is_sign_negative(), point: 1, text, len }
    }

    fn bytes_mut(&mut self) -> &mut [u8] {
        match &mut self.text {
            Text::Short(bytes) => bytes,
            Text::Long(bytes) => bytes,
        }
    }

    fn trimmed(mut self) -> Digits {
        let len = self.len;
        let kept = self.bytes_mut()[..len].iter().rposition(|&b| b != b'0').map_or(0, |at| at + 1);
        self.len = kept;
        if kept == 0 {
            self.point = 1;
        }
        self
    }

    pub fn as_slice(&self) -> &[u8] {
        match &self.text {
            Text::Short(bytes) => &bytes[..self.len],
            Text::Long(bytes) => &bytes[..self.len],
        }
    }

    pub fn len(&self) -> usize {
        self.len
    }

    pub fn is_zero(&self) -> bool {
        self.len == 0
    }
}

fn is_power_of_two(value: f64) -> bool {
    value.to_bits() & ((1 << (f64::MANTISSA_DIGITS - 1)) - 1) == 0
}

fn number(digits: &[u8]) -> i32 {
    digits.iter().fold(0, |n, &b| n * 10 + i32::from(b - b'0'))
}
