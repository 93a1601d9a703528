//! The operators and methods of `array`.

use super::items::Kind;
use super::{PyArray, PyArrayIterator, export, rebuild};
use std::cell::Cell;
use vm::builtins::bytearray::PyByteArray;
use vm::builtins::bytes::PyBytes;
use vm::builtins::slice::PySlice;
use vm::builtins::str::{Bound, clamp};
use vm::prelude::*;
use vm::protocol::buffer::{Buffer, BytesLike, WRITABLE};
use vm::protocol::comparison::{equal, rich_compare};

/// An array of the same kind with these bytes.
fn like(vm: &VirtualMachine, a: &PyArray, data: Vec<u8>) -> PyRef<PyArray> {
    vm.new_object(PyArray::of(a.kind, data))
}

fn bad_argument(vm: &VirtualMachine) -> PyErr {
    vm.type_error("bad argument type for built-in operation")
}

fn repeated(vm: &VirtualMachine, data: &[u8], count: isize) -> PyResult<Vec<u8>> {
    let count = usize::try_from(count).unwrap_or(0);
    let len = data.len().checked_mul(count).filter(|n| *n <= isize::MAX as usize);
    let mut out = Vec::new();
    let reserved = len.is_some_and(|n| out.try_reserve_exact(n).is_ok());
    if !reserved {
        return Err(vm.memory_error());
    }
    (0..count).for_each(|_| out.extend_from_slice(data));
    Ok(out)
}

/// Adds the items of another array or of an iterable.
fn extend(vm: &VirtualMachine, zelf: &Py<PyArray>, o: PyObject<'_>) -> PyResult<()> {
    if let Some(other) = o.downcast::<PyArray>() {
        if other.kind != zelf.kind {
            return Err(vm.type_error("can only extend with array of same kind"));
        }
        let more = other.data.get();
        return zelf.resize_with(vm, more.len(), |d| d.extend_from_slice(&more));
    }
    vm.for_each(o, |v| zelf.push(vm, v.as_object()))
}

fn add_bytes(vm: &VirtualMachine, zelf: &PyArray, more: &[u8]) -> PyResult<()> {
    if !more.len().is_multiple_of(zelf.kind.size()) {
        return Err(vm.value_error("bytes length not a multiple of item size"));
    }
    zelf.resize_with(vm, more.len(), |d| d.extend_from_slice(more))
}

fn add_text(vm: &VirtualMachine, zelf: &PyArray, s: &PyStr) -> PyResult<()> {
    let mut more = Vec::with_capacity(4 * s.char_len());
    for cp in text::utf8::code_points(s.as_bytes()) {
        more.extend_from_slice(&cp.to_ne_bytes());
    }
    zelf.resize_with(vm, more.len(), |d| d.extend_from_slice(&more))
}

fn position(vm: &VirtualMachine, zelf: &PyArray, i: isize, message: &str) -> PyResult<usize> {
    let len = zelf.len() as isize;
    let i = if i < 0 { i + len } else { i };
    if i < 0 || i >= len { Err(vm.index_error(message)) } else { Ok(i as usize) }
}

/// `zelf[i] = v`; converting the value may run code that resizes the array.
fn set_item(vm: &VirtualMachine, zelf: &PyArray, i: isize, v: PyObject<'_>) -> PyResult<()> {
    const MESSAGE: &str = "array assignment index out of range";
    position(vm, zelf, i, MESSAGE)?;
    let b = zelf.kind.pack(vm, v)?;
    let i = position(vm, zelf, i, MESSAGE)?;
    zelf.data.with_mut(|d| match zelf.kind.size() {
        // The common sizes, each a single store.
        8 => d[i * 8..i * 8 + 8].copy_from_slice(&b),
        4 => d[i * 4..i * 4 + 4].copy_from_slice(&b[..4]),
        size => d[i * size..(i + 1) * size].copy_from_slice(&b[..size]),
    });
    Ok(())
}

