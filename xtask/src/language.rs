//! Runs the scripts of `tests/lang`: each must exit with status 0, plain and under every
//! stress switch, within its time.  CPython 3.14 passes the same scripts.

use anyhow::{Result, bail};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Value of RPYTHON_STRESS for each pass; empty is the plain run.
const PASSES: &[&str] = &[
    "",
    "gc_always",
    "poison,specialize_at_once",
    "specialize_never",
    "tiny_chunks",
    "match_dispatch",
];
const LIMIT: Duration = Duration::from_secs(120);

pub fn run(binary: &str, pattern: &str) -> Result<()> {
    let mut scripts = Vec::new();
    collect(Path::new("tests/lang"), &mut scripts)?;
    scripts.retain(|p| p.to_string_lossy().contains(pattern));
    scripts.sort();
    if scripts.is_empty() {
        bail!("no test matches {pattern:?}");
    }
    let jobs: Vec<(&str, &PathBuf)> =
        PASSES.iter().flat_map(|p| scripts.iter().map(move |s| (*p, s))).collect();
    let next = AtomicUsize::new(0);
    let failures = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, |n| n.get()) {
            scope.spawn(|| {
                while let Some((pass, script)) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Err(e) = one(binary, pass, script) {
                        failures.lock().expect("no panic").push(e.to_string());
                    }
                }
            });
        }
    });
    let failures = failures.into_inner().expect("no panic");
    failures.iter().for_each(|f| println!("{f}\n"));
    println!("{} passed, {} failed", jobs.len() - failures.len(), failures.len());
    if failures.is_empty() { Ok(()) } else { bail!("language tests failed") }
}

fn collect(dir: &Path, out: &mut Vec<PathBuf>) -> Result<()> {
    for entry in std::fs::read_dir(dir)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, out)?;
        } else if path.extension().is_some_and(|e| e == "py") {
            out.push(path);
        }
    }
    Ok(())
}

fn one(binary: &str, pass: &str, script: &Path) -> Result<()> {
    let mut child = Command::new(binary)
        .arg(script)
        .env("RPYTHON_STRESS", pass)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let begun = Instant::now();
    while child.try_wait()?.is_none() {
        if begun.elapsed() > LIMIT {
            child.kill()?;
            break;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    let out = child.wait_with_output()?;
    if out.status.success() {
        return Ok(());
    }
    let shown = String::from_utf8_lossy(&out.stderr);
    let tail: Vec<&str> = shown.lines().rev().take(12).collect();
    let tail: Vec<&str> = tail.into_iter().rev().collect();
    bail!("FAILED {} [{pass}]: {}\n{}", script.display(), out.status, tail.join("\n"))
}
