//! The iterators of `deque`.

use super::PyDeque;
use std::cell::Cell;
use vm::prelude::*;

macro_rules! deque_iterators {
    ($($ty:ident $name:literal $static:ident $at:expr;)*) => { $(
        #[pyclass(name = $name, module = "collections", doc = None, static = $static, flags(HAVE_GC), text = "")]
        #[derive(Traverse)]
        pub struct $ty {
            deque: PyRef<PyDeque>,
            given: Cell<usize>,
            remaining: Cell<usize>,
            state: Cell<usize>,
        }

        impl $ty {
            pub fn new(deque: &Py<PyDeque>) -> $ty {
                $ty {
                    deque: deque.to_ref(),
                    given: Cell::new(0),
                    remaining: Cell::new(deque.len()),
                    state: Cell::new(deque.state.get()),
                }
            }
        }

        #[pymethods]
        impl $ty {
            #[slot(name = "new", sig = "(deque, index=0, /)", text = "")]
            fn py_new(
                _cls: &Py<PyType>,
                vm: &VirtualMachine,
                deque: &Py<PyDeque>,
                index: isize,
            ) -> PyRef<$ty> {
                let it = <$ty>::new(deque);
                let skipped = (index.max(0) as usize).min(it.remaining.get());
                it.given.set(skipped);
                it.remaining.set(it.remaining.get() - skipped);
                vm.new_object(it)
            }

            #[slot]
            fn iter(zelf: PyObject<'_>) -> PyObjectRef {
                zelf.to_owned()
            }

            #[slot]
            fn iternext(zelf: &Py<$ty>, vm: &VirtualMachine) -> PyResult<Option<PyObjectRef>> {
                if zelf.deque.state.get() != zelf.state.get() {
                    zelf.remaining.set(0);
                    return Err(vm.runtime_error("deque mutated during iteration"));
                }
                let (given, remaining) = (zelf.given.get(), zelf.remaining.get());
                if remaining == 0 {
                    return Ok(None);
                }
                zelf.given.set(given + 1);
                zelf.remaining.set(remaining - 1);
                let at: fn(usize, usize) -> usize = $at;
                Ok(zelf.deque.get(at(given, remaining)))
            }

            /// How many items are left, as far as is known.
            #[method(name = "__length_hint__", sig = "(self, /)")]
            fn length_hint(&self) -> usize {
                self.remaining.get()
            }

            /// How to rebuild the iterator.
            #[method(name = "__reduce__", sig = "(self, /)")]
            fn reduce(zelf: &Py<$ty>, vm: &VirtualMachine) -> PyResult {
                let given = zelf.deque.len().saturating_sub(zelf.remaining.get());
                (zelf.class(), (zelf.deque.clone(), given)).into_py_result(vm)
            }
        }
    )* };
}

deque_iterators! {
    PyDequeIter "_deque_iterator" DEQUE_ITER |given, _| given;
    PyDequeReverseIter "_deque_reverse_iterator" DEQUE_REVERSE_ITER |_, remaining| remaining - 1;
}
