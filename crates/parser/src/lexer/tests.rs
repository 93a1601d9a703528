//! Golden tests: token streams and errors, as CPython 3.14 gives them.

use super::tokenize::Tokenizer;
use super::{Lexer, LexerOptions};
use crate::literal;
use crate::token::TokenKind;

/// The tokens of `source` as `NAME:text`, then the error if there is one.
fn dump(source: &str, options: LexerOptions) -> String {
    let mut lexer = Lexer::new(source.as_bytes(), options);
    let mut shown = Vec::new();
    loop {
        match lexer.next() {
            Ok(token) => {
                let text = String::from_utf8_lossy(token.bytes(source.as_bytes()));
                let text = text.replace('\n', "\\n");
                shown.push(match token.kind.spelling() {
                    Some(spelling) => spelling.to_owned(),
                    None if text.is_empty() => token.kind.name().to_owned(),
                    None => format!("{}:{text}", token.kind.name()),
                });
                if token.kind == TokenKind::EndMarker {
                    break;
                }
            }
            Err(e) => {
                let (offset, end) = (e.offset.unwrap_or(-9), e.end_offset.unwrap_or(-9));
                let line = e.lineno.unwrap_or(0);
                shown.push(format!("{:?} {line}:{offset}-{end} {}", e.kind, e.msg));
                break;
            }
        }
    }
    for warning in &lexer.warnings {
        shown.push(format!("warning {}: {}", warning.range.col_offset, warning.msg));
    }
    shown.join(" ")
}

fn check(source: &str, expected: &str) {
    assert_eq!(dump(source, LexerOptions::default()), expected, "{source:?}");
}

/// Checks that reading `source` ends in the error `expected`.
fn check_error(source: &str, expected: &str) {
    let shown = dump(source, LexerOptions::default());
    assert!(shown.ends_with(expected), "{source:?}\n  gives {shown}\n  not   {expected}");
}

#[test]
fn code() {
    check("", "ENDMARKER");
    check("x = 1\n", "NAME:x = NUMBER:1 NEWLINE ENDMARKER");
    check(
        "if a:\n  b\n\n # c\nd\n",
        "NAME:if NAME:a : NEWLINE INDENT NAME:b NEWLINE DEDENT NAME:d NEWLINE ENDMARKER",
    );
    check("(a,\n b) # c\n", "( NAME:a , NAME:b ) NEWLINE:# c ENDMARKER");
    check("a \\\n  b\n", "NAME:a NAME:b NEWLINE ENDMARKER");
    check(
        "a.b...c .5 1.e3 1..a\n",
        "NAME:a . NAME:b ... NAME:c NUMBER:.5 NUMBER:1.e3 NUMBER:1. . NAME:a NEWLINE ENDMARKER",
    );
    check(
        "a**=b//=c>>=d<<=e<>f!=g->h:=i@=j\n",
        "NAME:a **= NAME:b //= NAME:c >>= NAME:d <<= NAME:e != NAME:f != NAME:g -> NAME:h := NAME:i @= NAME:j NEWLINE ENDMARKER",
    );
    check(
        "bR'x' rb\"y\" u'' b f t rx\n",
        "STRING:bR'x' STRING:rb\"y\" STRING:u'' NAME:b NAME:f NAME:t NAME:rx NEWLINE ENDMARKER",
    );
    check("'''a\n''\\''''\n", "STRING:'''a\\n''\\'''' NEWLINE ENDMARKER");
    check("\u{e9}\u{4e2d}1 = 2\n", "NAME:\u{e9}\u{4e2d}1 = NUMBER:2 NEWLINE ENDMARKER");
    check("a$?\n", "NAME:a OP:$ OP:? NEWLINE ENDMARKER");
    check(
        "1if 0o1for 1else\n",
        "NUMBER:1 NAME:if NUMBER:0o1 NAME:for NUMBER:1 NAME:else NEWLINE ENDMARKER warning 0: invalid decimal literal warning 6: invalid octal literal warning 11: invalid decimal literal",
    );
}

