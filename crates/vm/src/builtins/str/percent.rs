//! The `%` operator, of `str` and of the bytes types.

use crate::builtins::int::IntView;
use crate::prelude::*;
use text::format::{FormatError, PercentArgs, PercentSpec, percent};
use text::utf8::{self, Bytes, Str};

/// An error on its way out of the parser.
enum Failed {
    Raised(PyErr),
    Format(FormatError),
}

impl From<FormatError> for Failed {
    fn from(e: FormatError) -> Failed {
        Failed::Format(e)
    }
}

impl Failed {
    fn raise(self, vm: &VirtualMachine) -> PyErr {
        match self {
            Failed::Raised(e) => e,
            Failed::Format(e) => vm.format_error(e),
        }
    }
}

/// The right operand, taken apart value by value.
struct Operands<'a> {
    vm: &'a VirtualMachine,
    /// A tuple's items, or the one value.
    items: &'a [PyObjectRef],
    next: usize,
    mapping: Option<PyObject<'a>>,
    /// The value of the key just read.
    keyed: Option<PyObjectRef>,
    key_as_text: bool,
}

impl<'a> Operands<'a> {
    fn new(vm: &'a VirtualMachine, right: &'a PyObjectRef, key_as_text: bool) -> Operands<'a> {
        let o = right.as_object();
        let tuple = o.downcast::<PyTuple>();
        let slots = &o.class(vm).slots;
        let text_like = o.downcast::<PyStr>().is_some()
            || (!key_as_text
                && (o.downcast::<crate::builtins::bytes::PyBytes>().is_some()
                    || o.downcast::<crate::builtins::bytearray::PyByteArray>().is_some()));
        let is_mapping = tuple.is_none() && !text_like && slots.subscript.get().is_some();
        Operands {
            vm,
            items: match tuple {
                Some(t) => t.payload_ref().as_slice(),
                None => std::slice::from_ref(right),
            },
            next: 0,
            mapping: is_mapping.then_some(o),
            keyed: None,
            key_as_text,
        }
    }

    fn take(&mut self) -> PyResult {
        if let Some(v) = self.keyed.take() {
            return Ok(v);
        }
        match self.items.get(self.next) {
            Some(v) => {
                self.next += 1;
                Ok(v.clone())
            }
            None => Err(self.vm.type_error("not enough arguments for format string")),
        }
    }

    fn star(&mut self) -> PyResult {
        let v = self.take()?;
        if v.as_object().int_view().is_none() {
            return Err(self.vm.type_error("* wants int"));
        }
        Ok(v)
    }

    fn finish(&self, what: &str) -> PyResult<()> {
        if self.next < self.items.len() && self.mapping.is_none() {
            return Err(self
                .vm
                .type_error(format!("not all arguments converted during {what} formatting")));
        }
        Ok(())
    }
}

impl PercentArgs for Operands<'_> {
    type Error = Failed;

    fn mapping_key(&mut self, key: &[u8]) -> Result<(), Failed> {
        let Some(m) = self.mapping else {
            return Err(Failed::Raised(self.vm.type_error("format requires a mapping")));
        };
        let key = if self.key_as_text {
            PyObjectRef::from(self.vm.new_str_bytes(key))
        } else {
            self.vm.new_bytes(key).into()
        };
        let found = self.vm.get_item(m, key.as_object()).map_err(Failed::Raised)?;
        self.keyed = Some(found);
        // Once keys are used, the mapping itself is no value any more.
        self.next = self.items.len();
        Ok(())
    }

    fn star_width(&mut self) -> Result<isize, Failed> {
        let v = self.star().map_err(Failed::Raised)?;
        match self.vm.to_isize(v.as_object()).map_err(Failed::Raised)? {
            isize::MIN => Err(Failed::Raised(self.vm.overflow_error("width too big"))),
            width => Ok(width),
        }
    }

    fn star_precision(&mut self) -> Result<i32, Failed> {
        let v = self.star().map_err(Failed::Raised)?;
        self.vm.to_i32(v.as_object()).map_err(Failed::Raised)
    }
}

impl VirtualMachine {
    /// Sign and digits of an int in a base; decimal is subject to the limit on digits.
    pub fn int_digits(&self, n: PyObject<'_>, base: u32, upper: bool) -> PyResult<(bool, Vec<u8>)> {
        let mut digits = match n.int_view() {
            Some(IntView::Small(v)) if base == 10 => num::i64_to_decimal(v).into_bytes(),
            Some(IntView::Small(v)) => {
                let u = v.unsigned_abs();
                let sign = if v < 0 { "-" } else { "" };
                match base {
                    2 => format!("{sign}{u:b}"),
                    8 => format!("{sign}{u:o}"),
                    _ => format!("{sign}{u:x}"),
                }
                .into_bytes()
            }
            Some(IntView::Big(_)) if base == 10 => {
                let exact = self.exact_int(n).unwrap_or_else(|| n.to_owned());
                self.repr(exact.as_object())?.as_bytes().to_vec()
            }
            Some(IntView::Big(b)) => b
                .to_string_radix(base, &mut num::never)
                .map_err(|_| self.memory_error())?
                .into_bytes(),
            None => return Err(self.type_error("an integer is required")),
        };
        let negative = digits.first() == Some(&b'-');
        if negative {
            digits.remove(0);
        }
        if upper {
            digits.make_ascii_uppercase();
        }
        Ok((negative, digits))
    }

