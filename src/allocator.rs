//! The global allocator: mimalloc, asked for an alignment only where its blocks would not
//! have it by themselves (the crate's own adapter always asks, which costs a few percent of
//! programs that make many objects).  When memory runs out, a reserve lets the interpreter
//! go on to the `MemoryError`.

#![allow(unsafe_code)]

use libmimalloc_sys as mi;
use std::alloc::{GlobalAlloc, Layout};

pub struct Allocator;

/// Blocks of `mi_malloc` are aligned to their size, up to this.
const NATURAL: usize = 16;

fn is_natural(layout: &Layout, size: usize) -> bool {
    layout.align() <= NATURAL && layout.align() <= size
}

#[inline(always)]
fn allocate(layout: &Layout) -> *mut u8 {
    // SAFETY: mimalloc takes any size, and any power of two for an alignment.
    unsafe {
        if is_natural(layout, layout.size()) {
            mi::mi_malloc(layout.size()).cast()
        } else {
            mi::mi_malloc_aligned(layout.size(), layout.align()).cast()
        }
    }
}

/// What is larger is asked for by code that can do without.
const SMALL: usize = 1 << 20;

/// There is no memory left: small blocks come from what was kept back, and the running
/// thread learns of it at its next instruction, by a `MemoryError`.
#[cold]
#[inline(never)]
fn from_reserve(size: usize, again: impl FnOnce() -> *mut u8) -> *mut u8 {
    if size > SMALL || !host::memory::release_reserve() {
        return std::ptr::null_mut();
    }
    vm::object::alloc::note_exhaustion();
    again()
}

// SAFETY: mimalloc's functions keep `GlobalAlloc`'s contract: blocks of the layout's size and
// alignment or null, freed and resized by address alone, from any thread.
unsafe impl GlobalAlloc for Allocator {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let p = allocate(&layout);
        if p.is_null() { from_reserve(layout.size(), || allocate(&layout)) } else { p }
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        let allocate = || -> *mut u8 {
            // SAFETY: as above.
            unsafe {
                if is_natural(&layout, layout.size()) {
                    mi::mi_zalloc(layout.size()).cast()
                } else {
                    mi::mi_zalloc_aligned(layout.size(), layout.align()).cast()
                }
            }
        };
        let p = allocate();
        if p.is_null() { from_reserve(layout.size(), allocate) } else { p }
    }

    #[inline]
    unsafe fn dealloc(&self, ptr: *mut u8, _layout: Layout) {
        // SAFETY: as above.
        unsafe { mi::mi_free(ptr.cast()) }
    }

    #[inline]
    unsafe fn realloc(&self, ptr: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        let resize = || -> *mut u8 {
            // SAFETY: as above; a block that cannot be resized stays as it is.
            unsafe {
                if is_natural(&layout, new_size) {
                    mi::mi_realloc(ptr.cast(), new_size).cast()
                } else {
                    mi::mi_realloc_aligned(ptr.cast(), new_size, layout.align()).cast()
                }
            }
        };
        let p = resize();
        if p.is_null() { from_reserve(new_size, resize) } else { p }
    }
}
