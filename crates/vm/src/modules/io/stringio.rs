//! `StringIO`: a text stream in memory.  CPython's counterpart: `stringio.c`.
//!
//! The text is generalised UTF-8; the position is known both in characters, which Python
//! sees, and in bytes, so that reading and writing on never count from the start.

use super::base::PyTextIOBase;
use super::newline::Newlines;
use super::{Size, closed_error};
use crate::prelude::*;
use std::borrow::Cow;
use std::cell::Cell;
use text::utf8::{char_count, index};

/// A text stream over a string in memory.
///
/// initial_value is its first content; newline works as in TextIOWrapper.
#[pyclass(name = "StringIO", module = "_io", base = PyTextIOBase, flags(BASETYPE, HAVE_GC, EXT, HAS_DICT, MANAGED_DICT), no_refs, static = STRING_IO)]
pub struct PyStringIO {
    _base: PyTextIOBase,
    state: PyCell<State>,
    closed: Cell<bool>,
    ready: Cell<bool>,
}

#[derive(Default)]
struct State {
    text: Vec<u8>,
    chars: usize,
    /// In characters; may lie beyond the end.
    pos: usize,
    /// The same in bytes, at most the text's length.
    at: usize,
    newline: Option<Vec<u8>>,
    decoder: Option<Newlines>,
    /// What a written `\n` becomes.
    written: Option<&'static [u8]>,
}

impl State {
    fn seek(&mut self, pos: usize) {
        self.at = if self.chars == self.text.len() {
            pos.min(self.text.len())
        } else if pos >= self.pos && self.at < self.text.len() {
            index::advance(&self.text, self.at, pos - self.pos)
        } else {
            index::byte_offset(&self.text, pos)
        };
        self.pos = pos;
    }

    fn rest(&self) -> &[u8] {
        if self.pos > self.chars { &[] } else { &self.text[self.at..] }
    }

    fn skip(&mut self, bytes: usize) {
        self.pos += char_count(&self.text[self.at..self.at + bytes]);
        self.at += bytes;
    }

    fn write(&mut self, vm: &VirtualMachine, text: &[u8]) -> PyResult<()> {
        let text = match &mut self.decoder {
            Some(d) => d.apply(Cow::Borrowed(text), true),
            None => Cow::Borrowed(text),
        };
        let text = match self.written {
            Some(nl) if memchr::memchr(b'\n', &text).is_some() => {
                let lines: Vec<&[u8]> = text.split(|b| *b == b'\n').collect();
                Cow::Owned(lines.join(nl))
            }
            _ => text,
        };
        if text.is_empty() {
            return Ok(());
        }
        let gap = self.pos.saturating_sub(self.chars);
        if self.text.try_reserve(gap.saturating_add(text.len())).is_err() {
            return Err(vm.memory_error());
        }
        if gap > 0 {
            self.text.resize(self.text.len() + gap, 0);
            self.chars += gap;
            self.at = self.text.len();
        }
        let new = char_count(&text);
        if self.at == self.text.len() {
            self.text.extend_from_slice(&text);
            self.chars += new;
        } else {
            let end = index::advance(&self.text, self.at, new);
            let old = char_count(&self.text[self.at..end]);
            self.text.splice(self.at..end, text.iter().copied());
            self.chars += new - old;
        }
        self.pos += new;
        self.at += text.len();
        Ok(())
    }

    /// The next line's length in bytes, of at most `limit` characters.
    fn line(&self, limit: isize) -> usize {
        let mut rest = self.rest();
        if limit >= 0 {
            rest = &rest[..index::advance(rest, 0, limit as usize)];
        }
        let end = match self.newline.as_deref() {
            Some(b"") => memchr::memchr2(b'\n', b'\r', rest).map(|i| {
                i + if rest[i] == b'\r' && rest.get(i + 1) == Some(&b'\n') { 2 } else { 1 }
            }),
            None => memchr::memchr(b'\n', rest).map(|i| i + 1),
            Some(nl) => memchr::memmem::find(rest, nl).map(|i| i + nl.len()),
        };
        end.unwrap_or(rest.len())
    }
}

