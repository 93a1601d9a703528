//! The hash functions under `hashlib`: `_md5`, `_sha1`, `_sha2`, `_sha3`, `_blake2`, `_hmac`.
//!
//! The algorithms are crates'; here are their Python types, and what those have in common.

pub mod blake2;
pub mod hmac;
pub mod md5;
pub mod sha1;
pub mod sha2;
pub mod sha3;

use std::sync::{Mutex, MutexGuard, TryLockError};
use vm::prelude::*;
use vm::protocol::buffer::{BytesLike, has_buffer};

/// A hash function whose digest has one size.
pub(crate) trait Algorithm: Clone + Send + 'static {
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
        #[pyclass(name = $name, module = $module, doc = None, flags(DISALLOW_INSTANTIATION), no_refs)]
        pub struct $py {
            /// On the heap of its own: it is aligned more strictly than objects are.
            state: $crate::hashes::Shared<Box<$algorithm>>,
        }

        impl $py {
            fn create(
                vm: &VirtualMachine,
                data: Option<PyObject<'_>>,
                string: Option<PyObject<'_>>,
            ) -> PyResult<PyRef<$py>> {
                let mut state = <$algorithm>::fresh();
                $crate::hashes::feed_first(vm, data, string, |bytes| state.feed(bytes))?;
                Ok(vm.new_object($py { state: $crate::hashes::Shared::new(Box::new(state)) }))
            }
        }

        #[pymethods]
        impl $py {
            /// A copy of the hash object.
            #[method(sig = "(self, /)")]
            fn copy(&self, vm: &VirtualMachine) -> PyRef<$py> {
                vm.new_object($py { state: self.state.copy(vm) })
            }

            /// The digest of the data so far, as bytes.
            #[method(sig = "(self, /)")]
            fn digest(&self, vm: &VirtualMachine) -> PyObjectRef {
                vm.new_bytes(&self.state.with(vm, |s| s.result())).into()
            }

            /// The digest of the data so far, in hexadecimal digits.
            #[method(sig = "(self, /)")]
            fn hexdigest(&self, vm: &VirtualMachine) -> String {
                $crate::hashes::hex(&self.state.with(vm, |s| s.result()))
            }

            /// Adds data to what is hashed.
            #[method(sig = "(self, obj, /)")]
            fn update(&self, vm: &VirtualMachine, obj: PyObject<'_>) -> PyResult<()> {
                self.state.feed(vm, obj, |s, bytes| s.feed(bytes))
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

/// Bytes from which on other threads run while they are hashed.
pub(crate) const GIL_MINSIZE: i32 = 2048;

/// The state of a hash object.  Much data is hashed without the interpreter's lock, so the
/// state has a lock of its own; nobody waits for that one while holding the interpreter's.
pub(crate) struct Shared<A>(Mutex<A>);

impl<A: Send> Shared<A> {
    pub(crate) fn new(state: A) -> Shared<A> {
        Shared(Mutex::new(state))
    }

    fn lock(&self, vm: &VirtualMachine) -> MutexGuard<'_, A> {
        loop {
            match self.0.try_lock() {
                Ok(state) => return state,
                Err(TryLockError::Poisoned(e)) => return e.into_inner(),
                // Another thread hashes: its lock comes free when it is done.
                Err(TryLockError::WouldBlock) => vm.allow_threads(|| drop(self.0.lock())),
            }
        }
    }

    pub(crate) fn with<R>(&self, vm: &VirtualMachine, f: impl FnOnce(&A) -> R) -> R {
        f(&self.lock(vm))
    }

    /// Feeds the state with the bytes of an object.
    pub(crate) fn feed(
        &self,
        vm: &VirtualMachine,
        obj: PyObject<'_>,
        feed: impl FnOnce(&mut A, &[u8]) + Send,
    ) -> PyResult<()> {
        // Getting at the bytes may run Python code, which may want the state.
        let data = bytes_of(vm, obj)?;
        let mut state = self.lock(vm);
        let state: &mut A = &mut state;
        feed_bytes(vm, &data, |bytes| feed(state, bytes));
        Ok(())
    }
}

impl<A: Send + Clone> Shared<A> {
    pub(crate) fn copy(&self, vm: &VirtualMachine) -> Shared<A> {
        Shared::new(self.lock(vm).clone())
    }
}

fn bytes_of<'a>(vm: &VirtualMachine, obj: PyObject<'a>) -> PyResult<BytesLike<'a>> {
    if obj.downcast::<PyStr>().is_some() {
        return Err(vm.type_error("Strings must be encoded before hashing"));
    }
    if !has_buffer(vm, obj) {
        return Err(vm.type_error("object supporting the buffer API required"));
    }
    BytesLike::get(vm, obj)
}

/// Hands bytes to `feed`, without the interpreter's lock if they are many: then those that
/// another thread may change are copied first.
fn feed_bytes(vm: &VirtualMachine, data: &BytesLike<'_>, feed: impl FnOnce(&[u8]) + Send) {
    if data.len() < GIL_MINSIZE as usize {
        return data.with(feed);
    }
    match data {
        BytesLike::Bytes(b) => {
            let bytes = b.as_bytes();
            vm.allow_threads(|| feed(bytes));
        }
        BytesLike::Buffer(_) => {
            let copy = data.with(<[u8]>::to_vec);
            vm.allow_threads(|| feed(&copy));
        }
    }
}

/// Hands the bytes of an object to `feed`.
pub(crate) fn feed_object(
    vm: &VirtualMachine,
    obj: PyObject<'_>,
    feed: impl FnOnce(&[u8]) + Send,
) -> PyResult<()> {
    let data = bytes_of(vm, obj)?;
    feed_bytes(vm, &data, feed);
    Ok(())
}

/// The first data of a hash object, which goes by two names.
pub(crate) fn feed_first(
    vm: &VirtualMachine,
    data: Option<PyObject<'_>>,
    string: Option<PyObject<'_>>,
    feed: impl FnOnce(&[u8]) + Send,
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
