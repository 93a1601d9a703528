//! Error handlers: those of Python's own behind the codecs, and the built-in ones as
//! functions that Python can call.

use crate::builtins::bytes::PyBytes;
use crate::builtins::exception::PyBaseException;
use crate::prelude::*;
use text::codecs::errors as builtin;
use text::codecs::errors::{decode_fix, encode_fix};
use text::codecs::{BuiltinError, DecodeFix, EncodeFix, ErrorHandler, Errors, Failure};
use text::utf8;

/// What a codec asks when it meets what it cannot convert.
pub struct Handler<'a> {
    vm: &'a VirtualMachine,
    name: &'a str,
    builtin: Option<Errors>,
    /// What is being converted, if it is an object already.
    object: Option<PyObject<'a>>,
    callable: Option<PyObjectRef>,
}

impl<'a> Handler<'a> {
    pub fn new(vm: &'a VirtualMachine, name: &'a str, object: Option<PyObject<'a>>) -> Handler<'a> {
        Handler { vm, name, builtin: Errors::from_name(name), object, callable: None }
    }

    fn input(&self, failure: &Failure<'_>, text: bool) -> PyObjectRef {
        if let Some(o) = self.object {
            let same = if text {
                o.downcast::<PyStr>().is_some_and(|s| s.as_bytes() == failure.input)
            } else {
                o.downcast::<PyBytes>().is_some_and(|b| b.as_bytes() == failure.input)
            };
            if same {
                return o.to_owned();
            }
        }
        if text {
            self.vm.new_str_bytes(failure.input).into()
        } else {
            self.vm.new_bytes(failure.input).into()
        }
    }

    fn exception(&self, f: &Failure<'_>, encoding: bool) -> PyErr {
        let object = self.input(f, encoding);
        let o = object.as_object();
        if encoding {
            self.vm.unicode_encode_error(f.encoding, o, f.start, f.end, f.reason)
        } else {
            self.vm.unicode_decode_error(f.encoding, o, f.start, f.end, f.reason)
        }
    }

    fn call(&mut self, e: &PyErr) -> PyResult {
        if self.callable.is_none() {
            self.callable = Some(self.vm.error_handler(self.name)?);
        }
        match &self.callable {
            Some(f) => self.vm.call_positional(f.as_object(), &[e.as_object()]),
            None => Err(self.vm.lookup_error("unknown error handler")),
        }
    }

    /// Splits a handler's answer; a negative position counts from the end.
    fn position(&self, v: PyObject<'_>, len: usize) -> PyResult<usize> {
        let vm = self.vm;
        let given = vm.to_isize(v)?;
        let at = if given < 0 { given.saturating_add(len as isize) } else { given };
        match usize::try_from(at) {
            Ok(at) if at <= len => Ok(at),
            _ => Err(vm.index_error(format!("position {given} from error handler out of bounds"))),
        }
    }
}

fn pair<'a>(o: &'a PyObjectRef) -> Option<(PyObject<'a>, PyObject<'a>)> {
    match o.as_object().downcast::<PyTuple>()?.payload_ref().as_slice() {
        [a, b] if b.as_object().int_view().is_some() => Some((a.as_object(), b.as_object())),
        _ => None,
    }
}

