//! Values, warnings and errors of literals, as CPython 3.14 gives them.

use bumpalo::Bump;

use super::*;
use crate::ast::Int;

/// The decoded value, escaped, with the place and name of the first invalid escape.
fn decode(token: &str) -> String {
    let arena = Bump::new();
    let parts = string_parts(token.as_bytes());
    let decoded = if parts.bytes {
        decode_bytes(parts.body, parts.raw, &arena)
    } else {
        decode_str(parts.body, parts.raw, &arena)
    };
    match decoded {
        Err(error) => error.message(),
        Ok(decoded) => {
            let mut shown = decoded.value.escape_ascii().to_string();
            if let Some(escape) = decoded.invalid_escape {
                let (line, col) = escape.place(1, 0, token.as_bytes());
                let error = escape.error();
                let name = error.split(" is an").next().unwrap_or_default();
                shown.push_str(&format!(" {line}:{col} {name}"));
            }
            shown
        }
    }
}

#[test]
fn strings() {
    let check = |token: &str, expected: &str| assert_eq!(decode(token), expected, "{token}");
    check("''", "");
    check("'ab'", "ab");
    check("\"\"\"a\"b\"\"\"", "a\\\"b");
    check("'''a'''", "a");
    check("r'\\d'", "\\\\d");
    check(r"'\a\b\t\n\v\f\r\\'", r"\x07\x08\t\n\x0b\x0c\r\\");
    check("'a\\\nb'", "ab");
    check(r"'\x41\u00e9\U0001F600\101\78'", r"A\xc3\xa9\xf0\x9f\x98\x80A\x078");
    check(r"'\N{BULLET}\N{bullet}'", r"\xe2\x80\xa2\xe2\x80\xa2");
    check(r"'\ud83d\ude00'", r"\xed\xa0\xbd\xed\xb8\x80");
    check("'\\\u{e9}'", r"\\\xc3\xa9");
    check(r"b'\xff\377'", r"\xff\xff");
    check(r"b'a\u0041'", r#"a\\u0041 1:1 "\u""#);
    check(r#""\d\e""#, r#"\\d\\e 1:1 "\d""#);
    check("'''a\nb\\d'''", r#"a\nb\\d 2:1 "\d""#);
    check("'''a\n\u{e9}b\\400'''", r#"a\n\xc3\xa9b\xc4\x80 2:11 "\400""#);
    check(r"b'\400'", r#"\x00 1:0 "\400""#);
}

#[test]
fn bad_strings() {
    let check = |token: &str, expected: &str| assert_eq!(decode(token), expected, "{token}");
    let codec = "(unicode error) 'unicodeescape' codec can't decode bytes in position";
    check(r"'\x1'", &format!(r"{codec} 0-2: truncated \xXX escape"));
    check("'\u{e9}\\x1'", &format!(r"{codec} 10-12: truncated \xXX escape"));
    check("'\\\u{e9}\\x1'", &format!(r"{codec} 16-18: truncated \xXX escape"));
    check(r"'\u12'", &format!(r"{codec} 0-3: truncated \uXXXX escape"));
    check(r"'\U1'", &format!(r"{codec} 0-2: truncated \UXXXXXXXX escape"));
    check(r"'\U00110000'", &format!("{codec} 0-9: illegal Unicode character"));
    check(r"'abc\N'", &format!(r"{codec} 3-4: malformed \N character escape"));
    check(r"'\N{}'", &format!(r"{codec} 0-2: malformed \N character escape"));
    check(r"'\N{foo'", &format!(r"{codec} 0-5: malformed \N character escape"));
    check(r"'\N{foo}'", &format!("{codec} 0-6: unknown Unicode character name"));
    check(r"b'abc\x'", r"(value error) invalid \x escape at position 3");
    check("b'\u{e9}'", "bytes can only contain ASCII literal characters");
}

#[test]
fn numbers() {
    let arena = Bump::new();
    let read = |token| number(token, DEFAULT_MAX_STR_DIGITS, &arena);
    let small = |value| Ok(Number::Int(Int::Small(value)));
    let big = |radix, digits| Ok(Number::Int(Int::Big { negative: false, radix, digits }));
    assert_eq!(read("0"), small(0));
    assert_eq!(read("0000"), small(0));
    assert_eq!(read("1_000"), small(1000));
    assert_eq!(read("0xFf"), small(255));
    assert_eq!(read("0b_1_0"), small(2));
    assert_eq!(read("0o17"), small(15));
    assert_eq!(read("9223372036854775807"), small(i64::MAX));
    assert_eq!(read("9_223_372_036_854_775_808"), big(10, "9223372036854775808"));
    assert_eq!(read("0x0_10000000000000000"), big(16, "10000000000000000"));
    assert_eq!(read("1.5"), Ok(Number::Float(1.5)));
    assert_eq!(read("1."), Ok(Number::Float(1.0)));
    assert_eq!(read("1.e5"), Ok(Number::Float(1e5)));
    assert_eq!(read(".5_0E-1_0"), Ok(Number::Float(0.5e-10)));
    assert_eq!(read("0123.5"), Ok(Number::Float(123.5)));
    assert_eq!(read("1e999"), Ok(Number::Float(f64::INFINITY)));
    assert_eq!(read("0777j"), Ok(Number::Imaginary(777.0)));
    assert_eq!(read("1e-5J"), Ok(Number::Imaginary(1e-5)));
    let long = "9".repeat(4301);
    let error = read(arena.alloc_str(&long)).expect_err("one digit too many");
    assert!(error.starts_with(
        "Exceeds the limit (4300 digits) for integer string conversion: value has 4301 digits; use "
    ));
    assert!(number(arena.alloc_str(&long), 0, &arena).is_ok());
    assert_eq!(read(arena.alloc_str(&"0".repeat(5000))), small(0));
}

#[test]
fn expression_texts() {
    let arena = Bump::new();
    let check = |source: &'static str, expected: &str| {
        let text = expression_text(source.as_bytes(), &arena);
        assert_eq!(std::str::from_utf8(text), Ok(expected));
    };
    check(" x = ", " x = ");
    check("'#' + x=", "'#' + x=");
    check("x # no\n + '#' # y\n=", "x \n + '#' \n=");
}
