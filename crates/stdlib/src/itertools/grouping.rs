//! `batched`, `groupby`, `pairwise`.

use super::own_iter;
use std::cell::Cell;
use vm::builtins::sequences::equal;
use vm::prelude::*;

/// Tuples of n items each; the last may be shorter.
///
/// Items are taken only as they are needed.  With strict, a short tuple is a ValueError.
#[pyclass(name = "batched", module = "itertools", flags(BASETYPE, HAVE_GC))]
#[derive(Traverse)]
pub struct PyBatched {
    /// Gone once exhausted.
    iterator: PyCell<Option<PyObjectRef>>,
    size: usize,
    strict: bool,
}

#[pymethods]
impl PyBatched {
    #[slot(sig = "(iterable, n, *, strict=False)")]
    fn new(
        cls: &Py<PyType>,
        vm: &VirtualMachine,
        iterable: PyObject<'_>,
        n: isize,
        strict: bool,
    ) -> PyResult<PyRef<PyBatched>> {
        if n < 1 {
            return Err(vm.value_error("n must be at least one"));
        }
        let iterator = PyCell::new(Some(vm.get_iter(iterable)?));
        Ok(vm.alloc(cls, PyBatched { iterator, size: n as usize, strict }))
    }

    #[slot]
    fn iter(zelf: PyObject<'_>) -> PyObjectRef {
        own_iter(zelf)
    }

    #[slot]
    fn iternext(zelf: &Py<PyBatched>, vm: &VirtualMachine) -> PyResult<Option<PyObjectRef>> {
        let Some(it) = zelf.iterator.get() else { return Ok(None) };
        let mut items = Vec::with_capacity(zelf.size.min(1024));
        while items.len() < zelf.size {
            match vm.iter_next(it.as_object()).inspect_err(|_| zelf.iterator.set(None))? {
                Some(item) => vm.push_to(&mut items, item)?,
                None => {
                    zelf.iterator.set(None);
                    break;
                }
            }
        }
        if items.is_empty() {
            return Ok(None);
        }
        if items.len() < zelf.size && zelf.strict {
            return Err(vm.value_error("batched(): incomplete batch"));
        }
        Ok(Some(vm.new_tuple(items).into()))
    }
}

/// Pairs of a key and an iterator over the items next to each other that have it.
///
///   iterable
///     Where the items come from.
///   key
///     Gives the key of an item; without it, an item is its own key.
#[pyclass(name = "groupby", module = "itertools", static = GROUP_BY, flags(BASETYPE, HAVE_GC))]
#[derive(Traverse)]
pub struct PyGroupBy {
    iterator: PyObjectRef,
    key: Option<PyObjectRef>,
    /// The key of the group that was given last.
    target: PyCell<Option<PyObjectRef>>,
    current_key: PyCell<Option<PyObjectRef>>,
    current_value: PyCell<Option<PyObjectRef>>,
    /// The number of the only group that may still give items; 0: none may.
    group: Cell<u64>,
    groups: Cell<u64>,
}

impl PyGroupBy {
    /// Takes the next item and its key; false at the end.
    fn advance(&self, vm: &VirtualMachine) -> PyResult<bool> {
        let Some(value) = vm.iter_next(self.iterator.as_object())? else { return Ok(false) };
        let key = match &self.key {
            Some(f) => vm.call_positional(f.as_object(), &[value.as_object()])?,
            None => value.clone(),
        };
        self.current_value.set(Some(value));
        self.current_key.set(Some(key));
        Ok(true)
    }
}

#[pymethods]
impl PyGroupBy {
    #[slot(sig = "(iterable, key=None)")]
    fn new(
        cls: &Py<PyType>,
        vm: &VirtualMachine,
        iterable: PyObject<'_>,
        key: NoneOr<PyObject<'_>>,
    ) -> PyResult<PyRef<PyGroupBy>> {
        let group_by = PyGroupBy {
            iterator: vm.get_iter(iterable)?,
            key: key.0.map(PyObject::to_owned),
            target: PyCell::new(None),
            current_key: PyCell::new(None),
            current_value: PyCell::new(None),
            group: Cell::new(0),
            groups: Cell::new(0),
        };
        Ok(vm.alloc(cls, group_by))
    }

    #[slot]
    fn iter(zelf: PyObject<'_>) -> PyObjectRef {
        own_iter(zelf)
    }

