//! Sets of signals, and waiting for one of a set.

use core::mem::MaybeUninit;

use crate::call::{check, check_number};
use crate::clock::timespec;
use crate::constants::NSIG;
use crate::{Errno, Result};

/// A set of signals.
#[derive(Clone, Copy)]
pub struct SignalSet(libc::sigset_t);

impl SignalSet {
    pub fn empty() -> SignalSet {
        let mut set = MaybeUninit::uninit();
        // SAFETY: the call fills the set and cannot fail.
        unsafe {
            libc::sigemptyset(set.as_mut_ptr());
            SignalSet(set.assume_init())
        }
    }

    /// Every signal a program may use.
    pub fn full() -> SignalSet {
        let mut set = MaybeUninit::uninit();
        // SAFETY: the call fills the set and cannot fail.
        unsafe {
            libc::sigfillset(set.as_mut_ptr());
            SignalSet(set.assume_init())
        }
    }

    /// Adds a signal; `EINVAL` if there is none of that number.
    pub fn insert(&mut self, signal: i32) -> Result<()> {
        // SAFETY: the set is whole; the call checks the number.
        check(unsafe { libc::sigaddset(&raw mut self.0, signal) }).map(drop)
    }

    pub fn contains(&self, signal: i32) -> bool {
        // SAFETY: the set is whole; the call checks the number.
        (unsafe { libc::sigismember(&raw const self.0, signal) }) == 1
    }

    pub(crate) fn raw(&self) -> *const libc::sigset_t {
        &raw const self.0
    }

    pub fn iter(&self) -> impl Iterator<Item = i32> + '_ {
        (1..NSIG).filter(|&signal| self.contains(signal))
    }
}

/// `pthread_sigmask`: `how` is `SIG_BLOCK`, `SIG_UNBLOCK` or `SIG_SETMASK`; answers the
/// old mask.
pub fn change_mask(how: i32, set: &SignalSet) -> Result<SignalSet> {
    let mut old = SignalSet::empty();
    // SAFETY: both sets are whole.
    check_number(unsafe { libc::pthread_sigmask(how, &raw const set.0, &raw mut old.0) })?;
    Ok(old)
}

/// The signals that have arrived while blocked.
pub fn blocked_arrivals() -> Result<SignalSet> {
    let mut set = SignalSet::empty();
    // SAFETY: the set is whole.
    check(unsafe { libc::sigpending(&raw mut set.0) })?;
    Ok(set)
}

pub fn wait(set: &SignalSet) -> Result<i32> {
    let mut signal = 0;
    // SAFETY: a whole set and a place for the number.
    check_number(unsafe { libc::sigwait(&raw const set.0, &raw mut signal) })?;
    Ok(signal)
}

/// What came with a signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignalInfo {
    pub signal: i32,
    pub code: i32,
    pub error: i32,
    pub pid: i32,
    pub uid: u32,
    pub status: i32,
    pub band: i64,
}

impl SignalInfo {
    pub(crate) fn new(raw: &libc::siginfo_t) -> SignalInfo {
        /// The part of the structure that `SIGPOLL` fills.
        #[repr(C)]
        struct Poll {
            _head: [i32; 4],
            band: libc::c_long,
        }
        // SAFETY: whichever member of the union was written, the others are integers
        // within the structure, which the kernel has filled whole.
        unsafe {
            SignalInfo {
                signal: raw.si_signo,
                code: raw.si_code,
                error: raw.si_errno,
                pid: raw.si_pid(),
                uid: raw.si_uid(),
                status: raw.si_status(),
                band: (*core::ptr::from_ref(raw).cast::<Poll>()).band,
            }
        }
    }
}

/// Waits for a signal of the set; `EAGAIN` after the time-out in nanoseconds, `EINTR` if
/// another signal came.
pub fn wait_info(set: &SignalSet, timeout: Option<i64>) -> Result<SignalInfo> {
    if timeout.is_some_and(|time| time < 0) {
        return Err(Errno::EINVAL);
    }
    let timeout = timeout.map(timespec);
    let time = timeout.as_ref().map_or(core::ptr::null(), core::ptr::from_ref);
    let mut info = MaybeUninit::<libc::siginfo_t>::zeroed();
    // SAFETY: a whole set, a time that lives here, and a structure that is zeroed first.
    unsafe {
        check(libc::sigtimedwait(&raw const set.0, info.as_mut_ptr(), time))?;
        Ok(SignalInfo::new(info.assume_init_ref()))
    }
}
