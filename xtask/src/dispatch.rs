//! The dispatch check: disassembles a binary and fails if any handler of the eval loop
//! calls the next one where it should jump, which would overflow the native stack.

use anyhow::{Result, bail};
use std::process::Command;

/// Fewer handlers than this means that the check has lost sight of them.
const AT_LEAST: usize = 100;

pub fn check(binary: &str) -> Result<()> {
    let out = Command::new("objdump").args(["-d", "--no-show-raw-insn", binary]).output()?;
    if !out.status.success() {
        bail!("objdump {binary}: {}", String::from_utf8_lossy(&out.stderr));
    }
    let text = String::from_utf8_lossy(&out.stdout);
    let (mut handlers, mut bad) = (0, Vec::new());
    let mut current: Option<&str> = None;
    for line in text.lines() {
        if let Some(name) = line.strip_suffix(">:").and_then(|l| l.split_once('<')).map(|x| x.1) {
            current = is_handler(name).then_some(name);
            handlers += usize::from(current.is_some());
        } else if let Some(name) = current
            && let Some((_, target)) = line.split_once("\tcall")
            && (through_table(target.trim()) || is_handler(target))
        {
            bad.push(format!("{name}: call {}", target.trim()));
        }
    }
    bad.iter().for_each(|b| println!("calls where it should jump: {b}"));
    println!("dispatch check: {handlers} handlers, {} bad calls", bad.len());
    if !bad.is_empty() || handlers < AT_LEAST {
        bail!("the dispatch check failed");
    }
    Ok(())
}

fn is_handler(symbol: &str) -> bool {
    symbol.contains("light_handler") || symbol.contains("heavy_handler")
}

/// An indirect call through a table of pointers; calls through the global
/// offset table (`*0x..(%rip)`) are ordinary ones.
fn through_table(target: &str) -> bool {
    target.starts_with('*') && target.contains("(%r") && !target.contains("(%rip)")
}