impl ErrorHandler for Handler<'_> {
    type Error = PyErr;

    fn decode_error(&mut self, failure: &Failure<'_>) -> PyResult<DecodeFix> {
        let vm = self.vm;
        if let Some(b) = self.builtin {
            return decode_fix(b, failure).map_err(|e| match e {
                BuiltinError::Unicode(_) => self.exception(failure, false),
                BuiltinError::CannotDecode => {
                    vm.type_error("don't know how to handle UnicodeDecodeError in error callback")
                }
            });
        }
        let e = self.exception(failure, false);
        let r = self.call(&e)?;
        let wrong = || vm.type_error("decoding error handler must return (str, int) tuple");
        let (replacement, at) = pair(&r).ok_or_else(wrong)?;
        let replacement = replacement.downcast::<PyStr>().ok_or_else(wrong)?.as_bytes().to_vec();
        // The handler may have put other bytes in place of the input.
        let object = vm.get_attr(e.as_object(), &vm.intern("object"))?;
        let Some(input) = object.as_object().downcast::<PyBytes>() else {
            return Err(vm.type_error("exception attribute object must be bytes"));
        };
        let resume = self.position(at, input.len())?;
        let changed = input.as_bytes() != failure.input;
        let input = changed.then(|| input.as_bytes().to_vec());
        Ok(DecodeFix { replacement, resume, input })
    }

    fn encode_error(&mut self, failure: &Failure<'_>) -> PyResult<EncodeFix> {
        let vm = self.vm;
        if let Some(b) = self.builtin {
            return encode_fix(b, failure).map_err(|_| self.exception(failure, true));
        }
        let e = self.exception(failure, true);
        let r = self.call(&e)?;
        let wrong = || vm.type_error("encoding error handler must return (str/bytes, int) tuple");
        let (replacement, at) = pair(&r).ok_or_else(wrong)?;
        let replacement = if let Some(s) = replacement.downcast::<PyStr>() {
            text::codecs::Replacement::Text(s.as_bytes().to_vec())
        } else if let Some(b) = replacement.downcast::<PyBytes>() {
            text::codecs::Replacement::Bytes(b.as_bytes().to_vec())
        } else {
            return Err(wrong());
        };
        let resume = self.position(at, utf8::char_count(failure.input))?;
        Ok(EncodeFix { replacement, resume })
    }

    fn refuse(&mut self, failure: &Failure<'_>) -> PyErr {
        self.exception(failure, true)
    }
}

// --- the built-in handlers as functions ------------------------------------------------

/// The names of encodings that handlers know, as static strings.
fn known_encoding(name: &[u8]) -> &'static str {
    let name = super::registry::normalize(&String::from_utf8_lossy(name));
    match name.as_str() {
        "utf_8" | "utf8" | "cp65001" => "utf-8",
        "utf_16" | "utf16" => "utf-16",
        "utf_16_le" | "utf_16le" | "utf16_le" | "utf16le" => "utf-16-le",
        "utf_16_be" | "utf_16be" | "utf16_be" | "utf16be" => "utf-16-be",
        "utf_32" | "utf32" => "utf-32",
        "utf_32_le" | "utf_32le" | "utf32_le" | "utf32le" => "utf-32-le",
        "utf_32_be" | "utf_32be" | "utf32_be" | "utf32be" => "utf-32-be",
        "charmap" => "charmap",
        _ => "other",
    }
}

fn cannot_handle(vm: &VirtualMachine, e: PyObject<'_>) -> PyErr {
    vm.type_error(format!(
        "don't know how to handle {} in error callback",
        e.class(vm).display_name()
    ))
}

fn answer(vm: &VirtualMachine, replacement: PyObjectRef, at: usize) -> PyResult {
    Ok(vm.new_tuple(vec![replacement, vm.new_usize(at)]).into())
}

