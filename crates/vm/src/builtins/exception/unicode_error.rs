//! `UnicodeDecodeError`, `UnicodeEncodeError`, `UnicodeTranslateError`: what could not be
//! converted, and where in it.  Handlers of codecs read and change these attributes.

use super::families::exception_payload;
use super::{PyBaseException, init_args};
use crate::builtins::bytes::PyBytes;
use crate::prelude::*;
use std::cell::Cell;
use text::utf8;

macro_rules! unicode_error {
    ($rust:ident = $spec:ident) => {
        exception_payload! {
            /// An error of a codec.
            $rust = crate::exceptions::$spec {
                encoding: "the codec",
                object: "what was converted",
                reason: "what is wrong with it",
            } and {
                start: Cell<isize> = Cell::new(0),
                end: Cell<isize> = Cell::new(0),
            }
        }

        impl $rust {
            pub(crate) const POSITIONS: &'static [GetSetDef] = &[
                GetSetDef {
                    name: "start",
                    get: Some(|vm, o| {
                        let e = crate::native::attribute_owner::<$rust>(vm, "start", o)?;
                        e.start.get().into_py_result(vm)
                    }),
                    set: Some(|vm, o, value| {
                        let e = crate::native::attribute_owner::<$rust>(vm, "start", o)?;
                        e.start.set(position(vm, value)?);
                        Ok(())
                    }),
                    doc: Some("where it starts"),
                    member: true,
                },
                GetSetDef {
                    name: "end",
                    get: Some(|vm, o| {
                        let e = crate::native::attribute_owner::<$rust>(vm, "end", o)?;
                        e.end.get().into_py_result(vm)
                    }),
                    set: Some(|vm, o, value| {
                        let e = crate::native::attribute_owner::<$rust>(vm, "end", o)?;
                        e.end.set(position(vm, value)?);
                        Ok(())
                    }),
                    doc: Some("where it ends"),
                    member: true,
                },
            ];
        }

        #[pymethods]
        impl $rust {
            #[slot(name = "new")]
            fn make(cls: &Py<PyType>, vm: &VirtualMachine, args: Args<'_>) -> PyResult {
                super::new_exception(vm, cls, args)
            }

            #[slot(name = "init")]
            fn initialize(zelf: &Py<$rust>, vm: &VirtualMachine, args: Args<'_>) -> PyResult<()> {
                args.no_class_keywords(vm, zelf.class())?;
                init_args(vm, zelf.as_object().expect_payload::<PyBaseException>(), args);
                zelf.initialize_from(vm, args)
            }

            #[slot(name = "str")]
            fn text(zelf: &Py<$rust>, vm: &VirtualMachine) -> PyResult<PyRef<PyStr>> {
                if zelf.object.with(Option::is_none) {
                    return Ok(vm.names().empty_str.clone());
                }
                let shown = |cell: &PyCell<Option<PyObjectRef>>| match cell.get() {
                    Some(o) => vm.str(o.as_object()),
                    None => Ok(vm.new_str("<NULL>")),
                };
                let reason = shown(&zelf.reason)?;
                let encoding = shown(&zelf.encoding)?;
                // `__str__` of a string may have changed what there is to describe.
                let Some(object) = zelf.object.get() else {
                    return Err(vm.type_error("UnicodeError 'object' attribute is not set"));
                };
                let what = zelf.describe(vm, object.as_object())?;
                let mut parts: Vec<&[u8]> = Vec::new();
                if !std::ptr::eq(<$rust>::SPEC, PyUnicodeTranslateError::SPEC) {
                    parts.extend([&b"'"[..], encoding.as_bytes(), b"' codec "]);
                }
                parts.extend([what.as_bytes(), &b": "[..], reason.as_bytes()]);
                Ok(PyStr::from_parts(vm, &parts))
            }
        }
    };
}

unicode_error!(PyUnicodeDecodeError = UNICODE_DECODE_ERROR);
unicode_error!(PyUnicodeEncodeError = UNICODE_ENCODE_ERROR);
unicode_error!(PyUnicodeTranslateError = UNICODE_TRANSLATE_ERROR);

fn position(vm: &VirtualMachine, value: Option<PyObject<'_>>) -> PyResult<isize> {
    match value {
        Some(value) => vm.to_isize(value),
        None => Err(vm.type_error("can't delete numeric/char attribute")),
    }
}

/// The arity of a constructor that takes `n` arguments.
fn exactly(vm: &VirtualMachine, args: Args<'_>, n: usize) -> PyResult<()> {
    if args.len() == n {
        return Ok(());
    }
    Err(vm.type_error(format!("function takes exactly {n} arguments ({} given)", args.len())))
}

fn text_argument(vm: &VirtualMachine, args: Args<'_>, i: usize) -> PyResult {
    let value = args.at(i);
    if value.downcast::<PyStr>().is_some() {
        return Ok(value.to_owned());
    }
    let name = if value.is_none() { "None".to_owned() } else { value.class(vm).display_name() };
    Err(vm.type_error(format!("argument {} must be str, not {name}", i + 1)))
}

impl PyUnicodeEncodeError {
    fn initialize_from(&self, vm: &VirtualMachine, args: Args<'_>) -> PyResult<()> {
        exactly(vm, args, 5)?;
        let (encoding, object) = (text_argument(vm, args, 0)?, text_argument(vm, args, 1)?);
        let (start, end) = (vm.to_isize(args.at(2))?, vm.to_isize(args.at(3))?);
        let reason = text_argument(vm, args, 4)?;
        drop((self.encoding.replace(Some(encoding)), self.object.replace(Some(object))));
        drop(self.reason.replace(Some(reason)));
        self.start.set(start);
        self.end.set(end);
        Ok(())
    }

