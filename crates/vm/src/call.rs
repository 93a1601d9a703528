//! The calling convention (D18): natives receive a view of the caller's arguments.

pub mod binding;
pub mod conversions;
pub mod from_args;
pub mod results;
pub mod signature;

pub use binding::{Keywords, Rest, check_arity};
pub use conversions::Index;
pub use from_args::{FromArg, NoneOr};
pub use results::IntoPyResult;
pub use signature::{ArgContext, Convention, Owner, Signature};

use crate::builtins::str::PyStr;
use crate::builtins::tuple::PyTuple;
use crate::object::{Py, PyObject, StackRef};
use crate::vm::{PyResult, VirtualMachine};

/// A native function: module function, method (the instance is argument 0), or class
/// method (the class is argument 0).
pub type NativeFn = fn(&VirtualMachine, Args<'_>) -> PyResult;

/// Arguments as they lie on the caller's stack: positional values, then the values of
/// `kwnames` in order.  Nothing is counted; the caller keeps them alive.
#[derive(Clone, Copy)]
pub struct Args<'a> {
    slots: &'a [StackRef],
    kwnames: Option<&'a Py<PyTuple>>,
}

impl<'a> Args<'a> {
    pub const EMPTY: Args<'static> = Args { slots: &[], kwnames: None };

    /// `slots` holds no empty slot; the last `kwnames.len()` are the keywords' values.
    #[inline(always)]
    pub fn new(slots: &'a [StackRef], kwnames: Option<&'a Py<PyTuple>>) -> Args<'a> {
        debug_assert!(kwnames.is_none_or(|k| k.len() <= slots.len()));
        Args { slots, kwnames }
    }

    /// Positional arguments only.
    #[inline(always)]
    pub fn positional_only(values: &'a [PyObject<'a>]) -> Args<'a> {
        Args { slots: StackRef::from_objects(values), kwnames: None }
    }

    /// Positional and keyword values in one slice, as `new`.
    #[inline(always)]
    pub fn with_keywords(values: &'a [PyObject<'a>], kwnames: Option<&'a Py<PyTuple>>) -> Args<'a> {
        Args::new(StackRef::from_objects(values), kwnames)
    }

    #[inline(always)]
    pub fn slots(self) -> &'a [StackRef] {
        self.slots
    }

    #[inline(always)]
    pub fn kwnames(self) -> Option<&'a Py<PyTuple>> {
        self.kwnames
    }

    #[inline(always)]
    pub fn keyword_count(self) -> usize {
        self.kwnames.map_or(0, |k| k.len())
    }

    /// Number of positional arguments.
    #[inline(always)]
    pub fn len(self) -> usize {
        self.slots.len() - self.keyword_count()
    }

    /// Positional argument `i`.
    #[inline(always)]
    pub fn get(self, i: usize) -> Option<PyObject<'a>> {
        if i < self.len() { Some(self.slots[i].object()) } else { None }
    }

    /// Positional argument `i`, which is there.
    #[inline(always)]
    pub fn at(self, i: usize) -> PyObject<'a> {
        debug_assert!(i < self.len());
        self.slots[i].object()
    }

    pub fn positional(self) -> impl ExactSizeIterator<Item = PyObject<'a>> {
        self.slots[..self.len()].iter().map(|s| s.object())
    }

    /// Name and value of each keyword argument.
    pub fn keywords(self) -> impl Iterator<Item = (&'a Py<PyStr>, PyObject<'a>)> {
        let names = self.kwnames.map_or(&[][..], |k| k.as_slice());
        let first = self.len();
        names.iter().enumerate().map(move |(i, n)| {
            let name = n.as_object().downcast::<PyStr>().expect("keyword names are strings");
            (name, self.slots[first + i].object())
        })
    }

    /// Without the first `n` positional arguments.
    #[inline(always)]
    pub fn skip(self, n: usize) -> Args<'a> {
        debug_assert!(n <= self.len());
        Args { slots: &self.slots[n..], kwnames: self.kwnames }
    }

    /// The positional arguments alone.
    pub fn without_keywords(self) -> Args<'a> {
        Args { slots: &self.slots[..self.len()], kwnames: None }
    }

    /// The value of a keyword, by name.
    pub fn keyword(self, name: &str) -> Option<PyObject<'a>> {
        self.keywords().find(|(n, _)| n.as_bytes() == name.as_bytes()).map(|(_, v)| v)
    }

    /// `TypeError` unless there are no keywords.
    #[inline]
    pub fn no_keywords(self, vm: &VirtualMachine, function: &str) -> PyResult<()> {
        if self.keyword_count() == 0 {
            return Ok(());
        }
        Err(vm.type_error(format!("{function}() takes no keyword arguments")))
    }
}

impl<'a> Args<'a> {
    /// Calls `f` with the same arguments behind `first`.
    #[inline]
    pub fn prepended<R>(self, first: PyObject<'_>, f: impl FnOnce(Args<'_>) -> R) -> R {
        const INLINE: usize = 8;
        let n = self.slots().len() + 1;
        let fill = |out: &mut [PyObject<'_>]| {
            for (o, s) in out.iter_mut().zip(self.slots()) {
                *o = s.object();
            }
        };
        if n <= INLINE {
            let mut buf = [first; INLINE];
            fill(&mut buf[1..n]);
            f(Args::new(StackRef::from_objects(&buf[..n]), self.kwnames()))
        } else {
            let mut buf = vec![first; n];
            fill(&mut buf[1..]);
            f(Args::new(StackRef::from_objects(&buf), self.kwnames()))
        }
    }
}
