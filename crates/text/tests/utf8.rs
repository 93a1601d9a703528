//! String primitives, and that no bytes at all make them panic.

use rpython_text::utf8::{
    self, Bytes, CharIndex, SizeError, Str, case, code_points, index, replace, repr, search, split,
};

fn text(points: &[u32]) -> Vec<u8> {
    let mut out = Vec::new();
    points.iter().for_each(|&cp| utf8::push(&mut out, cp));
    out
}

#[test]
fn surrogates_stay_apart() {
    let pair = text(&[0xd83d, 0xde00]);
    assert_eq!(utf8::char_count(&pair), 2);
    assert!(code_points(&pair).eq([0xd83d, 0xde00]));
    assert!(code_points(&pair).rev().eq([0xde00, 0xd83d]));
    assert_eq!(utf8::validate_generalized(&pair), Ok(()));
    assert_eq!(utf8::validate::find_surrogate(&text(&[0xd7ff, 0xd800]), 0), Some(3));
}

#[test]
fn validation() {
    fn check(bytes: &[u8], expect: Option<(usize, usize, &str)>) {
        let got = utf8::validate_generalized(bytes).err();
        assert_eq!(got.map(|e| (e.start, e.end, e.reason)), expect, "{bytes:x?}");
    }
    check(b"ok", None);
    check(b"a\x80", Some((1, 2, "invalid start byte")));
    check(b"\xe2\x82", Some((0, 2, "unexpected end of data")));
    check(b"\xe2\x82a", Some((0, 2, "invalid continuation byte")));
    check(b"\xed\xa0\x80\xf4\x90", Some((3, 4, "invalid continuation byte")));
}

#[test]
fn positions() {
    let mut points = Vec::new();
    for n in 0..1000u32 {
        points.push([0x41, 0xe9, 0x20ac, 0x1f600][(n % 7 % 4) as usize]);
    }
    for len in [0, 1, 7, 8, 63, 64, 65, 128, 1000] {
        let s = text(&points[..len]);
        let table = CharIndex::new(&s);
        let mut byte = 0;
        for (at, &cp) in points[..len].iter().enumerate() {
            assert_eq!(table.to_byte(&s, at), byte);
            assert_eq!(index::byte_offset(&s, at), byte);
            assert_eq!(table.to_char(&s, byte), at);
            byte += utf8::encoded_len(cp);
        }
        assert_eq!((table.to_byte(&s, len), table.to_char(&s, byte)), (byte, len));
    }
}

#[test]
fn splitting() {
    let pieces = |f: &dyn Fn(&mut Vec<Vec<u8>>)| {
        let mut out = Vec::new();
        f(&mut out);
        String::from_utf8_lossy(&out.join(&b'|')).into_owned()
    };
    let s = b"  a b\n c ";
    assert_eq!(pieces(&|o| split::split_whitespace::<Str>(s, 1, |p| o.push(p.into()))), "a|b\n c ");
    assert_eq!(pieces(&|o| split::rsplit_whitespace::<Str>(s, 1, |p| o.push(p.into()))), "c|  a b");
    assert_eq!(pieces(&|o| split::split(b"a,b,", b",", 9, |p| o.push(p.into()))), "a|b|");
    let lines = "a\r\nb\u{2028}c".as_bytes();
    assert_eq!(pieces(&|o| split::split_lines::<Str>(lines, false, |p| o.push(p.into()))), "a|b|c");
    assert_eq!(
        split::strip_chars::<Str>("éaé".as_bytes(), "é".as_bytes(), split::Ends::Left),
        "aé".as_bytes()
    );
}

#[test]
fn replacing() {
    fn check(text: &str, old: &str, new: &str, max: usize, expect: Option<&str>) {
        let got = replace::replace::<Str>(text.as_bytes(), old.as_bytes(), new.as_bytes(), max);
        assert_eq!(got, Ok(expect.map(Into::into)));
    }
    check("aXbX", "X", "yy", 1, Some("ayybX"));
    check("aé", "", "-", usize::MAX, Some("-a-é-"));
    check("abc", "x", "y", 9, None);
    check("aab", "a", "b", 1, Some("bab"));
    let huge = replace::expand_tabs::<Bytes>(b"\t\t", i64::MAX);
    assert!(matches!(huge, Err(SizeError::Memory | SizeError::Overflow)));
}

#[test]
fn reprs() {
    fn check(text: &[u8], expect: &str, ascii: &str) {
        assert_eq!(String::from_utf8_lossy(&repr::repr_str(text)), expect);
        assert_eq!(String::from_utf8_lossy(&repr::ascii_str(text)), ascii);
    }
    check(b"it's", "\"it's\"", "\"it's\"");
    check(b"a'b\"\n", "'a\\'b\"\\n'", "'a\\'b\"\\n'");
    check("é\u{ad}\u{1f600}".as_bytes(), "'é\\xad😀'", "'\\xe9\\xad\\U0001f600'");
    check(&text(&[0xd800]), "'\\ud800'", "'\\ud800'");
    assert_eq!(repr::repr_bytes(b"\x00'\xff"), b"b\"\\x00'\\xff\"");
}

/// Bytes that are not UTF-8 cannot get here, but if they do, nothing panics.
#[test]
fn any_bytes() {
    let mut state = 1u64;
    let mut next = || {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 56) as u8
    };
    for len in (0..40).cycle().take(20_000) {
        let s: Vec<u8> =
            (0..len).map(|_| if next() < 60 { next() | 0xc0 } else { next() }).collect();
        code_points(&s).rev().count();
        case::upper(&s);
        case::lower(&s);
        case::title(&s);
        repr::repr_str(&s);
        split::split_whitespace::<Str>(&s, 3, |_| {});
        split::rsplit_whitespace::<Str>(&s, 3, |_| {});
        split::split_lines::<Str>(&s, true, |_| {});
        split::strip_whitespace::<Str>(&s, split::Ends::Both);
        split::strip_chars::<Str>(&s, "aé".as_bytes(), split::Ends::Both);
        search::count::<Str>(&s, b"");
        assert!(replace::replace::<Str>(&s, b"", b"xy", 9).is_ok());
        assert!(replace::expand_tabs::<Str>(&s, 8).is_ok());
        let table = CharIndex::new(&s);
        for at in 0..len + 2 {
            assert!(table.to_byte(&s, at) <= len);
            table.to_char(&s, at);
        }
    }
}
