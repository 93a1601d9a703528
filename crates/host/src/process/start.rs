//! Starting programs and ending this one.

use core::ffi::{CStr, c_char};
use core::mem::MaybeUninit;
use std::ffi::CString;

use crate::call::{check, check_number, value};
use crate::policy::{self, Operation};
use crate::signals::SignalSet;
use crate::{Errno, Result};

/// Duplicates the process: 0 in the child, its number in the parent.
///
/// The child has only this thread.  Locks of [`crate::locks`] that others held must be
/// reset by their owners before use; the caller knows them all.
pub fn fork() -> Result<i32> {
    // SAFETY: see `duplicate`.
    duplicate(|| unsafe { libc::fork() })
}

/// Runs a call that forks, with the locks of this crate held: in the child they are then
/// free and what they guard is whole.  The caller holds the interpreter's lock, so that
/// no thread is within the interpreter's data; the C library mends its own in the child.
fn duplicate(call: impl FnOnce() -> i32) -> Result<i32> {
    policy::check(Operation::Fork)?;
    let _accounts = crate::accounts::lock();
    let _environment = super::environment::writing();
    let mut threads = crate::threads::before_fork();
    let pid = check(call())?;
    if pid == 0 {
        threads.in_child();
    }
    Ok(pid)
}

/// Forks with a new pseudo-terminal as the child's: the child's number and the master.
pub fn fork_with_terminal() -> Result<(i32, i32)> {
    let mut master = -1;
    let (place, none) = (&raw mut master, core::ptr::null_mut());
    // SAFETY: see `duplicate`; an integer to fill, and no name, attributes or size.
    let pid =
        duplicate(|| unsafe { libc::forkpty(place, none, core::ptr::null(), core::ptr::null()) })?;
    if pid != 0 {
        crate::files::set_inheritable(master, false)?;
    }
    Ok((pid, master))
}

/// Ends the process at once: nothing is flushed or finalised.
pub fn exit_now(status: i32) -> ! {
    // SAFETY: ends the process.
    unsafe { libc::_exit(status) }
}

/// Ends the process abnormally, with `SIGABRT`.
pub fn abort() -> ! {
    // SAFETY: ends the process.
    unsafe { libc::abort() }
}

/// A list of strings as C takes it, ended by a null.
pub(super) fn vector(strings: &[CString]) -> Vec<*const c_char> {
    strings.iter().map(|s| s.as_ptr()).chain([core::ptr::null()]).collect()
}

/// Replaces the process by a program; returns only if that fails.
pub fn execute(path: &CStr, arguments: &[CString], environment: &[CString]) -> Errno {
    if let Err(error) = policy::check(Operation::Execute { path }) {
        return error;
    }
    let (arguments, environment) = (vector(arguments), vector(environment));
    // SAFETY: C strings in lists that end with a null.
    unsafe { libc::execve(path.as_ptr(), arguments.as_ptr(), environment.as_ptr()) };
    Errno::last()
}

/// The same with an open file as the program.
pub fn execute_file(fd: i32, arguments: &[CString], environment: &[CString]) -> Errno {
    if let Err(error) = policy::check(Operation::Execute { path: c"" }) {
        return error;
    }
    let (arguments, environment) = (vector(arguments), vector(environment));
    // SAFETY: C strings in lists that end with a null.
    unsafe { libc::fexecve(fd, arguments.as_ptr(), environment.as_ptr()) };
    Errno::last()
}

/// Runs a command by the shell and waits: the wait status.
pub fn system(command: &CStr) -> Result<i32> {
    policy::check(Operation::Execute { path: c"/bin/sh" })?;
    check(value!(system(command)))
}

/// Something the new process does to its descriptors before the program starts.
#[derive(Clone, Debug)]
pub enum FileAction {
    Open { fd: i32, path: CString, flags: i32, mode: u32 },
    Close(i32),
    Duplicate { from: i32, to: i32 },
    CloseFrom(i32),
}

/// How [`spawn`] starts a program.
#[derive(Default)]
pub struct Spawn {
    pub file_actions: Vec<FileAction>,
    /// Search the `PATH` of this process.
    pub search: bool,
    pub group: Option<i32>,
    pub reset_ids: bool,
    pub new_session: bool,
    pub mask: Option<SignalSet>,
    pub default_signals: Option<SignalSet>,
    /// Policy and priority; without a policy only the priority is set.
    pub scheduler: Option<(Option<i32>, i32)>,
}

struct FileActions(libc::posix_spawn_file_actions_t);

impl Drop for FileActions {
    fn drop(&mut self) {
        // SAFETY: initialised when made.
        unsafe { libc::posix_spawn_file_actions_destroy(&raw mut self.0) };
    }
}

