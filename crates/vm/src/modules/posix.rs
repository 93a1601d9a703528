//! `posix`: the operating system as `os` shows it.  CPython's counterpart: `posixmodule.c`.
//!
//! One file per topic; each is a part of the module.  Paths come as [`super::path::FsPath`],
//! calls that may block or be interrupted go through `vm.retry`.

mod args;
mod descriptors;
mod files;
mod identity;
mod machine;
mod names;
pub mod process;
mod scandir;
mod spawn;
mod status;
mod text;

pub use args::{DirFd, Id};
pub use process::{AtFork, after_fork, before_fork};

use crate::builtins::module::PyModule;
use crate::prelude::*;

/// What the C library offers, by the names that `os` looks for.
const HAVE: &[&str] = &[
    "HAVE_EVENTFD",
    "HAVE_TIMERFD_CREATE",
    "HAVE_FACCESSAT",
    "HAVE_FCHDIR",
    "HAVE_FCHMOD",
    "HAVE_FCHMODAT",
    "HAVE_FCHOWN",
    "HAVE_FCHOWNAT",
    "HAVE_FEXECVE",
    "HAVE_FDOPENDIR",
    "HAVE_FPATHCONF",
    "HAVE_FSTATAT",
    "HAVE_FSTATVFS",
    "HAVE_FTRUNCATE",
    "HAVE_FUTIMENS",
    "HAVE_LINKAT",
    "HAVE_LCHOWN",
    "HAVE_LSTAT",
    "HAVE_LUTIMES",
    "HAVE_MEMFD_CREATE",
    "HAVE_MKDIRAT",
    "HAVE_MKFIFOAT",
    "HAVE_MKNODAT",
    "HAVE_OPENAT",
    "HAVE_READLINKAT",
    "HAVE_RENAMEAT",
    "HAVE_SYMLINKAT",
    "HAVE_UNLINKAT",
    "HAVE_UTIMENSAT",
];

/// The system calls of POSIX; 'os' is the interface to them.
#[pymodule(
    name = "posix",
    types(scandir::PyDirEntry),
    specs(
        status::STAT_RESULT,
        status::STATVFS_RESULT,
        descriptors::TERMINAL_SIZE,
        machine::UNAME_RESULT,
        machine::TIMES_RESULT,
        machine::SCHED_PARAM,
        process::WAITID_RESULT
    ),
    parts(
        super::descriptors::part::PART,
        super::files::part::PART,
        super::identity::part::PART,
        super::machine::part::PART,
        super::names::part::PART,
        super::process::part::PART,
        super::scandir::part::PART,
        super::spawn::part::PART,
        super::status::part::PART,
        super::text::part::PART
    )
)]
mod module {
    use super::*;

    #[init]
    fn exec(vm: &VirtualMachine, module: &Py<PyModule>) -> PyResult<()> {
        let dict = module.dict();
        for (name, value) in host::constants::POSIX {
            dict.set_str(vm, &vm.intern(name), vm.new_int(*value))?;
        }
        for (name, table) in [
            ("sysconf_names", host::process::SYSCONF),
            ("confstr_names", host::process::CONFSTR),
            ("pathconf_names", host::process::PATHCONF),
        ] {
            let names = vm.new_dict();
            for (key, value) in table {
                names.set_str(vm, &vm.intern(key), vm.new_int(i64::from(*value)))?;
            }
            dict.set_str(vm, &vm.intern(name), names.into())?;
        }
        let have = HAVE.iter().map(|n| vm.new_str(n).into()).collect();
        dict.set_str(vm, &vm.intern("_have_functions"), vm.new_list(have).into())?;
        dict.set_str(vm, &vm.intern("error"), vm.exc().os_error.clone().into())?;
        dict.set_str(vm, &vm.intern("environ"), super::process::environment(vm)?.into())
    }
}

pub use module::MODULE;
