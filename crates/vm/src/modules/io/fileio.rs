//! `FileIO`: a file descriptor as a raw stream.  CPython's counterpart: `fileio.c`.

use super::base::PyRawIOBase;
use super::{Size, unsupported};
use crate::modules::buffers::{BytesLike, WritableBuffer};
use crate::modules::path::{FsPath, fd_number, warn_of_bool};
use crate::prelude::*;
use host::Errno;
use host::files;
use std::cell::Cell;

/// A file of the operating system, without a buffer.
///
/// mode is one of 'r', 'w' (start empty), 'x' (must be new) and 'a' (write at the
/// end), with '+' for both reading and writing.  file may be a descriptor; then
/// closefd tells whether close() closes it.  opener(name, flags) opens the file
/// in place of os.open().
#[pyclass(name = "FileIO", module = "_io", base = PyRawIOBase, flags(BASETYPE, HAVE_GC, EXT, HAS_DICT, MANAGED_DICT), no_refs, static = FILE_IO)]
pub struct PyFileIO {
    _base: PyRawIOBase,
    fd: Cell<i32>,
    mode: Cell<Mode>,
    closefd: Cell<bool>,
    finalizing: Cell<bool>,
    seekable: Cell<Option<bool>>,
    block_size: Cell<i64>,
    /// Size and kind when it was opened: hints for reading all of it.
    at_open: Cell<Option<(i64, bool)>>,
}

#[derive(Clone, Copy, Default)]
pub struct Mode {
    pub created: bool,
    pub readable: bool,
    pub writable: bool,
    pub appending: bool,
}

const LARGEST_READ: usize = 0x7fff_f000;

impl Mode {
    /// The mode that a string like `rb+` spells, and the flags of `open`.
    pub fn parse(vm: &VirtualMachine, text: &str) -> PyResult<(Mode, i32)> {
        let flag = |name: &str| {
            host::constants::POSIX.iter().find(|(n, _)| *n == name).map_or(0, |(_, v)| *v as i32)
        };
        let (mut mode, mut flags) = (Mode::default(), 0);
        let (mut action, mut plus) = (false, false);
        let bad = || {
            vm.value_error(
                "Must have exactly one of create/read/write/append mode and at most one plus",
            )
        };
        for c in text.chars() {
            if matches!(c, 'x' | 'r' | 'w' | 'a') {
                if action {
                    return Err(bad());
                }
                action = true;
            }
            match c {
                'x' => {
                    mode.created = true;
                    mode.writable = true;
                    flags |= flag("O_EXCL") | flag("O_CREAT");
                }
                'r' => mode.readable = true,
                'w' => {
                    mode.writable = true;
                    flags |= flag("O_CREAT") | flag("O_TRUNC");
                }
                'a' => {
                    mode.writable = true;
                    mode.appending = true;
                    flags |= flag("O_APPEND") | flag("O_CREAT");
                }
                'b' => {}
                '+' => {
                    if plus {
                        return Err(bad());
                    }
                    plus = true;
                    mode.readable = true;
                    mode.writable = true;
                }
                _ => return Err(vm.value_error(format!("invalid mode: {text}"))),
            }
        }
        if !action {
            return Err(bad());
        }
        flags |= match (mode.readable, mode.writable) {
            (true, true) => flag("O_RDWR"),
            (true, false) => flag("O_RDONLY"),
            _ => flag("O_WRONLY"),
        };
        Ok((mode, flags | flag("O_CLOEXEC")))
    }

    pub fn text(self) -> &'static str {
        match (self.created, self.appending, self.readable, self.writable) {
            (true, _, true, _) => "xb+",
            (true, ..) => "xb",
            (_, true, true, _) => "ab+",
            (_, true, ..) => "ab",
            (_, _, true, true) => "rb+",
            (_, _, true, false) => "rb",
            _ => "wb",
        }
    }
}

