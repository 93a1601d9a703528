//! Limits, usage, priorities and scheduling.

use core::mem::MaybeUninit;

use crate::call::{call, check, done, value};
use crate::clock::{nanoseconds, timeval_nanoseconds};
use crate::{Errno, Result};

fn to_limit(value: u64) -> Option<u64> {
    (value != libc::RLIM_INFINITY).then_some(value)
}

/// The soft and the hard limit of `RLIMIT_*`; `None` is infinite.
pub fn get_limit(resource: i32) -> Result<(Option<u64>, Option<u64>)> {
    change_limit(0, resource, None)
}

pub fn set_limit(resource: i32, soft: Option<u64>, hard: Option<u64>) -> Result<()> {
    change_limit(0, resource, Some((soft, hard))).map(drop)
}

/// `prlimit`: answers the limits of a process (0: this one), and sets them if asked.
pub fn change_limit(
    pid: i32,
    resource: i32,
    new: Option<(Option<u64>, Option<u64>)>,
) -> Result<(Option<u64>, Option<u64>)> {
    let new = new.map(|(soft, hard)| libc::rlimit {
        rlim_cur: soft.unwrap_or(libc::RLIM_INFINITY),
        rlim_max: hard.unwrap_or(libc::RLIM_INFINITY),
    });
    let place = new.as_ref().map_or(core::ptr::null(), core::ptr::from_ref);
    let mut old = MaybeUninit::<libc::rlimit>::zeroed();
    // SAFETY: the new limits are absent or live here; the call fills the old ones.
    let old = unsafe {
        check(libc::prlimit(pid, resource as _, place, old.as_mut_ptr()))?;
        old.assume_init()
    };
    Ok((to_limit(old.rlim_cur), to_limit(old.rlim_max)))
}

/// `struct rusage`; times are nanoseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    pub user_time: i64,
    pub system_time: i64,
    /// The largest resident size, in kilobytes.
    pub max_resident: i64,
    pub shared: i64,
    pub unshared_data: i64,
    pub unshared_stack: i64,
    pub minor_faults: i64,
    pub major_faults: i64,
    pub swaps: i64,
    pub blocks_in: i64,
    pub blocks_out: i64,
    pub messages_sent: i64,
    pub messages_received: i64,
    pub signals: i64,
    pub voluntary_switches: i64,
    pub involuntary_switches: i64,
}

impl Usage {
    pub(crate) fn new(raw: &libc::rusage) -> Usage {
        Usage {
            user_time: timeval_nanoseconds(raw.ru_utime),
            system_time: timeval_nanoseconds(raw.ru_stime),
            max_resident: raw.ru_maxrss,
            shared: raw.ru_ixrss,
            unshared_data: raw.ru_idrss,
            unshared_stack: raw.ru_isrss,
            minor_faults: raw.ru_minflt,
            major_faults: raw.ru_majflt,
            swaps: raw.ru_nswap,
            blocks_in: raw.ru_inblock,
            blocks_out: raw.ru_oublock,
            messages_sent: raw.ru_msgsnd,
            messages_received: raw.ru_msgrcv,
            signals: raw.ru_nsignals,
            voluntary_switches: raw.ru_nvcsw,
            involuntary_switches: raw.ru_nivcsw,
        }
    }

    /// What is counted, in the order of `struct rusage`; the two times come before.
    pub fn counts(&self) -> [i64; 14] {
        [
            self.max_resident,
            self.shared,
            self.unshared_data,
            self.unshared_stack,
            self.minor_faults,
            self.major_faults,
            self.swaps,
            self.blocks_in,
            self.blocks_out,
            self.messages_sent,
            self.messages_received,
            self.signals,
            self.voluntary_switches,
            self.involuntary_switches,
        ]
    }
}

/// `RUSAGE_SELF`, `_CHILDREN` or `_THREAD`.
pub fn usage(who: i32) -> Result<Usage> {
    let mut raw = MaybeUninit::<libc::rusage>::zeroed();
    // SAFETY: the call fills the structure.
    unsafe {
        check(libc::getrusage(who, raw.as_mut_ptr()))?;
        Ok(Usage::new(raw.assume_init_ref()))
    }
}

/// `times` in clock ticks: user, system, children's user and system, elapsed.
pub fn times() -> Result<[i64; 5]> {
    let mut raw = MaybeUninit::<libc::tms>::zeroed();
    // SAFETY: the call fills the structure.
    let (elapsed, raw) = unsafe {
        let elapsed = check(libc::times(raw.as_mut_ptr()))?;
        (elapsed, raw.assume_init())
    };
    Ok([raw.tms_utime, raw.tms_stime, raw.tms_cutime, raw.tms_cstime, elapsed])
}

/// Adds to the niceness; answers the new one.
pub fn nice(increment: i32) -> Result<i32> {
    Errno(0).set_last();
    unless_error(value!(nice(increment)))
}

pub fn priority(which: i32, who: u32) -> Result<i32> {
    Errno(0).set_last();
    unless_error(value!(getpriority(which as u32, who)))
}

/// -1 is an answer as well, unless the call has left an error.
fn unless_error(answer: i32) -> Result<i32> {
    match (answer, Errno::last()) {
        (-1, error) if error != Errno(0) => Err(error),
        _ => Ok(answer),
    }
}

pub fn set_priority(which: i32, who: u32, priority: i32) -> Result<()> {
    done!(setpriority(which as u32, who, priority))
}

pub fn scheduler(pid: i32) -> Result<i32> {
    call!(sched_getscheduler(pid))
}

pub fn set_scheduler(pid: i32, policy: i32, priority: i32) -> Result<()> {
    let parameter = libc::sched_param { sched_priority: priority };
    // SAFETY: the call reads the parameter.
    check(unsafe { libc::sched_setscheduler(pid, policy, &raw const parameter) }).map(drop)
}

pub fn scheduling_priority(pid: i32) -> Result<i32> {
    let mut parameter = libc::sched_param { sched_priority: 0 };
    // SAFETY: the call fills the parameter.
    check(unsafe { libc::sched_getparam(pid, &raw mut parameter) })?;
    Ok(parameter.sched_priority)
}

pub fn set_scheduling_priority(pid: i32, priority: i32) -> Result<()> {
    let parameter = libc::sched_param { sched_priority: priority };
    // SAFETY: the call reads the parameter.
    check(unsafe { libc::sched_setparam(pid, &raw const parameter) }).map(drop)
}

/// The least and the greatest priority of a policy.
pub fn scheduling_range(policy: i32) -> Result<(i32, i32)> {
    Ok((call!(sched_get_priority_min(policy))?, call!(sched_get_priority_max(policy))?))
}

/// The round-robin quantum in nanoseconds.
pub fn scheduling_interval(pid: i32) -> Result<i64> {
    let mut time = crate::clock::timespec(0);
    // SAFETY: the call fills the time.
    check(unsafe { libc::sched_rr_get_interval(pid, &raw mut time) })?;
    Ok(nanoseconds(time))
}
