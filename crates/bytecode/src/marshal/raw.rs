//! Marshal for [`RawCode`] and [`Const`]: what the compiler writes into `.pyc` files and what is
//! embedded in the binary.
//!
//! CPython marks a value for reference when it has several owners at the time of writing. The
//! compiler merges equal constants over a whole file, so "occurs more than once" says the same here,
//! and the bytes come out as CPython's. Equal values are found by giving every value a number and
//! looking containers up by their items' numbers, which costs one table entry per value.

use std::collections::{HashMap, HashSet};
use std::convert::Infallible;
use std::sync::Arc;

use super::*;
use crate::code::{CodeFlags, Const, LocalKind, RawCode, RawStr};

/// The marshal form of a code object; fails when constants nest too deeply.
pub fn write_code(code: &RawCode) -> Result<Vec<u8>, &'static str> {
    let mut graph = Graph::default();
    graph.find_class_names(code);
    let root = graph.code(code);
    // The caller of the writer and the call itself hold the module's code.
    graph.nodes[root].owners += 2;
    graph.write(root)
}

/// The marshal form of a constant.
pub fn write_const(constant: &Const) -> Result<Vec<u8>, &'static str> {
    let mut graph = Graph::default();
    let root = graph.constant(constant);
    graph.write(root)
}

/// Reads a code object; anything else is an error.
pub fn read_code(bytes: &[u8]) -> Result<Arc<RawCode>, ReadError<&'static str>> {
    match read_const(bytes)? {
        Const::Code(code) => Ok(code),
        _ => Err(ReadError::Other("not a code object")),
    }
}

/// Reads a constant; lists, dicts and sets are errors.
pub fn read_const(bytes: &[u8]) -> Result<Const, ReadError<&'static str>> {
    read(&mut SliceSource::new(bytes), &mut RawBuilder, true)
}

/// Makes [`Const`]s.
pub struct RawBuilder;

type Made = Result<Const, &'static str>;
const MUTABLE: &str = "a list, dict or set is no constant";
const BAD_CODE: &str = "bad argument to internal function";

impl Build for RawBuilder {
    type Value = Const;
    type Error = &'static str;

    fn singleton(&mut self, which: Singleton) -> Const {
        match which {
            Singleton::None => Const::None,
            Singleton::True => Const::True,
            Singleton::False => Const::False,
            Singleton::Ellipsis => Const::Ellipsis,
            Singleton::StopIteration => Const::StopIteration,
        }
    }
    fn int(&mut self, value: i64) -> Made {
        Ok(Const::Int(value))
    }
    fn big_int(&mut self, negative: bool, magnitude: &[u8]) -> Made {
        Ok(Const::BigInt { negative, magnitude: magnitude.into() })
    }
    fn float(&mut self, value: f64) -> Made {
        Ok(Const::Float(value))
    }
    fn complex(&mut self, real: f64, imaginary: f64) -> Made {
        Ok(Const::Complex(real, imaginary))
    }
    fn string(&mut self, text: &[u8], _interned: bool) -> Made {
        Ok(Const::Str(text.into()))
    }
    fn bytes(&mut self, bytes: &[u8]) -> Made {
        Ok(Const::Bytes(bytes.into()))
    }
    fn tuple(&mut self, items: Vec<Const>) -> Made {
        Ok(Const::Tuple(items.into()))
    }
    fn list(&mut self, _capacity: usize) -> Made {
        Err(MUTABLE)
    }
    fn list_push(&mut self, _list: &Const, _item: Const) -> Result<(), &'static str> {
        Err(MUTABLE)
    }
    fn dict(&mut self) -> Made {
        Err(MUTABLE)
    }
    fn dict_insert(&mut self, _: &Const, _: Const, _: Const) -> Result<(), &'static str> {
        Err(MUTABLE)
    }
    fn set(&mut self) -> Made {
        Err(MUTABLE)
    }
    fn set_add(&mut self, _set: &Const, _item: Const) -> Result<(), &'static str> {
        Err(MUTABLE)
    }
    fn frozenset(&mut self, items: Vec<Const>) -> Made {
        Ok(Const::FrozenSet(items.into()))
    }
    fn slice(&mut self, parts: [Const; 3]) -> Made {
        Ok(Const::Slice(Arc::new(parts)))
    }
    fn code(&mut self, parts: CodeParts<Const>) -> Made {
        let count = |value: i32| u32::try_from(value).map_err(|_| BAD_CODE);
        let Const::Tuple(consts) = parts.consts else { return Err(BAD_CODE) };
        let kinds = as_bytes(parts.localspluskinds)?;
        Ok(Const::Code(Arc::new(RawCode {
            argcount: count(parts.argcount)?,
            posonlyargcount: count(parts.posonlyargcount)?,
            kwonlyargcount: count(parts.kwonlyargcount)?,
            stacksize: count(parts.stacksize)?,
            flags: CodeFlags::from_bits_retain(parts.flags as u32),
            code: as_bytes(parts.code)?,
            consts: consts.to_vec(),
            names: as_names(parts.names)?,
            localsplusnames: as_names(parts.localsplusnames)?,
            localspluskinds: kinds.iter().map(|&k| LocalKind::from_bits_retain(k)).collect(),
            filename: as_str(parts.filename)?,
            name: as_str(parts.name)?,
            qualname: as_str(parts.qualname)?,
            firstlineno: parts.firstlineno,
            linetable: as_bytes(parts.linetable)?,
            exceptiontable: as_bytes(parts.exceptiontable)?,
        })))
    }
}

