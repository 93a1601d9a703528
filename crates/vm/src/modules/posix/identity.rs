//! Who the process is: numbers of users, groups, sessions.

use super::args::Id;
use crate::modules::path::FsName;
use crate::prelude::*;
use host::{accounts, process};

fn done(vm: &VirtualMachine, r: host::Result<()>) -> PyResult<()> {
    r.map_err(|e| vm.errno_error(e))
}

#[pymodule_part(name = "posix")]
pub mod part {
    use super::*;

    /// Return the current process id.
    #[function(sig = "(/)")]
    fn getpid() -> i32 {
        process::pid()
    }

    /// Return the parent's process id.
    ///
    /// If the parent process has already exited, Windows machines will still
    /// return its id; others systems will return the id of the 'init' process (1).
    #[function(sig = "(/)")]
    fn getppid() -> i32 {
        process::parent()
    }

    /// Return the current process's user id.
    #[function(sig = "(/)")]
    fn getuid() -> u32 {
        process::uid()
    }

    /// Return the current process's effective user id.
    #[function(sig = "(/)")]
    fn geteuid() -> u32 {
        process::effective_uid()
    }

    /// Return the current process's group id.
    #[function(sig = "(/)")]
    fn getgid() -> u32 {
        process::gid()
    }

    /// Return the current process's effective group id.
    #[function(sig = "(/)")]
    fn getegid() -> u32 {
        process::effective_gid()
    }

    /// Return the current process group id.
    #[function(sig = "(/)")]
    fn getpgrp() -> i32 {
        process::group()
    }

    /// Call the system call getpgid(), and return the result.
    #[function(sig = "(pid)")]
    fn getpgid(vm: &VirtualMachine, pid: i32) -> PyResult<i32> {
        process::group_of(pid).map_err(|e| vm.errno_error(e))
    }

    /// Make the current process the leader of its process group.
    #[function(sig = "(/)")]
    fn setpgrp(vm: &VirtualMachine) -> PyResult<()> {
        done(vm, process::set_group(0, 0))
    }

    /// Call the system call setpgid(pid, pgrp).
    #[function(sig = "(pid, pgrp, /)")]
    fn setpgid(vm: &VirtualMachine, pid: i32, pgrp: i32) -> PyResult<()> {
        done(vm, process::set_group(pid, pgrp))
    }

    /// Call the system call getsid(pid) and return the result.
    #[function(sig = "(pid, /)")]
    fn getsid(vm: &VirtualMachine, pid: i32) -> PyResult<i32> {
        process::session_of(pid).map_err(|e| vm.errno_error(e))
    }

    /// Call the system call setsid().
    #[function(sig = "(/)")]
    fn setsid(vm: &VirtualMachine) -> PyResult<()> {
        process::new_session().map(drop).map_err(|e| vm.errno_error(e))
    }

    /// Set the current process's user id.
    #[function(sig = "(uid, /)")]
    fn setuid(vm: &VirtualMachine, uid: Id) -> PyResult<()> {
        done(vm, process::set_uid(uid.0))
    }

    /// Set the current process's effective user id.
    #[function(sig = "(euid, /)")]
    fn seteuid(vm: &VirtualMachine, euid: Id) -> PyResult<()> {
        done(vm, process::set_effective_uid(euid.0))
    }

    /// Set the current process's group id.
    #[function(sig = "(gid, /)")]
    fn setgid(vm: &VirtualMachine, gid: Id) -> PyResult<()> {
        done(vm, process::set_gid(gid.0))
    }

    /// Set the current process's effective group id.
    #[function(sig = "(egid, /)")]
    fn setegid(vm: &VirtualMachine, egid: Id) -> PyResult<()> {
        done(vm, process::set_effective_gid(egid.0))
    }

    /// Set the current process's real and effective user ids.
    #[function(sig = "(ruid, euid, /)")]
    fn setreuid(vm: &VirtualMachine, ruid: Id, euid: Id) -> PyResult<()> {
        done(vm, process::set_real_uid(ruid.0, euid.0))
    }

    /// Set the current process's real and effective group ids.
    #[function(sig = "(rgid, egid, /)")]
    fn setregid(vm: &VirtualMachine, rgid: Id, egid: Id) -> PyResult<()> {
        done(vm, process::set_real_gid(rgid.0, egid.0))
    }

    /// Set the current process's real, effective, and saved user ids.
    #[function(sig = "(ruid, euid, suid, /)")]
    fn setresuid(vm: &VirtualMachine, ruid: Id, euid: Id, suid: Id) -> PyResult<()> {
        done(vm, process::set_all_uids(ruid.0, euid.0, suid.0))
    }

    /// Set the current process's real, effective, and saved group ids.
    #[function(sig = "(rgid, egid, sgid, /)")]
    fn setresgid(vm: &VirtualMachine, rgid: Id, egid: Id, sgid: Id) -> PyResult<()> {
        done(vm, process::set_all_gids(rgid.0, egid.0, sgid.0))
    }

    /// Return a tuple of the current process's real, effective, and saved user ids.
    #[function(sig = "(/)")]
    fn getresuid(vm: &VirtualMachine) -> PyResult<(u32, u32, u32)> {
        process::all_uids().map(|[a, b, c]| (a, b, c)).map_err(|e| vm.errno_error(e))
    }

    /// Return a tuple of the current process's real, effective, and saved group ids.
    #[function(sig = "(/)")]
    fn getresgid(vm: &VirtualMachine) -> PyResult<(u32, u32, u32)> {
        process::all_gids().map(|[a, b, c]| (a, b, c)).map_err(|e| vm.errno_error(e))
    }

    /// Return list of supplemental group IDs for the process.
    #[function(sig = "(/)")]
    fn getgroups(vm: &VirtualMachine) -> PyResult<Vec<u32>> {
        process::groups().map_err(|e| vm.errno_error(e))
    }

    /// Set the groups of the current process to list.
    #[function(sig = "(groups, /)")]
    fn setgroups(vm: &VirtualMachine, groups: PyObject<'_>) -> PyResult<()> {
        let ids: Vec<u32> = vm
            .collect(groups)?
            .iter()
            .map(|g| match vm.index_i64(g.as_object())? {
                Some(v) if (0..i64::from(u32::MAX)).contains(&v) => Ok(v as u32),
                _ => Err(vm.overflow_error("group id is out of range")),
            })
            .collect::<PyResult<_>>()?;
        done(vm, process::set_groups(&ids))
    }

    /// Initialize the group access list.
    #[function(sig = "(username, gid, /)")]
    fn initgroups(vm: &VirtualMachine, username: FsName, gid: Id) -> PyResult<()> {
        done(vm, process::init_groups(&username.0, gid.0))
    }

    /// Returns a list of groups to which a user belongs.
    #[function(sig = "(user, group, /)")]
    fn getgrouplist(vm: &VirtualMachine, user: FsName, group: Id) -> PyResult<Vec<u32>> {
        accounts::groups_of_user(&user.0, group.0).map_err(|e| vm.errno_error(e))
    }

    /// Return the actual login name.
    #[function(sig = "(/)")]
    fn getlogin(vm: &VirtualMachine) -> PyResult<PyRef<PyStr>> {
        let name = accounts::login_name().map_err(|e| vm.errno_error(e))?;
        Ok(crate::modules::path::fs_decode(vm, &name))
    }
}
