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

/// Iterators made of iterators: endless, shortened, combined.
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

    /// n iterators over what one gives.
    #[function(sig = "(iterable, n=2, /)")]
    fn tee(vm: &VirtualMachine, iterable: PyObject<'_>, n: isize) -> PyResult<PyRef<PyTuple>> {
        super::tee::tee(vm, iterable, n)
    }
}

/// `IntoIterator` for a slot that takes itself.
pub(crate) fn own_iter(zelf: PyObject<'_>) -> PyObjectRef {
    zelf.to_owned()
}
