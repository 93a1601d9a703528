//! `sub` and `subn`.

use super::engine::Mode;
use super::pattern::{PyPattern, Run};
use super::template::{PyTemplate, literal_bytes};
use crate::support::{buffer_contents, import_attribute};
use vm::builtins::bytes::PyBytes;
use vm::prelude::*;

/// The compiled form of a replacement: the Python half parses it.
pub fn compile_template(
    vm: &VirtualMachine,
    pattern: &Py<PyPattern>,
    template: PyObject<'_>,
) -> PyResult<PyRef<PyTemplate>> {
    let compile = import_attribute(vm, "re", "_compile_template")?;
    let args = [pattern.as_object(), template];
    let made = match vm.call_positional(compile.as_object(), &args) {
        // Its cache needs something hashable: a bytearray is copied.
        Err(e) if vm.is_error(&e, &vm.exc().type_error) => {
            let copy = match buffer_contents(vm, template)? {
                Some(b) if template.downcast::<PyBytes>().is_none() => b,
                _ => return Err(e),
            };
            vm.call_positional(compile.as_object(), &[args[0], copy.as_object()])?
        }
        r => r?,
    };
    made.downcast::<PyTemplate>().map_err(|other| {
        vm.type_error(format!(
            "the result of compiling a replacement string is {}, not re.Template",
            other.class(vm).display_name()
        ))
    })
}

enum Replacement<'a> {
    Literal(PyObjectRef),
    Template(PyRef<PyTemplate>),
    Callable(PyObject<'a>),
}

fn replacement<'a>(
    vm: &VirtualMachine,
    pattern: &Py<PyPattern>,
    repl: PyObject<'a>,
) -> PyResult<Replacement<'a>> {
    if repl.class(vm).slots.call.get().is_some() {
        return Ok(Replacement::Callable(repl));
    }
    if literal_bytes(repl).is_some_and(|b| memchr::memchr(b'\\', b).is_none()) {
        return Ok(Replacement::Literal(repl.to_owned()));
    }
    let template = compile_template(vm, pattern, repl)?;
    Ok(match template.is_literal() {
        true => Replacement::Literal(template.literal.clone()),
        false => Replacement::Template(template),
    })
}

/// The string with matches replaced, and how many were.
fn substitute(
    vm: &VirtualMachine,
    pattern: &Py<PyPattern>,
    repl: PyObject<'_>,
    string: PyObject<'_>,
    count: isize,
) -> PyResult<(PyObjectRef, isize)> {
    let repl = replacement(vm, pattern, repl)?;
    let subject = pattern.subject(vm, string)?;
    let end = subject.bytes().len();
    let mut run = Run::new(vm, pattern, &subject, 0, end);
    let (mut out, mut last, mut n, mut pieces) = (Vec::new(), 0, 0, 0usize);
    while (count == 0 || n < count) && run.find(Mode::Search)? {
        let (start, stop) = run.span();
        vm.extend_to(&mut out, &subject.bytes()[last..start])?;
        pieces += usize::from(last < start);
        match &repl {
            Replacement::Template(t) => {
                t.expand(vm, pattern.group_count(), |i| run.group(i), subject.bytes(), &mut out)?;
                pieces += 1;
            }
            Replacement::Literal(l) => {
                push_piece(vm, &mut out, l.as_object(), subject.is_str(), pieces)?;
                pieces += 1;
            }
            Replacement::Callable(f) => {
                let m = run.match_object(&string.to_owned(), 0, subject.to_char(end) as isize);
                let piece = vm.call_positional(*f, &[m.as_object()])?;
                if !piece.is_none() {
                    push_piece(vm, &mut out, piece.as_object(), subject.is_str(), pieces)?;
                    pieces += 1;
                }
            }
        }
        n += 1;
        last = stop;
        run.advance();
    }
    if n == 0 {
        return Ok((subject.slice(vm, 0, end), 0));
    }
    vm.extend_to(&mut out, &subject.bytes()[last..])?;
    Ok((subject.make(vm, &out), n))
}

/// Appends a replacement, which must be of the subject's kind as for `join`.
fn push_piece(
    vm: &VirtualMachine,
    out: &mut Vec<u8>,
    piece: PyObject<'_>,
    is_str: bool,
    index: usize,
) -> PyResult<()> {
    if is_str {
        let Some(s) = piece.downcast::<PyStr>() else {
            return Err(vm.type_error(format!(
                "sequence item {index}: expected str instance, {} found",
                piece.class(vm).display_name()
            )));
        };
        return vm.extend_to(out, s.payload_ref().as_bytes());
    }
    match buffer_contents(vm, piece)? {
        Some(b) => vm.extend_to(out, b.as_bytes())?,
        None => {
            return Err(vm.type_error(format!(
                "sequence item {index}: expected a bytes-like object, {} found",
                piece.class(vm).display_name()
            )));
        }
    }
    Ok(())
}

#[pymethods(name = methods)]
impl PyPattern {
    /// The string with the leftmost matches that do not overlap replaced by repl.
    #[method(sig = "(self, /, repl, string, count=0)")]
    fn sub(
        zelf: &Py<PyPattern>,
        vm: &VirtualMachine,
        repl: PyObject<'_>,
        string: PyObject<'_>,
        count: Option<isize>,
    ) -> PyResult {
        Ok(substitute(vm, zelf, repl, string, count.unwrap_or(0))?.0)
    }

    /// The tuple (new_string, number_of_subs_made) of what sub() gives.
    #[method(sig = "(self, /, repl, string, count=0)")]
    fn subn(
        zelf: &Py<PyPattern>,
        vm: &VirtualMachine,
        repl: PyObject<'_>,
        string: PyObject<'_>,
        count: Option<isize>,
    ) -> PyResult<(PyObjectRef, isize)> {
        substitute(vm, zelf, repl, string, count.unwrap_or(0))
    }
}
