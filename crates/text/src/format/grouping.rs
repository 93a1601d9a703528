//! Separators between groups of digits.
//! CPython's counterpart: `_PyUnicode_InsertThousandsGrouping`.

use super::spec::Separator;

/// What the current locale says about numbers, for type `n`.
#[derive(Clone, Copy, Debug)]
pub struct NumberLocale<'a> {
    pub decimal_point: &'a [u8],
    pub thousands_sep: &'a [u8],
    /// Group sizes from the right as in `localeconv()`: the last repeats, 127 ends grouping.
    pub grouping: &'a [u8],
}

impl Default for NumberLocale<'_> {
    /// The C locale.
    fn default() -> Self {
        NumberLocale { decimal_point: b".", thousands_sep: b"", grouping: b"" }
    }
}

impl NumberLocale<'static> {
    pub(super) fn of(separator: Separator) -> NumberLocale<'static> {
        let (thousands_sep, grouping): (&[u8], &[u8]) = match separator {
            Separator::None => (b"", b""),
            Separator::Comma => (b",", b"\x03"),
            Separator::Underscore => (b"_", b"\x03"),
            Separator::UnderscoreFour => (b"_", b"\x04"),
        };
        NumberLocale { decimal_point: b".", thousands_sep, grouping }
    }
}

const NO_MORE: u8 = 127;

/// Digits with separators, at least `min_width` characters wide by leading zeros.
pub(super) struct Grouped<'a> {
    digits: &'a [u8],
    min_width: usize,
    locale: NumberLocale<'a>,
    /// Count groups from the left, as after the decimal point.
    forward: bool,
}

impl<'a> Grouped<'a> {
    pub fn new(digits: &'a [u8], min_width: usize, locale: NumberLocale<'a>) -> Self {
        Grouped { digits, min_width, locale, forward: false }
    }

    pub fn fraction(digits: &'a [u8], locale: NumberLocale<'a>) -> Self {
        Grouped { digits, min_width: 0, locale, forward: true }
    }

    /// Calls `f(separator before?, zeros, digits)` for each group, from the end it starts at.
    fn each(&self, mut f: impl FnMut(bool, usize, usize)) {
        let separator = crate::utf8::char_count(self.locale.thousands_sep);
        let mut remaining = self.digits.len();
        let mut width = self.min_width;
        let mut sizes = self.locale.grouping.iter();
        let mut size = 0;
        let mut started = false;
        loop {
            // A size of 0 repeats the one before.
            match sizes.next() {
                Some(&0) | None => {}
                Some(&next) => size = next,
            }
            if size == 0 || size >= NO_MORE {
                // No grouping from here on.
                let len = remaining.max(width).max(1);
                if len > 0 && (remaining > 0 || width > 0 || !started) {
                    f(started, len - remaining, remaining);
                }
                return;
            }
            let len = usize::from(size).min(remaining.max(width).max(1));
            let taken = remaining.min(len);
            f(started, len - taken, taken);
            started = true;
            remaining -= taken;
            width = width.saturating_sub(len);
            if remaining == 0 && width == 0 {
                return;
            }
            width = width.saturating_sub(separator);
        }
    }

    /// Number of characters, and of bytes.
    pub fn size(&self) -> (usize, usize) {
        if self.digits.is_empty() && self.min_width == 0 {
            return (0, 0);
        }
        let (mut plain, mut separators) = (0usize, 0usize);
        self.each(|separated, zeros, digits| {
            plain = plain.saturating_add(zeros).saturating_add(digits);
            separators += usize::from(separated);
        });
        let separator = self.locale.thousands_sep;
        let chars = separators.saturating_mul(crate::utf8::char_count(separator));
        let bytes = separators.saturating_mul(separator.len());
        (plain.saturating_add(chars), plain.saturating_add(bytes))
    }

    /// Appends the digits, for which the caller has made room.
    pub fn push(&self, out: &mut Vec<u8>) {
        let separator = self.locale.thousands_sep;
        if self.forward {
            let mut left = self.digits;
            if left.is_empty() {
                return;
            }
            self.each(|separated, _, count| {
                if separated {
                    out.extend_from_slice(separator);
                }
                let (group, rest) = left.split_at(count);
                out.extend_from_slice(group);
                left = rest;
            });
            return;
        }
        if separator.is_empty() {
            let zeros = self.size().1 - self.digits.len();
            out.resize(out.len() + zeros, b'0');
            return out.extend_from_slice(self.digits);
        }
        let (_, bytes) = self.size();
        let start = out.len();
        out.resize(start + bytes, b'0');
        if bytes == 0 {
            return;
        }
        let (mut end, mut left) = (out.len(), self.digits);
        self.each(|separated, zeros, count| {
            if separated {
                end -= separator.len();
                out[end..end + separator.len()].copy_from_slice(separator);
            }
            let (rest, group) = left.split_at(left.len() - count);
            out[end - count..end].copy_from_slice(group);
            end -= count + zeros;
            left = rest;
        });
    }
}
