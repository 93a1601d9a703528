//! File names as arguments: `str` (by the file system's encoding, with escaped bytes),
//! `bytes`, path-like objects, and descriptors where a function takes them.
//! CPython's counterpart: `path_t` in `Modules/posixmodule.c`.

use crate::builtins::bytes::PyBytes;
use crate::call::ArgContext;
use crate::prelude::*;
use host::Errno;
use std::borrow::Cow;
use std::ffi::{CStr, CString};
use text::codecs::{Builtin, BuiltinError, Errors, single_byte, utf8};

/// `os.fsencode` of a string.
pub fn fs_encode<'a>(vm: &VirtualMachine, s: &'a Py<PyStr>) -> PyResult<Cow<'a, [u8]>> {
    let bytes = s.payload_ref().as_bytes();
    let handler = &mut Builtin(Errors::SurrogateEscape);
    let encoded = if vm.interp.settings.ascii_names {
        single_byte::encode_ascii(bytes, handler)
    } else {
        utf8::encode(bytes, handler)
    };
    encoded.map_err(|e| {
        let BuiltinError::Unicode(e) = e else {
            return vm.value_error("cannot encode the name");
        };
        let args: [PyObjectRef; 5] = [
            vm.new_str(e.encoding).into(),
            s.to_ref().into(),
            vm.new_usize(e.start),
            vm.new_usize(e.end),
            vm.new_str(e.reason).into(),
        ];
        let args: Vec<_> = args.iter().map(|a| a.as_object()).collect();
        vm.make_error(vm.exc().unicode_encode_error.as_object(), &args)
    })
}

/// `os.fsdecode` of bytes: bytes that are no UTF-8 become surrogates.
pub fn fs_decode(vm: &VirtualMachine, bytes: &[u8]) -> PyRef<PyStr> {
    let handler = &mut Builtin(Errors::SurrogateEscape);
    let decoded = if vm.interp.settings.ascii_names {
        single_byte::decode_ascii(bytes, handler)
    } else {
        utf8::decode(bytes, handler, true).map(|d| d.text)
    };
    match decoded {
        Ok(text) => vm.new_str_bytes(&text),
        // The handler refuses only bytes below 0x80, which are never wrong.
        Err(_) => vm.new_str_bytes(&single_byte::decode_latin1(bytes)),
    }
}

/// `os.fspath(path)`: a `str` or `bytes`.
pub fn fspath(vm: &VirtualMachine, path: PyObject<'_>) -> PyResult {
    if path.downcast::<PyStr>().is_some() || path.downcast::<PyBytes>().is_some() {
        return Ok(path.to_owned());
    }
    // A class whose `__fspath__` is None has none.
    let method = vm.look_up_special(path, &vm.names().__fspath__)?.filter(|m| !m.is_none());
    let Some(method) = method else {
        return Err(vm.type_error(format!(
            "expected str, bytes or os.PathLike object, not {}",
            path.class(vm).display_name()
        )));
    };
    let r = vm.call_positional(method.as_object(), &[])?;
    if r.as_object().downcast::<PyStr>().is_none() && r.as_object().downcast::<PyBytes>().is_none()
    {
        return Err(vm.type_error(format!(
            "expected {}.__fspath__() to return str or bytes, not {}",
            path.class(vm).display_name(),
            r.class(vm).display_name()
        )));
    }
    Ok(r)
}

/// A path argument.
pub struct FsPath {
    /// What the caller gave, for errors.
    pub object: PyObjectRef,
    pub name: CString,
    /// Results are to be `bytes` too.
    pub is_bytes: bool,
    /// A descriptor was given.
    pub fd: Option<i32>,
    /// `None` was given.
    pub missing: bool,
}

impl FsPath {
    pub fn c_str(&self) -> &CStr {
        &self.name
    }

    pub fn error(&self, vm: &VirtualMachine, e: Errno) -> PyErr {
        if self.missing { vm.errno_error(e) } else { vm.os_error_on(e, self.object.as_object()) }
    }

    /// A name the system gave, as the caller wants it.
    pub fn name_object(&self, vm: &VirtualMachine, name: &[u8]) -> PyObjectRef {
        if self.is_bytes { vm.new_bytes(name).into() } else { fs_decode(vm, name).into() }
    }

