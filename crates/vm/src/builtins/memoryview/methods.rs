//! The operators, methods and attributes of `memoryview`.

use super::items::{native_char, size_of_native, to_list, unpack};
use super::{PyManagedBuffer, PyMemoryView, export, released};
use crate::builtins::bytes_like;
use crate::builtins::sequences::{SearchBound, search_range};
use crate::builtins::slice::PySlice;
use crate::prelude::*;
use crate::protocol::buffer::{self, Buffer, View, gather};
use crate::protocol::comparison::equal;
use std::borrow::Cow;
use std::cell::Cell;

/// What a subscript selects.
enum Selected {
    /// The byte offset of one item.
    Item(isize),
    View(View),
}

impl Py<PyMemoryView> {
    /// The offset of `index` along a dimension.
    fn step(&self, vm: &VirtualMachine, dim: usize, index: isize) -> PyResult<isize> {
        let (len, stride) = (self.view.shape()[dim] as isize, self.view.strides()[dim]);
        let i = if index < 0 { index + len } else { index };
        if i < 0 || i >= len {
            return Err(vm.index_error(format!("index out of bounds on dimension {}", dim + 1)));
        }
        Ok(i * stride)
    }

    fn select(&self, vm: &VirtualMachine, key: PyObject<'_>) -> PyResult<Selected> {
        let view = &self.view;
        let ndim = view.ndim();
        let is_empty_tuple = key.downcast::<PyTuple>().is_some_and(|t| t.is_empty());
        if ndim == 0 {
            if is_empty_tuple {
                return Ok(Selected::Item(view.offset));
            }
            if key.bits() == PyObjectRef::ellipsis().bits() {
                return Ok(Selected::View(view.clone()));
            }
            return Err(vm.type_error("invalid indexing of 0-dim memory"));
        }
        if let Some(i) = key.small_int()
            && ndim == 1
        {
            return Ok(Selected::Item(view.offset + self.step(vm, 0, i as isize)?));
        }
        if vm.is_index(key) {
            let i = vm.to_subscript(key)?;
            self.check(vm)?;
            let at = view.offset + self.step(vm, 0, i)?;
            if ndim > 1 {
                return Err(
                    vm.not_implemented_error("multi-dimensional sub-views are not implemented")
                );
            }
            return Ok(Selected::Item(at));
        }
        if let Some(slice) = key.downcast::<PySlice>() {
            let (start, _, step, count) = vm.slice_indices(slice, || view.shape()[0])?;
            let mut out = view.clone();
            let (mut shape, mut strides) = (view.shape().to_vec(), view.strides().to_vec());
            if count > 0 {
                out.offset += start * strides[0];
            }
            shape[0] = count;
            strides[0] = strides[0].saturating_mul(step);
            out.set_dims(shape, strides);
            return Ok(Selected::View(out));
        }
        if let Some(t) = key.downcast::<PyTuple>() {
            let keys = t.as_slice();
            if keys.iter().all(|k| vm.is_index(k.as_object())) {
                if keys.len() < ndim {
                    return Err(vm.not_implemented_error("sub-views are not implemented"));
                }
                if keys.len() > ndim {
                    return Err(vm.type_error(format!(
                        "cannot index {ndim}-dimension view with {}-element tuple",
                        keys.len()
                    )));
                }
                let mut at = view.offset;
                for (dim, k) in keys.iter().enumerate() {
                    let i = vm.to_subscript(k.as_object())?;
                    self.check(vm)?;
                    at += self.step(vm, dim, i)?;
                }
                return Ok(Selected::Item(at));
            }
            if keys.iter().all(|k| k.as_object().downcast::<PySlice>().is_some()) {
                return Err(
                    vm.not_implemented_error("multi-dimensional slicing is not implemented")
                );
            }
        }
        Err(vm.type_error("memoryview: invalid slice key"))
    }