fn as_bytes(value: Const) -> Result<Box<[u8]>, &'static str> {
    match value {
        Const::Bytes(bytes) => Ok(bytes[..].into()),
        _ => Err(BAD_CODE),
    }
}

fn as_str(value: Const) -> Result<RawStr, &'static str> {
    match value {
        Const::Str(text) => Ok(text),
        _ => Err(BAD_CODE),
    }
}

fn as_names(value: Const) -> Result<Vec<RawStr>, &'static str> {
    match value {
        Const::Tuple(items) => items.iter().cloned().map(as_str).collect(),
        _ => Err(BAD_CODE),
    }
}

/// A value with its parts replaced by their numbers, so that equality is shallow.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Key {
    Singleton(u8),
    Int(i64),
    BigInt(bool, Arc<[u8]>),
    Float(u64),
    Complex(u64, u64),
    Str(RawStr, bool),
    Bytes(Arc<[u8]>),
    Tuple(Box<[usize]>),
    /// Items sorted by number: order does not tell sets apart.
    FrozenSet(Box<[usize]>),
    Slice([usize; 3]),
    /// A part of a slice: CPython merges slices, but not their parts with anything else.
    Copy(usize),
    /// Index into `Graph::codes`.
    Code(usize),
    /// A bytes object that CPython makes anew each time: index into `Graph::fresh`.
    Fresh(usize),
    /// A tuple that CPython makes anew, with the number of its code.
    FreshTuple(usize, Box<[usize]>),
}

struct Node {
    key: Key,
    /// Values that hold this one.
    owners: u32,
    /// Immortal or interned in CPython, hence always marked.
    marked: bool,
}

/// All values below a root, each once.
#[derive(Default)]
struct Graph {
    nodes: Vec<Node>,
    numbers: HashMap<Key, usize>,
    codes: Vec<CodeParts<usize>>,
    fresh: Vec<Box<[u8]>>,
    /// Slices by the numbers that their parts would have anywhere else.
    slices: HashMap<[usize; 3], usize>,
    /// Qualified names that class bodies store: a constant and the code's interned name in one.
    class_names: HashSet<RawStr>,
}

