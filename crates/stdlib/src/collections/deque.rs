//! `deque`: a ring of words, bounded or not.
//!
//! `state` changes with every change of the contents, so that iterators notice.

mod iter;
mod slots;

pub use iter::{PyDequeIter, PyDequeReverseIter};

use std::cell::Cell;
use std::collections::VecDeque;
use vm::builtins::generic_alias::PyGenericAlias;
use vm::builtins::sequences::{SearchBound, equal};
use vm::prelude::*;

/// A sequence that grows and shrinks at both ends in constant time.
#[pyclass(
    name = "deque",
    module = "collections",
    flags(BASETYPE, EXT, SEQUENCE),
    with(slots),
    text = "([iterable[, maxlen]])"
)]
pub struct PyDeque {
    pub(crate) items: PyCell<VecDeque<PyObjectRef>>,
    pub(crate) max_len: Cell<Option<usize>>,
    pub(crate) state: Cell<usize>,
}

impl Traverse for PyDeque {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.items.with(|d| d.traverse(visit));
    }

    fn clear(&self, _out: &mut Vec<PyObjectRef>) {
        // As a list's items, dropped here.
        drop(self.items.take());
    }
}

impl PyDeque {
    pub(crate) fn with_max_len(max_len: Option<usize>) -> PyDeque {
        PyDeque {
            items: PyCell::new(VecDeque::new()),
            max_len: Cell::new(max_len),
            state: Cell::new(0),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.items.with(VecDeque::len)
    }

    pub(crate) fn get(&self, i: usize) -> Option<PyObjectRef> {
        self.items.with(|d| d.get(i).cloned())
    }

    pub(crate) fn touch(&self) {
        self.state.set(self.state.get().wrapping_add(1));
    }

    pub(crate) fn push_right(&self, vm: &VirtualMachine, item: PyObjectRef) -> PyResult<()> {
        let max = self.max_len.get().unwrap_or(usize::MAX);
        let out = self.items.with_mut(|d| {
            d.try_reserve(1).ok()?;
            d.push_back(item);
            Some(if d.len() > max { d.pop_front() } else { None })
        });
        self.touch();
        out.map(drop).ok_or_else(|| vm.memory_error())
    }

    pub(crate) fn push_left(&self, vm: &VirtualMachine, item: PyObjectRef) -> PyResult<()> {
        let max = self.max_len.get().unwrap_or(usize::MAX);
        let out = self.items.with_mut(|d| {
            d.try_reserve(1).ok()?;
            d.push_front(item);
            Some(if d.len() > max { d.pop_back() } else { None })
        });
        self.touch();
        out.map(drop).ok_or_else(|| vm.memory_error())
    }

    pub(crate) fn extend_right(&self, vm: &VirtualMachine, o: PyObject<'_>) -> PyResult<()> {
        vm.for_each(o, |item| self.push_right(vm, item))
    }

    pub(crate) fn take_all(&self) {
        let all = self.items.take();
        self.touch();
        drop(all);
    }

    /// The first position of a value; an error if the deque changes on the way.
    fn position(
        &self,
        vm: &VirtualMachine,
        value: PyObject<'_>,
        start: usize,
        stop: usize,
        mutated: &dyn Fn() -> PyErr,
    ) -> PyResult<Option<usize>> {
        let state = self.state.get();
        for i in start..stop.min(self.len()) {
            let Some(item) = self.get(i) else { break };
            let same = equal(vm, item.as_object(), value)?;
            if self.state.get() != state {
                return Err(mutated());
            }
            if same {
                return Ok(Some(i));
            }
        }
        Ok(None)
    }
}

#[pymethods]
impl PyDeque {
    #[slot(name = "new", text = "")]
    fn py_new(cls: &Py<PyType>, vm: &VirtualMachine, _args: Args<'_>) -> PyRef<PyDeque> {
        vm.alloc(cls, PyDeque::with_max_len(None))
    }

    #[slot(sig = "(iterable=(), maxlen=None)", text = "")]
    fn init(
        zelf: &Py<PyDeque>,
        vm: &VirtualMachine,
        iterable: Option<PyObject<'_>>,
        maxlen: NoneOr<PyObject<'_>>,
    ) -> PyResult<()> {
        let max_len = match maxlen.0 {
            None => None,
            Some(n) => {
                if n.int_view().is_none() {
                    return Err(vm.type_error("an integer is required"));
                }
                match usize::try_from(vm.to_isize(n)?) {
                    Ok(n) => Some(n),
                    Err(_) => return Err(vm.value_error("maxlen must be non-negative")),
                }
            }
        };
        zelf.max_len.set(max_len);
        zelf.take_all();
        match iterable {
            Some(o) => zelf.extend_right(vm, o),
            None => Ok(()),
        }
    }

