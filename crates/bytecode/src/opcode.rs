//! The [`Opcode`] enum and what one can ask about an instruction, expanded from the table.
//!
//! Real instructions (and CPython's specialised and instrumented forms, and our executed-only ones)
//! have numbers below 256 and fit a code unit; pseudo instructions start at 256 and live only in
//! the compiler's flow graph.

use bitflags::bitflags;

bitflags! {
    /// What is true of an instruction whatever its operand.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct OpFlags: u16 {
        /// The operand selects a constant.
        const CONST = 1;
        /// The operand selects a name.
        const NAME = 1 << 1;
        /// The operand selects a local variable.
        const LOCAL = 1 << 2;
        /// The operand selects a cell or free variable.
        const FREE = 1 << 3;
        /// The operand is a jump distance (a label for pseudo instructions).
        const JUMP = 1 << 4;
        /// Pushes an exception handler (pseudo instructions only).
        const EXC = 1 << 5;
        /// May raise.
        const ERROR = 1 << 6;
        /// May run other code: finalisers, Python functions.
        const ESCAPES = 1 << 7;
        /// Looks at the eval breaker.
        const EVAL_BREAK = 1 << 8;
        /// Has no effect but on the stack.
        const PURE = 1 << 9;
        /// Leaves the frame: control never reaches what follows.
        const SCOPE_EXIT = 1 << 10;
        /// Jumps always: control never reaches what follows.
        const TERMINATOR = 1 << 11;
    }
}

/// What an operand means, so that one decoder serves the printer, the verifier and the emitter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operand {
    /// No operand; the byte is ignored.
    None,
    /// A number of stack items.
    Count,
    /// A place on the stack, 1 being the top after the instruction's own operands.
    Depth,
    /// A number to push.
    SmallInt,
    /// Index into the constants.
    Const,
    /// Index into the names.
    Name,
    /// Name index << 1, bit 0: also push NULL.
    Global,
    /// Name index << 1, bit 0: load for a method call.
    Attr,
    /// Name index << 2, bit 0: load for a method call, bit 1: `super` has two arguments.
    SuperAttr,
    /// Index into localsplus.
    Local,
    /// Two localsplus indices below 16: first << 4, second.
    LocalPair,
    /// Index into localsplus of a cell or free variable.
    Cell,
    /// Units ahead of the end of the instruction.
    JumpForward,
    /// Units back from the end of the instruction.
    JumpBackward,
    /// A label of the flow graph (pseudo instructions only).
    Target,
    /// [`BinaryOp`](crate::oparg::BinaryOp).
    BinaryOp,
    /// [`CompareOp`](crate::oparg::CompareOp), packed.
    CompareOp,
    /// 1 negates the test.
    Invert,
    /// [`Intrinsic1`](crate::oparg::Intrinsic1).
    Intrinsic1,
    /// [`Intrinsic2`](crate::oparg::Intrinsic2).
    Intrinsic2,
    /// [`CommonConstant`](crate::oparg::CommonConstant).
    CommonConstant,
    /// [`SpecialMethod`](crate::oparg::SpecialMethod).
    SpecialMethod,
    /// [`Conversion`](crate::oparg::Conversion).
    Conversion,
    /// [`FunctionAttribute`](crate::oparg::FunctionAttribute).
    FunctionAttribute,
    /// Bit 0: a format spec is on the stack; bits 2..: a conversion.
    Interpolation,
    /// 2 or 3 parts.
    Slice,
    /// Low byte: values before the starred one, the rest: after it.
    UnpackEx,
    /// 0, 1 or 2 values.
    Raise,
    /// 0, or how deep the saved instruction index lies.
    Reraise,
    /// [`Resume`](crate::oparg::Resume), packed.
    Resume,
    /// 1 when the yield passes on a value of `yield from` or `await`.
    Yield,
    /// Where the awaitable comes from: 0 `await`, 1 `__aenter__`, 2 `__aexit__`.
    Awaitable,
    /// High bits of the next instruction's operand.
    Prefix,
}

impl Operand {
    /// How many kinds there are.
    pub const COUNT: usize = Operand::Prefix as usize + 1;
}

/// How many stack items an instruction pops or pushes, as a function of its operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Always this many.
    Fixed(u8),
    /// This many and the operand.
    Arg(u8),
    /// This many and twice the operand.
    TwiceArg(u8),
    /// This many and bit 0 of the operand.
    LowBit(u8),
    /// One and both bytes of the operand.
    UnpackEx,
}

