//! The one cell for interior mutability (D11).
//!
//! Its methods copy, swap or run a closure that gets no `vm`: no Python code can run while
//! the content is borrowed, so a conflict is a bug of ours and panics, in release builds
//! too.  What a method takes out is returned, so that the caller drops it after the borrow.

use crate::object::{Traverse, Visitor};
use std::cell::RefCell;

#[derive(Default)]
pub struct PyCell<T>(RefCell<T>);

impl<T> PyCell<T> {
    pub const fn new(value: T) -> PyCell<T> {
        PyCell(RefCell::new(value))
    }

    #[inline]
    pub fn with<R>(&self, f: impl FnOnce(&T) -> R) -> R {
        f(&self.0.borrow())
    }

    #[inline]
    pub fn with_mut<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        f(&mut self.0.borrow_mut())
    }

    /// Puts `value` in; what was there comes back.
    #[inline]
    pub fn replace(&self, value: T) -> T {
        self.0.replace(value)
    }

    #[inline(always)]
    pub fn swap(&self, other: &PyCell<T>) {
        self.0.swap(&other.0);
    }

    #[inline]
    pub fn set(&self, value: T) {
        drop(self.replace(value));
    }

    #[inline]
    pub fn get(&self) -> T
    where
        T: Clone,
    {
        self.0.borrow().clone()
    }

    #[inline]
    pub fn take(&self) -> T
    where
        T: Default,
    {
        self.0.take()
    }

    /// The content's address, for the eval loop's shortest paths, which look at it between
    /// two instructions of ours, when nobody has it borrowed.
    #[inline(always)]
    pub(crate) fn as_ptr(&self) -> *const T {
        self.0.as_ptr()
    }

    pub fn into_inner(self) -> T {
        self.0.into_inner()
    }
}

impl<T: Traverse> Traverse for PyCell<T> {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.with(|v| v.traverse(visit));
    }
}
