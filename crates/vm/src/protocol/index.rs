//! `__index__` and `__float__`: numbers where natives need machine numbers.

use crate::builtins::complex::PyComplex;
use crate::builtins::int::IntView;
use crate::prelude::*;

impl VirtualMachine {
    /// `operator.index(o)`: an int, or an instance of a subclass as it is.
    #[inline]
    pub fn index(&self, o: PyObject<'_>) -> PyResult {
        if o.int_view().is_some() { Ok(o.to_owned()) } else { self.index_slow(o) }
    }

    #[cold]
    fn index_slow(&self, o: PyObject<'_>) -> PyResult {
        let Some(f) = o.class(self).slots.index.get() else {
            return Err(self.type_error(format!(
                "'{}' object cannot be interpreted as an integer",
                o.class(self).display_name()
            )));
        };
        let r = f(self, o)?;
        if r.as_object().int_view().is_none() {
            return Err(self.type_error(format!(
                "__index__ returned non-int (type {})",
                r.class(self).display_name()
            )));
        }
        if !r.class(self).is(&self.types().int) {
            self.warn_subclass("__index__", r.as_object(), "int")?;
        }
        Ok(r)
    }

    /// True when `o` has `__index__`.
    pub fn is_index(&self, o: PyObject<'_>) -> bool {
        o.int_view().is_some() || o.class(self).slots.index.get().is_some()
    }

    /// `PyNumber_Check`: what converts to an int or a float, and complex numbers.
    pub fn is_number(&self, o: PyObject<'_>) -> bool {
        let slots = &o.class(self).slots;
        self.is_index(o)
            || slots.int.get().is_some()
            || slots.float.get().is_some()
            || o.float_view().is_some()
            || o.downcast::<PyComplex>().is_some()
    }

    /// As a 64-bit int; `None` when it does not fit.
    #[inline]
    pub fn index_i64(&self, o: PyObject<'_>) -> PyResult<Option<i64>> {
        if let Some(v) = o.small_int() {
            return Ok(Some(v));
        }
        let n = self.index(o)?;
        Ok(match n.as_object().int_view() {
            Some(IntView::Small(v)) => Some(v),
            _ => None,
        })
    }

    /// As a 64-bit int, with values beyond it clamped (slice bounds, `maxsplit`).
    pub fn index_clamped(&self, o: PyObject<'_>) -> PyResult<i64> {
        if let Some(v) = o.small_int() {
            return Ok(v);
        }
        let n = self.index(o)?;
        Ok(match n.as_object().int_view() {
            Some(IntView::Small(v)) => v,
            Some(IntView::Big(b)) if b.is_negative() => i64::MIN,
            _ => i64::MAX,
        })
    }

    /// `OverflowError: Python int too large to convert to C long` beyond 64 bits.
    pub fn to_i64(&self, o: PyObject<'_>) -> PyResult<i64> {
        self.index_i64(o)?
            .ok_or_else(|| self.overflow_error("Python int too large to convert to C long"))
    }

    /// `OverflowError: Python int too large to convert to C int` beyond 32 bits.
    pub fn to_i32(&self, o: PyObject<'_>) -> PyResult<i32> {
        self.index_i64(o)?
            .and_then(|v| i32::try_from(v).ok())
            .ok_or_else(|| self.overflow_error("Python int too large to convert to C int"))
    }

    /// `OverflowError: Python int too large to convert to C ssize_t` beyond a word.
    pub fn to_isize(&self, o: PyObject<'_>) -> PyResult<isize> {
        self.index_i64(o)?
            .map(|v| v as isize)
            .ok_or_else(|| self.overflow_error("Python int too large to convert to C ssize_t"))
    }

    /// A subscript: `IndexError: cannot fit 'int' into an index-sized integer`.
    #[inline]
    pub fn to_subscript(&self, o: PyObject<'_>) -> PyResult<isize> {
        match self.index_i64(o)? {
            Some(v) => Ok(v as isize),
            None => Err(self.index_error(format!(
                "cannot fit '{}' into an index-sized integer",
                o.class(self).display_name()
            ))),
        }
    }

    /// A repeat count or other size: `OverflowError` with the same words.
    pub fn to_count(&self, o: PyObject<'_>) -> PyResult<isize> {
        match self.index_i64(o)? {
            Some(v) => Ok(v as isize),
            None => Err(self.overflow_error(format!(
                "cannot fit '{}' into an index-sized integer",
                o.class(self).display_name()
            ))),
        }
    }

    /// A non-negative size.
    pub fn to_usize(&self, o: PyObject<'_>) -> PyResult<usize> {
        let v = self.to_isize(o)?;
        usize::try_from(v).map_err(|_| self.value_error("Cannot convert negative int"))
    }

    /// A C double: floats, what has `__float__`, what has `__index__`.
    pub fn to_f64(&self, o: PyObject<'_>) -> PyResult<f64> {
        if let Some(v) = o.float_view() {
            return Ok(v);
        }
        if let Some(v) = self.int_to_f64(o)? {
            return Ok(v);
        }
        let slots = &o.class(self).slots;
        if let Some(f) = slots.float.get() {
            let r = f(self, o)?;
            return self.float_result(o, r.as_object());
        }
        if slots.index.get().is_some() {
            let n = self.index(o)?;
            if let Some(v) = self.int_to_f64(n.as_object())? {
                return Ok(v);
            }
        }
        Err(self.type_error(format!("must be real number, not {}", o.class(self).display_name())))
    }

    /// An int's value as a float, if `o` is an int.
    fn int_to_f64(&self, o: PyObject<'_>) -> PyResult<Option<f64>> {
        match o.int_view() {
            Some(IntView::Small(v)) => Ok(Some(v as f64)),
            Some(IntView::Big(b)) => b
                .to_f64()
                .map(Some)
                .map_err(|_| self.overflow_error("int too large to convert to float")),
            None => Ok(None),
        }
    }
}
