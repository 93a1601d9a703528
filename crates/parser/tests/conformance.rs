//! Sources with what CPython 3.14 makes of them: trees with all places, errors with theirs.
//! A line of the data is a source, with `\n`, `\t` and `\\` escaped, then what is expected.

use bumpalo::Bump;
use rpython_parser::errors::{ErrorKind, SyntaxError};
use rpython_parser::{Mode, ParseOptions, dump, parse};

fn unescape(text: &str) -> String {
    let mut out = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        out.push(match c {
            '\\' => match chars.next() {
                Some('n') => '\n',
                Some('t') => '\t',
                other => other.unwrap_or('\\'),
            },
            c => c,
        });
    }
    out
}

fn parse_error(source: &str, options: &ParseOptions) -> Option<SyntaxError> {
    parse(&Bump::new(), source.as_bytes(), options).err()
}

fn describe(error: &SyntaxError) -> String {
    let kind = match error.kind {
        ErrorKind::Syntax => "SyntaxError",
        ErrorKind::Indentation => "IndentationError",
        ErrorKind::Tab => "TabError",
        ErrorKind::Incomplete => "_IncompleteInputError",
        ErrorKind::Memory => "MemoryError",
        ErrorKind::Value => "ValueError",
    };
    let number = |value: Option<i64>| value.map_or("None".to_owned(), |value| value.to_string());
    format!(
        "{kind}\t{}\t{} {} {} {}",
        error.msg,
        number(error.lineno.map(i64::from)),
        number(error.offset.map(i64::from)),
        number(error.end_lineno.map(i64::from)),
        number(error.end_offset.map(i64::from)),
    )
}

#[test]
fn trees_and_places() {
    for line in include_str!("data/trees.txt").lines() {
        let (source, expected) = line.split_once('\t').expect("a source and a tree");
        let arena = Bump::new();
        let source = unescape(source);
        let parsed = parse(&arena, source.as_bytes(), &ParseOptions::default());
        let tree = match &parsed {
            Ok(parsed) => String::from_utf8_lossy(&dump::dump(&parsed.module, true)).into_owned(),
            Err(error) => describe(error),
        };
        assert_eq!(tree, unescape(expected), "{source}");
    }
}

#[test]
fn errors_and_places() {
    for line in include_str!("data/errors.txt").lines() {
        let (source, expected) = line.split_once('\t').expect("a source and an error");
        let source = unescape(source);
        let options = ParseOptions { source_is_utf8: true, ..ParseOptions::default() };
        let error = parse_error(&source, &options);
        assert_eq!(error.as_ref().map(describe).as_deref(), Some(expected), "{source}");
    }
}

#[test]
fn interactive_input() {
    let check = |source: &str, dont_imply_dedent: bool, expected: Option<&str>| {
        let options = ParseOptions {
            mode: Mode::Single,
            allow_incomplete: true,
            dont_imply_dedent,
            ..ParseOptions::default()
        };
        let error = parse_error(source, &options);
        assert_eq!(error.as_ref().map(|error| &*error.msg), expected, "{source}");
    };
    check("x", false, None);
    check("if x:\n  y", false, None);
    check("if x:\n  y", true, Some("incomplete input"));
    check("if x:\n  y\n", true, None);
    check("x = (1,\n", false, Some("incomplete input"));
    check("'''a", false, Some("incomplete input"));
    check("a\\", false, Some("unexpected character after line continuation character"));
    check("x\ny", false, Some("multiple statements found while compiling a single statement"));
    check("x\n# y\n\n", false, None);
}

#[test]
fn older_versions_refuse_newer_syntax() {
    let check = |source: &str, feature_version: u8, expected: Option<&str>| {
        let options = ParseOptions { feature_version, ..ParseOptions::default() };
        let error = parse_error(source, &options);
        assert_eq!(error.as_ref().map(|error| &*error.msg), expected, "{source}");
    };
    check("(x := 1)", 8, None);
    let walrus = "Assignment expressions are only supported in Python 3.8 and greater";
    check("(x := 1)", 7, Some(walrus));
    let matching = "Pattern matching is only supported in Python 3.10 and greater";
    check("match x:\n  case 1: pass", 9, Some(matching));
    check("t'a'", 13, Some("t-strings are only supported in Python 3.14 and greater"));
}

#[test]
fn nesting_is_bounded() {
    let too_deep = "Parser stack overflowed - Python source too complex to parse";
    let check = |source: String, expected: Option<&str>| {
        let error = parse_error(&source, &ParseOptions::default());
        assert_eq!(error.as_ref().map(|error| &*error.msg), expected);
    };
    check("(".repeat(200) + &")".repeat(200), None);
    check("(".repeat(201) + &")".repeat(201), Some("too many nested parentheses"));
    check("not ".repeat(7000) + "x", Some(too_deep));
    check("x if y else ".repeat(7000) + "x", Some(too_deep));
    check("a".to_owned() + &".a".repeat(20_000), None);
    check("1 if 1 else ".repeat(5000) + "1 1", Some(too_deep));
}

#[test]
fn warnings_come_with_trees_and_errors() {
    let arena = Bump::new();
    let options = ParseOptions::default();
    let parsed = parse(&arena, b"x = '\\d'\ny = 1if x else 2\n", &options).expect("it parses");
    let texts: Vec<&str> = parsed.warnings.iter().map(|warning| &*warning.msg).collect();
    assert!(texts[0].starts_with("\"\\d\" is an invalid escape sequence. Such"), "{texts:?}");
    assert_eq!(texts[1..], ["invalid decimal literal"]);
    let error = parsed.warnings[0].as_error(b"x = '\\d'\n");
    assert!(error.msg.starts_with("\"\\d\" is an invalid escape sequence. Did you"));
    assert_eq!((error.offset, error.end_offset), (Some(6), Some(8)));
    let error = parse_error("x = '\\d' 1", &options).expect("it does not parse");
    assert_eq!(error.warnings.len(), 1);
}
