//! The exporter behind a buffer that Python code made (PEP 688): it holds the view that
//! `__buffer__` gave, and calls `__release_buffer__` when the export has ended.

use super::PyMemoryView;
use crate::prelude::*;
use crate::protocol::buffer::{Buffer, BufferMethods};

#[pyclass(name = "_buffer_wrapper", flags(HAVE_GC, DISALLOW_INSTANTIATION), doc = None)]
#[derive(Traverse)]
pub struct PyBufferWrapper {
    object: PyCell<Option<PyObjectRef>>,
    view: PyCell<Option<PyObjectRef>>,
    /// The export of the view.
    #[pytraverse(skip)]
    inner: PyCell<Option<Buffer>>,
}

#[pymethods]
impl PyBufferWrapper {
    #[slot]
    fn del(zelf: &Py<PyBufferWrapper>, vm: &VirtualMachine) -> PyResult<()> {
        drop(zelf.inner.take());
        let (object, view) = (zelf.object.take(), zelf.view.take());
        let (Some(o), Some(v)) = (object, view) else { return Ok(()) };
        let name = &vm.names().__release_buffer__;
        if let Some(release) = vm.look_up_special(o.as_object(), name)? {
            vm.call_positional(release.as_object(), &[v.as_object()])?;
        }
        Ok(())
    }
}

static METHODS: BufferMethods = BufferMethods {
    read: |o, f| {
        o.expect_payload::<PyBufferWrapper>().inner.with(|b| match b {
            Some(b) => b.with_memory(|m| f(m)),
            None => f(&[]),
        });
    },
    write: |o, f| {
        o.expect_payload::<PyBufferWrapper>().inner.with(|b| {
            if let Some(b) = b {
                b.with_memory_mut(|m| f(m));
            }
        });
    },
    release: |_| {},
};

impl PyBufferWrapper {
    /// The buffer of `object`, whose `__buffer__` gave `view`.
    pub(crate) fn wrap(
        vm: &VirtualMachine,
        object: PyObject<'_>,
        view: &Py<PyMemoryView>,
        flags: u32,
    ) -> PyResult<Buffer> {
        let inner = super::export(vm, view, flags)?;
        let shown = inner.view.clone();
        let w = vm.new_object(PyBufferWrapper {
            object: PyCell::new(Some(object.to_owned())),
            view: PyCell::new(Some(view.to_ref().into())),
            inner: PyCell::new(Some(inner)),
        });
        Ok(Buffer::new(w.as_object(), &METHODS, shown))
    }
}
