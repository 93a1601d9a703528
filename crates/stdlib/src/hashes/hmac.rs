//! `_hmac`: keyed hashing (RFC 2104) over the hashes of this folder.

use super::{Algorithm, Shared, feed_object, hex};
use vm::builtins::exception::PyBaseException;
use vm::prelude::*;

/// A hash function at run time.
trait Hasher: Send {
    fn feed(&mut self, data: &[u8]);
    fn result(&self) -> Vec<u8>;
    fn duplicate(&self) -> Box<dyn Hasher>;
}

impl<A: Algorithm> Hasher for A {
    fn feed(&mut self, data: &[u8]) {
        Algorithm::feed(self, data);
    }

    fn result(&self) -> Vec<u8> {
        Algorithm::result(self)
    }

    fn duplicate(&self) -> Box<dyn Hasher> {
        Box::new(self.clone())
    }
}

/// One row of the table of hash functions.
#[derive(Clone, Copy)]
struct Kind {
    name: &'static str,
    block_size: usize,
    digest_size: usize,
    fresh: fn() -> Box<dyn Hasher>,
}

const fn kind<A: Algorithm>() -> Kind {
    Kind {
        name: A::NAME,
        block_size: A::BLOCK_SIZE,
        digest_size: A::DIGEST_SIZE,
        fresh: || Box::new(A::fresh()),
    }
}

static KINDS: &[Kind] = &[
    kind::<::md5::Md5>(),
    kind::<::sha1::Sha1>(),
    kind::<::sha2::Sha224>(),
    kind::<::sha2::Sha256>(),
    kind::<::sha2::Sha384>(),
    kind::<::sha2::Sha512>(),
    kind::<::sha3::Sha3_224>(),
    kind::<::sha3::Sha3_256>(),
    kind::<::sha3::Sha3_384>(),
    kind::<::sha3::Sha3_512>(),
    kind::<blake2s_simd::State>(),
    kind::<blake2b_simd::State>(),
];

/// `_hmac.UnknownHashError`.
pub static UNKNOWN_HASH_ERROR: TypeSpec = TypeSpec {
    base: Some(&vm::exceptions::VALUE_ERROR),
    flags: TypeFlags::BASETYPE
        .union(TypeFlags::HAVE_GC)
        .union(TypeFlags::EXT)
        .union(TypeFlags::HAS_DICT)
        .union(TypeFlags::BASE_EXC_SUBCLASS),
    ..TypeSpec::of::<PyBaseException>("_hmac", "UnknownHashError")
};

/// A running computation.
struct Mac {
    kind: Kind,
    inner: Box<dyn Hasher>,
    outer: Box<dyn Hasher>,
}

impl Mac {
    fn new(kind: Kind, key: &[u8]) -> Mac {
        let mut block = if key.len() > kind.block_size {
            let mut hasher = (kind.fresh)();
            hasher.feed(key);
            hasher.result()
        } else {
            key.to_vec()
        };
        block.resize(kind.block_size, 0);
        let padded = |pad: u8| {
            let mut hasher = (kind.fresh)();
            hasher.feed(&block.iter().map(|b| b ^ pad).collect::<Vec<u8>>());
            hasher
        };
        Mac { kind, inner: padded(0x36), outer: padded(0x5c) }
    }

    fn result(&self) -> Vec<u8> {
        let mut outer = self.outer.duplicate();
        outer.feed(&self.inner.result());
        outer.result()
    }

    fn duplicate(&self) -> Mac {
        Mac { kind: self.kind, inner: self.inner.duplicate(), outer: self.outer.duplicate() }
    }
}

#[pyclass(name = "HMAC", module = "_hmac", doc = None, flags(DISALLOW_INSTANTIATION), no_refs)]
pub struct PyHmac {
    kind: Kind,
    mac: Shared<Mac>,
}

#[pymethods]
impl PyHmac {
    #[slot]
    fn repr(zelf: &Py<PyHmac>) -> String {
        let name = zelf.kind.name;
        format!("<{name} HMAC object @ {:#x}>", zelf.as_object().bits())
    }

    /// A copy of the object.
    #[method(sig = "(self, /)")]
    fn copy(&self, vm: &VirtualMachine) -> PyRef<PyHmac> {
        vm.new_object(PyHmac {
            kind: self.kind,
            mac: Shared::new(self.mac.with(vm, Mac::duplicate)),
        })
    }

    /// Adds a message to what is authenticated.
    #[method(sig = "(self, /, msg)")]
    fn update(&self, vm: &VirtualMachine, msg: PyObject<'_>) -> PyResult<()> {
        self.mac.feed(vm, msg, |m, bytes| m.inner.feed(bytes))
    }

