//! The hash functions under `hashlib`: `_md5`, `_sha1`, `_sha2`, `_sha3`, `_blake2`, `_hmac`.
//!
//! The algorithms are crates'; here are their Python types, and what those have in common.

pub mod blake2;
pub mod hmac;
pub mod md5;
pub mod sha1;
pub mod sha2;
pub mod sha3;

use vm::prelude::*;
use vm::protocol::buffer::{BytesLike, has_buffer};

/// A hash function whose digest has one size.
pub(crate) trait Algorithm: Clone + 'static {
    const NAME: &'static str;
    const BLOCK_SIZE: usize;
    const DIGEST_SIZE: usize;
    fn fresh() -> Self;
    fn feed(&mut self, data: &[u8]);
    fn result(&self) -> Vec<u8>;
}

/// Makes a RustCrypto digest an [`Algorithm`].
macro_rules! algorithm {
    ($ty:ty, $name:literal, $block:literal, $size:literal) => {
        impl $crate::hashes::Algorithm for $ty {
            const NAME: &'static str = $name;
            const BLOCK_SIZE: usize = $block;
            const DIGEST_SIZE: usize = $size;

            fn fresh() -> Self {
                <$ty as ::sha2::Digest>::new()
            }

            fn feed(&mut self, data: &[u8]) {
                ::sha2::Digest::update(self, data);
            }

            fn result(&self) -> Vec<u8> {
                ::sha2::Digest::finalize(self.clone()).to_vec()
            }
        }
    };
}

/// The Python type over a Merkle-Damgård hash; `create` makes one with its first data.
macro_rules! hash_type {
    ($py:ident, $algorithm:ty, $name:literal, $module:literal) => {
        #[pyclass(
                                                    name = $name,
                                                    module = $module,
                                                    doc = None,
                                                    flags(DISALLOW_INSTANTIATION),
                                                    no_refs
                                                )]
        pub struct $py {
            /// On the heap of its own: it is aligned more strictly than objects are.
            state: PyCell<Box<$algorithm>>,
        }

        impl $py {
            fn create(
                vm: &VirtualMachine,
                data: Option<PyObject<'_>>,
                string: Option<PyObject<'_>>,
            ) -> PyResult<PyRef<$py>> {
                let mut state = <$algorithm>::fresh();
                $crate::hashes::feed_first(vm, data, string, |bytes| state.feed(bytes))?;
                Ok(vm.new_object($py { state: PyCell::new(Box::new(state)) }))
            }
        }

        #[pymethods]
        impl $py {
            /// A copy of the hash object.
            #[method(sig = "(self, /)")]
            fn copy(&self, vm: &VirtualMachine) -> PyRef<$py> {
                vm.new_object($py { state: PyCell::new(self.state.get()) })
            }

            /// The digest of the data so far, as bytes.
            #[method(sig = "(self, /)")]
            fn digest(&self, vm: &VirtualMachine) -> PyObjectRef {
                vm.new_bytes(&self.state.with(|s| s.result())).into()
            }

            /// The digest of the data so far, in hexadecimal digits.
            #[method(sig = "(self, /)")]
            fn hexdigest(&self) -> String {
                $crate::hashes::hex(&self.state.with(|s| s.result()))
            }

            /// Adds data to what is hashed.
            #[method(sig = "(self, obj, /)")]
            fn update(&self, vm: &VirtualMachine, obj: PyObject<'_>) -> PyResult<()> {
                $crate::hashes::feed_object(vm, obj, |b| self.state.with_mut(|s| s.feed(b)))
            }

            #[getter]
            fn block_size(&self) -> usize {
                <$algorithm>::BLOCK_SIZE
            }

            #[getter]
            fn name(&self) -> &'static str {
                <$algorithm>::NAME
            }

            #[getter]
            fn digest_size(&self) -> usize {
                <$algorithm>::DIGEST_SIZE
            }
        }
    };
}

pub(crate) use {algorithm, hash_type};

/// Data above which CPython lets other threads run.
pub(crate) const GIL_MINSIZE: i32 = 2048;

/// Hands the bytes of an object to `feed`.
pub(crate) fn feed_object(
    vm: &VirtualMachine,
    obj: PyObject<'_>,
    feed: impl FnOnce(&[u8]),
) -> PyResult<()> {
    if obj.downcast::<PyStr>().is_some() {
        return Err(vm.type_error("Strings must be encoded before hashing"));
    }
    if !has_buffer(vm, obj) {
        return Err(vm.type_error("object supporting the buffer API required"));
    }
    BytesLike::get(vm, obj)?.with(feed);
    Ok(())
}

/// The first data of a hash object, which goes by two names.
pub(crate) fn feed_first(
    vm: &VirtualMachine,
    data: Option<PyObject<'_>>,
    string: Option<PyObject<'_>>,
    feed: impl FnOnce(&[u8]),
) -> PyResult<()> {
    match data.or(string) {
        Some(_) if data.is_some() && string.is_some() => Err(vm.type_error(
            "'data' and 'string' are mutually exclusive and support for 'string' keyword \
             parameter is slated for removal in a future version.",
        )),
        Some(data) => feed_object(vm, data, feed),
        None => Ok(()),
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |n: u8| char::from(DIGITS[usize::from(n & 15)]);
    bytes.iter().flat_map(|b| [digit(b >> 4), digit(*b)]).collect()
}
