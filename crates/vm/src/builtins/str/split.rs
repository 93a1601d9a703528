//! Methods of `str` that take texts apart.

use crate::prelude::*;
use crate::protocol::iteration::ListBuilder;
use text::utf8::{Ascii, Str, search, split, split::Ends};

/// A list of pieces of `s`.
struct Pieces<'vm, 'a> {
    s: &'a Py<PyStr>,
    vm: &'vm VirtualMachine,
    list: ListBuilder<'vm>,
}

impl<'vm, 'a> Pieces<'vm, 'a> {
    fn new(vm: &'vm VirtualMachine, s: &'a Py<PyStr>) -> Pieces<'vm, 'a> {
        // Most lists of words need no more, and so do not move while they grow.
        Pieces { s, vm, list: ListBuilder::with_capacity(vm, 12) }
    }

    #[inline(always)]
    fn push(&mut self, piece: &'a [u8]) {
        self.list.push(self.s.piece(self.vm, piece).into());
    }
}

fn limit(maxsplit: isize) -> usize {
    usize::try_from(maxsplit).unwrap_or(usize::MAX)
}

/// The separator, which is looked at after the limit.
fn separator<'a>(
    vm: &VirtualMachine,
    sep: NoneOr<PyObject<'a>>,
) -> PyResult<Option<&'a Py<PyStr>>> {
    let Some(o) = sep.0 else { return Ok(None) };
    match o.downcast::<PyStr>() {
        Some(s) if s.byte_len() == 0 => Err(vm.value_error("empty separator")),
        Some(s) => Ok(Some(s)),
        None => {
            Err(vm.type_error(format!("must be str or None, not {}", o.class(vm).display_name())))
        }
    }
}

fn strip(
    zelf: &Py<PyStr>,
    vm: &VirtualMachine,
    chars: NoneOr<PyObject<'_>>,
    ends: Ends,
    name: &str,
) -> PyResult<PyRef<PyStr>> {
    let rest = match chars.0 {
        None => split::strip_whitespace::<Str>(zelf.as_bytes(), ends),
        Some(o) => {
            let Some(set) = o.downcast::<PyStr>() else {
                return Err(vm.type_error(format!("{name} arg must be None or str")));
            };
            split::strip_chars::<Str>(zelf.as_bytes(), set.as_bytes(), ends)
        }
    };
    Ok(zelf.piece(vm, rest))
}

fn parts(
    zelf: &Py<PyStr>,
    vm: &VirtualMachine,
    sep: PyObject<'_>,
    from_right: bool,
) -> PyResult<PyRef<PyTuple>> {
    let Some(sep) = sep.downcast::<PyStr>() else {
        let name = sep.class(vm).display_name();
        return Err(vm.type_error(format!("must be str, not {name}")));
    };
    if sep.byte_len() == 0 {
        return Err(vm.value_error("empty separator"));
    }
    let text = zelf.as_bytes();
    let find = if from_right { search::rfind } else { search::find };
    Ok(vm.new_tuple(match find(text, sep.as_bytes()) {
        Some(at) => vec![
            zelf.piece(vm, &text[..at]).into(),
            sep.to_ref().into(),
            zelf.piece(vm, &text[at + sep.byte_len()..]).into(),
        ],
        None => {
            let (whole, empty) = (zelf.to_exact(vm).into(), PyObjectRef::from(vm.empty_str()));
            if from_right {
                vec![empty.clone(), empty, whole]
            } else {
                vec![whole, empty.clone(), empty]
            }
        }
    }))
}

