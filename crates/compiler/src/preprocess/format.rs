//! `"..." % (a, b)` with a literal format and a tuple display is an f-string, as long as
//! it uses only `%s`, `%r` and `%a`.

use parser::ast::{Constant, Expr, ExprKind, Range};

use super::Preprocess;

/// A width or precision of this many digits is left to run time.
const MAX_DIGITS: usize = 3;

/// The place of nodes that stand nowhere: every coordinate is -1 in CPython.
const NOWHERE: Range = Range {
    lineno: u32::MAX,
    col_offset: u32::MAX,
    end_lineno: u32::MAX,
    end_col_offset: u32::MAX,
};

/// Reads a format from the left.
struct Reader<'f> {
    format: &'f [u8],
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.format.get(self.at).copied()
    }

    /// Text up to the next conversion.
    fn literal(&mut self) -> Vec<u8> {
        let mut text = Vec::new();
        while let Some(byte) = self.peek() {
            if byte == b'%' {
                if self.format.get(self.at + 1) != Some(&b'%') {
                    break;
                }
                self.at += 1;
            }
            text.push(byte);
            self.at += 1;
        }
        text
    }

    /// A number, `None` if there are no digits; fails on too many, and where the
    /// format ends.
    fn number(&mut self) -> Option<Option<u32>> {
        let start = self.at;
        let mut value = 0;
        while let Some(digit @ b'0'..=b'9') = self.peek() {
            value = value * 10 + u32::from(digit - b'0');
            self.at += 1;
            if self.at - start >= MAX_DIGITS {
                return None;
            }
        }
        self.peek()?;
        Some((self.at > start).then_some(value))
    }

    /// Conversion and format spec behind a `%`.
    fn conversion(&mut self) -> Option<(u8, String)> {
        let mut left = false;
        while let Some(flag @ (b'-' | b'+' | b' ' | b'#' | b'0')) = self.peek() {
            left |= flag == b'-';
            self.at += 1;
        }
        self.peek()?;
        let width = self.number()?;
        let precision = if self.peek()? == b'.' {
            self.at += 1;
            Some(self.number()?.unwrap_or(0))
        } else {
            None
        };
        let conversion = self.peek()?;
        if !matches!(conversion, b's' | b'r' | b'a') {
            return None;
        }
        self.at += 1;
        let mut spec = String::new();
        if let Some(width) = width {
            if !left && width > 0 {
                spec.push('>');
            }
            spec.push_str(&width.to_string());
        }
        if let Some(precision) = precision {
            spec.push('.');
            spec.push_str(&precision.to_string());
        }
        Some((conversion, spec))
    }
}

impl<'a> Preprocess<'a> {
    pub(super) fn fold_format(
        &self,
        left: &'a Expr<'a>,
        right: &'a Expr<'a>,
        range: Range,
    ) -> Option<&'a Expr<'a>> {
        let Some(Constant::Str(format)) = left.as_constant() else { return None };
        let ExprKind::Tuple { elts, .. } = right.kind else { return None };
        if elts.iter().any(|elt| matches!(elt.kind, ExprKind::Starred { .. })) {
            return None;
        }
        let mut reader = Reader { format, at: 0 };
        let mut args = elts.iter();
        let mut values: Vec<&'a Expr<'a>> = Vec::with_capacity(elts.len() * 2 + 1);
        loop {
            let text = reader.literal();
            if !text.is_empty() {
                values.push(self.str_constant(&text, NOWHERE));
            }
            if reader.peek().is_none() {
                break;
            }
            reader.at += 1;
            let arg = args.next()?;
            let (conversion, spec) = reader.conversion()?;
            let spec = (!spec.is_empty()).then(|| self.str_constant(spec.as_bytes(), arg.range));
            let kind = ExprKind::FormattedValue {
                value: arg,
                conversion: i32::from(conversion),
                format_spec: spec,
            };
            values.push(self.expr(kind, arg.range));
        }
        if args.next().is_some() {
            return None;
        }
        let values = self.arena.alloc_slice_copy(&values);
        Some(self.expr(ExprKind::JoinedStr { values }, range))
    }

    fn str_constant(&self, text: &[u8], range: Range) -> &'a Expr<'a> {
        self.constant(Constant::Str(self.arena.alloc_slice_copy(text)), range)
    }
}
