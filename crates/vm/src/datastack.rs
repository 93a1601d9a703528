//! The region frames live in: a list of growing chunks.
//!
//! A frame's record and window lie in one piece of one chunk and never move.  Frames are
//! pushed and popped in stack order; generators have their own memory.
//!
//! Invariant: `top` is 8-aligned and inside the current chunk; everything below it in this
//! chunk, and all of the chunks before, belongs to live frames.

use host::memory::Region;
use std::cell::{Cell, RefCell};

const FIRST_CHUNK: usize = 64 * 1024;
const LARGEST_CHUNK: usize = 4 * 1024 * 1024;
/// What the stress switch makes of chunks: every few calls a new one.
const TINY_CHUNK: usize = 2048;

/// Straight from the kernel, which has it back when deep calls are over.
struct Chunk {
    memory: Region,
    /// `top` of the chunk before, when this one was begun.
    resume_at: *mut u8,
}

pub struct DataStack {
    top: Cell<*mut u8>,
    limit: Cell<*mut u8>,
    base: Cell<*mut u8>,
    chunks: RefCell<Vec<Chunk>>,
    /// One emptied chunk is kept, against a loop of calls at a boundary.
    spare: RefCell<Option<Chunk>>,
    tiny: bool,
}

impl DataStack {
    pub fn new(tiny: bool) -> DataStack {
        DataStack {
            top: Cell::new(std::ptr::null_mut()),
            limit: Cell::new(std::ptr::null_mut()),
            base: Cell::new(std::ptr::null_mut()),
            chunks: RefCell::new(Vec::new()),
            spare: RefCell::new(None),
            tiny,
        }
    }

    /// `bytes` (a multiple of 8) at the top; `None` when memory is short.
    #[inline(always)]
    pub fn push(&self, bytes: usize) -> Option<*mut u8> {
        let at = self.top.get();
        if bytes <= self.limit.get().addr().wrapping_sub(at.addr()) {
            self.top.set(at.wrapping_add(bytes));
            Some(at)
        } else {
            self.push_chunk(bytes)
        }
    }

    #[cold]
    #[inline(never)]
    fn push_chunk(&self, bytes: usize) -> Option<*mut u8> {
        let mut chunks = self.chunks.borrow_mut();
        let previous = chunks.last().map_or(FIRST_CHUNK / 2, |c| c.memory.len());
        let wanted = if self.tiny { TINY_CHUNK } else { (previous * 2).min(LARGEST_CHUNK) };
        let wanted = wanted.max(bytes.checked_next_power_of_two()?);
        let mut spare = self.spare.borrow_mut();
        let memory = match spare.take() {
            Some(c) if c.memory.len() >= bytes => c.memory,
            other => {
                *spare = other;
                Region::new(wanted).ok()?
            }
        };
        let chunk = Chunk { memory, resume_at: self.top.get() };
        let base = chunk.base();
        self.base.set(base);
        self.top.set(base.wrapping_add(bytes));
        self.limit.set(chunk.limit());
        chunks.push(chunk);
        Some(base)
    }

    /// Gives back everything from `at`, which the last push not yet popped returned.
    #[inline(always)]
    pub fn pop(&self, at: *mut u8) {
        if at != self.base.get() || at.is_null() {
            debug_assert!(at >= self.base.get() && at <= self.top.get());
            self.top.set(at);
        } else {
            self.pop_chunk();
        }
    }

    #[cold]
    #[inline(never)]
    fn pop_chunk(&self) {
        let mut chunks = self.chunks.borrow_mut();
        let gone = chunks.pop().expect("the popped frame lies in a chunk");
        self.top.set(gone.resume_at);
        let (base, limit) = chunks
            .last()
            .map_or((std::ptr::null_mut(), std::ptr::null_mut()), |c| (c.base(), c.limit()));
        self.base.set(base);
        self.limit.set(limit);
        drop(self.spare.borrow_mut().replace(gone));
    }
}

impl Chunk {
    fn base(&self) -> *mut u8 {
        self.memory.start().as_ptr()
    }

    fn limit(&self) -> *mut u8 {
        self.base().wrapping_add(self.memory.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pushes_and_pops_across_chunks() {
        let d = DataStack::new(true);
        let at: Vec<_> = (1..200).map(|i| d.push(i * 8).expect("memory")).collect();
        for (i, p) in at.iter().enumerate() {
            assert!(at[..i].iter().all(|q| q != p));
        }
        at.iter().rev().for_each(|p| d.pop(*p));
        assert!(d.top.get().is_null());
        let p = d.push(64).expect("memory");
        d.pop(p);
    }
}
