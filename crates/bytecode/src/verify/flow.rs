//! Second pass: follows every path, with the depth of the stack, the places that may hold NULL, the
//! borrowed references on it, and the locals that are surely bound.
//!
//! A block's state only ever gets weaker (more places may be NULL, fewer locals are bound), so the
//! walk ends; straight code keeps no state per unit. The lists of special places are short, so most
//! instructions are two additions and two comparisons.

use super::scan::{FIRST_BLOCK, Layout};
use super::{Parts, ROWS, Shape, Verified, VerifyError, fail};
use crate::oparg;
use crate::opcode::{Opcode, Operand};

/// Locals beyond 64 times this count as never bound.
const MASK_WORDS: usize = 16;
/// In place of a local: which one depends on the path.
const SEVERAL: u32 = u32::MAX;

#[derive(Default)]
struct Block {
    reached: bool,
    queued: bool,
    depth: u32,
    /// Places that may hold NULL, ascending.
    nulls: Vec<u32>,
    borrowed: Vec<(u32, u32)>,
}

struct Flow<'a> {
    parts: &'a Parts<'a>,
    layout: Layout,
    blocks: Vec<Block>,
    /// Bound locals at the start of each block, `words` words each.
    masks: Vec<u64>,
    words: usize,
    pending: Vec<u32>,
    result: Verified,
    /// Instructions that may still be walked: revisits are few in real code.
    budget: usize,
    state: State,
}

/// The machine's state before an instruction.
struct State {
    unit: usize,
    depth: u32,
    nulls: Vec<u32>,
    /// Place and local (or [`SEVERAL`]) of borrowed references, places ascending.
    borrowed: Vec<(u32, u32)>,
    bound: [u64; MASK_WORDS],
    /// The covering handler must be told: it is new, or something below its depth changed.
    dirty: bool,
}

pub fn run(parts: &Parts<'_>, layout: Layout) -> Result<Verified, VerifyError> {
    let words = parts.localspluskinds.len().div_ceil(64).min(MASK_WORDS);
    let count = layout.blocks.len();
    let mut flow = Flow {
        parts,
        blocks: std::iter::repeat_with(Block::default).take(count).collect(),
        masks: vec![0; count * words],
        words,
        pending: Vec::new(),
        result: Verified {
            max_depth: 0,
            needs_counted_loads: false,
            needs_checked_loads: false,
            first_traceable: layout.first_traceable,
        },
        budget: layout.index.len() * 64 + 4096,
        state: State {
            unit: 0,
            depth: 0,
            nulls: Vec::new(),
            borrowed: Vec::new(),
            bound: [0; MASK_WORDS],
            dirty: true,
        },
        layout,
    };
    for slot in 0..flow.layout.arguments {
        flow.bind(slot);
    }
    flow.arrive(0)?;
    flow.enqueue(0);
    while let Some(block) = flow.pending.pop() {
        if std::mem::take(&mut flow.blocks[block as usize].queued) {
            flow.load(block);
            flow.walk()?;
        }
    }
    Ok(flow.result)
}

/// What an instruction found wrong with its operands on the stack.
const UNDERFLOW: &str = "stack underflow";
const NULL: &str = "operand may be NULL";

