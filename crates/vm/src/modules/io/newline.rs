//! `IncrementalNewlineDecoder`, and the translation of line ends that it shares with the
//! text layer.

use crate::builtins::int::IntView;
use crate::prelude::*;
use std::borrow::Cow;
use std::cell::Cell;

const CR: u8 = 1;
const LF: u8 = 2;
const CRLF: u8 = 4;

/// Line ends across pieces of text.
#[derive(Clone, Copy, Default, Debug)]
pub struct Newlines {
    pub translate: bool,
    /// A `\r` ended the last piece: whether `\n` follows is not known yet.
    pub pending_cr: bool,
    seen: u8,
}

impl Newlines {
    pub fn new(translate: bool) -> Newlines {
        Newlines { translate, pending_cr: false, seen: 0 }
    }

    /// The next piece of text as it goes on.
    pub fn apply<'a>(&mut self, text: Cow<'a, [u8]>, last: bool) -> Cow<'a, [u8]> {
        let mut text = text;
        if self.pending_cr && (last || !text.is_empty()) {
            text.to_mut().insert(0, b'\r');
            self.pending_cr = false;
        }
        if !last && text.last() == Some(&b'\r') {
            match &mut text {
                Cow::Borrowed(b) => *b = &b[..b.len() - 1],
                Cow::Owned(v) => {
                    v.pop();
                }
            }
            self.pending_cr = true;
        }
        let Some(first) = memchr::memchr(b'\r', &text) else {
            if self.seen & LF == 0 && memchr::memchr(b'\n', &text).is_some() {
                self.seen |= LF;
            }
            return text;
        };
        if self.seen & LF == 0 && memchr::memchr(b'\n', &text[..first]).is_some() {
            self.seen |= LF;
        }
        if !self.translate {
            self.look(&text[first..]);
            return text;
        }
        let mut out = Vec::with_capacity(text.len());
        out.extend_from_slice(&text[..first]);
        let mut at = first;
        while at < text.len() {
            match text[at] {
                b'\r' => {
                    out.push(b'\n');
                    if text.get(at + 1) == Some(&b'\n') {
                        self.seen |= CRLF;
                        at += 1;
                    } else {
                        self.seen |= CR;
                    }
                }
                b => {
                    if b == b'\n' {
                        self.seen |= LF;
                    }
                    out.push(b);
                }
            }
            at += 1;
        }
        Cow::Owned(out)
    }

    fn look(&mut self, text: &[u8]) {
        let mut at = 0;
        while at < text.len() && self.seen != CR | LF | CRLF {
            match (text[at], text.get(at + 1)) {
                (b'\r', Some(b'\n')) => {
                    self.seen |= CRLF;
                    at += 1;
                }
                (b'\r', _) => self.seen |= CR,
                (b'\n', _) => self.seen |= LF,
                _ => {}
            }
            at += 1;
        }
    }

    pub fn reset(&mut self) {
        self.pending_cr = false;
        self.seen = 0;
    }

    /// What `newlines` shows: `None`, one kind, or a tuple of those seen.
    pub fn seen(&self, vm: &VirtualMachine) -> PyObjectRef {
        let all = [(CR, "\r"), (LF, "\n"), (CRLF, "\r\n")];
        let mut kinds: Vec<PyObjectRef> = all
            .iter()
            .filter(|(bit, _)| self.seen & bit != 0)
            .map(|(_, text)| vm.new_str(text).into())
            .collect();
        match kinds.len() {
            0 => vm.none(),
            1 => kinds.swap_remove(0),
            _ => vm.new_tuple(kinds).into(),
        }
    }
}

/// Turns all newlines into '\n' behind another decoder, and remembers which kinds there were.
///
/// Without translate, it only keeps '\r\n' in one piece.  decoder may be None: then
/// the input is text already.
#[pyclass(
    name = "IncrementalNewlineDecoder",
    module = "_io",
    flags(BASETYPE, HAVE_GC, OBJECTS_NEW)
)]
#[derive(Traverse)]
pub struct PyIncrementalNewlineDecoder {
    decoder: PyCell<Option<PyObjectRef>>,
    #[pytraverse(skip)]
    newlines: Cell<Newlines>,
}

impl PyIncrementalNewlineDecoder {
    pub fn wrap(vm: &VirtualMachine, decoder: PyObjectRef, translate: bool) -> PyObjectRef {
        vm.new_object(PyIncrementalNewlineDecoder {
            decoder: PyCell::new(Some(decoder)),
            newlines: Cell::new(Newlines::new(translate)),
        })
        .into()
    }