impl Graph {
    fn write(&self, root: usize) -> Result<Vec<u8>, &'static str> {
        write(self, &root, VERSION, true).map_err(|error| match error {
            WriteError::Value(message) => message,
            WriteError::Other(never) => match never {},
        })
    }

    fn find_class_names(&mut self, code: &RawCode) {
        let class_body = !code.flags.contains(CodeFlags::OPTIMIZED);
        for constant in &code.consts {
            match constant {
                Const::Str(text) if class_body && *text == code.qualname => {
                    self.class_names.insert(text.clone());
                }
                Const::Code(inner) => self.find_class_names(inner),
                _ => {}
            }
        }
    }

    /// The number of a value; `parts` are its parts, owned by it if it is new.
    fn number(&mut self, key: Key, marked: bool, parts: &[usize]) -> usize {
        if let Some(&number) = self.numbers.get(&key) {
            return number;
        }
        for &part in parts {
            self.nodes[part].owners += 1;
        }
        let number = self.nodes.len();
        self.nodes.push(Node { key: key.clone(), owners: 0, marked });
        self.numbers.insert(key, number);
        number
    }

    fn string(&mut self, text: &RawStr, interned: bool) -> usize {
        self.number(Key::Str(text.clone(), interned), interned, &[])
    }

    fn bytes(&mut self, bytes: &[u8]) -> usize {
        self.number(Key::Bytes(bytes.into()), bytes.len() <= 1, &[])
    }

    fn tuple(&mut self, items: Vec<usize>) -> usize {
        let empty = items.is_empty();
        self.number(Key::Tuple(items.clone().into()), empty, &items)
    }

    fn names(&mut self, names: &[RawStr]) -> usize {
        let items = names.iter().map(|name| self.string(name, true)).collect();
        self.tuple(items)
    }

    /// Annotation functions get theirs late, when their parameter is renamed to `format`.
    fn localsplusnames(&mut self, code: &RawCode) -> usize {
        if code.name.as_bytes() != b"__annotate__" {
            return self.names(&code.localsplusnames);
        }
        let names = code.localsplusnames.iter();
        let items: Vec<_> = names.map(|name| self.string(name, true)).collect();
        self.number(Key::FreshTuple(self.codes.len(), items.clone().into()), false, &items)
    }

    fn constant(&mut self, constant: &Const) -> usize {
        match constant {
            Const::None => self.number(Key::Singleton(0), false, &[]),
            Const::True => self.number(Key::Singleton(1), false, &[]),
            Const::False => self.number(Key::Singleton(2), false, &[]),
            Const::Ellipsis => self.number(Key::Singleton(3), false, &[]),
            Const::StopIteration => self.number(Key::Singleton(4), false, &[]),
            Const::Int(value) => self.number(Key::Int(*value), (-5..=256).contains(value), &[]),
            Const::BigInt { negative, magnitude } => {
                self.number(Key::BigInt(*negative, magnitude.clone()), false, &[])
            }
            Const::Float(value) => self.number(Key::Float(value.to_bits()), false, &[]),
            Const::Complex(re, im) => {
                self.number(Key::Complex(re.to_bits(), im.to_bits()), false, &[])
            }
            Const::Str(text) => {
                let interned = is_interned_constant(text) || self.class_names.contains(text);
                self.string(text, interned)
            }
            Const::Bytes(bytes) => self.bytes(bytes),
            Const::Tuple(items) => {
                let items = items.iter().map(|item| self.constant(item)).collect();
                self.tuple(items)
            }
            Const::FrozenSet(items) => {
                let mut items: Vec<_> = items.iter().map(|item| self.constant(item)).collect();
                items.sort_unstable();
                self.number(Key::FrozenSet(items.clone().into()), false, &items)
            }
            Const::Slice(parts) => {
                let parts = [0, 1, 2].map(|i| self.constant(&parts[i]));
                self.slice(parts)
            }
            Const::Code(code) => self.code(code),
        }
    }

    fn slice(&mut self, parts: [usize; 3]) -> usize {
        if let Some(&number) = self.slices.get(&parts) {
            return number;
        }
        let copies = parts.map(|part| {
            if self.nodes[part].marked {
                return part;
            }
            self.nodes.push(Node { key: Key::Copy(part), owners: 0, marked: false });
            self.nodes.len() - 1
        });
        let number = self.number(Key::Slice(copies), false, &copies);
        self.slices.insert(parts, number);
        number
    }

    fn code(&mut self, code: &RawCode) -> usize {
        let consts = code.consts.iter().map(|constant| self.constant(constant)).collect();
        let kinds: Vec<u8> = code.localspluskinds.iter().map(|kind| kind.bits()).collect();
        let parts = CodeParts {
            argcount: code.argcount as i32,
            posonlyargcount: code.posonlyargcount as i32,
            kwonlyargcount: code.kwonlyargcount as i32,
            stacksize: code.stacksize as i32,
            flags: code.flags.bits() as i32,
            code: self.fresh(&code.code, true),
            consts: self.tuple(consts),
            names: self.names(&code.names),
            localsplusnames: self.localsplusnames(code),
            localspluskinds: match kinds.len() {
                0 => self.bytes(&kinds),
                _ => self.fresh(&kinds, false),
            },
            filename: self.string(&code.filename, true),
            name: self.string(&code.name, true),
            qualname: self.string(&code.qualname, true),
            firstlineno: code.firstlineno,
            linetable: self.bytes(&code.linetable),
            exceptiontable: self.bytes(&code.exceptiontable),
        };
        let fields = [
            parts.consts,
            parts.names,
            parts.localsplusnames,
            parts.localspluskinds,
            parts.linetable,
            parts.exceptiontable,
        ];
        self.codes.push(parts);
        self.number(Key::Code(self.codes.len() - 1), false, &fields)
    }

    fn fresh(&mut self, bytes: &[u8], marked: bool) -> usize {
        self.fresh.push(bytes.into());
        self.number(Key::Fresh(self.fresh.len() - 1), marked, &[])
    }
}

