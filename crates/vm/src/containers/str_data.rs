//! A string's bytes: generalised UTF-8 behind the payload, and the word that knows its
//! length in code points.
//!
//! ```text
//!   PyStr payload | bytes .. len | room .. capacity
//! ```
//! Invariant: `len` bytes are initialised and no more are ever read; bytes change only by
//! growing at the end, and only while a single owned reference exists.

use crate::builtins::str::PyStr;
use crate::object::{Py, PyObjectRef, PyRef, alloc};
use crate::types::PyType;
use crate::vm::VirtualMachine;
use std::cell::Cell;
use text::utf8::CharIndex;

/// Length in code points: not counted, counted, or the table that also finds positions.
pub struct CharInfo(Cell<usize>);

const NOT_COUNTED: usize = usize::MAX;
/// Set in the address of a table.
const TABLE: usize = 1 << 63;

impl CharInfo {
    pub fn counted(chars: usize) -> CharInfo {
        CharInfo(Cell::new(chars))
    }

    pub fn unknown() -> CharInfo {
        CharInfo(Cell::new(NOT_COUNTED))
    }

    /// The word itself equals the number of bytes exactly when the text is ASCII.
    #[inline(always)]
    pub fn is_count(&self, n: usize) -> bool {
        self.0.get() == n
    }

    #[inline(always)]
    pub fn count(&self) -> Option<usize> {
        let v = self.0.get();
        if v & TABLE == 0 { Some(v) } else { self.table().map(CharIndex::char_count) }
    }

    pub fn set_count(&self, n: usize) {
        if self.table().is_none() {
            self.0.set(n);
        }
    }

    #[inline]
    pub fn table(&self) -> Option<&CharIndex> {
        let v = self.0.get();
        if v & TABLE == 0 || v == NOT_COUNTED {
            return None;
        }
        // SAFETY: the address comes from `set_table` and is freed only by `clear`, which
        // takes `&mut self`.
        Some(unsafe { &*std::ptr::with_exposed_provenance::<CharIndex>(v & !TABLE) })
    }

    /// Keeps the table; the present one, if there is one already.
    pub fn set_table(&self, table: CharIndex) -> &CharIndex {
        if self.table().is_none() {
            let p = Box::into_raw(Box::new(table));
            self.0.set(p.expose_provenance() | TABLE);
        }
        self.table().expect("just set")
    }

    /// Forgets what is known.
    pub fn clear(&mut self) {
        if self.table().is_some() {
            let p = std::ptr::with_exposed_provenance_mut::<CharIndex>(self.0.get() & !TABLE);
            // SAFETY: made by `Box::into_raw` in `set_table`, and forgotten below.
            drop(unsafe { Box::from_raw(p) });
        }
        self.0.set(NOT_COUNTED);
    }
}

impl Drop for CharInfo {
    fn drop(&mut self) {
        self.clear();
    }
}

/// Writes the bytes of a new string; what is left unwritten at the end is a bug and panics.
pub struct Writer {
    at: *mut u8,
    left: usize,
}

impl Writer {
    #[inline(always)]
    pub fn push(&mut self, bytes: &[u8]) {
        assert!(bytes.len() <= self.left, "a string was longer than it said");
        // SAFETY: within the room, by the assertion; the new object overlaps nothing.
        unsafe {
            self.at.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len());
            self.at = self.at.add(bytes.len());
        }
        self.left -= bytes.len();
    }

    /// `bytes`, `count` times.
    pub fn push_repeated(&mut self, bytes: &[u8], count: usize) {
        let total = bytes.len() * count;
        assert!(total <= self.left, "a string was longer than it said");
        if total == 0 {
            return;
        }
        // SAFETY: as in `push`; each step copies what the steps before it wrote, doubling.
        unsafe {
            if let [b] = bytes {
                self.at.write_bytes(*b, count);
            } else {
                self.at.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len());
                let mut done = bytes.len();
                while done < total {
                    let n = done.min(total - done);
                    self.at.add(done).copy_from_nonoverlapping(self.at, n);
                    done += n;
                }
            }
            self.at = self.at.add(total);
        }
        self.left -= total;
    }
}

/// A new string of type `typ` with `len` bytes, which `fill` writes.
#[inline]
pub fn new_str_with(
    vm: &VirtualMachine,
    typ: &Py<PyType>,
    len: usize,
    ascii: bool,
    fill: impl FnOnce(&mut Writer),
) -> PyRef<PyStr> {
    if vm.check_room(len).is_err() {
        // An empty one stands in for it until the error is raised, at the next boundary: only
        // native code of the same instruction can see it.
        vm.request(crate::vm::breaker::MEMORY);
        return new_str(vm, typ, &[], true);
    }
    let capacity = len.next_multiple_of(8);
    let fill = |at: *mut u8| {
        let mut w = Writer { at, left: len };
        fill(&mut w);
        assert!(w.left == 0, "a string was shorter than it said");
        true
    };
    // SAFETY: `len` bytes are initialised, and no more are ever read.
    unsafe { vm.alloc_var(typ, || PyStr::header(len, capacity, ascii), capacity, fill) }
}

/// A new string whose bytes are `parts` joined.
pub fn new_str(
    vm: &VirtualMachine,
    typ: &Py<PyType>,
    parts: &[&[u8]],
    ascii: bool,
) -> PyRef<PyStr> {
    let len: usize = parts.iter().map(|p| p.len()).sum();
    new_str_with(vm, typ, len, ascii, |w| parts.iter().for_each(|p| w.push(p)))
}

/// The bytes of a string.
#[inline(always)]
pub fn bytes(s: &PyStr) -> &[u8] {
    // SAFETY: every PyStr lies in an allocation made here, its bytes behind it.
    unsafe { std::slice::from_raw_parts((s as *const PyStr).add(1) as *const u8, s.byte_len()) }
}

/// Appends to a string that nobody else holds, moving it to a larger place if it is full;
/// `Err` gives it back when it is shared, interned or of a subclass.
pub fn append(left: PyRef<PyStr>, tail: &Py<PyStr>) -> Result<PyRef<PyStr>, PyRef<PyStr>> {
    if !left.is_growable() || left.header().count() != 1 || left.is(tail) {
        return Err(left);
    }
    let (len, more) = (left.byte_len(), tail.byte_len());
    let Some(new_len) = len.checked_add(more) else { return Err(left) };
    let ascii = left.is_ascii() && tail.is_ascii();
    let chars = left.known_char_len().zip(tail.known_char_len()).map(|(a, b)| a + b);
    let mut left = left;
    if left.capacity() < new_len {
        // A quarter more than needed keeps appending linear.
        let Some(room) = new_len.checked_add(new_len / 4) else { return Err(left) };
        let Some(room) = room.checked_next_multiple_of(16) else { return Err(left) };
        let old = left.capacity();
        // SAFETY: the only reference is ours, exact strings have no prefix, and the bytes
        // stay valid wherever they lie.
        left = unsafe { alloc::grow_var(left, old, room) }?;
    }
    let p = PyObjectRef::from(left).into_ptr();
    // SAFETY: the only reference is ours, so no slice of the bytes is alive; the tail lies
    // in another object and fits into the capacity.
    unsafe {
        let s = p.as_ptr() as *mut Py<PyStr>;
        let payload = &raw mut (*s).payload;
        let end = (payload.add(1) as *mut u8).add(len);
        end.copy_from_nonoverlapping(tail.as_bytes().as_ptr(), more);
        (*payload).set_appended(new_len, if ascii { Some(new_len) } else { chars });
        Ok(PyRef::from_raw(p))
    }
}
