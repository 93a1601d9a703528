//! Opening, duplicating and controlling descriptors.

use core::ffi::CStr;

use crate::call::{call, check, done};
use crate::policy::{self, Operation};
use crate::{Errno, Result};

/// `openat`; the flags are used as given (callers add `O_CLOEXEC`).
pub fn open(directory: i32, path: &CStr, flags: i32, mode: u32) -> Result<i32> {
    policy::check(Operation::Open { path, flags })?;
    call!(openat(directory, path, flags, mode))
}

pub fn close(fd: i32) -> Result<()> {
    done!(close(fd))
}

/// Closes `low..high`, whatever is open there.
pub fn close_range(low: i32, high: i32) {
    let low = low.max(0);
    if low >= high {
        return;
    }
    let (first, last) = (i64::from(low), i64::from(high) - 1);
    if call!(syscall(libc::SYS_close_range, first, last, 0i64)).is_ok() {
        return;
    }
    for fd in low..high {
        // Not open is what most of the range is expected to be.
        let _ = close(fd);
    }
}

/// A duplicate that programs executed later do not inherit.
pub fn dup(fd: i32) -> Result<i32> {
    call!(fcntl(fd, libc::F_DUPFD_CLOEXEC, 0i32))
}

/// `dup2` by way of `dup3`, which sets the inheritance at once.
pub fn dup2(from: i32, to: i32, inheritable: bool) -> Result<i32> {
    if from == to {
        // Fails if the descriptor is not open; otherwise changes nothing, as `dup2` does.
        call!(fcntl(from, libc::F_GETFD))?;
        if !inheritable {
            set_inheritable(to, false)?;
        }
        return Ok(to);
    }
    dup3(from, to, if inheritable { 0 } else { libc::O_CLOEXEC })
}

pub fn dup3(from: i32, to: i32, flags: i32) -> Result<i32> {
    call!(dup3(from, to, flags))
}

/// The reading and the writing end.
pub fn pipe2(flags: i32) -> Result<(i32, i32)> {
    let mut ends = [0; 2];
    // SAFETY: the array has the two places the call fills.
    check(unsafe { libc::pipe2(ends.as_mut_ptr(), flags) })?;
    Ok((ends[0], ends[1]))
}

pub fn pipe() -> Result<(i32, i32)> {
    pipe2(libc::O_CLOEXEC)
}

/// `fcntl` with an integer, for commands that take one or nothing.  Commands that take an
/// address are refused: see [`fcntl_bytes`].
pub fn fcntl(fd: i32, command: i32, argument: i32) -> Result<i32> {
    if takes_record(command) {
        return Err(Errno(libc::EFAULT));
    }
    call!(fcntl(fd, command, argument))
}

/// Whether the kernel reads or writes a structure at the third argument.
fn takes_record(command: i32) -> bool {
    const F_GETOWNER_UIDS: i32 = 17;
    const RW_HINTS: core::ops::RangeInclusive<i32> = 1035..=1038;
    const OWN_EX: core::ops::RangeInclusive<i32> = 15..=16;
    matches!(command, libc::F_GETLK | libc::F_SETLK | libc::F_SETLKW)
        || matches!(command, libc::F_OFD_GETLK | libc::F_OFD_SETLK | libc::F_OFD_SETLKW)
        || command == F_GETOWNER_UIDS
        || RW_HINTS.contains(&command)
        || OWN_EX.contains(&command)
}

/// The longest argument `fcntl` and a copying `ioctl` take.
pub const CONTROL_BYTES: usize = 1024;

/// `fcntl` with a structure, which the call reads and may overwrite.
pub fn fcntl_bytes(fd: i32, command: i32, argument: &mut [u8]) -> Result<i32> {
    let mut buffer = control_buffer(argument)?;
    // SAFETY: every structure a command knows is far below the buffer's size.
    let result = check(unsafe { libc::fcntl(fd, command, buffer.0.as_mut_ptr()) })?;
    argument.copy_from_slice(&buffer.0[..argument.len()]);
    Ok(result)
}

/// `ioctl` with an integer.  A request that takes an address would make the kernel write
/// there, so a number that could be an address is passed on only for requests known to
/// take numbers; for the others it is as bad an address as any.
pub fn ioctl(fd: i32, request: u64, argument: i64) -> Result<i32> {
    // Nothing is ever mapped below; above 2^63, where -1 is, there is only the kernel.
    const FIRST_ADDRESS: i64 = 1 << 16;
    if argument >= FIRST_ADDRESS && !BY_VALUE.contains(&request) {
        return Err(Errno(libc::EFAULT));
    }
    call!(ioctl(fd, request, argument))
}

/// Requests of terminals that take a number.
const BY_VALUE: &[u64] = &[libc::TCSBRK, libc::TCXONC, libc::TCFLSH, libc::TIOCSCTTY, TCSBRKP];
const TCSBRKP: u64 = 0x5425;

/// `ioctl` with a structure, which the call reads and may overwrite.  The request may
/// announce up to 16 KB; `argument` may be shorter, and gets what it has room for.
pub fn ioctl_bytes(fd: i32, request: u64, argument: &mut [u8]) -> Result<i32> {
    const LARGEST: usize = 1 << 14;
    let size = request_size(request).unwrap_or(0).max(argument.len()).max(CONTROL_BYTES);
    let mut buffer = vec![0u64; (size + LARGEST).div_ceil(8)];
    let bytes = buffer.as_mut_ptr().cast::<u8>();
    // SAFETY: the buffer is longer than the argument, and aligned for any structure.  The
    // call writes at most the size in the request, or for requests from before sizes
    // were written down, structures of less than the 16 KB that follow.
    let result = unsafe {
        core::ptr::copy_nonoverlapping(argument.as_ptr(), bytes, argument.len());
        check(libc::ioctl(fd, request, bytes))?
    };
    // SAFETY: the first bytes of the buffer are initialised and it is longer.
    argument.copy_from_slice(unsafe { core::slice::from_raw_parts(bytes, argument.len()) });
    Ok(result)
}

