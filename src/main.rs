//! The rpython command.
fn main() {}