impl PyFileIO {
    pub fn empty() -> PyFileIO {
        PyFileIO {
            _base: PyRawIOBase::value(),
            fd: Cell::new(-1),
            mode: Cell::new(Mode::default()),
            closefd: Cell::new(true),
            finalizing: Cell::new(false),
            seekable: Cell::new(None),
            block_size: Cell::new(super::DEFAULT_BUFFER_SIZE as i64),
            at_open: Cell::new(None),
        }
    }

    pub fn block_size(&self) -> i64 {
        self.block_size.get()
    }

    pub fn is_open(&self) -> bool {
        self.fd.get() >= 0
    }

    fn check_open(&self, vm: &VirtualMachine) -> PyResult<i32> {
        match self.fd.get() {
            fd if fd >= 0 => Ok(fd),
            _ => Err(vm.value_error("I/O operation on closed file")),
        }
    }

    pub fn check_readable(&self, vm: &VirtualMachine) -> PyResult<i32> {
        let fd = self.check_open(vm)?;
        if self.mode.get().readable {
            Ok(fd)
        } else {
            Err(unsupported(vm, "File not open for reading"))
        }
    }

    pub fn check_writable(&self, vm: &VirtualMachine) -> PyResult<i32> {
        let fd = self.check_open(vm)?;
        if self.mode.get().writable {
            Ok(fd)
        } else {
            Err(unsupported(vm, "File not open for writing"))
        }
    }

    /// One `read` onto the end of `out`; `None` when it would block.
    pub fn read_append(
        &self,
        vm: &VirtualMachine,
        out: &mut Vec<u8>,
        size: usize,
    ) -> PyResult<Option<usize>> {
        let fd = self.check_readable(vm)?;
        let size = size.min(LARGEST_READ);
        if out.try_reserve(size).is_err() {
            return Err(vm.memory_error());
        }
        match vm.retry(|| files::read_append(fd, out, size))? {
            Ok(n) => Ok(Some(n)),
            Err(Errno::EAGAIN) => Ok(None),
            Err(e) => Err(vm.errno_error(e)),
        }
    }

    /// One `write`; `None` when it would block.
    pub fn write_some(&self, vm: &VirtualMachine, data: &[u8]) -> PyResult<Option<usize>> {
        let fd = self.check_writable(vm)?;
        let data = &data[..data.len().min(LARGEST_READ)];
        match vm.retry(|| files::write(fd, data))? {
            Ok(n) => Ok(Some(n)),
            Err(Errno::EAGAIN) => Ok(None),
            Err(e) => Err(vm.errno_error(e)),
        }
    }

    /// All that is left; `None` when nothing is there yet.
    pub fn read_all(&self, vm: &VirtualMachine) -> PyResult<Option<Vec<u8>>> {
        let fd = self.check_readable(vm)?;
        let mut room = super::DEFAULT_BUFFER_SIZE;
        let hint = match self.at_open.get() {
            Some((size, true)) => Some(size),
            _ => files::stat_file(fd).ok().filter(|s| s.is_regular()).map(|s| s.size),
        };
        if let Some(size) = hint {
            let at = if size > 65536 { files::seek(fd, 0, 1).unwrap_or(0) } else { 0 };
            if size >= at && size > 0 {
                room = (size - at) as usize + 1;
            }
        }
        let mut out = Vec::new();
        if out.try_reserve(room).is_err() {
            return Err(vm.memory_error());
        }
        loop {
            let spare = out.capacity() - out.len();
            if spare == 0 {
                let more = (out.len() / 2).clamp(super::DEFAULT_BUFFER_SIZE, 1 << 28);
                if out.try_reserve(more).is_err() {
                    return Err(vm.overflow_error(
                        "unbounded read returned more bytes than a Python bytes object can hold",
                    ));
                }
                continue;
            }
            match self.read_append(vm, &mut out, spare)? {
                Some(0) => break,
                Some(_) => {}
                None if out.is_empty() => return Ok(None),
                None => break,
            }
        }
        Ok(Some(out))
    }

