//! Bytes -> values. Counterpart of `r_object`, with its messages.

use super::*;

/// Makes values out of what the reader finds.
pub trait Build {
    type Value: Clone;
    type Error;

    fn singleton(&mut self, which: Singleton) -> Self::Value;
    fn int(&mut self, value: i64) -> Result<Self::Value, Self::Error>;
    /// An int beyond 64 bits; the magnitude is little-endian without leading zeros.
    fn big_int(&mut self, negative: bool, magnitude: &[u8]) -> Result<Self::Value, Self::Error>;
    fn float(&mut self, value: f64) -> Result<Self::Value, Self::Error>;
    fn complex(&mut self, real: f64, imaginary: f64) -> Result<Self::Value, Self::Error>;
    /// `text` is valid generalised UTF-8.
    fn string(&mut self, text: &[u8], interned: bool) -> Result<Self::Value, Self::Error>;
    fn bytes(&mut self, bytes: &[u8]) -> Result<Self::Value, Self::Error>;
    fn tuple(&mut self, items: Vec<Self::Value>) -> Result<Self::Value, Self::Error>;
    /// A tuple that one of its own items refers to; [`tuple_fill`](Self::tuple_fill) completes
    /// it.  `None` when this builder has no such tuples.
    fn tuple_start(&mut self, _len: usize) -> Result<Option<Self::Value>, Self::Error> {
        Ok(None)
    }
    fn tuple_fill(
        &mut self,
        _tuple: &Self::Value,
        _items: Vec<Self::Value>,
    ) -> Result<(), Self::Error> {
        Ok(())
    }
    /// An empty list with room for some items.
    fn list(&mut self, capacity: usize) -> Result<Self::Value, Self::Error>;
    fn list_push(&mut self, list: &Self::Value, item: Self::Value) -> Result<(), Self::Error>;
    fn dict(&mut self) -> Result<Self::Value, Self::Error>;
    fn dict_insert(
        &mut self,
        dict: &Self::Value,
        key: Self::Value,
        value: Self::Value,
    ) -> Result<(), Self::Error>;
    fn set(&mut self) -> Result<Self::Value, Self::Error>;
    fn set_add(&mut self, set: &Self::Value, item: Self::Value) -> Result<(), Self::Error>;
    fn frozenset(&mut self, items: Vec<Self::Value>) -> Result<Self::Value, Self::Error>;
    fn slice(&mut self, parts: [Self::Value; 3]) -> Result<Self::Value, Self::Error>;
    /// The parts are as read; types and contents are the builder's to check.
    fn code(&mut self, parts: CodeParts<Self::Value>) -> Result<Self::Value, Self::Error>;
}

/// Where the bytes come from.
pub trait Source<E> {
    /// Exactly `len` bytes; fewer are [`ReadError::Eof`] with "marshal data too short".
    fn read(&mut self, len: usize) -> Result<&[u8], ReadError<E>>;
    /// One byte; none is `None`.
    fn byte(&mut self) -> Result<Option<u8>, ReadError<E>>;
    /// No more bytes than this are left, as far as known; bounds what is reserved in advance.
    fn at_most(&self) -> usize;
}

/// Bytes in memory.
pub struct SliceSource<'a> {
    bytes: &'a [u8],
    position: usize,
}

impl<'a> SliceSource<'a> {
    pub fn new(bytes: &'a [u8]) -> SliceSource<'a> {
        SliceSource { bytes, position: 0 }
    }

    /// How many bytes have been read.
    pub fn position(&self) -> usize {
        self.position
    }
}

impl<E> Source<E> for SliceSource<'_> {
    #[inline]
    fn read(&mut self, len: usize) -> Result<&[u8], ReadError<E>> {
        let rest = &self.bytes[self.position..];
        let piece = rest.get(..len).ok_or(ReadError::Eof(TOO_SHORT))?;
        self.position += len;
        Ok(piece)
    }

    #[inline]
    fn byte(&mut self) -> Result<Option<u8>, ReadError<E>> {
        let byte = self.bytes.get(self.position).copied();
        self.position += byte.is_some() as usize;
        Ok(byte)
    }

    fn at_most(&self) -> usize {
        self.bytes.len() - self.position
    }
}

