//! Starting a program as `subprocess` does: everything between fork and exec.
//!
//! What the child needs is made ready before the fork; after it, only system calls are made,
//! since another thread may have held the allocator's lock.  The exception is `before_exec`,
//! which is the caller's risk.

use core::ffi::{CStr, c_char};
use std::ffi::CString;

use super::start::vector;
use crate::call::{call, value};
use crate::files::close_range;
use crate::policy::{self, Operation};
use crate::{Errno, Result};

/// The three standard streams of the child, and the parent's ends; -1: none.
#[derive(Clone, Copy, Debug)]
pub struct Pipes {
    pub stdin: (i32, i32),
    pub stdout: (i32, i32),
    pub stderr: (i32, i32),
    /// Where the child says what went wrong: the reading and the writing end.
    pub error: (i32, i32),
}

/// What to start, and how.
pub struct Child<'a> {
    /// Paths to try, in order.
    pub programs: &'a [CString],
    pub arguments: &'a [CString],
    /// `None`: this process's.
    pub environment: Option<&'a [CString]>,
    pub directory: Option<&'a CStr>,
    pub pipes: Pipes,
    /// Close all descriptors above 2 but those to keep.
    pub close_others: bool,
    /// In ascending order.
    pub keep: &'a [i32],
    pub restore_signals: bool,
    pub new_session: bool,
    pub group: Option<i32>,
    pub user: Option<u32>,
    pub user_group: Option<u32>,
    pub other_groups: Option<&'a [u32]>,
    pub umask: Option<u32>,
}

/// Why the child could not start its program.
enum Failure {
    /// A system call failed.
    Call(Errno, &'static str),
    /// The caller's function did.
    Function,
}

impl From<Errno> for Failure {
    fn from(error: Errno) -> Failure {
        Failure::Call(error, "")
    }
}

/// Starts the child; its number.  Failures in it are written to the error pipe.
pub fn start_child(
    child: &Child<'_>,
    before_exec: Option<&mut dyn FnMut() -> bool>,
) -> Result<i32> {
    for path in child.programs {
        policy::check(Operation::Execute { path })?;
    }
    let programs = vector(child.programs);
    let arguments = vector(child.arguments);
    let environment = child.environment.map(vector);
    let pid = super::fork()?;
    if pid != 0 {
        return Ok(pid);
    }
    let failure = match prepare(child, before_exec) {
        Ok(()) => execute(&programs, &arguments, environment.as_deref()),
        Err(failure) => failure,
    };
    report(child.pipes.error.1, &failure);
    super::exit_now(255)
}

/// All steps before the program.
fn prepare(
    child: &Child<'_>,
    before_exec: Option<&mut dyn FnMut() -> bool>,
) -> Result<(), Failure> {
    let pipes = child.pipes;
    for &fd in child.keep.iter().filter(|&&fd| fd != pipes.error.1) {
        crate::files::set_inheritable(fd, true)?;
    }
    let parents = [pipes.stdin.1, pipes.stdout.0, pipes.stderr.0, pipes.error.0];
    for fd in parents.into_iter().filter(|&fd| fd >= 0) {
        call!(close(fd))?;
    }
    let (input, mut output, mut error) = (pipes.stdin.0, pipes.stdout.1, pipes.stderr.1);
    // What lies where another stream must go is moved out of the way first.
    if output == 0 {
        output = call!(fcntl(output, libc::F_DUPFD, 3i32))?;
    }
    while error == 0 || error == 1 {
        error = call!(fcntl(error, libc::F_DUPFD, 3i32))?;
    }
    for (from, to) in [(input, 0), (output, 1), (error, 2)] {
        if from == to {
            crate::files::set_inheritable(to, true)?;
        } else if from >= 0 {
            call!(dup2(from, to))?;
        }
    }
    if let Some(directory) = child.directory {
        call!(chdir(directory)).map_err(|e| Failure::Call(e, "noexec:chdir"))?;
    }
    if let Some(umask) = child.umask {
        value!(umask(umask));
    }
    if child.restore_signals {
        for signal in [libc::SIGPIPE, libc::SIGXFSZ] {
            // SAFETY: the default action needs no handler.
            unsafe { libc::signal(signal, libc::SIG_DFL) };
        }
    }
    if child.new_session {
        call!(setsid())?;
    }
    if let Some(group) = child.group {
        call!(setpgid(0i32, group))?;
    }
    if let Some(groups) = child.other_groups {
        super::set_groups(groups)?;
    }
    if let Some(group) = child.user_group {
        call!(setregid(group, group))?;
    }
    if let Some(user) = child.user {
        call!(setreuid(user, user))?;
    }
    if let Some(function) = before_exec
        && !function()
    {
        return Err(Failure::Function);
    }
    if child.close_others {
        let mut low = 3;
        for &fd in child.keep.iter().filter(|&&fd| fd >= 3) {
            close_range(low, fd);
            low = fd + 1;
        }
        close_from(low);
    }
    Ok(())
}

fn close_from(low: i32) {
    let last = i64::from(u32::MAX);
    if call!(syscall(libc::SYS_close_range, i64::from(low), last, 0i64)).is_err() {
        let limit = value!(sysconf(libc::_SC_OPEN_MAX)).clamp(256, 1 << 16);
        close_range(low, limit as i32);
    }
}

/// Tries the programs in turn; returns only if none could be started.
fn execute(
    programs: &[*const c_char],
    arguments: &[*const c_char],
    environment: Option<&[*const c_char]>,
) -> Failure {
    let mut first = None;
    for &program in programs.iter().filter(|p| !p.is_null()) {
        // SAFETY: C strings, and lists of such that end with a null.
        unsafe {
            match environment {
                Some(environment) => {
                    libc::execve(program, arguments.as_ptr(), environment.as_ptr());
                }
                None => {
                    libc::execv(program, arguments.as_ptr());
                }
            }
        }
        let error = Errno::last();
        // Not to be found in one folder says little; other reasons are worth telling.
        if error.0 != libc::ENOENT && error.0 != libc::ENOTDIR && first.is_none() {
            first = Some(error);
        }
    }
    Failure::Call(first.unwrap_or_else(Errno::last), "")
}

/// Tells the parent: exception, error number in hexadecimal digits, and a word about it.
fn report(pipe: i32, failure: &Failure) {
    let write = |text: &[u8]| {
        // Nobody is left to tell if this fails too.
        let _ = crate::files::write(pipe, text);
    };
    match failure {
        Failure::Call(error, message) => {
            write(b"OSError:");
            let mut digits = [0; 8];
            let mut at = digits.len();
            let mut number = error.0 as u32;
            while number != 0 && at > 0 {
                at -= 1;
                digits[at] = b"0123456789abcdef"[(number & 15) as usize];
                number >>= 4;
            }
            write(&digits[at..]);
            write(b":");
            write(message.as_bytes());
        }
        Failure::Function => {
            write(b"SubprocessError:0:");
        }
    }
}
