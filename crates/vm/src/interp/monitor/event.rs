//! The events, by their numbers in `sys.monitoring.events`.

pub const PY_START: usize = 0;
pub const PY_RESUME: usize = 1;
pub const PY_RETURN: usize = 2;
pub const PY_YIELD: usize = 3;
pub const CALL: usize = 4;
pub const LINE: usize = 5;
pub const INSTRUCTION: usize = 6;
pub const JUMP: usize = 7;
pub const BRANCH_LEFT: usize = 8;
pub const BRANCH_RIGHT: usize = 9;
pub const STOP_ITERATION: usize = 10;
pub const RAISE: usize = 11;
pub const EXCEPTION_HANDLED: usize = 12;
pub const PY_UNWIND: usize = 13;
pub const PY_THROW: usize = 14;
pub const RERAISE: usize = 15;
pub const C_RETURN: usize = 16;
pub const C_RAISE: usize = 17;
/// Both ways of a branch, for tools that do not tell them apart.
pub const BRANCH: usize = 18;

/// Events below this belong to an instruction, which can be told apart and disabled.
pub const INSTRUMENTED: usize = 11;
/// Events below this can be asked for one by one; C_RETURN and C_RAISE come with CALL.
pub const UNGROUPED: usize = 16;
pub const COUNT: usize = 19;

pub static NAMES: [&str; COUNT] = [
    "PY_START",
    "PY_RESUME",
    "PY_RETURN",
    "PY_YIELD",
    "CALL",
    "LINE",
    "INSTRUCTION",
    "JUMP",
    "BRANCH_LEFT",
    "BRANCH_RIGHT",
    "STOP_ITERATION",
    "RAISE",
    "EXCEPTION_HANDLED",
    "PY_UNWIND",
    "PY_THROW",
    "RERAISE",
    "C_RETURN",
    "C_RAISE",
    "BRANCH",
];
