//! A filter over the next few bytes: the positions where a match can begin.
//!
//! The ways a pattern can begin ("paths") are followed for up to four characters
//! and dealt into eight buckets.  A table for each place says, by byte, in which
//! buckets that byte may stand there; a position is worth a try when one bucket
//! survives all places.  Like all first characters, it may let too much through.

use crate::first::{First, first_at, first_of};
use crate::program::{Inst, One, Program};
use crate::subject::{Subject, encode};

/// Bytes looked at.
const PLACES: usize = 4;
/// More ways to begin than this make a filter that is dear and lets all through.
const MAX_PATHS: u32 = 16;
/// Instructions followed over all paths.
const BUDGET: u32 = 256;

type Tables = [[u8; 256]; PLACES];

pub(crate) struct Filter {
    bytes: Box<Tables>,
    utf8: Box<Tables>,
}

/// What may stand at a place.
#[derive(Clone)]
enum Place {
    Byte(u8),
    First(Box<First>),
}

impl Filter {
    /// The filter of a program, unless it may begin with nothing in particular.
    pub(crate) fn new(program: &Program) -> Option<Filter> {
        let empty = || Box::new([[0; 256]; PLACES]);
        let mut walk = Walk {
            program,
            filter: Filter { bytes: empty(), utf8: empty() },
            paths: 0,
            budget: BUDGET,
        };
        walk.follow(0, Vec::new())?;
        Some(walk.filter)
    }

    /// The first position from `pos` on that passes.
    #[inline]
    pub(crate) fn find<S: Subject>(&self, subject: S, pos: usize) -> Option<usize> {
        self.find_within(subject, pos, subject.bytes().len())
    }

    /// The first position in `pos..end` that passes.
    #[inline]
    pub(crate) fn find_within<S: Subject>(
        &self,
        subject: S,
        pos: usize,
        end: usize,
    ) -> Option<usize> {
        let tables = self.tables::<S>();
        let bytes = subject.bytes();
        let whole = bytes.get(pos..bytes.len().min(end + PLACES - 1))?;
        if let Some(at) = whole.windows(PLACES).position(|window| passes(tables, window)) {
            return Some(pos + at);
        }
        // Near the end of the subject a shorter path may still fit.
        let tail = (bytes.len() + 1).saturating_sub(PLACES).max(pos);
        let tail_bytes = bytes.get(tail..end)?;
        let at = tail_bytes.iter().position(|&byte| tables[0][usize::from(byte)] != 0)?;
        Some(tail + at)
    }

    /// Whether what is at `pos` passes.
    #[inline]
    pub(crate) fn passes<S: Subject>(&self, subject: S, pos: usize) -> bool {
        match subject.bytes().get(pos..pos + PLACES) {
            Some(window) => passes(self.tables::<S>(), window),
            None => true,
        }
    }

    #[inline(always)]
    fn tables<S: Subject>(&self) -> &Tables {
        if S::WIDE { &self.utf8 } else { &self.bytes }
    }
}

#[inline(always)]
fn passes(tables: &Tables, window: &[u8]) -> bool {
    let [a, b, c, d] = *window else { return false };
    tables[0][usize::from(a)]
        & tables[1][usize::from(b)]
        & tables[2][usize::from(c)]
        & tables[3][usize::from(d)]
        != 0
}

struct Walk<'p> {
    program: &'p Program,
    filter: Filter,
    paths: u32,
    budget: u32,
}

