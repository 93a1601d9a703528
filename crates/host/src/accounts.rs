//! The user and group databases.

use core::ffi::{CStr, c_char};
use std::sync::{Mutex, MutexGuard};

use crate::{Errno, Result};

/// A line of the password database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    pub name: Vec<u8>,
    pub password: Vec<u8>,
    pub uid: u32,
    pub gid: u32,
    pub gecos: Vec<u8>,
    pub home: Vec<u8>,
    pub shell: Vec<u8>,
}

/// A line of the group database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    pub name: Vec<u8>,
    pub password: Vec<u8>,
    pub gid: u32,
    pub members: Vec<Vec<u8>>,
}

/// The C library's functions share one buffer and one position: this lock is held from
/// the call until its result is copied.
static DATABASE: Mutex<()> = Mutex::new(());

pub(crate) fn lock() -> MutexGuard<'static, ()> {
    DATABASE.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// # Safety
/// Null or a C string that stays during the call.
unsafe fn text(pointer: *const c_char) -> Vec<u8> {
    if pointer.is_null() {
        return Vec::new();
    }
    // SAFETY: the caller's promise.
    unsafe { CStr::from_ptr(pointer) }.to_bytes().to_vec()
}

/// # Safety
/// Null or an entry of the C library's, which does not change during the call.
unsafe fn user(entry: *const libc::passwd) -> Option<User> {
    // SAFETY: the caller's promise, which covers the strings.
    unsafe {
        let entry = entry.as_ref()?;
        Some(User {
            name: text(entry.pw_name),
            password: text(entry.pw_passwd),
            uid: entry.pw_uid,
            gid: entry.pw_gid,
            gecos: text(entry.pw_gecos),
            home: text(entry.pw_dir),
            shell: text(entry.pw_shell),
        })
    }
}

/// # Safety
/// Null or an entry of the C library's, which does not change during the call.
unsafe fn group(entry: *const libc::group) -> Option<Group> {
    // SAFETY: the caller's promise, which covers the strings; the list of members ends
    // with a null.
    unsafe {
        let entry = entry.as_ref()?;
        let mut members = Vec::new();
        let mut next = entry.gr_mem;
        while !next.is_null() && !(*next).is_null() {
            members.push(text(*next));
            next = next.add(1);
        }
        Some(Group {
            name: text(entry.gr_name),
            password: text(entry.gr_passwd),
            gid: entry.gr_gid,
            members,
        })
    }
}

/// The entry, nothing if there is none, or why it could not be looked up.
fn found<T>(entry: Option<T>) -> Result<Option<T>> {
    match (entry, Errno::last()) {
        (
            None,
            error @ (Errno::EINTR
            | Errno(libc::EIO | libc::EMFILE | libc::ENFILE)
            | Errno::ENOMEM
            | Errno::ERANGE),
        ) => Err(error),
        (entry, _) => Ok(entry),
    }
}

pub fn user_by_id(uid: u32) -> Result<Option<User>> {
    let _lock = lock();
    Errno(0).set_last();
    // SAFETY: under the lock the entry stays until it is copied.
    found(unsafe { user(libc::getpwuid(uid)) })
}

pub fn user_by_name(name: &CStr) -> Result<Option<User>> {
    let _lock = lock();
    Errno(0).set_last();
    // SAFETY: a C string; under the lock the entry stays until it is copied.
    found(unsafe { user(libc::getpwnam(name.as_ptr())) })
}

pub fn all_users() -> Vec<User> {
    let _lock = lock();
    // SAFETY: under the lock the position and each entry stay.
    unsafe {
        libc::setpwent();
        let users = core::iter::from_fn(|| user(libc::getpwent())).collect();
        libc::endpwent();
        users
    }
}

pub fn group_by_id(gid: u32) -> Result<Option<Group>> {
    let _lock = lock();
    Errno(0).set_last();
    // SAFETY: under the lock the entry stays until it is copied.
    found(unsafe { group(libc::getgrgid(gid)) })
}

pub fn group_by_name(name: &CStr) -> Result<Option<Group>> {
    let _lock = lock();
    Errno(0).set_last();
    // SAFETY: a C string; under the lock the entry stays until it is copied.
    found(unsafe { group(libc::getgrnam(name.as_ptr())) })
}

pub fn all_groups() -> Vec<Group> {
    let _lock = lock();
    // SAFETY: under the lock the position and each entry stay.
    unsafe {
        libc::setgrent();
        let groups = core::iter::from_fn(|| group(libc::getgrent())).collect();
        libc::endgrent();
        groups
    }
}

/// The groups a user is in, starting with `gid`.
pub fn groups_of_user(name: &CStr, gid: u32) -> Result<Vec<u32>> {
    let mut groups = vec![0u32; 64];
    loop {
        let mut count = groups.len() as i32;
        // SAFETY: a C string, and a list with room for `count` numbers.
        let status =
            unsafe { libc::getgrouplist(name.as_ptr(), gid, groups.as_mut_ptr(), &raw mut count) };
        if status != -1 {
            groups.truncate(count.max(0) as usize);
            return Ok(groups);
        }
        if groups.len() > 1 << 20 {
            return Err(Errno::ENOMEM);
        }
        groups.resize((count.max(0) as usize).max(groups.len() * 2), 0);
    }
}

/// The name the user logged in with.
pub fn login_name() -> Result<Vec<u8>> {
    let mut buffer = [0u8; 256];
    // SAFETY: the buffer is writable for its length; the call writes a C string.
    crate::call::check_number(unsafe { getlogin_r(buffer.as_mut_ptr().cast(), buffer.len()) })?;
    Ok(CStr::from_bytes_until_nul(&buffer).unwrap_or(c"").to_bytes().to_vec())
}

unsafe extern "C" {
    fn getlogin_r(name: *mut c_char, length: usize) -> i32;
}
