//! A slot of a frame's window: a word whose bit 0, on a heap pointer, means "borrowed".
//!
//! Invariant: a borrowed word's object is kept alive by a counted word in the same window
//! (the local it was loaded from) or by the code object's constants, as the compiler's
//! borrow analysis and the verifier guarantee.  Whatever outlives the instruction's frame
//! takes the word through [`StackRef::into_owned`], which counts it first.

use super::header::Header;
use super::refs::{PyObject, PyObjectRef};
use super::word;
use std::marker::PhantomData;
use std::mem::ManuallyDrop;
use std::ptr::NonNull;

const BORROWED: usize = 1;

/// No `Drop`: windows are dropped slot by slot by those who own them.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct StackRef(*mut Header);

impl StackRef {
    pub const NULL: StackRef = StackRef(std::ptr::null_mut());

    #[inline(always)]
    pub fn bits(self) -> u64 {
        self.0.addr() as u64
    }

    /// An immediate's word.
    #[inline(always)]
    pub fn from_immediate(w: u64) -> StackRef {
        debug_assert!(!word::is_heap(w));
        StackRef(std::ptr::without_provenance_mut(w as usize))
    }

    /// Borrowed objects seen as slots: same word, no tag, nothing counted; the view does
    /// not outlive the objects.
    #[inline(always)]
    pub fn from_objects<'a>(objects: &'a [PyObject<'a>]) -> &'a [StackRef] {
        // SAFETY: both are transparent over the same pointer; a PyObject is never null.
        unsafe { std::slice::from_raw_parts(objects.as_ptr() as *const StackRef, objects.len()) }
    }

    #[inline(always)]
    pub fn is_null(self) -> bool {
        self.0.is_null()
    }

    /// Takes over the reference.
    #[inline(always)]
    pub fn from_owned(obj: PyObjectRef) -> StackRef {
        StackRef(ManuallyDrop::new(obj).as_ptr())
    }

    /// The word of a reference that is given up in place: its holder is never looked at
    /// again.
    #[inline(always)]
    pub(crate) fn given_up<T>(r: &super::refs::PyRef<T>) -> StackRef {
        StackRef(r.as_ptr() as *mut Header)
    }

    #[inline(always)]
    pub fn from_option(obj: Option<PyObjectRef>) -> StackRef {
        obj.map_or(StackRef::NULL, StackRef::from_owned)
    }

    /// A borrowed word: heap pointers get the tag, immediates stay as they are.
    #[inline(always)]
    pub fn from_borrowed(obj: PyObject<'_>) -> StackRef {
        let p = obj.as_ptr();
        StackRef(p.map_addr(|a| a | word::is_heap(a as u64) as usize))
    }

    /// The same object, not counted.
    #[inline(always)]
    pub fn borrow_of(self) -> StackRef {
        let w = self.bits();
        StackRef(self.0.map_addr(|a| a | (word::is_heap(w) && w != 0) as usize))
    }

    /// Reads the object; the slot must hold one, and must keep it while `'a` lasts.
    #[inline(always)]
    pub fn object<'a>(self) -> PyObject<'a> {
        debug_assert!(!self.is_null(), "an empty slot was read");
        let p = self.0.map_addr(|a| a & !borrow_mask(a));
        // SAFETY: not null by the window's invariant (the verifier, or a check before).
        unsafe { PyObject::from_raw(NonNull::new_unchecked(p), PhantomData) }
    }

    #[inline(always)]
    pub fn option<'a>(self) -> Option<PyObject<'a>> {
        if self.is_null() { None } else { Some(self.object()) }
    }

    /// True when dropping this word would touch a count.
    #[inline(always)]
    pub fn is_counted_heap(self) -> bool {
        // The tag rotates to the top, where it puts borrowed words out of range as it does
        // immediates; 0 wraps out of it.  One comparison for three questions.
        self.bits().rotate_right(1).wrapping_sub(1) < (1 << 47) - 1
    }

    /// This word if it is counted (or an immediate, or NULL); a counted one for the same
    /// object if it is borrowed.
    #[inline(always)]
    pub fn counted(self) -> StackRef {
        if !self.is_borrowed() {
            return self;
        }
        let p = self.0.map_addr(|a| a & !BORROWED);
        // SAFETY: a borrowed word without its tag is the address of a live object.
        unsafe { (*p).inc() };
        StackRef(p)
    }

    /// A further, counted word for the object, which is not NULL.
    #[inline(always)]
    pub fn counted_copy(self) -> StackRef {
        debug_assert!(!self.is_null(), "an empty slot was copied");
        if !word::is_heap(self.bits()) {
            return self;
        }
        let p = self.0.map_addr(|a| a & !BORROWED);
        // SAFETY: a heap word without its tag is the address of a live object.
        unsafe { (*p).inc() };
        StackRef(p)
    }

    #[inline(always)]
    pub fn is_borrowed(self) -> bool {
        self.bits().rotate_right(1) >> 47 == 1 << 16
    }

    /// The owned reference of this slot; a borrowed word is counted first.
    #[inline(always)]
    pub fn into_owned(self) -> PyObjectRef {
        debug_assert!(!self.is_null(), "an empty slot was taken");
        // SAFETY: a counted word that is not null; ownership moves out.
        unsafe { PyObjectRef::from_raw(NonNull::new_unchecked(self.counted().0)) }
    }

    #[inline(always)]
    pub fn into_owned_option(self) -> Option<PyObjectRef> {
        if self.is_null() { None } else { Some(self.into_owned()) }
    }

    /// A second word for the same object: counted if this one is.
    #[inline(always)]
    pub fn duplicate(self) -> StackRef {
        if self.is_counted_heap() { StackRef::from_owned(self.object().to_owned()) } else { self }
    }

    /// Releasing this word is a decrement at most.
    #[inline(always)]
    pub fn is_light(self) -> bool {
        // SAFETY: a counted word names a live object.
        !self.is_counted_heap() || unsafe { (*self.0).count() } != 1
    }

    /// As `release`, for a word that `is_light`: no call can be needed, which keeps the
    /// handlers that use this in registers.
    #[inline(always)]
    pub fn release_light(self) {
        if self.is_counted_heap() {
            // SAFETY: an owned heap word; this call consumes it.
            unsafe { (*self.0).dec_shared() };
        }
    }

    /// Releases the slot's reference, if it holds one.
    #[inline(always)]
    pub fn release(self) {
        if self.is_counted_heap() {
            // SAFETY: an owned heap word; this call consumes it.  (Spelt out, because drop
            // glue that is not inlined would give the handler's word an address.)
            unsafe {
                if (*self.0).dec() {
                    super::alloc::release(NonNull::new_unchecked(self.0));
                }
            }
        }
    }
}

/// 1 for a heap address, 0 for an immediate: the mask that clears the borrow tag.
#[inline(always)]
fn borrow_mask(a: usize) -> usize {
    BORROWED & (word::is_heap(a as u64) as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slot(bits: u64) -> StackRef {
        StackRef(std::ptr::without_provenance_mut(bits as usize))
    }

    #[test]
    fn tells_words_apart() {
        for (bits, counted, borrowed) in [
            (0, false, false),
            (0x10, true, false),
            (0x11, false, true),
            (0xFFFF_FFFF_FFF0, true, false),
            (0xFFFF_FFFF_FFF1, false, true),
            (word::NONE, false, false),
            (word::TRUE, false, false),
            (word::from_int_unchecked(1), false, false),
            (word::from_int_unchecked(-1), false, false),
            (word::from_float_canonical(0.5), false, false),
        ] {
            assert_eq!(slot(bits).is_counted_heap(), counted, "{bits:#x}");
            assert_eq!(slot(bits).is_borrowed(), borrowed, "{bits:#x}");
        }
    }
}
