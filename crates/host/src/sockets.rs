//! Sockets: making them, connecting them, moving data.

pub mod address;
pub mod constants;
pub mod names;

use crate::call::{call, check, done};
use crate::policy::{self, Operation};
use crate::{Errno, Result};
use address::{Address, Storage};

/// A new socket, which programs executed later do not inherit.
pub fn socket(family: i32, kind: i32, protocol: i32) -> Result<i32> {
    policy::check(Operation::Socket { family })?;
    call!(socket(family, kind | libc::SOCK_CLOEXEC, protocol))
}

/// Two sockets connected with each other.
pub fn pair(family: i32, kind: i32, protocol: i32) -> Result<(i32, i32)> {
    policy::check(Operation::Socket { family })?;
    let mut ends = [0; 2];
    let kind = kind | libc::SOCK_CLOEXEC;
    // SAFETY: the array has the two places the call fills.
    check(unsafe { libc::socketpair(family, kind, protocol, ends.as_mut_ptr()) })?;
    Ok((ends[0], ends[1]))
}

pub fn bind(fd: i32, address: &Storage) -> Result<()> {
    // SAFETY: the storage is as long as it says.
    check(unsafe { libc::bind(fd, address.pointer(), address.len()) }).map(drop)
}

pub fn connect(fd: i32, address: &Storage) -> Result<()> {
    // SAFETY: as above.
    check(unsafe { libc::connect(fd, address.pointer(), address.len()) }).map(drop)
}

pub fn listen(fd: i32, backlog: i32) -> Result<()> {
    done!(listen(fd, backlog))
}

pub fn shutdown(fd: i32, how: i32) -> Result<()> {
    done!(shutdown(fd, how))
}

/// The next connection, and where it comes from.
pub fn accept(fd: i32) -> Result<(i32, Address)> {
    let mut from = Storage::empty();
    let accepted = from.filled(|place, len| {
        // SAFETY: a place for any address, and its length.
        check(unsafe { libc::accept4(fd, place, len, libc::SOCK_CLOEXEC) })
    })?;
    Ok((accepted, from.address()))
}

pub fn own_name(fd: i32) -> Result<Address> {
    let mut name = Storage::empty();
    // SAFETY: a place for any address, and its length.
    name.filled(|place, len| check(unsafe { libc::getsockname(fd, place, len) }))?;
    Ok(name.address())
}

pub fn peer_name(fd: i32) -> Result<Address> {
    let mut name = Storage::empty();
    // SAFETY: as above.
    name.filled(|place, len| check(unsafe { libc::getpeername(fd, place, len) }))?;
    Ok(name.address())
}

pub fn receive(fd: i32, buffer: &mut [u8], flags: i32) -> Result<usize> {
    // SAFETY: the buffer is writable for its length.
    let n = unsafe { libc::recv(fd, buffer.as_mut_ptr().cast(), buffer.len(), flags) };
    Ok(check(n)? as usize)
}

pub fn receive_from(fd: i32, buffer: &mut [u8], flags: i32) -> Result<(usize, Address)> {
    let mut from = Storage::empty();
    let (start, size) = (buffer.as_mut_ptr().cast(), buffer.len());
    let n = from.filled(|place, len| {
        // SAFETY: the buffer is writable for its length; a place for any address.
        check(unsafe { libc::recvfrom(fd, start, size, flags, place, len) })
    })?;
    Ok((n as usize, from.address()))
}

pub fn send(fd: i32, data: &[u8], flags: i32) -> Result<usize> {
    // SAFETY: the data is readable for its length.
    let n = unsafe { libc::send(fd, data.as_ptr().cast(), data.len(), flags) };
    Ok(check(n)? as usize)
}

pub fn send_to(fd: i32, data: &[u8], flags: i32, to: &Storage) -> Result<usize> {
    let (start, size) = (data.as_ptr().cast(), data.len());
    // SAFETY: the data is readable for its length, and so is the address.
    let n = unsafe { libc::sendto(fd, start, size, flags, to.pointer(), to.len()) };
    Ok(check(n)? as usize)
}

/// An option that is an int.
pub fn option(fd: i32, level: i32, name: i32) -> Result<i32> {
    let mut value = 0i32;
    let mut len = size_of::<i32>() as libc::socklen_t;
    // SAFETY: an integer to fill, and its size.
    check(unsafe { libc::getsockopt(fd, level, name, (&raw mut value).cast(), &raw mut len) })?;
    Ok(value)
}

/// An option of at most `size` bytes.
pub fn option_bytes(fd: i32, level: i32, name: i32, size: usize) -> Result<Vec<u8>> {
    let mut value = vec![0u8; size];
    let mut len = libc::socklen_t::try_from(size).map_err(|_| Errno::EINVAL)?;
    let place = value.as_mut_ptr().cast();
    // SAFETY: the buffer is writable for its length.
    check(unsafe { libc::getsockopt(fd, level, name, place, &raw mut len) })?;
    value.truncate(len as usize);
    Ok(value)
}

pub fn set_option(fd: i32, level: i32, name: i32, value: &[u8]) -> Result<()> {
    let len = value.len() as libc::socklen_t;
    // SAFETY: the value is readable for its length.
    check(unsafe { libc::setsockopt(fd, level, name, value.as_ptr().cast(), len) }).map(drop)
}

/// An option without a value, of which only a length counts.
pub fn set_option_length(fd: i32, level: i32, name: i32, len: u32) -> Result<()> {
    // SAFETY: the kernel checks a null before it reads.
    check(unsafe { libc::setsockopt(fd, level, name, core::ptr::null(), len) }).map(drop)
}
