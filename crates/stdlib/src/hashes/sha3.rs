//! `_sha3`: the SHA-3 hashes, and the SHAKE functions with digests of any length.

use super::{Algorithm, algorithm};
use ::sha3::digest::{ExtendableOutput, Update, XofReader};
use ::sha3::{Sha3_224, Sha3_256, Sha3_384, Sha3_512, Shake128, Shake256};
use vm::prelude::*;

algorithm!(Sha3_224, "sha3_224", 144, 28);
algorithm!(Sha3_256, "sha3_256", 136, 32);
algorithm!(Sha3_384, "sha3_384", 104, 48);
algorithm!(Sha3_512, "sha3_512", 72, 64);

/// Bits of the permutation's state.
const STATE_BITS: usize = 1600;
/// Digests are not made longer.
const MAX_LENGTH: u64 = 1 << 29;

/// The attributes and methods that all types of this module have.
macro_rules! sponge_type {
    ($py:ident, $state:ty, $name:literal, $doc:literal, $block:literal, $size:literal, $suffix:literal,
     $make:expr, $feed:expr) => {
        #[doc = $doc]
        #[pyclass(name = $name, module = "_sha3", with(digests), no_refs, text = "")]
        pub struct $py {
            /// On the heap of its own: it is aligned more strictly than objects are.
            state: super::Shared<Box<$state>>,
        }

        #[pymethods]
        impl $py {
            #[slot(sig = "(data=b'', *, usedforsecurity=True, string=None)", text = "")]
            fn new(
                cls: &Py<PyType>,
                vm: &VirtualMachine,
                data: Option<PyObject<'_>>,
                _usedforsecurity: bool,
                string: Option<PyObject<'_>>,
            ) -> PyResult<PyRef<$py>> {
                let mut state: $state = $make;
                let feed: fn(&mut $state, &[u8]) = $feed;
                super::feed_first(vm, data, string, |bytes| feed(&mut state, bytes))?;
                Ok(vm.alloc(cls, $py { state: super::Shared::new(Box::new(state)) }))
            }

            /// A copy of the hash object.
            #[method(sig = "(self, /)")]
            fn copy(&self, vm: &VirtualMachine) -> PyRef<$py> {
                vm.new_object($py { state: self.state.copy(vm) })
            }

            /// Adds data to what is hashed.
            #[method(sig = "(self, data, /)")]
            fn update(&self, vm: &VirtualMachine, data: PyObject<'_>) -> PyResult<()> {
                let feed: fn(&mut $state, &[u8]) = $feed;
                self.state.feed(vm, data, |s, bytes| feed(s, bytes))
            }

            #[getter]
            fn block_size(&self) -> usize {
                $block
            }

            #[getter]
            fn name(&self) -> &'static str {
                $name
            }

            #[getter]
            fn digest_size(&self) -> usize {
                $size
            }

            #[getter]
            fn _capacity_bits(&self) -> usize {
                STATE_BITS - $block * 8
            }

            #[getter]
            fn _rate_bits(&self) -> usize {
                $block * 8
            }

            #[getter]
            fn _suffix(&self, vm: &VirtualMachine) -> PyObjectRef {
                vm.new_bytes(&[$suffix]).into()
            }
        }
    };
}

macro_rules! sha3_type {
    ($py:ident, $state:ty, $name:literal, $doc:literal, $block:literal, $size:literal) => {
        sponge_type!(
            $py,
            $state,
            $name,
            $doc,
            $block,
            $size,
            6,
            <$state>::fresh(),
            |state, bytes| state.feed(bytes)
        );

        #[pymethods(name = digests)]
        impl $py {
            /// The digest of the data so far, as bytes.
            #[method(sig = "(self, /)")]
            fn digest(&self, vm: &VirtualMachine) -> PyObjectRef {
                vm.new_bytes(&self.state.with(vm, |s| s.result())).into()
            }

            /// The digest of the data so far, in hexadecimal digits.
            #[method(sig = "(self, /)")]
            fn hexdigest(&self, vm: &VirtualMachine) -> String {
                super::hex(&self.state.with(vm, |s| s.result()))
            }
        }
    };
}

/// How many bytes of output are wanted.
struct Length(usize);

impl<'a> FromArg<'a> for Length {
    fn from_arg(vm: &VirtualMachine, obj: PyObject<'a>, _context: ArgContext) -> PyResult<Self> {
        let n = vm.index(obj)?;
        match n.as_object().bigint() {
            Some(n) if n.is_negative() => Err(vm.value_error("Cannot convert negative int")),
            Some(n) => match n.to_u64() {
                Some(n) if n < MAX_LENGTH => Ok(Length(n as usize)),
                Some(_) => Err(vm.value_error("length is too large")),
                None => Err(vm.overflow_error("Python int too large for C unsigned long")),
            },
            None => Ok(Length(0)),
        }
    }
}

macro_rules! shake_type {
    ($py:ident, $state:ty, $name:literal, $doc:literal, $block:literal) => {
        sponge_type!(
            $py,
            $state,
            $name,
            $doc,
            $block,
            0,
            0x1f,
            <$state>::default(),
            |state, bytes| Update::update(state, bytes)
        );

        impl $py {
            fn output(&self, vm: &VirtualMachine, length: Length) -> Vec<u8> {
                let mut out = vec![0; length.0];
                self.state.with(vm, |s| (**s).clone()).finalize_xof().read(&mut out);
                out
            }
        }

        #[pymethods(name = digests)]
        impl $py {
            /// The digest of the data so far, as that many bytes.
            #[method(sig = "(self, /, length)")]
            fn digest(&self, vm: &VirtualMachine, length: Length) -> PyObjectRef {
                vm.new_bytes(&self.output(vm, length)).into()
            }

            /// The digest of the data so far: that many bytes, in hexadecimal digits.
            #[method(sig = "(self, /, length)")]
            fn hexdigest(&self, vm: &VirtualMachine, length: Length) -> String {
                super::hex(&self.output(vm, length))
            }
        }
    };
}

sha3_type!(PySha3With224, Sha3_224, "sha3_224", "The SHA3-224 hash.", 144, 28);
sha3_type!(PySha3With256, Sha3_256, "sha3_256", "The SHA3-256 hash.", 136, 32);
sha3_type!(PySha3With384, Sha3_384, "sha3_384", "The SHA3-384 hash.", 104, 48);
sha3_type!(PySha3With512, Sha3_512, "sha3_512", "The SHA3-512 hash.", 72, 64);
shake_type!(PyShake128, Shake128, "shake_128", "The SHAKE128 function.", 168);
shake_type!(PyShake256, Shake256, "shake_256", "The SHAKE256 function.", 136);

#[pymodule(
    name = "_sha3",
    types(PySha3With224, PySha3With256, PySha3With384, PySha3With512, PyShake128, PyShake256)
)]
pub mod module {
    use super::*;

    #[attr(name = "_GIL_MINSIZE")]
    const GIL_MINSIZE: i32 = crate::hashes::GIL_MINSIZE;
    #[attr(name = "implementation")]
    const IMPLEMENTATION: &str = "RustCrypto";
}

pub use module::MODULE;
