//! The dict's table: entries in insertion order, and a separate index.
//!
//! ```text
//!   entries   [hash | key | value] ...      dense, in insertion order; a deleted entry
//!                                           has no key and stays until the next resize
//!   index     open addressing over compact integers (u8, u16 or u32), absent while there
//!             are at most 8 entries: then the hashes are scanned
//! ```
//!
//! Invariants: every live entry is found from its hash; `used` counts live entries;
//! `keys_version` is 0 or names exactly this sequence of keys at these entry numbers.

use crate::builtins::str::PyStr;
use crate::object::{Py, PyObject, PyObjectRef, Visitor};
use std::cell::UnsafeCell;

/// Up to this many entries there is no index.
const SCAN_LIMIT: usize = 8;

/// The table alone cannot answer: keys must be compared.
pub struct MustCompare;

struct Entry {
    hash: i64,
    key: Option<PyObjectRef>,
    value: Option<PyObjectRef>,
}

enum Index {
    None,
    U8(Box<[u8]>),
    U16(Box<[u16]>),
    U32(Box<[u32]>),
}

struct Table {
    entries: Vec<Entry>,
    index: Index,
    used: usize,
    /// Slots of the index that say "deleted".
    dummies: usize,
    /// No live entry lies before this one: taking entries from the front stays linear.
    first: usize,
    /// All keys are exact strings: lookups by string need no Python comparison.
    str_keys: bool,
    keys_version: u32,
    /// Changes whenever entries may have moved; lookups that call out compare it.
    layout_version: u32,
}

/// The storage of dicts, and of everything that maps objects to words.
pub struct DictTable(UnsafeCell<Table>);

/// Where a lookup that must ask Python whether keys are equal stands.
#[derive(Clone, Copy)]
pub struct Probe {
    hash: i64,
    slot: usize,
    perturb: u64,
    started: bool,
}

/// What a probe met.
pub enum Candidate {
    /// An entry whose key is the sought object itself, or a string or int equal to it.
    Same(usize),
    /// An entry with the same hash: the caller compares, then checks `layout_version`.
    Compare(usize, PyObjectRef),
    Absent,
}

const EMPTY: u32 = 0;
const DUMMY: u32 = 1;
/// Index values are the entry number plus this.
const FIRST: u32 = 2;

impl Index {
    #[inline(always)]
    fn get(&self, i: usize) -> u32 {
        match self {
            Index::None => EMPTY,
            Index::U8(t) => u32::from(t[i]),
            Index::U16(t) => u32::from(t[i]),
            Index::U32(t) => t[i],
        }
    }

    #[inline(always)]
    fn set(&mut self, i: usize, v: u32) {
        match self {
            Index::None => {}
            Index::U8(t) => t[i] = v as u8,
            Index::U16(t) => t[i] = v as u16,
            Index::U32(t) => t[i] = v,
        }
    }

    #[inline(always)]
    fn mask(&self) -> usize {
        match self {
            Index::None => 0,
            Index::U8(t) => t.len() - 1,
            Index::U16(t) => t.len() - 1,
            Index::U32(t) => t.len() - 1,
        }
    }

    fn with_slots(n: usize) -> Index {
        debug_assert!(n.is_power_of_two());
        if n <= 128 {
            Index::U8(vec![0; n].into())
        } else if n <= 1 << 15 {
            Index::U16(vec![0; n].into())
        } else {
            Index::U32(vec![0; n].into())
        }
    }

    /// Entries the index may hold before it grows: two thirds of its slots.
    fn usable(&self) -> usize {
        match self {
            Index::None => SCAN_LIMIT,
            _ => (self.mask() + 1) * 2 / 3,
        }
    }
}

/// The probe sequence: CPython's, which visits every slot and uses all bits of the hash.
#[inline(always)]
fn next_slot(slot: usize, perturb: &mut u64, mask: usize) -> usize {
    *perturb >>= 5;
    slot.wrapping_mul(5).wrapping_add(*perturb as usize).wrapping_add(1) & mask
}