/// Merges the dict of a pickled state into an instance's.
pub(super) fn update_dict(
    vm: &VirtualMachine,
    obj: PyObject<'_>,
    dict: &PyObjectRef,
    which: &str,
) -> PyResult<()> {
    if dict.is_none() {
        return Ok(());
    }
    let Some(d) = dict.as_object().downcast::<PyDict>() else {
        return Err(vm.type_error(format!(
            "{which} item of state should be a dict, got a {}",
            dict.class(vm).display_name()
        )));
    };
    match crate::protocol::attributes::ensure_instance_dict(vm, obj) {
        Some(own) => own.update_from(vm, d.as_object()),
        None => Ok(()),
    }
}

impl PyStringIO {
    fn check(&self, vm: &VirtualMachine) -> PyResult<()> {
        if !self.ready.get() {
            return Err(vm.value_error("I/O operation on uninitialized object"));
        }
        if self.closed.get() { Err(vm.value_error("I/O operation on closed file")) } else { Ok(()) }
    }

    fn configure(
        &self,
        vm: &VirtualMachine,
        value: Option<PyObject<'_>>,
        newline: Option<PyObject<'_>>,
    ) -> PyResult<()> {
        let newline = match newline {
            None => Some(b"\n".to_vec()),
            Some(n) if n.is_none() => None,
            Some(n) => match n.downcast::<PyStr>() {
                Some(s) => Some(s.payload_ref().as_bytes().to_vec()),
                None => {
                    return Err(vm.type_error(format!(
                        "newline must be str or None, not {}",
                        n.class(vm).display_name()
                    )));
                }
            },
        };
        let written: Option<&'static [u8]> = match newline.as_deref() {
            None | Some(b"" | b"\n") => None,
            Some(b"\r") => Some(b"\r"),
            Some(b"\r\n") => Some(b"\r\n"),
            Some(other) => {
                let text = vm.repr(vm.new_str_bytes(other).as_object())?;
                return Err(
                    vm.value_error(format!("illegal newline value: {}", text.to_string_lossy()))
                );
            }
        };
        let value = match value.filter(|v| !v.is_none()) {
            None => None,
            Some(v) => Some(v.downcast::<PyStr>().ok_or_else(|| {
                vm.type_error(format!(
                    "initial_value must be str or None, not {}",
                    v.class(vm).display_name()
                ))
            })?),
        };
        let decoder = match newline.as_deref() {
            None => Some(Newlines::new(true)),
            Some(b"") => Some(Newlines::new(false)),
            _ => None,
        };
        let mut state = State { newline, decoder, written, ..State::default() };
        if let Some(v) = value {
            state.write(vm, v.payload_ref().as_bytes())?;
            state.seek(0);
        }
        self.state.set(state);
        self.closed.set(false);
        self.ready.set(true);
        Ok(())
    }

    fn next_line(&self, vm: &VirtualMachine, limit: isize) -> PyRef<PyStr> {
        self.state.with_mut(|s| {
            let n = s.line(limit);
            let line = vm.new_str_bytes(&s.rest()[..n]);
            s.skip(n);
            line
        })
    }

    fn value(&self, vm: &VirtualMachine) -> PyRef<PyStr> {
        self.state.with(|s| vm.new_str_bytes(&s.text))
    }
}

#[pymethods]
impl PyStringIO {
    #[slot]
    fn new(cls: &Py<PyType>, vm: &VirtualMachine, _args: Args<'_>) -> PyResult {
        Ok(vm
            .alloc(
                cls,
                PyStringIO {
                    _base: PyTextIOBase::value(),
                    state: PyCell::new(State::default()),
                    closed: Cell::new(false),
                    ready: Cell::new(false),
                },
            )
            .into())
    }

    #[slot(sig = "(initial_value='', newline='\\n')")]
    fn init(
        &self,
        vm: &VirtualMachine,
        initial_value: Option<PyObject<'_>>,
        newline: Option<PyObject<'_>>,
    ) -> PyResult<()> {
        self.configure(vm, initial_value, newline)
    }

    #[slot]
    fn iternext(zelf: &Py<PyStringIO>, vm: &VirtualMachine) -> PyResult<Option<PyObjectRef>> {
        zelf.check(vm)?;
        if zelf.class().own_spec().is_some() {
            let line = zelf.next_line(vm, -1);
            return Ok(if line.byte_len() == 0 { None } else { Some(line.into()) });
        }
        let line = vm.call_method(zelf.as_object(), &vm.names().readline, &[])?;
        match line.as_object().downcast::<PyStr>() {
            Some(s) if s.byte_len() == 0 => Ok(None),
            Some(_) => Ok(Some(line)),
            None => Err(vm.os_error_message(format!(
                "readline() should have returned a str object, not '{}'",
                line.class(vm).display_name()
            ))),
        }
    }

