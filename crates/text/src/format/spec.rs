//! `[[fill]align][sign][z][#][0][width][grouping][.precision[grouping]][type]`

use super::FormatError;
use crate::unicode::decimal_value;
use crate::utf8::{self, decode_at};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    Left,
    Right,
    Center,
    /// Padding between sign and digits.
    AfterSign,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// `-`: only where negative; also the default.
    Minus,
    Plus,
    Space,
}

/// The separator of groups of digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Separator {
    None,
    Comma,
    Underscore,
    /// Underscores every four digits, for bases 2, 8 and 16.
    UnderscoreFour,
}

/// A parsed format spec.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spec {
    pub fill: u32,
    pub align: Align,
    /// `None` when not written, which matters to the checks of `str`.
    pub sign: Option<Sign>,
    pub no_neg_0: bool,
    pub alternate: bool,
    pub width: Option<usize>,
    pub thousands: Separator,
    pub precision: Option<usize>,
    pub frac_thousands: Separator,
    /// The presentation type, 0 when not written.
    pub kind: u32,
}

/// What an int's format spec asks of the int.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IntStyle {
    /// Render the character with `format_char`.
    Char,
    /// Render these digits with `format_int`; 10, 2, 8 or 16.
    Digits { base: u32, upper: bool },
    /// Convert to a float and render with `format_float`.
    Float,
}

impl Spec {
    /// What an empty spec means for text: left-aligned.
    pub fn parse_for_text(spec: &[u8], type_name: &str) -> Result<Spec, FormatError> {
        Spec::parse(spec, type_name, u32::from(b's'), Align::Left)
    }

    pub fn parse_for_int(spec: &[u8], type_name: &str) -> Result<Spec, FormatError> {
        Spec::parse(spec, type_name, u32::from(b'd'), Align::Right)
    }

    /// For float and complex.
    pub fn parse_for_float(spec: &[u8], type_name: &str) -> Result<Spec, FormatError> {
        Spec::parse(spec, type_name, 0, Align::Right)
    }

    fn parse(
        text: &[u8],
        type_name: &str,
        default_kind: u32,
        default_align: Align,
    ) -> Result<Spec, FormatError> {
        let mut spec = Spec {
            fill: u32::from(b' '),
            align: default_align,
            sign: None,
            no_neg_0: false,
            alternate: false,
            width: None,
            thousands: Separator::None,
            precision: None,
            frac_thousands: Separator::None,
            kind: default_kind,
        };
        let mut scan = Scan { text, at: 0 };
        spec.parse_alignment(&mut scan, default_align);
        spec.width = scan.integer()?;
        spec.thousands = scan.separator()?;
        if scan.eat(b'.') {
            spec.precision = scan.integer()?;
            spec.frac_thousands = scan.separator()?;
            if spec.precision.is_none() && spec.frac_thousands == Separator::None {
                return Err(FormatError::value("Format specifier missing precision"));
            }
        }
        if let Some((kind, len)) = decode_at(text, scan.at) {
            if scan.at + len < text.len() {
                let mut message = b"Invalid format specifier '".to_vec();
                message.extend_from_slice(text);
                message.extend_from_slice(b"' for object of type '");
                message.extend_from_slice(type_name.as_bytes());
                message.push(b'\'');
                return Err(FormatError::value(message));
            }
            spec.kind = kind;
        }
        spec.check_separators()?;
        Ok(spec)
    }

    fn parse_alignment(&mut self, scan: &mut Scan, default_align: Align) {
        let (mut fill_given, mut align_given) = (false, false);
        if let Some((fill, len)) = decode_at(scan.text, scan.at) {
            if let Some(align) = scan.align_at(scan.at + len) {
                (self.fill, self.align) = (fill, align);
                (fill_given, align_given) = (true, true);
                scan.at += len + 1;
            } else if let Some(align) = scan.align_at(scan.at) {
                self.align = align;
                align_given = true;
                scan.at += 1;
            }
        }
        self.sign = match scan.text.get(scan.at) {
            Some(b'+') => Some(Sign::Plus),
            Some(b'-') => Some(Sign::Minus),
            Some(b' ') => Some(Sign::Space),
            _ => None,
        };
        scan.at += usize::from(self.sign.is_some());
        self.no_neg_0 = scan.eat(b'z');
        self.alternate = scan.eat(b'#');
        if !fill_given && scan.eat(b'0') {
            self.fill = u32::from(b'0');
            if !align_given && default_align == Align::Right {
                self.align = Align::AfterSign;
            }
        }
    }

    fn check_separators(&mut self) -> Result<(), FormatError> {
        let kind = u8::try_from(self.kind).unwrap_or(b'?');
        match (self.thousands, kind) {
            (Separator::None, _) => {}
            (_, b'd' | b'e' | b'f' | b'g' | b'E' | b'G' | b'%' | b'F' | 0) => {}
            (Separator::Underscore, b'b' | b'o' | b'x' | b'X') => {
                self.thousands = Separator::UnderscoreFour;
            }
            (separator, _) => return Err(self.wrong_separator(separator)),
        }
        if kind == b'n' && self.frac_thousands != Separator::None {
            return Err(self.wrong_separator(self.frac_thousands));
        }
        Ok(())
    }

