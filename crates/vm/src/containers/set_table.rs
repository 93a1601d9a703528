//! The set's table: open addressing over (hash, item), laid out as CPython lays its own
//! out, so that sets of ints print in the same order.
//!
//! ```text
//!   entries   [hash | item] ...   a power of two, at least 8, or none at all
//!             hash  0, no item    never used: ends a search
//!             hash -1, no item    deleted: a search goes on (no object hashes to -1)
//! ```
//!
//! Invariants: `used` entries hold items, `fill` are not "never used"; three fifths of the
//! entries at most are filled, so every search ends.

use crate::builtins::str::PyStr;
use crate::object::{PyObject, PyObjectRef, Visitor, word};
use std::cell::UnsafeCell;

const MIN_SLOTS: usize = 8;
/// Neighbours that are looked at before the search jumps.
const LINEAR_PROBES: usize = 9;
const DELETED: i64 = -1;

#[derive(Clone)]
struct Entry {
    hash: i64,
    item: Option<PyObjectRef>,
}

const UNUSED: Entry = Entry { hash: 0, item: None };

struct Table {
    entries: Vec<Entry>,
    fill: usize,
    used: usize,
    /// Where `pop` looks next.
    finger: usize,
    /// Changes whenever entries may have moved; lookups that call out compare it.
    layout_version: u32,
}

/// The storage of sets.
pub struct SetTable(UnsafeCell<Table>);

/// Where a search stands: a window of neighbours, then a jump.
#[derive(Clone, Copy)]
pub struct SetProbe {
    hash: i64,
    start: usize,
    perturb: u64,
    /// Neighbours of `start` looked at.
    offset: usize,
}

/// What a search met.
pub enum SetCandidate {
    /// The sought object itself, or an exact string with equal bytes.
    Same(usize),
    /// An item with the same hash: the caller compares, then checks `layout_version`.
    Compare(usize, PyObjectRef),
    Absent,
}

impl SetProbe {
    #[inline(always)]
    pub fn new(hash: i64) -> SetProbe {
        SetProbe { hash, start: usize::MAX, perturb: hash as u64, offset: 0 }
    }

    /// The next slot of the search in a table with this mask.
    #[inline(always)]
    fn next(&mut self, mask: usize) -> usize {
        if self.start == usize::MAX {
            self.start = self.hash as usize & mask;
        } else {
            let window = if self.start + LINEAR_PROBES <= mask { LINEAR_PROBES } else { 0 };
            if self.offset < window {
                self.offset += 1;
            } else {
                self.perturb >>= 5;
                let next = self.start.wrapping_mul(5).wrapping_add(1);
                self.start = next.wrapping_add(self.perturb as usize) & mask;
                self.offset = 0;
            }
        }
        self.start + self.offset
    }
}

impl Table {
    /// Puts an item that is not there into a table without deleted entries on its way.
    #[inline]
    fn place(&mut self, hash: i64, item: PyObjectRef) {
        let mask = self.entries.len() - 1;
        let mut probe = SetProbe::new(hash);
        loop {
            let e = &mut self.entries[probe.next(mask)];
            if e.item.is_none() && e.hash == 0 {
                *e = Entry { hash, item: Some(item) };
                self.fill += 1;
                self.used += 1;
                return;
            }
        }
    }

    /// Moves all items to a table with more than `min_used` slots.
    fn resize(&mut self, min_used: usize) {
        let mut slots = MIN_SLOTS;
        while slots <= min_used {
            slots *= 2;
        }
        let old = std::mem::replace(&mut self.entries, vec![UNUSED; slots]);
        self.fill = 0;
        self.used = 0;
        self.layout_version = self.layout_version.wrapping_add(1);
        for e in old {
            if let Some(item) = e.item {
                self.place(e.hash, item);
            }
        }
    }

    fn mask(&self) -> usize {
        self.entries.len().max(MIN_SLOTS) - 1
    }

    fn grown(&self) -> usize {
        if self.used > 50_000 { self.used * 2 } else { self.used * 4 }
    }
}

