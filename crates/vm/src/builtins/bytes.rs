//! `bytes`: immutable bytes behind the payload.

use super::bytes_like::{self, Held, Made, Needle, shared_methods};
use crate::builtins::sequences::builtin;
use crate::builtins::slice::PySlice;
use crate::builtins::str::Bound;
use crate::containers::byte_data;
use crate::prelude::*;
use crate::protocol::buffer::{self, Buffer, BufferMethods, BytesLike};
use crate::protocol::iteration::ListBuilder;
use std::cell::Cell;
use text::utf8::{Bytes, case, repr, search, split, split::Ends};

/// bytes(iterable_of_ints)
/// bytes(string, encoding[, errors])
/// bytes(bytes_or_buffer)
/// bytes(size)
///
/// An immutable sequence of bytes: those of an iterable, of encoded text or of a buffer, or as
/// many zeros.
#[pyclass(
    name = "bytes",
    static = BYTES,
    marker = BYTES_SUBCLASS,
    flags(BASETYPE, BYTES_SUBCLASS, MATCH_SELF, VAR_SIZED),
    with(shared),
    var_bytes = allocated,
    text = "",
    no_refs
)]
#[repr(C)]
pub struct PyBytes {
    /// 0: not computed yet.
    hash: Cell<i64>,
    len: usize,
}

impl PyBytes {
    pub(crate) fn header(len: usize) -> PyBytes {
        PyBytes { hash: Cell::new(0), len }
    }

    #[inline(always)]
    pub fn len(&self) -> usize {
        self.len
    }

    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    fn allocated(&self) -> usize {
        self.len.next_multiple_of(8)
    }

    #[inline(always)]
    pub fn as_bytes(&self) -> &[u8] {
        byte_data::bytes(self)
    }

    pub fn hash(&self) -> i64 {
        match self.hash.get() {
            0 => {
                let h = crate::protocol::hash::bytes_hash(self.as_bytes());
                self.hash.set(h);
                h
            }
            h => h,
        }
    }

    fn with_data<R>(&self, f: impl FnOnce(&[u8]) -> R) -> R {
        f(self.as_bytes())
    }

    fn make(vm: &VirtualMachine, data: &[u8]) -> PyRef<PyBytes> {
        vm.new_bytes(data)
    }
}

impl Py<PyBytes> {
    #[inline]
    pub fn is_exact(&self) -> bool {
        self.class().own_spec().is_some_and(|s| std::ptr::eq(s, PyBytes::SPEC))
    }

    fn data(&self) -> &[u8] {
        self.payload_ref().as_bytes()
    }

    /// Bytes never change, so nothing needs to be held.
    fn hold(&self) -> Held<'_> {
        Held::nothing()
    }

    /// An unchanged result.
    fn same(&self, vm: &VirtualMachine) -> PyRef<PyBytes> {
        if self.is_exact() { self.to_ref() } else { vm.new_bytes(self.as_bytes()) }
    }

    /// The middle of a partition: the separator itself.
    fn separator(&self, _vm: &VirtualMachine, sep: PyObject<'_>, _bytes: &[u8]) -> PyObjectRef {
        sep.to_owned()
    }

    /// A list or tuple of one exact bytes object joins to that object.
    fn join_of_one(&self, vm: &VirtualMachine, o: PyObject<'_>) -> Option<PyRef<PyBytes>> {
        let only = if let Some(l) = o.downcast_exact::<PyList>(&vm.types().list) {
            (l.len() == 1).then(|| l.items().get(0)).flatten()?
        } else {
            let t = o.downcast_exact::<PyTuple>(&vm.types().tuple)?;
            (t.len() == 1).then(|| t.as_slice()[0].clone())?
        };
        only.as_object().downcast::<PyBytes>().filter(|b| b.is_exact()).map(Py::to_ref)
    }
}

impl VirtualMachine {
    pub fn new_bytes(&self, data: &[u8]) -> PyRef<PyBytes> {
        byte_data::new_bytes(self, self.type_of::<PyBytes>(), data)
    }

    /// As `new_bytes`, of many bytes perhaps: `MemoryError` if there is no room.
    pub fn try_new_bytes(&self, data: &[u8]) -> PyResult<PyRef<PyBytes>> {
        self.check_room(data.len())?;
        Ok(self.new_bytes(data))
    }
}

static METHODS: BufferMethods = BufferMethods {
    read: |o, f| f(o.expect_payload::<PyBytes>().as_bytes()),
    write: |_, _| {},
    release: |_| {},
};

