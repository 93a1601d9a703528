//! Argument types of the module.

use crate::builtins::int::IntView;
use crate::call::ArgContext;
use crate::modules::path::{FsPath, fd_number, warn_of_bool};
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
        warn_of_bool(vm, obj)?;
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

/// A device number, or one of the two parts of it; -1 is no device.
#[derive(Clone, Copy)]
pub struct Device(pub u64);

/// What -1 becomes.
pub const NO_DEVICE: u64 = u64::MAX;

impl<'a> FromArg<'a> for Device {
    fn from_arg(vm: &VirtualMachine, obj: PyObject<'a>, _context: ArgContext) -> PyResult<Self> {
        let n = vm.index(obj)?;
        match n.as_object().int_view() {
            Some(IntView::Small(-1)) => Some(NO_DEVICE),
            Some(IntView::Small(v)) => u64::try_from(v).ok(),
            Some(IntView::Big(b)) if !b.is_negative() => match b.to_u64() {
                Some(v) => Some(v),
                None => return Err(vm.overflow_error("int too big to convert")),
            },
            _ => None,
        }
        .map(Device)
        .ok_or_else(|| vm.overflow_error("can't convert negative int to unsigned"))
    }
}

impl Device {
    /// As one of the parts, which are C's `unsigned int`.
    pub fn part(self, vm: &VirtualMachine) -> PyResult<u32> {
        match self.0 {
            NO_DEVICE => Ok(u32::MAX),
            v => u32::try_from(v).map_err(|_| {
                vm.overflow_error("Python int too large to convert to C unsigned int")
            }),
        }
    }
}

/// A user or group number; -1 leaves things as they are.
#[derive(Clone, Copy)]
pub struct Id(pub u32);

impl<'a> FromArg<'a> for Id {
    fn from_arg(vm: &VirtualMachine, obj: PyObject<'a>, context: ArgContext) -> PyResult<Self> {
        let argument = context.signature.params.get(context.index).copied().unwrap_or("uid");
        let what = if argument.contains('g') { "gid" } else { "uid" };
        if !vm.is_index(obj) {
            return Err(vm.type_error(format!(
                "{what} should be integer, not {}",
                obj.class(vm).display_name()
            )));
        }
        match vm.index_i64(obj)? {
            Some(-1) => Ok(Id(u32::MAX)),
            Some(v) if (0..i64::from(u32::MAX)).contains(&v) => Ok(Id(v as u32)),
            // What fits a C long but no ID wraps around, as CPython sees it.
            Some(_) => Err(vm.overflow_error(format!("{what} is less than minimum"))),
            None => Err(vm.overflow_error(format!("{what} is greater than maximum"))),
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
