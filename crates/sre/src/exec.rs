//! The matcher: a loop over instructions and a stack of what to undo or try next.
//!
//! The stack holds choices, records that put back what was overwritten since the
//! choice below them, and barriers.  A failure pops until a choice says where to go
//! on.  A barrier marks the begin of a part that is decided once it has matched
//! (`(?=..)`, `(?>..)`): then the choices above it are dropped, while records of
//! marks stay, since a failure further back must still undo them.
//!
//! A loop's counter and the position of its last iteration are registers, one pair
//! for each repeat of the program, as a repeat is never active twice: inner loops
//! are over before the outer one comes round, and a nested one records the values
//! it finds.  CPython's counterpart: `SRE(match)` and `SRE(search)`.

use std::fmt;
use std::ops::ControlFlow;

use crate::build::unlimited;
use crate::case::{Fold, Locale, ascii_tolower, unicode_tolower};
use crate::program::{Inst, Program};
use crate::single::{is_at, last_start, next_start, run, step};
use crate::subject::Subject;

/// No position.
const NONE: usize = usize::MAX;

/// Failures between two polls.
const POLL_INTERVAL: u32 = 1 << 14;

/// Where the pattern must match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// From the start position.
    Match,
    /// From the start position to the end of the subject.
    FullMatch,
    /// From the start position or any after it.
    Search,
}

/// Why there is neither a match nor none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error {
    /// The stack cannot grow.
    Memory,
    /// The poll broke off.
    Interrupted,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Error::Memory => "out of memory",
            Error::Interrupted => "interrupted",
        })
    }
}

impl std::error::Error for Error {}

/// Begin and end in bytes.
pub type Span = (usize, usize);

/// What a match works with and leaves behind; kept between matches, it allocates
/// only when it has to grow.
#[derive(Debug, Default)]
pub struct State {
    stack: Vec<Entry>,
    marks: Vec<usize>,
    registers: Vec<Register>,
    last_index: u32,
    span: Span,
    /// Whether marks are left from before.
    dirty: bool,
}

#[derive(Clone, Copy, Debug)]
struct Register {
    /// Iterations begun.
    count: u32,
    /// Where the last one that might have been left out began.
    last: usize,
}

const IDLE: Register = Register { count: 0, last: NONE };

#[derive(Clone, Copy, Debug)]
struct Entry {
    kind: Kind,
    id: u32,
    pos: usize,
    value: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Go on at instruction `id`, position `pos`.
    Goto,
    /// Alternatives `value` (bits) of branch `id`, at `pos`.
    Branch,
    /// Give back one character, down to position `value`.
    Greedy,
    /// Take one more character, at most `value` of them.
    Lazy,
    /// Leave loop `id` at `pos` after all; `value` is its `last`.
    MaxTail,
    /// Go round loop `id` once more, at `pos`.
    MinBody,
    /// Mark `id` was `pos`, the last index `value`.
    UndoMark,
    /// An iteration of loop `id` began, whose `last` was `value`.
    UndoIteration,
    /// The register of loop `id` was `pos` (count) and `value` (last).
    UndoRegister,
    /// A part to be decided began at `pos`; `value` is the barrier below.
    Barrier,
    /// A negative assertion (`id` in `looks`).
    NotBarrier,
    /// An iteration of the possessive repeat `id`.
    IterationBarrier,
}

/// What stays the same during a match.
pub(crate) struct Context<'m, S> {
    pub(crate) program: &'m Program,
    pub(crate) subject: S,
    pub(crate) locale: &'m Locale,
}

/// How an attempt may end.
struct Goal {
    full: bool,
    /// An empty match here does not count.
    not_empty_at: usize,
}

impl State {
    pub fn new() -> Self {
        Self::default()
    }

