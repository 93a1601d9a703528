//! The functions of `_codecs`.

use super::handlers::Handler;
use crate::builtins::bytes::PyBytes;
use crate::builtins::int::IntView;
use crate::prelude::*;
use crate::protocol::buffer::BytesLike;
use text::codecs::charmap::{self, EncodingMap};
use text::codecs::{self, ByteOrder, Decoded, escape, unicode_escape};
use text::utf8;

/// What `charmap_build` makes: a decoding table turned round.
#[pyclass(name = "EncodingMap", flags(DISALLOW_INSTANTIATION), doc = None, no_refs)]
pub struct PyEncodingMap {
    map: EncodingMap,
}

#[pymethods]
impl PyEncodingMap {
    /// The size of the tables.
    #[method(sig = "(self, /)")]
    fn size(&self) -> usize {
        self.map.size()
    }
}

/// `errors`, which may be None.
type Mode<'a> = NoneOr<&'a str>;

fn mode<'a>(errors: Mode<'a>) -> &'a str {
    errors.0.unwrap_or("strict")
}

type Encoded = (PyRef<PyBytes>, usize);
type DecodedText = (PyRef<PyStr>, usize);

/// Bytes that are asked for before a byte of text is escaped: four for an unprintable
/// character, and half as many again while the buffer grows.
const ESCAPED: usize = 6;

fn encoded(vm: &VirtualMachine, s: &PyStr, out: &[u8]) -> Encoded {
    (vm.new_bytes(out), s.char_len())
}

/// Text, and how much of `data` it was made of: with nothing to follow all, even if an error
/// handler has put other input in its place.
fn decoded(vm: &VirtualMachine, d: &Decoded<'_>, data: &[u8], last: bool) -> DecodedText {
    (vm.new_str_bytes(&d.text), if last { data.len() } else { d.consumed })
}

/// A parameter that takes text, as its UTF-8, or a buffer.
pub struct TextOrBytes(Vec<u8>);

impl<'a> FromArg<'a> for TextOrBytes {
    fn from_arg(vm: &VirtualMachine, obj: PyObject<'a>, _context: ArgContext) -> PyResult<Self> {
        if let Some(s) = obj.downcast::<PyStr>() {
            return Ok(TextOrBytes(vm.encode_utf8(s, "strict")?.as_bytes().to_vec()));
        }
        Ok(TextOrBytes(BytesLike::get(vm, obj)?.to_vec()))
    }
}

fn warn_escape(vm: &VirtualMachine, escape: Option<&[u8]>, prefix: &str) -> PyResult<()> {
    let Some((c, escape)) = escape.and_then(|e| Some((e.first()?, e))) else { return Ok(()) };
    let message = if matches!(c, b'4'..=b'7') {
        let octal = String::from_utf8_lossy(escape.get(..3).unwrap_or_default());
        format!(
            "{prefix}\"\\{octal}\" is an invalid octal escape sequence. \
             Such sequences will not work in the future. "
        )
    } else {
        format!(
            "{prefix}\"\\{}\" is an invalid escape sequence. \
             Such sequences will not work in the future. ",
            *c as char
        )
    };
    vm.warn(&vm.exc().deprecation_warning, &message, 1)
}

fn order(byteorder: i32) -> ByteOrder {
    match byteorder {
        0 => ByteOrder::Native,
        n if n < 0 => ByteOrder::Little,
        _ => ByteOrder::Big,
    }
}

fn order_number(order: ByteOrder) -> i32 {
    match order {
        ByteOrder::Native => 0,
        ByteOrder::Little => -1,
        ByteOrder::Big => 1,
    }
}

/// What a mapping says about a byte or character; `None` when it is undefined.
fn mapped(vm: &VirtualMachine, mapping: PyObject<'_>, key: u32) -> PyResult<Option<PyObjectRef>> {
    let key = vm.new_int(i64::from(key));
    match vm.get_item(mapping, key.as_object()) {
        Ok(v) if v.is_none() => Ok(None),
        Ok(v) => Ok(Some(v)),
        Err(e) if vm.is_error(&e, &vm.exc().lookup_error) => Ok(None),
        Err(e) => Err(e),
    }
}

