//! What LOAD_ATTR found for a type and a name, for sites that see many types.
//!
//! An entry says what an inline cache would say; like one, it holds nothing counted and is
//! valid while the type's version is the cached one.

#![allow(unsafe_code)]

use crate::builtins::str::PyStr;
use crate::object::Py;
use crate::types::PyType;
use bytecode::Opcode;
use std::cell::UnsafeCell;

const SIZE: usize = 1024;

#[derive(Clone, Copy)]
#[repr(C, align(32))]
pub struct CachedAttr {
    version: u32,
    /// The special form of LOAD_ATTR that applies.
    pub form: Opcode,
    /// Its byte offset, for fields.
    pub at: u16,
    name: u64,
    /// Its word, uncounted, for methods and class attributes.
    pub value: u64,
}

/// (type version, interned name, method or not) to the special form that loads it.
///
/// The entries lie in the interpreter itself: a site is one load away from them.
pub struct AttrCache(UnsafeCell<[CachedAttr; SIZE]>);

const EMPTY: CachedAttr =
    CachedAttr { version: 0, form: Opcode::LoadAttr, at: 0, name: 0, value: 0 };

/// What names a site's attribute: the interned name's address, whose bit 0 is set for loads
/// of methods.
pub fn attr_key(name: &Py<PyStr>, method: bool) -> u64 {
    (name.as_ptr() as usize | method as usize) as u64
}

impl AttrCache {
    pub fn new() -> AttrCache {
        AttrCache(UnsafeCell::new([EMPTY; SIZE]))
    }

    #[inline(always)]
    fn slot(&self, typ: &Py<PyType>, key: u64) -> *mut CachedAttr {
        // By the type's address rather than its version, which need not be loaded first.
        let i = ((typ.as_ptr() as usize >> 5) ^ (key >> 4) as usize) % SIZE;
        // SAFETY: the index is in range; entries are read and written in single steps.
        unsafe { (*self.0.get()).as_mut_ptr().add(i) }
    }

    #[inline(always)]
    pub fn find(&self, typ: &Py<PyType>, key: u64) -> Option<&CachedAttr> {
        let version = typ.version.get();
        // SAFETY: an entry is looked at before anything can write it.
        let e = unsafe { &*self.slot(typ, key) };
        if version != 0 && e.version == version && e.name == key { Some(e) } else { None }
    }

    /// The name is interned, and the type has a version.
    pub fn put(&self, typ: &Py<PyType>, key: u64, form: Opcode, at: u16, value: u64) {
        let version = typ.version.get();
        // SAFETY: as in `slot`.
        unsafe { *self.slot(typ, key) = CachedAttr { version, form, at, name: key, value } };
    }

    /// Forgets everything: interned names may go away.
    pub fn clear(&self) {
        // SAFETY: as in `slot`.
        unsafe { (*self.0.get()).fill(EMPTY) };
    }
}
