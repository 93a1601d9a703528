//! The 16 bytes every heap object starts with, and the count's rules.

use super::refs::Py;
use crate::types::PyType;
use std::cell::Cell;
use std::ptr::NonNull;

/// The top bit of a count: immortal.
pub const IMMORTAL: u32 = 1 << 31;

bitflags::bitflags! {
    /// The header's flag word.  The low 16 bits are the object's life; the high 16 belong
    /// to the payload's type.
    #[derive(Clone, Copy, PartialEq, Eq, Debug)]
    pub struct ObjFlags: u32 {
        /// In the collector's lists.
        const TRACKED = 1 << 0;
        /// `__del__` (or a generator's close) has run or is queued: it never runs twice.
        const FINALIZED = 1 << 1;
        /// Waiting in the pending queue.
        const PENDING = 1 << 2;
        /// Scratch of a running collection.
        const COLLECTING = 1 << 4;
        /// Has inline attribute values (a new instance of a class that learns its names).
        const INLINE_VALUES = 1 << 5;
        const UNREACHABLE = 1 << 6;
        /// Laid out for another class than its present one (`foreign_layout`).
        const FOREIGN = 1 << 7;
        const PAYLOAD_A = 1 << 16;
        const PAYLOAD_B = 1 << 17;
        const PAYLOAD_C = 1 << 18;
        const PAYLOAD_D = 1 << 19;
        const _ = !0;
    }
}

#[repr(C, align(8))]
pub struct Header {
    count: Cell<u32>,
    flags: Cell<u32>,
    typ: Cell<NonNull<Py<PyType>>>,
}

const _: () = assert!(size_of::<Header>() == 16);

impl Header {
    pub(crate) fn new(typ: NonNull<Py<PyType>>) -> Header {
        Header { count: Cell::new(1), flags: Cell::new(0), typ: Cell::new(typ) }
    }

    #[inline(always)]
    pub fn count(&self) -> u32 {
        self.count.get()
    }

    #[inline(always)]
    pub(crate) fn set_count(&self, n: u32) {
        self.count.set(n);
    }

    /// One more reference.  A count that reaches 2^31 has become immortal by itself.
    #[inline(always)]
    pub(crate) fn inc(&self) {
        let n = self.count.get();
        if n & IMMORTAL == 0 {
            self.count.set(n + 1);
        }
    }

    /// One reference less; true when that was the last.
    #[inline(always)]
    pub(crate) fn dec(&self) -> bool {
        let n = self.count.get();
        if n & IMMORTAL != 0 {
            return false;
        }
        debug_assert!(n > 0, "a dead object was released");
        self.count.set(n - 1);
        n == 1
    }

    /// One reference less, which is not the last.
    #[inline(always)]
    pub(crate) fn dec_shared(&self) {
        let n = self.count.get();
        debug_assert!(n > 1, "the last reference was given up as a shared one");
        if n & IMMORTAL == 0 {
            self.count.set(n - 1);
        }
    }

    pub(crate) fn make_immortal(&self) {
        self.count.set(IMMORTAL);
    }

    #[inline(always)]
    pub fn is_immortal(&self) -> bool {
        self.count.get() & IMMORTAL != 0
    }

    #[inline(always)]
    pub fn flags(&self) -> ObjFlags {
        ObjFlags::from_bits_retain(self.flags.get())
    }

    #[inline(always)]
    pub fn has_flag(&self, f: ObjFlags) -> bool {
        self.flags.get() & f.bits() != 0
    }

    #[inline(always)]
    pub fn set_flag(&self, f: ObjFlags, on: bool) {
        let bits = self.flags.get();
        self.flags.set(if on { bits | f.bits() } else { bits & !f.bits() });
    }

    /// Objects of this type have room for the collector's links.
    #[inline(always)]
    pub(crate) fn can_be_tracked(&self) -> bool {
        // SAFETY: an object keeps its type alive.
        unsafe { self.typ.get().as_ref() }.layout.prefix != 0
    }

    #[inline(always)]
    pub(crate) fn type_ptr(&self) -> NonNull<Py<PyType>> {
        self.typ.get()
    }

    pub(crate) fn set_type_ptr(&self, typ: NonNull<Py<PyType>>) {
        self.typ.set(typ);
    }
}
