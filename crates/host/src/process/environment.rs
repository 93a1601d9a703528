//! The environment variables.
//!
//! The C library reads them too (time zones, locales), so they are changed through it.
//! A lock keeps our own readers and writers apart.

use core::ffi::{CStr, c_char};
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use crate::Result;
use crate::call::{check, done};

static ENVIRONMENT: RwLock<()> = RwLock::new(());

fn reading() -> RwLockReadGuard<'static, ()> {
    ENVIRONMENT.read().unwrap_or_else(PoisonError::into_inner)
}

pub(super) fn writing() -> RwLockWriteGuard<'static, ()> {
    ENVIRONMENT.write().unwrap_or_else(PoisonError::into_inner)
}

unsafe extern "C" {
    static environ: *const *const c_char;
}

/// All variables, in order.  Entries without `=` are left out, as CPython does; an
/// entry may start with one.
pub fn environment() -> Vec<(Vec<u8>, Vec<u8>)> {
    let _lock = reading();
    let mut variables = Vec::new();
    // SAFETY: the list and its strings stay under the lock; the list ends with a null.
    unsafe {
        let mut next = environ;
        while !next.is_null() && !(*next).is_null() {
            let entry = CStr::from_ptr(*next).to_bytes();
            if let Some(equals) = entry.iter().position(|&byte| byte == b'=') {
                variables.push((entry[..equals].to_vec(), entry[equals + 1..].to_vec()));
            }
            next = next.add(1);
        }
    }
    variables
}

pub fn get_variable(name: &CStr) -> Option<Vec<u8>> {
    let _lock = reading();
    // SAFETY: a C string; the result is null or a string that stays under the lock.
    unsafe {
        let value = libc::getenv(name.as_ptr());
        (!value.is_null()).then(|| CStr::from_ptr(value).to_bytes().to_vec())
    }
}

pub fn set_variable(name: &CStr, value: &CStr) -> Result<()> {
    let _lock = writing();
    // SAFETY: C strings, which the call copies; no reader of ours is about.
    check(unsafe { libc::setenv(name.as_ptr(), value.as_ptr(), 1) }).map(drop)
}

pub fn unset_variable(name: &CStr) -> Result<()> {
    let _lock = writing();
    done!(unsetenv(name))
}

pub fn clear_environment() -> Result<()> {
    let _lock = writing();
    done!(clearenv())
}
