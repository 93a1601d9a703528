//! How a C function is called: the macros that most of the crate is written with.
//!
//! [`call!`] takes only integers and C strings (the trait [`Argument`] is the proof), so a
//! call through it can make no pointer of ours dangle.  It must name no function that
//! takes an address as an integer or writes through a string; functions that fill
//! buffers are called by hand, each with its own reason.

use core::ffi::CStr;

use crate::{Errno, Result};

/// What may be passed to C without a further thought.
pub(crate) trait Argument {
    type C;
    fn into_c(self) -> Self::C;
}

macro_rules! integers {
    ($($t:ty)*) => {$(
        impl Argument for $t {
            type C = $t;
            fn into_c(self) -> $t {
                self
            }
        }
    )*};
}

integers!(i32 u32 i64 u64 usize isize);

impl Argument for &CStr {
    type C = *const core::ffi::c_char;
    fn into_c(self) -> Self::C {
        self.as_ptr()
    }
}

/// A result of which -1 says that `errno` has the reason.
pub(crate) trait Status: Copy {
    fn failed(self) -> bool;
}

macro_rules! statuses {
    ($($t:ty)*) => {$(
        impl Status for $t {
            fn failed(self) -> bool {
                self == -1
            }
        }
    )*};
}

statuses!(i32 i64 isize);

pub(crate) fn check<T: Status>(status: T) -> Result<T> {
    if status.failed() { Err(Errno::last()) } else { Ok(status) }
}

/// The result of a function that returns an error number itself.
pub(crate) fn check_number(number: i32) -> Result<()> {
    if number == 0 { Ok(()) } else { Err(Errno(number)) }
}

/// Calls a function of integers and strings; yields its result as it is.
macro_rules! value {
    ($name:ident($($arg:expr),* $(,)?)) => {{
        // SAFETY: `Argument` admits integers and live, NUL-terminated strings only, and
        // the functions named through this macro read those strings during the call.
        #[allow(clippy::macro_metavars_in_unsafe)]
        unsafe { libc::$name($($crate::call::Argument::into_c($arg)),*) }
    }};
}

/// Calls such a function and makes an error of -1.
macro_rules! call {
    ($name:ident($($arg:expr),* $(,)?)) => {
        $crate::call::check($crate::call::value!($name($($arg),*)))
    };
}

/// Calls such a function for its effect.
macro_rules! done {
    ($name:ident($($arg:expr),* $(,)?)) => {
        $crate::call::call!($name($($arg),*)).map(drop)
    };
}

pub(crate) use {call, done, value};
