//! Encodings of the text layer: UTF-8, ASCII and Latin-1 without any object, all others by
//! the incremental coders of the `codecs` registry.

use super::super::newline::{Newlines, PyIncrementalNewlineDecoder};
use crate::builtins::bytes::PyBytes;
use crate::builtins::int::IntView;
use crate::modules::support::call_in;
use crate::prelude::*;
use std::borrow::Cow;
use text::codecs::{Builtin, BuiltinError, Errors, single_byte, utf8};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Native {
    Utf8,
    Ascii,
    Latin1,
}

impl Native {
    /// The encoding of this name, if it is one of ours.
    pub fn from_name(name: &str) -> Option<Native> {
        let mut short = [0u8; 16];
        if name.len() > short.len() || !name.is_ascii() {
            return None;
        }
        for (to, b) in short.iter_mut().zip(name.bytes()) {
            *to = if b == b'_' || b == b' ' { b'-' } else { b.to_ascii_lowercase() };
        }
        match &short[..name.len()] {
            b"utf-8" | b"utf8" => Some(Native::Utf8),
            b"ascii" | b"us-ascii" => Some(Native::Ascii),
            b"latin-1" | b"latin1" | b"iso-8859-1" | b"iso8859-1" => Some(Native::Latin1),
            _ => None,
        }
    }
}

/// The exception that a built-in handler asks for.
#[cold]
fn codec_error(vm: &VirtualMachine, e: BuiltinError, input: PyObjectRef, decoding: bool) -> PyErr {
    let e = match e {
        BuiltinError::Unicode(e) => e,
        BuiltinError::CannotDecode => {
            return vm.type_error("don't know how to handle UnicodeDecodeError in error callback");
        }
    };
    let args: [PyObjectRef; 5] = [
        vm.new_str(e.encoding).into(),
        input,
        vm.new_usize(e.start),
        vm.new_usize(e.end),
        vm.new_str(e.reason).into(),
    ];
    let args: Vec<_> = args.iter().map(|a| a.as_object()).collect();
    let exc = vm.exc();
    let typ = if decoding { &exc.unicode_decode_error } else { &exc.unicode_encode_error };
    vm.make_error(typ.as_object(), &args)
}

/// Encodes with one of our encodings.
pub fn encode<'a>(
    vm: &VirtualMachine,
    native: Native,
    errors: Errors,
    text: &'a [u8],
) -> PyResult<Cow<'a, [u8]>> {
    let handler = &mut Builtin(errors);
    match native {
        Native::Utf8 => utf8::encode(text, handler),
        Native::Ascii => single_byte::encode_ascii(text, handler),
        Native::Latin1 => single_byte::encode_latin1(text, handler),
    }
    .map_err(|e| codec_error(vm, e, vm.new_str_bytes(text).into(), false))
}

/// A decoder of ours, between two pieces of input.
#[derive(Clone, Debug)]
pub struct NativeDecoder {
    pub native: Native,
    pub errors: Errors,
    /// The start of a sequence whose end has not come yet.
    pending: Vec<u8>,
    pub newlines: Option<Newlines>,
}

/// A decoder of either sort.
#[derive(Clone)]
pub enum Decoder {
    Native(NativeDecoder),
    Object(PyObjectRef),
}

impl Traverse for Decoder {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        if let Decoder::Object(o) = self {
            o.traverse(visit);
        }
    }
}

impl NativeDecoder {
    pub fn new(native: Native, errors: Errors, newlines: Option<Newlines>) -> NativeDecoder {
        NativeDecoder { native, errors, pending: Vec::new(), newlines }
    }

    pub fn decode(&mut self, vm: &VirtualMachine, input: Vec<u8>, last: bool) -> PyResult<Vec<u8>> {
        let input = if self.pending.is_empty() {
            input
        } else {
            let mut whole = std::mem::take(&mut self.pending);
            whole.extend_from_slice(&input);
            whole
        };
        let handler = &mut Builtin(self.errors);
        let fail = |e| codec_error(vm, e, vm.new_bytes(&input).into(), true);
        let (text, consumed) = match self.native {
            Native::Utf8 => {
                let d = utf8::decode(&input, handler, last).map_err(fail)?;
                (d.text, d.consumed)
            }
            Native::Ascii => {
                (single_byte::decode_ascii(&input, handler).map_err(fail)?, input.len())
            }
            Native::Latin1 => (single_byte::decode_latin1(&input), input.len()),
        };
        self.pending.extend_from_slice(input.get(consumed..).unwrap_or_default());
        let text = match &mut self.newlines {
            Some(n) => n.apply(text, last),
            None => text,
        };
        // What came through unchanged needs no second copy.
        let whole = matches!(&text, Cow::Borrowed(b) if b.len() == input.len());
        match text {
            Cow::Owned(v) => Ok(v),
            Cow::Borrowed(_) if whole => Ok(input),
            Cow::Borrowed(b) => Ok(b.to_vec()),
        }
    }
}

