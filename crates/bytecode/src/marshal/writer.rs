//! Values -> bytes. Counterpart of `w_object`.

use std::borrow::Cow;
use std::collections::HashMap;

use super::*;

/// Tells the writer what values are.
pub trait Dump {
    type Value: Clone;
    type Error;

    fn view<'v>(&self, value: &'v Self::Value) -> Result<View<'v, Self::Value>, Self::Error>
    where
        Self: 'v;

    /// A number that only this value has, if it may occur more than once (it has more owners than
    /// the writer's one clone, or is an interned string); such values are marked and then referred
    /// to. `held` asks to count one owner more: CPython's writer holds members of sets itself.
    fn identity(&self, value: &Self::Value, held: bool) -> Option<usize>;

    /// Asked once members of a set have been looked at, which may run code: an error if it no
    /// longer has as many as its view had.
    fn check_set(&self, _set: &Self::Value, _len: usize) -> Result<(), Self::Error> {
        Ok(())
    }
}

/// What a value is.
pub enum View<'v, V> {
    /// No value.
    Null,
    Singleton(Singleton),
    Int(i64),
    /// An int beyond 64 bits; the magnitude is little-endian without leading zeros.
    BigInt {
        negative: bool,
        magnitude: Cow<'v, [u8]>,
    },
    Float(f64),
    Complex(f64, f64),
    /// Generalised UTF-8.
    Str {
        text: Cow<'v, [u8]>,
        interned: bool,
    },
    /// A bytes object or any other buffer.
    Bytes(Cow<'v, [u8]>),
    Tuple(Vec<V>),
    List(Vec<V>),
    Dict(Vec<(V, V)>),
    Set(Vec<V>),
    FrozenSet(Vec<V>),
    Slice(Box<[V; 3]>),
    Code(Box<CodeParts<V>>),
    /// Anything that the format has no form for.
    Other,
}

/// Why writing failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WriteError<E> {
    /// ValueError.
    Value(&'static str),
    /// The dumper's own.
    Other(E),
}

const UNMARSHALLABLE: &str = "unmarshallable object";

/// The bytes of a value, in the form of a version (0..=5).
pub fn write<D: Dump>(
    dump: &D,
    value: &D::Value,
    version: i32,
    allow_code: bool,
) -> Result<Vec<u8>, WriteError<D::Error>> {
    // Every value is asked for its identity while the writer holds one clone of it.
    let clone = value.clone();
    standalone(dump, &clone, version, allow_code, false)
}

fn standalone<D: Dump>(
    dump: &D,
    value: &D::Value,
    version: i32,
    allow_code: bool,
    held: bool,
) -> Result<Vec<u8>, WriteError<D::Error>> {
    let mut writer =
        Writer { dump, out: Vec::new(), refs: HashMap::new(), depth: 0, version, allow_code };
    writer.held_object(value, held)?;
    Ok(writer.out)
}

struct Mark {
    index: u32,
    /// A slice or code object whose contents are being written: the reader could not yet refer to
    /// it.
    open: bool,
}

struct Writer<'d, D: Dump> {
    dump: &'d D,
    out: Vec<u8>,
    refs: HashMap<usize, Mark>,
    depth: usize,
    version: i32,
    allow_code: bool,
}

