//! File descriptors: opening, closing, duplicating, flags, terminals.

use super::args::{DirFd, Offset, directory};
use crate::builtins::structseq;
use crate::modules::path::{Fd, FsName, Path};
use crate::prelude::*;
use host::files;
use host::terminal;

structseq::struct_sequence!(
    TERMINAL_SIZE,
    TERMINAL_SIZE_FIELDS = "os",
    "terminal_size",
    Some("A tuple of (columns, lines) for holding terminal window size"),
    2,
    [
        ("columns", "width of the terminal window in characters"),
        ("lines", "height of the terminal window in characters")
    ],
    []
);

fn pair(vm: &VirtualMachine, p: (i32, i32)) -> PyObjectRef {
    let ints = vec![vm.new_int(i64::from(p.0)), vm.new_int(i64::from(p.1))];
    vm.new_tuple(ints).into()
}

fn seconds_pair(vm: &VirtualMachine, p: (i64, i64)) -> PyObjectRef {
    let f = |n: i64| vm.new_float(n as f64 / 1e9);
    vm.new_tuple(vec![f(p.0), f(p.1)]).into()
}

#[pymodule_part(name = "posix")]
pub mod part {
    use super::*;

    /// Open a file for low level IO.  Returns a file descriptor (integer).
    ///
    /// If dir_fd is not None, it should be a file descriptor open to a directory,
    ///   and path should be relative; path will then be relative to that directory.
    /// dir_fd may not be implemented on your platform.
    ///   If it is unavailable, using it will raise a NotImplementedError.
    #[function(sig = "(path, flags, mode=511, *, dir_fd=None)")]
    fn open(
        vm: &VirtualMachine,
        path: Path,
        flags: i32,
        mode: i32,
        dir_fd: Option<DirFd>,
    ) -> PyResult<i32> {
        let cloexec = constant("O_CLOEXEC");
        let (dir, name) = (directory(dir_fd), path.c_str());
        vm.retry(|| files::open(dir, name, flags | cloexec, mode as u32))?
            .map_err(|e| path.error(vm, e))
    }

    /// Close a file descriptor.
    #[function(sig = "(fd)")]
    fn close(vm: &VirtualMachine, fd: i32) -> PyResult<()> {
        match vm.allow_threads(|| files::close(fd)) {
            Ok(()) | Err(host::Errno::EINTR) => Ok(()),
            Err(e) => Err(vm.errno_error(e)),
        }
    }

    /// Closes all file descriptors in [fd_low, fd_high), ignoring errors.
    #[function(sig = "(fd_low, fd_high, /)")]
    fn closerange(vm: &VirtualMachine, fd_low: i32, fd_high: i32) {
        vm.allow_threads(|| files::close_range(fd_low, fd_high));
    }

    /// Return a duplicate of a file descriptor.
    #[function(sig = "(fd, /)")]
    fn dup(vm: &VirtualMachine, fd: i32) -> PyResult<i32> {
        files::dup(fd).map_err(|e| vm.errno_error(e))
    }

    /// Duplicate file descriptor.
    #[function(sig = "(fd, fd2, inheritable=True)")]
    fn dup2(vm: &VirtualMachine, fd: i32, fd2: i32, inheritable: bool) -> PyResult<i32> {
        vm.retry_os(|| files::dup2(fd, fd2, inheritable))
    }

    /// Set the position of a file descriptor.  Return the new position.
    ///
    ///   fd
    ///     An open file descriptor, as returned by os.open().
    ///   position
    ///     Position, interpreted relative to 'whence'.
    ///   whence
    ///     The relative position to seek from. Valid values are:
    ///     - SEEK_SET: seek from the start of the file.
    ///     - SEEK_CUR: seek from the current file position.
    ///     - SEEK_END: seek from the end of the file.
    ///
    /// The return value is the number of bytes relative to the beginning of the file.
    #[function(sig = "(fd, position, whence, /)")]
    fn lseek(vm: &VirtualMachine, fd: i32, position: Offset, whence: i32) -> PyResult<i64> {
        vm.allow_threads(|| files::seek(fd, position.0, whence)).map_err(|e| vm.errno_error(e))
    }