    /// Matches `program` against `subject` from byte offset `start` on.  With
    /// `must_advance` an empty match at `start` does not count.  `poll` is called
    /// once in a while and may break off.  After `true`, the spans are there.
    pub fn run<S: Subject>(
        &mut self,
        program: &Program,
        subject: S,
        start: usize,
        mode: Mode,
        must_advance: bool,
        locale: &Locale,
        poll: &mut dyn FnMut() -> ControlFlow<()>,
    ) -> Result<bool, Error> {
        if start > subject.bytes().len() {
            return Ok(false);
        }
        self.prepare(program)?;
        let cx = Context { program, subject, locale };
        let mut goal = Goal {
            full: mode == Mode::FullMatch,
            not_empty_at: if must_advance { start } else { NONE },
        };
        let mut budget = POLL_INTERVAL;
        let mut pos = start;
        loop {
            if mode == Mode::Search {
                match program.start.next(subject, pos) {
                    Some(next) => pos = next,
                    None => return Ok(false),
                }
            }
            if let Some(end) = self.attempt(&cx, &goal, pos, &mut budget, poll)? {
                self.span = (pos, end);
                self.dirty = true;
                return Ok(true);
            }
            if mode != Mode::Search {
                return Ok(false);
            }
            goal.not_empty_at = NONE;
            pos += 1;
        }
    }

    /// The span of the whole match (group 0) or of a group that took part.
    pub fn span(&self, group: usize) -> Option<Span> {
        if group == 0 {
            return Some(self.span);
        }
        let begin = *self.marks.get(2 * group - 2)?;
        let end = *self.marks.get(2 * group - 1)?;
        (begin != NONE && end != NONE && begin <= end).then_some((begin, end))
    }

    /// The last group that was closed (`Match.lastindex`).
    pub fn last_index(&self) -> Option<usize> {
        (self.last_index != 0).then_some(self.last_index as usize)
    }

    fn prepare(&mut self, program: &Program) -> Result<(), Error> {
        let marks = 2 * program.groups();
        self.marks.clear();
        self.marks.try_reserve(marks).map_err(|_| Error::Memory)?;
        self.marks.resize(marks, NONE);
        self.registers.clear();
        self.registers.resize(program.repeats.len(), IDLE);
        self.last_index = 0;
        self.dirty = false;
        Ok(())
    }

