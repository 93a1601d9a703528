//! Subscripts: `o[key]`, `o[a:b]`, assignment, deletion, `cls[params]`, and the arithmetic
//! of slices.

use crate::prelude::*;

impl VirtualMachine {
    /// `o[key]`.
    #[inline]
    pub fn get_item(&self, o: PyObject<'_>, key: PyObject<'_>) -> PyResult {
        match o.class(self).slots.subscript.get() {
            Some(f) => f(self, o, key),
            None => self.get_item_otherwise(o, key),
        }
    }

    fn get_item_otherwise(&self, o: PyObject<'_>, key: PyObject<'_>) -> PyResult {
        let typ = o.class(self);
        if typ.slots.sq_item.get().is_some() {
            if !self.is_index(key) {
                return Err(self.type_error(format!(
                    "sequence index must be integer, not '{}'",
                    key.class(self).display_name()
                )));
            }
            return self.sequence_item(o, self.to_subscript(key)?);
        }
        match o.downcast::<PyType>() {
            Some(t) => self.class_getitem(t, key),
            None => {
                Err(self
                    .type_error(format!("'{}' object is not subscriptable", typ.display_name())))
            }
        }
    }

    /// `cls[key]` by way of `__class_getitem__`.
    pub fn class_getitem(&self, cls: &Py<PyType>, key: PyObject<'_>) -> PyResult {
        match self.get_attr_opt(cls.as_object(), &self.names().__class_getitem__)? {
            Some(f) if !f.is_none() => self.call_positional(f.as_object(), &[key]),
            _ => {
                Err(self.type_error(format!("type '{}' is not subscriptable", cls.display_name())))
            }
        }
    }

    /// Item `i` of a sequence by its own slot; a negative index counts from the end.
    pub fn sequence_item(&self, o: PyObject<'_>, i: isize) -> PyResult {
        let slots = &o.class(self).slots;
        let Some(f) = slots.sq_item.get() else {
            let what = o.class(self).display_name();
            return Err(self.type_error(if slots.subscript.get().is_some() {
                format!("{what} is not a sequence")
            } else {
                format!("'{what}' object does not support indexing")
            }));
        };
        let mut i = i;
        if i < 0
            && let Some(len) = slots.mp_length.get()
        {
            i += len(self, o)? as isize;
        }
        f(self, o, i)
    }

    /// `o[key] = value`.
    #[inline]
    pub fn set_item(
        &self,
        o: PyObject<'_>,
        key: PyObject<'_>,
        value: PyObject<'_>,
    ) -> PyResult<()> {
        match o.class(self).slots.ass_subscript.get() {
            Some(f) => f(self, o, key, Some(value)),
            None => Err(self.type_error(format!(
                "'{}' object does not support item assignment",
                o.class(self).display_name()
            ))),
        }
    }

    /// `del o[key]`.
    pub fn del_item(&self, o: PyObject<'_>, key: PyObject<'_>) -> PyResult<()> {
        match o.class(self).slots.ass_subscript.get() {
            Some(f) => f(self, o, key, None),
            None => Err(self.type_error(format!(
                "'{}' object doesn't support item deletion",
                o.class(self).display_name()
            ))),
        }
    }

    /// One bound of a slice, saturated; `None` for Python's None.
    pub fn slice_bound(&self, o: PyObject<'_>) -> PyResult<Option<isize>> {
        if o.is_none() {
            return Ok(None);
        }
        if !self.is_index(o) {
            return Err(self
                .type_error("slice indices must be integers or None or have an __index__ method"));
        }
        self.index_clamped(o).map(|v| Some(v as isize))
    }
}

/// Cuts unpacked bounds to a sequence's length; the number of items comes with them.
pub fn adjust_indices(
    start: isize,
    stop: isize,
    step: isize,
    len: usize,
) -> (isize, isize, isize, usize) {
    let len = len as isize;
    let cut = |v: isize| {
        if v < 0 {
            let v = v.saturating_add(len);
            if v < 0 { if step < 0 { -1 } else { 0 } } else { v }
        } else if v >= len {
            if step < 0 { len - 1 } else { len }
        } else {
            v
        }
    };
    let (start, stop) = (cut(start), cut(stop));
    let count = if step < 0 && stop < start {
        (start - stop - 1) / -step + 1
    } else if step > 0 && start < stop {
        (stop - start - 1) / step + 1
    } else {
        0
    };
    (start, stop, step, count as usize)
}

impl VirtualMachine {
    /// `o[start:stop]`.
    pub fn get_slice(&self, o: PyObject<'_>, start: PyObject<'_>, stop: PyObject<'_>) -> PyResult {
        let s = self.new_slice(start, stop);
        self.get_item(o, s.as_object())
    }

    /// `o[start:stop] = value`.
    pub fn set_slice(
        &self,
        o: PyObject<'_>,
        start: PyObject<'_>,
        stop: PyObject<'_>,
        value: PyObject<'_>,
    ) -> PyResult<()> {
        let s = self.new_slice(start, stop);
        self.set_item(o, s.as_object(), value)
    }

    fn new_slice(
        &self,
        start: PyObject<'_>,
        stop: PyObject<'_>,
    ) -> PyRef<crate::builtins::slice::PySlice> {
        let parts = [start.to_owned(), stop.to_owned(), PyObjectRef::none()];
        crate::builtins::slice::PySlice::create(self, parts)
    }
}
