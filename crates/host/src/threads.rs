//! Native threads.

use core::ffi::CStr;
use std::sync::Mutex;

use crate::Result;
use crate::call::{check_number, value};

/// What identifies a thread within the process while it lives (`_thread.get_ident`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ident(u64);

impl Ident {
    pub fn as_u64(self) -> u64 {
        self.0
    }

    pub(crate) fn raw(self) -> libc::pthread_t {
        self.0 as libc::pthread_t
    }
}

impl From<u64> for Ident {
    fn from(ident: u64) -> Ident {
        Ident(ident)
    }
}

pub fn current() -> Ident {
    // SAFETY: takes nothing, cannot fail.
    Ident(unsafe { libc::pthread_self() } as u64)
}

/// The kernel's number of the thread.
pub fn native_id() -> i32 {
    value!(gettid())
}

/// The threads known to be alive: those that called [`register`] and have not ended.
/// The C library must be asked of no others, for a stale identifier is a stale address.
static ALIVE: Mutex<Vec<u64>> = Mutex::new(Vec::new());

/// Marks its thread as alive until dropped.
#[must_use = "the registration ends when it is dropped"]
pub struct Registration(u64);

/// Makes the current thread known, so that signals can be sent to it.
pub fn register() -> Registration {
    let ident = current().as_u64();
    alive().push(ident);
    Registration(ident)
}

impl Drop for Registration {
    fn drop(&mut self) {
        let mut alive = alive();
        if let Some(place) = alive.iter().position(|ident| *ident == self.0) {
            alive.swap_remove(place);
        }
    }
}

fn alive() -> std::sync::MutexGuard<'static, Vec<u64>> {
    ALIVE.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// Whether the thread is the current one or a registered one.
pub fn is_alive(thread: Ident) -> bool {
    thread == current() || alive().contains(&thread.as_u64())
}

/// Runs `act` while the thread, if it is alive, cannot end its registration.
pub(crate) fn while_alive<T>(thread: Ident, act: impl FnOnce() -> T) -> Option<T> {
    if thread == current() {
        return Some(act());
    }
    let alive = alive();
    alive.contains(&thread.as_u64()).then(act)
}

/// Starts a detached, registered thread.  `stack_size` 0 is the default.
pub fn spawn(stack_size: usize, body: impl FnOnce() + Send + 'static) -> Result<()> {
    let size = if stack_size == 0 { crate::stack::default_size() } else { stack_size };
    let builder = std::thread::Builder::new().stack_size(size);
    let run = move || {
        let _registration = register();
        body();
    };
    Ok(builder.spawn(run).map(drop)?)
}

/// Names the current thread; the kernel keeps the first 15 bytes.
pub fn set_name(name: &[u8]) -> Result<()> {
    let mut short = [0u8; 16];
    let length = name.len().min(15);
    short[..length].copy_from_slice(&name[..length]);
    let short = CStr::from_bytes_until_nul(&short).unwrap_or(c"");
    // SAFETY: the current thread, and a C string of at most 15 bytes.
    check_number(unsafe { libc::pthread_setname_np(libc::pthread_self(), short.as_ptr()) })
}

pub fn name() -> Result<Vec<u8>> {
    let mut buffer = [0u8; 64];
    let place = buffer.as_mut_ptr().cast();
    // SAFETY: the current thread, and a buffer writable for its length.
    check_number(unsafe { libc::pthread_getname_np(libc::pthread_self(), place, buffer.len()) })?;
    Ok(CStr::from_bytes_until_nul(&buffer).unwrap_or(c"").to_bytes().to_vec())
}

/// Keeps the registry whole across a `fork`: held before, dropped in both processes.
pub(crate) struct ForkGuard(std::sync::MutexGuard<'static, Vec<u64>>);

pub(crate) fn before_fork() -> ForkGuard {
    ForkGuard(alive())
}

impl ForkGuard {
    /// In the child the current thread is the only one.
    pub(crate) fn in_child(&mut self) {
        let me = current().as_u64();
        self.0.retain(|ident| *ident == me);
    }
}