    /// The end of a match that begins at `start`.
    fn attempt<S: Subject>(
        &mut self,
        cx: &Context<S>,
        goal: &Goal,
        start: usize,
        budget: &mut u32,
        poll: &mut dyn FnMut() -> ControlFlow<()>,
    ) -> Result<Option<usize>, Error> {
        if self.dirty {
            self.marks.fill(NONE);
            self.last_index = 0;
            self.dirty = false;
        }
        self.stack.clear();
        let program = cx.program;
        let bytes = cx.subject.bytes();
        let mut pc = 0;
        let mut pos = start;
        let mut barrier = NONE;
        loop {
            match program.insts[pc] {
                Inst::Fail => {}
                Inst::Match => {
                    if (!goal.full || pos == bytes.len()) && pos != goal.not_empty_at {
                        return Ok(Some(pos));
                    }
                }
                Inst::One(one) => {
                    if let Some(next) = step(cx, one, pos) {
                        pos = next;
                        pc += 1;
                        continue;
                    }
                }
                Inst::Str(id) => {
                    let literal = &program.strings[id as usize];
                    let literal =
                        if S::WIDE { Some(&literal.utf8) } else { literal.bytes.as_ref() };
                    if let Some(literal) = literal
                        && bytes.get(pos..).is_some_and(|rest| rest.starts_with(literal))
                    {
                        pos += literal.len();
                        pc += 1;
                        continue;
                    }
                }
                Inst::At(at) => {
                    if is_at(cx, at, pos) {
                        pc += 1;
                        continue;
                    }
                }
                Inst::Jump(target) => {
                    pc = target as usize;
                    continue;
                }
                Inst::Branch(id) => {
                    let branch = &program.branches[id as usize];
                    let candidates = match bytes.get(pos) {
                        Some(&byte) if S::WIDE && byte >= 0x80 => branch.candidates[256],
                        Some(&byte) => branch.candidates[usize::from(byte)],
                        None => branch.at_end,
                    };
                    if candidates != 0 {
                        let others = candidates & (candidates - 1);
                        if others != 0 {
                            self.push(Kind::Branch, id, pos, others as usize)?;
                        }
                        pc = branch.targets[candidates.trailing_zeros() as usize] as usize;
                        continue;
                    }
                }
                Inst::Optional(target) => {
                    self.push(Kind::Goto, target, pos, 0)?;
                    pc += 1;
                    continue;
                }
                Inst::Skip(target) => {
                    self.push(Kind::Goto, pc as u32 + 1, pos, 0)?;
                    pc = target as usize;
                    continue;
                }
                Inst::Mark(mark) => {
                    let index = mark as usize;
                    if self.stack.is_empty() {
                        self.dirty = true;
                    } else {
                        let old = self.marks[index];
                        self.push(Kind::UndoMark, mark, old, self.last_index as usize)?;
                    }
                    self.marks[index] = pos;
                    if mark & 1 != 0 {
                        self.last_index = mark / 2 + 1;
                    }
                    pc += 1;
                    continue;
                }
                Inst::Greedy(id) => {
                    let single = &program.singles[id as usize];
                    let end = run(cx, single.one, pos, single.max);
                    spend(budget, end - pos);
                    if let Some(least) = cx.subject.forward(pos, single.min as usize, end) {
                        let to = match &single.follow {
                            Some(follow) => last_start(cx.subject, follow, least, end),
                            None => Some(end),
                        };
                        if let Some(to) = to {
                            if to > least {
                                self.push(Kind::Greedy, pc as u32, to, least)?;
                            }
                            pos = to;
                            pc += 1;
                            continue;
                        }
                    }
                }
                Inst::Possessive(id) => {
                    let single = &program.singles[id as usize];
                    let end = run(cx, single.one, pos, single.max);
                    spend(budget, end - pos);
                    let enough = match single.min {
                        0 => true,
                        1 => end > pos,
                        min => cx.subject.forward(pos, min as usize, end).is_some(),
                    };
                    if enough {
                        pos = end;
                        pc += 1;
                        continue;
                    }
                }
                Inst::Lazy(id) => {
                    let single = &program.singles[id as usize];
                    let least = (0..single.min).try_fold(pos, |pos, _| step(cx, single.one, pos));
                    if let Some(least) = least {
                        let left = if unlimited(single.max) {
                            single.max
                        } else {
                            single.max - single.min
                        };
                        if self.lazy(cx, pc, least, left, &mut pos)? {
                            spend(budget, pos.saturating_sub(least));
                            pc += 1;
                            continue;
                        }
                        spend(budget, bytes.len().saturating_sub(least));
                    }
                }
                Inst::Enter(id) => {
                    let repeat = &program.repeats[id as usize];
                    let register = self.registers[id as usize];
                    if repeat.nested {
                        let count = register.count as usize;
                        self.push_record(Kind::UndoRegister, id, count, register.last)?;
                    }
                    self.registers[id as usize] = IDLE;
                    pc = repeat.until as usize;
                    continue;
                }
                Inst::MaxUntil(id) => {
                    let repeat = &program.repeats[id as usize];
                    let register = self.registers[id as usize];
                    tick(budget, poll)?;
                    if register.count < repeat.min {
                        self.push_record(Kind::UndoIteration, id, 0, register.last)?;
                        self.registers[id as usize].count += 1;
                        pc = repeat.body as usize;
                    } else if register.count < repeat.max && register.last != pos {
                        self.push(Kind::MaxTail, id, pos, register.last)?;
                        let count = register.count + 1;
                        self.registers[id as usize] = Register { count, last: pos };
                        pc = repeat.body as usize;
                    } else {
                        pc += 1;
                    }
                    continue;
                }
                Inst::MinUntil(id) => {
                    let repeat = &program.repeats[id as usize];
                    let register = self.registers[id as usize];
                    if register.count < repeat.min {
                        tick(budget, poll)?;
                        self.push_record(Kind::UndoIteration, id, 0, register.last)?;
                        self.registers[id as usize].count += 1;
                        pc = repeat.body as usize;
                    } else {
                        self.push(Kind::MinBody, id, pos, 0)?;
                        pc += 1;
                    }
                    continue;
                }
                Inst::Look(id) => {
                    let look = &program.looks[id as usize];
                    if let Some(begin) = cx.subject.back(pos, look.back as usize) {
                        self.push(Kind::Barrier, id, pos, barrier)?;
                        barrier = self.stack.len() - 1;
                        pos = begin;
                        pc += 1;
                        continue;
                    }
                }
                Inst::LookEnd => {
                    let entry = self.decide(barrier);
                    (barrier, pos) = (entry.value, entry.pos);
                    pc += 1;
                    continue;
                }
                Inst::NotLook(id) => {
                    let look = &program.looks[id as usize];
                    if let Some(begin) = cx.subject.back(pos, look.back as usize) {
                        self.push(Kind::NotBarrier, id, pos, barrier)?;
                        barrier = self.stack.len() - 1;
                        pos = begin;
                        pc += 1;
                    } else {
                        pc = look.end as usize;
                    }
                    continue;
                }
                Inst::NotLookEnd => {
                    barrier = self.refute(barrier);
                }
                Inst::Atomic => {
                    self.push(Kind::Barrier, 0, pos, barrier)?;
                    barrier = self.stack.len() - 1;
                    pc += 1;
                    continue;
                }
                Inst::AtomicEnd => {
                    barrier = self.decide(barrier).value;
                    pc += 1;
                    continue;
                }
                Inst::PossessiveEnter(id) => {
                    let repeat = &program.repeats[id as usize];
                    self.registers[id as usize] = IDLE;
                    if repeat.max == 0 {
                        pc = repeat.until as usize + 1;
                        continue;
                    }
                    if repeat.min == 0 {
                        self.registers[id as usize].last = pos;
                    }
                    self.push(Kind::IterationBarrier, id, pos, barrier)?;
                    barrier = self.stack.len() - 1;
                    pc += 1;
                    continue;
                }
                Inst::PossessiveEnd(id) => {
                    let repeat = &program.repeats[id as usize];
                    tick(budget, poll)?;
                    barrier = self.decide(barrier).value;
                    let register = &mut self.registers[id as usize];
                    register.count = register.count.saturating_add(1);
                    let more = register.count < repeat.min
                        || (register.count < repeat.max || unlimited(repeat.max))
                            && register.last != pos;
                    if !more {
                        pc += 1;
                        continue;
                    }
                    if register.count >= repeat.min {
                        register.last = pos;
                    }
                    self.push(Kind::IterationBarrier, id, pos, barrier)?;
                    barrier = self.stack.len() - 1;
                    pc = repeat.body as usize;
                    continue;
                }
                Inst::GroupRef(group) => {
                    if let Some((begin, end)) = self.span(group as usize + 1)
                        && let (Some(text), Some(rest)) = (bytes.get(begin..end), bytes.get(pos..))
                        && rest.starts_with(text)
                    {
                        pos += text.len();
                        pc += 1;
                        continue;
                    }
                }
                Inst::GroupRefFolded(id) => {
                    let (group, fold) = program.folded_refs[id as usize];
                    let next = self
                        .span(group as usize + 1)
                        .and_then(|span| same_folded(cx, span, pos, fold));
                    if let Some(next) = next {
                        pos = next;
                        pc += 1;
                        continue;
                    }
                }
                Inst::GroupExists(id) => {
                    let (group, no) = program.exists[id as usize];
                    let took_part = self.span(group as usize + 1).is_some();
                    pc = if took_part { pc + 1 } else { no as usize };
                    continue;
                }
            }

            // The instruction failed: back to the youngest choice.
            tick(budget, poll)?;
            loop {
                let Some(top) = self.stack.last_mut() else { return Ok(None) };
                let Entry { kind, id, value, .. } = *top;
                match kind {
                    Kind::Goto => {
                        (pc, pos) = (id as usize, top.pos);
                        self.stack.pop();
                        break;
                    }
                    Kind::Branch => {
                        pos = top.pos;
                        let others = value & (value - 1);
                        top.value = others;
                        if others == 0 {
                            self.stack.pop();
                        }
                        let branch = &program.branches[id as usize];
                        pc = branch.targets[value.trailing_zeros() as usize] as usize;
                        break;
                    }
                    Kind::Greedy => {
                        let Inst::Greedy(single) = program.insts[id as usize] else {
                            self.stack.pop();
                            continue;
                        };
                        let follow = &program.singles[single as usize].follow;
                        let next = match follow {
                            Some(follow) => last_start(cx.subject, follow, value, top.pos - 1),
                            None => cx.subject.back(top.pos, 1),
                        };
                        match next {
                            Some(next) if next > value => top.pos = next,
                            _ => {
                                self.stack.pop();
                            }
                        }
                        if let Some(next) = next {
                            pos = next;
                            pc = id as usize + 1;
                            break;
                        }
                    }
                    Kind::Lazy => {
                        let from = top.pos;
                        self.stack.pop();
                        let Inst::Lazy(single) = program.insts[id as usize] else { continue };
                        let one = program.singles[single as usize].one;
                        if let Some(next) = step(cx, one, from) {
                            let left = value as u32;
                            let left = if unlimited(left) { left } else { left - 1 };
                            if self.lazy(cx, id as usize, next, left, &mut pos)? {
                                pc = id as usize + 1;
                                break;
                            }
                        }
                    }
                    Kind::MaxTail => {
                        pos = top.pos;
                        self.stack.pop();
                        let register = &mut self.registers[id as usize];
                        register.count -= 1;
                        register.last = value;
                        pc = program.repeats[id as usize].until as usize + 1;
                        break;
                    }
                    Kind::MinBody => {
                        let repeat = &program.repeats[id as usize];
                        let register = &mut self.registers[id as usize];
                        let may = register.count < repeat.max || unlimited(repeat.max);
                        if !may || register.last == top.pos {
                            self.stack.pop();
                            continue;
                        }
                        pos = top.pos;
                        top.kind = Kind::UndoIteration;
                        top.value = register.last;
                        register.count = register.count.saturating_add(1);
                        register.last = pos;
                        pc = repeat.body as usize;
                        break;
                    }
                    Kind::UndoMark => {
                        self.marks[id as usize] = top.pos;
                        self.last_index = value as u32;
                        self.stack.pop();
                    }
                    Kind::UndoIteration => {
                        let register = &mut self.registers[id as usize];
                        register.count -= 1;
                        register.last = value;
                        self.stack.pop();
                    }
                    Kind::UndoRegister => {
                        let count = top.pos as u32;
                        self.registers[id as usize] = Register { count, last: value };
                        self.stack.pop();
                    }
                    Kind::Barrier => {
                        barrier = value;
                        self.stack.pop();
                    }
                    Kind::NotBarrier => {
                        (barrier, pos) = (value, top.pos);
                        pc = program.looks[id as usize].end as usize;
                        self.stack.pop();
                        break;
                    }
                    Kind::IterationBarrier => {
                        (barrier, pos) = (value, top.pos);
                        self.stack.pop();
                        let repeat = &program.repeats[id as usize];
                        if self.registers[id as usize].count >= repeat.min {
                            pc = repeat.until as usize + 1;
                            break;
                        }
                    }
                }
            }
        }
    }

