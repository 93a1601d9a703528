//! The buffer protocol (D7): a view of an exporter's memory with shape and strides.
//!
//! A [`Buffer`] is one export: the exporter counts it, and dropping it ends it.  Memory is
//! reached only inside closures that get no `vm`, so that no Python code runs, and nothing
//! is resized, while a slice of it is alive.

use crate::builtins::bytes::PyBytes;
use crate::builtins::memoryview::{PyBufferWrapper, PyMemoryView};
use crate::prelude::*;
use std::borrow::Cow;

pub const SIMPLE: u32 = 0;
pub const WRITABLE: u32 = 0x1;
pub const FORMAT: u32 = 0x4;
pub const ND: u32 = 0x8;
pub const STRIDES: u32 = 0x10 | ND;
pub const C_CONTIGUOUS: u32 = 0x20 | STRIDES;
pub const F_CONTIGUOUS: u32 = 0x40 | STRIDES;
pub const ANY_CONTIGUOUS: u32 = 0x80 | STRIDES;
pub const INDIRECT: u32 = 0x100 | STRIDES;
pub const CONTIG: u32 = ND | WRITABLE;
pub const FULL: u32 = INDIRECT | WRITABLE | FORMAT;
pub const FULL_RO: u32 = INDIRECT | FORMAT;

