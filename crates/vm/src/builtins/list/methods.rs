//! The methods of `list`.

use crate::builtins::generic_alias::PyGenericAlias;
use crate::builtins::list::{PyListReverseIter, sort};
use crate::builtins::sequences::{SearchBound, equal, normalize, search_range};
use crate::containers::list_items::drop_from_the_end;
use crate::prelude::*;

#[pymethods]
impl PyList {
    #[slot(sig = "(iterable=(), /)")]
    fn init(
        zelf: &Py<PyList>,
        vm: &VirtualMachine,
        iterable: Option<PyObject<'_>>,
    ) -> PyResult<()> {
        drop_from_the_end(zelf.items.take());
        match iterable {
            Some(o) => zelf.extend_from(vm, o),
            None => Ok(()),
        }
    }

    /// An iterator over the items, last one first.
    #[method(name = "__reversed__", sig = "(self, /)")]
    fn reversed(zelf: &Py<PyList>) -> PyListReverseIter {
        PyListReverseIter::new(zelf)
    }

    /// Bytes of memory that the list takes.
    #[method(name = "__sizeof__", sig = "(self, /)")]
    fn size_of(&self) -> usize {
        40 + self.items.capacity() * size_of::<PyObjectRef>()
    }

    /// Empties the list.
    #[method(sig = "(self, /)")]
    fn clear(zelf: &Py<PyList>) {
        drop_from_the_end(zelf.items.take());
    }

    /// A new list with the same items.
    #[method(sig = "(self, /)")]
    fn copy(&self, vm: &VirtualMachine) -> PyRef<PyList> {
        vm.new_list(self.items.to_vec())
    }

    /// Puts an object at the end.
    #[method(sig = "(self, object, /)")]
    fn append(zelf: &Py<PyList>, vm: &VirtualMachine, object: PyObjectRef) -> PyResult<()> {
        vm.check_room(zelf.items.growth())?;
        zelf.items.push(object);
        Ok(())
    }

    /// Puts an object in front of the item at index.
    #[method(sig = "(self, index, object, /)")]
    fn insert(
        zelf: &Py<PyList>,
        vm: &VirtualMachine,
        index: isize,
        object: PyObjectRef,
    ) -> PyResult<()> {
        let len = zelf.len() as isize;
        let at = if index < 0 { (index + len).max(0) } else { index.min(len) };
        zelf.insert_at(vm, at as usize, object)
    }

    /// Appends the items of an iterable.
    #[method(sig = "(self, iterable, /)")]
    fn extend(zelf: &Py<PyList>, vm: &VirtualMachine, iterable: PyObject<'_>) -> PyResult<()> {
        zelf.extend_from(vm, iterable)
    }

    /// Takes out and returns the item at index, by default the last.
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

    /// Takes out the first item that equals value; ValueError if there is none.
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

    /// The place of the first item that equals value; ValueError if there is none.
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

    /// How many items equal value.
    #[method(sig = "(self, value, /)")]
    fn count(&self, vm: &VirtualMachine, value: PyObject<'_>) -> PyResult<usize> {
        let (mut i, mut n) = (0, 0);
        while let Some(item) = self.items.get(i) {
            n += equal(vm, item.as_object(), value)? as usize;
            i += 1;
        }
        Ok(n)
    }

    /// Turns the order of the items around.
    #[method(sig = "(self, /)")]
    fn reverse(zelf: &Py<PyList>) {
        zelf.items.reverse();
    }

    /// Sorts the items in place.  Equal items keep their order.
    ///
    /// key, called once for each item, gives what to compare; reverse puts the greatest
    /// first.
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
