//! Spot checks of the tables; `gen/check_unicode.py` compares every code point.

use rpython_text::unicode::{self as u, Form, Named};
use rpython_text::utf8::{case, code_points};

#[test]
fn identifiers() {
    for (c, start, rest) in [
        ('_', true, true),
        ('a', true, true),
        ('1', false, true),
        ('é', true, true),
        ('·', false, true),
        ('℘', true, true),
        ('$', false, false),
        ('\u{30000}', true, true),
    ] {
        assert_eq!((u::is_xid_start(c), u::is_xid_continue(c)), (start, rest), "{c}");
    }
    assert_eq!(u::nfkc("ﬁ"), "fi");
    assert!(matches!(u::nfkc("plain"), std::borrow::Cow::Borrowed(_)));
}

#[test]
fn names() {
    fn check(cp: u32, name: &str) {
        assert_eq!(u::name(cp).as_deref(), Some(name));
        assert_eq!(u::lookup_name(name), Some(Named::Char(cp)));
        assert_eq!(u::lookup_name(&name.to_lowercase()), Some(Named::Char(cp)));
    }
    check('A' as u32, "LATIN CAPITAL LETTER A");
    check(0x1f600, "GRINNING FACE");
    check(0xac01, "HANGUL SYLLABLE GAG");
    check(0x4e00, "CJK UNIFIED IDEOGRAPH-4E00");
    check(0x0f60, "TIBETAN LETTER -A");
    assert_eq!(u::lookup_name("LINE FEED"), Some(Named::Char(10)));
    assert_eq!(u::name(10), None);
    let keycap = u::lookup_name("KEYCAP DIGIT ONE");
    assert_eq!(keycap, Some(Named::Sequence(&[0x31, 0xfe0f, 0x20e3])));
    for wrong in ["", "-", "NO SUCH NAME", "CJK UNIFIED IDEOGRAPH-04E00", "HANGUL SYLLABLE X"] {
        assert_eq!(u::lookup_name(wrong), None);
    }
}

#[test]
fn normal_forms() {
    fn check(form: Form, text: &str, expect: &str) {
        let normal = u::normalize(form, text.as_bytes());
        assert!(code_points(&normal).eq(expect.chars().map(u32::from)), "{text} in {form:?}");
        assert_eq!(u::is_normalized(form, text.as_bytes()), text == expect);
    }
    check(Form::Nfc, "e\u{301}", "é");
    check(Form::Nfd, "é", "e\u{301}");
    check(Form::Nfc, "a\u{315}\u{300}\u{5ae}\u{300}b", "à\u{5ae}\u{300}\u{315}b");
    check(Form::Nfkd, "ﬁ가", "fi\u{1100}\u{1161}");
    check(Form::Nfkc, "\u{1100}\u{1161}\u{11a8}", "각");
    check(Form::Nfc, "plain", "plain");
}

#[test]
fn case_mappings() {
    fn check(text: &str, upper: &str, lower: &str, title: &str) {
        let text = text.as_bytes();
        assert_eq!(case::upper(text), upper.as_bytes());
        assert_eq!(case::lower(text), lower.as_bytes());
        assert_eq!(case::title(text), title.as_bytes());
    }
    check("hello World", "HELLO WORLD", "hello world", "Hello World");
    check("straße", "STRASSE", "straße", "Straße");
    check("ΑΣ ΑΣΑ Σ", "ΑΣ ΑΣΑ Σ", "ας ασα σ", "Ας Ασα Σ");
    check("ǆ", "Ǆ", "ǆ", "ǅ");
}

#[test]
fn columns() {
    assert_eq!(u::category(0x41), "Lu");
    assert_eq!(u::bidirectional(0x5d0), "R");
    assert_eq!(u::east_asian_width(0x4e00), "W");
    assert_eq!(u::combining(0x301), 230);
    assert_eq!(u::decomposition(0xbd), "<fraction> 0031 2044 0032");
    assert_eq!((u::numeric_value(0xbd), u::digit_value(0xb2)), (Some(0.5), Some(2)));
    assert_eq!(u::category(u32::MAX), "Cn");
}
