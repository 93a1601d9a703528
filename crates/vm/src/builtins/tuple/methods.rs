//! The methods and slots of `tuple`.

use crate::builtins::generic_alias::PyGenericAlias;
use crate::builtins::sequences::{
    self, SearchBound, collect, equal, normalize, repeated_len, repr_items, search_range,
};
use crate::builtins::slice::PySlice;
use crate::builtins::tuple::PyTupleIter;
use crate::prelude::*;
use crate::protocol::hash;

const PRIME_1: u64 = 11400714785074694791;
const PRIME_2: u64 = 14029467366897019727;
const PRIME_5: u64 = 2870177450012600261;

/// The hash of a sequence of hashes: xxHash, as CPython folds it.
pub struct TupleHash(u64);

impl Default for TupleHash {
    fn default() -> TupleHash {
        TupleHash(PRIME_5)
    }
}

impl TupleHash {
    pub fn new() -> TupleHash {
        TupleHash::default()
    }

    #[inline]
    pub fn add(&mut self, lane: i64) {
        let acc = self.0.wrapping_add((lane as u64).wrapping_mul(PRIME_2));
        self.0 = acc.rotate_left(31).wrapping_mul(PRIME_1);
    }

    /// As `slice` does it.
    pub fn finish_without_len(self) -> i64 {
        match self.0 as i64 {
            -1 => 1546275796,
            h => h,
        }
    }

    pub fn finish(self, len: usize) -> i64 {
        match self.0.wrapping_add(len as u64 ^ (PRIME_5 ^ 3527539)) as i64 {
            -1 => 1546275796,
            h => h,
        }
    }
}

#[pymethods]
impl PyTuple {
    #[slot(sig = "(iterable=(), /)")]
    fn new(cls: &Py<PyType>, vm: &VirtualMachine, iterable: Option<PyObject<'_>>) -> PyResult {
        let exact = cls.is(&vm.types().tuple);
        let Some(iterable) = iterable else {
            return Ok(PyTuple::of_type(vm, cls, Vec::new()).into());
        };
        if exact && iterable.is_type(&vm.types().tuple) {
            return Ok(iterable.to_owned());
        }
        Ok(PyTuple::of_type(vm, cls, collect(vm, iterable)?).into())
    }

    #[slot]
    fn repr(zelf: &Py<PyTuple>, vm: &VirtualMachine) -> PyResult<PyRef<PyStr>> {
        if zelf.is_empty() {
            return Ok(vm.new_str("()"));
        }
        let Some(_guard) = vm.repr_enter(zelf.as_object()) else {
            return Ok(vm.new_str("(...)"));
        };
        let close = if zelf.len() == 1 { ",)" } else { ")" };
        repr_items(vm, "(", close, |i| zelf.as_slice().get(i).cloned())
    }

    #[slot]
    fn hash(zelf: &Py<PyTuple>, vm: &VirtualMachine) -> PyResult<i64> {
        let known = zelf.hash.get();
        if known != -1 {
            return Ok(known);
        }
        let _guard = vm.enter_native(" while hashing a tuple")?;
        let mut h = TupleHash::new();
        for item in zelf.as_slice() {
            h.add(hash::hash(vm, item.as_object())?);
        }
        let h = h.finish(zelf.len());
        zelf.hash.set(h);
        Ok(h)
    }

    #[slot]
    fn iter(zelf: &Py<PyTuple>) -> PyTupleIter {
        PyTupleIter::new(zelf)
    }

    #[slot]
    fn mp_length(zelf: &Py<PyTuple>) -> usize {
        zelf.len()
    }

    #[slot]
    fn richcompare(
        zelf: &Py<PyTuple>,
        vm: &VirtualMachine,
        other: PyObject<'_>,
        op: Comparison,
    ) -> PyResult {
        let Some(other) = other.downcast::<PyTuple>() else {
            return Ok(PyObjectRef::not_implemented());
        };
        let (a, b) = (zelf.as_slice(), other.as_slice());
        let lengths = || (a.len(), b.len());
        sequences::compare(vm, |i| a.get(i).cloned(), |i| b.get(i).cloned(), lengths, op)
    }

