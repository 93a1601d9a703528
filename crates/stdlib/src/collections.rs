//! `_collections`: `deque`, `defaultdict`, `OrderedDict`, and what `Counter` and
//! `namedtuple` are fast by.

mod counting;
mod defaultdict;
mod deque;
mod ordered_dict;
mod ordered_views;
mod tuplegetter;

pub use defaultdict::PyDefaultDict;
pub use deque::{PyDeque, PyDequeIter, PyDequeReverseIter};
pub use module::MODULE;
pub use ordered_dict::PyOrderedDict;
pub use ordered_views::{PyOdictItems, PyOdictIter, PyOdictKeys, PyOdictValues};
pub use tuplegetter::PyTupleGetter;

use vm::prelude::*;

/// The native classes of collections: deque, defaultdict and OrderedDict.
#[pymodule(
    name = "_collections",
    types(PyDeque, PyDefaultDict, PyDequeIter, PyDequeReverseIter, PyTupleGetter, PyOrderedDict)
)]
pub mod module {
    use super::*;

    /// Adds to a mapping how often each element occurs.
    #[function(sig = "(mapping, iterable, /)")]
    fn _count_elements(
        vm: &VirtualMachine,
        mapping: PyObject<'_>,
        iterable: PyObject<'_>,
    ) -> PyResult<()> {
        counting::count_elements(vm, mapping, iterable)
    }
}
