//! `_sha1`: the SHA-1 hash.

use super::{Algorithm, algorithm, hash_type};
use ::sha1::Sha1;
use vm::prelude::*;

algorithm!(Sha1, "sha1", 64, 20);

hash_type!(PySha1, Sha1, "sha1", "_sha1");

#[pymodule(name = "_sha1")]
pub mod module {
    use super::*;

    #[attr(name = "_GIL_MINSIZE")]
    const GIL_MINSIZE: i32 = crate::hashes::GIL_MINSIZE;

    #[attr(name = "SHA1Type")]
    fn sha1_type(vm: &VirtualMachine) -> PyRef<PyType> {
        vm.type_of::<PySha1>().to_ref()
    }

    /// A new SHA1 hash object, with its first data if there is any.
    #[function(sig = "(data=b'', *, usedforsecurity=True, string=None)")]
    fn sha1(
        vm: &VirtualMachine,
        data: Option<PyObject<'_>>,
        _usedforsecurity: bool,
        string: Option<PyObject<'_>>,
    ) -> PyResult<PyRef<PySha1>> {
        PySha1::create(vm, data, string)
    }
}

pub use module::MODULE;