    fn percent_int(&self, spec: &PercentSpec, v: PyObject<'_>, out: &mut Vec<u8>) -> PyResult<()> {
        let kind = char::from_u32(spec.kind).unwrap_or('d');
        let integral = matches!(kind, 'o' | 'x' | 'X');
        let slots = &v.class(self).slots;
        let number = if v.int_view().is_some() {
            v.to_owned()
        } else {
            let wrong = |vm: &VirtualMachine| {
                vm.type_error(format!(
                    "%{kind} format: {} is required, not {}",
                    if integral { "an integer" } else { "a real number" },
                    v.class(vm).display_name()
                ))
            };
            let is_number = slots.index.get().is_some()
                || slots.int.get().is_some()
                || slots.float.get().is_some()
                || v.float_view().is_some();
            if !is_number {
                return Err(wrong(self));
            }
            let r = if integral { self.index(v) } else { self.number_as_int(v) };
            r.map_err(|e| if self.is_error(&e, &self.exc().type_error) { wrong(self) } else { e })?
        };
        let (negative, digits) = self.int_digits(number.as_object(), spec.base(), kind == 'X')?;
        spec.int(out, negative, &digits).map_err(|e| self.format_error(e))
    }

    fn percent_float(
        &self,
        spec: &PercentSpec,
        v: PyObject<'_>,
        out: &mut Vec<u8>,
        bytes: bool,
    ) -> PyResult<()> {
        let value = match self.to_f64(v) {
            Err(_) if bytes => {
                return Err(self.type_error(format!(
                    "float argument required, not {}",
                    v.class(self).display_name()
                )));
            }
            r => r?,
        };
        spec.float(out, value).map_err(|e| self.format_error(e))
    }

    /// `format % right` of `str`.
    pub fn str_percent(&self, format: &Py<PyStr>, right: PyObject<'_>) -> PyResult<PyRef<PyStr>> {
        let right = right.to_owned();
        let mut args = Operands::new(self, &right, true);
        let text = format.as_bytes();
        let mut out = Vec::with_capacity(text.len() + 32);
        let mut at = 0;
        while let Some(found) = memchr::memchr(b'%', &text[at..]) {
            out.extend_from_slice(&text[at..at + found]);
            at += found + 1;
            if text.get(at) == Some(&b'%') {
                out.push(b'%');
                at += 1;
                continue;
            }
            let (spec, end) =
                percent::parse::<Str, _>(text, at, true, &mut args).map_err(|e| e.raise(self))?;
            at = end;
            let v = args.take()?;
            self.str_percent_one(&spec, v.as_object(), text, &mut out)?;
            self.check_room(out.len())?;
        }
        out.extend_from_slice(&text[at..]);
        args.finish("string")?;
        self.try_new_str(&out)
    }

    fn str_percent_one(
        &self,
        spec: &PercentSpec,
        v: PyObject<'_>,
        text: &[u8],
        out: &mut Vec<u8>,
    ) -> PyResult<()> {
        let kind = u8::try_from(spec.kind).unwrap_or(0);
        let shown = match kind {
            b's' => self.str(v)?,
            b'r' => self.repr(v)?,
            b'a' => self.ascii(v)?,
            b'd' | b'i' | b'u' | b'o' | b'x' | b'X' => return self.percent_int(spec, v, out),
            b'e' | b'E' | b'f' | b'F' | b'g' | b'G' => {
                return self.percent_float(spec, v, out, false);
            }
            b'c' => {
                let (bytes, n) = utf8::encode(self.percent_char(v)?);
                return spec.char::<Str>(out, &bytes[..n]).map_err(|e| self.format_error(e));
            }
            _ => return Err(self.format_error(spec.unsupported::<Str>(text, true))),
        };
        spec.text::<Str>(out, shown.as_bytes()).map_err(|e| self.format_error(e))
    }

    /// The code point for `%c`: an int or a string of one character.
    fn percent_char(&self, v: PyObject<'_>) -> PyResult<u32> {
        if let Some(s) = v.downcast::<PyStr>() {
            return s.single().ok_or_else(|| {
                self.type_error(format!(
                    "%c requires an int or a unicode character, not a string of length {}",
                    s.char_len()
                ))
            });
        }
        if !self.is_index(v) {
            return Err(self.type_error(format!(
                "%c requires an int or a unicode character, not {}",
                v.class(self).full_name(self)
            )));
        }
        match self.index_i64(v)? {
            Some(v @ 0..=0x10ffff) => Ok(v as u32),
            _ => Err(self.overflow_error("%c arg not in range(0x110000)")),
        }
    }

