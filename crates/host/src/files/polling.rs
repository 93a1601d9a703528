//! Waiting for descriptors: `poll`, `select` and `epoll`.
//!
//! Time-outs are nanoseconds; `None` waits for ever.

use crate::call::{call, check, done};
use crate::clock::timespec;
use crate::{Errno, Result};

/// One descriptor to wait for, with `POLL*` bits asked and answered.
#[repr(transparent)]
#[derive(Clone, Copy)]
pub struct PollFd(libc::pollfd);

impl PollFd {
    pub fn new(fd: i32, events: i16) -> PollFd {
        PollFd(libc::pollfd { fd, events, revents: 0 })
    }

    pub fn fd(&self) -> i32 {
        self.0.fd
    }

    pub fn answer(&self) -> i16 {
        self.0.revents
    }
}

/// How many of the descriptors have an answer.
pub fn poll(descriptors: &mut [PollFd], timeout: Option<i64>) -> Result<usize> {
    let timeout = timeout.map(|time| timespec(time.max(0)));
    let time = timeout.as_ref().map_or(core::ptr::null(), core::ptr::from_ref);
    let list = descriptors.as_mut_ptr().cast();
    // SAFETY: `PollFd` is a `pollfd`, the count is the slice's, and the time lives here.
    let ready =
        unsafe { libc::ppoll(list, descriptors.len() as libc::nfds_t, time, core::ptr::null()) };
    Ok(check(ready)? as usize)
}

/// A set for [`select`]; descriptors are below 1024.
#[derive(Clone, Copy)]
pub struct FdSet(libc::fd_set);

impl FdSet {
    pub fn new() -> FdSet {
        // SAFETY: a set of integers, for which zeros are the empty set.
        FdSet(unsafe { core::mem::zeroed() })
    }

    /// Adds a descriptor; `false` if it is out of range.
    pub fn insert(&mut self, fd: i32) -> bool {
        if !(0..libc::FD_SETSIZE as i32).contains(&fd) {
            return false;
        }
        // SAFETY: the index is within the set.
        unsafe { libc::FD_SET(fd, &raw mut self.0) };
        true
    }

    pub fn contains(&self, fd: i32) -> bool {
        // SAFETY: the index is within the set.
        (0..libc::FD_SETSIZE as i32).contains(&fd)
            && unsafe { libc::FD_ISSET(fd, &raw const self.0) }
    }
}

/// Leaves in the sets what is ready, of the descriptors below `limit`.
pub fn select(
    limit: i32,
    readable: &mut FdSet,
    writable: &mut FdSet,
    exceptional: &mut FdSet,
    timeout: Option<i64>,
) -> Result<usize> {
    if !(0..=libc::FD_SETSIZE as i32).contains(&limit) {
        return Err(Errno::EINVAL);
    }
    let timeout = timeout.map(|time| timespec(time.max(0)));
    let time = timeout.as_ref().map_or(core::ptr::null(), core::ptr::from_ref);
    let (r, w, x) = (&raw mut readable.0, &raw mut writable.0, &raw mut exceptional.0);
    // SAFETY: three whole sets, and a time that lives here.
    let ready = unsafe { libc::pselect(limit, r, w, x, time, core::ptr::null()) };
    Ok(check(ready)? as usize)
}

/// What an epoll descriptor reports: the bits, and the number registered with them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EpollEvent {
    pub events: u32,
    pub data: u64,
}

pub fn epoll_create(flags: i32) -> Result<i32> {
    call!(epoll_create1(flags))
}

/// `EPOLL_CTL_ADD`, `_MOD` or `_DEL`.
pub fn epoll_control(epoll: i32, operation: i32, fd: i32, event: EpollEvent) -> Result<()> {
    let mut event = libc::epoll_event { events: event.events, u64: event.data };
    // SAFETY: the event lives through the call.
    check(unsafe { libc::epoll_ctl(epoll, operation, fd, &raw mut event) }).map(drop)
}

/// At most `limit` events.  The time-out is rounded up to milliseconds.
pub fn epoll_wait(epoll: i32, limit: usize, timeout: Option<i64>) -> Result<Vec<EpollEvent>> {
    let limit = limit.clamp(1, 1 << 16);
    let milliseconds = timeout.map_or(-1, |time| {
        i32::try_from(time.max(0).saturating_add(999_999) / 1_000_000).unwrap_or(i32::MAX)
    });
    let mut events = vec![libc::epoll_event { events: 0, u64: 0 }; limit];
    // SAFETY: the list has room for `limit` events.
    let count =
        check(unsafe { libc::epoll_wait(epoll, events.as_mut_ptr(), limit as i32, milliseconds) })?;
    let seen = events[..count as usize].iter();
    Ok(seen.map(|event| EpollEvent { events: event.events, data: event.u64 }).collect())
}

/// Closes an epoll descriptor.
pub fn epoll_close(epoll: i32) -> Result<()> {
    done!(close(epoll))
}
