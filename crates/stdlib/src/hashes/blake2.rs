//! `_blake2`: BLAKE2b and BLAKE2s, with keys, salts and the parameters of tree hashing.

use super::{Algorithm, hex};
use vm::prelude::*;
use vm::protocol::buffer::BytesLike;

/// The parameters of a new hash object, within the bounds that both functions share.
struct Parameters {
    digest_size: usize,
    key: Vec<u8>,
    salt: Vec<u8>,
    person: Vec<u8>,
    fanout: u8,
    depth: u8,
    leaf_size: u32,
    node_offset: u64,
    node_depth: u8,
    inner_size: usize,
    last_node: bool,
}

/// What one of the two functions allows.
struct Limits {
    name: &'static str,
    digest: usize,
    key: usize,
    salt: usize,
    person: usize,
    node_offset: u64,
}

/// An int without sign, of as many bits as the target.
fn unsigned(vm: &VirtualMachine, value: Option<PyObject<'_>>) -> PyResult<u64> {
    let Some(value) = value else { return Ok(0) };
    let n = vm.index(value)?;
    match n.as_object().bigint() {
        Some(n) if n.is_negative() => Err(vm.value_error("Cannot convert negative int")),
        Some(n) => n
            .to_u64()
            .ok_or_else(|| vm.overflow_error("Python int too large for C unsigned long long")),
        None => Ok(0),
    }
}

/// An int that the function takes as a byte.
fn byte(vm: &VirtualMachine, name: &str, value: i32, least: u8) -> PyResult<u8> {
    match u8::try_from(value) {
        Ok(v) if v >= least => Ok(v),
        _ => Err(vm.value_error(format!("{name} must be between {least} and 255"))),
    }
}

fn bounded(
    vm: &VirtualMachine,
    name: &str,
    value: Option<BytesLike<'_>>,
    most: usize,
) -> PyResult<Vec<u8>> {
    let bytes = value.map_or_else(Vec::new, |v| v.to_vec());
    if bytes.len() > most {
        return Err(vm.value_error(format!("maximum {name} length is {most} bytes")));
    }
    Ok(bytes)
}

macro_rules! blake2_type {
    ($py:ident, $krate:ident, $name:literal, $title:literal, $doc:literal, $text:literal,
     $block:literal, $out:literal, $salt:literal, $offset:expr) => {
        impl Algorithm for $krate::State {
            const NAME: &'static str = $name;
            const BLOCK_SIZE: usize = $block;
            const DIGEST_SIZE: usize = $out;

            fn fresh() -> Self {
                $krate::State::new()
            }

            fn feed(&mut self, data: &[u8]) {
                self.update(data);
            }

            fn result(&self) -> Vec<u8> {
                self.finalize().as_bytes().to_vec()
            }
        }

        #[doc = $doc]
        #[pyclass(name = $name, module = "_blake2", no_refs, text = $text)]
        pub struct $py {
            /// On the heap of its own: it is aligned more strictly than objects are.
            state: super::Shared<Box<$krate::State>>,
            digest_size: usize,
        }

        impl $py {
            const LIMITS: Limits = Limits {
                name: $title,
                digest: $out,
                key: $out,
                salt: $salt,
                person: $salt,
                node_offset: $offset,
            };

            fn start(p: &Parameters) -> $krate::State {
                let mut params = $krate::Params::new();
                params
                    .hash_length(p.digest_size)
                    .key(&p.key)
                    .salt(&p.salt)
                    .personal(&p.person)
                    .fanout(p.fanout)
                    .max_depth(p.depth)
                    .max_leaf_length(p.leaf_size)
                    .node_offset(p.node_offset)
                    .node_depth(p.node_depth)
                    .inner_hash_length(p.inner_size)
                    .last_node(p.last_node);
                params.to_state()
            }
        }

        #[pymethods]
        impl $py {
            #[slot(
                sig = "(data=b'', *, digest_size=0, key=b'', salt=b'', person=b'', fanout=1, depth=1, leaf_size=0, node_offset=0, node_depth=0, inner_size=0, last_node=False, usedforsecurity=True, string=None)",
                text = ""
            )]
            fn new(
                cls: &Py<PyType>,
                vm: &VirtualMachine,
                data: Option<PyObject<'_>>,
                digest_size: Option<i32>,
                key: Option<BytesLike<'_>>,
                salt: Option<BytesLike<'_>>,
                person: Option<BytesLike<'_>>,
                fanout: i32,
                depth: i32,
                leaf_size: Option<PyObject<'_>>,
                node_offset: Option<PyObject<'_>>,
                node_depth: i32,
                inner_size: i32,
                last_node: bool,
                _usedforsecurity: bool,
                string: Option<PyObject<'_>>,
            ) -> PyResult<PyRef<$py>> {
                let limits = Self::LIMITS;
                let size = digest_size.unwrap_or($out);
                let size = match usize::try_from(size) {
                    Ok(n) if n >= 1 && n <= limits.digest => n,
                    _ => {
                        return Err(vm.value_error(format!(
                            "digest_size for {} must be between 1 and {} bytes, here it is {size}",
                            limits.name, limits.digest
                        )));
                    }
                };
                let salt = bounded(vm, "salt", salt, limits.salt)?;
                let person = bounded(vm, "person", person, limits.person)?;
                let fanout = byte(vm, "fanout", fanout, 0)?;
                let depth = byte(vm, "depth", depth, 1)?;
                let leaf_size = u32::try_from(unsigned(vm, leaf_size)?)
                    .map_err(|_| vm.overflow_error("leaf_size is too large"))?;
                let node_offset = unsigned(vm, node_offset)?;
                if node_offset > limits.node_offset {
                    return Err(vm.overflow_error("node_offset is too large"));
                }
                let node_depth = byte(vm, "node_depth", node_depth, 0)?;
                let inner_size = match usize::try_from(inner_size) {
                    Ok(n) if n <= limits.digest => n,
                    _ => {
                        return Err(vm.value_error(format!(
                            "inner_size must be between 0 and is {}",
                            limits.digest
                        )));
                    }
                };
                let mut state = Self::start(&Parameters {
                    digest_size: size,
                    key: bounded(vm, "key", key, limits.key)?,
                    salt,
                    person,
                    fanout,
                    depth,
                    leaf_size,
                    node_offset,
                    node_depth,
                    inner_size,
                    last_node,
                });
                super::feed_first(vm, data, string, |bytes| state.feed(bytes))?;
                Ok(vm.alloc(cls, $py { state: super::Shared::new(Box::new(state)), digest_size: size }))
            }

            /// A copy of the hash object.
            #[method(sig = "(self, /)")]
            fn copy(&self, vm: &VirtualMachine) -> PyRef<$py> {
                let state = self.state.copy(vm);
                vm.new_object($py { state, digest_size: self.digest_size })
            }

            /// The digest of the data so far, as bytes.
            #[method(sig = "(self, /)")]
            fn digest(&self, vm: &VirtualMachine) -> PyObjectRef {
                vm.new_bytes(&self.state.with(vm, |s| s.result())).into()
            }

            /// The digest of the data so far, in hexadecimal digits.
            #[method(sig = "(self, /)")]
            fn hexdigest(&self, vm: &VirtualMachine) -> String {
                hex(&self.state.with(vm, |s| s.result()))
            }

            /// Adds data to what is hashed.
            #[method(sig = "(self, data, /)")]
            fn update(&self, vm: &VirtualMachine, data: PyObject<'_>) -> PyResult<()> {
                self.state.feed(vm, data, |s, bytes| s.feed(bytes))
            }

            #[getter]
            fn name(&self) -> &'static str {
                $name
            }

            #[getter]
            fn block_size(&self) -> usize {
                $block
            }

            #[getter]
            fn digest_size(&self) -> usize {
                self.digest_size
            }

            #[constant]
            const SALT_SIZE: i32 = $salt;
            #[constant]
            const PERSON_SIZE: i32 = $salt;
            #[constant]
            const MAX_KEY_SIZE: i32 = $out;
            #[constant]
            const MAX_DIGEST_SIZE: i32 = $out;
        }
    };
}