    #[slot]
    fn del(zelf: &Py<PyStringIO>, vm: &VirtualMachine) -> PyResult<()> {
        // An exact one has nothing to say when it is closed.
        if zelf.class().own_spec().is_some() {
            Ok(())
        } else {
            super::base::finalize(vm, zelf.as_object())
        }
    }

    /// Ends the use of the stream; further use raises ValueError.
    #[method(sig = "(self, /)")]
    fn close(&self) {
        self.closed.set(true);
        self.state.with_mut(|s| s.text = Vec::new());
    }

    /// The whole text.
    #[method(sig = "(self, /)")]
    fn getvalue(&self, vm: &VirtualMachine) -> PyResult<PyRef<PyStr>> {
        self.check(vm)?;
        Ok(self.value(vm))
    }

    /// The next characters, at most size of them, or all that are left.
    #[method(sig = "(self, size=-1, /)")]
    fn read(&self, vm: &VirtualMachine, size: Option<Size>) -> PyResult<PyRef<PyStr>> {
        self.check(vm)?;
        let size = size.map_or(-1, |s| s.0);
        Ok(self.state.with_mut(|s| {
            let rest = s.rest();
            let n = if size < 0 { rest.len() } else { index::advance(rest, 0, size as usize) };
            let text = vm.new_str_bytes(&rest[..n]);
            s.skip(n);
            text
        }))
    }

    /// The next line; empty at the end.
    #[method(sig = "(self, size=-1, /)")]
    fn readline(&self, vm: &VirtualMachine, size: Option<Size>) -> PyResult<PyRef<PyStr>> {
        self.check(vm)?;
        Ok(self.next_line(vm, size.map_or(-1, |s| s.0)))
    }

    /// The position, in characters.
    #[method(sig = "(self, /)")]
    fn tell(&self, vm: &VirtualMachine) -> PyResult<usize> {
        self.check(vm)?;
        Ok(self.state.with(|s| s.pos))
    }

    /// Cuts the text off at pos, or at the position.  Returns where.
    #[method(sig = "(self, pos=None, /)")]
    fn truncate(&self, vm: &VirtualMachine, pos: Option<PyObject<'_>>) -> PyResult<usize> {
        self.check(vm)?;
        let size = match pos.filter(|p| !p.is_none()) {
            None => self.state.with(|s| s.pos) as isize,
            Some(p) if !vm.is_index(p) => {
                return Err(vm.type_error(format!(
                    "argument should be integer or None, not '{}'",
                    p.class(vm).display_name()
                )));
            }
            Some(p) => vm.to_count(p)?,
        };
        // The position's `__index__` may have closed the stream.
        self.check(vm)?;
        if size < 0 {
            return Err(vm.value_error(format!("Negative size value {size}")));
        }
        self.state.with_mut(|s| {
            if (size as usize) < s.chars {
                let end = index::byte_offset(&s.text, size as usize);
                s.text.truncate(end);
                s.chars = size as usize;
                s.at = s.at.min(end);
            }
        });
        Ok(size as usize)
    }

    /// Moves the position and returns it.
    ///
    /// whence 0 takes pos from the start; with 1 (here) and 2 (the end) pos must be 0.
    #[method(sig = "(self, pos, whence=0, /)")]
    fn seek(&self, vm: &VirtualMachine, pos: isize, whence: i32) -> PyResult<usize> {
        self.check(vm)?;
        match whence {
            0 if pos < 0 => Err(vm.value_error(format!("Negative seek position {pos}"))),
            0..=2 => {
                if whence != 0 && pos != 0 {
                    return Err(vm.os_error_message("Can't do nonzero cur-relative seeks"));
                }
                Ok(self.state.with_mut(|s| {
                    let to = match whence {
                        0 => pos as usize,
                        1 => s.pos,
                        _ => s.chars,
                    };
                    s.seek(to);
                    to
                }))
            }
            _ => Err(vm.value_error(format!("Invalid whence ({whence}, should be 0, 1 or 2)"))),
        }
    }