    fn describe(&self, vm: &VirtualMachine, object: PyObject<'_>) -> PyResult<String> {
        describe_characters(vm, "encode", object, self.start.get(), self.end.get())
    }
}

impl PyUnicodeTranslateError {
    fn initialize_from(&self, vm: &VirtualMachine, args: Args<'_>) -> PyResult<()> {
        exactly(vm, args, 4)?;
        let object = text_argument(vm, args, 0)?;
        let (start, end) = (vm.to_isize(args.at(1))?, vm.to_isize(args.at(2))?);
        let reason = text_argument(vm, args, 3)?;
        drop((self.object.replace(Some(object)), self.reason.replace(Some(reason))));
        self.start.set(start);
        self.end.set(end);
        Ok(())
    }

    fn describe(&self, vm: &VirtualMachine, object: PyObject<'_>) -> PyResult<String> {
        describe_characters(vm, "translate", object, self.start.get(), self.end.get())
    }
}

impl PyUnicodeDecodeError {
    fn initialize_from(&self, vm: &VirtualMachine, args: Args<'_>) -> PyResult<()> {
        exactly(vm, args, 5)?;
        let encoding = text_argument(vm, args, 0)?;
        let mut object = args.at(1).to_owned();
        let (start, end) = (vm.to_isize(args.at(2))?, vm.to_isize(args.at(3))?);
        let reason = text_argument(vm, args, 4)?;
        if object.as_object().downcast::<PyBytes>().is_none() {
            // Whatever has a buffer is kept as bytes.
            if object.class(vm).slots.get_buffer.get().is_none() {
                return Err(vm.type_error(format!(
                    "a bytes-like object is required, not '{}'",
                    object.class(vm).display_name()
                )));
            }
            let bytes = vm.type_of::<PyBytes>();
            object = vm.call_positional(bytes.as_object(), &[object.as_object()])?;
        }
        drop((self.encoding.replace(Some(encoding)), self.object.replace(Some(object))));
        drop(self.reason.replace(Some(reason)));
        self.start.set(start);
        self.end.set(end);
        Ok(())
    }

    fn describe(&self, vm: &VirtualMachine, object: PyObject<'_>) -> PyResult<String> {
        let Some(bytes) = object.downcast::<PyBytes>() else {
            return Err(vm.type_error("UnicodeError 'object' attribute must be a bytes"));
        };
        let (start, end) = (self.start.get(), self.end.get());
        Ok(match single(start, end, bytes.len()).map(|i| bytes.as_bytes()[i]) {
            Some(byte) => format!("can't decode byte 0x{byte:02x} in position {start}"),
            None => format!("can't decode bytes in position {start}-{}", end.wrapping_sub(1)),
        })
    }
}

/// The index of the range's only item, if it has one and lies inside.
fn single(start: isize, end: isize, len: usize) -> Option<usize> {
    let i = usize::try_from(start).ok()?;
    (i < len && start.checked_add(1) == Some(end)).then_some(i)
}

fn describe_characters(
    vm: &VirtualMachine,
    verb: &str,
    object: PyObject<'_>,
    start: isize,
    end: isize,
) -> PyResult<String> {
    let Some(s) = object.downcast::<PyStr>() else {
        return Err(vm.type_error("UnicodeError 'object' attribute must be a string"));
    };
    let character =
        single(start, end, s.char_len()).and_then(|i| utf8::code_points(s.as_bytes()).nth(i));
    Ok(match character {
        Some(c @ ..=0xFF) => format!("can't {verb} character '\\x{c:02x}' in position {start}"),
        Some(c @ ..=0xFFFF) => format!("can't {verb} character '\\u{c:04x}' in position {start}"),
        Some(c) => format!("can't {verb} character '\\U{c:08x}' in position {start}"),
        None => format!("can't {verb} characters in position {start}-{}", end.wrapping_sub(1)),
    })
}

impl VirtualMachine {
    /// Bytes `start..end` of `object` cannot be decoded.
    #[cold]
    pub fn unicode_decode_error(
        &self,
        encoding: &str,
        object: PyObject<'_>,
        start: usize,
        end: usize,
        reason: &str,
    ) -> PyErr {
        let args = vec![
            self.new_str(encoding).into(),
            object.to_owned(),
            self.new_usize(start),
            self.new_usize(end),
            self.new_str(reason).into(),
        ];
        self.new_exception(&self.exc().unicode_decode_error, args)
    }

    /// Characters `start..end` of `object` cannot be encoded.
    #[cold]
    pub fn unicode_encode_error(
        &self,
        encoding: &str,
        object: PyObject<'_>,
        start: usize,
        end: usize,
        reason: &str,
    ) -> PyErr {
        let args = vec![
            self.new_str(encoding).into(),
            object.to_owned(),
            self.new_usize(start),
            self.new_usize(end),
            self.new_str(reason).into(),
        ];
        self.new_exception(&self.exc().unicode_encode_error, args)
    }

    /// Characters `start..end` of `object` cannot be translated.
    #[cold]
    pub fn unicode_translate_error(
        &self,
        object: PyObject<'_>,
        start: usize,
        end: usize,
        reason: &str,
    ) -> PyErr {
        let args = vec![
            object.to_owned(),
            self.new_usize(start),
            self.new_usize(end),
            self.new_str(reason).into(),
        ];
        self.new_exception(&self.exc().unicode_translate_error, args)
    }
}
