//! `bytearray`: bytes that change.  While exports exist, the size does not.

use super::bytes::{PyBytes, compare, concat_operand, warn_of_bytes};
use super::bytes_like::{self, Held, Made, Needle, byte_value, shared_methods};
use crate::builtins::sequences::builtin;
use crate::builtins::slice::PySlice;
use crate::builtins::str::Bound;
use crate::prelude::*;
use crate::protocol::buffer::{self, Buffer, BufferMethods, BytesLike};
use crate::protocol::iteration::ListBuilder;
use std::cell::Cell;
use text::utf8::{Bytes, case, search, split, split::Ends};

/// bytearray(iterable_of_ints)
/// bytearray(string, encoding[, errors])
/// bytearray(bytes_or_buffer)
/// bytearray(size)
///
/// A mutable sequence of bytes: those of an iterable, of encoded text or of a buffer, or as many
/// zeros.
#[pyclass(
    name = "bytearray",
    static = BYTEARRAY,
    flags(BASETYPE, MATCH_SELF, RELEASES_BUFFER),
    with(shared, more),
    text = "",
    no_refs
)]
pub struct PyByteArray {
    data: PyCell<Vec<u8>>,
    exports: Cell<usize>,
}

impl PyByteArray {
    pub fn new_from(data: Vec<u8>) -> PyByteArray {
        PyByteArray { data: PyCell::new(data), exports: Cell::new(0) }
    }

    pub fn with_data<R>(&self, f: impl FnOnce(&[u8]) -> R) -> R {
        self.data.with(|d| f(d))
    }

    pub fn to_vec(&self) -> Vec<u8> {
        self.data.get()
    }

    pub fn len(&self) -> usize {
        self.data.with(Vec::len)
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn make(vm: &VirtualMachine, data: &[u8]) -> PyRef<PyByteArray> {
        vm.new_bytearray(data.to_vec())
    }

    /// `BufferError` while somebody holds a view.
    fn check_resizable(&self, vm: &VirtualMachine) -> PyResult<()> {
        if self.exports.get() == 0 {
            return Ok(());
        }
        Err(vm.buffer_error("Existing exports of data: object cannot be re-sized"))
    }

    /// Changes the bytes, and their number if nobody holds a view.
    fn resize_with<R>(
        &self,
        vm: &VirtualMachine,
        extra: usize,
        f: impl FnOnce(&mut Vec<u8>) -> R,
    ) -> PyResult<R> {
        self.check_resizable(vm)?;
        let reserved = self.data.with_mut(|d| d.try_reserve(extra));
        reserved.map_err(|_| vm.memory_error())?;
        Ok(self.data.with_mut(f))
    }

    /// Appends bytes.
    pub fn extend_bytes(&self, vm: &VirtualMachine, more: &[u8]) -> PyResult<()> {
        self.resize_with(vm, more.len(), |d| d.extend_from_slice(more))
    }
}

impl Py<PyByteArray> {
    fn data(&self) -> Vec<u8> {
        self.to_vec()
    }

    /// An export for as long as the guard lives, so that Python code that runs meanwhile
    /// cannot change the size.
    fn hold(&self) -> Held<'_> {
        Held::export(&self.payload_ref().exports)
    }

    fn same(&self, vm: &VirtualMachine) -> PyRef<PyByteArray> {
        vm.new_bytearray(self.to_vec())
    }

    fn separator(&self, vm: &VirtualMachine, _sep: PyObject<'_>, bytes: &[u8]) -> PyObjectRef {
        PyByteArray::make(vm, bytes).into()
    }

    fn join_of_one(&self, _vm: &VirtualMachine, _o: PyObject<'_>) -> Option<PyRef<PyByteArray>> {
        None
    }

    fn position(&self, vm: &VirtualMachine, i: isize) -> PyResult<usize> {
        let len = self.len();
        let i = if i < 0 { i + len as isize } else { i };
        match usize::try_from(i) {
            Ok(i) if i < len => Ok(i),
            _ => Err(vm.index_error("bytearray index out of range")),
        }
    }

