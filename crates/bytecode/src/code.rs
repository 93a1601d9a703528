//! A code object's raw form: what the compiler makes, marshal carries and the vm turns into an
//! object. It holds bytes and numbers only.
//!
//! Counterpart of `_PyCodeConstructor`. Nothing here is checked: [`verify`](crate::verify) does
//! that before code runs.

use std::collections::HashSet;
use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Deref;
use std::sync::Arc;

use bitflags::bitflags;

/// A string as generalised UTF-8 (lone surrogates encoded on their own); cheap to clone.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RawStr(pub Arc<[u8]>);

impl RawStr {
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The text, unless it has lone surrogates.
    pub fn as_str(&self) -> Option<&str> {
        std::str::from_utf8(&self.0).ok()
    }
}

impl Deref for RawStr {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl From<&str> for RawStr {
    fn from(text: &str) -> RawStr {
        RawStr(text.as_bytes().into())
    }
}

impl From<String> for RawStr {
    fn from(text: String) -> RawStr {
        RawStr(text.into_bytes().into())
    }
}

impl From<&[u8]> for RawStr {
    fn from(bytes: &[u8]) -> RawStr {
        RawStr(bytes.into())
    }
}

impl From<Vec<u8>> for RawStr {
    fn from(bytes: Vec<u8>) -> RawStr {
        RawStr(bytes.into())
    }
}

impl fmt::Debug for RawStr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&String::from_utf8_lossy(&self.0), f)
    }
}

impl fmt::Display for RawStr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&String::from_utf8_lossy(&self.0))
    }
}

bitflags! {
    /// `co_flags`; unknown bits are kept.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    pub struct CodeFlags: u32 {
        const OPTIMIZED = 0x1;
        const NEWLOCALS = 0x2;
        const VARARGS = 0x4;
        const VARKEYWORDS = 0x8;
        const NESTED = 0x10;
        const GENERATOR = 0x20;
        const NOFREE = 0x40;
        const COROUTINE = 0x80;
        const ITERABLE_COROUTINE = 0x100;
        const ASYNC_GENERATOR = 0x200;
        const FUTURE_DIVISION = 0x2_0000;
        const FUTURE_ABSOLUTE_IMPORT = 0x4_0000;
        const FUTURE_WITH_STATEMENT = 0x8_0000;
        const FUTURE_PRINT_FUNCTION = 0x10_0000;
        const FUTURE_UNICODE_LITERALS = 0x20_0000;
        const FUTURE_BARRY_AS_BDFL = 0x40_0000;
        const FUTURE_GENERATOR_STOP = 0x80_0000;
        const FUTURE_ANNOTATIONS = 0x100_0000;
        const NO_MONITORING_EVENTS = 0x200_0000;
        const HAS_DOCSTRING = 0x400_0000;
        const METHOD = 0x800_0000;
        const _ = !0;
    }
}

impl CodeFlags {
    /// Does calling the function make a generator, coroutine or asynchronous generator?
    pub const GENERATOR_LIKE: CodeFlags =
        CodeFlags::GENERATOR.union(CodeFlags::COROUTINE).union(CodeFlags::ASYNC_GENERATOR);
}

bitflags! {
    /// What a slot of localsplus is.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    pub struct LocalKind: u8 {
        const ARG_POS = 0x02;
        const ARG_KW = 0x04;
        const ARG_VAR = 0x08;
        /// A comprehension's own variable, inlined into a class or module body.
        const HIDDEN = 0x10;
        const LOCAL = 0x20;
        const CELL = 0x40;
        const FREE = 0x80;
        const _ = !0;
    }
}

