//! Prints the tokens of Python files as `tokenize.generate_tokens` answers them, one
//! `kind text start end line` per row, for comparison with CPython; or, with `--time`,
//! how fast the lexer reads them all.

use std::io::Write;
use std::time::Instant;

use rpython_parser::lexer::tokenize::Tokenizer;
use rpython_parser::lexer::{Lexer, LexerOptions};
use rpython_parser::source;
use rpython_parser::token::TokenKind;

fn dump(path: &str, extra: bool, out: &mut impl Write) -> std::io::Result<()> {
    writeln!(out, "FILE {path}")?;
    dump_bytes(std::fs::read(path)?, extra, out)
}

fn dump_bytes(mut bytes: Vec<u8>, extra: bool, out: &mut impl Write) -> std::io::Result<()> {
    if let Some(rest) = bytes.strip_prefix(b"\xef\xbb\xbf") {
        bytes = rest.to_vec();
    }
    if std::str::from_utf8(&bytes).is_err() {
        return writeln!(out, "NOT UTF-8");
    }
    let tokenizer = Tokenizer::of_source(&bytes, extra);
    let source = tokenizer.source().to_vec();
    let text = |(start, end): (u32, u32)| {
        String::from_utf8_lossy(&source[start as usize..end as usize]).escape_default().to_string()
    };
    for item in tokenizer {
        match item {
            Ok(info) => writeln!(
                out,
                "{} '{}' {:?} {:?} '{}'",
                info.kind as u8,
                text(info.text),
                info.start,
                info.end,
                text(info.line)
            )?,
            Err(e) => {
                let line = e.text.as_deref().unwrap_or("None").escape_default();
                writeln!(out, "ERROR {} {:?} {:?} '{line}'", e.msg, e.lineno, e.offset)?
            }
        }
    }
    Ok(())
}

fn time(paths: &[String]) -> std::io::Result<()> {
    let mut sources = Vec::new();
    for path in paths {
        let bytes = std::fs::read(path)?;
        if let Ok(read) = source::from_bytes(&bytes, true, |_, _| Err(())) {
            sources.push(read.text.into_owned());
        }
    }
    let size: usize = sources.iter().map(Vec::len).sum();
    let (mut best, mut tokens) = (f64::INFINITY, 0usize);
    for _ in 0..5 {
        let begin = Instant::now();
        tokens = 0;
        for text in &sources {
            let mut lexer = Lexer::new(text, LexerOptions::default());
            while let Ok(token) = lexer.next() {
                tokens += 1;
                if token.kind == TokenKind::EndMarker {
                    break;
                }
            }
        }
        best = best.min(begin.elapsed().as_secs_f64());
    }
    println!(
        "{} files, {size} bytes, {tokens} tokens: {:.1} ms, {:.1} MB/s, {:.1} ns/token",
        sources.len(),
        best * 1e3,
        size as f64 / best / 1e6,
        best * 1e9 / tokens as f64
    );
    Ok(())
}

fn main() -> std::io::Result<()> {
    let mut paths: Vec<String> = std::env::args().skip(1).collect();
    let mode = if paths.first().is_some_and(|arg| arg.starts_with("--")) {
        paths.remove(0)
    } else {
        String::new()
    };
    if paths.first().is_some_and(|arg| arg == "-") {
        paths = std::io::stdin().lines().collect::<Result<_, _>>()?;
    }
    if mode == "--time" {
        return time(&paths);
    }
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    if mode == "--snippets" || mode == "--plain-snippets" {
        // Pieces of source in one file, separated by a control character.
        for (number, piece) in std::fs::read(&paths[0])?.split(|&byte| byte == 0x1e).enumerate() {
            writeln!(out, "SNIPPET {number}")?;
            dump_bytes(piece.to_vec(), mode == "--snippets", &mut out)?;
        }
        return out.flush();
    }
    for path in &paths {
        dump(path, mode != "--plain", &mut out)?;
    }
    out.flush()
}