    fn set_slice(&self, vm: &VirtualMachine, slice: &PySlice, values: &[u8]) -> PyResult<()> {
        let (start, _, step, count) = vm.slice_indices(slice, || self.len())?;
        if step == 1 {
            let start = start as usize;
            if values.len() != count {
                self.check_resizable(vm)?;
            }
            self.data.with_mut(|d| d.try_reserve(values.len())).map_err(|_| vm.memory_error())?;
            self.data.with_mut(|d| {
                let end = (start + count).min(d.len());
                if values.len() == end - start {
                    d[start..end].copy_from_slice(values);
                } else {
                    d.splice(start..end, values.iter().copied());
                }
            });
            return Ok(());
        }
        if values.is_empty() {
            return self.del_slice(vm, slice);
        }
        if values.len() != count {
            return Err(vm.value_error(format!(
                "attempt to assign bytes of size {} to extended slice of size {count}",
                values.len()
            )));
        }
        self.data.with_mut(|d| {
            for (i, v) in values.iter().enumerate() {
                if let Some(slot) = d.get_mut((start + i as isize * step) as usize) {
                    *slot = *v;
                }
            }
        });
        Ok(())
    }

    fn del_slice(&self, vm: &VirtualMachine, slice: &PySlice) -> PyResult<()> {
        let (start, _, step, count) = vm.slice_indices(slice, || self.len())?;
        if count == 0 {
            return Ok(());
        }
        self.resize_with(vm, 0, |d| {
            if step == 1 {
                d.drain(start as usize..start as usize + count);
                return;
            }
            let (mut at, step) = if step > 0 {
                (start as usize, step as usize)
            } else {
                ((start + (count as isize - 1) * step) as usize, step.unsigned_abs())
            };
            let (mut i, mut left) = (0, count);
            d.retain(|_| {
                let gone = left > 0 && i == at;
                if gone {
                    at += step;
                    left -= 1;
                }
                i += 1;
                !gone
            });
        })
    }
}

impl VirtualMachine {
    pub fn new_bytearray(&self, data: Vec<u8>) -> PyRef<PyByteArray> {
        self.new_object(PyByteArray::new_from(data))
    }
}

static METHODS: BufferMethods = BufferMethods {
    read: |o, f| o.expect_payload::<PyByteArray>().with_data(f),
    write: |o, f| o.expect_payload::<PyByteArray>().data.with_mut(|d| f(d)),
    release: |o| {
        let exports = &o.expect_payload::<PyByteArray>().exports;
        exports.set(exports.get().saturating_sub(1));
    },
};

#[pymethods]
impl PyByteArray {
    #[slot]
    fn new(cls: &Py<PyType>, vm: &VirtualMachine, _args: Args<'_>) -> PyRef<PyByteArray> {
        vm.alloc(cls, PyByteArray::new_from(Vec::new()))
    }

    #[slot(sig = "(source=b'', encoding='utf-8', errors='strict')", text = "")]
    fn init(
        zelf: &Py<PyByteArray>,
        vm: &VirtualMachine,
        source: Option<PyObject<'_>>,
        encoding: Option<&str>,
        errors: Option<&str>,
    ) -> PyResult<()> {
        if !zelf.is_empty() {
            zelf.resize_with(vm, 0, Vec::clear)?;
        }
        let data = match bytes_like::construct(vm, source, encoding, errors)? {
            Made::Bytes(data) => data,
            Made::From(o) if bytes_like::is_lazy(vm, o) => {
                // Who looks meanwhile sees the array grow.
                let push = |b| zelf.resize_with(vm, 1, |d| d.push(b));
                return bytes_like::for_each_byte(vm, o, "bytearray", |_| Ok(()), push);
            }
            Made::From(o) => bytes_like::from_object(vm, o, "bytearray")?,
        };
        zelf.check_resizable(vm)?;
        zelf.data.set(data);
        Ok(())
    }