impl Flow<'_> {
    fn fail<T>(&self, what: &'static str) -> Result<T, VerifyError> {
        fail(self.state.unit, what)
    }

    // Blocks.

    fn enqueue(&mut self, block: u32) {
        let queued = &mut self.blocks[block as usize].queued;
        if !*queued {
            *queued = true;
            self.pending.push(block);
        }
    }

    fn load(&mut self, block: u32) {
        let from = &self.blocks[block as usize];
        let state = &mut self.state;
        state.unit = self.layout.blocks[block as usize] as usize;
        state.depth = from.depth;
        state.nulls.clone_from(&from.nulls);
        state.borrowed.clone_from(&from.borrowed);
        let at = block as usize * self.words;
        state.bound[..self.words].copy_from_slice(&self.masks[at..at + self.words]);
        state.dirty = true;
    }

    /// Weakens a block's state by the current one; was anything new?
    fn arrive(&mut self, block: u32) -> Result<bool, VerifyError> {
        self.meet(block, self.state.depth, self.state.nulls.len(), self.state.borrowed.len())
    }

    fn meet(
        &mut self,
        block: u32,
        depth: u32,
        nulls: usize,
        borrowed: usize,
    ) -> Result<bool, VerifyError> {
        let nulls = &self.state.nulls[..nulls];
        let borrowed = &self.state.borrowed[..borrowed];
        let to = &mut self.blocks[block as usize];
        let at = block as usize * self.words;
        let mask = &mut self.masks[at..at + self.words];
        if !to.reached {
            to.reached = true;
            to.depth = depth;
            to.nulls.extend_from_slice(nulls);
            to.borrowed.extend_from_slice(borrowed);
            mask.copy_from_slice(&self.state.bound[..self.words]);
            return Ok(true);
        }
        if to.depth != depth {
            return self.fail("stack depth differs between paths");
        }
        let mut changed = false;
        if to.nulls != nulls && !nulls.iter().all(|place| to.nulls.contains(place)) {
            to.nulls.extend_from_slice(nulls);
            to.nulls.sort_unstable();
            to.nulls.dedup();
            changed = true;
        }
        if to.borrowed != borrowed {
            for &(place, local) in borrowed {
                match to.borrowed.binary_search_by_key(&place, |borrow| borrow.0) {
                    Err(at) => to.borrowed.insert(at, (place, local)),
                    Ok(at) if to.borrowed[at].1 == local || to.borrowed[at].1 == SEVERAL => {
                        continue;
                    }
                    Ok(at) => to.borrowed[at].1 = SEVERAL,
                }
                changed = true;
            }
        }
        for (word, now) in mask.iter_mut().zip(&self.state.bound) {
            changed |= *word & !now != 0;
            *word &= now;
        }
        Ok(changed)
    }

    fn jump_to(&mut self, target: usize) -> Result<(), VerifyError> {
        let block = self.layout.index[target] - FIRST_BLOCK;
        if self.arrive(block)? {
            self.enqueue(block);
        }
        Ok(())
    }

    /// Tells the covering handler how the stack and the locals may look when it starts.
    fn cover(&mut self, handler: usize) -> Result<(), VerifyError> {
        let entry = &self.layout.handlers[handler];
        let (block, depth) = (entry.block, entry.depth);
        let entered = u64::from(depth) + entry.lasti as u64 + 1;
        if entered > u64::from(self.parts.stacksize) {
            return self.fail("stack overflow in a handler");
        }
        self.result.max_depth = self.result.max_depth.max(entered as u32);
        let nulls = self.state.nulls.partition_point(|&place| place < depth);
        let borrowed = self.state.borrowed.partition_point(|borrow| borrow.0 < depth);
        if self.meet(block, entered as u32, nulls, borrowed)? {
            self.enqueue(block);
        }
        Ok(())
    }

    // Locals.

    fn is_bound(&self, slot: usize) -> bool {
        slot < MASK_WORDS * 64 && self.state.bound[slot / 64] >> (slot % 64) & 1 != 0
    }

    fn bind(&mut self, slot: usize) {
        if slot < MASK_WORDS * 64 {
            self.state.bound[slot / 64] |= 1 << (slot % 64);
        }
    }

    fn unbind(&mut self, slot: usize) {
        if slot < MASK_WORDS * 64 {
            self.state.bound[slot / 64] &= !(1 << (slot % 64));
        }
        self.state.dirty = true;
    }

    /// A local is about to change: a borrowed reference to its value must not be on the stack.
    fn kill(&mut self, slot: usize) {
        let same = |&(_, local): &(u32, u32)| local as usize == slot || local == SEVERAL;
        if self.state.borrowed.iter().any(same) {
            self.result.needs_counted_loads = true;
            self.state.borrowed.clear();
        }
    }

    // The stack.

    #[inline]
    fn push(&mut self, count: u32) -> Result<(), VerifyError> {
        match self.state.depth.checked_add(count) {
            Some(depth) if depth <= self.parts.stacksize => {
                self.state.depth = depth;
                self.result.max_depth = self.result.max_depth.max(depth);
                Ok(())
            }
            _ => self.fail("stack overflow"),
        }
    }

    fn push_null(&mut self) -> Result<(), VerifyError> {
        self.state.nulls.push(self.state.depth);
        self.push(1)
    }

    fn push_borrowed(&mut self, slot: usize) -> Result<(), VerifyError> {
        self.read_local(slot);
        self.state.borrowed.push((self.state.depth, slot as u32));
        self.push(1)
    }

    fn read_local(&mut self, slot: usize) {
        self.result.needs_checked_loads |= !self.is_bound(slot);
    }

    /// Forgets the special places from `depth` up.
    #[inline]
    fn truncate(&mut self, depth: u32) {
        let state = &mut self.state;
        while state.nulls.last().is_some_and(|&place| place >= depth) {
            state.nulls.pop();
        }
        while state.borrowed.last().is_some_and(|&(place, _)| place >= depth) {
            state.borrowed.pop();
        }
        state.depth = depth;
    }

    /// The depth below `count` items; there must be that many.
    fn below(&self, count: u64) -> Result<u32, VerifyError> {
        match u64::from(self.state.depth).checked_sub(count) {
            Some(depth) => Ok(depth as u32),
            None => self.fail(UNDERFLOW),
        }
    }

    fn pop_any(&mut self, count: u64) -> Result<(), VerifyError> {
        let depth = self.below(count)?;
        self.truncate(depth);
        Ok(())
    }

    #[inline]
    fn pop(&mut self, count: u64) -> Result<(), VerifyError> {
        let depth = self.below(count)?;
        if self.state.nulls.last().is_some_and(|&place| place >= depth) {
            return self.fail(NULL);
        }
        self.truncate(depth);
        Ok(())
    }

    /// Pops, NULL being allowed `above` places above the lowest popped one.
    fn pop_but(&mut self, count: u64, above: u32) -> Result<(), VerifyError> {
        let depth = self.below(count)?;
        let bad = |&&place: &&u32| place != depth + above;
        if self.state.nulls.iter().rev().take_while(|&&place| place >= depth).any(|p| bad(&p)) {
            return self.fail(NULL);
        }
        self.truncate(depth);
        Ok(())
    }

    fn is_null(&self, place: u32) -> bool {
        self.state.nulls.iter().rev().any(|&null| null == place)
    }

    fn borrow_at(&self, place: u32) -> Option<u32> {
        self.state.borrowed.iter().rev().find(|borrow| borrow.0 == place).map(|borrow| borrow.1)
    }

    /// Replaces what is known of a place.
    fn set_place(&mut self, place: u32, null: bool, borrow: Option<u32>) {
        let state = &mut self.state;
        let at = state.nulls.partition_point(|&other| other < place);
        match (state.nulls.get(at) == Some(&place), null) {
            (true, false) => {
                state.nulls.remove(at);
            }
            (false, true) => state.nulls.insert(at, place),
            _ => {}
        }
        let at = state.borrowed.partition_point(|other| other.0 < place);
        if state.borrowed.get(at).is_some_and(|other| other.0 == place) {
            state.borrowed.remove(at);
        }
        if let Some(local) = borrow {
            state.borrowed.insert(at, (place, local));
        }
    }

    /// Stores the top, which may be NULL and then leaves the local unbound.
    fn store(&mut self, slot: usize) -> Result<(), VerifyError> {
        let top = self.below(1)?;
        let null = self.is_null(top);
        self.truncate(top);
        self.kill(slot);
        if null {
            self.unbind(slot)
        } else {
            self.bind(slot)
        }
        Ok(())
    }

    /// Walks straight code from the current state until it ends or joins what is known.
    fn walk(&mut self) -> Result<(), VerifyError> {
        let code = self.parts.code;
        let first = self.state.unit as u32;
        let mut handler = self.layout.handlers.partition_point(|entry| entry.end <= first);
        // Where the coverage changes next.
        let mut boundary = 0;
        let mut covered = None;
        loop {
            let start = self.state.unit;
            if start >= boundary {
                while self.layout.handlers.get(handler).is_some_and(|h| h.end as usize <= start) {
                    handler += 1;
                }
                (covered, boundary) = match self.layout.handlers.get(handler) {
                    None => (None, usize::MAX),
                    Some(entry) if entry.start as usize <= start => {
                        (Some((handler, entry.depth)), entry.end as usize)
                    }
                    Some(entry) => (None, entry.start as usize),
                };
                self.state.dirty = true;
            }
            if let Some((handler, depth)) = covered {
                if self.state.depth < depth {
                    return self.fail("stack is below its handler's depth");
                }
                if std::mem::take(&mut self.state.dirty) {
                    self.cover(handler)?;
                }
            }
            self.budget = match self.budget.checked_sub(1) {
                Some(left) => left,
                None => return self.fail("too many paths"),
            };
            let mut unit = start;
            let mut arg = 0u32;
            let row = loop {
                let byte = code[unit * 2];
                arg = arg << 8 | u32::from(code[unit * 2 + 1]);
                if byte != Opcode::ExtendedArg.byte() {
                    break &ROWS[byte as usize];
                }
                unit += 1;
            };
            let next = unit + 1 + usize::from(row.caches);
            if let Some((_, depth)) = covered
                && u64::from(self.state.depth - depth) < row.consumed(arg)
            {
                return self.fail("instruction consumes what its handler needs");
            }
            self.step(row, arg, next)?;
            if row.ends {
                return Ok(());
            }
            let Some(&mark) = self.layout.index.get(next) else {
                return self.fail("control runs off the end");
            };
            self.state.unit = next;
            if mark >= FIRST_BLOCK {
                let block = mark - FIRST_BLOCK;
                if !self.arrive(block)? {
                    return Ok(());
                }
                self.blocks[block as usize].queued = false;
                self.load(block);
                // The block's state is the current one or weaker, its unit the next one.
            }
        }
    }

    /// The effect of one instruction; `next` is the unit after it.
    #[inline]
    fn step(&mut self, row: &super::Row, arg: u32, next: usize) -> Result<(), VerifyError> {
        // Most instructions are plain, or push a local: tests predict better than a table of jumps.
        if row.shape == Shape::Plain {
            self.pop(row.popped.count(arg))?;
            return self.push(u32::try_from(row.pushed.count(arg)).unwrap_or(u32::MAX));
        }
        let slot = arg as usize;
        if row.shape == Shape::LoadBorrow {
            return self.push_borrowed(slot);
        }
        self.shaped(row, arg, next)
    }

    fn shaped(&mut self, row: &super::Row, arg: u32, next: usize) -> Result<(), VerifyError> {
        let slot = arg as usize;
        let target = match row.operand {
            Operand::JumpForward => next + slot,
            Operand::JumpBackward => next - slot,
            _ => next,
        };
        match row.shape {
            Shape::Load => {
                self.read_local(slot);
                self.push(1)
            }
            Shape::LoadPair => {
                let (first, second) = oparg::unpack_locals(arg);
                self.read_local(first);
                self.read_local(second);
                self.push(2)
            }
            Shape::LoadBorrowPair => {
                let (first, second) = oparg::unpack_locals(arg);
                self.push_borrowed(first)?;
                self.push_borrowed(second)
            }
            Shape::LoadCheck => {
                self.bind(slot);
                self.push(1)
            }
            Shape::LoadClear => {
                let bound = self.is_bound(slot);
                self.kill(slot);
                self.unbind(slot);
                if bound { self.push(1) } else { self.push_null() }
            }
            Shape::Store => self.store(slot),
            Shape::StoreLoad => {
                let (first, second) = oparg::unpack_locals(arg);
                self.store(first)?;
                self.read_local(second);
                self.push(1)
            }
            Shape::StoreStore => {
                let (first, second) = oparg::unpack_locals(arg);
                self.store(first)?;
                self.store(second)
            }
            Shape::Delete => {
                self.kill(slot);
                self.unbind(slot);
                Ok(())
            }
            Shape::MakeCell => {
                self.kill(slot);
                self.bind(slot);
                Ok(())
            }
            Shape::CopyFreeVars => {
                let slots = self.parts.localspluskinds.len();
                for slot in slots - self.layout.free..slots {
                    self.kill(slot);
                    self.bind(slot);
                }
                Ok(())
            }
            Shape::Copy => {
                let from = self.below(arg.into())?;
                let (to, null, borrow) =
                    (self.state.depth, self.is_null(from), self.borrow_at(from));
                self.push(1)?;
                self.set_place(to, null, borrow);
                Ok(())
            }
            Shape::Swap => {
                let low = self.below(arg.into())?;
                let high = self.state.depth - 1;
                let (null, borrow) = (self.is_null(low), self.borrow_at(low));
                let (top_null, top_borrow) = (self.is_null(high), self.borrow_at(high));
                if null || top_null || borrow.is_some() || top_borrow.is_some() {
                    self.set_place(low, top_null, top_borrow);
                    self.set_place(high, null, borrow);
                    self.state.dirty = true;
                }
                Ok(())
            }
            Shape::PopTop => self.pop_any(1),
            Shape::PushNull => self.push_null(),
            Shape::LoadGlobal => {
                self.push(1)?;
                if arg & 1 != 0 { self.push_null() } else { Ok(()) }
            }
            Shape::LoadMethod | Shape::LoadSpecial => {
                let receiver = self.below(1)?;
                let borrow = self.borrow_at(receiver);
                self.pop(row.popped.count(arg))?;
                self.push(1)?;
                if row.shape == Shape::LoadMethod && arg & 1 == 0 {
                    return Ok(());
                }
                let place = self.state.depth;
                self.push(1)?;
                self.set_place(place, true, borrow);
                Ok(())
            }
            Shape::Call => {
                self.pop_but(2 + u64::from(arg), 1)?;
                self.push(1)
            }
            Shape::CallKw => {
                self.pop_but(3 + u64::from(arg), 1)?;
                self.push(1)
            }
            Shape::CallEx => {
                self.pop_any(1)?;
                self.pop_but(3, 1)?;
                self.push(1)
            }
            Shape::WithExceptStart => {
                let exit = self.below(5)?;
                if (0..5).any(|above| above != 1 && self.is_null(exit + above)) {
                    return self.fail(NULL);
                }
                self.push(1)
            }
            Shape::Keep => {
                let popped = row.popped.count(arg);
                let depth = self.below(popped)?;
                if self.state.nulls.last().is_some_and(|&place| place >= depth) {
                    return self.fail(NULL);
                }
                self.push((row.pushed.count(arg) - popped) as u32)
            }
            Shape::Into => {
                // What lies between the container and the values belongs to others.
                let values = row.popped.count(arg) - row.pushed.count(arg);
                self.pop(values)?;
                let container = self.below(arg.into())?;
                if self.is_null(container) {
                    return self.fail(NULL);
                }
                // DICT_MERGE names the callable, three places further down, in its errors.
                if row.popped.base == 4 {
                    let callable = self.below(u64::from(arg) + 3)?;
                    if self.is_null(callable) {
                        return self.fail(NULL);
                    }
                }
                Ok(())
            }
            Shape::Reraise => {
                let place = self.below(u64::from(arg) + 1)?;
                if self.is_null(place) {
                    return self.fail(NULL);
                }
                self.pop(1)
            }
            Shape::MoveDown => {
                let top = self.below(1)?;
                let borrow = self.borrow_at(top);
                self.pop(2)?;
                let place = self.state.depth;
                self.push(1)?;
                self.set_place(place, false, borrow);
                self.state.dirty |= borrow.is_some();
                Ok(())
            }
            Shape::PushExcInfo => {
                let top = self.below(1)?;
                let borrow = self.borrow_at(top);
                self.pop(1)?;
                self.push(2)?;
                self.set_place(top + 1, false, borrow);
                Ok(())
            }
            Shape::ConditionalJump => {
                self.pop(1)?;
                self.jump_to(target)
            }
            Shape::Jump => self.jump_to(target),
            Shape::ForIter => {
                if self.parts.code.get(target * 2) != Some(&Opcode::EndFor.byte()) {
                    return self.fail("FOR_ITER does not lead to END_FOR");
                }
                self.below(1)?;
                if self.is_null(self.state.depth - 1) {
                    return self.fail(NULL);
                }
                self.push(1)?;
                self.jump_to(target)
            }
            Shape::UnpackEx => {
                let (before, after) = oparg::unpack_unpack_ex(arg);
                self.pop(1)?;
                self.push((before + 1 + after) as u32)
            }
            Shape::Send | Shape::KeepLower => {
                let lower = self.below(2)?;
                self.pop(1)?;
                if self.is_null(lower) {
                    return self.fail(NULL);
                }
                self.push(1)?;
                if row.shape == Shape::Send { self.jump_to(target) } else { Ok(()) }
            }
            // The first two were dealt with before.
            Shape::Plain | Shape::LoadBorrow | Shape::Forbidden => {
                self.fail("unknown or forbidden opcode")
            }
        }
    }
}
