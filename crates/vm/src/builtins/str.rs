//! `str`: generalised UTF-8 behind the payload, with its hash and length cached (D7).
//!
//! Positions seen by Python count code points; inside, everything works on byte offsets,
//! and `byte_offset`/`char_offset` translate (nothing to do for ASCII, a table for the rest).
//!
//! The parts: `slots` (operators), `methods` and `tests`, `format`, `percent`, `translate`,
//! `iter`, `build` (concatenation and join), `intern`.

pub mod build;
pub mod format;
pub mod intern;
pub mod iter;
pub mod methods;
pub mod percent;
pub mod slots;
pub mod split;
pub mod tests;
pub mod translate;

use crate::containers::str_data::{self, CharInfo};
use crate::object::ObjFlags;
use crate::prelude::*;
use std::borrow::Cow;
use std::cell::Cell;
use text::utf8::{self, CharIndex};

const INTERNED: ObjFlags = ObjFlags::PAYLOAD_A;

/// Text: an immutable sequence of Unicode code points.
///
/// str(object='') shows any object as text; str(bytes, encoding, errors) decodes.
#[pyclass(
    name = "str",
    static = STR,
    marker = UNICODE_SUBCLASS, flags(BASETYPE, UNICODE_SUBCLASS, MATCH_SELF, VAR_SIZED),
    with(methods, split, tests, format, translate),
    var_bytes = capacity,
    text = "",
    no_refs
)]
#[repr(C)]
pub struct PyStr {
    /// 0: not computed yet (only the empty string hashes to 0).
    hash: Cell<i64>,
    /// Bytes.
    len: Cell<usize>,
    chars: CharInfo,
    capacity: usize,
}

/// Shorter texts are counted through rather than given a table.
const TABLE_FROM: usize = 96;

impl PyStr {
    pub(crate) fn header(len: usize, capacity: usize, ascii: bool) -> PyStr {
        let chars = if ascii { CharInfo::counted(len) } else { CharInfo::unknown() };
        PyStr { hash: Cell::new(0), len: Cell::new(len), chars, capacity }
    }

    /// A new exact string from valid generalised UTF-8 parts.
    pub fn from_parts(vm: &VirtualMachine, parts: &[&[u8]]) -> PyRef<PyStr> {
        let ascii = parts.iter().all(|p| p.is_ascii());
        str_data::new_str(vm, vm.type_of::<PyStr>(), parts, ascii)
    }

    pub(crate) fn set_capacity(&mut self, capacity: usize) {
        self.capacity = capacity;
    }

    /// After bytes were appended in place.
    pub(crate) fn set_appended(&mut self, len: usize, chars: Option<usize>) {
        self.hash.set(0);
        self.len.set(len);
        self.chars.clear();
        if let Some(n) = chars {
            self.chars.set_count(n);
        }
    }

    #[inline(always)]
    pub fn byte_len(&self) -> usize {
        self.len.get()
    }

    #[inline(always)]
    pub fn capacity(&self) -> usize {
        self.capacity
    }

    /// Generalised UTF-8.
    #[inline(always)]
    pub fn as_bytes(&self) -> &[u8] {
        str_data::bytes(self)
    }

    /// As `&str`, unless it holds surrogates.
    pub fn to_str(&self) -> Option<&str> {
        std::str::from_utf8(self.as_bytes()).ok()
    }

    /// For messages: surrogates become U+FFFD.
    pub fn to_string_lossy(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(self.as_bytes())
    }

    /// Length in code points.
    #[inline]
    pub fn char_len(&self) -> usize {
        match self.chars.count() {
            Some(n) => n,
            None => self.count_chars(),
        }
    }

    #[cold]
    fn count_chars(&self) -> usize {
        let n = utf8::char_count(self.as_bytes());
        self.chars.set_count(n);
        n
    }

    pub(crate) fn known_char_len(&self) -> Option<usize> {
        self.chars.count()
    }

    #[inline(always)]
    pub fn is_ascii(&self) -> bool {
        self.chars.is_count(self.len.get())
    }

    fn table(&self) -> Option<&CharIndex> {
        if let Some(t) = self.chars.table() {
            return Some(t);
        }
        if self.byte_len() < TABLE_FROM {
            return None;
        }
        Some(self.chars.set_table(CharIndex::new(self.as_bytes())))
    }

