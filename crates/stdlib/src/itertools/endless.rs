//! `count`, `cycle`, `repeat`.

use super::own_iter;
use bytecode::oparg::BinaryOp;
use std::cell::Cell;
use vm::prelude::*;

/// start, start + step, start + 2 * step and so on, without end.
#[pyclass(name = "count", module = "itertools", flags(BASETYPE, HAVE_GC))]
#[derive(Traverse)]
pub struct PyCount {
    next: PyCell<PyObjectRef>,
    step: PyObjectRef,
}

#[pymethods]
impl PyCount {
    #[slot(sig = "(start=0, step=1)")]
    fn new(
        cls: &Py<PyType>,
        vm: &VirtualMachine,
        start: Option<PyObject<'_>>,
        step: Option<PyObject<'_>>,
    ) -> PyResult<PyRef<PyCount>> {
        let complex = vm.type_of::<vm::builtins::complex::PyComplex>();
        let number = |o: PyObject<'_>| -> bool {
            let slots = &o.class(vm).slots;
            o.int_view().is_some()
                || o.float_view().is_some()
                || slots.index.get().is_some()
                || slots.float.get().is_some()
                || slots.int.get().is_some()
                || o.is_instance_of(vm, complex)
        };
        if [start, step].into_iter().flatten().any(|o| !number(o)) {
            return Err(vm.type_error("a number is required"));
        }
        let start = start.map_or_else(|| vm.new_int(0), PyObject::to_owned);
        let step = step.map_or_else(|| vm.new_int(1), PyObject::to_owned);
        Ok(vm.alloc(cls, PyCount { next: PyCell::new(start), step }))
    }

    #[slot]
    fn iter(zelf: PyObject<'_>) -> PyObjectRef {
        own_iter(zelf)
    }

    #[slot]
    fn iternext(zelf: &Py<PyCount>, vm: &VirtualMachine) -> PyResult<Option<PyObjectRef>> {
        let now = zelf.next.get();
        let after = match (now.as_object().small_int(), zelf.step.as_object().small_int()) {
            // Small ints have 49 bits: their sum fits.
            (Some(a), Some(b)) => vm.new_int(a + b),
            _ => vm.binary_op(BinaryOp::Add, now.as_object(), zelf.step.as_object())?,
        };
        zelf.next.set(after);
        Ok(Some(now))
    }

    #[slot]
    fn repr(zelf: &Py<PyCount>, vm: &VirtualMachine) -> PyResult<PyRef<PyStr>> {
        let name = zelf.class().name();
        let next = vm.repr(zelf.next.get().as_object())?;
        let mut parts: Vec<&[u8]> = vec![name.as_bytes(), b"(", next.as_bytes()];
        let step;
        if zelf.step.as_object().small_int() != Some(1) {
            step = vm.repr(zelf.step.as_object())?;
            parts.extend([&b", "[..], step.as_bytes()]);
        }
        parts.push(b")");
        Ok(PyStr::from_parts(vm, &parts))
    }
}

/// The items of an iterable again and again.
#[pyclass(name = "cycle", module = "itertools", flags(BASETYPE, HAVE_GC))]
#[derive(Traverse)]
pub struct PyCycle {
    /// Gone after the first round.
    iterator: PyCell<Option<PyObjectRef>>,
    saved: PyCell<Vec<PyObjectRef>>,
    index: Cell<usize>,
}

#[pymethods]
impl PyCycle {
    #[slot(sig = "(iterable, /)")]
    fn new(
        cls: &Py<PyType>,
        vm: &VirtualMachine,
        iterable: PyObject<'_>,
    ) -> PyResult<PyRef<PyCycle>> {
        let iterator = PyCell::new(Some(vm.get_iter(iterable)?));
        let saved = PyCell::new(Vec::new());
        Ok(vm.alloc(cls, PyCycle { iterator, saved, index: Cell::new(0) }))
    }

    #[slot]
    fn iter(zelf: PyObject<'_>) -> PyObjectRef {
        own_iter(zelf)
    }

    #[slot]
    fn iternext(zelf: &Py<PyCycle>, vm: &VirtualMachine) -> PyResult<Option<PyObjectRef>> {
        if let Some(it) = zelf.iterator.get() {
            if let Some(item) = vm.iter_next(it.as_object())? {
                let copy = item.clone();
                zelf.saved.with_mut(|s| vm.push_to(s, copy))?;
                return Ok(Some(item));
            }
            zelf.iterator.set(None);
        }
        let i = zelf.index.get();
        let (item, len) = zelf.saved.with(|s| (s.get(i).cloned(), s.len()));
        zelf.index.set(if i + 1 >= len { 0 } else { i + 1 });
        Ok(item)
    }
}

/// repeat(object [,times]) -> create an iterator
///
/// The same object, times times or without end.
#[pyclass(name = "repeat", module = "itertools", flags(BASETYPE, HAVE_GC), text = "")]
#[derive(Traverse)]
pub struct PyRepeat {
    element: PyObjectRef,
    /// -1: endlessly.
    remaining: Cell<isize>,
}

#[pymethods]
impl PyRepeat {
    #[slot(sig = "(object, times=<unrepresentable>)")]
    fn new(
        cls: &Py<PyType>,
        vm: &VirtualMachine,
        element: PyObjectRef,
        times: Option<isize>,
    ) -> PyRef<PyRepeat> {
        let remaining = Cell::new(times.map_or(-1, |n| n.max(0)));
        vm.alloc(cls, PyRepeat { element, remaining })
    }

    #[slot]
    fn iter(zelf: PyObject<'_>) -> PyObjectRef {
        own_iter(zelf)
    }

    #[slot]
    fn iternext(zelf: &Py<PyRepeat>) -> Option<PyObjectRef> {
        match zelf.remaining.get() {
            0 => return None,
            n if n > 0 => zelf.remaining.set(n - 1),
            _ => {}
        }
        Some(zelf.element.clone())
    }

    #[slot]
    fn repr(zelf: &Py<PyRepeat>, vm: &VirtualMachine) -> PyResult<PyRef<PyStr>> {
        let name = zelf.class().name();
        let element = vm.repr(zelf.element.as_object())?;
        let end = match zelf.remaining.get() {
            n if n >= 0 => format!(", {n})"),
            _ => ")".to_owned(),
        };
        let parts = [name.as_bytes(), b"(", element.as_bytes(), end.as_bytes()];
        Ok(PyStr::from_parts(vm, &parts))
    }

    /// How many items are left, as far as is known.
    #[method(name = "__length_hint__", sig = "(self, /)")]
    fn length_hint(&self, vm: &VirtualMachine) -> PyResult<isize> {
        match self.remaining.get() {
            -1 => Err(vm.type_error("len() of unsized object")),
            n => Ok(n),
        }
    }
}
