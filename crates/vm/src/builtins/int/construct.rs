//! `int(...)`: from numbers, and from text and bytes in a base.

use super::PyInt;
use crate::builtins::bytes::PyBytes;
use crate::prelude::*;
use crate::protocol::buffer;
use num::ParseError;
use text::utf8::repr;

/// The text of a literal that an error message quotes: at most this many characters.
const QUOTED: usize = 200;

#[pymethods(name = construct)]
impl PyInt {
    #[slot(name = "new", sig = "(x=<unrepresentable>, /, base=<unrepresentable>)", text = "")]
    fn py_new(
        cls: &Py<PyType>,
        vm: &VirtualMachine,
        x: Option<PyObject<'_>>,
        base: Option<PyObject<'_>>,
    ) -> PyResult {
        let value = match (x, base) {
            (None, None) => vm.new_int(0),
            (None, Some(_)) => return Err(vm.type_error("int() missing string argument")),
            (Some(x), None) => int_of(vm, x)?,
            (Some(x), Some(base)) => {
                let base = match vm.index_i64(base)? {
                    Some(b) if b == 0 || (2..=36).contains(&b) => b as u32,
                    _ => {
                        return Err(vm.value_error("int() base must be >= 2 and <= 36, or 0"));
                    }
                };
                match text_of(vm, x, false)? {
                    Some(text) => text.parse(vm, base)?,
                    None => {
                        return Err(
                            vm.type_error("int() can't convert non-string with explicit base")
                        );
                    }
                }
            }
        };
        Ok(vm.int_of_class(cls, value.as_object()))
    }
}

/// The value of a few decimal digits, with or without a sign; `None` for all other texts, be
/// they numbers or not.
fn few_digits(text: &[u8]) -> Option<i64> {
    /// So many digits are less than 2**63.
    const FEW: usize = 18;
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    if digits.is_empty() || digits.len() > FEW {
        return None;
    }
    let mut value = 0;
    for &d in digits {
        if !d.is_ascii_digit() {
            return None;
        }
        value = value * 10 + i64::from(d - b'0');
    }
    Some(if negative { -value } else { value })
}

/// `int(x)` of one argument.
pub fn int_of(vm: &VirtualMachine, x: PyObject<'_>) -> PyResult {
    if let Some(s) = x.exact::<PyStr>()
        && let Some(value) = few_digits(s.payload_ref().as_bytes())
    {
        return Ok(vm.new_int(value));
    }
    if let Some(v) = vm.number_try_int(x)? {
        return Ok(v);
    }
    match text_of(vm, x, true)? {
        Some(text) => text.parse(vm, 10),
        None => vm.number_as_int(x),
    }
}

/// What a number is read from, with its digits in ASCII.
pub struct NumberText<'a> {
    pub ascii: std::borrow::Cow<'a, [u8]>,
    /// As messages quote it.
    quoted: Quoted<'a>,
}

enum Quoted<'a> {
    Object(PyObject<'a>),
    Bytes,
}

/// The text of a `str` or bytes-like object; `None` for anything else.  Only `bytes` and
/// `bytearray` count where `any_buffer` is not asked for.
pub fn text_of<'a>(
    vm: &VirtualMachine,
    x: PyObject<'a>,
    any_buffer: bool,
) -> PyResult<Option<NumberText<'a>>> {
    if let Some(s) = x.downcast::<PyStr>() {
        let ascii = text::float::to_ascii_numeral(s.payload_ref().as_bytes());
        return Ok(Some(NumberText { ascii, quoted: Quoted::Object(x) }));
    }
    if let Some(b) = x.downcast::<PyBytes>() {
        let ascii = b.payload_ref().as_bytes().into();
        return Ok(Some(NumberText { ascii, quoted: Quoted::Bytes }));
    }
    Ok(crate::builtins::int::construct::buffer_bytes(vm, x, any_buffer)?
        .map(|bytes| NumberText { ascii: bytes.into(), quoted: Quoted::Bytes }))
}