    #[slot]
    fn repr(zelf: &Py<PyByteArray>, vm: &VirtualMachine) -> PyResult<PyRef<PyStr>> {
        vm.check_room(zelf.len().saturating_mul(4))?;
        let name = zelf.class().name();
        let mut out = name.as_bytes().to_vec();
        out.push(b'(');
        let shown = zelf.with_data(text::utf8::repr::repr_bytes);
        if shown.get(1) == Some(&b'"') {
            // Unlike bytes, single quotes are escaped inside double ones too.
            for b in shown {
                if b == b'\'' {
                    out.push(b'\\');
                }
                out.push(b);
            }
        } else {
            out.extend_from_slice(&shown);
        }
        out.push(b')');
        Ok(vm.new_str_bytes(&out))
    }

    #[slot]
    fn str(zelf: &Py<PyByteArray>, vm: &VirtualMachine) -> PyResult<PyRef<PyStr>> {
        warn_of_bytes(vm, "str() on a bytearray instance")?;
        PyByteArray::repr(zelf, vm)
    }

    #[slot]
    fn richcompare(
        zelf: &Py<PyByteArray>,
        vm: &VirtualMachine,
        other: PyObject<'_>,
        op: Comparison,
    ) -> PyResult {
        if !buffer::has_buffer(vm, other) {
            let equality = matches!(op, Comparison::Eq | Comparison::Ne);
            if equality && other.downcast::<PyStr>().is_some() {
                warn_of_bytes(vm, "Comparison between bytearray and string")?;
            }
            return Ok(PyObjectRef::not_implemented());
        }
        let _held = zelf.hold();
        let Ok(other) = BytesLike::get(vm, other) else {
            return Ok(PyObjectRef::not_implemented());
        };
        Ok(vm.new_bool(zelf.with_data(|a| other.with(|b| compare(a, b, op)))))
    }

    #[slot]
    fn concat(
        zelf: &Py<PyByteArray>,
        vm: &VirtualMachine,
        other: PyObject<'_>,
    ) -> PyResult<PyRef<PyByteArray>> {
        let _held = zelf.hold();
        let tail = concat_operand(vm, zelf.as_object(), other)?;
        vm.check_room(zelf.len().saturating_add(tail.len()))?;
        let mut out = Vec::with_capacity(zelf.len() + tail.len());
        zelf.with_data(|d| out.extend_from_slice(d));
        tail.with(|t| out.extend_from_slice(t));
        Ok(vm.new_bytearray(out))
    }

    #[slot]
    fn inplace_concat(
        zelf: &Py<PyByteArray>,
        vm: &VirtualMachine,
        other: PyObject<'_>,
    ) -> PyResult<PyRef<PyByteArray>> {
        let more = concat_operand(vm, zelf.as_object(), other)?.to_vec();
        if !more.is_empty() {
            zelf.extend_bytes(vm, &more)?;
        }
        Ok(zelf.to_ref())
    }

    #[slot]
    fn repeat(
        zelf: &Py<PyByteArray>,
        vm: &VirtualMachine,
        count: isize,
    ) -> PyResult<PyRef<PyByteArray>> {
        Ok(vm.new_bytearray(repeat(vm, &zelf.to_vec(), count)?))
    }

    #[slot]
    fn inplace_repeat(
        zelf: &Py<PyByteArray>,
        vm: &VirtualMachine,
        count: isize,
    ) -> PyResult<PyRef<PyByteArray>> {
        if count != 1 {
            let data = repeat(vm, &zelf.to_vec(), count)?;
            if data.len() != zelf.len() {
                zelf.check_resizable(vm)?;
            }
            zelf.data.set(data);
        }
        Ok(zelf.to_ref())
    }

    #[slot]
    fn remainder(a: &Py<PyByteArray>, vm: &VirtualMachine, b: PyObject<'_>) -> PyResult {
        let _held = a.hold();
        Ok(vm.new_bytearray(vm.bytes_percent(&a.to_vec(), b)?).into())
    }

    #[slot]
    fn mp_length(&self) -> usize {
        self.len()
    }

    #[slot]
    fn sq_item(zelf: &Py<PyByteArray>, vm: &VirtualMachine, i: isize) -> PyResult<u8> {
        let found = usize::try_from(i).ok().and_then(|i| zelf.data.with(|d| d.get(i).copied()));
        found.ok_or_else(|| vm.index_error("bytearray index out of range"))
    }

