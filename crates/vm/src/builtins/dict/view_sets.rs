//! Set algebra on key and item views; results are plain sets.

use super::{PyDictItems, PyDictKeys};
use crate::builtins::sequences::ordered;
use crate::builtins::set::PySet;
use crate::prelude::*;
use crate::protocol::comparison;

fn dict_of<'a>(view: PyObject<'a>) -> Option<&'a PyRef<PyDict>> {
    if let Some(k) = view.downcast::<PyDictKeys>() {
        return Some(&k.payload_ref().dict);
    }
    Some(&view.downcast::<PyDictItems>()?.payload_ref().dict)
}

/// `item in view`.
pub fn view_contains(
    vm: &VirtualMachine,
    view: PyObject<'_>,
    item: PyObject<'_>,
) -> PyResult<bool> {
    if let Some(k) = view.downcast::<PyDictKeys>() {
        return Ok(k.dict.get(vm, item)?.is_some());
    }
    let Some(items) = view.downcast::<PyDictItems>() else { return Ok(false) };
    let Some(pair) = item.downcast::<PyTuple>() else { return Ok(false) };
    let [key, value] = pair.as_slice() else { return Ok(false) };
    match items.dict.get(vm, key.as_object())? {
        Some(found) => comparison::equal(vm, found.as_object(), value.as_object()),
        None => Ok(false),
    }
}

/// The size of a set or set-like view.
fn set_like_len(o: PyObject<'_>) -> Option<usize> {
    o.any_set().map(PySet::len).or_else(|| dict_of(o).map(|d| d.len()))
}

/// True when every item of the first is in the second.
fn all_in(vm: &VirtualMachine, items: PyObject<'_>, container: PyObject<'_>) -> PyResult<bool> {
    let it = vm.get_iter(items)?;
    while let Some(x) = vm.iter_next(it.as_object())? {
        if !vm.contains(container, x.as_object())? {
            return Ok(false);
        }
    }
    Ok(true)
}

pub fn compare(vm: &VirtualMachine, a: PyObject<'_>, b: PyObject<'_>, op: Comparison) -> PyResult {
    let (Some(m), Some(n)) = (set_like_len(a), set_like_len(b)) else {
        return Ok(PyObjectRef::not_implemented());
    };
    let sizes = m.cmp(&n);
    let holds = match op {
        Comparison::Eq => sizes.is_eq() && all_in(vm, a, b)?,
        Comparison::Ne => !(sizes.is_eq() && all_in(vm, a, b)?),
        Comparison::Lt | Comparison::Le => ordered(sizes, op) && all_in(vm, a, b)?,
        Comparison::Gt | Comparison::Ge => ordered(sizes, op) && all_in(vm, b, a)?,
    };
    Ok(vm.new_bool(holds))
}

fn new_set(vm: &VirtualMachine, set: PySet) -> PyResult {
    Ok(vm.new_object(set).into())
}

pub fn union(vm: &VirtualMachine, a: PyObject<'_>, b: PyObject<'_>) -> PyResult {
    let result = PySet::from_iterable(vm, a)?;
    result.update(vm, b)?;
    new_set(vm, result)
}

pub fn difference(vm: &VirtualMachine, a: PyObject<'_>, b: PyObject<'_>) -> PyResult {
    let result = PySet::from_iterable(vm, a)?;
    result.difference_update(vm, b)?;
    new_set(vm, result)
}

pub fn symmetric_difference(vm: &VirtualMachine, a: PyObject<'_>, b: PyObject<'_>) -> PyResult {
    let result = PySet::from_iterable(vm, a)?;
    result.symmetric_difference_update(vm, b)?;
    new_set(vm, result)
}

pub fn intersection(vm: &VirtualMachine, a: PyObject<'_>, b: PyObject<'_>) -> PyResult {
    let (mut view, mut other) = if dict_of(a).is_some() { (a, b) } else { (b, a) };
    let len = dict_of(view).map_or(0, |d| d.len());
    if other.is_type(vm.type_of::<PySet>())
        && let Some(s) = other.any_set()
        && s.len() > len
    {
        return new_set(vm, s.intersection(vm, view)?);
    }
    // The smaller of two views is the one to walk.
    if dict_of(other).is_some_and(|d| d.len() > len) {
        std::mem::swap(&mut view, &mut other);
    }
    let result = PySet::new();
    vm.for_each(other, |x| {
        if vm.contains(view, x.as_object())? {
            result.add(vm, x.as_object())?;
        }
        Ok(())
    })?;
    new_set(vm, result)
}

pub fn is_disjoint(vm: &VirtualMachine, view: PyObject<'_>, other: PyObject<'_>) -> PyResult<bool> {
    let (mut walked, mut asked) = (other, view);
    if view.is(other) {
        return Ok(dict_of(view).is_none_or(|d| d.is_empty()));
    }
    let len = dict_of(view).map_or(0, |d| d.len());
    if set_like_len(other).is_some_and(|n| n > len) {
        (walked, asked) = (view, other);
    }
    let it = vm.get_iter(walked)?;
    while let Some(x) = vm.iter_next(it.as_object())? {
        if vm.contains(asked, x.as_object())? {
            return Ok(false);
        }
    }
    Ok(true)
}
