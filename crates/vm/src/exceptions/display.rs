//! Printing an exception that nobody caught.
//!
//! The `traceback` module does it whenever it can be imported; what stands here serves when
//! it cannot (early, late, or when it fails itself), and shows less: no carets, no colours,
//! no suggestions.

use crate::builtins::exception::PyBaseException;
use crate::builtins::exception::group::PyBaseExceptionGroup;
use crate::builtins::exception::syntax_error::PySyntaxError;
use crate::builtins::traceback::PyTraceback;
use crate::import;
use crate::prelude::*;
use crate::vm::PyErr;
use std::collections::HashSet;

/// Groups nested more deeply are cut.
const MAX_GROUP_DEPTH: usize = 10;
const MAX_GROUP_WIDTH: usize = 15;
/// Equal traceback lines shown before they are counted instead.
const REPEATS_SHOWN: usize = 3;
/// Entries shown of a long traceback.
const MAX_ENTRIES: usize = 1000;

/// Prints an exception with everything that belongs to it: on `to`, a file object, or on
/// `sys.stderr`.
pub fn print_exception(vm: &VirtualMachine, exc: &PyErr, to: Option<PyObject<'_>>) {
    if to.is_none() && print_by_module(vm, exc).is_ok() {
        return;
    }
    let mut printer = Printer { vm, out: Vec::new(), seen: HashSet::new(), indent: Vec::new() };
    printer.chain(exc);
    let text = printer.out;
    let written = match to {
        Some(file) => write_to(vm, file, &text),
        None => write_stderr(vm, &text),
    };
    if written.is_err() {
        import::state::write_all(2, &text);
    }
}

/// Prints an exception that nobody could catch on `sys.stderr`: its traceback and what it says,
/// without the `traceback` module, which may not work any more.
pub fn print_unraisable(vm: &VirtualMachine, exc: &PyErr) {
    let mut printer = Printer { vm, out: Vec::new(), seen: HashSet::new(), indent: Vec::new() };
    printer.traceback(exc);
    printer.class_name(exc);
    printer.text(b": ");
    match vm.str(exc.as_object()) {
        Ok(text) => printer.text(text.as_bytes()),
        Err(_) => printer.text(b"<exception str() failed>"),
    }
    printer.text(b"\n");
    if write_stderr(vm, &printer.out).is_err() {
        import::state::write_all(2, &printer.out);
    }
}

fn print_by_module(vm: &VirtualMachine, exc: &PyErr) -> PyResult<()> {
    vm.show_sources();
    let module = import::import_module(vm, &vm.intern("traceback"))?;
    let print = vm.get_attr(module.as_object(), &vm.intern("_print_exception_bltin"))?;
    vm.call_positional(print.as_object(), &[exc.as_object()]).map(drop)
}

fn write_to(vm: &VirtualMachine, file: PyObject<'_>, text: &[u8]) -> PyResult<()> {
    let text = vm.new_str_bytes(text);
    vm.call_method(file, &vm.names().write, &[text.as_object()])?;
    vm.call_method(file, &vm.names().flush, &[]).map(drop)
}

/// Writes on `sys.stderr`, or on the descriptor while there is no such thing.
pub fn write_stderr(vm: &VirtualMachine, text: &[u8]) -> PyResult<()> {
    match vm.sys_attr(&vm.names().stderr)? {
        Some(file) if file.is_none() => Ok(()),
        Some(file) => write_to(vm, file.as_object(), text),
        None => {
            import::state::write_all(2, text);
            Ok(())
        }
    }
}

/// A line of a file on disk, without its end.
pub fn source_line(filename: &[u8], line: i64) -> Option<Vec<u8>> {
    if filename.is_empty() || filename.starts_with(b"<") {
        return None;
    }
    let index = usize::try_from(line).ok()?.checked_sub(1)?;
    let source = import::state::read_file(filename).ok()?;
    let found = source.split(|b| *b == b'\n').nth(index)?;
    std::str::from_utf8(found).ok()?;
    Some(found.strip_suffix(b"\r").unwrap_or(found).to_vec())
}

struct Printer<'a> {
    vm: &'a VirtualMachine,
    out: Vec<u8>,
    /// Exceptions already printed, against endless chains.
    seen: HashSet<u64>,
    /// In front of every line, inside a group.
    indent: Vec<u8>,
}

