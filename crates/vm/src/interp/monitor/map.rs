//! Where events lie in a code object: facts that never change, found out once.
//!
//! A line starts where the line changes from one instruction to the next, where jumps lead,
//! and where handlers begin.  LINE is told at such a place unless the instruction executed
//! before belonged to the same line.  Mostly the instructions that lead there settle that
//! for good; where they disagree, each of them is made to note that it has run.

use super::event;
use crate::builtins::code::PyCode;
use bytecode::{Opcode, exception_table, linetable};

/// When a place tells LINE.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LineStart {
    No,
    Always,
    /// Depends on the instruction before, which has noted itself.
    Ask,
}

#[derive(Clone, Copy)]
pub struct Instr {
    pub op: Opcode,
    /// The operand's last byte.
    pub arg: u8,
    /// Units of opcode and caches.
    pub len: u32,
    pub start: LineStart,
    pub line: i32,
    /// The instruction that stands before, this one's own unit for the first.
    pub before: u32,
}

pub struct CodeMap {
    /// By unit; `None` for caches.
    instrs: Vec<Option<Instr>>,
    /// Units of the instructions that note that they have run, sorted.
    pub recorders: Vec<u32>,
    pub first_traceable: usize,
    /// POP_ITER and FOR_ITER of each loop, END_ASYNC_FOR and END_SEND of each asynchronous one.
    loops: Vec<(usize, usize)>,
    async_loops: Vec<(usize, usize)>,
}

/// The event that an opcode tells.
pub fn event_of(op: Opcode, arg: u8) -> Option<usize> {
    Some(match op {
        Opcode::Resume if arg & 3 != 0 => event::PY_RESUME,
        Opcode::Resume => event::PY_START,
        Opcode::ReturnValue => event::PY_RETURN,
        Opcode::YieldValue => event::PY_YIELD,
        Opcode::Call | Opcode::CallKw | Opcode::CallFunctionEx | Opcode::LoadSuperAttr => {
            event::CALL
        }
        Opcode::JumpForward | Opcode::JumpBackward => event::JUMP,
        Opcode::PopJumpIfFalse
        | Opcode::PopJumpIfTrue
        | Opcode::PopJumpIfNone
        | Opcode::PopJumpIfNotNone
        | Opcode::PopIter
        | Opcode::EndAsyncFor => event::BRANCH_RIGHT,
        Opcode::ForIter | Opcode::NotTaken => event::BRANCH_LEFT,
        Opcode::EndFor | Opcode::EndSend => event::STOP_ITERATION,
        _ => return None,
    })
}

/// The form of an opcode that tells its event.
pub fn instrumented(op: Opcode) -> Option<Opcode> {
    Some(match op {
        Opcode::Resume => Opcode::InstrumentedResume,
        Opcode::ReturnValue => Opcode::InstrumentedReturnValue,
        Opcode::YieldValue => Opcode::InstrumentedYieldValue,
        Opcode::Call => Opcode::InstrumentedCall,
        Opcode::CallKw => Opcode::InstrumentedCallKw,
        Opcode::CallFunctionEx => Opcode::InstrumentedCallFunctionEx,
        Opcode::LoadSuperAttr => Opcode::InstrumentedLoadSuperAttr,
        Opcode::JumpForward => Opcode::InstrumentedJumpForward,
        Opcode::JumpBackward => Opcode::InstrumentedJumpBackward,
        Opcode::PopJumpIfFalse => Opcode::InstrumentedPopJumpIfFalse,
        Opcode::PopJumpIfTrue => Opcode::InstrumentedPopJumpIfTrue,
        Opcode::PopJumpIfNone => Opcode::InstrumentedPopJumpIfNone,
        Opcode::PopJumpIfNotNone => Opcode::InstrumentedPopJumpIfNotNone,
        Opcode::PopIter => Opcode::InstrumentedPopIter,
        Opcode::EndAsyncFor => Opcode::InstrumentedEndAsyncFor,
        Opcode::ForIter => Opcode::InstrumentedForIter,
        Opcode::NotTaken => Opcode::InstrumentedNotTaken,
        Opcode::EndFor => Opcode::InstrumentedEndFor,
        Opcode::EndSend => Opcode::InstrumentedEndSend,
        _ => return None,
    })
}