#[test]
fn replacement_fields() {
    check(
        "f'a{b}c'\n",
        "FSTRING_START:f' FSTRING_MIDDLE:a { NAME:b } FSTRING_MIDDLE:c FSTRING_END:' NEWLINE ENDMARKER",
    );
    check(
        "f'{{a}}'\n",
        "FSTRING_START:f' FSTRING_MIDDLE:{ FSTRING_MIDDLE:a} FSTRING_END:' NEWLINE ENDMARKER",
    );
    check(
        "f'{a!r:>{w}}'\n",
        "FSTRING_START:f' { NAME:a ! NAME:r : FSTRING_MIDDLE:> { NAME:w } FSTRING_MIDDLE } FSTRING_END:' NEWLINE ENDMARKER",
    );
    check(
        "t'{x:=1}'\n",
        "TSTRING_START:t' { NAME:x : TSTRING_MIDDLE:=1 } TSTRING_END:' NEWLINE ENDMARKER",
    );
    check(
        "f'{f'{1}'}'\n",
        "FSTRING_START:f' { FSTRING_START:f' { NUMBER:1 } FSTRING_END:' } FSTRING_END:' NEWLINE ENDMARKER",
    );
    check(
        "f'\\N{DASH}{a!=b}'\n",
        "FSTRING_START:f' FSTRING_MIDDLE:\\N{DASH} { NAME:a != NAME:b } FSTRING_END:' NEWLINE ENDMARKER",
    );
    check(
        "f'''\n{a # c\n}'''\n",
        "FSTRING_START:f''' FSTRING_MIDDLE:\\n { NAME:a } FSTRING_END:''' NEWLINE ENDMARKER",
    );
    check(
        "f'{(lambda x:x)}'\n",
        "FSTRING_START:f' { ( NAME:lambda NAME:x : NAME:x ) } FSTRING_END:' NEWLINE ENDMARKER",
    );
    check_error(
        "f'\\{a}'\n",
        "warning 3: \"\\{\" is an invalid escape sequence. Such sequences will not work in the future. Did you mean \"\\\\{\"? A raw string is also an option.",
    );
    check(
        "rf'\\{a}'\n",
        "FSTRING_START:rf' FSTRING_MIDDLE:\\ { NAME:a } FSTRING_END:' NEWLINE ENDMARKER",
    );
}

#[test]
fn extra_tokens() {
    let options = LexerOptions { extra_tokens: true, type_comments: false };
    let shown = dump("# a\nif x: # b\n\n  y\r\n)", options);
    assert_eq!(
        shown,
        "COMMENT:# a NL:\\n NAME:if NAME:x : COMMENT:# b NEWLINE NL:\\n INDENT:   NAME:y \
         NEWLINE:\r DEDENT ) ENDMARKER"
    );
    let options = LexerOptions { extra_tokens: false, type_comments: true };
    let shown = dump("#type:ignore[a]\nx # type: int\n# type: ignored\n", options);
    assert_eq!(
        shown,
        "TYPE_IGNORE:[a] NAME:x TYPE_COMMENT:int NEWLINE TYPE_COMMENT:ignored NEWLINE \
         ENDMARKER"
    );
}

#[test]
fn number_errors() {
    check_error("1_\n", "Syntax 1:2-2 invalid decimal literal");
    check_error("1__0\n", "Syntax 1:2-2 invalid decimal literal");
    check_error("1e+\n", "Syntax 1:3-3 invalid decimal literal");
    check_error("1ex\n", "Syntax 1:1-1 invalid decimal literal");
    check_error("1.ee\n", "Syntax 1:2-2 invalid decimal literal");
    check_error("1jx\n", "Syntax 1:2-2 invalid imaginary literal");
    check_error("0o18\n", "Syntax 1:4-4 invalid digit '8' in octal literal");
    check_error("0b2\n", "Syntax 1:3-3 invalid digit '2' in binary literal");
    check_error("0xg\n", "Syntax 1:2-2 invalid hexadecimal literal");
    check_error("0x_\n", "Syntax 1:3-3 invalid hexadecimal literal");
    let zeros = "leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal integers";
    check_error("007\n", &format!("Syntax 1:1-3 {zeros}"));
    check_error("x = 00_7\n", &format!("Syntax 1:5-8 {zeros}"));
}

#[test]
fn string_errors() {
    check_error("'abc\n", "Syntax 1:1-1 unterminated string literal (detected at line 1)");
    check_error(
        "'a\\'\n",
        "Syntax 1:1-1 unterminated string literal (detected at line 1); perhaps you escaped the end quote?",
    );
    check_error(
        "x = '''a\n\nb",
        "Syntax 1:5-5 unterminated triple-quoted string literal (detected at line 3)",
    );
    check_error("f'abc\n", "Syntax 1:1-1 unterminated f-string literal (detected at line 1)");
    check_error(
        "t'''abc\n",
        "Syntax 1:1-1 unterminated triple-quoted t-string literal (detected at line 1)",
    );
    check_error("f'{\n'\n", "Syntax 2:1-1 f-string: expecting '}'");
    check_error("f'}'\n", "Syntax 1:3-3 f-string: single '}' is not allowed");
    check_error("f'{a)}'\n", "Syntax 1:5-5 f-string: unmatched ')'");
    check_error("f'{a:{b:{c:{d}}}}'\n", "Syntax 1:11-11 f-string: expressions nested too deeply");
    check_error(
        "f'{a:\n}'\n",
        "Syntax 1:6-6 f-string: newlines are not allowed in format specifiers for single quoted f-strings",
    );
    check_error(&"f'{".repeat(151), "too many nested f-strings or t-strings");
    check_error("bf''\n", "Syntax 1:1-3 'b' and 'f' prefixes are incompatible");
}

