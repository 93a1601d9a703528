//! First pass: instruction boundaries, operands, targets, and what depends on no path.

use super::{Parts, ROWS, Row, Shape, VerifyError, fail};
use crate::code::{CodeFlags, LocalKind};
use crate::opcode::{Opcode, Operand};
use crate::{exception_table, oparg};

/// In `Layout::index`: no instruction starts at the unit.
pub const NOT_A_START: u32 = 0;
/// An instruction (or its first prefix) starts here, and nothing leads to it.
pub const START: u32 = 1;
/// Other values are block numbers plus this.
pub const FIRST_BLOCK: u32 = 2;

/// What the first pass finds.
pub struct Layout {
    /// By code unit.
    pub index: Vec<u32>,
    /// First units of the blocks: the entry, then targets in no order.
    pub blocks: Vec<u32>,
    pub handlers: Vec<Handler>,
    pub first_traceable: u32,
    /// Slots that hold arguments at the start.
    pub arguments: usize,
    /// Slots that hold free variables, at the end.
    pub free: usize,
}

/// An entry of the exception table.
pub struct Handler {
    pub start: u32,
    pub end: u32,
    pub depth: u32,
    pub lasti: bool,
    pub block: u32,
}

pub fn scan(parts: &Parts<'_>) -> Result<Layout, VerifyError> {
    let (arguments, free) = check_slots(parts)?;
    let units = parts.code.len() / 2;
    if parts.code.is_empty() || !parts.code.len().is_multiple_of(2) || units > u32::MAX as usize / 4
    {
        return fail(0, "odd or impossible length");
    }
    let limits = Limits::new(parts);
    let mut index = vec![NOT_A_START; units];
    let mut targets = Vec::new();
    let mut first_traceable = units as u32;
    let generator = parts.flags.intersects(CodeFlags::GENERATOR_LIKE);
    // In generator-like code: the unit of RETURN_GENERATOR.
    let mut prologue = None;
    let mut in_prologue = true;

    let mut unit = 0;
    while unit < units {
        let start = unit;
        index[start] = START;
        let (row, byte, arg) = decode(parts.code, &mut unit)?;
        limits.check(parts, row, arg, free, start)?;
        let op = byte;
        if op == Opcode::Resume.byte() {
            first_traceable = first_traceable.min(start as u32);
        } else if op == Opcode::ReturnGenerator.byte() {
            if !generator || !in_prologue {
                return fail(start, "RETURN_GENERATOR out of place");
            }
            prologue = Some(start);
        } else if op == Opcode::YieldValue.byte() && !generator {
            return fail(start, "YIELD_VALUE outside a generator");
        }
        in_prologue &= op == Opcode::MakeCell.byte() || op == Opcode::CopyFreeVars.byte();
        let next = unit + 1 + usize::from(row.caches);
        if next > units {
            return fail(start, "inline cache is cut off");
        }
        if row.odd_operand {
            match row.operand {
                Operand::JumpForward => targets.push(next as u64 + u64::from(arg)),
                Operand::JumpBackward => match next.checked_sub(arg as usize) {
                    Some(target) => targets.push(target as u64),
                    None => return fail(start, "jump leads before the start"),
                },
                _ => {}
            }
        }
        unit = next;
    }
    if generator && prologue.is_none() {
        return fail(0, "generator does not start with RETURN_GENERATOR");
    }

    let mut blocks = vec![0];
    index[0] = FIRST_BLOCK;
    let mut block_at = |target: u64| {
        let unit = usize::try_from(target).unwrap_or(usize::MAX);
        if prologue.is_some_and(|end| unit <= end) {
            return fail(unit, "jump leads back to the start of a generator");
        }
        match index.get_mut(unit) {
            None | Some(&mut NOT_A_START) => {
                fail(unit.min(units), "target is not the start of an instruction")
            }
            Some(slot) => {
                if *slot == START {
                    *slot = FIRST_BLOCK + blocks.len() as u32;
                    blocks.push(unit as u32);
                }
                Ok(*slot - FIRST_BLOCK)
            }
        }
    };
    for target in targets {
        block_at(target)?;
    }
    let mut handlers: Vec<Handler> = Vec::new();
    for entry in exception_table::entries(parts.exceptiontable) {
        let Ok(entry) = entry else { return fail(0, "exception table is malformed") };
        let block = block_at(entry.target.into())?;
        let last_end = handlers.last().map_or(0, |last| last.end);
        let exception_table::Entry { start, end, depth, lasti, .. } = entry;
        if start < last_end || start >= end || end as usize > units {
            return fail(start as usize, "exception table is out of order");
        }
        handlers.push(Handler { start, end, depth, lasti, block });
    }
    if let (Some(end), Some(first)) = (prologue, handlers.first())
        && first.start as usize <= end
    {
        return fail(end, "handler covers the start of a generator");
    }
    let is_start = |unit: u32| index.get(unit as usize).is_none_or(|&mark| mark != NOT_A_START);
    for handler in &handlers {
        if !is_start(handler.start) || !is_start(handler.end) {
            return fail(handler.start as usize, "exception table splits an instruction");
        }
    }
    Ok(Layout { index, blocks, handlers, first_traceable, arguments, free })
}

