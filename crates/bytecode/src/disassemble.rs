//! Code as text, in a stable form close to `dis`, for golden tests and for looking at.
//!
//! ```text
//!   2    L1: LOAD_FAST_BORROW       0 (x)
//!            POP_JUMP_IF_NONE       3 (to L2)
//! ```
//! Caches and prefixes are folded into their instruction. Damaged code prints as far as it makes
//! sense; nothing here panics.

use std::fmt::Write;

use crate::code::{Const, RawCode};
use crate::oparg::{self, *};
use crate::opcode::{Opcode, Operand};
use crate::{exception_table, linetable};

/// An instruction with its prefixes folded in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Instruction {
    /// Code unit of the first prefix, or of the instruction itself.
    pub start: usize,
    /// Code unit of the instruction itself.
    pub unit: usize,
    pub op: Opcode,
    pub oparg: u32,
}

impl Instruction {
    /// Code unit of the next instruction.
    pub fn end(&self) -> usize {
        self.unit + 1 + self.op.caches()
    }

    pub fn jump_target(&self) -> Option<usize> {
        self.op.jump_target(self.unit, self.oparg)
    }
}

/// The instructions of `code`; ends at the first unknown opcode.
pub fn instructions(code: &[u8]) -> impl Iterator<Item = Instruction> + '_ {
    let mut unit = 0;
    std::iter::from_fn(move || {
        let start = unit;
        let mut oparg = 0u32;
        loop {
            let &[byte, arg] = code.get(unit * 2..unit * 2 + 2)? else { return None };
            let op = Opcode::from_byte(byte)?;
            oparg = oparg << 8 | u32::from(arg);
            if op == Opcode::ExtendedArg {
                unit += 1;
                continue;
            }
            let instruction = Instruction { start, unit, op, oparg };
            unit = instruction.end();
            return Some(instruction);
        }
    })
}

/// The text of a code object and of those among its constants.
pub fn disassemble(code: &RawCode) -> String {
    let mut out = String::new();
    recurse(code, &mut out, 0);
    out
}

/// The text of one code object alone.
pub fn disassemble_one(code: &RawCode) -> String {
    let mut out = String::new();
    listing(code, &mut out);
    out
}

fn recurse(code: &RawCode, out: &mut String, depth: usize) {
    listing(code, out);
    if depth > 200 {
        return;
    }
    for constant in &code.consts {
        if let Const::Code(inner) = constant {
            let _ = writeln!(out, "\nDisassembly of {}:", repr(constant));
            recurse(inner, out, depth + 1);
        }
    }
}

fn listing(code: &RawCode, out: &mut String) {
    let entries: Vec<_> = exception_table::entries(&code.exceptiontable).flatten().collect();
    let mut targets: Vec<usize> =
        instructions(&code.code).filter_map(|i| i.jump_target()).collect();
    for entry in &entries {
        targets.extend([entry.start as usize, entry.end as usize, entry.target as usize]);
    }
    targets.sort_unstable();
    targets.dedup();
    let label = |unit: usize| targets.binary_search(&unit).ok().map(|i| format!("L{}", i + 1));

    let positions: Vec<_> = linetable::positions(&code.linetable, code.firstlineno).collect();
    let mut last_line = None;
    for instruction in instructions(&code.code) {
        let line = positions.get(instruction.start).map_or(-1, |at| at.line);
        let line_text = match line {
            _ if last_line == Some(line) => String::new(),
            ..0 => "--".to_owned(),
            line => line.to_string(),
        };
        if last_line.is_some_and(|last| last != line) {
            out.push('\n');
        }
        last_line = Some(line);
        let label_text = match label(instruction.start) {
            Some(label) => format!("{label}:"),
            None => String::new(),
        };
        let _ = write!(out, "{line_text:>4} {label_text:>6} {}", instruction.op);
        if instruction.op.has_arg() {
            let width = 24usize.saturating_sub(instruction.op.name().len());
            let _ = write!(out, "{:>width$}", instruction.oparg);
            let text = match instruction.jump_target() {
                Some(target) => label(target).map(|label| format!("to {label}")),
                None => argument(code, instruction.op, instruction.oparg),
            };
            if let Some(text) = text {
                let _ = write!(out, " ({text})");
            }
        }
        out.push('\n');
    }
    if !entries.is_empty() {
        out.push_str("ExceptionTable:\n");
        let name = |unit: u32| label(unit as usize).unwrap_or_default();
        for entry in entries {
            let _ = writeln!(
                out,
                "  {} to {} -> {} [{}]{}",
                name(entry.start),
                name(entry.end),
                name(entry.target),
                entry.depth,
                if entry.lasti { " lasti" } else { "" }
            );
        }
    }
}