    /// Writes text at the position; returns its length.
    #[method(sig = "(self, s, /)")]
    fn write(&self, vm: &VirtualMachine, s: PyObject<'_>) -> PyResult<usize> {
        if !self.ready.get() {
            return Err(vm.value_error("I/O operation on uninitialized object"));
        }
        let Some(text) = s.downcast::<PyStr>() else {
            return Err(vm.type_error(format!(
                "string argument expected, got '{}'",
                s.class(vm).display_name()
            )));
        };
        self.check(vm)?;
        self.state.with_mut(|state| state.write(vm, text.payload_ref().as_bytes()))?;
        Ok(text.char_len())
    }

    /// Whether seek() works.
    #[method(sig = "(self, /)")]
    fn seekable(&self, vm: &VirtualMachine) -> PyResult<bool> {
        self.check(vm).map(|()| true)
    }

    /// Whether read() works.
    #[method(sig = "(self, /)")]
    fn readable(&self, vm: &VirtualMachine) -> PyResult<bool> {
        self.check(vm).map(|()| true)
    }

    /// Whether write() works.
    #[method(sig = "(self, /)")]
    fn writable(&self, vm: &VirtualMachine) -> PyResult<bool> {
        self.check(vm).map(|()| true)
    }

    #[method(sig = "(self, /)")]
    fn __getstate__(zelf: &Py<PyStringIO>, vm: &VirtualMachine) -> PyResult {
        zelf.check(vm)?;
        let newline = zelf.state.with(|s| s.newline.clone());
        let newline = newline.map_or_else(|| vm.none(), |n| vm.new_str_bytes(&n).into());
        let pos = vm.new_usize(zelf.state.with(|s| s.pos));
        let dict = crate::protocol::attributes::ensure_instance_dict(vm, zelf.as_object());
        let dict = match dict {
            Some(d) if !d.is_empty() => vm.call_method(d.as_object(), &vm.names().copy, &[])?,
            _ => vm.none(),
        };
        Ok(vm.new_tuple(vec![zelf.value(vm).into(), newline, pos, dict]).into())
    }

    #[method(sig = "(self, state, /)")]
    fn __setstate__(
        zelf: &Py<PyStringIO>,
        vm: &VirtualMachine,
        state: PyObject<'_>,
    ) -> PyResult<()> {
        if zelf.closed.get() {
            return Err(closed_error(vm));
        }
        let wrong = || {
            vm.type_error(format!(
                "{}.__setstate__ argument should be 4-tuple, got {}",
                zelf.class().display_name(),
                state.class(vm).display_name()
            ))
        };
        let Some(t) = state.downcast::<PyTuple>() else { return Err(wrong()) };
        let [value, newline, pos, dict, ..] = t.as_slice() else { return Err(wrong()) };
        zelf.configure(vm, None, Some(newline.as_object()))?;
        // The value has its line ends already.
        let Some(text) = value.as_object().downcast::<PyStr>() else {
            return Err(vm.type_error(format!(
                "initial_value must be str or None, not {}",
                value.class(vm).display_name()
            )));
        };
        if pos.as_object().int_view().is_none() {
            return Err(vm.type_error(format!(
                "third item of state must be an integer, got {}",
                pos.class(vm).display_name()
            )));
        }
        let pos = vm.to_isize(pos.as_object())?;
        if pos < 0 {
            return Err(vm.value_error("position value cannot be negative"));
        }
        zelf.state.with_mut(|s| {
            s.text = text.payload_ref().as_bytes().to_vec();
            s.chars = text.char_len();
            s.at = 0;
            s.pos = 0;
            s.seek(pos as usize);
        });
        update_dict(vm, zelf.as_object(), dict, "fourth")
    }

    #[getter]
    fn closed(&self, vm: &VirtualMachine) -> PyResult<bool> {
        if !self.ready.get() {
            return Err(vm.value_error("I/O operation on uninitialized object"));
        }
        Ok(self.closed.get())
    }

    #[getter]
    fn newlines(&self, vm: &VirtualMachine) -> PyResult {
        self.check(vm)?;
        let decoder = self.state.with(|s| s.decoder);
        Ok(decoder.map_or_else(|| vm.none(), |d| d.seen(vm)))
    }

    #[getter]
    fn line_buffering(&self, vm: &VirtualMachine) -> PyResult<bool> {
        self.check(vm).map(|()| false)
    }
}
