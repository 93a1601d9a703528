//! Putting strings together: `+`, in-place growth, `*`, `join`.

use crate::containers::str_data;
use crate::prelude::*;

impl VirtualMachine {
    /// `a + b` of two strings.
    #[inline]
    pub fn str_concat(&self, a: &Py<PyStr>, b: &Py<PyStr>) -> PyResult<PyRef<PyStr>> {
        if a.byte_len() == 0 {
            return Ok(b.to_exact(self));
        }
        if b.byte_len() == 0 {
            return Ok(a.to_exact(self));
        }
        let len = a.byte_len() + b.byte_len();
        self.check_room(len)?;
        let ascii = a.is_ascii() && b.is_ascii();
        Ok(str_data::new_str_with(self, &self.types().str, len, ascii, |w| {
            w.push(a.as_bytes());
            w.push(b.as_bytes());
        }))
    }

    /// `left + right`, where `left` grows in place if this is its only reference.
    #[inline]
    pub fn str_concat_inplace(
        &self,
        left: PyRef<PyStr>,
        right: &Py<PyStr>,
    ) -> PyResult<PyRef<PyStr>> {
        if right.byte_len() == 0 && left.is_exact() {
            return Ok(left);
        }
        match str_data::append(left, right) {
            Ok(s) => Ok(s),
            Err(left) => self.str_concat(&left, right),
        }
    }

    /// `s * count`.
    pub fn str_repeat(&self, s: &Py<PyStr>, count: isize) -> PyResult<PyRef<PyStr>> {
        let count = usize::try_from(count).unwrap_or(0);
        if count == 0 || s.byte_len() == 0 {
            return Ok(self.empty_str());
        }
        if count == 1 {
            return Ok(s.to_exact(self));
        }
        let fits = |n: &usize| *n <= isize::MAX as usize;
        let Some(_) = s.char_len().checked_mul(count).filter(fits) else {
            return Err(self.overflow_error("repeated string is too long"));
        };
        let Some(len) = s.byte_len().checked_mul(count).filter(fits) else {
            return Err(self.memory_error());
        };
        self.check_room(len)?;
        Ok(str_data::new_str_with(self, &self.types().str, len, s.is_ascii(), |w| {
            w.push_repeated(s.as_bytes(), count);
        }))
    }

    /// `separator.join(iterable)`.
    pub fn str_join(
        &self,
        separator: &Py<PyStr>,
        iterable: PyObject<'_>,
    ) -> PyResult<PyRef<PyStr>> {
        if let Some(t) = iterable.downcast_exact::<PyTuple>(&self.types().tuple) {
            return self.str_join_items(separator, t.as_slice());
        }
        if let Some(l) = iterable.downcast_exact::<PyList>(&self.types().list) {
            return self.str_join_items(separator, &l.items().to_vec());
        }
        if iterable.class(self).slots.iter.get().is_none()
            && iterable.class(self).slots.sq_item.get().is_none()
        {
            return Err(self.type_error("can only join an iterable"));
        }
        let items = self.collect(iterable)?;
        self.str_join_items(separator, &items)
    }

    /// `separator.join(items)`.
    pub fn str_join_items(
        &self,
        separator: &Py<PyStr>,
        items: &[PyObjectRef],
    ) -> PyResult<PyRef<PyStr>> {
        let sep = separator.as_bytes();
        let mut len = sep.len().checked_mul(items.len().saturating_sub(1));
        let mut ascii = separator.is_ascii() || items.len() < 2;
        for (i, item) in items.iter().enumerate() {
            let Some(s) = item.as_object().downcast::<PyStr>() else {
                return Err(self.type_error(format!(
                    "sequence item {i}: expected str instance, {} found",
                    item.class(self).display_name()
                )));
            };
            len = len.and_then(|n| n.checked_add(s.byte_len()));
            ascii &= s.is_ascii();
        }
        if let [only] = items
            && let Some(s) = only.as_object().downcast_exact::<PyStr>(&self.types().str)
        {
            return Ok(s.to_ref());
        }
        let Some(len) = len.filter(|n| *n <= isize::MAX as usize) else {
            return Err(self.overflow_error("join() result is too long for a Python string"));
        };
        if len == 0 {
            return Ok(self.empty_str());
        }
        self.check_room(len)?;
        Ok(str_data::new_str_with(self, &self.types().str, len, ascii, |w| {
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    w.push(sep);
                }
                let s = item.as_object().downcast::<PyStr>().expect("checked above");
                w.push(s.as_bytes());
            }
        }))
    }
}
