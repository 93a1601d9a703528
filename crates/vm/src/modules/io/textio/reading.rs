//! Reading text: chunks through the decoder, lines out of the decoded text.

use super::super::buffered::core_of;
use super::super::{Size, unsupported};
use super::{Newline, PyTextIOWrapper};
use crate::builtins::bytes::PyBytes;
use crate::modules::buffers::BytesLike;
use crate::prelude::*;
use text::utf8::{char_count, index};

impl PyTextIOWrapper {
    /// Decodes; the decoder is out of its cell meanwhile, for it may be Python code.
    pub(super) fn decode(
        &self,
        vm: &VirtualMachine,
        input: Vec<u8>,
        last: bool,
    ) -> PyResult<Vec<u8>> {
        let Some(mut decoder) = self.decoder.take() else {
            return Err(unsupported(vm, "not readable"));
        };
        let r = decoder.decode(vm, input, last);
        self.decoder.set(Some(decoder));
        r
    }

    /// Bytes from the buffer: one `read1` of about a chunk, or `read` where there is none.
    fn read_bytes(&self, vm: &VirtualMachine, size: usize) -> PyResult<Vec<u8>> {
        let buffer = self.inner(vm)?;
        let mut out = Vec::new();
        if let Some(core) = core_of(vm, buffer.as_object()) {
            core.read1_into(vm, buffer.as_object(), &mut out, size)?;
            return Ok(out);
        }
        let n = vm.names();
        let size = vm.new_usize(size);
        let (method, name) =
            if self.has_read1.get() { (&n.read1, "read1") } else { (&n.read, "read") };
        let data = vm.call_method(buffer.as_object(), method, &[size.as_object()])?;
        if let Some(b) = data.as_object().downcast::<PyBytes>() {
            return Ok(b.payload_ref().as_bytes().to_vec());
        }
        let class = data.class(vm).display_name();
        let wrong =
            format!("underlying {name}() should have returned a bytes-like object, not '{class}'");
        if data.class(vm).slots.get_buffer.get().is_none() {
            return Err(vm.type_error(wrong));
        }
        Ok(BytesLike::from_object(vm, data.as_object())?.as_bytes().to_vec())
    }

    /// Decodes the next chunk, after all decoded text was used; false at the end.
    pub(super) fn read_chunk(&self, vm: &VirtualMachine, hint: usize) -> PyResult<bool> {
        if self.decoder.with(Option::is_none) {
            return Err(unsupported(vm, "not readable"));
        }
        let state = if self.telling.get() {
            let decoder = self.decoder.get();
            decoder.map(|d| d.state(vm)).transpose()?
        } else {
            None
        };
        let size = ((hint as f64 * self.ratio.get().max(1.0)) as usize).max(self.chunk_size.get());
        let chunk = self.read_bytes(vm, size)?;
        let end = chunk.is_empty();
        let snapshot = state.map(|(mut held, flags)| {
            held.extend_from_slice(&chunk);
            (flags, held)
        });
        let bytes = chunk.len();
        let text = self.decode(vm, chunk, end)?;
        let empty = text.is_empty();
        self.ratio.set(if empty { 0.0 } else { bytes as f64 / text.len() as f64 });
        self.decoded.set(text);
        self.used.set(0);
        if snapshot.is_some() {
            self.snapshot.set(snapshot);
        }
        Ok(!end || !empty)
    }

    /// Takes up to `chars` characters of decoded text; how many bytes they were.
    fn take_chars(&self, out: &mut Vec<u8>, chars: usize) {
        let used = self.used.get();
        let end = self.decoded.with(|d| {
            let rest = &d[used..];
            let end = if chars >= rest.len() { rest.len() } else { index::advance(rest, 0, chars) };
            out.extend_from_slice(&rest[..end]);
            used + end
        });
        self.used.set(end);
    }

    fn prepare_read(&self, vm: &VirtualMachine) -> PyResult<()> {
        if self.pending.with(Vec::is_empty) { Ok(()) } else { self.write_pending(vm) }
    }

    fn read_text(&self, vm: &VirtualMachine, size: isize) -> PyResult {
        self.check_closed(vm)?;
        if self.decoder.with(Option::is_none) {
            return Err(unsupported(vm, "not readable"));
        }
        self.prepare_read(vm)?;
        if size < 0 {
            let buffer = self.inner(vm)?;
            let data = vm.call_method(buffer.as_object(), &vm.names().read, &[])?;
            if data.is_none() {
                return Err(
                    vm.new_exception_msg(&vm.exc().blocking_io_error, "Read returned None.")
                );
            }
            let bytes = match data.as_object().downcast::<PyBytes>() {
                Some(b) => b.payload_ref().as_bytes().to_vec(),
                None => BytesLike::from_object(vm, data.as_object())?.as_bytes().to_vec(),
            };
            let rest = self.decode(vm, bytes, true)?;
            let mut out = Vec::new();
            self.take_chars(&mut out, usize::MAX);
            self.drop_decoded();
            self.snapshot.set(None);
            if out.is_empty() {
                return Ok(Self::text(vm, &rest));
            }
            out.extend_from_slice(&rest);
            return Ok(Self::text(vm, &out));
        }
        let mut left = size as usize;
        let mut out = Vec::new();
        self.take_chars(&mut out, left);
        left -= char_count(&out);
        while left > 0 {
            if !self.read_chunk(vm, left)? {
                break;
            }
            let start = out.len();
            self.take_chars(&mut out, left);
            left -= char_count(&out[start..]);
        }
        Ok(Self::text(vm, &out))
    }

