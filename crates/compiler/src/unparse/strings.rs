//! f-strings and t-strings as text, and the `repr()` of floats and strings.

use parser::ast::{Constant, Expr, ExprKind};

use super::{Level, Result, Writer};

/// `repr()` of a str, for messages.
pub(crate) fn str_repr(text: &[u8]) -> String {
    String::from_utf8_lossy(&text::utf8::repr::repr_str(text)).into_owned()
}

/// `repr()` of a float: the shortest digits that read back, with an exponent below
/// 1e-4 and from 1e16.
pub(super) fn float_repr(value: f64) -> String {
    let text = plain_float(value);
    if text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-') {
        return text + ".0";
    }
    text
}

/// Without a trailing `.0`, as the parts of a complex number are shown.
fn plain_float(value: f64) -> String {
    if value.is_nan() {
        return "nan".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "inf" } else { "-inf" }.to_owned();
    }
    let scientific = format!("{value:e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..16).contains(&exponent) {
        return format!("{value}");
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{mantissa}e{sign}{:02}", exponent.abs())
}

pub(super) fn complex_repr(real: f64, imag: f64) -> String {
    if real == 0.0 && real.is_sign_positive() {
        return format!("{}j", plain_float(imag));
    }
    let sign = if imag.is_sign_negative() || imag.is_nan() { "" } else { "+" };
    format!("({}{sign}{}j)", plain_float(real), plain_float(imag))
}

impl Writer {
    /// An f-string or t-string, or a part of one outside of any.
    pub(super) fn string(&mut self, e: &Expr<'_>, in_spec: bool) -> Result {
        let (prefix, values) = match e.kind {
            ExprKind::JoinedStr { values } => ("f", values),
            ExprKind::TemplateStr { values } => ("t", values),
            _ => return self.string_element(e, in_spec),
        };
        let mut body = Writer { out: Vec::new(), guard: self.guard };
        for value in values {
            body.string_element(value, in_spec)?;
        }
        if in_spec {
            self.out.extend(body.out);
            return Ok(());
        }
        self.text(prefix);
        self.out.extend(text::utf8::repr::repr_str(&body.out));
        Ok(())
    }

    fn string_element(&mut self, e: &Expr<'_>, in_spec: bool) -> Result {
        self.guard.check()?;
        match e.kind {
            ExprKind::Constant { value: Constant::Str(text), .. } => {
                for &byte in text {
                    if matches!(byte, b'{' | b'}') {
                        self.out.push(byte);
                    }
                    self.out.push(byte);
                }
                Ok(())
            }
            ExprKind::JoinedStr { .. } | ExprKind::TemplateStr { .. } => self.string(e, in_spec),
            ExprKind::FormattedValue { value, conversion, format_spec } => {
                let mut inner = Writer { out: Vec::new(), guard: self.guard };
                inner.expr(value, Level::TEST.next())?;
                self.replacement(&inner.out, conversion, format_spec)
            }
            ExprKind::Interpolation { str: text, conversion, format_spec, .. } => {
                let text = match text {
                    Constant::Str(text) => text,
                    _ => &[],
                };
                self.replacement(text, conversion, format_spec)
            }
            _ => self.expr(e, Level::TEST),
        }
    }

    fn replacement(&mut self, inner: &[u8], conversion: i32, spec: Option<&Expr<'_>>) -> Result {
        // Two braces would be text.
        self.text(if inner.first() == Some(&b'{') { "{ " } else { "{" });
        self.out.extend_from_slice(inner);
        if let Ok(conversion @ (b's' | b'r' | b'a')) = u8::try_from(conversion) {
            self.out.extend([b'!', conversion]);
        }
        if let Some(spec) = spec {
            self.text(":");
            self.string(spec, true)?;
        }
        self.text("}");
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_read_like_python() {
        let check = |value: f64, text: &str| assert_eq!(float_repr(value), text);
        check(1.0, "1.0");
        check(-0.0, "-0.0");
        check(1e16, "1e+16");
        check(1e15, "1000000000000000.0");
        check(1.5e-5, "1.5e-05");
        check(0.0001, "0.0001");
        check(1e22, "1e+22");
        assert_eq!(complex_repr(0.0, 1.0), "1j");
        assert_eq!(complex_repr(-1.0, 2.5), "(-1+2.5j)");
    }
}
