//! Memory of small objects, kept by size for the next object of that size.
//!
//! A freed block becomes the head of its size class's list, which remembers its own length:
//!
//! ```text
//!   block     next block (0: none) | blocks from here on | ...
//! ```
//!
//! Lists belong to the thread; [`trim`] gives their blocks back to the allocator.
//! Invariant: a block of class `c` is at least `c * GRAIN` bytes long.

use std::alloc::{Layout, alloc, dealloc, handle_alloc_error};
use std::cell::Cell;
use std::ptr;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Sizes are rounded up to multiples of this, which is also the alignment.
pub const GRAIN: usize = 16;
/// Larger blocks go straight to the allocator.
const LARGEST: usize = 512;
/// Bytes that one list may hold on to.
const KEPT: usize = 256 << 10;

struct Block {
    next: *mut Block,
    length: usize,
}

type Lists = [Cell<*mut Block>; LARGEST / GRAIN + 1];

/// Fresh bytes after which the memory ahead is worth huge pages: a program this large gains
/// several percent by them, where one huge page would be a fifth of a small script's memory.
const HUGE_FROM: usize = 8 << 20;
/// How far ahead.
const HUGE_AHEAD: usize = 64 << 20;

thread_local! {
    /// Fresh bytes since huge pages were last asked for.
    static FRESH: Cell<usize> = const { Cell::new(0) };
    static LISTS: Lists = const { [const { Cell::new(ptr::null_mut()) }; LARGEST / GRAIN + 1] };
}

/// Blocks that came from the allocator and have not gone back.
static BLOCKS: AtomicUsize = AtomicUsize::new(0);

/// Blocks that objects live in; those on the lists of other threads count, too.
pub fn blocks_in_use() -> usize {
    let listed: usize = LISTS.with(|l| {
        let length = |head: *mut Block| match head.is_null() {
            true => 0,
            // SAFETY: the head of a list is a block with links.
            false => unsafe { (*head).length },
        };
        l.iter().map(|head| length(head.get())).sum()
    });
    BLOCKS.load(Ordering::Relaxed).saturating_sub(listed)
}

/// # Safety
/// Nobody uses the block any more; it came from `fresh`, or has grown to `bytes` since.
unsafe fn discard(p: *mut u8, bytes: usize) {
    count(-1);
    // SAFETY: by the contract.
    unsafe { dealloc(p, layout(bytes)) };
}

#[inline(always)]
fn layout(bytes: usize) -> Layout {
    Layout::from_size_align(bytes, GRAIN).expect("object sizes are checked before")
}

/// Uninitialised memory of at least `bytes` bytes, which are not 0.
#[inline(always)]
pub fn take(bytes: usize) -> *mut u8 {
    let class = bytes.div_ceil(GRAIN);
    if class <= LARGEST / GRAIN {
        let head = LISTS.with(|l| {
            let head = l[class].get();
            if !head.is_null() {
                // SAFETY: a listed block holds its own links.
                l[class].set(unsafe { (*head).next });
            }
            head
        });
        if !head.is_null() {
            return head as *mut u8;
        }
    }
    fresh(class * GRAIN)
}

#[cold]
#[inline(never)]
fn fresh(bytes: usize) -> *mut u8 {
    // SAFETY: the size is not 0.
    let p = unsafe { alloc(layout(bytes)) };
    if p.is_null() {
        handle_alloc_error(layout(bytes));
    }
    count(1);
    let fresh = FRESH.get() + bytes;
    if fresh < HUGE_FROM {
        FRESH.set(fresh);
    } else {
        FRESH.set(0);
        host::memory::prefer_huge_pages(p, HUGE_AHEAD);
    }
    p
}

/// Counts blocks.  Not one atomic step: the holder of the interpreter's lock counts, and
/// what two interpreters lose to each other matters to nobody.
#[inline(always)]
fn count(change: isize) {
    BLOCKS.store(BLOCKS.load(Ordering::Relaxed).wrapping_add_signed(change), Ordering::Relaxed);
}

/// Takes back a block that `take(bytes)` gave, or that has grown to `bytes`.
///
/// # Safety
/// Nobody uses the block any more.
#[inline(always)]
pub unsafe fn give(p: *mut u8, bytes: usize) {
    let class = bytes.div_ceil(GRAIN);
    if class <= LARGEST / GRAIN {
        let kept = LISTS.with(|l| {
            let head = l[class].get();
            // SAFETY: the head of a list is a block with links.
            let length = if head.is_null() { 0 } else { unsafe { (*head).length } };
            if length >= KEPT / (class * GRAIN) {
                return false;
            }
            // SAFETY: by the contract; a block has room for the links.
            unsafe { (p as *mut Block).write(Block { next: head, length: length + 1 }) };
            l[class].set(p as *mut Block);
            true
        });
        if kept {
            return;
        }
    }
    // SAFETY: by the contract.
    unsafe { discard(p, class * GRAIN) };
}

/// Gives this thread's blocks back to the allocator: its thread ends, or memory is short.
pub fn trim() {
    LISTS.with(|l| {
        for (class, list) in l.iter().enumerate() {
            let mut block = list.replace(ptr::null_mut());
            while !block.is_null() {
                // SAFETY: the list's blocks are its own, and came from the allocator.
                unsafe {
                    let next = (*block).next;
                    discard(block as *mut u8, class * GRAIN);
                    block = next;
                }
            }
        }
    });
}
