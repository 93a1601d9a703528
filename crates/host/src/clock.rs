//! Clocks and sleeping; the calendar of the C library's time zones is in [`calendar`].
//!
//! Times are nanoseconds in an `i64`, which reaches to the year 2262.

pub mod calendar;

use core::mem::MaybeUninit;

use crate::call::{check, check_number};
use crate::{Errno, Result};

/// The clocks of the `time` module, by Python's names.
#[rustfmt::skip]
pub static CLOCKS: &[(&str, i32)] = &[
    ("CLOCK_BOOTTIME", libc::CLOCK_BOOTTIME),
    ("CLOCK_MONOTONIC", libc::CLOCK_MONOTONIC),
    ("CLOCK_MONOTONIC_RAW", libc::CLOCK_MONOTONIC_RAW),
    ("CLOCK_PROCESS_CPUTIME_ID", libc::CLOCK_PROCESS_CPUTIME_ID),
    ("CLOCK_REALTIME", libc::CLOCK_REALTIME),
    ("CLOCK_TAI", libc::CLOCK_TAI),
    ("CLOCK_THREAD_CPUTIME_ID", libc::CLOCK_THREAD_CPUTIME_ID),
];

pub const REALTIME: i32 = libc::CLOCK_REALTIME;
pub const MONOTONIC: i32 = libc::CLOCK_MONOTONIC;
pub const PROCESS_CPU: i32 = libc::CLOCK_PROCESS_CPUTIME_ID;
pub const THREAD_CPU: i32 = libc::CLOCK_THREAD_CPUTIME_ID;

const SECOND: i64 = 1_000_000_000;

pub(crate) fn timespec(nanoseconds: i64) -> libc::timespec {
    libc::timespec {
        tv_sec: nanoseconds.div_euclid(SECOND),
        tv_nsec: nanoseconds.rem_euclid(SECOND),
    }
}

pub(crate) fn nanoseconds(time: libc::timespec) -> i64 {
    time.tv_sec.saturating_mul(SECOND).saturating_add(time.tv_nsec)
}

pub(crate) fn timeval(nanoseconds: i64) -> libc::timeval {
    libc::timeval {
        tv_sec: nanoseconds.div_euclid(SECOND),
        // Rounded up, so that a short time does not become none.
        tv_usec: (nanoseconds.rem_euclid(SECOND) + 999) / 1000,
    }
}

pub(crate) fn timeval_nanoseconds(time: libc::timeval) -> i64 {
    time.tv_sec.saturating_mul(SECOND).saturating_add(time.tv_usec * 1000)
}

/// The time of a clock.
pub fn get(clock: i32) -> Result<i64> {
    let mut time = MaybeUninit::uninit();
    // SAFETY: the call fills the structure when it succeeds.
    let time = unsafe {
        check(libc::clock_gettime(clock, time.as_mut_ptr()))?;
        time.assume_init()
    };
    Ok(nanoseconds(time))
}

pub fn resolution(clock: i32) -> Result<i64> {
    let mut time = MaybeUninit::uninit();
    // SAFETY: the call fills the structure when it succeeds.
    let time = unsafe {
        check(libc::clock_getres(clock, time.as_mut_ptr()))?;
        time.assume_init()
    };
    Ok(nanoseconds(time))
}

pub fn set(clock: i32, time: i64) -> Result<()> {
    let time = timespec(time);
    // SAFETY: the call reads the structure.
    check(unsafe { libc::clock_settime(clock, &raw const time) }).map(drop)
}

/// The monotonic clock, which cannot fail.
pub fn monotonic() -> i64 {
    get(MONOTONIC).unwrap_or(0)
}

/// The time since the epoch, which cannot fail.
pub fn realtime() -> i64 {
    get(REALTIME).unwrap_or(0)
}

/// Sleeps until the monotonic clock shows `deadline`; `EINTR` if a signal came.
pub fn sleep_until(deadline: i64) -> Result<()> {
    let time = timespec(deadline);
    let rest = core::ptr::null_mut();
    // SAFETY: the call reads the time; with an absolute time there is no rest to write.
    check_number(unsafe {
        libc::clock_nanosleep(MONOTONIC, libc::TIMER_ABSTIME, &raw const time, rest)
    })
}

/// The CPU clock of another thread of this process, by its [`crate::threads::Ident`].
pub fn thread_cpu_clock(thread: crate::threads::Ident) -> Result<i32> {
    if !crate::threads::is_alive(thread) {
        return Err(Errno(libc::ESRCH));
    }
    let mut clock = 0;
    // SAFETY: the thread is one of ours that is alive; the place is an integer.
    check_number(unsafe { libc::pthread_getcpuclockid(thread.raw(), &raw mut clock) })?;
    Ok(clock)
}
