//! Extended attributes, of a path or of an open file.

use core::ffi::CStr;

use crate::call::{check, done};
use crate::policy::{self, Operation};
use crate::{Errno, Result};

/// Whose attributes are meant.
#[derive(Clone, Copy, Debug)]
pub enum Subject<'a> {
    Path(&'a CStr),
    /// The link itself.
    Link(&'a CStr),
    File(i32),
}

impl Subject<'_> {
    fn changes(self) -> Result<()> {
        match self {
            Subject::Path(path) | Subject::Link(path) => policy::check(Operation::Change { path }),
            Subject::File(_) => Ok(()),
        }
    }
}

/// Asks with ever larger buffers until the answer fits.
fn growing(mut fill: impl FnMut(&mut [u8]) -> isize) -> Result<Vec<u8>> {
    let mut buffer = vec![0; 256];
    loop {
        match check(fill(&mut buffer)) {
            Ok(length) => {
                buffer.truncate(length as usize);
                return Ok(buffer);
            }
            Err(Errno::ERANGE) if buffer.len() < 1 << 20 => buffer.resize(buffer.len() * 16, 0),
            Err(error) => return Err(error),
        }
    }
}

pub fn get_attribute(subject: Subject<'_>, name: &CStr) -> Result<Vec<u8>> {
    let name = name.as_ptr();
    growing(|buffer| {
        let (place, length) = (buffer.as_mut_ptr().cast(), buffer.len());
        // SAFETY: C strings, and a buffer writable for its length.
        unsafe {
            match subject {
                Subject::Path(path) => libc::getxattr(path.as_ptr(), name, place, length),
                Subject::Link(path) => libc::lgetxattr(path.as_ptr(), name, place, length),
                Subject::File(fd) => libc::fgetxattr(fd, name, place, length),
            }
        }
    })
}

pub fn set_attribute(subject: Subject<'_>, name: &CStr, value: &[u8], flags: i32) -> Result<()> {
    subject.changes()?;
    let (name, data, length) = (name.as_ptr(), value.as_ptr().cast(), value.len());
    // SAFETY: C strings, and a value readable for its length.
    check(unsafe {
        match subject {
            Subject::Path(path) => libc::setxattr(path.as_ptr(), name, data, length, flags),
            Subject::Link(path) => libc::lsetxattr(path.as_ptr(), name, data, length, flags),
            Subject::File(fd) => libc::fsetxattr(fd, name, data, length, flags),
        }
    })
    .map(drop)
}

pub fn remove_attribute(subject: Subject<'_>, name: &CStr) -> Result<()> {
    subject.changes()?;
    match subject {
        Subject::Path(path) => done!(removexattr(path, name)),
        Subject::Link(path) => done!(lremovexattr(path, name)),
        Subject::File(fd) => done!(fremovexattr(fd, name)),
    }
}

/// The names of all attributes.
pub fn list_attributes(subject: Subject<'_>) -> Result<Vec<Vec<u8>>> {
    let names = growing(|buffer| {
        let (place, length) = (buffer.as_mut_ptr().cast(), buffer.len());
        // SAFETY: a C string, and a buffer writable for its length.
        unsafe {
            match subject {
                Subject::Path(path) => libc::listxattr(path.as_ptr(), place, length),
                Subject::Link(path) => libc::llistxattr(path.as_ptr(), place, length),
                Subject::File(fd) => libc::flistxattr(fd, place, length),
            }
        }
    })?;
    let names = names.split(|&byte| byte == 0).filter(|name| !name.is_empty());
    Ok(names.map(<[u8]>::to_vec).collect())
}
