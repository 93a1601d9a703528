//! `str`: generalised UTF-8 behind the payload, with its hash and length cached (D7).

use crate::containers::str_data;
use crate::object::ObjFlags;
use crate::prelude::*;
use std::borrow::Cow;
use std::cell::Cell;

const INTERNED: ObjFlags = ObjFlags::PAYLOAD_A;

#[repr(C)]
pub struct PyStr {
    /// 0: not computed yet (no string hashes to 0).
    hash: Cell<i64>,
    /// Bytes.
    len: Cell<usize>,
    /// Code points; `usize::MAX` until counted.
    chars: Cell<usize>,
    capacity: usize,
}

const NOT_COUNTED: usize = usize::MAX;

impl PyStr {
    pub(crate) fn header(len: usize, capacity: usize, ascii: bool) -> PyStr {
        let chars = if ascii { len } else { NOT_COUNTED };
        PyStr { hash: Cell::new(0), len: Cell::new(len), chars: Cell::new(chars), capacity }
    }

    /// A new exact string from valid generalised UTF-8 parts.
    pub fn from_parts(vm: &VirtualMachine, parts: &[&[u8]]) -> PyRef<PyStr> {
        let len = parts.iter().map(|p| p.len()).sum();
        let ascii = parts.iter().all(|p| p.is_ascii());
        str_data::new_str(vm, vm.type_of::<PyStr>(), parts, len, ascii)
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
        let n = self.chars.get();
        if n != NOT_COUNTED {
            return n;
        }
        let n = self.as_bytes().iter().filter(|b| **b & 0xC0 != 0x80).count();
        self.chars.set(n);
        n
    }

    #[inline(always)]
    pub fn is_ascii(&self) -> bool {
        self.chars.get() == self.len.get()
    }

    /// Python's hash; equal for `str` and `bytes` of the same ASCII bytes.
    #[inline(always)]
    pub fn hash(&self) -> i64 {
        let h = self.hash.get();
        if h != 0 { h } else { self.compute_hash() }
    }

    #[cold]
    fn compute_hash(&self) -> i64 {
        let h = crate::protocol::hash::bytes_hash(self.as_bytes());
        self.hash.set(h);
        h
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
}

impl Traverse for PyStr {
    fn traverse(&self, _visit: &mut Visitor<'_>) {}
}

impl PyPayload for PyStr {
    const SPEC: &'static TypeSpec = &STR;

    fn var_bytes(&self) -> usize {
        self.capacity
    }
}

pub static STR: TypeSpec = TypeSpec {
    flags: TypeFlags::BASETYPE
        .union(TypeFlags::UNICODE_SUBCLASS)
        .union(TypeFlags::MATCH_SELF)
        .union(TypeFlags::VAR_SIZED),
    ..TypeSpec::of::<PyStr>("builtins", "str")
};
