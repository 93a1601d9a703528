//! Positions in decoded text: `tell` packs the buffer's position, the decoder's state and
//! what must be fed and skipped to get back into one int.

use super::super::unsupported;
use super::PyTextIOWrapper;
use super::codec::Decoder;
use crate::builtins::bytes::PyBytes;
use crate::builtins::int::IntView;
use crate::prelude::*;
use num::BigInt;
use text::utf8::{char_count, index};

#[derive(Default, Debug, PartialEq, Eq)]
struct Cookie {
    start: i64,
    flags: i32,
    feed: i32,
    skip: i32,
    eof: bool,
}

impl Cookie {
    fn pack(&self, vm: &VirtualMachine) -> PyObjectRef {
        if self.flags == 0 && self.feed == 0 && self.skip == 0 && !self.eof {
            return vm.new_int(self.start);
        }
        let mut bytes = [0u8; 22];
        bytes[..8].copy_from_slice(&self.start.to_le_bytes());
        bytes[8..12].copy_from_slice(&self.flags.to_le_bytes());
        bytes[12..16].copy_from_slice(&self.feed.to_le_bytes());
        bytes[16..20].copy_from_slice(&self.skip.to_le_bytes());
        bytes[20] = u8::from(self.eof);
        let words = [0, 8, 16].map(|i| {
            let mut w = [0u8; 8];
            let end = (i + 8).min(bytes.len());
            w[..end - i].copy_from_slice(&bytes[i..end]);
            u64::from_le_bytes(w)
        });
        vm.new_bigint(BigInt::from_words(false, &words))
    }

    fn unpack(vm: &VirtualMachine, o: PyObject<'_>) -> PyResult<Cookie> {
        match o.int_view() {
            Some(IntView::Small(start)) => Ok(Cookie { start, ..Cookie::default() }),
            Some(IntView::Big(b)) => {
                let (_, words) = b.words();
                if words.len() > 3 {
                    return Err(vm.overflow_error("int too big to convert"));
                }
                let word = |i: usize| words.get(i).copied().unwrap_or(0);
                Ok(Cookie {
                    start: word(0) as i64,
                    flags: word(1) as i32,
                    feed: (word(1) >> 32) as i32,
                    skip: word(2) as i32,
                    eof: (word(2) >> 32) & 0xff != 0,
                })
            }
            None => Err(vm.type_error(format!(
                "'{}' object cannot be interpreted as an integer",
                o.class(vm).display_name()
            ))),
        }
    }
}

impl PyTextIOWrapper {
    fn tell_cookie(&self, vm: &VirtualMachine, zelf: PyObject<'_>) -> PyResult {
        self.check_closed(vm)?;
        if !self.seekable.get() {
            return Err(unsupported(vm, "underlying stream is not seekable"));
        }
        if !self.telling.get() {
            return Err(vm.os_error_message("telling position disabled by next() call"));
        }
        self.write_pending(vm)?;
        vm.call_method(zelf, &vm.names().flush, &[])?;
        let buffer = self.inner(vm)?;
        let pos = vm.call_method(buffer.as_object(), &vm.names().tell, &[])?;
        let (Some(mut decoder), Some((flags, input))) = (self.decoder.get(), self.snapshot.get())
        else {
            return Ok(pos);
        };
        let start = vm.to_i64(pos.as_object())? - input.len() as i64;
        let mut cookie = Cookie { start, flags: flags as i32, ..Cookie::default() };
        let used = self.used.get();
        let mut skip = self.decoded.with(|d| char_count(&d[..used.min(d.len())]));
        if skip == 0 {
            return Ok(cookie.pack(vm));
        }
        let saved = decoder.state(vm)?;
        let found = find_start(vm, &mut decoder, &input, &mut cookie, &mut skip, self.ratio.get());
        decoder.set_state(vm, &saved.0, saved.1)?;
        found?;
        Ok(cookie.pack(vm))
    }

    fn seek_cookie(
        &self,
        vm: &VirtualMachine,
        zelf: PyObject<'_>,
        cookie: PyObject<'_>,
        whence: i32,
    ) -> PyResult {
        self.check_closed(vm)?;
        let n = vm.names();
        if !self.seekable.get() {
            return Err(unsupported(vm, "underlying stream is not seekable"));
        }
        let zero = |o: PyObject<'_>| -> PyResult<bool> { Ok(!vm.is_true(o)?) };
        let buffer = self.inner(vm)?;
        let target = match whence {
            1 => {
                if !zero(cookie)? {
                    return Err(unsupported(vm, "can't do nonzero cur-relative seeks"));
                }
                vm.call_method(zelf, &n.flush, &[])?;
                vm.call_method(zelf, &n.tell, &[])?
            }
            2 => {
                if !zero(cookie)? {
                    return Err(unsupported(vm, "can't do nonzero end-relative seeks"));
                }
                vm.call_method(zelf, &n.flush, &[])?;
                self.drop_decoded();
                self.snapshot.set(None);
                self.reset_decoder(vm)?;
                let (z, two) = (vm.new_int(0), vm.new_int(2));
                let r =
                    vm.call_method(buffer.as_object(), &n.seek, &[z.as_object(), two.as_object()])?;
                self.reset_encoder(vm, vm.is_true(r.as_object())?)?;
                return Ok(r);
            }
            0 => cookie.to_owned(),
            _ => {
                return Err(
                    vm.value_error(format!("invalid whence ({whence}, should be 0, 1 or 2)"))
                );
            }
        };
        let negative = match target.as_object().int_view() {
            Some(IntView::Small(v)) => v < 0,
            Some(IntView::Big(b)) => b.is_negative(),
            None => false,
        };
        if negative {
            let text = vm.repr(target.as_object())?;
            return Err(
                vm.value_error(format!("negative seek position {}", text.to_string_lossy()))
            );
        }
        vm.call_method(zelf, &n.flush, &[])?;
        let at = Cookie::unpack(vm, target.as_object())?;
        let start = vm.new_int(at.start);
        vm.call_method(buffer.as_object(), &n.seek, &[start.as_object()])?;
        self.drop_decoded();
        self.snapshot.set(None);
        if let Some(mut d) = self.decoder.take() {
            let r = if at.start == 0 && at.flags == 0 {
                d.reset(vm)
            } else {
                d.set_state(vm, b"", i64::from(at.flags))
            };
            self.decoder.set(Some(d));
            r?;
        }
        if at.skip > 0 {
            let feed = vm.new_int(i64::from(at.feed));
            let data = vm.call_method(buffer.as_object(), &n.read, &[feed.as_object()])?;
            let Some(b) = data.as_object().downcast::<PyBytes>() else {
                return Err(vm.type_error(format!(
                    "underlying read() should have returned a bytes object, not '{}'",
                    data.class(vm).display_name()
                )));
            };
            let input = b.payload_ref().as_bytes().to_vec();
            self.snapshot.set(Some((i64::from(at.flags), input.clone())));
            let text = self.decode(vm, input, at.eof)?;
            if char_count(&text) < at.skip as usize {
                return Err(vm.os_error_message("can't restore logical file position"));
            }
            self.used.set(index::advance(&text, 0, at.skip as usize));
            self.decoded.set(text);
        } else {
            self.snapshot.set(Some((i64::from(at.flags), Vec::new())));
        }
        self.reset_encoder(vm, at.start != 0 || at.flags != 0)?;
        Ok(target)
    }

