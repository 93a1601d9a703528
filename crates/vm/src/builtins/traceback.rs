//! `traceback`: one entry per frame an exception has left, innermost last.

use super::frame::PyFrame;
use crate::prelude::*;
use std::cell::Cell;

/// A place that an exception has passed.
#[pyclass(name = "traceback", flags(HAVE_GC))]
pub struct PyTraceback {
    pub(crate) next: PyCell<Option<PyRef<PyTraceback>>>,
    pub(crate) frame: PyRef<PyFrame>,
    /// Byte offset of the instruction.
    pub(crate) lasti: i32,
    /// -1: to be computed from `lasti`.
    pub(crate) lineno: Cell<i32>,
}

impl PyTraceback {
    pub fn create(
        vm: &VirtualMachine,
        next: Option<PyRef<PyTraceback>>,
        frame: PyRef<PyFrame>,
        lasti: i32,
        lineno: i32,
    ) -> PyRef<PyTraceback> {
        vm.new_object(PyTraceback {
            next: PyCell::new(next),
            frame,
            lasti,
            lineno: Cell::new(lineno),
        })
    }

    pub fn line(&self) -> Option<i32> {
        match self.lineno.get() {
            -1 => self.frame.record().code().line_at(usize::try_from(self.lasti).ok()? / 2),
            n => Some(n),
        }
    }
}

/// A traceback or None.
fn next_entry(vm: &VirtualMachine, o: PyObject<'_>) -> PyResult<Option<PyRef<PyTraceback>>> {
    if o.is_none() {
        return Ok(None);
    }
    match o.downcast::<PyTraceback>() {
        Some(t) => Ok(Some(t.to_ref())),
        None => Err(vm.type_error(format!(
            "expected traceback object or None, got '{}'",
            o.class(vm).display_name()
        ))),
    }
}

#[pymethods]
impl PyTraceback {
    #[slot(sig = "(tb_next, tb_frame, tb_lasti, tb_lineno)")]
    fn new(
        _cls: &Py<PyType>,
        vm: &VirtualMachine,
        tb_next: PyObject<'_>,
        tb_frame: &Py<PyFrame>,
        tb_lasti: i32,
        tb_lineno: i32,
    ) -> PyResult<PyRef<PyTraceback>> {
        let next = next_entry(vm, tb_next)?;
        Ok(PyTraceback::create(vm, next, tb_frame.to_ref(), tb_lasti, tb_lineno))
    }

    #[method(name = "__dir__", sig = "(self, /)")]
    fn dir(&self, vm: &VirtualMachine) -> PyRef<PyList> {
        let names = ["tb_frame", "tb_next", "tb_lasti", "tb_lineno"];
        vm.new_list(names.map(|n| vm.intern(n).into()).to_vec())
    }

    #[getter]
    fn tb_next(&self) -> Option<PyRef<PyTraceback>> {
        self.next.get()
    }

    #[setter]
    fn set_tb_next(
        zelf: &Py<PyTraceback>,
        vm: &VirtualMachine,
        value: Option<PyObject<'_>>,
    ) -> PyResult<()> {
        let Some(value) = value else {
            return Err(vm.type_error("can't delete tb_next attribute"));
        };
        let next = next_entry(vm, value)?;
        let mut at = next.clone();
        while let Some(t) = at {
            if t.is(zelf) {
                return Err(vm.value_error("traceback loop detected"));
            }
            at = t.next.get();
        }
        drop(zelf.next.replace(next));
        Ok(())
    }

    #[member]
    fn tb_frame(&self) -> PyRef<PyFrame> {
        self.frame.clone()
    }

    #[member]
    fn tb_lasti(&self) -> i32 {
        self.lasti
    }

    #[getter]
    fn tb_lineno(&self) -> Option<i32> {
        self.line()
    }
}

impl Traverse for PyTraceback {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.next.with(|n| n.traverse(visit));
        self.frame.traverse(visit);
    }

    fn clear(&self, out: &mut Vec<PyObjectRef>) {
        out.extend(self.next.take().map(PyObjectRef::from));
    }
}