/// Reads prefixes and instruction; leaves `unit` at the instruction proper.
#[inline]
fn decode(code: &[u8], unit: &mut usize) -> Result<(&'static Row, u8, u32), VerifyError> {
    let start = *unit;
    let mut arg = 0u32;
    loop {
        let &[byte, low] = &code[*unit * 2..*unit * 2 + 2] else {
            return fail(start, "instruction is cut off");
        };
        arg = arg << 8 | u32::from(low);
        if byte == Opcode::ExtendedArg.byte() {
            *unit += 1;
            if *unit - start > 3 || *unit * 2 >= code.len() {
                return fail(start, "EXTENDED_ARG without an instruction");
            }
            continue;
        }
        let row = &ROWS[byte as usize];
        if row.shape == Shape::Forbidden {
            return fail(start, "unknown or forbidden opcode");
        }
        return Ok((row, byte, arg));
    }
}

/// Slots are locals, then other cells, then free variables; arguments come first. Tells how many
/// arguments and free variables there are.
fn check_slots(parts: &Parts<'_>) -> Result<(usize, usize), VerifyError> {
    let kinds = parts.localspluskinds;
    let locals = kinds.iter().filter(|kind| kind.contains(LocalKind::LOCAL)).count();
    let free = kinds.iter().filter(|kind| kind.contains(LocalKind::FREE)).count();
    let rank = |kind: &LocalKind| {
        if kind.contains(LocalKind::FREE) {
            2
        } else if kind.contains(LocalKind::LOCAL) {
            0
        } else {
            1
        }
    };
    if !kinds.is_sorted_by_key(rank) {
        return fail(0, "variables are out of order");
    }
    let all = LocalKind::LOCAL | LocalKind::CELL | LocalKind::FREE;
    if kinds.iter().any(|kind| {
        !kind.intersects(all)
            || kind.contains(LocalKind::FREE) && kind.intersects(LocalKind::LOCAL | LocalKind::CELL)
    }) {
        return fail(0, "variable of no kind");
    }
    let mut arguments = parts.argcount as usize + parts.kwonlyargcount as usize;
    arguments += parts.flags.contains(CodeFlags::VARARGS) as usize;
    arguments += parts.flags.contains(CodeFlags::VARKEYWORDS) as usize;
    if arguments > locals || parts.posonlyargcount > parts.argcount {
        return fail(0, "more arguments than local variables");
    }
    Ok((arguments, free))
}

/// For each kind of operand, by its number: what lies below it may be good.
struct Limits([u64; Operand::COUNT]);

impl Limits {
    fn new(parts: &Parts<'_>) -> Limits {
        let mut limits = [u64::MAX; Operand::COUNT];
        let names = parts.names as u64;
        let slots = parts.localspluskinds.len() as u64;
        for (operand, limit) in [
            (Operand::Const, parts.consts as u64),
            (Operand::Name, names),
            (Operand::Global, names),
            (Operand::Attr, names),
            (Operand::SuperAttr, names),
            (Operand::Local, slots),
            (Operand::LocalPair, slots),
            (Operand::Cell, slots),
            (Operand::BinaryOp, oparg::BinaryOp::ALL.len() as u64),
            (Operand::CompareOp, oparg::CompareOp::ALL.len() as u64),
            (Operand::Invert, 2),
            (Operand::Yield, 2),
            (Operand::Intrinsic1, oparg::Intrinsic1::ALL.len() as u64),
            (Operand::Intrinsic2, oparg::Intrinsic2::ALL.len() as u64),
            (Operand::CommonConstant, oparg::CommonConstant::ALL.len() as u64),
            (Operand::SpecialMethod, oparg::SpecialMethod::ALL.len() as u64),
            (Operand::Conversion, oparg::Conversion::ALL.len() as u64),
            (Operand::Interpolation, oparg::Conversion::ALL.len() as u64),
            (Operand::FunctionAttribute, 17),
            (Operand::Slice, 4),
            (Operand::Raise, 3),
            (Operand::Awaitable, 3),
            (Operand::Resume, 8),
            (Operand::Target, 0),
            (Operand::Prefix, 0),
        ] {
            limits[operand as usize] = limit;
        }
        Limits(limits)
    }

    #[inline]
    fn check(
        &self,
        parts: &Parts<'_>,
        row: &Row,
        arg: u32,
        free: usize,
        start: usize,
    ) -> Result<(), VerifyError> {
        let mut good = u64::from(arg >> row.operand_shift) < self.0[row.operand as usize];
        if !row.odd_operand {
            return if good { Ok(()) } else { fail(start, "operand out of range") };
        }
        let slots = parts.localspluskinds;
        match row.operand {
            Operand::LocalPair => good &= oparg::unpack_locals(arg).1 < slots.len(),
            Operand::Cell => {
                let variable = LocalKind::CELL | LocalKind::FREE;
                good &= slots.get(arg as usize).is_some_and(|kind| kind.intersects(variable));
            }
            Operand::Depth => good &= arg >= if row.shape == Shape::Swap { 2 } else { 1 },
            Operand::Slice => good &= arg >= 2,
            Operand::Intrinsic1 | Operand::Intrinsic2 | Operand::Conversion => good &= arg != 0,
            Operand::FunctionAttribute => good &= arg.is_power_of_two(),
            Operand::Count => good &= row.shape != Shape::CopyFreeVars || arg as usize == free,
            _ => {}
        }
        if good { Ok(()) } else { fail(start, "operand out of range") }
    }
}