fn new_array(vm: &VirtualMachine, cls: &Py<PyType>, args: Args<'_>) -> PyResult<PyRef<PyArray>> {
    if cls.is(vm.type_of::<PyArray>()) {
        args.no_keywords(vm, "array.array")?;
    }
    match args.len() {
        1 | 2 => {}
        0 => return Err(vm.type_error("array() takes at least 1 argument (0 given)")),
        n => return Err(vm.type_error(format!("array() takes at most 2 arguments ({n} given)"))),
    }
    let code = args.at(0);
    let Some(code_text) = code.downcast::<PyStr>() else {
        return Err(vm.type_error(format!(
            "array() argument 1 must be a unicode character, not {}",
            code.class(vm).display_name()
        )));
    };
    let Some(code) = code_text.single() else {
        return Err(vm.type_error(format!(
            "array() argument 1 must be a unicode character, not a string of length {}",
            code_text.char_len()
        )));
    };
    if code == u32::from(b'u') {
        vm.warn(
            &vm.exc().deprecation_warning,
            "The 'u' type code is deprecated and will be removed in Python 3.16",
            1,
        )?;
    }
    let kind = Kind::of(code);
    let initial = args.get(1);
    if let Some(o) = initial
        && kind.is_none_or(|k| !k.is_text())
    {
        let shown = char::from_u32(code).unwrap_or('?');
        if o.downcast::<PyStr>().is_some() {
            return Err(vm.type_error(format!(
                "cannot use a str to initialize an array with typecode '{shown}'"
            )));
        }
        if o.downcast::<PyArray>().is_some_and(|a| a.kind.is_text()) {
            return Err(vm.type_error(format!(
                "cannot use a unicode array to initialize an array with typecode '{shown}'"
            )));
        }
    }
    let Some(kind) = kind else {
        return Err(
            vm.value_error("bad typecode (must be b, B, u, w, h, H, i, I, l, L, q, Q, f or d)")
        );
    };
    let a = vm.alloc(cls, PyArray::of(kind, Vec::new()));
    let Some(o) = initial else { return Ok(a) };
    if let Some(b) = o.downcast::<PyBytes>() {
        add_bytes(vm, &a, b.as_bytes())?;
    } else if let Some(b) = o.downcast::<PyByteArray>() {
        add_bytes(vm, &a, &b.to_vec())?;
    } else if let Some(s) = o.downcast::<PyStr>() {
        add_text(vm, &a, s)?;
    } else if let Some(other) = o.downcast::<PyArray>().filter(|x| x.kind == kind) {
        a.data.set(other.data.get());
    } else {
        vm.for_each(o, |v| a.push(vm, v.as_object()))?;
    }
    Ok(a)
}

#[pymethods(name = slots)]
impl PyArray {
    #[slot]
    fn new(cls: &Py<PyType>, vm: &VirtualMachine, args: Args<'_>) -> PyResult<PyRef<PyArray>> {
        new_array(vm, cls, args)
    }

    #[slot]
    fn repr(zelf: &Py<PyArray>, vm: &VirtualMachine) -> PyResult<PyRef<PyStr>> {
        let name = zelf.class().name();
        let code = [zelf.kind.code()];
        let mut parts: Vec<Vec<u8>> =
            vec![name.as_bytes().to_vec(), b"('".to_vec(), code.to_vec(), b"'".to_vec()];
        if zelf.len() > 0 {
            let values: PyObjectRef = if zelf.kind.is_text() {
                text_of(vm, zelf)?.into()
            } else {
                vm.new_list(zelf.items(vm)?).into()
            };
            parts.push(b", ".to_vec());
            parts.push(vm.repr(values.as_object())?.as_bytes().to_vec());
        }
        parts.push(b")".to_vec());
        vm.try_new_str(&parts.concat())
    }