/// The parts of a code object.
#[derive(Clone, Debug)]
pub struct RawCode {
    /// Positional parameters, positional-only ones included.
    pub argcount: u32,
    pub posonlyargcount: u32,
    pub kwonlyargcount: u32,
    pub stacksize: u32,
    pub flags: CodeFlags,
    pub code: Box<[u8]>,
    pub consts: Vec<Const>,
    pub names: Vec<RawStr>,
    /// Locals, then cells that are not locals, then free variables.
    pub localsplusnames: Vec<RawStr>,
    pub localspluskinds: Vec<LocalKind>,
    pub filename: RawStr,
    pub name: RawStr,
    pub qualname: RawStr,
    pub firstlineno: i32,
    pub linetable: Box<[u8]>,
    pub exceptiontable: Box<[u8]>,
}

impl RawCode {
    /// Names of the slots that are locals (`co_varnames`).
    pub fn varnames(&self) -> impl Iterator<Item = &RawStr> {
        self.slots(LocalKind::LOCAL)
    }

    /// Names of the slots that are cells (`co_cellvars`).
    pub fn cellvars(&self) -> impl Iterator<Item = &RawStr> {
        self.slots(LocalKind::CELL)
    }

    /// Names of the slots that are free variables (`co_freevars`).
    pub fn freevars(&self) -> impl Iterator<Item = &RawStr> {
        self.slots(LocalKind::FREE)
    }

    fn slots(&self, kind: LocalKind) -> impl Iterator<Item = &RawStr> {
        let kinds = self.localspluskinds.iter();
        self.localsplusnames
            .iter()
            .zip(kinds)
            .filter(move |(_, k)| k.contains(kind))
            .map(|(n, _)| n)
    }
}

/// As `code.__eq__`: the file name and the qualified name do not count.
impl PartialEq for RawCode {
    fn eq(&self, other: &RawCode) -> bool {
        self.name == other.name
            && self.argcount == other.argcount
            && self.posonlyargcount == other.posonlyargcount
            && self.kwonlyargcount == other.kwonlyargcount
            && self.flags == other.flags
            && self.firstlineno == other.firstlineno
            && self.code == other.code
            && self.consts == other.consts
            && self.names == other.names
            && self.localsplusnames == other.localsplusnames
            && self.linetable == other.linetable
            && self.exceptiontable == other.exceptiontable
    }
}

impl Eq for RawCode {}

impl Hash for RawCode {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
        self.consts.hash(state);
        self.names.hash(state);
        self.localsplusnames.hash(state);
        self.firstlineno.hash(state);
        self.code.hash(state);
    }
}

/// A constant of a code object.
///
/// Equality and hash are those by which the compiler merges constants (`_PyCode_ConstantKey`):
/// types are told apart (`1`, `True`, `1.0`), signs of zero too, at every depth; sets do not care
/// for order.
#[derive(Clone, Debug)]
pub enum Const {
    None,
    True,
    False,
    Ellipsis,
    StopIteration,
    Int(i64),
    /// An int beyond 64 bits; the magnitude is little-endian without leading zeros.
    BigInt {
        negative: bool,
        magnitude: Arc<[u8]>,
    },
    Float(f64),
    Complex(f64, f64),
    Str(RawStr),
    Bytes(Arc<[u8]>),
    Tuple(Arc<[Const]>),
    FrozenSet(Arc<[Const]>),
    /// Start, stop, step.
    Slice(Arc<[Const; 3]>),
    Code(Arc<RawCode>),
}

impl Const {
    /// An int from its sign and little-endian magnitude, in canonical form.
    pub fn int_from_magnitude(negative: bool, magnitude: &[u8]) -> Const {
        let len = magnitude.iter().rposition(|&b| b != 0).map_or(0, |last| last + 1);
        let magnitude = &magnitude[..len];
        if len <= 8 {
            let mut word = [0; 8];
            word[..len].copy_from_slice(magnitude);
            let value = u64::from_le_bytes(word);
            let signed = if negative { -i128::from(value) } else { i128::from(value) };
            if let Ok(small) = i64::try_from(signed) {
                return Const::Int(small);
            }
        }
        Const::BigInt { negative, magnitude: magnitude.into() }
    }

    fn set_of_refs(items: &[Const]) -> HashSet<&Const> {
        items.iter().collect()
    }
}