/// How an exporter's memory is reached; `obj` is always the exporter.
pub struct BufferMethods {
    /// Runs the closure on all of the exporter's memory.
    pub read: fn(PyObject<'_>, &mut dyn FnMut(&[u8])),
    pub write: fn(PyObject<'_>, &mut dyn FnMut(&mut [u8])),
    /// One export less.
    pub release: fn(PyObject<'_>),
}

/// Items along one dimension, or along any number.
#[derive(Clone, Debug, PartialEq)]
enum Dims {
    One { len: usize, stride: isize },
    Many { shape: Box<[usize]>, strides: Box<[isize]> },
}

/// What lies where in an exporter's memory.
#[derive(Clone, Debug)]
pub struct View {
    pub readonly: bool,
    /// `struct` syntax; "B" for plain bytes.
    pub format: Cow<'static, str>,
    pub item_size: usize,
    /// Byte offset of the first item.
    pub offset: isize,
    dims: Dims,
}

impl View {
    /// Plain bytes.
    pub fn bytes(len: usize, readonly: bool) -> View {
        View::items(len, 1, Cow::Borrowed("B"), readonly)
    }

    /// A contiguous run of items.
    pub fn items(len: usize, item_size: usize, format: Cow<'static, str>, readonly: bool) -> View {
        let dims = Dims::One { len, stride: item_size as isize };
        View { readonly, format, item_size, offset: 0, dims }
    }

    /// Sets shape and strides.
    pub fn set_dims(&mut self, shape: Vec<usize>, strides: Vec<isize>) {
        debug_assert!(shape.len() == strides.len());
        self.dims = match (shape.as_slice(), strides.as_slice()) {
            ([len], [stride]) => Dims::One { len: *len, stride: *stride },
            _ => Dims::Many { shape: shape.into(), strides: strides.into() },
        };
    }

    /// Sets the shape, with the strides that lay the items out in C order.
    pub fn set_shape(&mut self, shape: Vec<usize>) {
        let mut strides = vec![0isize; shape.len()];
        let mut step = self.item_size as isize;
        for (stride, len) in strides.iter_mut().zip(&shape).rev() {
            *stride = step;
            step = step.saturating_mul(*len as isize);
        }
        self.set_dims(shape, strides);
    }

    #[inline]
    pub fn ndim(&self) -> usize {
        self.shape().len()
    }

    #[inline]
    pub fn shape(&self) -> &[usize] {
        match &self.dims {
            Dims::One { len, .. } => std::slice::from_ref(len),
            Dims::Many { shape, .. } => shape,
        }
    }

    #[inline]
    pub fn strides(&self) -> &[isize] {
        match &self.dims {
            Dims::One { stride, .. } => std::slice::from_ref(stride),
            Dims::Many { strides, .. } => strides,
        }
    }

    /// Number of items.
    #[inline]
    pub fn count(&self) -> usize {
        match &self.dims {
            Dims::One { len, .. } => *len,
            Dims::Many { shape, .. } => shape.iter().product(),
        }
    }

    /// Bytes of all items together.
    #[inline]
    pub fn len(&self) -> usize {
        self.count() * self.item_size
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn is_c_contiguous(&self) -> bool {
        match &self.dims {
            Dims::One { len, stride } => *len <= 1 || *stride == self.item_size as isize,
            Dims::Many { shape, strides } => {
                self.is_dense(shape.iter().rev().zip(strides.iter().rev()))
            }
        }
    }

    pub fn is_f_contiguous(&self) -> bool {
        match &self.dims {
            Dims::One { .. } => self.is_c_contiguous(),
            Dims::Many { shape, strides } => self.is_dense(shape.iter().zip(strides.iter())),
        }
    }

    fn is_dense<'a>(&self, dims: impl Iterator<Item = (&'a usize, &'a isize)>) -> bool {
        if self.is_empty() {
            return true;
        }
        let mut step = self.item_size as isize;
        for (len, stride) in dims {
            if *len > 1 && *stride != step {
                return false;
            }
            step *= *len as isize;
        }
        true
    }

    /// Byte offsets of all items in C order, from the start of the memory.
    pub fn offsets(&self) -> Vec<isize> {
        let mut out = vec![self.offset];
        for (len, stride) in self.shape().iter().zip(self.strides()) {
            out = out
                .iter()
                .flat_map(|base| (0..*len as isize).map(move |i| base + i * stride))
                .collect();
        }
        out
    }
}

/// One export of an object's memory.
pub struct Buffer {
    source: PyObjectRef,
    methods: &'static BufferMethods,
    pub view: View,
}

impl Drop for Buffer {
    fn drop(&mut self) {
        (self.methods.release)(self.source.as_object());
    }
}

impl Traverse for Buffer {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.source.traverse(visit);
    }
}

impl Buffer {
    /// An export that the exporter has counted already.
    pub fn new(source: PyObject<'_>, methods: &'static BufferMethods, view: View) -> Buffer {
        Buffer { source: source.to_owned(), methods, view }
    }

    /// An export of plain bytes.
    pub fn of_bytes(
        source: PyObject<'_>,
        methods: &'static BufferMethods,
        len: usize,
        readonly: bool,
    ) -> Buffer {
        Buffer::new(source, methods, View::bytes(len, readonly))
    }

    /// The exporter.
    pub fn source(&self) -> PyObject<'_> {
        self.source.as_object()
    }

    pub fn readonly(&self) -> bool {
        self.view.readonly
    }

    /// Bytes in all.
    #[inline]
    pub fn len(&self) -> usize {
        self.view.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Runs `f` on all of the exporter's memory, which `view` describes.
    pub fn with_memory<R>(&self, f: impl FnOnce(&[u8]) -> R) -> R {
        let mut f = Some(f);
        let mut out = None;
        (self.methods.read)(self.source.as_object(), &mut |memory| {
            if let Some(f) = f.take() {
                out = Some(f(memory));
            }
        });
        match (out, f) {
            (Some(r), _) => r,
            // An exporter without memory.
            (None, Some(f)) => f(&[]),
            (None, None) => unreachable!("the closure ran and left its result"),
        }
    }

    pub fn with_memory_mut<R>(&self, f: impl FnOnce(&mut [u8]) -> R) -> R {
        let mut f = Some(f);
        let mut out = None;
        (self.methods.write)(self.source.as_object(), &mut |memory| {
            if let Some(f) = f.take() {
                out = Some(f(memory));
            }
        });
        match (out, f) {
            (Some(r), _) => r,
            (None, Some(f)) => f(&mut []),
            (None, None) => unreachable!("the closure ran and left its result"),
        }
    }

    /// Runs `f` on the bytes of a contiguous buffer.
    #[inline]
    pub fn with_bytes<R>(&self, f: impl FnOnce(&[u8]) -> R) -> R {
        let (at, len) = (self.view.offset.max(0) as usize, self.len());
        self.with_memory(|m| f(m.get(at..at + len).unwrap_or_default()))
    }

    /// Runs `f` on the bytes of a contiguous writable buffer.
    #[inline]
    pub fn with_bytes_mut<R>(&self, f: impl FnOnce(&mut [u8]) -> R) -> R {
        let (at, len) = (self.view.offset.max(0) as usize, self.len());
        self.with_memory_mut(|m| f(m.get_mut(at..at + len).unwrap_or_default()))
    }

    /// A copy of the items in C order.
    pub fn to_vec(&self, vm: &VirtualMachine) -> PyResult<Vec<u8>> {
        vm.check_room(self.len())?;
        Ok(gather(&self.view, |f| self.with_memory(f)))
    }
}

/// The items of a view in C order, packed.
pub fn gather(view: &View, memory: impl FnOnce(&mut dyn FnMut(&[u8]))) -> Vec<u8> {
    let mut out = Vec::with_capacity(view.len());
    memory(&mut |m| {
        if view.is_c_contiguous() {
            let at = view.offset.max(0) as usize;
            out.extend_from_slice(m.get(at..at + view.len()).unwrap_or_default());
            return;
        }
        for at in view.offsets() {
            let at = at.max(0) as usize;
            out.extend_from_slice(m.get(at..at + view.item_size).unwrap_or_default());
        }
    });
    out
}

/// An export of `o`, or `TypeError`.
#[inline]
pub fn get(vm: &VirtualMachine, o: PyObject<'_>, flags: u32) -> PyResult<Buffer> {
    match o.class(vm).slots.get_buffer.get() {
        Some(f) => f(vm, o, flags),
        None => Err(not_a_buffer(vm, o)),
    }
}

#[cold]
pub fn not_a_buffer(vm: &VirtualMachine, o: PyObject<'_>) -> PyErr {
    vm.type_error(format!("a bytes-like object is required, not '{}'", o.class(vm).display_name()))
}

/// True when `o` exports a buffer.
pub fn has_buffer(vm: &VirtualMachine, o: PyObject<'_>) -> bool {
    o.class(vm).slots.get_buffer.get().is_some()
}

/// The export of a simple exporter of bytes, as `PyBuffer_FillInfo` gives it.
pub fn fill_info(
    vm: &VirtualMachine,
    o: PyObject<'_>,
    methods: &'static BufferMethods,
    len: usize,
    readonly: bool,
    flags: u32,
) -> PyResult<Buffer> {
    if readonly && flags & WRITABLE != 0 {
        return Err(vm.buffer_error("Object is not writable."));
    }
    Ok(Buffer::of_bytes(o, methods, len, readonly))
}

/// The buffer that a class's `__buffer__` gives.  The wrapper it belongs to calls
/// `__release_buffer__` when the export ends.
pub fn from_python(vm: &VirtualMachine, o: PyObject<'_>, flags: u32) -> PyResult<Buffer> {
    let flag_word = vm.new_int(i64::from(flags));
    let result = vm.call_special_required(&vm.names().__buffer__, &[o, flag_word.as_object()])?;
    let Some(mv) = result.as_object().downcast::<PyMemoryView>() else {
        return Err(vm.type_error("__buffer__ returned non-memoryview object"));
    };
    PyBufferWrapper::wrap(vm, o, mv, flags)
}

// --- arguments -------------------------------------------------------------------------

/// A parameter that takes anything whose bytes lie in a row.
pub enum BytesLike<'a> {
    Bytes(&'a Py<PyBytes>),
    Buffer(Buffer),
}

impl<'a> BytesLike<'a> {
    #[inline]
    pub fn get(vm: &VirtualMachine, o: PyObject<'a>) -> PyResult<BytesLike<'a>> {
        match o.downcast::<PyBytes>() {
            Some(b) if b.is_exact() => Ok(BytesLike::Bytes(b)),
            _ => get(vm, o, SIMPLE).map(BytesLike::Buffer),
        }
    }

    #[inline]
    pub fn with<R>(&self, f: impl FnOnce(&[u8]) -> R) -> R {
        match self {
            BytesLike::Bytes(b) => f(b.as_bytes()),
            BytesLike::Buffer(b) => b.with_bytes(f),
        }
    }

    pub fn len(&self) -> usize {
        match self {
            BytesLike::Bytes(b) => b.len(),
            BytesLike::Buffer(b) => b.len(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The bytes, copied only if they may change.
    pub fn to_cow(&self) -> Cow<'a, [u8]> {
        match self {
            BytesLike::Bytes(b) => Cow::Borrowed(b.payload_ref().as_bytes()),
            BytesLike::Buffer(b) => Cow::Owned(b.with_bytes(<[u8]>::to_vec)),
        }
    }

    pub fn to_vec(&self) -> Vec<u8> {
        self.with(<[u8]>::to_vec)
    }
}

impl<'a> FromArg<'a> for BytesLike<'a> {
    #[inline]
    fn from_arg(vm: &VirtualMachine, obj: PyObject<'a>, _context: ArgContext) -> PyResult<Self> {
        BytesLike::get(vm, obj)
    }
}

/// A parameter that takes a writable buffer whose bytes lie in a row.
pub struct BytesLikeMut(pub Buffer);

impl BytesLikeMut {
    pub fn with_mut<R>(&self, f: impl FnOnce(&mut [u8]) -> R) -> R {
        self.0.with_bytes_mut(f)
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<'a> FromArg<'a> for BytesLikeMut {
    fn from_arg(vm: &VirtualMachine, obj: PyObject<'a>, context: ArgContext) -> PyResult<Self> {
        get(vm, obj, WRITABLE)
            .map(BytesLikeMut)
            .map_err(|_| context.wrong_type(vm, "read-write bytes-like object", obj))
    }
}

/// A parameter that takes ASCII text or a bytes-like object.
pub struct AsciiOrBytes<'a>(pub Cow<'a, [u8]>);

impl<'a> FromArg<'a> for AsciiOrBytes<'a> {
    fn from_arg(vm: &VirtualMachine, obj: PyObject<'a>, _context: ArgContext) -> PyResult<Self> {
        if let Some(s) = obj.downcast::<PyStr>() {
            if !s.is_ascii() {
                return Err(vm.value_error("string argument should contain only ASCII characters"));
            }
            return Ok(AsciiOrBytes(Cow::Borrowed(s.payload_ref().as_bytes())));
        }
        if !has_buffer(vm, obj) {
            return Err(vm.type_error(format!(
                "argument should be bytes, buffer or ASCII string, not '{}'",
                obj.class(vm).display_name()
            )));
        }
        Ok(AsciiOrBytes(BytesLike::get(vm, obj)?.to_cow()))
    }
}
