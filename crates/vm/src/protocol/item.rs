//! Subscripts: `o[key]`, `o[a:b]`, assignment, deletion, `cls[params]`, and the arithmetic
//! of slices.

use crate::builtins::generic_alias::PyGenericAlias;
use crate::builtins::slice::PySlice;
use crate::containers::list_items::drop_from_the_end;
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
        if cls.is(&self.types().type_) {
            return Ok(PyGenericAlias::create(self, cls.as_object(), key));
        }
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

    /// `o[start:stop]`.
    pub fn get_slice(&self, o: PyObject<'_>, start: PyObject<'_>, stop: PyObject<'_>) -> PyResult {
        if let Some(list) = o.downcast_exact::<PyList>(&self.types().list)
            && let Some((from, to)) = plain_bounds(start, stop, list.len())
        {
            return Ok(self.new_list(list.items.slice(from, to)).into());
        }
        if let Some(tuple) = o.downcast_exact::<PyTuple>(&self.types().tuple)
            && let Some((from, to)) = plain_bounds(start, stop, tuple.len())
        {
            if from == 0 && to == tuple.len() {
                return Ok(o.to_owned());
            }
            return Ok(self.new_tuple(tuple.as_slice()[from..to.max(from)].to_vec()).into());
        }
        let slice = self.new_slice(start, stop, PyObject::none());
        self.get_item(o, slice.as_object())
    }

    /// `o[start:stop] = value`; `last`: the caller has the only reference to the value.
    pub fn set_slice(
        &self,
        o: PyObject<'_>,
        start: PyObject<'_>,
        stop: PyObject<'_>,
        value: PyObject<'_>,
        last: bool,
    ) -> PyResult<()> {
        if let Some(list) = o.exact::<PyList>()
            && let Some((from, to)) = plain_bounds(start, stop, list.len())
            && let Some(items) = match value.exact::<PyList>() {
                Some(values) if last => Some(values.items.take()),
                _ => crate::builtins::sequences::items_of(self, value),
            }
        {
            drop_from_the_end(list.items.splice(from, to.max(from), items));
            return Ok(());
        }
        let slice = self.new_slice(start, stop, PyObject::none());
        self.set_item(o, slice.as_object(), value)
    }

    pub fn new_slice(
        &self,
        start: PyObject<'_>,
        stop: PyObject<'_>,
        step: PyObject<'_>,
    ) -> PyRef<PySlice> {
        PySlice::create(self, [start.to_owned(), stop.to_owned(), step.to_owned()])
    }

    /// Start, stop and step of a slice, clamped to a word, for a length not known yet.
    pub fn slice_unpack(&self, slice: &PySlice) -> PyResult<(isize, isize, isize)> {
        let step = match self.slice_bound(slice.step.as_object())? {
            None => 1,
            Some(0) => return Err(self.value_error("slice step cannot be zero")),
            // So that `-step` exists.
            Some(step) => step.max(-isize::MAX),
        };
        let start = self.slice_bound(slice.start.as_object())?;
        let start = start.unwrap_or(if step < 0 { isize::MAX } else { 0 });
        let stop = self.slice_bound(slice.stop.as_object())?;
        let stop = stop.unwrap_or(if step < 0 { isize::MIN } else { isize::MAX });
        Ok((start, stop, step))
    }

    /// Start, stop, step and number of items of `slice` on a sequence of `len` items.  The
    /// length is asked for last: a bound's `__index__` may change it.
    #[inline]
    pub fn slice_indices(
        &self,
        slice: &PySlice,
        len: impl FnOnce() -> usize,
    ) -> PyResult<(isize, isize, isize, usize)> {
        let (start, stop, step) = self.slice_unpack(slice)?;
        Ok(adjust_indices(start, stop, step, len()))
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

/// The range of a slice whose bounds are small ints or None.
fn plain_bounds(start: PyObject<'_>, stop: PyObject<'_>, len: usize) -> Option<(usize, usize)> {
    let bound = |o: PyObject<'_>, none: isize| {
        if o.is_none() { Some(none) } else { o.small_int().map(|v| v as isize) }
    };
    let (start, stop, _, count) =
        adjust_indices(bound(start, 0)?, bound(stop, isize::MAX)?, 1, len);
    let stop = if count == 0 { start } else { stop };
    Some((start as usize, stop as usize))
}
