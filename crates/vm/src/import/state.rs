//! What an interpreter keeps for imports, its streams and its start: tables the binary
//! gives it, and the hooks between the command line and the machine.

use crate::compile::AstBridge;
use crate::native::ModuleDef;
use crate::prelude::*;
use std::cell::Cell;

/// What a line editor read.
pub enum Line {
    /// With its line end.
    Text(String),
    End,
    Interrupted,
}

pub type ReadLine = fn(prompt: &str) -> Line;

pub struct ImportState {
    /// Native modules beyond the boot ones, sorted by name.
    pub native: Cell<&'static [&'static ModuleDef]>,
    /// The library in the binary.
    pub library: Cell<Option<&'static dyn super::library::Library>>,
    /// `_frozen_importlib`, once it runs.
    pub importlib: PyCell<Option<PyObjectRef>>,
    /// `_frozen_importlib_external`.
    pub importlib_external: PyCell<Option<PyObjectRef>>,
    /// How syntax trees become objects, once `_ast` is there.
    pub ast: Cell<Option<AstBridge>>,
    /// `sys.stdin` and its kin have been made.
    pub streams_made: Cell<bool>,
    /// The terminal's line editor.
    pub read_line: Cell<Option<ReadLine>>,
    /// `sys.addaudithook`.
    pub audit_hooks: PyCell<Vec<PyObjectRef>>,
    /// Frozen modules that tests override: -1 never, 1 always, 0 as usual.
    pub override_frozen: Cell<i32>,
    /// How often the import lock is held (`_imp.acquire_lock`).
    pub import_lock: Cell<u32>,
}

impl ImportState {
    pub(crate) fn new() -> ImportState {
        ImportState {
            native: Cell::new(&[]),
            library: Cell::new(None),
            importlib: PyCell::new(None),
            importlib_external: PyCell::new(None),
            ast: Cell::new(None),
            streams_made: Cell::new(false),
            read_line: Cell::new(None),
            audit_hooks: PyCell::new(Vec::new()),
            override_frozen: Cell::new(0),
            import_lock: Cell::new(0),
        }
    }
}

/// Writes all bytes to a descriptor; what cannot be written is lost.
pub fn write_all(fd: i32, mut bytes: &[u8]) {
    while !bytes.is_empty() {
        match host::files::write(fd, bytes) {
            Ok(n) => bytes = &bytes[n..],
            Err(host::Errno::EINTR) => {}
            Err(_) => return,
        }
    }
}

/// A whole file.
pub fn read_file(path: &[u8]) -> host::Result<Vec<u8>> {
    let path = host::c_string(path).map_err(|_| host::Errno::EINVAL)?;
    let fd = host::files::open(host::CURRENT_DIRECTORY, &path, 0, 0)?;
    let r = read_descriptor(fd);
    // The contents are here; an error of closing changes nothing.
    let _ = host::files::close(fd);
    r
}

/// What is left to read from a descriptor.
pub fn read_descriptor(fd: i32) -> host::Result<Vec<u8>> {
    let mut out = Vec::new();
    loop {
        match host::files::read_append(fd, &mut out, 1 << 16) {
            Ok(0) => return Ok(out),
            Ok(_) | Err(host::Errno::EINTR) => {}
            Err(e) => return Err(e),
        }
    }
}