fn charmap_decode_one(
    vm: &VirtualMachine,
    mapping: PyObject<'_>,
    byte: u8,
    out: &mut Vec<u8>,
) -> PyResult<bool> {
    let Some(v) = mapped(vm, mapping, u32::from(byte))? else { return Ok(false) };
    if let Some(s) = v.as_object().downcast::<PyStr>() {
        if s.as_bytes() == "\u{fffe}".as_bytes() {
            return Ok(false);
        }
        out.extend_from_slice(s.as_bytes());
        return Ok(true);
    }
    match v.as_object().int_view() {
        Some(IntView::Small(0xfffe)) => Ok(false),
        Some(IntView::Small(cp @ 0..=0x10ffff)) => {
            utf8::push(out, cp as u32);
            Ok(true)
        }
        Some(_) => Err(vm.type_error("character mapping must be in range(0x110000)")),
        None => Err(vm.type_error("character mapping must return integer, None or str")),
    }
}

fn charmap_encode_one(
    vm: &VirtualMachine,
    mapping: PyObject<'_>,
    cp: u32,
    out: &mut Vec<u8>,
) -> PyResult<bool> {
    let Some(v) = mapped(vm, mapping, cp)? else { return Ok(false) };
    if let Some(b) = v.as_object().downcast::<PyBytes>() {
        out.extend_from_slice(b.as_bytes());
        return Ok(true);
    }
    match v.as_object().int_view() {
        Some(IntView::Small(b @ 0..=255)) => {
            out.push(b as u8);
            Ok(true)
        }
        Some(_) => Err(vm.type_error("character mapping must be in range(256)")),
        None => Err(vm.type_error(format!(
            "character mapping must return integer, bytes or None, not {}",
            v.class(vm).display_name()
        ))),
    }
}

/// Codecs and their registry.
#[pymodule(name = "_codecs")]
pub mod functions {
    use super::*;

    /// Adds a function that finds codecs by name.
    #[function(sig = "(search_function, /)")]
    fn register(vm: &VirtualMachine, search_function: PyObject<'_>) -> PyResult<()> {
        vm.codec_register(search_function)
    }

    /// Removes a search function, and forgets what was found.
    #[function(sig = "(search_function, /)")]
    fn unregister(vm: &VirtualMachine, search_function: PyObject<'_>) -> PyResult<()> {
        vm.codec_unregister(search_function)
    }

    /// Finds a codec.
    #[function(sig = "(encoding, /)")]
    fn lookup(vm: &VirtualMachine, encoding: &str) -> PyResult<PyRef<PyTuple>> {
        vm.codec_lookup(encoding)
    }

    /// Encodes an object by a codec of any kind.
    #[function(sig = "(obj, encoding='utf-8', errors='strict')")]
    fn encode(
        vm: &VirtualMachine,
        obj: PyObject<'_>,
        encoding: Option<&str>,
        errors: Option<&str>,
    ) -> PyResult {
        let name = encoding.unwrap_or("utf-8");
        let codec = vm.codec_lookup(name)?;
        vm.run_codec(&codec, 0, obj, errors, "encoder", name)
    }

    /// Decodes an object by a codec of any kind.
    #[function(sig = "(obj, encoding='utf-8', errors='strict')")]
    fn decode(
        vm: &VirtualMachine,
        obj: PyObject<'_>,
        encoding: Option<&str>,
        errors: Option<&str>,
    ) -> PyResult {
        let name = encoding.unwrap_or("utf-8");
        let codec = vm.codec_lookup(name)?;
        vm.run_codec(&codec, 1, obj, errors, "decoder", name)
    }