#[test]
fn line_errors() {
    check_error(")\n", "Syntax 1:1-1 unmatched ')'");
    check_error(
        "(\n]\n",
        "Syntax 2:1-1 closing parenthesis ']' does not match opening parenthesis '(' on line 1",
    );
    check_error(
        "(]\n",
        "Syntax 1:2-2 closing parenthesis ']' does not match opening parenthesis '('",
    );
    check_error("a\n [(\n", "Syntax 2:3-0 '(' was never closed");
    check_error(&"(".repeat(201), "Syntax 1:201-201 too many nested parentheses");
    check_error("a\\b\n", "Syntax 1:3-0 unexpected character after line continuation character");
    check_error(
        "a = \\\n  b \\z\n",
        "Syntax 2:8-0 unexpected character after line continuation character",
    );
    check_error("a\\\n", "Syntax 1:3--1 unexpected EOF while parsing");
    check_error(
        "if x:\n\ta\n        b\n",
        "Tab 3:1-0 inconsistent use of tabs and spaces in indentation",
    );
    check_error(
        "if x:\n  a\n b\n",
        "Indentation 3:3--1 unindent does not match any outer indentation level",
    );
    let deep: String = (0..101).map(|n| format!("{}if 1:\n", " ".repeat(n))).collect();
    check_error(&deep, "Indentation 101:1-0 too many levels of indentation");
    check_error("\u{e9}\u{20ac}x\n", "Syntax 1:2-2 invalid character '\u{20ac}' (U+20AC)");
    check_error("a\u{a0}b\n", "Syntax 1:2-2 invalid non-printable character U+00A0");
    check_error("a\x01\n", "Syntax 1:2-2 invalid non-printable character U+0001");
    check_error("a\nb\0\n", "Syntax 2:0-0 source code cannot contain null bytes");
}

/// Source with a bit of everything, for the mutations below.
const SAMPLE: &str = "\
# coding: utf-8
@d(1, *a)
class C(B, k=0x1F):
    \"\"\"Doc \\N{BULLET} \\x41
    string\"\"\"
    def f(self, x: int = 1_000, /) -> 'r':  # type: ignore[x]
\tif x <= .5e-3j and not (y := rb'\\xff' b\"\\d\"):
\t    return f'{x!r:>{w}.{p}}{{}} {y = } \\N{DASH}' f\"\"\"{
            a # comment
            + t'{b:\\n}'}\"\"\"
    z = a if b else \\
        [1, 0o17, 0b1, 1if c else 2]; x **= 2 // 3 >> ~4 != 5
\u{e9}\u{4e2d} = '\u{1f600}' \"\\ud800\" -> ...
";

/// Reads the whole of `source` in every mode; what is found does not matter.
fn exercise(source: &[u8]) {
    let arena = bumpalo::Bump::new();
    for options in [
        LexerOptions::default(),
        LexerOptions { extra_tokens: true, type_comments: false },
        LexerOptions { extra_tokens: false, type_comments: true },
    ] {
        let mut lexer = Lexer::new(source, options);
        // Errors are not final for whoever looks for a better one.
        for _ in 0..source.len() * 2 + 200 {
            let Ok(token) = lexer.next() else { continue };
            let bytes = token.bytes(source);
            match token.kind {
                TokenKind::EndMarker => break,
                TokenKind::String => {
                    let parts = literal::string_parts(bytes);
                    let _ = literal::decode_str(parts.body, parts.raw, &arena);
                    let _ = literal::decode_bytes(parts.body, parts.raw, &arena);
                }
                TokenKind::FStringMiddle => {
                    let _ = literal::decode_str(bytes, false, &arena);
                    literal::expression_text(bytes, &arena);
                }
                TokenKind::Number => {
                    let text = std::str::from_utf8(bytes).expect("digits and letters");
                    let _ = literal::number(text, 10, &arena);
                }
                _ => {}
            }
        }
        lexer.better_error(1);
    }
    for extra_tokens in [false, true] {
        Tokenizer::of_source(source, extra_tokens).count();
    }
    let _ = crate::source::from_bytes(source, true, |_, bytes| Err::<Vec<u8>, _>(bytes.len()));
}

/// Mutates the files named in `RPYTHON_LEXER_FILES`, if any, or the sample, over and
/// over: nothing may panic.
#[test]
fn mutations_never_panic() {
    let files = std::env::var("RPYTHON_LEXER_FILES").unwrap_or_default();
    let mut sources: Vec<Vec<u8>> = vec![SAMPLE.as_bytes().to_vec()];
    sources.extend(files.split_whitespace().filter_map(|path| std::fs::read(path).ok()));
    let rounds = if sources.len() > 1 { 400_000 } else { 3_000 };
    let mut state = 0x9E37_79B9_7F4A_7C15u64;
    let mut random = |limit: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % limit.max(1) as u64) as usize
    };
    const BYTES: &[u8] =
        b"'\"\\{}()[]:!=#\n\r\t \x0c\0fFtrRbBuUN01289_.xojeE@\xff\xc3\xa9\xed\xa0\x80";
    for _ in 0..rounds {
        let source = &sources[random(sources.len())];
        let begin = random(source.len());
        let end = (begin + 1 + random(600)).min(source.len());
        let mut piece = source[begin..end].to_vec();
        for _ in 0..random(8) {
            let at = random(piece.len());
            match random(3) {
                0 => piece.insert(at, BYTES[random(BYTES.len())]),
                1 if at < piece.len() => piece[at] = BYTES[random(BYTES.len())],
                _ => piece.truncate(at),
            }
        }
        exercise(&piece);
    }
}
