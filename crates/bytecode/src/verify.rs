//! Proves foreign code safe to run, in time linear in its length for anything a compiler makes.
//!
//! What holds of verified code, and what handlers may therefore leave unchecked:
//! * every unit that control reaches starts a known, real instruction whose prefixes and caches are
//!   whole; control never runs off the end;
//! * operands index existing constants, names and slots of the right kind, and enumerations hold
//!   known values;
//! * the stack has one depth at each instruction, never below 0 nor above `stacksize`; wherever a
//!   handler covers, it is at least the handler's depth, without what the instruction consumes;
//! * an instruction never finds NULL where it does not allow for it: only the `self` slot of calls,
//!   keyword arguments of CALL_FUNCTION_EX, and what COPY, SWAP, POP_TOP and STORE_FAST touch;
//! * FOR_ITER's target is an END_FOR; generator-like code starts with RETURN_GENERATOR (after cell
//!   making), nothing leads back to it, and YIELD_VALUE stands in no other code;
//! * unless [`Verified::needs_counted_loads`], a reference from LOAD_FAST_BORROW leaves the stack
//!   before its local changes, provided that only the instructions of shapes `Keep`, `KeepLower`,
//!   `Into`, `LoadMethod`, `LoadSpecial`, `MoveDown`, `PushExcInfo`, `ForIter`, `Send`,
//!   `WithExceptStart`, `Copy` and `Swap` leave an operand on the stack as it came, and all others
//!   count what they push;
//! * unless [`Verified::needs_checked_loads`], LOAD_FAST and its relatives find their local bound.
//!
//! What is not proved, so that handlers must look: the types of operands (that LIST_APPEND's target
//! is a list, a jump's condition a bool, CALL_KW's names a tuple no longer than the arguments, that
//! the exception instructions find exceptions and RERAISE an instruction index, that a cell slot
//! holds a cell, or anything), and whether the frame has a namespace.

mod flow;
mod scan;

use crate::code::{CodeFlags, LocalKind, RawCode};
use crate::opcode::{Effect, INFO, OpKind, Opcode, Operand};

/// What the verifier looks at.
#[derive(Clone, Copy, Debug)]
pub struct Parts<'a> {
    pub code: &'a [u8],
    /// How many constants and names there are.
    pub consts: usize,
    pub names: usize,
    pub localspluskinds: &'a [LocalKind],
    pub argcount: u32,
    pub posonlyargcount: u32,
    pub kwonlyargcount: u32,
    pub stacksize: u32,
    pub flags: CodeFlags,
    pub exceptiontable: &'a [u8],
}

impl<'a> From<&'a RawCode> for Parts<'a> {
    fn from(code: &'a RawCode) -> Parts<'a> {
        Parts {
            code: &code.code,
            consts: code.consts.len(),
            names: code.names.len(),
            localspluskinds: &code.localspluskinds,
            argcount: code.argcount,
            posonlyargcount: code.posonlyargcount,
            kwonlyargcount: code.kwonlyargcount,
            stacksize: code.stacksize,
            flags: code.flags,
            exceptiontable: &code.exceptiontable,
        }
    }
}

/// What was found out about good code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verified {
    /// The deepest the stack gets.
    pub max_depth: u32,
    /// A borrowed reference may outlive its local: run LOAD_FAST_BORROW as LOAD_FAST.
    pub needs_counted_loads: bool,
    /// A local may be unbound where LOAD_FAST reads it: run it as LOAD_FAST_CHECK.
    pub needs_checked_loads: bool,
    /// Code unit of the first RESUME, the number of units if there is none.
    pub first_traceable: u32,
}

/// Why code is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VerifyError {
    /// Byte offset of the instruction concerned.
    pub offset: usize,
    pub what: &'static str,
}

impl std::fmt::Display for VerifyError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "invalid code at offset {}: {}", self.offset, self.what)
    }
}

impl std::error::Error for VerifyError {}

fn fail<T>(unit: usize, what: &'static str) -> Result<T, VerifyError> {
    Err(VerifyError { offset: unit * 2, what })
}

