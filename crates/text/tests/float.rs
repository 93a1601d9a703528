//! Floats to text and back.

use rpython_text::float::{self, Flags, HexError};
use rpython_text::utf8::SizeError;

#[test]
fn reprs() {
    for (value, expect) in [
        (0.0, "0.0"),
        (-0.0, "-0.0"),
        (1e16, "1e+16"),
        (9999999999999998.0, "9999999999999998.0"),
        (0.0001, "0.0001"),
        (0.00001, "1e-05"),
        (5e-324, "5e-324"),
        (1.7976931348623157e308, "1.7976931348623157e+308"),
        (-238352914881501.12, "-238352914881501.12"),
        (f64::INFINITY, "inf"),
        (f64::NAN, "nan"),
    ] {
        assert_eq!(float::repr(value), expect);
        let back = float::parse(expect.as_bytes()).expect("a float");
        assert!(back == value || value.is_nan() && back.is_nan() || expect.len() == 19);
    }
    // The float before a power of two is closer than the one after it.
    for exponent in -1074..1024 {
        let value = 2_f64.powi(exponent);
        assert_eq!(float::repr(value).parse(), Ok(value));
    }
    assert_eq!(float::repr(2_f64.powi(-24)), "5.960464477539063e-08");
    assert_eq!(float::repr(2_f64.powi(-44)), "5.684341886080802e-14");
    assert_eq!(float::complex_repr(0.0, 1.0), "1j");
    assert_eq!(float::complex_repr(-0.0, -1.5), "(-0-1.5j)");
}

#[test]
fn formats() {
    fn check(value: f64, code: u8, precision: usize, expect: &str) {
        let got = float::format_double(value, code, precision, Flags::default());
        assert_eq!(got.as_deref(), Ok(expect));
    }
    check(2.5, b'f', 0, "2");
    check(0.125, b'f', 2, "0.12");
    check(1e22, b'f', 1, "10000000000000000000000.0");
    check(0.1, b'e', 20, "1.00000000000000005551e-01");
    check(1234567.0, b'g', 6, "1.23457e+06");
    check(100000.0, b'g', 6, "100000");
    check(f64::INFINITY, b'F', 2, "INF");
    let flags = Flags { alternate: true, sign: true, ..Flags::default() };
    assert_eq!(float::format_double(1.0, b'g', 3, flags).as_deref(), Ok("+1.00"));
    let flags = Flags { no_neg_0: true, ..Flags::default() };
    assert_eq!(float::format_double(-0.001, b'f', 1, flags).as_deref(), Ok("0.0"));
    let huge = float::format_double(1.0, b'f', usize::MAX, Flags::default());
    assert!(matches!(huge, Err(SizeError::Overflow | SizeError::Memory)));
}

#[test]
fn parsing() {
    for (text, expect) in [
        ("1_000.5", Some(1000.5)),
        ("1e400", Some(f64::INFINITY)),
        ("-Infinity", Some(f64::NEG_INFINITY)),
        (".5", Some(0.5)),
        ("5.", Some(5.0)),
        ("1__0", None),
        ("_1", None),
        ("1_.0", None),
        ("", None),
        (".", None),
        ("0x1", None),
        ("1 ", None),
    ] {
        assert_eq!(float::parse(text.as_bytes()), expect, "{text}");
    }
    assert_eq!(float::to_ascii_numeral("١\u{2003}x".as_bytes()).as_ref(), b"1 x");
}

#[test]
fn hexadecimal() {
    assert_eq!(float::to_hex(-0.1), "-0x1.999999999999ap-4");
    assert_eq!(float::to_hex(5e-324), "0x0.0000000000001p-1022");
    for (text, expect) in [
        ("0x1.8p1", Ok(3.0)),
        (" -.8p0 ", Ok(-0.5)),
        ("0x0.00000000000008p-1022", Ok(0.0)),
        ("0x0.000000000000081p-1022", Ok(5e-324)),
        ("0x1p1024", Err(HexError::TooLarge)),
        ("0x", Err(HexError::Invalid)),
        ("1p", Err(HexError::Invalid)),
    ] {
        assert_eq!(float::from_hex(text.as_bytes()), expect, "{text}");
    }
}

#[test]
fn rounding() {
    for (value, decimals, expect) in [
        (2.675, 2, Some(2.67)),
        (0.5, 0, Some(0.0)),
        (1.5, 0, Some(2.0)),
        (25.0, -1, Some(20.0)),
        (35.0, -1, Some(40.0)),
        (50.0, -2, Some(0.0)),
        (50.5, -2, Some(100.0)),
        (-1.0, -400, Some(-0.0)),
        (1.7976931348623157e308, -308, None),
        (0.1, 400, Some(0.1)),
    ] {
        assert_eq!(float::round_to(value, decimals), expect, "{value}");
    }
    assert_eq!(float::decompose(-0.75), (true, 3, -2));
}
