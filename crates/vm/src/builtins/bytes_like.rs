//! What `bytes` and `bytearray` share: construction from any object, and the methods, which
//! differ only in the type they give.

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
        return l.items().to_vec().iter().map(|v| convert(v.as_object())).collect();
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
        out.push(convert(v.as_object())?);
        Ok(())
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
            let bytes = if let Some(s) = o.downcast::<PyStr>() {
                if s.char_len() != 1 {
                    return Err(vm.value_error("sep must be length 1."));
                }
                s.as_bytes().to_vec()
            } else if let Some(b) = o.downcast::<crate::builtins::bytes::PyBytes>() {
                b.as_bytes().to_vec()
            } else {
                vm.length(o)?;
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

/// The methods that `bytes` and `bytearray` have in common, as blocks named `shared`.  The
/// type provides `data` (its bytes, copied if they may change), `with_data`, `make` (an
/// exact object of the type) and `same` (what an unchanged result is).
macro_rules! shared_methods {
    ($payload:ident, $native:literal) => {
        #[pymethods(name = shared)]
        impl $payload {
            /// Decodes the bytes into text.
            #[method(sig = "(self, /, encoding='utf-8', errors='strict')")]
            fn decode(
                zelf: &Py<$payload>,
                vm: &VirtualMachine,
                encoding: Option<&str>,
                errors: Option<&str>,
            ) -> PyResult<PyRef<PyStr>> {
                vm.decode_bytes_object(zelf.as_object(), encoding, errors)
            }

            /// The bytes as hexadecimal digits.
            #[method(sig = "(self, /, sep=<unrepresentable>, bytes_per_sep=1)")]
            fn hex(
                zelf: &Py<$payload>,
                vm: &VirtualMachine,
                sep: Option<PyObject<'_>>,
                bytes_per_sep: i32,
            ) -> PyResult<PyRef<PyStr>> {
                bytes_like::to_hex(vm, &zelf.data(), sep, bytes_per_sep)
            }

            /// Makes an object from text of hexadecimal digits.
            #[classmethod(sig = "(cls, string, /)")]
            fn fromhex(cls: &Py<PyType>, vm: &VirtualMachine, string: PyObject<'_>) -> PyResult {
                let made = $payload::make(vm, &bytes_like::from_hex(vm, string)?);
                if cls.is(vm.type_of::<$payload>()) {
                    return Ok(made.into());
                }
                vm.call_positional(cls.as_object(), &[made.as_object()])
            }

            /// A table for translate that maps each byte of frm to the one in to.
            #[staticmethod(sig = "(frm, to, /)")]
            fn maketrans(
                vm: &VirtualMachine,
                frm: BytesLike<'_>,
                to: BytesLike<'_>,
            ) -> PyResult<PyRef<PyBytes>> {
                let table = frm.with(|f| to.with(|t| bytes_like::maketrans(vm, f, t)))?;
                Ok(vm.new_bytes(&table))
            }

            /// The bytes mapped by a table of 256, without those to delete.
            #[method(sig = "(self, table, /, delete=b'')")]
            fn translate(
                zelf: &Py<$payload>,
                vm: &VirtualMachine,
                table: NoneOr<PyObject<'_>>,
                delete: Option<BytesLike<'_>>,
            ) -> PyResult<PyRef<$payload>> {
                let data = zelf.data();
                let out = bytes_like::translate(vm, &data, table, delete)?;
                if out.len() == data.len() && *out == *data {
                    return Ok(zelf.same(vm));
                }
                Ok($payload::make(vm, &out))
            }

            /// A copy with ASCII letters in uppercase.
            #[method(sig = "(self, /)", text = "")]
            fn upper(zelf: &Py<$payload>, vm: &VirtualMachine) -> PyRef<$payload> {
                $payload::make(vm, &case::ascii_upper(&zelf.data()))
            }

            /// A copy with ASCII letters in lowercase.
            #[method(sig = "(self, /)", text = "")]
            fn lower(zelf: &Py<$payload>, vm: &VirtualMachine) -> PyRef<$payload> {
                $payload::make(vm, &case::ascii_lower(&zelf.data()))
            }

            /// A copy with the case of ASCII letters exchanged.
            #[method(sig = "(self, /)", text = "")]
            fn swapcase(zelf: &Py<$payload>, vm: &VirtualMachine) -> PyRef<$payload> {
                $payload::make(vm, &case::ascii_swapcase(&zelf.data()))
            }

            /// A copy with the first byte in uppercase and the rest in lowercase.
            #[method(sig = "(self, /)", text = "")]
            fn capitalize(zelf: &Py<$payload>, vm: &VirtualMachine) -> PyRef<$payload> {
                $payload::make(vm, &case::ascii_capitalize(&zelf.data()))
            }

            /// A copy with words starting in uppercase.
            #[method(sig = "(self, /)", text = "")]
            fn title(zelf: &Py<$payload>, vm: &VirtualMachine) -> PyRef<$payload> {
                $payload::make(vm, &case::ascii_title(&zelf.data()))
            }

            /// Whether there are bytes and all are ASCII letters.
            #[method(sig = "(self, /)", text = "")]
            fn isalpha(&self) -> bool {
                self.with_data(|d| !d.is_empty() && d.iter().all(u8::is_ascii_alphabetic))
            }

            /// Whether there are bytes and all are ASCII letters or digits.
            #[method(sig = "(self, /)", text = "")]
            fn isalnum(&self) -> bool {
                self.with_data(|d| !d.is_empty() && d.iter().all(u8::is_ascii_alphanumeric))
            }

            /// Whether all bytes are ASCII.
            #[method(sig = "(self, /)", text = "")]
            fn isascii(&self) -> bool {
                self.with_data(|d| d.is_ascii())
            }

            /// Whether there are bytes and all are ASCII digits.
            #[method(sig = "(self, /)", text = "")]
            fn isdigit(&self) -> bool {
                self.with_data(|d| !d.is_empty() && d.iter().all(u8::is_ascii_digit))
            }

            /// Whether there are letters and all are lowercase.
            #[method(sig = "(self, /)", text = "")]
            fn islower(&self) -> bool {
                self.with_data(case::ascii_is_lower)
            }

            /// Whether there are letters and all are uppercase.
            #[method(sig = "(self, /)", text = "")]
            fn isupper(&self) -> bool {
                self.with_data(case::ascii_is_upper)
            }

            /// Whether words start in uppercase and go on in lowercase.
            #[method(sig = "(self, /)", text = "")]
            fn istitle(&self) -> bool {
                self.with_data(case::ascii_is_title)
            }

            /// Whether there are bytes and all are whitespace.
            #[method(sig = "(self, /)", text = "")]
            fn isspace(&self) -> bool {
                self.with_data(|d| !d.is_empty() && d.iter().all(|b| matches!(b, 9..=13 | 32)))
            }

            /// The lowest position where sub occurs in self[start:end], or -1.
            #[method(
                sig = "(self, sub, start=None, end=None, /)",
                text = "($self, sub[, start[, end]], /)"
            )]
            fn find(&self, sub: Needle<'_>, start: Option<Bound>, end: Option<Bound>) -> isize {
                let found =
                    self.with_data(|d| sub.with(|s| bytes_like::find(d, s, start, end, false)));
                found.map_or(-1, |i| i as isize)
            }

            /// The highest position where sub occurs in self[start:end], or -1.
            #[method(
                sig = "(self, sub, start=None, end=None, /)",
                text = "($self, sub[, start[, end]], /)"
            )]
            fn rfind(&self, sub: Needle<'_>, start: Option<Bound>, end: Option<Bound>) -> isize {
                let found =
                    self.with_data(|d| sub.with(|s| bytes_like::find(d, s, start, end, true)));
                found.map_or(-1, |i| i as isize)
            }

            /// As find, but ValueError when sub does not occur.
            #[method(
                sig = "(self, sub, start=None, end=None, /)",
                text = "($self, sub[, start[, end]], /)"
            )]
            fn index(
                &self,
                vm: &VirtualMachine,
                sub: Needle<'_>,
                start: Option<Bound>,
                end: Option<Bound>,
            ) -> PyResult<usize> {
                self.with_data(|d| sub.with(|s| bytes_like::find(d, s, start, end, false)))
                    .ok_or_else(|| vm.value_error("subsection not found"))
            }

            /// As rfind, but ValueError when sub does not occur.
            #[method(
                sig = "(self, sub, start=None, end=None, /)",
                text = "($self, sub[, start[, end]], /)"
            )]
            fn rindex(
                &self,
                vm: &VirtualMachine,
                sub: Needle<'_>,
                start: Option<Bound>,
                end: Option<Bound>,
            ) -> PyResult<usize> {
                self.with_data(|d| sub.with(|s| bytes_like::find(d, s, start, end, true)))
                    .ok_or_else(|| vm.value_error("subsection not found"))
            }

            /// How often sub occurs in self[start:end] without overlapping.
            #[method(
                sig = "(self, sub, start=None, end=None, /)",
                text = "($self, sub[, start[, end]], /)"
            )]
            fn count(&self, sub: Needle<'_>, start: Option<Bound>, end: Option<Bound>) -> usize {
                self.with_data(|d| match bytes_like::window(d, start, end) {
                    Some((w, _)) => sub.with(|s| search::count::<Bytes>(w, s)),
                    None => 0,
                })
            }

            /// Whether self[start:end] starts with the prefix, or one of a tuple of them.
            #[method(
                sig = "(self, prefix, start=None, end=None, /)",
                text = "($self, prefix[, start[, end]], /)"
            )]
            fn startswith(
                &self,
                vm: &VirtualMachine,
                prefix: PyObject<'_>,
                start: Option<Bound>,
                end: Option<Bound>,
            ) -> PyResult<bool> {
                let with = |f: &mut dyn FnMut(&[u8])| self.with_data(f);
                let test: fn(&[u8], &[u8]) -> bool = |t, p| t.starts_with(p);
                bytes_like::tail_match(vm, with, prefix, (start, end), "startswith", test)
            }

            /// Whether self[start:end] ends with the suffix, or one of a tuple of them.
            #[method(
                sig = "(self, suffix, start=None, end=None, /)",
                text = "($self, suffix[, start[, end]], /)"
            )]
            fn endswith(
                &self,
                vm: &VirtualMachine,
                suffix: PyObject<'_>,
                start: Option<Bound>,
                end: Option<Bound>,
            ) -> PyResult<bool> {
                let with = |f: &mut dyn FnMut(&[u8])| self.with_data(f);
                let test: fn(&[u8], &[u8]) -> bool = |t, p| t.ends_with(p);
                bytes_like::tail_match(vm, with, suffix, (start, end), "endswith", test)
            }

            /// A copy with old replaced by new, count times at most unless it is negative.
            #[method(sig = "(self, old, new, count=-1, /)")]
            fn replace(
                zelf: &Py<$payload>,
                vm: &VirtualMachine,
                old: BytesLike<'_>,
                new: BytesLike<'_>,
                count: isize,
            ) -> PyResult<PyRef<$payload>> {
                let max = usize::try_from(count).unwrap_or(usize::MAX);
                let data = zelf.data();
                let made = old.with(|o| {
                    new.with(|n| text::utf8::replace::replace::<Bytes>(&data, o, n, max))
                });
                match made {
                    Ok(None) => Ok(zelf.same(vm)),
                    Ok(Some(out)) => Ok($payload::make(vm, &out)),
                    Err(e) => Err(vm.size_error(e, "replace bytes is too long")),
                }
            }

            /// A copy without the prefix, if it starts with it.
            #[method(sig = "(self, prefix, /)")]
            fn removeprefix(
                zelf: &Py<$payload>,
                vm: &VirtualMachine,
                prefix: BytesLike<'_>,
            ) -> PyRef<$payload> {
                let data = zelf.data();
                match prefix.with(|p| data.strip_prefix(p)) {
                    Some(rest) if rest.len() < data.len() => $payload::make(vm, rest),
                    _ => zelf.same(vm),
                }
            }

            /// A copy without the suffix, if it ends with it.
            #[method(sig = "(self, suffix, /)")]
            fn removesuffix(
                zelf: &Py<$payload>,
                vm: &VirtualMachine,
                suffix: BytesLike<'_>,
            ) -> PyRef<$payload> {
                let data = zelf.data();
                match suffix.with(|p| data.strip_suffix(p)) {
                    Some(rest) if rest.len() < data.len() => $payload::make(vm, rest),
                    _ => zelf.same(vm),
                }
            }

            /// The parts between separators, or between runs of whitespace.
            #[method(sig = "(self, /, sep=None, maxsplit=-1)")]
            fn split(
                zelf: &Py<$payload>,
                vm: &VirtualMachine,
                sep: NoneOr<BytesLike<'_>>,
                maxsplit: isize,
            ) -> PyResult<Vec<PyObjectRef>> {
                let max = usize::try_from(maxsplit).unwrap_or(usize::MAX);
                let data = zelf.data();
                let mut out: Vec<PyObjectRef> = Vec::new();
                let push = |p: &[u8]| out.push($payload::make(vm, p).into());
                match sep.0 {
                    None => split::split_whitespace::<Bytes>(&data, max, push),
                    Some(s) if s.is_empty() => return Err(vm.value_error("empty separator")),
                    Some(s) => split::split(&data, &s.to_cow(), max, push),
                }
                Ok(out)
            }

            /// As split, splitting from the right when maxsplit bounds it.
            #[method(sig = "(self, /, sep=None, maxsplit=-1)")]
            fn rsplit(
                zelf: &Py<$payload>,
                vm: &VirtualMachine,
                sep: NoneOr<BytesLike<'_>>,
                maxsplit: isize,
            ) -> PyResult<Vec<PyObjectRef>> {
                let max = usize::try_from(maxsplit).unwrap_or(usize::MAX);
                let data = zelf.data();
                let mut out: Vec<PyObjectRef> = Vec::new();
                let push = |p: &[u8]| out.push($payload::make(vm, p).into());
                match sep.0 {
                    None => split::rsplit_whitespace::<Bytes>(&data, max, push),
                    Some(s) if s.is_empty() => return Err(vm.value_error("empty separator")),
                    Some(s) => split::rsplit(&data, &s.to_cow(), max, push),
                }
                out.reverse();
                Ok(out)
            }

            /// The lines, with their ends if keepends is true.
            #[method(sig = "(self, /, keepends=False)")]
            fn splitlines(
                zelf: &Py<$payload>,
                vm: &VirtualMachine,
                keepends: bool,
            ) -> Vec<PyObjectRef> {
                let data = zelf.data();
                let mut out: Vec<PyObjectRef> = Vec::new();
                split::split_lines::<Bytes>(&data, keepends, |p| {
                    out.push($payload::make(vm, p).into());
                });
                out
            }

            /// What is before the first separator, the separator, and what is after it.
            #[method(sig = "(self, sep, /)")]
            fn partition(
                zelf: &Py<$payload>,
                vm: &VirtualMachine,
                sep: PyObject<'_>,
            ) -> PyResult<PyRef<PyTuple>> {
                let sep_bytes = BytesLike::get(vm, sep)?.to_cow();
                if sep_bytes.is_empty() {
                    return Err(vm.value_error("empty separator"));
                }
                let data = zelf.data();
                let (a, b, c) = match search::find(&data, &sep_bytes) {
                    Some(at) => (
                        $payload::make(vm, &data[..at]),
                        zelf.separator(vm, sep, &sep_bytes),
                        $payload::make(vm, &data[at + sep_bytes.len()..]),
                    ),
                    None => {
                        let empty = || $payload::make(vm, b"");
                        (zelf.same(vm), empty().into(), empty())
                    }
                };
                Ok(vm.new_tuple(vec![a.into(), b, c.into()]))
            }

            /// What is before the last separator, the separator, and what is after it.
            #[method(sig = "(self, sep, /)")]
            fn rpartition(
                zelf: &Py<$payload>,
                vm: &VirtualMachine,
                sep: PyObject<'_>,
            ) -> PyResult<PyRef<PyTuple>> {
                let sep_bytes = BytesLike::get(vm, sep)?.to_cow();
                if sep_bytes.is_empty() {
                    return Err(vm.value_error("empty separator"));
                }
                let data = zelf.data();
                let (a, b, c) = match search::rfind(&data, &sep_bytes) {
                    Some(at) => (
                        $payload::make(vm, &data[..at]),
                        zelf.separator(vm, sep, &sep_bytes),
                        $payload::make(vm, &data[at + sep_bytes.len()..]),
                    ),
                    None => {
                        let empty = || $payload::make(vm, b"");
                        (empty(), empty().into(), zelf.same(vm))
                    }
                };
                Ok(vm.new_tuple(vec![a.into(), b, c.into()]))
            }

            /// A copy without whitespace, or without the given bytes, at its ends.
            #[method(sig = "(self, bytes=None, /)")]
            fn strip(
                zelf: &Py<$payload>,
                vm: &VirtualMachine,
                bytes: NoneOr<PyObject<'_>>,
            ) -> PyResult<PyRef<$payload>> {
                zelf.stripped(vm, bytes, Ends::Both)
            }

            /// As strip, at the start only.
            #[method(sig = "(self, bytes=None, /)")]
            fn lstrip(
                zelf: &Py<$payload>,
                vm: &VirtualMachine,
                bytes: NoneOr<PyObject<'_>>,
            ) -> PyResult<PyRef<$payload>> {
                zelf.stripped(vm, bytes, Ends::Left)
            }

            /// As strip, at the end only.
            #[method(sig = "(self, bytes=None, /)")]
            fn rstrip(
                zelf: &Py<$payload>,
                vm: &VirtualMachine,
                bytes: NoneOr<PyObject<'_>>,
            ) -> PyResult<PyRef<$payload>> {
                zelf.stripped(vm, bytes, Ends::Right)
            }

            /// The bytes in the middle of a line of the given width.
            #[method(sig = "(self, width, fillchar=b' ', /)")]
            fn center(
                zelf: &Py<$payload>,
                vm: &VirtualMachine,
                width: isize,
                fillchar: Option<PyObject<'_>>,
            ) -> PyResult<PyRef<$payload>> {
                let fill = bytes_like::fill_byte(vm, fillchar, "center")?;
                let room = zelf.room(width);
                let left = room / 2 + (room & width as usize & 1);
                zelf.padded(vm, left, room - left, fill)
            }

            /// The bytes at the left of a line of the given width.
            #[method(sig = "(self, width, fillchar=b' ', /)")]
            fn ljust(
                zelf: &Py<$payload>,
                vm: &VirtualMachine,
                width: isize,
                fillchar: Option<PyObject<'_>>,
            ) -> PyResult<PyRef<$payload>> {
                let fill = bytes_like::fill_byte(vm, fillchar, "ljust")?;
                zelf.padded(vm, 0, zelf.room(width), fill)
            }

            /// The bytes at the right of a line of the given width.
            #[method(sig = "(self, width, fillchar=b' ', /)")]
            fn rjust(
                zelf: &Py<$payload>,
                vm: &VirtualMachine,
                width: isize,
                fillchar: Option<PyObject<'_>>,
            ) -> PyResult<PyRef<$payload>> {
                let fill = bytes_like::fill_byte(vm, fillchar, "rjust")?;
                zelf.padded(vm, zelf.room(width), 0, fill)
            }

            /// The bytes with zeros in front, after the sign, to the given width.
            #[method(sig = "(self, width, /)")]
            fn zfill(
                zelf: &Py<$payload>,
                vm: &VirtualMachine,
                width: isize,
            ) -> PyResult<PyRef<$payload>> {
                let room = zelf.room(width);
                if room == 0 {
                    return Ok(zelf.same(vm));
                }
                let mut out = bytes_like::pad(vm, &zelf.data(), room, 0, b'0')?;
                if matches!(out.get(room), Some(b'+' | b'-')) {
                    out.swap(0, room);
                }
                Ok($payload::make(vm, &out))
            }

            /// A copy with tabs replaced by spaces.
            #[method(sig = "(self, /, tabsize=8)")]
            fn expandtabs(
                zelf: &Py<$payload>,
                vm: &VirtualMachine,
                tabsize: i32,
            ) -> PyResult<PyRef<$payload>> {
                let made =
                    text::utf8::replace::expand_tabs::<Bytes>(&zelf.data(), i64::from(tabsize));
                let out = made.map_err(|e| bytes_like::too_long(vm, e))?;
                Ok($payload::make(vm, &out))
            }

            /// The items of an iterable with these bytes between them.
            #[method(sig = "(self, iterable_of_bytes, /)")]
            fn join(
                zelf: &Py<$payload>,
                vm: &VirtualMachine,
                iterable_of_bytes: PyObject<'_>,
            ) -> PyResult<PyRef<$payload>> {
                if let Some(only) = zelf.join_of_one(vm, iterable_of_bytes) {
                    return Ok(only);
                }
                let out = bytes_like::join(vm, &zelf.data(), iterable_of_bytes)?;
                Ok($payload::make(vm, &out))
            }
        }

        impl Py<$payload> {
            fn stripped(
                &self,
                vm: &VirtualMachine,
                set: NoneOr<PyObject<'_>>,
                ends: Ends,
            ) -> PyResult<PyRef<$payload>> {
                let data = self.data();
                let rest = bytes_like::strip(vm, &data, set, ends)?;
                if rest.len() == data.len() {
                    return Ok(self.same(vm));
                }
                Ok($payload::make(vm, rest))
            }

            fn room(&self, width: isize) -> usize {
                usize::try_from(width).unwrap_or(0).saturating_sub(self.with_data(<[u8]>::len))
            }

            fn padded(
                &self,
                vm: &VirtualMachine,
                left: usize,
                right: usize,
                fill: u8,
            ) -> PyResult<PyRef<$payload>> {
                if left == 0 && right == 0 {
                    return Ok(self.same(vm));
                }
                Ok($payload::make(vm, &bytes_like::pad(vm, &self.data(), left, right, fill)?))
            }
        }
    };
}
pub(crate) use shared_methods;
