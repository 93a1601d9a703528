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

    /// The number of this process.
    #[function(sig = "(/)")]
    fn getpid() -> i32 {
        process::pid()
    }

    /// The number of the process that started this one, or of the one that has taken it over.
    #[function(sig = "(/)")]
    fn getppid() -> i32 {
        process::parent()
    }

    /// The user that this process belongs to.
    #[function(sig = "(/)")]
    fn getuid() -> u32 {
        process::uid()
    }

    /// The user that this process acts as.
    #[function(sig = "(/)")]
    fn geteuid() -> u32 {
        process::effective_uid()
    }

    /// The group that this process belongs to.
    #[function(sig = "(/)")]
    fn getgid() -> u32 {
        process::gid()
    }

    /// The group that this process acts as.
    #[function(sig = "(/)")]
    fn getegid() -> u32 {
        process::effective_gid()
    }

    /// The process group of this process.
    #[function(sig = "(/)")]
    fn getpgrp() -> i32 {
        process::group()
    }

    /// The process group of a process.
    #[function(sig = "(pid)")]
    fn getpgid(vm: &VirtualMachine, pid: i32) -> PyResult<i32> {
        process::group_of(pid).map_err(|e| vm.errno_error(e))
    }

    /// Makes a process group of this process.
    #[function(sig = "(/)")]
    fn setpgrp(vm: &VirtualMachine) -> PyResult<()> {
        done(vm, process::set_group(0, 0))
    }

    /// Puts a process into a process group.
    #[function(sig = "(pid, pgrp, /)")]
    fn setpgid(vm: &VirtualMachine, pid: i32, pgrp: i32) -> PyResult<()> {
        done(vm, process::set_group(pid, pgrp))
    }

    /// The session of a process.
    #[function(sig = "(pid, /)")]
    fn getsid(vm: &VirtualMachine, pid: i32) -> PyResult<i32> {
        process::session_of(pid).map_err(|e| vm.errno_error(e))
    }

    /// Makes a session of this process.
    #[function(sig = "(/)")]
    fn setsid(vm: &VirtualMachine) -> PyResult<()> {
        process::new_session().map(drop).map_err(|e| vm.errno_error(e))
    }

    /// Sets the user of this process.
    #[function(sig = "(uid, /)")]
    fn setuid(vm: &VirtualMachine, uid: Id) -> PyResult<()> {
        done(vm, process::set_uid(uid.0))
    }

    /// Sets the user to act as.
    #[function(sig = "(euid, /)")]
    fn seteuid(vm: &VirtualMachine, euid: Id) -> PyResult<()> {
        done(vm, process::set_effective_uid(euid.0))
    }

    /// Sets the group of this process.
    #[function(sig = "(gid, /)")]
    fn setgid(vm: &VirtualMachine, gid: Id) -> PyResult<()> {
        done(vm, process::set_gid(gid.0))
    }

    /// Sets the group to act as.
    #[function(sig = "(egid, /)")]
    fn setegid(vm: &VirtualMachine, egid: Id) -> PyResult<()> {
        done(vm, process::set_effective_gid(egid.0))
    }

    /// Sets the real and effective user.
    #[function(sig = "(ruid, euid, /)")]
    fn setreuid(vm: &VirtualMachine, ruid: Id, euid: Id) -> PyResult<()> {
        done(vm, process::set_real_uid(ruid.0, euid.0))
    }

    /// Sets the real and effective group.
    #[function(sig = "(rgid, egid, /)")]
    fn setregid(vm: &VirtualMachine, rgid: Id, egid: Id) -> PyResult<()> {
        done(vm, process::set_real_gid(rgid.0, egid.0))
    }

    /// Sets the real, effective and saved user.
    #[function(sig = "(ruid, euid, suid, /)")]
    fn setresuid(vm: &VirtualMachine, ruid: Id, euid: Id, suid: Id) -> PyResult<()> {
        done(vm, process::set_all_uids(ruid.0, euid.0, suid.0))
    }

    /// Sets the real, effective and saved group.
    #[function(sig = "(rgid, egid, sgid, /)")]
    fn setresgid(vm: &VirtualMachine, rgid: Id, egid: Id, sgid: Id) -> PyResult<()> {
        done(vm, process::set_all_gids(rgid.0, egid.0, sgid.0))
    }

    /// The real, effective and saved user.
    #[function(sig = "(/)")]
    fn getresuid(vm: &VirtualMachine) -> PyResult<(u32, u32, u32)> {
        process::all_uids().map(|[a, b, c]| (a, b, c)).map_err(|e| vm.errno_error(e))
    }

    /// The real, effective and saved group.
    #[function(sig = "(/)")]
    fn getresgid(vm: &VirtualMachine) -> PyResult<(u32, u32, u32)> {
        process::all_gids().map(|[a, b, c]| (a, b, c)).map_err(|e| vm.errno_error(e))
    }

    /// The other groups that this process belongs to.
    #[function(sig = "(/)")]
    fn getgroups(vm: &VirtualMachine) -> PyResult<Vec<u32>> {
        process::groups().map_err(|e| vm.errno_error(e))
    }

    /// Sets the other groups of this process.
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

    /// The groups that a user belongs to, with one that is given.
    #[function(sig = "(user, group, /)")]
    fn getgrouplist(vm: &VirtualMachine, user: FsName, group: Id) -> PyResult<Vec<u32>> {
        accounts::groups_of_user(&user.0, group.0).map_err(|e| vm.errno_error(e))
    }

    /// The name of the user at the terminal.
    #[function(sig = "(/)")]
    fn getlogin(vm: &VirtualMachine) -> PyResult<PyRef<PyStr>> {
        let name = accounts::login_name().map_err(|e| vm.errno_error(e))?;
        Ok(crate::modules::path::fs_decode(vm, &name))
    }
}