fn bytes_new(
    cls: &Py<PyType>,
    vm: &VirtualMachine,
    source: Option<PyObject<'_>>,
    encoding: Option<&str>,
    errors: Option<&str>,
) -> PyResult<PyRef<PyBytes>> {
    let exact = cls.is(vm.type_of::<PyBytes>());
    if let (Some(o), None, None) = (source, encoding, errors) {
        if exact && let Some(b) = o.downcast::<PyBytes>().filter(|b| b.is_exact()) {
            return Ok(b.to_ref());
        }
        if let Some(r) = vm.call_special(&vm.names().__bytes__, &[o])? {
            return match r.downcast::<PyBytes>() {
                Ok(b) if exact => Ok(b),
                Ok(b) => Ok(byte_data::new_bytes(vm, cls, b.as_bytes())),
                Err(r) => Err(vm.type_error(format!(
                    "__bytes__ returned non-bytes (type {})",
                    r.class(vm).display_name()
                ))),
            };
        }
    }
    let data = match bytes_like::construct(vm, source, encoding, errors)? {
        Made::Bytes(data) => data,
        Made::From(o) => bytes_like::from_object(vm, o, "bytes")?,
    };
    vm.check_room(data.len())?;
    Ok(byte_data::new_bytes(vm, cls, &data))
}

#[pymethods]
impl PyBytes {
    #[slot(sig = "(source=b'', encoding='utf-8', errors='strict')", text = "")]
    fn new(
        cls: &Py<PyType>,
        vm: &VirtualMachine,
        source: Option<PyObject<'_>>,
        encoding: Option<&str>,
        errors: Option<&str>,
    ) -> PyResult<PyRef<PyBytes>> {
        bytes_new(cls, vm, source, encoding, errors)
    }

    #[slot]
    fn repr(&self, vm: &VirtualMachine) -> PyResult<PyRef<PyStr>> {
        vm.check_room(self.len.saturating_mul(4))?;
        Ok(vm.new_str_piece(&repr::repr_bytes(self.as_bytes()), true))
    }

    #[slot]
    fn str(&self, vm: &VirtualMachine) -> PyResult<PyRef<PyStr>> {
        warn_of_bytes(vm, "str() on a bytes instance")?;
        PyBytes::repr(self, vm)
    }

    #[slot(name = "hash")]
    fn dunder_hash(&self) -> i64 {
        self.hash()
    }

    #[slot]
    fn richcompare(
        zelf: &Py<PyBytes>,
        vm: &VirtualMachine,
        other: PyObject<'_>,
        op: Comparison,
    ) -> PyResult {
        let Some(other) = other.downcast::<PyBytes>() else {
            if matches!(op, Comparison::Eq | Comparison::Ne) {
                if other.downcast::<PyStr>().is_some() {
                    warn_of_bytes(vm, "Comparison between bytes and string")?;
                } else if other.int_view().is_some() {
                    warn_of_bytes(vm, "Comparison between bytes and int")?;
                }
            }
            return Ok(PyObjectRef::not_implemented());
        };
        Ok(PyObjectRef::from_bool(compare(zelf.as_bytes(), other.as_bytes(), op)))
    }

    #[slot]
    fn concat(zelf: &Py<PyBytes>, vm: &VirtualMachine, other: PyObject<'_>) -> PyResult {
        let tail = concat_operand(vm, zelf.as_object(), other)?;
        if zelf.len == 0
            && let BytesLike::Bytes(b) = &tail
        {
            return Ok(b.to_ref().into());
        }
        if tail.is_empty() && zelf.is_exact() {
            return Ok(zelf.to_ref().into());
        }
        vm.check_room(zelf.len.saturating_add(tail.len()))?;
        let typ = vm.type_of::<PyBytes>();
        Ok(tail.with(|t| byte_data::new_bytes_of(vm, typ, &[zelf.as_bytes(), t])).into())
    }

    #[slot]
    fn repeat(zelf: &Py<PyBytes>, vm: &VirtualMachine, count: isize) -> PyResult<PyRef<PyBytes>> {
        if count == 1 {
            return Ok(zelf.same(vm));
        }
        Ok(vm.new_bytes(&bytes_like::repeat(vm, zelf.as_bytes(), count)?))
    }

    #[slot]
    fn remainder(a: &Py<PyBytes>, vm: &VirtualMachine, b: PyObject<'_>) -> PyResult {
        vm.try_new_bytes(&vm.bytes_percent(a.as_bytes(), b)?).map(Into::into)
    }

    #[slot]
    fn mp_length(&self) -> usize {
        self.len
    }

    #[slot]
    fn sq_item(&self, vm: &VirtualMachine, i: isize) -> PyResult<u8> {
        let found = usize::try_from(i).ok().and_then(|i| self.as_bytes().get(i).copied());
        found.ok_or_else(|| vm.index_error("index out of range"))
    }

    #[slot]
    fn subscript(zelf: &Py<PyBytes>, vm: &VirtualMachine, key: PyObject<'_>) -> PyResult {
        let data = zelf.as_bytes();
        if let Some(slice) = key.downcast::<PySlice>() {
            let (start, stop, step, count) = vm.slice_indices(slice, || data.len())?;
            if count == data.len() && step == 1 {
                return Ok(zelf.same(vm).into());
            }
            if step == 1 && count > 0 {
                return Ok(vm.new_bytes(&data[start as usize..stop as usize]).into());
            }
            let out: Vec<u8> =
                (0..count as isize).map(|i| data[(start + i * step) as usize]).collect();
            return Ok(vm.new_bytes(&out).into());
        }
        if !vm.is_index(key) {
            return Err(vm.type_error(format!(
                "byte indices must be integers or slices, not {}",
                key.class(vm).display_name()
            )));
        }
        let i = vm.to_subscript(key)?;
        let i = if i < 0 { i + data.len() as isize } else { i };
        let found = usize::try_from(i).ok().and_then(|i| data.get(i));
        found.map(|b| vm.new_int(i64::from(*b))).ok_or_else(|| vm.index_error("index out of range"))
    }

