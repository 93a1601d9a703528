//! The slots of `list`: operators, subscripts, comparison.

use crate::builtins::list::PyListIter;
use crate::builtins::sequences::{
    self, collect, equal, normalize, repeated_len, repr_items, vec_with_room,
};
use crate::builtins::slice::PySlice;
use crate::containers::list_items::drop_from_the_end;
use crate::prelude::*;
use crate::protocol::item::adjust_indices;

#[pymethods(name = slots)]
impl PyList {
    #[slot(name = "new", text = "")]
    fn py_new(cls: &Py<PyType>, vm: &VirtualMachine, _args: Args<'_>) -> PyRef<PyList> {
        vm.alloc(cls, PyList::new(Vec::new()))
    }

    #[slot]
    fn repr(zelf: &Py<PyList>, vm: &VirtualMachine) -> PyResult<PyRef<PyStr>> {
        if zelf.is_empty() {
            return Ok(vm.new_str("[]"));
        }
        let Some(_guard) = vm.repr_enter(zelf.as_object()) else {
            return Ok(vm.new_str("[...]"));
        };
        repr_items(vm, "[", "]", |i| zelf.items.get(i))
    }

    #[slot]
    fn iter(zelf: &Py<PyList>) -> PyListIter {
        PyListIter::new(zelf)
    }

    #[slot]
    fn mp_length(zelf: &Py<PyList>) -> usize {
        zelf.len()
    }

    #[slot]
    fn richcompare(
        zelf: &Py<PyList>,
        vm: &VirtualMachine,
        other: PyObject<'_>,
        op: Comparison,
    ) -> PyResult {
        let Some(other) = other.downcast::<PyList>() else {
            return Ok(PyObjectRef::not_implemented());
        };
        if zelf.len() != other.len() && matches!(op, Comparison::Eq | Comparison::Ne) {
            return Ok(vm.new_bool(op == Comparison::Ne));
        }
        let lengths = || (zelf.len(), other.len());
        sequences::compare(vm, |i| zelf.items.get(i), |i| other.items.get(i), lengths, op)
    }

    #[slot]
    fn contains(zelf: &Py<PyList>, vm: &VirtualMachine, item: PyObject<'_>) -> PyResult<bool> {
        let mut i = 0;
        while let Some(x) = zelf.items.get(i) {
            if equal(vm, x.as_object(), item)? {
                return Ok(true);
            }
            i += 1;
        }
        Ok(false)
    }

    #[slot]
    fn sq_item(zelf: &Py<PyList>, vm: &VirtualMachine, i: isize) -> PyResult {
        let found = usize::try_from(i).ok().and_then(|i| zelf.items.get(i));
        found.ok_or_else(|| vm.index_error("list index out of range"))
    }

    #[slot]
    fn subscript(zelf: &Py<PyList>, vm: &VirtualMachine, key: PyObject<'_>) -> PyResult {
        if let Some(slice) = key.downcast::<PySlice>() {
            return zelf.get_slice(vm, slice);
        }
        let i = subscript_index(vm, key)?;
        normalize(i, zelf.len())
            .and_then(|i| zelf.items.get(i))
            .ok_or_else(|| vm.index_error("list index out of range"))
    }

    /// The item at an index, or the items of a slice.
    #[method(name = "__getitem__", sig = "(self, index, /)")]
    fn dunder_getitem(zelf: &Py<PyList>, vm: &VirtualMachine, index: PyObject<'_>) -> PyResult {
        PyList::subscript(zelf, vm, index)
    }

    #[slot]
    fn ass_subscript(
        zelf: &Py<PyList>,
        vm: &VirtualMachine,
        key: PyObject<'_>,
        value: Option<PyObject<'_>>,
    ) -> PyResult<()> {
        if let Some(slice) = key.downcast::<PySlice>() {
            return match value {
                Some(v) => zelf.set_slice(vm, slice, v),
                None => zelf.del_slice(vm, slice),
            };
        }
        let i = subscript_index(vm, key)?;
        let old = normalize(i, zelf.len()).and_then(|i| match value {
            Some(v) => zelf.items.replace(i, v.to_owned()),
            None => zelf.items.remove(i),
        });
        match old {
            Some(_) => Ok(()),
            None => Err(vm.index_error("list assignment index out of range")),
        }
    }