    #[slot]
    fn richcompare(
        zelf: &Py<PyArray>,
        vm: &VirtualMachine,
        other: PyObject<'_>,
        op: Comparison,
    ) -> PyResult {
        let Some(other) = other.downcast::<PyArray>() else {
            return Ok(PyObjectRef::not_implemented());
        };
        let (a, b) = (zelf.len(), other.len());
        if a != b && matches!(op, Comparison::Eq | Comparison::Ne) {
            return Ok(vm.new_bool(op == Comparison::Ne));
        }
        if zelf.kind == other.kind && !matches!(zelf.kind.code(), b'f' | b'd') {
            let same = zelf.data.with(|x| other.data.with(|y| x == y));
            if matches!(op, Comparison::Eq | Comparison::Ne) {
                return Ok(vm.new_bool(same == (op == Comparison::Eq)));
            }
        }
        let mut i = 0;
        while let (Some(x), Some(y)) = (zelf.item(vm, i)?, other.item(vm, i)?) {
            let r = rich_compare(vm, x.as_object(), y.as_object(), Comparison::Eq)?;
            if !vm.is_true(r.as_object())? {
                return match op {
                    Comparison::Eq => Ok(vm.new_bool(false)),
                    Comparison::Ne => Ok(vm.new_bool(true)),
                    _ => rich_compare(vm, x.as_object(), y.as_object(), op),
                };
            }
            i += 1;
        }
        Ok(vm.new_bool(match op {
            Comparison::Eq => a == b,
            Comparison::Ne => a != b,
            Comparison::Lt => a < b,
            Comparison::Le => a <= b,
            Comparison::Gt => a > b,
            Comparison::Ge => a >= b,
        }))
    }

    #[slot]
    fn concat(
        zelf: &Py<PyArray>,
        vm: &VirtualMachine,
        o: PyObject<'_>,
    ) -> PyResult<PyRef<PyArray>> {
        let Some(other) = o.downcast::<PyArray>() else {
            return Err(vm.type_error(format!(
                "can only append array (not \"{}\") to array",
                o.class(vm).display_name()
            )));
        };
        if other.kind != zelf.kind {
            return Err(bad_argument(vm));
        }
        let more = other.data.get();
        vm.check_room(more.len().saturating_add(zelf.data.with(Vec::len)))?;
        Ok(like(vm, zelf, [zelf.data.get(), more].concat()))
    }

    #[slot]
    fn inplace_concat(
        zelf: &Py<PyArray>,
        vm: &VirtualMachine,
        o: PyObject<'_>,
    ) -> PyResult<PyRef<PyArray>> {
        if o.downcast::<PyArray>().is_none() {
            return Err(vm.type_error(format!(
                "can only extend array with array (not \"{}\")",
                o.class(vm).display_name()
            )));
        }
        extend(vm, zelf, o)?;
        Ok(zelf.to_ref())
    }

    #[slot]
    fn repeat(zelf: &Py<PyArray>, vm: &VirtualMachine, n: isize) -> PyResult<PyRef<PyArray>> {
        Ok(like(vm, zelf, repeated(vm, &zelf.data.get(), n)?))
    }

    #[slot]
    fn inplace_repeat(
        zelf: &Py<PyArray>,
        vm: &VirtualMachine,
        n: isize,
    ) -> PyResult<PyRef<PyArray>> {
        if n != 1 && zelf.len() > 0 {
            zelf.check_resizable(vm)?;
            zelf.data.set(repeated(vm, &zelf.data.get(), n)?);
        }
        Ok(zelf.to_ref())
    }

    #[slot]
    fn mp_length(&self) -> usize {
        self.len()
    }

    #[slot]
    fn sq_item(&self, vm: &VirtualMachine, i: isize) -> PyResult {
        let found = usize::try_from(i).ok().map(|i| self.item(vm, i)).transpose()?.flatten();
        found.ok_or_else(|| vm.index_error("array index out of range"))
    }

