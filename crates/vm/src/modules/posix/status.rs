//! `stat` and its relatives.

use super::args::{DirFd, check_combination, directory};
use crate::builtins::structseq;
use crate::modules::path::{FsPath, Path, PathOrFd};
use crate::prelude::*;
use host::files::{self, FileSystem, FileTime, Stat};

structseq::struct_sequence!(
    STAT_RESULT,
    STAT_FIELDS = "os",
    "stat_result",
    Some(
        "stat_result: Result from stat, fstat, or lstat.\n\nThis object may be accessed either as a tuple of\n  (mode, ino, dev, nlink, uid, gid, size, atime, mtime, ctime)\nor via the attributes st_mode, st_ino, st_dev, st_nlink, and so on.\n\nPosix/windows: If your platform supports st_blksize, st_blocks, st_rdev,\nor st_flags, they are available as attributes only.\n\nSee os.stat for more information."
    ),
    10,
    [
        ("st_mode", "protection bits"),
        ("st_ino", "inode"),
        ("st_dev", "device"),
        ("st_nlink", "number of hard links"),
        ("st_uid", "user ID of owner"),
        ("st_gid", "group ID of owner"),
        ("st_size", "total size, in bytes"),
        ("", ""),
        ("", ""),
        ("", ""),
        ("st_atime", "time of last access"),
        ("st_mtime", "time of last modification"),
        ("st_ctime", "time of last change"),
        ("st_atime_ns", "time of last access in nanoseconds"),
        ("st_mtime_ns", "time of last modification in nanoseconds"),
        ("st_ctime_ns", "time of last change in nanoseconds"),
        ("st_blksize", "blocksize for filesystem I/O"),
        ("st_blocks", "number of blocks allocated"),
        ("st_rdev", "device type (if inode device)")
    ],
    [(10, 7), (11, 8), (12, 9)]
);

structseq::struct_sequence!(
    STATVFS_RESULT,
    STATVFS_FIELDS = "os",
    "statvfs_result",
    Some(
        "statvfs_result: Result from statvfs or fstatvfs.\n\nThis object may be accessed either as a tuple of\n  (bsize, frsize, blocks, bfree, bavail, files, ffree, favail, flag, namemax),\nor via the attributes f_bsize, f_frsize, f_blocks, f_bfree, and so on.\n\nSee os.statvfs for more information."
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

    /// Perform a stat system call on the given path.
    ///
    ///   path
    ///     Path to be examined; can be string, bytes, a path-like object or
    ///     open-file-descriptor int.
    ///   dir_fd
    ///     If not None, it should be a file descriptor open to a directory,
    ///     and path should be a relative string; path will then be relative to
    ///     that directory.
    ///   follow_symlinks
    ///     If False, and the last element of the path is a symbolic link,
    ///     stat will examine the symbolic link itself instead of the file
    ///     the link points to.
    ///
    /// dir_fd and follow_symlinks may not be implemented
    ///   on your platform.  If they are unavailable, using them will raise a
    ///   NotImplementedError.
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

    /// Perform a stat system call on the given path, without following symbolic links.
    ///
    /// Like stat(), but do not follow symbolic links.
    /// Equivalent to stat(path, follow_symlinks=False).
    #[function(sig = "(path, *, dir_fd=None)")]
    fn lstat(vm: &VirtualMachine, path: Path, dir_fd: Option<DirFd>) -> PyResult {
        match stat_of(vm, &path, directory(dir_fd), false) {
            Ok(s) => Ok(stat_result(vm, &s)),
            Err(e) => Err(path.error(vm, e)),
        }
    }

    /// Perform a stat system call on the given file descriptor.
    ///
    /// Like stat(), but for an open file descriptor.
    /// Equivalent to os.stat(fd).
    #[function(sig = "(fd)")]
    fn fstat(vm: &VirtualMachine, fd: i32) -> PyResult {
        let s = vm.retry_os(|| files::stat_file(fd))?;
        Ok(stat_result(vm, &s))
    }

    /// Perform a statvfs system call on the given path.
    ///
    /// path may always be specified as a string.
    /// On some platforms, path may also be specified as an open file descriptor.
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

    /// Perform an fstatvfs system call on the given fd.
    ///
    /// Equivalent to statvfs(fd).
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

    /// Extracts a device major number from a raw device number.
    #[function(sig = "(device, /)")]
    fn major(device: u64) -> u32 {
        files::device_major(device)
    }

    /// Extracts a device minor number from a raw device number.
    #[function(sig = "(device, /)")]
    fn minor(device: u64) -> u32 {
        files::device_minor(device)
    }

    /// Composes a raw device number from the major and minor device numbers.
    #[function(sig = "(major, minor, /)")]
    fn makedev(major: u32, minor: u32) -> u64 {
        files::make_device(major, minor)
    }
}
