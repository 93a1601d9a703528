//! `run(frame)`: the eval loop.
//!
//! Reading order: `cursor` (the raw steps a handler is made of), `dispatch` (the two
//! dispatchers over one set of handlers), `ops` (the handlers by topic), `calls` (frames
//! pushed and popped), `unwind` (errors), `specialize` (inline caches).

pub mod calls;
pub mod cursor;
pub mod dispatch;
pub mod intrinsics;
pub mod ops;
pub mod specialize;
pub mod unwind;