impl PartialEq for Const {
    fn eq(&self, other: &Const) -> bool {
        use Const::*;
        match (self, other) {
            (None, None) | (True, True) | (False, False) | (Ellipsis, Ellipsis) => true,
            (StopIteration, StopIteration) => true,
            (Int(a), Int(b)) => a == b,
            (BigInt { negative: s, magnitude: a }, BigInt { negative: t, magnitude: b }) => {
                s == t && a == b
            }
            // By bits: keeps the zeros apart, and lets a NaN be merged with itself.
            (Float(a), Float(b)) => a.to_bits() == b.to_bits(),
            (Complex(a, b), Complex(c, d)) => {
                a.to_bits() == c.to_bits() && b.to_bits() == d.to_bits()
            }
            (Str(a), Str(b)) => a == b,
            (Bytes(a), Bytes(b)) => a == b,
            (Tuple(a), Tuple(b)) => a == b,
            (FrozenSet(a), FrozenSet(b)) => {
                a.len() == b.len() && Const::set_of_refs(a) == Const::set_of_refs(b)
            }
            (Slice(a), Slice(b)) => a == b,
            (Code(a), Code(b)) => Arc::ptr_eq(a, b) || a == b,
            _ => false,
        }
    }
}

impl Eq for Const {}

impl Hash for Const {
    fn hash<H: Hasher>(&self, state: &mut H) {
        std::mem::discriminant(self).hash(state);
        match self {
            Const::None | Const::True | Const::False | Const::Ellipsis | Const::StopIteration => {}
            Const::Int(value) => value.hash(state),
            Const::BigInt { negative, magnitude } => (negative, magnitude).hash(state),
            Const::Float(value) => value.to_bits().hash(state),
            Const::Complex(re, im) => (re.to_bits(), im.to_bits()).hash(state),
            Const::Str(text) => text.hash(state),
            Const::Bytes(bytes) => bytes.hash(state),
            Const::Tuple(items) => items.hash(state),
            Const::FrozenSet(items) => {
                let sum = items.iter().fold(0u64, |sum, item| {
                    let mut hasher = DefaultHasher::new();
                    item.hash(&mut hasher);
                    sum.wrapping_add(hasher.finish())
                });
                sum.hash(state);
            }
            Const::Slice(parts) => parts.hash(state),
            Const::Code(code) => code.hash(state),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constants_merge_by_type_and_sign() {
        let tuple = |items: &[Const]| Const::Tuple(items.into());
        let set = |items: &[Const]| Const::FrozenSet(items.into());
        let distinct = [
            Const::Int(1),
            Const::True,
            Const::Float(1.0),
            Const::Complex(1.0, 0.0),
            Const::Complex(1.0, -0.0),
            Const::Float(0.0),
            Const::Float(-0.0),
            Const::Str("a".into()),
            Const::Bytes((*b"a").into()),
            tuple(&[Const::Float(0.0)]),
            tuple(&[Const::Float(-0.0)]),
            set(&[Const::Int(1), Const::Int(2)]),
            set(&[Const::Int(1), Const::True]),
        ];
        let all: HashSet<&Const> = distinct.iter().collect();
        assert_eq!(all.len(), distinct.len());
        assert!(all.contains(&set(&[Const::Int(2), Const::Int(1)])));
        assert_eq!(Const::Float(f64::NAN), Const::Float(f64::NAN));
    }

    #[test]
    fn canonical_ints() {
        let made = |negative, bytes: &[u8]| Const::int_from_magnitude(negative, bytes);
        assert_eq!(made(true, &[5, 0, 0]), Const::Int(-5));
        assert_eq!(made(true, &[0, 0, 0, 0, 0, 0, 0, 0x80]), Const::Int(i64::MIN));
        assert!(matches!(made(false, &[0, 0, 0, 0, 0, 0, 0, 0x80]), Const::BigInt { .. }));
        assert_eq!(made(true, &[]), Const::Int(0));
    }
}
