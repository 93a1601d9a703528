//! Codecs with the built-in error handlers.

use rpython_text::codecs::*;
use std::borrow::Cow;

fn reason(error: BuiltinError) -> String {
    match error {
        BuiltinError::CannotDecode => "cannot decode".into(),
        BuiltinError::Unicode(e) => format!("{} {}-{} {}", e.encoding, e.start, e.end, e.reason),
    }
}

#[test]
fn utf8_decoding() {
    fn check(bytes: &[u8], errors: Errors, last: bool, expect: Result<(&str, usize), &str>) {
        let got = utf8::decode(bytes, &mut Builtin(errors), last);
        let got = got.map(|d| (String::from_utf8_lossy(&d.text).into_owned(), d.consumed));
        let expect = expect.map(|(text, n)| (text.to_owned(), n)).map_err(str::to_owned);
        assert_eq!(got.map_err(reason), expect, "{bytes:x?}");
    }
    check("é".as_bytes(), Errors::Strict, true, Ok(("é", 2)));
    check(b"a\xff", Errors::Strict, true, Err("utf-8 1-2 invalid start byte"));
    check(b"\xf0\x9f\x98", Errors::Strict, true, Err("utf-8 0-3 unexpected end of data"));
    check(b"a\xf0\x9f\x98", Errors::Strict, false, Ok(("a", 1)));
    check(b"\xf0\x9fa\x80", Errors::Replace, true, Ok(("\u{fffd}a\u{fffd}", 4)));
    check(b"\xe2\x28", Errors::BackslashReplace, true, Ok(("\\xe2(", 2)));
    check(b"\xed\xa0", Errors::Strict, false, Ok(("", 0)));
    check(b"\xff", Errors::NameReplace, true, Err("cannot decode"));
    let whole = utf8::decode(b"plain", &mut Builtin(Errors::Strict), true);
    assert!(matches!(whole, Ok(Decoded { text: Cow::Borrowed(_), consumed: 5 })));
}

#[test]
fn round_trips() {
    let mut text = "aé€😀".as_bytes().to_vec();
    text.extend_from_slice(b"\xed\xb2\x80\xed\xa0\x80");
    let mut pass = Builtin(Errors::SurrogatePass);
    let utf8 = utf8::encode(&text, &mut pass).map_err(reason).expect("encodes");
    assert_eq!(utf8::decode(&utf8, &mut pass, true).map_err(reason).expect("decodes").text, text);
    for order in [ByteOrder::Native, ByteOrder::Little, ByteOrder::Big] {
        let mut pass = Builtin(Errors::SurrogatePass);
        let bytes = utf16::encode(&text, &mut pass, order).map_err(reason).expect("encodes");
        let (back, _) =
            utf16::decode(&bytes, &mut pass, order, true).map_err(reason).expect("decodes");
        assert_eq!(back.text, text);
        let bytes = utf32::encode(&text, &mut pass, order).map_err(reason).expect("encodes");
        let (back, _) =
            utf32::decode(&bytes, &mut pass, order, true).map_err(reason).expect("decodes");
        assert_eq!(back.text, text);
    }
    let bytes = unicode_escape::encode(&text);
    let (back, notes) =
        unicode_escape::decode(&bytes, &mut pass, true).map_err(reason).expect("decodes");
    assert_eq!((back.text.as_ref(), notes.first_invalid), (text.as_slice(), None));
    let bytes = utf7::encode(&text);
    assert_eq!(utf7::decode(&bytes, &mut pass, true).map_err(reason).expect("decodes").text, text);
}

#[test]
fn encoding_errors() {
    fn check(text: &str, errors: Errors, expect: Result<&str, &str>) {
        let got = single_byte::encode_ascii(text.as_bytes(), &mut Builtin(errors));
        let got = got.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).map_err(reason);
        assert_eq!(got.as_deref().map_err(|e| e.as_str()), expect);
    }
    check("aé€b", Errors::Strict, Err("ascii 1-3 ordinal not in range(128)"));
    check("aé€b", Errors::Ignore, Ok("ab"));
    check("aé€b", Errors::Replace, Ok("a??b"));
    check("é", Errors::XmlCharRefReplace, Ok("&#233;"));
    check("é", Errors::NameReplace, Ok("\\N{LATIN SMALL LETTER E WITH ACUTE}"));
    check("é€😀", Errors::BackslashReplace, Ok("\\xe9\\u20ac\\U0001f600"));
}

#[test]
fn charmaps() {
    let table = "\0a\u{fffe}é€".as_bytes();
    let mut strict = Builtin(Errors::Strict);
    assert_eq!(
        charmap::decode_by_table(&[1, 3, 4], &mut strict, table).map_err(reason),
        Ok("aé€".into())
    );
    let error = charmap::decode_by_table(&[1, 2], &mut strict, table).map_err(reason);
    assert_eq!(error, Err("charmap 1-2 character maps to <undefined>".into()));
    let map = charmap::EncodingMap::new(table);
    assert_eq!(
        ['\0', 'a', '€', 'x', '😀'].map(|c| map.get(c.into())),
        [Some(0), Some(1), Some(4), None, None]
    );
}

#[test]
fn byte_escapes() {
    use escape::{EscapeError, OnBadHex, decode, encode};
    assert_eq!(decode(b"\\x41\\101\\n\\q", OnBadHex::Strict), Ok((b"AA\n\\q".to_vec(), Some(11))));
    assert_eq!(decode(b"a\\xg", OnBadHex::Strict), Err(EscapeError::BadHex(1)));
    assert_eq!(decode(b"\\x1\\x41", OnBadHex::Replace), Ok((b"?A".to_vec(), None)));
    assert_eq!(decode(b"\\", OnBadHex::Ignore), Err(EscapeError::Trailing));
    assert_eq!(encode(b"'\x00\\"), b"\\'\\x00\\\\");
}