    fn iter_items(&self, vm: &VirtualMachine) -> PyResult<Vec<PyObjectRef>> {
        let view = &self.view;
        let packed = self.packed();
        let size = view.item_size.max(1);
        packed.chunks(size).map(|b| unpack(vm, &view.format, b)).collect()
    }

    /// Copies `source` into the part of memory that `target` describes.
    fn assign(&self, vm: &VirtualMachine, target: &View, source: PyObject<'_>) -> PyResult<()> {
        let src = buffer::get(vm, source, buffer::FULL_RO)?;
        let plain = |f: &str| f.strip_prefix('@').unwrap_or(f).to_owned();
        let same = src.view.shape() == target.shape()
            && plain(&src.view.format) == plain(&target.format)
            && src.view.item_size == target.item_size;
        if !same {
            return Err(vm.value_error(
                "memoryview assignment: lvalue and rvalue have different structures",
            ));
        }
        let data = src.to_vec(vm)?;
        drop(src);
        self.check(vm)?;
        let (offsets, size) = (target.offsets(), target.item_size);
        self.with_memory_mut(|m| {
            for (at, item) in offsets.iter().zip(data.chunks(size.max(1))) {
                let at = (*at).max(0) as usize;
                if let Some(slot) = m.get_mut(at..at + size) {
                    slot.copy_from_slice(item);
                }
            }
        });
        Ok(())
    }

    fn cast_view(
        &self,
        vm: &VirtualMachine,
        format: &str,
        shape: Option<Vec<usize>>,
    ) -> PyResult<View> {
        let view = &self.view;
        let to = native_char(format);
        let Some(to) = to else {
            return Err(vm.value_error(
                "memoryview: destination format must be a native single character format \
                 prefixed with an optional '@'",
            ));
        };
        let from = native_char(&view.format);
        let is_byte = |c: u8| matches!(c, b'b' | b'B' | b'c');
        let Some(from) = from else {
            return Err(vm.value_error(
                "memoryview: source format must be a native single character format prefixed \
                 with an optional '@'",
            ));
        };
        if !is_byte(from) && !is_byte(to) {
            return Err(vm.type_error("memoryview: cannot cast between two non-byte formats"));
        }
        let size = size_of_native(to).unwrap_or(1);
        let len = view.len();
        if !len.is_multiple_of(size) {
            return Err(vm.type_error("memoryview: length is not a multiple of itemsize"));
        }
        let mut out = View::items(len / size, size, Cow::Owned(format.to_owned()), view.readonly);
        out.offset = view.offset;
        if let Some(shape) = shape {
            let total = shape.iter().try_fold(size, |n, d| n.checked_mul(*d));
            if total != Some(len) {
                return Err(vm.type_error("memoryview: product(shape) * itemsize != buffer size"));
            }
            out.set_shape(shape);
        }
        Ok(out)
    }
}

fn sizes(vm: &VirtualMachine, v: impl Iterator<Item = isize>) -> PyRef<PyTuple> {
    vm.new_tuple(v.map(|n| vm.new_int(n as i64)).collect())
}