    pub fn seek_to(&self, vm: &VirtualMachine, offset: i64, whence: i32) -> PyResult<i64> {
        let fd = self.check_open(vm)?;
        let r = vm.allow_threads(|| files::seek(fd, offset, whence));
        if self.seekable.get().is_none() {
            self.seekable.set(Some(r.is_ok()));
        }
        r.map_err(|e| vm.errno_error(e))
    }

    pub fn is_seekable(&self, vm: &VirtualMachine) -> PyResult<bool> {
        let fd = self.check_open(vm)?;
        if let Some(s) = self.seekable.get() {
            return Ok(s);
        }
        let s = files::seek(fd, 0, 1).is_ok();
        self.seekable.set(Some(s));
        Ok(s)
    }

    fn close_fd(&self, vm: &VirtualMachine) -> PyResult<()> {
        let fd = self.fd.replace(-1);
        if fd >= 0 {
            // The descriptor is gone whatever close says.
            match vm.allow_threads(|| files::close(fd)) {
                Ok(()) | Err(Errno::EINTR) => {}
                Err(e) => return Err(vm.errno_error(e)),
            }
        }
        Ok(())
    }

    fn position(vm: &VirtualMachine, pos: PyObject<'_>) -> PyResult<i64> {
        if pos.float_view().is_some() {
            return Err(vm.type_error("an integer is required"));
        }
        vm.index_i64(pos)?
            .ok_or_else(|| vm.overflow_error("Python int too large to convert to C long"))
    }
}

/// Opens `file` into `zelf`, as `FileIO(file, mode, closefd, opener)` does.
pub fn initialize(
    vm: &VirtualMachine,
    zelf: &Py<PyFileIO>,
    file: PyObject<'_>,
    mode: &str,
    closefd: bool,
    opener: Option<PyObject<'_>>,
) -> PyResult<()> {
    if zelf.fd.get() >= 0 {
        if zelf.closefd.get() {
            zelf.close_fd(vm)?;
        } else {
            zelf.fd.set(-1);
        }
    }
    warn_of_bool(vm, file)?;
    let mut given_fd = None;
    if vm.is_index(file) {
        let fd = fd_number(vm, file)?;
        if fd < 0 {
            return Err(vm.value_error("negative file descriptor"));
        }
        given_fd = Some(fd);
    }
    let path = match given_fd {
        Some(_) => None,
        None => Some(FsPath::convert(vm, file, "", "path", false, false).map_err(|e| {
            let text = e.args.get(vm);
            match text.as_slice().first().and_then(|t| t.as_object().downcast::<PyStr>()) {
                Some(t) if t.as_bytes().starts_with(b"path should be") => vm.type_error(format!(
                    "expected str, bytes or os.PathLike object, not {}",
                    file.class(vm).display_name()
                )),
                Some(t) if t.as_bytes().starts_with(b"embedded null") => {
                    vm.value_error("embedded null byte")
                }
                _ => e,
            }
        })?),
    };
    let (parsed, flags) = Mode::parse(vm, mode)?;
    zelf.mode.set(parsed);
    zelf.seekable.set(None);
    zelf.closefd.set(closefd);
    let mut own = false;
    if let Some(fd) = given_fd {
        zelf.fd.set(fd);
    } else {
        if !closefd {
            return Err(vm.value_error("Cannot use closefd=False with file name"));
        }
        let path = path.as_ref().expect("a name was given");
        let fd = match opener.filter(|o| !o.is_none()) {
            None => {
                let name = path.c_str();
                match vm.retry(|| files::open(host::CURRENT_DIRECTORY, name, flags, 0o666))? {
                    Ok(fd) => fd,
                    Err(e) => return Err(vm.os_error_on(e, file)),
                }
            }
            Some(opener) => {
                let flags = vm.new_int(i64::from(flags));
                let r = vm.call_positional(opener, &[file, flags.as_object()])?;
                if r.as_object().int_view().is_none() {
                    return Err(vm.type_error("expected integer from opener"));
                }
                let fd = vm.to_i32(r.as_object())?;
                if fd < 0 {
                    return Err(vm.value_error(format!("opener returned {fd}")));
                }
                files::set_inheritable(fd, false).map_err(|e| vm.errno_error(e))?;
                fd
            }
        };
        zelf.fd.set(fd);
        own = true;
    }
    let result = after_open(vm, zelf, file, parsed);
    if result.is_err() {
        if own {
            let _ = zelf.close_fd(vm);
        } else {
            zelf.fd.set(-1);
        }
    }
    result
}

