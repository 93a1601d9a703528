//! What instances of Python classes carry besides the payload: the dict and weakref words
//! of the EXT prefix, `__slots__` members, and inline attribute values (D5).
//!
//! ```text
//!   header + members_at     one word per __slots__ member (0: unset)
//!   header + inline_at      capacity u8 | used u8 | insertion order, 6 bytes
//!              + 8          values, one word each (0: unset)
//!              + 8 + 8*cap  insertion order beyond the sixth, padded to 8
//! ```
//!
//! An attribute lives either in its inline slot or in the dict of the EXT prefix: making
//! the dict moves all values there and marks the inline slots unset for good
//! (`used` = `MOVED`), so an inline hit needs no look at the dict.

use super::alloc::Layout;
use super::foreign_layout;
use super::header::{Header, ObjFlags};
use super::refs::{Py, PyObject, PyObjectRef, PyRef, Visitor};
use crate::builtins::dict::PyDict;
use crate::builtins::weakref::{PyWeak, WeakList};
use std::ptr::NonNull;

/// At most this many attribute names are learnt by a class.
pub const MAX_INLINE: u8 = 30;
const ORDER_IN_HEAD: usize = 6;
/// In place of the number used: the values have moved to a dict.
const MOVED: u8 = 255;

/// Bytes of the inline values of the given capacity.
pub const fn inline_bytes(capacity: u8) -> usize {
    if capacity == 0 {
        return 0;
    }
    let cap = capacity as usize;
    8 + cap * 8 + cap.saturating_sub(ORDER_IN_HEAD).next_multiple_of(8)
}

/// # Safety
/// `p` has the layout and its members and inline values are not yet initialised.
#[inline]
pub(super) unsafe fn init(p: NonNull<Header>, layout: &Layout) {
    // SAFETY: within the allocation by the layout.
    unsafe {
        let base = p.as_ptr() as *mut u8;
        let mut at = layout.members_at as usize;
        while at < layout.size as usize {
            (base.add(at) as *mut u64).write(0);
            at += 8;
        }
        if layout.inline_capacity != 0 {
            base.add(layout.inline_at as usize).write(layout.inline_capacity);
        }
    }
}

/// # Safety
/// `p` is dying; called once.
pub(super) unsafe fn release_all(p: NonNull<Header>, layout: &Layout) {
    // SAFETY: within the allocation by the layout; each word is owned and left unset.
    unsafe {
        let base = p.as_ptr() as *mut u8;
        let mut at = layout.members_at as usize;
        while at < layout.inline_at as usize {
            drop((base.add(at) as *mut Option<PyObjectRef>).replace(None));
            at += 8;
        }
        if layout.inline_capacity != 0 {
            let values = base.add(layout.inline_at as usize + 8) as *mut Option<PyObjectRef>;
            for i in 0..layout.inline_capacity as usize {
                drop(values.add(i).replace(None));
            }
        }
    }
}

#[inline(always)]
fn ext_word(p: NonNull<Header>, which: isize) -> *mut u64 {
    // The prefix lies 32 bytes in front of the header: dict, weakrefs, GC next, GC prev.
    (p.as_ptr() as *mut u64).wrapping_offset(-4 + which)
}

/// # Safety
/// `p` is dying and its type has EXT; called once.
#[inline]
pub(super) unsafe fn release_ext(p: NonNull<Header>) {
    // SAFETY: the EXT words are an owned dict or 0, and a weakref list.
    unsafe {
        let dict = ext_word(p, 0) as *mut Option<PyRef<PyDict>>;
        drop(dict.replace(None));
        if has_weakrefs(p) {
            WeakList::at(ext_word(p, 1)).clear_all();
        }
    }
}

/// # Safety
/// `p` is whole and its type has EXT.
#[inline]
pub(super) unsafe fn has_weakrefs(p: NonNull<Header>) -> bool {
    // SAFETY: the EXT prefix has the word; 0 is the empty list.
    unsafe { *ext_word(p, 1) != 0 }
}

/// The object is dying: all weak references to it are dead from here on; those that have a
/// callback go to `out`.
///
/// # Safety
/// `p` is whole and its type has EXT.
pub(super) unsafe fn take_weakrefs(p: NonNull<Header>, out: &mut Vec<PyRef<PyWeak>>) {
    // SAFETY: as above.
    unsafe { WeakList::at(ext_word(p, 1)).take_all(out) };
}

/// How many inline values the object at `base` has set; `None` when they have moved to a dict.
///
/// # Safety
/// The object has inline values, by `layout`.
#[inline(always)]
pub(crate) unsafe fn values_set(base: usize, layout: &Layout) -> Option<u8> {
    let head: *const u8 = std::ptr::with_exposed_provenance(base + layout.inline_at as usize);
    // SAFETY: by the contract.
    let used = unsafe { *head.add(1) };
    if used == MOVED { None } else { Some(used) }
}