    /// Puts an item at the right end.
    #[method(sig = "(self, item, /)")]
    fn append(zelf: &Py<PyDeque>, vm: &VirtualMachine, item: PyObjectRef) -> PyResult<()> {
        zelf.push_right(vm, item)
    }

    /// Puts an item at the left end.
    #[method(sig = "(self, item, /)")]
    fn appendleft(zelf: &Py<PyDeque>, vm: &VirtualMachine, item: PyObjectRef) -> PyResult<()> {
        zelf.push_left(vm, item)
    }

    /// Empties the deque.
    #[method(name = "clear", sig = "(self, /)")]
    fn py_clear(zelf: &Py<PyDeque>) {
        zelf.take_all();
    }

    /// A new deque with the same items and bound.
    #[method(name = "__copy__", sig = "(self, /)")]
    fn dunder_copy(zelf: &Py<PyDeque>, vm: &VirtualMachine) -> PyResult {
        PyDeque::copy(zelf, vm)
    }

    /// A new deque with the same items and bound.
    #[method(sig = "(self, /)")]
    fn copy(zelf: &Py<PyDeque>, vm: &VirtualMachine) -> PyResult {
        if zelf.class().is(vm.type_of::<PyDeque>()) {
            let copy = PyDeque::with_max_len(zelf.max_len.get());
            drop(copy.items.replace(zelf.items.get()));
            return Ok(vm.new_object(copy).into());
        }
        let max_len = zelf.max_len.get().map(|n| vm.new_usize(n));
        let cls = zelf.class().as_object();
        let made = match &max_len {
            Some(n) => vm.call_positional(cls, &[zelf.as_object(), n.as_object()])?,
            None => vm.call_positional(cls, &[zelf.as_object()])?,
        };
        if made.as_object().downcast::<PyDeque>().is_none() {
            return Err(vm.type_error(format!(
                "{}() must return a deque, not {}",
                zelf.class().display_name(),
                made.class(vm).display_name()
            )));
        }
        Ok(made)
    }

    /// How many items equal value.
    #[method(sig = "(self, value, /)")]
    fn count(zelf: &Py<PyDeque>, vm: &VirtualMachine, value: PyObject<'_>) -> PyResult<usize> {
        let mutated = || vm.runtime_error("deque mutated during iteration");
        let (mut n, mut from) = (0, 0);
        while let Some(i) = zelf.position(vm, value, from, usize::MAX, &mutated)? {
            n += 1;
            from = i + 1;
        }
        Ok(n)
    }

    /// Appends the items of iterable at the right end, one by one.
    #[method(sig = "(self, iterable, /)")]
    fn extend(zelf: &Py<PyDeque>, vm: &VirtualMachine, iterable: PyObject<'_>) -> PyResult<()> {
        if zelf.is(iterable) {
            let copy = vm.new_list(zelf.items.get().into());
            return zelf.extend_right(vm, copy.as_object());
        }
        zelf.extend_right(vm, iterable)
    }

    /// Appends the items of iterable at the left end one by one, which reverses them.
    #[method(sig = "(self, iterable, /)")]
    fn extendleft(zelf: &Py<PyDeque>, vm: &VirtualMachine, iterable: PyObject<'_>) -> PyResult<()> {
        let copy = zelf.is(iterable).then(|| vm.new_list(zelf.items.get().into()));
        let source = copy.as_ref().map_or(iterable, |l| l.as_object());
        vm.for_each(source, |item| zelf.push_left(vm, item))
    }

