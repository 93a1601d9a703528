//! The words of compiled patterns, as `Lib/re/_constants.py` numbers them.

/// The version of the code format; `re._compiler` asserts that it is its own.
pub const MAGIC: u32 = 20230612;
/// Bytes of a code word.
pub const CODESIZE: usize = 4;
/// The repeat count that means "without limit".
pub const MAXREPEAT: u32 = u32::MAX;
/// The number of groups that a pattern may have.
pub const MAXGROUPS: u32 = i32::MAX as u32 / 2;

macro_rules! codes {
    ($(#[$doc:meta])* $name:ident: $($variant:ident)*) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum $name { $($variant),* }

        impl $name {
            pub(crate) fn from_word(word: u32) -> Option<Self> {
                const ALL: &[$name] = &[$($name::$variant),*];
                ALL.get(word as usize).copied()
            }
        }
    };
}

codes! {
    /// Operators.
    Op:
    Failure Success
    Any AnyAll
    Assert AssertNot
    At
    Branch
    Category
    Charset BigCharset
    GroupRef GroupRefExists
    In
    Info
    Jump
    Literal
    Mark
    MaxUntil
    MinUntil
    NotLiteral
    Negate
    Range
    Repeat
    RepeatOne
    Subpattern
    MinRepeatOne
    AtomicGroup
    PossessiveRepeat
    PossessiveRepeatOne
    GroupRefIgnore InIgnore LiteralIgnore NotLiteralIgnore
    GroupRefLocIgnore InLocIgnore LiteralLocIgnore NotLiteralLocIgnore
    GroupRefUniIgnore InUniIgnore LiteralUniIgnore NotLiteralUniIgnore
    RangeUniIgnore
}

codes! {
    /// Positions that `Op::At` asks for.
    At:
    Beginning BeginningLine BeginningString
    Boundary NonBoundary
    End EndLine EndString
    LocBoundary LocNonBoundary
    UniBoundary UniNonBoundary
}

codes! {
    /// Classes of characters; each second one is the complement of the one before.
    Category:
    Digit NotDigit
    Space NotSpace
    Word NotWord
    Linebreak NotLinebreak
    LocWord LocNotWord
    UniDigit UniNotDigit
    UniSpace UniNotSpace
    UniWord UniNotWord
    UniLinebreak UniNotLinebreak
}

/// Bits of the `Op::Info` flags word.
pub(crate) mod info {
    pub(crate) const PREFIX: u32 = 1;
    pub(crate) const LITERAL: u32 = 2;
    pub(crate) const CHARSET: u32 = 4;
}