/// Where an instruction may go on.
struct Flow {
    unit: usize,
    next: Option<usize>,
    target: Option<usize>,
}

impl CodeMap {
    pub fn of(code: &PyCode) -> CodeMap {
        let bytes = code.base_code();
        let count = code.unit_count();
        let mut lines = vec![-1; count];
        for e in linetable::entries(&code.linetable, code.firstlineno) {
            let end = e.end.min(count);
            if let Some(part) = lines.get_mut(e.start.min(end)..end) {
                part.fill(e.location.line);
            }
        }
        let mut map = CodeMap {
            instrs: vec![None; count],
            recorders: Vec::new(),
            first_traceable: count,
            loops: Vec::new(),
            async_loops: Vec::new(),
        };
        let mut flows = Vec::new();
        let (mut unit, mut wide, mut before) = (0, 0u32, 0);
        while let Some(&[byte, arg]) = bytes.get(unit * 2..unit * 2 + 2) {
            let Some(op) = Opcode::from_byte(byte) else { break };
            let len = 1 + op.caches();
            let oparg = wide << 8 | u32::from(arg);
            wide = if op == Opcode::ExtendedArg { oparg } else { 0 };
            if op == Opcode::Resume && map.first_traceable == count {
                map.first_traceable = unit;
            }
            map.instrs[unit] = Some(Instr {
                op,
                arg,
                len: len as u32,
                start: LineStart::No,
                line: lines[unit],
                before: before as u32,
            });
            let ends = op.is_terminator() || op.is_scope_exit() || op.is_unconditional_jump();
            let mut target = op.jump_target(unit, oparg).filter(|t| *t < count);
            if matches!(op, Opcode::ForIter | Opcode::Send) {
                // Past END_FOR, and END_SEND starts no line.
                target = target.map(|t| t + 1).filter(|t| *t < count);
            }
            if op == Opcode::ForIter
                && let Some(end) = target
            {
                map.loops.push((end, unit));
            }
            if op == Opcode::EndAsyncFor {
                target = None;
                if let Some(source) = (unit + 1).checked_sub(oparg as usize) {
                    map.async_loops.push((unit, source));
                }
            }
            flows.push(Flow { unit, next: (!ends).then_some(unit + len), target });
            before = unit;
            unit += len;
        }
        map.mark_lines(code, &flows);
        map
    }

    pub fn get(&self, unit: usize) -> Option<&Instr> {
        self.instrs.get(unit)?.as_ref()
    }

    pub fn line(&self, unit: usize) -> i32 {
        self.get(unit).map_or(-1, |i| i.line)
    }

