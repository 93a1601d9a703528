//! The rpython command.

mod arguments;
mod configuration;
mod help;
mod library;
mod repl;
mod run;

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: host::blocks::Allocator = host::blocks::Allocator;

fn main() -> ExitCode {
    std::panic::set_hook(Box::new(|info| {
        eprintln!("rpython: internal error: {info}");
        eprintln!("{}", std::backtrace::Backtrace::force_capture());
    }));
    let outcome = std::panic::catch_unwind(run::main);
    // 134 is what a shell shows for a process that aborts.
    ExitCode::from(outcome.unwrap_or(134))
}
