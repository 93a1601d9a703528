//! What the buffered kinds share: bytes read ahead, bytes not yet written, and the raw
//! stream.  At any time one of the two buffers is empty: reading flushes first, writing
//! first seeks back over what was read ahead.
//!
//! The lock keeps threads apart while a call waits for the raw stream; a raw stream that
//! calls back gets a RuntimeError instead of a deadlock.

use super::super::base;
use super::super::fileio::PyFileIO;
use super::super::{Size, call};
use crate::builtins::bytes::PyBytes;
use crate::modules::buffers::{BytesLike, WritableBuffer};
use crate::modules::support::call_builtin;
use crate::prelude::*;
use host::Errno;
use host::locks::{Lock, Patience, Wait};
use std::cell::Cell;

pub struct Core {
    raw: PyCell<Option<PyObjectRef>>,
    /// The last `__init__` succeeded and the raw stream has not been given up.
    usable: Cell<bool>,
    /// Why it is not usable.
    detached: Cell<bool>,
    pub(super) finalizing: Cell<bool>,
    readable: Cell<bool>,
    writable: Cell<bool>,
    size: Cell<usize>,
    /// Read ahead; the bytes before `at` have been handed out.
    ahead: PyCell<Vec<u8>>,
    at: Cell<usize>,
    /// Written but not yet passed on.
    pending: PyCell<Vec<u8>>,
    /// Where the raw stream is, if known.
    raw_pos: Cell<Option<i64>>,
    lock: Lock,
    owner: Cell<u64>,
}

impl Traverse for Core {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.raw.traverse(visit);
    }

    fn clear(&self, out: &mut Vec<PyObjectRef>) {
        out.extend(self.raw.take());
    }
}

/// Held while a call uses the buffers.
pub struct Held<'a>(&'a Core);

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.0.owner.set(0);
        self.0.lock.release();
    }
}

fn me() -> u64 {
    host::threads::current().as_u64()
}

impl Core {
    pub fn new() -> Core {
        Core {
            raw: PyCell::new(None),
            usable: Cell::new(false),
            detached: Cell::new(false),
            finalizing: Cell::new(false),
            readable: Cell::new(false),
            writable: Cell::new(false),
            size: Cell::new(0),
            ahead: PyCell::new(Vec::new()),
            at: Cell::new(0),
            pending: PyCell::new(Vec::new()),
            raw_pos: Cell::new(None),
            lock: Lock::new(),
            owner: Cell::new(0),
        }
    }

    /// `__init__`: takes the raw stream after its abilities were checked.
    pub fn open(
        &self,
        vm: &VirtualMachine,
        raw: PyObject<'_>,
        size: isize,
        readable: bool,
        writable: bool,
    ) -> PyResult<()> {
        self.usable.set(false);
        self.detached.set(false);
        if readable && writable {
            base::check_ability(vm, raw, "seekable", "File or stream is not seekable.")?;
        }
        if readable {
            base::check_ability(vm, raw, "readable", "File or stream is not readable.")?;
        }
        if writable {
            base::check_ability(vm, raw, "writable", "File or stream is not writable.")?;
        }
        drop(self.raw.replace(Some(raw.to_owned())));
        if size <= 0 {
            return Err(vm.value_error("buffer size must be strictly positive"));
        }
        self.readable.set(readable);
        self.writable.set(writable);
        self.size.set(size as usize);
        self.ahead.set(Vec::new());
        self.at.set(0);
        self.pending.set(Vec::new());
        self.raw_pos.set(None);
        self.usable.set(true);
        Ok(())
    }

    pub fn raw(&self, vm: &VirtualMachine) -> PyResult {
        match self.raw.get() {
            Some(raw) if self.usable.get() => Ok(raw),
            _ if self.detached.get() => Err(vm.value_error("raw stream has been detached")),
            _ => Err(vm.value_error("I/O operation on uninitialized object")),
        }
    }

    /// The raw stream as it is, for whoever looks.
    pub fn raw_attribute(&self) -> Option<PyObjectRef> {
        self.raw.get()
    }

