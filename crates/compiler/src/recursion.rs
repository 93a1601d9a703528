//! The guard of every recursive walk over the tree: it measures the native stack, so
//! that no input overflows it, however large the frames of this build are.

use crate::error::CompileError;

/// How much of the native stack a compilation may use unless the caller knows better:
/// well inside the smallest stack a thread of ours is given.
pub const DEFAULT_STACK_BUDGET: usize = 640 * 1024;

/// The lowest address the walk may reach.
#[derive(Debug, Clone, Copy)]
pub(crate) struct StackGuard {
    limit: usize,
}

impl StackGuard {
    pub(crate) fn new(budget: usize) -> StackGuard {
        StackGuard { limit: here().saturating_sub(budget) }
    }

    #[inline]
    pub(crate) fn check(self) -> Result<(), CompileError> {
        if here() < self.limit { Err(CompileError::recursion()) } else { Ok(()) }
    }
}

/// About where the stack pointer stands: the address of a local.
#[inline(always)]
fn here() -> usize {
    let marker = 0u8;
    std::hint::black_box(&raw const marker).addr()
}
