//! Bounds on recursion: native recursion over user data checks the stack that is left.

use super::VirtualMachine;
use crate::vm::PyResult;

/// Held while a native function that may recurse runs.
pub struct NativeGuard;

impl VirtualMachine {
    /// Takes up the interpreter's recursion limit, which another thread may have set.
    #[inline]
    pub(crate) fn follow_recursion_limit(&self) {
        let (limit, before) = (self.interp.recursion_limit.get(), self.recursion_limit.get());
        if limit != before {
            self.recursion_limit.set(limit);
            self.py_depth_left.set(self.py_depth_left.get() + (limit - before));
        }
    }

    /// `RecursionError` when little native stack is left; `place` ends the message
    /// (" while calling a Python object").
    #[inline(always)]
    pub fn enter_native(&self, place: &str) -> PyResult<NativeGuard> {
        let here = &raw const self as usize;
        let marker = 0u8;
        let here = here.min(&raw const marker as usize);
        if here < self.stack_limit.get() {
            return Err(self.native_recursion(here, place));
        }
        Ok(NativeGuard)
    }

    /// The error for work that has used up the native stack and been given up since.
    #[cold]
    pub(crate) fn stack_used_up(&self, place: &str) -> super::PyErr {
        self.native_recursion(self.stack_limit.get(), place)
    }

    #[cold]
    #[inline(never)]
    fn native_recursion(&self, here: usize, place: &str) -> super::PyErr {
        // The handler needs some stack itself.
        let limit = self.stack_limit.replace(0);
        let used = self.stack_top.get().saturating_sub(here) >> 10;
        let e = self.recursion_error(format!("Stack overflow (used {used} kB){place}"));
        self.stack_limit.set(limit);
        e
    }
}
