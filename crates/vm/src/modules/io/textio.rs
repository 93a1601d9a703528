//! `TextIOWrapper`: text over a buffered stream.  CPython's counterpart: `textio.c`.
//!
//! Decoded text that nobody has asked for yet lies in `decoded` from byte `used` on;
//! encoded text that has not been passed on lies in `pending`.  `snapshot` is what `tell`
//! needs: the decoder's state before the chunk that `decoded` came from, and its bytes.

mod codec;
mod position;
mod reading;
mod writing;

pub use codec::{Native, lookup as text_codec};

use super::base::PyTextIOBase;
use super::buffered::core_of;
use super::newline::Newlines;
use super::{call, closed_error};
use crate::prelude::*;
use codec::{Decoder, NativeDecoder};
use std::cell::Cell;
use text::codecs::Errors;

/// A text stream over a buffered binary one.
///
/// encoding defaults to the locale's, errors to 'strict'.  newline: None reads every
/// kind of line end as '\n' and writes the system's; '' reads them as they are;
/// another one ends lines in both directions.  line_buffering flushes after each
/// line, write_through does not keep written text back.
#[pyclass(name = "TextIOWrapper", module = "_io", base = PyTextIOBase, flags(BASETYPE, HAVE_GC, EXT, HAS_DICT, MANAGED_DICT, OBJECTS_NEW), with(reads, writes, positions), static = TEXT_IO_WRAPPER)]
#[derive(Traverse)]
pub struct PyTextIOWrapper {
    #[pytraverse(skip)]
    _base: PyTextIOBase,
    buffer: PyCell<Option<PyObjectRef>>,
    /// The last `__init__` succeeded.
    #[pytraverse(skip)]
    initialized: Cell<bool>,
    #[pytraverse(skip)]
    detached: Cell<bool>,
    encoding: PyCell<Option<PyRef<PyStr>>>,
    errors: PyCell<Option<PyRef<PyStr>>>,
    /// Set when both encoding and error handler are ours.
    #[pytraverse(skip)]
    native: Cell<Option<(Native, Errors)>>,
    decoder: PyCell<Option<Decoder>>,
    /// For encodings that are not ours.
    encoder: PyCell<Option<PyObjectRef>>,
    #[pytraverse(skip)]
    writable: Cell<bool>,
    #[pytraverse(skip)]
    newline: Cell<Newline>,
    #[pytraverse(skip)]
    line_buffering: Cell<bool>,
    #[pytraverse(skip)]
    write_through: Cell<bool>,
    #[pytraverse(skip)]
    seekable: Cell<bool>,
    #[pytraverse(skip)]
    telling: Cell<bool>,
    #[pytraverse(skip)]
    has_read1: Cell<bool>,
    #[pytraverse(skip)]
    finalizing: Cell<bool>,
    #[pytraverse(skip)]
    chunk_size: Cell<usize>,
    #[pytraverse(skip)]
    decoded: PyCell<Vec<u8>>,
    #[pytraverse(skip)]
    used: Cell<usize>,
    #[pytraverse(skip)]
    pending: PyCell<Vec<u8>>,
    #[pytraverse(skip)]
    snapshot: PyCell<Option<(i64, Vec<u8>)>>,
    /// Bytes per character of the last chunk.
    #[pytraverse(skip)]
    ratio: Cell<f64>,
}

/// The `newline` argument.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Newline {
    /// `None`: any line end, as `\n`.
    Translate,
    /// `''`: any line end, as it is.
    Any,
    Exactly(&'static [u8]),
}

impl Newline {
    fn from_bytes(vm: &VirtualMachine, text: Option<&[u8]>) -> PyResult<Newline> {
        Ok(match text {
            None => Newline::Translate,
            Some(b"") => Newline::Any,
            Some(b"\n") => Newline::Exactly(b"\n"),
            Some(b"\r") => Newline::Exactly(b"\r"),
            Some(b"\r\n") => Newline::Exactly(b"\r\n"),
            Some(other) => {
                let other = String::from_utf8_lossy(other);
                return Err(vm.value_error(format!("illegal newline value: {other}")));
            }
        })
    }

