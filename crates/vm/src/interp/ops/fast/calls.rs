//! Special forms of CALL: what the callee is was seen before, and is looked at again.

use crate::builtins::descriptors::PyMethodDescriptor;
use crate::builtins::native_function::PyNativeFunction;
use crate::interp::cursor::Next;
use crate::interp::dispatch::slow;
use crate::interp::ops::{ok, op, units};
use crate::native::MethodKind;
use crate::object::{StackRef, word};
use crate::prelude::*;

op!(
/// A Python function whose parameters the arguments fill one to one.
CallPyExactArgs, |c| {
    let n = c.oparg() as usize;
    let argc = n + !c.peek(n).is_null() as usize;
    match c.python_function(c.peek(n + 1)) {
        Some(f) if f.code_ref().takes_exactly(argc) && c.push_python_call(f, argc, &[], n) => Next::Go,
        _ => slow!(crate::interp::ops::call::Call),
    }
});

op!(escapes
/// A generator function or coroutine function, whose frame is made in the generator.
CallGenerator, |c| {
    let n = c.oparg() as usize;
    let argc = n + !c.peek(n).is_null() as usize;
    if !c.make_generator(argc, n) {
        return slow!(CallPyExactArgs);
    }
    c.advance(units::CALL);
    c.check_periodic()
});

op!(
/// A Python function whose last parameters take their defaults.
CallPyGeneral, |c| {
    let n = c.oparg() as usize;
    let argc = n + !c.peek(n).is_null() as usize;
    let Some(f) = c.python_function(c.peek(n + 1)) else {
        return slow!(crate::interp::ops::call::Call);
    };
    match c.defaults_behind(f, argc) {
        Some(defaults) if c.push_python_call(f, argc, defaults, n) => Next::Go,
        _ => slow!(crate::interp::ops::call::Call),
    }
});

op!(
/// A bound method, which somebody else holds too: its function takes over the callable's
/// slot, its receiver the empty one.
CallBoundMethodExactArgs, |c| {
    let n = c.oparg() as usize;
    if !c.peek(n).is_null() || !c.expand_bound_method(n) {
        return slow!(crate::interp::ops::call::Call);
    }
    match c.python_function(c.peek(n + 1)) {
        Some(f) if f.code_ref().takes_exactly(n + 1) && c.push_python_call(f, n + 1, &[], n) => Next::Go,
        _ => slow!(crate::interp::ops::call::Call),
    }
});

op!(
/// `list.append(x)`, while the list has room.
CallListAppend, |c| {
    let callables = &c.vm().interp.callables;
    if c.peek(2).bits() & !1 != callables.list_append.get() || !c.append_to_list(c.peek(1)) {
        return slow!(CallMethodDescriptorFast);
    }
    c.advance(units::CALL);
    Next::Go
});

op!(
/// `len(x)` of the common containers.
CallLen, |c| {
    let x = c.peek(0);
    if c.peek(2).bits() & !1 != c.vm().interp.callables.len.get()
        || !c.peek(1).is_null()
        || !c.is_light(x)
        || !c.is_light(c.peek(2))
    {
        return slow!(CallBuiltinFast);
    }
    let Some(n) = c.container_length(x) else { return slow!(CallBuiltinFast) };
    c.give_call(3, word::from_int_unchecked(n as i64))
});

op!(
/// `isinstance(x, cls)`, when it is so by the classes alone.
CallIsinstance, |c| {
    let (x, cls) = (c.peek(1), c.peek(0));
    if c.peek(3).bits() & !1 != c.vm().interp.callables.isinstance.get()
        || !c.peek(2).is_null()
        || !c.is_light(x)
        || !c.is_light(cls)
        || !c.is_light(c.peek(3))
        || !c.is_plain_instance(x, cls)
    {
        return slow!(CallBuiltinFast);
    }
    c.give_call(4, word::TRUE)
});

op!(
/// `type(x)` of a heap object.
CallType1, |c| {
    let x = c.peek(0);
    if !c.peek(1).is_null() || !c.is_plain_type(c.peek(2)) || !c.is_light(x) || !c.is_light(c.peek(2)) {
        return slow!(crate::interp::ops::call::Call);
    }
    let Some(t) = c.type_of_word(x) else { return slow!(crate::interp::ops::call::Call) };
    let t = StackRef::from_owned(t.to_ref().into());
    let callee = c.peek(2);
    c.forget(2);
    c.poke(0, t);
    x.release_light();
    callee.release_light();
    c.advance(units::CALL);
    Next::Go
});

op!(escapes
/// A class whose instances native code makes, or whose `__new__` or `__init__` needs a call.
CallBuiltinClass, |c| {
    let n = c.oparg() as usize;
    let vm = c.vm();
    let callee = c.peek(n + 1);
    if !c.peek(n).is_null() || !c.is_plain_class(callee) {
        return slow!(crate::interp::ops::call::Call);
    }
    let args = Args::of_slots(c.top_slice(n));
    let made = ok!(c, crate::builtins::type_::instantiate(vm, c.class_of_word(callee), args));
    c.replace_call(n + 2, made);
    c.advance(units::CALL);
    c.check_periodic()
});

op!(escapes
/// A native function of a module, or a native method bound to its object.
CallBuiltinFast, |c| {
    let n = c.oparg() as usize;
    let vm = c.vm();
    let callee = c.peek_object(n + 1);
    let Some(f) = callee.downcast_exact::<PyNativeFunction>(vm.type_of::<PyNativeFunction>())
    else {
        return slow!(crate::interp::ops::call::Call);
    };
    if !c.peek(n).is_null() {
        return slow!(crate::interp::ops::call::Call);
    }
    let argc = match f.receiver() {
        None => n,
        Some(receiver) => {
            // The callable keeps its receiver; the empty slot in front of the arguments
            // shows it to the native.
            c.poke(n, StackRef::from_borrowed(receiver));
            n + 1
        }
    };
    let r = ok!(c, (f.def().func)(vm, Args::of_slots(c.top_slice(argc))));
    c.replace_call(n + 2, r);
    c.advance(units::CALL);
    c.check_periodic()
});

op!(escapes
/// A native method, called on an object of the very class that defines it.
CallMethodDescriptorFast, |c| {
    let n = c.oparg() as usize;
    let vm = c.vm();
    let callee = c.peek_object(n + 1);
    let descriptor = callee.downcast_exact::<PyMethodDescriptor>(vm.type_of::<PyMethodDescriptor>());
    let (Some(d), Some(receiver)) = (descriptor, c.peek(n).option()) else {
        return slow!(crate::interp::ops::call::Call);
    };
    if d.def.kind != MethodKind::Instance || !d.objclass.is(receiver.class(vm)) {
        return slow!(crate::interp::ops::call::Call);
    }
    let r = ok!(c, (d.def.func)(vm, Args::of_slots(c.top_slice(n + 1))));
    c.replace_call(n + 2, r);
    c.advance(units::CALL);
    c.check_periodic()
});