/// The size in a request made by `_IOC`; `None` for older numbers without one.
fn request_size(request: u64) -> Option<usize> {
    let direction = request >> 30 & 3;
    (direction != 0).then_some((request >> 16 & 0x3fff) as usize)
}

#[repr(C, align(8))]
struct ControlBuffer([u8; CONTROL_BYTES]);

fn control_buffer(argument: &[u8]) -> Result<ControlBuffer> {
    let mut buffer = ControlBuffer([0; CONTROL_BYTES]);
    let place = buffer.0.get_mut(..argument.len()).ok_or(Errno::EINVAL)?;
    place.copy_from_slice(argument);
    Ok(buffer)
}

pub fn is_inheritable(fd: i32) -> Result<bool> {
    Ok(call!(fcntl(fd, libc::F_GETFD))? & libc::FD_CLOEXEC == 0)
}

pub fn set_inheritable(fd: i32, inheritable: bool) -> Result<()> {
    let old = call!(fcntl(fd, libc::F_GETFD))?;
    let new = if inheritable { old & !libc::FD_CLOEXEC } else { old | libc::FD_CLOEXEC };
    if new == old { Ok(()) } else { done!(fcntl(fd, libc::F_SETFD, new)) }
}

pub fn is_blocking(fd: i32) -> Result<bool> {
    Ok(call!(fcntl(fd, libc::F_GETFL))? & libc::O_NONBLOCK == 0)
}

pub fn set_blocking(fd: i32, blocking: bool) -> Result<()> {
    let old = call!(fcntl(fd, libc::F_GETFL))?;
    let new = if blocking { old & !libc::O_NONBLOCK } else { old | libc::O_NONBLOCK };
    if new == old { Ok(()) } else { done!(fcntl(fd, libc::F_SETFL, new)) }
}

/// `flock` with `LOCK_*`.
pub fn flock(fd: i32, operation: i32) -> Result<()> {
    done!(flock(fd, operation))
}

/// `lockf` with `F_LOCK`, `F_TLOCK`, `F_ULOCK` or `F_TEST`.
pub fn lockf(fd: i32, command: i32, length: i64) -> Result<()> {
    done!(lockf(fd, command, length))
}

/// A record lock on a range: `kind` is `F_RDLCK`, `F_WRLCK` or `F_UNLCK`.
pub fn record_lock(
    fd: i32,
    kind: i32,
    wait: bool,
    whence: i32,
    start: i64,
    length: i64,
) -> Result<()> {
    let lock = libc::flock {
        l_type: kind as libc::c_short,
        l_whence: whence as libc::c_short,
        l_start: start,
        l_len: length,
        l_pid: 0,
    };
    let command = if wait { libc::F_SETLKW } else { libc::F_SETLK };
    // SAFETY: the structure is complete and read only during the call.
    check(unsafe { libc::fcntl(fd, command, &raw const lock) }).map(drop)
}

/// `memfd_create`.
pub fn memory_file(name: &CStr, flags: u32) -> Result<i32> {
    call!(memfd_create(name, flags))
}

pub fn eventfd(initial: u32, flags: i32) -> Result<i32> {
    call!(eventfd(initial, flags))
}

pub fn eventfd_read(fd: i32) -> Result<u64> {
    let mut value = [0; 8];
    match super::read(fd, &mut value)? {
        8 => Ok(u64::from_ne_bytes(value)),
        _ => Err(Errno::EINVAL),
    }
}

pub fn eventfd_write(fd: i32, value: u64) -> Result<()> {
    super::write(fd, &value.to_ne_bytes()).map(drop)
}

/// A timer behind a descriptor, and its times in nanoseconds.
///
/// It is never inherited by other programs.
pub fn timerfd_create(clock: i32, flags: i32) -> Result<i32> {
    call!(timerfd_create(clock, flags | libc::TFD_CLOEXEC))
}

/// Sets value and interval; answers what they were.
pub fn timerfd_settime(fd: i32, flags: i32, value: i64, interval: i64) -> Result<(i64, i64)> {
    let new = libc::itimerspec {
        it_interval: crate::clock::timespec(interval),
        it_value: crate::clock::timespec(value),
    };
    let mut old = new;
    // SAFETY: both structures live through the call.
    check(unsafe { libc::timerfd_settime(fd, flags, &raw const new, &raw mut old) })?;
    Ok((crate::clock::nanoseconds(old.it_value), crate::clock::nanoseconds(old.it_interval)))
}

/// Remaining time and interval.
pub fn timerfd_gettime(fd: i32) -> Result<(i64, i64)> {
    let zero = crate::clock::timespec(0);
    let mut now = libc::itimerspec { it_interval: zero, it_value: zero };
    // SAFETY: the structure lives through the call.
    check(unsafe { libc::timerfd_gettime(fd, &raw mut now) })?;
    Ok((crate::clock::nanoseconds(now.it_value), crate::clock::nanoseconds(now.it_interval)))
}
