//! From the final graph to a code object's raw form: jump distances, code units
//! with their prefixes and caches, location table, exception table, the names and
//! kinds of slots.  CPython's counterpart is `assemble.c`.

use bytecode::exception_table::Entry;
use bytecode::linetable::{self, LineTableWriter};
use bytecode::{CodeFlags, LocalKind, Opcode, RawCode, RawStr};

use crate::error::CompileError;
use crate::flowgraph::{self, BlockId, Cfg, CfgInstr, NO_BLOCK, Optimized};
use crate::instrs::{CodeUnit, InstrSeq, Location};

/// `END_ASYNC_FOR` leads back not to the `SEND` that is its target but to the
/// `END_SEND` this many units behind it.
const END_SEND_OFFSET: u32 = 5;

/// Optimizes the instructions of a unit and makes its code.
pub fn optimize_and_assemble(
    mut unit: CodeUnit,
    seq: InstrSeq,
    flags: CodeFlags,
    filename: RawStr,
) -> Result<RawCode, CompileError> {
    let nparams = unit.argcount
        + unit.posonlyargcount
        + unit.kwonlyargcount
        + u32::from(flags.contains(CodeFlags::VARARGS))
        + u32::from(flags.contains(CodeFlags::VARKEYWORDS));
    let is_generator = flags.intersects(CodeFlags::GENERATOR_LIKE);
    let Optimized { cfg, stacksize, nlocalsplus } =
        flowgraph::optimize(&mut unit, seq, nparams, is_generator)?;

    let mut layout = Layout::new(&cfg);
    layout.resolve_jumps();
    let (names, kinds) = localsplus(&unit, flags, nlocalsplus as usize);
    Ok(RawCode {
        argcount: unit.posonlyargcount + unit.argcount,
        posonlyargcount: unit.posonlyargcount,
        kwonlyargcount: unit.kwonlyargcount,
        // Room for the value that `RETURN_VALUE` takes, at least.
        stacksize: stacksize.max(1),
        flags,
        code: layout.code(),
        linetable: layout.line_table(unit.firstlineno),
        exceptiontable: layout.exception_table(&cfg),
        consts: unit.consts.into_vec(),
        names: unit.names.iter().map(|name| RawStr::from(&**name)).collect(),
        localsplusnames: names,
        localspluskinds: kinds,
        filename,
        name: RawStr::from(&*unit.name),
        qualname: RawStr::from(&*unit.qualname),
        firstlineno: unit.firstlineno,
    })
}

/// Code units of an instruction with the prefixes that its operand needs.
fn size(opcode: Opcode, oparg: u32) -> u32 {
    1 + prefixes(oparg) + opcode.caches() as u32
}

/// `EXTENDED_ARG` units in front of an instruction with that operand.
fn prefixes(oparg: u32) -> u32 {
    u32::from(oparg > 0xFF) + u32::from(oparg > 0xFFFF) + u32::from(oparg > 0xFF_FFFF)
}

/// The instructions of all blocks in one line.
struct Layout {
    instrs: Vec<CfgInstr>,
    /// Place of each block's first instruction.
    starts: Vec<u32>,
    /// Units in front of each instruction.
    offsets: Vec<u32>,
    /// The places of jumps and where they lead.
    jumps: Vec<(u32, u32)>,
}

impl Layout {
    fn new(cfg: &Cfg) -> Layout {
        let mut starts = vec![u32::MAX; cfg.blocks.len()];
        let mut instrs = Vec::with_capacity(cfg.blocks.iter().map(|b| b.instrs.len()).sum());
        let mut id: BlockId = flowgraph::ENTRY;
        while id != NO_BLOCK {
            let block = &cfg.blocks[id as usize];
            starts[id as usize] = instrs.len() as u32;
            instrs.extend_from_slice(&block.instrs);
            id = block.next;
        }
        let mut layout = Layout { instrs, starts, offsets: Vec::new(), jumps: Vec::new() };
        layout.fill_locations();
        layout.direct_jumps();
        layout
    }

    /// `Location::NEXT` becomes the location of the instruction that follows.
    fn fill_locations(&mut self) {
        let mut next = Location::NONE;
        for instr in self.instrs.iter_mut().rev() {
            if instr.loc == Location::NEXT {
                instr.loc =
                    if flowgraph::is_terminator(instr.opcode) { Location::NONE } else { next };
            }
            next = instr.loc;
        }
    }

    /// Finds the jumps and the direction of the unconditional ones.
    fn direct_jumps(&mut self) {
        for (at, instr) in self.instrs.iter_mut().enumerate() {
            if !flowgraph::has_target(instr.opcode) {
                continue;
            }
            let target = self.starts[instr.target as usize];
            let forward = target as usize > at;
            instr.opcode = match (instr.opcode, forward) {
                (Opcode::Jump | Opcode::JumpNoInterrupt, true) => Opcode::JumpForward,
                (Opcode::Jump, false) => Opcode::JumpBackward,
                (Opcode::JumpNoInterrupt, false) => Opcode::JumpBackwardNoInterrupt,
                (opcode, _) => opcode,
            };
            // Where the search for a size that fits begins, as in CPython: it may
            // end at another fixed point from elsewhere.
            instr.oparg = target;
            self.jumps.push((at as u32, target));
        }
    }

