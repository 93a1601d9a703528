//! Locks that survive `fork`: words that the kernel's futex call waits on.
//!
//! None of them has an owner or a destructor, so a child process, in which the other
//! threads are gone, may simply [`Lock::reset`] them.  Waiting can be bounded by a
//! deadline on the monotonic clock and ended by a signal.

use core::sync::atomic::{AtomicU32, Ordering::Acquire, Ordering::Relaxed, Ordering::Release};

use crate::Errno;

/// How waiting ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wait {
    Acquired,
    TimedOut,
    /// A signal came; only if the caller asked to hear of it.
    Interrupted,
}

/// How to wait.
#[derive(Clone, Copy, Debug, Default)]
pub struct Patience {
    /// Nanoseconds of the monotonic clock at which to give up.
    pub deadline: Option<i64>,
    /// Whether a signal ends the wait.
    pub interruptible: bool,
}

impl Patience {
    /// Waits for ever.
    pub const FOREVER: Patience = Patience { deadline: None, interruptible: false };

    /// Gives up after so many nanoseconds.
    pub fn for_nanoseconds(time: i64) -> Patience {
        let deadline = crate::clock::monotonic().saturating_add(time);
        Patience { deadline: Some(deadline), interruptible: false }
    }

    pub fn interruptible(self) -> Patience {
        Patience { interruptible: true, ..self }
    }
}

const FREE: u32 = 0;
const HELD: u32 = 1;
/// Held, and somebody may be waiting.
const CONTENDED: u32 = 2;

/// A lock that any thread may release (`_thread.lock`, the interpreter lock).
#[repr(transparent)]
pub struct Lock(AtomicU32);

impl Lock {
    pub const fn new() -> Lock {
        Lock(AtomicU32::new(FREE))
    }

    #[inline]
    pub fn try_acquire(&self) -> bool {
        self.0.compare_exchange(FREE, HELD, Acquire, Relaxed).is_ok()
    }

    #[inline]
    pub fn acquire(&self, patience: Patience) -> Wait {
        if self.try_acquire() { Wait::Acquired } else { self.acquire_slow(patience) }
    }

    #[cold]
    fn acquire_slow(&self, patience: Patience) -> Wait {
        // A holder in native code lets go soon, if at all: look a few times first.
        for _ in 0..40 {
            match self.0.load(Relaxed) {
                FREE if self.try_acquire() => return Wait::Acquired,
                CONTENDED => break,
                _ => core::hint::spin_loop(),
            }
        }
        loop {
            // Whoever has waited cannot know that nobody else does.
            if self.0.swap(CONTENDED, Acquire) == FREE {
                return Wait::Acquired;
            }
            match futex_wait(&self.0, CONTENDED, patience.deadline) {
                Ok(()) | Err(Errno::EAGAIN) => {}
                Err(Errno::EINTR) if !patience.interruptible => {}
                Err(Errno::EINTR) => return Wait::Interrupted,
                Err(_) => return Wait::TimedOut,
            }
        }
    }

    /// Lets go; `false` if nobody held it.
    #[inline]
    pub fn release(&self) -> bool {
        let old = self.0.swap(FREE, Release);
        if old == CONTENDED {
            futex_wake(&self.0, 1);
        }
        old != FREE
    }

    pub fn is_held(&self) -> bool {
        self.0.load(Relaxed) != FREE
    }

    /// Makes the lock free with nobody waiting: for a child process after `fork`.
    pub fn reset(&self) {
        self.0.store(FREE, Relaxed);
    }

    /// Makes the lock held with nobody waiting: likewise, by the thread that holds it.
    pub fn reset_held(&self) {
        self.0.store(HELD, Relaxed);
    }
}

/// Something that happens now and then, for threads to wait for.
///
/// To wait: take [`Condition::epoch`], check the state that the condition is about, then
/// [`Condition::wait`] from that epoch.  To signal: change the state, then notify.  A
/// notification between the two steps of the waiter is not lost, because the epoch differs.
#[repr(transparent)]
pub struct Condition(AtomicU32);

impl Condition {
    pub const fn new() -> Condition {
        Condition(AtomicU32::new(0))
    }

    pub fn epoch(&self) -> u32 {
        self.0.load(Acquire)
    }

    /// Waits until the epoch is another; may also return early with [`Wait::Acquired`].
    pub fn wait(&self, epoch: u32, patience: Patience) -> Wait {
        loop {
            if self.0.load(Acquire) != epoch {
                return Wait::Acquired;
            }
            match futex_wait(&self.0, epoch, patience.deadline) {
                Ok(()) | Err(Errno::EAGAIN) => return Wait::Acquired,
                Err(Errno::EINTR) if !patience.interruptible => {}
                Err(Errno::EINTR) => return Wait::Interrupted,
                Err(_) => return Wait::TimedOut,
            }
        }
    }

    pub fn notify_one(&self) {
        self.0.fetch_add(1, Release);
        futex_wake(&self.0, 1);
    }

    pub fn notify_all(&self) {
        self.0.fetch_add(1, Release);
        futex_wake(&self.0, i32::MAX);
    }
}

/// Sleeps while the word is `expected`; `Ok` when woken, perhaps for nothing.
fn futex_wait(word: &AtomicU32, expected: u32, deadline: Option<i64>) -> Result<(), Errno> {
    let time = deadline.map(crate::clock::timespec);
    let time = time.as_ref().map_or(core::ptr::null(), core::ptr::from_ref);
    // With a bit set the deadline is absolute, on the monotonic clock.
    let operation = libc::FUTEX_WAIT_BITSET | libc::FUTEX_PRIVATE_FLAG;
    let other = core::ptr::null::<u32>();
    let every_bit = u32::MAX;
    // SAFETY: the word and the time live through the call.
    let status = unsafe {
        libc::syscall(libc::SYS_futex, word.as_ptr(), operation, expected, time, other, every_bit)
    };
    crate::call::check(status).map(drop)
}

fn futex_wake(word: &AtomicU32, threads: i32) {
    // SAFETY: the word is live; the call only uses its address.
    unsafe {
        let operation = libc::FUTEX_WAKE | libc::FUTEX_PRIVATE_FLAG;
        libc::syscall(libc::SYS_futex, word.as_ptr(), operation, threads);
    }
}