/// Does CPython intern a string constant? Those that look like identifiers, and one-character
/// Latin-1 strings, which exist once.
fn is_interned_constant(text: &RawStr) -> bool {
    text.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
        || matches!(text[..], [0..=0x7F] | [0xC2 | 0xC3, _])
}

impl Dump for Graph {
    type Value = usize;
    type Error = Infallible;

    fn view<'v>(&self, &number: &'v usize) -> Result<View<'v, usize>, Infallible>
    where
        Self: 'v,
    {
        let number = match self.nodes[number].key {
            Key::Copy(original) => original,
            _ => number,
        };
        Ok(match &self.nodes[number].key {
            Key::Singleton(0) => View::Singleton(Singleton::None),
            Key::Singleton(1) => View::Singleton(Singleton::True),
            Key::Singleton(2) => View::Singleton(Singleton::False),
            Key::Singleton(3) => View::Singleton(Singleton::Ellipsis),
            Key::Singleton(_) => View::Singleton(Singleton::StopIteration),
            Key::Int(value) => View::Int(*value),
            Key::BigInt(negative, magnitude) => {
                View::BigInt { negative: *negative, magnitude: magnitude.to_vec().into() }
            }
            Key::Float(bits) => View::Float(f64::from_bits(*bits)),
            Key::Complex(re, im) => View::Complex(f64::from_bits(*re), f64::from_bits(*im)),
            Key::Str(text, interned) => {
                View::Str { text: text.to_vec().into(), interned: *interned }
            }
            Key::Bytes(bytes) => View::Bytes(bytes.to_vec().into()),
            Key::Tuple(items) | Key::FreshTuple(_, items) => View::Tuple(items.to_vec()),
            Key::FrozenSet(items) => View::FrozenSet(items.to_vec()),
            Key::Slice(parts) => View::Slice(Box::new(*parts)),
            // A copy's original is none.
            Key::Copy(_) => View::Null,
            Key::Code(index) => View::Code(Box::new(self.codes[*index].clone())),
            Key::Fresh(index) => View::Bytes(self.fresh[*index].to_vec().into()),
        })
    }

    fn identity(&self, &number: &usize, held: bool) -> Option<usize> {
        let node = &self.nodes[number];
        (node.marked || node.owners > 1 || held).then_some(number)
    }
}
