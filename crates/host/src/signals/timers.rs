//! Timers that end in signals.

use crate::Result;
use crate::call::{check, value};
use crate::clock::{timeval, timeval_nanoseconds};

/// Asks for `SIGALRM` after so many seconds (0: never); answers what was left of the
/// last request.
pub fn alarm(seconds: u32) -> u32 {
    value!(alarm(seconds))
}

/// Waits for a signal; always ends with `EINTR`.
pub fn pause() -> Result<()> {
    check(value!(pause())).map(drop)
}

/// Sets an interval timer (`ITIMER_*`): nanoseconds until it fires, and between.
/// Answers what was set before.
pub fn set_timer(which: i32, delay: i64, interval: i64) -> Result<(i64, i64)> {
    let new = libc::itimerval { it_interval: timeval(interval), it_value: timeval(delay) };
    let mut old = new;
    // SAFETY: both structures live through the call.
    check(unsafe { set_interval_timer(which, &raw const new, &raw mut old) })?;
    Ok((timeval_nanoseconds(old.it_value), timeval_nanoseconds(old.it_interval)))
}

/// Nanoseconds left, and the interval.
pub fn get_timer(which: i32) -> Result<(i64, i64)> {
    let zero = timeval(0);
    let mut now = libc::itimerval { it_interval: zero, it_value: zero };
    // SAFETY: the structure lives through the call.
    check(unsafe { get_interval_timer(which, &raw mut now) })?;
    Ok((timeval_nanoseconds(now.it_value), timeval_nanoseconds(now.it_interval)))
}

unsafe extern "C" {
    #[link_name = "setitimer"]
    fn set_interval_timer(
        which: i32,
        new: *const libc::itimerval,
        old: *mut libc::itimerval,
    ) -> i32;
    #[link_name = "getitimer"]
    fn get_interval_timer(which: i32, now: *mut libc::itimerval) -> i32;
}
