//! A bytes object's data, behind the payload, written once.

use crate::builtins::bytes::PyBytes;
use crate::object::{Py, PyRef};
use crate::types::PyType;
use crate::vm::VirtualMachine;

/// A new bytes object of type `typ`.
pub fn new_bytes(vm: &VirtualMachine, typ: &Py<PyType>, data: &[u8]) -> PyRef<PyBytes> {
    new_bytes_of(vm, typ, &[data])
}

/// A new bytes object of type `typ` from parts.
pub fn new_bytes_of(vm: &VirtualMachine, typ: &Py<PyType>, parts: &[&[u8]]) -> PyRef<PyBytes> {
    let mut len = parts.iter().map(|p| p.len()).sum::<usize>();
    let mut parts = parts;
    if vm.check_room(len).is_err() {
        // None stand in for them until the error is raised, at the next boundary: only native
        // code of the same instruction can see that.
        vm.request(crate::vm::breaker::MEMORY);
        (len, parts) = (0, &[]);
    }
    let fill = |mut at: *mut u8| {
        for p in parts {
            // SAFETY: the extra bytes hold the sum of the parts.
            unsafe {
                at.copy_from_nonoverlapping(p.as_ptr(), p.len());
                at = at.add(p.len());
            }
        }
        true
    };
    // SAFETY: `len` bytes are initialised, and no more are ever read.
    unsafe { vm.alloc_var(typ, || PyBytes::header(len), len.next_multiple_of(8), fill) }
}

#[inline(always)]
pub fn bytes(b: &PyBytes) -> &[u8] {
    // SAFETY: every PyBytes lies in an allocation made here, its data behind it.
    unsafe { std::slice::from_raw_parts((b as *const PyBytes).add(1) as *const u8, b.len()) }
}
