//! `_functools`: `partial`, `reduce`, `cmp_to_key` and the cache behind `lru_cache`.

mod cmp_to_key;
mod lru_cache;
mod partial;

pub use cmp_to_key::PyKeyWrapper;
pub use lru_cache::PyLruCacheWrapper;
pub use partial::{PyPartial, PyPlaceholder};

pub use module::MODULE;

use vm::prelude::*;

/// The native half of functools.
#[pymodule(name = "_functools", types(PyPlaceholder, PyPartial, PyLruCacheWrapper))]
pub mod module {
    use super::*;

    #[attr(name = "Placeholder")]
    fn placeholder(vm: &VirtualMachine) -> PyObjectRef {
        vm.singleton(|| PyPlaceholder).into()
    }

    /// Folds iterable from the left with a function of two arguments.
    ///
    /// The first item is the start, or initial if that is given.  So
    /// reduce(add, [1, 2, 3]) is add(add(1, 2), 3).
    #[function(sig = "(function, iterable, /, initial=<unrepresentable>)")]
    fn reduce(
        vm: &VirtualMachine,
        function: PyObject<'_>,
        iterable: PyObject<'_>,
        initial: Option<PyObject<'_>>,
    ) -> PyResult {
        let it = vm.get_iter(iterable).map_err(|e| {
            if vm.is_error(&e, &vm.exc().type_error) {
                return vm.type_error("reduce() arg 2 must support iteration");
            }
            e
        })?;
        let mut result = initial.map(PyObject::to_owned);
        while let Some(x) = vm.iter_next(it.as_object())? {
            result = Some(match result {
                None => x,
                Some(r) => vm.call_positional(function, &[r.as_object(), x.as_object()])?,
            });
        }
        result.ok_or_else(|| vm.type_error("reduce() of empty iterable with no initial value"))
    }

    /// A key function that sorts as the comparison function mycmp says.
    #[function(sig = "(mycmp)")]
    fn cmp_to_key(vm: &VirtualMachine, mycmp: PyObjectRef) -> PyObjectRef {
        vm.new_object(PyKeyWrapper::new(mycmp, None)).into()
    }
}