    #[slot]
    fn subscript(zelf: &Py<PyArray>, vm: &VirtualMachine, key: PyObject<'_>) -> PyResult {
        if let Some(i) = key.small_int() {
            let i = position(vm, zelf, i as isize, "array index out of range")?;
            return PyArray::sq_item(zelf, vm, i as isize);
        }
        if let Some(slice) = key.downcast::<PySlice>() {
            let (start, _, step, count) = vm.slice_indices(slice, || zelf.len())?;
            let size = zelf.kind.size();
            let data = zelf.data.with(|d| {
                let mut out = Vec::with_capacity(count * size);
                for i in 0..count as isize {
                    let at = (start + i * step) as usize * size;
                    out.extend_from_slice(d.get(at..at + size).unwrap_or_default());
                }
                out
            });
            return Ok(like(vm, zelf, data).into());
        }
        if !vm.is_index(key) {
            return Err(vm.type_error("array indices must be integers"));
        }
        let i = vm.to_subscript(key)?;
        let i = position(vm, zelf, i, "array index out of range")?;
        PyArray::sq_item(zelf, vm, i as isize)
    }

    #[slot]
    fn ass_subscript(
        zelf: &Py<PyArray>,
        vm: &VirtualMachine,
        key: PyObject<'_>,
        value: Option<PyObject<'_>>,
    ) -> PyResult<()> {
        let size = zelf.kind.size();
        if let (Some(i), Some(v)) = (key.small_int(), value) {
            return set_item(vm, zelf, i as isize, v);
        }
        if let Some(slice) = key.downcast::<PySlice>() {
            let values = match value {
                None => Vec::new(),
                Some(v) => match v.downcast::<PyArray>() {
                    Some(a) if a.kind == zelf.kind => a.data.get(),
                    Some(_) => return Err(bad_argument(vm)),
                    None => {
                        return Err(vm.type_error(format!(
                            "can only assign array (not \"{}\") to array slice",
                            v.class(vm).display_name()
                        )));
                    }
                },
            };
            return set_slice(vm, zelf, slice, &values, value.is_none());
        }
        if !vm.is_index(key) {
            return Err(vm.type_error("array indices must be integers"));
        }
        let i = vm.to_subscript(key)?;
        match value {
            None => {
                let i = position(vm, zelf, i, "array assignment index out of range")?;
                zelf.resize_with(vm, 0, |d| drop(d.drain(i * size..(i + 1) * size)))
            }
            Some(v) => set_item(vm, zelf, i, v),
        }
    }

    #[slot]
    fn contains(zelf: &Py<PyArray>, vm: &VirtualMachine, v: PyObject<'_>) -> PyResult<bool> {
        Ok(find(vm, zelf, v, 0, usize::MAX)?.is_some())
    }

    #[slot]
    fn iter(zelf: &Py<PyArray>, vm: &VirtualMachine) -> PyRef<PyArrayIterator> {
        let array = PyCell::new(Some(zelf.to_ref()));
        vm.new_object(PyArrayIterator { array, at: Cell::new(0) })
    }

    #[slot]
    fn get_buffer(zelf: &Py<PyArray>, _vm: &VirtualMachine, flags: u32) -> PyResult<Buffer> {
        let _ = flags & WRITABLE;
        Ok(export(zelf))
    }
}

fn set_slice(
    vm: &VirtualMachine,
    zelf: &Py<PyArray>,
    slice: &PySlice,
    values: &[u8],
    delete: bool,
) -> PyResult<()> {
    let size = zelf.kind.size();
    let (start, _, step, count) = vm.slice_indices(slice, || zelf.len())?;
    let given = values.len() / size;
    if step == 1 {
        let (a, b) = (start as usize * size, (start as usize + count) * size);
        if given == count {
            zelf.data.with_mut(|d| d[a..b].copy_from_slice(values));
            return Ok(());
        }
        return zelf
            .resize_with(vm, values.len(), |d| drop(d.splice(a..b, values.iter().copied())));
    }
    if delete || given == 0 {
        if count == 0 {
            return Ok(());
        }
        let gone: std::collections::HashSet<usize> =
            (0..count as isize).map(|i| (start + i * step) as usize).collect();
        return zelf.resize_with(vm, 0, |d| {
            let mut at = 0;
            d.retain(|_| {
                let keep = !gone.contains(&(at / size));
                at += 1;
                keep
            });
        });
    }
    if given != count {
        return Err(vm.value_error(format!(
            "attempt to assign array of size {given} to extended slice of size {count}"
        )));
    }
    zelf.data.with_mut(|d| {
        for (i, item) in values.chunks(size).enumerate() {
            let at = (start + i as isize * step) as usize * size;
            d[at..at + size].copy_from_slice(item);
        }
    });
    Ok(())
}