    /// Return True if the fd is connected to a terminal.
    #[function(sig = "(fd, /)")]
    fn isatty(vm: &VirtualMachine, fd: i32) -> bool {
        vm.allow_threads(|| terminal::is_terminal(fd))
    }

    /// Create a pipe.
    ///
    /// Returns a tuple of two file descriptors:
    ///   (read_fd, write_fd)
    #[function(sig = "(/)")]
    fn pipe(vm: &VirtualMachine) -> PyResult {
        files::pipe().map(|p| pair(vm, p)).map_err(|e| vm.errno_error(e))
    }

    /// Create a pipe with flags set atomically.
    #[function(sig = "(flags, /)")]
    fn pipe2(vm: &VirtualMachine, flags: i32) -> PyResult {
        files::pipe2(flags).map(|p| pair(vm, p)).map_err(|e| vm.errno_error(e))
    }

    /// Force write of fd to disk.
    #[function(sig = "(fd)")]
    fn fsync(vm: &VirtualMachine, fd: Fd) -> PyResult<()> {
        vm.retry_os(|| files::sync_file(fd.0))
    }

    /// Force write of fd to disk without forcing update of metadata.
    #[function(sig = "(fd)")]
    fn fdatasync(vm: &VirtualMachine, fd: Fd) -> PyResult<()> {
        vm.retry_os(|| files::sync_data(fd.0))
    }

    /// Force write of everything to disk.
    #[function(sig = "(/)")]
    fn sync(vm: &VirtualMachine) {
        vm.allow_threads(files::sync_all);
    }

    /// Truncate a file, specified by file descriptor, to a specific length.
    #[function(sig = "(fd, length, /)")]
    fn ftruncate(vm: &VirtualMachine, fd: i32, length: Offset) -> PyResult<()> {
        vm.retry_os(|| files::truncate_file(fd, length.0))
    }

    /// Get the close-on-exe flag of the specified file descriptor.
    #[function(sig = "(fd, /)")]
    fn get_inheritable(vm: &VirtualMachine, fd: i32) -> PyResult<bool> {
        files::is_inheritable(fd).map_err(|e| vm.errno_error(e))
    }

    /// Set the inheritable flag of the specified file descriptor.
    #[function(sig = "(fd, inheritable, /)")]
    fn set_inheritable(vm: &VirtualMachine, fd: i32, inheritable: i32) -> PyResult<()> {
        files::set_inheritable(fd, inheritable != 0).map_err(|e| vm.errno_error(e))
    }

    /// Get the blocking mode of the file descriptor.
    ///
    /// Return False if the O_NONBLOCK flag is set, True if the flag is cleared.
    #[function(sig = "(fd, /)")]
    fn get_blocking(vm: &VirtualMachine, fd: i32) -> PyResult<bool> {
        files::is_blocking(fd).map_err(|e| vm.errno_error(e))
    }

    /// Set the blocking mode of the specified file descriptor.
    ///
    /// Set the O_NONBLOCK flag if blocking is False,
    /// clear the O_NONBLOCK flag otherwise.
    #[function(sig = "(fd, blocking, /)")]
    fn set_blocking(vm: &VirtualMachine, fd: i32, blocking: bool) -> PyResult<()> {
        files::set_blocking(fd, blocking).map_err(|e| vm.errno_error(e))
    }

    /// Apply, test or remove a POSIX lock on an open file descriptor.
    #[function(sig = "(fd, command, length, /)")]
    fn lockf(vm: &VirtualMachine, fd: i32, command: i32, length: Offset) -> PyResult<()> {
        vm.retry_os(|| files::lockf(fd, command, length.0))
    }

