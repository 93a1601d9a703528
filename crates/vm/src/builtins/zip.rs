//! `zip`.

use crate::prelude::*;
use std::cell::Cell;

/// Tuples of the items of the iterables side by side, until one ends.
///
/// With strict, ValueError unless all end together.
#[pyclass(name = "zip", flags(BASETYPE, HAVE_GC))]
#[derive(Traverse)]
pub struct PyZip {
    iterators: PyRef<PyTuple>,
    strict: Cell<bool>,
}

/// Iterator `i` (from 1) ended first; the error of a strict `zip` or `map`, if the others
/// do not end as well.
#[cold]
pub(crate) fn strict_end(
    vm: &VirtualMachine,
    name: &str,
    iterators: &[PyObjectRef],
    ended: usize,
) -> PyResult<()> {
    let complain = |i: usize, word: &str| {
        let plural = if i == 1 { " " } else { "s 1-" };
        vm.value_error(format!("{name}() argument {} is {word} than argument{plural}{i}", i + 1))
    };
    if ended > 0 {
        return Err(complain(ended, "shorter"));
    }
    for (i, it) in iterators.iter().enumerate().skip(1) {
        if vm.iter_next(it.as_object())?.is_some() {
            return Err(complain(i, "longer"));
        }
    }
    Ok(())
}

#[pymethods]
impl PyZip {
    #[slot(sig = "(*iterables, strict=False)")]
    fn new(
        cls: &Py<PyType>,
        vm: &VirtualMachine,
        iterables: Rest<'_>,
        strict: bool,
    ) -> PyResult<PyRef<PyZip>> {
        let iterators: PyResult<Vec<_>> = iterables.iter().map(|o| vm.get_iter(o)).collect();
        let iterators = vm.new_tuple(iterators?);
        Ok(vm.alloc(cls, PyZip { iterators, strict: Cell::new(strict) }))
    }

    #[slot]
    fn iter(zelf: PyObject<'_>) -> PyObjectRef {
        zelf.to_owned()
    }

    #[slot]
    fn iternext(zelf: &Py<PyZip>, vm: &VirtualMachine) -> PyResult<Option<PyObjectRef>> {
        let iterators = zelf.iterators.as_slice();
        if let [a, b] = iterators {
            // Two are the common case: no vector in between.
            if let Some(x) = vm.iter_next(a.as_object())? {
                if let Some(y) = vm.iter_next(b.as_object())? {
                    return Ok(Some(PyTuple::from_exact(vm, 2, [x, y].into_iter()).into()));
                }
                if zelf.strict.get() {
                    strict_end(vm, "zip", iterators, 1)?;
                }
            } else if zelf.strict.get() {
                strict_end(vm, "zip", iterators, 0)?;
            }
            return Ok(None);
        }
        if iterators.is_empty() {
            return Ok(None);
        }
        let mut items = Vec::with_capacity(iterators.len());
        for (i, it) in iterators.iter().enumerate() {
            match vm.iter_next(it.as_object())? {
                Some(v) => items.push(v),
                None => {
                    if zelf.strict.get() {
                        strict_end(vm, "zip", iterators, i)?;
                    }
                    return Ok(None);
                }
            }
        }
        Ok(Some(vm.new_tuple(items).into()))
    }

    /// How to rebuild the iterator.
    #[method(name = "__reduce__", sig = "(self, /)", text = "")]
    fn reduce(zelf: &Py<PyZip>, vm: &VirtualMachine) -> PyResult {
        if zelf.strict.get() {
            return (zelf.class(), zelf.iterators.clone(), true).into_py_result(vm);
        }
        (zelf.class(), zelf.iterators.clone()).into_py_result(vm)
    }

    /// Sets the state that __reduce__ gave.
    #[method(name = "__setstate__", sig = "(self, object, /)", text = "")]
    fn setstate(&self, vm: &VirtualMachine, state: PyObject<'_>) -> PyResult<()> {
        self.strict.set(vm.is_true(state)?);
        Ok(())
    }
}
