//! The iterators of `str`: one over bytes for ASCII, one over code points.

use crate::builtins::sequences::builtin;
use crate::prelude::*;
use std::cell::Cell;
use text::utf8;

pub fn create(vm: &VirtualMachine, s: &Py<PyStr>) -> PyObjectRef {
    let text = PyCell::new(Some(s.to_ref()));
    if s.is_ascii() {
        vm.new_object(PyStrAsciiIterator { text, at: Cell::new(0) }).into()
    } else {
        vm.new_object(PyStrIterator { text, at: Cell::new(0) }).into()
    }
}

macro_rules! str_iterator {
    ($payload:ident, $name:literal, $next:expr, $index:expr, $offset:expr) => {
        #[pyclass(name = $name, flags(HAVE_GC), doc = None)]
        #[derive(Traverse)]
        pub struct $payload {
            /// None once exhausted.
            pub(crate) text: PyCell<Option<PyRef<PyStr>>>,
            /// Byte offset of the next character.
            pub(crate) at: Cell<usize>,
        }

        #[pymethods]
        impl $payload {
            #[slot]
            fn iter(zelf: &Py<$payload>) -> PyRef<$payload> {
                zelf.to_ref()
            }

            #[slot]
            fn iternext(zelf: &Py<$payload>, vm: &VirtualMachine) -> Option<PyRef<PyStr>> {
                let at = zelf.at.get();
                let step = |s: &Option<PyRef<PyStr>>| ($next)(s.as_ref()?, at);
                match zelf.text.with(step) {
                    Some((cp, len)) => {
                        zelf.at.set(at + len);
                        Some(vm.new_char(cp))
                    }
                    None => {
                        drop(zelf.text.take());
                        None
                    }
                }
            }

            /// How many characters are left.
            #[method(name = "__length_hint__", sig = "(self, /)")]
            fn length_hint(&self) -> usize {
                let at = self.at.get();
                self.text.with(|s| {
                    s.as_ref().map_or(0, |s| s.char_len().saturating_sub(($index)(s, at)))
                })
            }

            /// How to rebuild the array, by the protocol.
            #[method(name = "__reduce__", sig = "(self, /)")]
            fn reduce(&self, vm: &VirtualMachine) -> PyResult {
                let iter = builtin(vm, "iter")?;
                match self.text.get() {
                    Some(s) => {
                        let i = ($index)(&s, self.at.get());
                        (iter, (PyObjectRef::from(s),), i).into_py_result(vm)
                    }
                    None => (iter, (PyObjectRef::from(vm.empty_str()),)).into_py_result(vm),
                }
            }

            /// Sets the position of the iterator.
            #[method(name = "__setstate__", sig = "(self, state, /)")]
            fn setstate(&self, state: isize) {
                let i = usize::try_from(state).unwrap_or(0);
                if let Some(s) = self.text.get() {
                    self.at.set(($offset)(&s, i));
                }
            }
        }
    };
}

type Text = PyRef<PyStr>;

str_iterator!(
    PyStrAsciiIterator,
    "str_ascii_iterator",
    |s: &Text, at: usize| s.as_bytes().get(at).map(|b| (u32::from(*b), 1)),
    |_: &Text, at: usize| at,
    |s: &Text, i: usize| i.min(s.byte_len())
);

str_iterator!(
    PyStrIterator,
    "str_iterator",
    |s: &Text, at: usize| utf8::decode_at(s.as_bytes(), at),
    |s: &Text, at: usize| s.char_offset(at),
    |s: &Text, i: usize| s.byte_offset(i)
);
