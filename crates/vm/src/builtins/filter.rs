//! `filter`.

use crate::prelude::*;

/// The items for which function(item) is true; with None, the items that are true.
#[pyclass(name = "filter", flags(BASETYPE, HAVE_GC))]
#[derive(Traverse)]
pub struct PyFilter {
    function: PyObjectRef,
    iterator: PyObjectRef,
}

#[pymethods]
impl PyFilter {
    #[slot(sig = "(function, iterable, /)")]
    fn new(
        cls: &Py<PyType>,
        vm: &VirtualMachine,
        function: PyObjectRef,
        iterable: PyObject<'_>,
    ) -> PyResult<PyRef<PyFilter>> {
        let iterator = vm.get_iter(iterable)?;
        Ok(vm.alloc(cls, PyFilter { function, iterator }))
    }

    #[slot]
    fn iter(zelf: PyObject<'_>) -> PyObjectRef {
        zelf.to_owned()
    }

    #[slot]
    fn iternext(zelf: &Py<PyFilter>, vm: &VirtualMachine) -> PyResult<Option<PyObjectRef>> {
        let truth = zelf.function.is_none() || zelf.function.is(&vm.types().bool_);
        while let Some(x) = vm.iter_next(zelf.iterator.as_object())? {
            let good = if truth {
                vm.is_true(x.as_object())?
            } else {
                let r = vm.call_positional(zelf.function.as_object(), &[x.as_object()])?;
                vm.is_true(r.as_object())?
            };
            if good {
                return Ok(Some(x));
            }
        }
        Ok(None)
    }

    /// How to rebuild the iterator.
    #[method(name = "__reduce__", sig = "(self, /)", text = "")]
    fn reduce(zelf: &Py<PyFilter>, vm: &VirtualMachine) -> PyResult {
        (zelf.class(), (zelf.function.clone(), zelf.iterator.clone())).into_py_result(vm)
    }
}