/// What an operand stands for, as `dis` puts it in parentheses.
fn argument(code: &RawCode, op: Opcode, arg: u32) -> Option<String> {
    let name = |index: usize| code.names.get(index).map(|name| name.to_string());
    let local = |index: usize| code.localsplusnames.get(index).map(|name| name.to_string());
    let mark = |text: String, on: bool, mark: &str| if on { text + mark } else { text };
    Some(match op.info().operand {
        Operand::Const => repr(code.consts.get(arg as usize)?),
        Operand::Name => name(arg as usize)?,
        Operand::Global => {
            let (index, null) = oparg::unpack_global(arg);
            mark(name(index)?, null, " + NULL")
        }
        Operand::Attr => {
            let (index, method) = oparg::unpack_attr(arg);
            mark(name(index)?, method, " + NULL|self")
        }
        Operand::SuperAttr => {
            let (index, method, _) = oparg::unpack_super_attr(arg);
            mark(name(index)?, method, " + NULL|self")
        }
        Operand::Local | Operand::Cell => local(arg as usize)?,
        Operand::LocalPair => {
            let (first, second) = oparg::unpack_locals(arg);
            format!("{}, {}", local(first)?, local(second)?)
        }
        Operand::BinaryOp => BinaryOp::from_oparg(arg)?.symbol().to_owned(),
        Operand::CompareOp => {
            let (op, to_bool) = CompareOp::unpack(arg)?;
            if to_bool { format!("bool({})", op.name()) } else { op.name().to_owned() }
        }
        Operand::Invert if arg != 0 => match op.base() {
            Opcode::IsOp => "is not".to_owned(),
            _ => "not in".to_owned(),
        },
        Operand::Invert => match op.base() {
            Opcode::IsOp => "is".to_owned(),
            _ => "in".to_owned(),
        },
        Operand::Intrinsic1 => Intrinsic1::from_oparg(arg)?.name().to_owned(),
        Operand::Intrinsic2 => Intrinsic2::from_oparg(arg)?.name().to_owned(),
        Operand::CommonConstant => CommonConstant::from_oparg(arg)?.name().to_owned(),
        Operand::SpecialMethod => SpecialMethod::from_oparg(arg)?.name().to_owned(),
        Operand::Conversion => Conversion::from_oparg(arg)?.name().to_owned(),
        Operand::FunctionAttribute => {
            FunctionAttribute::from_bits(arg).and_then(FunctionAttribute::name)?.to_owned()
        }
        _ => return None,
    })
}

/// A constant as Python would show it, code objects without their address.
pub fn repr(constant: &Const) -> String {
    let list = |items: &[Const]| items.iter().map(repr).collect::<Vec<_>>().join(", ");
    match constant {
        Const::None => "None".to_owned(),
        Const::True => "True".to_owned(),
        Const::False => "False".to_owned(),
        Const::Ellipsis => "Ellipsis".to_owned(),
        Const::StopIteration => "<class 'StopIteration'>".to_owned(),
        Const::Int(value) => value.to_string(),
        Const::BigInt { negative, magnitude } => {
            let hex: String = magnitude.iter().rev().map(|byte| format!("{byte:02x}")).collect();
            format!("{}0x{}", if *negative { "-" } else { "" }, hex.trim_start_matches('0'))
        }
        Const::Float(value) => format!("{value:?}"),
        Const::Complex(re, im) => format!("({re:?}{im:+?}j)"),
        Const::Str(text) => quote(&text.to_string(), true),
        Const::Bytes(bytes) => {
            let latin: String = bytes.iter().map(|&byte| byte as char).collect();
            format!("b{}", quote(&latin, false))
        }
        Const::Tuple(items) if items.len() == 1 => format!("({},)", repr(&items[0])),
        Const::Tuple(items) => format!("({})", list(items)),
        Const::FrozenSet(items) if items.is_empty() => "frozenset()".to_owned(),
        Const::FrozenSet(items) => {
            let mut texts: Vec<_> = items.iter().map(repr).collect();
            texts.sort_unstable();
            format!("frozenset({{{}}})", texts.join(", "))
        }
        Const::Slice(parts) => format!("slice({})", list(&parts[..])),
        Const::Code(code) => format!(
            "<code object {}, file \"{}\", line {}>",
            code.name, code.filename, code.firstlineno
        ),
    }
}

