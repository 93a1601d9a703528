//! Standard descriptors that were closed when the process started.
//!
//! Rust's runtime opens `/dev/null` in their place before `main`; programs are to find them
//! closed, as their parent wanted it.

use core::sync::atomic::{AtomicU8, Ordering};

/// One bit for each of the descriptors 0 to 2 that was closed.
static CLOSED: AtomicU8 = AtomicU8::new(0);

extern "C" fn note_closed() {
    let mut closed = 0;
    for fd in 0..3 {
        // SAFETY: the call asks for a descriptor's flags and takes no memory.
        if unsafe { libc::fcntl(fd, libc::F_GETFD) } == -1 {
            closed |= 1 << fd;
        }
    }
    CLOSED.store(closed, Ordering::Relaxed);
}

// SAFETY: the loader calls functions of this type before `main`; this one relies on nothing
// that is set up later.
#[unsafe(link_section = ".init_array")]
#[used]
static NOTE_CLOSED: extern "C" fn() = note_closed;

/// Closes again what was closed at first.
pub fn close_again() {
    let closed = CLOSED.swap(0, Ordering::Relaxed);
    for fd in 0..3 {
        if closed & 1 << fd != 0 {
            // SAFETY: nobody owns the descriptor: the runtime opened and forgot it.
            unsafe { libc::close(fd) };
        }
    }
}