/// Why reading failed.
#[derive(Clone, Debug, PartialEq)]
pub enum ReadError<E> {
    /// EOFError.
    Eof(&'static str),
    /// ValueError.
    Value(&'static str),
    /// TypeError.
    Type(&'static str),
    /// ValueError: could not convert string to float.
    FloatText(Box<[u8]>),
    /// UnicodeDecodeError of codec utf-8.
    Unicode(UnicodeError),
    /// The builder's or the source's own.
    Other(E),
}

/// The arguments of a UnicodeDecodeError.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnicodeError {
    pub bytes: Box<[u8]>,
    pub start: usize,
    pub end: usize,
    pub reason: &'static str,
}

impl<E: std::fmt::Display> std::fmt::Display for ReadError<E> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            ReadError::Eof(text) | ReadError::Value(text) | ReadError::Type(text) => {
                f.write_str(text)
            }
            ReadError::FloatText(text) => {
                write!(f, "could not convert string to float: '{}'", String::from_utf8_lossy(text))
            }
            ReadError::Unicode(error) => write!(
                f,
                "'utf-8' codec can't decode bytes {}..{}: {}",
                error.start, error.end, error.reason
            ),
            ReadError::Other(error) => error.fmt(f),
        }
    }
}

const TOO_SHORT: &str = "marshal data too short";
const NO_OBJECT: &str = "EOF read where object expected";
const NO_BYTE: &str = "EOF read where not expected";
const BAD_REF: &str = "bad marshal data (invalid reference)";

/// Reads one value. With `allow_code` off, code objects are refused.
pub fn read<B: Build, S: Source<B::Error>>(
    source: &mut S,
    build: &mut B,
    allow_code: bool,
) -> Result<B::Value, ReadError<B::Error>> {
    let mut reader =
        Reader { source, build, refs: Vec::new(), open: Vec::new(), depth: 0, allow_code };
    reader.object()?.ok_or(ReadError::Type("NULL object in marshal data for object"))
}

struct Reader<'r, B: Build, S> {
    source: &'r mut S,
    build: &'r mut B,
    /// Values that references name; `None` while an immutable one is being read.
    refs: Vec<Option<B::Value>>,
    /// Numbers and lengths of the tuples that are being read.
    open: Vec<(usize, usize)>,
    depth: usize,
    allow_code: bool,
}

/// A read value; `None` is the format's NULL.
type Read<B> = Result<Option<<B as Build>::Value>, ReadError<<B as Build>::Error>>;