impl Effect {
    /// The number of items for an operand; wraps like C where the operand is absurd.
    #[inline]
    pub const fn of(self, oparg: i32) -> i32 {
        match self {
            Effect::Fixed(n) => n as i32,
            Effect::Arg(n) => oparg.wrapping_add(n as i32),
            Effect::TwiceArg(n) => oparg.wrapping_mul(2).wrapping_add(n as i32),
            Effect::LowBit(n) => (oparg & 1) + n as i32,
            Effect::UnpackEx => 1 + (oparg & 0xFF) + (oparg >> 8),
        }
    }
}

/// The section of the table that an instruction stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpKind {
    /// May stand in `co_code`.
    Real,
    /// CPython's specialised form of a real instruction.
    Specialized,
    /// Ours, in the executed copy of code only.
    Executed,
    /// The form of a real instruction that reports events first.
    Instrumented,
    /// Only in the compiler's flow graph.
    Pseudo,
    /// A number that nothing has.
    Unused,
}

/// A row of the table.
#[derive(Clone, Copy, Debug)]
pub struct OpInfo {
    /// CPython's name.
    pub name: &'static str,
    /// The row's documentation, one line per entry.
    pub doc: &'static [&'static str],
    pub kind: OpKind,
    /// The real instruction that this one is a form of; itself for real and pseudo ones.
    pub base: Opcode,
    pub operand: Operand,
    pub popped: Effect,
    pub pushed: Effect,
    /// Names and widths, in code units, of the inline cache's fields.
    pub cache: &'static [(&'static str, u8)],
    pub flags: OpFlags,
}

/// One more than the largest number of a pseudo instruction.
pub const OPCODE_LIMIT: usize = 267;

macro_rules! flags {
    () => { OpFlags::empty() };
    ($($flag:ident)|+) => { OpFlags::empty()$(.union(OpFlags::$flag))+ };
}

