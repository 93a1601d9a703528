//! Names in the file system: making, renaming, removing, linking, owning.

use super::args::{DirFd, Id, Offset, check_combination, directory};
use crate::builtins::int::IntView;
use crate::modules::path::{FsPath, Path, PathArg, PathOrFd};
use crate::prelude::*;
use host::files::{self, FileTime, Stamp, Subject};
use host::{Errno, Result as HostResult};

/// Runs a call on a name, without the lock; its error names the path.
fn on(
    vm: &VirtualMachine,
    path: &FsPath,
    call: impl FnMut(&std::ffi::CStr) -> HostResult<()> + Send,
) -> PyResult<()> {
    let name = path.c_str();
    let mut call = call;
    vm.retry(|| call(name))?.map_err(|e| path.error(vm, e))
}

fn two(
    vm: &VirtualMachine,
    from: &FsPath,
    to: &FsPath,
    call: impl Fn(&std::ffi::CStr, &std::ffi::CStr) -> HostResult<()> + Send + Sync,
) -> PyResult<()> {
    let (a, b) = (from.c_str(), to.c_str());
    vm.retry(|| call(a, b))?
        .map_err(|e| vm.os_error_on_two(e, from.object.as_object(), to.object.as_object()))
}

/// A `(seconds, seconds)` or nanoseconds item as a time stamp.
fn stamp(vm: &VirtualMachine, o: PyObject<'_>, nanoseconds: bool) -> PyResult<Stamp> {
    let n: i128 = if nanoseconds {
        match o.int_view() {
            Some(IntView::Small(v)) => i128::from(v),
            Some(IntView::Big(b)) => b
                .to_i128()
                .ok_or_else(|| vm.overflow_error("Python int too large to convert to C long"))?,
            None => i128::from(vm.to_i64(o)?),
        }
    } else if let Some(f) = o.float_view() {
        if f.is_nan() {
            return Err(vm.value_error("Invalid value NaN (not a number)"));
        }
        let whole = f.floor();
        if !(-9.2e18..9.2e18).contains(&whole) {
            return Err(vm.overflow_error("timestamp out of range for platform time_t"));
        }
        whole as i128 * 1_000_000_000 + ((f - whole) * 1e9).floor() as i128
    } else {
        i128::from(vm.to_i64(o)?) * 1_000_000_000
    };
    let seconds = i64::try_from(n.div_euclid(1_000_000_000))
        .map_err(|_| vm.overflow_error("timestamp out of range for platform time_t"))?;
    let nanoseconds = n.rem_euclid(1_000_000_000) as u32;
    Ok(Stamp::At(FileTime { seconds, nanoseconds }))
}

fn subject<'a>(
    vm: &VirtualMachine,
    function: &str,
    path: &'a FsPath,
    follow: bool,
) -> PyResult<Subject<'a>> {
    check_combination(vm, function, path, host::CURRENT_DIRECTORY, follow)?;
    Ok(match path.fd {
        Some(fd) => Subject::File(fd),
        None if follow => Subject::Path(path.c_str()),
        None => Subject::Link(path.c_str()),
    })
}

#[pymodule_part(name = "posix")]
pub mod part {
    use super::*;

    /// Create a directory.
    #[function(sig = "(path, mode=511, *, dir_fd=None)")]
    fn mkdir(vm: &VirtualMachine, path: Path, mode: i32, dir_fd: Option<DirFd>) -> PyResult<()> {
        let dir = directory(dir_fd);
        on(vm, &path, |p| files::make_directory(dir, p, mode as u32))
    }

    /// Remove a directory.
    #[function(sig = "(path, *, dir_fd=None)")]
    fn rmdir(vm: &VirtualMachine, path: Path, dir_fd: Option<DirFd>) -> PyResult<()> {
        let dir = directory(dir_fd);
        on(vm, &path, |p| files::remove_directory(dir, p))
    }

    /// Remove a file (same as remove()).
    #[function(sig = "(path, *, dir_fd=None)")]
    fn unlink(vm: &VirtualMachine, path: Path, dir_fd: Option<DirFd>) -> PyResult<()> {
        let dir = directory(dir_fd);
        on(vm, &path, |p| files::unlink(dir, p))
    }

    /// Remove a file (same as unlink()).
    #[function(sig = "(path, *, dir_fd=None)")]
    fn remove(vm: &VirtualMachine, path: Path, dir_fd: Option<DirFd>) -> PyResult<()> {
        let dir = directory(dir_fd);
        on(vm, &path, |p| files::unlink(dir, p))
    }