fn find(
    vm: &VirtualMachine,
    zelf: &PyArray,
    v: PyObject<'_>,
    start: usize,
    stop: usize,
) -> PyResult<Option<usize>> {
    let mut i = start;
    while i < stop
        && let Some(item) = zelf.item(vm, i)?
    {
        if equal(vm, item.as_object(), v)? {
            return Ok(Some(i));
        }
        i += 1;
    }
    Ok(None)
}

fn text_of(vm: &VirtualMachine, zelf: &PyArray) -> PyResult<PyRef<PyStr>> {
    let mut out = Vec::new();
    for item in zelf.items(vm)? {
        if let Some(s) = item.as_object().downcast::<PyStr>() {
            out.extend_from_slice(s.as_bytes());
        }
    }
    vm.try_new_str(&out)
}

#[pymethods(name = methods)]
impl PyArray {
    /// The code of the machine type.
    #[getter]
    fn typecode(&self, vm: &VirtualMachine) -> PyRef<PyStr> {
        vm.new_char(u32::from(self.kind.code()))
    }

    /// Bytes of one item.
    #[getter]
    fn itemsize(&self) -> usize {
        self.kind.size()
    }

    /// Adds one value at the end.
    #[method(sig = "(self, v, /)")]
    fn append(&self, vm: &VirtualMachine, v: PyObject<'_>) -> PyResult<()> {
        self.push(vm, v)
    }

    /// Adds the items of an array or iterable at the end.
    #[method(sig = "(self, bb, /)")]
    fn extend(zelf: &Py<PyArray>, vm: &VirtualMachine, bb: PyObject<'_>) -> PyResult<()> {
        extend(vm, zelf, bb)
    }

    /// Inserts a value before a position.
    #[method(sig = "(self, i, v, /)")]
    fn insert(&self, vm: &VirtualMachine, i: isize, v: PyObject<'_>) -> PyResult<()> {
        let b = self.kind.pack(vm, v)?;
        let (len, size) = (self.len() as isize, self.kind.size());
        let i = if i < 0 { (i + len).max(0) } else { i.min(len) } as usize;
        self.resize_with(vm, size, |d| {
            drop(d.splice(i * size..i * size, b[..size].iter().copied()));
        })
    }

    /// Removes and returns the item at a position, the last one by default.
    #[method(sig = "(self, i=-1, /)")]
    fn pop(&self, vm: &VirtualMachine, i: isize) -> PyResult {
        if self.len() == 0 {
            return Err(vm.index_error("pop from empty array"));
        }
        let i = position(vm, self, i, "pop index out of range")?;
        let v = self.item(vm, i)?.ok_or_else(|| vm.index_error("pop index out of range"))?;
        let size = self.kind.size();
        self.resize_with(vm, 0, |d| drop(d.drain(i * size..(i + 1) * size)))?;
        Ok(v)
    }

    /// Removes the first occurrence of a value.
    #[method(sig = "(self, v, /)")]
    fn remove(&self, vm: &VirtualMachine, v: PyObject<'_>) -> PyResult<()> {
        let Some(i) = find(vm, self, v, 0, usize::MAX)? else {
            return Err(vm.value_error("array.remove(x): x not in array"));
        };
        let size = self.kind.size();
        self.resize_with(vm, 0, |d| {
            if (i + 1) * size <= d.len() {
                d.drain(i * size..(i + 1) * size);
            }
        })
    }

