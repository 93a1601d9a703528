//! Interned strings: the table, and the strings of at most one character below U+0100.
//!
//! The table holds a reference to every string in it.  When it has doubled since the last
//! sweep, the strings that nobody else holds leave it, so that programs which make names up
//! do not grow it without bound; caches that know names by address are emptied with them.

use crate::interpreter::Interpreter;
use crate::prelude::*;
use crate::protocol::hash::bytes_hash;
use std::cell::Cell;

/// Open addressing with linear probing; a power of two of slots, at most half in use.
#[derive(Default)]
pub struct InternTable {
    slots: PyCell<Vec<Option<PyRef<PyStr>>>>,
    used: Cell<usize>,
    sweep_at: Cell<usize>,
}

const FIRST_SLOTS: usize = 2048;
const FIRST_SWEEP: usize = 8192;

fn find(slots: &[Option<PyRef<PyStr>>], hash: i64, bytes: &[u8]) -> Result<usize, usize> {
    let mask = slots.len() - 1;
    let mut i = hash as usize & mask;
    loop {
        match &slots[i] {
            None => return Err(i),
            Some(s) if s.hash() == hash && s.as_bytes() == bytes => return Ok(i),
            Some(_) => i = (i + 1) & mask,
        }
    }
}

impl InternTable {
    fn get(&self, hash: i64, bytes: &[u8]) -> Option<PyRef<PyStr>> {
        self.slots.with(|slots| {
            if slots.is_empty() {
                return None;
            }
            find(slots, hash, bytes).ok().and_then(|i| slots[i].clone())
        })
    }

    fn insert(&self, vm: &VirtualMachine, s: PyRef<PyStr>) {
        let room = self.slots.with(Vec::len);
        if self.used.get() * 2 >= room {
            self.rebuild(vm);
        }
        self.slots.with_mut(|slots| {
            if let Err(i) = find(slots, s.hash(), s.as_bytes()) {
                slots[i] = Some(s);
                self.used.set(self.used.get() + 1);
            }
        });
    }

    #[cold]
    fn rebuild(&self, vm: &VirtualMachine) {
        let mut all: Vec<PyRef<PyStr>> =
            self.slots.replace(Vec::new()).into_iter().flatten().collect();
        let sweep_at = self.sweep_at.get().max(FIRST_SWEEP);
        if all.len() >= sweep_at {
            let (dead, alive): (Vec<_>, Vec<_>) =
                all.into_iter().partition(|s| s.header().count() == 1);
            if !dead.is_empty() {
                vm.interp.method_cache.clear();
                vm.interp.attr_cache.clear();
            }
            all = alive;
            self.sweep_at.set((all.len() * 2).max(FIRST_SWEEP));
        }
        let room = (all.len() * 4).next_power_of_two().max(FIRST_SLOTS);
        let mut slots = vec![None; room];
        self.used.set(all.len());
        for s in all {
            if let Err(i) = find(&slots, s.hash(), s.as_bytes()) {
                slots[i] = Some(s);
            }
        }
        self.slots.set(slots);
    }
}

impl Interpreter {
    /// How many strings are interned.
    pub fn interned_count(&self) -> usize {
        self.interned.used.get()
    }

    /// The interned string with these bytes.
    pub(crate) fn intern_bytes(&self, vm: &VirtualMachine, bytes: &[u8]) -> PyRef<PyStr> {
        if let Some(s) = self.interned.get(bytes_hash(bytes), bytes) {
            return s;
        }
        let s = PyStr::from_parts(vm, &[bytes]);
        s.mark_interned();
        self.interned.insert(vm, s.clone());
        s
    }

    /// The interned form of a string, as an exact `str`; itself, if it is the first with
    /// its bytes.
    pub(crate) fn intern_str(&self, vm: &VirtualMachine, s: &Py<PyStr>) -> PyRef<PyStr> {
        if s.is_interned() {
            return s.to_ref();
        }
        if !s.is_exact() {
            return self.intern_bytes(vm, s.as_bytes());
        }
        if let Some(found) = self.interned.get(s.hash(), s.as_bytes()) {
            return found;
        }
        s.mark_interned();
        self.interned.insert(vm, s.to_ref());
        s.to_ref()
    }
}

impl VirtualMachine {
    /// The interned string.
    pub fn intern(&self, s: &str) -> PyRef<PyStr> {
        self.interp.intern_bytes(self, s.as_bytes())
    }

    /// The interned form of a string (`sys.intern`).
    pub fn intern_str(&self, s: &Py<PyStr>) -> PyRef<PyStr> {
        self.interp.intern_str(self, s)
    }
}

/// The empty string and those of one character below U+0100, made once.
pub struct CharCache {
    pub(crate) empty: PyRef<PyStr>,
    pub(crate) latin1: Vec<PyRef<PyStr>>,
}

impl CharCache {
    pub(crate) fn new(vm: &VirtualMachine) -> CharCache {
        let latin1 = (0..256u32).map(|cp| {
            let (bytes, len) = text::utf8::encode(cp);
            vm.interp.intern_bytes(vm, &bytes[..len]).immortal()
        });
        CharCache { empty: vm.interp.intern_bytes(vm, b"").immortal(), latin1: latin1.collect() }
    }
}