impl Decoder {
    pub fn decode(&mut self, vm: &VirtualMachine, input: Vec<u8>, last: bool) -> PyResult<Vec<u8>> {
        match self {
            Decoder::Native(d) => d.decode(vm, input, last),
            Decoder::Object(d) => {
                let input = vm.new_bytes(&input);
                let args = [input.as_object(), PyObject::from_bool(last)];
                let text = vm.call_method(d.as_object(), &vm.names().decode, &args)?;
                match text.as_object().downcast::<PyStr>() {
                    Some(s) => Ok(s.payload_ref().as_bytes().to_vec()),
                    None => Err(vm.type_error(format!(
                        "decoder should return a string result, not '{}'",
                        text.class(vm).display_name()
                    ))),
                }
            }
        }
    }

    /// Bytes held back, and flags.
    pub fn state(&self, vm: &VirtualMachine) -> PyResult<(Vec<u8>, i64)> {
        let d = match self {
            Decoder::Native(d) => {
                let flags = d.newlines.is_some_and(|n| n.pending_cr);
                return Ok((d.pending.clone(), i64::from(flags)));
            }
            Decoder::Object(d) => d,
        };
        let state = vm.call_method(d.as_object(), &vm.names().getstate, &[])?;
        let Some(t) = state.as_object().downcast::<PyTuple>() else {
            return Err(vm.type_error("illegal decoder state"));
        };
        let [bytes, flags] = t.as_slice() else {
            return Err(vm.type_error("illegal decoder state"));
        };
        let Some(b) = bytes.as_object().downcast::<PyBytes>() else {
            return Err(vm.type_error(format!(
                "illegal decoder state: the first item should be a bytes object, not '{}'",
                bytes.class(vm).display_name()
            )));
        };
        let Some(IntView::Small(flags)) = flags.as_object().int_view() else {
            return Err(vm.type_error("illegal decoder state"));
        };
        Ok((b.payload_ref().as_bytes().to_vec(), flags))
    }

    pub fn set_state(&mut self, vm: &VirtualMachine, bytes: &[u8], flags: i64) -> PyResult<()> {
        match self {
            Decoder::Native(d) => {
                d.pending = bytes.to_vec();
                if let Some(n) = &mut d.newlines {
                    n.pending_cr = flags & 1 != 0;
                }
                Ok(())
            }
            Decoder::Object(d) => {
                let state = vm.new_tuple(vec![vm.new_bytes(bytes).into(), vm.new_int(flags)]);
                vm.call_method(d.as_object(), &vm.names().setstate, &[state.as_object()]).map(drop)
            }
        }
    }

    pub fn reset(&mut self, vm: &VirtualMachine) -> PyResult<()> {
        match self {
            Decoder::Native(d) => {
                d.pending.clear();
                if let Some(n) = &mut d.newlines {
                    n.reset();
                }
                Ok(())
            }
            Decoder::Object(d) => vm.call_method(d.as_object(), &vm.names().reset, &[]).map(drop),
        }
    }
}

/// Names of codecs are C strings in the reference: they end at the first null character.
pub fn up_to_null(name: &PyStr) -> Option<&str> {
    name.to_str().map(|n| n.split('\0').next().unwrap_or(n))
}

/// An encoding and an error handler have names that can be encoded; in development mode
/// they are looked up at once.
pub fn check_names(vm: &VirtualMachine, encoding: &Py<PyStr>, errors: &Py<PyStr>) -> PyResult<()> {
    for name in [encoding, errors] {
        if name.payload_ref().to_str().is_none() {
            call_in(vm, "_codecs", "utf_8_encode", &[name.as_object()])?;
        }
    }
    if vm.interp.settings.dev_mode {
        call_in(vm, "_codecs", "lookup_error", &[errors.as_object()])?;
    }
    Ok(())
}

/// The `CodecInfo` of a text encoding.
pub fn lookup(vm: &VirtualMachine, encoding: &Py<PyStr>) -> PyResult {
    let name = up_to_null(encoding).unwrap_or_default();
    let name = vm.new_str(name);
    let info = call_in(vm, "_codecs", "lookup", &[name.as_object()])?;
    let is_text = vm.get_attr_opt(info.as_object(), &vm.names()._is_text_encoding)?;
    if let Some(t) = is_text
        && !vm.is_true(t.as_object())?
    {
        return Err(
            vm.lookup_error(format!("'{}' is not a text encoding", encoding.to_string_lossy()))
        );
    }
    Ok(info)
}

pub fn decoder_object(
    vm: &VirtualMachine,
    info: &PyObjectRef,
    errors: &Py<PyStr>,
    newlines: Option<Newlines>,
) -> PyResult {
    let d = super::super::call(vm, info.as_object(), "incrementaldecoder", &[errors.as_object()])?;
    Ok(match newlines {
        Some(n) => PyIncrementalNewlineDecoder::wrap(vm, d, n.translate),
        None => d,
    })
}

pub fn encoder_object(vm: &VirtualMachine, info: &PyObjectRef, errors: &Py<PyStr>) -> PyResult {
    super::super::call(vm, info.as_object(), "incrementalencoder", &[errors.as_object()])
}
