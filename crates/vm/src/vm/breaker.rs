//! The eval breaker's bits (D10): what another party asks of a running thread.

/// A signal has arrived.
pub const SIGNALS: u32 = 1 << 0;
/// Another thread waits for the lock.
pub const LOCK: u32 = 1 << 1;
/// Calls queued for this thread.
pub const CALLS: u32 = 1 << 2;
/// The young generation is full.
pub const GC: u32 = 1 << 3;
/// An exception was set from another thread.
pub const ASYNC_EXC: u32 = 1 << 4;
/// Finalisers and weak reference callbacks wait.
pub const PENDING: u32 = 1 << 5;
/// Some code is monitored: frames that start or resume look at their code.  The only bit
/// that stays, and the only one that nothing but RESUME looks at.
pub const TRACING: u32 = 1 << 6;
/// The process is ending: this thread must stop.
pub const EXIT: u32 = 1 << 7;
/// What monitoring tools want has changed: running code catches up.
pub const INSTRUMENT: u32 = 1 << 8;
/// Memory has run out where nobody could be told: `MemoryError` at the next boundary.
pub const MEMORY: u32 = 1 << 9;
/// What is looked at everywhere.
pub const ATTENTION: u32 = !TRACING;