    /// Names an error handler.
    #[function(sig = "(errors, handler, /)")]
    fn register_error(vm: &VirtualMachine, errors: &str, handler: PyObject<'_>) -> PyResult<()> {
        vm.register_error_handler(errors, handler)
    }

    /// Forgets an error handler; tells whether there was one.
    #[function(name = "_unregister_error", sig = "(errors, /)")]
    fn unregister_error(vm: &VirtualMachine, errors: &str) -> PyResult<bool> {
        vm.unregister_error_handler(errors)
    }

    /// Finds an error handler.
    #[function(sig = "(name, /)")]
    fn lookup_error(vm: &VirtualMachine, name: &str) -> PyResult {
        vm.error_handler(name)
    }

    #[function(sig = "(data, errors=None, /)")]
    fn escape_decode(
        vm: &VirtualMachine,
        data: TextOrBytes,
        errors: Mode<'_>,
    ) -> PyResult<Encoded> {
        let on_bad = match mode(errors) {
            "strict" => escape::OnBadHex::Strict,
            "replace" => escape::OnBadHex::Replace,
            "ignore" => escape::OnBadHex::Ignore,
            other => {
                return Err(
                    vm.value_error(format!("decoding error; unknown error handling code: {other}"))
                );
            }
        };
        let (out, invalid) =
            escape::decode(&data.0, on_bad).map_err(|e| vm.value_error(e.message()))?;
        warn_escape(vm, invalid.and_then(|at| data.0.get(at..)), "b")?;
        Ok((vm.new_bytes(&out), data.0.len()))
    }

    #[function(sig = "(data, errors=None, /)")]
    fn escape_encode(
        vm: &VirtualMachine,
        data: &Py<PyBytes>,
        errors: Mode<'_>,
    ) -> PyResult<Encoded> {
        let _ = errors;
        vm.check_room(data.len().saturating_mul(4))?;
        Ok((vm.new_bytes(&escape::encode(data.as_bytes())), data.len()))
    }

    #[function(sig = "(data, errors=None, /)")]
    fn readbuffer_encode(vm: &VirtualMachine, data: TextOrBytes, errors: Mode<'_>) -> Encoded {
        let _ = errors;
        (vm.new_bytes(&data.0), data.0.len())
    }

    #[function(sig = "(str, errors=None, /)")]
    fn utf_8_encode(vm: &VirtualMachine, s: &Py<PyStr>, errors: Mode<'_>) -> PyResult<Encoded> {
        Ok((vm.encode_utf8(s, mode(errors))?, s.char_len()))
    }

    #[function(sig = "(data, errors=None, final=False, /)")]
    fn utf_8_decode(
        vm: &VirtualMachine,
        data: BytesLike<'_>,
        errors: Mode<'_>,
        last: bool,
    ) -> PyResult<DecodedText> {
        let data = data.to_cow();
        let mut h = Handler::new(vm, mode(errors), None);
        Ok(decoded(vm, &codecs::utf8::decode(&data, &mut h, last)?, &data, last))
    }

    #[function(sig = "(str, errors=None, /)")]
    fn utf_7_encode(vm: &VirtualMachine, s: &Py<PyStr>, errors: Mode<'_>) -> Encoded {
        let _ = errors;
        encoded(vm, s, &codecs::utf7::encode(s.as_bytes()))
    }

    #[function(sig = "(data, errors=None, final=False, /)")]
    fn utf_7_decode(
        vm: &VirtualMachine,
        data: BytesLike<'_>,
        errors: Mode<'_>,
        last: bool,
    ) -> PyResult<DecodedText> {
        let data = data.to_cow();
        let mut h = Handler::new(vm, mode(errors), None);
        Ok(decoded(vm, &codecs::utf7::decode(&data, &mut h, last)?, &data, last))
    }

    #[function(sig = "(str, errors=None, /)")]
    fn ascii_encode(vm: &VirtualMachine, s: &Py<PyStr>, errors: Mode<'_>) -> PyResult<Encoded> {
        let mut h = Handler::new(vm, mode(errors), Some(s.as_object()));
        Ok(encoded(vm, s, &codecs::single_byte::encode_ascii(s.as_bytes(), &mut h)?))
    }