    /// `format % right` of the bytes types.
    pub fn bytes_percent(&self, text: &[u8], right: PyObject<'_>) -> PyResult<Vec<u8>> {
        let right = right.to_owned();
        let mut args = Operands::new(self, &right, false);
        let mut out = Vec::with_capacity(text.len() + 32);
        let mut at = 0;
        while let Some(found) = memchr::memchr(b'%', &text[at..]) {
            out.extend_from_slice(&text[at..at + found]);
            at += found + 1;
            if text.get(at) == Some(&b'%') {
                out.push(b'%');
                at += 1;
                continue;
            }
            let (spec, end) = percent::parse::<Bytes, _>(text, at, false, &mut args)
                .map_err(|e| e.raise(self))?;
            at = end;
            let v = args.take()?;
            self.bytes_percent_one(&spec, v.as_object(), text, &mut out)?;
            self.check_room(out.len())?;
        }
        out.extend_from_slice(&text[at..]);
        args.finish("bytes")?;
        Ok(out)
    }

    fn bytes_percent_one(
        &self,
        spec: &PercentSpec,
        v: PyObject<'_>,
        text: &[u8],
        out: &mut Vec<u8>,
    ) -> PyResult<()> {
        let kind = u8::try_from(spec.kind).unwrap_or(0);
        let done = match kind {
            b'r' | b'a' => spec.text::<Bytes>(out, self.ascii(v)?.as_bytes()),
            b's' | b'b' => {
                let data = self.percent_bytes(v)?;
                spec.text::<Bytes>(out, &data)
            }
            b'd' | b'i' | b'u' | b'o' | b'x' | b'X' => return self.percent_int(spec, v, out),
            b'e' | b'E' | b'f' | b'F' | b'g' | b'G' => {
                return self.percent_float(spec, v, out, true);
            }
            b'c' => spec.char::<Bytes>(out, &[self.percent_byte(v)?]),
            _ => Err(spec.unsupported::<Bytes>(text, false)),
        };
        done.map_err(|e| self.format_error(e))
    }

    /// What `%b` shows: the bytes of a buffer, or what `__bytes__` gives.
    fn percent_bytes(&self, v: PyObject<'_>) -> PyResult<Vec<u8>> {
        if let Some(b) = v.downcast::<crate::builtins::bytes::PyBytes>() {
            return Ok(b.as_bytes().to_vec());
        }
        if let Some(b) = v.downcast::<crate::builtins::bytearray::PyByteArray>() {
            return Ok(b.to_vec());
        }
        if let Some(r) = self.call_special(&self.names().__bytes__, &[v])? {
            return match r.as_object().downcast::<crate::builtins::bytes::PyBytes>() {
                Some(b) => Ok(b.as_bytes().to_vec()),
                None => Err(self.type_error(format!(
                    "__bytes__ returned non-bytes (type {})",
                    r.class(self).display_name()
                ))),
            };
        }
        if v.class(self).slots.get_buffer.get().is_some() {
            return crate::protocol::buffer::get(self, v, crate::protocol::buffer::FULL_RO)?
                .to_vec(self);
        }
        Err(self.type_error(format!(
            "%b requires a bytes-like object, or an object that implements __bytes__, not '{}'",
            v.class(self).display_name()
        )))
    }

    fn percent_byte(&self, v: PyObject<'_>) -> PyResult<u8> {
        let wrong = |len: Option<(&str, usize)>| {
            self.type_error(match len {
                Some((what, n)) => format!(
                    "%c requires an integer in range(256) or a single byte, \
                     not a {what} object of length {n}"
                ),
                None => format!(
                    "%c requires an integer in range(256) or a single byte, not {}",
                    v.class(self).full_name(self)
                ),
            })
        };
        if let Some(b) = v.downcast::<crate::builtins::bytes::PyBytes>() {
            return match b.as_bytes() {
                [b] => Ok(*b),
                all => Err(wrong(Some(("bytes", all.len())))),
            };
        }
        if let Some(b) = v.downcast::<crate::builtins::bytearray::PyByteArray>() {
            let all = b.to_vec();
            return match all.as_slice() {
                [b] => Ok(*b),
                _ => Err(wrong(Some(("bytearray", all.len())))),
            };
        }
        if !self.is_index(v) {
            return Err(wrong(None));
        }
        match self.index_i64(v)? {
            Some(v @ 0..=255) => Ok(v as u8),
            _ => Err(self.overflow_error("%c arg not in range(256)")),
        }
    }
}