fn after_open(
    vm: &VirtualMachine,
    zelf: &Py<PyFileIO>,
    file: PyObject<'_>,
    mode: Mode,
) -> PyResult<()> {
    let fd = zelf.fd.get();
    match files::stat_file(fd) {
        Ok(s) if s.is_directory() => {
            return Err(vm.os_error_on(Errno(libc_eisdir()), file));
        }
        Ok(s) => {
            if s.block_size > 1 {
                zelf.block_size.set(s.block_size);
            }
            zelf.at_open.set(Some((s.size, s.is_regular())));
            if s.is_regular() {
                zelf.seekable.set(Some(true));
            }
        }
        Err(Errno::EBADF) => return Err(vm.os_error_on(Errno::EBADF, file)),
        Err(_) => {}
    }
    vm.set_attr(zelf.as_object(), &vm.names().name, Some(file))?;
    if mode.appending {
        // A pipe cannot be at its end.
        let _ = zelf.seek_to(vm, 0, 2);
    }
    Ok(())
}

fn libc_eisdir() -> i32 {
    host::errno::NAMES.iter().find(|(n, _)| *n == "EISDIR").map_or(21, |(_, v)| *v)
}

/// `ResourceWarning: unclosed file <...>`, about the file object that programs know.
fn warn_unclosed(vm: &VirtualMachine, raw: &Py<PyFileIO>, source: PyObject<'_>) {
    let text = match vm.repr(source) {
        Ok(r) => PyStr::from_parts(vm, &[b"unclosed file ", r.as_bytes()]),
        Err(_) => return,
    };
    let category = vm.exc().resource_warning.as_object();
    if let Err(e) = crate::modules::support::warn_about(vm, category, &text, source)
        && vm.is_error(&e, &vm.exc().warning)
    {
        vm.unraisable_while(e, "while finalizing file", raw.as_object());
    }
}

#[pymethods]
impl PyFileIO {
    #[slot]
    fn new(cls: &Py<PyType>, vm: &VirtualMachine, _args: Args<'_>) -> PyResult {
        Ok(vm.alloc(cls, PyFileIO::empty()).into())
    }

    #[slot(sig = "(file, mode='r', closefd=True, opener=None)")]
    fn init(
        zelf: &Py<PyFileIO>,
        vm: &VirtualMachine,
        file: PyObject<'_>,
        mode: Option<&str>,
        closefd: bool,
        opener: Option<PyObject<'_>>,
    ) -> PyResult<()> {
        initialize(vm, zelf, file, mode.unwrap_or("r"), closefd, opener)
    }

    #[slot]
    fn repr(zelf: &Py<PyFileIO>, vm: &VirtualMachine) -> PyResult {
        let class = String::from_utf8_lossy(&vm.qualified_type_name(zelf.class())).into_owned();
        if !zelf.is_open() {
            return Ok(vm.new_str(format!("<{class} [closed]>")).into());
        }
        let (mode, closefd) = (zelf.mode.get().text(), zelf.closefd.get());
        let tail = format!(" mode='{mode}' closefd={}>", if closefd { "True" } else { "False" });
        let name = vm.get_attr_opt(zelf.as_object(), &vm.names().name)?;
        let Some(name) = name else {
            return Ok(vm.new_str(format!("<{class} fd={}{tail}", zelf.fd.get())).into());
        };
        let Some(_guard) = vm.repr_enter(zelf.as_object()) else {
            return Err(vm.runtime_error(format!("reentrant call inside {class}.__repr__")));
        };
        let name = vm.repr(name.as_object())?;
        let head = format!("<{class} name=");
        Ok(PyStr::from_parts(vm, &[head.as_bytes(), name.as_bytes(), tail.as_bytes()]).into())
    }

