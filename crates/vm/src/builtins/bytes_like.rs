//! What `bytes` and `bytearray` share: construction from any object, and what the methods do,
//! which differ only in the type they give.

mod methods;

pub(crate) use methods::shared_methods;

use crate::builtins::int::IntView;
use crate::builtins::str::{Bound, clamp};
use crate::prelude::*;
use crate::protocol::buffer::{self, BytesLike};
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

/// The bytes that `bytes(source, encoding, errors)` or `bytearray(..)` start with.
pub fn construct(
    vm: &VirtualMachine,
    source: Option<PyObject<'_>>,
    encoding: Option<&str>,
    errors: Option<&str>,
    what: &str,
) -> PyResult<Vec<u8>> {
    let Some(o) = source else {
        if encoding.is_some() || errors.is_some() {
            let given = if encoding.is_some() { "encoding" } else { "errors" };
            return Err(vm.type_error(format!("{given} without a string argument")));
        }
        return Ok(Vec::new());
    };
    if let Some(s) = o.downcast::<PyStr>() {
        if encoding.is_none() {
            return Err(vm.type_error("string argument without an encoding"));
        }
        let r = vm.encode_object(s, encoding, errors)?;
        return match r.as_object().downcast::<crate::builtins::bytes::PyBytes>() {
            Some(b) => Ok(b.as_bytes().to_vec()),
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
                return Ok(out);
            }
            Err(e) if vm.is_error(&e, &vm.exc().type_error) => {}
            Err(e) => return Err(e),
        }
    }
    from_object(vm, o, what)
}

/// The bytes of a buffer or of an iterable of ints.
pub fn from_object(vm: &VirtualMachine, o: PyObject<'_>, what: &str) -> PyResult<Vec<u8>> {
    const RANGE: &str = "range(0, 256)";
    if buffer::has_buffer(vm, o) {
        return buffer::get(vm, o, buffer::FULL_RO)?.to_vec(vm);
    }
    let convert = |v: PyObject<'_>| {
        let noun = if what == "bytes" { "bytes" } else { "byte" };
        byte_value(vm, v, &format!("{noun} must be in {RANGE}"))
    };
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
    let mut out = Vec::new();
    let hint = vm.length_hint(o, 64)?;
    out.try_reserve(hint).map_err(|_| vm.memory_error())?;
    vm.for_each_next(it.as_object(), |v| {
        let byte = convert(v.as_object())?;
        vm.push_to(&mut out, byte)
    })?;
    Ok(out)
}

/// What the searching methods look for: bytes, or one byte given as an int.
pub enum Needle<'a> {
    Bytes(BytesLike<'a>),
    Byte(u8),
}

impl Needle<'_> {
    pub fn with<R>(&self, f: impl FnOnce(&[u8]) -> R) -> R {
        match self {
            Needle::Bytes(b) => b.with(f),
            Needle::Byte(b) => f(&[*b]),
        }
    }
}

impl<'a> FromArg<'a> for Needle<'a> {
    fn from_arg(vm: &VirtualMachine, obj: PyObject<'a>, _context: ArgContext) -> PyResult<Self> {
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
    let data = if let Some(b) = o.downcast::<crate::builtins::bytes::PyBytes>() {
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

/// The items of an iterable with a separator between them.
pub fn join(vm: &VirtualMachine, sep: &[u8], iterable: PyObject<'_>) -> PyResult<Vec<u8>> {
    let slots = &iterable.class(vm).slots;
    if slots.iter.get().is_none() && slots.sq_item.get().is_none() {
        return Err(vm.type_error("can only join an iterable"));
    }
    let items = vm.collect(iterable)?;
    let mut parts = Vec::with_capacity(items.len());
    let mut len = sep.len().saturating_mul(items.len());
    for (i, item) in items.iter().enumerate() {
        let part = BytesLike::get(vm, item.as_object()).map_err(|e| {
            if buffer::has_buffer(vm, item.as_object()) {
                return e;
            }
            vm.type_error(format!(
                "sequence item {i}: expected a bytes-like object, {} found",
                item.class(vm).display_name()
            ))
        })?;
        len = len.saturating_add(part.len());
        parts.push(part);
    }
    let mut out = text::utf8::try_with_capacity(len)
        .map_err(|e| vm.size_error(e, "join() result is too long for bytes"))?;
    for (i, part) in parts.iter().enumerate() {
        if i > 0 {
            out.extend_from_slice(sep);
        }
        part.with(|p| out.extend_from_slice(p));
    }
    Ok(out)
}

/// `data.translate(table, delete)`.
pub fn translate(
    vm: &VirtualMachine,
    data: &[u8],
    table: NoneOr<PyObject<'_>>,
    delete: Option<BytesLike<'_>>,
) -> PyResult<Vec<u8>> {
    let table = match table.0 {
        Some(t) => Some(BytesLike::get(vm, t)?.to_vec()),
        None => None,
    };
    if table.as_ref().is_some_and(|t| t.len() != 256) {
        return Err(vm.value_error("translation table must be 256 characters long"));
    }
    let mut gone = [false; 256];
    if let Some(d) = delete {
        d.with(|d| d.iter().for_each(|b| gone[*b as usize] = true));
    }
    let kept = data.iter().filter(|b| !gone[**b as usize]);
    Ok(match &table {
        Some(t) => kept.map(|b| t[*b as usize]).collect(),
        None => kept.copied().collect(),
    })
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
            } else if let Some(b) = o.downcast::<crate::builtins::bytes::PyBytes>() {
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

pub fn strip<'a>(
    vm: &VirtualMachine,
    data: &'a [u8],
    set: NoneOr<PyObject<'_>>,
    ends: Ends,
) -> PyResult<&'a [u8]> {
    use text::utf8::split;
    Ok(match set.0 {
        None => split::strip_whitespace::<Bytes>(data, ends),
        Some(o) => BytesLike::get(vm, o)?.with(|set| split::strip_chars::<Bytes>(data, set, ends)),
    })
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
    let needle = if vm.is_index(item) && !buffer::has_buffer(vm, item) {
        Needle::Byte(byte_value(vm, item, "byte must be in range(0, 256)")?)
    } else {
        Needle::Bytes(BytesLike::get(vm, item)?)
    };
    let mut found = false;
    with(&mut |data| found = needle.with(|n| search::contains(data, n)));
    Ok(found)
}
