//! What `bytes` and `bytearray` share: construction from any object, and what the methods do,
//! which differ only in the type they give.

mod methods;

pub(crate) use methods::shared_methods;

use crate::builtins::bytes::PyBytes;
use crate::builtins::int::IntView;
use crate::builtins::str::{Bound, clamp};
use crate::prelude::*;
use crate::protocol::buffer::{self, BytesLike};
use std::cell::Cell;
use text::utf8::{Bytes, SizeError, search, split::Ends};

/// A byte from a Python int.
pub fn byte_value(vm: &VirtualMachine, o: PyObject<'_>, message: &str) -> PyResult<u8> {
    if let Some(v @ 0..=255) = o.small_int() {
        return Ok(v as u8);
    }
    match vm.index_i64(o)? {
        Some(v @ 0..=255) => Ok(v as u8),
        _ => Err(vm.value_error(message)),
    }
}

/// What a constructor's arguments come to: bytes, or an object that gives them.
pub enum Made<'a> {
    Bytes(Vec<u8>),
    From(PyObject<'a>),
}

/// The bytes that `bytes(source, encoding, errors)` or `bytearray(..)` start with.
pub fn construct<'a>(
    vm: &VirtualMachine,
    source: Option<PyObject<'a>>,
    encoding: Option<&str>,
    errors: Option<&str>,
) -> PyResult<Made<'a>> {
    let Some(o) = source else {
        if encoding.is_some() || errors.is_some() {
            let given = if encoding.is_some() { "encoding" } else { "errors" };
            return Err(vm.type_error(format!("{given} without a string argument")));
        }
        return Ok(Made::Bytes(Vec::new()));
    };
    if let Some(s) = o.downcast::<PyStr>() {
        if encoding.is_none() {
            return Err(vm.type_error("string argument without an encoding"));
        }
        let r = vm.encode_object(s, encoding, errors)?;
        return match r.as_object().downcast::<PyBytes>() {
            Some(b) => Ok(Made::Bytes(b.as_bytes().to_vec())),
            None => Err(vm.type_error("encoder did not return bytes")),
        };
    }
    if encoding.is_some() || errors.is_some() {
        let given = if encoding.is_some() { "encoding" } else { "errors" };
        return Err(vm.type_error(format!("{given} without a string argument")));
    }
    if vm.is_index(o) {
        match vm.index(o) {
            Ok(n) => {
                let n = match n.as_object().int_view() {
                    Some(IntView::Small(v)) => v,
                    _ => {
                        return Err(vm.overflow_error(format!(
                            "cannot fit '{}' into an index-sized integer",
                            o.class(vm).display_name()
                        )));
                    }
                };
                let n = usize::try_from(n).map_err(|_| vm.value_error("negative count"))?;
                let mut out = Vec::new();
                if n > isize::MAX as usize || out.try_reserve_exact(n).is_err() {
                    return Err(vm.memory_error());
                }
                out.resize(n, 0);
                return Ok(Made::Bytes(out));
            }
            Err(e) if vm.is_error(&e, &vm.exc().type_error) => {}
            Err(e) => return Err(e),
        }
    }
    Ok(Made::From(o))
}

/// The bytes of a buffer or of an iterable of ints.
pub fn from_object(vm: &VirtualMachine, o: PyObject<'_>, what: &str) -> PyResult<Vec<u8>> {
    if buffer::has_buffer(vm, o) {
        return buffer::get(vm, o, buffer::FULL_RO)?.to_vec(vm);
    }
    let convert = |v: PyObject<'_>| byte_of(vm, v, what);
    if let Some(l) = o.downcast_exact::<PyList>(&vm.types().list) {
        // A conversion may change the list: what is there when its turn comes counts.
        let mut out = Vec::with_capacity(l.len());
        while let Some(v) = l.items().get(out.len()) {
            out.push(convert(v.as_object())?);
        }
        return Ok(out);
    }
    if let Some(t) = o.downcast_exact::<PyTuple>(&vm.types().tuple) {
        return t.as_slice().iter().map(|v| convert(v.as_object())).collect();
    }
    let out = PyCell::new(Vec::new());
    let reserve = |n| out.with_mut(|out| out.try_reserve(n)).map_err(|_| vm.memory_error());
    for_each_byte(vm, o, what, reserve, |b| out.with_mut(|out| vm.push_to(out, b)))?;
    Ok(out.into_inner())
}

