//! `cargo xtask bench`: the programs in `benches/`, timed beside CPython.
//!
//! A program is set-up, a line `# ---`, and the code to time, which runs as the body of a
//! function.  The interpreters take turns, so that a busy machine hurts both alike; of all
//! runs the fastest counts.

use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

/// How often the interpreters take turns.
const ROUNDS: usize = 3;

/// What an interpreter runs: prints the seconds of the fastest pass over the timed code.
const TIMER: &str = r##"
import sys, time
path = sys.argv[1]
with open(path) as file:
    setup, timed = file.read().split("# ---\n")
namespace = {"__name__": "bench"}
exec(compile(setup, path, "exec"), namespace)
body = "".join("    " + line for line in timed.splitlines(True))
exec(compile("def timed():\n" + body, path, "exec"), namespace)
timed, clock = namespace["timed"], time.perf_counter
best, passes, begin = 1e9, 0, clock()
while passes < 3 or clock() - begin < 0.3:
    start = clock()
    timed()
    best = min(best, clock() - start)
    passes += 1
print(best)
"##;

pub struct Options {
    pattern: String,
    python: PathBuf,
    rpython: Option<PathBuf>,
}

impl Options {
    pub fn parse(args: &[&str]) -> Result<Options> {
        let mut options =
            Options { pattern: String::new(), python: "python3.14".into(), rpython: None };
        let mut args = args.iter();
        while let Some(arg) = args.next() {
            let mut value = || args.next().with_context(|| format!("{arg} needs a program"));
            match *arg {
                "--python" => options.python = value()?.into(),
                "--rpython" => options.rpython = Some(value()?.into()),
                option if option.starts_with('-') => bail!("unknown option {option}"),
                pattern => options.pattern = pattern.to_owned(),
            }
        }
        Ok(options)
    }
}

pub fn run(options: &Options) -> Result<()> {
    let rpython = match &options.rpython {
        Some(program) => program.clone(),
        None => {
            crate::run("cargo", &["build", "--release", "--quiet"])?;
            "target/release/rpython".into()
        }
    };
    let programs = programs(&options.pattern)?;
    println!("{:24}{:>12}{:>12}{:>9}", "", "CPython ms", "rpython ms", "ratio");
    let mut ratios = Vec::new();
    if "start".contains(&options.pattern) {
        ratios.push(compare("start", [&options.python, &rpython], 10, time_start)?);
    }
    for program in &programs {
        let name = program.file_stem().unwrap_or_default().to_string_lossy();
        let time = |interpreter: &Path| time_program(interpreter, program);
        ratios.push(compare(&name, [&options.python, &rpython], ROUNDS, time)?);
    }
    if ratios.is_empty() {
        bail!("no benchmark has '{}' in its name", options.pattern);
    }
    let mean = (ratios.iter().map(|r| r.ln()).sum::<f64>() / ratios.len() as f64).exp();
    println!("{:24}{:>33.2}", "geometric mean", mean);
    Ok(())
}

fn programs(pattern: &str) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir("benches")? {
        let path = entry?.path();
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        if path.extension().is_some_and(|e| e == "py") && name.contains(pattern) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// Prints a line of the table; the answer is how many times as fast we are.
fn compare(
    name: &str,
    interpreters: [&Path; 2],
    rounds: usize,
    time: impl Fn(&Path) -> Result<f64>,
) -> Result<f64> {
    let mut best = [f64::INFINITY; 2];
    for _ in 0..rounds {
        for (best, interpreter) in best.iter_mut().zip(interpreters) {
            *best = best.min(time(interpreter)?);
        }
    }
    let [theirs, ours] = best;
    println!("{name:24}{:>12.3}{:>12.3}{:>9.2}", theirs * 1e3, ours * 1e3, theirs / ours);
    Ok(theirs / ours)
}

fn time_program(interpreter: &Path, program: &Path) -> Result<f64> {
    let out = Command::new(interpreter).args(["-c", TIMER]).arg(program).output();
    let out = out.with_context(|| interpreter.display().to_string())?;
    if !out.status.success() {
        let text = String::from_utf8_lossy(&out.stderr);
        bail!("{} fails on {}:\n{text}", interpreter.display(), program.display());
    }
    Ok(String::from_utf8_lossy(&out.stdout).trim().parse()?)
}

/// From nothing to a program that does nothing.
fn time_start(interpreter: &Path) -> Result<f64> {
    let start = Instant::now();
    let status = Command::new(interpreter).args(["-c", "pass"]).status();
    if !status.with_context(|| interpreter.display().to_string())?.success() {
        bail!("{} does not start", interpreter.display());
    }
    Ok(start.elapsed().as_secs_f64())
}
