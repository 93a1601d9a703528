//! `ast_dump OUT ROOT...`: for every `.py` file its path, then a hash of its dumped tree or
//! the error, as a Python script of a few lines prints them with `ast.dump`; the two outputs
//! must be the same. `--text FILE` dumps one file, `--each:OPTION,.. FILE` hashes every
//! one of the sources that zero bytes separate in it, and `--time ROOT...` only tells the time that parsing takes.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use bumpalo::Bump;
use rpython_parser::errors::{ErrorKind, SyntaxError};
use rpython_parser::{Mode, ParseOptions, dump, parse};
use sha2::{Digest, Sha256};

fn main() -> io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.split_first() {
        Some((flag, files)) if flag == "--text" => {
            for file in files {
                println!("{}", describe(&fs::read(file)?, lossy));
            }
        }
        Some((flag, files)) if flag.starts_with("--each") => {
            let options = options(flag);
            for file in files {
                for source in fs::read(file)?.split(|byte| *byte == 0) {
                    println!("{}", describe_with(source, &options, hash));
                }
            }
        }
        Some((flag, roots)) if flag == "--time" => time(roots)?,
        Some((out, roots)) => {
            let mut out = io::BufWriter::new(fs::File::create(out)?);
            for path in python_files(roots)? {
                let line = describe(&fs::read(&path)?, hash);
                writeln!(out, "{}\t{line}", path.display())?;
            }
        }
        None => eprintln!(
            "usage: ast_dump OUT ROOT... | --text FILE... | --each FILE... | --time ROOT..."
        ),
    }
    Ok(())
}

fn lossy(dump: &[u8]) -> String {
    String::from_utf8_lossy(dump).into_owned()
}

fn hash(dump: &[u8]) -> String {
    Sha256::digest(dump).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// The options that `--each:name,name..` asks for.
fn options(flag: &str) -> ParseOptions {
    let mut options = ParseOptions::default();
    for name in flag.split([':', ',']).skip(1) {
        match name {
            "str" => options.source_is_utf8 = true,
            "eval" => options.mode = Mode::Eval,
            "single" => options.mode = Mode::Single,
            "func_type" => options.mode = Mode::FuncType,
            "type_comments" => options.type_comments = true,
            "incomplete" => options.allow_incomplete = true,
            "dont_imply_dedent" => options.dont_imply_dedent = true,
            "barry" => options.barry_as_bdfl = true,
            minor => match minor.parse() {
                Ok(minor) => options.feature_version = minor,
                Err(_) => eprintln!("no option {minor}"),
            },
        }
    }
    options
}

fn describe(source: &[u8], show: impl Fn(&[u8]) -> String) -> String {
    describe_with(source, &ParseOptions::default(), show)
}

fn describe_with(source: &[u8], options: &ParseOptions, show: impl Fn(&[u8]) -> String) -> String {
    let arena = Bump::new();
    let (result, warnings) = match parse(&arena, source, options) {
        Ok(parsed) => (show(&dump::dump(&parsed.module, true)), parsed.warnings),
        Err(error) => (error_line(&error), error.warnings),
    };
    if std::env::var_os("AST_DUMP_DETAILS").is_none() {
        return result;
    }
    let warnings: Vec<String> = warnings
        .iter()
        .map(|warning| format!("{}: {}", warning.range.lineno, warning.msg))
        .collect();
    format!("{result} {}", lossy(&text::utf8::repr::repr_str(warnings.join("; ").as_bytes())))
}

fn error_line(error: &SyntaxError) -> String {
    let name = match error.kind {
        ErrorKind::Syntax => "SyntaxError",
        ErrorKind::Indentation => "IndentationError",
        ErrorKind::Tab => "TabError",
        ErrorKind::Incomplete => "_IncompleteInputError",
        ErrorKind::Memory => "MemoryError",
        ErrorKind::Value => "ValueError",
    };
    let show = |value: Option<String>| value.unwrap_or_else(|| "None".to_owned());
    let message = text::utf8::repr::repr_str(error.msg.as_bytes());
    format!(
        "{name} [{}, {}, {}, {}, {}]",
        lossy(&message),
        show(error.lineno.map(|line| line.to_string())),
        show(error.offset.map(|offset| offset.to_string())),
        show(error.end_lineno.map(|line| line.to_string())),
        show(error.end_offset.map(|offset| offset.to_string())),
    ) + &details(error)
}

/// The line that the error shows, if the environment asks for more.
fn details(error: &SyntaxError) -> String {
    if std::env::var_os("AST_DUMP_DETAILS").is_none() {
        return String::new();
    }
    match &error.text {
        Some(line) => format!(" {}", lossy(&text::utf8::repr::repr_str(line.as_bytes()))),
        None => " None".to_owned(),
    }
}

/// Files below the roots, in the order of `os.walk` over sorted names.
fn python_files(roots: &[String]) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for root in roots {
        walk(Path::new(root), &mut found)?;
    }
    Ok(found)
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) -> io::Result<()> {
    let mut entries: Vec<_> = fs::read_dir(folder)?.collect::<Result<_, _>>()?;
    entries.sort_by_key(|entry| entry.file_name());
    let (folders, files): (Vec<_>, Vec<_>) =
        entries.into_iter().map(|entry| entry.path()).partition(|path| path.is_dir());
    found.extend(files.into_iter().filter(|path| {
        path.extension().is_some_and(|extension| extension == "py") && path.exists()
    }));
    for folder in folders.iter().filter(|folder| !folder.is_symlink()) {
        walk(folder, found)?;
    }
    Ok(())
}

fn time(roots: &[String]) -> io::Result<()> {
    let mut sources = Vec::new();
    for path in python_files(roots)? {
        sources.push(fs::read(path)?);
    }
    let bytes: usize = sources.iter().map(Vec::len).sum();
    let start = Instant::now();
    let parsed = sources
        .iter()
        .filter(|source| parse(&Bump::new(), source, &ParseOptions::default()).is_ok())
        .count();
    println!("{parsed} of {} files, {bytes} bytes: {:?}", sources.len(), start.elapsed());
    Ok(())
}
