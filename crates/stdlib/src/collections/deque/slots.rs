//! The slots of `deque`.

use super::{PyDeque, PyDequeIter};
use vm::builtins::sequences::{compare, repeated_len, repr_items};
use vm::prelude::*;

#[pymethods(name = slots)]
impl PyDeque {
    #[slot]
    fn repr(zelf: &Py<PyDeque>, vm: &VirtualMachine) -> PyResult<PyRef<PyStr>> {
        let Some(_guard) = vm.repr_enter(zelf.as_object()) else {
            return Ok(vm.new_str("[...]"));
        };
        let items: Vec<PyObjectRef> = zelf.items.get().into();
        let open = format!("{}([", zelf.class().name().to_string_lossy());
        let close = match zelf.max_len.get() {
            Some(n) => format!("], maxlen={n})"),
            None => "])".to_owned(),
        };
        repr_items(vm, &open, &close, |i| items.get(i).cloned())
    }

    #[slot]
    fn iter(zelf: &Py<PyDeque>, vm: &VirtualMachine) -> PyRef<PyDequeIter> {
        vm.new_object(PyDequeIter::new(zelf))
    }

    #[slot]
    fn mp_length(zelf: &Py<PyDeque>) -> usize {
        PyDeque::len(zelf)
    }

    #[slot]
    fn richcompare(
        zelf: &Py<PyDeque>,
        vm: &VirtualMachine,
        other: PyObject<'_>,
        op: Comparison,
    ) -> PyResult {
        let Some(other) = other.downcast::<PyDeque>() else {
            return Ok(PyObjectRef::not_implemented());
        };
        if zelf.len() != other.len() && matches!(op, Comparison::Eq | Comparison::Ne) {
            return Ok(vm.new_bool(op == Comparison::Ne));
        }
        let lengths = || (zelf.len(), other.len());
        compare(vm, |i| zelf.get(i), |i| other.get(i), lengths, op)
    }

    #[slot]
    fn contains(zelf: &Py<PyDeque>, vm: &VirtualMachine, item: PyObject<'_>) -> PyResult<bool> {
        let mutated = || vm.runtime_error("deque mutated during iteration");
        Ok(zelf.position(vm, item, 0, usize::MAX, &mutated)?.is_some())
    }

    #[slot]
    fn sq_item(zelf: &Py<PyDeque>, vm: &VirtualMachine, i: isize) -> PyResult {
        let item = usize::try_from(i).ok().and_then(|i| zelf.get(i));
        item.ok_or_else(|| vm.index_error("deque index out of range"))
    }

    #[slot]
    fn ass_subscript(
        zelf: &Py<PyDeque>,
        vm: &VirtualMachine,
        key: PyObject<'_>,
        value: Option<PyObject<'_>>,
    ) -> PyResult<()> {
        if !vm.is_index(key) {
            return Err(vm.type_error(format!(
                "sequence index must be integer, not '{}'",
                key.class(vm).display_name()
            )));
        }
        let i = vm.to_subscript(key)?;
        let Some(i) = vm::builtins::sequences::normalize(i, zelf.len()) else {
            return Err(vm.index_error("deque index out of range"));
        };
        let old = zelf.items.with_mut(|d| match value {
            Some(v) => d.get_mut(i).map(|slot| std::mem::replace(slot, v.to_owned())),
            None => d.remove(i),
        });
        if value.is_none() {
            zelf.touch();
        }
        drop(old);
        Ok(())
    }

    #[slot]
    fn concat(zelf: &Py<PyDeque>, vm: &VirtualMachine, other: PyObject<'_>) -> PyResult {
        if other.downcast::<PyDeque>().is_none() {
            return Err(vm.type_error(format!(
                "can only concatenate deque (not \"{}\") to deque",
                other.class(vm).display_name()
            )));
        }
        let copy = PyDeque::copy(zelf, vm)?;
        if let Some(d) = copy.as_object().downcast::<PyDeque>() {
            d.extend_right(vm, other)?;
        }
        Ok(copy)
    }

    #[slot]
    fn inplace_concat(zelf: &Py<PyDeque>, vm: &VirtualMachine, other: PyObject<'_>) -> PyResult {
        PyDeque::extend(zelf, vm, other)?;
        Ok(zelf.to_ref().into())
    }

    #[slot]
    fn repeat(zelf: &Py<PyDeque>, vm: &VirtualMachine, count: isize) -> PyResult {
        let copy = PyDeque::copy(zelf, vm)?;
        if let Some(d) = copy.as_object().downcast::<PyDeque>() {
            d.repeat_here(vm, count)?;
        }
        Ok(copy)
    }

    #[slot]
    fn inplace_repeat(zelf: &Py<PyDeque>, vm: &VirtualMachine, count: isize) -> PyResult {
        zelf.repeat_here(vm, count)?;
        Ok(zelf.to_ref().into())
    }
}

impl PyDeque {
    fn repeat_here(&self, vm: &VirtualMachine, count: isize) -> PyResult<()> {
        let len = self.len();
        let all = repeated_len(vm, len, count)?;
        if len == 0 {
            return Ok(());
        }
        let n = all.min(self.max_len.get().unwrap_or(usize::MAX));
        let round = self.items.get();
        let mut items = std::collections::VecDeque::new();
        items.try_reserve_exact(n).map_err(|_| vm.memory_error())?;
        // A bounded deque keeps the last items.
        items.extend((all - n..all).map(|i| round[i % len].clone()));
        let old = self.items.replace(items);
        self.touch();
        drop(old);
        Ok(())
    }
}