    #[slot]
    fn subscript(zelf: &Py<PyByteArray>, vm: &VirtualMachine, key: PyObject<'_>) -> PyResult {
        if let Some(slice) = key.downcast::<PySlice>() {
            let (start, _, step, count) = vm.slice_indices(slice, || zelf.len())?;
            let out: Vec<u8> = zelf.with_data(|d| {
                if step == 1 {
                    return d.iter().skip(start as usize).take(count).copied().collect();
                }
                (0..count as isize)
                    .filter_map(|i| d.get((start + i * step) as usize))
                    .copied()
                    .collect()
            });
            return Ok(vm.new_bytearray(out).into());
        }
        if !vm.is_index(key) {
            return Err(bad_index(vm, key));
        }
        let i = zelf.position(vm, vm.to_subscript(key)?)?;
        PyByteArray::sq_item(zelf, vm, i as isize)?.into_py_result(vm)
    }

    #[slot]
    fn ass_subscript(
        zelf: &Py<PyByteArray>,
        vm: &VirtualMachine,
        key: PyObject<'_>,
        value: Option<PyObject<'_>>,
    ) -> PyResult<()> {
        if let Some(slice) = key.downcast::<PySlice>() {
            let Some(v) = value else { return zelf.del_slice(vm, slice) };
            if v.downcast::<PyStr>().is_some() || vm.is_number(v) {
                return Err(vm.type_error(
                    "can assign only bytes, buffers, or iterables of ints in range(0, 256)",
                ));
            }
            let values = bytes_like::from_object(vm, v, "bytearray")?;
            return zelf.set_slice(vm, slice, &values);
        }
        if !vm.is_index(key) {
            return Err(bad_index(vm, key));
        }
        let i = vm.to_subscript(key)?;
        match value {
            Some(v) => {
                zelf.position(vm, i)?;
                let b = byte_value(vm, v, "byte must be in range(0, 256)")?;
                // The conversion may have run code that changed the length.
                let i = zelf.position(vm, i)?;
                zelf.data.with_mut(|d| d[i] = b);
                Ok(())
            }
            None => {
                let i = zelf.position(vm, i)?;
                zelf.resize_with(vm, 0, |d| {
                    d.remove(i);
                })
            }
        }
    }

    #[slot]
    fn contains(zelf: &Py<PyByteArray>, vm: &VirtualMachine, item: PyObject<'_>) -> PyResult<bool> {
        let _held = zelf.hold();
        bytes_like::contains(vm, item, |f| zelf.with_data(f))
    }

    #[slot]
    fn iter(zelf: &Py<PyByteArray>, vm: &VirtualMachine) -> PyRef<PyByteArrayIterator> {
        let array = PyCell::new(Some(zelf.to_ref()));
        vm.new_object(PyByteArrayIterator { array, at: Cell::new(0) })
    }

    #[slot]
    fn get_buffer(zelf: &Py<PyByteArray>, vm: &VirtualMachine, flags: u32) -> PyResult<Buffer> {
        let b = buffer::fill_info(vm, zelf.as_object(), &METHODS, zelf.len(), false, flags)?;
        zelf.exports.set(zelf.exports.get() + 1);
        Ok(b)
    }
}

fn bad_index(vm: &VirtualMachine, key: PyObject<'_>) -> PyErr {
    vm.type_error(format!(
        "bytearray indices must be integers or slices, not {}",
        key.class(vm).display_name()
    ))
}

fn repeat(vm: &VirtualMachine, data: &[u8], count: isize) -> PyResult<Vec<u8>> {
    let n = usize::try_from(count).unwrap_or(0);
    if data.len().checked_mul(n).is_none_or(|n| n > isize::MAX as usize) {
        return Err(vm.memory_error());
    }
    bytes_like::repeat(vm, data, count)
}

shared_methods!(PyByteArray, "bytearray");

#[pymethods(name = more)]
impl PyByteArray {
    /// Adds one byte at the end.
    #[method(sig = "(self, item, /)")]
    fn append(&self, vm: &VirtualMachine, item: PyObject<'_>) -> PyResult<()> {
        let b = byte_value(vm, item, "byte must be in range(0, 256)")?;
        self.resize_with(vm, 1, |d| d.push(b))
    }

