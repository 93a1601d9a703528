//! Which characters can start a match of what stands at an instruction.
//!
//! The answer may hold too many characters, never too few.  Three things use it:
//! alternatives are chosen by the next character, a repeat of one character gives
//! back only as far as what follows can start, and the search skips to where the
//! pattern can start.

use crate::case::Locale;
use crate::prefix::leads;
use crate::program::{Inst, One, Program};

/// Instructions looked at for one answer before it becomes "anything".
const BUDGET: u32 = 400;

/// Every lead byte.
pub(crate) const ALL: u64 = u64::MAX;

/// A set of first characters.
#[derive(Clone, Debug)]
pub struct First {
    /// By byte, for a subject whose bytes are characters.
    pub(crate) bytes: [bool; 256],
    /// By byte, for a UTF-8 subject; false for continuation bytes, so that a scan
    /// in either direction stops at characters only.
    pub(crate) utf8: [bool; 256],
    /// Lead bytes, as bits from 0xc0 on, that characters from 256 on may have.
    pub(crate) beyond: u64,
    /// The only member, when there is one and it is ASCII.
    pub(crate) only: Option<u8>,
}

impl First {
    fn none() -> Self {
        First { bytes: [false; 256], utf8: [false; 256], beyond: 0, only: None }
    }

    fn finish(mut self) -> Self {
        self.utf8 = self.bytes;
        self.utf8[0x80..].fill(false);
        // U+0080..U+00FF begin with 0xc2 or 0xc3.
        self.utf8[0xc2] = self.bytes[0x80..0xc0].contains(&true);
        self.utf8[0xc3] = self.bytes[0xc0..].contains(&true);
        for (lead, is_in) in self.utf8[0xc0..].iter_mut().enumerate() {
            *is_in |= self.beyond >> lead & 1 != 0;
        }
        self.only = None;
        let mut members = (0..=255u8).filter(|&byte| self.bytes[byte as usize]);
        if let (Some(only @ 0..0x80), None, false) =
            (members.next(), members.next(), self.beyond != 0)
        {
            self.only = Some(only);
        }
        self
    }

    fn add(&mut self, other: &First) {
        for (mine, theirs) in self.bytes.iter_mut().zip(&other.bytes) {
            *mine |= theirs;
        }
        self.beyond |= other.beyond;
    }

    /// The characters of both.
    pub(crate) fn or(mut self, other: &First) -> Self {
        self.add(other);
        self.finish()
    }

    fn is_disjoint(&self, other: &First) -> bool {
        let both = self.bytes.iter().zip(&other.bytes).any(|(a, b)| *a && *b);
        !(both || self.beyond & other.beyond != 0)
    }
}

/// Fills in what depends on first characters, once the instructions stand.
pub(crate) fn analyse(program: &mut Program) {
    for at in 0..program.insts.len() {
        match program.insts[at] {
            Inst::Greedy(id) => {
                let follow = first_at(program, at + 1);
                let one = first_of(program, program.singles[id as usize].one);
                // Giving back a character only helps if what follows can start
                // with one that was taken.
                if follow.as_ref().is_some_and(|follow| follow.is_disjoint(&one)) {
                    program.insts[at] = Inst::Possessive(id);
                }
                program.singles[id as usize].follow = follow.map(Box::new);
            }
            Inst::Lazy(id) => {
                program.singles[id as usize].follow = first_at(program, at + 1).map(Box::new);
            }
            Inst::Branch(id) => {
                for bit in 0..program.branches[id as usize].targets.len() {
                    let target = program.branches[id as usize].targets[bit] as usize;
                    let first = first_at(program, target);
                    let branch = &mut program.branches[id as usize];
                    let mask = 1 << bit;
                    match first {
                        Some(first) => {
                            for (byte, candidates) in
                                branch.candidates[..256].iter_mut().enumerate()
                            {
                                *candidates |= if first.bytes[byte] { mask } else { 0 };
                            }
                            let wide = first.utf8[0xc0..].contains(&true);
                            branch.candidates[256] |= if wide { mask } else { 0 };
                        }
                        None => {
                            branch.candidates.iter_mut().for_each(|candidates| *candidates |= mask);
                            branch.at_end |= mask;
                        }
                    }
                }
            }
            _ => {}
        }
    }
}

/// The first characters of a match from an instruction on; `None` when it may be
/// empty, or is not known.
pub(crate) fn first_at(program: &Program, at: usize) -> Option<First> {
    let mut walk = Walk { program, budget: BUDGET, first: First::none() };
    walk.from(at).then(|| walk.first.finish())
}

