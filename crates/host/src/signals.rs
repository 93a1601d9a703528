//! Signals: a handler that only takes notes, and the calls around it.
//!
//! The handler sets the signal's bit in a global word, calls the [`set_hook`] function
//! (which must do no more than set atomics: it runs between any two instructions of any
//! thread) and writes a byte to the wake-up descriptor.  Everything else happens later,
//! where the interpreter looks at [`take_pending`].

mod sets;
mod timers;

pub use sets::*;
pub use timers::*;

use core::ffi::CStr;
use core::mem::MaybeUninit;
use core::sync::atomic::{AtomicBool, AtomicI32, AtomicPtr, AtomicU64, Ordering::SeqCst};

use crate::call::{check, check_number, done, value};
use crate::constants::NSIG;
use crate::policy::{self, Operation};
use crate::threads::Ident;
use crate::{Errno, Result};

/// Bit `n - 1` is signal `n`.
static PENDING: AtomicU64 = AtomicU64::new(0);
static WAKEUP_FD: AtomicI32 = AtomicI32::new(-1);
static WAKEUP_WARNS: AtomicBool = AtomicBool::new(true);
/// The last error of writing to the wake-up descriptor; 0 is none.
static WAKEUP_ERROR: AtomicI32 = AtomicI32::new(0);
/// A `fn(i32)`, or null.
static HOOK: AtomicPtr<()> = AtomicPtr::new(core::ptr::null_mut());

/// What happens when a signal arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    Default,
    Ignore,
    /// It is noted for [`take_pending`].
    Note,
    /// A handler that somebody else installed.
    Foreign,
}

extern "C" fn note(signal: i32) {
    let saved = Errno::last();
    if (1..NSIG).contains(&signal) {
        PENDING.fetch_or(1 << (signal - 1), SeqCst);
        let hook = HOOK.load(SeqCst);
        if !hook.is_null() {
            // SAFETY: only `set_hook` stores here, and only a `fn(i32)`.
            let hook = unsafe { core::mem::transmute::<*mut (), fn(i32)>(hook) };
            hook(signal);
        }
        let fd = WAKEUP_FD.load(SeqCst);
        if fd != -1 {
            let byte = signal as u8;
            // SAFETY: one readable byte; `write` may be called in a handler.
            let written = unsafe { libc::write(fd, (&raw const byte).cast(), 1) };
            let error = Errno::last();
            let full = error == Errno::EAGAIN && !WAKEUP_WARNS.load(SeqCst);
            if written < 0 && !full {
                WAKEUP_ERROR.store(error.0, SeqCst);
            }
        }
    }
    saved.set_last();
}

/// Has `hook` called for every noted signal, from within the handler.  It must only touch
/// atomics and must not panic.
pub fn set_hook(hook: fn(i32)) {
    HOOK.store(hook as *mut (), SeqCst);
}

/// Removes one noted signal, the lowest, and answers it.
pub fn take_pending() -> Option<i32> {
    let mut bits = PENDING.load(SeqCst);
    while bits != 0 {
        let lowest = bits & bits.wrapping_neg();
        if PENDING.fetch_and(!lowest, SeqCst) & lowest != 0 {
            return Some(lowest.trailing_zeros() as i32 + 1);
        }
        bits = PENDING.load(SeqCst);
    }
    None
}

pub fn any_pending() -> bool {
    PENDING.load(SeqCst) != 0
}

/// Notes a signal as if it had arrived (`_thread.interrupt_main`).
pub fn simulate(signal: i32) {
    note(signal);
}

/// Forgets what was noted: for a child process after `fork`.
pub fn clear_pending() {
    PENDING.store(0, SeqCst);
}

/// Sets the wake-up descriptor (-1: none) and whether a full pipe is an error; answers
/// the old descriptor.
pub fn set_wakeup_fd(fd: i32, warn_when_full: bool) -> i32 {
    WAKEUP_WARNS.store(warn_when_full, SeqCst);
    WAKEUP_FD.swap(fd, SeqCst)
}

/// The error of the last failed write to the wake-up descriptor, once.
pub fn take_wakeup_error() -> Option<Errno> {
    match WAKEUP_ERROR.swap(0, SeqCst) {
        0 => None,
        number => Some(Errno(number)),
    }
}

