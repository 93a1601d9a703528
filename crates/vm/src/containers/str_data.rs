//! A string's bytes: generalised UTF-8 behind the payload.

use crate::builtins::str::PyStr;
use crate::object::{Py, PyRef};
use crate::types::PyType;
use crate::vm::VirtualMachine;

/// A new string whose bytes are `parts` joined; `capacity` is at least their length.
pub fn new_str(
    vm: &VirtualMachine,
    typ: &Py<PyType>,
    parts: &[&[u8]],
    capacity: usize,
    ascii: bool,
) -> PyRef<PyStr> {
    let len: usize = parts.iter().map(|p| p.len()).sum();
    assert!(capacity >= len);
    let capacity = capacity.next_multiple_of(8);
    let fill = |mut at: *mut u8| {
        for p in parts {
            // SAFETY: the parts' sum is within the capacity.
            unsafe {
                at.copy_from_nonoverlapping(p.as_ptr(), p.len());
                at = at.add(p.len());
            }
        }
    };
    // SAFETY: `len` bytes are initialised, and no more are ever read.
    unsafe { vm.alloc_var(typ, PyStr::header(len, capacity, ascii), capacity, fill) }
}

/// The bytes of a string.
#[inline(always)]
pub fn bytes(s: &PyStr) -> &[u8] {
    // SAFETY: every PyStr lies in an allocation made here, its bytes behind it.
    unsafe { std::slice::from_raw_parts((s as *const PyStr).add(1) as *const u8, s.byte_len()) }
}

/// Appends in place to a string that nobody else holds; false if there is no room.
pub fn append_in_place(s: &Py<PyStr>, tail: &[u8]) -> bool {
    let len = s.byte_len();
    if !s.is_growable() || s.header().count() != 1 || s.capacity() - len < tail.len() {
        return false;
    }
    // SAFETY: the only reference is the caller's, so no slice of the bytes is alive; the
    // tail fits into the capacity and cannot overlap it.
    unsafe {
        let end = ((&raw const **s).add(1) as *mut u8).add(len);
        end.copy_from_nonoverlapping(tail.as_ptr(), tail.len());
    }
    true
}
