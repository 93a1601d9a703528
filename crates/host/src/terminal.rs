//! Terminals and pseudo-terminals.

use core::ffi::CStr;
use core::mem::MaybeUninit;

use crate::Result;
use crate::call::{call, check, check_number, done};

pub fn is_terminal(fd: i32) -> bool {
    call!(isatty(fd)) == Ok(1)
}

/// Columns and lines.
pub fn window_size(fd: i32) -> Result<(u16, u16)> {
    let mut size = MaybeUninit::<libc::winsize>::zeroed();
    // SAFETY: the request fills the structure; zeros are a valid one.
    let size = unsafe {
        check(libc::ioctl(fd, libc::TIOCGWINSZ, size.as_mut_ptr()))?;
        size.assume_init()
    };
    Ok((size.ws_col, size.ws_row))
}

pub fn set_window_size(fd: i32, columns: u16, lines: u16) -> Result<()> {
    let size = libc::winsize { ws_row: lines, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 };
    // SAFETY: the request reads the structure.
    check(unsafe { libc::ioctl(fd, libc::TIOCSWINSZ, &raw const size) }).map(drop)
}

/// `struct termios`: flag words, speeds (`B*`) and control characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attributes {
    pub input: u32,
    pub output: u32,
    pub control: u32,
    pub local: u32,
    pub input_speed: u32,
    pub output_speed: u32,
    pub characters: [u8; 32],
}

fn raw_attributes(fd: i32) -> Result<libc::termios> {
    let mut raw = MaybeUninit::<libc::termios>::zeroed();
    // SAFETY: the call fills the structure; zeros are a valid one.
    unsafe {
        check(libc::tcgetattr(fd, raw.as_mut_ptr()))?;
        Ok(raw.assume_init())
    }
}

pub fn attributes(fd: i32) -> Result<Attributes> {
    let raw = raw_attributes(fd)?;
    // SAFETY: both read a whole structure.
    let (input_speed, output_speed) =
        unsafe { (libc::cfgetispeed(&raw const raw), libc::cfgetospeed(&raw const raw)) };
    Ok(Attributes {
        input: raw.c_iflag,
        output: raw.c_oflag,
        control: raw.c_cflag,
        local: raw.c_lflag,
        input_speed,
        output_speed,
        characters: raw.c_cc,
    })
}

/// `when` is `TCSANOW`, `TCSADRAIN` or `TCSAFLUSH`.
pub fn set_attributes(fd: i32, when: i32, attributes: &Attributes) -> Result<()> {
    let mut raw = raw_attributes(fd)?;
    raw.c_iflag = attributes.input;
    raw.c_oflag = attributes.output;
    raw.c_cflag = attributes.control;
    raw.c_lflag = attributes.local;
    raw.c_cc = attributes.characters;
    // SAFETY: the structure is whole; the calls write to it or read it.
    unsafe {
        check(libc::cfsetispeed(&raw mut raw, attributes.input_speed))?;
        check(libc::cfsetospeed(&raw mut raw, attributes.output_speed))?;
        check(libc::tcsetattr(fd, when, &raw const raw)).map(drop)
    }
}

pub fn send_break(fd: i32, duration: i32) -> Result<()> {
    done!(tcsendbreak(fd, duration))
}

pub fn drain(fd: i32) -> Result<()> {
    done!(tcdrain(fd))
}

pub fn flush(fd: i32, queue: i32) -> Result<()> {
    done!(tcflush(fd, queue))
}

pub fn flow(fd: i32, action: i32) -> Result<()> {
    done!(tcflow(fd, action))
}

pub fn name(fd: i32) -> Result<Vec<u8>> {
    let mut buffer = [0u8; 256];
    // SAFETY: the buffer is writable for its length; the call writes a C string.
    check_number(unsafe { libc::ttyname_r(fd, buffer.as_mut_ptr().cast(), buffer.len()) })?;
    Ok(CStr::from_bytes_until_nul(&buffer).unwrap_or(c"").to_bytes().to_vec())
}

/// The name under which a process finds its own terminal.
pub fn controlling_name() -> &'static [u8] {
    b"/dev/tty"
}

/// The master and the slave of a new pseudo-terminal, neither inherited.
pub fn open_pair() -> Result<(i32, i32)> {
    let (mut master, mut slave) = (-1, -1);
    let none = core::ptr::null_mut();
    // SAFETY: two integers to fill; no name, attributes or size are passed.
    check(unsafe {
        libc::openpty(&raw mut master, &raw mut slave, none, core::ptr::null(), core::ptr::null())
    })?;
    for fd in [master, slave] {
        crate::files::set_inheritable(fd, false)?;
    }
    Ok((master, slave))
}

pub fn open_master(flags: i32) -> Result<i32> {
    call!(posix_openpt(flags))
}

pub fn grant(master: i32) -> Result<()> {
    done!(grantpt(master))
}

pub fn unlock(master: i32) -> Result<()> {
    done!(unlockpt(master))
}

pub fn slave_name(master: i32) -> Result<Vec<u8>> {
    let mut buffer = [0u8; 256];
    // SAFETY: the buffer is writable for its length; the call writes a C string.
    check_number(unsafe { libc::ptsname_r(master, buffer.as_mut_ptr().cast(), buffer.len()) })?;
    Ok(CStr::from_bytes_until_nul(&buffer).unwrap_or(c"").to_bytes().to_vec())
}

/// Makes the terminal the controlling one and standard input, output and error.
pub fn login(fd: i32) -> Result<()> {
    done!(login_tty(fd))
}

pub fn foreground_group(fd: i32) -> Result<i32> {
    call!(tcgetpgrp(fd))
}

pub fn set_foreground_group(fd: i32, group: i32) -> Result<()> {
    done!(tcsetpgrp(fd, group))
}

/// The encoding of a terminal is that of the locale, which for us is UTF-8; `None` where
/// there is no terminal.
pub fn encoding(fd: i32) -> Option<&'static str> {
    is_terminal(fd).then_some("UTF-8")
}
