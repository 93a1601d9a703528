//! `-X importtime`: how long each module took to import, on standard error as CPython has it.

use super::state::write_all;
use crate::prelude::*;
use std::cell::Cell;
use text::codecs::{Builtin, Errors, utf8};

const HEADER: &str = "import time: self [us] | cumulative | imported package\n";

/// Where the report stands.
#[derive(Default)]
pub struct ImportTimes {
    header_written: Cell<bool>,
    /// Imports around the one that runs.
    level: Cell<usize>,
    /// Nanoseconds that imports inside the one that runs have taken.
    inside: Cell<i64>,
}

impl ImportTimes {
    /// One line of the report; the name is indented by how deep the import is.
    fn report(&self, columns: &str, name: &Py<PyStr>) {
        let mut text = String::new();
        if !self.header_written.replace(true) {
            text.push_str(HEADER);
        }
        let indent = self.level.get() * 2;
        text.push_str(&format!("import time: {columns} | {:indent$}", ""));
        let mut text = text.into_bytes();
        let handler = &mut Builtin(Errors::BackslashReplace);
        // The handler takes every character that has no encoding.
        text.extend_from_slice(&utf8::encode(name.as_bytes(), handler).unwrap_or_default());
        text.push(b'\n');
        write_all(2, &text);
    }
}

/// Runs the import of `name`, and reports it if `-X importtime` asks for that.
pub fn timed(vm: &VirtualMachine, name: &Py<PyStr>, import: impl FnOnce() -> PyResult) -> PyResult {
    if vm.interp.settings.import_time == 0 {
        return import();
    }
    let times = &vm.interp.import.times;
    let level = times.level.get();
    let inside_outer = times.inside.replace(0);
    times.level.set(level + 1);
    let start = host::clock::monotonic();
    let r = import();
    let whole = host::clock::monotonic() - start;
    times.level.set(level);
    let own = whole - times.inside.replace(inside_outer + whole);
    times.report(&format!("{:9} | {:10}", micros(own), micros(whole)), name);
    r
}

/// A module was there already: level 2 reports that too.
pub fn cached(vm: &VirtualMachine, name: &Py<PyStr>) {
    if vm.interp.settings.import_time > 1 {
        vm.interp.import.times.report("cached    | cached    ", name);
    }
}

/// Rounded up, so that nothing takes no time.
fn micros(nanoseconds: i64) -> i64 {
    nanoseconds.max(0).saturating_add(999) / 1000
}