    #[cold]
    fn wrong_separator(&self, separator: Separator) -> FormatError {
        let sign = if separator == Separator::Comma { ',' } else { '_' };
        FormatError::value(match printable(self.kind) {
            Some(kind) => format!("Cannot specify '{sign}' with '{kind}'."),
            None => format!("Cannot specify '{sign}' with '\\x{:x}'.", self.kind),
        })
    }

    /// The error for a type that the object does not know.
    #[cold]
    pub fn unknown_kind(&self, type_name: &str) -> FormatError {
        FormatError::value(match printable(self.kind) {
            Some(kind) => {
                format!("Unknown format code '{kind}' for object of type '{type_name}'")
            }
            None => {
                format!("Unknown format code '\\x{:x}' for object of type '{type_name}'", self.kind)
            }
        })
    }

    /// The presentation type as a byte; one that no type has when it is not ASCII.
    pub(super) fn kind_byte(&self) -> u8 {
        if self.kind < 0x80 { self.kind as u8 } else { 0xff }
    }

    /// How to render an int, before its digits are computed.
    pub fn int_style(&self, type_name: &str) -> Result<IntStyle, FormatError> {
        let style = match self.kind_byte() {
            b'c' => IntStyle::Char,
            b'b' => IntStyle::Digits { base: 2, upper: false },
            b'o' => IntStyle::Digits { base: 8, upper: false },
            b'x' => IntStyle::Digits { base: 16, upper: false },
            b'X' => IntStyle::Digits { base: 16, upper: true },
            b'd' | b'n' => IntStyle::Digits { base: 10, upper: false },
            b'e' | b'E' | b'f' | b'F' | b'g' | b'G' | b'%' => return Ok(IntStyle::Float),
            _ => return Err(self.unknown_kind(type_name)),
        };
        if self.precision.is_some() {
            return Err(FormatError::value("Precision not allowed in integer format specifier"));
        }
        if self.no_neg_0 {
            return Err(FormatError::value(
                "Negative zero coercion (z) not allowed in integer format specifier",
            ));
        }
        if style == IntStyle::Char {
            let what = if self.sign.is_some() {
                "Sign"
            } else if self.alternate {
                "Alternate form (#)"
            } else {
                return Ok(style);
            };
            return Err(FormatError::value(format!(
                "{what} not allowed with integer format specifier 'c'"
            )));
        }
        Ok(style)
    }
}

fn printable(kind: u32) -> Option<char> {
    char::from_u32(kind).filter(|_| (33..128).contains(&kind))
}

struct Scan<'a> {
    text: &'a [u8],
    at: usize,
}

impl Scan<'_> {
    fn align_at(&self, at: usize) -> Option<Align> {
        Some(match self.text.get(at)? {
            b'<' => Align::Left,
            b'>' => Align::Right,
            b'^' => Align::Center,
            b'=' => Align::AfterSign,
            _ => return None,
        })
    }

    fn eat(&mut self, byte: u8) -> bool {
        let found = self.text.get(self.at) == Some(&byte);
        self.at += usize::from(found);
        found
    }

    /// Decimal digits of any script.
    fn integer(&mut self) -> Result<Option<usize>, FormatError> {
        let (value, at) = parse_integer(self.text, self.at)?;
        self.at = at;
        Ok(value)
    }

    fn separator(&mut self) -> Result<Separator, FormatError> {
        let comma = self.eat(b',');
        let underscore = self.eat(b'_');
        if underscore && (comma || self.text.get(self.at) == Some(&b',')) {
            return Err(FormatError::value("Cannot specify both ',' and '_'."));
        }
        Ok(match (comma, underscore) {
            (true, _) => Separator::Comma,
            (_, true) => Separator::Underscore,
            _ => Separator::None,
        })
    }
}

/// Reads digits from `at`; gives the number, if there is one, and where it ends.
pub(super) fn parse_integer(
    text: &[u8],
    mut at: usize,
) -> Result<(Option<usize>, usize), FormatError> {
    let mut value: Option<isize> = None;
    while let Some((cp, len)) = decode_at(text, at) {
        let Some(digit) = decimal_value(cp) else { break };
        let next = value.unwrap_or(0).checked_mul(10).and_then(|v| v.checked_add(digit.into()));
        let Some(next) = next else {
            return Err(FormatError::value("Too many decimal digits in format string"));
        };
        value = Some(next);
        at += len;
    }
    Ok((value.map(|v| v as usize), at))
}

/// Appends `count` copies of a code point, which the caller has made room for.
pub(super) fn push_fill(out: &mut Vec<u8>, fill: u32, count: usize) {
    if fill < 0x80 {
        out.resize(out.len() + count, fill as u8);
    } else {
        let (bytes, len) = utf8::encode(fill);
        for _ in 0..count {
            out.extend_from_slice(&bytes[..len]);
        }
    }
}