    /// The encoder starts anew, in the middle of the file or at its start.
    fn reset_encoder(&self, vm: &VirtualMachine, middle: bool) -> PyResult<()> {
        let Some(e) = self.encoder.get() else { return Ok(()) };
        let n = vm.names();
        if middle {
            let zero = vm.new_int(0);
            vm.call_method(e.as_object(), &n.setstate, &[zero.as_object()]).map(drop)
        } else {
            vm.call_method(e.as_object(), &n.reset, &[]).map(drop)
        }
    }
}

/// Finds where decoding can start anew so that few characters have to be skipped.
fn find_start(
    vm: &VirtualMachine,
    decoder: &mut Decoder,
    input: &[u8],
    cookie: &mut Cookie,
    skip: &mut usize,
    ratio: f64,
) -> PyResult<()> {
    // A guess by the ratio of bytes to characters, and back from there.
    let mut guess = ((ratio * *skip as f64) as usize).min(input.len());
    let mut back = 1;
    let start_flags = i64::from(cookie.flags);
    let mut held = false;
    while guess > 0 {
        decoder.set_state(vm, b"", start_flags)?;
        let chars = char_count(&decoder.decode(vm, input[..guess].to_vec(), false)?);
        if chars <= *skip {
            let (kept, flags) = decoder.state(vm)?;
            if kept.is_empty() {
                cookie.flags = flags as i32;
                *skip -= chars;
                held = true;
                break;
            }
            guess -= kept.len().min(guess);
            back = 1;
        } else {
            guess -= back.min(guess);
            back *= 2;
        }
    }
    if !held {
        guess = 0;
        decoder.set_state(vm, b"", start_flags)?;
    }
    cookie.start += guess as i64;
    if *skip == 0 {
        return Ok(());
    }
    // From there byte by byte, remembering each place where nothing is held back.
    let (mut fed, mut chars) = (0usize, 0usize);
    let mut done = false;
    for i in guess..input.len() {
        chars += char_count(&decoder.decode(vm, input[i..=i].to_vec(), false)?);
        fed += 1;
        let (kept, flags) = decoder.state(vm)?;
        if kept.is_empty() && chars <= *skip {
            cookie.start += fed as i64;
            *skip -= chars;
            cookie.flags = flags as i32;
            fed = 0;
            chars = 0;
        }
        if chars >= *skip {
            done = true;
            break;
        }
    }
    if !done {
        chars += char_count(&decoder.decode(vm, Vec::new(), true)?);
        cookie.eof = true;
        if chars < *skip {
            return Err(vm.os_error_message("can't reconstruct logical file position"));
        }
    }
    cookie.feed = fed as i32;
    cookie.skip = *skip as i32;
    Ok(())
}

#[pymethods(name = positions)]
impl PyTextIOWrapper {
    /// Moves the position: to the start, the end, or where tell() once said.
    #[method(sig = "(self, cookie, whence=0, /)")]
    fn seek(
        zelf: &Py<PyTextIOWrapper>,
        vm: &VirtualMachine,
        cookie: PyObject<'_>,
        whence: i32,
    ) -> PyResult {
        zelf.inner(vm)?;
        zelf.seek_cookie(vm, zelf.as_object(), cookie, whence)
    }

    /// The position as a number that means something to seek() only.
    #[method(sig = "(self, /)")]
    fn tell(zelf: &Py<PyTextIOWrapper>, vm: &VirtualMachine) -> PyResult {
        zelf.inner(vm)?;
        zelf.tell_cookie(vm, zelf.as_object())
    }

    #[method(sig = "(self, pos=None, /)")]
    fn truncate(
        zelf: &Py<PyTextIOWrapper>,
        vm: &VirtualMachine,
        pos: Option<PyObject<'_>>,
    ) -> PyResult {
        let buffer = zelf.inner(vm)?;
        vm.call_method(zelf.as_object(), &vm.names().flush, &[])?;
        let pos = pos.unwrap_or(PyObject::none());
        vm.call_method(buffer.as_object(), &vm.names().truncate, &[pos])
    }
}