/// Notes that slot `i` is set after the `used` others.
///
/// # Safety
/// As `values_set`, which gave `used`; slot `i` was not set.
#[inline(always)]
pub(crate) unsafe fn note_set(base: usize, layout: &Layout, used: u8, i: u8) {
    let head: *mut u8 = std::ptr::with_exposed_provenance_mut(base + layout.inline_at as usize);
    let n = used as usize;
    let at = if n < ORDER_IN_HEAD {
        2 + n
    } else {
        8 + layout.inline_capacity as usize * 8 + (n - ORDER_IN_HEAD)
    };
    // SAFETY: there are never more set than the capacity, and the order has so many bytes.
    unsafe {
        *head.add(at) = i;
        *head.add(1) = used + 1;
    }
}

/// The view of one object's own storage; the type says what is there.
#[derive(Clone, Copy)]
pub struct Instance<'a> {
    obj: PyObject<'a>,
    p: NonNull<Header>,
    layout: &'a Layout,
}

impl<'a> PyObject<'a> {
    /// The instance storage of a heap object.
    #[inline(always)]
    pub fn instance(self) -> Option<Instance<'a>> {
        let h = self.header()?;
        // SAFETY: an object keeps its type alive; heap words are not null.
        unsafe {
            let layout = if h.has_flag(ObjFlags::FOREIGN) {
                foreign_layout::of(h)
            } else {
                &(*h.type_ptr().as_ptr()).payload.layout
            };
            Some(Instance { obj: self, p: NonNull::new_unchecked(self.as_ptr()), layout })
        }
    }
}

impl<'a> Instance<'a> {
    #[inline(always)]
    fn has_ext(self) -> bool {
        self.layout.prefix == 32
    }

    /// The dict of the EXT prefix, if it has been made.
    #[inline(always)]
    pub fn ext_dict(self) -> Option<PyRef<PyDict>> {
        if !self.has_ext() {
            return None;
        }
        // SAFETY: the word is an owned dict or 0.
        unsafe { (*(ext_word(self.p, 0) as *const Option<PyRef<PyDict>>)).clone() }
    }

    #[inline(always)]
    pub fn has_ext_dict(self) -> bool {
        // SAFETY: as above.
        self.has_ext() && unsafe { *ext_word(self.p, 0) != 0 }
    }

    /// Puts a dict in place (`None` for an object that shall make a new one when asked).
    pub fn replace_ext_dict(self, dict: Option<PyRef<PyDict>>) -> Option<PyRef<PyDict>> {
        debug_assert!(self.has_ext());
        // SAFETY: as above.
        unsafe { (ext_word(self.p, 0) as *mut Option<PyRef<PyDict>>).replace(dict) }
    }