    /// The bytes that one system call gives, at most size.
    ///
    /// A negative size reads all there is.  Empty at the end; None if the file does not
    /// block and has nothing yet.
    #[method(sig = "(self, size=-1, /)")]
    fn read(zelf: &Py<PyFileIO>, vm: &VirtualMachine, size: Option<Size>) -> PyResult {
        zelf.check_readable(vm)?;
        let size = size.map_or(-1, |s| s.0);
        if size < 0 {
            return Ok(zelf.read_all(vm)?.map_or_else(|| vm.none(), |b| vm.new_bytes(&b).into()));
        }
        let mut out = Vec::new();
        let got = zelf.read_append(vm, &mut out, size as usize)?;
        Ok(got.map_or_else(|| vm.none(), |_| vm.new_bytes(&out).into()))
    }

    /// All bytes up to the end.
    ///
    /// Of a file that does not block, what is there; None if that is nothing.
    #[method(sig = "(self, /)")]
    fn readall(zelf: &Py<PyFileIO>, vm: &VirtualMachine) -> PyResult {
        Ok(zelf.read_all(vm)?.map_or_else(|| vm.none(), |b| vm.new_bytes(&b).into()))
    }

    /// Fills a buffer with what one system call gives; see RawIOBase.
    #[method(sig = "(self, buffer, /)")]
    fn readinto(zelf: &Py<PyFileIO>, vm: &VirtualMachine, buffer: WritableBuffer) -> PyResult {
        zelf.check_readable(vm)?;
        let mut out = Vec::new();
        let got = zelf.read_append(vm, &mut out, buffer.len())?;
        buffer.fill(&out);
        Ok(got.map_or_else(|| vm.none(), |n| vm.new_usize(n)))
    }

    /// Writes what one system call takes, and returns how many bytes that was.
    ///
    /// None if the file does not block and takes nothing now.
    #[method(sig = "(self, b, /)")]
    fn write(zelf: &Py<PyFileIO>, vm: &VirtualMachine, b: PyObject<'_>) -> PyResult {
        zelf.check_writable(vm)?;
        let data = BytesLike::from_object(vm, b)?;
        let n = zelf.write_some(vm, data.as_bytes())?;
        Ok(n.map_or_else(|| vm.none(), |n| vm.new_usize(n)))
    }

    /// Moves the position by offset bytes from the start (whence 0), from where we are (1) or
    /// from the end (2).
    ///
    /// Returns the new position.
    #[method(sig = "(self, pos, whence=0, /)")]
    fn seek(
        zelf: &Py<PyFileIO>,
        vm: &VirtualMachine,
        pos: PyObject<'_>,
        whence: i32,
    ) -> PyResult<i64> {
        zelf.check_open(vm)?;
        zelf.seek_to(vm, PyFileIO::position(vm, pos)?, whence)
    }

    /// The position.  OSError if the file cannot seek.
    #[method(sig = "(self, /)")]
    fn tell(zelf: &Py<PyFileIO>, vm: &VirtualMachine) -> PyResult<i64> {
        zelf.seek_to(vm, 0, 1)
    }

