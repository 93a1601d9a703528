//! `compress`, `dropwhile`, `filterfalse`, `islice`, `takewhile`.

use super::own_iter;
use std::cell::Cell;
use vm::builtins::int::IntView;
use vm::call::check_arity;
use vm::prelude::*;

/// The items whose selector is true.
#[pyclass(name = "compress", module = "itertools", flags(BASETYPE, HAVE_GC))]
#[derive(Traverse)]
pub struct PyCompress {
    data: PyObjectRef,
    selectors: PyObjectRef,
}

#[pymethods]
impl PyCompress {
    #[slot(sig = "(data, selectors)")]
    fn new(
        cls: &Py<PyType>,
        vm: &VirtualMachine,
        data: PyObject<'_>,
        selectors: PyObject<'_>,
    ) -> PyResult<PyRef<PyCompress>> {
        let (data, selectors) = (vm.get_iter(data)?, vm.get_iter(selectors)?);
        Ok(vm.alloc(cls, PyCompress { data, selectors }))
    }

    #[slot]
    fn iter(zelf: PyObject<'_>) -> PyObjectRef {
        own_iter(zelf)
    }

    #[slot]
    fn iternext(zelf: &Py<PyCompress>, vm: &VirtualMachine) -> PyResult<Option<PyObjectRef>> {
        loop {
            let Some(item) = vm.iter_next(zelf.data.as_object())? else { return Ok(None) };
            let Some(choice) = vm.iter_next(zelf.selectors.as_object())? else {
                return Ok(None);
            };
            if vm.is_true(choice.as_object())? {
                return Ok(Some(item));
            }
        }
    }
}

/// The truth of `f(item)`.
fn test(vm: &VirtualMachine, f: &PyObjectRef, item: &PyObjectRef) -> PyResult<bool> {
    let r = vm.call_positional(f.as_object(), &[item.as_object()])?;
    vm.is_true(r.as_object())
}

/// All items from the first one on for which the predicate is false.
#[pyclass(name = "dropwhile", module = "itertools", static = DROP_WHILE, flags(BASETYPE, HAVE_GC))]
#[derive(Traverse)]
pub struct PyDropWhile {
    predicate: PyObjectRef,
    iterator: PyObjectRef,
    started: Cell<bool>,
}

#[pymethods]
impl PyDropWhile {
    #[slot(sig = "(predicate, iterable, /)")]
    fn new(
        cls: &Py<PyType>,
        vm: &VirtualMachine,
        predicate: PyObjectRef,
        iterable: PyObject<'_>,
    ) -> PyResult<PyRef<PyDropWhile>> {
        let iterator = vm.get_iter(iterable)?;
        Ok(vm.alloc(cls, PyDropWhile { predicate, iterator, started: Cell::new(false) }))
    }

    #[slot]
    fn iter(zelf: PyObject<'_>) -> PyObjectRef {
        own_iter(zelf)
    }

    #[slot]
    fn iternext(zelf: &Py<PyDropWhile>, vm: &VirtualMachine) -> PyResult<Option<PyObjectRef>> {
        while let Some(item) = vm.iter_next(zelf.iterator.as_object())? {
            if zelf.started.get() {
                return Ok(Some(item));
            }
            if !test(vm, &zelf.predicate, &item)? {
                zelf.started.set(true);
                return Ok(Some(item));
            }
        }
        Ok(None)
    }
}

/// The items up to the first one for which the predicate is false.
#[pyclass(name = "takewhile", module = "itertools", static = TAKE_WHILE, flags(BASETYPE, HAVE_GC))]
#[derive(Traverse)]
pub struct PyTakeWhile {
    predicate: PyObjectRef,
    iterator: PyObjectRef,
    stopped: Cell<bool>,
}

#[pymethods]
impl PyTakeWhile {
    #[slot(sig = "(predicate, iterable, /)")]
    fn new(
        cls: &Py<PyType>,
        vm: &VirtualMachine,
        predicate: PyObjectRef,
        iterable: PyObject<'_>,
    ) -> PyResult<PyRef<PyTakeWhile>> {
        let iterator = vm.get_iter(iterable)?;
        Ok(vm.alloc(cls, PyTakeWhile { predicate, iterator, stopped: Cell::new(false) }))
    }

    #[slot]
    fn iter(zelf: PyObject<'_>) -> PyObjectRef {
        own_iter(zelf)
    }

    #[slot]
    fn iternext(zelf: &Py<PyTakeWhile>, vm: &VirtualMachine) -> PyResult<Option<PyObjectRef>> {
        if zelf.stopped.get() {
            return Ok(None);
        }
        let Some(item) = vm.iter_next(zelf.iterator.as_object())? else { return Ok(None) };
        if test(vm, &zelf.predicate, &item)? {
            return Ok(Some(item));
        }
        zelf.stopped.set(true);
        Ok(None)
    }
}