impl<B: Build, S: Source<B::Error>> Reader<'_, B, S> {
    fn object(&mut self) -> Read<B> {
        let byte = self.source.byte()?.ok_or(ReadError::Eof(NO_OBJECT))?;
        if self.depth >= MAX_DEPTH {
            return Err(ReadError::Value("recursion limit exceeded"));
        }
        self.depth += 1;
        let flagged = byte & FLAG_REF != 0;
        let value = match byte & !FLAG_REF {
            NULL => Ok(None),
            NONE => Ok(Some(self.build.singleton(Singleton::None))),
            TRUE => Ok(Some(self.build.singleton(Singleton::True))),
            FALSE => Ok(Some(self.build.singleton(Singleton::False))),
            ELLIPSIS => Ok(Some(self.build.singleton(Singleton::Ellipsis))),
            STOP_ITERATION => Ok(Some(self.build.singleton(Singleton::StopIteration))),
            REF => self.reference(),
            TUPLE => self
                .size("bad marshal data (tuple size out of range)")
                .and_then(|len| self.tuple(len, flagged)),
            SMALL_TUPLE => self.short_size().and_then(|len| self.tuple(len, flagged)),
            LIST => self.list(flagged),
            DICT => self.dict(flagged),
            SET => self.set(flagged),
            FROZENSET => self.frozenset(flagged),
            SLICE => self.slice(flagged),
            CODE => self.code(flagged),
            kind => self.leaf(kind).map(|value| {
                if flagged {
                    self.refs.push(Some(value.clone()));
                }
                Some(value)
            }),
        };
        self.depth -= 1;
        value
    }

    /// Values that contain no others.
    #[inline(never)]
    fn leaf(&mut self, kind: u8) -> Result<B::Value, ReadError<B::Error>> {
        const STRING_SIZE: &str = "bad marshal data (string size out of range)";
        let value = match kind {
            INT => {
                let value = self.long()?;
                self.build.int(value.into())
            }
            INT64 => {
                let value = i64::from_le_bytes(self.array()?);
                self.build.int(value)
            }
            LONG => return self.big_int(),
            FLOAT => {
                let value = self.float_text()?;
                self.build.float(value)
            }
            BINARY_FLOAT => {
                let value = f64::from_le_bytes(self.array()?);
                self.build.float(value)
            }
            COMPLEX => {
                let real = self.float_text()?;
                let imaginary = self.float_text()?;
                self.build.complex(real, imaginary)
            }
            BINARY_COMPLEX => {
                let real = f64::from_le_bytes(self.array()?);
                let imaginary = f64::from_le_bytes(self.array()?);
                self.build.complex(real, imaginary)
            }
            BYTES => {
                let len = self.size("bad marshal data (bytes object size out of range)")?;
                self.build.bytes(self.source.read(len)?)
            }
            ASCII | ASCII_INTERNED => {
                let len = self.size(STRING_SIZE)?;
                return self.latin1(len, kind == ASCII_INTERNED);
            }
            SHORT_ASCII | SHORT_ASCII_INTERNED => {
                let len = self.short_size()?;
                return self.latin1(len, kind == SHORT_ASCII_INTERNED);
            }
            UNICODE | INTERNED => {
                let len = self.size(STRING_SIZE)?;
                let text = self.source.read(len)?;
                if let Err((start, end, reason)) = check_generalized_utf8(text) {
                    let bytes = text.into();
                    return Err(ReadError::Unicode(UnicodeError { bytes, start, end, reason }));
                }
                self.build.string(text, kind == INTERNED)
            }
            // Whatever else the byte says, a reference or container was handled by the caller.
            _ => return Err(ReadError::Value("bad marshal data (unknown type code)")),
        };
        value.map_err(ReadError::Other)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], ReadError<B::Error>> {
        let mut array = [0; N];
        array.copy_from_slice(self.source.read(N)?);
        Ok(array)
    }

    fn long(&mut self) -> Result<i32, ReadError<B::Error>> {
        Ok(i32::from_le_bytes(self.array()?))
    }

    fn size(&mut self, error: &'static str) -> Result<usize, ReadError<B::Error>> {
        usize::try_from(self.long()?).map_err(|_| ReadError::Value(error))
    }

    fn short_size(&mut self) -> Result<usize, ReadError<B::Error>> {
        Ok(self.source.byte()?.ok_or(ReadError::Eof(NO_BYTE))?.into())
    }

    /// Pure ASCII in good data; other bytes mean Latin-1.
    fn latin1(&mut self, len: usize, interned: bool) -> Result<B::Value, ReadError<B::Error>> {
        let text = self.source.read(len)?;
        let value = if text.is_ascii() {
            self.build.string(text, interned)
        } else {
            let text: String = text.iter().map(|&byte| byte as char).collect();
            self.build.string(text.as_bytes(), interned)
        };
        value.map_err(ReadError::Other)
    }

    fn float_text(&mut self) -> Result<f64, ReadError<B::Error>> {
        let len = self.short_size()?;
        let text = self.source.read(len)?;
        let value = std::str::from_utf8(text).ok().and_then(|text| text.parse().ok());
        value.ok_or_else(|| ReadError::FloatText(text.into()))
    }

    /// Digits of 15 bits, least significant first, the sign in the count.
    fn big_int(&mut self) -> Result<B::Value, ReadError<B::Error>> {
        let count = self.long()?;
        if count == i32::MIN {
            return Err(ReadError::Value("bad marshal data (long size out of range)"));
        }
        let negative = count < 0;
        let digits = self.source.read(count.unsigned_abs() as usize * 2)?;
        let mut magnitude = Vec::with_capacity(digits.len());
        let (mut bits, mut held) = (0u32, 0);
        let mut last = 1;
        for digit in digits.chunks_exact(2) {
            last = u16::from_le_bytes([digit[0], digit[1]]);
            if last > 0x7FFF {
                return Err(ReadError::Value("bad marshal data (digit out of range in long)"));
            }
            bits |= u32::from(last) << held;
            held += 15;
            while held >= 8 {
                magnitude.push(bits as u8);
                bits >>= 8;
                held -= 8;
            }
        }
        if last == 0 {
            return Err(ReadError::Value("bad marshal data (unnormalized long data)"));
        }
        magnitude.push(bits as u8);
        let len = magnitude.iter().rposition(|&byte| byte != 0).map_or(0, |top| top + 1);
        magnitude.truncate(len);
        if len <= 8 {
            let mut word = [0; 8];
            word[..len].copy_from_slice(&magnitude);
            let value = i128::from(u64::from_le_bytes(word));
            if let Ok(value) = i64::try_from(if negative { -value } else { value }) {
                return self.build.int(value).map_err(ReadError::Other);
            }
        }
        self.build.big_int(negative, &magnitude).map_err(ReadError::Other)
    }

    fn reference(&mut self) -> Read<B> {
        let index = usize::try_from(self.long()?).map_err(|_| ReadError::Value(BAD_REF))?;
        if let Some(known) = self.refs.get(index).and_then(Clone::clone) {
            return Ok(Some(known));
        }
        let open = self.open.iter().find(|(number, _)| *number == index);
        let Some(&(_, len)) = open else { return Err(ReadError::Value(BAD_REF)) };
        let started = self.build.tuple_start(len).map_err(ReadError::Other)?;
        let started = started.ok_or(ReadError::Value(BAD_REF))?;
        self.refs[index] = Some(started.clone());
        Ok(Some(started))
    }

    /// Keeps a number for a value that its own contents cannot refer to.
    fn reserve(&mut self, flagged: bool) -> Option<usize> {
        flagged.then(|| {
            self.refs.push(None);
            self.refs.len() - 1
        })
    }

    fn finish(&mut self, reserved: Option<usize>, value: Result<B::Value, B::Error>) -> Read<B> {
        let value = value.map_err(ReadError::Other)?;
        if let Some(index) = reserved {
            self.refs[index] = Some(value.clone());
        }
        Ok(Some(value))
    }

    /// Every item takes a byte at least, so no more is reserved than can come.
    fn capacity(&self, len: usize) -> usize {
        len.min(self.source.at_most()).min(1 << 16)
    }

    fn items(
        &mut self,
        len: usize,
        null: &'static str,
    ) -> Result<Vec<B::Value>, ReadError<B::Error>> {
        let mut items = Vec::with_capacity(self.capacity(len));
        for _ in 0..len {
            items.push(self.object()?.ok_or(ReadError::Type(null))?);
        }
        Ok(items)
    }

    #[inline(never)]
    fn tuple(&mut self, len: usize, flagged: bool) -> Read<B> {
        const NULL_ITEM: &str = "NULL object in marshal data for tuple";
        let Some(index) = self.reserve(flagged) else {
            let items = self.items(len, NULL_ITEM)?;
            let value = self.build.tuple(items);
            return self.finish(None, value);
        };
        // A tuple that is referred to has an item at least, which takes a byte.
        if len <= self.source.at_most() {
            self.open.push((index, len));
        }
        let items = self.items(len, NULL_ITEM)?;
        self.open.retain(|(number, _)| *number != index);
        if let Some(tuple) = self.refs[index].clone() {
            self.build.tuple_fill(&tuple, items).map_err(ReadError::Other)?;
            return Ok(Some(tuple));
        }
        let value = self.build.tuple(items);
        self.finish(Some(index), value)
    }

    #[inline(never)]
    fn list(&mut self, flagged: bool) -> Read<B> {
        let len = self.size("bad marshal data (list size out of range)")?;
        let list = self.build.list(self.capacity(len)).map_err(ReadError::Other)?;
        if flagged {
            self.refs.push(Some(list.clone()));
        }
        for _ in 0..len {
            let item =
                self.object()?.ok_or(ReadError::Type("NULL object in marshal data for list"))?;
            self.build.list_push(&list, item).map_err(ReadError::Other)?;
        }
        Ok(Some(list))
    }

    #[inline(never)]
    fn dict(&mut self, flagged: bool) -> Read<B> {
        let dict = self.build.dict().map_err(ReadError::Other)?;
        if flagged {
            self.refs.push(Some(dict.clone()));
        }
        // NULL ends the dict, in place of a value too.
        while let Some(key) = self.object()? {
            let Some(value) = self.object()? else { break };
            self.build.dict_insert(&dict, key, value).map_err(ReadError::Other)?;
        }
        Ok(Some(dict))
    }

    #[inline(never)]
    fn set(&mut self, flagged: bool) -> Read<B> {
        let len = self.size("bad marshal data (set size out of range)")?;
        let set = self.build.set().map_err(ReadError::Other)?;
        if flagged {
            self.refs.push(Some(set.clone()));
        }
        for _ in 0..len {
            let item =
                self.object()?.ok_or(ReadError::Type("NULL object in marshal data for set"))?;
            self.build.set_add(&set, item).map_err(ReadError::Other)?;
        }
        Ok(Some(set))
    }

    #[inline(never)]
    fn frozenset(&mut self, flagged: bool) -> Read<B> {
        let len = self.size("bad marshal data (set size out of range)")?;
        // The empty one is shared, so it takes its number at once.
        let reserved = self.reserve(flagged);
        let items = self.items(len, "NULL object in marshal data for set")?;
        let value = self.build.frozenset(items);
        self.finish(reserved, value)
    }

    #[inline(never)]
    fn slice(&mut self, flagged: bool) -> Read<B> {
        let reserved = self.reserve(flagged);
        let Some(start) = self.object()? else { return Ok(None) };
        let Some(stop) = self.object()? else { return Ok(None) };
        let Some(step) = self.object()? else { return Ok(None) };
        let value = self.build.slice([start, stop, step]);
        self.finish(reserved, value)
    }

    #[inline(never)]
    fn code(&mut self, flagged: bool) -> Read<B> {
        if !self.allow_code {
            return Err(ReadError::Value("unmarshalling code objects is disallowed"));
        }
        let reserved = self.reserve(flagged);
        let Some(parts) = self.code_parts()? else { return Ok(None) };
        let value = self.build.code(*parts);
        self.finish(reserved, value)
    }

    /// Boxed, so that nesting costs little native stack.
    fn code_parts(&mut self) -> Result<Option<Box<CodeParts<B::Value>>>, ReadError<B::Error>> {
        let mut counts = [0; 5];
        for count in &mut counts {
            *count = self.long()?;
        }
        let mut fields = Vec::with_capacity(10);
        let mut firstlineno = 0;
        for field in 0..10 {
            if field == 8 {
                firstlineno = self.long()?;
            }
            let Some(value) = self.object()? else { return Ok(None) };
            fields.push(value);
        }
        let Ok(
            [
                code,
                consts,
                names,
                localsplusnames,
                localspluskinds,
                filename,
                name,
                qualname,
                linetable,
                exceptiontable,
            ],
        ) = <[B::Value; 10]>::try_from(fields)
        else {
            return Ok(None);
        };
        let [argcount, posonlyargcount, kwonlyargcount, stacksize, flags] = counts;
        Ok(Some(Box::new(CodeParts {
            argcount,
            posonlyargcount,
            kwonlyargcount,
            stacksize,
            flags,
            code,
            consts,
            names,
            localsplusnames,
            localspluskinds,
            filename,
            name,
            qualname,
            firstlineno,
            linetable,
            exceptiontable,
        })))
    }
}

