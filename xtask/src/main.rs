//! What people would otherwise do by hand.
fn main() {}