    /// Goes on behind the lazy repeat at `pc` where what follows can start, and
    /// remembers that it could take more.
    fn lazy<S: Subject>(
        &mut self,
        cx: &Context<S>,
        pc: usize,
        from: usize,
        left: u32,
        pos: &mut usize,
    ) -> Result<bool, Error> {
        let Inst::Lazy(id) = cx.program.insts[pc] else { return Ok(false) };
        let single = &cx.program.singles[id as usize];
        let at = match &single.follow {
            Some(follow) => next_start(cx, single.one, follow, from, left),
            None => Some((from, left)),
        };
        let Some((at, left)) = at else { return Ok(false) };
        if left > 0 {
            self.push(Kind::Lazy, pc as u32, at, left as usize)?;
        }
        *pos = at;
        Ok(true)
    }

    #[inline(always)]
    fn push(&mut self, kind: Kind, id: u32, pos: usize, value: usize) -> Result<(), Error> {
        if self.stack.len() == self.stack.capacity() {
            grow(&mut self.stack)?;
        }
        self.stack.push(Entry { kind, id, pos, value });
        Ok(())
    }

    /// A record of what to put back, which nothing asks for without a choice below.
    #[inline(always)]
    fn push_record(&mut self, kind: Kind, id: u32, pos: usize, value: usize) -> Result<(), Error> {
        if self.stack.is_empty() { Ok(()) } else { self.push(kind, id, pos, value) }
    }

