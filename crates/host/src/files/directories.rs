//! Listing directories, and the current one.

use core::ffi::{CStr, c_char};

use crate::call::{check, done};
use crate::policy::{self, Operation};
use crate::{Errno, Result};

/// An open directory; reading it is [`Directory::next_entry`].
pub struct Directory(core::ptr::NonNull<libc::DIR>);

// SAFETY: a stream may be used from any thread, by one at a time, which `&mut` ensures.
unsafe impl Send for Directory {}

/// One name in a directory, never `.` or `..`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub name: Vec<u8>,
    pub inode: u64,
    pub kind: EntryKind,
}

/// What the directory says of an entry (`d_type`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryKind {
    /// The file system does not say: ask `stat`.
    Unknown,
    Directory,
    File,
    Symlink,
    Other,
}

impl Directory {
    pub fn open(path: &CStr) -> Result<Directory> {
        policy::check(Operation::List { path })?;
        // SAFETY: the path is a C string.
        Directory::new(unsafe { libc::opendir(path.as_ptr()) })
    }

    /// Lists from the start by way of a duplicate of `fd`, which shares its position.
    pub fn open_fd(fd: i32) -> Result<Directory> {
        let copy = super::dup(fd)?;
        // SAFETY: the copy is ours; on success the stream owns it.
        match Directory::new(unsafe { libc::fdopendir(copy) }) {
            Ok(mut directory) => {
                directory.rewind();
                Ok(directory)
            }
            Err(error) => {
                super::close(copy)?;
                Err(error)
            }
        }
    }

    fn new(stream: *mut libc::DIR) -> Result<Directory> {
        core::ptr::NonNull::new(stream).map(Directory).ok_or_else(Errno::last)
    }

    /// The next entry; `None` at the end.
    pub fn next_entry(&mut self) -> Result<Option<Entry>> {
        loop {
            Errno(0).set_last();
            // SAFETY: the stream is open.
            let entry = unsafe { libc::readdir(self.0.as_ptr()) };
            if entry.is_null() {
                let error = Errno::last();
                return if error == Errno(0) { Ok(None) } else { Err(error) };
            }
            // SAFETY: the entry stays as it is until the next read of this stream, and its
            // name ends with a NUL.
            let (name, inode, kind) = unsafe {
                let name = CStr::from_ptr((&raw const (*entry).d_name).cast::<c_char>());
                (name.to_bytes(), (*entry).d_ino, (*entry).d_type)
            };
            if name != b"." && name != b".." {
                let kind = match kind {
                    libc::DT_UNKNOWN => EntryKind::Unknown,
                    libc::DT_DIR => EntryKind::Directory,
                    libc::DT_REG => EntryKind::File,
                    libc::DT_LNK => EntryKind::Symlink,
                    _ => EntryKind::Other,
                };
                return Ok(Some(Entry { name: name.to_vec(), inode, kind }));
            }
        }
    }

    pub fn rewind(&mut self) {
        // SAFETY: the stream is open.
        unsafe { libc::rewinddir(self.0.as_ptr()) }
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        // SAFETY: the stream is open, and nobody uses it after this.
        unsafe { libc::closedir(self.0.as_ptr()) };
    }
}

pub fn current_directory() -> Result<Vec<u8>> {
    let mut buffer = Vec::<u8>::with_capacity(256);
    loop {
        // SAFETY: the buffer is writable for its capacity.
        let path = unsafe { libc::getcwd(buffer.as_mut_ptr().cast(), buffer.capacity()) };
        if !path.is_null() {
            // SAFETY: on success the call has written a C string.
            return Ok(unsafe { CStr::from_ptr(path) }.to_bytes().to_vec());
        }
        match Errno::last() {
            Errno::ERANGE => buffer.reserve(buffer.capacity() * 2),
            error => return Err(error),
        }
    }
}

pub fn change_directory(path: &CStr) -> Result<()> {
    policy::check(Operation::Enter { path })?;
    done!(chdir(path))
}

pub fn change_directory_to(fd: i32) -> Result<()> {
    done!(fchdir(fd))
}

pub fn change_root(path: &CStr) -> Result<()> {
    policy::check(Operation::Enter { path })?;
    done!(chroot(path))
}

/// What a symbolic link says.
pub fn read_link(directory: i32, path: &CStr) -> Result<Vec<u8>> {
    let mut buffer = vec![0u8; 256];
    loop {
        let place = buffer.as_mut_ptr().cast();
        // SAFETY: the path is a C string and the buffer writable for its length.
        let status = unsafe { libc::readlinkat(directory, path.as_ptr(), place, buffer.len()) };
        let length = check(status)? as usize;
        if length < buffer.len() {
            buffer.truncate(length);
            return Ok(buffer);
        }
        buffer.resize(buffer.len() * 2, 0);
    }
}