/// Checks code and the tables it depends on.
pub fn verify(parts: &Parts<'_>) -> Result<Verified, VerifyError> {
    let layout = scan::scan(parts)?;
    flow::run(parts, layout)
}

/// How an instruction treats the stack beyond popping values and pushing values.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Plain,
    Load,
    LoadBorrow,
    LoadPair,
    LoadBorrowPair,
    LoadCheck,
    LoadClear,
    Store,
    StoreLoad,
    StoreStore,
    Delete,
    MakeCell,
    CopyFreeVars,
    Copy,
    Swap,
    PopTop,
    PushNull,
    LoadGlobal,
    /// Pops `popped`, pushes a method and the last operand or NULL, if bit 0 says so.
    LoadMethod,
    LoadSpecial,
    Call,
    CallKw,
    CallEx,
    WithExceptStart,
    /// The operands stay where they are; more is pushed.
    Keep,
    /// The topmost values go into a container below.
    Into,
    Reraise,
    /// The top moves down one place.
    MoveDown,
    PushExcInfo,
    ConditionalJump,
    Jump,
    ForIter,
    UnpackEx,
    /// The lower of two operands stays, the top is replaced.
    KeepLower,
    /// As `KeepLower`, and forks.
    Send,
    /// Never runs, or not in code of one's own.
    Forbidden,
}

/// [`Effect`] without branches, but for UNPACK_EX, whose shape is its own.
#[derive(Clone, Copy)]
struct Amount {
    base: u8,
    shift: u8,
    mask: u32,
}

impl Amount {
    const fn new(effect: Effect) -> Amount {
        match effect {
            Effect::Fixed(base) => Amount { base, shift: 0, mask: 0 },
            Effect::Arg(base) => Amount { base, shift: 0, mask: !0 },
            Effect::TwiceArg(base) => Amount { base, shift: 1, mask: !0 },
            Effect::LowBit(base) => Amount { base, shift: 0, mask: 1 },
            Effect::UnpackEx => Amount { base: 1, shift: 0, mask: 0xFF },
        }
    }

    #[inline]
    fn count(self, arg: u32) -> u64 {
        u64::from(self.base) + (u64::from(arg & self.mask) << self.shift)
    }
}

/// The table's row in the form that the verifier reads.
#[derive(Clone, Copy)]
struct Row {
    shape: Shape,
    operand: Operand,
    /// Low bits of the operand that are no part of what has a limit.
    operand_shift: u8,
    popped: Amount,
    pushed: Amount,
    caches: u8,
    ends: bool,
    /// There is more to the operand than a limit: a kind of variable, a jump.
    odd_operand: bool,
}

impl Row {
    /// How many places from the top down the instruction may have emptied when it raises.
    fn consumed(&self, arg: u32) -> u64 {
        match self.shape {
            Shape::Keep | Shape::ForIter | Shape::WithExceptStart | Shape::PushExcInfo => 0,
            Shape::Copy | Shape::Swap => 0,
            Shape::Into => self.popped.count(arg) - self.pushed.count(arg),
            Shape::Reraise | Shape::Send | Shape::KeepLower => 1,
            // What is thrown in finds the place of the yielded value filled again.
            _ if self.operand == Operand::Yield => 0,
            _ => self.popped.count(arg),
        }
    }
}

static ROWS: [Row; 256] = {
    let forbidden = Row {
        shape: Shape::Forbidden,
        operand: Operand::None,
        operand_shift: 0,
        popped: Amount::new(Effect::Fixed(0)),
        pushed: Amount::new(Effect::Fixed(0)),
        caches: 0,
        ends: false,
        odd_operand: false,
    };
    let mut rows = [forbidden; 256];
    let mut i = 0;
    while i < 256 {
        let info = &INFO_CONST[i];
        if let OpKind::Real = info.kind {
            let ends = info.flags.bits()
                & (crate::OpFlags::SCOPE_EXIT.bits() | crate::OpFlags::TERMINATOR.bits())
                != 0;
            rows[i] = Row {
                shape: shape(info.base),
                operand: info.operand,
                operand_shift: match info.operand {
                    Operand::Global | Operand::Attr => 1,
                    Operand::SuperAttr | Operand::Interpolation => 2,
                    Operand::LocalPair => 4,
                    Operand::CompareOp => 5,
                    _ => 0,
                },
                popped: Amount::new(info.popped),
                pushed: Amount::new(info.pushed),
                caches: crate::opcode::CACHES[i],
                ends,
                odd_operand: matches!(
                    info.operand,
                    Operand::LocalPair
                        | Operand::Cell
                        | Operand::Depth
                        | Operand::Slice
                        | Operand::Intrinsic1
                        | Operand::Intrinsic2
                        | Operand::Conversion
                        | Operand::FunctionAttribute
                        | Operand::JumpForward
                        | Operand::JumpBackward
                ) || matches!(info.base, Opcode::CopyFreeVars),
            };
        }
        i += 1;
    }
    rows
};