impl FileActions {
    fn new(actions: &[FileAction]) -> Result<FileActions> {
        let mut raw = MaybeUninit::uninit();
        // SAFETY: the call initialises the structure.
        let mut list = unsafe {
            check_number(libc::posix_spawn_file_actions_init(raw.as_mut_ptr()))?;
            FileActions(raw.assume_init())
        };
        let place = &raw mut list.0;
        for action in actions {
            // SAFETY: the structure is initialised; paths are C strings, which are copied.
            check_number(unsafe {
                match action {
                    FileAction::Open { fd, path, flags, mode } => {
                        libc::posix_spawn_file_actions_addopen(
                            place,
                            *fd,
                            path.as_ptr(),
                            *flags,
                            *mode,
                        )
                    }
                    FileAction::Close(fd) => libc::posix_spawn_file_actions_addclose(place, *fd),
                    FileAction::Duplicate { from, to } => {
                        libc::posix_spawn_file_actions_adddup2(place, *from, *to)
                    }
                    FileAction::CloseFrom(fd) => {
                        posix_spawn_file_actions_addclosefrom_np(place, *fd)
                    }
                }
            })?;
        }
        Ok(list)
    }
}

unsafe extern "C" {
    fn posix_spawn_file_actions_addclosefrom_np(
        actions: *mut libc::posix_spawn_file_actions_t,
        from: i32,
    ) -> i32;
}

struct SpawnAttributes(libc::posix_spawnattr_t);

impl Drop for SpawnAttributes {
    fn drop(&mut self) {
        // SAFETY: initialised when made.
        unsafe { libc::posix_spawnattr_destroy(&raw mut self.0) };
    }
}

impl SpawnAttributes {
    fn new(spawn: &Spawn) -> Result<SpawnAttributes> {
        const SET_SESSION: i32 = 0x80;
        let mut raw = MaybeUninit::uninit();
        // SAFETY: the call initialises the structure.
        let mut attributes = unsafe {
            check_number(libc::posix_spawnattr_init(raw.as_mut_ptr()))?;
            SpawnAttributes(raw.assume_init())
        };
        let place = &raw mut attributes.0;
        let mut flags = 0;
        // SAFETY: the structure is initialised; what is passed is copied.
        unsafe {
            if let Some(group) = spawn.group {
                flags |= libc::POSIX_SPAWN_SETPGROUP;
                check_number(libc::posix_spawnattr_setpgroup(place, group))?;
            }
            if spawn.reset_ids {
                flags |= libc::POSIX_SPAWN_RESETIDS;
            }
            if spawn.new_session {
                flags |= SET_SESSION;
            }
            if let Some(mask) = &spawn.mask {
                flags |= libc::POSIX_SPAWN_SETSIGMASK;
                check_number(libc::posix_spawnattr_setsigmask(place, mask.raw()))?;
            }
            if let Some(signals) = &spawn.default_signals {
                flags |= libc::POSIX_SPAWN_SETSIGDEF;
                check_number(libc::posix_spawnattr_setsigdefault(place, signals.raw()))?;
            }
            if let Some((policy, priority)) = spawn.scheduler {
                let parameter = libc::sched_param { sched_priority: priority };
                check_number(libc::posix_spawnattr_setschedparam(place, &raw const parameter))?;
                flags |= match policy {
                    None => libc::POSIX_SPAWN_SETSCHEDPARAM,
                    Some(policy) => {
                        check_number(libc::posix_spawnattr_setschedpolicy(place, policy))?;
                        libc::POSIX_SPAWN_SETSCHEDULER
                    }
                };
            }
            check_number(libc::posix_spawnattr_setflags(place, flags as libc::c_short))?;
        }
        Ok(attributes)
    }
}

/// `posix_spawn`: starts a program in a new process and answers its number.
pub fn spawn(
    path: &CStr,
    arguments: &[CString],
    environment: &[CString],
    how: &Spawn,
) -> Result<i32> {
    policy::check(Operation::Execute { path })?;
    let actions = FileActions::new(&how.file_actions)?;
    let attributes = SpawnAttributes::new(how)?;
    let (arguments, environment) = (vector(arguments), vector(environment));
    let start = if how.search { libc::posix_spawnp } else { libc::posix_spawn };
    let mut pid = 0;
    // SAFETY: C strings in lists that end with a null; actions and attributes are
    // initialised.  The strings are not written to, though C's type would allow it.
    check_number(unsafe {
        start(
            &raw mut pid,
            path.as_ptr(),
            &raw const actions.0,
            &raw const attributes.0,
            arguments.as_ptr().cast(),
            environment.as_ptr().cast(),
        )
    })?;
    Ok(pid)
}
