//! Reading, writing and positioning.

use std::io::{IoSlice, IoSliceMut};

use crate::call::{call, check, check_number, done, value};
use crate::{Errno, Result};

/// The most one call transfers, as CPython limits it.
const MOST: usize = isize::MAX as usize;

/// Slices one vectored call takes (`IOV_MAX`).
const SLICES: usize = 1024;

pub fn read(fd: i32, buffer: &mut [u8]) -> Result<usize> {
    // SAFETY: the buffer is writable for its length.
    let read = unsafe { libc::read(fd, buffer.as_mut_ptr().cast(), buffer.len().min(MOST)) };
    Ok(check(read)? as usize)
}

/// Appends at most `limit` bytes, within or beyond the vector's capacity; what is
/// read is not zeroed first.
pub fn read_append(fd: i32, buffer: &mut Vec<u8>, limit: usize) -> Result<usize> {
    buffer.try_reserve(limit).map_err(|_| Errno::ENOMEM)?;
    let spare = buffer.spare_capacity_mut();
    let limit = limit.min(spare.len()).min(MOST);
    // SAFETY: the spare capacity is writable for `limit` bytes.
    let count = check(unsafe { libc::read(fd, spare.as_mut_ptr().cast(), limit) })? as usize;
    // SAFETY: the call has initialised so many bytes behind the old length.
    unsafe { buffer.set_len(buffer.len() + count) };
    Ok(count)
}

pub fn write(fd: i32, data: &[u8]) -> Result<usize> {
    // SAFETY: the data is readable for its length.
    let written = unsafe { libc::write(fd, data.as_ptr().cast(), data.len().min(MOST)) };
    Ok(check(written)? as usize)
}

pub fn pread(fd: i32, buffer: &mut [u8], offset: i64) -> Result<usize> {
    // SAFETY: the buffer is writable for its length.
    let read =
        unsafe { libc::pread(fd, buffer.as_mut_ptr().cast(), buffer.len().min(MOST), offset) };
    Ok(check(read)? as usize)
}

pub fn pwrite(fd: i32, data: &[u8], offset: i64) -> Result<usize> {
    // SAFETY: the data is readable for its length.
    let written = unsafe { libc::pwrite(fd, data.as_ptr().cast(), data.len().min(MOST), offset) };
    Ok(check(written)? as usize)
}

fn count_of(slices: usize) -> Result<i32> {
    if slices > SLICES { Err(Errno::EINVAL) } else { Ok(slices as i32) }
}

pub fn readv(fd: i32, buffers: &mut [IoSliceMut<'_>]) -> Result<usize> {
    let count = count_of(buffers.len())?;
    // SAFETY: `IoSliceMut` has the layout of `iovec`, and its slices are writable.
    Ok(check(unsafe { libc::readv(fd, buffers.as_ptr().cast(), count) })? as usize)
}

pub fn writev(fd: i32, data: &[IoSlice<'_>]) -> Result<usize> {
    let count = count_of(data.len())?;
    // SAFETY: `IoSlice` has the layout of `iovec`, and its slices are readable.
    Ok(check(unsafe { libc::writev(fd, data.as_ptr().cast(), count) })? as usize)
}

/// `preadv2` with `RWF_*` flags.
pub fn preadv(fd: i32, buffers: &mut [IoSliceMut<'_>], offset: i64, flags: i32) -> Result<usize> {
    let count = count_of(buffers.len())?;
    // SAFETY: as in `readv`.
    Ok(check(unsafe { libc::preadv2(fd, buffers.as_ptr().cast(), count, offset, flags) })? as usize)
}

/// `pwritev2` with `RWF_*` flags.
pub fn pwritev(fd: i32, data: &[IoSlice<'_>], offset: i64, flags: i32) -> Result<usize> {
    let count = count_of(data.len())?;
    // SAFETY: as in `writev`.
    Ok(check(unsafe { libc::pwritev2(fd, data.as_ptr().cast(), count, offset, flags) })? as usize)
}

pub fn seek(fd: i32, offset: i64, whence: i32) -> Result<i64> {
    call!(lseek(fd, offset, whence))
}

pub fn truncate_file(fd: i32, length: i64) -> Result<()> {
    done!(ftruncate(fd, length))
}

pub fn sync_file(fd: i32) -> Result<()> {
    done!(fsync(fd))
}

pub fn sync_data(fd: i32) -> Result<()> {
    done!(fdatasync(fd))
}

pub fn sync_all() {
    value!(sync());
}

pub fn fadvise(fd: i32, offset: i64, length: i64, advice: i32) -> Result<()> {
    check_number(value!(posix_fadvise(fd, offset, length, advice)))
}

pub fn fallocate(fd: i32, offset: i64, length: i64) -> Result<()> {
    check_number(value!(posix_fallocate(fd, offset, length)))
}

/// Where to read or write, for calls that may leave the file's position alone.
fn place(offset: &mut Option<i64>) -> *mut i64 {
    offset.as_mut().map_or(core::ptr::null_mut(), |offset| &raw mut *offset)
}

pub fn sendfile(out: i32, from: i32, mut offset: Option<i64>, count: usize) -> Result<usize> {
    // SAFETY: the offset is absent or a live integer.
    Ok(check(unsafe { libc::sendfile(out, from, place(&mut offset), count.min(MOST)) })? as usize)
}

pub fn copy_file_range(
    from: i32,
    mut from_offset: Option<i64>,
    to: i32,
    mut to_offset: Option<i64>,
    count: usize,
    flags: u32,
) -> Result<usize> {
    let (source, target) = (place(&mut from_offset), place(&mut to_offset));
    // SAFETY: the offsets are absent or live integers.
    Ok(check(unsafe { libc::copy_file_range(from, source, to, target, count, flags) })? as usize)
}

pub fn splice(
    from: i32,
    mut from_offset: Option<i64>,
    to: i32,
    mut to_offset: Option<i64>,
    count: usize,
    flags: u32,
) -> Result<usize> {
    let (source, target) = (place(&mut from_offset), place(&mut to_offset));
    // SAFETY: the offsets are absent or live integers.
    Ok(check(unsafe { libc::splice(from, source, to, target, count, flags) })? as usize)
}