/// Equality that needs no Python: the same object, or two exact strings with equal bytes.
#[inline(always)]
fn same_str(entry: &Entry, hash: i64, key: &Py<PyStr>) -> bool {
    let Some(k) = &entry.key else { return false };
    k.is(key)
        || entry.hash == hash
            && k.as_object().downcast::<PyStr>().is_some_and(|s| s.as_bytes() == key.as_bytes())
}

impl Table {
    #[inline]
    fn find_str(&self, hash: i64, key: &Py<PyStr>) -> Option<usize> {
        debug_assert!(self.str_keys);
        if matches!(self.index, Index::None) {
            return self
                .entries
                .iter()
                .position(|e| e.key.as_ref().is_some_and(|k| k.is(key)))
                .or_else(|| self.entries.iter().position(|e| same_str(e, hash, key)));
        }
        let mask = self.index.mask();
        let mut perturb = hash as u64;
        let mut slot = hash as usize & mask;
        loop {
            match self.index.get(slot) {
                EMPTY => return None,
                DUMMY => {}
                n => {
                    let i = (n - FIRST) as usize;
                    if same_str(&self.entries[i], hash, key) {
                        return Some(i);
                    }
                }
            }
            slot = next_slot(slot, &mut perturb, mask);
        }
    }

    /// Puts entry `i` with this hash into a free slot of the index.
    fn index_entry(&mut self, hash: i64, i: usize) {
        let mask = self.index.mask();
        let mut perturb = hash as u64;
        let mut slot = hash as usize & mask;
        while self.index.get(slot) != EMPTY {
            slot = next_slot(slot, &mut perturb, mask);
        }
        self.index.set(slot, i as u32 + FIRST);
    }

    /// The index slot that points to entry `i`.
    fn slot_of(&self, i: usize) -> usize {
        let mask = self.index.mask();
        let hash = self.entries[i].hash;
        let mut perturb = hash as u64;
        let mut slot = hash as usize & mask;
        while self.index.get(slot) != i as u32 + FIRST {
            slot = next_slot(slot, &mut perturb, mask);
        }
        slot
    }

    /// Drops dead entries and builds an index that fits `want` entries.
    fn rebuild(&mut self, want: usize) {
        if self.used != self.entries.len() {
            self.entries.retain(|e| e.key.is_some());
        }
        self.layout_version = self.layout_version.wrapping_add(1);
        self.keys_version = 0;
        self.dummies = 0;
        self.first = 0;
        if want <= SCAN_LIMIT {
            self.index = Index::None;
            return;
        }
        let mut slots = 16;
        while slots * 2 / 3 < want {
            slots *= 2;
        }
        self.index = Index::with_slots(slots);
        for i in 0..self.entries.len() {
            self.index_entry(self.entries[i].hash, i);
        }
    }

    fn push(&mut self, hash: i64, key: PyObjectRef, value: PyObjectRef) {
        // Deleted slots count too: searches end only at a slot that was never used.
        if self.entries.len() >= self.index.usable()
            || self.used + self.dummies >= self.index.usable()
        {
            // Grow threefold by live entries, as CPython does: few resizes, room for churn.
            self.rebuild(
                (self.used * 3 / 2 + 1).max(self.used + 1).max(SCAN_LIMIT.min(self.used + 1)),
            );
        }
        self.str_keys &= key.as_object().downcast::<PyStr>().is_some_and(|s| s.is_exact());
        if !matches!(self.index, Index::None) {
            let i = self.entries.len();
            let mask = self.index.mask();
            let mut perturb = hash as u64;
            let mut slot = hash as usize & mask;
            loop {
                match self.index.get(slot) {
                    EMPTY => break,
                    DUMMY => {
                        self.dummies -= 1;
                        break;
                    }
                    _ => slot = next_slot(slot, &mut perturb, mask),
                }
            }
            self.index.set(slot, i as u32 + FIRST);
        }
        self.entries.push(Entry { hash, key: Some(key), value: Some(value) });
        self.used += 1;
        self.keys_version = 0;
    }

    fn remove(&mut self, i: usize) -> (PyObjectRef, PyObjectRef) {
        self.keys_version = 0;
        if !matches!(self.index, Index::None) {
            let slot = self.slot_of(i);
            self.index.set(slot, DUMMY);
            self.dummies += 1;
        }
        self.used -= 1;
        let e = &mut self.entries[i];
        let taken = e.key.take().zip(e.value.take()).expect("a live entry");
        if i == self.first {
            while self.entries.get(self.first).is_some_and(|e| e.key.is_none()) {
                self.first += 1;
            }
        }
        taken
    }

