//! The native stack of the current thread, for the check that bounds recursion.

use core::mem::MaybeUninit;

use crate::call::{check_number, value};
use crate::{Result, process};

/// The addresses between which the stack may grow; it grows from `high` to `low`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    pub low: usize,
    pub high: usize,
}

/// An address in the current frame or a little below.
#[inline(always)]
pub fn pointer() -> usize {
    let here = 0u8;
    core::hint::black_box(&raw const here) as usize
}

/// The limits of the current thread.  Ask once per thread: the answer does not change,
/// the question costs microseconds, and in a child forked by another thread than the
/// main one it would come out wrong.
pub fn limits() -> Result<Limits> {
    if process::is_main_thread() { main_limits() } else { thread_limits() }
}

/// The main thread's stack grows down to the resource limit.  Its top is a little above
/// this frame; asking the C library would read all of /proc/self/maps.
fn main_limits() -> Result<Limits> {
    /// Where the limit is infinite, or larger: the kernel leaves that much free.
    const MOST: u64 = 64 << 20;
    /// Arguments, environment and the frames above may lie between here and the top.
    const ABOVE: usize = 256 << 10;
    let (soft, _) = process::get_limit(libc::RLIMIT_STACK as i32)?;
    let size = soft.unwrap_or(MOST).min(MOST) as usize;
    let high = pointer().saturating_add(4096);
    let above = ABOVE.min(size / 4);
    Ok(Limits { low: high.saturating_sub(size - above), high })
}

fn thread_limits() -> Result<Limits> {
    let mut attributes = MaybeUninit::<libc::pthread_attr_t>::uninit();
    let mut low = core::ptr::null_mut();
    let mut size = 0;
    // SAFETY: the first call initialises the attributes, which the others read and free.
    unsafe {
        check_number(libc::pthread_getattr_np(libc::pthread_self(), attributes.as_mut_ptr()))?;
        let found = libc::pthread_attr_getstack(attributes.as_ptr(), &raw mut low, &raw mut size);
        libc::pthread_attr_destroy(attributes.as_mut_ptr());
        check_number(found)?;
    }
    // The C library counts no guard page in here, but its own data at the top is.
    let low = low as usize;
    Ok(Limits { low, high: low + size })
}

/// The stack size that threads get by default: the resource limit, or 8 MB.
pub fn default_size() -> usize {
    const USUAL: u64 = 8 << 20;
    let limit = process::get_limit(libc::RLIMIT_STACK as i32).ok().and_then(|(soft, _)| soft);
    limit.unwrap_or(USUAL).clamp(min_size() as u64, 64 << 20) as usize
}

/// The least a thread can have.
pub fn min_size() -> usize {
    let size = value!(sysconf(libc::_SC_THREAD_STACK_MIN));
    usize::try_from(size).unwrap_or(0).max(16 << 10)
}
