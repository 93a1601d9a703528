//! Attributes.

use super::{ok, op, units};
use crate::interp::cursor::{Cursor, Next};
use crate::object::{PyObject, PyObjectRef, StackRef};
use crate::prelude::*;
use bytecode::oparg;

/// What a method load puts on the stack: an unbound function and its receiver, or a value.
pub enum Loaded {
    Method(PyObjectRef),
    Value(PyObjectRef),
}

/// `obj.name` for a call: a plain function found on the type stays unbound.
pub fn load_method(vm: &VirtualMachine, obj: PyObject<'_>, name: &Py<PyStr>) -> PyResult<Loaded> {
    let typ = obj.class(vm);
    if !typ.has_flags(TypeFlags::GENERIC_GETATTR) {
        return vm.get_attr(obj, name).map(Loaded::Value);
    }
    let on_type = typ.lookup(vm, name);
    let Some(d) = on_type else {
        return vm.get_attr(obj, name).map(Loaded::Value);
    };
    if !d.class(vm).has_flags(TypeFlags::METHOD_DESCRIPTOR) {
        return vm.get_attr(obj, name).map(Loaded::Value);
    }
    if typ.has_flags(TypeFlags::HAS_DICT)
        && let Some(v) = crate::protocol::attributes::instance_get(vm, obj, name)?
    {
        return Ok(Loaded::Value(v));
    }
    Ok(Loaded::Method(d))
}

op!(escapes LoadAttr, |c| {
    let vm = c.vm();
    let (i, method) = oparg::unpack_attr(c.oparg());
    let name = c.name(i);
    let obj = c.peek_object(0);
    let polymorphic = c.peek_unit(0).op() == bytecode::Opcode::LoadAttrPolymorphic.byte();
    if !polymorphic && c.tick() && crate::interp::specialize::load_attr(c, obj, name, method) {
        return Next::Go;
    }
    if method {
        match ok!(c, load_method(vm, obj, name)) {
            Loaded::Method(f) => {
                let receiver = c.pop();
                c.push_owned(f);
                c.push(receiver);
            }
            Loaded::Value(v) => {
                c.replace_top(1, v);
                c.push(StackRef::NULL);
            }
        }
    } else {
        let v = ok!(c, vm.get_attr(obj, name));
        c.replace_top(1, v);
    }
    c.advance(units::LOAD_ATTR);
    c.check_periodic()
});

op!(escapes StoreAttr, |c| {
    let name = c.name(c.oparg() as usize);
    let (value, obj) = (c.peek_object(1), c.peek_object(0));
    if c.tick() && crate::interp::specialize::store_attr(c, obj, name) {
        return Next::Go;
    }
    ok!(c, c.vm().set_attr(obj, name, Some(value)));
    c.drop_n(2);
    c.advance(units::STORE_ATTR);
    c.check_periodic()
});

op!(escapes DeleteAttr, |c| {
    let name = c.name(c.oparg() as usize);
    ok!(c, c.vm().set_attr(c.peek_object(0), name, None));
    c.drop_top();
    c.advance(1);
    c.check_periodic()
});

op!(escapes LoadSuperAttr, |c| load_super_attr(c, None));

/// `super().name`.  `told` hears whether the `super` object could be made; without it, none is
/// made where that can be avoided.
#[inline(always)]
pub fn load_super_attr(c: &mut Cursor, told: Option<Told<'_>>) -> Next {
    let (i, method, two) = oparg::unpack_super_attr(c.oparg());
    let name = c.name(i);
    if told.is_none() {
        let (sup, cls, this) = (c.peek_object(2), c.peek_object(1), c.peek_object(0));
        c.give_up_super_form();
        if method && c.tick() && crate::interp::specialize::load_super_attr(c, sup, cls, this, name)
        {
            return Next::Go;
        }
    }
    let r = ok!(c, super_attr(c, name, method, two, told));
    match r {
        Loaded::Method(f) => {
            let receiver = c.pop();
            c.drop_n(2);
            c.push_owned(f);
            c.push(receiver);
        }
        Loaded::Value(v) => {
            c.replace_top(3, v);
            if method {
                c.push(StackRef::NULL);
            }
        }
    }
    c.advance(units::LOAD_SUPER_ATTR);
    c.check_periodic()
}

