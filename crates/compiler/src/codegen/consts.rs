//! Constants of the tree as constants of code, and docstrings without their margin.

use std::sync::Arc;

use bytecode::{Const, RawStr};
use parser::ast::{Constant, Int};

pub(super) fn constant(value: Constant<'_>) -> Const {
    match value {
        Constant::None => Const::None,
        Constant::True => Const::True,
        Constant::False => Const::False,
        Constant::Ellipsis => Const::Ellipsis,
        Constant::Int(value) => int(value),
        Constant::Float(value) => Const::Float(value),
        Constant::Complex { real, imag } => Const::Complex(real, imag),
        Constant::Str(text) => Const::Str(RawStr::from(text)),
        Constant::Bytes(bytes) => Const::Bytes(Arc::from(bytes)),
        Constant::Tuple(items) => Const::Tuple(items.iter().map(|&item| constant(item)).collect()),
        Constant::FrozenSet(items) => {
            Const::FrozenSet(items.iter().map(|&item| constant(item)).collect())
        }
    }
}

fn int(value: Int<'_>) -> Const {
    match value {
        Int::Small(value) => Const::Int(value),
        Int::Big { negative, radix, digits } => {
            Const::int_from_magnitude(negative, &magnitude(digits, u32::from(radix)))
        }
    }
}

/// Little-endian bytes of a number from its digits.
fn magnitude(digits: &str, radix: u32) -> Vec<u8> {
    let values = digits.chars().map(|digit| digit.to_digit(radix).unwrap_or(0));
    if radix.is_power_of_two() {
        return pack_bits(values.rev(), radix.trailing_zeros());
    }
    // As many digits at once as a 32-bit limb holds.
    let mut limbs: Vec<u32> = Vec::with_capacity(digits.len() / 9 + 1);
    let digits: Vec<u32> = values.collect();
    for chunk in digits.chunks(9) {
        let (mut carry, mut scale) = (0u64, 1u64);
        for &digit in chunk {
            carry = carry * u64::from(radix) + u64::from(digit);
            scale *= u64::from(radix);
        }
        for limb in &mut limbs {
            carry += u64::from(*limb) * scale;
            *limb = carry as u32;
            carry >>= 32;
        }
        if carry != 0 {
            limbs.push(carry as u32);
        }
    }
    limbs.iter().flat_map(|limb| limb.to_le_bytes()).collect()
}

/// Digits of `width` bits each, the lowest first.
fn pack_bits(digits: impl Iterator<Item = u32>, width: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let (mut pending, mut bits) = (0u32, 0);
    for digit in digits {
        pending |= digit << bits;
        bits += width;
        while bits >= 8 {
            bytes.push(pending as u8);
            pending >>= 8;
            bits -= 8;
        }
    }
    if bits > 0 {
        bytes.push(pending as u8);
    }
    bytes
}

/// A docstring as `inspect.cleandoc` leaves it, except that blank lines at both ends
/// stay, so that line numbers inside it are right.
pub(super) fn clean_docstring(doc: &[u8]) -> Vec<u8> {
    let doc = expand_tabs(doc);
    let indent = |line: &[u8]| line.iter().take_while(|&&byte| byte == b' ').count();
    let mut lines = doc.split_inclusive(|&byte| byte == b'\n');
    let first = lines.next().unwrap_or_default();
    let margin = lines
        .clone()
        .filter(|line| !matches!(line.get(indent(line)), None | Some(b'\n')))
        .map(indent)
        .min()
        .unwrap_or(0);
    let mut clean = Vec::with_capacity(doc.len());
    clean.extend_from_slice(&first[indent(first)..]);
    for line in lines {
        clean.extend_from_slice(&line[indent(line).min(margin)..]);
    }
    clean
}

/// `str.expandtabs()` for tabs of eight columns.
fn expand_tabs(text: &[u8]) -> Vec<u8> {
    let mut expanded = Vec::with_capacity(text.len());
    let mut column = 0;
    for &byte in text {
        match byte {
            b'\t' => {
                let width = 8 - column % 8;
                expanded.resize(expanded.len() + width, b' ');
                column += width;
                continue;
            }
            b'\n' | b'\r' => column = 0,
            // Continuation bytes belong to a character that was counted.
            _ if byte & 0xC0 == 0x80 => {}
            _ => column += 1,
        }
        expanded.push(byte);
    }
    expanded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn docstrings_lose_their_margin_but_no_line() {
        let check = |doc: &str, clean: &str| {
            assert_eq!(String::from_utf8_lossy(&clean_docstring(doc.as_bytes())), clean);
        };
        check("one line", "one line");
        check("  lead", "lead");
        check("a\n    b\n      c\n\n    ", "a\nb\n  c\n\n");
        check("a\n\tb\n        c", "a\nb\nc");
        check("\n  \n   x\n  ", "\n\nx\n");
    }

    #[test]
    fn big_digits() {
        assert_eq!(magnitude("18446744073709551616", 10), [0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0]);
        assert_eq!(magnitude("10000000000000000", 16), [0, 0, 0, 0, 0, 0, 0, 0, 1]);
        assert_eq!(magnitude("7777", 8), [0xFF, 0x0F]);
    }
}