    /// The part above the barrier has matched: its choices go, and so do records of
    /// loops, which are all inside it and over.  Returns the barrier.
    fn decide(&mut self, barrier: usize) -> Entry {
        let entry = self.stack[barrier];
        let mut kept = barrier;
        for at in barrier + 1..self.stack.len() {
            if self.stack[at].kind == Kind::UndoMark {
                self.stack[kept] = self.stack[at];
                kept += 1;
            }
        }
        self.stack.truncate(kept);
        entry
    }

    /// A negative assertion's part has matched: as if it had never been tried.
    /// Returns the barrier below.
    fn refute(&mut self, barrier: usize) -> usize {
        while self.stack.len() > barrier + 1 {
            if let Some(Entry { kind: Kind::UndoMark, id, pos, value }) = self.stack.pop() {
                self.marks[id as usize] = pos;
                self.last_index = value as u32;
            }
        }
        self.stack.pop().map_or(NONE, |entry| entry.value)
    }
}

/// Counts the work of looking at a row of characters, which is more than one step if there
/// are many.
#[inline(always)]
fn spend(budget: &mut u32, length: usize) {
    const CHARACTERS_PER_STEP: usize = 16;
    let steps = u32::try_from(length / CHARACTERS_PER_STEP).unwrap_or(u32::MAX);
    *budget = budget.saturating_sub(steps).max(1);
}