    #[slot]
    fn iternext(zelf: &Py<PyGroupBy>, vm: &VirtualMachine) -> PyResult<Option<PyObjectRef>> {
        zelf.group.set(0);
        let key = loop {
            if let Some(key) = zelf.current_key.get() {
                match zelf.target.get() {
                    Some(t) if equal(vm, t.as_object(), key.as_object())? => {}
                    _ => break key,
                }
            }
            if !zelf.advance(vm)? {
                return Ok(None);
            }
        };
        zelf.target.set(Some(key.clone()));
        let group = vm.new_object(PyGrouper::start(zelf, key.clone()));
        Ok(Some((key, group).into_py_result(vm)?))
    }
}

/// The items of one group.
#[pyclass(name = "_grouper", module = "itertools", doc = None, flags(HAVE_GC), text = "")]
#[derive(Traverse)]
pub struct PyGrouper {
    parent: PyRef<PyGroupBy>,
    key: PyObjectRef,
    number: u64,
}

impl PyGrouper {
    fn start(parent: &Py<PyGroupBy>, key: PyObjectRef) -> PyGrouper {
        let number = parent.groups.get() + 1;
        parent.groups.set(number);
        parent.group.set(number);
        PyGrouper { parent: parent.to_ref(), key, number }
    }
}

#[pymethods]
impl PyGrouper {
    #[slot(sig = "(parent, tgtkey, /)")]
    fn new(
        _cls: &Py<PyType>,
        vm: &VirtualMachine,
        parent: &Py<PyGroupBy>,
        key: PyObjectRef,
    ) -> PyRef<PyGrouper> {
        vm.new_object(PyGrouper::start(parent, key))
    }

    #[slot]
    fn iter(zelf: PyObject<'_>) -> PyObjectRef {
        own_iter(zelf)
    }

    #[slot]
    fn iternext(zelf: &Py<PyGrouper>, vm: &VirtualMachine) -> PyResult<Option<PyObjectRef>> {
        let parent = &zelf.parent;
        if parent.group.get() != zelf.number {
            return Ok(None);
        }
        if parent.current_value.with(Option::is_none) && !parent.advance(vm)? {
            return Ok(None);
        }
        let Some(key) = parent.current_key.get() else { return Ok(None) };
        if !equal(vm, zelf.key.as_object(), key.as_object())? {
            return Ok(None);
        }
        parent.current_key.set(None);
        Ok(parent.current_value.take())
    }
}

/// Each item with the next: pairwise('abc') gives ab, bc.
#[pyclass(name = "pairwise", module = "itertools", flags(BASETYPE, HAVE_GC))]
#[derive(Traverse)]
pub struct PyPairwise {
    /// Gone once exhausted.
    iterator: PyCell<Option<PyObjectRef>>,
    old: PyCell<Option<PyObjectRef>>,
}

#[pymethods]
impl PyPairwise {
    #[slot(sig = "(iterable, /)")]
    fn new(
        cls: &Py<PyType>,
        vm: &VirtualMachine,
        iterable: PyObject<'_>,
    ) -> PyResult<PyRef<PyPairwise>> {
        let iterator = PyCell::new(Some(vm.get_iter(iterable)?));
        Ok(vm.alloc(cls, PyPairwise { iterator, old: PyCell::new(None) }))
    }

    #[slot]
    fn iter(zelf: PyObject<'_>) -> PyObjectRef {
        own_iter(zelf)
    }

    #[slot]
    fn iternext(zelf: &Py<PyPairwise>, vm: &VirtualMachine) -> PyResult<Option<PyObjectRef>> {
        let Some(it) = zelf.iterator.get() else { return Ok(None) };
        let end = || {
            zelf.iterator.set(None);
            zelf.old.set(None);
        };
        let old = match zelf.old.get() {
            Some(old) => old,
            None => {
                let Some(first) = vm.iter_next(it.as_object()).inspect_err(|_| end())? else {
                    end();
                    return Ok(None);
                };
                zelf.old.set(Some(first.clone()));
                // The iterator may have come back here and ended it.
                if zelf.iterator.with(Option::is_none) {
                    zelf.old.set(None);
                    return Ok(None);
                }
                first
            }
        };
        let Some(new) = vm.iter_next(it.as_object()).inspect_err(|_| end())? else {
            end();
            return Ok(None);
        };
        zelf.old.set(Some(new.clone()));
        Ok(Some(PyTuple::from_exact(vm, 2, [old, new].into_iter()).into()))
    }
}