    /// Converts; `function: argument` start the messages.
    pub fn convert(
        vm: &VirtualMachine,
        obj: PyObject<'_>,
        function: &str,
        argument: &str,
        allow_fd: bool,
        nullable: bool,
    ) -> PyResult<FsPath> {
        if nullable && obj.is_none() {
            let object = vm.none();
            return Ok(FsPath {
                object,
                name: c".".into(),
                is_bytes: false,
                fd: None,
                missing: true,
            });
        }
        let prefix = if function.is_empty() { String::new() } else { format!("{function}: ") };
        let simple = obj.downcast::<PyStr>().is_some() || obj.downcast::<PyBytes>().is_some();
        if !simple && allow_fd && vm.is_index(obj) {
            warn_of_bool(vm, obj)?;
            let fd = fd_number(vm, obj)?;
            let object = obj.to_owned();
            return Ok(FsPath {
                object,
                name: c"".into(),
                is_bytes: false,
                fd: Some(fd),
                missing: false,
            });
        }
        let wrong = |o: PyObject<'_>| {
            let wanted = match (allow_fd, nullable) {
                (true, true) => "string, bytes, os.PathLike, integer or None",
                (true, false) => "string, bytes, os.PathLike or integer",
                (false, true) => "string, bytes, os.PathLike or None",
                (false, false) => "string, bytes or os.PathLike",
            };
            vm.type_error(format!(
                "{prefix}{argument} should be {wanted}, not {}",
                o.class(vm).display_name()
            ))
        };
        let path = if simple {
            obj.to_owned()
        } else {
            if obj.class(vm).lookup(vm, &vm.names().__fspath__).is_none_or(|m| m.is_none()) {
                return Err(wrong(obj));
            }
            fspath(vm, obj)?
        };
        let o = path.as_object();
        let (bytes, is_bytes) = if let Some(s) = o.downcast::<PyStr>() {
            (fs_encode(vm, s)?, false)
        } else if let Some(b) = o.downcast::<PyBytes>() {
            (Cow::Borrowed(b.payload_ref().as_bytes()), true)
        } else {
            return Err(wrong(o));
        };
        let Ok(name) = host::c_string(&bytes) else {
            return Err(vm.value_error(format!("{prefix}embedded null character in {argument}")));
        };
        drop(bytes);
        Ok(FsPath { object: obj.to_owned(), name, is_bytes, fd: None, missing: false })
    }
}

/// A bool is an int and counts as a descriptor, but hardly on purpose.
pub fn warn_of_bool(vm: &VirtualMachine, fd: PyObject<'_>) -> PyResult<()> {
    if fd.as_bool().is_none() {
        return Ok(());
    }
    let category = vm.exc().runtime_warning.as_object();
    crate::modules::support::warn(vm, category, "bool is used as a file descriptor", 1)
}

/// A descriptor's number, within a C int.
pub fn fd_number(vm: &VirtualMachine, obj: PyObject<'_>) -> PyResult<i32> {
    match vm.index_i64(obj)? {
        Some(v) if v > i64::from(i32::MAX) => Err(vm.overflow_error("fd is greater than maximum")),
        Some(v) if v < i64::from(i32::MIN) => Err(vm.overflow_error("fd is less than minimum")),
        Some(v) => Ok(v as i32),
        None => Err(vm.overflow_error("Python int too large to convert to C int")),
    }
}

/// A path; with `FD` a descriptor will do, with `NONE` also `None`.
pub struct PathArg<const FD: bool, const NONE: bool>(pub FsPath);

pub type Path = PathArg<false, false>;
pub type PathOrFd = PathArg<true, false>;

impl<'a, const FD: bool, const NONE: bool> FromArg<'a> for PathArg<FD, NONE> {
    fn from_arg(vm: &VirtualMachine, obj: PyObject<'a>, context: ArgContext) -> PyResult<Self> {
        let s = context.signature;
        let argument = s.params.get(context.index).copied().unwrap_or("path");
        FsPath::convert(vm, obj, s.name, argument, FD, NONE).map(PathArg)
    }
}

impl<const FD: bool, const NONE: bool> std::ops::Deref for PathArg<FD, NONE> {
    type Target = FsPath;

    fn deref(&self) -> &FsPath {
        &self.0
    }
}

/// `PyUnicode_FSConverter`: a name without a function's prefix in its messages.
pub struct FsName(pub CString);

impl<'a> FromArg<'a> for FsName {
    fn from_arg(vm: &VirtualMachine, obj: PyObject<'a>, _context: ArgContext) -> PyResult<Self> {
        fs_name(vm, obj).map(FsName)
    }
}

pub fn fs_name(vm: &VirtualMachine, obj: PyObject<'_>) -> PyResult<CString> {
    let path = fspath(vm, obj)?;
    let o = path.as_object();
    let bytes = match (o.downcast::<PyStr>(), o.downcast::<PyBytes>()) {
        (Some(s), _) => fs_encode(vm, s)?,
        (_, Some(b)) => Cow::Borrowed(b.payload_ref().as_bytes()),
        _ => Cow::Borrowed(&b""[..]),
    };
    host::c_string(&bytes).map_err(|_| vm.value_error("embedded null byte"))
}

/// A file descriptor: an int, or an object with `fileno()`.
pub struct Fd(pub i32);

impl<'a> FromArg<'a> for Fd {
    fn from_arg(vm: &VirtualMachine, obj: PyObject<'a>, _context: ArgContext) -> PyResult<Self> {
        as_descriptor(vm, obj).map(Fd)
    }
}

/// `PyObject_AsFileDescriptor`.
pub fn as_descriptor(vm: &VirtualMachine, obj: PyObject<'_>) -> PyResult<i32> {
    if obj.int_view().is_some() {
        warn_of_bool(vm, obj)?;
        return descriptor_value(vm, obj);
    }
    let Some(method) = vm.get_attr_opt(obj, &vm.names().fileno)? else {
        return Err(vm.type_error("argument must be an int, or have a fileno() method."));
    };
    let r = vm.call_positional(method.as_object(), &[])?;
    if r.as_object().int_view().is_none() {
        return Err(vm.type_error("fileno() returned a non-integer"));
    }
    descriptor_value(vm, r.as_object())
}

fn descriptor_value(vm: &VirtualMachine, obj: PyObject<'_>) -> PyResult<i32> {
    let fd = vm.to_i32(obj)?;
    if fd < 0 {
        return Err(vm.value_error(format!("file descriptor cannot be a negative integer ({fd})")));
    }
    Ok(fd)
}