    fn decoder_state(self) -> Option<Newlines> {
        match self {
            Newline::Translate => Some(Newlines::new(true)),
            Newline::Any => Some(Newlines::new(false)),
            Newline::Exactly(_) => None,
        }
    }

    /// What a written `\n` becomes, if it changes.
    fn written(self) -> Option<&'static [u8]> {
        match self {
            Newline::Exactly(nl) if nl != b"\n" => Some(nl),
            _ => None,
        }
    }
}

/// The encoding that `open` uses when none is given.
pub fn locale_encoding(vm: &VirtualMachine) -> &'static str {
    if vm.interp.settings.utf8_mode {
        return "utf-8";
    }
    if vm.interp.settings.ascii_names {
        return "ANSI_X3.4-1968";
    }
    let variable = |name| host::process::get_variable(name).filter(|v| !v.is_empty());
    let name = variable(c"LC_ALL").or_else(|| variable(c"LC_CTYPE")).or_else(|| variable(c"LANG"));
    match name {
        None => "utf-8",
        Some(n) if n == b"C" || n == b"POSIX" => "utf-8",
        Some(n) => {
            let n = n.to_ascii_lowercase();
            let latin = [&b"iso-8859-1"[..], b"iso88591"];
            let ends = |end: &&[u8]| n.ends_with(end);
            if latin.iter().any(ends) { "ISO-8859-1" } else { "UTF-8" }
        }
    }
}

/// What `TextIOWrapper(...)` and `reconfigure` take.
pub struct Config<'a> {
    pub encoding: Option<&'a Py<PyStr>>,
    pub errors: Option<&'a Py<PyStr>>,
    pub newline: Option<&'a [u8]>,
    pub line_buffering: bool,
    pub write_through: bool,
}

impl PyTextIOWrapper {
    pub fn empty() -> PyTextIOWrapper {
        PyTextIOWrapper {
            _base: PyTextIOBase::value(),
            buffer: PyCell::new(None),
            initialized: Cell::new(false),
            detached: Cell::new(false),
            encoding: PyCell::new(None),
            errors: PyCell::new(None),
            native: Cell::new(None),
            decoder: PyCell::new(None),
            encoder: PyCell::new(None),
            writable: Cell::new(false),
            newline: Cell::new(Newline::Translate),
            line_buffering: Cell::new(false),
            write_through: Cell::new(false),
            seekable: Cell::new(false),
            telling: Cell::new(false),
            has_read1: Cell::new(false),
            finalizing: Cell::new(false),
            chunk_size: Cell::new(8192),
            decoded: PyCell::new(Vec::new()),
            used: Cell::new(0),
            pending: PyCell::new(Vec::new()),
            snapshot: PyCell::new(None),
            ratio: Cell::new(0.0),
        }
    }

    /// A text layer over a buffer that was just opened.
    pub fn open(vm: &VirtualMachine, buffer: PyObject<'_>, config: &Config<'_>) -> PyResult {
        let t = vm.new_object(PyTextIOWrapper::empty());
        t.initialize(vm, buffer, config)?;
        Ok(t.into())
    }

    fn initialize(
        &self,
        vm: &VirtualMachine,
        buffer: PyObject<'_>,
        config: &Config<'_>,
    ) -> PyResult<()> {
        self.initialized.set(false);
        self.detached.set(false);
        if config.errors.is_some_and(|e| e.as_bytes().contains(&0)) {
            return Err(vm.value_error("embedded null character"));
        }
        let newline = Newline::from_bytes(vm, config.newline)?;
        let encoding = match config.encoding {
            Some(e) if e.as_bytes().contains(&0) => {
                return Err(vm.value_error("embedded null character"));
            }
            Some(e) if e.as_bytes() != b"locale" => e.to_ref(),
            _ => vm.intern(locale_encoding(vm)),
        };
        let errors = config.errors.map_or_else(|| vm.names().strict.clone(), Py::to_ref);
        codec::check_names(vm, &encoding, &errors)?;
        self.newline.set(newline);
        self.line_buffering.set(config.line_buffering);
        self.write_through.set(config.write_through);
        drop(self.buffer.replace(Some(buffer.to_owned())));
        self.decoded.set(Vec::new());
        self.used.set(0);
        self.pending.set(Vec::new());
        self.snapshot.set(None);
        let ability = |name: &str| -> PyResult<bool> {
            let r = call(vm, buffer, name, &[])?;
            vm.is_true(r.as_object())
        };
        let readable = ability("readable")?;
        self.writable.set(ability("writable")?);
        self.set_codec(vm, encoding, errors, readable)?;
        let seekable = ability("seekable")?;
        self.seekable.set(seekable);
        self.telling.set(seekable);
        let exact = core_of(vm, buffer).is_some();
        self.has_read1.set(exact || vm.get_attr_opt(buffer, &vm.names().read1)?.is_some());
        self.initialized.set(true);
        let r = self.fix_encoder_state(vm);
        if r.is_err() {
            self.initialized.set(false);
        }
        r
    }

