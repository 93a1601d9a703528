//! From code words to a program, refusing words that `re` does not make
//! (`_validate` in CPython's `_sre`).
//!
//! Words are structured: every construct holds its parts between itself and a
//! skip.  The translation follows that structure, so that whatever it accepts is
//! well-formed by construction.

use std::fmt;

use crate::case::Fold;
use crate::charset::{self, Set, Source};
use crate::opcodes::{At, MAXGROUPS, MAXREPEAT, Op, info};
use crate::program::{Branch, Inst, Literal, Look, One, Program, Repeat, Single};
use crate::search::Start;
use crate::{first, subject};

/// Deeper nesting than the parser of `re` reaches; keeps the native stack safe.
const MAX_DEPTH: u32 = 1500;

/// The words are not what `re` makes; `_sre` says "invalid SRE code".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidCode;

impl fmt::Display for InvalidCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("invalid SRE code")
    }
}

impl std::error::Error for InvalidCode {}

type Result<T> = std::result::Result<T, InvalidCode>;

impl Program {
    /// Checks and translates the words of a pattern with `groups` groups.
    pub fn new(code: &[u32], groups: u32) -> Result<Program> {
        // Every group costs two words, so that crafted counts allocate nothing.
        if groups > MAXGROUPS || groups as usize > code.len() {
            return Err(InvalidCode);
        }
        let program = Program {
            insts: Vec::with_capacity(code.len() / 2),
            sets: Vec::new(),
            strings: Vec::new(),
            branches: Vec::new(),
            singles: Vec::new(),
            repeats: Vec::new(),
            looks: Vec::new(),
            folded_refs: Vec::new(),
            exists: Vec::new(),
            groups,
            start: Start::Anywhere,
        };
        let mut builder = Builder { code, program, literal: Vec::new(), depth: 0, loops: 0 };
        let end = code.len().checked_sub(1).ok_or(InvalidCode)?;
        builder.block(0, end)?;
        if code[end] != Op::Success as u32 {
            return Err(InvalidCode);
        }
        builder.emit(Inst::Match);
        let mut program = builder.program;
        first::analyse(&mut program);
        program.start = Start::of(&program);
        Ok(program)
    }
}

struct Builder<'c> {
    code: &'c [u32],
    program: Program,
    /// Literals not yet emitted, to become one string.
    literal: Vec<u32>,
    depth: u32,
    /// Loops around the current place.
    loops: u32,
}