    #[function(sig = "(data, errors=None, /)")]
    fn ascii_decode(
        vm: &VirtualMachine,
        data: BytesLike<'_>,
        errors: Mode<'_>,
    ) -> PyResult<DecodedText> {
        let data = data.to_cow();
        let mut h = Handler::new(vm, mode(errors), None);
        let out = codecs::single_byte::decode_ascii(&data, &mut h)?;
        Ok((vm.new_str_bytes(&out), data.len()))
    }

    #[function(sig = "(str, errors=None, /)")]
    fn latin_1_encode(vm: &VirtualMachine, s: &Py<PyStr>, errors: Mode<'_>) -> PyResult<Encoded> {
        let mut h = Handler::new(vm, mode(errors), Some(s.as_object()));
        Ok(encoded(vm, s, &codecs::single_byte::encode_latin1(s.as_bytes(), &mut h)?))
    }

    #[function(sig = "(data, errors=None, /)")]
    fn latin_1_decode(
        vm: &VirtualMachine,
        data: BytesLike<'_>,
        errors: Mode<'_>,
    ) -> PyResult<DecodedText> {
        let _ = errors;
        let data = data.to_cow();
        Ok((vm.decode_latin1(&data)?, data.len()))
    }

    #[function(sig = "(str, errors=None, byteorder=0, /)")]
    fn utf_16_encode(
        vm: &VirtualMachine,
        s: &Py<PyStr>,
        errors: Mode<'_>,
        byteorder: i32,
    ) -> PyResult<Encoded> {
        let mut h = Handler::new(vm, mode(errors), Some(s.as_object()));
        Ok(encoded(vm, s, &codecs::utf16::encode(s.as_bytes(), &mut h, order(byteorder))?))
    }

    #[function(sig = "(str, errors=None, /)")]
    fn utf_16_le_encode(vm: &VirtualMachine, s: &Py<PyStr>, errors: Mode<'_>) -> PyResult<Encoded> {
        utf_16_encode(vm, s, errors, -1)
    }

    #[function(sig = "(str, errors=None, /)")]
    fn utf_16_be_encode(vm: &VirtualMachine, s: &Py<PyStr>, errors: Mode<'_>) -> PyResult<Encoded> {
        utf_16_encode(vm, s, errors, 1)
    }

    #[function(sig = "(str, errors=None, byteorder=0, /)")]
    fn utf_32_encode(
        vm: &VirtualMachine,
        s: &Py<PyStr>,
        errors: Mode<'_>,
        byteorder: i32,
    ) -> PyResult<Encoded> {
        let mut h = Handler::new(vm, mode(errors), Some(s.as_object()));
        Ok(encoded(vm, s, &codecs::utf32::encode(s.as_bytes(), &mut h, order(byteorder))?))
    }

    #[function(sig = "(str, errors=None, /)")]
    fn utf_32_le_encode(vm: &VirtualMachine, s: &Py<PyStr>, errors: Mode<'_>) -> PyResult<Encoded> {
        utf_32_encode(vm, s, errors, -1)
    }

    #[function(sig = "(str, errors=None, /)")]
    fn utf_32_be_encode(vm: &VirtualMachine, s: &Py<PyStr>, errors: Mode<'_>) -> PyResult<Encoded> {
        utf_32_encode(vm, s, errors, 1)
    }

    #[function(sig = "(data, errors=None, byteorder=0, final=False, /)")]
    fn utf_16_ex_decode(
        vm: &VirtualMachine,
        data: BytesLike<'_>,
        errors: Mode<'_>,
        byteorder: i32,
        last: bool,
    ) -> PyResult<(PyRef<PyStr>, usize, i32)> {
        let data = data.to_cow();
        let mut h = Handler::new(vm, mode(errors), None);
        let (d, found) = codecs::utf16::decode(&data, &mut h, order(byteorder), last)?;
        Ok((vm.new_str_bytes(&d.text), d.consumed, order_number(found)))
    }