    fn set_codec(
        &self,
        vm: &VirtualMachine,
        encoding: PyRef<PyStr>,
        errors: PyRef<PyStr>,
        readable: bool,
    ) -> PyResult<()> {
        let native = codec::up_to_null(&encoding).and_then(Native::from_name);
        let handler = errors.payload_ref().to_str().and_then(Errors::from_name);
        let newlines = self.newline.get().decoder_state();
        let (decoder, encoder) = match (native, handler) {
            (Some(native), Some(handler)) => {
                self.native.set(Some((native, handler)));
                (Decoder::Native(NativeDecoder::new(native, handler, newlines)), None)
            }
            _ => {
                let info = codec::lookup(vm, &encoding)?;
                self.native.set(None);
                let encoder = if self.writable.get() {
                    Some(codec::encoder_object(vm, &info, &errors)?)
                } else {
                    None
                };
                let decoder = if readable {
                    Decoder::Object(codec::decoder_object(vm, &info, &errors, newlines)?)
                } else {
                    Decoder::Object(vm.none())
                };
                (decoder, encoder)
            }
        };
        drop(self.decoder.replace(readable.then_some(decoder)));
        drop(self.encoder.replace(encoder));
        drop(self.encoding.replace(Some(encoding)));
        drop(self.errors.replace(Some(errors)));
        Ok(())
    }

    /// An encoder that marks the start of a file must not do so in its middle.
    fn fix_encoder_state(&self, vm: &VirtualMachine) -> PyResult<()> {
        let Some(encoder) = self.encoder.get() else { return Ok(()) };
        if !self.seekable.get() {
            return Ok(());
        }
        let pos = vm.call_method(self.inner(vm)?.as_object(), &vm.names().tell, &[])?;
        if pos.as_object().small_int() != Some(0) {
            let zero = vm.new_int(0);
            vm.call_method(encoder.as_object(), &vm.names().setstate, &[zero.as_object()])?;
        }
        Ok(())
    }

    /// The underlying buffer.
    fn inner(&self, vm: &VirtualMachine) -> PyResult {
        match self.buffer.get() {
            Some(b) if self.initialized.get() => Ok(b),
            _ => Err(self.unusable(vm)),
        }
    }

    #[cold]
    fn unusable(&self, vm: &VirtualMachine) -> PyErr {
        vm.value_error(if self.initialized.get() && self.detached.get() {
            "underlying buffer has been detached"
        } else {
            "I/O operation on uninitialized object"
        })
    }

    fn check_initialized(&self, vm: &VirtualMachine) -> PyResult<()> {
        if self.initialized.get() { Ok(()) } else { Err(self.unusable(vm)) }
    }

    fn is_closed(&self, vm: &VirtualMachine) -> PyResult<bool> {
        let buffer = self.inner(vm)?;
        match core_of(vm, buffer.as_object()) {
            Some(core) => core.is_closed(vm),
            None => super::base::is_closed(vm, buffer.as_object()),
        }
    }

    fn check_closed(&self, vm: &VirtualMachine) -> PyResult<()> {
        if self.is_closed(vm)? { Err(closed_error(vm)) } else { Ok(()) }
    }

