//! Macros that expose Rust to Python.
