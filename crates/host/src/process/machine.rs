//! The system's name, configuration, load and processors.

use core::ffi::{CStr, c_char};
use core::mem::MaybeUninit;

use crate::call::{call, check, done, value};
use crate::{Errno, Result};

/// `uname`: system, node, release, version, machine.
pub fn uname() -> Result<[Vec<u8>; 5]> {
    let mut raw = MaybeUninit::<libc::utsname>::zeroed();
    // SAFETY: the call fills the structure with C strings.
    let raw = unsafe {
        check(libc::uname(raw.as_mut_ptr()))?;
        raw.assume_init()
    };
    let text = |field: &[c_char]| {
        field.iter().take_while(|&&c| c != 0).map(|&c| c as u8).collect::<Vec<u8>>()
    };
    Ok([
        text(&raw.sysname),
        text(&raw.nodename),
        text(&raw.release),
        text(&raw.version),
        text(&raw.machine),
    ])
}

/// A limit, or -1 where there is none.
pub fn sysconf(name: i32) -> Result<i64> {
    Errno(0).set_last();
    configured(value!(sysconf(name)))
}

pub fn pathconf(path: &CStr, name: i32) -> Result<i64> {
    Errno(0).set_last();
    configured(value!(pathconf(path, name)))
}

pub fn pathconf_of(fd: i32, name: i32) -> Result<i64> {
    Errno(0).set_last();
    configured(value!(fpathconf(fd, name)))
}

/// -1 is an error only if the call says which.
fn configured(answer: i64) -> Result<i64> {
    match (answer, Errno::last()) {
        (-1, Errno(0)) => Ok(-1),
        (-1, error) => Err(error),
        (answer, _) => Ok(answer),
    }
}

/// A configured string; `None` where there is none.
pub fn confstr(name: i32) -> Result<Option<Vec<u8>>> {
    Errno(0).set_last();
    // SAFETY: a length of 0 asks for the size and fills nothing.
    let size = unsafe { libc::confstr(name, core::ptr::null_mut(), 0) };
    if size == 0 {
        return if Errno::last() == Errno(0) { Ok(None) } else { Err(Errno::last()) };
    }
    let mut text = vec![0u8; size];
    // SAFETY: the buffer is writable for its length; the call writes a C string.
    unsafe { libc::confstr(name, text.as_mut_ptr().cast(), text.len()) };
    text.pop();
    Ok(Some(text))
}

/// Processes in the run queue over 1, 5 and 15 minutes.
pub fn load_average() -> Option<[f64; 3]> {
    let mut load = [0.0; 3];
    // SAFETY: room for the three numbers asked for.
    (unsafe { libc::getloadavg(load.as_mut_ptr(), 3) } == 3).then_some(load)
}

/// Processors that are on line.
pub fn processors() -> Option<usize> {
    usize::try_from(value!(sysconf(libc::_SC_NPROCESSORS_ONLN))).ok().filter(|&count| count > 0)
}

/// The processors that a process (0: this thread) may run on.
pub fn affinity(pid: i32) -> Result<Vec<usize>> {
    let mut words = vec![0u64; 16];
    loop {
        let place = words.as_mut_ptr().cast();
        // SAFETY: the mask is writable for the size passed.
        match check(unsafe { libc::sched_getaffinity(pid, words.len() * 8, place) }) {
            Ok(_) => break,
            Err(Errno::EINVAL) if words.len() < 1 << 16 => words.resize(words.len() * 2, 0),
            Err(error) => return Err(error),
        }
    }
    let is_set = |&cpu: &usize| words[cpu / 64] >> (cpu % 64) & 1 == 1;
    Ok((0..words.len() * 64).filter(is_set).collect())
}

pub fn set_affinity(pid: i32, processors: &[usize]) -> Result<()> {
    const MOST: usize = 1 << 20;
    let top = processors.iter().copied().max().unwrap_or(0);
    if top >= MOST {
        return Err(Errno::EINVAL);
    }
    let mut words = vec![0u64; (top / 64 + 1).max(16)];
    for &cpu in processors {
        words[cpu / 64] |= 1 << (cpu % 64);
    }
    let place = words.as_ptr().cast();
    // SAFETY: the mask is readable for the size passed.
    check(unsafe { libc::sched_setaffinity(pid, words.len() * 8, place) }).map(drop)
}

/// Detaches from shared namespaces (`CLONE_*`).
pub fn unshare(flags: i32) -> Result<()> {
    done!(unshare(flags))
}

pub fn join_namespace(fd: i32, kind: i32) -> Result<()> {
    done!(setns(fd, kind))
}

pub fn sched_yield() -> Result<()> {
    call!(sched_yield()).map(drop)
}