    /// The units at which instructions stand.
    pub fn units(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.instrs.len()).filter(|u| self.instrs[*u].is_some())
    }

    /// LINE is told after RESUME even on its own line: RESUME tells none.
    fn hides(&self, before: usize, line: i32) -> bool {
        self.get(before).is_some_and(|p| {
            p.line == line && p.op != Opcode::Resume && before >= self.first_traceable
        })
    }

    fn mark_lines(&mut self, code: &PyCode, flows: &[Flow]) {
        let count = self.instrs.len();
        let mut starts = vec![false; count];
        let mut handlers = vec![false; count];
        let mut current = -1;
        for f in flows.iter().filter(|f| f.unit >= self.first_traceable) {
            let line = self.line(f.unit);
            match self.get(f.unit).map(|i| i.op) {
                // Jumped over, or told otherwise.
                Some(
                    Opcode::EndAsyncFor
                    | Opcode::EndFor
                    | Opcode::EndSend
                    | Opcode::Resume
                    | Opcode::PopIter,
                ) => {}
                _ => {
                    starts[f.unit] = line != current && line >= 0;
                    current = line;
                }
            }
        }
        for f in flows.iter().filter(|f| f.unit >= self.first_traceable) {
            if let Some(t) = f.target
                && self.line(t) >= 0
            {
                starts[t] = true;
            }
        }
        for e in exception_table::entries(&code.exceptiontable).flatten() {
            let t = e.target as usize;
            if self.get(t).is_some_and(|i| i.line >= 0 && i.op != Opcode::EndAsyncFor) {
                starts[t] = true;
                handlers[t] = true;
            }
        }
        // What leads to a start: whether it is on the same line, and which units do.
        let mut same = vec![(false, false); count];
        for f in flows {
            for t in [f.next, f.target].into_iter().flatten().filter(|t| *t < count && starts[*t]) {
                if self.hides(f.unit, self.line(t)) {
                    same[t].0 = true;
                } else {
                    same[t].1 = true;
                }
            }
        }
        for t in (0..count).filter(|t| starts[*t]) {
            let (hidden, shown) = same[t];
            let start = match (hidden, shown, handlers[t]) {
                (false, _, false) => LineStart::Always,
                (true, false, false) => LineStart::No,
                _ => LineStart::Ask,
            };
            if let Some(i) = &mut self.instrs[t] {
                i.start = start;
            }
        }
        let asks = |t: usize| self.get(t).is_some_and(|i| i.start == LineStart::Ask);
        let mut recorders: Vec<u32> = flows
            .iter()
            .filter(|f| f.next.is_some_and(asks) || f.target.is_some_and(asks))
            .map(|f| f.unit as u32)
            .collect();
        recorders.sort_unstable();
        self.recorders = recorders;
    }

    /// The place in `recorders`, counted from 1, as a frame's `trace_state` holds it.
    pub fn recorder(&self, unit: usize) -> Option<u16> {
        let i = self.recorders.binary_search(&(unit as u32)).ok()?;
        u16::try_from(i + 1).ok().filter(|i| *i < crate::frame::trace_state::FIRST_SPECIAL)
    }

    /// Whether LINE is told at `unit` of a frame in this state.
    pub fn tells_line(&self, unit: usize, state: u16) -> bool {
        use crate::frame::trace_state;
        let Some(i) = self.get(unit) else { return false };
        match (i.start, state) {
            (_, trace_state::JUMPED) => false,
            (LineStart::Always, _) => true,
            (LineStart::No, _) => false,
            (LineStart::Ask, trace_state::SAME_LINE) => false,
            (LineStart::Ask, 0) => true,
            (LineStart::Ask, n) => {
                let before = self.recorders.get(n as usize - 1);
                !before.is_some_and(|b| self.hides(*b as usize, i.line))
            }
        }
    }

    /// `trace_state` of a frame that goes on at handler `to` after an error at `from`.
    pub fn after_error(&self, from: usize, to: usize) -> u16 {
        if self.hides(from, self.line(to)) { crate::frame::trace_state::SAME_LINE } else { 0 }
    }

    /// Whether INSTRUCTION is told at `unit`.
    pub fn tells_instruction(&self, unit: usize) -> bool {
        unit >= self.first_traceable
            && self.get(unit).is_some_and(|i| !matches!(i.op, Opcode::Resume | Opcode::EndFor))
    }

    /// The FOR_ITER whose loop ends at the POP_ITER at `unit`.
    pub fn loop_of(&self, unit: usize) -> Option<usize> {
        self.loops.iter().find(|(end, _)| *end == unit).map(|(_, start)| *start)
    }

    /// The place that tells the other way of the branch that `place` tells one way of.
    pub fn other_way(&self, place: usize) -> Option<(usize, usize)> {
        let i = self.get(place)?;
        let after = place + i.len as usize;
        match i.op {
            Opcode::ForIter => {
                let end = self.loops.iter().find(|(_, start)| *start == place)?.0;
                Some((event::BRANCH_RIGHT, end))
            }
            Opcode::PopIter => Some((event::BRANCH_LEFT, self.loop_of(place)?)),
            Opcode::NotTaken => {
                let before = i.before as usize;
                let right = match self.get(before)?.op {
                    Opcode::EndSend => {
                        self.async_loops.iter().find(|(_, source)| *source == before)?.0
                    }
                    _ => before,
                };
                Some((event::BRANCH_RIGHT, right))
            }
            Opcode::EndAsyncFor => {
                let source = self.async_loops.iter().find(|(end, _)| *end == place)?.1;
                Some((event::BRANCH_LEFT, source + 1))
            }
            _ => Some((event::BRANCH_LEFT, after)),
        }
    }
}