/// True for what `from_object` asks for one item after another, running Python code perhaps.
pub fn is_lazy(vm: &VirtualMachine, o: PyObject<'_>) -> bool {
    !buffer::has_buffer(vm, o)
        && o.downcast_exact::<PyList>(&vm.types().list).is_none()
        && o.downcast_exact::<PyTuple>(&vm.types().tuple).is_none()
}

fn byte_of(vm: &VirtualMachine, v: PyObject<'_>, what: &str) -> PyResult<u8> {
    let bytes = "bytes must be in range(0, 256)";
    byte_value(vm, v, if what == "bytes" { bytes } else { "byte must be in range(0, 256)" })
}

/// Gives the bytes of an iterable of ints to `push`, one by one; before the first, `begin`
/// hears how many there may be.
pub fn for_each_byte(
    vm: &VirtualMachine,
    o: PyObject<'_>,
    what: &str,
    begin: impl FnOnce(usize) -> PyResult<()>,
    mut push: impl FnMut(u8) -> PyResult<()>,
) -> PyResult<()> {
    let it = if o.downcast::<PyStr>().is_some() { None } else { Some(vm.get_iter(o)) };
    let it = match it {
        Some(Ok(it)) => it,
        Some(Err(e)) if !vm.is_error(&e, &vm.exc().type_error) => return Err(e),
        _ => {
            return Err(vm.type_error(format!(
                "cannot convert '{}' object to {what}",
                o.class(vm).display_name()
            )));
        }
    };
    begin(vm.length_hint(o, 64)?)?;
    vm.for_each_next(it.as_object(), |v| push(byte_of(vm, v.as_object(), what)?))?;
    Ok(())
}

/// What the searching methods look for: bytes, or one byte given as an int.
pub enum Needle<'a> {
    Bytes(BytesLike<'a>),
    Byte(u8),
}

impl Needle<'_> {
    #[inline]
    pub fn with<R>(&self, f: impl FnOnce(&[u8]) -> R) -> R {
        match self {
            Needle::Bytes(b) => b.with(f),
            Needle::Byte(b) => f(&[*b]),
        }
    }
}

