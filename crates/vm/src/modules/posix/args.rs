//! Argument types of the module.

use crate::call::ArgContext;
use crate::modules::path::{FsPath, fd_number};
use crate::prelude::*;

/// `dir_fd`: a descriptor, or `None` for the current directory.
#[derive(Clone, Copy)]
pub struct DirFd(pub i32);

impl<'a> FromArg<'a> for DirFd {
    fn from_arg(vm: &VirtualMachine, obj: PyObject<'a>, _context: ArgContext) -> PyResult<Self> {
        if obj.is_none() {
            return Ok(DirFd(host::CURRENT_DIRECTORY));
        }
        if !vm.is_index(obj) {
            return Err(vm.type_error(format!(
                "argument should be integer or None, not {}",
                obj.class(vm).display_name()
            )));
        }
        fd_number(vm, obj).map(DirFd)
    }
}

/// The directory that a left-out `dir_fd` means.
pub fn directory(d: Option<DirFd>) -> i32 {
    d.map_or(host::CURRENT_DIRECTORY, |d| d.0)
}

/// Complains of a descriptor given together with what only names go with.
pub fn check_combination(
    vm: &VirtualMachine,
    function: &str,
    path: &FsPath,
    dir: i32,
    follow: bool,
) -> PyResult<()> {
    if path.fd.is_none() {
        return Ok(());
    }
    if dir != host::CURRENT_DIRECTORY {
        return Err(
            vm.value_error(format!("{function}: can't specify dir_fd without matching path"))
        );
    }
    if !follow {
        return Err(
            vm.value_error(format!("{function}: cannot use fd and follow_symlinks together"))
        );
    }
    Ok(())
}

/// A user or group number; -1 leaves things as they are.
#[derive(Clone, Copy)]
pub struct Id(pub u32);

impl<'a> FromArg<'a> for Id {
    fn from_arg(vm: &VirtualMachine, obj: PyObject<'a>, _context: ArgContext) -> PyResult<Self> {
        if !vm.is_index(obj) {
            return Err(vm.type_error(format!(
                "uid should be integer, not {}",
                obj.class(vm).display_name()
            )));
        }
        match vm.index_i64(obj)? {
            Some(-1) => Ok(Id(u32::MAX)),
            Some(v) if v < 0 => Err(vm.overflow_error("uid is less than minimum")),
            Some(v) if v < i64::from(u32::MAX) => Ok(Id(v as u32)),
            _ => Err(vm.overflow_error("uid is greater than maximum")),
        }
    }
}

/// An offset in a file: an int that fits 64 bits.
#[derive(Clone, Copy)]
pub struct Offset(pub i64);

impl<'a> FromArg<'a> for Offset {
    fn from_arg(vm: &VirtualMachine, obj: PyObject<'a>, _context: ArgContext) -> PyResult<Self> {
        vm.to_i64(obj).map(Offset)
    }
}
