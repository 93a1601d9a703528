//! The interpreter's lock (D9): one thread at a time runs Python code.
//!
//! A thread that has waited for one interval asks the holder, through the holder's eval
//! breaker, to hand the lock over; a holder that was asked lets another thread have it
//! before it takes it again.  The words that threads are asked through live as long as the
//! process and are used again by later threads, so that a late request does no harm.

#![allow(unsafe_code)]

use super::{VirtualMachine, breaker};
use crate::cell::PyCell;
use host::locks::{Condition, Lock, Patience, Wait};
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicPtr, AtomicU32, AtomicU64, Ordering};

/// Nanoseconds a thread waits before it asks (`sys.setswitchinterval`).
const INTERVAL: i64 = 5_000_000;

pub type Word = &'static AtomicU32;

pub struct Gil {
    lock: Lock,
    /// The breaker word of the thread that holds the lock, or held it last.
    holder: AtomicPtr<AtomicU32>,
    /// How often the lock has gone to another thread.
    switches: AtomicU64,
    switched: Condition,
    /// Threads that wait for a switch after they were asked for the lock.
    yielding: AtomicU32,
    interval: AtomicI64,
    /// The interpreter is ending: only the thread with this word still gets the lock.
    ending: AtomicPtr<AtomicU32>,
    /// Words of threads that have ended.
    free_words: PyCell<Vec<Word>>,
}

/// The breaker word of the main interpreter's main thread, for the signal hook.
static MAIN: AtomicPtr<AtomicU32> = AtomicPtr::new(std::ptr::null_mut());
static HOOKED: AtomicBool = AtomicBool::new(false);

fn pointer(word: Word) -> *mut AtomicU32 {
    std::ptr::from_ref(word).cast_mut()
}

/// Runs inside a signal handler: only atomics.
fn on_signal(_signal: i32) {
    // SAFETY: the pointer is null or a word, which lives as long as the process.
    if let Some(word) = unsafe { MAIN.load(Ordering::SeqCst).as_ref() } {
        word.fetch_or(breaker::SIGNALS, Ordering::SeqCst);
    }
}

/// The main thread is the one that signals are noted for.
pub(crate) fn watch_signals(word: Word) {
    MAIN.store(pointer(word), Ordering::SeqCst);
    if !HOOKED.swap(true, Ordering::SeqCst) {
        host::signals::set_hook(on_signal);
    }
}

impl Default for Gil {
    fn default() -> Gil {
        Gil {
            lock: Lock::new(),
            holder: AtomicPtr::new(std::ptr::null_mut()),
            switches: AtomicU64::new(0),
            switched: Condition::new(),
            yielding: AtomicU32::new(0),
            interval: AtomicI64::new(INTERVAL),
            ending: AtomicPtr::new(std::ptr::null_mut()),
            free_words: PyCell::new(Vec::new()),
        }
    }
}

impl Gil {
    /// A breaker word for a new thread.  The caller holds the lock, or is the first thread.
    pub(crate) fn new_word(&self) -> Word {
        match self.free_words.with_mut(Vec::pop) {
            Some(word) => {
                word.store(0, Ordering::Relaxed);
                word
            }
            None => Box::leak(Box::new(AtomicU32::new(0))),
        }
    }

    /// The thread with this word is gone.  The caller holds the lock.
    pub(crate) fn recycle_word(&self, word: Word) {
        self.free_words.with_mut(|w| w.push(word));
    }

    pub(crate) fn acquire(&self, own: Word) {
        if !self.lock.try_acquire() {
            self.wait(own);
        }
        let me = pointer(own);
        let last = self.ending.load(Ordering::Relaxed);
        if !last.is_null() && last != me {
            self.lock.release();
            park();
        }
        if self.holder.swap(me, Ordering::Relaxed) != me {
            self.switches.fetch_add(1, Ordering::SeqCst);
            if self.yielding.load(Ordering::SeqCst) != 0 {
                self.switched.notify_all();
            }
        }
    }

    #[cold]
    fn wait(&self, own: Word) {
        loop {
            let before = self.switches.load(Ordering::SeqCst);
            let interval = self.interval.load(Ordering::Relaxed);
            match self.lock.acquire(Patience::for_nanoseconds(interval)) {
                Wait::Acquired => return,
                _ if self.switches.load(Ordering::SeqCst) == before => {
                    let holder = self.holder.load(Ordering::Relaxed);
                    // SAFETY: null or a word, which lives as long as the process.
                    if let Some(word) = unsafe { holder.as_ref() }
                        && !std::ptr::eq(word, own)
                    {
                        word.fetch_or(breaker::LOCK, Ordering::Relaxed);
                    }
                }
                _ => {}
            }
        }
    }

    pub(crate) fn release(&self) {
        self.lock.release();
    }

    /// Another thread has asked for the lock: it gets it first.
    #[cold]
    pub(crate) fn hand_over(&self, own: Word) {
        let before = self.switches.load(Ordering::SeqCst);
        self.yielding.fetch_add(1, Ordering::SeqCst);
        self.release();
        let patience = Patience::for_nanoseconds(self.interval.load(Ordering::Relaxed));
        loop {
            let epoch = self.switched.epoch();
            if self.switches.load(Ordering::SeqCst) != before
                || self.switched.wait(epoch, patience) == Wait::TimedOut
            {
                break;
            }
        }
        self.yielding.fetch_sub(1, Ordering::SeqCst);
        self.acquire(own);
    }

    pub fn interval(&self) -> i64 {
        self.interval.load(Ordering::Relaxed)
    }

    pub fn set_interval(&self, nanoseconds: i64) {
        self.interval.store(nanoseconds.max(1), Ordering::Relaxed);
    }

    /// From now on every other thread that wants the lock waits for ever.
    pub(crate) fn end(&self, own: Word) {
        self.ending.store(pointer(own), Ordering::SeqCst);
    }

    /// In the child of a fork: this thread holds the lock and nobody waits.
    pub(crate) fn after_fork(&self, own: Word) {
        self.lock.reset_held();
        self.holder.store(pointer(own), Ordering::Relaxed);
        self.yielding.store(0, Ordering::SeqCst);
        self.free_words.set(Vec::new());
    }
}

/// A thread of an interpreter that has ended goes no further.
fn park() -> ! {
    let never = Condition::new();
    loop {
        let epoch = never.epoch();
        let _ = never.wait(epoch, Patience::FOREVER);
    }
}

/// Takes the lock back when it goes, also when the call in between panics.
struct Reacquire<'a>(&'a VirtualMachine);

impl Drop for Reacquire<'_> {
    fn drop(&mut self) {
        self.0.shared.gil.acquire(self.0.breaker);
        self.0.follow_recursion_limit();
    }
}

impl VirtualMachine {
    /// Runs `f` without the lock: for calls that may block.  Objects cannot go in.
    #[inline]
    pub fn allow_threads<R: Send>(&self, f: impl FnOnce() -> R + Send) -> R {
        self.hooks.parked.set(self);
        self.shared.gil.release();
        let _back = Reacquire(self);
        f()
    }
}