fn handle(vm: &VirtualMachine, o: PyObject<'_>, errors: Errors) -> PyResult {
    let Some(e) = o.downcast::<PyBaseException>() else {
        return match errors {
            Errors::Strict => Err(vm.type_error("codec must pass exception instance")),
            _ => Err(cannot_handle(vm, o)),
        };
    };
    if errors == Errors::Strict {
        return Err(e.to_ref());
    }
    let exc = vm.exc();
    let encode = o.is_instance_of(vm, &exc.unicode_encode_error);
    let decode = o.is_instance_of(vm, &exc.unicode_decode_error);
    let translate = o.is_instance_of(vm, &exc.unicode_translate_error);
    if !encode && !decode && !translate {
        return Err(cannot_handle(vm, o));
    }
    let attr = |name: &str| vm.get_attr(o, &vm.intern(name));
    let (start, end) = (attr("start")?, attr("end")?);
    let (start, end) = (vm.to_isize(start.as_object())?, vm.to_isize(end.as_object())?);
    let object = attr("object")?;
    let encoding = match translate {
        true => "translate",
        false => match attr("encoding")?.as_object().downcast::<PyStr>() {
            Some(s) => known_encoding(s.as_bytes()),
            None => "other",
        },
    };
    if decode {
        let Some(b) = object.as_object().downcast::<PyBytes>() else {
            return Err(vm.type_error("UnicodeError 'object' attribute must be a bytes"));
        };
        let (start, end) = cut(start, end, b.len());
        let failure = Failure { encoding, input: b.as_bytes(), start, end, reason: "", part: b"" };
        return match decode_fix(errors, &failure) {
            Ok(fix) => answer(vm, vm.new_str_bytes(&fix.replacement).into(), fix.resume),
            Err(BuiltinError::Unicode(_)) => Err(e.to_ref()),
            Err(BuiltinError::CannotDecode) => Err(cannot_handle(vm, o)),
        };
    }
    let Some(s) = object.as_object().downcast::<PyStr>() else {
        return Err(vm.type_error("UnicodeError 'object' attribute must be a string"));
    };
    let (start, end) = cut(start, end, s.char_len());
    if translate {
        return match errors {
            Errors::Ignore => answer(vm, vm.empty_str().into(), end),
            Errors::Replace => answer(vm, vm.new_str("\u{fffd}".repeat(end - start)).into(), end),
            Errors::BackslashReplace => {
                let mut out = Vec::new();
                for cp in utf8::code_points(s.slice_bytes(start, end)) {
                    utf8::repr::push_numeric_escape(&mut out, cp);
                }
                answer(vm, vm.new_str_bytes(&out).into(), end)
            }
            _ => Err(cannot_handle(vm, o)),
        };
    }
    let part = s.slice_bytes(start, end);
    let failure = Failure { encoding, input: s.as_bytes(), start, end, reason: "", part };
    match builtin::encode_fix(errors, &failure) {
        Ok(fix) => {
            let replacement = match fix.replacement {
                text::codecs::Replacement::Text(t) => vm.new_str_bytes(&t).into(),
                text::codecs::Replacement::Bytes(b) => vm.new_bytes(&b).into(),
            };
            answer(vm, replacement, fix.resume)
        }
        Err(_) => Err(e.to_ref()),
    }
}

fn cut(start: isize, end: isize, len: usize) -> (usize, usize) {
    let start = (start.max(0) as usize).min(len.saturating_sub(1));
    let end = (end.max(1) as usize).min(len).max(start);
    (start, end)
}

macro_rules! handlers {
    ($($f:ident $errors:ident $doc:literal;)*) => {
        $(fn $f(vm: &VirtualMachine, args: Args<'_>) -> PyResult {
            args.no_keywords(vm, stringify!($f))?;
            match args.len() {
                1 => handle(vm, args.at(0), Errors::$errors),
                n => Err(vm.type_error(format!(
                    "{}() takes exactly one argument ({n} given)", stringify!($f)
                ))),
            }
        })*

        /// The handlers by name, less the suffix `_errors`.
        pub static HANDLERS: &[MethodDef] = &[$(MethodDef {
            name: stringify!($f),
            func: $f,
            kind: MethodKind::Module,
            text_signature: None,
            doc: Some($doc),
        }),*];
    };
}

handlers! {
    strict_errors Strict "Raises the error.";
    ignore_errors Ignore "Leaves out what cannot be converted.";
    replace_errors Replace "Puts a replacement character in place of what cannot be converted.";
    xmlcharrefreplace_errors XmlCharRefReplace "Puts XML character references in place of characters.";
    backslashreplace_errors BackslashReplace "Puts backslash escapes in place of what cannot be converted.";
    namereplace_errors NameReplace "Puts \\N{...} escapes in place of characters.";
    surrogatepass_errors SurrogatePass "Converts surrogates like other code points.";
    surrogateescape_errors SurrogateEscape "Keeps undecodable bytes as lone surrogates.";
}
