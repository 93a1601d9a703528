//! `tee`: several iterators over one, which share what has been read in a linked list.

use super::own_iter;
use std::cell::Cell;
use vm::prelude::*;

/// Items that one link of the list holds.
const LINK_ITEMS: usize = 57;

/// Items that several tee() iterators have yet to give.
#[pyclass(name = "_tee_dataobject", module = "itertools", static = TEE_DATA, flags(HAVE_GC))]
#[derive(Traverse)]
pub struct PyTeeData {
    iterator: PyObjectRef,
    values: PyCell<Vec<PyObjectRef>>,
    next: PyCell<Option<PyRef<PyTeeData>>>,
    running: Cell<bool>,
}

impl PyTeeData {
    fn over(iterator: PyObjectRef) -> PyTeeData {
        PyTeeData {
            iterator,
            values: PyCell::new(Vec::new()),
            next: PyCell::new(None),
            running: Cell::new(false),
        }
    }

    /// Item `i` of this link, read now if nobody has read it.
    fn item(&self, vm: &VirtualMachine, i: usize) -> PyResult<Option<PyObjectRef>> {
        if let Some(v) = self.values.with(|v| v.get(i).cloned()) {
            return Ok(Some(v));
        }
        if self.running.replace(true) {
            return Err(vm.runtime_error("cannot re-enter the tee iterator"));
        }
        let read = vm.iter_next(self.iterator.as_object());
        self.running.set(false);
        let Some(v) = read? else { return Ok(None) };
        self.values.with_mut(|all| all.push(v.clone()));
        Ok(Some(v))
    }

    fn next_link(&self, vm: &VirtualMachine) -> PyRef<PyTeeData> {
        if let Some(n) = self.next.get() {
            return n;
        }
        let n = vm.new_object(PyTeeData::over(self.iterator.clone()));
        self.next.set(Some(n.clone()));
        n
    }
}

#[pymethods]
impl PyTeeData {
    #[slot(sig = "(iterable, values, next, /)", text = "")]
    fn new(
        _cls: &Py<PyType>,
        vm: &VirtualMachine,
        iterable: PyObject<'_>,
        values: &Py<PyList>,
        next: NoneOr<PyRef<PyTeeData>>,
    ) -> PyResult<PyRef<PyTeeData>> {
        let data = PyTeeData::over(vm.get_iter(iterable)?);
        let values = values.items().to_vec();
        if values.len() > LINK_ITEMS || (values.len() < LINK_ITEMS && next.0.is_some()) {
            return Err(vm.value_error("Invalid arguments"));
        }
        drop(data.values.replace(values));
        drop(data.next.replace(next.0));
        Ok(vm.new_object(data))
    }
}

/// One of the iterators that tee() makes.
#[pyclass(name = "_tee", module = "itertools", flags(HAVE_GC, EXT))]
#[derive(Traverse)]
pub struct PyTee {
    link: PyCell<Option<PyRef<PyTeeData>>>,
    index: Cell<usize>,
}

impl PyTee {
    fn duplicate(&self, vm: &VirtualMachine) -> PyRef<PyTee> {
        let link = PyCell::new(self.link.get());
        vm.new_object(PyTee { link, index: self.index.clone() })
    }
}

/// A tee over an iterator; a tee is copied.
fn tee_over(vm: &VirtualMachine, iterable: PyObject<'_>) -> PyResult<PyRef<PyTee>> {
    let it = vm.get_iter(iterable)?;
    if let Some(t) = it.as_object().downcast::<PyTee>() {
        return Ok(t.duplicate(vm));
    }
    let link = vm.new_object(PyTeeData::over(it));
    Ok(vm.new_object(PyTee { link: PyCell::new(Some(link)), index: Cell::new(0) }))
}

#[pymethods]
impl PyTee {
    #[slot(sig = "(iterable, /)")]
    fn new(
        _cls: &Py<PyType>,
        vm: &VirtualMachine,
        iterable: PyObject<'_>,
    ) -> PyResult<PyRef<PyTee>> {
        tee_over(vm, iterable)
    }

    #[slot]
    fn iter(zelf: PyObject<'_>) -> PyObjectRef {
        own_iter(zelf)
    }

    #[slot]
    fn iternext(zelf: &Py<PyTee>, vm: &VirtualMachine) -> PyResult<Option<PyObjectRef>> {
        let Some(mut link) = zelf.link.get() else { return Ok(None) };
        if zelf.index.get() >= LINK_ITEMS {
            link = link.next_link(vm);
            zelf.link.set(Some(link.clone()));
            zelf.index.set(0);
        }
        let i = zelf.index.get();
        let item = link.item(vm, i)?;
        if item.is_some() {
            zelf.index.set(i + 1);
        }
        Ok(item)
    }

    /// An iterator that goes on from here by itself.
    #[method(name = "__copy__", sig = "(self, /)")]
    fn copy(&self, vm: &VirtualMachine) -> PyRef<PyTee> {
        self.duplicate(vm)
    }
}

/// `tee(iterable, n)`.
pub fn tee(vm: &VirtualMachine, iterable: PyObject<'_>, n: isize) -> PyResult<PyRef<PyTuple>> {
    if n < 0 {
        return Err(vm.value_error("n must be >= 0"));
    }
    if n == 0 {
        return Ok(PyTuple::empty(vm));
    }
    vm.check_room((n as usize).saturating_mul(size_of::<PyObjectRef>()))?;
    let it = vm.get_iter(iterable)?;
    let copy = vm.intern("__copy__");
    let (owner, method) = match vm.get_attr_opt(it.as_object(), &copy)? {
        Some(f) => (it, f),
        None => {
            let t: PyObjectRef = tee_over(vm, it.as_object())?.into();
            let f = vm.get_attr(t.as_object(), &copy)?;
            (t, f)
        }
    };
    let copies: PyResult<Vec<_>> =
        (0..n).map(|_| vm.call_positional(method.as_object(), &[])).collect();
    drop(owner);
    Ok(vm.new_tuple(copies?))
}
