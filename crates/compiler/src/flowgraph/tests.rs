//! Golden tests: instruction sequences as CPython's codegen wrote them, beside
//! what CPython 3.14 made of them.
//!
//! Lines come in pairs.  `M firstlineno flags names cells consts instructions`
//! is a whole unit, followed by `= code lines exceptions stacksize consts`;
//! `O nlocals consts instructions` stops before assembly and is followed by
//! `= consts instructions`.

use bytecode::{CodeFlags, Const, Opcode, RawStr};

use super::{Cfg, ENTRY, NO_BLOCK, has_target};
use crate::assemble::optimize_and_assemble;
use crate::instrs::{CodeUnit, ConstTable, InstrSeq, Label, Location};

#[test]
fn matches_cpython() {
    let golden = match std::env::var("FLOWGRAPH_GOLDEN") {
        Ok(path) => std::fs::read_to_string(path).expect("the golden file is readable"),
        Err(_) => include_str!("tests/golden.txt").to_owned(),
    };
    let mut failures = 0;
    let lines: Vec<&str> = golden.lines().collect();
    for (number, pair) in lines.chunks(2).enumerate() {
        let (case, expected) = (pair[0], pair[1]);
        let fields: Vec<&str> = case.split('\t').collect();
        let actual = match fields[0] {
            "M" => check_unit(&fields),
            _ => check_optimizer(&fields),
        };
        if actual != expected {
            failures += 1;
            if failures <= 5 {
                eprintln!(
                    "line {}:\n{case}\nexpected\n{expected}\nactual\n{actual}",
                    2 * number + 1
                );
            }
        }
    }
    assert_eq!(failures, 0, "of {} cases", lines.len() / 2);
}

fn check_unit(fields: &[&str]) -> String {
    let &[_, firstlineno, flags, _names, cells, consts, instrs] = fields else {
        panic!("a unit has seven fields");
    };
    let mut unit = CodeUnit {
        name: "<module>".into(),
        qualname: "<module>".into(),
        firstlineno: number(firstlineno),
        ..CodeUnit::default()
    };
    for cell in cells.split(',').filter(|name| !name.is_empty()) {
        unit.cellvars.insert(cell.into());
    }
    for value in parse_consts(consts) {
        unit.consts.add(value);
    }
    let flags = CodeFlags::from_bits_retain(number(flags));
    match optimize_and_assemble(unit, sequence(instrs), flags, RawStr::from("f")) {
        Ok(code) => format!(
            "=\t{}\t{}\t{}\t{}\t{}",
            hex(&code.code),
            hex(&code.linetable),
            hex(&code.exceptiontable),
            code.stacksize,
            show_consts(&code.consts)
        ),
        Err(error) => error.to_string(),
    }
}

fn check_optimizer(fields: &[&str]) -> String {
    let &[_, nlocals, consts, instrs] = fields else {
        panic!("an optimizer case has four fields");
    };
    let mut table = ConstTable::default();
    for value in parse_consts(consts) {
        table.add(value);
    }
    let mut run = || -> Result<Cfg, crate::CompileError> {
        let mut cfg = Cfg::from_sequence(sequence(instrs))?;
        cfg.optimize_code_unit(&mut table, number(nlocals), 0)?;
        cfg.calculate_stackdepth()?;
        cfg.optimize_load_fast();
        Ok(cfg)
    };
    match run() {
        Ok(cfg) => format!("=\t{}\t{}", show_consts(&table.into_vec()), show_cfg(&cfg)),
        Err(error) => error.to_string(),
    }
}

fn number<T: std::str::FromStr>(text: &str) -> T {
    text.parse().ok().expect("a number")
}

/// `opcode,oparg,line,end line,column,end column`, separated by spaces; opargs of
/// jumps are places.
fn sequence(text: &str) -> InstrSeq {
    let mut seq = InstrSeq::new();
    let rows: Vec<Vec<i32>> =
        text.split(' ').map(|row| row.split(',').map(number).collect()).collect();
    for at in 0..=rows.len() {
        let label = seq.new_label();
        assert_eq!(label, Label(at as u32));
    }
    for (at, row) in rows.iter().enumerate() {
        seq.use_label(Label(at as u32));
        let opcode = Opcode::from_number(row[0] as u32).expect("a known opcode");
        seq.addop(opcode, row[1] as u32, Location::new(row[2], row[3], row[4], row[5]));
    }
    seq
}