    #[function(sig = "(name, flags=1)")]
    fn memfd_create(vm: &VirtualMachine, name: FsName, flags: u32) -> PyResult<i32> {
        files::memory_file(&name.0, flags).map_err(|e| vm.errno_error(e))
    }

    /// Creates and returns an event notification file descriptor.
    #[function(sig = "(initval, flags=524288)")]
    fn eventfd(vm: &VirtualMachine, initval: u32, flags: i32) -> PyResult<i32> {
        files::eventfd(initval, flags).map_err(|e| vm.errno_error(e))
    }

    /// Read eventfd value
    #[function(sig = "(fd)")]
    fn eventfd_read(vm: &VirtualMachine, fd: Fd) -> PyResult<u64> {
        vm.retry_os(|| files::eventfd_read(fd.0))
    }

    /// Write eventfd value.
    #[function(sig = "(fd, value)")]
    fn eventfd_write(vm: &VirtualMachine, fd: Fd, value: u64) -> PyResult<()> {
        vm.retry_os(|| files::eventfd_write(fd.0, value))
    }

    /// Create and return a timer file descriptor.
    #[function(sig = "(clockid, /, *, flags=524288)")]
    fn timerfd_create(vm: &VirtualMachine, clockid: i32, flags: i32) -> PyResult<i32> {
        files::timerfd_create(clockid, flags).map_err(|e| vm.errno_error(e))
    }

    /// Alter a timer file descriptor's internal timer in seconds.
    #[function(sig = "(fd, /, *, flags=0, initial=0.0, interval=0.0)")]
    fn timerfd_settime(
        vm: &VirtualMachine,
        fd: Fd,
        flags: i32,
        initial: Option<PyObject<'_>>,
        interval: Option<PyObject<'_>>,
    ) -> PyResult {
        use crate::modules::time::{Round, duration};
        let get = |o: Option<PyObject<'_>>| o.map_or(Ok(0), |o| duration(vm, o, Round::Floor));
        let (value, interval) = (get(initial)?, get(interval)?);
        let old = vm.retry_os(|| files::timerfd_settime(fd.0, flags, value, interval))?;
        Ok(seconds_pair(vm, old))
    }

    /// Alter a timer file descriptor's internal timer in nanoseconds.
    #[function(sig = "(fd, /, *, flags=0, initial=0, interval=0)")]
    fn timerfd_settime_ns(
        vm: &VirtualMachine,
        fd: Fd,
        flags: i32,
        initial: i64,
        interval: i64,
    ) -> PyResult<(i64, i64)> {
        vm.retry_os(|| files::timerfd_settime(fd.0, flags, initial, interval))
    }

    /// Return a tuple of a timer file descriptor's (interval, next expiration) in float seconds.
    #[function(sig = "(fd, /)")]
    fn timerfd_gettime(vm: &VirtualMachine, fd: Fd) -> PyResult {
        let now = vm.retry_os(|| files::timerfd_gettime(fd.0))?;
        Ok(seconds_pair(vm, now))
    }

    /// Return a tuple of a timer file descriptor's (interval, next expiration) in nanoseconds.
    #[function(sig = "(fd, /)")]
    fn timerfd_gettime_ns(vm: &VirtualMachine, fd: Fd) -> PyResult<(i64, i64)> {
        vm.retry_os(|| files::timerfd_gettime(fd.0))
    }

    /// Return the size of the terminal window as (columns, lines).
    ///
    /// The optional argument fd (default standard output) specifies
    /// which file descriptor should be queried.
    ///
    /// If the file descriptor is not connected to a terminal, an OSError
    /// is thrown.
    #[function(sig = "(fd=<unrepresentable>, /)")]
    fn get_terminal_size(vm: &VirtualMachine, fd: Option<i32>) -> PyResult {
        let (columns, lines) =
            terminal::window_size(fd.unwrap_or(1)).map_err(|e| vm.errno_error(e))?;
        let values = vec![vm.new_int(i64::from(columns)), vm.new_int(i64::from(lines))];
        Ok(structseq::create(vm, &TERMINAL_SIZE, &TERMINAL_SIZE_FIELDS, values))
    }

