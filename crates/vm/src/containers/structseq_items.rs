//! The words of a struct sequence: a tuple's visible items, and behind them one more word,
//! the tuple of the fields that only attributes show.

use crate::builtins::structseq::PyStructSeq;
use crate::builtins::tuple::PyTuple;
use crate::object::{Py, PyObjectRef};
use crate::types::PyType;
use crate::vm::VirtualMachine;

/// A new struct sequence of type `typ`, whose payload is `PyStructSeq`.
pub fn create(
    vm: &VirtualMachine,
    typ: &Py<PyType>,
    visible: Vec<PyObjectRef>,
    hidden: PyObjectRef,
) -> PyObjectRef {
    let len = visible.len();
    let fill = |at: *mut u8| {
        let at = at as *mut PyObjectRef;
        for (n, item) in visible.into_iter().chain([hidden]).enumerate() {
            // SAFETY: n <= len, and the extra bytes hold len + 1 words.
            unsafe { at.add(n).write(item) };
        }
        true
    };
    let payload = PyStructSeq::header(len);
    // SAFETY: all len + 1 words are initialised.
    unsafe { vm.alloc_var(typ, || payload, (len + 1) * size_of::<PyObjectRef>(), fill) }.into()
}

/// The tuple of hidden fields.  The payload must be a `PyStructSeq`: only its own methods
/// and the attributes of its types call this.
pub fn hidden(t: &PyTuple) -> &PyObjectRef {
    // SAFETY: `create` wrote the word behind the visible items.
    unsafe { &*((t as *const PyTuple).add(1) as *const PyObjectRef).add(t.len()) }
}

/// Drops the hidden fields of a dying struct sequence, whose tuple still has its length.
pub fn drop_hidden(t: &mut PyTuple) {
    let len = t.len();
    // SAFETY: as in `hidden`; the word is never looked at again.
    unsafe {
        std::ptr::drop_in_place(((t as *mut PyTuple).add(1) as *mut PyObjectRef).add(len));
    }
}