blake2_type!(
    PyBlake2b,
    blake2b_simd,
    "blake2b",
    "Blake2b",
    "The BLAKE2b hash, made for 64-bit machines.",
    "(data=b'', *, digest_size=_blake2.blake2b.MAX_DIGEST_SIZE,\n        key=b'', salt=b'', person=b'', fanout=1, depth=1, leaf_size=0,\n        node_offset=0, node_depth=0, inner_size=0, last_node=False,\n        usedforsecurity=True, string=None)",
    128,
    64,
    16,
    u64::MAX
);

blake2_type!(
    PyBlake2s,
    blake2s_simd,
    "blake2s",
    "Blake2s",
    "The BLAKE2s hash, made for small machines.",
    "(data=b'', *, digest_size=_blake2.blake2s.MAX_DIGEST_SIZE,\n        key=b'', salt=b'', person=b'', fanout=1, depth=1, leaf_size=0,\n        node_offset=0, node_depth=0, inner_size=0, last_node=False,\n        usedforsecurity=True, string=None)",
    64,
    32,
    8,
    (1 << 48) - 1
);

/// The BLAKE2 hashes.
#[pymodule(name = "_blake2", types(PyBlake2b, PyBlake2s))]
pub mod module {
    use super::*;

    #[attr(name = "_GIL_MINSIZE")]
    const GIL_MINSIZE: i32 = crate::hashes::GIL_MINSIZE;
    #[attr]
    const BLAKE2B_SALT_SIZE: i32 = 16;
    #[attr]
    const BLAKE2B_PERSON_SIZE: i32 = 16;
    #[attr]
    const BLAKE2B_MAX_KEY_SIZE: i32 = 64;
    #[attr]
    const BLAKE2B_MAX_DIGEST_SIZE: i32 = 64;
    #[attr]
    const BLAKE2S_SALT_SIZE: i32 = 8;
    #[attr]
    const BLAKE2S_PERSON_SIZE: i32 = 8;
    #[attr]
    const BLAKE2S_MAX_KEY_SIZE: i32 = 32;
    #[attr]
    const BLAKE2S_MAX_DIGEST_SIZE: i32 = 32;
}

pub use module::MODULE;
