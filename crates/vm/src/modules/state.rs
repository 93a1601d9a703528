//! What native modules of one interpreter keep beside their dicts.

use crate::prelude::*;
use std::cell::OnceCell;

#[derive(Default)]
pub struct NativeState {
    /// `io.UnsupportedOperation`.
    pub(crate) unsupported_operation: OnceCell<PyRef<PyType>>,
    pub(crate) signals: super::signal::Handlers,
    pub(crate) threads: super::thread::Threads,
    pub(crate) at_exit: super::atexit::Registry,
    pub(crate) at_fork: super::posix::AtFork,
}
