//! A tuple's items: words behind the payload, written once.

use crate::builtins::tuple::PyTuple;
use crate::object::{Py, PyObjectRef, PyRef};
use crate::types::PyType;
use crate::vm::VirtualMachine;

/// A new tuple of type `typ` from exactly `len` items.
pub fn new_tuple(
    vm: &VirtualMachine,
    typ: &Py<PyType>,
    len: usize,
    items: impl Iterator<Item = PyObjectRef>,
) -> PyRef<PyTuple> {
    let fill = |at: *mut u8| {
        let at = at as *mut PyObjectRef;
        let mut n = 0;
        for item in items.take(len) {
            // SAFETY: n < len, and the extra bytes hold len words.
            unsafe { at.add(n).write(item) };
            n += 1;
        }
        assert!(n == len, "an iterator was shorter than it said");
    };
    // SAFETY: all `len` words are initialised.
    unsafe { vm.alloc_var(typ, || PyTuple::header(len), len * size_of::<PyObjectRef>(), fill) }
}

/// A new tuple of type `typ` that takes over the items of a vector.
pub fn new_tuple_from(
    vm: &VirtualMachine,
    typ: &Py<PyType>,
    mut items: Vec<PyObjectRef>,
) -> PyRef<PyTuple> {
    let len = items.len();
    let fill = |at: *mut u8| {
        // SAFETY: the extra bytes hold `len` words; the items move, and the vector forgets
        // them.
        unsafe {
            std::ptr::copy_nonoverlapping(items.as_ptr(), at as *mut PyObjectRef, len);
            items.set_len(0);
        }
    };
    // SAFETY: all `len` words are initialised.
    unsafe { vm.alloc_var(typ, || PyTuple::header(len), len * size_of::<PyObjectRef>(), fill) }
}

/// The items of a tuple.
#[inline(always)]
pub fn items(t: &PyTuple) -> &[PyObjectRef] {
    // SAFETY: every PyTuple lies in an allocation made by `new_tuple`, `len` words behind it.
    unsafe {
        std::slice::from_raw_parts((t as *const PyTuple).add(1) as *const PyObjectRef, t.len())
    }
}

/// Drops the items of a dying tuple, last one first, as CPython does.
pub fn drop_items(t: &mut PyTuple) {
    let mut i = t.len();
    // SAFETY: as in `items`; the tuple is never looked at again.
    unsafe {
        let first = (t as *mut PyTuple).add(1) as *mut PyObjectRef;
        while i > 0 {
            i -= 1;
            std::ptr::drop_in_place(first.add(i));
        }
    }
}
