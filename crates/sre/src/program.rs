//! The translated pattern: instructions of one word each, and what they refer to.
//!
//! Control goes to the next instruction unless a line says otherwise.
//!
//! ```text
//! alternatives   Branch b; A..; Jump end; B..; Jump end; end:
//! x?             Optional end; x..; end:             (x?? : Skip end)
//! general loop   Enter r; x..; MaxUntil r            (lazy: MinUntil)
//! one character  Greedy o | Lazy o | Possessive o    (character and bounds in `ones[o]`)
//! (?=x) (?!x)    Look l; x..; LookEnd                (negative: NotLook, NotLookEnd)
//! (?>x)          Atomic; x..; AtomicEnd
//! (?:x)++        PossessiveEnter r; x..; PossessiveEnd r
//! ```

use crate::case::Fold;
use crate::charset::Set;
use crate::first::First;
use crate::opcodes::At;
use crate::search::Start;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Inst {
    Fail,
    /// The end of the pattern.
    Match,
    One(One),
    /// Several literals: `strings[..]`.
    Str(u32),
    At(At),
    Jump(u32),
    Branch(u32),
    /// The rest first; what follows the target when that fails.
    Optional(u32),
    /// What follows the target first; the rest when that fails.
    Skip(u32),
    /// Remembers the position as an end of a group.
    Mark(u32),
    Greedy(u32),
    Lazy(u32),
    Possessive(u32),
    Enter(u32),
    MaxUntil(u32),
    MinUntil(u32),
    Look(u32),
    LookEnd,
    NotLook(u32),
    NotLookEnd,
    Atomic,
    AtomicEnd,
    PossessiveEnter(u32),
    PossessiveEnd(u32),
    GroupRef(u32),
    /// A group's text again, folded: `folded_refs[..]`.
    GroupRefFolded(u32),
    /// To the target of `exists[..]` unless the group took part.
    GroupExists(u32),
}

/// What one character must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum One {
    Any,
    AnyAll,
    Never,
    /// ASCII.
    Byte(u8),
    NotByte(u8),
    /// Beyond ASCII.
    Char(u32),
    NotChar(u32),
    Set(u32),
    /// A set that only the locale knows.
    LocaleSet(u32),
}

/// A literal as each kind of subject stores it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Literal {
    pub(crate) utf8: Box<[u8]>,
    /// `None` when a character is beyond a byte.
    pub(crate) bytes: Option<Box<[u8]>>,
}

#[derive(Clone, Debug)]
pub(crate) struct Branch {
    pub(crate) targets: Vec<u32>,
    /// By first byte, which alternatives may match: bit by position.  256 is for
    /// the characters beyond ASCII of a UTF-8 subject.
    pub(crate) candidates: Box<[u32; 257]>,
    /// Which may match at the end of the subject.
    pub(crate) at_end: u32,
}

impl Branch {
    /// Alternatives to an instruction; `Branch` instructions chain for more.
    pub(crate) const MAX: usize = 32;
}

#[derive(Clone, Debug)]
pub(crate) struct Single {
    pub(crate) one: One,
    pub(crate) min: u32,
    pub(crate) max: u32,
    /// What can start whatever comes next; `None` when that may match nothing.
    pub(crate) follow: Option<Box<First>>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Repeat {
    pub(crate) min: u32,
    pub(crate) max: u32,
    pub(crate) body: u32,
    /// The `Until` or `PossessiveEnd`; the rest of the pattern comes behind it.
    pub(crate) until: u32,
    /// Whether it is inside another loop, so that it may be entered again.
    pub(crate) nested: bool,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Look {
    pub(crate) back: u32,
    pub(crate) end: u32,
}

/// A checked and translated pattern.
#[derive(Debug)]
pub struct Program {
    pub(crate) insts: Vec<Inst>,
    pub(crate) sets: Vec<Set>,
    pub(crate) strings: Vec<Literal>,
    pub(crate) branches: Vec<Branch>,
    pub(crate) singles: Vec<Single>,
    pub(crate) repeats: Vec<Repeat>,
    pub(crate) looks: Vec<Look>,
    pub(crate) folded_refs: Vec<(u32, Fold)>,
    pub(crate) exists: Vec<(u32, u32)>,
    pub(crate) groups: u32,
    pub(crate) start: Start,
}

impl Program {
    /// The number of groups, without the whole match.
    pub fn groups(&self) -> usize {
        self.groups as usize
    }
}