/// Is it UTF-8, lone surrogates allowed? Else start, end and reason as Python's decoder tells them.
fn check_generalized_utf8(text: &[u8]) -> Result<(), (usize, usize, &'static str)> {
    if std::str::from_utf8(text).is_ok() {
        return Ok(());
    }
    let mut at = 0;
    while let Some(&first) = text.get(at) {
        // What the second byte may be keeps out overlong forms and what lies above 10FFFF.
        let (len, second) = match first {
            0..0x80 => (1, 0..=0),
            0xC2..=0xDF => (2, 0x80..=0xBF),
            0xE0 => (3, 0xA0..=0xBF),
            0xE1..=0xEF => (3, 0x80..=0xBF),
            0xF0 => (4, 0x90..=0xBF),
            0xF1..=0xF3 => (4, 0x80..=0xBF),
            0xF4 => (4, 0x80..=0x8F),
            _ => return Err((at, at + 1, "invalid start byte")),
        };
        for offset in 1..len {
            let allowed = if offset == 1 { second.clone() } else { 0x80..=0xBF };
            match text.get(at + offset) {
                None => return Err((at, text.len(), "unexpected end of data")),
                Some(byte) if !allowed.contains(byte) => {
                    return Err((at, at + offset, "invalid continuation byte"));
                }
                Some(_) => {}
            }
        }
        at += len;
    }
    Ok(())
}
