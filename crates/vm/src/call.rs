//! The calling convention (D18): natives receive a view of the caller's arguments.

pub mod binding;
pub mod conversions;
pub mod from_args;
pub mod results;
pub mod signature;

pub use crate::object::args::{ArgList, Args};
pub use binding::{Keywords, Rest, check_arity};
pub use conversions::Index;
pub use from_args::{FromArg, NoneOr};
pub use results::IntoPyResult;
pub use signature::{ArgContext, Convention, Owner, Signature};

use crate::builtins::str::PyStr;
use crate::object::{Py, PyObject, StackRef};
use crate::types::PyType;
use crate::vm::{PyResult, VirtualMachine};

/// A native function: module function, method (the instance is argument 0), or class
/// method (the class is argument 0).
pub type NativeFn = fn(&VirtualMachine, Args<'_>) -> PyResult;

impl<'a> Args<'a> {
    /// Positional arguments only.
    #[inline(always)]
    pub fn positional_only(values: &'a [PyObject<'a>]) -> Args<'a> {
        Args::of_slots(StackRef::from_objects(values))
    }

    #[inline(always)]
    pub fn keyword_count(self) -> usize {
        self.kwnames().map_or(0, |k| k.len())
    }

    /// Number of positional arguments.
    #[inline(always)]
    pub fn len(self) -> usize {
        self.slots().len() - self.keyword_count()
    }

    /// Positional argument `i`.
    #[inline(always)]
    pub fn get(self, i: usize) -> Option<PyObject<'a>> {
        if i < self.len() { Some(self.slots()[i].object()) } else { None }
    }

    /// Positional argument `i`, which is there.
    #[inline(always)]
    pub fn at(self, i: usize) -> PyObject<'a> {
        debug_assert!(i < self.len());
        self.slots()[i].object()
    }

    pub fn positional(self) -> impl ExactSizeIterator<Item = PyObject<'a>> {
        self.slots()[..self.len()].iter().map(|s| s.object())
    }

    /// Name and value of each keyword argument.
    pub fn keywords(self) -> impl Iterator<Item = (&'a Py<PyStr>, PyObject<'a>)> {
        let names = self.kwnames().map_or(&[][..], |k| k.as_slice());
        let first = self.len();
        names.iter().enumerate().map(move |(i, n)| {
            let name = n.as_object().downcast::<PyStr>().expect("keyword names are strings");
            (name, self.slots()[first + i].object())
        })
    }

    /// The positional arguments alone.
    pub fn without_keywords(self) -> Args<'a> {
        Args::of_slots(&self.slots()[..self.len()])
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

    /// As `no_keywords`, for the constructor of a class.
    #[inline]
    pub fn no_class_keywords(self, vm: &VirtualMachine, cls: &Py<PyType>) -> PyResult<()> {
        if self.keyword_count() == 0 { Ok(()) } else { self.no_keywords(vm, &cls.display_name()) }
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
            f(ArgList::of(&buf[..n], self.kwnames()).args())
        } else {
            let mut buf = vec![first; n];
            fill(&mut buf[1..]);
            f(ArgList::of(&buf, self.kwnames()).args())
        }
    }
}
