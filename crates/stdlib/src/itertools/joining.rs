//! `accumulate`, `chain`, `starmap`, `zip_longest`.

use super::own_iter;
use bytecode::oparg::BinaryOp;
use std::cell::Cell;
use vm::builtins::generic_alias::PyGenericAlias;
use vm::builtins::sequences::collect;
use vm::prelude::*;

/// The sums of the items so far, or what a function of two makes of them.
#[pyclass(name = "accumulate", module = "itertools", flags(BASETYPE, HAVE_GC))]
#[derive(Traverse)]
pub struct PyAccumulate {
    iterator: PyObjectRef,
    function: Option<PyObjectRef>,
    total: PyCell<Option<PyObjectRef>>,
    /// Given once, before the first item.
    initial: PyCell<Option<PyObjectRef>>,
}

#[pymethods]
impl PyAccumulate {
    #[slot(sig = "(iterable, func=None, *, initial=None)")]
    fn new(
        cls: &Py<PyType>,
        vm: &VirtualMachine,
        iterable: PyObject<'_>,
        function: NoneOr<PyObject<'_>>,
        initial: NoneOr<PyObject<'_>>,
    ) -> PyResult<PyRef<PyAccumulate>> {
        let accumulate = PyAccumulate {
            iterator: vm.get_iter(iterable)?,
            function: function.0.map(PyObject::to_owned),
            total: PyCell::new(None),
            initial: PyCell::new(initial.0.map(PyObject::to_owned)),
        };
        Ok(vm.alloc(cls, accumulate))
    }

    #[slot]
    fn iter(zelf: PyObject<'_>) -> PyObjectRef {
        own_iter(zelf)
    }

    #[slot]
    fn iternext(zelf: &Py<PyAccumulate>, vm: &VirtualMachine) -> PyResult<Option<PyObjectRef>> {
        if let Some(initial) = zelf.initial.take() {
            zelf.total.set(Some(initial.clone()));
            return Ok(Some(initial));
        }
        let Some(item) = vm.iter_next(zelf.iterator.as_object())? else { return Ok(None) };
        let total = match zelf.total.get() {
            None => item,
            Some(t) => match &zelf.function {
                None => vm.binary_op(BinaryOp::Add, t.as_object(), item.as_object())?,
                Some(f) => vm.call_positional(f.as_object(), &[t.as_object(), item.as_object()])?,
            },
        };
        zelf.total.set(Some(total.clone()));
        Ok(Some(total))
    }
}

/// The items of the first iterable, then those of the second, and so on.
#[pyclass(name = "chain", module = "itertools", flags(BASETYPE, HAVE_GC))]
#[derive(Traverse)]
pub struct PyChain {
    /// Gone once exhausted.
    source: PyCell<Option<PyObjectRef>>,
    active: PyCell<Option<PyObjectRef>>,
}

impl PyChain {
    fn over(source: PyObjectRef) -> PyChain {
        PyChain { source: PyCell::new(Some(source)), active: PyCell::new(None) }
    }
}

#[pymethods]
impl PyChain {
    #[slot(text = "(*iterables)")]
    fn new(cls: &Py<PyType>, vm: &VirtualMachine, args: Args<'_>) -> PyResult<PyRef<PyChain>> {
        if vm::builtins::object::has_objects_init(cls) {
            args.no_keywords(vm, "chain")?;
        }
        let all = vm.new_tuple(args.positional().map(PyObject::to_owned).collect());
        Ok(vm.alloc(cls, PyChain::over(vm.get_iter(all.as_object())?)))
    }

    #[slot]
    fn iter(zelf: PyObject<'_>) -> PyObjectRef {
        own_iter(zelf)
    }

    #[slot]
    fn iternext(zelf: &Py<PyChain>, vm: &VirtualMachine) -> PyResult<Option<PyObjectRef>> {
        let Some(source) = zelf.source.get() else { return Ok(None) };
        loop {
            let active = match zelf.active.get() {
                Some(it) => it,
                None => {
                    let Some(iterable) = vm.iter_next(source.as_object()).inspect_err(|_| {
                        zelf.source.set(None);
                    })?
                    else {
                        zelf.source.set(None);
                        return Ok(None);
                    };
                    let it = vm.get_iter(iterable.as_object()).inspect_err(|_| {
                        zelf.source.set(None);
                    })?;
                    zelf.active.set(Some(it.clone()));
                    it
                }
            };
            if let Some(item) = vm.iter_next(active.as_object())? {
                return Ok(Some(item));
            }
            zelf.active.set(None);
        }
    }