    /// Forgets the dead entries at the end, so that popitem() in a loop stays linear.
    fn trim(&mut self) {
        self.layout_version = self.layout_version.wrapping_add(1);
        while self.entries.last().is_some_and(|e| e.key.is_none()) {
            self.entries.pop();
        }
        if self.entries.is_empty() {
            self.index = Index::None;
            self.dummies = 0;
            self.first = 0;
            self.str_keys = true;
        }
        self.first = self.first.min(self.entries.len());
    }
}

impl DictTable {
    pub const fn new() -> DictTable {
        DictTable(UnsafeCell::new(Table {
            entries: Vec::new(),
            index: Index::None,
            used: 0,
            dummies: 0,
            first: 0,
            str_keys: true,
            keys_version: 0,
            layout_version: 0,
        }))
    }

    /// Room for `n` entries; `n` is checked by the caller to be sane.
    pub fn with_capacity(n: usize) -> DictTable {
        let t = DictTable::new();
        t.write().entries.reserve_exact(n);
        if n > SCAN_LIMIT {
            t.write().rebuild(n);
        }
        t
    }

    #[inline(always)]
    fn read(&self) -> &Table {
        // SAFETY: no method calls out while it holds this, and none returns a reference
        // into the table; the lock keeps other threads away.
        unsafe { &*self.0.get() }
    }

    #[allow(clippy::mut_from_ref)]
    #[inline(always)]
    fn write(&self) -> &mut Table {
        // SAFETY: as above.
        unsafe { &mut *self.0.get() }
    }

    #[inline(always)]
    pub fn len(&self) -> usize {
        self.read().used
    }

    #[inline(always)]
    pub fn has_str_keys(&self) -> bool {
        self.read().str_keys
    }

    #[inline(always)]
    pub fn keys_version(&self) -> u32 {
        self.read().keys_version
    }

    pub fn set_keys_version(&self, v: u32) {
        self.write().keys_version = v;
    }

    #[inline(always)]
    pub fn layout_version(&self) -> u32 {
        self.read().layout_version
    }

    /// The entry of an exact string, when all keys are exact strings.
    #[inline]
    pub fn find_str(&self, hash: i64, key: &Py<PyStr>) -> Option<usize> {
        self.read().find_str(hash, key)
    }

    /// The entry of a small int, when no key that is neither a small int nor an exact
    /// string stands in the way.
    #[inline]
    pub fn find_small_int(
        &self,
        hash: i64,
        key: PyObject<'_>,
    ) -> Result<Option<usize>, MustCompare> {
        let t = self.read();
        let differs = |e: &Entry| match &e.key {
            Some(k) if e.hash == hash => {
                let k = k.as_object();
                k.small_int().is_some() || k.downcast::<PyStr>().is_some_and(|s| s.is_exact())
            }
            _ => true,
        };
        if matches!(t.index, Index::None) {
            for (i, e) in t.entries.iter().enumerate() {
                if e.key.as_ref().is_some_and(|k| k.is(key)) {
                    return Ok(Some(i));
                }
                if !differs(e) {
                    return Err(MustCompare);
                }
            }
            return Ok(None);
        }
        let mask = t.index.mask();
        let mut perturb = hash as u64;
        let mut slot = hash as usize & mask;
        loop {
            match t.index.get(slot) {
                EMPTY => return Ok(None),
                DUMMY => {}
                n => {
                    let i = (n - FIRST) as usize;
                    let e = &t.entries[i];
                    if e.key.as_ref().is_some_and(|k| k.is(key)) {
                        return Ok(Some(i));
                    }
                    if !differs(e) {
                        return Err(MustCompare);
                    }
                }
            }
            slot = next_slot(slot, &mut perturb, mask);
        }
    }

    #[inline]
    pub fn probe(hash: i64) -> Probe {
        Probe { hash, slot: 0, perturb: hash as u64, started: false }
    }