impl Default for SetTable {
    fn default() -> SetTable {
        SetTable::new()
    }
}

impl SetTable {
    pub const fn new() -> SetTable {
        SetTable(UnsafeCell::new(Table {
            entries: Vec::new(),
            fill: 0,
            used: 0,
            finger: 0,
            layout_version: 0,
        }))
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

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    #[inline(always)]
    pub fn layout_version(&self) -> u32 {
        self.read().layout_version
    }

    /// The next entry on the way that may be the sought item.
    #[inline]
    pub fn next_candidate(&self, probe: &mut SetProbe, key: PyObject<'_>) -> SetCandidate {
        let t = self.read();
        if t.entries.is_empty() {
            return SetCandidate::Absent;
        }
        let mask = t.entries.len() - 1;
        loop {
            let slot = probe.next(mask);
            let e = &t.entries[slot];
            let Some(item) = &e.item else {
                if e.hash == 0 {
                    return SetCandidate::Absent;
                }
                continue;
            };
            if e.hash != probe.hash {
                continue;
            }
            if item.is(key) {
                return SetCandidate::Same(slot);
            }
            let item_word = item.as_object();
            if item_word.small_int().is_some() && key.small_int().is_some() {
                continue;
            }
            if let (Some(a), Some(b)) = (item_word.downcast::<PyStr>(), key.downcast::<PyStr>())
                && a.is_exact()
                && b.is_exact()
            {
                if a.as_bytes() == b.as_bytes() {
                    return SetCandidate::Same(slot);
                }
                continue;
            }
            return SetCandidate::Compare(slot, item.clone());
        }
    }

    /// True while the slot still holds this item.
    pub fn item_is(&self, slot: usize, item: PyObject<'_>) -> bool {
        self.read().entries.get(slot).and_then(|e| e.item.as_ref()).is_some_and(|k| k.is(item))
    }

    /// How many bytes the next new item asks the allocator for.
    #[inline]
    pub fn growth(&self) -> usize {
        let t = self.read();
        let full = (t.fill + 1) * 5 >= t.entries.len().saturating_sub(1) * 3;
        if full { t.grown() * 2 * size_of_val(&UNUSED) } else { 0 }
    }

    /// Adds an int of one word, which needs no more than its hash to be told from other ints;
    /// false if it was there.  `None`, and nothing has changed, when there is another item of
    /// this hash, or no room.
    #[inline]
    pub fn add_int(&self, hash: i64, key: PyObject<'_>) -> Option<bool> {
        debug_assert!(word::is_int(key.bits()));
        let t = self.write();
        if (t.fill + 1) * 5 >= t.entries.len().saturating_sub(1) * 3 {
            return None;
        }
        let mask = t.entries.len() - 1;
        let mut probe = SetProbe::new(hash);
        loop {
            let e = &mut t.entries[probe.next(mask)];
            match &e.item {
                Some(item) if item.is(key) => return Some(false),
                Some(_) if e.hash == hash => return None,
                None if e.hash == 0 => {
                    *e = Entry { hash, item: Some(key.to_owned()) };
                    t.fill += 1;
                    t.used += 1;
                    return Some(true);
                }
                _ => {}
            }
        }
    }

    /// Adds an item that is not there.
    #[inline]
    pub fn insert_new(&self, hash: i64, item: PyObjectRef) {
        let t = self.write();
        if t.entries.is_empty() {
            t.entries = vec![UNUSED; MIN_SLOTS];
        }
        t.place(hash, item);
        if t.fill * 5 >= (t.entries.len() - 1) * 3 {
            t.resize(t.grown());
        }
    }

    /// Removes the item of a slot that holds one.
    pub fn remove_at(&self, slot: usize) -> Option<PyObjectRef> {
        let t = self.write();
        let e = t.entries.get_mut(slot)?;
        let item = e.item.take()?;
        e.hash = DELETED;
        t.used -= 1;
        Some(item)
    }

    /// Takes any item out.
    pub fn pop(&self) -> Option<PyObjectRef> {
        let t = self.write();
        if t.used == 0 {
            return None;
        }
        let mask = t.entries.len() - 1;
        let mut slot = t.finger & mask;
        while t.entries[slot].item.is_none() {
            slot = (slot + 1) & mask;
        }
        t.finger = slot + 1;
        self.remove_at(slot)
    }

    /// The item at or after `*pos`, which then points behind it.
    #[inline]
    pub fn next_item(&self, pos: &mut usize) -> Option<(i64, PyObjectRef)> {
        let t = self.read();
        while let Some(e) = t.entries.get(*pos) {
            *pos += 1;
            if let Some(item) = &e.item {
                return Some((e.hash, item.clone()));
            }
        }
        None
    }

    /// Copies of the items, in the table's order.
    pub fn items(&self) -> Vec<PyObjectRef> {
        self.read().entries.iter().filter_map(|e| e.item.clone()).collect()
    }

    /// How many bytes `prepare_merge` asks the allocator for, and a copy of the table.
    pub fn merge_growth(&self, more: usize) -> usize {
        let t = self.read();
        (t.used + more).saturating_mul(4 * size_of_val(&UNUSED))
    }

    /// Makes room before `more` items are merged in.
    pub fn prepare_merge(&self, more: usize) {
        let t = self.write();
        if (t.fill + more) * 5 >= t.mask() * 3 {
            t.resize((t.used + more) * 2);
        }
    }

    /// Takes over the items of another table into this empty, never used one.
    pub fn merge_into_empty(&self, other: &SetTable) {
        let o = other.read();
        let t = self.write();
        debug_assert!(t.fill == 0);
        if t.mask() == o.mask() && o.fill == o.used {
            t.entries = o.entries.clone();
            t.fill = o.fill;
            t.used = o.used;
            t.layout_version = t.layout_version.wrapping_add(1);
            return;
        }
        if t.entries.is_empty() {
            t.entries = vec![UNUSED; MIN_SLOTS];
        }
        for e in &o.entries {
            if let Some(item) = &e.item {
                t.place(e.hash, item.clone());
            }
        }
    }

    pub fn never_used(&self) -> bool {
        self.read().fill == 0
    }

    /// Resizes deleted entries away when they are many.
    pub fn shrink_after_removals(&self) {
        let t = self.write();
        if t.fill - t.used > t.mask() / 4 {
            t.resize(t.grown());
        }
    }

    /// Takes everything out.
    pub fn take_all(&self) -> Vec<PyObjectRef> {
        let t = self.write();
        let entries = std::mem::take(&mut t.entries);
        t.fill = 0;
        t.used = 0;
        t.finger = 0;
        t.layout_version = t.layout_version.wrapping_add(1);
        entries.into_iter().filter_map(|e| e.item).collect()
    }

    /// Exchanges the contents of two tables.
    pub fn swap(&self, other: &SetTable) {
        if std::ptr::eq(self, other) {
            return;
        }
        let (t, o) = (self.write(), other.write());
        std::mem::swap(&mut t.entries, &mut o.entries);
        std::mem::swap(&mut t.fill, &mut o.fill);
        std::mem::swap(&mut t.used, &mut o.used);
        std::mem::swap(&mut t.finger, &mut o.finger);
        t.layout_version = t.layout_version.wrapping_add(1);
        o.layout_version = o.layout_version.wrapping_add(1);
    }

    /// Slots of the table, used or not.
    pub fn slot_count(&self) -> usize {
        self.read().mask() + 1
    }

    /// The hashes of the items.
    pub fn for_each_hash(&self, mut f: impl FnMut(i64)) {
        let t = self.read();
        t.entries.iter().filter(|e| e.item.is_some()).for_each(|e| f(e.hash));
    }

    pub fn traverse(&self, visit: &mut Visitor<'_>) {
        for e in &self.read().entries {
            if let Some(item) = &e.item {
                visit.object(item.as_object());
            }
        }
    }
}
