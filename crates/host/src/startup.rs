//! The standard descriptors as the process was given them.
//!
//! Rust's runtime opens `/dev/null` in place of those that are closed, before `main` runs.
//! Programs are told by a closed descriptor that a stream is not there, so what was closed
//! is noted before that, and closed again.

use std::sync::atomic::{AtomicU8, Ordering};

/// A bit for each of the descriptors 0 to 2 that was closed.
static CLOSED: AtomicU8 = AtomicU8::new(0);

extern "C" fn note_closed() {
    for fd in 0..3 {
        // SAFETY: the call reads a flag of a descriptor, which need not be open.
        if unsafe { libc::fcntl(fd, libc::F_GETFD) } == -1 {
            CLOSED.fetch_or(1 << fd, Ordering::Relaxed);
        }
    }
}

// SAFETY: the loader calls each function of this section once, before `main`, with the C
// library ready; this one makes system calls only.
#[cfg(target_os = "linux")]
#[used]
#[unsafe(link_section = ".init_array")]
static NOTE_CLOSED: extern "C" fn() = note_closed;

/// Closes again what was closed when the process began.
pub fn restore_closed() {
    let closed = CLOSED.swap(0, Ordering::Relaxed);
    for fd in (0..3).filter(|fd| closed & (1 << fd) != 0) {
        // The descriptor is `/dev/null`: nothing is lost.
        let _ = crate::files::close(fd);
    }
}
