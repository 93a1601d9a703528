//! A bytes object's data, behind the payload, written once.

use crate::builtins::bytes::PyBytes;
use crate::object::{Py, PyRef};
use crate::types::PyType;
use crate::vm::VirtualMachine;

/// A new bytes object of type `typ`.
pub fn new_bytes(vm: &VirtualMachine, typ: &Py<PyType>, data: &[u8]) -> PyRef<PyBytes> {
    let fill = |at: *mut u8| {
        // SAFETY: the extra bytes hold the data.
        unsafe { at.copy_from_nonoverlapping(data.as_ptr(), data.len()) }
    };
    // SAFETY: `len` bytes are initialised, and no more are ever read.
    unsafe { vm.alloc_var(typ, PyBytes::header(data.len()), data.len().next_multiple_of(8), fill) }
}

#[inline(always)]
pub fn bytes(b: &PyBytes) -> &[u8] {
    // SAFETY: every PyBytes lies in an allocation made here, its data behind it.
    unsafe { std::slice::from_raw_parts((b as *const PyBytes).add(1) as *const u8, b.len()) }
}
