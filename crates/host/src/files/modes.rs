//! Permissions, owners and times of files.

use core::ffi::CStr;

use crate::Result;
use crate::call::{call, check, done, value};
use crate::policy::{self, Operation};

use super::FileTime;

/// A time to give to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stamp {
    Now,
    Keep,
    At(FileTime),
}

impl Stamp {
    fn raw(self) -> libc::timespec {
        let (seconds, nanoseconds) = match self {
            Stamp::Now => (0, libc::UTIME_NOW),
            Stamp::Keep => (0, libc::UTIME_OMIT),
            Stamp::At(time) => (time.seconds, i64::from(time.nanoseconds)),
        };
        libc::timespec { tv_sec: seconds, tv_nsec: nanoseconds }
    }
}

fn nofollow(follow: bool) -> i32 {
    if follow { 0 } else { libc::AT_SYMLINK_NOFOLLOW }
}

pub fn set_times(
    directory: i32,
    path: &CStr,
    accessed: Stamp,
    modified: Stamp,
    follow: bool,
) -> Result<()> {
    policy::check(Operation::Change { path })?;
    let times = [accessed.raw(), modified.raw()];
    let (path, flags) = (path.as_ptr(), nofollow(follow));
    // SAFETY: a C string and the two times the call reads.
    check(unsafe { libc::utimensat(directory, path, times.as_ptr(), flags) }).map(drop)
}

pub fn set_file_times(fd: i32, accessed: Stamp, modified: Stamp) -> Result<()> {
    let times = [accessed.raw(), modified.raw()];
    // SAFETY: the two times the call reads.
    check(unsafe { libc::futimens(fd, times.as_ptr()) }).map(drop)
}

pub fn change_mode(directory: i32, path: &CStr, mode: u32, follow: bool) -> Result<()> {
    policy::check(Operation::Change { path })?;
    done!(fchmodat(directory, path, mode, nofollow(follow)))
}

pub fn change_file_mode(fd: i32, mode: u32) -> Result<()> {
    done!(fchmod(fd, mode))
}

/// `uid` and `gid` of `u32::MAX` leave the owner or the group.
pub fn change_owner(directory: i32, path: &CStr, uid: u32, gid: u32, follow: bool) -> Result<()> {
    policy::check(Operation::Change { path })?;
    done!(fchownat(directory, path, uid, gid, nofollow(follow)))
}

pub fn change_file_owner(fd: i32, uid: u32, gid: u32) -> Result<()> {
    done!(fchown(fd, uid, gid))
}

/// Whether the path may be used as `R_OK`, `W_OK`, `X_OK` or `F_OK` say.
pub fn access(directory: i32, path: &CStr, mode: i32, effective: bool, follow: bool) -> bool {
    let flags = if effective { libc::AT_EACCESS } else { 0 } | nofollow(follow);
    call!(faccessat(directory, path, mode, flags)).is_ok()
}

/// Sets the mask of new files; answers the old one.
pub fn umask(mask: u32) -> u32 {
    value!(umask(mask))
}
