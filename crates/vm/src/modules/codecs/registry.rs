//! The registry: search functions, the codecs they gave, error handlers by name.

use super::{CodecState, handlers};
use crate::builtins::native_function::PyNativeFunction;
use crate::prelude::*;

/// Lowercase, with runs of anything but letters, digits and dots as one underscore.
pub fn normalize(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut gap = false;
    for c in name.chars() {
        if c.is_ascii_alphanumeric() || c == '.' {
            if gap && !out.is_empty() {
                out.push('_');
            }
            gap = false;
            out.push(c.to_ascii_lowercase());
        } else {
            gap = true;
        }
    }
    out
}

impl VirtualMachine {
    pub(crate) fn codec_state(&self) -> PyResult<&'static CodecState> {
        let interp = self.interp;
        if let Some(s) = interp.codecs.get() {
            return Ok(s);
        }
        let errors = self.new_dict();
        for def in handlers::HANDLERS {
            let name = def.name.strip_suffix("_errors").unwrap_or(def.name);
            let none = PyObjectRef::none();
            let f = PyNativeFunction::of_module(self, def, none.clone(), none);
            errors.set_str(self, &self.intern(name), f.into())?;
        }
        let state = CodecState { search: PyCell::new(Vec::new()), found: self.new_dict(), errors };
        Ok(interp.codecs.get_or_init(|| state))
    }

    pub(super) fn codec_register(&self, search: PyObject<'_>) -> PyResult<()> {
        if search.class(self).slots.call.get().is_none() {
            return Err(self.type_error("argument must be callable"));
        }
        self.codec_state()?.search.with_mut(|s| s.push(search.to_owned()));
        Ok(())
    }

    pub(super) fn codec_unregister(&self, search: PyObject<'_>) -> PyResult<()> {
        let state = self.codec_state()?;
        let gone = state.search.with_mut(|s| {
            let i = s.iter().position(|f| f.is(search))?;
            Some(s.remove(i))
        });
        if gone.is_some() {
            let mut dropped = Vec::new();
            state.found.clear_into(&mut dropped);
        }
        Ok(())
    }

    /// `codecs.lookup(encoding)`: the codec's tuple.
    pub fn codec_lookup(&self, encoding: &str) -> PyResult<PyRef<PyTuple>> {
        if encoding.contains('\0') {
            return Err(self.value_error("embedded null character"));
        }
        let state = self.codec_state()?;
        // Search functions get the name with its spaces as hyphens, in lowercase.
        let name = self.intern(&normalize(encoding));
        if let Some(found) = state.found.get_str(self, &name)? {
            return found.downcast::<PyTuple>().map_err(|_| self.runtime_error("bad codec"));
        }
        if state.search.with(Vec::is_empty) {
            crate::import::import_module(self, &self.intern("encodings"))?;
        }
        for search in state.search.get() {
            let r = self.call_positional(search.as_object(), &[name.as_object()])?;
            if r.is_none() {
                continue;
            }
            let Some(t) = r.as_object().downcast::<PyTuple>().filter(|t| t.len() == 4) else {
                return Err(self.type_error("codec search functions must return 4-tuples"));
            };
            state.found.set_str(self, &name, r.clone())?;
            return Ok(t.to_ref());
        }
        Err(self.lookup_error(format!("unknown encoding: {encoding}")))
    }

    /// The codec, which must be one between text and bytes.
    pub(super) fn text_codec(&self, encoding: &str, instead: &str) -> PyResult<PyRef<PyTuple>> {
        let codec = self.codec_lookup(encoding)?;
        let marked = self.get_attr_opt(codec.as_object(), &self.names()._is_text_encoding)?;
        if let Some(m) = marked
            && !self.is_true(m.as_object())?
        {
            return Err(self.lookup_error(format!(
                "'{encoding}' is not a text encoding; use {instead} to handle arbitrary codecs"
            )));
        }
        Ok(codec)
    }

    /// Calls a codec's encoder (0) or decoder (1) and gives the first of its two results.
    pub(super) fn run_codec(
        &self,
        codec: &Py<PyTuple>,
        which: usize,
        o: PyObject<'_>,
        errors: Option<&str>,
        what: &str,
        encoding: &str,
    ) -> PyResult {
        let f = codec.as_slice()[which].clone();
        let r = match errors {
            Some(e) => {
                let e = self.new_str(e);
                self.call_positional(f.as_object(), &[o, e.as_object()])
            }
            None => self.call_positional(f.as_object(), &[o]),
        };
        let r = r.inspect_err(|e| self.add_codec_note(e, which, encoding))?;
        match r.as_object().downcast::<PyTuple>().filter(|t| t.len() == 2) {
            Some(t) => Ok(t.as_slice()[0].clone()),
            None => Err(self.type_error(format!("{what} must return a tuple (object, integer)"))),
        }
    }

    /// Says in a note which codec failed, as CPython does.
    fn add_codec_note(&self, e: &PyErr, which: usize, encoding: &str) {
        let what = if which == 0 { "encoding" } else { "decoding" };
        let note = self.new_str(format!("{what} with '{encoding}' codec failed"));
        let add = self.intern("add_note");
        // The error itself matters more than a note that cannot be added.
        let _ = self.call_method(e.as_object(), &add, &[note.as_object()]);
    }

    /// `codecs.lookup_error(name)`.
    pub(super) fn error_handler(&self, name: &str) -> PyResult {
        match self.codec_state()?.errors.get_str(self, &self.new_str(name))? {
            Some(h) => Ok(h),
            None => Err(self.lookup_error(format!("unknown error handler name '{name}'"))),
        }
    }

    pub(super) fn register_error_handler(&self, name: &str, h: PyObject<'_>) -> PyResult<()> {
        if h.class(self).slots.call.get().is_none() {
            return Err(self.type_error("handler must be callable"));
        }
        self.codec_state()?.errors.set_str(self, &self.new_str(name), h.to_owned())
    }

    pub(super) fn unregister_error_handler(&self, name: &str) -> PyResult<bool> {
        if handlers::HANDLERS.iter().any(|d| d.name.strip_suffix("_errors") == Some(name)) {
            return Err(
                self.value_error(format!("cannot un-register built-in error handler '{name}'"))
            );
        }
        let name = self.new_str(name);
        Ok(self.codec_state()?.errors.remove(self, name.as_object())?.is_some())
    }
}