    /// Rename a file or directory.
    #[function(sig = "(src, dst, *, src_dir_fd=None, dst_dir_fd=None)")]
    fn rename(
        vm: &VirtualMachine,
        src: Path,
        dst: Path,
        src_dir_fd: Option<DirFd>,
        dst_dir_fd: Option<DirFd>,
    ) -> PyResult<()> {
        let (a, b) = (directory(src_dir_fd), directory(dst_dir_fd));
        two(vm, &src, &dst, |s, d| files::rename(a, s, b, d))
    }

    /// Rename a file or directory, overwriting the destination.
    #[function(sig = "(src, dst, *, src_dir_fd=None, dst_dir_fd=None)")]
    fn replace(
        vm: &VirtualMachine,
        src: Path,
        dst: Path,
        src_dir_fd: Option<DirFd>,
        dst_dir_fd: Option<DirFd>,
    ) -> PyResult<()> {
        let (a, b) = (directory(src_dir_fd), directory(dst_dir_fd));
        two(vm, &src, &dst, |s, d| files::rename(a, s, b, d))
    }

    /// Create a hard link to a file.
    #[function(sig = "(src, dst, *, src_dir_fd=None, dst_dir_fd=None, follow_symlinks=True)")]
    fn link(
        vm: &VirtualMachine,
        src: Path,
        dst: Path,
        src_dir_fd: Option<DirFd>,
        dst_dir_fd: Option<DirFd>,
        follow_symlinks: bool,
    ) -> PyResult<()> {
        let (a, b) = (directory(src_dir_fd), directory(dst_dir_fd));
        two(vm, &src, &dst, |s, d| files::link(a, s, b, d, follow_symlinks))
    }

    /// Create a symbolic link pointing to src named dst.
    #[function(sig = "(src, dst, target_is_directory=False, *, dir_fd=None)")]
    fn symlink(
        vm: &VirtualMachine,
        src: Path,
        dst: Path,
        _target_is_directory: bool,
        dir_fd: Option<DirFd>,
    ) -> PyResult<()> {
        let dir = directory(dir_fd);
        two(vm, &src, &dst, |s, d| files::symlink(s, dir, d))
    }

    /// Return a string representing the path to which the symbolic link points.
    #[function(sig = "(path, *, dir_fd=None)")]
    fn readlink(vm: &VirtualMachine, path: Path, dir_fd: Option<DirFd>) -> PyResult {
        let (dir, name) = (directory(dir_fd), path.c_str());
        match vm.allow_threads(|| files::read_link(dir, name)) {
            Ok(target) => Ok(path.name_object(vm, &target)),
            Err(e) => Err(path.error(vm, e)),
        }
    }

    /// Create a "fifo" (a POSIX named pipe).
    #[function(sig = "(path, mode=438, *, dir_fd=None)")]
    fn mkfifo(vm: &VirtualMachine, path: Path, mode: i32, dir_fd: Option<DirFd>) -> PyResult<()> {
        let dir = directory(dir_fd);
        on(vm, &path, |p| files::make_fifo(dir, p, mode as u32))
    }

    /// Create a node in the file system.
    #[function(sig = "(path, mode=384, device=0, *, dir_fd=None)")]
    fn mknod(
        vm: &VirtualMachine,
        path: Path,
        mode: i32,
        device: u64,
        dir_fd: Option<DirFd>,
    ) -> PyResult<()> {
        let dir = directory(dir_fd);
        on(vm, &path, |p| files::make_node(dir, p, mode as u32, device))
    }

    /// Use the real uid/gid to test for access to a path.
    #[function(sig = "(path, mode, *, dir_fd=None, effective_ids=False, follow_symlinks=True)")]
    fn access(
        vm: &VirtualMachine,
        path: Path,
        mode: i32,
        dir_fd: Option<DirFd>,
        effective_ids: bool,
        follow_symlinks: bool,
    ) -> bool {
        let (dir, name) = (directory(dir_fd), path.c_str());
        vm.allow_threads(|| files::access(dir, name, mode, effective_ids, follow_symlinks))
    }

