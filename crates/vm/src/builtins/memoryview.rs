//! `memoryview`: a view of another object's memory, with shape, strides and a format.
//!
//! All views made from one object share one export of it, which a `managedbuffer` holds;
//! the export ends when the last of them is released.

pub mod items;
pub mod methods;
pub mod wrapper;

pub use wrapper::PyBufferWrapper;

use crate::prelude::*;
use crate::protocol::buffer::{self, Buffer, BufferMethods, View};
use std::cell::Cell;

/// One export, shared by the views made from it.
#[pyclass(name = "managedbuffer", flags(HAVE_GC, DISALLOW_INSTANTIATION), doc = None)]
pub struct PyManagedBuffer {
    buffer: PyCell<Option<Buffer>>,
    views: Cell<usize>,
}

impl Traverse for PyManagedBuffer {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.buffer.with(|b| b.traverse(visit));
    }
}

#[pymethods]
impl PyManagedBuffer {}

/// A view of another object's memory.
#[pyclass(name = "memoryview", flags(HAVE_GC, EXT, SEQUENCE, RELEASES_BUFFER), with(methods), static = MEMORY_VIEW, text = "(object)")]
pub struct PyMemoryView {
    /// None once released.
    managed: PyCell<Option<PyRef<PyManagedBuffer>>>,
    view: View,
    /// Buffers handed out by this view.
    exports: Cell<usize>,
    hash: Cell<Option<i64>>,
    restricted: Cell<bool>,
}

impl Traverse for PyMemoryView {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.managed.with(|m| m.traverse(visit));
    }
}

impl Drop for PyMemoryView {
    fn drop(&mut self) {
        self.let_go();
    }
}

impl PyMemoryView {
    /// Ends this view's part in the export.
    fn let_go(&self) {
        let Some(m) = self.managed.take() else { return };
        let left = m.views.get().saturating_sub(1);
        m.views.set(left);
        if left == 0 {
            drop(m.buffer.take());
        }
    }

    fn managed(&self, vm: &VirtualMachine) -> PyResult<PyRef<PyManagedBuffer>> {
        match self.managed.get() {
            Some(m) => Ok(m),
            None => Err(released(vm)),
        }
    }

    pub(crate) fn check(&self, vm: &VirtualMachine) -> PyResult<()> {
        if self.managed.with(Option::is_some) { Ok(()) } else { Err(released(vm)) }
    }

    /// Runs `f` on all of the exporter's memory.
    fn with_memory<R>(&self, f: impl FnOnce(&[u8]) -> R) -> R {
        match self.managed.get() {
            Some(m) => m.buffer.with(|b| match b {
                Some(b) => b.with_memory(f),
                None => f(&[]),
            }),
            None => f(&[]),
        }
    }

    fn with_memory_mut<R>(&self, f: impl FnOnce(&mut [u8]) -> R) -> R {
        match self.managed.get() {
            Some(m) => m.buffer.with(|b| match b {
                Some(b) => b.with_memory_mut(f),
                None => f(&mut []),
            }),
            None => f(&mut []),
        }
    }

    pub fn view(&self) -> &View {
        &self.view
    }

    /// The items in C order, packed.
    fn packed(&self) -> Vec<u8> {
        buffer::gather(&self.view, |f| self.with_memory(|m| f(m)))
    }
}

#[cold]
fn released(vm: &VirtualMachine) -> PyErr {
    vm.value_error("operation forbidden on released memoryview object")
}

impl Py<PyMemoryView> {
    /// Another view of the same export.
    fn derive(&self, vm: &VirtualMachine, view: View) -> PyResult<PyRef<PyMemoryView>> {
        let m = self.managed(vm)?;
        if self.restricted.get() {
            return Err(vm.value_error("cannot create new view on restricted memoryview"));
        }
        m.views.set(m.views.get() + 1);
        Ok(vm.new_object(PyMemoryView::over(m, view)))
    }