fn show_cfg(cfg: &Cfg) -> String {
    let mut starts = vec![0; cfg.blocks.len()];
    let mut instrs = Vec::new();
    let mut id = ENTRY;
    while id != NO_BLOCK {
        starts[id as usize] = instrs.len();
        instrs.extend_from_slice(&cfg.block(id).instrs);
        id = cfg.next(id);
    }
    let rows: Vec<String> = instrs
        .iter()
        .map(|instr| {
            let oparg = match has_target(instr.opcode) {
                true => starts[instr.target as usize],
                false => instr.oparg as usize,
            };
            let Location { lineno, end_lineno, col_offset, end_col_offset } = instr.loc;
            let opcode = instr.opcode as u32;
            format!("{opcode},{oparg},{lineno},{end_lineno},{col_offset},{end_col_offset}")
        })
        .collect();
    rows.join(" ")
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Vec<u8> {
    let digit = |at| u8::from_str_radix(&text[at..at + 2], 16).expect("hex digits");
    (0..text.len()).step_by(2).map(digit).collect()
}

fn parse_consts(mut text: &str) -> Vec<Const> {
    let mut values = Vec::new();
    while !text.is_empty() {
        values.push(parse_const(&mut text));
    }
    values
}

fn parse_const(text: &mut &str) -> Const {
    let (tag, rest) = text.split_at(1);
    *text = rest;
    let until = |text: &mut &str| {
        let (body, rest) = text.split_once(';').expect("a closing semicolon");
        *text = rest;
        body.to_owned()
    };
    let float = |hex: &str| f64::from_bits(u64::from_str_radix(hex, 16).expect("a float's bits"));
    let items = |text: &mut &str, end: char| {
        let mut items = Vec::new();
        while !text.starts_with(end) {
            items.push(parse_const(text));
        }
        *text = &text[1..];
        items
    };
    match tag {
        "N" => Const::None,
        "T" => Const::True,
        "F" => Const::False,
        "E" => Const::Ellipsis,
        "i" => {
            let body = until(text);
            let digits = body.trim_start_matches('-');
            let padded = if digits.len() % 2 == 1 { format!("0{digits}") } else { digits.into() };
            let mut magnitude = unhex(&padded);
            magnitude.reverse();
            Const::int_from_magnitude(body.starts_with('-'), &magnitude)
        }
        "f" => Const::Float(float(&until(text))),
        "c" => {
            let body = until(text);
            Const::Complex(float(&body[..16]), float(&body[16..]))
        }
        "s" => Const::Str(RawStr::from(unhex(&until(text)))),
        "b" => Const::Bytes(unhex(&until(text)).into()),
        "(" => Const::Tuple(items(text, ')').into()),
        "{" => Const::FrozenSet(items(text, '}').into()),
        "[" => {
            let items = items(text, ']');
            Const::Slice(std::sync::Arc::new(items.try_into().expect("three parts")))
        }
        _ => panic!("unknown constant {tag}"),
    }
}

fn show_consts(values: &[Const]) -> String {
    values.iter().map(show_const).collect()
}

fn show_const(value: &Const) -> String {
    match value {
        Const::None => "N".into(),
        Const::True => "T".into(),
        Const::False => "F".into(),
        Const::Ellipsis => "E".into(),
        Const::Int(value) => {
            format!("i{}{:x};", if *value < 0 { "-" } else { "" }, value.unsigned_abs())
        }
        Const::BigInt { negative, magnitude } => {
            let big_endian: Vec<u8> = magnitude.iter().rev().copied().collect();
            let digits = hex(&big_endian);
            format!("i{}{};", if *negative { "-" } else { "" }, digits.trim_start_matches('0'))
        }
        Const::Float(value) => format!("f{:016x};", value.to_bits()),
        Const::Complex(re, im) => format!("c{:016x}{:016x};", re.to_bits(), im.to_bits()),
        Const::Str(text) => format!("s{};", hex(text)),
        Const::Bytes(bytes) => format!("b{};", hex(bytes)),
        Const::Tuple(items) => format!("({})", show_consts(items)),
        Const::FrozenSet(items) => {
            let mut items: Vec<String> = items.iter().map(show_const).collect();
            items.sort();
            format!("{{{}}}", items.concat())
        }
        Const::Slice(parts) => format!("[{}]", show_consts(&parts[..])),
        other => format!("?{other:?}"),
    }
}
