//! What an interpreter keeps for imports, its streams and its start: tables the binary
//! gives it, and the hooks between the command line and the machine.

use crate::builtins::module::PyModule;
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
    /// As above, of the check that extensions fit several interpreters.
    pub override_extension_check: Cell<i32>,
    /// The `builtins` and `sys` modules.
    pub core: PyCell<Vec<PyRef<PyModule>>>,
    /// `sys.getdlopenflags()`.
    pub dlopen_flags: Cell<i32>,
    /// The interpreter is shutting down.
    pub finalizing: Cell<bool>,
    /// Code without a file that `linecache` has not been told of.
    pub sources: super::sources::Sources,
    /// How often the import lock is held (`_imp.acquire_lock`).
    pub import_lock: Cell<u32>,
    /// `-X importtime`.
    pub times: super::times::ImportTimes,
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
            override_extension_check: Cell::new(0),
            core: PyCell::new(Vec::new()),
            dlopen_flags: Cell::new(2),
            finalizing: Cell::new(false),
            sources: PyCell::new(Vec::new()),
            import_lock: Cell::new(0),
            times: super::times::ImportTimes::default(),
        }
    }
}

impl ImportState {
    /// `sys` or `builtins`, whatever `sys.modules` says.
    pub fn core_module(&self, name: &str) -> Option<PyObjectRef> {
        self.core.with(|c| {
            let found = c.iter().find(|m| m.def().is_some_and(|d| d.name == name))?;
            Some(found.clone().into())
        })
    }

    pub fn is_core(&self, m: &Py<PyModule>) -> bool {
        self.core.with(|c| c.iter().any(|k| k.is(m)))
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