    #[function(sig = "(data, errors=None, byteorder=0, final=False, /)")]
    fn utf_32_ex_decode(
        vm: &VirtualMachine,
        data: BytesLike<'_>,
        errors: Mode<'_>,
        byteorder: i32,
        last: bool,
    ) -> PyResult<(PyRef<PyStr>, usize, i32)> {
        let data = data.to_cow();
        let mut h = Handler::new(vm, mode(errors), None);
        let (d, found) = codecs::utf32::decode(&data, &mut h, order(byteorder), last)?;
        Ok((vm.new_str_bytes(&d.text), d.consumed, order_number(found)))
    }

    #[function(sig = "(data, errors=None, final=False, /)")]
    fn utf_16_decode(
        vm: &VirtualMachine,
        data: BytesLike<'_>,
        errors: Mode<'_>,
        last: bool,
    ) -> PyResult<DecodedText> {
        utf_16_ex_decode(vm, data, errors, 0, last).map(|(s, n, _)| (s, n))
    }

    #[function(sig = "(data, errors=None, final=False, /)")]
    fn utf_16_le_decode(
        vm: &VirtualMachine,
        data: BytesLike<'_>,
        errors: Mode<'_>,
        last: bool,
    ) -> PyResult<DecodedText> {
        utf_16_ex_decode(vm, data, errors, -1, last).map(|(s, n, _)| (s, n))
    }

    #[function(sig = "(data, errors=None, final=False, /)")]
    fn utf_16_be_decode(
        vm: &VirtualMachine,
        data: BytesLike<'_>,
        errors: Mode<'_>,
        last: bool,
    ) -> PyResult<DecodedText> {
        utf_16_ex_decode(vm, data, errors, 1, last).map(|(s, n, _)| (s, n))
    }

    #[function(sig = "(data, errors=None, final=False, /)")]
    fn utf_32_decode(
        vm: &VirtualMachine,
        data: BytesLike<'_>,
        errors: Mode<'_>,
        last: bool,
    ) -> PyResult<DecodedText> {
        utf_32_ex_decode(vm, data, errors, 0, last).map(|(s, n, _)| (s, n))
    }

    #[function(sig = "(data, errors=None, final=False, /)")]
    fn utf_32_le_decode(
        vm: &VirtualMachine,
        data: BytesLike<'_>,
        errors: Mode<'_>,
        last: bool,
    ) -> PyResult<DecodedText> {
        utf_32_ex_decode(vm, data, errors, -1, last).map(|(s, n, _)| (s, n))
    }

    #[function(sig = "(data, errors=None, final=False, /)")]
    fn utf_32_be_decode(
        vm: &VirtualMachine,
        data: BytesLike<'_>,
        errors: Mode<'_>,
        last: bool,
    ) -> PyResult<DecodedText> {
        utf_32_ex_decode(vm, data, errors, 1, last).map(|(s, n, _)| (s, n))
    }

    #[function(sig = "(str, errors=None, /)")]
    fn unicode_escape_encode(
        vm: &VirtualMachine,
        s: &Py<PyStr>,
        errors: Mode<'_>,
    ) -> PyResult<Encoded> {
        let _ = errors;
        vm.check_room(s.byte_len().saturating_mul(ESCAPED))?;
        Ok(encoded(vm, s, &unicode_escape::encode(s.as_bytes())))
    }

    #[function(sig = "(data, errors=None, final=True, /)")]
    fn unicode_escape_decode(
        vm: &VirtualMachine,
        data: TextOrBytes,
        errors: Mode<'_>,
        last: bool,
    ) -> PyResult<DecodedText> {
        let mut h = Handler::new(vm, mode(errors), None);
        let (d, notes) = unicode_escape::decode(&data.0, &mut h, last)?;
        let out = decoded(vm, &d, &data.0, last);
        warn_escape(vm, notes.first_invalid.as_deref(), "")?;
        Ok(out)
    }