/// The items for which function(item) is false; with None, the items that are false.
#[pyclass(name = "filterfalse", module = "itertools", static = FILTER_FALSE, flags(BASETYPE, HAVE_GC))]
#[derive(Traverse)]
pub struct PyFilterFalse {
    function: PyObjectRef,
    iterator: PyObjectRef,
}

#[pymethods]
impl PyFilterFalse {
    #[slot(sig = "(function, iterable, /)")]
    fn new(
        cls: &Py<PyType>,
        vm: &VirtualMachine,
        function: PyObjectRef,
        iterable: PyObject<'_>,
    ) -> PyResult<PyRef<PyFilterFalse>> {
        let iterator = vm.get_iter(iterable)?;
        Ok(vm.alloc(cls, PyFilterFalse { function, iterator }))
    }

    #[slot]
    fn iter(zelf: PyObject<'_>) -> PyObjectRef {
        own_iter(zelf)
    }

    #[slot]
    fn iternext(zelf: &Py<PyFilterFalse>, vm: &VirtualMachine) -> PyResult<Option<PyObjectRef>> {
        let truth = zelf.function.is_none() || zelf.function.is(&vm.types().bool_);
        while let Some(item) = vm.iter_next(zelf.iterator.as_object())? {
            let good = if truth {
                vm.is_true(item.as_object())?
            } else {
                test(vm, &zelf.function, &item)?
            };
            if !good {
                return Ok(Some(item));
            }
        }
        Ok(None)
    }
}

/// islice(iterable, stop) --> islice object
/// islice(iterable, start, stop[, step]) --> islice object
///
/// The items that a slice selects, without negative numbers.
#[pyclass(name = "islice", module = "itertools", flags(BASETYPE, HAVE_GC))]
#[derive(Traverse)]
pub struct PyIslice {
    /// Gone once exhausted.
    iterator: PyCell<Option<PyObjectRef>>,
    /// The index of the next item to give.
    next: Cell<usize>,
    /// `usize::MAX`: no end.
    stop: usize,
    step: usize,
    /// Items taken so far.
    taken: Cell<usize>,
}

/// A bound that is None or an int from 0 to `sys.maxsize`.
fn bound(vm: &VirtualMachine, o: PyObject<'_>) -> PyResult<Option<Option<usize>>> {
    if o.is_none() {
        return Ok(Some(None));
    }
    if !vm.is_index(o) {
        return Ok(None);
    }
    let n = vm.index(o)?;
    Ok(match n.as_object().int_view() {
        Some(IntView::Small(v)) if v >= 0 => Some(Some(v as usize)),
        _ => None,
    })
}

#[pymethods]
impl PyIslice {
    #[slot(text = "")]
    fn new(cls: &Py<PyType>, vm: &VirtualMachine, args: Args<'_>) -> PyResult<PyRef<PyIslice>> {
        if vm::builtins::object::has_objects_init(cls) {
            args.no_keywords(vm, "islice")?;
        }
        check_arity(vm, "islice", args.len(), 2, 4)?;
        let (start, stop) =
            if args.len() == 2 { (PyObject::none(), args.at(1)) } else { (args.at(1), args.at(2)) };
        let Some(stop) = bound(vm, stop)? else {
            return Err(vm.value_error(
                "Stop argument for islice() must be None or an integer: 0 <= x <= sys.maxsize.",
            ));
        };
        let Some(start) = bound(vm, start)? else {
            return Err(vm.value_error(
                "Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize.",
            ));
        };
        let step = match bound(vm, args.get(3).unwrap_or(PyObject::none()))? {
            Some(None) => 1,
            Some(Some(n)) if n > 0 => n,
            _ => {
                return Err(vm.value_error("Step for islice() must be a positive integer or None."));
            }
        };
        let iterator = PyCell::new(Some(vm.get_iter(args.at(0))?));
        let islice = PyIslice {
            iterator,
            next: Cell::new(start.unwrap_or(0)),
            stop: stop.unwrap_or(usize::MAX),
            step,
            taken: Cell::new(0),
        };
        Ok(vm.alloc(cls, islice))
    }

    #[slot]
    fn iter(zelf: PyObject<'_>) -> PyObjectRef {
        own_iter(zelf)
    }

    #[slot]
    fn iternext(zelf: &Py<PyIslice>, vm: &VirtualMachine) -> PyResult<Option<PyObjectRef>> {
        let Some(it) = zelf.iterator.get() else { return Ok(None) };
        let taken = &zelf.taken;
        while taken.get() < zelf.next.get() {
            if vm.iter_next(it.as_object())?.is_none() {
                zelf.iterator.set(None);
                return Ok(None);
            }
            taken.set(taken.get() + 1);
        }
        if taken.get() < zelf.stop
            && let Some(item) = vm.iter_next(it.as_object())?
        {
            taken.set(taken.get() + 1);
            zelf.next.set(zelf.next.get().saturating_add(zelf.step).min(zelf.stop));
            return Ok(Some(item));
        }
        zelf.iterator.set(None);
        Ok(None)
    }
}
