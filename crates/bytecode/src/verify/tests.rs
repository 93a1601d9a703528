//! Small programs, good and bad, through the one door.

use super::*;
use crate::exception_table::{self, Entry};

fn check(code: &[(Opcode, u8)], expected: Result<(u32, bool, bool), &str>) {
    check_with(code, &[], CodeFlags::OPTIMIZED, expected);
}

fn check_with(
    code: &[(Opcode, u8)],
    entries: &[Entry],
    flags: CodeFlags,
    expected: Result<(u32, bool, bool), &str>,
) {
    let mut bytes = Vec::new();
    for &(op, arg) in code {
        bytes.extend([op.byte(), arg]);
        bytes.extend(std::iter::repeat_n(0, op.caches() * 2));
    }
    let kinds = [
        LocalKind::LOCAL | LocalKind::ARG_POS,
        LocalKind::LOCAL,
        LocalKind::LOCAL,
        LocalKind::CELL,
    ];
    let parts = Parts {
        code: &bytes,
        consts: 1,
        names: 1,
        localspluskinds: &kinds,
        argcount: 1,
        posonlyargcount: 0,
        kwonlyargcount: 0,
        stacksize: 4,
        flags,
        exceptiontable: &exception_table::encode(entries),
    };
    let found = verify(&parts)
        .map(|v| (v.max_depth, v.needs_counted_loads, v.needs_checked_loads))
        .map_err(|error| error.what);
    assert_eq!(found, expected, "{code:?}");
}

use Opcode::*;

#[test]
fn good_code() {
    check(&[(Resume, 0), (LoadConst, 0), (ReturnValue, 0)], Ok((1, false, false)));
    check(&[(LoadFastBorrow, 0), (ReturnValue, 0)], Ok((1, false, false)));
    let call = [(LoadFast, 0), (PushNull, 0), (LoadConst, 0), (Call, 1), (ReturnValue, 0)];
    check(&call, Ok((3, false, false)));
    let looping = [
        (LoadFast, 0),
        (GetIter, 0),
        (ForIter, 3),
        (StoreFast, 1),
        (JumpBackward, 5),
        (EndFor, 0),
        (PopIter, 0),
        (LoadConst, 0),
        (ReturnValue, 0),
    ];
    check(&looping, Ok((2, false, false)));
}

#[test]
fn shape_of_code() {
    check(&[(Nop, 0)], Err("control runs off the end"));
    check(&[(Cache, 0)], Err("unknown or forbidden opcode"));
    check(&[(LoadConstMortal, 0)], Err("unknown or forbidden opcode"));
    check(&[(ExtendedArg, 0)], Err("EXTENDED_ARG without an instruction"));
    check(&[(JumpForward, 200)], Err("target is not the start of an instruction"));
    check(&[(JumpBackward, 5)], Err("jump leads before the start"));
    check(&[(LoadConst, 1), (ReturnValue, 0)], Err("operand out of range"));
    check(&[(LoadDeref, 0), (ReturnValue, 0)], Err("operand out of range"));
    check(&[(LoadFast, 0), (YieldValue, 0)], Err("YIELD_VALUE outside a generator"));
    let generator = [(ReturnGenerator, 0), (PopTop, 0), (LoadConst, 0), (ReturnValue, 0)];
    check_with(&generator, &[], CodeFlags::GENERATOR, Ok((1, false, false)));
    check(&generator, Err("RETURN_GENERATOR out of place"));
}

#[test]
fn depth() {
    check(&[(ReturnValue, 0)], Err("stack underflow"));
    check(&[(LoadConst, 0), (UnpackSequence, 9)], Err("stack overflow"));
    let differs =
        [(LoadFast, 0), (PopJumpIfNone, 1), (LoadConst, 0), (LoadConst, 0), (ReturnValue, 0)];
    check(&differs, Err("stack depth differs between paths"));
    let handler = [(LoadConst, 0), (ReturnValue, 0), (Reraise, 0)];
    let entry = Entry { start: 0, end: 2, target: 2, depth: 0, lasti: false };
    check_with(&handler, &[entry], CodeFlags::OPTIMIZED, Ok((1, false, false)));
    let deep = Entry { depth: 1, ..entry };
    let error = Err("stack is below its handler's depth");
    check_with(&handler, &[deep], CodeFlags::OPTIMIZED, error);
}

#[test]
fn nulls_and_borrows() {
    check(&[(PushNull, 0), (ReturnValue, 0)], Err("operand may be NULL"));
    check(&[(PushNull, 0), (PopTop, 0), (LoadConst, 0), (ReturnValue, 0)], Ok((1, false, false)));
    check(&[(LoadFast, 1), (ReturnValue, 0)], Ok((1, false, true)));
    let saved = [(LoadFastAndClear, 1), (StoreFast, 1), (LoadFastCheck, 1), (ReturnValue, 0)];
    check(&saved, Ok((1, false, false)));
    let overwritten = [(LoadFastBorrow, 0), (LoadConst, 0), (StoreFast, 0), (ReturnValue, 0)];
    check(&overwritten, Ok((2, true, false)));
    let other = [(LoadFastBorrow, 0), (LoadConst, 0), (StoreFast, 1), (ReturnValue, 0)];
    check(&other, Ok((2, false, false)));
    let method = [(LoadFastBorrow, 0), (LoadAttr, 1), (DeleteFast, 0), (Call, 0), (ReturnValue, 0)];
    check(&method, Ok((2, true, false)));
    let sent = [
        (LoadFastBorrow, 0),
        (LoadConst, 0),
        (Send, 0),
        (LoadConst, 0),
        (StoreFast, 0),
        (EndSend, 0),
        (ReturnValue, 0),
    ];
    check(&sent, Ok((3, true, false)));
}
