//! From the command line to an exit status.

use crate::arguments::{self, Target};
use vm::compile::{Compile, Origin};
use vm::interpreter::Settings;
use vm::prelude::*;

/// Native stack that error handling keeps for itself.
const RESERVE: usize = 256 << 10;

pub fn main() -> u8 {
    let args = arguments::raw();
    let invocation = match arguments::parse(&args) {
        Ok(i) => i,
        Err(misuse) => {
            eprintln!("{}", misuse.0);
            return 2;
        }
    };
    let settings = Settings::default();
    let seed: [u8; 16] = host::random::seed();
    let (a, b) = seed.split_at(8);
    let word = |bytes: &[u8]| bytes.iter().fold(0u64, |w, x| w << 8 | u64::from(*x));
    vm::protocol::hash::set_secret(word(a), word(b));
    let vm = VirtualMachine::new(settings);
    let _entered = vm::object::alloc::enter(&vm);
    if let Ok(limits) = host::stack::limits() {
        vm.set_stack_limit(limits.low + RESERVE);
    }
    vm.add_native_modules(stdlib::MODULES);
    vm.interp.import.library.set(Some(&crate::library::EMBEDDED));
    let outcome = vm.start().and_then(|()| run_target(&vm, &invocation.target));
    match outcome {
        Ok(()) => 0,
        Err(e) => {
            vm::exceptions::print_uncaught(&vm, &e);
            1
        }
    }
}

fn run_target(vm: &VirtualMachine, target: &Target) -> PyResult<()> {
    let main = vm.main_module()?;
    let (source, filename): (Vec<u8>, &[u8]) = match target {
        Target::Command(text) => (text.clone(), b"<string>"),
        Target::File(path) => match vm::import::state::read_file(path) {
            Ok(source) => (source, path),
            Err(e) => {
                let path = String::from_utf8_lossy(path);
                return Err(vm.runtime_error(format!("can't open file '{path}': {e}")));
            }
        },
        Target::Stdin => {
            let source = vm::import::state::read_descriptor(0)
                .map_err(|e| vm.runtime_error(format!("can't read standard input: {e}")))?;
            (source, b"<stdin>")
        }
        Target::Module(_) => return Err(vm.import_error_msg("runpy")),
    };
    let job = Compile::new(vm.fs_text(filename), parser::Mode::Exec);
    let code = job.source_to_code(vm, &source, Origin::Bytes)?;
    vm.run_code(code, main.dict()).map(drop)
}
