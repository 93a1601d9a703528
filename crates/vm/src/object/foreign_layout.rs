//! Objects whose class was assigned: they keep the memory they were made with.
//!
//! An object flagged `FOREIGN` was laid out for another class than its present one.  Its
//! layout stands in a table of the process, by address, from the assignment to the
//! object's death; its inline values have moved to a dict for good.

use super::alloc::Layout;
use super::header::{Header, ObjFlags};
use super::refs::Py;
use crate::types::{PyType, TypeFlags};
use parking_lot::Mutex;
use std::collections::HashMap;
use std::ptr::NonNull;

/// Layouts by address of the object; equal layouts share one leaked copy.
#[derive(Default)]
struct Table {
    by_address: Option<HashMap<usize, &'static Layout>>,
    known: Vec<&'static Layout>,
}

static TABLE: Mutex<Table> = Mutex::new(Table { by_address: None, known: Vec::new() });

/// The layout that an object flagged `FOREIGN` was made with.
#[cold]
pub(crate) fn of(h: &Header) -> &'static Layout {
    let table = TABLE.lock();
    let found = table.by_address.as_ref().and_then(|t| t.get(&(&raw const *h as usize)));
    found.expect("a foreign object is in the table")
}

/// The object dies.
#[cold]
pub(crate) fn take(h: &Header) -> Layout {
    let mut table = TABLE.lock();
    let found = table.by_address.as_mut().and_then(|t| t.remove(&(&raw const *h as usize)));
    *found.expect("a foreign object is in the table")
}

/// Makes the object an instance of `new`; its memory stays laid out for `old`.
pub(crate) fn assign_class(h: &Header, old: &Py<PyType>, new: &Py<PyType>) {
    if !h.has_flag(ObjFlags::FOREIGN) && old.layout != new.layout {
        let mut table = TABLE.lock();
        let layout = match table.known.iter().find(|l| ***l == old.layout) {
            Some(l) => *l,
            None => {
                let l: &'static Layout = Box::leak(Box::new(old.layout));
                table.known.push(l);
                l
            }
        };
        table.by_address.get_or_insert_default().insert(&raw const *h as usize, layout);
        h.set_flag(ObjFlags::FOREIGN, true);
    }
    if new.has_flags(TypeFlags::HEAP) {
        new.header().inc();
    }
    let before = h.type_ptr();
    h.set_type_ptr(NonNull::from(new));
    // SAFETY: the object counted its type if that is a heap type; it does so no more.
    unsafe {
        if before.as_ref().has_flags(TypeFlags::HEAP) {
            drop(super::refs::PyRef::<PyType>::from_raw(before.cast()));
        }
    }
}
