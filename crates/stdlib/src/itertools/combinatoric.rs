//! `product`, `permutations`, `combinations`, `combinations_with_replacement`.
//!
//! Each keeps indices into its pool; a result is built from them, never kept.

use super::own_iter;
use vm::builtins::sequences::collect;
use vm::prelude::*;

/// How far an iterator is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Fresh,
    Running,
    Done,
}

struct State {
    indices: Vec<usize>,
    /// Of `permutations` only.
    cycles: Vec<usize>,
    stage: Stage,
}

impl State {
    fn new(indices: Vec<usize>, done: bool) -> PyCell<State> {
        let stage = if done { Stage::Done } else { Stage::Fresh };
        PyCell::new(State { indices, cycles: Vec::new(), stage })
    }

    /// Goes to the next arrangement, the first one included; false at the end.
    fn advance(&mut self, step: impl FnOnce(&mut State) -> bool) -> bool {
        match self.stage {
            Stage::Done => return false,
            Stage::Fresh => self.stage = Stage::Running,
            Stage::Running => {
                if !step(self) {
                    self.stage = Stage::Done;
                    return false;
                }
            }
        }
        true
    }
}

fn pick(vm: &VirtualMachine, pool: &PyTuple, indices: &[usize]) -> PyObjectRef {
    let items = pool.as_slice();
    let picked = indices.iter().map(|i| items[*i].clone());
    PyTuple::from_exact(vm, indices.len(), picked).into()
}

fn pool_of(vm: &VirtualMachine, iterable: PyObject<'_>) -> PyResult<PyRef<PyTuple>> {
    Ok(vm.new_tuple(collect(vm, iterable)?))
}

/// `r`, which must not be negative; the indices it needs must fit in memory.
fn checked_len(vm: &VirtualMachine, r: isize) -> PyResult<usize> {
    usize::try_from(r).map_err(|_| vm.value_error("r must be non-negative"))
}

fn room(vm: &VirtualMachine, n: usize) -> PyResult<Vec<usize>> {
    let mut v = Vec::new();
    v.try_reserve_exact(n).map_err(|_| vm.memory_error())?;
    Ok(v)
}

/// All ways to take one item of each iterable, the last changing fastest.
///
/// repeat is how often to take the iterables: product(a, repeat=2) is product(a, a).
#[pyclass(name = "product", module = "itertools", flags(BASETYPE, HAVE_GC))]
#[derive(Traverse)]
pub struct PyProduct {
    pools: Vec<PyRef<PyTuple>>,
    #[pytraverse(skip)]
    state: PyCell<State>,
}

#[pymethods]
impl PyProduct {
    #[slot(sig = "(*iterables, repeat=1)")]
    fn new(
        cls: &Py<PyType>,
        vm: &VirtualMachine,
        iterables: Rest<'_>,
        repeat: isize,
    ) -> PyResult<PyRef<PyProduct>> {
        let Ok(repeat) = usize::try_from(repeat) else {
            return Err(vm.value_error("repeat argument cannot be negative"));
        };
        let count = if repeat == 0 { 0 } else { iterables.len() };
        let total = count.checked_mul(repeat).filter(|n| *n <= isize::MAX as usize / 16);
        let Some(total) = total else {
            return Err(vm.overflow_error("repeat argument too large"));
        };
        let mut once = Vec::new();
        for o in iterables.iter().take(count) {
            once.push(pool_of(vm, o)?);
        }
        let mut indices = room(vm, total)?;
        indices.resize(total, 0);
        let mut pools = Vec::new();
        pools.try_reserve_exact(total).map_err(|_| vm.memory_error())?;
        pools.extend(once.iter().cycle().take(total).cloned());
        let empty = once.iter().any(|p| p.is_empty());
        Ok(vm.alloc(cls, PyProduct { pools, state: State::new(indices, empty) }))
    }

    #[slot]
    fn iter(zelf: PyObject<'_>) -> PyObjectRef {
        own_iter(zelf)
    }