    /// The place of the first item that equals value; ValueError if there is none.
    #[method(
        sig = "(self, value, start=0, stop=sys.maxsize, /)",
        text = "($self, value, [start, [stop]])"
    )]
    fn index(
        zelf: &Py<PyDeque>,
        vm: &VirtualMachine,
        value: PyObject<'_>,
        start: Option<SearchBound>,
        stop: Option<SearchBound>,
    ) -> PyResult<usize> {
        let (start, stop) = vm::builtins::sequences::search_range(start, stop, zelf.len());
        let mutated = || vm.runtime_error("deque mutated during iteration");
        match zelf.position(vm, value, start, stop, &mutated)? {
            Some(i) => Ok(i),
            None => Err(vm.value_error("deque.index(x): x not in deque")),
        }
    }

    /// Puts value in front of the item at index.
    #[method(sig = "(self, index, value, /)")]
    fn insert(
        zelf: &Py<PyDeque>,
        vm: &VirtualMachine,
        index: isize,
        value: PyObjectRef,
    ) -> PyResult<()> {
        let len = zelf.len();
        if zelf.max_len.get() == Some(len) {
            return Err(vm.index_error("deque already at its maximum size"));
        }
        let at = if index < 0 {
            (index + len as isize).max(0) as usize
        } else {
            (index as usize).min(len)
        };
        zelf.items.with_mut(|d| d.insert(at, value));
        zelf.touch();
        Ok(())
    }

    /// Takes out and returns the item at the right end.
    #[method(sig = "(self, /)")]
    fn pop(zelf: &Py<PyDeque>, vm: &VirtualMachine) -> PyResult {
        let item = zelf.items.with_mut(VecDeque::pop_back);
        zelf.touch();
        item.ok_or_else(|| vm.index_error("pop from an empty deque"))
    }

    /// Takes out and returns the item at the left end.
    #[method(sig = "(self, /)")]
    fn popleft(zelf: &Py<PyDeque>, vm: &VirtualMachine) -> PyResult {
        let item = zelf.items.with_mut(VecDeque::pop_front);
        zelf.touch();
        item.ok_or_else(|| vm.index_error("pop from an empty deque"))
    }

    /// How to rebuild the iterator.
    #[method(name = "__reduce__", sig = "(self, /)")]
    fn reduce(zelf: &Py<PyDeque>, vm: &VirtualMachine) -> PyResult {
        let state = vm.call_method(zelf.as_object(), &vm.names().__getstate__, &[])?;
        let it = vm.get_iter(zelf.as_object())?;
        match zelf.max_len.get() {
            None => (zelf.class(), PyTuple::empty(vm), state, it).into_py_result(vm),
            Some(n) => (zelf.class(), (PyTuple::empty(vm), n), state, it).into_py_result(vm),
        }
    }

    /// Takes out the first item that equals value.
    #[method(sig = "(self, value, /)")]
    fn remove(zelf: &Py<PyDeque>, vm: &VirtualMachine, value: PyObject<'_>) -> PyResult<()> {
        let mutated = || vm.index_error("deque mutated during remove().");
        match zelf.position(vm, value, 0, usize::MAX, &mutated)? {
            Some(i) => {
                let old = zelf.items.with_mut(|d| d.remove(i));
                zelf.touch();
                drop(old);
                Ok(())
            }
            None => Err(vm.value_error("deque.remove(x): x not in deque")),
        }
    }

    /// An iterator over the items from the right to the left.
    #[method(name = "__reversed__", sig = "(self, /)")]
    fn reversed(zelf: &Py<PyDeque>, vm: &VirtualMachine) -> PyRef<PyDequeReverseIter> {
        vm.new_object(PyDequeReverseIter::new(zelf))
    }

    /// Turns the order of the items around.
    #[method(sig = "(self, /)")]
    fn reverse(zelf: &Py<PyDeque>) {
        zelf.items.with_mut(|d| d.make_contiguous().reverse());
    }

    /// Moves n items from the right end to the left, or the other way round if n is negative.
    #[method(sig = "(self, n=1, /)")]
    fn rotate(zelf: &Py<PyDeque>, n: isize) {
        zelf.items.with_mut(|d| {
            if !d.is_empty() {
                let n = n.rem_euclid(d.len() as isize) as usize;
                d.rotate_right(n);
            }
        });
        zelf.touch();
    }

    /// Bytes of memory that the deque takes.
    #[method(name = "__sizeof__", sig = "(self, /)")]
    fn size_of(&self) -> usize {
        size_of::<PyDeque>() + 16 + 8 * self.items.with(VecDeque::capacity)
    }

    /// deque takes the type of its items in brackets, for annotations.
    #[classmethod(name = "__class_getitem__", sig = "(cls, object, /)")]
    fn class_getitem(cls: &Py<PyType>, vm: &VirtualMachine, object: PyObject<'_>) -> PyObjectRef {
        PyGenericAlias::create(vm, cls.as_object(), object)
    }

    /// The most items the deque may hold, or None
    #[getter]
    fn maxlen(&self) -> Option<usize> {
        self.max_len.get()
    }
}