    /// Adds the bytes of a buffer or of an iterable of ints at the end.
    #[method(sig = "(self, iterable_of_ints, /)")]
    fn extend(&self, vm: &VirtualMachine, iterable_of_ints: PyObject<'_>) -> PyResult<()> {
        let o = iterable_of_ints;
        if o.downcast::<PyStr>().is_some() {
            return Err(vm.type_error("expected iterable of integers; got: 'str'"));
        }
        if !buffer::has_buffer(vm, o) && o.class(vm).slots.iter.get().is_none() {
            let it = vm.get_iter(o);
            if it.is_err() {
                return Err(vm.type_error(format!(
                    "can't extend bytearray with {}",
                    o.class(vm).display_name()
                )));
            }
        }
        let end = self.len();
        let more = bytes_like::from_object(vm, o, "bytearray")?;
        // A `__buffer__` may have changed the array; its bytes still go where the end was.
        self.resize_with(vm, more.len(), |d| {
            let at = end.min(d.len());
            drop(d.splice(at..at, more));
        })
    }

    /// Inserts one byte before the index.
    #[method(sig = "(self, index, item, /)")]
    fn insert(&self, vm: &VirtualMachine, index: isize, item: PyObject<'_>) -> PyResult<()> {
        let b = byte_value(vm, item, "byte must be in range(0, 256)")?;
        let len = self.len() as isize;
        let at = if index < 0 { (index + len).max(0) } else { index.min(len) };
        self.resize_with(vm, 1, |d| d.insert(at as usize, b))
    }

    /// Removes and returns the byte at the index, the last one by default.
    #[method(sig = "(self, index=-1, /)")]
    fn pop(zelf: &Py<PyByteArray>, vm: &VirtualMachine, index: isize) -> PyResult<u8> {
        let len = zelf.len();
        if len == 0 {
            return Err(vm.index_error("pop from empty bytearray"));
        }
        let i = if index < 0 { index + len as isize } else { index };
        let i = usize::try_from(i).ok().filter(|i| *i < len);
        let i = i.ok_or_else(|| vm.index_error("pop index out of range"))?;
        zelf.resize_with(vm, 0, |d| d.remove(i))
    }

    /// Removes the first occurrence of a byte.
    #[method(sig = "(self, value, /)")]
    fn remove(&self, vm: &VirtualMachine, value: PyObject<'_>) -> PyResult<()> {
        let b = byte_value(vm, value, "byte must be in range(0, 256)")?;
        let Some(i) = self.with_data(|d| memchr::memchr(b, d)) else {
            return Err(vm.value_error("value not found in bytearray"));
        };
        self.resize_with(vm, 0, |d| {
            d.remove(i);
        })
    }

    /// Reverses the order of the bytes.
    #[method(sig = "(self, /)")]
    fn reverse(&self) {
        self.data.with_mut(|d| d.reverse());
    }

    /// Removes all bytes.
    #[method(sig = "(self, /)")]
    fn clear(&self, vm: &VirtualMachine) -> PyResult<()> {
        self.resize_with(vm, 0, |d| *d = Vec::new())
    }

    /// A copy.
    #[method(sig = "(self, /)")]
    fn copy(&self, vm: &VirtualMachine) -> PyRef<PyByteArray> {
        vm.new_bytearray(self.to_vec())
    }

    /// Cuts the bytes, or adds zeros, to the given size.
    #[method(sig = "(self, size, /)")]
    fn resize(&self, vm: &VirtualMachine, size: isize) -> PyResult<()> {
        let size = usize::try_from(size).map_err(|_| {
            vm.value_error(format!("Can only resize to positive sizes, got {size}"))
        })?;
        if size == self.len() {
            return Ok(());
        }
        let more = size.saturating_sub(self.len());
        self.resize_with(vm, more, |d| d.resize(size, 0))
    }

    /// Bytes allocated for the contents.
    #[method(name = "__alloc__", sig = "(self, /)", text = "")]
    fn alloc(&self) -> usize {
        self.data.with(|d| if d.is_empty() { 0 } else { d.capacity() + 1 })
    }

