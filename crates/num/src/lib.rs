//! Integers beyond a word: Python's `int` over dashu-int.
//!
//! [`BigInt`] knows Python's semantics (floor division, two's complement bits,
//! hash modulo 2^61-1, correctly rounded floats, 15-bit digits of marshal) and
//! nothing of Python's objects.  Two things stay true throughout:
//!
//! * No size that comes from a program can abort the process: an operation whose
//!   result would not fit in memory answers [`Error::TooBig`] before it starts.
//! * Work that may take longer than some tens of milliseconds takes a [`Poll`]
//!   and calls it between pieces, so that Ctrl-C stops `10**10**10`.
//!
//! There are no caches and no global state here.

mod arith;
mod bigint;
mod bits;
mod bytes;
mod float;
mod format;
mod huge;
mod modular;
mod parse;
mod pow;
mod roots;
#[cfg(test)]
mod tests;

pub use bigint::BigInt;
pub use bytes::{ByteOrder, BytesError};
pub use float::{f64_ratio, frexp, ldexp};
pub use format::i64_to_decimal;
pub use parse::{ParseError, parse_int};

/// The answer of a poll that wants the running operation to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interrupted;

/// Called between the pieces of long work; `Err` abandons it.
pub type Poll<'a> = dyn FnMut() -> Result<(), Interrupted> + 'a;

/// A poll for callers with nobody to interrupt them (the parser, tests).
pub fn never() -> Result<(), Interrupted> {
    Ok(())
}

/// Why an operation has no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error {
    /// The result would not fit in memory.
    TooBig,
    /// The poll asked to stop.
    Interrupted,
    /// The divisor or the modulus is zero.
    DivisionByZero,
    /// `pow(a, -n, m)`: `a` has no inverse modulo `m`.
    NotInvertible,
    /// The value or the quotient is beyond the range of a float.
    FloatOverflow,
    /// The operand must not be negative.
    Negative,
}

impl From<Interrupted> for Error {
    fn from(_: Interrupted) -> Error {
        Error::Interrupted
    }
}

pub type Result<T, E = Error> = core::result::Result<T, E>;