    /// Change the access permissions of a file.
    #[function(sig = "(path, mode, *, dir_fd=None, follow_symlinks=True)")]
    fn chmod(
        vm: &VirtualMachine,
        path: PathOrFd,
        mode: i32,
        dir_fd: Option<DirFd>,
        follow_symlinks: bool,
    ) -> PyResult<()> {
        let dir = directory(dir_fd);
        check_combination(vm, "chmod", &path, dir, follow_symlinks)?;
        let fd = path.fd;
        on(vm, &path, |p| match fd {
            Some(fd) => files::change_file_mode(fd, mode as u32),
            None => files::change_mode(dir, p, mode as u32, follow_symlinks),
        })
    }

    /// Change the access permissions of the file given by file descriptor fd.
    #[function(sig = "(fd, mode)")]
    fn fchmod(vm: &VirtualMachine, fd: i32, mode: i32) -> PyResult<()> {
        vm.retry_os(|| files::change_file_mode(fd, mode as u32))
    }

    /// Change the owner and group id of path to the numeric uid and gid.
    #[function(sig = "(path, uid, gid, *, dir_fd=None, follow_symlinks=True)")]
    fn chown(
        vm: &VirtualMachine,
        path: PathOrFd,
        uid: Id,
        gid: Id,
        dir_fd: Option<DirFd>,
        follow_symlinks: bool,
    ) -> PyResult<()> {
        let dir = directory(dir_fd);
        check_combination(vm, "chown", &path, dir, follow_symlinks)?;
        let fd = path.fd;
        on(vm, &path, |p| match fd {
            Some(fd) => files::change_file_owner(fd, uid.0, gid.0),
            None => files::change_owner(dir, p, uid.0, gid.0, follow_symlinks),
        })
    }

    /// Changes who owns a path, which may be a symbolic link; -1 leaves a number as it is.
    #[function(sig = "(path, uid, gid)")]
    fn lchown(vm: &VirtualMachine, path: Path, uid: Id, gid: Id) -> PyResult<()> {
        on(vm, &path, |p| files::change_owner(host::CURRENT_DIRECTORY, p, uid.0, gid.0, false))
    }

    /// Changes who owns an open file; -1 leaves a number as it is.
    #[function(sig = "(fd, uid, gid)")]
    fn fchown(vm: &VirtualMachine, fd: i32, uid: Id, gid: Id) -> PyResult<()> {
        vm.retry_os(|| files::change_file_owner(fd, uid.0, gid.0))
    }