    /// Where the line in `text` ends, looking from `from` on; `None` if it goes on.
    fn line_end(&self, text: &[u8], from: usize) -> Option<usize> {
        match self.newline.get() {
            Newline::Translate | Newline::Exactly(b"\n") => {
                memchr::memchr(b'\n', &text[from..]).map(|i| from + i + 1)
            }
            Newline::Any => memchr::memchr2(b'\n', b'\r', &text[from..]).map(|i| {
                let at = from + i;
                at + if text[at] == b'\r' && text.get(at + 1) == Some(&b'\n') { 2 } else { 1 }
            }),
            Newline::Exactly(nl) => {
                let from = from.saturating_sub(nl.len() - 1);
                memchr::memmem::find(&text[from..], nl).map(|i| from + i + nl.len())
            }
        }
    }

    pub(super) fn read_line(&self, vm: &VirtualMachine, limit: isize) -> PyResult {
        self.check_closed(vm)?;
        self.prepare_read(vm)?;
        if limit < 0 {
            // The line is there whole, as a rule.
            let used = self.used.get();
            let line = self.decoded.with(|d| {
                let end = self.line_end(d, used)?;
                self.used.set(end);
                Some(Self::text(vm, &d[used..end]))
            });
            if let Some(line) = line {
                return Ok(line);
            }
        }
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let mut line: Vec<u8> = Vec::new();
        loop {
            let before = line.len();
            let used = self.used.get();
            self.decoded.with(|d| vm.extend_to(&mut line, &d[used..]))?;
            let mut end = self.line_end(&line, before);
            if limit != usize::MAX {
                let most = index::advance(&line, 0, limit);
                if most < line.len() || char_count(&line) >= limit {
                    end = Some(end.map_or(most, |e| e.min(most)));
                }
            }
            if let Some(end) = end {
                self.used.set(used + end.saturating_sub(before));
                line.truncate(end);
                break;
            }
            self.used.set(self.decoded.with(Vec::len));
            let mut more = true;
            loop {
                more = more && self.read_chunk(vm, 0)?;
                if !more || !self.decoded.with(Vec::is_empty) {
                    break;
                }
            }
            if !more {
                self.drop_decoded();
                self.snapshot.set(None);
                break;
            }
        }
        Ok(Self::text(vm, &line))
    }
}

#[pymethods(name = reads)]
impl PyTextIOWrapper {
    #[slot]
    fn iternext(zelf: &Py<PyTextIOWrapper>, vm: &VirtualMachine) -> PyResult<Option<PyObjectRef>> {
        zelf.inner(vm)?;
        zelf.telling.set(false);
        let line = if zelf.class().own_spec().is_some() {
            zelf.read_line(vm, -1)?
        } else {
            let line = vm.call_method(zelf.as_object(), &vm.names().readline, &[])?;
            if line.as_object().downcast::<PyStr>().is_none() {
                return Err(vm.os_error_message(format!(
                    "readline() should have returned a str object, not '{}'",
                    line.class(vm).display_name()
                )));
            }
            line
        };
        if line.as_object().downcast::<PyStr>().is_some_and(|s| s.byte_len() == 0) {
            self_at_end(zelf);
            return Ok(None);
        }
        Ok(Some(line))
    }

    #[method(sig = "(self, size=-1, /)")]
    fn read(zelf: &Py<PyTextIOWrapper>, vm: &VirtualMachine, size: Option<Size>) -> PyResult {
        zelf.inner(vm)?;
        zelf.read_text(vm, size.map_or(-1, |s| s.0))
    }

    #[method(sig = "(self, size=-1, /)")]
    fn readline(zelf: &Py<PyTextIOWrapper>, vm: &VirtualMachine, size: isize) -> PyResult {
        zelf.inner(vm)?;
        zelf.read_line(vm, size)
    }
}

/// Iteration is over: positions are known again.
fn self_at_end(zelf: &Py<PyTextIOWrapper>) {
    zelf.snapshot.set(None);
    zelf.telling.set(zelf.seekable.get());
}