    #[function(sig = "(str, errors=None, /)")]
    fn raw_unicode_escape_encode(
        vm: &VirtualMachine,
        s: &Py<PyStr>,
        errors: Mode<'_>,
    ) -> PyResult<Encoded> {
        let _ = errors;
        vm.check_room(s.byte_len().saturating_mul(ESCAPED))?;
        Ok(encoded(vm, s, &unicode_escape::encode_raw(s.as_bytes())))
    }

    #[function(sig = "(data, errors=None, final=True, /)")]
    fn raw_unicode_escape_decode(
        vm: &VirtualMachine,
        data: TextOrBytes,
        errors: Mode<'_>,
        last: bool,
    ) -> PyResult<DecodedText> {
        let mut h = Handler::new(vm, mode(errors), None);
        let d = unicode_escape::decode_raw(&data.0, &mut h, last)?;
        Ok(decoded(vm, &d, &data.0, last))
    }

    #[function(sig = "(data, errors=None, mapping=None, /)")]
    fn charmap_decode(
        vm: &VirtualMachine,
        data: BytesLike<'_>,
        errors: Mode<'_>,
        mapping: NoneOr<PyObject<'_>>,
    ) -> PyResult<DecodedText> {
        let data = data.to_cow();
        let Some(mapping) = mapping.0 else {
            return Ok((vm.decode_latin1(&data)?, data.len()));
        };
        let mut h = Handler::new(vm, mode(errors), None);
        let out = match mapping.downcast::<PyStr>() {
            Some(table) => charmap::decode_by_table(&data, &mut h, table.as_bytes())?,
            None => charmap::decode(&data, &mut h, |byte, out| {
                charmap_decode_one(vm, mapping, byte, out)
            })?,
        };
        Ok((vm.new_str_bytes(&out), data.len()))
    }

    #[function(sig = "(str, errors=None, mapping=None, /)")]
    fn charmap_encode(
        vm: &VirtualMachine,
        s: &Py<PyStr>,
        errors: Mode<'_>,
        mapping: NoneOr<PyObject<'_>>,
    ) -> PyResult<Encoded> {
        let mut h = Handler::new(vm, mode(errors), Some(s.as_object()));
        let Some(mapping) = mapping.0 else {
            return Ok(encoded(vm, s, &codecs::single_byte::encode_latin1(s.as_bytes(), &mut h)?));
        };
        let out = match mapping.downcast::<PyEncodingMap>() {
            Some(m) => charmap::encode(s.as_bytes(), &mut h, |cp, out| {
                Ok(m.map.get(cp).map(|b| out.push(b)).is_some())
            })?,
            None => charmap::encode(s.as_bytes(), &mut h, |cp, out| {
                charmap_encode_one(vm, mapping, cp, out)
            })?,
        };
        Ok(encoded(vm, s, &out))
    }

    #[function(sig = "(map, /)")]
    fn charmap_build(vm: &VirtualMachine, map: &Py<PyStr>) -> PyResult {
        let table: Vec<u32> = text::utf8::code_points(map.as_bytes()).take(256).collect();
        let Some((first, rest)) = table.split_first() else {
            return Err(vm.type_error("bad argument type for built-in operation"));
        };
        if *first == 0 && rest.iter().all(|cp| (1..0x10000).contains(cp)) {
            let map = EncodingMap::new(map.as_bytes());
            return Ok(vm.new_object(PyEncodingMap { map }).into());
        }
        // What the compact form has no room for, as CPython decides it.
        let dict = vm.new_dict();
        for (byte, cp) in table.iter().enumerate() {
            let cp = vm.new_int(i64::from(*cp));
            dict.set(vm, cp.as_object(), vm.new_usize(byte))?;
        }
        Ok(dict.into())
    }
}