    fn inner(&self, vm: &VirtualMachine) -> PyResult {
        self.decoder
            .get()
            .ok_or_else(|| vm.value_error("IncrementalNewlineDecoder.__init__() not called"))
    }
}

#[pymethods]
impl PyIncrementalNewlineDecoder {
    #[slot]
    fn new(cls: &Py<PyType>, vm: &VirtualMachine, _args: Args<'_>) -> PyResult {
        let newlines = Cell::new(Newlines::default());
        Ok(vm
            .alloc(cls, PyIncrementalNewlineDecoder { decoder: PyCell::new(None), newlines })
            .into())
    }

    #[slot(sig = "(decoder, translate, errors='strict')")]
    fn init(&self, decoder: PyObject<'_>, translate: bool, _errors: Option<PyObject<'_>>) {
        drop(self.decoder.replace(Some(decoder.to_owned())));
        self.newlines.set(Newlines::new(translate));
    }

    #[method(sig = "(self, input, final=False)")]
    fn decode(&self, vm: &VirtualMachine, input: PyObject<'_>, last: bool) -> PyResult {
        let decoder = self.inner(vm)?;
        let text = if decoder.is_none() {
            input.to_owned()
        } else {
            let last = PyObject::from_bool(last);
            vm.call_method(decoder.as_object(), &vm.names().decode, &[input, last])?
        };
        let Some(s) = text.as_object().downcast::<PyStr>() else {
            return Err(vm.type_error(format!(
                "decoder should return a string result, not '{}'",
                text.class(vm).display_name()
            )));
        };
        let mut state = self.newlines.get();
        let out = state.apply(Cow::Borrowed(s.payload_ref().as_bytes()), last);
        self.newlines.set(state);
        if out.as_ref() == s.payload_ref().as_bytes() {
            return Ok(text.clone());
        }
        Ok(vm.new_str_bytes(&out).into())
    }

    #[method(sig = "(self, /)")]
    fn getstate(&self, vm: &VirtualMachine) -> PyResult {
        let decoder = self.inner(vm)?;
        let (buffer, flags) = if decoder.is_none() {
            (vm.new_bytes(b"").into(), 0)
        } else {
            let state = vm.call_method(decoder.as_object(), &vm.names().getstate, &[])?;
            let Some(t) = state.as_object().downcast::<PyTuple>() else {
                return Err(vm.type_error("illegal decoder state"));
            };
            let [buffer, flags] = t.as_slice() else {
                return Err(vm.type_error("illegal decoder state"));
            };
            let Some(IntView::Small(flags)) = flags.as_object().int_view() else {
                return Err(vm.type_error("illegal decoder state"));
            };
            (buffer.clone(), flags)
        };
        let flags = (flags << 1) | i64::from(self.newlines.get().pending_cr);
        Ok(vm.new_tuple(vec![buffer, vm.new_int(flags)]).into())
    }

    #[method(sig = "(self, state, /)")]
    fn setstate(&self, vm: &VirtualMachine, state: PyObject<'_>) -> PyResult<()> {
        let decoder = self.inner(vm)?;
        let Some(t) = state.downcast::<PyTuple>() else {
            return Err(vm.type_error("state argument must be a tuple"));
        };
        let [buffer, flags] = t.as_slice() else {
            return Err(vm.type_error("setstate(): illegal state argument"));
        };
        let flags = vm.to_i64(flags.as_object())?;
        let mut newlines = self.newlines.get();
        newlines.pending_cr = flags & 1 != 0;
        self.newlines.set(newlines);
        if decoder.is_none() {
            return Ok(());
        }
        let inner = vm.new_tuple(vec![buffer.clone(), vm.new_int(flags >> 1)]);
        vm.call_method(decoder.as_object(), &vm.names().setstate, &[inner.as_object()]).map(drop)
    }

    #[method(sig = "(self, /)")]
    fn reset(&self, vm: &VirtualMachine) -> PyResult<()> {
        let decoder = self.inner(vm)?;
        let mut newlines = self.newlines.get();
        newlines.reset();
        self.newlines.set(newlines);
        if decoder.is_none() {
            return Ok(());
        }
        vm.call_method(decoder.as_object(), &vm.names().reset, &[]).map(drop)
    }

    #[getter]
    fn newlines(&self, vm: &VirtualMachine) -> PyResult {
        self.inner(vm)?;
        Ok(self.newlines.get().seen(vm))
    }
}