    /// chain() of the items of one iterable, which are taken as they are needed.
    #[classmethod(sig = "(cls, iterable, /)")]
    fn from_iterable(
        cls: &Py<PyType>,
        vm: &VirtualMachine,
        iterable: PyObject<'_>,
    ) -> PyResult<PyRef<PyChain>> {
        Ok(vm.alloc(cls, PyChain::over(vm.get_iter(iterable)?)))
    }

    /// chain takes the type of the items in brackets, for annotations.
    #[classmethod(name = "__class_getitem__", sig = "(cls, object, /)")]
    fn class_getitem(cls: &Py<PyType>, vm: &VirtualMachine, object: PyObject<'_>) -> PyObjectRef {
        PyGenericAlias::create(vm, cls.as_object(), object)
    }
}

/// function(*item) for all items.
#[pyclass(name = "starmap", module = "itertools", static = STAR_MAP, flags(BASETYPE, HAVE_GC))]
#[derive(Traverse)]
pub struct PyStarMap {
    function: PyObjectRef,
    iterator: PyObjectRef,
}

#[pymethods]
impl PyStarMap {
    #[slot(sig = "(function, iterable, /)")]
    fn new(
        cls: &Py<PyType>,
        vm: &VirtualMachine,
        function: PyObjectRef,
        iterable: PyObject<'_>,
    ) -> PyResult<PyRef<PyStarMap>> {
        let iterator = vm.get_iter(iterable)?;
        Ok(vm.alloc(cls, PyStarMap { function, iterator }))
    }

    #[slot]
    fn iter(zelf: PyObject<'_>) -> PyObjectRef {
        own_iter(zelf)
    }

    #[slot]
    fn iternext(zelf: &Py<PyStarMap>, vm: &VirtualMachine) -> PyResult<Option<PyObjectRef>> {
        let Some(args) = vm.iter_next(zelf.iterator.as_object())? else { return Ok(None) };
        let items;
        let slice = match args.as_object().downcast_exact::<PyTuple>(&vm.types().tuple) {
            Some(t) => t.as_slice(),
            None => {
                items = collect(vm, args.as_object())?;
                &items[..]
            }
        };
        let words: Vec<PyObject<'_>> = slice.iter().map(|o| o.as_object()).collect();
        vm.call_positional(zelf.function.as_object(), &words).map(Some)
    }
}

/// Tuples of the items of the iterables side by side, until all end.
///
/// fillvalue stands in for those that end early.
#[pyclass(name = "zip_longest", module = "itertools", flags(BASETYPE, HAVE_GC))]
#[derive(Traverse)]
pub struct PyZipLongest {
    /// None once exhausted.
    iterators: PyCell<Vec<Option<PyObjectRef>>>,
    active: Cell<usize>,
    fill: PyObjectRef,
}

#[pymethods]
impl PyZipLongest {
    #[slot(text = "(*iterables, fillvalue=None)")]
    fn new(cls: &Py<PyType>, vm: &VirtualMachine, args: Args<'_>) -> PyResult<PyRef<PyZipLongest>> {
        let mut fill = PyObjectRef::none();
        for (name, value) in args.keywords() {
            if name.as_bytes() != b"fillvalue" {
                return Err(vm.type_error("zip_longest() got an unexpected keyword argument"));
            }
            fill = value.to_owned();
        }
        let iterators: PyResult<Vec<_>> =
            args.positional().map(|o| vm.get_iter(o).map(Some)).collect();
        let iterators = iterators?;
        let active = Cell::new(iterators.len());
        Ok(vm.alloc(cls, PyZipLongest { iterators: PyCell::new(iterators), active, fill }))
    }

    #[slot]
    fn iter(zelf: PyObject<'_>) -> PyObjectRef {
        own_iter(zelf)
    }

    #[slot]
    fn iternext(zelf: &Py<PyZipLongest>, vm: &VirtualMachine) -> PyResult<Option<PyObjectRef>> {
        let n = zelf.iterators.with(|v| v.len());
        if n == 0 || zelf.active.get() == 0 {
            return Ok(None);
        }
        let mut items = Vec::with_capacity(n);
        for i in 0..n {
            let mut next = None;
            if let Some(it) = zelf.iterators.with(|v| v.get(i).cloned().flatten()) {
                next = vm.iter_next(it.as_object()).inspect_err(|_| zelf.active.set(0))?;
                if next.is_none() {
                    let left = zelf.active.get().saturating_sub(1);
                    zelf.active.set(left);
                    if left == 0 {
                        return Ok(None);
                    }
                    drop(zelf.iterators.with_mut(|v| v.get_mut(i).and_then(Option::take)));
                }
            }
            items.push(next.unwrap_or_else(|| zelf.fill.clone()));
        }
        Ok(Some(vm.new_tuple(items).into()))
    }
}
