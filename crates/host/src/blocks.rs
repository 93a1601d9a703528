//! The program's allocator: lists of small blocks by size, in front of mimalloc.
//!
//! A freed small block becomes the head of its size class's list, which remembers its own
//! length:
//!
//! ```text
//!   block     next block (0: none) | blocks from here on | ...
//! ```
//!
//! Who frees a block knows its size, so neither side looks anything up.  Lists belong to the
//! thread; [`trim`] gives their blocks back to mimalloc.
//!
//! When memory runs out, small blocks come from a reserve (`memory::keep_reserve`), so that
//! the program can go on to tell of it: [`on_exhaustion`].
//!
//! Invariant: a block of class `c` came from mimalloc with `c * GRAIN` bytes.

use std::alloc::{GlobalAlloc, Layout, handle_alloc_error};
use std::cell::Cell;
use std::ptr;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use libmimalloc_sys as mi;

use crate::memory;

/// Sizes are rounded up to multiples of this, which is also the alignment.
pub const GRAIN: usize = 16;
/// Larger blocks go straight to mimalloc.
const LARGEST: usize = 512;
const CLASSES: usize = LARGEST / GRAIN + 1;
/// Bytes that one list may hold on to.
const KEPT: usize = 256 << 10;

struct Block {
    next: *mut Block,
    length: usize,
}

/// Fresh bytes after which the memory ahead is worth huge pages: a program this large gains
/// several percent by them, where one huge page would be a fifth of a small script's memory.
const HUGE_FROM: usize = 8 << 20;
/// How far ahead.
const HUGE_AHEAD: usize = 64 << 20;

/// How many blocks of a class one list may hold.
const LIMITS: [usize; CLASSES] = {
    let mut limits = [0; CLASSES];
    let mut class = 1;
    while class < CLASSES {
        limits[class] = KEPT / (class * GRAIN);
        class += 1;
    }
    limits
};

thread_local! {
    /// Fresh bytes since huge pages were last asked for.
    static FRESH: Cell<usize> = const { Cell::new(0) };
    static LISTS: [Cell<*mut Block>; CLASSES] =
        const { [const { Cell::new(ptr::null_mut()) }; CLASSES] };
}

/// Small blocks that came from mimalloc and have not gone back.
static BLOCKS: AtomicUsize = AtomicUsize::new(0);

