//! `itertools`.

mod combinatoric;
mod endless;
mod filtering;
mod grouping;
mod joining;
mod tee;

pub use combinatoric::{PyCombinations, PyCombinationsWithReplacement, PyPermutations, PyProduct};
pub use endless::{PyCount, PyCycle, PyRepeat};
pub use filtering::{PyCompress, PyDropWhile, PyFilterFalse, PyIslice, PyTakeWhile};
pub use grouping::{PyBatched, PyGroupBy, PyGrouper, PyPairwise};
pub use joining::{PyAccumulate, PyChain, PyStarMap, PyZipLongest};
pub use module::MODULE;
pub use tee::{PyTee, PyTeeData};

use vm::prelude::*;

/// Functional tools for creating and using iterators.
///
/// Infinite iterators:
/// count(start=0, step=1) --> start, start+step, start+2*step, ...
/// cycle(p) --> p0, p1, ... plast, p0, p1, ...
/// repeat(elem [,n]) --> elem, elem, elem, ... endlessly or up to n times
///
/// Iterators terminating on the shortest input sequence:
/// accumulate(p[, func]) --> p0, p0+p1, p0+p1+p2
/// batched(p, n) --> [p0, p1, ..., p_n-1], [p_n, p_n+1, ..., p_2n-1], ...
/// chain(p, q, ...) --> p0, p1, ... plast, q0, q1, ...
/// chain.from_iterable([p, q, ...]) --> p0, p1, ... plast, q0, q1, ...
/// compress(data, selectors) --> (d[0] if s[0]), (d[1] if s[1]), ...
/// dropwhile(predicate, seq) --> seq[n], seq[n+1], starting when predicate fails
/// groupby(iterable[, keyfunc]) --> sub-iterators grouped by value of keyfunc(v)
/// filterfalse(predicate, seq) --> elements of seq where predicate(elem) is False
/// islice(seq, [start,] stop [, step]) --> elements from
///        seq[start:stop:step]
/// pairwise(s) --> (s[0],s[1]), (s[1],s[2]), (s[2], s[3]), ...
/// starmap(fun, seq) --> fun(*seq[0]), fun(*seq[1]), ...
/// tee(it, n=2) --> (it1, it2 , ... itn) splits one iterator into n
/// takewhile(predicate, seq) --> seq[0], seq[1], until predicate fails
/// zip_longest(p, q, ...) --> (p[0], q[0]), (p[1], q[1]), ...
///
/// Combinatoric generators:
/// product(p, q, ... [repeat=1]) --> cartesian product
/// permutations(p[, r])
/// combinations(p, r)
/// combinations_with_replacement(p, r)
#[pymodule(
    name = "itertools",
    types(
        PyAccumulate,
        PyBatched,
        PyChain,
        PyCombinations,
        PyCompress,
        PyCount,
        PyCombinationsWithReplacement,
        PyCycle,
        PyDropWhile,
        PyFilterFalse,
        PyGroupBy,
        PyGrouper,
        PyIslice,
        PyPairwise,
        PyPermutations,
        PyProduct,
        PyRepeat,
        PyStarMap,
        PyTakeWhile,
        PyTee,
        PyTeeData,
        PyZipLongest
    )
)]
pub mod module {
    use super::*;

    /// Returns a tuple of n independent iterators.
    #[function(sig = "(iterable, n=2, /)")]
    fn tee(vm: &VirtualMachine, iterable: PyObject<'_>, n: isize) -> PyResult<PyRef<PyTuple>> {
        super::tee::tee(vm, iterable, n)
    }
}

/// `IntoIterator` for a slot that takes itself.
pub(crate) fn own_iter(zelf: PyObject<'_>) -> PyObjectRef {
    zelf.to_owned()
}
