//! `_codecs`: the registry of codecs and error handlers, and the codecs themselves; and how
//! the rest of the interpreter encodes and decodes.
//!
//! The encodings that programs use all the time never reach the registry: their names are
//! recognised here, as CPython does.

pub mod functions;
pub mod handlers;
pub mod registry;

pub use functions::functions::MODULE;

use crate::builtins::bytes::PyBytes;
use crate::prelude::*;
use crate::protocol::buffer::{self, BytesLike};
use handlers::Handler;
use text::codecs::{self, ByteOrder};

/// Codecs and error handlers of one interpreter.
pub struct CodecState {
    search: PyCell<Vec<PyObjectRef>>,
    /// Normalised name to what a search function gave.
    found: PyRef<PyDict>,
    errors: PyRef<PyDict>,
}

/// Encodings that need no registry.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Known {
    Utf8,
    Latin1,
    Ascii,
    Utf16,
    Utf32,
}

impl Known {
    fn of(name: &str) -> Option<Known> {
        // The usual spellings first.
        match name {
            "utf-8" | "utf8" => return Some(Known::Utf8),
            "latin-1" | "iso-8859-1" => return Some(Known::Latin1),
            "ascii" | "us-ascii" => return Some(Known::Ascii),
            _ => {}
        }
        if name.len() > 16 {
            return None;
        }
        match registry::normalize(name).as_str() {
            "utf_8" | "utf8" => Some(Known::Utf8),
            "latin_1" | "latin1" | "iso_8859_1" | "iso8859_1" => Some(Known::Latin1),
            "ascii" | "us_ascii" => Some(Known::Ascii),
            "utf_16" | "utf16" => Some(Known::Utf16),
            "utf_32" | "utf32" => Some(Known::Utf32),
            _ => None,
        }
    }
}

impl VirtualMachine {
    fn encode_known(&self, s: &Py<PyStr>, known: Known, errors: &str) -> PyResult<PyRef<PyBytes>> {
        let text = s.as_bytes();
        if s.is_ascii() && matches!(known, Known::Utf8 | Known::Latin1 | Known::Ascii) {
            return self.try_new_bytes(text);
        }
        self.check_room(text.len().saturating_mul(4))?;
        let mut h = Handler::new(self, errors, Some(s.as_object()));
        Ok(match known {
            Known::Utf8 => self.new_bytes(&codecs::utf8::encode(text, &mut h)?),
            Known::Latin1 => self.new_bytes(&codecs::single_byte::encode_latin1(text, &mut h)?),
            Known::Ascii => self.new_bytes(&codecs::single_byte::encode_ascii(text, &mut h)?),
            Known::Utf16 => {
                self.new_bytes(&codecs::utf16::encode(text, &mut h, ByteOrder::Native)?)
            }
            Known::Utf32 => {
                self.new_bytes(&codecs::utf32::encode(text, &mut h, ByteOrder::Native)?)
            }
        })
    }

    fn decode_known(
        &self,
        data: &[u8],
        known: Known,
        errors: &str,
        object: Option<PyObject<'_>>,
    ) -> PyResult<PyRef<PyStr>> {
        self.check_room(data.len())?;
        if data.is_ascii() && matches!(known, Known::Utf8 | Known::Latin1 | Known::Ascii) {
            return Ok(self.new_str_piece(data, true));
        }
        let mut h = Handler::new(self, errors, object);
        Ok(match known {
            Known::Utf8 => self.new_str_bytes(&codecs::utf8::decode(data, &mut h, true)?.text),
            Known::Latin1 => self.decode_latin1(data)?,
            Known::Ascii => self.new_str_bytes(&codecs::single_byte::decode_ascii(data, &mut h)?),
            Known::Utf16 => {
                let r = codecs::utf16::decode(data, &mut h, ByteOrder::Native, true)?;
                self.new_str_bytes(&r.0.text)
            }
            Known::Utf32 => {
                let r = codecs::utf32::decode(data, &mut h, ByteOrder::Native, true)?;
                self.new_str_bytes(&r.0.text)
            }
        })
    }

    /// Text from Latin-1.
    pub fn decode_latin1(&self, data: &[u8]) -> PyResult<PyRef<PyStr>> {
        // A character takes two bytes at most.
        self.check_room(data.len().saturating_mul(2))?;
        Ok(self.new_str_bytes(&codecs::single_byte::decode_latin1(data)))
    }

    /// The bytes of a string in UTF-8, as far as errors allow.
    pub fn encode_utf8(&self, s: &Py<PyStr>, errors: &str) -> PyResult<PyRef<PyBytes>> {
        self.encode_known(s, Known::Utf8, errors)
    }

    /// Text from UTF-8.
    pub fn decode_utf8(&self, data: &[u8], errors: &str) -> PyResult<PyRef<PyStr>> {
        self.decode_known(data, Known::Utf8, errors, None)
    }

    /// A file name or another string for the operating system, as bytes.
    pub fn fs_encode(&self, s: &Py<PyStr>) -> PyResult<Vec<u8>> {
        if s.is_ascii() {
            return Ok(s.as_bytes().to_vec());
        }
        let mut h = Handler::new(self, "surrogateescape", Some(s.as_object()));
        Ok(codecs::utf8::encode(s.as_bytes(), &mut h)?.into_owned())
    }

    /// A string from the operating system; what is not UTF-8 becomes lone surrogates.
    pub fn fs_decode(&self, data: &[u8]) -> PyRef<PyStr> {
        let mut h = codecs::Builtin(codecs::Errors::SurrogateEscape);
        match codecs::utf8::decode(data, &mut h, true) {
            Ok(d) => self.new_str_bytes(&d.text),
            // Every byte that is not UTF-8 is above 0x7F, and so has its surrogate.
            Err(_) => self.new_str_bytes(&codecs::single_byte::decode_latin1(data)),
        }
    }

