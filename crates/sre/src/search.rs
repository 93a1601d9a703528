//! Where a search tries the pattern.

use std::fmt;

use memchr::{memchr, memchr2, memchr3, memmem};

use crate::first::{First, first_at};
use crate::opcodes::At;
use crate::prefix::Filter;
use crate::program::{Inst, Program};
use crate::subject::{Subject, is_continuation};

/// What is known of the positions where a program can match.
pub(crate) enum Start {
    Anywhere,
    /// Only at the beginning of the subject.
    Beginning,
    /// Where these bytes are: for UTF-8, and for subjects of bytes.
    Literal(Box<memmem::Finder<'static>>, Option<Box<memmem::Finder<'static>>>),
    /// Where one of up to three ASCII characters is and the filter passes.
    Few(Vec<u8>, Filter),
    Filter(Filter),
    First(Box<First>),
}

impl fmt::Debug for Start {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Start::Anywhere => write!(f, "Anywhere"),
            Start::Beginning => write!(f, "Beginning"),
            Start::Literal(utf8, _) => write!(f, "Literal({:?})", utf8.needle()),
            Start::Few(bytes, _) => write!(f, "Few({bytes:?})"),
            Start::Filter(_) => write!(f, "Filter"),
            Start::First(_) => write!(f, "First"),
        }
    }
}

impl Start {
    pub(crate) fn of(program: &Program) -> Start {
        let mut at = 0;
        while let Inst::Mark(_) | Inst::Atomic = program.insts[at] {
            at += 1;
        }
        match program.insts[at] {
            Inst::At(At::Beginning | At::BeginningString) => return Start::Beginning,
            Inst::Str(id) => {
                let literal = &program.strings[id as usize];
                let finder = |bytes: &[u8]| Box::new(memmem::Finder::new(bytes).into_owned());
                return Start::Literal(finder(&literal.utf8), literal.bytes.as_deref().map(finder));
            }
            _ => {}
        }
        let Some(first) = first_at(program, 0) else { return Start::Anywhere };
        let is_ascii = first.beyond == 0 && !first.bytes[0x80..].contains(&true);
        let members: Vec<u8> = (0..0x80).filter(|&byte| first.bytes[usize::from(byte)]).collect();
        match Filter::new(program) {
            Some(filter) if is_ascii && members.len() <= 3 => Start::Few(members, filter),
            Some(filter) => Start::Filter(filter),
            None => Start::First(Box::new(first)),
        }
    }

    /// The first position from `pos` on that is worth a try.
    #[inline]
    pub(crate) fn next<S: Subject>(&self, subject: S, pos: usize) -> Option<usize> {
        let bytes = subject.bytes();
        let rest = bytes.get(pos..)?;
        let found = match self {
            Start::Anywhere => {
                let is_inside = |byte: &u8| S::WIDE && is_continuation(*byte);
                rest.iter().take_while(|byte| is_inside(byte)).count()
            }
            Start::Beginning => return (pos == 0).then_some(0),
            Start::Literal(utf8, _) if S::WIDE => utf8.find(rest)?,
            Start::Literal(_, bytes) => bytes.as_ref()?.find(rest)?,
            Start::Few(few, filter) => return find_few(subject, pos, few, filter),
            Start::Filter(filter) => return filter.find(subject, pos),
            Start::First(first) => {
                let table = S::table(first);
                rest.iter().position(|&byte| table[usize::from(byte)])?
            }
        };
        Some(pos + found)
    }
}

/// How far to go by the filter alone after a false alarm: where the characters are
/// frequent, calling `memchr` for each costs more than the filter.
const STRIDE: usize = 32;

fn find_few<S: Subject>(subject: S, mut pos: usize, few: &[u8], filter: &Filter) -> Option<usize> {
    loop {
        let rest = subject.bytes().get(pos..)?;
        pos += match *few {
            [] => return None,
            [a] => memchr(a, rest)?,
            [a, b] => memchr2(a, b, rest)?,
            [a, b, c, ..] => memchr3(a, b, c, rest)?,
        };
        if filter.passes(subject, pos) {
            return Some(pos);
        }
        pos += 1;
        let end = subject.bytes().len().min(pos + STRIDE);
        match filter.find_within(subject, pos, end) {
            Some(found) => return Some(found),
            None => pos = end,
        }
    }
}
