//! Memory straight from the kernel, and how much the process uses.

use core::ptr::NonNull;
use core::sync::atomic::{AtomicBool, AtomicPtr, Ordering};

use crate::call::{call, check};
use crate::{Errno, Result};

pub fn page_size() -> usize {
    call!(sysconf(libc::_SC_PAGESIZE)).map_or(4096, |size| size as usize)
}

/// Asks for huge pages in the `length` bytes from `start` on that are not in use yet.  A hint:
/// parts that are not mapped, and systems without huge pages, are passed over.
pub fn prefer_huge_pages(start: *mut u8, length: usize) {
    const HUGE: usize = 2 << 20;
    let first = start.map_addr(|a| a.next_multiple_of(HUGE));
    // SAFETY: the advice changes how memory is backed, never what it holds.
    unsafe { libc::madvise(first.cast(), length, libc::MADV_HUGEPAGE) };
}

/// A private, zeroed mapping, given back when dropped.
///
/// The region never moves.  What is read and written through [`Region::start`] is the
/// owner's business.
pub struct Region {
    start: NonNull<u8>,
    length: usize,
}

// SAFETY: the region is plain memory with one owner.
unsafe impl Send for Region {}

impl Region {
    /// Maps at least `length` bytes, in whole pages.
    pub fn new(length: usize) -> Result<Region> {
        Region::map(length, libc::PROT_READ | libc::PROT_WRITE)
    }

    /// Reserves addresses that cannot be used before [`Region::protect`] says so.
    pub fn reserve(length: usize) -> Result<Region> {
        Region::map(length, libc::PROT_NONE)
    }

    fn map(length: usize, protection: i32) -> Result<Region> {
        let page = page_size();
        let length = length.max(1).checked_next_multiple_of(page).ok_or(Errno::ENOMEM)?;
        let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
        // SAFETY: a new mapping at an address of the kernel's choice touches no other.
        let start = unsafe { libc::mmap(core::ptr::null_mut(), length, protection, flags, -1, 0) };
        if start == libc::MAP_FAILED {
            return Err(Errno::last());
        }
        let start = NonNull::new(start.cast()).ok_or(Errno::ENOMEM)?;
        Ok(Region { start, length })
    }

    pub fn start(&self) -> NonNull<u8> {
        self.start
    }

    pub fn len(&self) -> usize {
        self.length
    }

    /// Sets what may be done with a range of whole pages.
    pub fn protect(&mut self, offset: usize, length: usize, read: bool, write: bool) -> Result<()> {
        let place = self.range(offset, length)?;
        let protection =
            if read { libc::PROT_READ } else { 0 } | if write { libc::PROT_WRITE } else { 0 };
        // SAFETY: the range is within the mapping.
        check(unsafe { libc::mprotect(place, length, protection) }).map(drop)
    }

    /// Gives the pages of a range back; they read as zeros afterwards.
    pub fn discard(&mut self, offset: usize, length: usize) -> Result<()> {
        let place = self.range(offset, length)?;
        // SAFETY: the range is within the mapping.
        check(unsafe { libc::madvise(place, length, libc::MADV_DONTNEED) }).map(drop)
    }

    fn range(&self, offset: usize, length: usize) -> Result<*mut libc::c_void> {
        let end = offset.checked_add(length).ok_or(Errno::EINVAL)?;
        if end > self.length || !offset.is_multiple_of(page_size()) {
            return Err(Errno::EINVAL);
        }
        // SAFETY: the offset is within the mapping.
        Ok(unsafe { self.start.as_ptr().add(offset) }.cast())
    }
}

impl Drop for Region {
    fn drop(&mut self) {
        // SAFETY: the mapping is ours, and nobody uses it after its owner.
        unsafe { libc::munmap(self.start.as_ptr().cast(), self.length) };
    }
}

/// Addresses kept back for the moment when there are none left.
static RESERVE: AtomicPtr<libc::c_void> = AtomicPtr::new(core::ptr::null_mut());
static SPENT: AtomicBool = AtomicBool::new(false);
/// Enough for the smallest piece that mimalloc asks the kernel for, which is 128 MB.
const RESERVE_LENGTH: usize = 144 << 20;

/// Sets addresses aside, unless that has been done.  They cost no memory; under a limit they
/// are what is left when nothing else is.
pub fn keep_reserve() {
    if !RESERVE.load(Ordering::Relaxed).is_null() {
        return;
    }
    let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE;
    // SAFETY: a new mapping at an address of the kernel's choice touches no other.
    let start =
        unsafe { libc::mmap(core::ptr::null_mut(), RESERVE_LENGTH, libc::PROT_NONE, flags, -1, 0) };
    if start == libc::MAP_FAILED {
        return;
    }
    let none = core::ptr::null_mut();
    if RESERVE.compare_exchange(none, start, Ordering::AcqRel, Ordering::Relaxed).is_err() {
        // SAFETY: the mapping is ours; another thread's has taken its place.
        unsafe { libc::munmap(start, RESERVE_LENGTH) };
    }
    SPENT.store(false, Ordering::Relaxed);
}

/// Whether what was set aside has been given back, and not been set aside again.
#[inline]
pub fn reserve_is_spent() -> bool {
    SPENT.load(Ordering::Relaxed)
}

/// Gives what was set aside back to the kernel; false if there was nothing.
pub fn release_reserve() -> bool {
    let start = RESERVE.swap(core::ptr::null_mut(), Ordering::AcqRel);
    // SAFETY: the mapping is ours, and nothing lies in it.
    let given = !start.is_null() && unsafe { libc::munmap(start, RESERVE_LENGTH) } == 0;
    if given {
        SPENT.store(true, Ordering::Relaxed);
    }
    given
}

/// Bytes of the process that are in memory.
pub fn resident() -> Result<u64> {
    let text = std::fs::read_to_string("/proc/self/statm")?;
    let pages = text.split(' ').nth(1).and_then(|pages| pages.parse::<u64>().ok());
    Ok(pages.ok_or(Errno::ENOSYS)? * page_size() as u64)
}
