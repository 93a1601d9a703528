//! What people would otherwise do by hand: `cargo xtask COMMAND`.
//!
//! `test` is the project's test command, the one that CI runs: formatting and lints, unit
//! tests, and on both the everyday and the release build the language tests in `tests/lang`,
//! plain and under the stress switches, and the dispatch check.

mod bench;
mod dispatch;
mod language;

use anyhow::{Result, bail};
use std::process::Command;

const USAGE: &str = "\
cargo xtask test             all tests, as CI runs them
cargo xtask lang [PATTERN]   only the language tests whose path holds PATTERN
cargo xtask dispatch BINARY  check that every handler of the eval loop ends in a jump
cargo xtask bench [PATTERN] [--python PROGRAM] [--rpython PROGRAM]
                             time the programs in benches/ beside CPython
cargo xtask tidy             formatting and lints, warnings denied
";

fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["test"] => test(),
        ["lang"] => lang(""),
        ["lang", pattern] => lang(pattern),
        ["dispatch", binary] => dispatch::check(binary),
        ["bench", options @ ..] => bench::run(&bench::Options::parse(options)?),
        ["tidy"] => tidy(),
        _ => bail!("usage:\n{USAGE}"),
    }
}

fn test() -> Result<()> {
    tidy()?;
    run("cargo", &["test", "--workspace", "--quiet"])?;
    lang("")?;
    dispatch::check("target/debug/rpython")?;
    // The optimiser has broken what was right before: what users run is tested, too.
    run("cargo", &["build", "--release", "--quiet"])?;
    language::run("target/release/rpython", "")?;
    dispatch::check("target/release/rpython")
}

fn lang(pattern: &str) -> Result<()> {
    run("cargo", &["build", "--quiet"])?;
    language::run("target/debug/rpython", pattern)
}

fn tidy() -> Result<()> {
    run("cargo", &["fmt", "--all", "--check"])?;
    run("cargo", &["clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"])
}

fn run(program: &str, args: &[&str]) -> Result<()> {
    println!("+ {program} {}", args.join(" "));
    if !Command::new(program).args(args).status()?.success() {
        bail!("{program} {} failed", args.join(" "));
    }
    Ok(())
}