pub(crate) fn first_of(program: &Program, one: One) -> First {
    let mut first = First::none();
    match one {
        One::AnyAll => (first.bytes, first.beyond) = ([true; 256], ALL),
        One::Any => {
            (first.bytes, first.beyond) = ([true; 256], ALL);
            first.bytes[usize::from(b'\n')] = false;
        }
        One::Never => {}
        One::Byte(byte) => first.bytes[usize::from(byte)] = true,
        One::NotByte(byte) => {
            (first.bytes, first.beyond) = ([true; 256], ALL);
            first.bytes[usize::from(byte)] = false;
        }
        One::Char(ch) => match u8::try_from(ch) {
            Ok(byte) => first.bytes[usize::from(byte)] = true,
            Err(_) => first.beyond = leads(ch, ch),
        },
        One::NotChar(ch) => {
            (first.bytes, first.beyond) = ([true; 256], ALL);
            if let Ok(byte) = u8::try_from(ch) {
                first.bytes[usize::from(byte)] = false;
            }
        }
        One::Set(set) => {
            let set = &program.sets[set as usize];
            first.bytes = set.table;
            first.beyond = set.leads;
        }
        One::LocaleSet(_) => (first.bytes, first.beyond) = ([true; 256], ALL),
    }
    first.finish()
}

struct Walk<'p> {
    program: &'p Program,
    budget: u32,
    first: First,
}

impl Walk<'_> {
    /// Adds what can start a match from `at` on; false when it may be empty.
    fn from(&mut self, mut at: usize) -> bool {
        loop {
            if self.budget == 0 {
                return false;
            }
            self.budget -= 1;
            match self.program.insts[at] {
                Inst::Fail => return true,
                Inst::One(one) => return self.add(one),
                Inst::Str(id) => {
                    let utf8 = &self.program.strings[id as usize];
                    return match (utf8.bytes.as_deref(), &utf8.utf8[..]) {
                        (Some([byte, ..]), _) | (None, [byte @ 0..0x80, ..]) => {
                            self.first.bytes[usize::from(*byte)] = true;
                            true
                        }
                        // It may be one of Latin-1, before one beyond it.
                        _ => {
                            self.first.bytes[0x80..].fill(true);
                            self.first.beyond = ALL;
                            true
                        }
                    };
                }
                Inst::Mark(_) | Inst::At(_) | Inst::Atomic => at += 1,
                Inst::Jump(target) => at = target as usize,
                Inst::Branch(id) => {
                    let targets = &self.program.branches[id as usize].targets;
                    return targets.iter().all(|&target| self.from(target as usize));
                }
                Inst::Optional(target) | Inst::Skip(target) => {
                    return self.from(at + 1) && self.from(target as usize);
                }
                Inst::Greedy(id) | Inst::Lazy(id) | Inst::Possessive(id) => {
                    let single = &self.program.singles[id as usize];
                    if single.max > 0 {
                        self.add(single.one);
                        if single.min > 0 {
                            return true;
                        }
                    }
                    at += 1;
                }
                Inst::Enter(id) | Inst::PossessiveEnter(id) => {
                    let repeat = &self.program.repeats[id as usize];
                    if repeat.max > 0 {
                        if !self.from(repeat.body as usize) {
                            return false;
                        }
                        if repeat.min > 0 {
                            return true;
                        }
                    }
                    at = repeat.until as usize + 1;
                }
                // Assertions only narrow what follows them.
                Inst::Look(id) | Inst::NotLook(id) => {
                    at = self.program.looks[id as usize].end as usize;
                }
                Inst::GroupExists(id) => {
                    let no = self.program.exists[id as usize].1;
                    return self.from(at + 1) && self.from(no as usize);
                }
                // A body that may be empty comes by here until the budget is spent.
                Inst::MaxUntil(id) | Inst::MinUntil(id) => {
                    let repeat = &self.program.repeats[id as usize];
                    return self.from(repeat.body as usize) && self.from(at + 1);
                }
                // A part that is decided here is so whatever comes behind it.
                Inst::AtomicEnd | Inst::PossessiveEnd(_) => return false,
                Inst::Match
                | Inst::LookEnd
                | Inst::NotLookEnd
                | Inst::GroupRef(_)
                | Inst::GroupRefFolded(_) => return false,
            }
        }
    }

    fn add(&mut self, one: One) -> bool {
        self.first.add(&first_of(self.program, one));
        true
    }
}

/// Whether a character is what `one` asks for.
#[inline(always)]
pub(crate) fn matches_one(program: &Program, one: One, ch: u32, locale: &Locale) -> bool {
    match one {
        One::Any => ch != '\n' as u32,
        One::AnyAll => true,
        One::Never => false,
        One::Byte(byte) => ch == u32::from(byte),
        One::NotByte(byte) => ch != u32::from(byte),
        One::Char(c) => ch == c,
        One::NotChar(c) => ch != c,
        One::Set(set) => program.sets[set as usize].contains(ch),
        One::LocaleSet(set) => program.sets[set as usize].ask(ch, locale),
    }
}