    /// Sets the distances of jumps.  A distance depends on the sizes between, a
    /// size on its distance, so this repeats until no size changes.
    fn resolve_jumps(&mut self) {
        loop {
            self.offsets.clear();
            self.offsets.reserve(self.instrs.len() + 1);
            let mut offset = 0;
            for instr in &self.instrs {
                self.offsets.push(offset);
                offset += size(instr.opcode, instr.oparg);
            }
            self.offsets.push(offset);

            let mut resized = false;
            for &(at, target) in &self.jumps {
                let instr = &mut self.instrs[at as usize];
                let end = self.offsets[at as usize + 1];
                let target = self.offsets[target as usize];
                let before = prefixes(instr.oparg);
                instr.oparg = if instr.opcode == Opcode::EndAsyncFor {
                    end.saturating_sub(target + END_SEND_OFFSET)
                } else {
                    end.abs_diff(target)
                };
                resized |= prefixes(instr.oparg) != before;
            }
            if !resized {
                return;
            }
        }
    }

    fn code(&self) -> Box<[u8]> {
        let units = self.offsets.last().map_or(0, |&end| end as usize);
        let mut code = Vec::with_capacity(units * 2);
        for instr in &self.instrs {
            let oparg = instr.oparg;
            for prefix in (1..=prefixes(oparg)).rev() {
                code.extend([Opcode::ExtendedArg.byte(), (oparg >> (8 * prefix)) as u8]);
            }
            code.extend([instr.opcode.byte(), oparg as u8]);
            code.resize(code.len() + 2 * instr.opcode.caches(), 0);
        }
        code.into()
    }

    fn line_table(&self, firstlineno: i32) -> Box<[u8]> {
        let mut writer = LineTableWriter::new(firstlineno);
        for (instr, range) in self.instrs.iter().zip(self.offsets.windows(2)) {
            let loc = instr.loc;
            let location = linetable::Location {
                line: loc.lineno,
                end_line: loc.end_lineno,
                column: loc.col_offset,
                end_column: loc.end_col_offset,
            };
            writer.push(location, (range[1] - range[0]) as usize);
        }
        writer.finish()
    }

    fn exception_table(&self, cfg: &Cfg) -> Box<[u8]> {
        // Blocks that start at one place are one handler, so compare places.
        let place = |handler: BlockId| self.starts.get(handler as usize).copied();
        let mut table = Vec::new();
        let mut emit = |handler: BlockId, start: u32, end: u32| {
            let Some(at) = place(handler) else {
                return;
            };
            let block = &cfg.blocks[handler as usize];
            let lasti = block.preserve_lasti;
            // The depth counts what the handler finds below what is pushed for it.
            let depth = block.startdepth - 1 - i32::from(lasti);
            let target = self.offsets[at as usize];
            Entry { start, end, target, depth: depth.max(0) as u32, lasti }.encode(&mut table);
        };
        let mut handler = NO_BLOCK;
        let mut start = 0;
        for (instr, &offset) in self.instrs.iter().zip(&self.offsets) {
            if instr.except != handler && place(instr.except) != place(handler) {
                emit(handler, start, offset);
                start = offset;
                handler = instr.except;
            }
        }
        emit(handler, start, self.offsets.last().copied().unwrap_or(0));
        table.into()
    }
}

/// The names and kinds of a frame's slots.
fn localsplus(unit: &CodeUnit, flags: CodeFlags, len: usize) -> (Vec<RawStr>, Vec<LocalKind>) {
    let mut names = Vec::with_capacity(len);
    let mut kinds = Vec::with_capacity(len);
    // Parameters come first, in this order.
    let parameters = [
        (unit.posonlyargcount, LocalKind::ARG_POS),
        (unit.argcount, LocalKind::ARG_POS | LocalKind::ARG_KW),
        (unit.kwonlyargcount, LocalKind::ARG_KW),
        (u32::from(flags.contains(CodeFlags::VARARGS)), LocalKind::ARG_VAR | LocalKind::ARG_POS),
        (u32::from(flags.contains(CodeFlags::VARKEYWORDS)), LocalKind::ARG_VAR | LocalKind::ARG_KW),
    ];
    let mut parameters =
        parameters.into_iter().flat_map(|(count, kind)| std::iter::repeat_n(kind, count as usize));
    for name in &unit.varnames {
        let mut kind = LocalKind::LOCAL | parameters.next().unwrap_or(LocalKind::empty());
        kind.set(LocalKind::HIDDEN, unit.fasthidden.contains_key(name));
        kind.set(LocalKind::CELL, unit.cellvars.contains(name));
        names.push(RawStr::from(&**name));
        kinds.push(kind);
    }
    let cells = unit.cellvars.iter().filter(|name| !unit.varnames.contains(*name));
    for (name, kind) in cells
        .map(|name| (name, LocalKind::CELL))
        .chain(unit.freevars.iter().map(|name| (name, LocalKind::FREE)))
    {
        names.push(RawStr::from(&**name));
        kinds.push(kind);
    }
    (names, kinds)
}
