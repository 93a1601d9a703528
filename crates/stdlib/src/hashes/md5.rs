//! `_md5`: the MD5 hash.

use super::{Algorithm, algorithm, hash_type};
use ::md5::Md5;
use vm::prelude::*;

algorithm!(Md5, "md5", 64, 16);

hash_type!(PyMd5, Md5, "md5", "_md5");

#[pymodule(name = "_md5")]
pub mod module {
    use super::*;

    #[attr(name = "_GIL_MINSIZE")]
    const GIL_MINSIZE: i32 = crate::hashes::GIL_MINSIZE;

    #[attr(name = "MD5Type")]
    fn md5_type(vm: &VirtualMachine) -> PyRef<PyType> {
        vm.type_of::<PyMd5>().to_ref()
    }

    /// A new MD5 hash object, with its first data if there is any.
    #[function(sig = "(data=b'', *, usedforsecurity=True, string=None)")]
    fn md5(
        vm: &VirtualMachine,
        data: Option<PyObject<'_>>,
        _usedforsecurity: bool,
        string: Option<PyObject<'_>>,
    ) -> PyResult<PyRef<PyMd5>> {
        PyMd5::create(vm, data, string)
    }
}

pub use module::MODULE;
