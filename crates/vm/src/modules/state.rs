//! What native modules of one interpreter keep beside their dicts.

use crate::prelude::*;
use std::cell::OnceCell;

#[derive(Default)]
pub struct NativeState {
    /// `io.UnsupportedOperation`.
    pub(crate) unsupported_operation: OnceCell<PyRef<PyType>>,
    pub(crate) signals: super::signal::Handlers,
}
