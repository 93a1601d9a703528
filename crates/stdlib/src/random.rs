//! `_random`: the generator under `random.Random`.

mod twister;

use num::{BigInt, ByteOrder};
use twister::Twister;
use vm::builtins::int::IntView;
use vm::prelude::*;
use vm::protocol::hash::hash;

/// Random() -> create a random number generator with its own internal state.
#[pyclass(name = "Random", module = "_random", flags(BASETYPE), no_refs, text = "")]
pub struct PyRandom {
    twister: PyCell<Twister>,
}

/// The 32-bit words of a magnitude, lowest first; at least one.
fn key_of(magnitude: &BigInt) -> Vec<u32> {
    let (_, words) = magnitude.words();
    let mut key: Vec<u32> = words.iter().flat_map(|w| [*w as u32, (*w >> 32) as u32]).collect();
    while key.len() > 1 && key.last() == Some(&0) {
        key.pop();
    }
    if key.is_empty() {
        key.push(0);
    }
    key
}

impl PyRandom {
    fn seed_with(&self, vm: &VirtualMachine, seed: PyObject<'_>) -> PyResult<()> {
        let key = if seed.is_none() {
            let bytes: [u8; Twister::WORDS * 4] = host::random::seed();
            bytes.as_chunks::<4>().0.iter().map(|b| u32::from_le_bytes(*b)).collect()
        } else if let Some(n) = seed.bigint() {
            key_of(&n.abs())
        } else {
            key_of(&BigInt::from_u64(hash(vm, seed)? as u64))
        };
        self.twister.with_mut(|t| t.seed(&key));
        Ok(())
    }
}

/// A count of bits.
struct Bits(u64);

impl<'a> FromArg<'a> for Bits {
    fn from_arg(vm: &VirtualMachine, obj: PyObject<'a>, _context: ArgContext) -> PyResult<Self> {
        let n = vm.index(obj)?;
        match n.as_object().bigint() {
            Some(n) if n.is_negative() => Err(vm.value_error("Cannot convert negative int")),
            Some(n) => n
                .to_u64()
                .map(Bits)
                .ok_or_else(|| vm.overflow_error("Python int too large for C uint64_t")),
            None => Ok(Bits(0)),
        }
    }
}

/// One word of a state; of larger ones, the low half counts.
fn state_word(vm: &VirtualMachine, word: &PyObjectRef) -> PyResult<u32> {
    let n = vm.index(word.as_object())?;
    let (negative, value) = match n.as_object().int_view() {
        Some(IntView::Small(v)) => (v < 0, u64::try_from(v).ok()),
        Some(IntView::Big(b)) => (b.is_negative(), b.to_u64()),
        None => (false, None),
    };
    if negative {
        return Err(vm.overflow_error("can't convert negative value to unsigned int"));
    }
    value
        .map(|v| v as u32)
        .ok_or_else(|| vm.overflow_error("Python int too large to convert to C unsigned long"))
}

#[pymethods]
impl PyRandom {
    #[slot(name = "new", text = "")]
    fn py_new(cls: &Py<PyType>, vm: &VirtualMachine, _args: Args<'_>) -> PyRef<PyRandom> {
        vm.alloc(cls, PyRandom { twister: PyCell::new(Twister::new()) })
    }

    #[slot(sig = "(x=None, /)", text = "")]
    fn init(&self, vm: &VirtualMachine, x: PyObject<'_>) -> PyResult<()> {
        self.seed_with(vm, x)
    }

    /// The next random number in the half-open interval [0.0, 1.0).
    #[method(sig = "(self, /)")]
    fn random(&self) -> f64 {
        self.twister.with_mut(Twister::next_float)
    }

    /// Starts the generator afresh from a seed.
    ///
    /// An int seeds by its magnitude, anything else but None by its hash; None, the
    /// default, takes randomness from the operating system.
    #[method(sig = "(self, n=None, /)")]
    fn seed(&self, vm: &VirtualMachine, n: PyObject<'_>) -> PyResult<()> {
        self.seed_with(vm, n)
    }

    /// A tuple that holds the generator's state.
    #[method(sig = "(self, /)")]
    fn getstate(&self, vm: &VirtualMachine) -> PyRef<PyTuple> {
        let (words, index) = self.twister.with(|t| (*t.words().0, t.words().1));
        let items = words.iter().map(|w| vm.new_int(i64::from(*w)));
        vm.new_tuple(items.chain([vm.new_usize(index)]).collect())
    }

    /// Brings back a state that getstate() gave.
    #[method(sig = "(self, state, /)")]
    fn setstate(&self, vm: &VirtualMachine, state: PyObject<'_>) -> PyResult<()> {
        let Some(state) = state.downcast::<PyTuple>() else {
            return Err(vm.type_error("state vector must be a tuple"));
        };
        let Some((index, given)) = state.as_slice().split_last() else {
            return Err(vm.value_error("state vector is the wrong size"));
        };
        if given.len() != Twister::WORDS {
            return Err(vm.value_error("state vector is the wrong size"));
        }
        let mut words = [0; Twister::WORDS];
        for (word, item) in words.iter_mut().zip(given) {
            *word = state_word(vm, item)?;
        }
        let index = vm.to_i64(index.as_object())?;
        match usize::try_from(index) {
            Ok(index) if index <= Twister::WORDS => {
                self.twister.with_mut(|t| t.set_words(words, index));
                Ok(())
            }
            _ => Err(vm.value_error("invalid state")),
        }
    }

    /// An int with k random bits.
    #[method(sig = "(self, k, /)")]
    fn getrandbits(&self, vm: &VirtualMachine, k: Bits) -> PyResult {
        let Bits(k) = k;
        if k == 0 {
            return Ok(vm.new_int(0));
        }
        if k <= 32 {
            let word = self.twister.with_mut(Twister::next_word) >> (32 - k);
            return Ok(vm.new_int(i64::from(word)));
        }
        let count = usize::try_from(k.div_ceil(32)).map_err(|_| vm.memory_error())?;
        let mut bytes = Vec::new();
        bytes.try_reserve_exact(count.saturating_mul(4)).map_err(|_| vm.memory_error())?;
        let last_shift = (32 - k % 32) % 32;
        for i in 0..count {
            if i % 0x10000 == 0xffff {
                vm.check_breaker()?;
            }
            let word = self.twister.with_mut(Twister::next_word);
            let word = if i + 1 == count { word >> last_shift } else { word };
            bytes.extend_from_slice(&word.to_le_bytes());
        }
        Ok(vm.new_bigint(BigInt::from_bytes(&bytes, ByteOrder::Little, false)))
    }
}

/// The Mersenne twister.
#[pymodule(name = "_random", types(PyRandom))]
pub mod module {
    use super::*;
}

pub use module::MODULE;
