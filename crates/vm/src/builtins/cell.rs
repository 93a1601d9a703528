//! `cell`: the box a closure shares a variable through.

use crate::prelude::*;
use crate::protocol::comparison;

/// What a variable lives in that functions inside use.
///
///   contents
///     Its value; without one, reading it is a ValueError.
#[pyclass(name = "cell", static = CELL, flags(HAVE_GC), text = "([contents])")]
pub struct PyCellObject {
    content: PyCell<Option<PyObjectRef>>,
}

impl PyCellObject {
    pub fn new(content: Option<PyObjectRef>) -> PyCellObject {
        PyCellObject { content: PyCell::new(content) }
    }

    #[inline(always)]
    pub fn get(&self) -> Option<PyObjectRef> {
        self.content.get()
    }

    /// The content's address, for the eval loop.
    #[inline(always)]
    pub(crate) fn content_ptr(&self) -> *const Option<PyObjectRef> {
        self.content.as_ptr()
    }

    #[inline(always)]
    pub fn replace(&self, value: Option<PyObjectRef>) -> Option<PyObjectRef> {
        self.content.replace(value)
    }
}

impl Traverse for PyCellObject {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.content.with(|c| c.traverse(visit));
    }

    fn clear(&self, out: &mut Vec<PyObjectRef>) {
        out.extend(self.content.take());
    }
}

#[pymethods]
impl PyCellObject {
    #[slot(name = "new")]
    fn make(
        _cls: &Py<PyType>,
        vm: &VirtualMachine,
        args: Args<'_>,
    ) -> PyResult<PyRef<PyCellObject>> {
        args.no_keywords(vm, "cell")?;
        crate::call::check_arity(vm, "cell", args.len(), 0, 1)?;
        Ok(vm.new_object(PyCellObject::new(args.get(0).map(PyObject::to_owned))))
    }

    #[slot]
    fn repr(zelf: &Py<PyCellObject>, vm: &VirtualMachine) -> String {
        let at = zelf.as_object().bits();
        match zelf.get() {
            None => format!("<cell at {at:#x}: empty>"),
            Some(o) => format!(
                "<cell at {at:#x}: {} object at {:#x}>",
                o.class(vm).display_name(),
                o.bits()
            ),
        }
    }

    /// By contents; an empty cell comes before all others.
    #[slot]
    fn richcompare(
        zelf: &Py<PyCellObject>,
        vm: &VirtualMachine,
        other: PyObject<'_>,
        op: Comparison,
    ) -> PyResult {
        let Some(other) = other.downcast::<PyCellObject>() else {
            return Ok(PyObjectRef::not_implemented());
        };
        match (zelf.get(), other.get()) {
            (Some(a), Some(b)) => comparison::rich_compare(vm, a.as_object(), b.as_object(), op),
            (a, b) => {
                let order = a.is_some().cmp(&b.is_some());
                Ok(PyObjectRef::from_bool(match op {
                    Comparison::Lt => order.is_lt(),
                    Comparison::Le => order.is_le(),
                    Comparison::Eq => order.is_eq(),
                    Comparison::Ne => order.is_ne(),
                    Comparison::Gt => order.is_gt(),
                    Comparison::Ge => order.is_ge(),
                }))
            }
        }
    }

    #[getter]
    fn cell_contents(&self, vm: &VirtualMachine) -> PyResult {
        self.get().ok_or_else(|| vm.value_error("cell is empty"))
    }

    #[setter]
    fn set_cell_contents(&self, value: Option<PyObject<'_>>) -> PyResult<()> {
        drop(self.replace(value.map(PyObject::to_owned)));
        Ok(())
    }
}
