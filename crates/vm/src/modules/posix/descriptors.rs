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
    Some("The (columns, lines) of a terminal"),
    2,
    [("columns", "how many characters fit into a line"), ("lines", "how many lines there are")],
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

    /// Opens a file and returns its descriptor.
    ///
    /// With dir_fd, a descriptor of a directory, path is relative to it.
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

    /// Closes a descriptor.
    #[function(sig = "(fd)")]
    fn close(vm: &VirtualMachine, fd: i32) -> PyResult<()> {
        match vm.allow_threads(|| files::close(fd)) {
            Ok(()) | Err(host::Errno::EINTR) => Ok(()),
            Err(e) => Err(vm.errno_error(e)),
        }
    }

    /// Closes the descriptors from fd_low up to but not including fd_high, open or not.
    #[function(sig = "(fd_low, fd_high, /)")]
    fn closerange(vm: &VirtualMachine, fd_low: i32, fd_high: i32) {
        vm.allow_threads(|| files::close_range(fd_low, fd_high));
    }

    /// Another descriptor of the same open file.
    #[function(sig = "(fd, /)")]
    fn dup(vm: &VirtualMachine, fd: i32) -> PyResult<i32> {
        files::dup(fd).map_err(|e| vm.errno_error(e))
    }

    /// Makes fd2 a descriptor of the file open at fd.
    #[function(sig = "(fd, fd2, inheritable=True)")]
    fn dup2(vm: &VirtualMachine, fd: i32, fd2: i32, inheritable: bool) -> PyResult<i32> {
        vm.retry_os(|| files::dup2(fd, fd2, inheritable))
    }

    /// Moves the position of an open file and returns it.
    ///
    ///   fd
    ///     A descriptor.
    ///   position
    ///     How far to go.
    ///   whence
    ///     From where: SEEK_SET is the start, SEEK_CUR the position, SEEK_END the end.
    #[function(sig = "(fd, position, whence, /)")]
    fn lseek(vm: &VirtualMachine, fd: i32, position: Offset, whence: i32) -> PyResult<i64> {
        vm.allow_threads(|| files::seek(fd, position.0, whence)).map_err(|e| vm.errno_error(e))
    }

    /// Whether a descriptor is a terminal.
    #[function(sig = "(fd, /)")]
    fn isatty(vm: &VirtualMachine, fd: i32) -> bool {
        vm.allow_threads(|| terminal::is_terminal(fd))
    }

    /// A new pipe: the descriptors to read from and to write to.
    #[function(sig = "(/)")]
    fn pipe(vm: &VirtualMachine) -> PyResult {
        files::pipe().map(|p| pair(vm, p)).map_err(|e| vm.errno_error(e))
    }

    /// Create a pipe with flags set atomically.
    #[function(sig = "(flags, /)")]
    fn pipe2(vm: &VirtualMachine, flags: i32) -> PyResult {
        files::pipe2(flags).map(|p| pair(vm, p)).map_err(|e| vm.errno_error(e))
    }

    /// Waits until a file is on the disk.
    #[function(sig = "(fd)")]
    fn fsync(vm: &VirtualMachine, fd: Fd) -> PyResult<()> {
        vm.retry_os(|| files::sync_file(fd.0))
    }

    /// Waits until the data of a file is on the disk; times and the like may come later.
    #[function(sig = "(fd)")]
    fn fdatasync(vm: &VirtualMachine, fd: Fd) -> PyResult<()> {
        vm.retry_os(|| files::sync_data(fd.0))
    }

    /// Has the system write everything to disk.
    #[function(sig = "(/)")]
    fn sync(vm: &VirtualMachine) {
        vm.allow_threads(files::sync_all);
    }

    /// Makes an open file this long.
    #[function(sig = "(fd, length, /)")]
    fn ftruncate(vm: &VirtualMachine, fd: i32, length: Offset) -> PyResult<()> {
        vm.retry_os(|| files::truncate_file(fd, length.0))
    }

    /// Whether programs run by this one get the descriptor.
    #[function(sig = "(fd, /)")]
    fn get_inheritable(vm: &VirtualMachine, fd: i32) -> PyResult<bool> {
        files::is_inheritable(fd).map_err(|e| vm.errno_error(e))
    }

    /// Whether programs run by this one are to get the descriptor.
    #[function(sig = "(fd, inheritable, /)")]
    fn set_inheritable(vm: &VirtualMachine, fd: i32, inheritable: i32) -> PyResult<()> {
        files::set_inheritable(fd, inheritable != 0).map_err(|e| vm.errno_error(e))
    }

    /// Whether reading and writing may wait: O_NONBLOCK is not set.
    #[function(sig = "(fd, /)")]
    fn get_blocking(vm: &VirtualMachine, fd: i32) -> PyResult<bool> {
        files::is_blocking(fd).map_err(|e| vm.errno_error(e))
    }

    /// Has reading and writing wait (True) or not, by the flag O_NONBLOCK.
    #[function(sig = "(fd, blocking, /)")]
    fn set_blocking(vm: &VirtualMachine, fd: i32, blocking: bool) -> PyResult<()> {
        files::set_blocking(fd, blocking).map_err(|e| vm.errno_error(e))
    }

    /// Locks, unlocks or asks about part of an open file.
    #[function(sig = "(fd, command, length, /)")]
    fn lockf(vm: &VirtualMachine, fd: i32, command: i32, length: Offset) -> PyResult<()> {
        vm.retry_os(|| files::lockf(fd, command, length.0))
    }

    #[function(sig = "(name, flags=1)")]
    fn memfd_create(vm: &VirtualMachine, name: FsName, flags: u32) -> PyResult<i32> {
        files::memory_file(&name.0, flags).map_err(|e| vm.errno_error(e))
    }

    /// A descriptor that counts events.
    #[function(sig = "(initval, flags=524288)")]
    fn eventfd(vm: &VirtualMachine, initval: u32, flags: i32) -> PyResult<i32> {
        files::eventfd(initval, flags).map_err(|e| vm.errno_error(e))
    }

    /// The count of an eventfd, which this resets
    #[function(sig = "(fd)")]
    fn eventfd_read(vm: &VirtualMachine, fd: Fd) -> PyResult<u64> {
        vm.retry_os(|| files::eventfd_read(fd.0))
    }

    /// Adds to the count of an eventfd.
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

    /// The interval of a timer and what is left of it, in seconds.
    #[function(sig = "(fd, /)")]
    fn timerfd_gettime(vm: &VirtualMachine, fd: Fd) -> PyResult {
        let now = vm.retry_os(|| files::timerfd_gettime(fd.0))?;
        Ok(seconds_pair(vm, now))
    }

    /// The interval of a timer and what is left of it, in nanoseconds.
    #[function(sig = "(fd, /)")]
    fn timerfd_gettime_ns(vm: &VirtualMachine, fd: Fd) -> PyResult<(i64, i64)> {
        vm.retry_os(|| files::timerfd_gettime(fd.0))
    }

    /// How many (columns, lines) a terminal has, standard output unless told otherwise.
    ///
    /// OSError if it is no terminal.
    #[function(sig = "(fd=<unrepresentable>, /)")]
    fn get_terminal_size(vm: &VirtualMachine, fd: Option<i32>) -> PyResult {
        let (columns, lines) =
            terminal::window_size(fd.unwrap_or(1)).map_err(|e| vm.errno_error(e))?;
        let values = vec![vm.new_int(i64::from(columns)), vm.new_int(i64::from(lines))];
        Ok(structseq::create(vm, &TERMINAL_SIZE, &TERMINAL_SIZE_FIELDS, values))
    }

    /// The encoding of a terminal; None for what is no terminal.
    #[function(sig = "(fd)")]
    fn device_encoding(fd: i32) -> Option<&'static str> {
        terminal::encoding(fd)
    }

    /// The path of the terminal that is open at fd.
    #[function(sig = "(fd, /)")]
    fn ttyname(vm: &VirtualMachine, fd: i32) -> PyResult<PyRef<PyStr>> {
        let name = terminal::name(fd).map_err(|e| vm.errno_error(e))?;
        Ok(crate::modules::path::fs_decode(vm, &name))
    }

    /// The path of the terminal that controls the process.
    #[function(sig = "(/)")]
    fn ctermid(vm: &VirtualMachine) -> PyRef<PyStr> {
        crate::modules::path::fs_decode(vm, terminal::controlling_name())
    }

    /// A new terminal that a program plays.
    ///
    /// Returns the descriptors of the two ends: the program's, and the terminal's.
    #[function(sig = "(/)")]
    fn openpty(vm: &VirtualMachine) -> PyResult {
        terminal::open_pair().map(|p| pair(vm, p)).map_err(|e| vm.errno_error(e))
    }

    /// Open and return a file descriptor for a master pseudo-terminal device.
    #[function(sig = "(oflag, /)")]
    fn posix_openpt(vm: &VirtualMachine, oflag: i32) -> PyResult<i32> {
        terminal::open_master(oflag).map_err(|e| vm.errno_error(e))
    }

    /// Lets the user open the terminal of a program's end.
    #[function(sig = "(fd, /)")]
    fn grantpt(vm: &VirtualMachine, fd: Fd) -> PyResult<()> {
        terminal::grant(fd.0).map_err(|e| vm.errno_error(e))
    }

    /// Unlock a pseudo-terminal master/slave pair.
    #[function(sig = "(fd, /)")]
    fn unlockpt(vm: &VirtualMachine, fd: Fd) -> PyResult<()> {
        terminal::unlock(fd.0).map_err(|e| vm.errno_error(e))
    }

    /// The path of the terminal that a program plays from this descriptor.
    #[function(sig = "(fd, /)")]
    fn ptsname(vm: &VirtualMachine, fd: Fd) -> PyResult<PyRef<PyStr>> {
        let name = terminal::slave_name(fd.0).map_err(|e| vm.errno_error(e))?;
        Ok(crate::modules::path::fs_decode(vm, &name))
    }

    /// Makes a terminal the controlling one of a new session, and standard input and output.
    #[function(sig = "(fd, /)")]
    fn login_tty(vm: &VirtualMachine, fd: Fd) -> PyResult<()> {
        terminal::login(fd.0).map_err(|e| vm.errno_error(e))
    }

    /// The process group that has the terminal.
    #[function(sig = "(fd, /)")]
    fn tcgetpgrp(vm: &VirtualMachine, fd: i32) -> PyResult<i32> {
        terminal::foreground_group(fd).map_err(|e| vm.errno_error(e))
    }

    /// Gives the terminal to a process group.
    #[function(sig = "(fd, pgid, /)")]
    fn tcsetpgrp(vm: &VirtualMachine, fd: i32, pgid: i32) -> PyResult<()> {
        terminal::set_foreground_group(fd, pgid).map_err(|e| vm.errno_error(e))
    }
}

/// A constant of the module.
pub fn constant(name: &str) -> i32 {
    host::constants::POSIX.iter().find(|(n, _)| *n == name).map_or(0, |(_, v)| *v as i32)
}
