//! Reads files of marshalled code objects (or `.pyc` files) and checks that writing them again
//! gives the same bytes, that the location and exception tables decode to what encodes back, that
//! the code passes the verifier, and how long that takes.
//!
//! `cargo run --release -p rpython-bytecode --example check_marshal -- FILE..`

use std::time::{Duration, Instant};

use rpython_bytecode::linetable::LineTableWriter;
use rpython_bytecode::marshal::raw::{read_code, write_code};
use rpython_bytecode::verify::{Parts, verify};
use rpython_bytecode::{Const, RawCode, disassemble, exception_table, linetable};

#[derive(Default)]
struct Totals {
    files: usize,
    same_bytes: usize,
    codes: usize,
    units: usize,
    loose_stacks: usize,
    failures: usize,
}

fn main() {
    let mut totals = Totals::default();
    let mut verifying = Duration::ZERO;
    for path in std::env::args().skip(1) {
        let Ok(mut bytes) = std::fs::read(&path) else {
            println!("{path}: cannot be read");
            continue;
        };
        if path.ends_with(".pyc") && bytes.len() >= 16 {
            bytes.drain(..16);
        }
        totals.files += 1;
        let code = match read_code(&bytes) {
            Ok(code) => code,
            Err(error) => {
                println!("{path}: {error}");
                totals.failures += 1;
                continue;
            }
        };
        match write_code(&code) {
            Ok(again) if again == bytes => totals.same_bytes += 1,
            Ok(again) => {
                let at = again.iter().zip(&bytes).take_while(|(a, b)| a == b).count();
                println!("{path}: written bytes differ at {at}");
            }
            Err(error) => println!("{path}: {error}"),
        }
        check(&path, &code, &mut totals, &mut verifying);
    }
    println!(
        "{} files, {} same bytes; {} code objects, {} units, {} stacks larger than needed, {} failures; verified in {:?}",
        totals.files,
        totals.same_bytes,
        totals.codes,
        totals.units,
        totals.loose_stacks,
        totals.failures,
        verifying
    );
}

fn check(path: &str, code: &RawCode, totals: &mut Totals, verifying: &mut Duration) {
    totals.codes += 1;
    totals.units += code.code.len() / 2;
    let mut fail = |what: &str| {
        println!("{path}: {}: {what}", code.qualname);
        totals.failures += 1;
    };
    let _ = verify(&Parts::from(code));
    let started = Instant::now();
    let verified = verify(&Parts::from(code));
    *verifying += started.elapsed();
    match verified {
        Err(error) => fail(&format!("refused: {error}")),
        Ok(verified) => {
            if verified.needs_counted_loads {
                fail("needs counted loads");
            }
            if verified.needs_checked_loads {
                fail("needs checked loads");
            }
            if verified.max_depth != code.stacksize {
                totals.loose_stacks += 1;
            }
        }
    }
    let mut lines = LineTableWriter::new(code.firstlineno);
    let mut at = 0;
    let positions: Vec<_> = linetable::positions(&code.linetable, code.firstlineno).collect();
    if positions.len() * 2 != code.code.len() {
        fail("positions do not cover the code");
    }
    for instruction in disassemble::instructions(&code.code) {
        let units = instruction.end() - at;
        lines.push(positions[at], units);
        at = instruction.end();
    }
    if lines.finish() != code.linetable {
        fail("location table encodes differently");
    }
    let entries: Vec<_> = exception_table::entries(&code.exceptiontable).flatten().collect();
    if exception_table::encode(&entries) != code.exceptiontable {
        fail("exception table encodes differently");
    }
    for unit in 0..code.code.len() as u32 / 2 {
        let expected = entries.iter().find(|entry| (entry.start..entry.end).contains(&unit));
        if exception_table::find(&entries, unit).as_ref() != expected {
            fail("exception table search differs");
            break;
        }
    }
    for constant in &code.consts {
        if let Const::Code(inner) = constant {
            check(path, inner, totals, verifying);
        }
    }
}