    fn text(vm: &VirtualMachine, bytes: &[u8]) -> PyObjectRef {
        if bytes.is_empty() {
            vm.names().empty_str.clone().into()
        } else {
            vm.new_str_bytes(bytes).into()
        }
    }

    fn drop_decoded(&self) {
        self.decoded.with_mut(Vec::clear);
        self.used.set(0);
    }
}

fn str_or_none<'a>(
    vm: &VirtualMachine,
    value: Option<PyObject<'a>>,
    argument: &str,
    function: &str,
) -> PyResult<Option<&'a Py<PyStr>>> {
    let Some(v) = value.filter(|v| !v.is_none()) else { return Ok(None) };
    v.downcast::<PyStr>().map(Some).ok_or_else(|| {
        vm.type_error(format!(
            "{function}() argument '{argument}' must be str or None, not {}",
            v.class(vm).display_name()
        ))
    })
}

#[pymethods]
impl PyTextIOWrapper {
    #[slot]
    fn new(cls: &Py<PyType>, vm: &VirtualMachine, _args: Args<'_>) -> PyResult {
        Ok(vm.alloc(cls, PyTextIOWrapper::empty()).into())
    }

    #[slot(
        sig = "(buffer, encoding=None, errors=None, newline=None, line_buffering=False, write_through=False)"
    )]
    fn init(
        &self,
        vm: &VirtualMachine,
        buffer: PyObject<'_>,
        encoding: Option<PyObject<'_>>,
        errors: Option<PyObject<'_>>,
        newline: Option<PyObject<'_>>,
        line_buffering: bool,
        write_through: bool,
    ) -> PyResult<()> {
        let name = "TextIOWrapper";
        let newline = str_or_none(vm, newline, "newline", name)?;
        if encoding.is_none_or(|e| e.is_none()) {
            super::open::warn_default_encoding(vm, 1)?;
        }
        let config = Config {
            encoding: str_or_none(vm, encoding, "encoding", name)?,
            errors: str_or_none(vm, errors, "errors", name)?,
            newline: newline.map(|n| n.payload_ref().as_bytes()),
            line_buffering,
            write_through,
        };
        self.initialize(vm, buffer, &config)
    }

    #[slot]
    fn repr(zelf: &Py<PyTextIOWrapper>, vm: &VirtualMachine) -> PyResult {
        zelf.check_initialized(vm)?;
        let class = zelf.class().display_name().into_bytes();
        let Some(_guard) = vm.repr_enter(zelf.as_object()) else {
            let class = String::from_utf8_lossy(&class);
            return Err(vm.runtime_error(format!("reentrant call inside {class}.__repr__")));
        };
        let mut out = vec![b'<'];
        out.extend_from_slice(&class);
        for (name, key) in [(" name=", &vm.names().name), (" mode=", &vm.names().mode)] {
            let value = match vm.get_attr_opt(zelf.as_object(), key) {
                Ok(v) => v,
                Err(e) if vm.is_error(&e, &vm.exc().value_error) => None,
                Err(e) => return Err(e),
            };
            if let Some(v) = value {
                out.extend_from_slice(name.as_bytes());
                out.extend_from_slice(vm.repr(v.as_object())?.as_bytes());
            }
        }
        out.extend_from_slice(b" encoding=");
        let encoding = zelf.encoding.get().map_or_else(|| vm.none(), Into::into);
        out.extend_from_slice(vm.repr(encoding.as_object())?.as_bytes());
        out.push(b'>');
        Ok(vm.new_str_bytes(&out).into())
    }

    /// Changes how the stream encodes and buffers, after a flush.
    #[method(
        sig = "(self, *, encoding=None, errors=None, newline=<unrepresentable>, line_buffering=None, write_through=None)"
    )]
    fn reconfigure(
        zelf: &Py<PyTextIOWrapper>,
        vm: &VirtualMachine,
        encoding: Option<PyObject<'_>>,
        errors: Option<PyObject<'_>>,
        newline: Option<PyObject<'_>>,
        line_buffering: Option<PyObject<'_>>,
        write_through: Option<PyObject<'_>>,
    ) -> PyResult<()> {
        let name = "reconfigure";
        let encoding = str_or_none(vm, encoding, "encoding", name)?;
        let errors = str_or_none(vm, errors, "errors", name)?;
        let changes = encoding.is_some() || errors.is_some() || newline.is_some();
        if changes && zelf.decoder.with(Option::is_some) && !zelf.decoded.with(Vec::is_empty) {
            return Err(super::unsupported(
                vm,
                "It is not possible to set the encoding or newline of stream after the first read",
            ));
        }
        let new_newline = match newline {
            None => None,
            Some(n) => {
                let n = str_or_none(vm, Some(n), "newline", name)?;
                Some(Newline::from_bytes(vm, n.map(|n| n.payload_ref().as_bytes()))?)
            }
        };
        let flag = |v: Option<PyObject<'_>>| match v.filter(|v| !v.is_none()) {
            None => Ok(None),
            Some(v) => vm.to_i32(v).map(|v| Some(v != 0)),
        };
        let (line_buffering, write_through) = (flag(line_buffering)?, flag(write_through)?);
        vm.call_method(zelf.as_object(), &vm.names().flush, &[])?;
        if let Some(n) = new_newline {
            zelf.newline.set(n);
        }
        if changes {
            let old = zelf.errors.get();
            let encoding_ref = match encoding {
                Some(e) if e.as_bytes() == b"locale" => vm.intern(locale_encoding(vm)),
                Some(e) => e.to_ref(),
                None => zelf.encoding.get().unwrap_or_else(|| vm.names().utf_8.clone()),
            };
            let errors = match (errors, encoding.is_some(), old) {
                (Some(e), ..) => e.to_ref(),
                (None, false, Some(old)) => old,
                _ => vm.names().strict.clone(),
            };
            codec::check_names(vm, &encoding_ref, &errors)?;
            let readable = zelf.decoder.with(Option::is_some);
            zelf.set_codec(vm, encoding_ref, errors, readable)?;
            zelf.fix_encoder_state(vm)?;
        }
        if let Some(v) = line_buffering {
            zelf.line_buffering.set(v);
        }
        if let Some(v) = write_through {
            zelf.write_through.set(v);
        }
        Ok(())
    }

    #[method(sig = "(self, /)")]
    fn detach(zelf: &Py<PyTextIOWrapper>, vm: &VirtualMachine) -> PyResult {
        let buffer = zelf.inner(vm)?;
        vm.call_method(zelf.as_object(), &vm.names().flush, &[])?;
        drop(zelf.buffer.take());
        zelf.detached.set(true);
        Ok(buffer)
    }

    #[method(sig = "(self, /)")]
    fn close(zelf: &Py<PyTextIOWrapper>, vm: &VirtualMachine) -> PyResult {
        let buffer = zelf.inner(vm)?;
        let closed = vm.get_attr(zelf.as_object(), &vm.names().closed)?;
        // Asking may have run code that gave the buffer up.
        if vm.is_true(closed.as_object())? || zelf.detached.get() {
            return Ok(vm.none());
        }
        if zelf.finalizing.get() {
            let _ = call(vm, buffer.as_object(), "_dealloc_warn", &[zelf.as_object()]);
        }
        let flushed = vm.call_method(zelf.as_object(), &vm.names().flush, &[]);
        let r = vm.call_method(buffer.as_object(), &vm.names().close, &[]);
        match (flushed, r) {
            (Ok(_), r) => r,
            (Err(e), Ok(_)) => Err(e),
            (Err(first), Err(e)) => {
                e.context.set(Some(first));
                Err(e)
            }
        }
    }

    #[method(sig = "(self, /)")]
    fn fileno(&self, vm: &VirtualMachine) -> PyResult {
        vm.call_method(self.inner(vm)?.as_object(), &vm.names().fileno, &[])
    }

    #[method(sig = "(self, /)")]
    fn seekable(&self, vm: &VirtualMachine) -> PyResult {
        vm.call_method(self.inner(vm)?.as_object(), &vm.names().seekable, &[])
    }

    #[method(sig = "(self, /)")]
    fn readable(&self, vm: &VirtualMachine) -> PyResult {
        vm.call_method(self.inner(vm)?.as_object(), &vm.names().readable, &[])
    }

    #[method(sig = "(self, /)")]
    fn writable(&self, vm: &VirtualMachine) -> PyResult {
        vm.call_method(self.inner(vm)?.as_object(), &vm.names().writable, &[])
    }

    #[method(sig = "(self, /)")]
    fn isatty(&self, vm: &VirtualMachine) -> PyResult {
        vm.call_method(self.inner(vm)?.as_object(), &vm.names().isatty, &[])
    }

    #[method(sig = "(self, /)")]
    fn __getstate__(zelf: &Py<PyTextIOWrapper>, vm: &VirtualMachine) -> PyResult {
        Err(super::no_pickling(vm, zelf.class()))
    }

    #[member]
    fn encoding(&self) -> Option<PyRef<PyStr>> {
        self.encoding.get()
    }

    #[getter]
    fn errors(&self, vm: &VirtualMachine) -> PyResult<Option<PyRef<PyStr>>> {
        self.check_initialized(vm)?;
        Ok(self.errors.get())
    }

    #[member]
    fn line_buffering(&self) -> bool {
        self.line_buffering.get()
    }

    #[member]
    fn write_through(&self) -> bool {
        self.write_through.get()
    }

    #[member(name = "_finalizing")]
    fn finalizing(&self) -> bool {
        self.finalizing.get()
    }

    #[setter(name = "_finalizing")]
    fn set_finalizing(&self, vm: &VirtualMachine, value: Option<PyObject<'_>>) -> PyResult<()> {
        self.finalizing.set(super::flag_of(vm, value)?);
        Ok(())
    }

    #[getter]
    fn buffer(&self, vm: &VirtualMachine) -> PyResult {
        self.buffer.get().ok_or_else(|| self.unusable(vm))
    }

    #[getter]
    fn name(&self, vm: &VirtualMachine) -> PyResult {
        vm.get_attr(self.inner(vm)?.as_object(), &vm.names().name)
    }

    #[getter]
    fn closed(&self, vm: &VirtualMachine) -> PyResult {
        if !self.initialized.get() {
            return Ok(vm.new_bool(true));
        }
        vm.get_attr(self.inner(vm)?.as_object(), &vm.names().closed)
    }

    #[getter]
    fn newlines(&self, vm: &VirtualMachine) -> PyResult {
        self.inner(vm)?;
        let object = match self.decoder.with(|d| match d {
            Some(Decoder::Native(d)) => Err(d.newlines),
            Some(Decoder::Object(o)) => Ok(Some(o.clone())),
            None => Ok(None),
        }) {
            Err(newlines) => return Ok(newlines.map_or_else(|| vm.none(), |n| n.seen(vm))),
            Ok(object) => object,
        };
        match object {
            Some(o) => Ok(vm
                .get_attr_opt(o.as_object(), &vm.names().newlines)?
                .unwrap_or_else(|| vm.none())),
            None => Ok(vm.none()),
        }
    }

    #[getter(name = "_CHUNK_SIZE")]
    fn chunk_size(&self, vm: &VirtualMachine) -> PyResult<usize> {
        self.inner(vm)?;
        Ok(self.chunk_size.get())
    }

    #[setter(name = "_CHUNK_SIZE")]
    fn set_chunk_size(&self, vm: &VirtualMachine, value: Option<PyObject<'_>>) -> PyResult<()> {
        let Some(value) = value else {
            return Err(vm.attribute_error_msg(
                "attribute '_CHUNK_SIZE' of '_io.TextIOWrapper' objects cannot be deleted",
            ));
        };
        self.inner(vm)?;
        let Some(n) = vm.index_i64(value)? else {
            let class = value.class(vm).display_name();
            return Err(vm.value_error(format!("cannot fit '{class}' into an index-sized integer")));
        };
        if n <= 0 {
            return Err(vm.value_error("a strictly positive integer is required"));
        }
        self.chunk_size.set(n as usize);
        Ok(())
    }
}
