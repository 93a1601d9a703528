//! The instrumented instructions: each tells its event and then does what the plain one does.

use super::event;
use crate::builtins::function::PyFunction;
use crate::builtins::generator::GenKind;
use crate::interp::cursor::{Cursor, Next};
use crate::interp::ops::call::{call_arguments, expand_method};
use crate::interp::ops::{ok, op, units};
use crate::object::{StackRef, word};
use crate::prelude::*;
use bytecode::{Opcode, oparg};

/// An instruction of code that is out of date runs again, perhaps in another form.
macro_rules! up_to_date {
    ($c:ident) => {
        if $c.catch_up() {
            return Next::Go;
        }
    };
}

/// Tells an event; a debugger may move the frame, which then goes on elsewhere.
macro_rules! tell {
    ($c:ident, $event:expr, $args:expr) => {
        let told = $c.while_telling(|c| c.vm().fire(c.code(), c.unit(), $event, $args));
        if ok!($c, told) {
            return Next::Go;
        }
    };
}

op!(escapes Resume, |c| {
    up_to_date!(c);
    let event = if c.oparg() & 3 != 0 { event::PY_RESUME } else { event::PY_START };
    tell!(c, event, &[]);
    c.advance(1);
    c.check_periodic()
});

op!(escapes ReturnValue, |c| {
    up_to_date!(c);
    let value = c.peek_object(0).to_owned();
    tell!(c, event::PY_RETURN, &[value.as_object()]);
    c.run_as(Opcode::ReturnValue)
});

op!(escapes YieldValue, |c| {
    up_to_date!(c);
    let value = c.peek_object(0).to_owned();
    tell!(c, event::PY_YIELD, &[value.as_object()]);
    c.run_as(Opcode::YieldValue)
});

/// Tells what became of a call of native code: those who were told of the call.
fn told_result(
    c: &Cursor,
    unit: usize,
    tools: u8,
    r: PyResult,
    callee: PyObject<'_>,
    first: PyObject<'_>,
) -> PyResult {
    let vm = c.vm();
    // Not those who have lost interest altogether since.
    let tools = tools & c.code().active_tools(event::CALL);
    match r {
        Ok(v) => {
            vm.fire_for(tools, c.code(), unit, event::C_RETURN, &[callee, first])?;
            Ok(v)
        }
        Err(e) => {
            // What a tool raises takes the error's place.
            vm.fire_for(tools, c.code(), unit, event::C_RAISE, &[callee, first])?;
            Err(e)
        }
    }
}

/// callable, self or NULL, `n` arguments are on top, and `names` of the last of them.
fn call(c: &mut Cursor, n: usize, names: Option<PyRef<PyTuple>>, units: usize) -> PyResult<Next> {
    let vm = c.vm();
    let unit = c.unit();
    let callee = c.peek_object(n + 1).to_owned();
    let argc = n + !c.peek(n).is_null() as usize;
    let first = match argc {
        0 => vm.monitoring_missing().clone(),
        _ => c.peek_object(argc - 1).to_owned(),
    };
    let tools = c.code().tools_at(event::CALL, unit);
    let seen = [callee.as_object(), first.as_object()];
    c.while_telling(|c| vm.fire(c.code(), unit, event::CALL, &seen))?;
    if let Some(func) = callee.as_object().downcast::<PyFunction>()
        && func.is_plain(vm)
    {
        c.push_call(func, argc, names.as_deref(), units, n + 2)?;
        return Ok(Next::Go);
    }
    let r = vm.call(callee.as_object(), ArgList::new(c.top_slice(argc), names.as_deref()).args());
    let r = told_result(c, unit, tools, r, callee.as_object(), first.as_object())?;
    c.replace_call(n + 2, r);
    c.advance(units);
    // What dies with the call does so before the next instruction.
    drop((first, callee));
    Ok(c.check_periodic())
}

op!(escapes Call, |c| {
    up_to_date!(c);
    let n = c.oparg() as usize;
    expand_method(c, n + 2, n);
    ok!(c, call(c, n, None, units::CALL))
});

op!(escapes CallKw, |c| {
    up_to_date!(c);
    let n = c.oparg() as usize;
    let names = c.pop().into_owned();
    let names = match names.downcast::<PyTuple>() {
        Ok(names) => names,
        Err(other) => {
            c.push_owned(other);
            return c.error(c.vm().system_error("CALL_KW has a tuple of names"));
        }
    };
    expand_method(c, n + 2, n);
    match call(c, n, Some(names.clone()), units::CALL_KW) {
        Ok(next) => next,
        Err(e) => {
            // The unwinder finds the operands as they were.
            c.push_owned(names.into());
            c.error(e)
        }
    }
});