impl Builder<'_> {
    fn word(&self, at: usize, end: usize) -> Result<u32> {
        if at < end { self.code.get(at).copied().ok_or(InvalidCode) } else { Err(InvalidCode) }
    }

    fn op(&self, at: usize, end: usize) -> Result<Op> {
        Op::from_word(self.word(at, end)?).ok_or(InvalidCode)
    }

    /// Where the skip at `at` leads, behind it and not beyond `end`.
    fn skip(&self, at: usize, end: usize) -> Result<usize> {
        let target = at.checked_add(self.word(at, end)? as usize).ok_or(InvalidCode)?;
        if target > at && target <= end { Ok(target) } else { Err(InvalidCode) }
    }

    fn expect(&self, at: usize, op: Op) -> Result<()> {
        if self.code.get(at) == Some(&(op as u32)) { Ok(()) } else { Err(InvalidCode) }
    }

    fn here(&mut self) -> u32 {
        self.flush();
        self.program.insts.len() as u32
    }

    fn emit(&mut self, inst: Inst) -> usize {
        self.flush();
        self.program.insts.push(inst);
        self.program.insts.len() - 1
    }

    fn flush(&mut self) {
        let literal = std::mem::take(&mut self.literal);
        let inst = match literal[..] {
            [] => return,
            [ch] => Inst::One(literal_one(ch)),
            _ => {
                let mut utf8 = Vec::new();
                literal.iter().for_each(|&ch| subject::encode(ch, &mut utf8));
                let bytes = literal.iter().map(|&ch| u8::try_from(ch).ok()).collect();
                self.program.strings.push(Literal { utf8: utf8.into(), bytes });
                Inst::Str(self.program.strings.len() as u32 - 1)
            }
        };
        self.program.insts.push(inst);
    }

    /// Translates `at..end`, which must hold whole constructs.
    fn block(&mut self, mut at: usize, end: usize) -> Result<()> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(InvalidCode);
        }
        while at < end {
            at = self.construct(at, end)?;
        }
        self.flush();
        self.depth -= 1;
        if at == end { Ok(()) } else { Err(InvalidCode) }
    }

    /// Translates one construct and returns where the next one begins.
    fn construct(&mut self, at: usize, end: usize) -> Result<usize> {
        if let Some((one, next)) = self.one(at, end)? {
            match one {
                One::Byte(byte) => self.literal.push(byte.into()),
                One::Char(ch) => self.literal.push(ch),
                _ => {
                    self.emit(Inst::One(one));
                }
            }
            return Ok(next);
        }
        let arg = at + 1;
        match self.op(at, end)? {
            Op::Mark => {
                let mark = self.word(arg, end)?;
                if mark / 2 >= self.program.groups {
                    return Err(InvalidCode);
                }
                self.emit(Inst::Mark(mark));
                Ok(at + 2)
            }
            Op::At => {
                let position = At::from_word(self.word(arg, end)?).ok_or(InvalidCode)?;
                self.emit(Inst::At(position));
                Ok(at + 2)
            }
            Op::Branch => self.branch(arg, end),
            Op::RepeatOne => self.single(arg, end, Inst::Greedy),
            Op::MinRepeatOne => self.single(arg, end, Inst::Lazy),
            Op::PossessiveRepeatOne => self.single(arg, end, Inst::Possessive),
            Op::Repeat => self.repeat(arg, end),
            Op::PossessiveRepeat => self.possessive_repeat(arg, end),
            Op::AtomicGroup => {
                let next = self.skip(arg, end)?;
                self.emit(Inst::Atomic);
                self.success_block(at + 2, next)?;
                self.emit(Inst::AtomicEnd);
                Ok(next)
            }
            op @ (Op::Assert | Op::AssertNot) => self.look(arg, end, op == Op::AssertNot),
            Op::GroupRef => {
                let group = self.group(arg, end)?;
                self.emit(Inst::GroupRef(group));
                Ok(at + 2)
            }
            Op::GroupRefIgnore => self.folded_ref(arg, end, Fold::Ascii),
            Op::GroupRefUniIgnore => self.folded_ref(arg, end, Fold::Unicode),
            Op::GroupRefLocIgnore => self.folded_ref(arg, end, Fold::Locale),
            Op::GroupRefExists => self.group_exists(arg, end),
            Op::Info => self.info(arg, end),
            _ => Err(InvalidCode),
        }
    }

    /// What matches one character at `at`, if that is what stands there.
    fn one(&mut self, at: usize, end: usize) -> Result<Option<(One, usize)>> {
        let arg = at + 1;
        let one = match self.op(at, end)? {
            Op::Any => return Ok(Some((One::Any, arg))),
            Op::AnyAll => return Ok(Some((One::AnyAll, arg))),
            Op::Failure => return Ok(Some((One::Never, arg))),
            Op::Literal => literal_one(self.word(arg, end)?),
            Op::NotLiteral => match literal_one(self.word(arg, end)?) {
                One::Byte(byte) => One::NotByte(byte),
                One::Char(ch) => One::NotChar(ch),
                other => other,
            },
            Op::LiteralIgnore => self.folded(arg, end, Source::Literal, Fold::Ascii)?,
            Op::LiteralUniIgnore => self.folded(arg, end, Source::Literal, Fold::Unicode)?,
            Op::LiteralLocIgnore => self.folded(arg, end, Source::Literal, Fold::Locale)?,
            Op::NotLiteralIgnore => self.folded(arg, end, Source::NotLiteral, Fold::Ascii)?,
            Op::NotLiteralUniIgnore => self.folded(arg, end, Source::NotLiteral, Fold::Unicode)?,
            Op::NotLiteralLocIgnore => self.folded(arg, end, Source::NotLiteral, Fold::Locale)?,
            Op::In => return self.set(arg, end, Fold::None).map(Some),
            Op::InIgnore => return self.set(arg, end, Fold::Ascii).map(Some),
            Op::InUniIgnore => return self.set(arg, end, Fold::Unicode).map(Some),
            Op::InLocIgnore => return self.set(arg, end, Fold::Locale).map(Some),
            Op::Category => {
                let words = [Op::Category as u32, self.word(arg, end)?, Op::Failure as u32];
                charset::check(&words).ok_or(InvalidCode)?;
                self.add_set(Source::Words(words.into()), Fold::None)
            }
            _ => return Ok(None),
        };
        Ok(Some((one, at + 2)))
    }

    fn folded(
        &mut self,
        at: usize,
        end: usize,
        source: fn(u32) -> Source,
        fold: Fold,
    ) -> Result<One> {
        let ch = self.word(at, end)?;
        Ok(self.add_set(source(ch), fold))
    }

    fn set(&mut self, at: usize, end: usize, fold: Fold) -> Result<(One, usize)> {
        let next = self.skip(at, end)?;
        let words = &self.code[at + 1..next];
        charset::check(words).ok_or(InvalidCode)?;
        Ok((self.add_set(Source::Words(words.into()), fold), next))
    }

    fn add_set(&mut self, source: Source, fold: Fold) -> One {
        let sets = &mut self.program.sets;
        let known = sets.iter().position(|set| set.fold == fold && set.source == source);
        let index = known.unwrap_or_else(|| {
            sets.push(Set::new(source, fold));
            sets.len() - 1
        });
        let asks = sets[index].asks_locale();
        if asks { One::LocaleSet(index as u32) } else { One::Set(index as u32) }
    }

    fn group(&self, at: usize, end: usize) -> Result<u32> {
        let group = self.word(at, end)?;
        if group < self.program.groups { Ok(group) } else { Err(InvalidCode) }
    }

    fn folded_ref(&mut self, at: usize, end: usize, fold: Fold) -> Result<usize> {
        let group = self.group(at, end)?;
        self.program.folded_refs.push((group, fold));
        self.emit(Inst::GroupRefFolded(self.program.folded_refs.len() as u32 - 1));
        Ok(at + 1)
    }

    /// A block whose last word is `Success`.
    fn success_block(&mut self, at: usize, end: usize) -> Result<()> {
        let last = end.checked_sub(1).ok_or(InvalidCode)?;
        self.expect(last, Op::Success)?;
        if at > last {
            return Err(InvalidCode);
        }
        self.block(at, last)
    }

    fn bounds(&self, at: usize, end: usize) -> Result<(u32, u32)> {
        let (min, max) = (self.word(at, end)?, self.word(at + 1, end)?);
        if min <= max { Ok((min, max)) } else { Err(InvalidCode) }
    }

    fn single(&mut self, at: usize, end: usize, inst: fn(u32) -> Inst) -> Result<usize> {
        let next = self.skip(at, end)?;
        let (min, max) = self.bounds(at + 1, next)?;
        let (one, after) = self.one(at + 3, next)?.ok_or(InvalidCode)?;
        if after + 1 != next {
            return Err(InvalidCode);
        }
        self.expect(after, Op::Success)?;
        self.program.singles.push(Single { one, min, max, follow: None });
        self.emit(inst(self.program.singles.len() as u32 - 1));
        Ok(next)
    }

    fn repeat(&mut self, at: usize, end: usize) -> Result<usize> {
        let until = self.skip(at, end)?;
        let (min, max) = self.bounds(at + 1, until)?;
        let greedy = match self.op(until, end)? {
            Op::MaxUntil => true,
            Op::MinUntil => false,
            _ => return Err(InvalidCode),
        };
        if min == 0 && max == 1 {
            // No loop: nothing to count, and an empty body is tried once.
            let inst = self.emit(Inst::Fail);
            self.block(at + 3, until)?;
            let target = self.here();
            self.program.insts[inst] =
                if greedy { Inst::Optional(target) } else { Inst::Skip(target) };
            return Ok(until + 1);
        }
        let id = self.add_repeat(min, max);
        self.emit(Inst::Enter(id));
        self.loop_body(id, at + 3, until)?;
        let until_inst = if greedy { Inst::MaxUntil(id) } else { Inst::MinUntil(id) };
        self.emit(until_inst);
        Ok(until + 1)
    }

    fn possessive_repeat(&mut self, at: usize, end: usize) -> Result<usize> {
        let next = self.skip(at, end)?;
        let (min, max) = self.bounds(at + 1, next)?;
        self.expect(next, Op::Success)?;
        if next >= end {
            return Err(InvalidCode);
        }
        let id = self.add_repeat(min, max);
        self.emit(Inst::PossessiveEnter(id));
        self.loop_body(id, at + 3, next)?;
        self.emit(Inst::PossessiveEnd(id));
        Ok(next + 1)
    }

    fn add_repeat(&mut self, min: u32, max: u32) -> u32 {
        let repeat = Repeat { min, max, body: 0, until: 0, nested: self.loops > 0 };
        self.program.repeats.push(repeat);
        self.program.repeats.len() as u32 - 1
    }

    fn loop_body(&mut self, id: u32, at: usize, end: usize) -> Result<()> {
        let body = self.here();
        if at > end {
            return Err(InvalidCode);
        }
        self.loops += 1;
        self.block(at, end)?;
        self.loops -= 1;
        let until = self.here();
        let repeat = &mut self.program.repeats[id as usize];
        (repeat.body, repeat.until) = (body, until);
        Ok(())
    }

    fn look(&mut self, at: usize, end: usize, negative: bool) -> Result<usize> {
        let next = self.skip(at, end)?;
        let back = self.word(at + 1, next)?;
        if back & 0x8000_0000 != 0 {
            return Err(InvalidCode);
        }
        let id = self.program.looks.len();
        self.program.looks.push(Look { back, end: 0 });
        self.emit(if negative { Inst::NotLook(id as u32) } else { Inst::Look(id as u32) });
        self.success_block(at + 2, next)?;
        self.emit(if negative { Inst::NotLookEnd } else { Inst::LookEnd });
        self.program.looks[id].end = self.here();
        Ok(next)
    }

    /// `skip body.. Jump end`, again and again, and a 0 where a skip would be.
    fn branch(&mut self, mut at: usize, end: usize) -> Result<usize> {
        let mut current = self.add_branch();
        let mut jumps = Vec::new();
        let mut target = None;
        while self.word(at, end)? != 0 {
            let next = self.skip(at, end)?;
            // The alternative ends with a jump of two words.
            let jump = next.checked_sub(2).filter(|&jump| jump > at).ok_or(InvalidCode)?;
            self.expect(jump, Op::Jump)?;
            let jump_target = self.skip(jump + 1, end)?;
            if *target.get_or_insert(jump_target) != jump_target {
                return Err(InvalidCode);
            }
            if self.program.branches[current].targets.len() == Branch::MAX - 1
                && self.word(next, end)? != 0
            {
                // The last alternative is another branch instruction.
                let more = self.here();
                self.program.branches[current].targets.push(more);
                current = self.add_branch();
            }
            let start = self.here();
            self.program.branches[current].targets.push(start);
            self.block(at + 1, jump)?;
            jumps.push(self.emit(Inst::Fail));
            at = next;
        }
        // Jumps lead behind the closing 0.
        if target.is_some_and(|target| target != at + 1) {
            return Err(InvalidCode);
        }
        let after = self.here();
        for jump in jumps {
            self.program.insts[jump] = Inst::Jump(after);
        }
        Ok(at + 1)
    }

    fn add_branch(&mut self) -> usize {
        let id = self.program.branches.len();
        self.program.branches.push(Branch {
            targets: Vec::new(),
            candidates: Box::new([0; 257]),
            at_end: 0,
        });
        self.emit(Inst::Branch(id as u32));
        id
    }

    /// `group skip yes..`, or with an alternative `group skip yes.. Jump skip no..`.
    fn group_exists(&mut self, at: usize, end: usize) -> Result<usize> {
        let group = self.group(at, end)?;
        // This skip alone counts from the word before it.
        let no = at.checked_add(self.word(at + 1, end)? as usize).ok_or(InvalidCode)?;
        if no < at + 2 || no > end {
            return Err(InvalidCode);
        }
        let id = self.program.exists.len();
        self.program.exists.push((group, 0));
        self.emit(Inst::GroupExists(id as u32));
        let mut next = at + 2;
        while next < no {
            if next + 2 == no && self.op(next, no)? == Op::Jump {
                let after = self.skip(next + 1, end)?;
                let jump = self.emit(Inst::Fail);
                self.program.exists[id].1 = self.here();
                self.block(no, after)?;
                self.program.insts[jump] = Inst::Jump(self.here());
                return Ok(after);
            }
            self.depth += 1;
            if self.depth > MAX_DEPTH {
                return Err(InvalidCode);
            }
            next = self.construct(next, no)?;
            self.depth -= 1;
        }
        if next != no {
            return Err(InvalidCode);
        }
        self.program.exists[id].1 = self.here();
        Ok(no)
    }

    /// The pattern's width and prefix: checked, not used, as `Start` knows better.
    fn info(&mut self, at: usize, end: usize) -> Result<usize> {
        let next = self.skip(at, end)?;
        let flags = self.word(at + 1, next)?;
        self.word(at + 3, next)?;
        let prefix = flags & info::PREFIX != 0;
        let in_set = flags & info::CHARSET != 0;
        if flags & !(info::PREFIX | info::LITERAL | info::CHARSET) != 0
            || prefix && in_set
            || flags & info::LITERAL != 0 && !prefix
        {
            return Err(InvalidCode);
        }
        let mut rest = at + 4;
        if prefix {
            let len = self.word(rest, next)? as usize;
            self.word(rest + 1, next)?;
            rest += 2;
            let overlap = rest.checked_add(len).filter(|&o| o <= next).ok_or(InvalidCode)?;
            rest = overlap.checked_add(len).filter(|&r| r <= next).ok_or(InvalidCode)?;
            if self.code[overlap..rest].iter().any(|&word| word as usize >= len) {
                return Err(InvalidCode);
            }
        }
        if in_set {
            charset::check(&self.code[rest..next]).ok_or(InvalidCode)?;
            rest = next;
        }
        if rest == next { Ok(next) } else { Err(InvalidCode) }
    }
}

fn literal_one(ch: u32) -> One {
    if ch < 0x80 { One::Byte(ch as u8) } else { One::Char(ch) }
}

/// Whether a count is without limit.
pub(crate) fn unlimited(max: u32) -> bool {
    max == MAXREPEAT
}
