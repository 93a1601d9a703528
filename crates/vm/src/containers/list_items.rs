//! A list's items: contiguous words behind one cell.

use crate::object::{PyObjectRef, Visitor};
use std::cell::UnsafeCell;

/// Growable storage; every method is one step that calls no one.
pub struct ListItems(UnsafeCell<Vec<PyObjectRef>>);

impl ListItems {
    pub fn new(items: Vec<PyObjectRef>) -> ListItems {
        ListItems(UnsafeCell::new(items))
    }

    #[inline(always)]
    fn read(&self) -> &Vec<PyObjectRef> {
        // SAFETY: no method calls out while it holds this, none returns a reference, and
        // the lock keeps other threads away.
        unsafe { &*self.0.get() }
    }

    #[allow(clippy::mut_from_ref)]
    #[inline(always)]
    fn write(&self) -> &mut Vec<PyObjectRef> {
        // SAFETY: as above.
        unsafe { &mut *self.0.get() }
    }

    #[inline(always)]
    pub fn len(&self) -> usize {
        self.read().len()
    }

    #[inline(always)]
    pub fn get(&self, i: usize) -> Option<PyObjectRef> {
        self.read().get(i).cloned()
    }

    /// The word of item `i`; 0 beyond the end.
    #[inline(always)]
    pub fn bits(&self, i: usize) -> u64 {
        match self.read().get(i) {
            Some(item) => item.bits(),
            None => 0,
        }
    }

    /// Sets item `i`, which exists; the old one comes back.
    #[inline(always)]
    pub fn replace(&self, i: usize, value: PyObjectRef) -> Option<PyObjectRef> {
        self.write().get_mut(i).map(|slot| std::mem::replace(slot, value))
    }

    #[inline(always)]
    pub fn push(&self, value: PyObjectRef) {
        self.write().push(value);
    }

    /// One more item fits without growing.
    #[inline(always)]
    pub fn has_room(&self) -> bool {
        let v = self.read();
        v.len() < v.capacity()
    }

    /// How many bytes the next append asks the allocator for.
    pub fn growth(&self) -> usize {
        let v = self.read();
        if v.len() < v.capacity() { 0 } else { v.capacity() * 2 * size_of::<PyObjectRef>() }
    }

    /// Appends where `has_room` has just said there is room: never calls the allocator.
    #[inline(always)]
    pub fn push_within_room(&self, value: PyObjectRef) {
        let v = self.write();
        let n = v.len();
        assert!(n < v.capacity());
        // SAFETY: slot `n` is within the capacity, and initialised before it counts.
        unsafe {
            v.as_mut_ptr().add(n).write(value);
            v.set_len(n + 1);
        }
    }

    #[inline(always)]
    pub fn pop(&self) -> Option<PyObjectRef> {
        let v = self.write();
        let popped = v.pop();
        if v.capacity() >= 64 && v.len() < v.capacity() / 4 {
            v.shrink_to(v.capacity() / 2);
        }
        popped
    }

    /// Inserts before `i`, which is at most the length.
    pub fn insert(&self, i: usize, value: PyObjectRef) {
        self.write().insert(i, value);
    }

    /// Removes item `i`, if it exists.
    pub fn remove(&self, i: usize) -> Option<PyObjectRef> {
        let v = self.write();
        (i < v.len()).then(|| v.remove(i))
    }

    /// Exchanges two items, if both exist.
    pub fn swap(&self, i: usize, j: usize) {
        let v = self.write();
        if i < v.len() && j < v.len() {
            v.swap(i, j);
        }
    }

    pub fn reverse(&self) {
        self.write().reverse();
    }

    /// Copies of the items in the range, cut to what exists.
    pub fn slice(&self, start: usize, stop: usize) -> Vec<PyObjectRef> {
        let v = self.read();
        let stop = stop.min(v.len());
        if start >= stop { Vec::new() } else { v[start..stop].to_vec() }
    }

    pub fn to_vec(&self) -> Vec<PyObjectRef> {
        self.read().clone()
    }

