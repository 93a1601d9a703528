//! Iteration: iterators, their items, and natives that go through all of them.

use crate::builtins::generator::PyGenerator;
use crate::builtins::int::IntView;
use crate::builtins::seqiter::PySeqIter;
use crate::prelude::*;

/// Items that a native makes one by one where it cannot stop: those that find no room are
/// dropped, and `finish` tells.
pub struct ListBuilder<'vm> {
    vm: &'vm VirtualMachine,
    items: Vec<PyObjectRef>,
    full: PyResult<()>,
}

impl<'vm> ListBuilder<'vm> {
    pub fn new(vm: &'vm VirtualMachine) -> ListBuilder<'vm> {
        ListBuilder::with_capacity(vm, 0)
    }

    /// With room for a few items.
    pub fn with_capacity(vm: &'vm VirtualMachine, capacity: usize) -> ListBuilder<'vm> {
        ListBuilder { vm, items: Vec::with_capacity(capacity), full: Ok(()) }
    }

    #[inline]
    pub fn push(&mut self, item: PyObjectRef) {
        if self.full.is_ok() {
            self.full = self.vm.push_to(&mut self.items, item);
        }
    }

    /// The items; `MemoryError` if they are not all there.
    pub fn finish(self) -> PyResult<Vec<PyObjectRef>> {
        self.full.map(|()| self.items)
    }
}

impl VirtualMachine {
    /// `iter(o)`.
    pub fn get_iter(&self, o: PyObject<'_>) -> PyResult {
        let typ = o.class(self);
        let Some(f) = typ.slots.iter.get() else {
            if typ.slots.sq_item.get().is_some() && !typ.has_flags(TypeFlags::DICT_SUBCLASS) {
                return Ok(self.new_object(PySeqIter::new(o.to_owned())).into());
            }
            return Err(self.not_iterable(o));
        };
        let it = f(self, o)?;
        if it.class(self).slots.iternext.get().is_none() {
            return Err(self.type_error(format!(
                "iter() returned non-iterator of type '{}'",
                it.class(self).display_name()
            )));
        }
        Ok(it)
    }

    #[cold]
    pub fn not_iterable(&self, o: PyObject<'_>) -> PyErr {
        self.type_error(format!("'{}' object is not iterable", o.class(self).display_name()))
    }

    /// The next item; `None` at the end.
    #[inline]
    pub fn iter_next(&self, it: PyObject<'_>) -> PyResult<Option<PyObjectRef>> {
        match it.class(self).slots.iternext.get() {
            Some(f) => {
                // Iterators over iterators recurse here.
                let _guard = self.enter_native("")?;
                self.check_urgent()?;
                match f(self, it) {
                    Err(e) if self.is_error(&e, &self.exc().stop_iteration) => Ok(None),
                    r => r,
                }
            }
            None => Err(self.type_error(format!(
                "'{}' object is not an iterator",
                it.class(self).display_name()
            ))),
        }
    }

    /// How many items `o` may give: `len(o)`, or `__length_hint__`, or `default`.
    pub fn length_hint(&self, o: PyObject<'_>, default: usize) -> PyResult<usize> {
        if let Some(f) = o.class(self).slots.mp_length.get() {
            match f(self, o) {
                Err(e) if self.is_error(&e, &self.exc().type_error) => {}
                r => return r,
            }
        }
        let hint = match self.call_special(&self.names().__length_hint__, &[o]) {
            Ok(Some(h)) if !h.is_not_implemented() => h,
            Ok(_) => return Ok(default),
            Err(e) if self.is_error(&e, &self.exc().type_error) => return Ok(default),
            Err(e) => return Err(e),
        };
        match hint.as_object().int_view() {
            Some(IntView::Small(v)) if v >= 0 => Ok(v as usize),
            Some(IntView::Small(_)) => {
                Err(self.value_error("__length_hint__() should return >= 0"))
            }
            Some(IntView::Big(_)) => {
                Err(self.overflow_error("Python int too large to convert to C ssize_t"))
            }
            None => Err(self.type_error(format!(
                "__length_hint__ must be an integer, not {}",
                hint.class(self).display_name()
            ))),
        }
    }

    /// All items of an iterable, as `list(o)` collects them.
    pub fn collect(&self, o: PyObject<'_>) -> PyResult<Vec<PyObjectRef>> {
        if let Some(l) = o.downcast_exact::<PyList>(&self.types().list) {
            return Ok(l.items.to_vec());
        }
        if let Some(t) = o.downcast_exact::<PyTuple>(&self.types().tuple) {
            return Ok(t.as_slice().to_vec());
        }
        let it = self.get_iter(o)?;
        let mut out = Vec::new();
        let hint = self.length_hint(o, 8)?;
        out.try_reserve(hint).map_err(|_| self.memory_error())?;
        self.for_each_next(it.as_object(), |v| self.push_to(&mut out, v))?;
        Ok(out)
    }

    /// `out.push(item)`: `MemoryError` if there is no room.
    #[inline]
    pub fn push_to<T>(&self, out: &mut Vec<T>, item: T) -> PyResult<()> {
        if out.len() == out.capacity() {
            out.try_reserve(1).map_err(|_| self.memory_error())?;
        }
        out.push(item);
        Ok(())
    }

    /// `out.extend_from_slice(bytes)`: `MemoryError` if there is no room.
    #[inline]
    pub fn extend_to(&self, out: &mut Vec<u8>, bytes: &[u8]) -> PyResult<()> {
        if out.capacity() - out.len() < bytes.len() {
            out.try_reserve(bytes.len()).map_err(|_| self.memory_error())?;
        }
        out.extend_from_slice(bytes);
        Ok(())
    }

    /// Runs `f` on every item of an iterable.
    pub fn for_each(
        &self,
        o: PyObject<'_>,
        f: impl FnMut(PyObjectRef) -> PyResult<()>,
    ) -> PyResult<()> {
        let it = self.get_iter(o)?;
        self.for_each_next(it.as_object(), f)
    }

    /// Runs `f` on every item that an iterator still has.
    pub fn for_each_next(
        &self,
        it: PyObject<'_>,
        mut f: impl FnMut(PyObjectRef) -> PyResult<()>,
    ) -> PyResult<()> {
        self.iterate(it, |v| f(v).map(|()| true))
    }

    /// As `for_each_next`, until `f` says false.
    #[inline]
    pub fn iterate(
        &self,
        it: PyObject<'_>,
        mut f: impl FnMut(PyObjectRef) -> PyResult<bool>,
    ) -> PyResult<()> {
        if let Some(g) = it.downcast::<PyGenerator>() {
            return self.drive_generator(g, f);
        }
        // Asked for once, as CPython's own loops do.
        let Some(next) = it.class(self).slots.iternext.get() else {
            return self.iter_next(it).map(drop);
        };
        loop {
            self.check_urgent()?;
            match next(self, it) {
                Ok(Some(v)) => {
                    if !f(v)? {
                        return Ok(());
                    }
                }
                Ok(None) => return Ok(()),
                Err(e) if self.is_error(&e, &self.exc().stop_iteration) => return Ok(()),
                Err(e) => return Err(e),
            }
        }
    }
}