impl<'a> Needle<'a> {
    pub fn of(vm: &VirtualMachine, obj: PyObject<'a>) -> PyResult<Needle<'a>> {
        if buffer::has_buffer(vm, obj) {
            return BytesLike::get(vm, obj).map(Needle::Bytes);
        }
        if vm.is_index(obj) {
            return byte_value(vm, obj, "byte must be in range(0, 256)").map(Needle::Byte);
        }
        Err(vm.type_error(format!(
            "argument should be integer or bytes-like object, not '{}'",
            obj.class(vm).display_name()
        )))
    }
}

/// The fill byte of the padding methods.
pub fn fill_byte(vm: &VirtualMachine, o: Option<PyObject<'_>>, method: &str) -> PyResult<u8> {
    let Some(o) = o else { return Ok(b' ') };
    let data = if let Some(b) = o.downcast::<PyBytes>() {
        b.as_bytes().to_vec()
    } else if let Some(b) = o.downcast::<crate::builtins::bytearray::PyByteArray>() {
        b.to_vec()
    } else {
        return Err(vm.type_error(format!(
            "{method}() argument 2 must be a byte string of length 1, not {}",
            o.class(vm).display_name()
        )));
    };
    match data.as_slice() {
        [b] => Ok(*b),
        _ => Err(vm.type_error(format!(
            "{method}(): argument 2 must be a byte string of length 1, not a {} object of length {}",
            o.class(vm).display_name(),
            data.len()
        ))),
    }
}

/// `left` fill bytes, the data, `right` fill bytes.
pub fn pad(
    vm: &VirtualMachine,
    data: &[u8],
    left: usize,
    right: usize,
    fill: u8,
) -> PyResult<Vec<u8>> {
    let len = data.len().saturating_add(left).saturating_add(right);
    let mut out = text::utf8::try_with_capacity(len).map_err(|e| too_long(vm, e))?;
    out.resize(left, fill);
    out.extend_from_slice(data);
    out.resize(len, fill);
    Ok(out)
}

#[cold]
pub fn too_long(vm: &VirtualMachine, e: SizeError) -> PyErr {
    match e {
        SizeError::Overflow => vm.overflow_error("result too long"),
        SizeError::Memory => vm.memory_error(),
    }
}

/// `data * count`.
pub fn repeat(vm: &VirtualMachine, data: &[u8], count: isize) -> PyResult<Vec<u8>> {
    let count = usize::try_from(count).unwrap_or(0);
    let len = data.len().checked_mul(count).filter(|n| *n <= isize::MAX as usize);
    let Some(len) = len else { return Err(vm.overflow_error("repeated bytes are too long")) };
    let mut out = Vec::new();
    out.try_reserve_exact(len).map_err(|_| vm.memory_error())?;
    match data {
        [b] => out.resize(len, *b),
        _ => {
            while out.len() < len {
                let n = (len - out.len()).min(data.len().max(out.len()));
                if out.is_empty() {
                    out.extend_from_slice(data);
                } else {
                    out.extend_from_within(..n);
                }
            }
        }
    }
    Ok(out)
}

/// The bytes that the searching methods look at; `None` when the start is past the end.
pub fn window(data: &[u8], start: Option<Bound>, end: Option<Bound>) -> Option<(&[u8], usize)> {
    let (start, end) = clamp(start, end, data.len());
    if start > end { None } else { Some((&data[start..end], start)) }
}

pub fn tail_match(
    vm: &VirtualMachine,
    with: impl Fn(&mut dyn FnMut(&[u8])),
    what: PyObject<'_>,
    (start, end): (Option<Bound>, Option<Bound>),
    name: &str,
    test: fn(&[u8], &[u8]) -> bool,
) -> PyResult<bool> {
    let try_one = |t: BytesLike<'_>| {
        let mut found = false;
        with(&mut |data| {
            let window = window(data, start, end);
            found = window.is_some_and(|(w, _)| t.with(|t| test(w, t)));
        });
        found
    };
    if let Some(all) = what.downcast::<PyTuple>() {
        for t in all.as_slice() {
            if try_one(BytesLike::get(vm, t.as_object())?) {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    match BytesLike::get(vm, what) {
        Ok(t) => Ok(try_one(t)),
        Err(e) if vm.is_error(&e, &vm.exc().type_error) => Err(vm.type_error(format!(
            "{name} first arg must be bytes or a tuple of bytes, not {}",
            what.class(vm).display_name()
        ))),
        Err(e) => Err(e),
    }
}

/// Keeps a `bytearray` at its size while Python code runs: an export that ends with it.
pub struct Held<'a>(Option<&'a Cell<usize>>);

impl<'a> Held<'a> {
    pub fn nothing() -> Held<'a> {
        Held(None)
    }

    pub fn export(exports: &'a Cell<usize>) -> Held<'a> {
        exports.set(exports.get() + 1);
        Held(Some(exports))
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        if let Some(exports) = self.0 {
            exports.set(exports.get() - 1);
        }
    }
}

/// The items of an iterable with a separator between them.
pub fn join(vm: &VirtualMachine, sep: &[u8], iterable: PyObject<'_>) -> PyResult<Vec<u8>> {
    let slots = &iterable.class(vm).slots;
    if slots.iter.get().is_none() && slots.sq_item.get().is_none() {
        return Err(vm.type_error("can only join an iterable"));
    }
    let not_bytes = |i: usize, item: PyObject<'_>| {
        vm.type_error(format!(
            "sequence item {i}: expected a bytes-like object, {} found",
            item.class(vm).display_name()
        ))
    };
    let list = iterable.downcast_exact::<PyList>(&vm.types().list);
    let mut items = vm.collect(iterable)?;
    let mut buffers = Vec::new();
    let mut len = sep.len().saturating_mul(items.len());
    for i in 0..items.len() {
        // A `__buffer__` may have changed the list.
        if let Some(now) = list.filter(|_| !buffers.is_empty()).and_then(|l| l.items().get(i)) {
            items[i] = now;
        }
        let item = items[i].as_object();
        if let Some(b) = item.downcast::<PyBytes>().filter(|b| b.is_exact()) {
            len = len.saturating_add(b.len());
            continue;
        }
        let held = buffer::get(vm, item, buffer::SIMPLE).map_err(|_| not_bytes(i, item))?;
        len = len.saturating_add(held.len());
        buffers.push((i, held));
        if list.is_some_and(|l| l.len() != items.len()) {
            return Err(vm.runtime_error("sequence changed size during iteration"));
        }
    }
    let mut out = text::utf8::try_with_capacity(len)
        .map_err(|e| vm.size_error(e, "join() result is too long for bytes"))?;
    let mut buffers = buffers.iter().peekable();
    for (i, item) in items.iter().enumerate() {
        if i > 0 {
            out.extend_from_slice(sep);
        }
        match buffers.next_if(|(at, _)| *at == i) {
            Some((_, held)) => held.with_bytes(|p| out.extend_from_slice(p)),
            None => {
                if let Some(b) = item.as_object().downcast::<PyBytes>() {
                    out.extend_from_slice(b.as_bytes());
                }
            }
        }
    }
    Ok(out)
}

/// What `translate(table, delete)` does to each byte.
pub struct Translation {
    table: Option<Vec<u8>>,
    gone: [bool; 256],
}

impl Translation {
    pub fn apply(&self, data: &[u8]) -> Vec<u8> {
        let kept = data.iter().filter(|b| !self.gone[**b as usize]);
        match &self.table {
            Some(t) => kept.map(|b| t[*b as usize]).collect(),
            None => kept.copied().collect(),
        }
    }
}

/// Reads the arguments of `translate`, the table first.
pub fn translation(
    vm: &VirtualMachine,
    table: NoneOr<PyObject<'_>>,
    delete: Option<PyObject<'_>>,
) -> PyResult<Translation> {
    let table = match table.0 {
        Some(t) => Some(BytesLike::get(vm, t)?.to_vec()),
        None => None,
    };
    if table.as_ref().is_some_and(|t| t.len() != 256) {
        return Err(vm.value_error("translation table must be 256 characters long"));
    }
    let mut gone = [false; 256];
    if let Some(d) = delete {
        BytesLike::get(vm, d)?.with(|d| d.iter().for_each(|b| gone[*b as usize] = true));
    }
    Ok(Translation { table, gone })
}

pub fn maketrans(vm: &VirtualMachine, from: &[u8], to: &[u8]) -> PyResult<Vec<u8>> {
    if from.len() != to.len() {
        return Err(vm.value_error("maketrans arguments must have same length"));
    }
    let mut table: Vec<u8> = (0..=255).collect();
    from.iter().zip(to).for_each(|(f, t)| table[*f as usize] = *t);
    Ok(table)
}

/// The bytes that pairs of hexadecimal digits spell.
pub fn from_hex(vm: &VirtualMachine, text: PyObject<'_>) -> PyResult<Vec<u8>> {
    let digits = if let Some(s) = text.downcast::<PyStr>() {
        // Positions are characters, which differ from bytes only behind the error.
        s.as_bytes().to_vec()
    } else if buffer::has_buffer(vm, text) {
        BytesLike::get(vm, text)?.to_vec()
    } else {
        return Err(vm.type_error(format!(
            "fromhex() argument must be str or bytes-like, not {}",
            text.class(vm).display_name()
        )));
    };
    let bad = |at: usize| {
        vm.value_error(format!("non-hexadecimal number found in fromhex() arg at position {at}"))
    };
    let mut out = Vec::with_capacity(digits.len() / 2);
    let mut at = 0;
    while at < digits.len() {
        if matches!(digits[at], b' ' | 9..=13) {
            at += 1;
            continue;
        }
        let high = (digits[at] as char).to_digit(16).ok_or_else(|| bad(at))?;
        let Some(low) = digits.get(at + 1) else {
            return Err(
                vm.value_error("fromhex() arg must contain an even number of hexadecimal digits")
            );
        };
        let low = (*low as char).to_digit(16).ok_or_else(|| bad(at + 1))?;
        out.push((high << 4 | low) as u8);
        at += 2;
    }
    Ok(out)
}

/// Hexadecimal digits, with a separator after every `group` bytes counted from the right,
/// or from the left if negative.
pub fn to_hex(
    vm: &VirtualMachine,
    data: &[u8],
    sep: Option<PyObject<'_>>,
    group: i32,
) -> PyResult<PyRef<PyStr>> {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let sep = match sep {
        None => None,
        Some(o) => {
            if vm.length(o)? != 1 {
                return Err(vm.value_error("sep must be length 1."));
            }
            let bytes = if let Some(s) = o.downcast::<PyStr>() {
                s.as_bytes().to_vec()
            } else if let Some(b) = o.downcast::<PyBytes>() {
                b.as_bytes().to_vec()
            } else {
                return Err(vm.type_error("sep must be str or bytes."));
            };
            match bytes.as_slice() {
                [b] if b.is_ascii() => Some(*b),
                [_] => return Err(vm.value_error("sep must be ASCII.")),
                _ if o.downcast::<PyStr>().is_some() => {
                    return Err(vm.value_error("sep must be ASCII."));
                }
                _ => return Err(vm.value_error("sep must be length 1.")),
            }
        }
    };
    vm.check_room(data.len().saturating_mul(3))?;
    let mut out = Vec::with_capacity(data.len() * 2);
    let size = group.unsigned_abs() as usize;
    for (i, b) in data.iter().enumerate() {
        if let Some(sep) = sep
            && i > 0
            && size > 0
        {
            let at = if group > 0 { data.len() - i } else { i };
            if at.is_multiple_of(size) {
                out.push(sep);
            }
        }
        out.extend_from_slice(&[DIGITS[(b >> 4) as usize], DIGITS[(b & 15) as usize]]);
    }
    Ok(vm.new_str_piece(&out, true))
}

pub fn strip<'a>(data: &'a [u8], set: Option<&BytesLike<'_>>, ends: Ends) -> &'a [u8] {
    use text::utf8::split;
    match set {
        None => split::strip_whitespace::<Bytes>(data, ends),
        Some(set) => set.with(|set| split::strip_chars::<Bytes>(data, set, ends)),
    }
}

pub fn find(
    data: &[u8],
    sub: &[u8],
    start: Option<Bound>,
    end: Option<Bound>,
    from_right: bool,
) -> Option<usize> {
    let (text, from) = window(data, start, end)?;
    let found = if from_right { search::rfind(text, sub) } else { search::find(text, sub) };
    found.map(|at| from + at)
}

/// Whether an int or a piece occurs in the data.
pub fn contains(
    vm: &VirtualMachine,
    item: PyObject<'_>,
    with: impl Fn(&mut dyn FnMut(&[u8])),
) -> PyResult<bool> {
    // What fails to be an int may still have bytes.
    let byte = if vm.is_index(item) { vm.index_clamped(item).ok() } else { None };
    let needle = match byte {
        Some(v) => Needle::Byte(
            u8::try_from(v).map_err(|_| vm.value_error("byte must be in range(0, 256)"))?,
        ),
        None => Needle::Bytes(BytesLike::get(vm, item)?),
    };
    let mut found = false;
    with(&mut |data| found = needle.with(|n| search::contains(data, n)));
    Ok(found)
}