    #[slot]
    fn concat(zelf: &Py<PyList>, vm: &VirtualMachine, other: PyObject<'_>) -> PyResult {
        let Some(other) = other.downcast::<PyList>() else {
            return Err(vm.type_error(format!(
                "can only concatenate list (not \"{}\") to list",
                other.class(vm).display_name()
            )));
        };
        let mut items = vec_with_room(vm, zelf.len() + other.len())?;
        zelf.items.copy_to(&mut items);
        other.items.copy_to(&mut items);
        Ok(vm.new_list(items).into())
    }

    #[slot]
    fn inplace_concat(zelf: &Py<PyList>, vm: &VirtualMachine, other: PyObject<'_>) -> PyResult {
        zelf.extend_from(vm, other)?;
        Ok(zelf.to_ref().into())
    }

    #[slot]
    fn repeat(zelf: &Py<PyList>, vm: &VirtualMachine, count: isize) -> PyResult<PyRef<PyList>> {
        let n = repeated_len(vm, zelf.len(), count)?;
        let mut items = vec_with_room(vm, n)?;
        zelf.items.copy_to(&mut items);
        repeat_to(&mut items, n);
        Ok(vm.new_list(items))
    }

    #[slot]
    fn inplace_repeat(
        zelf: &Py<PyList>,
        vm: &VirtualMachine,
        count: isize,
    ) -> PyResult<PyRef<PyList>> {
        let n = repeated_len(vm, zelf.len(), count)?;
        let mut items = vec_with_room(vm, n)?;
        zelf.items.copy_to(&mut items);
        repeat_to(&mut items, n);
        drop(zelf.items.replace_all(items));
        Ok(zelf.to_ref())
    }
}

/// Makes `items`, which holds one round, `n` long by repeating it.
fn repeat_to(items: &mut Vec<PyObjectRef>, n: usize) {
    let round = items.len();
    if n < round {
        items.truncate(n);
    }
    if round == 1 && n > 1 {
        let one = items[0].clone();
        items.resize(n, one);
        return;
    }
    while items.len() < n {
        let more = (n - items.len()).min(items.len());
        items.extend_from_within(..more);
    }
}

#[inline]
fn subscript_index(vm: &VirtualMachine, key: PyObject<'_>) -> PyResult<isize> {
    if let Some(i) = key.small_int() {
        return Ok(i as isize);
    }
    if !vm.is_index(key) {
        return Err(vm.type_error(format!(
            "list indices must be integers or slices, not {}",
            key.class(vm).display_name()
        )));
    }
    vm.to_subscript(key)
}

impl PyList {
    fn get_slice(&self, vm: &VirtualMachine, slice: &PySlice) -> PyResult {
        let (start, _, step, count) = vm.slice_indices(slice, || self.len())?;
        let items = if step == 1 {
            self.items.slice(start as usize, start as usize + count)
        } else {
            self.items.stepped(start, step, count)
        };
        Ok(vm.new_list(items).into())
    }

    fn set_slice(&self, vm: &VirtualMachine, slice: &PySlice, value: PyObject<'_>) -> PyResult<()> {
        let (start, stop, step) = vm.slice_unpack(slice)?;
        let slots = &value.class(vm).slots;
        if slots.iter.get().is_none() && slots.sq_item.get().is_none() {
            return Err(vm.type_error("must assign iterable to extended slice"));
        }
        let new = collect(vm, value)?;
        // Collecting may have changed the list: the bounds are cut only now.
        let (start, stop, step, count) = adjust_indices(start, stop, step, self.len());
        if step == 1 {
            let from = start as usize;
            drop_from_the_end(self.items.splice(from, from.max(stop as usize), new));
            return Ok(());
        }
        if new.len() != count {
            return Err(vm.value_error(format!(
                "attempt to assign sequence of size {} to extended slice of size {count}",
                new.len()
            )));
        }
        let mut old = Vec::with_capacity(count);
        let mut at = start;
        for v in new {
            old.extend(self.items.replace(at as usize, v));
            at = at.wrapping_add(step);
        }
        Ok(())
    }

    fn del_slice(&self, vm: &VirtualMachine, slice: &PySlice) -> PyResult<()> {
        let (start, _, step, count) = vm.slice_indices(slice, || self.len())?;
        if count == 0 {
            return Ok(());
        }
        if step == 1 {
            let from = start as usize;
            drop_from_the_end(self.items.splice(from, from + count, Vec::new()));
        } else if step < 0 {
            let last = start + step * (count as isize - 1);
            drop_from_the_end(self.items.remove_stepped(last as usize, step.unsigned_abs(), count));
        } else {
            drop_from_the_end(self.items.remove_stepped(start as usize, step as usize, count));
        }
        Ok(())
    }
}
