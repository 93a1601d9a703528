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
    singletons: PyCell<Vec<PyObjectRef>>,
}

impl VirtualMachine {
    /// The one object of a native type in this interpreter, made when it is first asked for.
    pub fn singleton<T: PyPayload>(&self, make: impl FnOnce() -> T) -> PyRef<T> {
        let all = &self.shared.native.singletons;
        let made = all.with(|all| all.iter().find_map(|o| o.clone().downcast::<T>().ok()));
        made.unwrap_or_else(|| {
            let new = self.new_object(make());
            all.with_mut(|all| all.push(new.clone().into()));
            new
        })
    }
}