    /// The next entry whose hash is the probe's.
    pub fn next_candidate(&self, probe: &mut Probe, key: PyObject<'_>) -> Candidate {
        let t = self.read();
        let classify = |i: usize| -> Option<Candidate> {
            let e = &t.entries[i];
            let k = e.key.as_ref()?;
            if k.is(key) {
                return Some(Candidate::Same(i));
            }
            if e.hash != probe.hash {
                return None;
            }
            if k.as_object().small_int().is_some() && key.small_int().is_some() {
                return None;
            }
            if let (Some(a), Some(b)) = (k.as_object().downcast::<PyStr>(), key.downcast::<PyStr>())
                && a.is_exact()
                && b.is_exact()
            {
                return (a.as_bytes() == b.as_bytes()).then_some(Candidate::Same(i));
            }
            Some(Candidate::Compare(i, k.clone()))
        };
        if matches!(t.index, Index::None) {
            // `slot` is the next entry to look at.
            while probe.slot < t.entries.len() {
                let i = probe.slot;
                probe.slot += 1;
                if let Some(c) = classify(i) {
                    return c;
                }
            }
            return Candidate::Absent;
        }
        let mask = t.index.mask();
        loop {
            if probe.started {
                probe.slot = next_slot(probe.slot, &mut probe.perturb, mask);
            } else {
                probe.started = true;
                probe.slot = probe.hash as usize & mask;
            }
            match t.index.get(probe.slot) {
                EMPTY => return Candidate::Absent,
                DUMMY => {}
                n => {
                    if let Some(c) = classify((n - FIRST) as usize) {
                        return c;
                    }
                }
            }
        }
    }

    #[inline(always)]
    pub fn value_at(&self, i: usize) -> Option<PyObjectRef> {
        self.read().entries.get(i)?.value.clone()
    }

    /// True while entry `i` still holds this key.
    pub fn key_is(&self, i: usize, key: PyObject<'_>) -> bool {
        self.read().entries.get(i).and_then(|e| e.key.as_ref()).is_some_and(|k| k.is(key))
    }

    /// Replaces the value of a live entry; the old one comes back.
    #[inline]
    pub fn replace_value(&self, i: usize, value: PyObjectRef) -> PyObjectRef {
        self.write().entries[i].value.replace(value).expect("a live entry")
    }

    /// How many bytes, about, the next new key asks the allocator for.
    #[inline]
    pub fn growth(&self) -> usize {
        let t = self.read();
        let full = t.entries.len() == t.entries.capacity()
            || t.entries.len() >= t.index.usable()
            || t.used + t.dummies >= t.index.usable();
        if full { t.used * 2 * (size_of::<Entry>() + size_of::<u32>() * 2) } else { 0 }
    }

    /// Adds a key that is not there.
    #[inline]
    pub fn insert_new(&self, hash: i64, key: PyObjectRef, value: PyObjectRef) {
        self.write().push(hash, key, value);
    }

    /// A dead entry stays where it was, so that an iterator tells what is added behind it from
    /// what it has seen.
    pub fn remove_at(&self, i: usize) -> (PyObjectRef, PyObjectRef) {
        self.write().remove(i)
    }

    /// Removes the last live entry, which is at `i`, and what is dead behind it.
    pub fn remove_last(&self, i: usize) -> (PyObjectRef, PyObjectRef) {
        let table = self.write();
        let taken = table.remove(i);
        table.trim();
        taken
    }

    /// The live entry at or after `*pos`, which then points behind it.
    #[inline(always)]
    pub fn next_entry(&self, pos: &mut usize) -> Option<(i64, PyObjectRef, PyObjectRef)> {
        let t = self.read();
        *pos = (*pos).max(t.first);
        while let Some(e) = t.entries.get(*pos) {
            *pos += 1;
            if let (Some(k), Some(v)) = (&e.key, &e.value) {
                return Some((e.hash, k.clone(), v.clone()));
            }
        }
        None
    }

    /// The key of the live entry at or after `*pos`, which then points behind it.
    #[inline(always)]
    pub fn next_key(&self, pos: &mut usize) -> Option<(i64, PyObjectRef)> {
        let t = self.read();
        *pos = (*pos).max(t.first);
        while let Some(e) = t.entries.get(*pos) {
            *pos += 1;
            if let Some(k) = &e.key {
                return Some((e.hash, k.clone()));
            }
        }
        None
    }

