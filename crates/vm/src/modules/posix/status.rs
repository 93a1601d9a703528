//! `stat` and its relatives.

use super::args::{Device, DirFd, NO_DEVICE, check_combination, directory};
use crate::builtins::structseq;
use crate::modules::path::{FsPath, Path, PathOrFd};
use crate::prelude::*;
use host::files::{self, FileSystem, FileTime, Stat};

structseq::struct_sequence!(
    STAT_RESULT,
    STAT_FIELDS = "os",
    "stat_result",
    Some(
        "What stat(), lstat() and fstat() find out about a file.\n\nA tuple of ten whose items have names, and more by name only."
    ),
    10,
    [
        ("st_mode", "protection bits"),
        ("st_ino", "inode"),
        ("st_dev", "device"),
        ("st_nlink", "how many names it has"),
        ("st_uid", "user ID of owner"),
        ("st_gid", "group ID of owner"),
        ("st_size", "how many bytes it has"),
        ("", ""),
        ("", ""),
        ("", ""),
        ("st_atime", "when it was read"),
        ("st_mtime", "when it was written"),
        ("st_ctime", "when its inode was changed"),
        ("st_atime_ns", "when it was read, in nanoseconds"),
        ("st_mtime_ns", "when it was written, in nanoseconds"),
        ("st_ctime_ns", "when its inode was changed, in nanoseconds"),
        ("st_blksize", "a good size for reading and writing"),
        ("st_blocks", "how many blocks of 512 bytes it takes"),
        ("st_rdev", "which device it is")
    ],
    [(10, 7), (11, 8), (12, 9)]
);

structseq::struct_sequence!(
    STATVFS_RESULT,
    STATVFS_FIELDS = "os",
    "statvfs_result",
    Some(
        "What statvfs() and fstatvfs() find out about a file system.\n\nA tuple whose items have names."
    ),
    10,
    [
        ("f_bsize", ""),
        ("f_frsize", ""),
        ("f_blocks", ""),
        ("f_bfree", ""),
        ("f_bavail", ""),
        ("f_files", ""),
        ("f_ffree", ""),
        ("f_favail", ""),
        ("f_flag", ""),
        ("f_namemax", ""),
        ("f_fsid", "")
    ],
    []
);

fn unsigned(vm: &VirtualMachine, v: u64) -> PyObjectRef {
    vm.new_bigint(num::BigInt::from_u64(v))
}

/// A `stat_result`.
pub fn stat_result(vm: &VirtualMachine, s: &Stat) -> PyObjectRef {
    let int = |v: i64| vm.new_int(v);
    let times = [s.accessed, s.modified, s.changed];
    let mut values = vec![
        int(i64::from(s.mode)),
        unsigned(vm, s.inode),
        unsigned(vm, s.device),
        unsigned(vm, s.links),
        int(i64::from(s.uid)),
        int(i64::from(s.gid)),
        int(s.size),
    ];
    values.extend(times.iter().map(|t| int(t.seconds)));
    let float = |t: &FileTime| vm.new_float(t.seconds as f64 + 1e-9 * f64::from(t.nanoseconds));
    values.extend(times.iter().map(float));
    values.extend(times.iter().map(|t| vm.new_bigint(num::BigInt::from_i128(t.as_nanoseconds()))));
    values.extend([int(s.block_size), int(s.blocks), unsigned(vm, s.special_device)]);
    structseq::create(vm, &STAT_RESULT, &STAT_FIELDS, values)
}

fn statvfs_result(vm: &VirtualMachine, s: &FileSystem) -> PyObjectRef {
    let all = [
        s.block_size,
        s.fragment_size,
        s.blocks,
        s.blocks_free,
        s.blocks_available,
        s.files,
        s.files_free,
        s.files_available,
        s.flags,
        s.name_max,
        s.id,
    ];
    let values = all.iter().map(|v| unsigned(vm, *v)).collect();
    structseq::create(vm, &STATVFS_RESULT, &STATVFS_FIELDS, values)
}

/// The status of a path or descriptor.
pub fn stat_of(vm: &VirtualMachine, path: &FsPath, dir: i32, follow: bool) -> host::Result<Stat> {
    let name = path.c_str();
    match path.fd {
        Some(fd) => vm.allow_threads(|| files::stat_file(fd)),
        None => vm.allow_threads(|| files::stat(dir, name, follow)),
    }
}

/// What `os.path.isdir` and its like ask.
fn test(
    vm: &VirtualMachine,
    path: PyObject<'_>,
    function: &str,
    is: impl Fn(&Stat) -> bool,
    follow: bool,
) -> PyResult<bool> {
    let path = match FsPath::convert(vm, path, function, "path", true, false) {
        Ok(p) => p,
        Err(e) if vm.is_error(&e, &vm.exc().value_error) => return Ok(false),
        Err(e) => return Err(e),
    };
    Ok(stat_of(vm, &path, host::CURRENT_DIRECTORY, follow).is_ok_and(|s| is(&s)))
}