    /// Makes the file size bytes long, or as long as the position says.  Returns size.
    #[method(sig = "(self, size=None, /)")]
    fn truncate(zelf: &Py<PyFileIO>, vm: &VirtualMachine, size: Option<PyObject<'_>>) -> PyResult {
        let fd = zelf.check_writable(vm)?;
        let size = match size.filter(|s| !s.is_none()) {
            None => vm.new_int(zelf.seek_to(vm, 0, 1)?),
            Some(s) => s.to_owned(),
        };
        let length = PyFileIO::position(vm, size.as_object())?;
        vm.retry_os(|| files::truncate_file(fd, length))?;
        zelf.at_open.set(None);
        Ok(size)
    }

    /// Closes the descriptor if it is ours.  Closing twice is no error.
    #[method(sig = "(self, /)")]
    fn close(zelf: &Py<PyFileIO>, vm: &VirtualMachine) -> PyResult {
        let base = vm.type_of::<super::base::PyRawIOBase>();
        let close = vm.get_attr(base.as_object(), &vm.names().close)?;
        let flushed = vm.call_positional(close.as_object(), &[zelf.as_object()]);
        if !zelf.closefd.get() {
            zelf.fd.set(-1);
            return flushed;
        }
        if zelf.finalizing.get() && zelf.is_open() {
            warn_unclosed(vm, zelf, zelf.as_object());
        }
        match zelf.close_fd(vm) {
            Ok(()) => flushed,
            Err(e) => {
                if let Err(first) = flushed {
                    e.context.set(Some(first));
                }
                Err(e)
            }
        }
    }

    /// Whether the file can seek.
    #[method(sig = "(self, /)")]
    fn seekable(&self, vm: &VirtualMachine) -> PyResult<bool> {
        self.is_seekable(vm)
    }

    /// Whether the file was opened for reading.
    #[method(sig = "(self, /)")]
    fn readable(&self, vm: &VirtualMachine) -> PyResult<bool> {
        self.check_open(vm).map(|_| self.mode.get().readable)
    }

    /// Whether the file was opened for writing.
    #[method(sig = "(self, /)")]
    fn writable(&self, vm: &VirtualMachine) -> PyResult<bool> {
        self.check_open(vm).map(|_| self.mode.get().writable)
    }

    /// The number of the descriptor.
    #[method(sig = "(self, /)")]
    fn fileno(&self, vm: &VirtualMachine) -> PyResult<i32> {
        self.check_open(vm)
    }

    /// Whether the file is a terminal.
    #[method(sig = "(self, /)")]
    fn isatty(&self, vm: &VirtualMachine) -> PyResult<bool> {
        let fd = self.check_open(vm)?;
        Ok(vm.allow_threads(|| host::terminal::is_terminal(fd)))
    }

    #[method(name = "_isatty_open_only", sig = "(self, /)")]
    fn isatty_open_only(&self, vm: &VirtualMachine) -> PyResult<bool> {
        if let Some((_, true)) = self.at_open.get() {
            return Ok(false);
        }
        self.isatty(vm)
    }

    #[method(name = "_dealloc_warn", sig = "(self, object, /)")]
    fn dealloc_warn(zelf: &Py<PyFileIO>, vm: &VirtualMachine, object: PyObject<'_>) {
        if zelf.is_open() && zelf.closefd.get() {
            warn_unclosed(vm, zelf, object);
        }
    }

    #[method(sig = "(self, /)")]
    fn __getstate__(zelf: &Py<PyFileIO>, vm: &VirtualMachine) -> PyResult {
        Err(super::no_pickling(vm, zelf.class()))
    }

    /// Whether the file has been closed
    #[getter]
    fn closed(&self) -> bool {
        !self.is_open()
    }

    /// Whether close() closes the descriptor.
    #[getter]
    fn closefd(&self) -> bool {
        self.closefd.get()
    }

    /// How the file was opened
    #[getter]
    fn mode(&self) -> &'static str {
        self.mode.get().text()
    }

    /// How much to read at a time
    #[getter(name = "_blksize")]
    fn blksize(&self) -> i64 {
        self.block_size.get()
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
}
