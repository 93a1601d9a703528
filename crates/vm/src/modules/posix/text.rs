//! Paths as text, without looking at the file system, and `fspath`.

use crate::modules::path;
use crate::prelude::*;

/// A path's bytes, whether it came as `bytes`, and the object itself.
fn parts(vm: &VirtualMachine, p: PyObject<'_>, function: &str) -> PyResult<(Vec<u8>, bool)> {
    let p = path::fspath(vm, p).map_err(|e| {
        if !vm.is_error(&e, &vm.exc().type_error) {
            return e;
        }
        vm.type_error(format!(
            "{function}: path should be string, bytes or os.PathLike, not {}",
            p.class(vm).display_name()
        ))
    })?;
    if let Some(s) = p.as_object().downcast::<PyStr>() {
        return Ok((s.payload_ref().as_bytes().to_vec(), false));
    }
    let b = p.as_object().downcast::<crate::builtins::bytes::PyBytes>();
    Ok((b.map_or_else(Vec::new, |b| b.payload_ref().as_bytes().to_vec()), true))
}

fn object(vm: &VirtualMachine, b: &[u8], is_bytes: bool) -> PyObjectRef {
    if is_bytes { vm.new_bytes(b).into() } else { vm.new_str_bytes(b).into() }
}

/// Leading slashes: none, one, or exactly two, which POSIX leaves alone.
fn root_len(p: &[u8]) -> usize {
    match p {
        [b'/', b'/', b'/', ..] => 1,
        [b'/', b'/', ..] => 2,
        [b'/', ..] => 1,
        _ => 0,
    }
}

fn normal(p: &[u8]) -> Vec<u8> {
    let root = root_len(p);
    let mut out: Vec<&[u8]> = Vec::new();
    for c in p[root..].split(|b| *b == b'/') {
        match c {
            b"" | b"." => {}
            b".." if root == 0 && out.last().is_none_or(|l| *l == b"..") => out.push(c),
            b".." => {
                out.pop();
            }
            _ => out.push(c),
        }
    }
    let mut r = p[..root].to_vec();
    r.extend_from_slice(&out.join(&b'/'));
    if r.is_empty() { b".".to_vec() } else { r }
}

#[pymodule_part(name = "posix")]
pub mod part {
    use super::*;

    /// The path that an object stands for: itself if it is str or bytes, else what its
    /// __fspath__() gives.
    #[function(sig = "(path)")]
    fn fspath(vm: &VirtualMachine, path: PyObject<'_>) -> PyResult {
        path::fspath(vm, path)
    }

    /// A path without what makes no difference in it.
    #[function(name = "_path_normpath", sig = "(path)")]
    fn path_normpath(vm: &VirtualMachine, path: PyObject<'_>) -> PyResult {
        let (p, is_bytes) = parts(vm, path, "_path_normpath")?;
        Ok(object(vm, &normal(&p), is_bytes))
    }

    /// A path in three parts: drive, slashes at the start, and the rest.
    #[function(name = "_path_splitroot_ex", sig = "(p)")]
    fn path_splitroot_ex(vm: &VirtualMachine, p: PyObject<'_>) -> PyResult {
        let (p, is_bytes) = parts(vm, p, "_path_splitroot_ex")?;
        // Two slashes are a root of their own; more than two are one and a tail.
        let root = root_len(&p);
        let items = [&b""[..], &p[..root], &p[root..]].map(|b| object(vm, b, is_bytes));
        Ok(vm.new_tuple(items.into()).into())
    }

    /// The system's message for an error number.
    #[function(sig = "(code, /)")]
    fn strerror(code: i32) -> String {
        host::Errno(code).message()
    }
}
