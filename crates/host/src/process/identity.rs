//! Who we are: process, group, session, user and groups.

use core::ffi::CStr;

use crate::call::{call, check, done, value};
use crate::{Errno, Result};

pub fn pid() -> i32 {
    value!(getpid())
}

pub fn parent() -> i32 {
    value!(getppid())
}

/// Whether the current thread is the one the process started with.
pub fn is_main_thread() -> bool {
    value!(gettid()) == value!(getpid())
}

pub fn group() -> i32 {
    value!(getpgrp())
}

pub fn group_of(pid: i32) -> Result<i32> {
    call!(getpgid(pid))
}

pub fn set_group(pid: i32, group: i32) -> Result<()> {
    done!(setpgid(pid, group))
}

pub fn session_of(pid: i32) -> Result<i32> {
    call!(getsid(pid))
}

pub fn new_session() -> Result<i32> {
    call!(setsid())
}

pub fn uid() -> u32 {
    value!(getuid())
}

pub fn effective_uid() -> u32 {
    value!(geteuid())
}

pub fn gid() -> u32 {
    value!(getgid())
}

pub fn effective_gid() -> u32 {
    value!(getegid())
}

pub fn set_uid(uid: u32) -> Result<()> {
    done!(setuid(uid))
}

pub fn set_effective_uid(uid: u32) -> Result<()> {
    done!(seteuid(uid))
}

pub fn set_real_uid(real: u32, effective: u32) -> Result<()> {
    done!(setreuid(real, effective))
}

pub fn set_all_uids(real: u32, effective: u32, saved: u32) -> Result<()> {
    done!(setresuid(real, effective, saved))
}

pub fn set_gid(gid: u32) -> Result<()> {
    done!(setgid(gid))
}

pub fn set_effective_gid(gid: u32) -> Result<()> {
    done!(setegid(gid))
}

pub fn set_real_gid(real: u32, effective: u32) -> Result<()> {
    done!(setregid(real, effective))
}

pub fn set_all_gids(real: u32, effective: u32, saved: u32) -> Result<()> {
    done!(setresgid(real, effective, saved))
}

/// Real, effective and saved.
pub fn all_uids() -> Result<[u32; 3]> {
    let [mut real, mut effective, mut saved] = [0; 3];
    // SAFETY: three places to fill.
    check(unsafe { libc::getresuid(&raw mut real, &raw mut effective, &raw mut saved) })?;
    Ok([real, effective, saved])
}

/// Real, effective and saved.
pub fn all_gids() -> Result<[u32; 3]> {
    let [mut real, mut effective, mut saved] = [0; 3];
    // SAFETY: three places to fill.
    check(unsafe { libc::getresgid(&raw mut real, &raw mut effective, &raw mut saved) })?;
    Ok([real, effective, saved])
}

/// The supplementary groups.
pub fn groups() -> Result<Vec<u32>> {
    loop {
        // SAFETY: a count of 0 asks for the number and fills nothing.
        let count = check(unsafe { libc::getgroups(0, core::ptr::null_mut()) })?;
        let mut groups = vec![0; count as usize];
        // SAFETY: the list has room for `count` numbers.
        match check(unsafe { libc::getgroups(count, groups.as_mut_ptr()) }) {
            Ok(filled) => {
                groups.truncate(filled as usize);
                return Ok(groups);
            }
            // More of them since: ask again.
            Err(Errno::EINVAL) => {}
            Err(error) => return Err(error),
        }
    }
}

pub fn set_groups(groups: &[u32]) -> Result<()> {
    // SAFETY: a list of the length passed.
    check(unsafe { libc::setgroups(groups.len(), groups.as_ptr()) }).map(drop)
}

pub fn init_groups(user: &CStr, gid: u32) -> Result<()> {
    done!(initgroups(user, gid))
}
