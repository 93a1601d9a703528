//! Writing text: encoded at once, passed on in chunks.

use super::super::buffered::core_of;
use super::super::unsupported;
use super::{PyTextIOWrapper, codec};
use crate::builtins::bytes::PyBytes;
use crate::prelude::*;
use std::borrow::Cow;

impl PyTextIOWrapper {
    /// Passes what is pending on to the buffer.
    pub(super) fn write_pending(&self, vm: &VirtualMachine) -> PyResult<()> {
        let data = self.pending.take();
        if data.is_empty() {
            return Ok(());
        }
        let buffer = self.inner(vm)?;
        if let Some(core) = core_of(vm, buffer.as_object()) {
            core.write(vm, buffer.as_object(), &data)?;
            // The allocation serves the next writes.
            let mut data = data;
            data.clear();
            self.pending.with_mut(|p| {
                if p.capacity() == 0 && data.capacity() <= 4 * 8192 {
                    *p = data;
                }
            });
            return Ok(());
        }
        let bytes = vm.new_bytes(&data);
        vm.call_method(buffer.as_object(), &vm.names().write, &[bytes.as_object()]).map(drop)
    }

    fn encode<'a>(&self, vm: &VirtualMachine, text: &'a [u8]) -> PyResult<Cow<'a, [u8]>> {
        if let Some((native, errors)) = self.native.get() {
            return codec::encode(vm, native, errors, text);
        }
        let Some(encoder) = self.encoder.get() else {
            return Err(unsupported(vm, "not writable"));
        };
        let text = vm.new_str_bytes(text);
        let r = vm.call_method(encoder.as_object(), &vm.names().encode, &[text.as_object()])?;
        match r.as_object().downcast::<PyBytes>() {
            Some(b) => Ok(Cow::Owned(b.payload_ref().as_bytes().to_vec())),
            None => Err(vm.type_error(format!(
                "encoder should return a bytes object, not '{}'",
                r.class(vm).display_name()
            ))),
        }
    }

    pub fn write_text(&self, vm: &VirtualMachine, text: &[u8]) -> PyResult<()> {
        self.check_writable(vm)?;
        let written = self.newline.get().written();
        let has_lf = (written.is_some() || self.line_buffering.get())
            && memchr::memchr(b'\n', text).is_some();
        let text = match written {
            Some(nl) if has_lf => {
                let mut out = Vec::new();
                for (i, line) in text.split(|b| *b == b'\n').enumerate() {
                    if i > 0 {
                        vm.extend_to(&mut out, nl)?;
                    }
                    vm.extend_to(&mut out, line)?;
                }
                Cow::Owned(out)
            }
            _ => Cow::Borrowed(text),
        };
        self.write_replaced(vm, &text, has_lf)
    }

    fn check_writable(&self, vm: &VirtualMachine) -> PyResult<()> {
        self.check_closed(vm)?;
        if self.writable.get() { Ok(()) } else { Err(unsupported(vm, "not writable")) }
    }

    /// Writes text whose line ends are as they should be; `has_lf` says whether there were any.
    fn write_replaced(&self, vm: &VirtualMachine, text: &[u8], has_lf: bool) -> PyResult<()> {
        let flush = self.line_buffering.get() && (has_lf || memchr::memchr(b'\r', text).is_some());
        let through = self.write_through.get();
        let bytes = self.encode(vm, text)?;
        // Not just once: what is passed on may be answered by more.
        let full = |p: &Vec<u8>| !p.is_empty() && p.len() + bytes.len() > self.chunk_size.get();
        while self.pending.with(full) {
            self.write_pending(vm)?;
        }
        self.pending.with_mut(|p| vm.extend_to(p, &bytes))?;
        if through || flush || self.pending.with(|p| p.len() >= self.chunk_size.get()) {
            self.write_pending(vm)?;
        }
        if flush {
            let buffer = self.inner(vm)?;
            match core_of(vm, buffer.as_object()) {
                Some(core) => core.flush(vm, buffer.as_object())?,
                None => drop(vm.call_method(buffer.as_object(), &vm.names().flush, &[])?),
            }
        }
        // What was read ahead is no longer what comes next.
        if self.snapshot.with(Option::is_some) {
            self.snapshot.set(None);
            self.drop_decoded();
        }
        if self.decoder.with(Option::is_some) {
            self.reset_decoder(vm)?;
        }
        Ok(())
    }

    /// Writes an instance of a subclass of `str`, which replaces its line ends itself.
    #[cold]
    fn write_instance(&self, vm: &VirtualMachine, text: &Py<PyStr>) -> PyResult<usize> {
        self.check_writable(vm)?;
        let bytes = text.payload_ref().as_bytes();
        let newline = self.newline.get();
        let Some(nl) = newline.written().filter(|_| memchr::memchr(b'\n', bytes).is_some()) else {
            self.write_text(vm, bytes)?;
            return Ok(text.char_len());
        };
        let (from, to) = (vm.new_str("\n"), vm.new_str_bytes(nl));
        let replace = vm.intern("replace");
        let args = [from.as_object(), to.as_object()];
        let replaced = vm.call_method(text.as_object(), &replace, &args)?;
        let Some(replaced) = replaced.as_object().downcast::<PyStr>() else {
            return Err(vm.type_error(format!(
                "replace() should return a str, not {}",
                replaced.class(vm).display_name()
            )));
        };
        // `replace` may have done anything to this stream.
        self.check_writable(vm)?;
        self.write_replaced(vm, replaced.payload_ref().as_bytes(), true)?;
        Ok(text.char_len())
    }

    pub(super) fn reset_decoder(&self, vm: &VirtualMachine) -> PyResult<()> {
        let Some(mut d) = self.decoder.take() else { return Ok(()) };
        let r = d.reset(vm);
        self.decoder.set(Some(d));
        r
    }
}

#[pymethods(name = writes)]
impl PyTextIOWrapper {
    #[method(sig = "(self, text, /)")]
    fn write(zelf: &Py<PyTextIOWrapper>, vm: &VirtualMachine, text: &Py<PyStr>) -> PyResult<usize> {
        zelf.inner(vm)?;
        if text.class().own_spec().is_none() {
            return zelf.write_instance(vm, text);
        }
        zelf.write_text(vm, text.payload_ref().as_bytes())?;
        Ok(text.char_len())
    }

    #[method(sig = "(self, /)")]
    fn flush(zelf: &Py<PyTextIOWrapper>, vm: &VirtualMachine) -> PyResult {
        let buffer = zelf.inner(vm)?;
        zelf.check_closed(vm)?;
        zelf.telling.set(zelf.seekable.get());
        zelf.write_pending(vm)?;
        vm.call_method(buffer.as_object(), &vm.names().flush, &[])
    }
}