const CAUSE: &str = "\nThe above exception was the direct cause of the following exception:\n\n";
const CONTEXT: &str = "\nDuring handling of the above exception, another exception occurred:\n\n";

impl Printer<'_> {
    fn text(&mut self, text: &[u8]) {
        for line in text.split_inclusive(|b| *b == b'\n') {
            if self.out.is_empty() || self.out.ends_with(b"\n") {
                self.out.extend_from_slice(&self.indent);
            }
            self.out.extend_from_slice(line);
        }
    }

    /// The exception, after those it came from.
    fn chain(&mut self, exc: &PyErr) {
        // Outermost first: (exception, what leads from it to the next).
        let mut links = vec![(exc.clone(), "")];
        self.seen.insert(exc.as_object().bits());
        let mut at = exc.clone();
        loop {
            let (next, text) = match at.cause.get() {
                Some(cause) => (cause, CAUSE),
                None => match at.context.get().filter(|_| !at.suppress_context.get()) {
                    Some(context) => (context, CONTEXT),
                    None => break,
                },
            };
            if !self.seen.insert(next.as_object().bits()) {
                break;
            }
            links.push((next.clone(), text));
            at = next;
        }
        for (e, text) in links.into_iter().rev() {
            self.one(&e);
            self.text(text.as_bytes());
        }
    }

    fn one(&mut self, exc: &PyErr) {
        self.traceback(exc);
        if let Some(e) = exc.as_object().downcast::<PySyntaxError>() {
            self.syntax_place(e);
        }
        self.last_line(exc);
        self.notes(exc);
        if let Some(group) = exc.as_object().downcast::<PyBaseExceptionGroup>() {
            self.group(group);
        }
    }

    fn traceback(&mut self, exc: &PyErr) {
        let tb = exc.traceback.get().and_then(|t| t.downcast::<PyTraceback>().ok());
        if let Some(tb) = tb {
            self.text(b"Traceback (most recent call last):\n");
            self.entries(tb);
        }
    }

    fn entries(&mut self, first: PyRef<PyTraceback>) {
        let mut all = Vec::new();
        let mut at = Some(first);
        while let Some(t) = at {
            all.push(t.clone());
            at = t.next.get();
        }
        let skip = all.len().saturating_sub(MAX_ENTRIES);
        let mut last: Option<(u64, Option<i32>)> = None;
        let mut repeats = 0;
        for t in &all[skip..] {
            let code = t.frame.record().code();
            let key = (code.as_object().bits(), t.line());
            repeats = if last == Some(key) { repeats + 1 } else { self.repeated(repeats) };
            last = Some(key);
            if repeats >= REPEATS_SHOWN {
                continue;
            }
            let line = t.line();
            self.text(b"  File \"");
            self.text(code.filename().as_bytes());
            let number = line.map_or_else(|| "None".to_owned(), |l| l.to_string());
            self.text(format!("\", line {number}, in ").as_bytes());
            self.text(code.name.as_bytes());
            self.text(b"\n");
            let source = line.and_then(|l| source_line(code.filename().as_bytes(), l.into()));
            if let Some(source) = source.as_deref().map(<[u8]>::trim_ascii)
                && !source.is_empty()
            {
                self.text(b"    ");
                self.text(source);
                self.text(b"\n");
            }
        }
        self.repeated(repeats);
    }

    /// Counts what was left out; 0 for the next count.
    fn repeated(&mut self, repeats: usize) -> usize {
        if repeats >= REPEATS_SHOWN {
            let n = repeats - REPEATS_SHOWN + 1;
            let plural = if n == 1 { "" } else { "s" };
            self.text(format!("  [Previous line repeated {n} more time{plural}]\n").as_bytes());
        }
        0
    }

    fn class_name(&mut self, exc: &PyErr) {
        let vm = self.vm;
        let class = exc.class();
        let module = vm.get_attr(class.as_object(), &vm.names().__module__).ok();
        match module.as_ref().and_then(|m| m.as_object().downcast::<PyStr>()) {
            Some(m) if matches!(m.as_bytes(), b"builtins" | b"__main__") => {}
            Some(m) => {
                self.text(m.as_bytes());
                self.text(b".");
            }
            None => self.text(b"<unknown>."),
        }
        self.text(class.qualname().as_bytes());
    }

    fn last_line(&mut self, exc: &PyErr) {
        let vm = self.vm;
        self.class_name(exc);
        let message = match exc.as_object().downcast::<PySyntaxError>() {
            Some(e) => {
                e.msg.get().map_or_else(|| Ok(vm.new_str("None")), |m| vm.str(m.as_object()))
            }
            None => vm.str(exc.as_object()),
        };
        match message {
            Ok(m) if m.byte_len() == 0 => {}
            Ok(m) => {
                self.text(b": ");
                self.text(m.as_bytes());
            }
            Err(_) => self.text(b": <exception str() failed>"),
        }
        self.text(b"\n");
    }

    fn notes(&mut self, exc: &PyErr) {
        let vm = self.vm;
        let Ok(Some(notes)) = vm.get_attr_opt(exc.as_object(), &vm.names().__notes__) else {
            return;
        };
        let Some(list) = notes.as_object().downcast::<PyList>() else { return };
        for note in list.items().to_vec() {
            match vm.str(note.as_object()) {
                Ok(text) => self.text(text.as_bytes()),
                Err(_) => self.text(b"<note str() failed>"),
            }
            self.text(b"\n");
        }
    }

    /// Where a syntax error is, with the line and a caret.
    fn syntax_place(&mut self, e: &Py<PySyntaxError>) {
        let vm = self.vm;
        if e.print_file_and_line.with(Option::is_none) && e.lineno.with(Option::is_none) {
            return;
        }
        let shown = |cell: &PyCell<Option<PyObjectRef>>| {
            cell.get().filter(|o| !o.is_none()).and_then(|o| vm.str(o.as_object()).ok())
        };
        let Some(line) = shown(&e.lineno) else { return };
        let filename = shown(&e.filename).unwrap_or_else(|| vm.new_str("<string>"));
        self.text(b"  File \"");
        self.text(filename.as_bytes());
        self.text(format!("\", line {}\n", line.to_string_lossy()).as_bytes());
        let Some(text) = shown(&e.text) else { return };
        let whole = text.to_string_lossy().into_owned();
        let source = whole.trim_end_matches(['\n', '\r']);
        let body = source.trim_start();
        if body.is_empty() {
            return;
        }
        self.text(format!("    {body}\n").as_bytes());
        let column = e.offset.get().and_then(|o| o.as_object().small_int());
        let Some(column) = column.and_then(|c| usize::try_from(c).ok()).filter(|c| *c > 0) else {
            return;
        };
        let cut = source.chars().count() - body.chars().count();
        let at = (column - 1).saturating_sub(cut).min(body.chars().count());
        let end = e.end_offset.get().and_then(|o| o.as_object().small_int());
        let width =
            end.and_then(|c| usize::try_from(c).ok()).map_or(1, |c| c.saturating_sub(column));
        let width = width.clamp(1, body.chars().count().saturating_sub(at).max(1));
        self.text(format!("    {}{}\n", " ".repeat(at), "^".repeat(width)).as_bytes());
    }

    /// The exceptions of a group, each in a box of its own.
    fn group(&mut self, group: &Py<PyBaseExceptionGroup>) {
        let depth = self.indent.len() / 4;
        let leaves = group.leaves(self.vm);
        let n = leaves.len();
        if depth >= MAX_GROUP_DEPTH {
            self.text(format!("... (max_group_depth is {MAX_GROUP_DEPTH})\n").as_bytes());
            return;
        }
        for (i, e) in leaves.as_slice().iter().enumerate() {
            if i >= MAX_GROUP_WIDTH {
                self.text(b"  +---------------- ... ----------------\n");
                self.text(format!("  | and {} more exceptions\n", n - i).as_bytes());
                break;
            }
            let lead = if i == 0 { "+-" } else { "  " };
            self.text(format!("{lead}+---------------- {} ----------------\n", i + 1).as_bytes());
            let Ok(e) = e.clone().downcast::<PyBaseException>() else { continue };
            let before = self.indent.len();
            self.indent.extend_from_slice(b"  | ");
            if self.seen.insert(e.as_object().bits()) {
                self.one(&e);
            }
            self.indent.truncate(before);
        }
        self.text(b"  +------------------------------------\n");
    }
}