impl Walk<'_> {
    /// Follows the ways from `at` on, having come by `path`; `None` when there are
    /// too many or one has no first character.
    fn follow(&mut self, mut at: usize, mut path: Vec<Place>) -> Option<()> {
        loop {
            if path.len() >= PLACES {
                return self.finish(&path);
            }
            self.budget = self.budget.checked_sub(1)?;
            match self.program.insts[at] {
                Inst::Fail => return Some(()),
                Inst::One(one) => path.push(self.place(one)),
                Inst::Str(id) => {
                    let literal = &self.program.strings[id as usize];
                    match &literal.bytes {
                        Some(bytes) if bytes.is_ascii() => {
                            path.extend(bytes.iter().map(|&byte| Place::Byte(byte)));
                        }
                        // Bytes and UTF-8 differ: the first character will do.
                        _ => {
                            self.first(at, &mut path);
                            return self.finish(&path);
                        }
                    }
                }
                Inst::Mark(_) | Inst::At(_) | Inst::Atomic | Inst::AtomicEnd => {}
                // What an assertion would refuse is let through.
                Inst::Look(id) | Inst::NotLook(id) => {
                    at = self.program.looks[id as usize].end as usize;
                    continue;
                }
                Inst::Jump(target) => {
                    at = target as usize;
                    continue;
                }
                Inst::Branch(id) => {
                    for &target in &self.program.branches[id as usize].targets {
                        self.follow(target as usize, path.clone())?;
                    }
                    return Some(());
                }
                Inst::Optional(target) | Inst::Skip(target) => {
                    self.follow(at + 1, path.clone())?;
                    at = target as usize;
                    continue;
                }
                Inst::Greedy(id) | Inst::Lazy(id) | Inst::Possessive(id) => {
                    let single = &self.program.singles[id as usize];
                    let place = self.place(single.one);
                    for _ in 0..single.min.min(PLACES as u32) {
                        path.push(place.clone());
                    }
                    if single.min != single.max {
                        // Once more or what follows.
                        if path.len() < PLACES {
                            self.repeat_or_rest(single.one, at + 1, &mut path);
                        }
                        return self.finish(&path);
                    }
                }
                Inst::Enter(id) | Inst::PossessiveEnter(id)
                    if self.program.repeats[id as usize].min > 0 =>
                {
                    at = self.program.repeats[id as usize].body as usize;
                    continue;
                }
                _ => {
                    self.first(at, &mut path);
                    return self.finish(&path);
                }
            }
            at += 1;
        }
    }

    fn place(&self, one: One) -> Place {
        match one {
            One::Byte(byte) => Place::Byte(byte),
            _ => Place::First(Box::new(first_of(self.program, one))),
        }
    }

    fn first(&self, at: usize, path: &mut Vec<Place>) {
        if let Some(first) = first_at(self.program, at) {
            path.push(Place::First(Box::new(first)));
        }
    }

    fn repeat_or_rest(&self, one: One, next: usize, path: &mut Vec<Place>) {
        if let Some(first) = first_at(self.program, next) {
            path.push(Place::First(Box::new(first.or(&first_of(self.program, one)))));
        }
    }

    /// Enters a path into its bucket.
    fn finish(&mut self, path: &[Place]) -> Option<()> {
        if path.is_empty() || self.paths == MAX_PATHS {
            return None;
        }
        let bucket = 1u8 << (self.paths % 8);
        self.paths += 1;
        // Behind a character beyond ASCII, places are no longer bytes of UTF-8.
        let mut in_step = true;
        for at in 0..PLACES {
            let place = path.get(at);
            let (bytes, utf8) = (&mut self.filter.bytes[at], &mut self.filter.utf8[at]);
            match place {
                Some(Place::Byte(byte)) => bytes[usize::from(*byte)] |= bucket,
                Some(Place::First(first)) => fill(bytes, &first.bytes, bucket),
                None => bytes.iter_mut().for_each(|buckets| *buckets |= bucket),
            }
            match place.filter(|_| in_step) {
                Some(Place::Byte(byte)) => utf8[usize::from(*byte)] |= bucket,
                Some(Place::First(first)) => {
                    fill(utf8, &first.utf8, bucket);
                    in_step = !first.utf8[0xc0..].contains(&true);
                }
                None => utf8.iter_mut().for_each(|buckets| *buckets |= bucket),
            }
        }
        Some(())
    }
}

fn fill(table: &mut [u8; 256], members: &[bool; 256], bucket: u8) {
    for (buckets, is_in) in table.iter_mut().zip(members) {
        *buckets |= if *is_in { bucket } else { 0 };
    }
}

/// The lead bytes (0xc0 + bit) of the UTF-8 of the code points `low..=high`.
pub(crate) fn leads(low: u32, high: u32) -> u64 {
    let (low, high) = (low.max(0x80), high.min(0x10ffff));
    if low > high {
        return 0;
    }
    let lead = |ch| {
        let mut bytes = Vec::with_capacity(4);
        encode(ch, &mut bytes);
        u32::from(bytes[0]) - 0xc0
    };
    let (from, to) = (lead(low), lead(high));
    (u64::MAX >> (63 - to)) & (u64::MAX << from)
}
