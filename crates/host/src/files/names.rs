//! Creating, renaming and removing names.

use core::ffi::CStr;

use crate::Result;
use crate::call::done;
use crate::policy::{self, Operation};

fn changes(path: &CStr) -> Result<()> {
    policy::check(Operation::Change { path })
}

pub fn make_directory(directory: i32, path: &CStr, mode: u32) -> Result<()> {
    changes(path)?;
    done!(mkdirat(directory, path, mode))
}

pub fn remove_directory(directory: i32, path: &CStr) -> Result<()> {
    changes(path)?;
    done!(unlinkat(directory, path, libc::AT_REMOVEDIR))
}

pub fn unlink(directory: i32, path: &CStr) -> Result<()> {
    changes(path)?;
    done!(unlinkat(directory, path, 0i32))
}

pub fn rename(from_directory: i32, from: &CStr, to_directory: i32, to: &CStr) -> Result<()> {
    changes(from)?;
    changes(to)?;
    done!(renameat(from_directory, from, to_directory, to))
}

/// A hard link; `follow` links what a symbolic link leads to.
pub fn link(
    from_directory: i32,
    from: &CStr,
    to_directory: i32,
    to: &CStr,
    follow: bool,
) -> Result<()> {
    changes(from)?;
    changes(to)?;
    let flags = if follow { libc::AT_SYMLINK_FOLLOW } else { 0 };
    done!(linkat(from_directory, from, to_directory, to, flags))
}

/// A symbolic link at `path` that says `target`.
pub fn symlink(target: &CStr, directory: i32, path: &CStr) -> Result<()> {
    changes(path)?;
    done!(symlinkat(target, directory, path))
}

pub fn make_fifo(directory: i32, path: &CStr, mode: u32) -> Result<()> {
    changes(path)?;
    done!(mkfifoat(directory, path, mode))
}

pub fn make_node(directory: i32, path: &CStr, mode: u32, device: u64) -> Result<()> {
    changes(path)?;
    done!(mknodat(directory, path, mode, device))
}

pub fn truncate(path: &CStr, length: i64) -> Result<()> {
    policy::check(Operation::Open { path, flags: libc::O_WRONLY })?;
    done!(truncate(path, length))
}