    /// The first position of a value.
    #[method(sig = "(self, v, start=0, stop=sys.maxsize, /)")]
    fn index(
        &self,
        vm: &VirtualMachine,
        v: PyObject<'_>,
        start: Option<Bound>,
        stop: Option<Bound>,
    ) -> PyResult<usize> {
        let (start, stop) = clamp(start, stop, self.len());
        find(vm, self, v, start, stop)?
            .ok_or_else(|| vm.value_error("array.index(x): x not in array"))
    }

    /// How often a value occurs.
    #[method(sig = "(self, v, /)")]
    fn count(&self, vm: &VirtualMachine, v: PyObject<'_>) -> PyResult<usize> {
        let mut n = 0;
        let mut i = 0;
        while let Some(item) = self.item(vm, i)? {
            n += usize::from(equal(vm, item.as_object(), v)?);
            i += 1;
        }
        Ok(n)
    }

    /// Reverses the order of the items.
    #[method(sig = "(self, /)")]
    fn reverse(&self) {
        let size = self.kind.size();
        self.data.with_mut(|d| {
            d.reverse();
            d.chunks_mut(size).for_each(<[u8]>::reverse);
        });
    }

    /// Removes all items.
    #[method(sig = "(self, /)")]
    fn clear(&self, vm: &VirtualMachine) -> PyResult<()> {
        self.resize_with(vm, 0, Vec::clear)
    }

    /// Reverses the bytes of every item.
    #[method(sig = "(self, /)")]
    fn byteswap(&self) {
        let size = self.kind.size();
        self.data.with_mut(|d| d.chunks_mut(size).for_each(<[u8]>::reverse));
    }

    /// The address of the memory and the number of items.
    #[method(sig = "(self, /)")]
    fn buffer_info(&self) -> (usize, usize) {
        (self.data.with(|d| d.as_ptr().addr()), self.len())
    }

    /// Appends items from machine bytes.
    #[method(sig = "(self, buffer, /)")]
    fn frombytes(&self, vm: &VirtualMachine, buffer: BytesLike<'_>) -> PyResult<()> {
        let more = buffer.to_cow();
        drop(buffer);
        add_bytes(vm, self, &more)
    }

    /// The items as machine bytes.
    #[method(sig = "(self, /)")]
    fn tobytes(&self, vm: &VirtualMachine) -> PyResult<PyRef<PyBytes>> {
        vm.try_new_bytes(&self.data.get())
    }

    /// Appends the items of a list, all or none.
    #[method(sig = "(self, list, /)")]
    fn fromlist(&self, vm: &VirtualMachine, list: PyObject<'_>) -> PyResult<()> {
        let Some(l) = list.downcast::<PyList>() else {
            return Err(vm.type_error("arg must be list"));
        };
        let size = self.kind.size();
        let mut more = Vec::new();
        for v in l.items().to_vec() {
            more.extend_from_slice(&self.kind.pack(vm, v.as_object())?[..size]);
        }
        self.resize_with(vm, more.len(), |d| d.extend_from_slice(&more))
    }

    /// The items as a list.
    #[method(sig = "(self, /)")]
    fn tolist(&self, vm: &VirtualMachine) -> PyResult<Vec<PyObjectRef>> {
        self.items(vm)
    }

    /// Appends characters; for arrays of characters.
    #[method(sig = "(self, ustr, /)")]
    fn fromunicode(&self, vm: &VirtualMachine, ustr: &Py<PyStr>) -> PyResult<()> {
        if !self.kind.is_text() {
            return Err(vm.value_error(
                "fromunicode() may only be called on unicode type arrays ('u' or 'w')",
            ));
        }
        add_text(vm, self, ustr)
    }