/// Items equal by value, whatever their formats.
fn same_items(vm: &VirtualMachine, a: (&View, &[u8]), b: (&View, &[u8])) -> PyResult<bool> {
    let ((va, da), (vb, db)) = (a, b);
    let (ca, cb) = (native_char(&va.format), native_char(&vb.format));
    if ca.is_some() && ca == cb && !matches!(ca, Some(b'e' | b'f' | b'd' | b'F' | b'D' | b'?')) {
        return Ok(da == db);
    }
    if ca.is_none() || cb.is_none() {
        // Formats that only `struct` can read.
        return struct_items_equal(vm, a, b);
    }
    let (sa, sb) = (va.item_size.max(1), vb.item_size.max(1));
    for (x, y) in da.chunks(sa).zip(db.chunks(sb)) {
        let (x, y) = match (unpack(vm, &va.format, x), unpack(vm, &vb.format, y)) {
            (Ok(x), Ok(y)) => (x, y),
            _ => return Ok(false),
        };
        // NaN is not equal to itself here.
        let r = crate::protocol::comparison::rich_compare(
            vm,
            x.as_object(),
            y.as_object(),
            Comparison::Eq,
        )?;
        if !vm.is_true(r.as_object())? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn struct_items_equal(
    vm: &VirtualMachine,
    (va, da): (&View, &[u8]),
    (vb, db): (&View, &[u8]),
) -> PyResult<bool> {
    let Some(module) = vm.sys_modules().get_str(vm, &vm.intern("struct"))? else {
        return Ok(va.format == vb.format && da == db);
    };
    let iter_unpack = vm.get_attr(module.as_object(), &vm.intern("iter_unpack"))?;
    let all = |v: &View, d: &[u8]| -> PyResult<Vec<PyObjectRef>> {
        let (format, data) = (vm.new_str(&*v.format), vm.new_bytes(d));
        let it =
            vm.call_positional(iter_unpack.as_object(), &[format.as_object(), data.as_object()])?;
        vm.collect(it.as_object())
    };
    // A format that struct does not know makes views unequal.
    let (Ok(x), Ok(y)) = (all(va, da), all(vb, db)) else { return Ok(false) };
    if x.len() != y.len() {
        return Ok(false);
    }
    for (x, y) in x.iter().zip(&y) {
        if !equal(vm, x.as_object(), y.as_object())? {
            return Ok(false);
        }
    }
    Ok(true)
}

#[pymethods(name = methods)]
impl PyMemoryView {
    #[slot(sig = "(object)")]
    fn new(
        _cls: &Py<PyType>,
        vm: &VirtualMachine,
        object: PyObject<'_>,
    ) -> PyResult<PyRef<PyMemoryView>> {
        vm.memoryview(object)
    }

    #[classmethod(name = "_from_flags", sig = "(cls, /, object, flags)")]
    fn from_flags(
        _cls: &Py<PyType>,
        vm: &VirtualMachine,
        object: PyObject<'_>,
        flags: i32,
    ) -> PyResult<PyRef<PyMemoryView>> {
        Ok(vm.new_memoryview(buffer::get(vm, object, flags as u32)?))
    }

    #[slot]
    fn repr(zelf: &Py<PyMemoryView>) -> String {
        let what = if zelf.managed.with(Option::is_none) { "released memory" } else { "memory" };
        format!("<{what} at {:#x}>", zelf.as_object().bits())
    }

    #[slot]
    fn hash(zelf: &Py<PyMemoryView>, vm: &VirtualMachine) -> PyResult<i64> {
        if let Some(h) = zelf.hash.get() {
            return Ok(h);
        }
        zelf.check(vm)?;
        if !zelf.view.readonly {
            return Err(vm.value_error("cannot hash writable memoryview object"));
        }
        if !matches!(native_char(&zelf.view.format), Some(b'B' | b'b' | b'c')) {
            return Err(
                vm.value_error("memoryview: hashing is restricted to formats 'B', 'b' or 'c'")
            );
        }
        let source = zelf.managed(vm)?.buffer.with(|b| b.as_ref().map(|b| b.source().to_owned()));
        if let Some(o) = source {
            zelf.held(|| crate::protocol::hash::hash(vm, o.as_object()))?;
        }
        let h = crate::protocol::hash::bytes_hash(&zelf.packed());
        zelf.hash.set(Some(h));
        Ok(h)
    }

    #[slot]
    fn richcompare(
        zelf: &Py<PyMemoryView>,
        vm: &VirtualMachine,
        other: PyObject<'_>,
        op: Comparison,
    ) -> PyResult {
        if !matches!(op, Comparison::Eq | Comparison::Ne) {
            return Ok(PyObjectRef::not_implemented());
        }
        let answer = |same: bool| Ok(vm.new_bool(same == (op == Comparison::Eq)));
        if zelf.managed.with(Option::is_none) {
            return answer(zelf.is(other));
        }
        if let Some(mv) = other.downcast::<PyMemoryView>()
            && mv.managed.with(Option::is_none)
        {
            return answer(zelf.is(other));
        }
        if !buffer::has_buffer(vm, other) {
            return Ok(PyObjectRef::not_implemented());
        }
        let Ok(b) = buffer::get(vm, other, buffer::FULL_RO) else {
            return Ok(PyObjectRef::not_implemented());
        };
        if zelf.view.shape() != b.view.shape() {
            return answer(false);
        }
        let right = b.to_vec(vm)?;
        let left = zelf.packed();
        answer(same_items(vm, (&zelf.view, &left), (&b.view, &right))?)
    }

    #[slot]
    fn mp_length(zelf: &Py<PyMemoryView>, vm: &VirtualMachine) -> PyResult<usize> {
        zelf.check(vm)?;
        match zelf.view.shape().first() {
            Some(n) => Ok(*n),
            None => Err(vm.type_error("0-dim memory has no length")),
        }
    }

    #[slot]
    fn sq_item(zelf: &Py<PyMemoryView>, vm: &VirtualMachine, i: isize) -> PyResult {
        zelf.check(vm)?;
        match zelf.view.ndim() {
            0 => Err(vm.type_error("invalid indexing of 0-dim memory")),
            1 => zelf.item_at(vm, zelf.view.offset + zelf.step(vm, 0, i)?),
            _ => Err(vm.not_implemented_error("multi-dimensional sub-views are not implemented")),
        }
    }

    #[slot]
    fn subscript(zelf: &Py<PyMemoryView>, vm: &VirtualMachine, key: PyObject<'_>) -> PyResult {
        zelf.check(vm)?;
        if key.downcast::<PySlice>().is_some_and(|s| s.may_run_code()) {
            // The slice's view begins before its bounds are asked, which may release this one.
            let whole = zelf.derive(vm, zelf.view.clone())?;
            return match whole.select(vm, key)? {
                Selected::Item(at) => whole.item_at(vm, at),
                Selected::View(view) => Ok(whole.derive(vm, view)?.into()),
            };
        }
        match zelf.select(vm, key)? {
            Selected::Item(at) => zelf.item_at(vm, at),
            Selected::View(view) => Ok(zelf.derive(vm, view)?.into()),
        }
    }

    #[slot]
    fn ass_subscript(
        zelf: &Py<PyMemoryView>,
        vm: &VirtualMachine,
        key: PyObject<'_>,
        value: Option<PyObject<'_>>,
    ) -> PyResult<()> {
        zelf.check(vm)?;
        if zelf.view.readonly {
            return Err(vm.type_error("cannot modify read-only memory"));
        }
        let Some(value) = value else {
            return Err(vm.type_error("cannot delete memory"));
        };
        match zelf.select(vm, key)? {
            Selected::Item(at) => zelf.set_item_at(vm, at, value),
            Selected::View(view) if zelf.view.ndim() == 0 => {
                zelf.set_item_at(vm, view.offset, value)
            }
            Selected::View(_) if zelf.view.ndim() > 1 => Err(vm.not_implemented_error(
                "memoryview slice assignments are currently restricted to ndim = 1",
            )),
            Selected::View(view) => zelf.assign(vm, &view, value),
        }
    }

    #[slot]
    fn iter(zelf: &Py<PyMemoryView>, vm: &VirtualMachine) -> PyResult<PyRef<PyMemoryIterator>> {
        zelf.check(vm)?;
        match zelf.view.ndim() {
            0 => Err(vm.type_error("invalid indexing of 0-dim memory")),
            1 => Ok(vm.new_object(PyMemoryIterator {
                view: PyCell::new(Some(zelf.to_ref())),
                at: Cell::new(0),
            })),
            _ => Err(vm.not_implemented_error("multi-dimensional sub-views are not implemented")),
        }
    }

    #[slot]
    fn get_buffer(zelf: &Py<PyMemoryView>, vm: &VirtualMachine, flags: u32) -> PyResult<Buffer> {
        export(vm, zelf, flags)
    }

    /// Gives the memory back; the view cannot be used any more.
    #[method(sig = "(self, /)")]
    fn release(zelf: &Py<PyMemoryView>, vm: &VirtualMachine) -> PyResult<()> {
        Py::<PyMemoryView>::release(zelf, vm)
    }

    #[method(name = "__enter__", sig = "(self, /)", text = "")]
    fn enter(zelf: &Py<PyMemoryView>, vm: &VirtualMachine) -> PyResult<PyRef<PyMemoryView>> {
        zelf.check(vm)?;
        Ok(zelf.to_ref())
    }

    #[method(name = "__exit__", sig = "(self, /, *args)", text = "")]
    fn exit(zelf: &Py<PyMemoryView>, vm: &VirtualMachine, args: Rest<'_>) -> PyResult<()> {
        let _ = args;
        Py::<PyMemoryView>::release(zelf, vm)
    }

    /// The items' bytes, in C order unless order says otherwise.
    #[method(sig = "(self, /, order='C')")]
    fn tobytes(
        zelf: &Py<PyMemoryView>,
        vm: &VirtualMachine,
        order: Option<NoneOr<&Py<PyStr>>>,
    ) -> PyResult {
        zelf.check(vm)?;
        let order = order.and_then(|o| o.0).map_or(b'C', |s| match s.as_bytes() {
            [c @ (b'C' | b'F' | b'A')] => *c,
            _ => 0,
        });
        if order == 0 {
            return Err(vm.value_error("order must be 'C', 'F' or 'A'"));
        }
        vm.check_room(zelf.view.len())?;
        let view = &zelf.view;
        let fortran = order == b'F' || (order == b'A' && view.is_f_contiguous());
        if !fortran || view.ndim() <= 1 {
            return Ok(vm.new_bytes(&zelf.packed()).into());
        }
        // Fortran order is C order with the dimensions reversed.
        let mut turned = view.clone();
        turned.set_dims(
            view.shape().iter().rev().copied().collect(),
            view.strides().iter().rev().copied().collect(),
        );
        let data = gather(&turned, |f| zelf.with_memory(|m| f(m)));
        Ok(vm.new_bytes(&data).into())
    }

    /// The bytes as hexadecimal digits.
    #[method(sig = "(self, /, sep=<unrepresentable>, bytes_per_sep=1)")]
    fn hex(
        zelf: &Py<PyMemoryView>,
        vm: &VirtualMachine,
        sep: Option<PyObject<'_>>,
        bytes_per_sep: i32,
    ) -> PyResult<PyRef<PyStr>> {
        zelf.check(vm)?;
        zelf.held(|| bytes_like::to_hex(vm, &zelf.packed(), sep, bytes_per_sep))
    }

    /// The items as a list, nested for several dimensions.
    #[method(sig = "(self, /)")]
    fn tolist(zelf: &Py<PyMemoryView>, vm: &VirtualMachine) -> PyResult {
        zelf.check(vm)?;
        let packed = zelf.packed();
        to_list(vm, &zelf.view, &zelf.view.format, &packed, 0, &mut 0)
    }

    /// A read-only view of the same memory.
    #[method(sig = "(self, /)")]
    fn toreadonly(zelf: &Py<PyMemoryView>, vm: &VirtualMachine) -> PyResult<PyRef<PyMemoryView>> {
        zelf.check(vm)?;
        let mut view = zelf.view.clone();
        view.readonly = true;
        zelf.derive(vm, view)
    }

    /// A view of the same memory with another format or shape.
    #[method(sig = "(self, /, format, shape=<unrepresentable>)")]
    fn cast(
        zelf: &Py<PyMemoryView>,
        vm: &VirtualMachine,
        format: &str,
        shape: Option<PyObject<'_>>,
    ) -> PyResult<PyRef<PyMemoryView>> {
        zelf.check(vm)?;
        if !zelf.view.is_c_contiguous() {
            return Err(vm.type_error("memoryview: casts are restricted to C-contiguous views"));
        }
        if (shape.is_some() || zelf.view.ndim() != 1) && zelf.view.shape().contains(&0) {
            return Err(
                vm.type_error("memoryview: cannot cast view with zeros in shape or strides")
            );
        }
        let shape = match shape {
            None => None,
            Some(o) => {
                let items = if let Some(t) = o.downcast::<PyTuple>() {
                    t.as_slice().to_vec()
                } else if let Some(l) = o.downcast::<PyList>() {
                    l.items().to_vec()
                } else {
                    return Err(vm.type_error("shape must be a list or a tuple"));
                };
                if items.len() > 64 {
                    return Err(
                        vm.value_error("memoryview: number of dimensions must not exceed 64")
                    );
                }
                if zelf.view.ndim() > 1 && items.len() > 1 {
                    return Err(vm.type_error("memoryview: cast must be 1D -> ND or ND -> 1D"));
                }
                let mut shape = Vec::with_capacity(items.len());
                for v in &items {
                    if v.as_object().int_view().is_none() {
                        return Err(
                            vm.type_error("memoryview.cast(): elements of shape must be integers")
                        );
                    }
                    let n = vm.to_isize(v.as_object())?;
                    if n <= 0 {
                        return Err(vm.value_error(
                            "memoryview.cast(): elements of shape must be integers > 0",
                        ));
                    }
                    shape.push(n as usize);
                }
                Some(shape)
            }
        };
        let view = zelf.cast_view(vm, format, shape)?;
        zelf.derive(vm, view)
    }

    /// How often a value occurs.
    #[method(sig = "(self, value, /)")]
    fn count(zelf: &Py<PyMemoryView>, vm: &VirtualMachine, value: PyObject<'_>) -> PyResult<usize> {
        zelf.check(vm)?;
        let mut n = 0;
        for v in zelf.iter_items(vm)? {
            n += usize::from(equal(vm, v.as_object(), value)?);
        }
        Ok(n)
    }

    /// The first position of a value between start and stop.
    #[method(sig = "(self, value, start=0, stop=sys.maxsize, /)")]
    fn index(
        zelf: &Py<PyMemoryView>,
        vm: &VirtualMachine,
        value: PyObject<'_>,
        start: Option<SearchBound>,
        stop: Option<SearchBound>,
    ) -> PyResult<usize> {
        zelf.check(vm)?;
        if zelf.view.ndim() == 0 {
            return Err(vm.type_error("invalid lookup on 0-dim memory"));
        }
        if zelf.view.ndim() > 1 {
            return Err(vm.not_implemented_error("multi-dimensional lookup is not implemented"));
        }
        let items = zelf.iter_items(vm)?;
        let (start, stop) = search_range(start, stop, items.len());
        for (i, v) in items.iter().enumerate().take(stop).skip(start) {
            if equal(vm, v.as_object(), value)? {
                return Ok(i);
            }
        }
        Err(vm.value_error("memoryview.index(x): x not found"))
    }

    /// memoryview[T] in annotations.
    #[classmethod(name = "__class_getitem__", sig = "(cls, item, /)")]
    fn class_getitem(cls: &Py<PyType>, vm: &VirtualMachine, item: PyObject<'_>) -> PyObjectRef {
        crate::builtins::generic_alias::PyGenericAlias::create(vm, cls.as_object(), item)
    }

    /// The object whose memory this is.
    #[getter]
    fn obj(zelf: &Py<PyMemoryView>, vm: &VirtualMachine) -> PyResult {
        let m: PyRef<PyManagedBuffer> = zelf.managed(vm)?;
        let source = m.buffer.with(|b| b.as_ref().map(|b| b.source().to_owned()));
        source.ok_or_else(|| released(vm))
    }

    /// Bytes that all items take.
    #[getter]
    fn nbytes(zelf: &Py<PyMemoryView>, vm: &VirtualMachine) -> PyResult<usize> {
        zelf.check(vm)?;
        Ok(zelf.view.len())
    }

    /// Whether the memory cannot be written through this view.
    #[getter]
    fn readonly(zelf: &Py<PyMemoryView>, vm: &VirtualMachine) -> PyResult<bool> {
        zelf.check(vm)?;
        Ok(zelf.view.readonly)
    }

    /// Bytes that one item takes.
    #[getter]
    fn itemsize(zelf: &Py<PyMemoryView>, vm: &VirtualMachine) -> PyResult<usize> {
        zelf.check(vm)?;
        Ok(zelf.view.item_size)
    }

    /// The format of an item, in the syntax of struct.
    #[getter]
    fn format(zelf: &Py<PyMemoryView>, vm: &VirtualMachine) -> PyResult<String> {
        zelf.check(vm)?;
        Ok(zelf.view.format.clone().into_owned())
    }

    /// Number of dimensions.
    #[getter]
    fn ndim(zelf: &Py<PyMemoryView>, vm: &VirtualMachine) -> PyResult<usize> {
        zelf.check(vm)?;
        Ok(zelf.view.ndim())
    }

    /// Number of items along each dimension.
    #[getter]
    fn shape(zelf: &Py<PyMemoryView>, vm: &VirtualMachine) -> PyResult<PyRef<PyTuple>> {
        zelf.check(vm)?;
        Ok(sizes(vm, zelf.view.shape().iter().map(|n| *n as isize)))
    }

    /// Bytes from one item to the next along each dimension.
    #[getter]
    fn strides(zelf: &Py<PyMemoryView>, vm: &VirtualMachine) -> PyResult<PyRef<PyTuple>> {
        zelf.check(vm)?;
        Ok(sizes(vm, zelf.view.strides().iter().copied()))
    }

    /// Always empty: for arrays of pointers.
    #[getter]
    fn suboffsets(zelf: &Py<PyMemoryView>, vm: &VirtualMachine) -> PyResult<PyRef<PyTuple>> {
        zelf.check(vm)?;
        Ok(vm.new_tuple(Vec::new()))
    }

    /// Whether the items lie in C order without gaps.
    #[getter]
    fn c_contiguous(zelf: &Py<PyMemoryView>, vm: &VirtualMachine) -> PyResult<bool> {
        zelf.check(vm)?;
        Ok(zelf.view.is_c_contiguous())
    }

    /// Whether the items lie in Fortran order without gaps.
    #[getter]
    fn f_contiguous(zelf: &Py<PyMemoryView>, vm: &VirtualMachine) -> PyResult<bool> {
        zelf.check(vm)?;
        Ok(zelf.view.is_f_contiguous())
    }

    /// Whether the items lie without gaps.
    #[getter]
    fn contiguous(zelf: &Py<PyMemoryView>, vm: &VirtualMachine) -> PyResult<bool> {
        zelf.check(vm)?;
        Ok(zelf.view.is_c_contiguous() || zelf.view.is_f_contiguous())
    }
}

#[pyclass(name = "memory_iterator", flags(HAVE_GC), doc = None)]
#[derive(Traverse)]
pub struct PyMemoryIterator {
    view: PyCell<Option<PyRef<PyMemoryView>>>,
    at: Cell<usize>,
}

#[pymethods]
impl PyMemoryIterator {
    #[slot]
    fn iter(zelf: &Py<PyMemoryIterator>) -> PyRef<PyMemoryIterator> {
        zelf.to_ref()
    }

    #[slot]
    fn iternext(zelf: &Py<PyMemoryIterator>, vm: &VirtualMachine) -> PyResult<Option<PyObjectRef>> {
        let Some(mv) = zelf.view.get() else { return Ok(None) };
        mv.check(vm)?;
        let i = zelf.at.get();
        if i >= mv.view.shape()[0] {
            drop(zelf.view.take());
            return Ok(None);
        }
        zelf.at.set(i + 1);
        mv.item_at(vm, mv.view.offset + i as isize * mv.view.strides()[0]).map(Some)
    }
}
