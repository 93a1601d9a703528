//! Looking names up along the MRO, the cache in front of it, and versions.
//!
//! A cached value is not counted: it is valid while the type's version is the cached one,
//! and a type's version is reset before anything along its MRO lets go of a value.

#![allow(unsafe_code)]

use super::{PyType, TypeFlags, creation};
use crate::builtins::dict::PyDict;
use crate::builtins::str::PyStr;
use crate::object::{Py, PyObject, PyObjectRef, PyRef};
use crate::vm::VirtualMachine;
use std::cell::UnsafeCell;

const CACHE_SIZE: usize = 4096;

#[derive(Clone, Copy)]
struct Entry {
    version: u32,
    /// The interned name's address.
    name: usize,
    /// The word found, uncounted; 0: known to be absent.
    value: u64,
}

/// (type version, interned name) to what lookup finds.
pub struct MethodCache(UnsafeCell<Vec<Entry>>);

impl MethodCache {
    pub fn new() -> MethodCache {
        MethodCache(UnsafeCell::new(vec![Entry { version: 0, name: 0, value: 0 }; CACHE_SIZE]))
    }

    /// Forgets everything.
    pub fn clear(&self) {
        // SAFETY: entries are read and written in single steps.
        unsafe { (*self.0.get()).fill(Entry { version: 0, name: 0, value: 0 }) };
    }

    #[inline(always)]
    fn slot(&self, version: u32, name: usize) -> *mut Entry {
        let i = (version as usize ^ (name >> 4)) % CACHE_SIZE;
        // SAFETY: the index is in range; entries are read and written in single steps.
        unsafe { (*self.0.get()).as_mut_ptr().add(i) }
    }
}

impl Py<PyType> {
    /// The attribute dict, filled with the static definitions of a native type.
    #[inline]
    pub fn dict(&self, vm: &VirtualMachine) -> &PyRef<PyDict> {
        if !self.has_flags(TypeFlags::DICT_FILLED) {
            creation::fill_dict(vm, self);
        }
        self.raw_dict()
    }

    /// The attribute `name` of the first type along the MRO that has it, as it lies in that
    /// type's dict.
    #[inline]
    pub fn lookup(&self, vm: &VirtualMachine, name: &Py<PyStr>) -> Option<PyObjectRef> {
        let version = self.version.get();
        if version != 0 && name.is_interned() {
            let e = vm.interp.method_cache.slot(version, name.as_ptr() as usize);
            // SAFETY: see the module's comment.
            unsafe {
                if (*e).version == version && (*e).name == name.as_ptr() as usize {
                    if (*e).value == 0 {
                        return None;
                    }
                    return Some(word_to_object(&(*e).value).to_owned());
                }
            }
        }
        self.lookup_slow(vm, name)
    }

    #[inline(never)]
    fn lookup_slow(&self, vm: &VirtualMachine, name: &Py<PyStr>) -> Option<PyObjectRef> {
        let found = self.lookup_mro(vm, name).map(|(v, _)| v);
        if name.is_interned() {
            let version = self.assign_version(vm);
            if version != 0 {
                let e = vm.interp.method_cache.slot(version, name.as_ptr() as usize);
                // SAFETY: see the module's comment.  An entry is only compared by address:
                // the intern table keeps the name, and empties this cache when it lets
                // names go.
                unsafe {
                    *e = Entry {
                        version,
                        name: name.as_ptr() as usize,
                        value: found.as_ref().map_or(0, |v| v.bits()),
                    };
                }
            }
        }
        found
    }

    /// As `lookup`, uncached, with the type in whose dict it was found.
    pub fn lookup_mro(
        &self,
        vm: &VirtualMachine,
        name: &Py<PyStr>,
    ) -> Option<(PyObjectRef, PyRef<PyType>)> {
        let mro = self.mro();
        for t in mro.as_slice() {
            let t = t.as_object().downcast::<PyType>().expect("an MRO holds types");
            if let Some(v) = t.dict(vm).get_name(name) {
                return Some((v, t.to_ref()));
            }
        }
        None
    }

    /// The version that names the type as it is now; 0 when versions have run out.
    pub fn assign_version(&self, vm: &VirtualMachine) -> u32 {
        let v = self.version.get();
        if v != 0 || self.has_flags(TypeFlags::NO_VERSION) {
            return v;
        }
        // A change of a base resets the versions of subclasses only below types that have
        // one, so the bases get theirs first.
        let mro = self.mro();
        for t in mro.as_slice().iter().skip(1).rev() {
            let t = t.as_object().downcast::<PyType>().expect("an MRO holds types");
            if t.version.get() == 0 {
                t.version.set(vm.interp.new_type_version());
            }
        }
        let v = vm.interp.new_type_version();
        self.version.set(v);
        v
    }

    /// Something that lookups or caches may know has changed: this type and all below it
    /// lose their versions.  Call it before the old value is dropped.
    pub fn modified(&self) {
        let version = self.version.replace(0);
        if version == 0 {
            return;
        }
        self.former_version.set(version);
        for t in self.subclasses.all() {
            t.modified();
        }
    }

    /// The inline slot of an instance attribute, if the class has learnt the name.
    #[inline]
    pub fn shared_key_index(&self, name: &Py<PyStr>) -> Option<usize> {
        self.shared_keys.with(|k| {
            k.iter().position(|n| n.is(name)).or_else(|| {
                if name.is_interned() && name.is_exact() {
                    return None;
                }
                k.iter().position(|n| n.as_bytes() == name.as_bytes())
            })
        })
    }

    /// As `shared_key_index`, learning the name while there is room.
    pub fn learn_shared_key(&self, vm: &VirtualMachine, name: &Py<PyStr>) -> Option<usize> {
        if let Some(i) = self.shared_key_index(name) {
            return Some(i);
        }
        if !name.is_exact() {
            return None;
        }
        let name = vm.intern_str(name);
        let hides = self.lookup(vm, &name).is_some();
        let room = self.layout.inline_capacity as usize;
        let i = self.shared_keys.with_mut(|k| {
            (k.len() < room).then(|| {
                k.push(name);
                k.len() - 1
            })
        })?;
        // Caches that found the name on the class must look again.
        if hides {
            self.modified();
        }
        Some(i)
    }
}

/// # Safety
/// `word` is a live object's word, for as long as the result is used.
unsafe fn word_to_object<'a>(word: &u64) -> PyObject<'a> {
    let p = std::ptr::with_exposed_provenance_mut(*word as usize);
    // SAFETY: by the contract; words are never 0 here.
    unsafe { PyObject::from_raw(std::ptr::NonNull::new_unchecked(p), std::marker::PhantomData) }
}