    /// Takes all items out, leaving an empty list.
    pub fn take(&self) -> Vec<PyObjectRef> {
        std::mem::take(self.write())
    }

    /// Puts all items in place of the present ones, which come back.
    pub fn replace_all(&self, items: Vec<PyObjectRef>) -> Vec<PyObjectRef> {
        std::mem::replace(self.write(), items)
    }

    /// Appends copies of all items to `out`.
    pub fn copy_to(&self, out: &mut Vec<PyObjectRef>) {
        out.extend_from_slice(self.read());
    }

    /// Copies of `count` items from `start` in steps; all of them exist.
    pub fn stepped(&self, start: isize, step: isize, count: usize) -> Vec<PyObjectRef> {
        let v = self.read();
        let Ok(start) = usize::try_from(start) else { return Vec::new() };
        match step {
            1 => v.get(start..start + count).map_or_else(Vec::new, <[_]>::to_vec),
            -1 if start < v.len() => v[..=start].iter().rev().take(count).cloned().collect(),
            0 => Vec::new(),
            2.. => v.iter().skip(start).step_by(step as usize).take(count).cloned().collect(),
            _ if start < v.len() => {
                let back = step.unsigned_abs();
                v[..=start].iter().rev().step_by(back).take(count).cloned().collect()
            }
            _ => Vec::new(),
        }
    }

    /// Removes `count` items from `start` in steps; they come back.
    pub fn remove_stepped(&self, start: usize, step: usize, count: usize) -> Vec<PyObjectRef> {
        let v = self.write();
        let mut removed = Vec::with_capacity(count);
        let (mut next, mut i) = (Some(start), 0);
        let kept = v.len().saturating_sub(count);
        let all = std::mem::replace(v, Vec::with_capacity(kept));
        for item in all {
            if removed.len() < count && next == Some(i) {
                removed.push(item);
                next = i.checked_add(step);
            } else {
                v.push(item);
            }
            i += 1;
        }
        removed
    }

    pub fn extend(&self, items: impl ExactSizeIterator<Item = PyObjectRef> + OwnedItems) {
        self.write().extend(items);
    }

    pub fn extend_from_slice(&self, items: &[PyObjectRef]) {
        self.write().extend_from_slice(items);
    }

    pub fn extend_from(&self, other: &ListItems) {
        let items = other.read().clone();
        self.write().extend(items);
    }

    /// Replaces the range (which exists) by `items`; what was there comes back.
    pub fn splice(
        &self,
        start: usize,
        stop: usize,
        mut items: Vec<PyObjectRef>,
    ) -> Vec<PyObjectRef> {
        if items.len() == stop - start {
            self.write()[start..stop].swap_with_slice(&mut items);
            return items;
        }
        self.write().splice(start..stop, items).collect()
    }

    /// Makes room for `extra` more; false when memory is short.
    pub fn try_reserve(&self, extra: usize) -> bool {
        self.write().try_reserve(extra).is_ok()
    }

    pub fn shrink(&self) {
        let v = self.write();
        if v.capacity() > 2 * v.len() + 8 {
            v.shrink_to_fit();
        }
    }

    pub fn capacity(&self) -> usize {
        self.read().capacity()
    }

    pub fn traverse(&self, visit: &mut Visitor<'_>) {
        self.read().iter().for_each(|o| visit.object(o.as_object()));
    }
}

/// Drops what a list gives up, last one first, as CPython does.
pub fn drop_from_the_end(mut items: Vec<PyObjectRef>) {
    while let Some(item) = items.pop() {
        drop(item);
    }
}

impl Drop for ListItems {
    fn drop(&mut self) {
        drop_from_the_end(std::mem::take(self.0.get_mut()));
    }
}

/// Iterators that only hand out words they own, so that running them calls no one.
pub trait OwnedItems {}
impl OwnedItems for std::vec::IntoIter<PyObjectRef> {}
impl OwnedItems for std::iter::Cloned<std::slice::Iter<'_, PyObjectRef>> {}
