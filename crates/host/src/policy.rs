//! The one place where a file or a process can be refused.
//!
//! Every function of this crate that opens, lists, changes or executes something asks
//! [`check`] first.  Nothing is refused until a policy is installed, once, at start.

use core::ffi::CStr;
use std::sync::OnceLock;

use crate::{Errno, Result};

/// What is about to happen.
#[derive(Clone, Copy, Debug)]
pub enum Operation<'a> {
    /// Opening a file with these `O_*` flags.
    Open { path: &'a CStr, flags: i32 },
    /// Listing a directory.
    List { path: &'a CStr },
    /// Creating, renaming, removing, or changing what is known about a path.
    Change { path: &'a CStr },
    /// Making a path the root or the current directory.
    Enter { path: &'a CStr },
    /// Executing a program, in this process or in a new one.
    Execute { path: &'a CStr },
    /// Duplicating the process.
    Fork,
    /// Sending a signal to a process (negative: a group).
    Kill { pid: i32, signal: i32 },
    /// Opening a socket of an address family.
    Socket { family: i32 },
}

pub type Policy = fn(&Operation<'_>) -> Result<(), Errno>;

static POLICY: OnceLock<Policy> = OnceLock::new();

/// Installs the policy; `false` if there is one already.
pub fn install(policy: Policy) -> bool {
    POLICY.set(policy).is_ok()
}

/// Asks whether an operation may go on; the error is what the caller's system call
/// then "failed" with.
pub fn check(operation: Operation<'_>) -> Result<()> {
    match POLICY.get() {
        None => Ok(()),
        Some(policy) => policy(&operation),
    }
}
