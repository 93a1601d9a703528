//! Operators and the constructor of `str`.

use super::iter;
use crate::builtins::slice::PySlice;
use crate::prelude::*;
use text::utf8;

#[pymethods]
impl PyStr {
    #[slot(sig = "(object='', encoding='utf-8', errors='strict')", text = "")]
    fn new(
        cls: &Py<PyType>,
        vm: &VirtualMachine,
        object: Option<PyObject<'_>>,
        encoding: Option<&Py<PyStr>>,
        errors: Option<&Py<PyStr>>,
    ) -> PyResult<PyRef<PyStr>> {
        let s = match object {
            None => vm.empty_str(),
            Some(o) if encoding.is_none() && errors.is_none() => vm.str(o)?,
            Some(o) => vm.decode_object(o, encoding, errors)?,
        };
        if cls.is(&vm.types().str) {
            return Ok(s);
        }
        vm.check_room(s.byte_len())?;
        let ascii = s.is_ascii();
        Ok(crate::containers::str_data::new_str(vm, cls, &[s.as_bytes()], ascii))
    }

    #[slot]
    fn repr(zelf: &Py<PyStr>, vm: &VirtualMachine) -> PyResult<PyRef<PyStr>> {
        vm.check_room(zelf.byte_len().saturating_mul(2))?;
        Ok(vm.new_str_bytes(&utf8::repr::repr_str(zelf.as_bytes())))
    }

    #[slot]
    fn str(zelf: &Py<PyStr>, vm: &VirtualMachine) -> PyRef<PyStr> {
        zelf.to_exact(vm)
    }

    #[slot(name = "hash")]
    fn dunder_hash(&self) -> i64 {
        self.hash()
    }

    #[slot]
    fn richcompare(zelf: &Py<PyStr>, other: PyObject<'_>, op: Comparison) -> PyObjectRef {
        let Some(other) = other.downcast::<PyStr>() else {
            return PyObjectRef::not_implemented();
        };
        // The order of code points is that of their encodings.
        let compare = || zelf.as_bytes().cmp(other.as_bytes());
        let same = || std::ptr::eq(zelf, other) || zelf.same_text(other);
        PyObjectRef::from_bool(match op {
            Comparison::Eq => same(),
            Comparison::Ne => !same(),
            Comparison::Lt => compare().is_lt(),
            Comparison::Le => compare().is_le(),
            Comparison::Gt => compare().is_gt(),
            Comparison::Ge => compare().is_ge(),
        })
    }

    #[slot]
    fn concat(
        zelf: &Py<PyStr>,
        vm: &VirtualMachine,
        other: PyObject<'_>,
    ) -> PyResult<PyRef<PyStr>> {
        match other.downcast::<PyStr>() {
            Some(other) => vm.str_concat(zelf, other),
            None => Err(vm.type_error(format!(
                "can only concatenate str (not \"{}\") to str",
                other.class(vm).display_name()
            ))),
        }
    }

    #[slot]
    fn repeat(zelf: &Py<PyStr>, vm: &VirtualMachine, count: isize) -> PyResult<PyRef<PyStr>> {
        vm.str_repeat(zelf, count)
    }

    #[slot]
    fn remainder(a: &Py<PyStr>, vm: &VirtualMachine, b: PyObject<'_>) -> PyResult<PyRef<PyStr>> {
        vm.str_percent(a, b)
    }

    #[slot]
    fn mp_length(&self) -> usize {
        self.char_len()
    }

    #[slot]
    fn sq_item(zelf: &Py<PyStr>, vm: &VirtualMachine, i: isize) -> PyResult<PyRef<PyStr>> {
        let found = usize::try_from(i).ok().and_then(|i| zelf.code_point(i));
        found.map(|cp| vm.new_char(cp)).ok_or_else(|| vm.index_error("string index out of range"))
    }

    #[slot]
    fn subscript(
        zelf: &Py<PyStr>,
        vm: &VirtualMachine,
        key: PyObject<'_>,
    ) -> PyResult<PyRef<PyStr>> {
        if let Some(i) = key.small_int() {
            return item(vm, zelf, i);
        }
        if let Some(slice) = key.downcast::<PySlice>() {
            return slice_of(vm, zelf, slice);
        }
        if vm.is_index(key) {
            return item(vm, zelf, vm.to_subscript(key)? as i64);
        }
        Err(vm.type_error(format!(
            "string indices must be integers, not '{}'",
            key.class(vm).display_name()
        )))
    }

    #[slot]
    fn contains(zelf: &Py<PyStr>, vm: &VirtualMachine, item: PyObject<'_>) -> PyResult<bool> {
        match item.downcast::<PyStr>() {
            Some(s) => Ok(utf8::search::contains(zelf.as_bytes(), s.as_bytes())),
            None => Err(vm.type_error(format!(
                "'in <string>' requires string as left operand, not {}",
                item.class(vm).display_name()
            ))),
        }
    }

    #[slot]
    fn iter(zelf: &Py<PyStr>, vm: &VirtualMachine) -> PyObjectRef {
        iter::create(vm, zelf)
    }
}

/// `s[i]`.
#[inline]
fn item(vm: &VirtualMachine, s: &Py<PyStr>, i: i64) -> PyResult<PyRef<PyStr>> {
    let i = if i < 0 { i.saturating_add(s.char_len() as i64) } else { i };
    if i >= 0 {
        if s.is_ascii() {
            if let Some(b) = s.as_bytes().get(i as usize) {
                return Ok(vm.new_char(u32::from(*b)));
            }
        } else if let Some(cp) = s.code_point(i as usize) {
            return Ok(vm.new_char(cp));
        }
    }
    Err(vm.index_error("string index out of range"))
}

fn slice_of(vm: &VirtualMachine, s: &Py<PyStr>, slice: &PySlice) -> PyResult<PyRef<PyStr>> {
    let (start, stop, step, count) = vm.slice_indices(slice, || s.char_len())?;
    if count == 0 {
        return Ok(vm.empty_str());
    }
    if step == 1 {
        return Ok(s.substring(vm, start as usize, stop as usize));
    }
    let mut out = Vec::with_capacity(count);
    if s.is_ascii() {
        let bytes = s.as_bytes();
        out.extend((0..count).map(|i| bytes[(start + i as isize * step) as usize]));
    } else if step == -1 {
        let part = s.slice_bytes((start - (count as isize - 1)) as usize, start as usize + 1);
        utf8::code_points(part).rev().for_each(|cp| utf8::push(&mut out, cp));
    } else {
        for i in 0..count as isize {
            let cp = s.code_point((start + i * step) as usize);
            utf8::push(&mut out, cp.unwrap_or_default());
        }
    }
    Ok(vm.new_str_piece(&out, s.is_ascii()))
}