#[pymethods(name = split)]
impl PyStr {
    /// The parts of the text between separators, or between runs of whitespace.
    #[method(sig = "(self, /, sep=None, maxsplit=-1)")]
    fn split(
        zelf: &Py<PyStr>,
        vm: &VirtualMachine,
        sep: NoneOr<PyObject<'_>>,
        maxsplit: isize,
    ) -> PyResult<Vec<PyObjectRef>> {
        let (text, max) = (zelf.as_bytes(), limit(maxsplit));
        let sep = separator(vm, sep)?;
        let mut out = Pieces::new(vm, zelf);
        let push = |piece| out.push(piece);
        match sep {
            None if zelf.is_ascii() => split::split_whitespace::<Ascii>(text, max, push),
            None => split::split_whitespace::<Str>(text, max, push),
            Some(sep) => split::split(text, sep.as_bytes(), max, push),
        }
        out.list.finish()
    }

    /// As split, splitting from the right when maxsplit bounds it.
    #[method(sig = "(self, /, sep=None, maxsplit=-1)")]
    fn rsplit(
        zelf: &Py<PyStr>,
        vm: &VirtualMachine,
        sep: NoneOr<PyObject<'_>>,
        maxsplit: isize,
    ) -> PyResult<Vec<PyObjectRef>> {
        let (text, max) = (zelf.as_bytes(), limit(maxsplit));
        let sep = separator(vm, sep)?;
        let mut out = Pieces::new(vm, zelf);
        let push = |piece| out.push(piece);
        match sep {
            None if zelf.is_ascii() => split::rsplit_whitespace::<Ascii>(text, max, push),
            None => split::rsplit_whitespace::<Str>(text, max, push),
            Some(sep) => split::rsplit(text, sep.as_bytes(), max, push),
        }
        let mut out = out.list.finish()?;
        out.reverse();
        Ok(out)
    }

    /// The lines of the text, with their ends if keepends is true.
    #[method(sig = "(self, /, keepends=False)")]
    fn splitlines(
        zelf: &Py<PyStr>,
        vm: &VirtualMachine,
        keepends: bool,
    ) -> PyResult<Vec<PyObjectRef>> {
        let mut out = Pieces::new(vm, zelf);
        let push = |piece| out.push(piece);
        if zelf.is_ascii() {
            split::split_lines::<Ascii>(zelf.as_bytes(), keepends, push);
        } else {
            split::split_lines::<Str>(zelf.as_bytes(), keepends, push);
        }
        out.list.finish()
    }

    /// What is before the first separator, the separator, and what is after it.
    #[method(sig = "(self, sep, /)")]
    fn partition(
        zelf: &Py<PyStr>,
        vm: &VirtualMachine,
        sep: PyObject<'_>,
    ) -> PyResult<PyRef<PyTuple>> {
        parts(zelf, vm, sep, false)
    }

    /// What is before the last separator, the separator, and what is after it.
    #[method(sig = "(self, sep, /)")]
    fn rpartition(
        zelf: &Py<PyStr>,
        vm: &VirtualMachine,
        sep: PyObject<'_>,
    ) -> PyResult<PyRef<PyTuple>> {
        parts(zelf, vm, sep, true)
    }

    /// The text without whitespace, or without the given characters, at its ends.
    #[method(sig = "(self, chars=None, /)")]
    fn strip(
        zelf: &Py<PyStr>,
        vm: &VirtualMachine,
        chars: NoneOr<PyObject<'_>>,
    ) -> PyResult<PyRef<PyStr>> {
        strip(zelf, vm, chars, Ends::Both, "strip")
    }

    /// As strip, at the start only.
    #[method(sig = "(self, chars=None, /)")]
    fn lstrip(
        zelf: &Py<PyStr>,
        vm: &VirtualMachine,
        chars: NoneOr<PyObject<'_>>,
    ) -> PyResult<PyRef<PyStr>> {
        strip(zelf, vm, chars, Ends::Left, "lstrip")
    }

    /// As strip, at the end only.
    #[method(sig = "(self, chars=None, /)")]
    fn rstrip(
        zelf: &Py<PyStr>,
        vm: &VirtualMachine,
        chars: NoneOr<PyObject<'_>>,
    ) -> PyResult<PyRef<PyStr>> {
        strip(zelf, vm, chars, Ends::Right, "rstrip")
    }
}