    /// In development mode names that nothing would need are looked up too.
    #[inline]
    fn check_codec_names(&self, encoding: Option<&str>, errors: Option<&str>) -> PyResult<()> {
        if self.interp.settings.dev_mode { self.look_names_up(encoding, errors) } else { Ok(()) }
    }

    #[cold]
    fn look_names_up(&self, encoding: Option<&str>, errors: Option<&str>) -> PyResult<()> {
        if let Some(encoding) = encoding.filter(|e| Known::of(e).is_none()) {
            self.codec_lookup(encoding)?;
        }
        match errors {
            Some(e) if codecs::Errors::from_name(e).is_none() => self.error_handler(e).map(drop),
            _ => Ok(()),
        }
    }

    /// `s.encode(encoding, errors)`.
    pub fn encode_object(
        &self,
        s: &Py<PyStr>,
        encoding: Option<&str>,
        errors: Option<&str>,
    ) -> PyResult {
        self.check_codec_names(encoding, errors)?;
        let known = match encoding {
            None => Some(Known::Utf8),
            Some(name) => Known::of(name),
        };
        if let Some(known) = known {
            return Ok(self.encode_known(s, known, errors.unwrap_or("strict"))?.into());
        }
        let encoding = encoding.unwrap_or("utf-8");
        let codec = self.text_codec(encoding, "codecs.encode()")?;
        let r = self.run_codec(&codec, 0, s.as_object(), errors, "encoder", encoding)?;
        if r.as_object().downcast::<PyBytes>().is_some() {
            return Ok(r);
        }
        if let Some(b) = r.as_object().downcast::<crate::builtins::bytearray::PyByteArray>() {
            self.warn(
                &self.exc().runtime_warning,
                &format!(
                    "encoder {encoding} returned bytearray instead of bytes; \
                     use codecs.encode() to encode to arbitrary types"
                ),
                1,
            )?;
            return Ok(self.new_bytes(&b.to_vec()).into());
        }
        Err(self.type_error(format!(
            "'{encoding}' encoder returned '{}' instead of 'bytes'; \
             use codecs.encode() to encode to arbitrary types",
            r.class(self).display_name()
        )))
    }

    /// `s.encode(encoding, errors)` as bytes.
    pub fn encode(&self, s: &Py<PyStr>, encoding: &str, errors: &str) -> PyResult<PyRef<PyBytes>> {
        let r = self.encode_object(s, Some(encoding), Some(errors))?;
        r.downcast::<PyBytes>().map_err(|_| self.type_error("encoder did not return bytes"))
    }

    /// `bytes(data).decode(encoding, errors)`.
    pub fn decode(&self, data: &[u8], encoding: &str, errors: &str) -> PyResult<PyRef<PyStr>> {
        if let Some(known) = Known::of(encoding) {
            return self.decode_known(data, known, errors, None);
        }
        let object = self.new_bytes(data);
        self.decode_bytes_object(object.as_object(), Some(encoding), Some(errors))
    }

    /// `o.decode(encoding, errors)` of a bytes-like object.
    pub fn decode_bytes_object(
        &self,
        o: PyObject<'_>,
        encoding: Option<&str>,
        errors: Option<&str>,
    ) -> PyResult<PyRef<PyStr>> {
        self.check_codec_names(encoding, errors)?;
        let known = match encoding {
            None => Some(Known::Utf8),
            Some(name) => Known::of(name),
        };
        if let Some(known) = known {
            let errors = errors.unwrap_or("strict");
            let data = BytesLike::get(self, o)?.to_cow();
            let object = o.downcast::<PyBytes>().map(|b| b.as_object());
            return self.decode_known(&data, known, errors, object);
        }
        // No bytes are no text in any encoding, known or not.
        if BytesLike::get(self, o)?.is_empty() {
            return Ok(self.empty_str());
        }
        let encoding = encoding.unwrap_or("utf-8");
        let codec = self.text_codec(encoding, "codecs.decode()")?;
        // A codec may keep what it is given only as a view, as CPython gives it.
        let view = self.memoryview(o)?;
        let r = self.run_codec(&codec, 1, view.as_object(), errors, "decoder", encoding)?;
        r.downcast::<PyStr>().map_err(|r| {
            self.type_error(format!(
                "'{encoding}' decoder returned '{}' instead of 'str'; \
                 use codecs.decode() to decode to arbitrary types",
                r.class(self).display_name()
            ))
        })
    }

    /// `str(o, encoding, errors)`.
    pub(crate) fn decode_object(
        &self,
        o: PyObject<'_>,
        encoding: Option<&Py<PyStr>>,
        errors: Option<&Py<PyStr>>,
    ) -> PyResult<PyRef<PyStr>> {
        if o.downcast::<PyStr>().is_some() {
            return Err(self.type_error("decoding str is not supported"));
        }
        if !buffer::has_buffer(self, o) {
            return Err(self.type_error(format!(
                "decoding to str: need a bytes-like object, {} found",
                o.class(self).display_name()
            )));
        }
        let name = |s: Option<&Py<PyStr>>| match s {
            None => Ok(None),
            Some(s) => match s.to_str() {
                Some(t) => Ok(Some(t.to_owned())),
                None => Err(crate::call::from_args::surrogate_error(self, s)),
            },
        };
        let (encoding, errors) = (name(encoding)?, name(errors)?);
        self.decode_bytes_object(o, encoding.as_deref(), errors.as_deref())
    }
}
