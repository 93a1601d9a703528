//! Compiles files through the whole pipeline and writes their code as marshal data, for
//! `xtask/compare_code.py` to set beside CPython's.
//!
//! `code_dump OUT [-O | -OO] [--eval | --single] [--await] FILES..`; with `-` for OUT nothing is written, only timed.
//! Per file OUT holds: length and bytes of the path, 1 or 0 for success, length and bytes
//! of the code (or `message\0line\0column\0end line\0end column`), then the warnings as
//! `line\0column\0message`, each with its length, after their number. Lengths are
//! little-endian 32-bit.

use std::io::Write;
use std::time::{Duration, Instant};

use bumpalo::Bump;
use parser::errors::Warning;
use parser::{Mode, ParseOptions, parse};
use rpython_compiler::future::ALLOW_TOP_LEVEL_AWAIT;
use rpython_compiler::{CompileOptions, compile};

struct Outcome {
    code: Result<Vec<u8>, String>,
    warnings: Vec<Warning>,
    parse_time: Duration,
    compile_time: Duration,
}

fn run(path: &str, source: &[u8], mode: Mode, options: &CompileOptions) -> Outcome {
    let arena = Bump::new();
    let start = Instant::now();
    let parsed = parse(&arena, source, &ParseOptions { mode, ..ParseOptions::default() });
    let parse_time = start.elapsed();
    let parsed = match parsed {
        Ok(parsed) => parsed,
        Err(error) => {
            let part = |value: Option<i64>| value.map_or("?".to_owned(), |value| value.to_string());
            let text = [
                error.msg.to_string(),
                part(error.lineno.map(i64::from)),
                part(error.offset.map(i64::from)),
                part(error.end_lineno.map(i64::from)),
                part(error.end_offset.map(i64::from)),
            ]
            .join("\0");
            let compile_time = Duration::ZERO;
            return Outcome { code: Err(text), warnings: Vec::new(), parse_time, compile_time };
        }
    };
    let start = Instant::now();
    let compiled = compile(&parsed.module, path.as_bytes(), options);
    let compile_time = start.elapsed();
    let mut warnings = parsed.warnings;
    let code = match compiled {
        Ok((code, more)) => {
            warnings.extend(more);
            bytecode::marshal::raw::write_code(&code).map_err(|error| format!("marshal: {error}"))
        }
        Err(error) => {
            let error = error.into_data();
            warnings.extend(error.warnings);
            Err(match error.range {
                Some(range) => format!(
                    "{}\0{}\0{}\0{}\0{}",
                    error.msg,
                    range.lineno,
                    range.col_offset + 1,
                    range.end_lineno,
                    range.end_col_offset + 1
                ),
                None => error.msg.into_owned(),
            })
        }
    };
    Outcome { code, warnings, parse_time, compile_time }
}

fn put(out: &mut Vec<u8>, bytes: &[u8]) {
    out.extend((bytes.len() as u32).to_le_bytes());
    out.extend_from_slice(bytes);
}

fn main() -> std::io::Result<()> {
    let mut args = std::env::args().skip(1).peekable();
    let Some(target) = args.next() else {
        eprintln!("usage: code_dump OUT [-O | -OO] [--eval | --single] [--await] FILES..");
        std::process::exit(2);
    };
    let level = args.next_if(|arg| arg.starts_with("-O")).map_or(0, |arg| arg.len() as u8 - 1);
    let mode = match args.next_if(|arg| arg == "--eval" || arg == "--single").as_deref() {
        Some("--eval") => Mode::Eval,
        Some(_) => Mode::Single,
        None => Mode::Exec,
    };
    let flags = args.next_if(|arg| arg == "--await").map_or(0, |_| ALLOW_TOP_LEVEL_AWAIT);
    let options = CompileOptions { optimize: level, flags, stack_budget: 6 << 20 };
    let mut out = Vec::new();
    let (mut parse_time, mut compile_time, mut bytes) = (Duration::ZERO, Duration::ZERO, 0);
    for path in args {
        let source = std::fs::read(&path)?;
        let outcome = run(&path, &source, mode, &options);
        bytes += source.len();
        parse_time += outcome.parse_time;
        compile_time += outcome.compile_time;
        put(&mut out, path.as_bytes());
        out.push(u8::from(outcome.code.is_ok()));
        match &outcome.code {
            Ok(code) => put(&mut out, code),
            Err(text) => put(&mut out, text.as_bytes()),
        }
        out.extend((outcome.warnings.len() as u32).to_le_bytes());
        for warning in &outcome.warnings {
            let range = warning.range;
            let text = format!("{}\0{}\0{}", range.lineno, range.col_offset, warning.msg);
            put(&mut out, text.as_bytes());
        }
    }
    eprintln!("{bytes} bytes: parse {parse_time:?}, compile {compile_time:?}");
    if target != "-" {
        std::fs::File::create(target)?.write_all(&out)?;
    }
    Ok(())
}
