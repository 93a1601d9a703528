//! `_sha2`: the hashes of the SHA-2 family.

use super::{Algorithm, algorithm, hash_type};
use ::sha2::{Sha224, Sha256, Sha384, Sha512};
use vm::prelude::*;

algorithm!(Sha224, "sha224", 64, 28);
algorithm!(Sha256, "sha256", 64, 32);
algorithm!(Sha384, "sha384", 128, 48);
algorithm!(Sha512, "sha512", 128, 64);

hash_type!(PySha224, Sha224, "SHA224Type", "_sha2");
hash_type!(PySha256, Sha256, "SHA256Type", "_sha2");
hash_type!(PySha384, Sha384, "SHA384Type", "_sha2");
hash_type!(PySha512, Sha512, "SHA512Type", "_sha2");

#[pymodule(name = "_sha2")]
pub mod module {
    use super::*;

    #[attr(name = "_GIL_MINSIZE")]
    const GIL_MINSIZE: i32 = crate::hashes::GIL_MINSIZE;

    #[attr(name = "SHA224Type")]
    fn sha224_type(vm: &VirtualMachine) -> PyRef<PyType> {
        vm.type_of::<PySha224>().to_ref()
    }

    #[attr(name = "SHA256Type")]
    fn sha256_type(vm: &VirtualMachine) -> PyRef<PyType> {
        vm.type_of::<PySha256>().to_ref()
    }

    #[attr(name = "SHA384Type")]
    fn sha384_type(vm: &VirtualMachine) -> PyRef<PyType> {
        vm.type_of::<PySha384>().to_ref()
    }

    #[attr(name = "SHA512Type")]
    fn sha512_type(vm: &VirtualMachine) -> PyRef<PyType> {
        vm.type_of::<PySha512>().to_ref()
    }

    /// A new SHA-224 hash object, with its first data if there is any.
    #[function(sig = "(data=b'', *, usedforsecurity=True, string=None)")]
    fn sha224(
        vm: &VirtualMachine,
        data: Option<PyObject<'_>>,
        _usedforsecurity: bool,
        string: Option<PyObject<'_>>,
    ) -> PyResult<PyRef<PySha224>> {
        PySha224::create(vm, data, string)
    }

    /// A new SHA-256 hash object, with its first data if there is any.
    #[function(sig = "(data=b'', *, usedforsecurity=True, string=None)")]
    fn sha256(
        vm: &VirtualMachine,
        data: Option<PyObject<'_>>,
        _usedforsecurity: bool,
        string: Option<PyObject<'_>>,
    ) -> PyResult<PyRef<PySha256>> {
        PySha256::create(vm, data, string)
    }

    /// A new SHA-384 hash object, with its first data if there is any.
    #[function(sig = "(data=b'', *, usedforsecurity=True, string=None)")]
    fn sha384(
        vm: &VirtualMachine,
        data: Option<PyObject<'_>>,
        _usedforsecurity: bool,
        string: Option<PyObject<'_>>,
    ) -> PyResult<PyRef<PySha384>> {
        PySha384::create(vm, data, string)
    }

    /// A new SHA-512 hash object, with its first data if there is any.
    #[function(sig = "(data=b'', *, usedforsecurity=True, string=None)")]
    fn sha512(
        vm: &VirtualMachine,
        data: Option<PyObject<'_>>,
        _usedforsecurity: bool,
        string: Option<PyObject<'_>>,
    ) -> PyResult<PyRef<PySha512>> {
        PySha512::create(vm, data, string)
    }
}

pub use module::MODULE;