fn raw_action(signal: i32, new: Option<&libc::sigaction>) -> Result<libc::sigaction> {
    if !(1..NSIG).contains(&signal) {
        return Err(Errno::EINVAL);
    }
    let mut old = MaybeUninit::<libc::sigaction>::zeroed();
    let new = new.map_or(core::ptr::null(), core::ptr::from_ref);
    // SAFETY: the new action is absent or whole; the call fills the old one.
    unsafe {
        check(libc::sigaction(signal, new, old.as_mut_ptr()))?;
        Ok(old.assume_init())
    }
}

/// What happens now when the signal arrives.
pub fn action(signal: i32) -> Result<Action> {
    Ok(match raw_action(signal, None)?.sa_sigaction {
        libc::SIG_DFL => Action::Default,
        libc::SIG_IGN => Action::Ignore,
        handler if handler == note as *const () as usize => Action::Note,
        _ => Action::Foreign,
    })
}

/// Sets what happens.  System calls it interrupts fail with `EINTR`.  Setting
/// [`Action::Foreign`] is `EINVAL`.
pub fn set_action(signal: i32, action: Action) -> Result<()> {
    let handler = match action {
        Action::Default => libc::SIG_DFL,
        Action::Ignore => libc::SIG_IGN,
        Action::Note => note as *const () as usize,
        Action::Foreign => return Err(Errno::EINVAL),
    };
    // SAFETY: zeros are an action with an empty mask and no flags.
    let mut new: libc::sigaction = unsafe { core::mem::zeroed() };
    new.sa_sigaction = handler;
    new.sa_flags = libc::SA_ONSTACK;
    raw_action(signal, Some(&new)).map(drop)
}

/// Whether the signal makes system calls fail with `EINTR` rather than go on.
pub fn set_interrupts(signal: i32, interrupts: bool) -> Result<()> {
    let mut action = raw_action(signal, None)?;
    action.sa_flags = if interrupts {
        action.sa_flags & !libc::SA_RESTART
    } else {
        action.sa_flags | libc::SA_RESTART
    };
    raw_action(signal, Some(&action)).map(drop)
}

/// What an interpreter wants at start: writing to a closed pipe is an error, not the end.
pub fn ignore_at_start() -> Result<()> {
    for signal in [libc::SIGPIPE, libc::SIGXFSZ] {
        set_action(signal, Action::Ignore)?;
    }
    Ok(())
}

/// The system's description, as `signal.strsignal` gives it; `None` for unknown numbers.
pub fn describe(signal: i32) -> Option<String> {
    if !(1..NSIG).contains(&signal) {
        return None;
    }
    // SAFETY: the result is null or a C string, which stays until the next call of this
    // thread.
    let text = unsafe {
        let text = libc::strsignal(signal);
        if text.is_null() {
            return None;
        }
        CStr::from_ptr(text).to_string_lossy().into_owned()
    };
    (!text.starts_with("Unknown signal")).then_some(text)
}

pub fn raise(signal: i32) -> Result<()> {
    if value!(raise(signal)) == 0 { Ok(()) } else { Err(Errno::last()) }
}

pub fn kill(pid: i32, signal: i32) -> Result<()> {
    policy::check(Operation::Kill { pid, signal })?;
    done!(kill(pid, signal))
}

pub fn kill_group(group: i32, signal: i32) -> Result<()> {
    policy::check(Operation::Kill { pid: group.saturating_neg(), signal })?;
    done!(killpg(group, signal))
}

/// Sends a signal to a thread of this process; `ESRCH` if it is not alive.
pub fn kill_thread(thread: Ident, signal: i32) -> Result<()> {
    // SAFETY: the thread is alive and cannot end its registration meanwhile.
    let send = || check_number(unsafe { libc::pthread_kill(thread.raw(), signal) });
    crate::threads::while_alive(thread, send).unwrap_or(Err(Errno(libc::ESRCH)))
}

pub fn kill_by_pidfd(pidfd: i32, signal: i32, flags: u32) -> Result<()> {
    policy::check(Operation::Kill { pid: 0, signal })?;
    let (pidfd, signal, flags) = (i64::from(pidfd), i64::from(signal), i64::from(flags));
    // No information is passed: the kernel makes its own, as `kill` does.
    done!(syscall(libc::SYS_pidfd_send_signal, pidfd, signal, 0i64, flags))
}