/// Small blocks in use; those on the lists of other threads count, too.
pub fn in_use() -> usize {
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

static ON_EXHAUSTION: OnceLock<fn()> = OnceLock::new();

/// Has `f` called, on the thread that asks for memory, when a block comes from the reserve.
/// It must not allocate.
pub fn on_exhaustion(f: fn()) {
    // Once is enough: all of the program's interpreters want the same.
    let _ = ON_EXHAUSTION.set(f);
}

/// What is larger is asked for by code that can do without.
pub const FROM_RESERVE: usize = 1 << 24;

/// There was no memory: the reserve goes, and what is small is asked for `again`.
#[cold]
#[inline(never)]
fn from_reserve(bytes: usize, again: impl FnOnce() -> *mut u8) -> *mut u8 {
    if bytes > FROM_RESERVE || !memory::release_reserve() {
        return ptr::null_mut();
    }
    if let Some(tell) = ON_EXHAUSTION.get() {
        tell();
    }
    again()
}

/// A block straight from mimalloc, of any size.
#[inline(always)]
fn large(bytes: usize) -> *mut u8 {
    // SAFETY: any size may be asked for.
    let ask = || unsafe { mi::mi_malloc(bytes).cast::<u8>() };
    let p = ask();
    if p.is_null() { from_reserve(bytes, ask) } else { p }
}

/// As `large`, with an alignment that is a power of two.
fn aligned(layout: Layout, zeroed: bool) -> *mut u8 {
    let (size, align) = (layout.size(), layout.align());
    // SAFETY: any size may be asked for, and a layout's alignment is a power of two.
    let ask = || unsafe {
        let p = if zeroed {
            mi::mi_zalloc_aligned(size, align)
        } else {
            mi::mi_malloc_aligned(size, align)
        };
        p.cast::<u8>()
    };
    let p = ask();
    if p.is_null() { from_reserve(size, ask) } else { p }
}

/// Counts blocks.  Not one atomic step: what two threads lose to each other matters to nobody.
#[inline(always)]
fn count(change: isize) {
    BLOCKS.store(BLOCKS.load(Ordering::Relaxed).wrapping_add_signed(change), Ordering::Relaxed);
}

/// A block of the class from its list; null when that is empty.
#[inline(always)]
fn listed(class: usize) -> *mut u8 {
    LISTS.with(|l| {
        let head = l[class].get();
        if !head.is_null() {
            // SAFETY: a listed block holds its own links.
            l[class].set(unsafe { (*head).next });
        }
        head.cast()
    })
}

/// Uninitialised memory of at least `bytes` bytes, which are not 0; null when there is none.
#[inline(always)]
fn try_take(bytes: usize) -> *mut u8 {
    let class = bytes.div_ceil(GRAIN);
    if class < CLASSES {
        let block = listed(class);
        return if block.is_null() { fresh(class) } else { block };
    }
    large(bytes)
}

/// As `try_take`; the program ends when there is no memory.
#[inline(always)]
pub fn take(bytes: usize) -> *mut u8 {
    let p = try_take(bytes);
    if p.is_null() {
        no_memory(bytes);
    }
    p
}

#[cold]
#[inline(never)]
fn no_memory(bytes: usize) -> ! {
    handle_alloc_error(Layout::from_size_align(bytes, GRAIN).unwrap_or(Layout::new::<u128>()))
}

#[cold]
#[inline(never)]
fn fresh(class: usize) -> *mut u8 {
    let bytes = class * GRAIN;
    let p = large(bytes);
    if p.is_null() {
        return p;
    }
    count(1);
    let fresh = FRESH.get() + bytes;
    if fresh < HUGE_FROM {
        FRESH.set(fresh);
    } else {
        FRESH.set(0);
        memory::prefer_huge_pages(p, HUGE_AHEAD);
    }
    p
}

/// Takes back a block that `take(bytes)` or `regrow` to `bytes` gave.
///
/// # Safety
/// Nobody uses the block any more.
#[inline(always)]
pub unsafe fn give(p: *mut u8, bytes: usize) {
    let class = bytes.div_ceil(GRAIN);
    if class < CLASSES {
        let kept = LISTS.with(|l| {
            let head = l[class].get();
            // SAFETY: the head of a list is a block with links.
            let length = if head.is_null() { 0 } else { unsafe { (*head).length } };
            if length >= LIMITS[class] {
                return false;
            }
            // SAFETY: by the contract; a block has room for the links.
            unsafe { p.cast::<Block>().write(Block { next: head, length: length + 1 }) };
            l[class].set(p.cast());
            true
        });
        if kept {
            return;
        }
    }
    // SAFETY: by the contract.
    unsafe { discard(p, class < CLASSES) };
}

/// # Safety
/// As `give`.
#[inline(never)]
unsafe fn discard(p: *mut u8, small: bool) {
    if small {
        count(-1);
    }
    // SAFETY: every block is mimalloc's.
    unsafe { mi::mi_free(p.cast()) };
}

/// Gives a block of `old` bytes `new` bytes, perhaps elsewhere in memory; null, and the block
/// is as it was, when there is no room.
///
/// # Safety
/// As `give`; the block is not used under its old address, unless null comes back.
pub unsafe fn regrow(p: *mut u8, old: usize, new: usize) -> *mut u8 {
    let (from, to) = (old.div_ceil(GRAIN), new.div_ceil(GRAIN));
    if from >= CLASSES && to >= CLASSES {
        // SAFETY: both sizes are mimalloc's business; a block that stays is as it was.
        let ask = || unsafe { mi::mi_realloc(p.cast(), new).cast::<u8>() };
        let moved = ask();
        return if moved.is_null() { from_reserve(new, ask) } else { moved };
    }
    if from == to {
        return p;
    }
    let moved = try_take(new);
    if !moved.is_null() {
        // SAFETY: two different blocks of at least these sizes.
        unsafe {
            ptr::copy_nonoverlapping(p, moved, old.min(new));
            give(p, old);
        }
    }
    moved
}

/// Gives this thread's blocks back to mimalloc: its thread ends, or memory is short.
pub fn trim() {
    LISTS.with(|l| {
        for list in l {
            let mut block = list.replace(ptr::null_mut());
            while !block.is_null() {
                // SAFETY: the list's blocks are its own.
                unsafe {
                    let next = (*block).next;
                    discard(block.cast(), true);
                    block = next;
                }
            }
        }
    });
}

/// The allocator for `#[global_allocator]`.
pub struct Allocator;

/// Blocks are aligned to `GRAIN`, or to their size where that is smaller, by themselves.
fn is_natural(layout: &Layout) -> bool {
    layout.align() <= GRAIN
}

// SAFETY: blocks of at least the layout's size and alignment, or null; freed and resized with
// the layout they were made with, on any thread.
unsafe impl GlobalAlloc for Allocator {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if is_natural(&layout) {
            return try_take(layout.size());
        }
        aligned(layout, false)
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        if is_natural(&layout) && layout.size() <= LARGEST {
            let p = try_take(layout.size());
            if !p.is_null() {
                // SAFETY: the block has so many bytes.
                unsafe { p.write_bytes(0, layout.size()) };
            }
            return p;
        }
        // Large blocks come zeroed from the kernel, mostly.
        aligned(layout, true)
    }

    #[inline]
    unsafe fn dealloc(&self, p: *mut u8, layout: Layout) {
        // SAFETY: by the trait's contract.
        unsafe {
            if is_natural(&layout) {
                give(p, layout.size());
            } else {
                mi::mi_free(p.cast());
            }
        }
    }

    #[inline]
    unsafe fn realloc(&self, p: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        // SAFETY: by the trait's contract.
        unsafe {
            if is_natural(&layout) {
                regrow(p, layout.size(), new_size)
            } else {
                let ask =
                    || mi::mi_realloc_aligned(p.cast(), new_size, layout.align()).cast::<u8>();
                let moved = ask();
                if moved.is_null() { from_reserve(new_size, ask) } else { moved }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_freed_block_is_the_next_of_its_class() {
        let p = take(40);
        // SAFETY: the block is ours.
        unsafe { give(p, 40) };
        assert_eq!(take(48), p);
        // SAFETY: as above.
        unsafe { give(p, 48) };
    }

    #[test]
    fn blocks_move_between_lists_and_mimalloc() {
        let mut p = take(10);
        // SAFETY: the block is ours, and as long as it was last asked for.
        unsafe {
            p.write_bytes(7, 10);
            for (old, new) in [(10, 300), (300, 5000), (5000, 9000), (9000, 20), (20, 10)] {
                p = regrow(p, old, new);
                assert!((0..10).all(|i| *p.add(i) == 7));
            }
            give(p, 10);
        }
    }

    #[test]
    fn other_alignments_are_kept() {
        for align in [1, 16, 64, 4096] {
            let layout = Layout::from_size_align(100, align).unwrap();
            // SAFETY: alloc and dealloc of one layout.
            unsafe {
                let p = Allocator.alloc_zeroed(layout);
                assert!(p.addr().is_multiple_of(align) && *p.add(99) == 0);
                Allocator.dealloc(p, layout);
            }
        }
    }
}
