//! `_stat`: file modes taken apart.

use crate::builtins::module::PyModule;
use crate::prelude::*;

const CONSTANTS: &[(&str, i64)] = &[
    ("SF_APPEND", 0x40000),
    ("SF_ARCHIVED", 0x10000),
    ("SF_DATALESS", 0x4000_0000),
    ("SF_FIRMLINK", 0x80_0000),
    ("SF_IMMUTABLE", 0x20000),
    ("SF_NOUNLINK", 0x10_0000),
    ("SF_SETTABLE", 0xffff_0000 & 0x3fff_0000 | 0xc000_0000),
    ("SF_SNAPSHOT", 0x20_0000),
    ("ST_ATIME", 7),
    ("ST_CTIME", 9),
    ("ST_DEV", 2),
    ("ST_GID", 5),
    ("ST_INO", 1),
    ("ST_MODE", 0),
    ("ST_MTIME", 8),
    ("ST_NLINK", 3),
    ("ST_SIZE", 6),
    ("ST_UID", 4),
    ("S_ENFMT", 0o2000),
    ("S_IEXEC", 0o100),
    ("S_IFBLK", 0o60000),
    ("S_IFCHR", 0o20000),
    ("S_IFDIR", 0o40000),
    ("S_IFDOOR", 0),
    ("S_IFIFO", 0o10000),
    ("S_IFLNK", 0o120000),
    ("S_IFPORT", 0),
    ("S_IFREG", 0o100000),
    ("S_IFSOCK", 0o140000),
    ("S_IFWHT", 0),
    ("S_IREAD", 0o400),
    ("S_IRGRP", 0o40),
    ("S_IROTH", 4),
    ("S_IRUSR", 0o400),
    ("S_IRWXG", 0o70),
    ("S_IRWXO", 7),
    ("S_IRWXU", 0o700),
    ("S_ISGID", 0o2000),
    ("S_ISUID", 0o4000),
    ("S_ISVTX", 0o1000),
    ("S_IWGRP", 0o20),
    ("S_IWOTH", 2),
    ("S_IWRITE", 0o200),
    ("S_IWUSR", 0o200),
    ("S_IXGRP", 8),
    ("S_IXOTH", 1),
    ("S_IXUSR", 0o100),
    ("UF_APPEND", 4),
    ("UF_COMPRESSED", 32),
    ("UF_DATAVAULT", 128),
    ("UF_HIDDEN", 0x8000),
    ("UF_IMMUTABLE", 2),
    ("UF_NODUMP", 1),
    ("UF_NOUNLINK", 16),
    ("UF_OPAQUE", 8),
    ("UF_SETTABLE", 0xffff),
    ("UF_TRACKED", 64),
];

fn is(mode: u32, kind: u32) -> bool {
    mode & 0o170_000 == kind
}

/// `-rwxr-xr-x`.
fn mode_text(mode: u32) -> String {
    let kind = match mode & 0o170_000 {
        0o140_000 => 's',
        0o120_000 => 'l',
        0o100_000 => '-',
        0o060_000 => 'b',
        0o040_000 => 'd',
        0o020_000 => 'c',
        0o010_000 => 'p',
        _ => '?',
    };
    let mut out = String::from(kind);
    for (shift, special, letter) in [(6, 0o4000, 's'), (3, 0o2000, 's'), (0, 0o1000, 't')] {
        let bits = mode >> shift;
        out.push(if bits & 4 != 0 { 'r' } else { '-' });
        out.push(if bits & 2 != 0 { 'w' } else { '-' });
        out.push(match (bits & 1 != 0, mode & special != 0) {
            (true, false) => 'x',
            (false, false) => '-',
            (true, true) => letter,
            (false, true) => letter.to_ascii_uppercase(),
        });
    }
    out
}

/// The constants and functions of the stat module, natively.
#[pymodule(name = "_stat")]
mod module {
    use super::*;

    #[init]
    fn exec(vm: &VirtualMachine, module: &Py<PyModule>) -> PyResult<()> {
        for (name, value) in CONSTANTS {
            module.dict().set_str(vm, &vm.intern(name), vm.new_int(*value))?;
        }
        Ok(())
    }

    /// The bits of a mode that chmod() changes.
    #[function(name = "S_IMODE", sig = "(object, /)")]
    fn s_imode(mode: u32) -> u32 {
        mode & 0o7777
    }

    /// The bits of a mode that say what kind of file it is.
    #[function(name = "S_IFMT", sig = "(object, /)")]
    fn s_ifmt(mode: u32) -> u32 {
        mode & 0o170_000
    }

    /// S_ISDIR(mode) -> bool
    ///
    /// Whether this is a directory.
    #[function(name = "S_ISDIR", sig = "(object, /)")]
    fn s_isdir(mode: u32) -> bool {
        is(mode, 0o040_000)
    }

    /// S_ISCHR(mode) -> bool
    ///
    /// Whether this is a character device.
    #[function(name = "S_ISCHR", sig = "(object, /)")]
    fn s_ischr(mode: u32) -> bool {
        is(mode, 0o020_000)
    }

    /// S_ISBLK(mode) -> bool
    ///
    /// Whether this is a block device.
    #[function(name = "S_ISBLK", sig = "(object, /)")]
    fn s_isblk(mode: u32) -> bool {
        is(mode, 0o060_000)
    }

    /// S_ISREG(mode) -> bool
    ///
    /// Whether this is a regular file.
    #[function(name = "S_ISREG", sig = "(object, /)")]
    fn s_isreg(mode: u32) -> bool {
        is(mode, 0o100_000)
    }

    /// S_ISFIFO(mode) -> bool
    ///
    /// Whether this is a named pipe.
    #[function(name = "S_ISFIFO", sig = "(object, /)")]
    fn s_isfifo(mode: u32) -> bool {
        is(mode, 0o010_000)
    }

    /// S_ISLNK(mode) -> bool
    ///
    /// Whether this is a symbolic link.
    #[function(name = "S_ISLNK", sig = "(object, /)")]
    fn s_islnk(mode: u32) -> bool {
        is(mode, 0o120_000)
    }

    /// S_ISSOCK(mode) -> bool
    ///
    /// Whether this is a socket.
    #[function(name = "S_ISSOCK", sig = "(object, /)")]
    fn s_issock(mode: u32) -> bool {
        is(mode, 0o140_000)
    }

    /// S_ISDOOR(mode) -> bool
    ///
    /// Whether this is a door.
    #[function(name = "S_ISDOOR", sig = "(object, /)")]
    fn s_isdoor(_mode: u32) -> bool {
        false
    }

    /// S_ISPORT(mode) -> bool
    ///
    /// Whether this is an event port.
    #[function(name = "S_ISPORT", sig = "(object, /)")]
    fn s_isport(_mode: u32) -> bool {
        false
    }

    /// S_ISWHT(mode) -> bool
    ///
    /// Whether this is a whiteout.
    #[function(name = "S_ISWHT", sig = "(object, /)")]
    fn s_iswht(_mode: u32) -> bool {
        false
    }

    /// A mode as ls -l shows it, such as '-rw-r--r--'
    #[function(sig = "(object, /)")]
    fn filemode(mode: u32) -> String {
        mode_text(mode)
    }
}

pub use module::MODULE;