    #[slot]
    fn iternext(zelf: &Py<PyProduct>, vm: &VirtualMachine) -> Option<PyObjectRef> {
        let pools = &zelf.pools;
        zelf.state.with_mut(|s| {
            let more = s.advance(|s| {
                for (i, pool) in s.indices.iter_mut().zip(pools).rev() {
                    *i += 1;
                    if *i < pool.len() {
                        return true;
                    }
                    *i = 0;
                }
                false
            });
            more.then(|| {
                let items = s.indices.iter().zip(pools).map(|(i, p)| p.as_slice()[*i].clone());
                PyTuple::from_exact(vm, pools.len(), items).into()
            })
        })
    }

    /// Bytes of memory that the iterator takes.
    #[method(name = "__sizeof__", sig = "(self, /)")]
    fn size_of(&self) -> usize {
        size_of::<PyProduct>() + 16 + 16 * self.pools.len()
    }
}

/// All ways to put r of the items in a row.
///
/// permutations('abc', 2) gives ab, ac, ba, bc, ca, cb.
#[pyclass(name = "permutations", module = "itertools", flags(BASETYPE, HAVE_GC))]
#[derive(Traverse)]
pub struct PyPermutations {
    pool: PyRef<PyTuple>,
    length: usize,
    #[pytraverse(skip)]
    state: PyCell<State>,
}

#[pymethods]
impl PyPermutations {
    #[slot(sig = "(iterable, r=None)")]
    fn new(
        cls: &Py<PyType>,
        vm: &VirtualMachine,
        iterable: PyObject<'_>,
        r: NoneOr<PyObject<'_>>,
    ) -> PyResult<PyRef<PyPermutations>> {
        let pool = pool_of(vm, iterable)?;
        let n = pool.len();
        let r = match r.0 {
            None => n,
            Some(r) if r.int_view().is_some() => checked_len(vm, vm.to_isize(r)?)?,
            Some(_) => return Err(vm.type_error("Expected int as r")),
        };
        let mut state = State { indices: Vec::new(), cycles: Vec::new(), stage: Stage::Done };
        if r <= n {
            state.indices = (0..n).collect();
            state.cycles = (0..r).map(|i| n - i).collect();
            state.stage = Stage::Fresh;
        }
        Ok(vm.alloc(cls, PyPermutations { pool, length: r, state: PyCell::new(state) }))
    }

    #[slot]
    fn iter(zelf: PyObject<'_>) -> PyObjectRef {
        own_iter(zelf)
    }

    #[slot]
    fn iternext(zelf: &Py<PyPermutations>, vm: &VirtualMachine) -> Option<PyObjectRef> {
        let (n, r) = (zelf.pool.len(), zelf.length);
        zelf.state.with_mut(|s| {
            let more = s.advance(|s| {
                for i in (0..r).rev() {
                    s.cycles[i] -= 1;
                    if s.cycles[i] == 0 {
                        s.indices[i..].rotate_left(1);
                        s.cycles[i] = n - i;
                    } else {
                        s.indices.swap(i, n - s.cycles[i]);
                        return true;
                    }
                }
                false
            });
            more.then(|| pick(vm, &zelf.pool, &s.indices[..r]))
        })
    }

    /// Bytes of memory that the iterator takes.
    #[method(name = "__sizeof__", sig = "(self, /)")]
    fn size_of(&self) -> usize {
        size_of::<PyPermutations>() + 16 + 8 * (self.pool.len() + self.length)
    }
}

/// All choices of r items, in the order of their places.
///
/// combinations('abc', 2) gives ab, ac, bc.
#[pyclass(name = "combinations", module = "itertools", flags(BASETYPE, HAVE_GC))]
#[derive(Traverse)]
pub struct PyCombinations {
    pool: PyRef<PyTuple>,
    #[pytraverse(skip)]
    state: PyCell<State>,
}

