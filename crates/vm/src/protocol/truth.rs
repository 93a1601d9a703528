//! Truth, length and membership.

use crate::builtins::int::IntView;
use crate::object::word;
use crate::prelude::*;

impl VirtualMachine {
    /// `bool(o)`.
    #[inline]
    pub fn is_true(&self, o: PyObject<'_>) -> PyResult<bool> {
        match o.bits() {
            word::TRUE => Ok(true),
            word::FALSE | word::NONE => Ok(false),
            _ => self.is_true_slow(o),
        }
    }

    fn is_true_slow(&self, o: PyObject<'_>) -> PyResult<bool> {
        let slots = &o.class(self).slots;
        if let Some(f) = slots.bool.get() {
            return f(self, o);
        }
        if let Some(f) = slots.mp_length.get() {
            return Ok(f(self, o)? != 0);
        }
        Ok(true)
    }

    /// `len(o)`.
    pub fn length(&self, o: PyObject<'_>) -> PyResult<usize> {
        match o.class(self).slots.mp_length.get() {
            Some(f) => f(self, o),
            None => Err(self.type_error(format!(
                "object of type '{}' has no len()",
                o.class(self).display_name()
            ))),
        }
    }

    /// What `__len__` gave, as a length.
    pub fn length_from(&self, r: PyObject<'_>) -> PyResult<usize> {
        let Some(view) = r.int_view() else {
            return Err(self.type_error(format!(
                "'{}' object cannot be interpreted as an integer",
                r.class(self).display_name()
            )));
        };
        match view {
            IntView::Small(v) if v >= 0 => Ok(v as usize),
            IntView::Small(_) => Err(self.value_error("__len__() should return >= 0")),
            IntView::Big(b) if b.is_negative() => {
                Err(self.value_error("__len__() should return >= 0"))
            }
            IntView::Big(_) => {
                Err(self.overflow_error("cannot fit 'int' into an index-sized integer"))
            }
        }
    }

    /// `item in o`.
    #[inline]
    pub fn contains(&self, o: PyObject<'_>, item: PyObject<'_>) -> PyResult<bool> {
        match o.class(self).slots.contains.get() {
            Some(f) => f(self, o, item),
            None => self.contains_by_iteration(o, item),
        }
    }

    /// `item in o`, item by item.
    pub fn contains_by_iteration(&self, o: PyObject<'_>, item: PyObject<'_>) -> PyResult<bool> {
        let it = self.get_iter(o).map_err(|e| {
            if !self.is_error(&e, &self.exc().type_error) {
                return e;
            }
            self.type_error(format!(
                "argument of type '{}' is not a container or iterable",
                o.class(self).display_name()
            ))
        })?;
        while let Some(x) = self.iter_next(it.as_object())? {
            if crate::protocol::comparison::equal(self, x.as_object(), item)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