    /// Set the access and modified time of path.
    #[function(
        sig = "(path, times=None, *, ns=<unrepresentable>, dir_fd=None, follow_symlinks=True)"
    )]
    fn utime(
        vm: &VirtualMachine,
        path: PathOrFd,
        times: Option<PyObject<'_>>,
        ns: Option<PyObject<'_>>,
        dir_fd: Option<DirFd>,
        follow_symlinks: bool,
    ) -> PyResult<()> {
        let dir = directory(dir_fd);
        let times = times.filter(|t| !t.is_none());
        if times.is_some() && ns.is_some() {
            return Err(
                vm.value_error("utime: you may specify either 'times' or 'ns' but not both")
            );
        }
        let pair = |o: PyObject<'_>, ns: bool| -> PyResult<(Stamp, Stamp)> {
            let which = if ns { "'ns' must be" } else { "'times' must be either" };
            let tail = if ns { "" } else { " or None" };
            let wrong = || vm.type_error(format!("utime: {which} a tuple of two ints{tail}"));
            let t = o.downcast::<PyTuple>().ok_or_else(wrong)?;
            let [a, m] = t.as_slice() else { return Err(wrong()) };
            Ok((stamp(vm, a.as_object(), ns)?, stamp(vm, m.as_object(), ns)?))
        };
        let (accessed, modified) = match (times, ns) {
            (Some(t), _) => pair(t, false)?,
            (None, Some(n)) => pair(n, true)?,
            (None, None) => (Stamp::Now, Stamp::Now),
        };
        check_combination(vm, "utime", &path, dir, follow_symlinks)?;
        let fd = path.fd;
        on(vm, &path, |p| match fd {
            Some(fd) => files::set_file_times(fd, accessed, modified),
            None => files::set_times(dir, p, accessed, modified, follow_symlinks),
        })
    }

    /// Makes a file, given by path or descriptor, this long.
    #[function(sig = "(path, length)")]
    fn truncate(vm: &VirtualMachine, path: PathOrFd, length: Offset) -> PyResult<()> {
        let fd = path.fd;
        on(vm, &path, |p| match fd {
            Some(fd) => files::truncate_file(fd, length.0),
            None => files::truncate(p, length.0),
        })
    }

    /// Sets which permissions new files lack; returns the mask before.
    #[function(sig = "(mask, /)")]
    fn umask(mask: i32) -> u32 {
        files::umask(mask as u32)
    }

    /// Changes the current directory, to a path or an open directory.
    #[function(sig = "(path)")]
    fn chdir(vm: &VirtualMachine, path: PathOrFd) -> PyResult<()> {
        let fd = path.fd;
        on(vm, &path, |p| match fd {
            Some(fd) => files::change_directory_to(fd),
            None => files::change_directory(p),
        })
    }

    /// Changes the current directory to an open one.
    #[function(sig = "(fd)")]
    fn fchdir(vm: &VirtualMachine, fd: crate::modules::path::Fd) -> PyResult<()> {
        vm.retry_os(|| files::change_directory_to(fd.0))
    }

    /// Makes a directory the root of this process.
    #[function(sig = "(path)")]
    fn chroot(vm: &VirtualMachine, path: Path) -> PyResult<()> {
        on(vm, &path, files::change_root)
    }

    /// The current directory, as text.
    #[function(sig = "(/)")]
    fn getcwd(vm: &VirtualMachine) -> PyResult<PyRef<PyStr>> {
        let dir = files::current_directory().map_err(|e| vm.errno_error(e))?;
        Ok(crate::modules::path::fs_decode(vm, &dir))
    }

    /// The current directory, as bytes.
    #[function(sig = "(/)")]
    fn getcwdb(vm: &VirtualMachine) -> PyResult {
        let dir = files::current_directory().map_err(|e| vm.errno_error(e))?;
        Ok(vm.new_bytes(&dir).into())
    }

    /// Return the value of extended attribute attribute on path.
    #[function(sig = "(path, attribute, *, follow_symlinks=True)")]
    fn getxattr(
        vm: &VirtualMachine,
        path: PathOrFd,
        attribute: Path,
        follow_symlinks: bool,
    ) -> PyResult {
        let s = subject(vm, "getxattr", &path, follow_symlinks)?;
        let name = attribute.c_str();
        match vm.allow_threads(|| files::get_attribute(s, name)) {
            Ok(v) => Ok(vm.new_bytes(&v).into()),
            Err(e) => Err(path.error(vm, e)),
        }
    }

    /// Set extended attribute attribute on path to value.
    #[function(sig = "(path, attribute, value, flags=0, *, follow_symlinks=True)")]
    fn setxattr(
        vm: &VirtualMachine,
        path: PathOrFd,
        attribute: Path,
        value: crate::modules::buffers::BytesLike,
        flags: i32,
        follow_symlinks: bool,
    ) -> PyResult<()> {
        let s = subject(vm, "setxattr", &path, follow_symlinks)?;
        let (name, value) = (attribute.c_str(), value.as_bytes());
        vm.allow_threads(|| files::set_attribute(s, name, value, flags))
            .map_err(|e| path.error(vm, e))
    }

    /// Remove extended attribute attribute on path.
    #[function(sig = "(path, attribute, *, follow_symlinks=True)")]
    fn removexattr(
        vm: &VirtualMachine,
        path: PathOrFd,
        attribute: Path,
        follow_symlinks: bool,
    ) -> PyResult<()> {
        let s = subject(vm, "removexattr", &path, follow_symlinks)?;
        let name = attribute.c_str();
        vm.allow_threads(|| files::remove_attribute(s, name)).map_err(|e| path.error(vm, e))
    }

    /// Return a list of extended attributes on path.
    ///
    /// If path is None, listxattr will examine the current directory.
    #[function(sig = "(path=None, *, follow_symlinks=True)")]
    fn listxattr(
        vm: &VirtualMachine,
        path: Option<PathArg<true, true>>,
        follow_symlinks: bool,
    ) -> PyResult {
        let path = match path {
            Some(p) => p.0,
            None => FsPath::convert(vm, PyObject::none(), "listxattr", "path", true, true)?,
        };
        let s = subject(vm, "listxattr", &path, follow_symlinks)?;
        match vm.allow_threads(|| files::list_attributes(s)) {
            Ok(names) => {
                let names = names.iter().map(|n| crate::modules::path::fs_decode(vm, n).into());
                Ok(vm.new_list(names.collect()).into())
            }
            Err(Errno(e)) => Err(path.error(vm, Errno(e))),
        }
    }
}