    /// The raw stream if it is a plain `FileIO`.
    fn file<'a>(&self, vm: &VirtualMachine, raw: &'a PyObjectRef) -> Option<&'a Py<PyFileIO>> {
        raw.as_object().downcast_exact::<PyFileIO>(vm.type_of::<PyFileIO>())
    }

    pub fn is_closed(&self, vm: &VirtualMachine) -> PyResult<bool> {
        let raw = self.raw(vm)?;
        match self.file(vm, &raw) {
            Some(f) => Ok(!f.is_open()),
            None => base::is_closed(vm, raw.as_object()),
        }
    }

    /// `ValueError: read of closed file`, unless bytes are still there.
    pub fn check_open(&self, vm: &VirtualMachine, what: &str) -> PyResult<()> {
        if self.unread() == 0 && self.is_closed(vm)? {
            return Err(vm.value_error(format!("{what} closed file")));
        }
        Ok(())
    }

    pub fn enter<'a>(&'a self, vm: &VirtualMachine, zelf: PyObject<'_>) -> PyResult<Held<'a>> {
        if !self.lock.try_acquire() {
            if self.owner.get() == me() {
                let text = vm.repr(zelf)?;
                return Err(
                    vm.runtime_error(format!("reentrant call inside {}", text.to_string_lossy()))
                );
            }
            let lock = &self.lock;
            if vm.interp.import.finalizing.get() {
                // Threads that were stopped never let go.  One that waits for its write gets a
                // second to come to where it is stopped; then nobody is in here any more.
                let patience = Patience::for_nanoseconds(1_000_000_000);
                if vm.allow_threads(|| lock.acquire(patience)) != Wait::Acquired {
                    lock.reset_held();
                }
            } else {
                vm.allow_threads(|| lock.acquire(Patience::FOREVER));
            }
        }
        self.owner.set(me());
        Ok(Held(self))
    }

    /// In the child of a fork nobody else is in here.
    pub fn reset_lock(&self) {
        self.lock.reset();
    }

    pub fn unread(&self) -> usize {
        self.ahead.with(Vec::len) - self.at.get()
    }

    pub fn buffer_size(&self) -> usize {
        self.size.get()
    }

    // --- the raw stream ------------------------------------------------------------------

    fn moved(&self, n: usize) {
        self.raw_pos.set(self.raw_pos.get().map(|p| p + n as i64));
    }

    /// One raw read of up to `n` bytes onto `out`; `None` when it would block.
    fn raw_read(
        &self,
        vm: &VirtualMachine,
        out: &mut Vec<u8>,
        n: usize,
    ) -> PyResult<Option<usize>> {
        let raw = self.raw(vm)?;
        let got = match self.file(vm, &raw) {
            Some(f) => f.read_append(vm, out, n)?,
            None => self.raw_read_by_method(vm, raw.as_object(), out, n)?,
        };
        if let Some(n) = got {
            self.moved(n);
        }
        Ok(got)
    }

    fn raw_read_by_method(
        &self,
        vm: &VirtualMachine,
        raw: PyObject<'_>,
        out: &mut Vec<u8>,
        n: usize,
    ) -> PyResult<Option<usize>> {
        let size = vm.new_usize(n);
        let memory = call_builtin(vm, "bytearray", &[size.as_object()])?;
        let view = call_builtin(vm, "memoryview", &[memory.as_object()])?;
        let got = loop {
            match vm.call_method(raw, &vm.names().readinto, &[view.as_object()]) {
                Err(e) if vm.is_error(&e, &vm.exc().interrupted_error) => vm.check_signals()?,
                r => break r?,
            }
        };
        if got.is_none() {
            return Ok(None);
        }
        let got = match vm.index_i64(got.as_object()) {
            Ok(v) => v.unwrap_or(i64::MAX),
            Err(cause) => {
                let e = vm.os_error_message("raw readinto() failed");
                e.set_cause(Some(cause));
                return Err(e);
            }
        };
        if got < 0 || got as usize > n {
            return Err(vm.os_error_message(format!(
                "raw readinto() returned invalid length {got} (should have been between 0 and {n})"
            )));
        }
        let bytes = BytesLike::from_object(vm, memory.as_object())?;
        out.extend_from_slice(bytes.as_bytes().get(..got as usize).unwrap_or_default());
        Ok(Some(got as usize))
    }

    /// One raw write; `None` when it would block.
    fn raw_write(&self, vm: &VirtualMachine, data: &[u8]) -> PyResult<Option<usize>> {
        let raw = self.raw(vm)?;
        let n = match self.file(vm, &raw) {
            Some(f) => f.write_some(vm, data)?,
            None => {
                let bytes = vm.new_bytes(data);
                let view = call_builtin(vm, "memoryview", &[bytes.as_object()])?;
                let r = loop {
                    match vm.call_method(raw.as_object(), &vm.names().write, &[view.as_object()]) {
                        Err(e) if vm.is_error(&e, &vm.exc().interrupted_error) => {
                            vm.check_signals()?;
                        }
                        r => break r?,
                    }
                };
                if r.is_none() {
                    None
                } else {
                    let n = vm.index_i64(r.as_object())?.unwrap_or(-1);
                    if n < 0 || n as usize > data.len() {
                        return Err(vm.os_error_message(format!(
                            "raw write() returned invalid length {n} (should have been between 0 and {})",
                            data.len()
                        )));
                    }
                    Some(n as usize)
                }
            }
        };
        if let Some(n) = n {
            self.moved(n);
        }
        Ok(n)
    }

    fn raw_seek(&self, vm: &VirtualMachine, target: i64, whence: i32) -> PyResult<i64> {
        let raw = self.raw(vm)?;
        let pos = match self.file(vm, &raw) {
            Some(f) => f.seek_to(vm, target, whence)?,
            None => {
                let (t, w) = (vm.new_int(target), vm.new_int(i64::from(whence)));
                let r = vm.call_method(
                    raw.as_object(),
                    &vm.names().seek,
                    &[t.as_object(), w.as_object()],
                )?;
                self.position(vm, r)?
            }
        };
        self.raw_pos.set(Some(pos));
        Ok(pos)
    }

    fn position(&self, vm: &VirtualMachine, r: PyObjectRef) -> PyResult<i64> {
        let pos = vm.to_i64(r.as_object())?;
        if pos < 0 {
            return Err(vm.os_error_message(format!("Raw stream returned invalid position {pos}")));
        }
        Ok(pos)
    }

    fn raw_tell(&self, vm: &VirtualMachine) -> PyResult<i64> {
        let raw = self.raw(vm)?;
        let pos = match self.file(vm, &raw) {
            Some(f) => f.seek_to(vm, 0, 1)?,
            None => {
                let r = vm.call_method(raw.as_object(), &vm.names().tell, &[])?;
                self.position(vm, r)?
            }
        };
        self.raw_pos.set(Some(pos));
        Ok(pos)
    }

    // --- reading -------------------------------------------------------------------------

    /// Hands out up to `n` bytes that are there already.
    fn take_ahead(&self, out: &mut Vec<u8>, n: usize) -> usize {
        let at = self.at.get();
        let n = self.ahead.with(|b| {
            let n = n.min(b.len() - at);
            out.extend_from_slice(&b[at..at + n]);
            n
        });
        self.at.set(at + n);
        n
    }

    fn drop_ahead(&self) {
        self.ahead.with_mut(Vec::clear);
        self.at.set(0);
    }

    /// Reads ahead once, when nothing is left; `None` when it would block.
    fn fill(&self, vm: &VirtualMachine) -> PyResult<Option<usize>> {
        let mut buffer = self.ahead.take();
        self.at.set(0);
        buffer.clear();
        let r = self.raw_read(vm, &mut buffer, self.size.get());
        self.ahead.set(buffer);
        r
    }

    /// Before reading: what was written goes on its way.
    fn settle_writes(&self, vm: &VirtualMachine) -> PyResult<()> {
        if self.writable.get() && self.pending.with(|p| !p.is_empty()) {
            self.flush_pending(vm)?;
        }
        Ok(())
    }

    fn bytes(vm: &VirtualMachine, b: &[u8]) -> PyObjectRef {
        vm.new_bytes(b).into()
    }

    pub fn read(&self, vm: &VirtualMachine, zelf: PyObject<'_>, size: isize) -> PyResult {
        if size < -1 {
            return Err(vm.value_error("read length must be non-negative or -1"));
        }
        self.raw(vm)?;
        self.check_open(vm, "read of")?;
        if size == -1 {
            let _held = self.enter(vm, zelf)?;
            return self.read_all(vm);
        }
        let n = size as usize;
        let at = self.at.get();
        // Enough is there: nothing to wait for, nobody to keep out.
        if let Some(b) = self.ahead.with(|b| {
            (b.len() - at >= n && !self.lock.is_held()).then(|| Self::bytes(vm, &b[at..at + n]))
        }) {
            self.at.set(at + n);
            return Ok(b);
        }
        let _held = self.enter(vm, zelf)?;
        self.settle_writes(vm)?;
        let mut out = Vec::new();
        let mut blocked = false;
        self.take_ahead(&mut out, n);
        while out.len() < n {
            let left = n - out.len();
            let whole = left - left % self.size.get();
            let got = if whole > 0 {
                self.drop_ahead();
                self.raw_read(vm, &mut out, whole)?
            } else {
                let got = self.fill(vm)?;
                self.take_ahead(&mut out, left);
                got
            };
            match got {
                Some(0) => break,
                Some(_) => {}
                None => {
                    blocked = true;
                    break;
                }
            }
        }
        Ok(if blocked && out.is_empty() { vm.none() } else { Self::bytes(vm, &out) })
    }

    fn read_all(&self, vm: &VirtualMachine) -> PyResult {
        let mut out = Vec::new();
        self.settle_writes(vm)?;
        self.take_ahead(&mut out, usize::MAX);
        self.drop_ahead();
        let raw = self.raw(vm)?;
        if let Some(f) = self.file(vm, &raw) {
            let rest = f.read_all(vm)?;
            self.raw_pos.set(None);
            return Ok(match rest {
                None if out.is_empty() => vm.none(),
                None => Self::bytes(vm, &out),
                Some(rest) if out.is_empty() => Self::bytes(vm, &rest),
                Some(rest) => {
                    out.extend_from_slice(&rest);
                    Self::bytes(vm, &out)
                }
            });
        }
        self.raw_pos.set(None);
        if let Some(readall) = vm.get_attr_opt(raw.as_object(), &vm.names().readall)? {
            let rest = vm.call_positional(readall.as_object(), &[])?;
            if rest.is_none() {
                return Ok(if out.is_empty() { rest } else { Self::bytes(vm, &out) });
            }
            let Some(b) = rest.as_object().downcast::<PyBytes>() else {
                return Err(vm.type_error("readall() should return bytes"));
            };
            out.extend_from_slice(b.payload_ref().as_bytes());
            return Ok(Self::bytes(vm, &out));
        }
        loop {
            let data = vm.call_method(raw.as_object(), &vm.names().read, &[])?;
            if data.is_none() {
                return Ok(if out.is_empty() { data } else { Self::bytes(vm, &out) });
            }
            let Some(b) = data.as_object().downcast::<PyBytes>() else {
                return Err(vm.type_error("read() should return bytes"));
            };
            if b.is_empty() {
                return Ok(Self::bytes(vm, &out));
            }
            out.extend_from_slice(b.payload_ref().as_bytes());
        }
    }

    pub fn read1(&self, vm: &VirtualMachine, zelf: PyObject<'_>, size: isize) -> PyResult {
        self.raw(vm)?;
        let n = if size < 0 { self.size.get() } else { size as usize };
        self.check_open(vm, "read of")?;
        if n == 0 {
            return Ok(Self::bytes(vm, b""));
        }
        let mut out = Vec::new();
        let _held = self.enter(vm, zelf)?;
        self.settle_writes(vm)?;
        if self.take_ahead(&mut out, n) == 0 {
            self.drop_ahead();
            self.raw_read(vm, &mut out, n)?;
        }
        Ok(Self::bytes(vm, &out))
    }

    /// For the text layer: what `read1(size)` gives, without an object.
    pub fn read1_into(
        &self,
        vm: &VirtualMachine,
        zelf: PyObject<'_>,
        out: &mut Vec<u8>,
        n: usize,
    ) -> PyResult<()> {
        self.check_open(vm, "read of")?;
        let _held = self.enter(vm, zelf)?;
        self.settle_writes(vm)?;
        if self.take_ahead(out, n) == 0 {
            self.drop_ahead();
            self.raw_read(vm, out, n)?;
        }
        Ok(())
    }

    pub fn read_into(
        &self,
        vm: &VirtualMachine,
        zelf: PyObject<'_>,
        buffer: WritableBuffer,
        once: bool,
    ) -> PyResult {
        self.raw(vm)?;
        self.check_open(vm, "readinto of")?;
        let _held = self.enter(vm, zelf)?;
        self.settle_writes(vm)?;
        let n = buffer.len();
        let mut out = Vec::new();
        self.take_ahead(&mut out, n);
        let mut blocked = false;
        let mut direct = false;
        while out.len() < n && !(once && direct) {
            let left = n - out.len();
            let got = if left > self.size.get() {
                // Straight to the caller, which `readinto1` may still do after what was there.
                self.drop_ahead();
                direct = true;
                self.raw_read(vm, &mut out, left)?
            } else if once && !out.is_empty() {
                break;
            } else {
                let got = self.fill(vm)?;
                self.take_ahead(&mut out, left);
                got
            };
            match got {
                Some(0) => break,
                Some(_) => {}
                None => {
                    blocked = true;
                    break;
                }
            }
        }
        if blocked && out.is_empty() {
            return Ok(vm.none());
        }
        buffer.fill(&out);
        Ok(vm.new_usize(out.len()))
    }

    pub fn peek(&self, vm: &VirtualMachine, zelf: PyObject<'_>) -> PyResult {
        self.raw(vm)?;
        self.check_open(vm, "peek of")?;
        let _held = self.enter(vm, zelf)?;
        self.settle_writes(vm)?;
        if self.unread() == 0 {
            self.fill(vm)?;
        }
        let at = self.at.get();
        Ok(self.ahead.with(|b| Self::bytes(vm, &b[at..])))
    }

    pub fn read_line(&self, vm: &VirtualMachine, zelf: PyObject<'_>, limit: isize) -> PyResult {
        self.raw(vm)?;
        self.check_open(vm, "readline of")?;
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let at = self.at.get();
        let fast = self.ahead.with(|b| {
            if self.lock.is_held() {
                return None;
            }
            let rest = &b[at..b.len().min(at.saturating_add(limit))];
            let end = match memchr::memchr(b'\n', rest) {
                Some(i) => i + 1,
                None if rest.len() == limit => limit,
                None => return None,
            };
            self.at.set(at + end);
            Some(Self::bytes(vm, &rest[..end]))
        });
        if let Some(line) = fast {
            return Ok(line);
        }
        let _held = self.enter(vm, zelf)?;
        self.settle_writes(vm)?;
        let mut out = Vec::new();
        loop {
            let at = self.at.get();
            let found = self.ahead.with(|b| memchr::memchr(b'\n', &b[at..]).map(|i| i + 1));
            let want = found.unwrap_or(usize::MAX).min(limit - out.len());
            let got = self.take_ahead(&mut out, want);
            if (found.is_some() && got == want) || out.len() == limit {
                break;
            }
            if !matches!(self.fill(vm)?, Some(n) if n > 0) {
                break;
            }
        }
        Ok(Self::bytes(vm, &out))
    }

    // --- writing -------------------------------------------------------------------------

    fn would_block(vm: &VirtualMachine, written: usize) -> PyErr {
        let args = [
            vm.new_int(i64::from(Errno::EAGAIN.0)),
            vm.new_str("write could not complete without blocking").into(),
            vm.new_usize(written),
        ];
        let args: Vec<_> = args.iter().map(|a: &PyObjectRef| a.as_object()).collect();
        vm.make_error(vm.exc().blocking_io_error.as_object(), &args)
    }

    /// Passes on everything written; what could not go stays.
    fn flush_pending(&self, vm: &VirtualMachine) -> PyResult<()> {
        let data = self.pending.take();
        let mut done = 0;
        let r = loop {
            if done == data.len() {
                break Ok(());
            }
            match self.raw_write(vm, &data[done..]) {
                Ok(Some(n)) => {
                    done += n;
                    if let Err(e) = vm.check_signals() {
                        break Err(e);
                    }
                }
                Ok(None) => break Err(Self::would_block(vm, 0)),
                Err(e) => break Err(e),
            }
        };
        let mut data = data;
        data.drain(..done);
        self.pending.set(data);
        r
    }

    /// Before writing: the raw stream goes back to where the reader is.
    fn settle_reads(&self, vm: &VirtualMachine) -> PyResult<()> {
        let unread = self.unread();
        if unread > 0 {
            self.raw_seek(vm, -(unread as i64), 1)?;
        }
        self.drop_ahead();
        Ok(())
    }

    pub fn write(&self, vm: &VirtualMachine, zelf: PyObject<'_>, data: &[u8]) -> PyResult<usize> {
        self.raw(vm)?;
        let _held = self.enter(vm, zelf)?;
        if self.is_closed(vm)? {
            return Err(vm.value_error("write to closed file"));
        }
        if self.readable.get() {
            self.settle_reads(vm)?;
        }
        let size = self.size.get();
        let room = |p: &Vec<u8>| size.saturating_sub(p.len());
        if self.pending.with(|p| data.len() <= room(p)) {
            self.pending.with_mut(|p| p.extend_from_slice(data));
            return Ok(data.len());
        }
        if let Err(e) = self.flush_pending(vm) {
            if !vm.is_error(&e, &vm.exc().blocking_io_error) {
                return Err(e);
            }
            let taken = self.pending.with_mut(|p| {
                let n = room(p).min(data.len());
                p.extend_from_slice(&data[..n]);
                n
            });
            if taken == data.len() {
                return Ok(taken);
            }
            return Err(Self::would_block(vm, taken));
        }
        let mut done = 0;
        while data.len() - done > size {
            match self.raw_write(vm, &data[done..])? {
                Some(n) => {
                    done += n;
                    vm.check_signals()?;
                }
                None => {
                    self.pending.with_mut(|p| p.extend_from_slice(&data[done..done + size]));
                    return Err(Self::would_block(vm, done + size));
                }
            }
        }
        self.pending.with_mut(|p| p.extend_from_slice(&data[done..]));
        Ok(data.len())
    }

    pub fn flush(&self, vm: &VirtualMachine, zelf: PyObject<'_>) -> PyResult<()> {
        let raw = self.raw(vm)?;
        if self.is_closed(vm)? {
            return Err(vm.value_error("flush of closed file"));
        }
        if !self.writable.get() {
            return vm.call_method(raw.as_object(), &vm.names().flush, &[]).map(drop);
        }
        let _held = self.enter(vm, zelf)?;
        self.flush_and_rewind(vm)
    }

    fn flush_and_rewind(&self, vm: &VirtualMachine) -> PyResult<()> {
        if self.writable.get() {
            self.flush_pending(vm)?;
        }
        if self.readable.get() {
            self.settle_reads(vm)?;
        }
        Ok(())
    }

    // --- position ------------------------------------------------------------------------

    pub fn tell(&self, vm: &VirtualMachine, zelf: PyObject<'_>) -> PyResult<i64> {
        self.raw(vm)?;
        let _held = self.enter(vm, zelf)?;
        let pos = self.raw_tell(vm)?;
        let pos = pos - self.unread() as i64 + self.pending.with(Vec::len) as i64;
        Ok(pos.max(0))
    }

    pub fn seek(
        &self,
        vm: &VirtualMachine,
        zelf: PyObject<'_>,
        target: PyObject<'_>,
        whence: i32,
    ) -> PyResult<i64> {
        let raw = self.raw(vm)?;
        if !(0..=4).contains(&whence) {
            return Err(vm.value_error(format!("whence value {whence} unsupported")));
        }
        if self.is_closed(vm)? {
            return Err(vm.value_error("seek of closed file"));
        }
        base::check_ability(vm, raw.as_object(), "seekable", "File or stream is not seekable.")?;
        let mut target = vm.to_i64(target)?;
        let _held = self.enter(vm, zelf)?;
        if whence < 2 && self.readable.get() && self.pending.with(Vec::is_empty) {
            let now = match self.raw_pos.get() {
                Some(p) => p,
                None => self.raw_tell(vm)?,
            };
            let (at, len) = (self.at.get() as i64, self.ahead.with(Vec::len) as i64);
            let here = now - (len - at);
            let offset = if whence == 0 { target.saturating_sub(here) } else { target };
            // Within what was read ahead, if anything is left of it.
            if len > at && offset >= -at && offset <= len - at {
                self.at.set((at + offset) as usize);
                // A device that is always at 0 leaves us in front of its start.
                return Ok((here + offset).max(0));
            }
        }
        if self.writable.get() {
            self.flush_pending(vm)?;
        }
        if whence == 1 {
            target -= self.unread() as i64;
        }
        let pos = self.raw_seek(vm, target, whence)?;
        self.drop_ahead();
        Ok(pos)
    }

    pub fn truncate(
        &self,
        vm: &VirtualMachine,
        zelf: PyObject<'_>,
        pos: Option<PyObject<'_>>,
    ) -> PyResult {
        let raw = self.raw(vm)?;
        if self.is_closed(vm)? {
            return Err(vm.value_error("truncate of closed file"));
        }
        if !self.writable.get() {
            return Err(super::super::unsupported(vm, "truncate"));
        }
        let _held = self.enter(vm, zelf)?;
        self.flush_and_rewind(vm)?;
        let none = PyObject::none();
        let r = vm.call_method(raw.as_object(), &vm.names().truncate, &[pos.unwrap_or(none)])?;
        // The raw stream may have moved.
        self.raw_tell(vm)?;
        Ok(r)
    }

    // --- the rest ------------------------------------------------------------------------

    pub fn close(&self, vm: &VirtualMachine, zelf: PyObject<'_>) -> PyResult {
        let raw = self.raw(vm)?;
        if self.is_closed(vm)? {
            return Ok(vm.none());
        }
        if self.finalizing.get() {
            let _ = call(vm, raw.as_object(), "_dealloc_warn", &[zelf]);
        }
        let flushed = vm.call_method(zelf, &vm.names().flush, &[]);
        let r = {
            let _held = self.enter(vm, zelf)?;
            let r = vm.call_method(raw.as_object(), &vm.names().close, &[]);
            self.ahead.set(Vec::new());
            self.at.set(0);
            r
        };
        match (flushed, r) {
            (Ok(_), r) => r,
            (Err(e), Ok(_)) => Err(e),
            (Err(first), Err(e)) => {
                e.context.set(Some(first));
                Err(e)
            }
        }
    }

    pub fn detach(&self, vm: &VirtualMachine, zelf: PyObject<'_>) -> PyResult {
        self.raw(vm)?;
        vm.call_method(zelf, &vm.names().flush, &[])?;
        self.detached.set(true);
        self.usable.set(false);
        self.raw.take().ok_or_else(|| vm.value_error("raw stream has been detached"))
    }

    pub fn repr(&self, vm: &VirtualMachine, zelf: PyObject<'_>) -> PyResult {
        let class = zelf.class(vm).display_name().into_bytes();
        let name = match vm.get_attr_opt(zelf, &vm.names().name) {
            Ok(n) => n,
            Err(e) if vm.is_error(&e, &vm.exc().value_error) => None,
            Err(e) => return Err(e),
        };
        let Some(name) = name else {
            return Ok(PyStr::from_parts(vm, &[b"<", &class, b">"]).into());
        };
        let Some(_guard) = vm.repr_enter(zelf) else {
            let class = String::from_utf8_lossy(&class);
            return Err(vm.runtime_error(format!("reentrant call inside {class}.__repr__")));
        };
        let name = vm.repr(name.as_object())?;
        Ok(PyStr::from_parts(vm, &[b"<", &class, b" name=", name.as_bytes(), b">"]).into())
    }

    pub fn dealloc_warn(&self, vm: &VirtualMachine, source: PyObject<'_>) {
        if let Some(raw) = self.raw.get() {
            let _ = call(vm, raw.as_object(), "_dealloc_warn", &[source]);
        }
    }

    /// The size argument of `read`.
    pub fn size_of(size: Option<Size>) -> isize {
        size.map_or(-1, |s| s.0)
    }
}