#[pymethods]
impl PyCombinations {
    #[slot(sig = "(iterable, r)")]
    fn new(
        cls: &Py<PyType>,
        vm: &VirtualMachine,
        iterable: PyObject<'_>,
        r: isize,
    ) -> PyResult<PyRef<PyCombinations>> {
        let pool = pool_of(vm, iterable)?;
        let r = checked_len(vm, r)?;
        let too_long = r > pool.len();
        let indices = if too_long { Vec::new() } else { (0..r).collect() };
        Ok(vm.alloc(cls, PyCombinations { pool, state: State::new(indices, too_long) }))
    }

    #[slot]
    fn iter(zelf: PyObject<'_>) -> PyObjectRef {
        own_iter(zelf)
    }

    #[slot]
    fn iternext(zelf: &Py<PyCombinations>, vm: &VirtualMachine) -> Option<PyObjectRef> {
        let n = zelf.pool.len();
        zelf.state.with_mut(|s| {
            let more = s.advance(|s| {
                let r = s.indices.len();
                let Some(i) = (0..r).rev().find(|i| s.indices[*i] != i + n - r) else {
                    return false;
                };
                let first = s.indices[i] + 1;
                s.indices[i..].iter_mut().zip(first..).for_each(|(slot, v)| *slot = v);
                true
            });
            more.then(|| pick(vm, &zelf.pool, &s.indices))
        })
    }

    /// Bytes of memory that the iterator takes.
    #[method(name = "__sizeof__", sig = "(self, /)")]
    fn size_of(&self) -> usize {
        size_of::<PyCombinations>() + 16 + 8 * self.state.with(|s| s.indices.len())
    }
}

/// All choices of r items, where each may come again.
///
/// combinations_with_replacement('ab', 2) gives aa, ab, bb.
#[pyclass(
    name = "combinations_with_replacement",
    module = "itertools",
    static = COMBINATIONS_WITH_REPLACEMENT,
    flags(BASETYPE, HAVE_GC)
)]
#[derive(Traverse)]
pub struct PyCombinationsWithReplacement {
    pool: PyRef<PyTuple>,
    #[pytraverse(skip)]
    state: PyCell<State>,
}

#[pymethods]
impl PyCombinationsWithReplacement {
    #[slot(sig = "(iterable, r)")]
    fn new(
        cls: &Py<PyType>,
        vm: &VirtualMachine,
        iterable: PyObject<'_>,
        r: isize,
    ) -> PyResult<PyRef<PyCombinationsWithReplacement>> {
        let pool = pool_of(vm, iterable)?;
        let r = checked_len(vm, r)?;
        let mut indices = room(vm, r)?;
        indices.resize(r, 0);
        let none = pool.is_empty() && r > 0;
        let state = State::new(indices, none);
        Ok(vm.alloc(cls, PyCombinationsWithReplacement { pool, state }))
    }

    #[slot]
    fn iter(zelf: PyObject<'_>) -> PyObjectRef {
        own_iter(zelf)
    }

    #[slot]
    fn iternext(
        zelf: &Py<PyCombinationsWithReplacement>,
        vm: &VirtualMachine,
    ) -> Option<PyObjectRef> {
        let n = zelf.pool.len();
        zelf.state.with_mut(|s| {
            let more = s.advance(|s| {
                let r = s.indices.len();
                let Some(i) = (0..r).rev().find(|i| s.indices[*i] + 1 != n) else {
                    return false;
                };
                let next = s.indices[i] + 1;
                s.indices[i..].fill(next);
                true
            });
            more.then(|| pick(vm, &zelf.pool, &s.indices))
        })
    }

    /// Bytes of memory that the iterator takes.
    #[method(name = "__sizeof__", sig = "(self, /)")]
    fn size_of(&self) -> usize {
        size_of::<PyCombinationsWithReplacement>() + 16 + 8 * self.state.with(|s| s.indices.len())
    }
}