#[pymodule_part(name = "posix")]
pub mod part {
    use super::*;

    /// What the system knows about a file.
    ///
    ///   path
    ///     Text, bytes, a path object or a descriptor.
    ///   dir_fd
    ///     A descriptor of the directory that path is relative to.
    ///   follow_symlinks
    ///     If false, a symbolic link is looked at and not what it points to.
    #[function(sig = "(path, *, dir_fd=None, follow_symlinks=True)")]
    fn stat(
        vm: &VirtualMachine,
        path: PathOrFd,
        dir_fd: Option<DirFd>,
        follow_symlinks: bool,
    ) -> PyResult {
        let dir = directory(dir_fd);
        check_combination(vm, "stat", &path, dir, follow_symlinks)?;
        match stat_of(vm, &path, dir, follow_symlinks) {
            Ok(s) => Ok(stat_result(vm, &s)),
            Err(e) => Err(path.error(vm, e)),
        }
    }

    /// What the system knows about a path, or about the link that it is.
    #[function(sig = "(path, *, dir_fd=None)")]
    fn lstat(vm: &VirtualMachine, path: Path, dir_fd: Option<DirFd>) -> PyResult {
        match stat_of(vm, &path, directory(dir_fd), false) {
            Ok(s) => Ok(stat_result(vm, &s)),
            Err(e) => Err(path.error(vm, e)),
        }
    }

    /// What the system knows about an open file; as os.stat(fd).
    #[function(sig = "(fd)")]
    fn fstat(vm: &VirtualMachine, fd: i32) -> PyResult {
        let s = vm.retry_os(|| files::stat_file(fd))?;
        Ok(stat_result(vm, &s))
    }

    /// What the system knows about the file system of a path or descriptor.
    #[function(sig = "(path)")]
    fn statvfs(vm: &VirtualMachine, path: PathOrFd) -> PyResult {
        let name = path.c_str();
        let r = match path.fd {
            Some(fd) => vm.allow_threads(|| files::file_system_of(fd)),
            None => vm.allow_threads(|| files::file_system(name)),
        };
        match r {
            Ok(s) => Ok(statvfs_result(vm, &s)),
            Err(e) => Err(path.error(vm, e)),
        }
    }

    /// What the system knows about the file system of an open file; as os.statvfs(fd).
    #[function(sig = "(fd, /)")]
    fn fstatvfs(vm: &VirtualMachine, fd: i32) -> PyResult {
        let s = vm.retry_os(|| files::file_system_of(fd))?;
        Ok(statvfs_result(vm, &s))
    }

    /// Test whether a path is a directory.
    #[function(name = "_path_isdir", sig = "(s)")]
    fn path_isdir(vm: &VirtualMachine, s: PyObject<'_>) -> PyResult<bool> {
        test(vm, s, "_path_isdir", Stat::is_directory, true)
    }

    /// Test whether a path is a regular file.
    #[function(name = "_path_isfile", sig = "(path)")]
    fn path_isfile(vm: &VirtualMachine, path: PyObject<'_>) -> PyResult<bool> {
        test(vm, path, "_path_isfile", Stat::is_regular, true)
    }

    /// Test whether a path exists.  Returns False for broken symbolic links.
    #[function(name = "_path_exists", sig = "(path)")]
    fn path_exists(vm: &VirtualMachine, path: PyObject<'_>) -> PyResult<bool> {
        test(vm, path, "_path_exists", |_| true, true)
    }

    /// Test whether a path exists.  Returns True for broken symbolic links.
    #[function(name = "_path_lexists", sig = "(path)")]
    fn path_lexists(vm: &VirtualMachine, path: PyObject<'_>) -> PyResult<bool> {
        test(vm, path, "_path_lexists", |_| true, false)
    }

    /// Test whether a path is a symbolic link.
    #[function(name = "_path_islink", sig = "(path)")]
    fn path_islink(vm: &VirtualMachine, path: PyObject<'_>) -> PyResult<bool> {
        test(vm, path, "_path_islink", Stat::is_symlink, false)
    }

    /// The major part of a device number.
    #[function(sig = "(device, /)")]
    fn major(device: Device) -> i64 {
        match device.0 {
            NO_DEVICE => -1,
            device => files::device_major(device).into(),
        }
    }

    /// The minor part of a device number.
    #[function(sig = "(device, /)")]
    fn minor(device: Device) -> i64 {
        match device.0 {
            NO_DEVICE => -1,
            device => files::device_minor(device).into(),
        }
    }

    /// A device number of its two parts.
    #[function(sig = "(major, minor, /)")]
    fn makedev(vm: &VirtualMachine, major: Device, minor: Device) -> PyResult<PyObjectRef> {
        let (major, minor) = (major.part(vm)?, minor.part(vm)?);
        if major == u32::MAX && minor == u32::MAX {
            return Ok(vm.new_int(-1));
        }
        let device = files::make_device(major, minor);
        Ok(vm.new_bigint(num::BigInt::from_u64(device)))
    }
}