    /// The byte offset of a character; the end for positions past it.
    #[inline]
    pub fn byte_offset(&self, char: usize) -> usize {
        if self.is_ascii() {
            return char.min(self.byte_len());
        }
        match self.table() {
            Some(t) => t.to_byte(self.as_bytes(), char),
            None => utf8::index::byte_offset(self.as_bytes(), char),
        }
    }

    /// The number of characters before a byte offset.
    #[inline]
    pub fn char_offset(&self, byte: usize) -> usize {
        if self.is_ascii() {
            return byte;
        }
        match self.table() {
            Some(t) => t.to_char(self.as_bytes(), byte),
            None => utf8::char_count(&self.as_bytes()[..byte.min(self.byte_len())]),
        }
    }

    /// The bytes of the characters from `start` to `end`.
    #[inline]
    pub fn slice_bytes(&self, start: usize, end: usize) -> &[u8] {
        let (a, b) = (self.byte_offset(start), self.byte_offset(end));
        &self.as_bytes()[a..b.max(a)]
    }

    /// The code point at a position.
    #[inline]
    pub fn code_point(&self, char: usize) -> Option<u32> {
        utf8::decode_at(self.as_bytes(), self.byte_offset(char)).map(|(cp, _)| cp)
    }

    /// The only code point, if there is exactly one.
    pub fn single(&self) -> Option<u32> {
        let (cp, len) = utf8::decode_at(self.as_bytes(), 0)?;
        (len == self.byte_len()).then_some(cp)
    }

    /// Python's hash; equal for `str` and `bytes` of the same ASCII bytes.
    #[inline(always)]
    pub fn hash(&self) -> i64 {
        let h = self.hash.get();
        if h != 0 { h } else { self.compute_hash() }
    }

    #[inline(never)]
    fn compute_hash(&self) -> i64 {
        let h = crate::protocol::hash::bytes_hash(self.as_bytes());
        self.hash.set(h);
        h
    }

    /// Same text.
    #[inline]
    pub fn same_text(&self, other: &PyStr) -> bool {
        if self.byte_len() != other.byte_len() {
            return false;
        }
        let (a, b) = (self.hash.get(), other.hash.get());
        (a == b || a == 0 || b == 0) && self.as_bytes() == other.as_bytes()
    }
}

impl Py<PyStr> {
    #[inline(always)]
    pub fn is_exact(&self) -> bool {
        self.class().own_spec().is_some_and(|s| std::ptr::eq(s, PyStr::SPEC))
    }

    #[inline(always)]
    pub fn is_interned(&self) -> bool {
        self.has_flag(INTERNED)
    }

    pub(crate) fn mark_interned(&self) {
        self.header().set_flag(INTERNED, true);
    }

    /// May grow in place: nobody has cached anything about it.
    pub(crate) fn is_growable(&self) -> bool {
        !self.is_interned() && self.is_exact()
    }

    /// The same text as an exact `str`.
    #[inline]
    pub fn to_exact(&self, vm: &VirtualMachine) -> PyRef<PyStr> {
        if self.is_exact() { self.to_ref() } else { vm.new_str_bytes(self.as_bytes()) }
    }

    /// The characters from `start` to `end`, as an exact `str`.
    pub fn substring(&self, vm: &VirtualMachine, start: usize, end: usize) -> PyRef<PyStr> {
        if start == 0 && end >= self.char_len() {
            return self.to_exact(vm);
        }
        vm.new_str_piece(self.slice_bytes(start, end), self.is_ascii())
    }

    /// A piece of this text; all of it is the same object if that is exact.
    pub(crate) fn piece(&self, vm: &VirtualMachine, bytes: &[u8]) -> PyRef<PyStr> {
        if bytes.len() == self.byte_len() {
            return self.to_exact(vm);
        }
        vm.new_str_piece(bytes, self.is_ascii())
    }
}

impl VirtualMachine {
    pub fn new_str(&self, s: impl AsRef<str>) -> PyRef<PyStr> {
        self.new_str_bytes(s.as_ref().as_bytes())
    }

    /// A string from generalised UTF-8, which the caller knows to be valid.
    #[inline]
    pub fn new_str_bytes(&self, bytes: &[u8]) -> PyRef<PyStr> {
        self.new_str_piece(bytes, false)
    }

    /// As `new_str_bytes`; `ascii` saves the test where the caller knows that it is.
    #[inline]
    pub fn new_str_piece(&self, bytes: &[u8], ascii: bool) -> PyRef<PyStr> {
        if bytes.len() <= 2
            && let Some(s) = self.cached_str(bytes)
        {
            return s;
        }
        let ascii = ascii || bytes.is_ascii();
        str_data::new_str(self, &self.types().str, &[bytes], ascii)
    }

