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

impl PyZip {
    /// Two iterators side by side.
    pub(crate) fn gives_pairs(&self) -> bool {
        self.iterators.len() == 2
    }

    /// The next items of the two iterators.
    pub(crate) fn next_pair(
        &self,
        vm: &VirtualMachine,
    ) -> PyResult<Option<(PyObjectRef, PyObjectRef)>> {
        let iterators = self.iterators.as_slice();
        let mut ended = 0;
        if let Some(a) = vm.iter_next(iterators[0].as_object())? {
            if let Some(b) = vm.iter_next(iterators[1].as_object())? {
                return Ok(Some((a, b)));
            }
            ended = 1;
        }
        if self.strict.get() {
            strict_end(vm, "zip", iterators, ended)?;
        }
        Ok(None)
    }
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
        if zelf.gives_pairs() {
            // The common case: no vector in between.
            let Some((a, b)) = zelf.next_pair(vm)? else { return Ok(None) };
            return Ok(Some(PyTuple::from_exact(vm, 2, [a, b].into_iter()).into()));
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