macro_rules! define_opcodes {
    (
        real { $($(#[doc = $rdoc:literal])* $real:ident $rfn:ident $rname:ident = $rnum:literal,
            $roperand:ident, $rpop:expr => $rpush:expr,
            [$($field:ident: $units:literal),*], [$($($rflag:ident)|+)?];)* }
        specialized { $($(#[doc = $sdoc:literal])* $spec:ident $sfn:ident $sname:ident = $snum:literal, of $sbase:ident;)* }
        executed { $($(#[doc = $edoc:literal])* $exec:ident $efn:ident $ename:ident = $enum_:literal, of $ebase:ident;)* }
        instrumented { $($(#[doc = $idoc:literal])* $instr:ident $ifn:ident $iname:ident = $inum:literal, of $ibase:ident;)* }
        pseudo { $($(#[doc = $pdoc:literal])* $pseudo:ident $pfn:ident $pname:ident = $pnum:literal,
            $poperand:ident, $ppop:expr => $ppush:expr, [$($($pflag:ident)|+)?];)* }
    ) => {
        /// An instruction of CPython 3.14, by its number.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u16)]
        pub enum Opcode {
            $($(#[doc = $rdoc])* $real = $rnum,)*
            $($(#[doc = $sdoc])* $spec = $snum,)*
            $($(#[doc = $edoc])* $exec = $enum_,)*
            $($(#[doc = $idoc])* $instr = $inum,)*
            $($(#[doc = $pdoc])* $pseudo = $pnum,)*
        }

        /// Every instruction in the order of the table.
        pub const ALL: &[Opcode] = &[
            $(Opcode::$real,)* $(Opcode::$spec,)* $(Opcode::$exec,)* $(Opcode::$instr,)*
            $(Opcode::$pseudo,)*
        ];

        const fn build_info() -> [OpInfo; OPCODE_LIMIT] {
            use Effect::*;
            let mut table = [UNUSED; OPCODE_LIMIT];
            $(table[$rnum] = OpInfo {
                name: stringify!($rname),
                doc: &[$($rdoc),*],
                kind: OpKind::Real,
                base: Opcode::$real,
                operand: Operand::$roperand,
                popped: $rpop,
                pushed: $rpush,
                cache: &[$((stringify!($field), $units)),*],
                flags: flags!($($($rflag)|+)?),
            };)*
            $(table[$snum] = OpInfo {
                name: stringify!($sname), doc: &[$($sdoc),*], kind: OpKind::Specialized,
                ..table[Opcode::$sbase as usize]
            };)*
            $(table[$enum_] = OpInfo {
                name: stringify!($ename), doc: &[$($edoc),*], kind: OpKind::Executed,
                ..table[Opcode::$ebase as usize]
            };)*
            $(table[$inum] = OpInfo {
                name: stringify!($iname), doc: &[$($idoc),*], kind: OpKind::Instrumented,
                ..table[Opcode::$ibase as usize]
            };)*
            $(table[$pnum] = OpInfo {
                name: stringify!($pname),
                doc: &[$($pdoc),*],
                kind: OpKind::Pseudo,
                base: Opcode::$pseudo,
                operand: Operand::$poperand,
                popped: $ppop,
                pushed: $ppush,
                cache: &[],
                flags: flags!($($($pflag)|+)?),
            };)*
            table
        }
    };
}
crate::for_each_op!(define_opcodes);

const UNUSED: OpInfo = OpInfo {
    name: "",
    doc: &[],
    kind: OpKind::Unused,
    base: Opcode::Cache,
    operand: Operand::None,
    popped: Effect::Fixed(0),
    pushed: Effect::Fixed(0),
    cache: &[],
    flags: OpFlags::empty(),
};

/// The rows by number; numbers that nothing has are [`OpKind::Unused`].
pub static INFO: [OpInfo; OPCODE_LIMIT] = build_info();

static BY_NUMBER: [Option<Opcode>; OPCODE_LIMIT] = {
    let mut table = [None; OPCODE_LIMIT];
    let mut i = 0;
    while i < ALL.len() {
        assert!(table[ALL[i] as usize].is_none(), "two instructions have one number");
        table[ALL[i] as usize] = Some(ALL[i]);
        i += 1;
    }
    table
};

/// Inline-cache units by opcode byte.
pub static CACHES: [u8; 256] = {
    let info = build_info();
    let mut table = [0; 256];
    let mut i = 0;
    while i < 256 {
        let mut field = 0;
        while field < info[i].cache.len() {
            table[i] += info[i].cache[field].1;
            field += 1;
        }
        i += 1;
    }
    table
};

/// The base instruction's byte for specialised and executed-only bytes, any other byte itself.
pub static DEOPT: [u8; 256] = {
    let info = build_info();
    let mut table = [0; 256];
    let mut i = 0;
    while i < 256 {
        table[i] = match info[i].kind {
            OpKind::Specialized | OpKind::Executed => info[i].base as u8,
            _ => i as u8,
        };
        i += 1;
    }
    table
};

/// Instructions with a number above this have an operand (pseudo and instrumented ones vary).
pub const HAVE_ARGUMENT: u8 = 43;
/// The smallest number of an instrumented instruction.
pub const MIN_INSTRUMENTED_OPCODE: u8 = 234;

impl Opcode {
    /// The row of the table.
    #[inline]
    pub fn info(self) -> &'static OpInfo {
        &INFO[self as usize]
    }

    /// The instruction with a code unit's opcode byte.
    #[inline]
    pub fn from_byte(byte: u8) -> Option<Opcode> {
        BY_NUMBER[byte as usize]
    }

    /// The instruction with a number, pseudo instructions included.
    pub fn from_number(number: u32) -> Option<Opcode> {
        BY_NUMBER.get(number as usize).copied().flatten()
    }

    pub fn from_name(name: &str) -> Option<Opcode> {
        ALL.iter().copied().find(|op| op.name() == name)
    }

    /// The opcode byte; pseudo instructions have none.
    #[inline]
    pub const fn byte(self) -> u8 {
        debug_assert!((self as u16) < 256, "a pseudo instruction has no opcode byte");
        self as u16 as u8
    }

    pub fn name(self) -> &'static str {
        self.info().name
    }

    /// Inline-cache units that follow the instruction.
    #[inline]
    pub fn caches(self) -> usize {
        if self.is_pseudo() { 0 } else { CACHES[self as usize & 0xFF] as usize }
    }

    #[inline]
    pub const fn is_pseudo(self) -> bool {
        self as u16 >= 256
    }

    pub fn is_instrumented(self) -> bool {
        self.info().kind == OpKind::Instrumented
    }

    /// May it stand in the `co_code` that Python sees?
    pub fn is_real(self) -> bool {
        self.info().kind == OpKind::Real
    }

    /// The instruction that a specialised or executed-only one came from, others themselves.
    pub fn deopt(self) -> Opcode {
        match self.info().kind {
            OpKind::Specialized | OpKind::Executed => self.info().base,
            _ => self,
        }
    }

    /// As [`deopt`](Self::deopt), and the plain form of instrumented instructions.
    pub fn base(self) -> Opcode {
        self.info().base
    }

    pub fn has_arg(self) -> bool {
        self.info().operand != Operand::None
    }
    pub fn has_const(self) -> bool {
        self.info().flags.contains(OpFlags::CONST)
    }
    pub fn has_name(self) -> bool {
        self.info().flags.contains(OpFlags::NAME)
    }
    pub fn has_local(self) -> bool {
        self.info().flags.contains(OpFlags::LOCAL)
    }
    pub fn has_free(self) -> bool {
        self.info().flags.contains(OpFlags::FREE)
    }
    pub fn has_jump(self) -> bool {
        self.info().flags.contains(OpFlags::JUMP)
    }
    /// Does it push an exception handler (pseudo instructions)?
    pub fn is_block_push(self) -> bool {
        self.info().flags.contains(OpFlags::EXC)
    }
    pub fn has_error(self) -> bool {
        self.info().flags.contains(OpFlags::ERROR)
    }
    pub fn has_eval_break(self) -> bool {
        self.info().flags.contains(OpFlags::EVAL_BREAK)
    }
    pub fn is_pure(self) -> bool {
        self.info().flags.contains(OpFlags::PURE)
    }
    pub fn escapes(self) -> bool {
        self.info().flags.contains(OpFlags::ESCAPES)
    }
    /// Does control leave the frame here?
    pub fn is_scope_exit(self) -> bool {
        self.info().flags.contains(OpFlags::SCOPE_EXIT)
    }
    pub fn is_unconditional_jump(self) -> bool {
        self.info().flags.contains(OpFlags::TERMINATOR)
    }
    /// Does control never reach the next instruction?
    pub fn is_terminator(self) -> bool {
        self.info().flags.intersects(OpFlags::SCOPE_EXIT.union(OpFlags::TERMINATOR))
    }

    /// Stack items that the instruction takes.
    #[inline]
    pub fn popped(self, oparg: i32) -> i32 {
        self.info().popped.of(oparg)
    }

    /// Stack items that the instruction leaves.
    #[inline]
    pub fn pushed(self, oparg: i32) -> i32 {
        self.info().pushed.of(oparg)
    }

    /// Change of the stack's depth as `dis.stack_effect` tells it: `jump` is whether the jump is
    /// taken, `None` the larger of both. Specialised forms have none.
    pub fn stack_effect(self, oparg: i32, jump: Option<bool>) -> Option<i32> {
        let info = self.info();
        match info.kind {
            OpKind::Specialized | OpKind::Executed | OpKind::Unused => None,
            _ if self.is_block_push() && jump == Some(false) => Some(0),
            _ => Some(info.pushed.of(oparg).wrapping_sub(info.popped.of(oparg))),
        }
    }

    /// The unit that a jump at `unit` (that of the opcode itself, after any prefix) leads to.
    /// `None` when it is no jump or leads before the start.
    pub fn jump_target(self, unit: usize, oparg: u32) -> Option<usize> {
        let next = unit + 1 + self.caches();
        match self.info().operand {
            Operand::JumpForward => next.checked_add(oparg as usize),
            Operand::JumpBackward => next.checked_sub(oparg as usize),
            _ => None,
        }
    }
}

/// A number that no instruction has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownOpcode(pub u32);

impl TryFrom<u8> for Opcode {
    type Error = UnknownOpcode;
    fn try_from(byte: u8) -> Result<Opcode, UnknownOpcode> {
        Opcode::from_byte(byte).ok_or(UnknownOpcode(byte.into()))
    }
}

impl TryFrom<u16> for Opcode {
    type Error = UnknownOpcode;
    fn try_from(number: u16) -> Result<Opcode, UnknownOpcode> {
        Opcode::from_number(number.into()).ok_or(UnknownOpcode(number.into()))
    }
}

impl std::fmt::Display for Opcode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.name())
    }
}