    /// The characters as text.
    #[method(sig = "(self, /)")]
    fn tounicode(&self, vm: &VirtualMachine) -> PyResult<PyRef<PyStr>> {
        if !self.kind.is_text() {
            return Err(vm.value_error(
                "tounicode() may only be called on unicode type arrays ('u' or 'w')",
            ));
        }
        text_of(vm, self)
    }

    /// Appends n items read from a file.
    #[method(sig = "(self, f, n, /)")]
    fn fromfile(&self, vm: &VirtualMachine, f: PyObject<'_>, n: isize) -> PyResult<()> {
        let n = usize::try_from(n).map_err(|_| vm.value_error("negative count"))?;
        let Some(bytes) = n.checked_mul(self.kind.size()) else {
            return Err(vm.memory_error());
        };
        let size = vm.new_usize(bytes);
        let read = vm.call_method(f, &vm.names().read, &[size.as_object()])?;
        let Some(b) = read.as_object().downcast::<PyBytes>() else {
            return Err(vm.type_error("read() didn't return bytes"));
        };
        add_bytes(vm, self, b.as_bytes())?;
        if b.len() != bytes {
            return Err(vm.eof_error("read() didn't return enough bytes"));
        }
        Ok(())
    }

    /// Writes all items to a file.
    #[method(sig = "(self, f, /)")]
    fn tofile(&self, vm: &VirtualMachine, f: PyObject<'_>) -> PyResult<()> {
        const BLOCK: usize = 64 * 1024;
        let data = self.data.get();
        for block in data.chunks(BLOCK) {
            let block = vm.new_bytes(block);
            vm.call_method(f, &vm.names().write, &[block.as_object()])?;
        }
        Ok(())
    }

    /// A copy.
    #[method(name = "__copy__", sig = "(self, /)")]
    fn copy(&self, vm: &VirtualMachine) -> PyRef<PyArray> {
        like(vm, self, self.data.get())
    }

    /// A copy.
    #[method(name = "__deepcopy__", sig = "(self, unused, /)")]
    fn deepcopy(&self, vm: &VirtualMachine, unused: PyObject<'_>) -> PyRef<PyArray> {
        let _ = unused;
        like(vm, self, self.data.get())
    }

    /// Bytes of memory that the array takes.
    #[method(name = "__sizeof__", sig = "(self, /)")]
    fn sizeof(&self) -> usize {
        64 + self.data.with(Vec::capacity)
    }

    /// How to rebuild the array, by the protocol.
    #[method(name = "__reduce_ex__", sig = "(self, value, /)")]
    fn reduce_ex(zelf: &Py<PyArray>, vm: &VirtualMachine, value: i32) -> PyResult {
        let dict = match vm.get_attr_opt(zelf.as_object(), &vm.intern("__dict__"))? {
            Some(d) => d,
            None => vm.none(),
        };
        let cls = zelf.class().to_ref();
        let code = vm.new_char(u32::from(zelf.kind.code()));
        if value < 3 {
            let items: PyObjectRef = if zelf.kind.is_text() {
                text_of(vm, zelf)?.into()
            } else {
                vm.new_list(zelf.items(vm)?).into()
            };
            return (cls, (code, items), dict).into_py_result(vm);
        }
        let rebuild = vm.import_native("array")?.ok_or_else(|| vm.runtime_error("lost array"))?;
        let rebuild = vm.get_attr(rebuild.as_object(), &vm.intern("_array_reconstructor"))?;
        let format = rebuild::machine_code(zelf.kind);
        let data = vm.new_bytes(&zelf.data.get());
        (rebuild, (cls, code, format, data), dict).into_py_result(vm)
    }

    /// array[T] in annotations.
    #[classmethod(name = "__class_getitem__", sig = "(type, object, /)")]
    fn class_getitem(cls: &Py<PyType>, vm: &VirtualMachine, object: PyObject<'_>) -> PyObjectRef {
        vm::builtins::generic_alias::PyGenericAlias::create(vm, cls.as_object(), object)
    }
}
