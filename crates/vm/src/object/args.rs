//! A call's arguments as natives see them (D18), in two machine words, so that they travel in
//! registers: a struct of three is copied through memory at every step of a call, in pieces
//! that the processor has to wait for.
//!
//! ```text
//!   first    the first positional value
//!   rest     2 * (number of values) + 1, where there are no keywords; else the address of the
//!            `ArgList` that the caller keeps: its values end where these do
//! ```

use super::refs::{Py, PyObject};
use super::stackref::StackRef;
use crate::builtins::tuple::PyTuple;
use std::marker::PhantomData;
use std::ptr::NonNull;

/// Arguments as they lie on the caller's stack: positional values, then the values of
/// `kwnames` in order.  Nothing is counted; the caller keeps them alive.
#[derive(Clone, Copy)]
pub struct Args<'a> {
    first: NonNull<StackRef>,
    rest: usize,
    caller: PhantomData<&'a ArgList<'a>>,
}

/// What the caller of a native keeps while the call lasts: [`ArgList::args`] shows it.
pub struct ArgList<'a> {
    slots: &'a [StackRef],
    kwnames: Option<&'a Py<PyTuple>>,
}

impl<'a> ArgList<'a> {
    /// `slots` holds no empty slot; the last `kwnames.len()` are the keywords' values.
    #[inline(always)]
    pub fn new(slots: &'a [StackRef], kwnames: Option<&'a Py<PyTuple>>) -> ArgList<'a> {
        debug_assert!(kwnames.is_none_or(|k| k.len() <= slots.len()));
        ArgList { slots, kwnames }
    }

    /// As `new`, from objects.
    #[inline(always)]
    pub fn of(values: &'a [PyObject<'a>], kwnames: Option<&'a Py<PyTuple>>) -> ArgList<'a> {
        ArgList::new(StackRef::from_objects(values), kwnames)
    }

    #[inline(always)]
    pub fn args(&'a self) -> Args<'a> {
        match self.kwnames {
            None => Args::of_slots(self.slots),
            Some(_) => Args {
                first: NonNull::from(self.slots).cast(),
                rest: std::ptr::from_ref(self).expose_provenance(),
                caller: PhantomData,
            },
        }
    }
}

impl<'a> Args<'a> {
    pub const EMPTY: Args<'static> =
        Args { first: NonNull::dangling(), rest: 1, caller: PhantomData };

    /// Positional arguments only; no slot is empty.
    #[inline(always)]
    pub fn of_slots(slots: &'a [StackRef]) -> Args<'a> {
        Args { first: NonNull::from(slots).cast(), rest: slots.len() * 2 + 1, caller: PhantomData }
    }

    /// The caller's list, if there are keywords.
    #[inline(always)]
    fn list(self) -> Option<&'a ArgList<'a>> {
        if self.rest & 1 != 0 {
            return None;
        }
        // SAFETY: an even word is the address of a list, which the caller keeps for 'a.
        Some(unsafe { &*std::ptr::with_exposed_provenance(self.rest) })
    }

    /// All values, the keywords' at the end.
    #[inline(always)]
    pub fn slots(self) -> &'a [StackRef] {
        let first = self.first.as_ptr();
        let n = match self.list() {
            None => self.rest >> 1,
            // SAFETY: `first` lies within the list's slots, or at their end.
            Some(l) => unsafe { l.slots.as_ptr_range().end.offset_from_unsigned(first) },
        };
        // SAFETY: so many slots lie there, for 'a.
        unsafe { std::slice::from_raw_parts(first, n) }
    }

    #[inline(always)]
    pub fn kwnames(self) -> Option<&'a Py<PyTuple>> {
        self.list().and_then(|l| l.kwnames)
    }

    /// Without the first `n` positional arguments.
    #[inline(always)]
    pub fn skip(self, n: usize) -> Args<'a> {
        assert!(n <= self.slots().len());
        Args {
            // SAFETY: at most at the end.
            first: unsafe { self.first.add(n) },
            rest: if self.rest & 1 != 0 { self.rest - 2 * n } else { self.rest },
            caller: PhantomData,
        }
    }
}
