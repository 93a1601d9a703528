//! What LOAD_ATTR found for a type and a name, for sites that see many types.
//!
//! An entry says what an inline cache would say; like one, it holds nothing counted and is
//! valid while the type's version is the cached one.

#![allow(unsafe_code)]

use crate::builtins::str::PyStr;
use crate::object::Py;
use bytecode::Opcode;
use std::cell::UnsafeCell;

const SIZE: usize = 1024;

#[derive(Clone, Copy)]
pub struct CachedAttr {
    version: u32,
    /// The special form of LOAD_ATTR that applies.
    pub form: Opcode,
    /// Its byte offset, for fields.
    pub at: u16,
    /// The interned name's address; its bit 0 is set for loads of methods.
    name: usize,
    /// Its word, uncounted, for methods and class attributes.
    pub value: u64,
}

/// (type version, interned name, method or not) to the special form that loads it.
pub struct AttrCache(UnsafeCell<Vec<CachedAttr>>);

const EMPTY: CachedAttr =
    CachedAttr { version: 0, form: Opcode::LoadAttr, at: 0, name: 0, value: 0 };

#[inline(always)]
fn key(name: &Py<PyStr>, method: bool) -> usize {
    name.as_ptr() as usize | method as usize
}

impl AttrCache {
    pub fn new() -> AttrCache {
        AttrCache(UnsafeCell::new(vec![EMPTY; SIZE]))
    }

    #[inline(always)]
    fn slot(&self, version: u32, name: usize) -> *mut CachedAttr {
        let i = (version as usize ^ (name >> 4)) % SIZE;
        // SAFETY: the index is in range; entries are read and written in single steps.
        unsafe { (*self.0.get()).as_mut_ptr().add(i) }
    }

    #[inline(always)]
    pub fn find(&self, version: u32, name: &Py<PyStr>, method: bool) -> Option<&CachedAttr> {
        let name = key(name, method);
        // SAFETY: an entry is looked at before anything can write it.
        let e = unsafe { &*self.slot(version, name) };
        if version != 0 && e.version == version && e.name == name { Some(e) } else { None }
    }

    /// `name` is interned, and `version` not 0.
    pub fn put(
        &self,
        version: u32,
        name: &Py<PyStr>,
        method: bool,
        form: Opcode,
        at: u16,
        value: u64,
    ) {
        let name = key(name, method);
        // SAFETY: as in `slot`.
        unsafe { *self.slot(version, name) = CachedAttr { version, form, at, name, value } };
    }

    /// Forgets everything: interned names may go away.
    pub fn clear(&self) {
        // SAFETY: as in `slot`.
        unsafe { (*self.0.get()).fill(EMPTY) };
    }
}
