//! Waiting for children, and what their status says.

use core::mem::MaybeUninit;

use crate::Result;
use crate::call::{call, check};
use crate::signals::SignalInfo;

use super::Usage;

/// `waitpid`: the child and its status; 0 with `WNOHANG` if none has changed.
pub fn wait(pid: i32, options: i32) -> Result<(i32, i32)> {
    let mut status = 0;
    // SAFETY: an integer to fill.
    let pid = check(unsafe { libc::waitpid(pid, &raw mut status, options) })?;
    Ok((pid, status))
}

/// `wait4`: likewise, with what the child has used.
pub fn wait_usage(pid: i32, options: i32) -> Result<(i32, i32, Usage)> {
    let mut status = 0;
    let mut usage = MaybeUninit::<libc::rusage>::zeroed();
    // SAFETY: an integer to fill, and a structure whose zeros are valid.
    unsafe {
        let pid = check(libc::wait4(pid, &raw mut status, options, usage.as_mut_ptr()))?;
        Ok((pid, status, Usage::new(usage.assume_init_ref())))
    }
}

/// `waitid`; `None` with `WNOHANG` if no child has changed.
pub fn wait_info(kind: u32, id: u32, options: i32) -> Result<Option<SignalInfo>> {
    let mut info = MaybeUninit::<libc::siginfo_t>::zeroed();
    // SAFETY: a structure whose zeros are valid.
    let info = unsafe {
        check(libc::waitid(kind, id, info.as_mut_ptr(), options))?;
        SignalInfo::new(info.assume_init_ref())
    };
    Ok((info.pid != 0).then_some(info))
}

/// A descriptor that stands for a process.
pub fn open_pidfd(pid: i32, flags: u32) -> Result<i32> {
    let fd = call!(syscall(libc::SYS_pidfd_open, i64::from(pid), i64::from(flags)))?;
    Ok(fd as i32)
}

pub fn has_exited(status: i32) -> bool {
    libc::WIFEXITED(status)
}

pub fn exit_status(status: i32) -> i32 {
    libc::WEXITSTATUS(status)
}

pub fn was_signaled(status: i32) -> bool {
    libc::WIFSIGNALED(status)
}

pub fn ending_signal(status: i32) -> i32 {
    libc::WTERMSIG(status)
}

pub fn is_stopped(status: i32) -> bool {
    libc::WIFSTOPPED(status)
}

pub fn stopping_signal(status: i32) -> i32 {
    libc::WSTOPSIG(status)
}

pub fn has_continued(status: i32) -> bool {
    libc::WIFCONTINUED(status)
}

pub fn dumped_core(status: i32) -> bool {
    libc::WCOREDUMP(status)
}