static INFO_CONST: &[crate::OpInfo; crate::opcode::OPCODE_LIMIT] = &INFO;

const fn shape(op: Opcode) -> Shape {
    match op {
        Opcode::LoadFast => Shape::Load,
        Opcode::LoadFastBorrow => Shape::LoadBorrow,
        Opcode::LoadFastLoadFast => Shape::LoadPair,
        Opcode::LoadFastBorrowLoadFastBorrow => Shape::LoadBorrowPair,
        Opcode::LoadFastCheck => Shape::LoadCheck,
        Opcode::LoadFastAndClear => Shape::LoadClear,
        Opcode::StoreFast => Shape::Store,
        Opcode::StoreFastLoadFast => Shape::StoreLoad,
        Opcode::StoreFastStoreFast => Shape::StoreStore,
        Opcode::DeleteFast => Shape::Delete,
        Opcode::MakeCell => Shape::MakeCell,
        Opcode::CopyFreeVars => Shape::CopyFreeVars,
        Opcode::Copy => Shape::Copy,
        Opcode::Swap => Shape::Swap,
        Opcode::PopTop => Shape::PopTop,
        Opcode::PushNull => Shape::PushNull,
        Opcode::LoadGlobal => Shape::LoadGlobal,
        Opcode::LoadAttr | Opcode::LoadSuperAttr => Shape::LoadMethod,
        Opcode::LoadSpecial => Shape::LoadSpecial,
        Opcode::Call => Shape::Call,
        Opcode::CallKw => Shape::CallKw,
        Opcode::CallFunctionEx => Shape::CallEx,
        Opcode::WithExceptStart => Shape::WithExceptStart,
        Opcode::GetAnext
        | Opcode::GetLen
        | Opcode::GetYieldFromIter
        | Opcode::ImportFrom
        | Opcode::MatchKeys
        | Opcode::MatchMapping
        | Opcode::MatchSequence => Shape::Keep,
        Opcode::DictMerge
        | Opcode::DictUpdate
        | Opcode::ListAppend
        | Opcode::ListExtend
        | Opcode::MapAdd
        | Opcode::SetAdd
        | Opcode::SetUpdate => Shape::Into,
        Opcode::Reraise => Shape::Reraise,
        Opcode::EndSend | Opcode::SetFunctionAttribute => Shape::MoveDown,
        Opcode::PushExcInfo => Shape::PushExcInfo,
        Opcode::PopJumpIfFalse
        | Opcode::PopJumpIfTrue
        | Opcode::PopJumpIfNone
        | Opcode::PopJumpIfNotNone => Shape::ConditionalJump,
        Opcode::JumpForward | Opcode::JumpBackward | Opcode::JumpBackwardNoInterrupt => Shape::Jump,
        Opcode::ForIter => Shape::ForIter,
        Opcode::UnpackEx => Shape::UnpackEx,
        Opcode::Send => Shape::Send,
        Opcode::CheckExcMatch => Shape::KeepLower,
        // The first two are no instructions, the others end frames that are not Python code's.
        Opcode::Cache | Opcode::Reserved | Opcode::InterpreterExit | Opcode::ExitInitCheck => {
            Shape::Forbidden
        }
        _ => Shape::Plain,
    }
}

#[cfg(test)]
mod tests;