    /// The code of the messages so far, as bytes.
    #[method(sig = "(self, /)")]
    fn digest(&self, vm: &VirtualMachine) -> PyObjectRef {
        vm.new_bytes(&self.mac.with(vm, Mac::result)).into()
    }

    /// The code of the messages so far, in hexadecimal digits.
    #[method(sig = "(self, /)")]
    fn hexdigest(&self, vm: &VirtualMachine) -> String {
        hex(&self.mac.with(vm, Mac::result))
    }

    #[getter]
    fn name(&self) -> String {
        format!("hmac-{}", self.kind.name)
    }

    #[getter]
    fn block_size(&self) -> usize {
        self.kind.block_size
    }

    #[getter]
    fn digest_size(&self) -> usize {
        self.kind.digest_size
    }
}

fn find(vm: &VirtualMachine, digest: PyObject<'_>) -> PyResult<Kind> {
    let name = digest.downcast::<PyStr>().map(|s| s.to_string_lossy().to_lowercase());
    let name = name
        .as_deref()
        .map(|n| n.strip_suffix("_32").filter(|n| n.starts_with("blake2")).unwrap_or(n));
    if let Some(kind) = name.and_then(|name| KINDS.iter().find(|k| k.name == name)) {
        return Ok(*kind);
    }
    let shown = vm.repr(digest)?;
    let message = format!("unsupported hash type: {}", shown.to_string_lossy());
    Err(vm.new_exception_msg(vm.type_for(&UNKNOWN_HASH_ERROR), &message))
}

fn start(vm: &VirtualMachine, kind: Kind, key: PyObject<'_>) -> PyResult<Mac> {
    let mut mac = None;
    feed_object(vm, key, |key| mac = Some(Mac::new(kind, key)))?;
    mac.ok_or_else(|| vm.memory_error())
}

fn compute(
    vm: &VirtualMachine,
    kind: Kind,
    key: PyObject<'_>,
    msg: PyObject<'_>,
) -> PyResult<PyObjectRef> {
    let mut mac = start(vm, kind, key)?;
    feed_object(vm, msg, |msg| mac.inner.feed(msg))?;
    Ok(vm.new_bytes(&mac.result()).into())
}

/// One `compute_...` function for each row.
macro_rules! computing {
    ($($name:ident $i:literal),*) => {
        #[pymodule_part(name = "_hmac")]
        mod one_shot {
            use super::*;
            $(
                #[function(sig = "(key, msg, /)")]
                fn $name(vm: &VirtualMachine, key: PyObject<'_>, msg: PyObject<'_>) -> PyResult {
                    compute(vm, KINDS[$i], key, msg)
                }
            )*
        }
    };
}

computing!(
    compute_md5 0, compute_sha1 1, compute_sha224 2, compute_sha256 3, compute_sha384 4,
    compute_sha512 5, compute_sha3_224 6, compute_sha3_256 7, compute_sha3_384 8,
    compute_sha3_512 9, compute_blake2s_32 10, compute_blake2b_32 11
);

#[pymodule(name = "_hmac", types(PyHmac), parts(super::one_shot::PART), specs(UNKNOWN_HASH_ERROR))]
pub mod module {
    use super::*;

    #[attr(name = "_GIL_MINSIZE")]
    const GIL_MINSIZE: i32 = crate::hashes::GIL_MINSIZE;

    /// A new object that authenticates messages with a key.
    #[function(sig = "(key, msg=None, digestmod=None)")]
    fn new(
        vm: &VirtualMachine,
        key: PyObject<'_>,
        msg: NoneOr<PyObject<'_>>,
        digestmod: Option<PyObject<'_>>,
    ) -> PyResult<PyRef<PyHmac>> {
        let Some(digestmod) = digestmod else {
            return Err(vm.type_error("new() missing 1 required argument 'digestmod'"));
        };
        let mut mac = start(vm, find(vm, digestmod)?, key)?;
        if let Some(msg) = msg.0 {
            feed_object(vm, msg, |msg| mac.inner.feed(msg))?;
        }
        Ok(vm.new_object(PyHmac { kind: mac.kind, mac: Shared::new(mac) }))
    }

    #[function(sig = "(key, msg, digest)")]
    fn compute_digest(
        vm: &VirtualMachine,
        key: PyObject<'_>,
        msg: PyObject<'_>,
        digest: PyObject<'_>,
    ) -> PyResult {
        compute(vm, find(vm, digest)?, key, msg)
    }
}

pub use module::MODULE;