fn quote(text: &str, unicode: bool) -> String {
    let mark = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    let mut out = String::from(mark);
    for c in text.chars() {
        let _ = match c {
            '\n' => write!(out, "\\n"),
            '\r' => write!(out, "\\r"),
            '\t' => write!(out, "\\t"),
            '\\' => write!(out, "\\\\"),
            c if c == mark => write!(out, "\\{c}"),
            c if c.is_ascii_graphic() || c == ' ' => write!(out, "{c}"),
            c if unicode && (c as u32) >= 0xA1 => write!(out, "{c}"),
            c => write!(out, "\\x{:02x}", c as u32),
        };
    }
    out.push(mark);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::{CodeFlags, LocalKind};
    use crate::linetable::{LineTableWriter, Location};
    use crate::marshal::raw::{read_code, write_code};

    fn sample() -> RawCode {
        use Opcode::*;
        let program = [
            (Resume, 0, 1),
            (LoadFastBorrow, 0, 2),
            (PopJumpIfNone, 3, 2),
            (NotTaken, 0, 2),
            (LoadConst, 0, 3),
            (ReturnValue, 0, 3),
            (LoadGlobal, 1, 4),
            (LoadConst, 1, 4),
            (Call, 1, 4),
            (ReturnValue, 0, 4),
            (PushExcInfo, 0, -1),
            (Reraise, 1, -1),
        ];
        let mut code = Vec::new();
        let mut lines = LineTableWriter::new(1);
        for (op, arg, line) in program {
            code.extend([op.byte(), arg]);
            code.extend(std::iter::repeat_n(0, op.caches() * 2));
            lines.push(Location::line(line), 1 + op.caches());
        }
        let entry = exception_table::Entry { start: 7, end: 17, target: 18, depth: 0, lasti: true };
        RawCode {
            argcount: 1,
            posonlyargcount: 0,
            kwonlyargcount: 0,
            stacksize: 3,
            flags: CodeFlags::OPTIMIZED | CodeFlags::NEWLOCALS,
            code: code.into(),
            consts: vec![Const::Float(1.0), Const::Str("it's".into())],
            names: vec!["f".into()],
            localsplusnames: vec!["x".into()],
            localspluskinds: vec![LocalKind::LOCAL | LocalKind::ARG_POS],
            filename: "m.py".into(),
            name: "g".into(),
            qualname: "g".into(),
            firstlineno: 1,
            linetable: lines.finish(),
            exceptiontable: exception_table::encode(&[entry]),
        }
    }

    #[test]
    fn golden() {
        assert_eq!(disassemble(&sample()), GOLDEN);
    }

    #[test]
    fn through_marshal() {
        let code = sample();
        let again = write_code(&code).map(|bytes| read_code(&bytes).expect("good data"));
        assert_eq!(again.as_deref(), Ok(&code));
    }

    const GOLDEN: &str = r#"   1        RESUME                 0

   2        LOAD_FAST_BORROW       0 (x)
            POP_JUMP_IF_NONE       3 (to L1)
            NOT_TAKEN

   3        LOAD_CONST             0 (1.0)
            RETURN_VALUE

   4    L1: LOAD_GLOBAL            1 (f + NULL)
            LOAD_CONST             1 ("it's")
            CALL                   1
        L2: RETURN_VALUE

  --    L3: PUSH_EXC_INFO
            RERAISE                1
ExceptionTable:
  L1 to L2 -> L3 [0] lasti
"#;
}