impl NumberText<'_> {
    fn parse(&self, vm: &VirtualMachine, base: u32) -> PyResult {
        let limit = vm.interp.int_max_str_digits.get();
        let mut failure = None;
        let parsed = vm.long_work(|poll| match num::parse_int(&self.ascii, base, limit, poll) {
            Ok(v) => Ok(Some(v)),
            Err(ParseError::TooBig) => Err(num::Error::TooBig),
            Err(ParseError::Interrupted) => Err(num::Error::Interrupted),
            Err(e) => {
                failure = Some(e);
                Ok(None)
            }
        })?;
        match (parsed, failure) {
            (Some(v), _) => Ok(vm.new_bigint(v)),
            (None, Some(ParseError::TooManyDigits(digits))) => Err(vm.value_error(format!(
                "Exceeds the limit ({limit} digits) for integer string conversion: \
                     value has {digits} digits; use sys.set_int_max_str_digits() to increase \
                     the limit"
            ))),
            (None, _) => {
                let mut message =
                    format!("invalid literal for int() with base {base}: ").into_bytes();
                message.extend_from_slice(&self.quote(vm, QUOTED)?);
                Err(vm
                    .new_exception(&vm.exc().value_error, vec![vm.new_str_bytes(&message).into()]))
            }
        }
    }

    /// The repr, cut to `limit` characters.
    pub fn quote(&self, vm: &VirtualMachine, limit: usize) -> PyResult<Vec<u8>> {
        let text = match self.quoted {
            Quoted::Object(o) => vm.repr(o)?.as_bytes().to_vec(),
            Quoted::Bytes => repr::repr_bytes(&self.ascii),
        };
        let end = text::utf8::index::byte_offset(
            &text,
            limit.min(text::utf8::validate::char_count(&text)),
        );
        Ok(text[..end].to_vec())
    }
}

/// A copy of the bytes behind a bytes-like object other than `bytes`; `None` if it is none.
fn buffer_bytes(
    vm: &VirtualMachine,
    x: PyObject<'_>,
    any_buffer: bool,
) -> PyResult<Option<Vec<u8>>> {
    let typ = x.class(vm);
    if typ.slots.get_buffer.get().is_none() || !any_buffer && !typ.spec().name.eq("bytearray") {
        return Ok(None);
    }
    bytes_of(vm, x).map(Some)
}

/// The bytes of an object as `bytes(x)` finds them, but for a count.
pub fn bytes_of(vm: &VirtualMachine, x: PyObject<'_>) -> PyResult<Vec<u8>> {
    if let Some(b) = x.downcast::<PyBytes>() {
        return Ok(b.payload_ref().as_bytes().to_vec());
    }
    if let Some(made) = vm.call_special(&vm.names().__bytes__, &[x])? {
        return match made.as_object().downcast::<PyBytes>() {
            Some(b) => Ok(b.as_bytes().to_vec()),
            None => Err(vm.type_error(format!(
                "__bytes__ returned non-bytes (type {})",
                made.class(vm).display_name()
            ))),
        };
    }
    if buffer::has_buffer(vm, x) {
        return buffer::get(vm, x, buffer::FULL_RO)?.to_vec(vm);
    }
    let slots = &x.class(vm).slots;
    let iterable = slots.iter.get().is_some() || slots.sq_item.get().is_some();
    if !iterable || x.downcast::<PyStr>().is_some() {
        return Err(vm.type_error(format!(
            "cannot convert '{}' object to bytes",
            x.class(vm).display_name()
        )));
    }
    let mut out = Vec::new();
    for item in vm.collect(x)? {
        let value = vm.index_clamped(item.as_object())?;
        out.push(
            u8::try_from(value).map_err(|_| vm.value_error("bytes must be in range(0, 256)"))?,
        );
    }
    Ok(out)
}