    /// The live entry before `*pos`, which then points to it; none if entries have gone.
    pub fn previous_entry(&self, pos: &mut usize) -> Option<(i64, PyObjectRef, PyObjectRef)> {
        let t = self.read();
        if *pos > t.entries.len() {
            return None;
        }
        while *pos > 0 {
            *pos -= 1;
            let e = &t.entries[*pos];
            if let (Some(k), Some(v)) = (&e.key, &e.value) {
                return Some((e.hash, k.clone(), v.clone()));
            }
        }
        None
    }

    /// Copies of the keys, in order.
    pub fn keys(&self) -> Vec<PyObjectRef> {
        self.read().entries.iter().filter_map(|e| e.key.clone()).collect()
    }

    /// Entries, dead ones included: where `previous_entry` starts.
    pub fn entry_count(&self) -> usize {
        self.read().entries.len()
    }

    /// The key at exactly this entry, if it is live.
    pub fn key_at(&self, i: usize) -> Option<PyObjectRef> {
        self.read().entries.get(i)?.key.clone()
    }

    /// Moves a live entry to the end of the order.
    pub fn move_to_end(&self, i: usize) {
        let t = self.write();
        if i + 1 == t.entries.len() {
            return;
        }
        let Some(hash) = t.entries.get(i).map(|e| e.hash) else { return };
        let (key, value) = t.remove(i);
        t.push(hash, key, value);
    }

    /// Moves a live entry to the front of the order: all others move up.
    pub fn move_to_front(&self, i: usize) {
        let t = self.write();
        if i >= t.entries.len() || t.entries[i].key.is_none() {
            return;
        }
        t.entries[..=i].rotate_right(1);
        t.first = 0;
        let used = t.used;
        t.rebuild(used);
    }

    /// Copies of the values, in order.
    pub fn values(&self) -> Vec<PyObjectRef> {
        self.read().entries.iter().filter_map(|e| e.value.clone()).collect()
    }

    /// Puts the contents of `other` in place of the present ones, which come back.
    pub fn replace_all(&self, other: DictTable) -> Vec<(PyObjectRef, PyObjectRef)> {
        let old = self.take_all();
        let mut new = other.0.into_inner();
        let t = self.write();
        new.layout_version = t.layout_version.wrapping_add(1);
        *t = new;
        old
    }

    /// Takes everything out.
    pub fn take_all(&self) -> Vec<(PyObjectRef, PyObjectRef)> {
        let t = self.write();
        let entries = std::mem::take(&mut t.entries);
        t.index = Index::None;
        t.used = 0;
        t.dummies = 0;
        t.first = 0;
        t.str_keys = true;
        t.keys_version = 0;
        t.layout_version = t.layout_version.wrapping_add(1);
        entries.into_iter().filter_map(|e| e.key.zip(e.value)).collect()
    }

    /// A copy with the same order, without dead entries.
    pub fn copy(&self) -> DictTable {
        let t = self.read();
        let out = DictTable::new();
        let o = out.write();
        o.entries.reserve_exact(t.used);
        o.entries.extend(t.entries.iter().filter(|e| e.key.is_some()).map(|e| Entry {
            hash: e.hash,
            key: e.key.clone(),
            value: e.value.clone(),
        }));
        o.used = t.used;
        o.str_keys = t.str_keys;
        o.rebuild(t.used);
        out
    }

    /// Bytes behind the table, for `sys.getsizeof`.
    pub fn memory(&self) -> usize {
        let t = self.read();
        let index = match &t.index {
            Index::None => 0,
            Index::U8(x) => x.len(),
            Index::U16(x) => x.len() * 2,
            Index::U32(x) => x.len() * 4,
        };
        t.entries.capacity() * size_of::<Entry>() + index
    }

    pub fn traverse(&self, visit: &mut Visitor<'_>) {
        for e in &self.read().entries {
            if let (Some(k), Some(v)) = (&e.key, &e.value) {
                visit.object(k.as_object());
                visit.object(v.as_object());
            }
        }
    }
}