    /// Return a string describing the encoding of a terminal's file descriptor.
    ///
    /// The file descriptor must be attached to a terminal.
    /// If the device is not a terminal, return None.
    #[function(sig = "(fd)")]
    fn device_encoding(fd: i32) -> Option<&'static str> {
        terminal::encoding(fd)
    }

    /// Return the name of the terminal device connected to 'fd'.
    #[function(sig = "(fd, /)")]
    fn ttyname(vm: &VirtualMachine, fd: i32) -> PyResult<PyRef<PyStr>> {
        let name = terminal::name(fd).map_err(|e| vm.errno_error(e))?;
        Ok(crate::modules::path::fs_decode(vm, &name))
    }

    /// Return the name of the controlling terminal for this process.
    #[function(sig = "(/)")]
    fn ctermid(vm: &VirtualMachine) -> PyRef<PyStr> {
        crate::modules::path::fs_decode(vm, terminal::controlling_name())
    }

    /// Open a pseudo-terminal.
    ///
    /// Return a tuple of (master_fd, slave_fd) containing open file descriptors
    /// for both the master and slave ends.
    #[function(sig = "(/)")]
    fn openpty(vm: &VirtualMachine) -> PyResult {
        terminal::open_pair().map(|p| pair(vm, p)).map_err(|e| vm.errno_error(e))
    }

    /// Open and return a file descriptor for a master pseudo-terminal device.
    #[function(sig = "(oflag, /)")]
    fn posix_openpt(vm: &VirtualMachine, oflag: i32) -> PyResult<i32> {
        terminal::open_master(oflag).map_err(|e| vm.errno_error(e))
    }

    /// Grant access to the slave pseudo-terminal device.
    #[function(sig = "(fd, /)")]
    fn grantpt(vm: &VirtualMachine, fd: Fd) -> PyResult<()> {
        terminal::grant(fd.0).map_err(|e| vm.errno_error(e))
    }

    /// Unlock a pseudo-terminal master/slave pair.
    #[function(sig = "(fd, /)")]
    fn unlockpt(vm: &VirtualMachine, fd: Fd) -> PyResult<()> {
        terminal::unlock(fd.0).map_err(|e| vm.errno_error(e))
    }

    /// Return the name of the slave pseudo-terminal device.
    #[function(sig = "(fd, /)")]
    fn ptsname(vm: &VirtualMachine, fd: Fd) -> PyResult<PyRef<PyStr>> {
        let name = terminal::slave_name(fd.0).map_err(|e| vm.errno_error(e))?;
        Ok(crate::modules::path::fs_decode(vm, &name))
    }

    /// Prepare the tty of which fd is a file descriptor for a new login session.
    #[function(sig = "(fd, /)")]
    fn login_tty(vm: &VirtualMachine, fd: Fd) -> PyResult<()> {
        terminal::login(fd.0).map_err(|e| vm.errno_error(e))
    }

    /// Return the process group associated with the terminal specified by fd.
    #[function(sig = "(fd, /)")]
    fn tcgetpgrp(vm: &VirtualMachine, fd: i32) -> PyResult<i32> {
        terminal::foreground_group(fd).map_err(|e| vm.errno_error(e))
    }

    /// Set the process group associated with the terminal specified by fd.
    #[function(sig = "(fd, pgid, /)")]
    fn tcsetpgrp(vm: &VirtualMachine, fd: i32, pgid: i32) -> PyResult<()> {
        terminal::set_foreground_group(fd, pgid).map_err(|e| vm.errno_error(e))
    }
}

/// A constant of the module.
pub fn constant(name: &str) -> i32 {
    host::constants::POSIX.iter().find(|(n, _)| *n == name).map_or(0, |(_, v)| *v as i32)
}