    #[slot]
    fn contains(zelf: &Py<PyTuple>, vm: &VirtualMachine, item: PyObject<'_>) -> PyResult<bool> {
        for x in zelf.as_slice() {
            if equal(vm, x.as_object(), item)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    #[slot]
    fn sq_item(zelf: &Py<PyTuple>, vm: &VirtualMachine, i: isize) -> PyResult {
        let found = usize::try_from(i).ok().and_then(|i| zelf.as_slice().get(i));
        found.cloned().ok_or_else(|| vm.index_error("tuple index out of range"))
    }

    #[slot]
    fn subscript(zelf: &Py<PyTuple>, vm: &VirtualMachine, key: PyObject<'_>) -> PyResult {
        let items = zelf.as_slice();
        if let Some(slice) = key.downcast::<PySlice>() {
            let (start, _, step, count) = vm.slice_indices(slice, || items.len())?;
            if step == 1 {
                if count == items.len() && zelf.as_object().is_type(&vm.types().tuple) {
                    return Ok(zelf.to_ref().into());
                }
                let part = &items[start as usize..start as usize + count];
                return Ok(PyTuple::from_exact(vm, count, part.iter().cloned()).into());
            }
            let at = |i: usize| start.wrapping_add(step.wrapping_mul(i as isize)) as usize;
            let picked = (0..count).map(|i| items[at(i)].clone());
            return Ok(PyTuple::from_exact(vm, count, picked).into());
        }
        let i = match key.small_int() {
            Some(i) => i as isize,
            None if vm.is_index(key) => vm.to_subscript(key)?,
            None => {
                return Err(vm.type_error(format!(
                    "tuple indices must be integers or slices, not {}",
                    key.class(vm).display_name()
                )));
            }
        };
        match normalize(i, items.len()) {
            Some(i) => Ok(items[i].clone()),
            None => Err(vm.index_error("tuple index out of range")),
        }
    }

    #[slot]
    fn concat(zelf: &Py<PyTuple>, vm: &VirtualMachine, other: PyObject<'_>) -> PyResult {
        let Some(other) = other.downcast::<PyTuple>() else {
            return Err(vm.type_error(format!(
                "can only concatenate tuple (not \"{}\") to tuple",
                other.class(vm).display_name()
            )));
        };
        let tuple = &vm.types().tuple;
        if zelf.is_empty() && other.as_object().is_type(tuple) {
            return Ok(other.to_ref().into());
        }
        if other.is_empty() && zelf.as_object().is_type(tuple) {
            return Ok(zelf.to_ref().into());
        }
        let n = zelf.len() + other.len();
        vm.check_room(n * size_of::<PyObjectRef>())?;
        let items = zelf.as_slice().iter().chain(other.as_slice()).cloned();
        Ok(PyTuple::from_exact(vm, n, items).into())
    }

    #[slot]
    fn repeat(zelf: &Py<PyTuple>, vm: &VirtualMachine, count: isize) -> PyResult {
        let exact = zelf.as_object().is_type(&vm.types().tuple);
        if exact && (zelf.is_empty() || count == 1) {
            return Ok(zelf.to_ref().into());
        }
        let n = repeated_len(vm, zelf.len(), count)?;
        vm.check_room(n.saturating_mul(size_of::<PyObjectRef>()))?;
        let items = zelf.as_slice();
        Ok(PyTuple::from_exact(vm, n, items.iter().cycle().take(n).cloned()).into())
    }

    #[method(name = "__getnewargs__", sig = "(self, /)")]
    fn getnewargs(zelf: &Py<PyTuple>, vm: &VirtualMachine) -> PyRef<PyTuple> {
        let items = zelf.as_slice();
        let copy = if zelf.as_object().is_type(&vm.types().tuple) {
            zelf.to_ref()
        } else {
            PyTuple::from_exact(vm, items.len(), items.iter().cloned())
        };
        vm.new_tuple(vec![copy.into()])
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
        let (start, stop) = search_range(start, stop, self.len());
        for (i, item) in self.as_slice().iter().enumerate().take(stop).skip(start) {
            if equal(vm, item.as_object(), value)? {
                return Ok(i);
            }
        }
        Err(vm.value_error("tuple.index(x): x not in tuple"))
    }

    /// How many items equal value.
    #[method(sig = "(self, value, /)")]
    fn count(&self, vm: &VirtualMachine, value: PyObject<'_>) -> PyResult<usize> {
        let mut n = 0;
        for item in self.as_slice() {
            n += equal(vm, item.as_object(), value)? as usize;
        }
        Ok(n)
    }

    /// See PEP 585
    #[classmethod(name = "__class_getitem__", sig = "(cls, object, /)")]
    fn class_getitem(cls: &Py<PyType>, vm: &VirtualMachine, object: PyObject<'_>) -> PyObjectRef {
        PyGenericAlias::create(vm, cls.as_object(), object)
    }
}