    #[slot]
    fn contains(&self, vm: &VirtualMachine, item: PyObject<'_>) -> PyResult<bool> {
        bytes_like::contains(vm, item, |f| f(self.as_bytes()))
    }

    #[slot]
    fn iter(zelf: &Py<PyBytes>, vm: &VirtualMachine) -> PyRef<PyBytesIterator> {
        let bytes = PyCell::new(Some(zelf.to_ref()));
        vm.new_object(PyBytesIterator { bytes, at: Cell::new(0) })
    }

    #[slot]
    fn get_buffer(zelf: &Py<PyBytes>, vm: &VirtualMachine, flags: u32) -> PyResult<Buffer> {
        buffer::fill_info(vm, zelf.as_object(), &METHODS, zelf.len, true, flags)
    }

    #[method(name = "__getnewargs__", sig = "(self, /)", text = "")]
    fn getnewargs(&self, vm: &VirtualMachine) -> PyRef<PyTuple> {
        vm.new_tuple(vec![vm.new_bytes(self.as_bytes()).into()])
    }

    /// The value as an exact bytes object.
    #[method(name = "__bytes__", sig = "(self, /)")]
    fn dunder_bytes(zelf: &Py<PyBytes>, vm: &VirtualMachine) -> PyRef<PyBytes> {
        zelf.same(vm)
    }

    /// Bytes of memory that the object takes.
    #[method(name = "__sizeof__", sig = "(self, /)")]
    fn sizeof(zelf: &Py<PyBytes>) -> usize {
        zelf.class().layout.size as usize + zelf.allocated()
    }
}

shared_methods!(PyBytes, "bytes");

/// The right side of `+`.
pub(super) fn concat_operand<'a>(
    vm: &VirtualMachine,
    left: PyObject<'_>,
    right: PyObject<'a>,
) -> PyResult<BytesLike<'a>> {
    BytesLike::get(vm, right).map_err(|_| {
        vm.type_error(format!(
            "can't concat {} to {}",
            right.class(vm).display_name(),
            left.class(vm).display_name()
        ))
    })
}

/// `BytesWarning`, which `-b` asks for.
#[inline]
pub(super) fn warn_of_bytes(vm: &VirtualMachine, text: &str) -> PyResult<()> {
    if vm.interp.settings.bytes_warning == 0 {
        return Ok(());
    }
    vm.warn(&vm.exc().bytes_warning, text, 1)
}

pub(super) fn compare(a: &[u8], b: &[u8], op: Comparison) -> bool {
    match op {
        Comparison::Eq => a == b,
        Comparison::Ne => a != b,
        Comparison::Lt => a < b,
        Comparison::Le => a <= b,
        Comparison::Gt => a > b,
        Comparison::Ge => a >= b,
    }
}

#[pyclass(name = "bytes_iterator", flags(HAVE_GC), doc = None)]
#[derive(Traverse)]
pub struct PyBytesIterator {
    bytes: PyCell<Option<PyRef<PyBytes>>>,
    at: Cell<usize>,
}

#[pymethods]
impl PyBytesIterator {
    #[slot]
    fn iter(zelf: &Py<PyBytesIterator>) -> PyRef<PyBytesIterator> {
        zelf.to_ref()
    }

    #[slot]
    fn iternext(zelf: &Py<PyBytesIterator>) -> Option<u8> {
        let at = zelf.at.get();
        let found = zelf.bytes.with(|b| b.as_ref()?.as_bytes().get(at).copied());
        match found {
            Some(b) => {
                zelf.at.set(at + 1);
                Some(b)
            }
            None => {
                drop(zelf.bytes.take());
                None
            }
        }
    }

    /// How many bytes are left.
    #[method(name = "__length_hint__", sig = "(self, /)")]
    fn length_hint(&self) -> usize {
        self.bytes.with(|b| b.as_ref().map_or(0, |b| b.len().saturating_sub(self.at.get())))
    }

    /// How to rebuild the array, by the protocol.
    #[method(name = "__reduce__", sig = "(self, /)")]
    fn reduce(&self, vm: &VirtualMachine) -> PyResult {
        let iter = builtin(vm, "iter")?;
        match self.bytes.get() {
            Some(b) => (iter, (PyObjectRef::from(b),), self.at.get()).into_py_result(vm),
            None => (iter, (PyTuple::empty(vm),)).into_py_result(vm),
        }
    }

    /// Sets the position of the iterator.
    #[method(name = "__setstate__", sig = "(self, state, /)")]
    fn setstate(&self, state: isize) {
        let len = self.bytes.with(|b| b.as_ref().map(|b| b.len()));
        if let Some(len) = len {
            self.at.set(usize::try_from(state).unwrap_or(0).min(len));
        }
    }
}