    /// Bytes of memory that the object takes.
    #[method(name = "__sizeof__", sig = "(self, /)")]
    fn sizeof(zelf: &Py<PyByteArray>) -> usize {
        zelf.class().layout.size as usize + zelf.data.with(Vec::capacity)
    }

    /// How to rebuild the array, by the protocol.
    #[method(name = "__reduce__", sig = "(self, /)")]
    fn reduce(zelf: &Py<PyByteArray>, vm: &VirtualMachine) -> PyResult {
        reduce(zelf, vm, 2)
    }

    /// How to rebuild the array, by the protocol.
    #[method(name = "__reduce_ex__", sig = "(self, proto=0, /)")]
    fn reduce_ex(zelf: &Py<PyByteArray>, vm: &VirtualMachine, proto: i32) -> PyResult {
        reduce(zelf, vm, proto)
    }
}

fn reduce(zelf: &Py<PyByteArray>, vm: &VirtualMachine, proto: i32) -> PyResult {
    let state = vm
        .call_special(&vm.names().__getstate__, &[zelf.as_object()])?
        .unwrap_or_else(PyObjectRef::none);
    let data = zelf.to_vec();
    let cls = zelf.class().to_ref();
    if proto < 3 {
        if data.is_empty() {
            return (cls, (), state).into_py_result(vm).and_then(|t| fix_empty(vm, t));
        }
        let text = vm.decode_latin1(&data)?;
        return (cls, (text, vm.new_str("latin-1")), state).into_py_result(vm);
    }
    if data.is_empty() {
        return (cls, (), state).into_py_result(vm).and_then(|t| fix_empty(vm, t));
    }
    (cls, (vm.new_bytes(&data),), state).into_py_result(vm)
}

/// `()` converts to None; here it stands for no arguments.
fn fix_empty(vm: &VirtualMachine, t: PyObjectRef) -> PyResult {
    let mut items = t.as_object().expect_payload::<PyTuple>().as_slice().to_vec();
    items[1] = vm.new_tuple(Vec::new()).into();
    Ok(vm.new_tuple(items).into())
}

#[pyclass(name = "bytearray_iterator", flags(HAVE_GC), doc = None)]
#[derive(Traverse)]
pub struct PyByteArrayIterator {
    array: PyCell<Option<PyRef<PyByteArray>>>,
    at: Cell<usize>,
}

#[pymethods]
impl PyByteArrayIterator {
    #[slot]
    fn iter(zelf: &Py<PyByteArrayIterator>) -> PyRef<PyByteArrayIterator> {
        zelf.to_ref()
    }

    #[slot]
    fn iternext(zelf: &Py<PyByteArrayIterator>) -> Option<u8> {
        let at = zelf.at.get();
        let found = zelf.array.with(|b| b.as_ref()?.data.with(|d| d.get(at).copied()));
        match found {
            Some(b) => {
                zelf.at.set(at + 1);
                Some(b)
            }
            None => {
                drop(zelf.array.take());
                None
            }
        }
    }

    /// How many bytes are left.
    #[method(name = "__length_hint__", sig = "(self, /)")]
    fn length_hint(&self) -> usize {
        self.array.with(|b| b.as_ref().map_or(0, |b| b.len().saturating_sub(self.at.get())))
    }

    /// How to rebuild the array, by the protocol.
    #[method(name = "__reduce__", sig = "(self, /)")]
    fn reduce(&self, vm: &VirtualMachine) -> PyResult {
        let iter = builtin(vm, "iter")?;
        match self.array.get() {
            Some(b) => (iter, (PyObjectRef::from(b),), self.at.get()).into_py_result(vm),
            None => (iter, (PyTuple::empty(vm),)).into_py_result(vm),
        }
    }

    /// Sets the position of the iterator.
    #[method(name = "__setstate__", sig = "(self, state, /)")]
    fn setstate(&self, state: isize) {
        let len = self.array.with(|b| b.as_ref().map(|b| b.len()));
        if let Some(len) = len {
            self.at.set(usize::try_from(state).unwrap_or(0).min(len));
        }
    }
}
