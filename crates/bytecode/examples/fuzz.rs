//! Damages good code and marshal data at random and feeds it to everything that reads such bytes:
//! nothing may panic, and the verifier must stay within its budget.
//!
//! `cargo run --release -p rpython-bytecode --example fuzz -- ROUNDS FILE..`, with files of
//! marshalled code objects.

use std::time::{Duration, Instant};

use rpython_bytecode::marshal::raw::{read_code, read_const, write_code};
use rpython_bytecode::verify::{Parts, verify};
use rpython_bytecode::{Const, LocalKind, RawCode, disassemble, exception_table, linetable};

struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit.max(1) as u64) as usize
    }

    fn damage(&mut self, bytes: &mut [u8]) {
        if bytes.is_empty() {
            return;
        }
        for _ in 0..=self.below(3) {
            let at = self.below(bytes.len());
            bytes[at] = match self.below(3) {
                0 => self.next() as u8,
                1 => bytes[at] ^ 1 << self.below(8),
                _ => bytes[self.below(bytes.len())],
            };
        }
    }
}

#[derive(Default)]
struct Totals {
    accepted: usize,
    refused: usize,
    slowest: Duration,
    read: usize,
    unreadable: usize,
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let rounds: usize = arguments.next().and_then(|text| text.parse().ok()).unwrap_or(100);
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    let mut totals = Totals::default();
    for path in arguments {
        let Ok(bytes) = std::fs::read(&path) else { continue };
        let Ok(code) = read_code(&bytes) else { continue };
        for _ in 0..rounds {
            damage_code(&code, &mut random, &mut totals);
            let mut damaged = bytes.clone();
            random.damage(&mut damaged);
            match read_const(&damaged) {
                Ok(Const::Code(code)) => {
                    totals.read += 1;
                    look_at(&code);
                    let _ = write_code(&code);
                }
                Ok(_) => totals.read += 1,
                Err(_) => totals.unreadable += 1,
            }
        }
    }
    println!(
        "code: {} accepted, {} refused, slowest {:?}; marshal: {} read, {} refused",
        totals.accepted, totals.refused, totals.slowest, totals.read, totals.unreadable
    );
}

fn damage_code(code: &RawCode, random: &mut Random, totals: &mut Totals) {
    let mut damaged = code.clone();
    match random.below(8) {
        0 => random.damage(&mut damaged.exceptiontable),
        1 => random.damage(&mut damaged.linetable),
        2 if !damaged.localspluskinds.is_empty() => {
            let at = random.below(damaged.localspluskinds.len());
            damaged.localspluskinds[at] = LocalKind::from_bits_retain(random.next() as u8);
        }
        3 => damaged.stacksize = random.below(code.stacksize as usize + 2) as u32,
        4 => {
            let len = random.below(damaged.code.len() / 2) * 2;
            damaged.code = damaged.code[..len].into();
        }
        _ => random.damage(&mut damaged.code),
    }
    let started = Instant::now();
    match verify(&Parts::from(&damaged)) {
        Ok(_) => totals.accepted += 1,
        Err(_) => totals.refused += 1,
    }
    totals.slowest = totals.slowest.max(started.elapsed());
    look_at(&damaged);
    for constant in &code.consts {
        if let Const::Code(inner) = constant {
            damage_code(inner, random, totals);
        }
    }
}

fn look_at(code: &RawCode) {
    let _ = disassemble::disassemble_one(code);
    let _ = linetable::positions(&code.linetable, code.firstlineno).count();
    let _ = linetable::lines(&code.linetable, code.firstlineno).count();
    let _ = linetable::lnotab(&code.linetable, code.firstlineno);
    let handlers = exception_table::decode(&code.exceptiontable);
    for unit in 0..code.code.len() as u32 / 2 {
        let _ = exception_table::find(&handlers, unit);
    }
}