/// What hears of the call that makes a `super` object.
pub type Told<'a> = &'a dyn Fn(&Cursor, bool) -> PyResult<()>;

fn super_attr(
    c: &Cursor,
    name: &Py<PyStr>,
    method: bool,
    two: bool,
    told: Option<Told<'_>>,
) -> PyResult<Loaded> {
    let vm = c.vm();
    let (sup, cls, this) = (c.peek_object(2), c.peek_object(1), c.peek_object(0));
    if told.is_none()
        && crate::builtins::super_::is_super_type(vm, sup)
        && let Some(cls) = cls.downcast::<PyType>()
    {
        return crate::builtins::super_::lookup(vm, cls, this, name, method);
    }
    // A shadowed `super`: an ordinary call and an ordinary attribute.
    let made =
        if two { vm.call_positional(sup, &[cls, this]) } else { vm.call_positional(sup, &[]) };
    if let Some(told) = told {
        told(c, made.is_ok())?;
    }
    vm.get_attr(made?.as_object(), name).map(Loaded::Value)
}

op!(escapes LoadSpecial, |c| {
    let vm = c.vm();
    let special = oparg::SpecialMethod::from_oparg(c.oparg()).expect("verified operand");
    let n = vm.names();
    let name = match special {
        oparg::SpecialMethod::Enter => &n.__enter__,
        oparg::SpecialMethod::Exit => &n.__exit__,
        oparg::SpecialMethod::Aenter => &n.__aenter__,
        oparg::SpecialMethod::Aexit => &n.__aexit__,
    };
    let obj = c.peek_object(0);
    let typ = obj.class(vm);
    let Some(d) = typ.lookup(vm, name) else {
        return c.error(no_context_manager(vm, obj, special));
    };
    let dtype = d.class(vm);
    if dtype.has_flags(TypeFlags::METHOD_DESCRIPTOR) {
        let receiver = c.pop();
        c.push_owned(d);
        c.push(receiver.counted());
    } else {
        let v = match dtype.slots.descr_get.get() {
            Some(get) => ok!(c, get(vm, d.as_object(), Some(obj), Some(typ.as_object()))),
            None => d,
        };
        c.replace_top(1, v);
        c.push(StackRef::NULL);
    }
    c.advance(1);
    c.check_periodic()
});

#[cold]
fn no_context_manager(vm: &VirtualMachine, obj: PyObject<'_>, m: oparg::SpecialMethod) -> PyErr {
    let what = obj.class(vm).display_name();
    let has = |name: &Py<PyStr>| obj.class(vm).lookup(vm, name).is_some();
    let n = vm.names();
    let (protocol, missing, other) = match m {
        oparg::SpecialMethod::Enter => {
            ("context manager", "__enter__", has(&n.__aenter__) && has(&n.__aexit__))
        }
        oparg::SpecialMethod::Exit => {
            ("context manager", "__exit__", has(&n.__aenter__) && has(&n.__aexit__))
        }
        oparg::SpecialMethod::Aenter => {
            ("asynchronous context manager", "__aenter__", has(&n.__enter__) && has(&n.__exit__))
        }
        oparg::SpecialMethod::Aexit => {
            ("asynchronous context manager", "__aexit__", has(&n.__enter__) && has(&n.__exit__))
        }
    };
    let mut msg = format!(
        "'{what}' object does not support the {protocol} protocol (missed {missing} method)"
    );
    if other {
        let hint = match m {
            oparg::SpecialMethod::Enter | oparg::SpecialMethod::Exit => {
                " but it supports the asynchronous context manager protocol. Did you mean to use 'async with'?"
            }
            _ => " but it supports the context manager protocol. Did you mean to use 'with'?",
        };
        msg.push_str(hint);
    }
    vm.type_error(msg)
}