    /// The list of weak references to this object; `None` if its type has none.
    pub fn weakrefs(self) -> Option<WeakList<'a>> {
        // SAFETY: the EXT prefix has the word for as long as the object lives.
        self.has_ext().then(|| unsafe { WeakList::at(ext_word(self.p, 1)) })
    }

    /// The `__slots__` member at byte `at` from the header.
    #[inline(always)]
    pub fn member(self, at: u32) -> Option<PyObjectRef> {
        self.check_member(at);
        // SAFETY: checked to be a member word.
        unsafe { (*self.word(at as usize)).clone() }
    }

    /// Sets a member and gives back what was there.
    #[inline(always)]
    pub fn replace_member(self, at: u32, value: Option<PyObjectRef>) -> Option<PyObjectRef> {
        self.check_member(at);
        // SAFETY: checked to be a member word.
        unsafe { self.word(at as usize).replace(value) }
    }

    #[inline(always)]
    fn check_member(self, at: u32) {
        assert!(at >= self.layout.members_at && at < self.layout.inline_at && at.is_multiple_of(8));
    }

    #[inline(always)]
    fn word(self, at: usize) -> *mut Option<PyObjectRef> {
        // Inside the object by the callers' checks.
        (self.p.as_ptr() as *mut u8).wrapping_add(at) as *mut Option<PyObjectRef>
    }

    #[inline(always)]
    fn head(self) -> *mut u8 {
        (self.p.as_ptr() as *mut u8).wrapping_add(self.layout.inline_at as usize)
    }

    #[inline(always)]
    pub fn inline_capacity(self) -> u8 {
        self.layout.inline_capacity
    }

    /// Inline values are in use: the type has them and they have not moved to a dict.
    #[inline(always)]
    pub fn inline_valid(self) -> bool {
        // SAFETY: the head exists when there is a capacity.
        self.layout.inline_capacity != 0 && unsafe { *self.head().add(1) } != MOVED
    }

    #[inline(always)]
    pub fn inline_get(self, i: usize) -> Option<PyObjectRef> {
        assert!(i < self.layout.inline_capacity as usize);
        // SAFETY: a value word.
        unsafe { (*self.word(self.layout.inline_at as usize + 8 + i * 8)).clone() }
    }

    fn order_at(self, n: usize) -> *mut u8 {
        if n < ORDER_IN_HEAD {
            self.head().wrapping_add(2 + n)
        } else {
            let cap = self.layout.inline_capacity as usize;
            self.head().wrapping_add(8 + cap * 8 + (n - ORDER_IN_HEAD))
        }
    }

    /// Sets slot `i`; what was there comes back.  Only while `inline_valid`.
    #[inline]
    pub fn inline_set(self, i: usize, value: PyObjectRef) -> Option<PyObjectRef> {
        assert!(i < self.layout.inline_capacity as usize && self.inline_valid());
        // SAFETY: a value word, and order bytes within the capacity: a slot enters the
        // order only when it was unset, so there are never more than `capacity`.
        unsafe {
            let slot = self.word(self.layout.inline_at as usize + 8 + i * 8);
            let old = slot.replace(Some(value));
            if old.is_none() {
                let used = *self.head().add(1);
                debug_assert!(used < self.layout.inline_capacity);
                *self.order_at(used as usize) = i as u8;
                *self.head().add(1) = used + 1;
            }
            old
        }
    }

    /// Unsets slot `i`.
    pub fn inline_delete(self, i: usize) -> Option<PyObjectRef> {
        assert!(i < self.layout.inline_capacity as usize && self.inline_valid());
        // SAFETY: as above.
        unsafe {
            let old = self.word(self.layout.inline_at as usize + 8 + i * 8).replace(None);
            if old.is_some() {
                let used = *self.head().add(1) as usize;
                let at = (0..used)
                    .find(|&n| *self.order_at(n) == i as u8)
                    .expect("a set slot is in the order");
                for n in at + 1..used {
                    *self.order_at(n - 1) = *self.order_at(n);
                }
                *self.head().add(1) = (used - 1) as u8;
            }
            old
        }
    }

    /// Slot numbers in insertion order.
    pub fn inline_order(self) -> Vec<u8> {
        if !self.inline_valid() {
            return Vec::new();
        }
        // SAFETY: `used` order bytes are initialised.
        unsafe { (0..*self.head().add(1) as usize).map(|n| *self.order_at(n)).collect() }
    }

    /// Takes all values out, in insertion order, and marks them moved.
    pub fn inline_take_all(self) -> Vec<(u8, PyObjectRef)> {
        let order = self.inline_order();
        let mut out = Vec::with_capacity(order.len());
        for i in order {
            // SAFETY: a value word.
            let v = unsafe {
                self.word(self.layout.inline_at as usize + 8 + i as usize * 8).replace(None)
            };
            out.push((i, v.expect("a slot in the order is set")));
        }
        if self.layout.inline_capacity != 0 {
            // SAFETY: the head exists.
            unsafe { *self.head().add(1) = MOVED };
        }
        out
    }

    /// Shows every reference held in members, inline values and the EXT dict.
    pub fn traverse(self, visit: &mut Visitor<'_>) {
        let l = self.layout;
        let show = |at: u32, visit: &mut Visitor<'_>| {
            // SAFETY: a member or value word.
            if let Some(o) = unsafe { &*self.word(at as usize) } {
                visit.object(o.as_object());
            }
        };
        (l.members_at..l.inline_at).step_by(8).for_each(|at| show(at, visit));
        let values = l.inline_at + 8;
        (0..u32::from(l.inline_capacity)).for_each(|i| show(values + i * 8, visit));
        if self.has_ext() {
            // SAFETY: an owned dict or 0.
            if let Some(d) = unsafe { &*(ext_word(self.p, 0) as *const Option<PyRef<PyDict>>) } {
                visit.object(d.as_object());
            }
        }
    }

    /// Takes out everything that can be part of a cycle.
    pub fn clear(self, out: &mut Vec<PyObjectRef>) {
        let l = self.layout;
        for at in (l.members_at..l.inline_at).step_by(8) {
            out.extend(self.replace_member(at, None));
        }
        if self.inline_valid() {
            out.extend(self.inline_take_all().into_iter().map(|(_, v)| v));
        }
        if self.has_ext() {
            out.extend(self.replace_ext_dict(None).map(Into::into));
        }
    }

    pub fn object(self) -> PyObject<'a> {
        self.obj
    }
}

impl<T> Py<T> {
    pub fn instance(&self) -> Instance<'_> {
        self.as_object().instance().expect("a Py<T> is a heap object")
    }
}