op!(escapes CallFunctionEx, |c| {
    up_to_date!(c);
    let vm = c.vm();
    let unit = c.unit();
    let callee = c.peek_object(3).to_owned();
    let (items, names) = ok!(c, call_arguments(c));
    let first = items.first().unwrap_or_else(|| vm.monitoring_missing()).clone();
    let tools = c.code().tools_at(event::CALL, unit);
    let seen = [callee.as_object(), first.as_object()];
    ok!(c, c.while_telling(|c| vm.fire(c.code(), unit, event::CALL, &seen)));
    if let Some(func) = callee.as_object().downcast::<PyFunction>()
        && func.is_plain(vm)
    {
        let words: Vec<StackRef> =
            items.iter().map(|o| StackRef::from_borrowed(o.as_object())).collect();
        ok!(c, c.push_call_from(func, &words, names.as_deref(), 1, 4));
        return Next::Go;
    }
    let words: Vec<PyObject<'_>> = items.iter().map(|o| o.as_object()).collect();
    let r = vm.call(callee.as_object(), ArgList::of(&words, names.as_deref()).args());
    let python = callee.as_object().downcast::<crate::builtins::method::PyMethod>().is_some();
    let r = if python { r } else { told_result(c, unit, tools, r, callee.as_object(), first.as_object()) };
    let r = ok!(c, r);
    drop(words);
    drop((items, first, callee));
    c.replace_call(4, r);
    c.advance(1);
    c.check_periodic()
});

op!(escapes LoadSuperAttr, |c| {
    up_to_date!(c);
    let vm = c.vm();
    let unit = c.unit();
    let (_, _, two) = oparg::unpack_super_attr(c.oparg());
    let sup = c.peek_object(2).to_owned();
    let first =
        if two { c.peek_object(1).to_owned() } else { vm.monitoring_missing().clone() };
    let tools = c.code().tools_at(event::CALL, unit);
    let seen = [sup.as_object(), first.as_object()];
    ok!(c, c.while_telling(|c| vm.fire(c.code(), unit, event::CALL, &seen)));
    let told = |c: &Cursor, made: bool| {
        let event = if made { event::C_RETURN } else { event::C_RAISE };
        vm.fire_for(tools, c.code(), unit, event, &seen)
    };
    crate::interp::ops::attrs::load_super_attr(c, Some(&told))
});

/// Tells that `source` is about to lead to the unit `by` from here; true when a debugger has
/// moved the frame elsewhere.  The stack is still that of the instruction.
fn tell_jump(c: &mut Cursor, event: usize, source: usize, by: isize) -> PyResult<bool> {
    let vm = c.vm();
    let place = c.unit();
    let to = vm.new_usize(place.wrapping_add_signed(by) * 2);
    let from = vm.new_usize(source * 2);
    c.while_telling(|c| vm.fire_branch(c.code(), place, event, from.as_object(), to.as_object()))
}

macro_rules! tell_jump {
    ($c:ident, $event:expr, $source:expr, $by:expr) => {
        if ok!($c, tell_jump($c, $event, $source, $by)) {
            return Next::Go;
        }
    };
}

op!(escapes JumpForward, |c| {
    up_to_date!(c);
    let by = c.oparg() as isize + 1;
    tell_jump!(c, event::JUMP, c.unit(), by);
    c.jump(by);
    Next::Go
});

op!(escapes JumpBackward, |c| {
    up_to_date!(c);
    let by = units::JUMP_BACKWARD as isize - c.oparg() as isize;
    tell_jump!(c, event::JUMP, c.unit(), by);
    c.jump(by);
    c.check_periodic()
});

/// A conditional jump, whose condition is on top.
fn branch(c: &mut Cursor, jumps_if: fn(StackRef) -> bool) -> Next {
    if jumps_if(c.peek(0)) {
        let by = units::POP_JUMP as isize + c.oparg() as isize;
        tell_jump!(c, event::BRANCH_RIGHT, c.unit(), by);
        c.jump(by);
    } else {
        c.advance(units::POP_JUMP);
    }
    c.drop_top();
    c.check_periodic()
}

op!(escapes PopJumpIfTrue, |c| {
    up_to_date!(c);
    branch(c, |v| v.bits() == word::TRUE)
});

