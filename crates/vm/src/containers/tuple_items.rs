//! A tuple's items: words behind the payload, written once (twice in tuples that contain
//! themselves, which only marshal data can make).

use crate::builtins::tuple::PyTuple;
use crate::object::header::Header;
use crate::object::{Py, PyObjectRef, PyRef};
use crate::types::PyType;
use crate::vm::VirtualMachine;

/// A new tuple of type `typ` from exactly `len` items.
#[inline]
pub fn new_tuple(
    vm: &VirtualMachine,
    typ: &Py<PyType>,
    len: usize,
    items: impl Iterator<Item = PyObjectRef>,
) -> PyRef<PyTuple> {
    let fill = |at: *mut u8| {
        let at = at as *mut PyObjectRef;
        let mut n = 0;
        let mut watch = !is_plain(typ);
        for item in items.take(len) {
            watch |= can_be_in_cycle(&item);
            // SAFETY: n < len, and the extra bytes hold len words.
            unsafe { at.add(n).write(item) };
            n += 1;
        }
        assert!(n == len, "an iterator was shorter than it said");
        watch
    };
    // SAFETY: all `len` words are initialised.
    unsafe { vm.alloc_var(typ, || PyTuple::header(len), len * size_of::<PyObjectRef>(), fill) }
}

/// A new tuple of one item.
#[inline]
pub fn tuple_of_one(vm: &VirtualMachine, item: PyObjectRef) -> PyRef<PyTuple> {
    let fill = |at: *mut u8| {
        let watch = can_be_in_cycle(&item);
        // SAFETY: the extra bytes hold one word.
        unsafe { (at as *mut PyObjectRef).write(item) };
        watch
    };
    let typ = vm.type_of::<PyTuple>();
    // SAFETY: the one word is initialised.
    unsafe { vm.alloc_var(typ, || PyTuple::header(1), size_of::<PyObjectRef>(), fill) }
}

/// A new tuple of type `typ` that takes over the items of a vector.
pub fn new_tuple_from(
    vm: &VirtualMachine,
    typ: &Py<PyType>,
    mut items: Vec<PyObjectRef>,
) -> PyRef<PyTuple> {
    let len = items.len();
    let fill = |at: *mut u8| {
        let watch = !is_plain(typ) || items.iter().any(can_be_in_cycle);
        // SAFETY: the extra bytes hold `len` words; the items move, and the vector forgets
        // them.
        unsafe {
            std::ptr::copy_nonoverlapping(items.as_ptr(), at as *mut PyObjectRef, len);
            items.set_len(0);
        }
        watch
    };
    // SAFETY: all `len` words are initialised.
    unsafe { vm.alloc_var(typ, || PyTuple::header(len), len * size_of::<PyObjectRef>(), fill) }
}

/// A tuple that is to contain itself: `len` Nones until [`fill`] has been given its items.
pub fn new_open(vm: &VirtualMachine, typ: &Py<PyType>, len: usize) -> PyRef<PyTuple> {
    let fill = |at: *mut u8| {
        for i in 0..len {
            // SAFETY: the extra bytes hold `len` words.
            unsafe { (at as *mut PyObjectRef).add(i).write(PyObjectRef::none()) };
        }
        true
    };
    // SAFETY: all `len` words are initialised.
    unsafe { vm.alloc_var(typ, || PyTuple::header(len), len * size_of::<PyObjectRef>(), fill) }
}

/// Puts the items into a tuple that `new_open` has made, once.  Between the two no Python code
/// runs, so that nobody has borrowed the items.
pub fn fill(t: &PyTuple, items: Vec<PyObjectRef>) {
    for (i, item) in items.into_iter().take(t.len()).enumerate() {
        // SAFETY: as in `items`; the old words are Nones, which nobody needs to drop.
        unsafe { ((t as *const PyTuple).add(1) as *mut PyObjectRef).add(i).write(item) };
    }
}

/// `tuple` itself, whose instances hold nothing but their items.
fn is_plain(typ: &Py<PyType>) -> bool {
    typ.own_spec().is_some()
}

/// An item that may lead back to the tuple.  A tuple without such items is nothing to the
/// collector, now or later: its items do not change.
#[inline(always)]
fn can_be_in_cycle(item: &PyObjectRef) -> bool {
    item.as_object().header().is_some_and(Header::can_be_tracked)
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
