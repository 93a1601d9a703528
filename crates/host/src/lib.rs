//! Every system call of ours, safe outside (Linux), and the allocator (`blocks`).
//!
//! The crate knows nothing of Python.  What stays true:
//!
//! * A function fails with the [`Errno`] of the call, `EINTR` included; nothing here
//!   retries, prints or panics because of the outside world.
//! * Names are C strings; [`c_string`] is where an embedded NUL is found.  Text is bytes.
//! * Descriptors are plain `i32`s, as Python's are: owning them is the caller's business.
//! * Opening, changing and executing go through [`policy::check`].
//! * Times are nanoseconds, as integers.

#![allow(unsafe_code)]

pub mod accounts;
pub mod blocks;
mod call;
pub mod clock;
pub mod constants;
pub mod errno;
pub mod files;
pub mod locks;
pub mod math;
pub mod memory;
pub mod policy;
pub mod process;
pub mod random;
pub mod signals;
pub mod sockets;
pub mod stack;
pub mod startup;
pub mod terminal;
pub mod threads;

pub use errno::{Errno, Result};

use std::ffi::CString;

/// A name with a NUL byte in it, which no system call can take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EmbeddedNul;

/// A path or another string for the system.
pub fn c_string(bytes: &[u8]) -> Result<CString, EmbeddedNul> {
    CString::new(bytes).map_err(|_| EmbeddedNul)
}

/// A relative path starts at the current directory.
pub const CURRENT_DIRECTORY: i32 = libc::AT_FDCWD;