    fn cached_str(&self, bytes: &[u8]) -> Option<PyRef<PyStr>> {
        let cache = self.interp.chars.get()?;
        match *bytes {
            [] => Some(cache.empty.clone()),
            [b @ ..0x80] => Some(cache.latin1[b as usize].clone()),
            [lead @ 0xc2..=0xc3, low] => {
                Some(cache.latin1[((lead as usize & 3) << 6) | (low as usize & 0x3f)].clone())
            }
            _ => None,
        }
    }

    /// As `new_str_bytes`, of many bytes perhaps: `MemoryError` if there is no room.
    pub fn try_new_str(&self, bytes: &[u8]) -> PyResult<PyRef<PyStr>> {
        self.check_room(bytes.len())?;
        Ok(self.new_str_bytes(bytes))
    }

    /// The string of one code point.
    #[inline]
    pub fn new_char(&self, cp: u32) -> PyRef<PyStr> {
        if cp < 256
            && let Some(cache) = self.interp.chars.get()
        {
            return cache.latin1[cp as usize].clone();
        }
        let (bytes, len) = utf8::encode(cp);
        self.new_str_bytes(&bytes[..len])
    }

    pub fn empty_str(&self) -> PyRef<PyStr> {
        self.new_str_bytes(b"")
    }

    /// `MemoryError` when that many bytes are clearly too many.
    #[inline]
    pub fn check_room(&self, bytes: usize) -> PyResult<()> {
        if bytes <= host::blocks::FROM_RESERVE { Ok(()) } else { self.check_much_room(bytes) }
    }

    #[cold]
    fn check_much_room(&self, bytes: usize) -> PyResult<()> {
        let mut probe: Vec<u8> = Vec::new();
        let fits = bytes < isize::MAX as usize / 2 && probe.try_reserve_exact(bytes + 64).is_ok();
        // Or the optimiser would see that nobody uses the block, and not ask for it.
        std::hint::black_box(probe.as_ptr());
        if fits { Ok(()) } else { Err(self.memory_error()) }
    }

    /// The error for a result that would not fit.
    #[cold]
    pub fn size_error(&self, e: utf8::SizeError, overflow: &str) -> PyErr {
        match e {
            utf8::SizeError::Overflow => self.overflow_error(overflow),
            utf8::SizeError::Memory => self.memory_error(),
        }
    }

    /// An error of the formatting mini-languages.
    #[cold]
    pub fn format_error(&self, e: ::text::format::FormatError) -> PyErr {
        use ::text::format::ErrorKind;
        let exc = self.exc();
        let typ = match e.kind {
            ErrorKind::Value => &exc.value_error,
            ErrorKind::Type => &exc.type_error,
            ErrorKind::Overflow => &exc.overflow_error,
            ErrorKind::Memory => return self.memory_error(),
        };
        self.new_exception(typ, vec![self.new_str_bytes(&e.message).into()])
    }

    /// `must be str, not int` for a parameter of another name than `FromArg` gives.
    pub fn expect_str<'a>(&self, o: PyObject<'a>, message: &str) -> PyResult<&'a Py<PyStr>> {
        o.downcast::<PyStr>().ok_or_else(|| {
            self.type_error(format!("{message}, not {}", o.class(self).display_name()))
        })
    }
}

/// A slice bound: an index or None, saturated.
#[derive(Clone, Copy, Debug)]
pub struct Bound(pub Option<i64>);

impl<'a> FromArg<'a> for Bound {
    #[inline]
    fn from_arg(vm: &VirtualMachine, obj: PyObject<'a>, _context: ArgContext) -> PyResult<Self> {
        Ok(Bound(vm.slice_bound(obj)?.map(|v| v as i64)))
    }
}

/// The range of a sequence of `len` items that two bounds select; the end may lie before
/// the start.
#[inline]
pub fn clamp(start: Option<Bound>, end: Option<Bound>, len: usize) -> (usize, usize) {
    let cut = |v: i64| {
        let v = if v < 0 { v.saturating_add(len as i64).max(0) } else { v };
        v as usize
    };
    let start = start.and_then(|b| b.0).map_or(0, cut);
    let end = end.and_then(|b| b.0).map_or(len, cut).min(len);
    (start, end)
}