    /// Runs what may call Python code while the memory is in use.
    pub(super) fn held<R>(&self, f: impl FnOnce() -> R) -> R {
        self.exports.set(self.exports.get() + 1);
        let r = f();
        self.exports.set(self.exports.get() - 1);
        r
    }

    /// Gives the memory back before the view dies; `BufferError` while exports exist.
    pub fn release(&self, vm: &VirtualMachine) -> PyResult<()> {
        match self.exports.get() {
            0 => {
                self.let_go();
                Ok(())
            }
            n => Err(vm.buffer_error(format!(
                "memoryview has {n} exported buffer{}",
                if n == 1 { "" } else { "s" }
            ))),
        }
    }
}

impl PyMemoryView {
    fn over(m: PyRef<PyManagedBuffer>, view: View) -> PyMemoryView {
        PyMemoryView {
            managed: PyCell::new(Some(m)),
            view,
            exports: Cell::new(0),
            hash: Cell::new(None),
            restricted: Cell::new(false),
        }
    }
}

impl VirtualMachine {
    /// A memoryview of an export.
    pub fn new_memoryview(&self, buffer: Buffer) -> PyRef<PyMemoryView> {
        let view = buffer.view.clone();
        let m = self
            .new_object(PyManagedBuffer { buffer: PyCell::new(Some(buffer)), views: Cell::new(1) });
        self.new_object(PyMemoryView::over(m, view))
    }

    /// `memoryview(o)`.
    pub fn memoryview(&self, o: PyObject<'_>) -> PyResult<PyRef<PyMemoryView>> {
        if let Some(mv) = o.downcast::<PyMemoryView>() {
            return mv.derive(self, mv.view.clone());
        }
        if !buffer::has_buffer(self, o) {
            return Err(self.type_error(format!(
                "memoryview: a bytes-like object is required, not '{}'",
                o.class(self).display_name()
            )));
        }
        Ok(self.new_memoryview(buffer::get(self, o, buffer::FULL_RO)?))
    }
}

static METHODS: BufferMethods = BufferMethods {
    read: |o, f| o.expect_payload::<PyMemoryView>().with_memory(|m| f(m)),
    write: |o, f| o.expect_payload::<PyMemoryView>().with_memory_mut(|m| f(m)),
    release: |o| {
        let exports = &o.expect_payload::<PyMemoryView>().exports;
        exports.set(exports.get().saturating_sub(1));
    },
};

/// The buffer that a view itself exports.
fn export(vm: &VirtualMachine, zelf: &Py<PyMemoryView>, flags: u32) -> PyResult<Buffer> {
    zelf.check(vm)?;
    if zelf.restricted.get() {
        return Err(vm.value_error("cannot create new view on restricted memoryview"));
    }
    let mut view = zelf.view.clone();
    let wants = |f: u32| flags & f == f;
    let fail = |what: &str| Err(vm.buffer_error(format!("memoryview: underlying buffer {what}")));
    if wants(buffer::WRITABLE) && view.readonly {
        return fail("is not writable");
    }
    if wants(buffer::C_CONTIGUOUS) && !view.is_c_contiguous() {
        return fail("is not C-contiguous");
    }
    if wants(buffer::F_CONTIGUOUS) && !view.is_f_contiguous() {
        return fail("is not Fortran contiguous");
    }
    if wants(buffer::ANY_CONTIGUOUS) && !view.is_c_contiguous() && !view.is_f_contiguous() {
        return fail("is not contiguous");
    }
    if !wants(buffer::STRIDES) && !view.is_c_contiguous() {
        return fail("is not C-contiguous");
    }
    if !wants(buffer::ND) {
        if wants(buffer::FORMAT) {
            return Err(vm.buffer_error(
                "memoryview: cannot cast to unsigned bytes if the format flag is present",
            ));
        }
        let (len, offset) = (view.len(), view.offset);
        view = View::bytes(len, view.readonly);
        view.offset = offset;
    }
    zelf.exports.set(zelf.exports.get() + 1);
    Ok(Buffer::new(zelf.as_object(), &METHODS, view))
}
