//! The methods of `list`.

use crate::builtins::generic_alias::PyGenericAlias;
use crate::builtins::list::{PyListReverseIter, sort};
use crate::builtins::sequences::{SearchBound, equal, normalize, search_range};
use crate::prelude::*;

#[pymethods]
impl PyList {
    #[slot(sig = "(iterable=(), /)")]
    fn init(
        zelf: &Py<PyList>,
        vm: &VirtualMachine,
        iterable: Option<PyObject<'_>>,
    ) -> PyResult<()> {
        drop(zelf.items.take());
        match iterable {
            Some(o) => zelf.extend_from(vm, o),
            None => Ok(()),
        }
    }

    /// Return a reverse iterator over the list.
    #[method(name = "__reversed__", sig = "(self, /)")]
    fn reversed(zelf: &Py<PyList>) -> PyListReverseIter {
        PyListReverseIter::new(zelf)
    }

    /// Return the size of the list in memory, in bytes.
    #[method(name = "__sizeof__", sig = "(self, /)")]
    fn size_of(&self) -> usize {
        40 + self.items.capacity() * size_of::<PyObjectRef>()
    }

    /// Remove all items from list.
    #[method(sig = "(self, /)")]
    fn clear(zelf: &Py<PyList>) {
        drop(zelf.items.take());
    }

    /// Return a shallow copy of the list.
    #[method(sig = "(self, /)")]
    fn copy(&self, vm: &VirtualMachine) -> PyRef<PyList> {
        vm.new_list(self.items.to_vec())
    }

    /// Append object to the end of the list.
    #[method(sig = "(self, object, /)")]
    fn append(zelf: &Py<PyList>, object: PyObjectRef) {
        zelf.items.push(object);
    }

    /// Insert object before index.
    #[method(sig = "(self, index, object, /)")]
    fn insert(zelf: &Py<PyList>, index: isize, object: PyObjectRef) {
        let len = zelf.len() as isize;
        let at = if index < 0 { (index + len).max(0) } else { index.min(len) };
        zelf.items.insert(at as usize, object);
    }

    /// Extend list by appending elements from the iterable.
    #[method(sig = "(self, iterable, /)")]
    fn extend(zelf: &Py<PyList>, vm: &VirtualMachine, iterable: PyObject<'_>) -> PyResult<()> {
        zelf.extend_from(vm, iterable)
    }

    /// Remove and return item at index (default last).
    ///
    /// Raises IndexError if list is empty or index is out of range.
    #[method(sig = "(self, index=-1, /)")]
    fn pop(zelf: &Py<PyList>, vm: &VirtualMachine, index: isize) -> PyResult {
        let len = zelf.len();
        if len == 0 {
            return Err(vm.index_error("pop from empty list"));
        }
        let popped = if index == -1 {
            zelf.items.pop()
        } else {
            normalize(index, len).and_then(|i| zelf.items.remove(i))
        };
        popped.ok_or_else(|| vm.index_error("pop index out of range"))
    }

    /// Remove first occurrence of value.
    ///
    /// Raises ValueError if the value is not present.
    #[method(sig = "(self, value, /)")]
    fn remove(zelf: &Py<PyList>, vm: &VirtualMachine, value: PyObject<'_>) -> PyResult<()> {
        let mut i = 0;
        while let Some(item) = zelf.items.get(i) {
            if equal(vm, item.as_object(), value)? {
                drop(zelf.items.remove(i));
                return Ok(());
            }
            i += 1;
        }
        Err(vm.value_error("list.remove(x): x not in list"))
    }

    /// Return first index of value.
    ///
    /// Raises ValueError if the value is not present.
    #[method(sig = "(self, value, start=0, stop=sys.maxsize, /)")]
    fn index(
        &self,
        vm: &VirtualMachine,
        value: PyObject<'_>,
        start: Option<SearchBound>,
        stop: Option<SearchBound>,
    ) -> PyResult<usize> {
        let (mut i, stop) = search_range(start, stop, self.len());
        while i < stop
            && let Some(item) = self.items.get(i)
        {
            if equal(vm, item.as_object(), value)? {
                return Ok(i);
            }
            i += 1;
        }
        Err(vm.value_error("list.index(x): x not in list"))
    }

    /// Return number of occurrences of value.
    #[method(sig = "(self, value, /)")]
    fn count(&self, vm: &VirtualMachine, value: PyObject<'_>) -> PyResult<usize> {
        let (mut i, mut n) = (0, 0);
        while let Some(item) = self.items.get(i) {
            n += equal(vm, item.as_object(), value)? as usize;
            i += 1;
        }
        Ok(n)
    }

    /// Reverse *IN PLACE*.
    #[method(sig = "(self, /)")]
    fn reverse(zelf: &Py<PyList>) {
        zelf.items.reverse();
    }

    /// Sort the list in ascending order and return None.
    ///
    /// The sort is in-place (i.e. the list itself is modified) and stable (i.e. the
    /// order of two equal elements is maintained).
    ///
    /// If a key function is given, apply it once to each list item and sort them,
    /// ascending or descending, according to their function values.
    ///
    /// The reverse flag can be set to sort in descending order.
    #[method(sig = "(self, *, key=None, reverse=False)")]
    fn sort(
        zelf: &Py<PyList>,
        vm: &VirtualMachine,
        key: NoneOr<PyObject<'_>>,
        reverse: bool,
    ) -> PyResult<()> {
        sort::sort_list(vm, zelf, key.0, reverse)
    }

    /// See PEP 585
    #[classmethod(name = "__class_getitem__", sig = "(cls, object, /)")]
    fn class_getitem(cls: &Py<PyType>, vm: &VirtualMachine, object: PyObject<'_>) -> PyObjectRef {
        PyGenericAlias::create(vm, cls.as_object(), object)
    }
}
