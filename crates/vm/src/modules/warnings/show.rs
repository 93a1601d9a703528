//! Showing a warning: by the Python half's `_showwarnmsg`, or plainly on `sys.stderr`.

use super::{Warning, python_half};
use crate::exceptions::display;
use crate::prelude::*;

pub(super) fn show(
    vm: &VirtualMachine,
    w: &Warning<'_>,
    category: PyObject<'_>,
    text: PyObject<'_>,
    message: PyObject<'_>,
) -> PyResult<()> {
    // With a source, the Python half has more to say, and is worth importing.
    let Some(function) = python_half(vm, "_showwarnmsg", w.source.is_some())? else {
        return show_plainly(vm, w, category, text);
    };
    if function.class(vm).slots.call.get().is_none() {
        return Err(vm.type_error("warnings._showwarnmsg() must be set to a callable"));
    }
    let Some(class) = python_half(vm, "WarningMessage", false)? else {
        return Err(vm.runtime_error("unable to get warnings.WarningMessage"));
    };
    let none = PyObject::none();
    let line = vm.new_int(w.line);
    let (text, source) = (w.source_line.unwrap_or(none), w.source.unwrap_or(none));
    let args = [message, category, w.filename, line.as_object(), none, text, source];
    let shown = vm.call_positional(class.as_object(), &args)?;
    vm.call_positional(function.as_object(), &[shown.as_object()]).map(drop)
}

/// `file:line: Category: text`, and the source line.
fn show_plainly(
    vm: &VirtualMachine,
    w: &Warning<'_>,
    category: PyObject<'_>,
    text: PyObject<'_>,
) -> PyResult<()> {
    let name = vm.get_attr(category, &vm.names().__name__)?;
    let (name, text) = (vm.str(name.as_object())?, vm.str(text)?);
    let filename = vm.str(w.filename)?;
    let mut out = Vec::new();
    out.extend_from_slice(filename.as_bytes());
    out.extend_from_slice(format!(":{}: ", w.line).as_bytes());
    for part in [name.as_bytes(), b": ", text.as_bytes(), b"\n"] {
        out.extend_from_slice(part);
    }
    let line = match w.source_line.and_then(|l| l.downcast::<PyStr>()) {
        Some(line) => Some(line.as_bytes().to_vec()),
        None => display::source_line(filename.as_bytes(), w.line),
    };
    if let Some(line) = line {
        out.extend_from_slice(b"  ");
        out.extend_from_slice(line.trim_ascii());
        out.push(b'\n');
    }
    display::write_stderr(vm, &out)
}
