//! `map`.

use crate::builtins::zip::strict_end;
use crate::prelude::*;
use std::cell::Cell;

/// function(*items) for the items of the iterables side by side, until one ends.
///
/// With strict, ValueError unless all end together.
#[pyclass(
    name = "map",
    flags(BASETYPE, HAVE_GC),
    text = "(function, iterable, /, *iterables, strict=False)"
)]
#[derive(Traverse)]
pub struct PyMap {
    function: PyObjectRef,
    iterators: Vec<PyObjectRef>,
    strict: Cell<bool>,
}

#[pymethods]
impl PyMap {
    #[slot(sig = "(*args, strict=False)")]
    fn new(
        cls: &Py<PyType>,
        vm: &VirtualMachine,
        args: Rest<'_>,
        strict: bool,
    ) -> PyResult<PyRef<PyMap>> {
        if args.len() < 2 {
            return Err(vm.type_error("map() must have at least two arguments."));
        }
        let mut words = args.iter();
        let Some(function) = words.next().map(PyObject::to_owned) else {
            return Err(vm.type_error("map() must have at least two arguments."));
        };
        let iterators: PyResult<Vec<_>> = words.map(|o| vm.get_iter(o)).collect();
        Ok(vm.alloc(cls, PyMap { function, iterators: iterators?, strict: Cell::new(strict) }))
    }

    #[slot]
    fn iter(zelf: PyObject<'_>) -> PyObjectRef {
        zelf.to_owned()
    }

    #[slot]
    fn iternext(zelf: &Py<PyMap>, vm: &VirtualMachine) -> PyResult<Option<PyObjectRef>> {
        let function = zelf.function.as_object();
        if let [only] = &zelf.iterators[..] {
            let Some(x) = vm.iter_next(only.as_object())? else { return Ok(None) };
            return vm.call_positional(function, &[x.as_object()]).map(Some);
        }
        let mut items = Vec::with_capacity(zelf.iterators.len());
        for (i, it) in zelf.iterators.iter().enumerate() {
            match vm.iter_next(it.as_object())? {
                Some(v) => items.push(v),
                None => {
                    if zelf.strict.get() {
                        strict_end(vm, "map", &zelf.iterators, i)?;
                    }
                    return Ok(None);
                }
            }
        }
        let words: Vec<PyObject<'_>> = items.iter().map(|o| o.as_object()).collect();
        vm.call_positional(function, &words).map(Some)
    }

    /// How to rebuild the iterator.
    #[method(name = "__reduce__", sig = "(self, /)", text = "")]
    fn reduce(zelf: &Py<PyMap>, vm: &VirtualMachine) -> PyResult {
        let mut args = vec![zelf.function.clone()];
        args.extend_from_slice(&zelf.iterators);
        if zelf.strict.get() {
            return (zelf.class(), vm.new_tuple(args), true).into_py_result(vm);
        }
        (zelf.class(), vm.new_tuple(args)).into_py_result(vm)
    }

    /// Sets the state that __reduce__ gave.
    #[method(name = "__setstate__", sig = "(self, object, /)", text = "")]
    fn setstate(&self, vm: &VirtualMachine, state: PyObject<'_>) -> PyResult<()> {
        self.strict.set(vm.is_true(state)?);
        Ok(())
    }
}