impl<D: Dump> Writer<'_, D> {
    fn object(&mut self, value: &D::Value) -> Result<(), WriteError<D::Error>> {
        self.held_object(value, false)
    }

    fn held_object(&mut self, value: &D::Value, held: bool) -> Result<(), WriteError<D::Error>> {
        if self.depth >= MAX_DEPTH {
            return Err(WriteError::Value("object too deeply nested to marshal"));
        }
        self.depth += 1;
        let view = self.dump.view(value).map_err(WriteError::Other)?;
        match view {
            View::Null => self.out.push(NULL),
            View::Singleton(which) => self.out.push(match which {
                Singleton::None => NONE,
                Singleton::True => TRUE,
                Singleton::False => FALSE,
                Singleton::Ellipsis => ELLIPSIS,
                Singleton::StopIteration => STOP_ITERATION,
            }),
            View::Other => return Err(WriteError::Value(UNMARSHALLABLE)),
            view => {
                let identity =
                    if self.version >= 3 { self.dump.identity(value, held) } else { None };
                match identity.map(|identity| (identity, self.refs.get(&identity))) {
                    Some((_, Some(mark))) if mark.open => {
                        return Err(WriteError::Value(UNMARSHALLABLE));
                    }
                    Some((_, Some(mark))) => {
                        let index = mark.index;
                        self.out.push(REF);
                        self.out.extend(index.to_le_bytes());
                    }
                    Some((identity, None)) => {
                        let index = self.refs.len() as u32;
                        let open = matches!(view, View::Slice(_) | View::Code(_));
                        self.refs.insert(identity, Mark { index, open });
                        self.body(value, view, FLAG_REF)?;
                        if open && let Some(mark) = self.refs.get_mut(&identity) {
                            mark.open = false;
                        }
                    }
                    None => self.body(value, view, 0)?,
                }
            }
        }
        self.depth -= 1;
        Ok(())
    }

    #[inline(never)]
    fn body(
        &mut self,
        value: &D::Value,
        view: View<'_, D::Value>,
        flag: u8,
    ) -> Result<(), WriteError<D::Error>> {
        match view {
            View::Null | View::Singleton(_) | View::Other => {}
            View::Int(value) => self.int(value, flag),
            View::BigInt { negative, magnitude } => self.big_int(negative, &magnitude, flag)?,
            View::Float(value) if self.version > 1 => {
                self.out.push(BINARY_FLOAT | flag);
                self.out.extend(value.to_le_bytes());
            }
            View::Float(value) => {
                self.out.push(FLOAT | flag);
                self.float_text(value);
            }
            View::Complex(real, imaginary) if self.version > 1 => {
                self.out.push(BINARY_COMPLEX | flag);
                self.out.extend(real.to_le_bytes());
                self.out.extend(imaginary.to_le_bytes());
            }
            View::Complex(real, imaginary) => {
                self.out.push(COMPLEX | flag);
                self.float_text(real);
                self.float_text(imaginary);
            }
            View::Str { text, interned } => self.string(&text, interned, flag)?,
            View::Bytes(bytes) => {
                self.sized(BYTES | flag, bytes.len())?;
                self.out.extend_from_slice(&bytes);
            }
            View::Tuple(items) => {
                if self.version >= 4 && items.len() < 256 {
                    self.out.extend([SMALL_TUPLE | flag, items.len() as u8]);
                } else {
                    self.sized(TUPLE | flag, items.len())?;
                }
                self.items(&items)?;
            }
            View::List(items) => {
                self.sized(LIST | flag, items.len())?;
                self.items(&items)?;
            }
            View::Dict(entries) => {
                self.out.push(DICT | flag);
                for (key, value) in &entries {
                    self.object(key)?;
                    self.object(value)?;
                }
                self.out.push(NULL);
            }
            View::Set(items) => self.set(value, SET | flag, items)?,
            View::FrozenSet(items) => self.set(value, FROZENSET | flag, items)?,
            View::Slice(_) if self.version < 5 => return Err(WriteError::Value(UNMARSHALLABLE)),
            View::Slice(parts) => {
                self.out.push(SLICE | flag);
                self.items(&parts[..])?;
            }
            View::Code(parts) => self.code(&parts, flag)?,
        }
        Ok(())
    }

    fn items(&mut self, items: &[D::Value]) -> Result<(), WriteError<D::Error>> {
        items.iter().try_for_each(|item| self.object(item))
    }

    fn long(&mut self, value: i32) {
        self.out.extend(value.to_le_bytes());
    }

    fn sized(&mut self, kind: u8, len: usize) -> Result<(), WriteError<D::Error>> {
        if len > SIZE_MAX {
            return Err(WriteError::Value(UNMARSHALLABLE));
        }
        self.out.push(kind);
        self.long(len as i32);
        Ok(())
    }

    fn int(&mut self, value: i64, flag: u8) {
        if let Ok(small) = i32::try_from(value) {
            self.out.push(INT | flag);
            return self.long(small);
        }
        let magnitude = value.unsigned_abs().to_le_bytes();
        // Eight bytes never exceed the size limit.
        let _ = self.big_int(value < 0, &magnitude, flag);
    }

    fn big_int(
        &mut self,
        negative: bool,
        magnitude: &[u8],
        flag: u8,
    ) -> Result<(), WriteError<D::Error>> {
        let mut digits = Vec::with_capacity(magnitude.len() * 8 / 15 + 1);
        let (mut bits, mut held) = (0u32, 0);
        for &byte in magnitude {
            bits |= u32::from(byte) << held;
            held += 8;
            if held >= 15 {
                digits.push((bits & 0x7FFF) as u16);
                bits >>= 15;
                held -= 15;
            }
        }
        digits.push(bits as u16);
        while digits.last() == Some(&0) {
            digits.pop();
        }
        if digits.len() > SIZE_MAX {
            return Err(WriteError::Value(UNMARSHALLABLE));
        }
        self.out.push(LONG | flag);
        let count = digits.len() as i32;
        self.long(if negative { -count } else { count });
        self.out.extend(digits.iter().flat_map(|digit| digit.to_le_bytes()));
        Ok(())
    }

    fn string(
        &mut self,
        text: &[u8],
        interned: bool,
        flag: u8,
    ) -> Result<(), WriteError<D::Error>> {
        if self.version >= 4 && text.is_ascii() {
            if text.len() < 256 {
                let kind = if interned { SHORT_ASCII_INTERNED } else { SHORT_ASCII };
                self.out.extend([kind | flag, text.len() as u8]);
            } else {
                self.sized(if interned { ASCII_INTERNED } else { ASCII } | flag, text.len())?;
            }
        } else {
            let kind = if interned && self.version >= 3 { INTERNED } else { UNICODE };
            self.sized(kind | flag, text.len())?;
        }
        self.out.extend_from_slice(text);
        Ok(())
    }

    /// Items go out in the order of their bytes, so that equal sets give equal files.
    fn set(
        &mut self,
        set: &D::Value,
        kind: u8,
        items: Vec<D::Value>,
    ) -> Result<(), WriteError<D::Error>> {
        let len = items.len();
        self.sized(kind, len)?;
        if let [item] = &items[..] {
            self.held_object(item, true)?;
            return self.dump.check_set(set, len).map_err(WriteError::Other);
        }
        let mut sorted = Vec::with_capacity(items.len());
        for item in items {
            let bytes = standalone(self.dump, &item, self.version, self.allow_code, true)?;
            sorted.push((bytes, item));
        }
        self.dump.check_set(set, len).map_err(WriteError::Other)?;
        sorted.sort_by(|a, b| a.0.cmp(&b.0));
        sorted.iter().try_for_each(|(_, item)| self.held_object(item, true))
    }

    #[inline(never)]
    fn code(&mut self, parts: &CodeParts<D::Value>, flag: u8) -> Result<(), WriteError<D::Error>> {
        if !self.allow_code {
            return Err(WriteError::Value("marshalling code objects is disallowed"));
        }
        self.out.push(CODE | flag);
        for count in [
            parts.argcount,
            parts.posonlyargcount,
            parts.kwonlyargcount,
            parts.stacksize,
            parts.flags,
        ] {
            self.long(count);
        }
        for field in [
            &parts.code,
            &parts.consts,
            &parts.names,
            &parts.localsplusnames,
            &parts.localspluskinds,
            &parts.filename,
            &parts.name,
            &parts.qualname,
        ] {
            self.object(field)?;
        }
        self.long(parts.firstlineno);
        self.object(&parts.linetable)?;
        self.object(&parts.exceptiontable)
    }

    /// Seventeen significant digits, as `%.17g`.
    fn float_text(&mut self, value: f64) {
        let text = float_text(value);
        self.out.push(text.len() as u8);
        self.out.extend(text.into_bytes());
    }
}

fn float_text(value: f64) -> String {
    if value.is_nan() {
        return "nan".to_owned();
    }
    if value.is_infinite() {
        return if value < 0.0 { "-inf" } else { "inf" }.to_owned();
    }
    let scientific = format!("{:.16e}", value.abs());
    let sign = if value.is_sign_negative() { "-" } else { "" };
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let digits = digits.replace('.', "");
    let digits = digits.trim_end_matches('0');
    let digits = if digits.is_empty() { "0" } else { digits };
    if !(-4..17).contains(&exponent) {
        let (first, rest) = digits.split_at(1);
        let point = if rest.is_empty() { "" } else { "." };
        let direction = if exponent < 0 { '-' } else { '+' };
        return format!("{sign}{first}{point}{rest}e{direction}{:02}", exponent.abs());
    }
    if exponent < 0 {
        return format!("{sign}0.{}{digits}", "0".repeat(-exponent as usize - 1));
    }
    let whole = exponent as usize + 1;
    if digits.len() <= whole {
        return format!("{sign}{digits}{}", "0".repeat(whole - digits.len()));
    }
    let (before, after) = digits.split_at(whole);
    format!("{sign}{before}.{after}")
}
