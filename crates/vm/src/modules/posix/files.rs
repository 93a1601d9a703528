//! Reading and writing by descriptor.

use super::args::Offset;
use crate::modules::buffers::{BytesLike, WritableBuffer};
use crate::prelude::*;
use host::Errno;
use host::files;
use std::io::{IoSlice, IoSliceMut};

fn room(vm: &VirtualMachine, length: isize) -> PyResult<Vec<u8>> {
    let length = usize::try_from(length).map_err(|_| vm.errno_error(Errno::EINVAL))?;
    let mut out = Vec::new();
    out.try_reserve_exact(length).map_err(|_| vm.memory_error())?;
    Ok(out)
}

/// An offset that may be `None`.
fn place(vm: &VirtualMachine, o: Option<PyObject<'_>>) -> PyResult<Option<i64>> {
    o.filter(|o| !o.is_none()).map(|o| vm.to_i64(o)).transpose()
}

fn count(vm: &VirtualMachine, n: isize) -> PyResult<usize> {
    usize::try_from(n).map_err(|_| vm.value_error("negative value for 'count' not allowed"))
}

/// Fills several buffers with one call.
fn scatter(
    vm: &VirtualMachine,
    buffers: PyObject<'_>,
    function: &str,
    mut read: impl FnMut(&mut [IoSliceMut<'_>]) -> host::Result<usize> + Send,
) -> PyResult<usize> {
    if buffers.class(vm).slots.sq_item.get().is_none() {
        return Err(vm.type_error(format!("{function}() arg 2 must be a sequence")));
    }
    let targets: Vec<WritableBuffer> = vm
        .collect(buffers)?
        .iter()
        .map(|b| {
            WritableBuffer::from_object(vm, b.as_object(), &format!("{function}() argument 2"))
        })
        .collect::<PyResult<_>>()?;
    let mut memory: Vec<Vec<u8>> = targets.iter().map(|t| vec![0; t.len()]).collect();
    let n = vm.retry_os(|| {
        let mut slices: Vec<_> = memory.iter_mut().map(|m| IoSliceMut::new(m)).collect();
        read(&mut slices)
    })?;
    let mut left = n;
    for (t, m) in targets.into_iter().zip(&memory) {
        let take = left.min(m.len());
        t.fill(&m[..take]);
        left -= take;
    }
    Ok(n)
}

/// Writes several buffers with one call.
fn gather(
    vm: &VirtualMachine,
    buffers: PyObject<'_>,
    function: &str,
    write: impl Fn(&[IoSlice<'_>]) -> host::Result<usize> + Send + Sync,
) -> PyResult<usize> {
    if buffers.class(vm).slots.sq_item.get().is_none() {
        return Err(vm.type_error(format!("{function}() arg 2 must be a sequence")));
    }
    let sources: Vec<BytesLike> = vm
        .collect(buffers)?
        .iter()
        .map(|b| BytesLike::from_object(vm, b.as_object()))
        .collect::<PyResult<_>>()?;
    let data: Vec<&[u8]> = sources.iter().map(BytesLike::as_bytes).collect();
    vm.retry_os(|| {
        let slices: Vec<_> = data.iter().map(|d| IoSlice::new(d)).collect();
        write(&slices)
    })
}

#[pymodule_part(name = "posix")]
pub mod part {
    use super::*;

    /// Up to length bytes from a descriptor.
    #[function(sig = "(fd, length, /)")]
    fn read(vm: &VirtualMachine, fd: i32, length: isize) -> PyResult {
        let mut out = room(vm, length)?;
        vm.retry_os(|| files::read_append(fd, &mut out, length as usize))?;
        Ok(vm.new_bytes(&out).into())
    }

    /// Fills a buffer from a descriptor with what one call gives.  Returns how many bytes that
    /// was.
    #[function(sig = "(fd, buffer, /)")]
    fn readinto(vm: &VirtualMachine, fd: i32, buffer: WritableBuffer) -> PyResult<usize> {
        let n = buffer.len();
        let mut out = room(vm, n as isize)?;
        vm.retry_os(|| files::read_append(fd, &mut out, n))?;
        buffer.fill(&out);
        Ok(out.len())
    }

    /// Writes bytes and returns how many were taken.
    #[function(sig = "(fd, data, /)")]
    fn write(vm: &VirtualMachine, fd: i32, data: BytesLike) -> PyResult<usize> {
        let bytes = data.as_bytes();
        vm.retry_os(|| files::write(fd, bytes))
    }

    /// Bytes from a place in a file, whose position stays.
    #[function(sig = "(fd, length, offset, /)")]
    fn pread(vm: &VirtualMachine, fd: i32, length: isize, offset: Offset) -> PyResult {
        let mut out = room(vm, length)?;
        out.resize(length as usize, 0);
        let n = vm.retry_os(|| files::pread(fd, &mut out, offset.0))?;
        Ok(vm.new_bytes(&out[..n]).into())
    }

    /// Writes bytes at a place in a file, whose position stays.  Returns how many were written.
    #[function(sig = "(fd, buffer, offset, /)")]
    fn pwrite(vm: &VirtualMachine, fd: i32, buffer: BytesLike, offset: Offset) -> PyResult<usize> {
        let bytes = buffer.as_bytes();
        vm.retry_os(|| files::pwrite(fd, bytes, offset.0))
    }

    /// Read from a file descriptor fd into an iterable of buffers.
    #[function(sig = "(fd, buffers, /)")]
    fn readv(vm: &VirtualMachine, fd: i32, buffers: PyObject<'_>) -> PyResult<usize> {
        scatter(vm, buffers, "readv", |b| files::readv(fd, b))
    }

    /// Writes several buffers one after the other; returns how many bytes were taken.
    #[function(sig = "(fd, buffers, /)")]
    fn writev(vm: &VirtualMachine, fd: i32, buffers: PyObject<'_>) -> PyResult<usize> {
        gather(vm, buffers, "writev", |b| files::writev(fd, b))
    }

    /// Reads from a file descriptor into a number of mutable bytes-like objects.
    #[function(sig = "(fd, buffers, offset, flags=0, /)")]
    fn preadv(
        vm: &VirtualMachine,
        fd: i32,
        buffers: PyObject<'_>,
        offset: Offset,
        flags: i32,
    ) -> PyResult<usize> {
        scatter(vm, buffers, "preadv", |b| files::preadv(fd, b, offset.0, flags))
    }

    /// Writes the contents of bytes-like objects to a file descriptor at a given offset.
    #[function(sig = "(fd, buffers, offset, flags=0, /)")]
    fn pwritev(
        vm: &VirtualMachine,
        fd: i32,
        buffers: PyObject<'_>,
        offset: Offset,
        flags: i32,
    ) -> PyResult<usize> {
        gather(vm, buffers, "pwritev", |b| files::pwritev(fd, b, offset.0, flags))
    }

    /// Copies count bytes from one descriptor to another, in the system.
    #[function(sig = "(out_fd, in_fd, offset, count)")]
    fn sendfile(
        vm: &VirtualMachine,
        out_fd: i32,
        in_fd: i32,
        offset: PyObject<'_>,
        count: isize,
    ) -> PyResult<usize> {
        let offset = place(vm, Some(offset))?;
        let count = usize::try_from(count).map_err(|_| vm.errno_error(Errno::EINVAL))?;
        vm.retry_os(|| files::sendfile(out_fd, in_fd, offset, count))
    }

    /// Copy count bytes from one file descriptor to another.
    #[function(sig = "(src, dst, count, offset_src=None, offset_dst=None)")]
    fn copy_file_range(
        vm: &VirtualMachine,
        src: i32,
        dst: i32,
        count: isize,
        offset_src: Option<PyObject<'_>>,
        offset_dst: Option<PyObject<'_>>,
    ) -> PyResult<usize> {
        let n = super::count(vm, count)?;
        let (a, b) = (place(vm, offset_src)?, place(vm, offset_dst)?);
        vm.retry_os(|| files::copy_file_range(src, a, dst, b, n, 0))
    }

    /// Transfer count bytes from one pipe to a descriptor or vice versa.
    #[function(sig = "(src, dst, count, offset_src=None, offset_dst=None, flags=0)")]
    fn splice(
        vm: &VirtualMachine,
        src: i32,
        dst: i32,
        count: isize,
        offset_src: Option<PyObject<'_>>,
        offset_dst: Option<PyObject<'_>>,
        flags: u32,
    ) -> PyResult<usize> {
        let n = super::count(vm, count)?;
        let (a, b) = (place(vm, offset_src)?, place(vm, offset_dst)?);
        vm.retry_os(|| files::splice(src, a, dst, b, n, flags))
    }

    /// Announce an intention to access data in a specific pattern.
    #[function(sig = "(fd, offset, length, advice, /)")]
    fn posix_fadvise(
        vm: &VirtualMachine,
        fd: i32,
        offset: Offset,
        length: Offset,
        advice: i32,
    ) -> PyResult<()> {
        vm.retry_os(|| files::fadvise(fd, offset.0, length.0, advice))
    }

    /// Makes sure that the disk has room for part of a file.
    #[function(sig = "(fd, offset, length, /)")]
    fn posix_fallocate(
        vm: &VirtualMachine,
        fd: i32,
        offset: Offset,
        length: Offset,
    ) -> PyResult<()> {
        vm.retry_os(|| files::fallocate(fd, offset.0, length.0))
    }

    /// Random bytes, good enough for secrets.
    #[function(sig = "(size, /)")]
    fn urandom(vm: &VirtualMachine, size: isize) -> PyResult {
        if size < 0 {
            return Err(vm.value_error("negative argument not allowed"));
        }
        let mut out = room(vm, size)?;
        out.resize(size as usize, 0);
        vm.retry_os(|| host::random::fill(&mut out))?;
        Ok(vm.new_bytes(&out).into())
    }

    /// Random bytes, at most size of them.
    #[function(sig = "(size, flags=0)")]
    fn getrandom(vm: &VirtualMachine, size: isize, flags: i32) -> PyResult {
        let mut out = room(vm, size)?;
        out.resize(size as usize, 0);
        let n = vm.retry_os(|| host::random::get(&mut out, flags as u32))?;
        Ok(vm.new_bytes(&out[..n]).into())
    }
}