op!(escapes PopJumpIfFalse, |c| {
    up_to_date!(c);
    branch(c, |v| v.bits() == word::FALSE)
});

op!(escapes PopJumpIfNone, |c| {
    up_to_date!(c);
    branch(c, |v| v.bits() == word::NONE)
});

op!(escapes PopJumpIfNotNone, |c| {
    up_to_date!(c);
    branch(c, |v| v.bits() != word::NONE)
});

op!(escapes NotTaken, |c| {
    up_to_date!(c);
    let unit = c.unit();
    let source = c.code().monitoring_map().get(unit).map_or(unit, |i| i.before as usize);
    tell_jump!(c, event::BRANCH_LEFT, source, 1);
    c.advance(1);
    Next::Go
});

op!(escapes PopIter, |c| {
    up_to_date!(c);
    let unit = c.unit();
    let source = c.code().monitoring_map().loop_of(unit).unwrap_or(unit);
    tell_jump!(c, event::BRANCH_RIGHT, source, 1);
    c.run_as(Opcode::PopIter)
});

op!(escapes ForIter, |c| {
    up_to_date!(c);
    let vm = c.vm();
    let it = c.peek_object(0).to_owned();
    let Some(next) = it.class(vm).slots.iternext.get() else {
        return c.error(vm.type_error(format!(
            "'{}' object is not an iterator",
            it.class(vm).display_name()
        )));
    };
    let item = match next(vm, it.as_object()) {
        Err(e) if vm.is_error(&e, &vm.exc().stop_iteration) => {
            ok!(c, super::exceptions::tell_stop(c, e));
            None
        }
        r => ok!(c, r),
    };
    let Some(item) = item else {
        // Past the END_FOR: the iterator stays for POP_ITER.
        let n = c.oparg() as isize;
        c.jump(units::FOR_ITER as isize + n + 1);
        return c.check_periodic();
    };
    tell_jump!(c, event::BRANCH_LEFT, c.unit(), units::FOR_ITER as isize);
    c.push_owned(item);
    c.advance(units::FOR_ITER);
    c.check_periodic()
});

/// The value on top is what the generator below it has returned.
fn tell_stop_iteration(c: &mut Cursor) -> PyResult<()> {
    let vm = c.vm();
    let ended = c.peek(1).option().and_then(|o| o.any_generator());
    if ended.is_none_or(|g| g.kind == GenKind::AsyncGenerator) {
        return Ok(());
    }
    let value = c.peek_object(0).to_owned();
    let e = vm.stop_iteration(Some(value).filter(|v| !v.is_none()));
    let unit = c.unit();
    c.while_telling(|c| vm.fire(c.code(), unit, event::STOP_ITERATION, &[e.as_object()])).map(drop)
}

op!(escapes EndFor, |c| {
    up_to_date!(c);
    // A loop over a generator that gives nothing back ends without a StopIteration.
    if !c.peek_object(0).is_none() {
        ok!(c, tell_stop_iteration(c));
    }
    c.run_as(Opcode::EndFor)
});

op!(escapes EndSend, |c| {
    up_to_date!(c);
    ok!(c, tell_stop_iteration(c));
    c.run_as(Opcode::EndSend)
});

op!(escapes EndAsyncFor, |c| {
    up_to_date!(c);
    let vm = c.vm();
    if !c.peek_object(0).is_instance_of(vm, &vm.exc().stop_async_iteration) {
        return c.run_as(Opcode::EndAsyncFor);
    }
    let source = (c.unit() + 1).saturating_sub(c.oparg() as usize);
    tell_jump!(c, event::BRANCH_RIGHT, source, 1);
    c.run_as(Opcode::EndAsyncFor)
});

op!(escapes Line, |c| {
    up_to_date!(c);
    let vm = c.vm();
    let unit = c.unit();
    let busy = vm.hooks.busy.get() > 0;
    if c.starts_line(unit) && !busy {
        let line = c.code().monitoring_map().line(unit);
        if ok!(c, c.while_telling(|c| vm.fire_line(c.code(), unit, line))) {
            return Next::Go;
        }
    }
    c.run_as(c.code().below_line(unit))
});

op!(escapes Instruction, |c| {
    up_to_date!(c);
    let unit = c.unit();
    if ok!(c, c.while_telling(|c| c.vm().fire_instruction(c.code(), unit))) {
        return Next::Go;
    }
    c.note_recorder(unit);
    c.run_as(c.code().below_instruction(unit))
});