/// Counts down to the next poll.
#[inline(always)]
fn tick(budget: &mut u32, poll: &mut dyn FnMut() -> ControlFlow<()>) -> Result<(), Error> {
    *budget -= 1;
    if *budget == 0 {
        *budget = POLL_INTERVAL;
        if poll().is_break() {
            return Err(Error::Interrupted);
        }
    }
    Ok(())
}

#[cold]
fn grow(stack: &mut Vec<Entry>) -> Result<(), Error> {
    stack.try_reserve(stack.len().max(64)).map_err(|_| Error::Memory)
}

/// The position behind a repetition of a group's text, apart from case.
fn same_folded<S: Subject>(
    cx: &Context<S>,
    (mut begin, end): Span,
    mut pos: usize,
    fold: Fold,
) -> Option<usize> {
    let lower = |ch: u32| match fold {
        Fold::None => ch,
        Fold::Ascii => ascii_tolower(ch),
        Fold::Unicode => unicode_tolower(ch),
        Fold::Locale => cx.locale.lower(ch),
    };
    while begin < end {
        let (theirs, next_begin) = cx.subject.next(begin)?;
        let (ours, next_pos) = cx.subject.next(pos)?;
        if lower(theirs) != lower(ours) {
            return None;
        }
        (begin, pos) = (next_begin, next_pos);
    }
    Some(pos)
}
